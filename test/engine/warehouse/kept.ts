// The kept copies of earlier releases, put where a process of this one finds them: as the release left them on its disk.
import { createReadStream, createWriteStream, existsSync, readdirSync } from "node:fs";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { pipeline } from "node:stream/promises";
import { createGunzip, gunzipSync } from "node:zlib";
import { DuckDBInstance } from "@duckdb/node-api";
import pg from "pg";
import { from as copyFrom } from "pg-copy-streams";
import { namespaceOf } from "../../../app/warehouse/namespace.ts";
import type { Row } from "../../../app/warehouse/warehouse.server.ts";
import { emptyDatabase } from "../../tools/setup/database.ts";
import { KEPT_SHOP, type KeptLoad } from "./kept-shop.ts";

export type Engine = "duckdb" | "postgres";
export const ENGINES: readonly Engine[] = ["duckdb", "postgres"];
export const KEPT_VERSIONS: readonly number[] = readdirSync(path.join(import.meta.dirname, "kept"))
  .map(Number)
  .sort((a, b) => a - b);

/** What openWarehouse is given. */
export interface Place {
  directory: string;
  url: string | undefined;
}

const keptIn = (version: number) => path.join(import.meta.dirname, "kept", String(version));

/** A backup's files of the kept shop, as that release's process on the engine wrote them. */
export const keptCopy = (version: number, engine: Engine) => path.join(keptIn(version), engine);

/** What the copy was loaded with. */
export const loadsOf = async (version: number): Promise<KeptLoad[]> =>
  JSON.parse(
    gunzipSync(await readFile(path.join(keptIn(version), "loads.json.gz"))).toString(),
  ) as KeptLoad[];

export async function emptyPlace(engine: Engine): Promise<Place> {
  const directory = await mkdtemp(path.join(tmpdir(), "segment-kpis-kept-"));
  return { directory, url: engine === "postgres" ? await emptyDatabase() : undefined };
}

export async function keptPlace(version: number, engine: Engine): Promise<Place> {
  const place = await emptyPlace(engine);
  await putKept(version, place);
  return place;
}

/** In the place of whatever is there of the shop. */
export async function putKept(version: number, { directory, url }: Place): Promise<void> {
  const namespace = namespaceOf(KEPT_SHOP);
  if (url === undefined) {
    const file = path.join(directory, `${namespace}.duckdb`);
    await rm(`${file}.wal`, { force: true });
    const kept = createReadStream(path.join(keptIn(version), "shop.duckdb.gz"));
    await pipeline(kept, createGunzip(), createWriteStream(file));
    return;
  }
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const tables = await readFile(path.join(keptIn(version), "tables.sql"), "utf8");
    await client.query(
      `DROP SCHEMA IF EXISTS ${namespace} CASCADE; CREATE SCHEMA ${namespace}; SET search_path = ${namespace}; ${tables}`,
    );
    for (const [, table = ""] of tables.matchAll(/CREATE TABLE IF NOT EXISTS (\w+)/g)) {
      const rows = createReadStream(path.join(keptCopy(version, "postgres"), `${table}.csv.gz`));
      const into = client.query(copyFrom(`COPY ${table} FROM STDIN (FORMAT csv, HEADER true)`));
      await pipeline(rows, createGunzip(), into);
    }
    // From version 15 on.
    const layout = path.join(keptIn(version), "layout.sql");
    if (existsSync(layout)) await client.query(await readFile(layout, "utf8"));
  } finally {
    await client.end();
  }
}

/** Statements on a shop's tables by somebody else than the warehouse, which must not be open on DuckDB; the last one's rows. */
export async function byHand(
  { directory, url }: Place,
  shop: string,
  statements: readonly string[],
): Promise<Row[]> {
  const namespace = namespaceOf(shop);
  if (url === undefined) {
    const instance = await DuckDBInstance.create(path.join(directory, `${namespace}.duckdb`));
    const connection = await instance.connect();
    try {
      let rows: Row[] = [];
      for (const statement of statements)
        rows = (await (await connection.run(statement)).getRowObjectsJson()) as Row[];
      return rows;
    } finally {
      connection.closeSync();
      instance.closeSync();
    }
  }
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(`SET search_path = ${namespace}`);
    let rows: Row[] = [];
    for (const statement of statements) rows = (await client.query<Row>(statement)).rows;
    return rows;
  } finally {
    await client.end();
  }
}

/** Which columns of which types the tables have, whatever their order. */
export async function columnsIn(place: Place, shop: string): Promise<string[]> {
  const schema = place.url === undefined ? "main" : namespaceOf(shop);
  const rows = await byHand(place, shop, [
    `SELECT table_name || '.' || column_name || ' ' || data_type || ' ' || is_nullable || ' ' || coalesce(column_default, '') AS c
     FROM information_schema.columns WHERE table_schema = '${schema}'`,
  ]);
  return rows.map(({ c }) => String(c)).sort();
}
