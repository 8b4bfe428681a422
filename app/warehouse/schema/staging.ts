// The tables that a merge fills before it begins, and those of a list to hold against the shop's.
import { body } from "./columns.ts";
import { type SeenTable, seenTables } from "./observed.ts";
import type { Columns } from "./source.ts";

export const stagingTables = {
  stage_orders: {
    order_id: "BIGINT",
    customer_id: "BIGINT",
    customer_created_at: "TIMESTAMP",
    customer_orders: "BIGINT",
    name: "VARCHAR",
    created_at: "TIMESTAMP",
    placed_at: "TIMESTAMP",
    updated_at: "TIMESTAMP",
    cancelled_at: "TIMESTAMP",
    test: "BOOLEAN",
    channel: "VARCHAR",
    country: "VARCHAR",
    financial_status: "VARCHAR",
    fulfillment_status: "VARCHAR",
    original_total: "BIGINT",
    current_total: "BIGINT",
    /** That of the order's amounts; NULL: the shop's. */
    currency: "VARCHAR",
  },
  stage_lines: {
    order_id: "BIGINT",
    line_item_id: "BIGINT",
    product_id: "BIGINT",
    variant_id: "BIGINT",
    sku: "VARCHAR",
    quantity: "BIGINT",
    current_quantity: "BIGINT",
    unit_price: "BIGINT",
    gift_card: "BOOLEAN",
    unit_cost: "BIGINT",
  },
  stage_agreements: {
    agreement_id: "BIGINT",
    order_id: "BIGINT",
    reason: "VARCHAR",
    happened_at: "TIMESTAMP",
  },
  stage_sales: {
    sale_id: "BIGINT",
    agreement_id: "BIGINT",
    action: "VARCHAR",
    line_type: "VARCHAR",
    line_item_id: "BIGINT",
    quantity: "BIGINT",
    total: "BIGINT",
    tax: "BIGINT",
    discount: "BIGINT",
  },
  stage_customers: {
    customer_id: "BIGINT",
    created_at: "TIMESTAMP",
    updated_at: "TIMESTAMP",
    email_consent: "VARCHAR",
    tags: "VARCHAR",
    shopify_orders: "BIGINT",
    rfm_group: "VARCHAR",
    spend_tier: "VARCHAR",
    country: "VARCHAR",
  },
} as const satisfies Record<string, Columns>;

/** Staging of a list of everything that Shopify has, with as little of each as tells a difference. */
export const listingTables = {
  listed_orders: {
    order_id: "BIGINT",
    customer_id: "BIGINT",
    created_at: "TIMESTAMP",
    placed_at: "TIMESTAMP",
    updated_at: "TIMESTAMP",
    current_total: "BIGINT",
  },
  listed_customers: {
    customer_id: "BIGINT",
    created_at: "TIMESTAMP",
    updated_at: "TIMESTAMP",
    shopify_orders: "BIGINT",
    rfm_group: "VARCHAR",
    spend_tier: "VARCHAR",
  },
} as const satisfies Record<string, Columns>;

export type StagingTable = keyof typeof stagingTables;
export type ListingTable = keyof typeof listingTables;
export type TempTable = StagingTable | ListingTable | SeenTable;
/** Which table to merge from for each staging table: itself, or a choice from it without repeats. */
export type Staged = Record<StagingTable, string>;
export const stagingNames = Object.keys(stagingTables) as StagingTable[];
export const listingNames = Object.keys(listingTables) as ListingTable[];

export const columnsOf = (table: TempTable): Columns =>
  ({ ...stagingTables, ...listingTables, ...seenTables })[table];

/** `file` is the ordinal of the file a row came from: an order's children belong to the order of the same file. */
export const createStagingTable = (name: TempTable) =>
  `CREATE TEMP TABLE ${name} (file INTEGER, ${body(columnsOf(name))})`;
