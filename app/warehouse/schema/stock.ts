// What is in stock and what it costs to buy, by day: Shopify tells the present alone.
import { type Source, table } from "./source.ts";

const levels = {
  /** By the quantities that Shopify names; NULL: not told. */
  stock_levels: table(
    {
      inventory_item_id: "BIGINT NOT NULL",
      location_id: "BIGINT NOT NULL",
      from_day: "DATE NOT NULL",
      to_day: "DATE NOT NULL",
      available: "INTEGER",
      on_hand: "INTEGER",
      committed: "INTEGER",
      incoming: "INTEGER",
      read_at: "TIMESTAMP NOT NULL",
    },
    {
      observed: {
        key: ["inventory_item_id", "location_id"],
        state: ["available", "on_hand", "committed", "incoming"],
      },
      names: "nobody",
      indexes: { stock_levels_by_item: { on: "inventory_item_id" } },
    },
  ),
};

const costs = {
  /** In the shop's currency; NULL: Shopify has none, or one in the other currency that is named. */
  unit_costs: table(
    {
      inventory_item_id: "BIGINT NOT NULL",
      from_day: "DATE NOT NULL",
      to_day: "DATE NOT NULL",
      cost: "BIGINT",
      currency: "VARCHAR",
      read_at: "TIMESTAMP NOT NULL",
    },
    {
      observed: { key: ["inventory_item_id"], state: ["cost", "currency"], currency: "currency" },
      names: "nobody",
      money: ["cost"],
      indexes: { unit_costs_by_item: { on: "inventory_item_id" } },
    },
  ),
};

export const stockLevels = { kind: "observed", tables: levels } as const satisfies Source;
export const unitCosts = { kind: "observed", tables: costs } as const satisfies Source;
