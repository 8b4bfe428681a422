// Copies of a shop's tables by DuckDB, which may write and read nothing outside its own directory.
import { randomUUID } from "node:crypto";
import { copyFile, rename, rm } from "node:fs/promises";
import path from "node:path";
import type { DuckDBConnection } from "@duckdb/node-api";
import { columnsOf, copyOf } from "../copies.ts";
import { bringIn } from "./instance.ts";
import type { Copy } from "../driver.ts";
import { columnList, createTable } from "../schema/columns.ts";
import type { Schema } from "../schema/schema.ts";
import type { Columns, Table } from "../schema/source.ts";
import { literal } from "../merge/staging.ts";

/** The order in which a table's rows are written. */
export const sortOf = (table: Table | undefined): string =>
  table?.sortedBy === undefined ? "" : ` ORDER BY ${table.sortedBy}`;

/** `connection` is inside a transaction, so that all tables are of one instant; rows by table. */
export async function exportTables(
  connection: DuckDBConnection,
  scratch: string,
  directory: string,
  schema: Schema,
): Promise<Record<string, number>> {
  const rows: Record<string, number> = {};
  for (const [table, { columns }] of schema.tables) {
    const file = path.join(scratch, `out-${randomUUID()}.csv.gz`);
    try {
      const { rowsChanged } = await connection.run(
        `COPY (SELECT ${columnList(columns)} FROM ${table}) TO ${literal(file)} (FORMAT csv, HEADER true, COMPRESSION gzip)`,
      );
      rows[table] = rowsChanged;
      await move(file, copyOf(directory, table));
    } finally {
      await rm(file, { force: true });
    }
  }
  return rows;
}

/** `connection` is in a new, empty namespace; rows by table. */
export async function importTables(
  connection: DuckDBConnection,
  scratch: string,
  copy: Copy,
  schema: Schema,
): Promise<Record<string, number>> {
  const rows: Record<string, number> = {};
  for (const [table, declared] of copy.tables) {
    const columns = await columnsOf(copy, table);
    const file = await bringIn(copyOf(copy.directory, table), scratch);
    try {
      await connection.run(createTable(table, declared));
      const { rowsChanged } = await connection.run(
        `INSERT INTO ${table} (${columns.join(", ")}) SELECT ${columns.join(", ")}
         FROM read_csv(${literal(file)}, header = true, auto_detect = false, delim = ',', quote = '"', escape = '"',
           nullstr = '', allow_quoted_nulls = false, compression = 'gzip', columns = {${types(declared, columns)}})${sortOf(schema.tables.get(table))}`,
      );
      rows[table] = rowsChanged;
    } finally {
      await rm(file, { force: true });
    }
  }
  return rows;
}

function types(declared: Columns, columns: readonly string[]): string {
  return columns
    .map((column) => `${literal(column)}: ${literal((declared[column] ?? "").replace(" NOT NULL", ""))}`)
    .join(", ");
}

async function move(from: string, to: string): Promise<void> {
  // Another disk, or another account's directory, takes a copy only.
  await rename(from, to).catch(() => copyFile(from, to));
}
