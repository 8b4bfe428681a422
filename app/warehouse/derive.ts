// The tables that follow from the ledger: each order's place among its customer's orders, `activity` and
// `customer_history`. Written for the touched orders and customers alone, or whole when most are touched.
// Two temporary tables say what was touched: touched_customers(customer_id) and touched_orders(order_id).
import type { Session } from "./driver.ts";
import { row, sum } from "./ledger.ts";

/** "touched": the rows of the two tables. "everything": all rows, which is faster from about a fifth on. */
export type Extent = "touched" | "everything";

/** Everything derived, from `orders` and `sales` as they now stand. */
export async function rebuild(session: Session, extent: Extent): Promise<void> {
  await number(session, extent);
  await rebuildActivity(session, extent);
  await rebuildHistory(session, extent);
}

/**
 * seq and prev_day over the customers' orders, in `orders`. Orders that moved to another place join touched_orders.
 * Test orders have no place and guests no sequence.
 */
async function number(session: Session, extent: Extent): Promise<void> {
  const among = extent === "touched" ? "JOIN touched_customers t ON t.customer_id = o.customer_id" : "";
  await session.run(
    `CREATE TEMP TABLE renumbered AS
     SELECT order_id, CAST(place AS INTEGER) AS place, day_before FROM (
       SELECT o.order_id, o.seq, o.prev_day,
         row_number() OVER (PARTITION BY o.customer_id ORDER BY o.placed_at, o.order_id) AS place,
         lag(o.local_day) OVER (PARTITION BY o.customer_id ORDER BY o.placed_at, o.order_id) AS day_before
       FROM orders o ${among}
       WHERE o.customer_id IS NOT NULL AND NOT o.test) numbered
     WHERE seq IS NULL OR seq <> place OR prev_day IS DISTINCT FROM day_before`,
  );
  await session.filled("renumbered");
  await session.run(
    `UPDATE orders SET seq = r.place, prev_day = r.day_before FROM renumbered r WHERE orders.order_id = r.order_id`,
  );
  if (extent === "touched")
    await session.run(
      `INSERT INTO touched_orders SELECT r.order_id FROM renumbered r
       WHERE NOT EXISTS (SELECT 1 FROM touched_orders t WHERE t.order_id = r.order_id)`,
    );
  await session.run("DROP TABLE renumbered");
}

const MOVEMENTS = [
  "gross",
  "discounts",
  "reversals",
  "units",
  "units_reversed",
  "shipping",
  "tax",
  "duties",
  "fees",
  "tips",
] as const;

const PLACEMENT = [
  "seq",
  "prev_day",
  "placed_gross",
  "placed_discount",
  "placed_net",
  "placed_units",
  "net_so_far",
  "channel",
  "country",
] as const;

async function rebuildActivity(session: Session, extent: Extent): Promise<void> {
  const touched = extent === "touched";
  await session.run(
    touched
      ? "DELETE FROM activity USING touched_orders t WHERE activity.order_id = t.order_id"
      : "DELETE FROM activity",
  );
  const among = (alias: string) => (touched ? `JOIN touched_orders t ON t.order_id = ${alias}.order_id` : "");
  const placement = PLACEMENT.map((column) => `CASE WHEN m.local_day = o.local_day THEN o.${column} END`);
  // An order was placed on its own day even when nothing moved on it: hence the row of zeros.
  await session.run(
    `INSERT INTO activity
     SELECT m.order_id, o.customer_id, m.local_day, ${MOVEMENTS.map((name) => `m.${name}`).join(", ")},
       m.local_day = o.local_day, ${placement.join(", ")}
     FROM (
       SELECT order_id, local_day, ${MOVEMENTS.map((name) => `${sum(row[name])} AS ${name}`).join(", ")}
       FROM (
         SELECT s.order_id, s.local_day, s.line_type, s.action, s.quantity, s.total, s.tax, s.discount
         FROM sales s ${among("s")}
         UNION ALL SELECT o.order_id, o.local_day, 'NONE', 'NONE', 0, 0, 0, 0 FROM orders o ${among("o")}) moves
       GROUP BY order_id, local_day) m
     JOIN orders o ON o.order_id = m.order_id
     WHERE NOT o.test
     ORDER BY m.local_day`,
  );
}

async function rebuildHistory(session: Session, extent: Extent): Promise<void> {
  const touched = extent === "touched";
  await session.run(
    touched
      ? "DELETE FROM customer_history USING touched_customers t WHERE customer_history.customer_id = t.customer_id"
      : "DELETE FROM customer_history",
  );
  const among = touched ? "JOIN touched_customers t ON t.customer_id = a.customer_id" : "";
  const running = "OVER (PARTITION BY d.customer_id ORDER BY d.local_day)";
  await session.run(
    `INSERT INTO customer_history
     SELECT d.customer_id, d.local_day, coalesce(lead(d.local_day) ${running}, DATE '9999-12-31'),
       CAST(sum(d.placed) ${running} AS BIGINT), CAST(sum(d.net) ${running} AS BIGINT),
       f.local_day, max(d.placed_day) ${running},
       f.channel, f.country
     FROM (
       SELECT a.customer_id, a.local_day, ${sum("CASE WHEN a.placed THEN 1 ELSE 0 END")} AS placed,
         ${sum("a.gross - a.discounts - a.reversals")} AS net,
         max(CASE WHEN a.placed THEN a.local_day END) AS placed_day
       FROM activity a ${among} WHERE a.customer_id IS NOT NULL
       GROUP BY a.customer_id, a.local_day
       HAVING sum(CASE WHEN a.placed THEN 1 ELSE 0 END) > 0 OR sum(a.gross - a.discounts - a.reversals) <> 0) d
     JOIN (SELECT a.customer_id, a.local_day, a.channel, a.country FROM activity a ${among} WHERE a.seq = 1) f
       ON f.customer_id = d.customer_id`,
  );
}

/** Every local column by another time zone; the derived tables are to be rebuilt whole afterwards. */
export async function relocalised(session: Session, timeZone: string): Promise<void> {
  const local = (instant: string) => `CAST(${instant} AT TIME ZONE 'UTC' AT TIME ZONE $1 AS TIMESTAMP)`;
  await session.run(`UPDATE orders SET local_at = ${local("placed_at")}`, [timeZone]);
  await session.run("UPDATE orders SET local_day = CAST(local_at AS DATE)");
  await session.run(`UPDATE sales SET local_day = CAST(${local("booked_at")} AS DATE)`, [timeZone]);
  await session.run(`UPDATE customers SET created_day = CAST(${local("created_at")} AS DATE)`, [timeZone]);
}
