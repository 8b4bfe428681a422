// What is in stock when a day ends, what it cost to buy, and of which variants nothing is there: nobody's, as it was recorded.
import { nobodysState, variantsState } from "./fact.ts";

/** A location that has sold more than it has holds nothing. */
const IN_STOCK = "on_hand > 0";

/** One thing at one place. */
const ITEM = ["inventory_item_id", "location_id"] as const;

export const stock = nobodysState("stock_levels")({
  sources: ["stock_levels"],
  customer: null,
  from: "from_day",
  to: "to_day",
  holds: IN_STOCK,
  dimensions: {},
  key: ITEM,
  levels: { units: { sql: "on_hand" } },
});

/** Of the days of both: units as long as they cost the same. */
export const costedStock = nobodysState("stock_levels")({
  rows: `SELECT s.inventory_item_id, s.location_id, s.on_hand, u.cost, GREATEST(s.from_day, u.from_day) AS from_day, LEAST(s.to_day, u.to_day) AS to_day
  FROM stock_levels AS s JOIN unit_costs AS u ON u.inventory_item_id = s.inventory_item_id
    AND u.from_day < s.to_day AND u.to_day > s.from_day
  WHERE u.cost IS NOT NULL`,
  sources: ["stock_levels", "unit_costs"],
  customer: null,
  from: "from_day",
  to: "to_day",
  holds: IN_STOCK,
  dimensions: {},
  key: ITEM,
  levels: {
    units: { sql: "on_hand" },
    // Whole numbers would overflow where somebody types a cost of a thousand billions.
    value: { sql: "CAST(on_hand AS DOUBLE PRECISION) * cost" },
  },
});

/** What a location does not tell may be more, or less, than what the others have. */
const TOLD = "NOT bool_and(tracked) OR COUNT(available) = COUNT(*)";

/**
 * What may still be sold of a variant, at all of its locations together. Shopify does not count everything: what it does not
 * count is never out of stock. By the item that is a variant's today.
 */
export const availability = variantsState<"stock_levels" | "variants">("stock_levels")({
  rows: `SELECT v.variant_id, v.tracked, s.available, s.from_day, s.to_day
  FROM variants AS v JOIN stock_levels AS s ON s.inventory_item_id = v.inventory_item_id WHERE v.tracked
  UNION ALL SELECT variant_id, tracked, NULL, DATE '0001-01-01', DATE '9999-12-31' FROM variants WHERE NOT tracked`,
  sources: ["stock_levels", "products"],
  customer: null,
  variant: "variant_id",
  from: "from_day",
  to: "to_day",
  holds: "TRUE",
  levels: {
    known: { sql: `CASE WHEN ${TOLD} THEN 1 END`, least: 0 },
    out_of_stock: {
      sql: `CASE WHEN ${TOLD} THEN CASE WHEN SUM(available) <= 0 THEN 1 ELSE 0 END END`,
      least: 0,
    },
  },
});
