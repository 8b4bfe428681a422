// What a customer had come to, day by day: what is counted of his orders, and what the first and the last of them was. Where
// older orders are not kept, it goes on from the opening balance, which holds the same.
import type { Session } from "../driver.ts";
import { sum } from "./ledger.ts";
import { insertInto } from "../schema/schema.ts";

/** "touched": of these customers. "everything": all rows, which is faster from about a fifth on. */
export type Extent = "touched" | "everything";

/** Counted by all orders so far, beside orders and net sales; sums of earlier releases tell none of them. */
export const COUNTED = ["discounted", "returned", "pos", "units", "units_reversed"] as const;

/** Of the first order, and of the last, in SQL over a row of `orders`. */
const OF_FIRST = {
  first_channel: "channel",
  first_country: "country",
  first_discounted: "placed_discount > 0",
  first_product: "product_id",
  first_type: "product_type",
  first_vendor: "vendor",
} as const;
const OF_LAST = {
  last_b2b: "b2b",
  last_language: "language",
  last_subscription: "subscription",
} as const;
export const FIRSTS = Object.keys(OF_FIRST) as (keyof typeof OF_FIRST)[];
export const LASTS = Object.keys(OF_LAST) as (keyof typeof OF_LAST)[];

const as = (values: Readonly<Record<string, string>>) =>
  Object.entries(values)
    .map(([name, value]) => `${value} AS ${name}`)
    .join(", ");
const of = <N extends string>(names: readonly N[], value: (name: N) => string) =>
  Object.fromEntries(names.map((name) => [name, value(name)])) as Record<N, string>;
const listed = (names: readonly string[], from: string) => names.map((name) => `${from}.${name}`).join(", ");

/**
 * Query: what a row of `activity` in `from` adds to each of a customer's counts on its day. An order is returned once, on the
 * day on which something of it is first taken back; what the sums count already is not.
 * @param where SQL over a row a
 */
export const countsOf = (from: string, where: string) =>
  `SELECT a.customer_id, a.local_day, CASE WHEN a.placed THEN 1 ELSE 0 END AS orders,
     a.gross - a.discounts - a.reversals AS net, CASE WHEN a.placed THEN a.local_day END AS placed_day,
     CASE WHEN a.placed_discount > 0 THEN 1 ELSE 0 END AS discounted,
     CASE WHEN r.order_id IS NOT NULL THEN 1 ELSE 0 END AS returned, CASE WHEN a.pos THEN 1 ELSE 0 END AS pos,
     a.units, a.units_reversed
   FROM ${from} a
   LEFT JOIN (SELECT order_id, min(local_day) AS local_day FROM ${from} WHERE units_reversed > 0
     AND order_id NOT IN (SELECT order_id FROM earlier_orders WHERE returned) GROUP BY order_id) r
     ON r.order_id = a.order_id AND r.local_day = a.local_day
   WHERE a.customer_id IS NOT NULL AND ${where}`;

/** Query: the first orders of customers and what is known by them; `of`: orders with a place; `among`: a join over b. */
export const firstsOf = (orders: string, among: string, where = "TRUE") =>
  `SELECT customer_id, local_day AS first_day, ${as(OF_FIRST)} FROM ${orders} WHERE seq = 1 AND customer_id IS NOT NULL AND ${where}
   UNION ALL SELECT b.customer_id, b.first_day, ${listed(FIRSTS, "b")} FROM opening_balance b ${among} WHERE b.orders > 0`;

/** Query: by customer and place, what is known by his last order where it is that one. */
export const lastsOf = (orders: string, among: string) =>
  `SELECT customer_id, CAST(seq AS BIGINT) AS seq, ${as(OF_LAST)} FROM ${orders} WHERE seq IS NOT NULL AND customer_id IS NOT NULL
   UNION ALL SELECT b.customer_id, b.orders, ${listed(LASTS, "b")} FROM opening_balance b ${among} WHERE b.orders > 0`;

/** Query: the opening balance as a state of the day before. */
const openingStates = (among: string) =>
  `SELECT b.customer_id, m.opening_day - 1 AS local_day, b.orders, b.net, b.last_day AS placed_day,
     ${COUNTED.map((name) => `coalesce(b.${name}, 0) AS ${name}`).join(", ")}
   FROM opening_balance b CROSS JOIN (SELECT opening_day FROM shop_meta) m ${among}`;

const MOVING = ["orders", "net", ...COUNTED] as const;

export async function rebuildHistory(session: Session, extent: Extent): Promise<void> {
  const touched = extent === "touched";
  const [activity, orders] = touched ? ["their_activity", "their_orders"] : ["activity", "orders"];
  const among = touched ? "JOIN touched_customers t ON t.customer_id = b.customer_id" : "";
  if (touched) {
    await session.run(
      `CREATE TEMP TABLE their_activity AS
       SELECT a.customer_id, a.order_id, a.local_day, a.placed, a.gross, a.discounts, a.reversals, a.units, a.units_reversed,
         a.placed_discount, a.pos
       FROM activity a JOIN touched_customers t ON t.customer_id = a.customer_id`,
    );
    await session.filled(activity);
    await session.run(
      `CREATE TEMP TABLE their_orders AS
       SELECT o.customer_id, o.seq, o.local_day, o.placed_discount, o.channel, o.country, o.product_id, o.product_type, o.vendor,
         o.b2b, o.language, o.subscription
       FROM orders o JOIN touched_customers t ON t.customer_id = o.customer_id`,
    );
    await session.filled(orders);
  }
  await session.run(
    touched
      ? "DELETE FROM customer_history USING touched_customers t WHERE customer_history.customer_id = t.customer_id"
      : "DELETE FROM customer_history",
  );
  const running = "OVER (PARTITION BY d.customer_id ORDER BY d.local_day)";
  // A product that joins an order of gift cards later may be sold before the customer's first order: a row without orders.
  // So may be what moves of an older order whose customer has changed.
  await session.run(
    insertInto(
      "customer_history",
      {
        customer_id: "h.customer_id",
        from_day: "h.local_day",
        to_day: "h.to_day",
        orders: "h.orders",
        net: "h.net",
        first_day: "f.first_day",
        last_day: "coalesce(h.last_day, f.first_day)",
        ...of(COUNTED, (name) => `CASE WHEN u.customer_id IS NULL THEN h.${name} END`),
        ...of(FIRSTS, (name) => `f.${name}`),
        ...of(LASTS, (name) => `l.${name}`),
      },
      `FROM (
     SELECT d.customer_id, d.local_day, coalesce(lead(d.local_day) ${running}, DATE '9999-12-31') AS to_day,
       ${MOVING.map((name) => `CAST(sum(d.${name}) ${running} AS BIGINT) AS ${name}`).join(", ")},
       max(d.placed_day) ${running} AS last_day
     FROM (
       SELECT customer_id, local_day, ${MOVING.map((name) => `${sum(name)} AS ${name}`).join(", ")}, max(placed_day) AS placed_day
       FROM (${countsOf(activity, "TRUE")} UNION ALL ${openingStates(among)}) states
       GROUP BY customer_id, local_day
       HAVING ${MOVING.map((name) => `${sum(name)} <> 0`).join(" OR ")}) d) h
     JOIN (${firstsOf(orders, among)}) f ON f.customer_id = h.customer_id
     LEFT JOIN (${lastsOf(orders, among)}) l ON l.customer_id = h.customer_id AND l.seq = h.orders
     LEFT JOIN (SELECT customer_id FROM opening_balance WHERE units IS NULL) u ON u.customer_id = h.customer_id`,
    ),
  );
}
