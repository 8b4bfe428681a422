// What is gone in Shopify: taken out, and remembered with the reading that found it gone, so that an older reading cannot
// bring it back. Removed orders name their customers in temporary table touched_customers.
import type { Session } from "../driver.ts";
import { ownersOf, tablesOfOrders } from "../schema/personal.ts";
import { insertInto, schema } from "../schema/schema.ts";

/** Temporary table `name` (id), each id once. */
export async function idTable(session: Session, name: string, ids: Iterable<number>): Promise<void> {
  await session.run(`CREATE TEMP TABLE ${name} (id BIGINT)`);
  const unique = [...new Set(ids)];
  for (let from = 0; from < unique.length; from += 500) {
    const part = unique.slice(from, from + 500);
    await session.run(
      `INSERT INTO ${name} (id) VALUES ${part.map((_, index) => `(CAST($${index + 1} AS BIGINT))`).join(", ")}`,
      part,
    );
  }
}

/** Remembers the ids as gone at `readAt`, in temporary table `gone`; false when there are none. */
export async function remember(
  session: Session,
  kind: string,
  ids: readonly number[],
  readAt: string,
): Promise<boolean> {
  if (ids.length === 0) return false;
  await idTable(session, "gone", ids);
  await session.run(
    `DELETE FROM removed USING gone g WHERE removed.kind = $1 AND removed.id = g.id AND removed.read_at < CAST($2 AS TIMESTAMP)`,
    [kind, readAt],
  );
  await session.run(
    insertInto(
      "removed",
      { kind: "CAST($1 AS VARCHAR)", id: "g.id", read_at: "CAST($2 AS TIMESTAMP)" },
      "FROM gone g WHERE NOT EXISTS (SELECT 1 FROM removed r WHERE r.kind = $1 AND r.id = g.id)",
    ),
    [kind, readAt],
  );
  return true;
}

export async function removeOrders(session: Session, ids: readonly number[], readAt: string): Promise<void> {
  if (!(await remember(session, "order", ids, readAt))) return;
  for (const table of ownersOf(schema))
    await session.run(
      `DELETE FROM gone USING ${table} o WHERE o.order_id = gone.id AND o.read_at > CAST($1 AS TIMESTAMP)`,
      [readAt],
    );
  await session.run(
    `INSERT INTO touched_customers (customer_id) ${ownersOf(schema)
      .map(
        (table) =>
          `SELECT o.customer_id FROM ${table} o JOIN gone g ON g.id = o.order_id WHERE o.customer_id IS NOT NULL`,
      )
      .join(" UNION ")}`,
  );
  for (const table of tablesOfOrders(schema))
    await session.run(`DELETE FROM ${table} USING gone g WHERE ${table}.order_id = g.id`);
  await session.run("DROP TABLE gone");
}

export async function removeCustomers(
  session: Session,
  ids: readonly number[],
  readAt: string,
): Promise<void> {
  if (!(await remember(session, "customer", ids, readAt))) return;
  await session.run(
    `DELETE FROM customers USING gone g WHERE customers.customer_id = g.id
       AND (customers.read_at IS NULL OR customers.read_at <= CAST($1 AS TIMESTAMP))
       AND (customers.orders_read_at IS NULL OR customers.orders_read_at <= CAST($1 AS TIMESTAMP))`,
    [readAt],
  );
  await session.run("DROP TABLE gone");
}
