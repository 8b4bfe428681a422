// Records that Shopify forgets by itself, on their way into a copy that is made anew: it read what Shopify still has. In
// batches, each a transaction of its own, so that years of them need no memory; begun again, it ends the same.
import type { Row } from "../contract.ts";
import type { Session } from "../driver.ts";
import { insertRows } from "../insert-rows.ts";
import { body } from "../schema/columns.ts";
import { keyedIn, type Schema } from "../schema/schema.ts";
import type { Columns, Keyed } from "../schema/source.ts";
import { writeOwn } from "./keyed.ts";

export const outliving = (schema: Schema): Keyed[] => keyedIn(schema).filter(({ deletes }) => !deletes);

type Stream = (sql: string) => AsyncIterable<Row[]>;
type Write = (work: (session: Session, timeZone: string) => Promise<void>) => Promise<void>;

/** @param from reads the copy in use, `there` the next one, `into` writes it: what it has is the newer of both */
export async function carryForgotten(
  schema: Schema,
  of: Keyed,
  from: Stream,
  there: Stream,
  into: Write,
): Promise<void> {
  const keys = async (stream: Stream) => {
    const all = new Set<number>();
    for await (const rows of stream(`SELECT ${of.key} AS id FROM ${of.table}`))
      for (const { id } of rows) all.add(Number(id));
    return all;
  };
  const absent = await keys(from);
  for (const id of await keys(there)) absent.delete(id);
  if (absent.size === 0) return;
  const parts = Object.keys(of.parts);
  // What an attempt that was broken off has left.
  await into(async (session) => {
    for (const part of parts)
      await session.run(`DELETE FROM ${part} WHERE ${of.key} NOT IN (SELECT ${of.key} FROM ${of.table})`);
  });
  for (const table of [...parts, of.table]) {
    const columns: Columns = schema.tables.get(table)?.columns ?? {};
    for await (const batch of from(`SELECT ${Object.keys(columns).join(", ")} FROM ${table}`)) {
      const rows = batch.filter((row) => absent.has(Number(row[of.key])));
      if (rows.length > 0)
        await into((session, timeZone) =>
          table === of.table
            ? writeCarried(session, schema, of, rows, timeZone)
            : insertRows(session, table, columns, rows),
        );
    }
  }
}

async function writeCarried(
  session: Session,
  schema: Schema,
  of: Keyed,
  rows: readonly Row[],
  timeZone: string,
): Promise<void> {
  const columns: Columns = schema.tables.get(of.table)?.columns ?? {};
  await session.run(`CREATE TEMP TABLE carried (${body(columns)})`);
  await insertRows(session, "carried", columns, rows);
  await writeOwn(session, schema, of, { from: "carried", readAt: "a.read_at", timeZone });
}
