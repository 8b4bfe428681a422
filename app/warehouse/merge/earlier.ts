// Orders in a merge that were placed before the instant from which orders are kept: sums stand for what they had come to by
// then, so that only what was booked since is taken from them, and no row about the order.
import { clockOver } from "../clock.ts";
import { insertEarlierActivity } from "./derive.ts";
import type { Session } from "../driver.ts";
import { row } from "./ledger.ts";
import { takeOut } from "./withheld.ts";
import { insertInto } from "../schema/schema.ts";

/**
 * Moves such orders from the staging tables into temporary tables `earlier` (of which there is one row an order, the
 * newest, unless what is known is newer) and `earlier_sales`; `earlier_told` is what all of them tell of their customers.
 * One that is stored whole is left: it goes with the next removal of older orders. One that the sums were made without stays
 * excluded, whatever is chosen now.
 * @param excluding whether there is a table of that name
 * @returns how many there were
 */
export async function setEarlierAside(
  session: Session,
  {
    openingAt,
    readAt,
    timeZone,
    excluding,
  }: { openingAt: string; readAt: string; timeZone: string; excluding: boolean },
): Promise<number> {
  await session.run("CREATE TEMP TABLE too_early (order_id BIGINT, file INTEGER)");
  const found = await session.run(
    `INSERT INTO too_early (order_id, file) SELECT s.order_id, s.file FROM stage_orders s
     WHERE s.placed_at < CAST($1 AS TIMESTAMP) AND NOT EXISTS (SELECT 1 FROM orders o WHERE o.order_id = s.order_id)`,
    [openingAt],
  );
  if (found === 0) return 0;
  await session.run(
    `CREATE TEMP TABLE earlier_told AS
     SELECT s.customer_id, s.customer_created_at, s.customer_orders FROM stage_orders s
     JOIN too_early g ON g.order_id = s.order_id AND g.file = s.file WHERE s.customer_id IS NOT NULL`,
  );
  await session.run(
    `CREATE TEMP TABLE earlier AS
     SELECT s.order_id, s.file, s.customer_id, s.updated_at, s.test, b.order_id IS NOT NULL AS returned,
       coalesce(e.excluded, ${excluding ? "x.order_id IS NOT NULL" : "FALSE"}) AS excluded,
       e.customer_id AS former_customer_id, e.updated_at AS former_updated_at
     FROM (SELECT t.*, row_number() OVER (PARTITION BY order_id ORDER BY updated_at DESC, file DESC) AS nth
           FROM stage_orders t) s
     JOIN (SELECT DISTINCT order_id FROM too_early) g ON g.order_id = s.order_id
     LEFT JOIN earlier_orders e ON e.order_id = s.order_id
     ${excluding ? "LEFT JOIN excluding x ON x.order_id = s.order_id AND x.file = s.file" : ""}
     LEFT JOIN (SELECT id, read_at FROM removed WHERE kind = 'order') r ON r.id = s.order_id
     LEFT JOIN (SELECT DISTINCT a.order_id, a.file FROM stage_agreements a
       JOIN stage_sales v ON v.agreement_id = a.agreement_id AND v.file = a.file
       WHERE ${row.units_reversed} > 0 AND (a.happened_at < CAST($2 AS TIMESTAMP) OR a.reason = 'ORDER')) b
       ON b.order_id = s.order_id AND b.file = s.file
     WHERE s.nth = 1 AND (r.id IS NULL OR r.read_at < CAST($1 AS TIMESTAMP))
       AND (e.order_id IS NULL OR s.updated_at > e.updated_at
         OR (s.updated_at = e.updated_at AND CAST($1 AS TIMESTAMP) >= e.read_at))`,
    [readAt, openingAt],
  );
  const clock = await clockOver((sql) => session.rows(sql), timeZone, { stage_agreements: ["happened_at"] });
  await session.run(
    `CREATE TEMP TABLE earlier_sales AS SELECT * FROM (
       SELECT s.sale_id, a.order_id, s.agreement_id, a.reason, s.action, s.line_type, a.happened_at,
         ${clock.localDay("a.happened_at")} AS local_day,
         s.line_item_id, l.product_id, l.variant_id, s.quantity, s.total, s.tax, s.discount,
         coalesce(k.unit_cost, CASE WHEN s.line_item_id IS NOT NULL THEN l.unit_cost WHEN g.all_goods THEN 0 END) AS unit_cost,
         row_number() OVER (PARTITION BY s.sale_id ORDER BY s.total) AS nth
       FROM earlier o
       JOIN stage_agreements a ON a.order_id = o.order_id AND a.file = o.file
       JOIN stage_sales s ON s.agreement_id = a.agreement_id AND s.file = a.file
       LEFT JOIN stage_lines l ON l.line_item_id = s.line_item_id AND l.file = s.file
       LEFT JOIN (SELECT order_id, line_item_id, max(unit_cost) AS unit_cost FROM sales
         WHERE order_id IN (SELECT order_id FROM earlier) GROUP BY order_id, line_item_id) k
         ON k.order_id = o.order_id AND k.line_item_id IS NOT DISTINCT FROM s.line_item_id
       LEFT JOIN (SELECT order_id, file, bool_and(unit_cost IS NOT NULL) AS all_goods FROM stage_lines
         WHERE NOT gift_card GROUP BY order_id, file) g ON g.order_id = o.order_id AND g.file = o.file
       WHERE NOT o.test AND a.happened_at >= CAST($1 AS TIMESTAMP) AND a.reason IS DISTINCT FROM 'ORDER') t
     WHERE nth = 1`,
    [openingAt],
  );
  await takeOut(session, "too_early");
  return found;
}

