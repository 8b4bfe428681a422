// Sums that stand for orders on their way: from the copy in use into the one that is being made beside it, and from a
// customer who was merged into another to that one.
import { deriveEverything, openFrom } from "./derive.ts";
import type { Session } from "./driver.ts";
import { deriveAnew } from "./erase.ts";
import { keepLaterMovements } from "./opening.ts";
import { type TableName, tables } from "./schema.ts";
import type { Row } from "./contract.ts";

const CARRIED = {
  opening_balance: "SELECT * FROM opening_balance",
  opening_gaps: "SELECT * FROM opening_gaps",
  earlier_orders: "SELECT * FROM earlier_orders",
  sales: "SELECT s.* FROM sales s JOIN earlier_orders e ON e.order_id = s.order_id",
} as const satisfies Partial<Record<TableName, string>>;

type Carried = Record<keyof typeof CARRIED, Row[]>;

/** All of it, whichever engine holds it. */
export async function readOpening(stream: (sql: string) => AsyncIterable<Row[]>): Promise<Carried> {
  const rows: Carried = { opening_balance: [], opening_gaps: [], earlier_orders: [], sales: [] };
  for (const [table, into] of Object.entries(rows) as [keyof Carried, Row[]][])
    for await (const batch of stream(CARRIED[table])) into.push(...batch);
  return rows;
}

/** Into tables that were read since the instant `at` and before it as far as an order was created later. */
export async function writeOpening(
  session: Session,
  { earlier_orders, sales, ...rows }: Carried,
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
  await keepLaterMovements(session, at);
  for (const [table, list] of Object.entries({
    ...rows,
    earlier_orders: earlier_orders.filter(isNew),
    sales: sales.filter(isNew),
  }) as [keyof Carried, Row[]][])
    await insertRows(session, table, tables[table], list);
  await openFrom(session, at, timeZone);
  await deriveEverything(session);
}

/** Values bound in one statement. */
const VALUES_AT_ONCE = 4_000;

async function insertRows(
  session: Session,
  table: string,
  columns: Readonly<Record<string, string>>,
  rows: readonly Row[],
): Promise<void> {
  const types = Object.entries(columns).map(([name, type]) => [name, type.replace(" NOT NULL", "")] as const);
  const names = types.map(([name]) => name).join(", ");
  const atOnce = Math.floor(VALUES_AT_ONCE / types.length);
  for (let from = 0; from < rows.length; from += atOnce) {
    const part = rows.slice(from, from + atOnce);
    const values = part.map((_, row) => {
      const each = types.map(([, type], column) => `CAST($${row * types.length + column + 1} AS ${type})`);
      return `(${each.join(", ")})`;
    });
    await session.run(
      `INSERT INTO ${table} (${names}) VALUES ${values.join(", ")}`,
      part.flatMap((row) => types.map(([name]) => row[name] ?? null)),
    );
  }
}

/** Adds the sums of each that is gone to those of the one that is kept. Sums that are not there add nothing. */
export async function joinOpenings(
  session: Session,
  joined: readonly { gone: number; kept: number }[],
): Promise<void> {
  await session.run("CREATE TEMP TABLE touched_customers (customer_id BIGINT)");
  for (const { gone, kept } of joined) {
    if (gone === kept) continue;
    await session.run(
      `UPDATE opening_balance SET orders = opening_balance.orders + g.orders, records = opening_balance.records + g.records,
         net = opening_balance.net + g.net,
         last_day = coalesce(greatest(opening_balance.last_day, g.last_day), opening_balance.last_day, g.last_day),
         first_channel = CASE WHEN ${EARLIER} THEN g.first_channel ELSE opening_balance.first_channel END,
         first_country = CASE WHEN ${EARLIER} THEN g.first_country ELSE opening_balance.first_country END,
         first_day = CASE WHEN ${EARLIER} THEN g.first_day ELSE opening_balance.first_day END
       FROM (SELECT * FROM opening_balance WHERE customer_id = $1) g WHERE opening_balance.customer_id = $2`,
      [gone, kept],
    );
    await session.run(
      `DELETE FROM opening_balance WHERE customer_id = $1
         AND EXISTS (SELECT 1 FROM opening_balance k WHERE k.customer_id = $2)`,
      [gone, kept],
    );
    await session.run("UPDATE opening_balance SET customer_id = $2 WHERE customer_id = $1", [gone, kept]);
    await session.run(
      "INSERT INTO touched_customers (customer_id) VALUES (CAST($1 AS BIGINT)), (CAST($2 AS BIGINT))",
      [gone, kept],
    );
  }
  await session.run("CREATE TEMP TABLE touched_once AS SELECT DISTINCT customer_id FROM touched_customers");
  await session.run("DELETE FROM touched_customers");
  await session.run("INSERT INTO touched_customers (customer_id) SELECT customer_id FROM touched_once");
  await deriveAnew(session, "touched");
}

const EARLIER = "g.first_day < coalesce(opening_balance.first_day, DATE '9999-12-31')";
