// A shop's tables as files that either engine writes and reads: one CSV a table, compressed, with its columns in the first
// line, nothing for NULL and "" for empty text. So a copy taken from DuckDB can be put into PostgreSQL, and back.
import { createReadStream } from "node:fs";
import path from "node:path";
import { createInterface } from "node:readline";
import { createGunzip } from "node:zlib";
import { CopyNotUsable } from "./errors.ts";
import { tableNames, tables, type TableName } from "./schema.ts";

export const copyOf = (directory: string, table: TableName): string =>
  path.join(directory, `${table}.csv.gz`);

/**
 * The columns of the table's file, in its order.
 * @throws CopyNotUsable when the file is missing, damaged, or of a version with other columns
 */
export async function columnsOf(directory: string, table: TableName): Promise<string[]> {
  const columns = (await firstLine(copyOf(directory, table))).split(",");
  const expected = Object.keys(tables[table]);
  if (columns.length !== expected.length || !expected.every((column) => columns.includes(column)))
    throw new CopyNotUsable(`${table} has other columns than this version's: ${columns.join(", ")}`);
  return columns;
}

/** Throws CopyNotUsable unless every table is there with the columns of this version. */
export async function checkCopy(directory: string): Promise<void> {
  for (const table of tableNames) await columnsOf(directory, table);
}

async function firstLine(file: string): Promise<string> {
  const raw = createReadStream(file);
  const text = createGunzip();
  raw.once("error", (error) => text.destroy(error));
  try {
    for await (const line of createInterface({ input: raw.pipe(text) })) return line;
    return "";
  } catch (error) {
    throw new CopyNotUsable(`${path.basename(file)} cannot be read`, error);
  } finally {
    raw.destroy();
  }
}
