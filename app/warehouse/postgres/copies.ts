// Copies of a shop's tables by PostgreSQL's COPY, through this process and its compression.
import { createReadStream, createWriteStream } from "node:fs";
import { pipeline } from "node:stream/promises";
import { createGunzip, createGzip } from "node:zlib";
import type pg from "pg";
import { from as copyFrom, to as copyTo } from "pg-copy-streams";
import { columnsOf, copyOf } from "../copies.ts";
import type { Copy } from "../driver.ts";
import { columnList } from "../schema/columns.ts";
import type { Schema } from "../schema/schema.ts";

/** `client` is inside a transaction that sees one instant; rows by table. */
export async function exportTables(
  client: pg.PoolClient,
  directory: string,
  schema: Schema,
): Promise<Record<string, number>> {
  const rows: Record<string, number> = {};
  for (const [table, { columns }] of schema.tables) {
    const out = client.query(
      copyTo(`COPY (SELECT ${columnList(columns)} FROM ${table}) TO STDOUT (FORMAT csv, HEADER true)`),
    );
    await pipeline(out, createGzip({ level: 4 }), createWriteStream(copyOf(directory, table)));
    // The count comes behind the last row, and is there for certain when the server has answered something later.
    await client.query("SELECT 1");
    rows[table] = out.rowCount;
  }
  return rows;
}

/** `client` is in a namespace with the copy's tables, empty; rows by table. */
export async function importTables(client: pg.PoolClient, copy: Copy): Promise<Record<string, number>> {
  const rows: Record<string, number> = {};
  for (const table of copy.tables.keys()) {
    const columns = await columnsOf(copy, table);
    const into = client.query(
      copyFrom(`COPY ${table} (${columns.join(", ")}) FROM STDIN (FORMAT csv, HEADER true)`),
    );
    await pipeline(createReadStream(copyOf(copy.directory, table)), createGunzip(), into);
    rows[table] = into.rowCount;
    await client.query(`ANALYZE ${table}`);
  }
  return rows;
}
