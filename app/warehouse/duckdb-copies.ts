// Copies of a shop's tables by DuckDB, which may write and read nothing outside its own directory.
import { randomUUID } from "node:crypto";
import { copyFile, rename, rm } from "node:fs/promises";
import path from "node:path";
import type { DuckDBConnection } from "@duckdb/node-api";
import { columnsOf, copyOf } from "./copies.ts";
import { bringIn } from "./duckdb-instance.ts";
import { createTable, tableNames, tables, type TableName } from "./schema.ts";
import { literal } from "./staging.ts";

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
        `COPY (SELECT * FROM ${table}) TO ${literal(file)} (FORMAT csv, HEADER true, COMPRESSION gzip)`,
      );
      rows[table] = rowsChanged;
      await move(file, copyOf(directory, table));
    } finally {
      await rm(file, { force: true });
    }
  }
  return rows;
}

/** `connection` is in a new, empty namespace. */
export async function importTables(
  connection: DuckDBConnection,
  scratch: string,
  directory: string,
): Promise<void> {
  for (const table of tableNames) {
    const columns = await columnsOf(directory, table);
    const file = await bringIn(copyOf(directory, table), scratch);
    try {
      await connection.run(createTable(table));
      const order = table === "activity" ? " ORDER BY local_day" : "";
      await connection.run(
        `INSERT INTO ${table} (${columns.join(", ")}) SELECT ${columns.join(", ")}
         FROM read_csv(${literal(file)}, header = true, auto_detect = false, delim = ',', quote = '"', escape = '"',
           nullstr = '', allow_quoted_nulls = false, compression = 'gzip', columns = {${types(table, columns)}})${order}`,
      );
    } finally {
      await rm(file, { force: true });
    }
  }
}

function types(table: TableName, columns: readonly string[]): string {
  const declared: Readonly<Record<string, string>> = tables[table];
  return columns
    .map((column) => `${literal(column)}: ${literal((declared[column] ?? "").replace(" NOT NULL", ""))}`)
    .join(", ");
}

async function move(from: string, to: string): Promise<void> {
  // Another disk, or another account's directory, takes a copy only.
  await rename(from, to).catch(() => copyFile(from, to));
}
