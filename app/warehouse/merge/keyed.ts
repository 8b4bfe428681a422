// Records with a key into their tables, for every source that declares such: a record is replaced as a whole, with its parts,
// unless what is stored is newer by (updated_at, read_at), or was found gone since. Knows no table by name.
import { BrokenFile } from "../../errors.ts";
import { failure } from "../../failure.ts";
import { clockOver } from "../clock.ts";
import type { Session } from "../driver.ts";
import type { KeyedLoad, KeyedResult } from "../load.ts";
import { columnList } from "../schema/columns.ts";
import { type Schema, tablesOf } from "../schema/schema.ts";
import type { Keyed } from "../schema/source.ts";
import { ofRecords, stageOf } from "../schema/staging.ts";
import { timestampOf } from "../values.ts";
import { remember } from "./removals.ts";
import { filesOf } from "./staging.ts";
import { keepStoredLinks, withholdRecords } from "./withheld-records.ts";

/** The rows of records that are taken, by table, in place of those that are stored. */
const ACCEPTED = "accepted";

/** `readAt` as SQL's UTC timestamp. The staging tables are filled. */
export async function mergeKeyed(
  session: Session,
  schema: Schema,
  load: KeyedLoad,
  readAt: string,
  timeZone: string,
): Promise<Omit<KeyedResult, "dataVersion">> {
  const { of, keepFrom, customersHidden, withheld } = load;
  await assertWhole(session, load);
  if (customersHidden) await keepStoredLinks(session, schema, of.table, stageOf(of.table), of.key);
  const tooOld = await leaveOut(session, of, keepFrom);
  await withholdRecords(session, schema, of, tablesOf(of).map(stageOf), withheld);
  if (of.deletes) await remove(session, of, load.removed ?? [], readAt);
  const found = await accept(session, schema, of, readAt);
  if (found.records > 0) {
    if (found.known > 0) await dropAccepted(session, of);
    await writeOwn(session, schema, of, { from: ACCEPTED, readAt: `TIMESTAMP '${readAt}'`, timeZone });
    for (const part of Object.keys(of.parts)) await writePart(session, schema, part);
  }
  const { records, changed, staged } = found;
  return { records, changed, skippedOlder: staged - records, tooOld };
}

/** A part whose record is not in its file means that the file is not whole. */
async function assertWhole(session: Session, { of, files }: KeyedLoad): Promise<void> {
  for (const part of Object.keys(of.parts)) {
    const [orphans] = await session.rows<{ n: number }>(
      `SELECT count(*) AS n FROM ${stageOf(part)} p WHERE NOT EXISTS (
         SELECT 1 FROM ${stageOf(of.table)} s WHERE s.${of.key} = p.${of.key} AND s.file = p.file)`,
    );
    const count = orphans?.n ?? 0;
    if (count > 0)
      throw new BrokenFile(files.flatMap(filesOf).join(", "), {
        detail: `${count} rows of ${part} name a parent that is not in the file`,
        told: (file) => failure("file_orphans_of", { file, rows: `${count}`, part }),
      });
  }
}

async function leaveOut(session: Session, of: Keyed, keepFrom: string | undefined): Promise<number> {
  if (keepFrom === undefined || of.keptBy === null) return 0;
  const own = stageOf(of.table);
  await session.run(`CREATE TEMP TABLE too_old (id BIGINT, file INTEGER)`);
  const count = await session.run(
    `INSERT INTO too_old (id, file) SELECT ${of.key}, file FROM ${own} WHERE ${of.keptBy} < CAST($1 AS TIMESTAMP)`,
    [timestampOf(keepFrom)],
  );
  if (count > 0)
    for (const table of tablesOf(of).map(stageOf))
      await session.run(
        `DELETE FROM ${table} USING too_old o WHERE ${table}.${of.key} = o.id AND ${table}.file = o.file`,
      );
  return count;
}

async function remove(session: Session, of: Keyed, ids: readonly number[], readAt: string): Promise<void> {
  if (!(await remember(session, of.kind, ids, readAt))) return;
  await session.run(
    `DELETE FROM gone USING ${of.table} o WHERE o.${of.key} = gone.id AND o.read_at > CAST($1 AS TIMESTAMP)`,
    [readAt],
  );
  for (const table of tablesOf(of))
    await session.run(`DELETE FROM ${table} USING gone g WHERE ${table}.${of.key} = g.id`);
  await session.run("DROP TABLE gone");
}

