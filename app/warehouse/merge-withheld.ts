// What a load brings and the shop must not hold: orders older than are kept, and customers who must leave no trace. Taken
// out of the staging tables, before anything of the merge sees it, so that every way of reading is covered by one place.
import { setImmediate } from "node:timers/promises";
import type { Session } from "./driver.ts";
import { idTable } from "./merge-removals.ts";
import type { Load } from "./warehouse.server.ts";

/** Takes orders placed before `keepFrom` out of the load, with their children; answers how many there were. */
export async function leaveOut(session: Session, keepFrom: string | undefined): Promise<number> {
  if (keepFrom === undefined) return 0;
  await session.run("CREATE TEMP TABLE too_old (order_id BIGINT, file INTEGER)");
  const count = await session.run(
    "INSERT INTO too_old SELECT order_id, file FROM stage_orders WHERE placed_at < CAST($1 AS TIMESTAMP)",
    [keepFrom.replace("T", " ").replace("Z", "")],
  );
  if (count === 0) return 0;
  await session.run(
    `DELETE FROM stage_sales USING (
       SELECT a.agreement_id, a.file FROM stage_agreements a
       JOIN too_old o ON o.order_id = a.order_id AND o.file = a.file) g
     WHERE stage_sales.agreement_id = g.agreement_id AND stage_sales.file = g.file`,
  );
  for (const table of ["stage_agreements", "stage_lines", "stage_orders"])
    await session.run(
      `DELETE FROM ${table} USING too_old o WHERE ${table}.order_id = o.order_id AND ${table}.file = o.file`,
    );
  return count;
}

/** Ids judged before other work of the process gets its turn. */
const JUDGED_AT_ONCE = 1_000;

/**
 * Sends the orders of withheld customers to no customer and drops their records.
 * @returns those of the load's removed customers who may be remembered as removed
 */
export async function withhold(session: Session, load: Load): Promise<readonly number[]> {
  const removed = load.removedCustomers ?? [];
  const isWithheld = (await load.withheld?.()) ?? null;
  if (isWithheld === null) return removed;
  const named = await session.rows<{ id: number }>(
    `SELECT customer_id AS id FROM stage_orders WHERE customer_id IS NOT NULL
     UNION SELECT customer_id FROM stage_customers WHERE customer_id IS NOT NULL`,
  );
  const withheld: number[] = [];
  for (const [index, { id }] of named.entries()) {
    if (isWithheld(id)) withheld.push(id);
    if (index % JUDGED_AT_ONCE === JUDGED_AT_ONCE - 1) await setImmediate();
  }
  if (withheld.length > 0) {
    await idTable(session, "withheld", withheld);
    await session.run(
      `UPDATE stage_orders SET customer_id = NULL, customer_created_at = NULL, customer_orders = NULL
       FROM withheld w WHERE stage_orders.customer_id = w.id`,
    );
    await session.run(
      "DELETE FROM stage_customers USING withheld w WHERE stage_customers.customer_id = w.id",
    );
  }
  return removed.filter((id) => !isWithheld(id));
}
