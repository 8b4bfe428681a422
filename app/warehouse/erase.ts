// What leaves the tables for good: a customer with every trace of him, or orders that are older than are kept. Whoever
// had such orders beside others is numbered anew.
import { number, ORDERS_HERE, rebuildHistory, type Extent } from "./derive.ts";
import type { Session } from "./driver.ts";
import { idTable } from "./merge-removals.ts";
import { customerTraces } from "./schema.ts";

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
       OR (customer_id IS NOT NULL AND order_id IN (SELECT id FROM named_orders))`,
  );
  for (const [table, trace] of Object.entries(customerTraces))
    await session.run(
      trace === "row"
        ? `DELETE FROM ${table} USING erased e WHERE ${table}.customer_id = e.id`
        : `UPDATE ${table} SET customer_id = NULL, seq = NULL, prev_day = NULL
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
 * Orders placed before the local day go with all their rows, and customers who ordered only then: Shopify counts orders
 * of theirs and none is here. Who never ordered stays.
 */
export async function forgetBefore(
  session: Session,
  day: string,
): Promise<{ orders: number; customers: number }> {
  await session.run("CREATE TEMP TABLE left_orders (order_id BIGINT, customer_id BIGINT)");
  const orders = await session.run(
    "INSERT INTO left_orders (order_id, customer_id) SELECT order_id, customer_id FROM orders WHERE local_day < CAST($1 AS DATE)",
    [day],
  );
  await session.run("CREATE TEMP TABLE touched_customers (customer_id BIGINT)");
  if (orders > 0) {
    await session.filled("left_orders");
    await session.run(
      "INSERT INTO touched_customers (customer_id) SELECT DISTINCT customer_id FROM left_orders WHERE customer_id IS NOT NULL",
    );
    for (const table of ["sales", "order_lines", "activity", "orders"])
      await session.run(`DELETE FROM ${table} USING left_orders l WHERE ${table}.order_id = l.order_id`);
    await deriveAnew(session, orders > MANY_ORDERS ? "everything" : "touched");
  }
  const customers = await session.run(
    `DELETE FROM customers WHERE shopify_orders > 0 AND (created_day IS NULL OR created_day < CAST($1 AS DATE))
       AND NOT EXISTS (SELECT 1 FROM orders o WHERE o.customer_id = customers.customer_id)`,
    [day],
  );
  return { orders, customers };
}

/** What follows from the orders that are left, for the customers in touched_customers. */
async function deriveAnew(session: Session, extent: Extent): Promise<void> {
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
