// Observed: stock by item and location, and what an item costs. The scope for stock is asked for by a merchant's wish alone;
// costs come with products.
import { z } from "zod";
import type { ObservedResource } from "./observed-resource.ts";

const QUANTITIES = ["available", "on_hand", "committed", "incoming"] as const;

const quantity = (name: (typeof QUANTITIES)[number]) =>
  `TRY_CAST(list_extract(list_filter(quantities, lambda q: q.name = '${name}'), 1).quantity AS INTEGER)`;

const route = "/webhooks/inventory";
const shared = { __typename: "VARCHAR", id: "VARCHAR", __parentId: "VARCHAR", updatedAt: "VARCHAR" };

export const stockLevels: ObservedResource = {
  source: "stock_levels",
  scopes: ["read_inventory"],
  reads: {
    nodes: {
      name: "inventoryItems",
      type: "InventoryItem",
      fields: [],
      schema: z.object({}),
      connections: [
        {
          field: "inventoryLevels",
          first: 20,
          fields: [
            `updatedAt location { id } quantities(names: ${JSON.stringify(QUANTITIES)}) { name quantity }`,
          ],
          schema: z.object({
            updatedAt: z.string(),
            location: z.object({ id: z.string() }),
            quantities: z.array(z.object({ name: z.string(), quantity: z.number() })),
          }),
          connections: [],
        },
      ],
    },
    whole: "bulk",
  },
  stages: [
    {
      table: "seen_stock_levels",
      columns: {
        ...shared,
        location: "STRUCT(id VARCHAR)",
        quantities: "STRUCT(name VARCHAR, quantity VARCHAR)[]",
      },
      typename: "InventoryLevel",
      select: {
        inventory_item_id: "gid_if_any(__parentId)",
        location_id: "gid_if_any(location.id)",
        available: quantity("available"),
        on_hand: quantity("on_hand"),
        committed: quantity("committed"),
        incoming: quantity("incoming"),
        told_at: "utc_if_any(updatedAt)",
        present: "TRUE",
      },
    },
  ],
  webhooks: {
    route,
    topics: {
      "inventory_levels/update": { ids: ["inventory_item_id"], perShop: "read_inventory" },
      "inventory_levels/connect": { ids: ["inventory_item_id"], perShop: "read_inventory" },
      "inventory_levels/disconnect": { ids: ["inventory_item_id"], perShop: "read_inventory" },
    },
    heeds: ["inventory_items/create", "inventory_items/delete"],
  },
};

export const unitCosts: ObservedResource = {
  source: "unit_costs",
  scopes: ["read_products", "read_inventory"],
  reads: {
    nodes: {
      name: "inventoryItems",
      type: "InventoryItem",
      fields: ["updatedAt unitCost { amount currencyCode }"],
      schema: z.object({
        updatedAt: z.string(),
        unitCost: z.object({ amount: z.string(), currencyCode: z.string() }).nullable(),
      }),
      connections: [],
    },
    whole: "bulk",
  },
  stages: [
    {
      table: "seen_unit_costs",
      columns: { ...shared, unitCost: "STRUCT(amount VARCHAR, currencyCode VARCHAR)" },
      typename: "InventoryItem",
      select: {
        inventory_item_id: "gid_if_any(id)",
        // A cost may be finer than the currency's smallest coin, as in the lines of orders: rounded, not refused.
        cost: "CAST(round(TRY_CAST(unitCost.amount AS DECIMAL(18, 6)) * minor('1')) AS BIGINT)",
        currency: "unitCost.currencyCode",
        told_at: "utc_if_any(updatedAt)",
        present: "TRUE",
      },
    },
  ],
  webhooks: {
    route,
    topics: {
      "inventory_items/create": { ids: ["id"] },
      "inventory_items/update": { ids: ["id"] },
      "inventory_items/delete": { ids: ["id"] },
    },
    heeds: [],
  },
};
