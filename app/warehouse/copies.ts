// A shop's tables as files that either engine writes and reads: one CSV a table, compressed, with its columns in the first
// line, nothing for NULL and "" for empty text. So a copy taken from DuckDB can be put into PostgreSQL, and back.
import { createReadStream } from "node:fs";
import path from "node:path";
import { createInterface } from "node:readline";
import { createGunzip } from "node:zlib";
import { CopyNotUsable } from "./errors.ts";
import type { Copy } from "./driver.ts";
import type { Migration } from "./schema/migrations.ts";
import type { Schema } from "./schema/schema.ts";
import { FIRST_VERSION, newest, tablesAt } from "./schema/upgrade.ts";

export const copyOf = (directory: string, table: string): string => path.join(directory, `${table}.csv.gz`);

/**
 * The columns of the table's file, in its order.
 * @throws CopyNotUsable when the file is missing, damaged, or has other columns than its version's
 */
export async function columnsOf({ directory, tables }: Copy, table: string): Promise<string[]> {
  const [header = ""] = await firstLines(copyOf(directory, table), 1);
  const columns = header.split(",");
  const expected = Object.keys(tables.get(table) ?? {});
  if (columns.length !== expected.length || !expected.every((column) => columns.includes(column)))
    throw new CopyNotUsable(`${table} has other columns than its version's: ${columns.join(", ")}`);
  return columns;
}

/**
 * Which version a copy is of, and what it must hold therefore.
 * @throws CopyNotUsable unless every table is there with the columns of a version that is known here
 */
export async function lookAtCopy(
  directory: string,
  migrations: readonly Migration[],
  schema: Schema,
): Promise<Copy & { version: number }> {
  const version = await versionOf(directory);
  if (version > newest(migrations))
    throw new CopyNotUsable(
      `it was made by a newer version of the app (its tables are of version ${version}, this app knows ${newest(migrations)}): restore with that one`,
    );
  const copy = { directory, version, tables: tablesAt(version, migrations, schema) };
  for (const table of copy.tables.keys()) await columnsOf(copy, table);
  return copy;
}

/** No value of shop_meta before this one can hold a comma. */
async function versionOf(directory: string): Promise<number> {
  const [header = "", row = ""] = await firstLines(copyOf(directory, "shop_meta"), 2);
  const place = header.split(",").indexOf("schema_version");
  if (place < 0) return FIRST_VERSION;
  const version = row.split(",")[place] ?? "";
  if (!/^\d{1,9}$/.test(version)) throw new CopyNotUsable("it does not say of which version its tables are");
  return Number(version);
}

async function firstLines(file: string, count: number): Promise<string[]> {
  const raw = createReadStream(file);
  const text = createGunzip();
  raw.once("error", (error) => text.destroy(error));
  const lines: string[] = [];
  try {
    for await (const line of createInterface({ input: raw.pipe(text) }))
      if (lines.push(line) === count) break;
    return lines;
  } catch (error) {
    throw new CopyNotUsable(`${path.basename(file)} cannot be read`, error);
  } finally {
    raw.destroy();
  }
}
