// Copies of a shop's tables by DuckDB, which may write and read nothing outside its own directory.
import { randomUUID } from "node:crypto";
import { copyFile, rename, rm } from "node:fs/promises";
import path from "node:path";
import type { DuckDBConnection } from "@duckdb/node-api";
import { columnsOf, copyOf } from "./copies.ts";
import { bringIn } from "./duckdb-instance.ts";
import type { Copy } from "./driver.ts";
import { columnList, createTable, tableNames, tables, type Columns } from "./schema.ts";
import { literal } from "./staging.ts";

/** Rows in the order of days let DuckDB skip those of other days. */
export const ORDERED_BY: ReadonlyMap<string, string> = new Map([["activity", " ORDER BY local_day"]]);

/** `connection` is inside a transaction, so that all tables are of one instant; rows by table. */
export async function exportTables(
  connection: DuckDBConnection,
  scratch: string,
  directory: string,
): Promise<Record<string, number>> {
  const rows: Record<string, number> = {};
  for (const table of tableNames) {
    const file = path.join(scratch, `out-${randomUUID()}.csv.gz`);
    try {
      const { rowsChanged } = await connection.run(
        `COPY (SELECT ${columnList(tables[table])} FROM ${table}) TO ${literal(file)} (FORMAT csv, HEADER true, COMPRESSION gzip)`,
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
           nullstr = '', allow_quoted_nulls = false, compression = 'gzip', columns = {${types(declared, columns)}})${ORDERED_BY.get(table) ?? ""}`,
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
