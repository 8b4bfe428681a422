// The tables that a merge fills before it begins, and those of a list to hold against the shop's.
import { body } from "./columns.ts";
import { type ObservedSource, seenIn, seenTables } from "./observed.ts";
import { type Schema, tablesOf } from "./schema.ts";
import type { Columns, Keyed } from "./source.ts";

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
    tags: "VARCHAR",
    b2b: "BOOLEAN",
    language: "VARCHAR",
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
    title: "VARCHAR",
    product_type: "VARCHAR",
    vendor: "VARCHAR",
    subscription: "BOOLEAN",
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
/** Which table to merge from for each staging table: itself, or a choice from it without repeats. */
export type Staged = Record<StagingTable, string>;

/** Temporary tables by name, with their columns. */
export type TempTables = ReadonlyMap<string, Columns>;

/** What a load of orders and customers fills, and a list of either. */
export const ofLedger: TempTables = new Map(Object.entries(stagingTables));
export const ofLedgerListing: TempTables = new Map(Object.entries(listingTables));

export const stageOf = (table: string) => `stage_${table}`;
export const listedOf = (table: string) => `listed_${table}`;

/** What a load of records with a key fills: their tables' columns, without what the merge knows by itself. */
export const ofRecords = (keyed: Keyed, { tables }: Schema): TempTables =>
  new Map(
    tablesOf(keyed).map((name) => {
      const columns = Object.entries(tables.get(name)?.columns ?? {});
      const read = columns.filter(([column]) => column !== "read_at" && !(column in keyed.days));
      return [stageOf(name), nullable(read)];
    }),
  );

/** What a list of such records fills: those columns of their table that the list tells. */
export const ofRecordsListing = (keyed: Keyed, { tables }: Schema, told: readonly string[]): TempTables => {
  const columns = Object.entries(tables.get(keyed.table)?.columns ?? {});
  return new Map([[listedOf(keyed.table), nullable(columns.filter(([column]) => told.includes(column)))]]);
};

/** What a reading of an observed source fills. */
export const ofSeen = (source: ObservedSource): TempTables => {
  const seen = seenIn(source);
  return new Map([[seen, seenTables[seen]]]);
};

/** What is staged may lack anything: the tables themselves refuse it. */
const nullable = (columns: readonly (readonly [string, string])[]): Columns =>
  Object.fromEntries(columns.map(([name, type]) => [name, type.replace(" NOT NULL", "")]));

/** `file` is the ordinal of the file a row came from: an order's children belong to the order of the same file. */
export const createStagingTable = (name: string, columns: Columns) =>
  `CREATE TEMP TABLE ${name} (file INTEGER, ${body(columns)})`;
