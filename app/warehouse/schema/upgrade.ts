// Leads tables of an earlier version to this one, in one transaction of the engine: half an upgrade does not exist. Knows
// what the tables of every earlier version were.
import { deriveEverything } from "../merge/derive.ts";
import type { Session } from "../driver.ts";
import type { Migration } from "./migrations.ts";
import { bookDays } from "../rebook.ts";
import { createTable } from "./columns.ts";
import type { Schema } from "./schema.ts";
import { keepVersions, raiseVersion } from "../shop-meta.ts";
import type { Columns } from "./source.ts";

/** That of tables which do not say. */
export const FIRST_VERSION = 1;

export const newest = (migrations: readonly Migration[]): number => migrations.at(-1)?.to ?? FIRST_VERSION;

/** The tables of a version by name: those of today without what came later, and with what went later. */
export function tablesAt(
  version: number,
  migrations: readonly Migration[],
  { tables }: Schema,
): Map<string, Columns> {
  const later = migrations.filter(({ to }) => to > version);
  const added = (table: string) => later.flatMap(({ adds }) => Object.keys(adds?.[table] ?? {}));
  const then = new Map<string, Columns>();
  for (const [table, { columns }] of tables) {
    const without = new Set(added(table));
    const left = Object.entries(columns).filter(([column]) => !without.has(column));
    const gone = later.flatMap(({ drops }) => Object.entries(drops?.[table] ?? {}));
    if (left.length > 0) then.set(table, Object.fromEntries([...left, ...gone]));
  }
  return then;
}

/** What the session's namespace, of version `from`, lacks of the newest. */
export async function upgrade(
  session: Session,
  from: number,
  migrations: readonly Migration[],
  schema: Schema,
): Promise<void> {
  const missing = migrations.filter(({ to }) => to > from);
  const there = tablesAt(from, migrations, schema);
  // All tables first: DuckDB does not alter a table whose rows the same transaction has changed.
  for (const { adds = {} } of missing)
    for (const [table, columns] of Object.entries(adds)) {
      if (columns === undefined) continue;
      if (!there.has(table)) await session.run(createTable(table, columns));
      else
        for (const [column, type] of Object.entries(columns))
          await session.run(`ALTER TABLE ${table} ADD COLUMN ${column} ${type}`);
      there.set(table, { ...there.get(table), ...columns });
    }
  for (const { statements = [] } of missing) for (const statement of statements) await session.run(statement);
  for (const { drops = {} } of missing)
    for (const [table, columns] of Object.entries(drops))
      for (const column of Object.keys(columns ?? {}))
        await session.run(`ALTER TABLE ${table} DROP COLUMN ${column}`);
  const moved = missing.some(({ rebook }) => rebook) && (await bookDays(session, schema));
  if (moved || missing.some(({ derive }) => derive)) await deriveEverything(session);
  await session.run("UPDATE shop_meta SET schema_version = $1", [newest(migrations)]);
  await keepVersions(session, schema);
  await raiseVersion(session, Object.keys(schema.sources));
  const due = missing.flatMap(({ readAnew = [] }) => readAnew);
  if (due.length > 0) await askFor(session, due);
}

/** Adds to the sources that are to be read; sync looks at them, and a copy that is read whole has none. */
async function askFor(session: Session, sources: readonly string[]): Promise<void> {
  const [known] = await session.rows<{ read_anew: string | null }>("SELECT read_anew FROM shop_meta");
  const all = new Set([...(known?.read_anew?.split(" ") ?? []), ...sources]);
  await session.run("UPDATE shop_meta SET read_anew = $1", [[...all].sort().join(" ")]);
}
