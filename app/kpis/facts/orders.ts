// What orders did: the movements of the ledger by order and day, and what a customer had come to day by day.
import { activityUpTo } from "../../warehouse/merge/part-day.ts";
import { fact, membership } from "./fact.ts";

/** Sums of money count on the day they are booked, whenever the order was. */
export const activity = fact("activity")({
  source: "orders",
  grain: "an order and a local day on which it moved",
  day: "local_day",
  upTo: activityUpTo,
  owner: { customer: "customer_id", unit: "order_id" },
  order: "order_id",
  variant: null,
  counted: { where: [{ column: "placed", is: "true" }], history: "period" },
  conditions: {
    first: {
      column: "seq",
      is: { equals: 1 },
      once: true,
      begins: true,
      needs: { history: "complete", sources: ["customers"] },
    },
    discounted: { column: "placed_discount", is: "positive" },
    later: {
      column: "local_day",
      is: { after: "prev_day" },
      needs: { history: "complete", sources: ["customers"] },
    },
    second: {
      column: "seq",
      is: { equals: 2 },
      once: true,
      needs: { history: "complete", sources: ["customers"] },
    },
  },
  dimensions: {},
  measures: {
    gross: { column: "gross", history: "period" },
    discounts: { column: "discounts", history: "period" },
    // A return may be of an order from before the period, as may all that follows.
    reversals: { column: "reversals", history: "complete", reverses: "gross" },
    units: { column: "units", history: "period" },
    shipping: { column: "shipping", history: "complete" },
    tax: { column: "tax", history: "complete" },
    duties: { column: "duties", history: "complete" },
    fees: { column: "fees", history: "complete" },
    tips: { column: "tips", history: "complete" },
    placed_units: { column: "placed_units", history: "period", least: 0, sparse: true },
    costed: { column: "costed", history: "complete" },
    cost: { column: "cost", history: "complete" },
    units_so_far: {
      column: "units_so_far",
      history: "period",
      least: 0,
      sparse: true,
      soFar: true,
    },
    units_returned: {
      column: "units_returned",
      history: "period",
      least: 0,
      sparse: true,
      soFar: true,
    },
    net_so_far: { column: "net_so_far", history: "period", sparse: true, soFar: true },
    gap: { column: "local_day", since: "prev_day", history: "complete", least: 0, sparse: true },
    placed_net: { column: "placed_net", history: "period", least: 0, sparse: true },
  },
});

/** Query (gap, n): how often so many days lay between two purchase days of a customer, the later of them before the day. */
export const gapsBefore = (day: string) =>
  `SELECT local_day - prev_day AS gap, COUNT(*) AS n FROM activity WHERE placed AND prev_day < local_day AND local_day < ${day} GROUP BY 1
   UNION ALL SELECT gap, n FROM opening_gaps`;

export const history = membership("customer_history")({
  sources: ["orders"],
  customer: "customer_id",
  from: "from_day",
  to: "to_day",
  since: "first_day",
  holds: "orders > 0",
  levels: { net: { column: "net" } },
  standings: {
    overdue: {
      span: { beyond: "g90", upTo: null },
      sql: ({ column, day, g90 }) => `${day} - ${column("last_day")} > ${g90}`,
    },
    loyal: {
      span: { beyond: null, upTo: "g90" },
      ordered: "on_several_days",
      sql: ({ column, day, g90 }) =>
        `${column("first_day")} < ${column("last_day")} AND ${day} - ${column("last_day")} <= ${g90}`,
    },
  },
});
