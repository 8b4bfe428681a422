// What orders did: the movements of the ledger by order and day, and what a customer had come to day by day.
import { activityUpTo } from "../../warehouse/merge/part-day.ts";
import { fact, state } from "./fact.ts";

/** Sums of money count on the day they are booked, whenever the order was. */
export const activity = fact("activity")({
  source: "orders",
  grain: "an order and a local day on which it moved",
  day: "local_day",
  upTo: activityUpTo,
  owner: { customer: "customer_id", unit: "order_id" },
  order: "order_id",
  counted: {
    where: [{ column: "placed", is: "true", said: "placed in the period" }],
    one: "an order placed in the period",
    many: "orders placed in the period",
    history: "period",
  },
  conditions: {
    first: {
      column: "seq",
      is: { equals: 1 },
      said: "that were a customer's first ever",
      once: true,
      begins: true,
      needs: { history: "complete", sources: ["customers"] },
    },
    discounted: { column: "placed_discount", is: "positive", said: "with a discount" },
    later: {
      column: "local_day",
      is: { after: "prev_day" },
      said: "on a later day than the customer's order before",
      needs: { history: "complete", sources: ["customers"] },
    },
    second: {
      column: "seq",
      is: { equals: 2 },
      said: "that were a customer's second ever",
      once: true,
      needs: { history: "complete", sources: ["customers"] },
    },
  },
  dimensions: {},
  measures: {
    gross: {
      column: "gross",
      words: "price × quantity of product lines sold, before discounts, tax and shipping",
      history: "period",
    },
    discounts: {
      column: "discounts",
      words: "discounts on product lines sold, order-level ones shared out, before tax",
      history: "period",
    },
    // A return may be of an order from before the period, as may all that follows.
    reversals: {
      column: "reversals",
      words: "product lines returned and adjustments, net of their own discount and tax",
      history: "complete",
    },
    units: {
      column: "units",
      words: "quantity of product lines sold, exchanges and edits included",
      history: "period",
    },
    shipping: {
      column: "shipping",
      words: "shipping charged, before tax, net of what was given back",
      history: "complete",
    },
    tax: { column: "tax", words: "taxes, net of what was given back", history: "complete" },
    duties: { column: "duties", words: "duties, net of what was given back", history: "complete" },
    fees: {
      column: "fees",
      words: "additional and return fees, and movements of a kind Shopify does not name",
      history: "complete",
    },
    tips: { column: "tips", words: "tips, net of what was given back", history: "complete" },
    placed_units: {
      column: "placed_units",
      words: "quantity of product lines of the order as placed",
      history: "period",
      least: 0,
      sparse: true,
    },
    costed: {
      column: "costed",
      words: "net sales of product lines whose cost per item is known",
      history: "complete",
    },
    cost: {
      column: "cost",
      words: "cost per item × quantity of product lines sold, less that of lines returned, where it is known",
      history: "complete",
    },
    units_so_far: {
      column: "units_so_far",
      words: "quantity of product lines of the order with all that was added so far",
      history: "period",
      least: 0,
      sparse: true,
      soFar: true,
    },
    units_returned: {
      column: "units_returned",
      words: "quantity of product lines of the order that came back so far",
      history: "period",
      least: 0,
      sparse: true,
      soFar: true,
    },
    net_so_far: {
      column: "net_so_far",
      words: "net sales of the order with all that was changed and given back so far",
      history: "period",
      sparse: true,
      soFar: true,
    },
    gap: {
      column: "local_day",
      since: "prev_day",
      words: "days since the customer's order before",
      history: "complete",
      least: 0,
      sparse: true,
    },
    placed_net: {
      column: "placed_net",
      words: "price × quantity − discounts of the order as placed",
      history: "period",
      least: 0,
      sparse: true,
    },
  },
});

/** Query (gap, n): how often so many days lay between two purchase days of a customer, the later of them before the day. */
export const gapsBefore = (day: string) =>
  `SELECT local_day - prev_day AS gap, COUNT(*) AS n FROM activity WHERE placed AND prev_day < local_day AND local_day < ${day} GROUP BY 1
   UNION ALL SELECT gap, n FROM opening_gaps`;

export const history = state("customer_history")({
  source: "orders",
  customer: "customer_id",
  from: "from_day",
  to: "to_day",
  since: "first_day",
  holds: "orders > 0",
  levels: { net: { column: "net", words: "net sales from the first order" } },
  standings: {
    overdue: {
      sql: ({ column, day, g90 }) => `${day} - ${column("last_day")} > ${g90}`,
      said: "silent for longer than 90 % of the shop's gaps between orders",
    },
    loyal: {
      sql: ({ column, day, g90 }) =>
        `${column("first_day")} < ${column("last_day")} AND ${day} - ${column("last_day")} <= ${g90}`,
      said: "on 2 or more days, and not silent for longer than 90 % of the shop's gaps between orders",
    },
  },
});
