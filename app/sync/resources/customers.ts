// The resource "customers": what a record says of today. No name, e-mail, phone or street is asked for.
import { z } from "zod";
import { anyInstant, listedColumns, listedDates } from "./listed.ts";
import type { Resource } from "./resource.ts";

const instant = z.iso.datetime({ offset: true });

export const customers: Resource = {
  name: "customers",
  type: "Customer",
  sortKeys: "CustomerSortKeys",
  lastChanged: "UPDATED_AT",
  merge: "ledger",
  past: "whole",
  changedBy: "day",
  scopes: ["read_customers"],
  readableWith: "read_customers",
  // Only tells of merges; without it a moved order is found late.
  wishedScopes: ["read_customer_merge"],
  fields: [
    "createdAt updatedAt tags numberOfOrders",
    "statistics { predictedSpendTier rfmGroup }",
    "defaultAddress { countryCodeV2 } defaultEmailAddress { marketingState }",
  ],
  schema: z.object({
    createdAt: instant,
    updatedAt: instant,
    tags: z.array(z.string()),
    numberOfOrders: z.union([z.string(), z.number()]).transform(String),
    statistics: z
      .object({ predictedSpendTier: z.string().nullable(), rfmGroup: z.string().nullable() })
      .nullable(),
    defaultAddress: z.object({ countryCodeV2: z.string().nullable() }).nullable(),
    defaultEmailAddress: z.object({ marketingState: z.string() }).nullable(),
  }),
  connections: [],
  stages: [
    {
      table: "stage_customers",
      columns: {
        __typename: "VARCHAR",
        id: "VARCHAR",
        createdAt: "VARCHAR",
        updatedAt: "VARCHAR",
        tags: "VARCHAR[]",
        numberOfOrders: "VARCHAR",
        statistics: "STRUCT(predictedSpendTier VARCHAR, rfmGroup VARCHAR)",
        defaultAddress: "STRUCT(countryCodeV2 VARCHAR)",
        defaultEmailAddress: "STRUCT(marketingState VARCHAR)",
      },
      typename: "Customer",
      select: {
        customer_id: "gid(id)",
        created_at: "utc(createdAt)",
        updated_at: "utc(updatedAt)",
        email_consent: "defaultEmailAddress.marketingState",
        tags: "CAST(to_json(tags) AS VARCHAR)",
        shopify_orders: "CAST(numberOfOrders AS BIGINT)",
        rfm_group: "statistics.rfmGroup",
        spend_tier: "statistics.predictedSpendTier",
        country: "defaultAddress.countryCodeV2",
      },
    },
  ],
  listing: {
    fields: ["createdAt updatedAt numberOfOrders statistics { predictedSpendTier rfmGroup }"],
    schema: z.object({
      createdAt: anyInstant,
      updatedAt: anyInstant,
      numberOfOrders: z.union([z.string(), z.number()]).transform(String),
      statistics: z
        .object({ predictedSpendTier: z.string().nullable(), rfmGroup: z.string().nullable() })
        .nullable(),
    }),
    stage: {
      table: "listed_customers",
      columns: {
        ...listedColumns,
        numberOfOrders: "VARCHAR",
        statistics: "STRUCT(predictedSpendTier VARCHAR, rfmGroup VARCHAR)",
      },
      typename: "Customer",
      select: {
        ...listedDates,
        customer_id: "gid(id)",
        shopify_orders: "TRY_CAST(numberOfOrders AS BIGINT)",
        rfm_group: "statistics.rfmGroup",
        spend_tier: "statistics.predictedSpendTier",
      },
    },
  },
  webhooks: {
    route: "/webhooks/customers",
    // Payloads know neither tags nor consent nor lifetime figures: these have topics of their own.
    topics: {
      "customers/create": { ids: ["id"] },
      "customers/update": { ids: ["id"] },
      "customers/delete": { ids: ["id"], gone: true, movesOrders: true },
      "customers/merge": {
        ids: ["admin_graphql_api_customer_kept_id", "admin_graphql_api_customer_deleted_id"],
        movesOrders: true,
        joins: true,
      },
      "customers/purchasing_summary": { ids: ["customerId"] },
      "customers_email_marketing_consent/update": { ids: ["customer_id"] },
      "customer.tags_added": { ids: ["customerId"] },
      "customer.tags_removed": { ids: ["customerId"] },
    },
    changed: "customers/update",
  },
};
