// The list of everything: of each order and customer only what tells whether the copy has it as Shopify does. Cheap enough
// to ask for every night; the same declarations as the resources', with fewer fields.
import { z } from "zod";
import type { Stage } from "../../warehouse/warehouse.server.ts";
import type { SyncContext } from "../context.ts";
import { customers } from "./customers.ts";
import { orders } from "./orders.ts";
import { listAll, readByIds } from "../../shopify/paged.ts";
import type { Resource } from "./resource.ts";

/** One record of the list that cannot be read keeps no other from being compared: it is read again, alone. */
const instant = z.string();
const shared = { __typename: "VARCHAR", id: "VARCHAR", createdAt: "VARCHAR", updatedAt: "VARCHAR" };
const dates = {
  created_at: "utc_if_any(createdAt)",
  updated_at: "coalesce(utc_if_any(updatedAt), TIMESTAMP '1970-01-01')",
};

const ordersStage: Stage = {
  table: "listed_orders",
  columns: {
    ...shared,
    processedAt: "VARCHAR",
    customer: "STRUCT(id VARCHAR)",
    currentTotalPriceSet: "STRUCT(shopMoney STRUCT(amount VARCHAR))",
  },
  typename: "Order",
  select: {
    ...dates,
    order_id: "gid(id)",
    placed_at: "utc_if_any(processedAt)",
    customer_id: "gid(customer.id)",
    // One that cannot be read differs from any.
    current_total: "minor_if_any(currentTotalPriceSet.shopMoney.amount)",
  },
};

const customersStage: Stage = {
  table: "listed_customers",
  columns: {
    ...shared,
    numberOfOrders: "VARCHAR",
    statistics: "STRUCT(predictedSpendTier VARCHAR, rfmGroup VARCHAR)",
  },
  typename: "Customer",
  select: {
    ...dates,
    customer_id: "gid(id)",
    shopify_orders: "TRY_CAST(numberOfOrders AS BIGINT)",
    rfm_group: "statistics.rfmGroup",
    spend_tier: "statistics.predictedSpendTier",
  },
};

/** By the resource that is listed. */
export const listings: Readonly<Record<Resource["name"], Resource>> = {
  orders: {
    ...orders,
    fields: [
      "createdAt processedAt updatedAt currentTotalPriceSet { shopMoney { amount } }",
      { scope: "read_customers", fields: "customer { id }" },
    ],
    schema: z.object({
      createdAt: instant,
      processedAt: instant,
      updatedAt: instant,
      customer: z.object({ id: z.string() }).nullable().optional(),
      currentTotalPriceSet: z.object({ shopMoney: z.object({ amount: z.string() }) }),
    }),
    connections: [],
    stages: [ordersStage],
  },
  customers: {
    ...customers,
    fields: ["createdAt updatedAt numberOfOrders statistics { predictedSpendTier rfmGroup }"],
    schema: z.object({
      createdAt: instant,
      updatedAt: instant,
      numberOfOrders: z.union([z.string(), z.number()]).transform(String),
      statistics: z
        .object({ predictedSpendTier: z.string().nullable(), rfmGroup: z.string().nullable() })
        .nullable(),
    }),
    connections: [],
    stages: [customersStage],
  },
};

/** The list without a bulk operation, into files of the context's directory: for small shops, and when bulk fails. */
export async function readListing(
  context: SyncContext,
  listing: Resource,
  scopes: ReadonlySet<string>,
): Promise<{ files: string[]; listedAt: string }> {
  const listedAt = context.now().toISOString();
  const files: string[] = [];
  const seen = new Set<string>();
  for await (const page of listAll(context.admin, listing, "")) {
    const ids = page.map((node) => node.id).filter((id) => !seen.has(id));
    for (const id of ids) seen.add(id);
    const { file } = await readByIds(context, listing, scopes, ids);
    if (file !== null) files.push(file);
    await context.meanwhile?.();
  }
  return { files, listedAt };
}
