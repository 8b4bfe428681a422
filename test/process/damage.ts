// What a disk can do to the files of a shop's copy while no process has them open.
import { copyFile, open, rename, rm, stat, truncate } from "node:fs/promises";
import { DuckDBInstance } from "@duckdb/node-api";

const HEADERS = 3 * 4_096;

async function fill(file: string, at: number, length: number, byte: number): Promise<void> {
  const handle = await open(file, "r+");
  await handle.write(Buffer.alloc(length, byte), 0, length, at);
  await handle.close();
}

export const damage = {
  garbled: async (file: string) => fill(file, HEADERS, (await stat(file)).size - HEADERS, 0xa5),
  truncated: (file: string) => truncate(file, 100),
  zeroed: async (file: string) => fill(file, 0, (await stat(file)).size, 0),
  missing: (file: string) => rm(file),
} satisfies Record<string, (file: string) => Promise<void>>;

/**
 * Leaves `file` as a process does that is killed before its log is written into it: as `before` it was, with a log beside it that
 * leads to what is in it now. The log's length.
 */
export async function leaveWithLog(file: string, before: string): Promise<number> {
  const [now, log] = [`${file}.now`, `${file}.wal`];
  await rename(file, now);
  await copyFile(before, file);
  const instance = await DuckDBInstance.create(":memory:");
  const connection = await instance.connect();
  for (const statement of [
    "PRAGMA disable_checkpoint_on_shutdown",
    "SET wal_autocheckpoint = '1TB'",
    `ATTACH '${now}' AS now (READ_ONLY)`,
    `ATTACH '${file}' AS shop`,
  ])
    await connection.run(statement);
  const tables = await connection.runAndReadAll(
    "SELECT table_name FROM duckdb_tables() WHERE database_name = 'now' ORDER BY 1",
  );
  await connection.run("BEGIN");
  for (const [table] of tables.getRows()) {
    await connection.run(`DELETE FROM shop."${String(table)}"`);
    await connection.run(`INSERT INTO shop."${String(table)}" BY NAME FROM now."${String(table)}"`);
  }
  await connection.run("COMMIT");
  // Closed, the instance would write it out.
  for (const each of [file, log]) await copyFile(each, `${each}.left`);
  connection.closeSync();
  instance.closeSync();
  for (const each of [file, log]) await rename(`${each}.left`, each);
  await rm(now);
  return (await stat(log)).size;
}

export const cutLog = async (file: string, length: number) => truncate(`${file}.wal`, Math.floor(length / 2));

export const garbleLog = async (file: string, length: number) =>
  fill(`${file}.wal`, Math.floor(length / 2), Math.ceil(length / 2), 0xa5);
