// Sums that stand for orders on their way: from the copy in use into the one that is being made beside it, and from a
// customer who was merged into another to that one.
import { deriveAnew, deriveEverything } from "../merge/derive.ts";
import type { Session } from "../driver.ts";
import { insertRows } from "../insert-rows.ts";
import { isGone, lastHeir, noteHeir, passSums, passTo } from "../merge/heirs.ts";
import { keepLaterMovements, openFrom } from "./opening.ts";
import { namingsOf } from "../schema/personal.ts";
import { keyedIn, type Schema, type TableName, tables } from "../schema/schema.ts";
import type { Row } from "../contract.ts";

const CARRIED = {
  opening_balance: "SELECT * FROM opening_balance",
  opening_gaps: "SELECT * FROM opening_gaps",
  earlier_orders: "SELECT * FROM earlier_orders",
  heirs: "SELECT * FROM heirs",
  sales: "SELECT s.* FROM sales s JOIN earlier_orders e ON e.order_id = s.order_id",
} as const satisfies Partial<Record<TableName, string>>;

type Carried = Record<keyof typeof CARRIED, Row[]>;

/** All of it, whichever engine holds it. */
export async function readOpening(stream: (sql: string) => AsyncIterable<Row[]>): Promise<Carried> {
  const rows: Carried = { opening_balance: [], opening_gaps: [], earlier_orders: [], heirs: [], sales: [] };
  for (const [table, into] of Object.entries(rows) as [keyof Carried, Row[]][])
    for await (const batch of stream(CARRIED[table])) into.push(...batch);
  return rows;
}

/** Into tables that were read since the instant `at` and before it as far as an order was created later. */
export async function writeOpening(
  session: Session,
  { earlier_orders, heirs, sales, ...rows }: Carried,
  at: string,
  timeZone: string,
): Promise<void> {
  // What was read just now is the newer version.
  await session.run("CREATE TEMP TABLE carried_orders (order_id BIGINT)");
  const ids = earlier_orders.map(({ order_id = null }) => ({ order_id }));
  await insertRows(session, "carried_orders", { order_id: "BIGINT" }, ids);
  const known = await session.rows<{ order_id: number }>(
    "SELECT o.order_id FROM orders o JOIN carried_orders c ON c.order_id = o.order_id",
  );
  const read = new Set(known.map(({ order_id }) => order_id));
  const isNew = ({ order_id }: Row) => !read.has(Number(order_id));
  const noted = await session.rows<{ customer_id: number }>("SELECT customer_id FROM heirs");
  const passed = new Set(noted.map(({ customer_id }) => customer_id));
  await keepLaterMovements(session, at);
  for (const [table, list] of Object.entries({
    ...rows,
    earlier_orders: earlier_orders.filter(isNew),
    heirs: heirs.filter(({ customer_id }) => !passed.has(Number(customer_id))),
    sales: sales.filter(isNew),
  }) as [keyof Carried, Row[]][])
    await insertRows(session, table, tables[table], list);
  await openFrom(session, at, timeZone);
  // Whom the reading has not found may be gone: a night's check finds that out of those it knows.
  await session.run(
    `INSERT INTO customers (customer_id, history_complete) SELECT customer_id, FALSE FROM opening_balance b
     WHERE NOT EXISTS (SELECT 1 FROM customers c WHERE c.customer_id = b.customer_id) AND NOT ${isGone("b.customer_id")}`,
  );
  await session.run("CREATE TEMP TABLE touched_customers (customer_id BIGINT)");
  await passSums(session);
  await deriveEverything(session);
}

/** Two customers have become one: the sums of each that is gone pass to the other, and so do records that name him. */
export async function joinOpenings(
  session: Session,
  schema: Schema,
  joined: readonly { gone: number; kept: number }[],
): Promise<void> {
  await session.run("CREATE TEMP TABLE touched_customers (customer_id BIGINT)");
  for (const { gone, kept } of joined) {
    if (gone === kept) continue;
    await noteHeir(session, gone, kept);
    const heir = await lastHeir(session, gone, kept);
    await passTo(session, gone, heir);
    if (heir !== null) await passLinks(session, schema, gone, heir);
  }
  await deriveAnew(session, "touched");
}

/** Shopify moves them without a change of theirs. What it has forgotten since can be read no more, and must not name nobody. */
async function passLinks(session: Session, schema: Schema, gone: number, heir: number): Promise<void> {
  for (const { table } of keyedIn(schema)) {
    const declared = schema.tables.get(table);
    for (const [column, { trace }] of declared === undefined ? [] : namingsOf(declared))
      if (trace === "link")
        await session.run(`UPDATE ${table} SET ${column} = $1 WHERE ${column} = $2`, [heir, gone]);
  }
}
