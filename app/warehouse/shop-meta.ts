// What a copy says of itself: how it is read at one look, begun and changed, and how every change of a shop's tables raises
// its version.
import type { Coverage, Row, SetMeta, ShopMeta } from "./contract.ts";
import type { Session } from "./driver.ts";
import { insertInto, type Schema } from "./schema/schema.ts";
import { timestampOf } from "./values.ts";

const META_COLUMNS = {
  currency: "VARCHAR",
  decimals: "INTEGER",
  time_zone: "VARCHAR",
  customers_known_to: "TIMESTAMP",
  read_anew: "VARCHAR",
} as const satisfies Record<Exclude<keyof SetMeta, "coverage">, string>;

const COVERAGE_COLUMNS = {
  state: "VARCHAR",
  from_day: "DATE",
  fresh_at: "TIMESTAMP",
} as const satisfies Record<keyof Coverage, string>;

/** The shop's row once for each source, so that one look tells all. */
export const READ_META = `SELECT m.data_version, ${Object.keys(META_COLUMNS)
  .map((column) => `m.${column}`)
  .join(
    ", ",
  )}, m.opening_at, m.opening_day, m.excluding, v.source, v.data_version AS source_version, ${Object.keys(
  COVERAGE_COLUMNS,
)
  .map((column) => `c.${column} AS source_${column}`)
  .join(", ")}
  FROM shop_meta m LEFT JOIN source_versions v ON TRUE LEFT JOIN coverage c ON c.source = v.source`;

export function metaFrom(rows: readonly Row[]): ShopMeta | null {
  const [first] = rows;
  if (first === undefined) return null;
  const said = Object.entries(first).filter(([column]) => !column.startsWith("source"));
  const versions = rows.map((row) => [String(row["source"]), Number(row["source_version"])]);
  const coverage = rows
    .filter((row) => row["source_state"] !== null)
    .map((row) => [
      String(row["source"]),
      Object.fromEntries(Object.keys(COVERAGE_COLUMNS).map((column) => [column, row[`source_${column}`]])),
    ]);
  const meta: unknown = {
    ...Object.fromEntries(said),
    coverage: Object.fromEntries(coverage) as unknown,
    versions: Object.fromEntries(versions) as unknown,
  };
  return meta as ShopMeta;
}

/** The row of a new namespace. */
export async function beginMeta(
  session: Session,
  shop: string,
  { currency, decimals, time_zone }: Partial<SetMeta>,
  { schemaVersion, zoneData, schema }: { schemaVersion: number; zoneData: string; schema: Schema },
): Promise<void> {
  if (currency === undefined || decimals === undefined || time_zone === undefined)
    throw new Error(`${shop} is new to the warehouse: its currency, decimals and time zone come first.`);
  await session.run(
    `INSERT INTO shop_meta (id, data_version, currency, decimals, time_zone, schema_version, zone_data)
     VALUES (1, CAST($4 AS BIGINT), $1, CAST($2 AS INTEGER), $3, CAST($5 AS INTEGER), $6)`,
    // Answers are kept by shop and version: a namespace that was dropped and made again must not meet its old ones.
    [currency, decimals, time_zone, Date.now(), schemaVersion, zoneData],
  );
  await keepVersions(session, schema);
}

export async function writeMeta(session: Session, change: Partial<SetMeta>): Promise<void> {
  for (const [column, type] of Object.entries(META_COLUMNS)) {
    const value = change[column as keyof typeof META_COLUMNS];
    if (value !== undefined)
      await session.run(`UPDATE shop_meta SET ${column} = CAST($1 AS ${type})`, [textOf(value, type)]);
  }
  for (const [source, of] of Object.entries(change.coverage ?? {})) await writeCoverage(session, source, of);
}

async function writeCoverage(
  session: Session,
  source: string,
  change: Partial<Coverage> | null,
): Promise<void> {
  if (change === null) {
    await session.run("DELETE FROM coverage WHERE source = $1", [source]);
    return;
  }
  await session.run(
    insertInto(
      "coverage",
      {
        source: "CAST($1 AS VARCHAR)",
        state: "'empty'",
        from_day: "CAST(NULL AS DATE)",
        fresh_at: "CAST(NULL AS TIMESTAMP)",
      },
      "FROM shop_meta WHERE NOT EXISTS (SELECT 1 FROM coverage c WHERE c.source = $1)",
    ),
    [source],
  );
  for (const [column, type] of Object.entries(COVERAGE_COLUMNS)) {
    const value = change[column as keyof Coverage];
    if (value !== undefined)
      await session.run(`UPDATE coverage SET ${column} = CAST($2 AS ${type}) WHERE source = $1`, [
        source,
        textOf(value, type),
      ]);
  }
}

const textOf = <V>(value: V, type: string): V | string =>
  typeof value === "string" && type === "TIMESTAMP" ? timestampText(value) : value;

/** Callers tell an instant in ISO form, or as they read it here. */
const timestampText = (value: string): string => (value.includes("T") ? timestampOf(value) : value);

/** A version for every source that has none yet: the shop's. */
export async function keepVersions(session: Session, { sources }: Schema): Promise<void> {
  for (const source of Object.keys(sources))
    await session.run(
      `INSERT INTO source_versions (source, data_version) SELECT CAST($1 AS VARCHAR), data_version FROM shop_meta
       WHERE NOT EXISTS (SELECT 1 FROM source_versions v WHERE v.source = $1)`,
      [source],
    );
}

/** The version to which a change of these sources leads, theirs and the shop's. */
export async function raiseVersion(session: Session, sources: readonly string[]): Promise<number> {
  const [row] = await session.rows<{ data_version: number }>(
    "UPDATE shop_meta SET data_version = data_version + 1 RETURNING data_version",
  );
  const version = row?.data_version ?? 0;
  await session.run(
    `UPDATE source_versions SET data_version = $1 WHERE source IN (${sources.map((source) => `'${source}'`).join(", ")})`,
    [version],
  );
  return version;
}