/** Writes what was set aside; answers how many of these orders are new here or not as they were. */
export async function mergeEarlier(session: Session, readAt: string): Promise<number> {
  const theirs = "order_id IN (SELECT order_id FROM earlier)";
  await session.run(
    `INSERT INTO touched_customers (customer_id)
     SELECT customer_id FROM earlier WHERE customer_id IS NOT NULL
     UNION SELECT former_customer_id FROM earlier WHERE former_customer_id IS NOT NULL
     EXCEPT SELECT customer_id FROM touched_customers`,
  );
  for (const table of ["sales", "activity", "earlier_orders"])
    await session.run(`DELETE FROM ${table} WHERE ${theirs}`);
  await session.run(
    insertInto(
      "earlier_orders",
      {
        order_id: "order_id",
        customer_id: "customer_id",
        updated_at: "updated_at",
        read_at: "CAST($1 AS TIMESTAMP)",
        returned: "returned",
        excluded: "excluded",
      },
      "FROM earlier e WHERE EXISTS (SELECT 1 FROM earlier_sales s WHERE s.order_id = e.order_id)",
    ),
    [readAt],
  );
  await session.run(
    insertInto(
      "sales",
      {
        sale_id: "sale_id",
        order_id: "order_id",
        agreement_id: "agreement_id",
        reason: "coalesce(reason, 'UNKNOWN')",
        action: "coalesce(action, 'UNKNOWN')",
        line_type: "coalesce(line_type, 'UNKNOWN')",
        happened_at: "happened_at",
        booked_at: "happened_at",
        local_day: "local_day",
        line_item_id: "line_item_id",
        product_id: "product_id",
        variant_id: "variant_id",
        quantity: "quantity",
        total: "total",
        tax: "tax",
        discount: "discount",
        unit_cost: "unit_cost",
      },
      "FROM earlier_sales",
    ),
  );
  await insertEarlierActivity(session, theirs);
  const [changed] = await session.rows<{ n: number }>(
    `SELECT count(*) AS n FROM earlier e JOIN earlier_orders k ON k.order_id = e.order_id
     WHERE e.former_updated_at IS DISTINCT FROM e.updated_at OR e.former_customer_id IS DISTINCT FROM e.customer_id`,
  );
  return changed?.n ?? 0;
}
