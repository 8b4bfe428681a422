// What was bought: units by order, day and variant, so that what is known of variants is known of whoever buys them.
import { row, sum } from "../../warehouse/merge/ledger.ts";
import { fact } from "./fact.ts";

/** As units sold are counted; what an order loses again on the day is not bought, and what it loses later was. */
const BOUGHT = `SELECT a.order_id, a.customer_id, a.local_day, s.variant_id, ${sum(row.units)} AS units
  FROM activity AS a JOIN sales AS s ON s.order_id = a.order_id AND s.local_day = a.local_day
  GROUP BY a.order_id, a.customer_id, a.local_day, s.variant_id HAVING ${sum(row.units)} > 0`;

export const goods = fact<"activity" | "sales">("sales")({
  rows: BOUGHT,
  source: "orders",
  grain: "an order, a local day and a variant of which units were bought",
  day: "local_day",
  upTo: null,
  owner: { customer: "customer_id", unit: "order_id" },
  order: "order_id",
  variant: "variant_id",
  counted: { where: [], history: "period" },
  conditions: {},
  dimensions: {},
  measures: { units: { column: "units", history: "period", least: 0 } },
});
