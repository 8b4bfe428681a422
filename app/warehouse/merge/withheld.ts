// What a load brings and the shop must not hold: orders older than are kept, and customers who must leave no trace. Taken
// out of the staging tables, before anything of the merge sees it, so that every way of reading is covered by one place.
import { setImmediate } from "node:timers/promises";
import { timestampOf } from "../values.ts";
import type { Session } from "../driver.ts";
import { idTable } from "./removals.ts";
import type { Listing, Load } from "../load.ts";
import type { Observation } from "../observe/observation.ts";
import { observedTable, seenIn } from "../schema/observed.ts";

/** Takes orders placed before `keepFrom` out of the load, with their children; answers how many there were. */
export async function leaveOut(session: Session, keepFrom: string | undefined): Promise<number> {
  if (keepFrom === undefined) return 0;
  await session.run("CREATE TEMP TABLE too_old (order_id BIGINT, file INTEGER)");
  const count = await session.run(
    "INSERT INTO too_old (order_id, file) SELECT order_id, file FROM stage_orders WHERE placed_at < CAST($1 AS TIMESTAMP)",
    [timestampOf(keepFrom)],
  );
  if (count > 0) await takeOut(session, "too_old");
  return count;
}

/** Takes the orders of table `from` (order_id, file) out of the staging tables, with their children. */
export async function takeOut(session: Session, from: string): Promise<void> {
  await session.run(
    `DELETE FROM stage_sales USING (
       SELECT a.agreement_id, a.file FROM stage_agreements a
       JOIN ${from} o ON o.order_id = a.order_id AND o.file = a.file) g
     WHERE stage_sales.agreement_id = g.agreement_id AND stage_sales.file = g.file`,
  );
  for (const table of ["stage_agreements", "stage_lines", "stage_orders"])
    await session.run(
      `DELETE FROM ${table} USING ${from} o WHERE ${table}.order_id = o.order_id AND ${table}.file = o.file`,
    );
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
  if (await namesWithheld(session, [ofCustomer("stage_orders"), ofCustomer("stage_customers")], isWithheld)) {
    await session.run(
      `UPDATE stage_orders SET customer_id = NULL, customer_created_at = NULL, customer_orders = NULL, tags = NULL
       FROM withheld w WHERE stage_orders.customer_id = w.id`,
    );
    await session.run(
      "DELETE FROM stage_customers USING withheld w WHERE stage_customers.customer_id = w.id",
    );
  }
  return removed.filter((id) => !isWithheld(id));
}

/** Takes withheld customers out of what was seen. */
export async function withholdSeen(session: Session, { source, withheld }: Observation): Promise<void> {
  const { names } = observedTable(source);
  if (names === "nobody") return;
  const isWithheld = (await withheld?.()) ?? null;
  const seen = seenIn(source);
  if (isWithheld !== null && (await namesWithheld(session, [ofCustomer(seen)], isWithheld)))
    await session.run(`DELETE FROM ${seen} USING withheld w WHERE ${seen}.customer_id = w.id`);
}

const ofCustomer = (table: string) => [table, "customer_id"] as const;

/** Fills temporary table `withheld` with those whom the columns of tables name; false when there is none. */
export async function namesWithheld(
  session: Session,
  columns: readonly (readonly [table: string, column: string])[],
  isWithheld: (customerId: number) => boolean,
): Promise<boolean> {
  const ids = columns.map(
    ([table, column]) => `SELECT ${column} AS id FROM ${table} WHERE ${column} IS NOT NULL`,
  );
  const named = await session.rows<{ id: number }>(ids.join(" UNION "));
  const withheld: number[] = [];
  for (const [index, { id }] of named.entries()) {
    if (isWithheld(id)) withheld.push(id);
    if (index % JUDGED_AT_ONCE === JUDGED_AT_ONCE - 1) await setImmediate();
  }
  if (withheld.length > 0) await idTable(session, "withheld", withheld);
  return withheld.length > 0;
}

/**
 * Takes out of a list what the tables lack or have otherwise on purpose, so that it is no difference.
 * @param openingAt the UTC timestamp before which sums stand for orders; their customers are kept
 */
export async function leaveOutListed(
  session: Session,
  listing: Listing,
  openingAt: string | null,
): Promise<void> {
  const table = `listed_${listing.of}`;
  const isWithheld = (await listing.withheld?.()) ?? null;
  if (isWithheld !== null && (await namesWithheld(session, [ofCustomer(table)], isWithheld)))
    await session.run(
      listing.of === "orders"
        ? "UPDATE listed_orders SET customer_id = NULL FROM withheld w WHERE listed_orders.customer_id = w.id"
        : "DELETE FROM listed_customers USING withheld w WHERE listed_customers.customer_id = w.id",
    );
  if (listing.customersHidden && listing.of === "orders")
    await session.run(
      "UPDATE listed_orders SET customer_id = o.customer_id FROM orders o WHERE o.order_id = listed_orders.order_id",
    );
  const keepFrom = listing.keepFrom === undefined ? openingAt : timestampOf(listing.keepFrom);
  if (keepFrom === null || (listing.keepFrom === undefined && listing.of === "customers")) return;
  // What is still here goes with the next removal of old orders; till then it is not gone in Shopify.
  await session.run(
    listing.of === "orders"
      ? `DELETE FROM listed_orders WHERE placed_at < CAST($1 AS TIMESTAMP)
           AND NOT EXISTS (SELECT 1 FROM orders o WHERE o.order_id = listed_orders.order_id)`
      : `DELETE FROM listed_customers WHERE shopify_orders > 0 AND created_at < CAST($1 AS TIMESTAMP)
           AND NOT EXISTS (SELECT 1 FROM customers c WHERE c.customer_id = listed_customers.customer_id)
           AND NOT EXISTS (SELECT 1 FROM orders o WHERE o.customer_id = listed_customers.customer_id)`,
    [keepFrom],
  );
  // Nor is it wrong: it is not read again.
  if (listing.of === "orders")
    await session.run(
      `UPDATE listed_orders SET updated_at = o.updated_at, customer_id = o.customer_id, current_total = o.current_total
       FROM orders o WHERE o.order_id = listed_orders.order_id AND listed_orders.placed_at < CAST($1 AS TIMESTAMP)`,
      [keepFrom],
    );
}