/** Table `accepted` and those of its parts: of each record the newest that was read, if it is not older than what is stored. */
async function accept(session: Session, schema: Schema, of: Keyed, readAt: string) {
  const stages = ofRecords(of, schema);
  const columnsOf = (table: string) => Object.keys(stages.get(stageOf(table)) ?? {});
  const own = columnsOf(of.table);
  const differs = own
    .filter((column) => column !== of.key)
    .map((column) => `o.${column} IS DISTINCT FROM s.${column}`);
  await session.run(
    `CREATE TEMP TABLE ${ACCEPTED} AS
     SELECT ${own.map((column) => `s.${column}`).join(", ")}, s.file, o.${of.key} IS NOT NULL AS known,
       o.${of.key} IS NULL OR ${differs.join(" OR ")} AS changed
     FROM (SELECT ${own.join(", ")}, file, row_number() OVER (
             PARTITION BY ${of.key} ORDER BY updated_at DESC, file DESC) AS nth FROM ${stageOf(of.table)}) s
     LEFT JOIN ${of.table} o ON o.${of.key} = s.${of.key}
     LEFT JOIN (SELECT id, read_at FROM removed WHERE kind = '${of.kind}') r ON r.id = s.${of.key}
     WHERE s.nth = 1
       AND (o.${of.key} IS NULL OR s.updated_at > o.updated_at
         OR (s.updated_at = o.updated_at AND CAST($1 AS TIMESTAMP) >= o.read_at))
       AND (r.id IS NULL OR r.read_at < CAST($1 AS TIMESTAMP))`,
    [readAt],
  );
  await session.filled(ACCEPTED);
  for (const [part, key] of Object.entries(of.parts)) {
    const columns = columnsOf(part);
    await session.run(
      `CREATE TEMP TABLE accepted_${part} AS
       SELECT ${columns.map((column) => `p.${column}`).join(", ")}
       FROM (SELECT ${columns.join(", ")}, file, row_number() OVER (
               PARTITION BY ${of.key}, ${key}, file ORDER BY ${columns.join(", ")}) AS nth FROM ${stageOf(part)}) p
       JOIN ${ACCEPTED} a ON a.${of.key} = p.${of.key} AND a.file = p.file WHERE p.nth = 1`,
    );
  }
  const [found] = await session.rows<Record<"records" | "known" | "changed" | "staged", number>>(
    `SELECT count(*) AS records, count(CASE WHEN known THEN 1 END) AS known,
       count(CASE WHEN changed THEN 1 END) AS changed,
       (SELECT count(DISTINCT ${of.key}) FROM ${stageOf(of.table)}) AS staged FROM ${ACCEPTED}`,
  );
  if (found === undefined) throw new Error("A count gave no row.");
  return found;
}

async function dropAccepted(session: Session, of: Keyed): Promise<void> {
  for (const table of tablesOf(of))
    await session.run(`DELETE FROM ${table} USING ${ACCEPTED} a WHERE ${table}.${of.key} = a.${of.key}`);
}

/** Records of table `from`, of which there are none yet, with the days that the shop's clock tells of them. */
export async function writeOwn(
  session: Session,
  schema: Schema,
  { table, days }: Keyed,
  { from, readAt, timeZone }: { from: string; readAt: string; timeZone: string },
): Promise<void> {
  const instants = Object.values(days);
  const clock = await (instants.length === 0
    ? null
    : clockOver((sql) => session.rows(sql), timeZone, { [from]: instants }));
  const values = Object.keys(schema.tables.get(table)?.columns ?? {}).map((column) => {
    const instant = days[column];
    const told = instant === undefined ? undefined : clock?.localDay(`a.${instant}`);
    return [column, told ?? (column === "read_at" ? readAt : `a.${column}`)] as const;
  });
  await session.run(
    `INSERT INTO ${table} (${values.map(([column]) => column).join(", ")})
     SELECT ${values.map(([, value]) => value).join(", ")} FROM ${from} a`,
  );
}

async function writePart(session: Session, schema: Schema, part: string): Promise<void> {
  const columns = columnList(schema.tables.get(part)?.columns ?? {});
  await session.run(`INSERT INTO ${part} (${columns}) SELECT ${columns} FROM accepted_${part}`);
}
