// What is in stock when a day ends, and what it cost to buy: nobody's, as it was recorded.
import { nobodysState } from "./fact.ts";

/** A location that has sold more than it has holds nothing. */
const IN_STOCK = "on_hand > 0";

export const stock = nobodysState("stock_levels")({
  sources: ["stock_levels"],
  customer: null,
  from: "from_day",
  to: "to_day",
  holds: IN_STOCK,
  dimensions: {},
  levels: { units: { sql: "on_hand" } },
});

/** Of the days of both: units as long as they cost the same. */
export const costedStock = nobodysState("stock_levels")({
  rows: `SELECT s.on_hand, u.cost, GREATEST(s.from_day, u.from_day) AS from_day, LEAST(s.to_day, u.to_day) AS to_day
  FROM stock_levels AS s JOIN unit_costs AS u ON u.inventory_item_id = s.inventory_item_id
    AND u.from_day < s.to_day AND u.to_day > s.from_day
  WHERE u.cost IS NOT NULL`,
  sources: ["stock_levels", "unit_costs"],
  customer: null,
  from: "from_day",
  to: "to_day",
  holds: IN_STOCK,
  dimensions: {},
  levels: {
    units: { sql: "on_hand" },
    // Whole numbers would overflow where somebody types a cost of a thousand billions.
    value: { sql: "CAST(on_hand AS DOUBLE PRECISION) * cost" },
  },
});
