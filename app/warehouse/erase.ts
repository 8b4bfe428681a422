// What leaves the tables for good: a customer with every trace of him, or orders that are older than are kept. Whoever
// had such orders beside others is numbered anew.
import { deriveAnew, deriveEverything } from "./merge/derive.ts";
import type { Session } from "./driver.ts";
import { isGone, passSums } from "./merge/heirs.ts";
import { idTable } from "./merge/removals.ts";
import {
  closeBooks,
  type Cut,
  deriveClosed,
  dropOpening,
  keepLaterMovements,
  touchBefore,
} from "./opening/opening.ts";
import { erasures, namingsOf, ownersOf, tablesOfOrders } from "./schema/personal.ts";
import { keyedIn, type Schema } from "./schema/schema.ts";

/** From so many orders on, derived tables are rebuilt whole. */
const MANY_ORDERS = 5_000;

/** The customers' rows go, their orders and those of `orderIds` stay without a customer. */
export async function eraseCustomers(
  session: Session,
  schema: Schema,
  customerIds: readonly number[],
  orderIds: readonly number[],
): Promise<{ orders: number }> {
  await idTable(session, "erased", customerIds);
  await idTable(session, "named_orders", orderIds);
  // Shopify names his orders. Whose they are here, if he is gone there, became one with him unheard of.
  const owners = ownersOf(schema);
  for (const table of owners)
    await session.run(
      `INSERT INTO erased (id) SELECT DISTINCT o.customer_id FROM ${table} o JOIN named_orders n ON n.id = o.order_id
       WHERE o.customer_id IS NOT NULL AND o.customer_id NOT IN (SELECT id FROM erased)
         AND ${isGone("o.customer_id")}`,
    );
  await session.run("CREATE TEMP TABLE left_orders (order_id BIGINT, customer_id BIGINT)");
  const orders = await session.run(
    `INSERT INTO left_orders (order_id, customer_id) ${owners
      .map(
        (table) => `SELECT order_id, customer_id FROM ${table} WHERE customer_id IN (SELECT id FROM erased)
          OR (customer_id IS NOT NULL AND order_id IN (SELECT id FROM named_orders))`,
      )
      .join(" UNION ALL ")}`,
  );
  const written = (table: string) => session.intervals(table).unpacked;
  for (const statement of erasures(schema, written)) await session.run(statement);
  for (const [name, table] of schema.tables)
    for (const [column] of namingsOf(table)) await session.intervals(name).erasePacked(column);
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
  schema: Schema,
  cut: Cut,
  sums: boolean,
  timeZone: string,
): Promise<{ orders: number; customers: number; records: number }> {
  const records = await forgetRecords(session, schema, cut);
  const [found] = await session.rows<{ orders: number; earlier: number; opening_day: string | null }>(
    `SELECT (SELECT count(*) FROM orders WHERE placed_at < CAST($1 AS TIMESTAMP)) AS orders,
       (SELECT count(*) FROM sales s JOIN earlier_orders e ON e.order_id = s.order_id
        WHERE s.booked_at < CAST($1 AS TIMESTAMP)) AS earlier, opening_day FROM shop_meta`,
    [cut.at],
  );
  const { orders = 0, earlier = 0, opening_day: opened = null } = found ?? {};
  if (!sums) {
    const customers = await forgetWhole(session, schema, cut, { orders, hasSums: opened !== null });
    return { orders, customers, records };
  }
  if (orders + earlier > 0) {
    await touchBefore(session, cut);
    await closeBooks(session, cut, timeZone);
    await passSums(session);
    await keepLaterMovements(session, cut.at);
    if (opened === null || orders > MANY_ORDERS) await deriveEverything(session);
    else await deriveClosed(session, opened);
  }
  return { orders, customers: 0, records };
}

/** Records with a key go by the instant that they declare, whatever is kept of orders. */
async function forgetRecords(session: Session, schema: Schema, { at }: Cut): Promise<number> {
  let records = 0;
  for (const { table, key, keptBy, parts } of keyedIn(schema)) {
    if (keptBy === null) continue;
    const old = `SELECT ${key} FROM ${table} WHERE ${keptBy} < CAST($1 AS TIMESTAMP)`;
    for (const part of Object.keys(parts))
      await session.run(`DELETE FROM ${part} WHERE ${key} IN (${old})`, [at]);
    records += await session.run(`DELETE FROM ${table} WHERE ${keptBy} < CAST($1 AS TIMESTAMP)`, [at]);
  }
  return records;
}

/** Answers how many customers went. */
async function forgetWhole(
  session: Session,
  schema: Schema,
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
    for (const table of tablesOfOrders(schema))
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
