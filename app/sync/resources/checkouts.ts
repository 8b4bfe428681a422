// The resource "checkouts": those that a customer left after giving contact details, and those among them that came to an
// order later. What Shopify removes of them by itself, some months old, stays here.
import { z } from "zod";
import { checkouts as stored } from "../../warehouse/schema/checkouts.ts";
import { anyInstant, listedColumns, listedDates } from "./listed.ts";
import type { Resource } from "./resource.ts";

const money = "{ shopMoney { amount } }";
const moneyColumn = "STRUCT(shopMoney STRUCT(amount VARCHAR))";
const moneySchema = z.object({ shopMoney: z.object({ amount: z.string() }) });
const instant = z.iso.datetime({ offset: true });
const reference = z.object({ id: z.string() });
const country = z.object({ countryCodeV2: z.string().nullable() }).nullable();

/** Shopify calls a checkout abandoned when it has been left for ten minutes, and does not call that a change of it. */
const LATE_MS = 60 * 60_000;

export const checkouts: Resource = {
  name: "checkouts",
  root: "abandonedCheckouts",
  count: "abandonedCheckoutsCount",
  type: "AbandonedCheckout",
  sortKeys: "AbandonedCheckoutSortKeys",
  lastChanged: null,
  merge: stored.keyed,
  past: "whole",
  changedBy: "instant",
  lateMs: LATE_MS,
  scopes: [],
  readableWith: "read_orders",
  wishedScopes: ["read_customers", "read_products"],
  fields: [
    "createdAt updatedAt completedAt lineItemsQuantity",
    { scope: "read_customers", fields: "customer { id }" },
    "shippingAddress { countryCodeV2 } billingAddress { countryCodeV2 }",
    `totalPriceSet ${money}`,
  ],
  schema: z.object({
    createdAt: instant,
    updatedAt: instant,
    completedAt: instant.nullable(),
    lineItemsQuantity: z.int(),
    customer: reference.nullable().optional(),
    shippingAddress: country,
    billingAddress: country,
    totalPriceSet: moneySchema,
  }),
  connections: [
    {
      field: "lineItems",
      first: 10,
      fields: [
        `quantity discountedTotalPriceWithCodeDiscount ${money}`,
        { scope: "read_products", fields: "product { id } variant { id }" },
      ],
      schema: z.object({
        quantity: z.int(),
        discountedTotalPriceWithCodeDiscount: moneySchema,
        product: reference.nullable().optional(),
        variant: reference.nullable().optional(),
      }),
      connections: [],
    },
  ],
  stages: [
    {
      table: "stage_checkouts",
      columns: {
        __typename: "VARCHAR",
        id: "VARCHAR",
        createdAt: "VARCHAR",
        updatedAt: "VARCHAR",
        completedAt: "VARCHAR",
        lineItemsQuantity: "BIGINT",
        customer: "STRUCT(id VARCHAR)",
        shippingAddress: "STRUCT(countryCodeV2 VARCHAR)",
        billingAddress: "STRUCT(countryCodeV2 VARCHAR)",
        totalPriceSet: moneyColumn,
      },
      typename: "AbandonedCheckout",
      select: {
        checkout_id: "gid(id)",
        customer_id: "gid(customer.id)",
        created_at: "utc(createdAt)",
        updated_at: "utc(updatedAt)",
        completed_at: "utc(completedAt)",
        total: "minor(totalPriceSet.shopMoney.amount)",
        items: "lineItemsQuantity",
        country: "coalesce(shippingAddress.countryCodeV2, billingAddress.countryCodeV2)",
      },
    },
    {
      table: "stage_checkout_lines",
      columns: {
        __typename: "VARCHAR",
        id: "VARCHAR",
        __parentId: "VARCHAR",
        quantity: "BIGINT",
        discountedTotalPriceWithCodeDiscount: moneyColumn,
        product: "STRUCT(id VARCHAR)",
        variant: "STRUCT(id VARCHAR)",
      },
      typename: "AbandonedCheckoutLineItem",
      select: {
        checkout_id: "gid(__parentId)",
        line_id: "parse_filename(id, FALSE, 'forward_slash')",
        product_id: "gid(product.id)",
        variant_id: "gid(variant.id)",
        units: "quantity",
        amount: "minor(discountedTotalPriceWithCodeDiscount.shopMoney.amount)",
      },
    },
  ],
  listing: {
    fields: ["createdAt updatedAt", { scope: "read_customers", fields: "customer { id }" }],
    schema: z.object({
      createdAt: anyInstant,
      updatedAt: anyInstant,
      customer: reference.nullable().optional(),
    }),
    stage: {
      table: "listed_checkouts",
      columns: { ...listedColumns, customer: "STRUCT(id VARCHAR)" },
      typename: "AbandonedCheckout",
      select: { ...listedDates, checkout_id: "gid(id)", customer_id: "gid(customer.id)" },
    },
  },
  webhooks: {
    route: "/webhooks/checkouts",
    // Payloads have had no id since API version 2026-04.
    topics: {
      "checkouts/create": { ids: [], fields: ["updated_at"] },
      "checkouts/update": { ids: [], fields: ["updated_at"] },
      "checkouts/delete": { ids: [], fields: ["updated_at"] },
    },
    changed: "checkouts/update",
  },
};
