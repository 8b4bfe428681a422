// What leaves the tables for good: a customer with every trace of him, or orders that are older than are kept. Whoever
// had such orders beside others is numbered anew.
import { deriveEverything, number, ORDERS_HERE, rebuildHistory, type Extent } from "./derive.ts";
import type { Session } from "./driver.ts";
import { idTable } from "./merge-removals.ts";
import { closeBooks, type Cut, dropOpening, keepLaterMovements } from "./opening.ts";
import { customerTraces, tables } from "./schema.ts";

/** From so many orders on, derived tables are rebuilt whole. */
const MANY_ORDERS = 5_000;

/** The customers' rows go, their orders and those of `orderIds` stay without a customer. */
export async function eraseCustomers(
  session: Session,
  customerIds: readonly number[],
  orderIds: readonly number[],
): Promise<{ orders: number }> {
  await idTable(session, "erased", customerIds);
  await idTable(session, "named_orders", orderIds);
  await session.run("CREATE TEMP TABLE left_orders (order_id BIGINT, customer_id BIGINT)");
  const orders = await session.run(
    `INSERT INTO left_orders (order_id, customer_id) SELECT order_id, customer_id FROM orders
     WHERE customer_id IN (SELECT id FROM erased)
       OR (customer_id IS NOT NULL AND order_id IN (SELECT id FROM named_orders))
     UNION ALL SELECT order_id, customer_id FROM earlier_orders
     WHERE customer_id IN (SELECT id FROM erased)
       OR (customer_id IS NOT NULL AND order_id IN (SELECT id FROM named_orders))`,
  );
  for (const [table, trace] of Object.entries(customerTraces))
    await session.run(
      trace === "row"
        ? `DELETE FROM ${table} USING erased e WHERE ${table}.customer_id = e.id`
        : `UPDATE ${table} SET customer_id = NULL${Object.hasOwn(tables[table as keyof typeof tables], "seq") ? ", seq = NULL, prev_day = NULL" : ""}
           FROM left_orders l WHERE ${table}.order_id = l.order_id`,
    );
  await session.run(
    "DELETE FROM removed USING erased e WHERE removed.kind = 'customer' AND removed.id = e.id",
  );
  await session.run("CREATE TEMP TABLE touched_customers (customer_id BIGINT)");
  await session.run(
    `INSERT INTO touched_customers (customer_id) SELECT DISTINCT customer_id FROM left_orders
     WHERE customer_id NOT IN (SELECT id FROM erased)`,
  );
  await deriveAnew(session, "touched");
  return { orders };
}

/**
 * Orders placed before the cut go with all their rows. With sums, each customer's at the cut are kept beside what was booked
 * later; customers stay. Without, so do customers go who ordered only then (Shopify counts orders of theirs and none is
 * here) and sums that were kept. Who never ordered stays.
 * @param sums whether they are to be kept
 */
export async function forgetBefore(
  session: Session,
  cut: Cut,
  sums: boolean,
  timeZone: string,
): Promise<{ orders: number; customers: number }> {
  const [found] = await session.rows<{ orders: number; earlier: number; opening_at: string | null }>(
    `SELECT (SELECT count(*) FROM orders WHERE placed_at < CAST($1 AS TIMESTAMP)) AS orders,
       (SELECT count(*) FROM sales s JOIN earlier_orders e ON e.order_id = s.order_id
        WHERE s.booked_at < CAST($1 AS TIMESTAMP)) AS earlier, opening_at FROM shop_meta`,
    [cut.at],
  );
  const { orders = 0, earlier = 0, opening_at: opened = null } = found ?? {};
  if (!sums)
    return { orders, customers: await forgetWhole(session, cut, { orders, hasSums: opened !== null }) };
  if (orders + earlier > 0) {
    await closeBooks(session, cut, timeZone);
    await keepLaterMovements(session, cut.at);
    await deriveEverything(session);
  }
  return { orders, customers: 0 };
}

/** Answers how many customers went. */
async function forgetWhole(
  session: Session,
  { day, at }: Cut,
  { orders, hasSums }: { orders: number; hasSums: boolean },
): Promise<number> {
  await session.run("CREATE TEMP TABLE left_orders (order_id BIGINT, customer_id BIGINT)");
  await session.run("CREATE TEMP TABLE touched_customers (customer_id BIGINT)");
  if (orders > 0) {
    await session.run(
      "INSERT INTO left_orders (order_id, customer_id) SELECT order_id, customer_id FROM orders WHERE placed_at < CAST($1 AS TIMESTAMP)",
      [at],
    );
    await session.filled("left_orders");
    await session.run(
      "INSERT INTO touched_customers (customer_id) SELECT DISTINCT customer_id FROM left_orders WHERE customer_id IS NOT NULL",
    );
    for (const table of ["sales", "order_lines", "activity", "orders"])
      await session.run(`DELETE FROM ${table} USING left_orders l WHERE ${table}.order_id = l.order_id`);
  }
  if (hasSums) {
    await dropOpening(session);
    await deriveEverything(session);
  } else if (orders > 0) await deriveAnew(session, orders > MANY_ORDERS ? "everything" : "touched");
  return await session.run(
    `DELETE FROM customers WHERE shopify_orders > 0 AND (created_day IS NULL OR created_day < CAST($1 AS DATE))
       AND NOT EXISTS (SELECT 1 FROM orders o WHERE o.customer_id = customers.customer_id)`,
    [day],
  );
}

/** What follows from the orders that are left, for the customers in touched_customers. */
export async function deriveAnew(session: Session, extent: Extent): Promise<void> {
  await session.filled("touched_customers");
  await session.run(
    `CREATE TEMP TABLE accepted (
       order_id BIGINT, customer_id BIGINT, placed_at TIMESTAMP, local_at TIMESTAMP, test BOOLEAN, gift_cards_only BOOLEAN)`,
  );
  await number(session, extent, false);
  await rebuildHistory(session, extent);
  await session.run(
    `UPDATE customers SET history_complete = FALSE FROM touched_customers t
     WHERE customers.customer_id = t.customer_id AND customers.history_complete AND customers.shopify_orders > coalesce((
       SELECT h.orders FROM (${ORDERS_HERE}) h WHERE h.customer_id = customers.customer_id), 0)`,
  );
}
