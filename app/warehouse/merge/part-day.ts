// What `activity` would hold of a local day had it ended at an instant: its rows name no hour, the ledger's do.
import { tables } from "../schema/schema.ts";
import { MOVEMENTS } from "./derive.ts";
import { row, sum } from "./ledger.ts";

const PLACED = [
  "seq",
  "placed_gross",
  "placed_discount",
  "placed_net",
  "placed_units",
  "channel",
  "country",
  "b2b",
  "language",
  "subscription",
  "pos",
] as const;

/**
 * Query with columns of `activity`: of the orders that moved on the day before the instant, what they moved.
 * @param day SQL of a date
 * @param at SQL of a timestamp in UTC
 */
export function activityUpTo(day: string, at: string): string {
  const types: Readonly<Record<string, string>> = tables.activity;
  // `activity` has a row of every order that moved on the day, and its key leads to the ledger's rows.
  const theirs = `order_id IN (SELECT order_id FROM activity WHERE local_day = ${day})`;
  const isPlaced = `(o.local_day = ${day} AND NOT o.gift_cards_only AND o.placed_at < ${at})`;
  return `SELECT m.order_id, coalesce(o.customer_id, e.customer_id) AS customer_id, ${day} AS local_day,
    ${MOVEMENTS.map((name) => `m.${name}`).join(", ")}, coalesce(${isPlaced}, FALSE) AS placed,
    ${PLACED.map((name) => `CAST(CASE WHEN ${isPlaced} THEN o.${name} END AS ${types[name]}) AS ${name}`).join(", ")}
  FROM (
    SELECT order_id, ${MOVEMENTS.map((name) => `${sum(name)} AS ${name}`).join(", ")} FROM (
      SELECT order_id, ${MOVEMENTS.map((name) => `${row[name]} AS ${name}`).join(", ")} FROM sales
      WHERE ${theirs} AND local_day = ${day} AND booked_at < ${at}
      UNION ALL SELECT order_id, ${MOVEMENTS.map(() => "0").join(", ")} FROM orders
      WHERE ${theirs} AND local_day = ${day} AND placed_at < ${at}) moves
    GROUP BY order_id) m
  LEFT JOIN orders o ON o.order_id = m.order_id
  LEFT JOIN earlier_orders e ON e.order_id = m.order_id
  WHERE NOT coalesce(o.test, FALSE) AND (o.order_id IS NOT NULL OR e.order_id IS NOT NULL)`;
}
