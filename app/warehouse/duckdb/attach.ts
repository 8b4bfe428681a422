// One file in a DuckDB instance: how it is attached while others look, made whole before it is in its place, and what version
// its tables are of.
import { readdir, rename, rm, stat } from "node:fs/promises";
import path from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import type { DuckDBConnection } from "@duckdb/node-api";
import type { LivingInstance } from "./living.ts";
import { literal } from "../merge/staging.ts";
import { FIRST_VERSION } from "../schema/upgrade.ts";

/** @param name under which the file is attached while it is filled */
export async function buildFile(
  instance: LivingInstance,
  file: string,
  name: string,
  fill: (connection: DuckDBConnection) => Promise<void>,
): Promise<void> {
  const fresh = `${file}.new`;
  await rm(fresh, { force: true });
  await rm(`${fresh}.wal`, { force: true });
  const connection = await instance.connect();
  try {
    await attachFile(connection, fresh, name);
    try {
      await connection.run(`USE ${name}`);
      await fill(connection);
      await connection.run("FORCE CHECKPOINT");
    } finally {
      await connection.run("USE memory");
      await connection.run(`DETACH ${name}`);
    }
    await rename(fresh, file);
  } catch (error) {
    throw await instance.judged(error);
  } finally {
    connection.closeSync();
  }
}

/** Of the tables in an attached file. */
export async function versionOf(connection: DuckDBConnection, namespace: string): Promise<number> {
  const [meta = {}] = await (
    await connection.run(`SELECT * FROM ${namespace}.shop_meta`)
  ).getRowObjectsJson();
  return meta.schema_version === undefined ? FIRST_VERSION : Number(meta.schema_version);
}

const LEAVING = /in the process of being detached/;
const LEFT_WITHIN_MS = 30_000;

/** A file that was just detached is held for as long as somebody looks at all catalogs of the instance. */
export async function attachFile(connection: DuckDBConnection, file: string, name: string): Promise<void> {
  for (const deadline = Date.now() + LEFT_WITHIN_MS; ; await pause(5)) {
    try {
      await connection.run(`ATTACH IF NOT EXISTS ${literal(file)} AS ${name}`);
      return;
    } catch (error) {
      if (Date.now() >= deadline || !(error instanceof Error && LEAVING.test(error.message))) throw error;
    }
  }
}

export const bytesOf = (file: string) =>
  stat(file).then(
    ({ size }) => size,
    () => 0,
  );

export const isFile = async (file: string) => (await stat(file).catch(() => null)) !== null;

/** Of all shops together, logs included, and what was put aside. */
export async function bytesIn(directory: string): Promise<number> {
  const names = (await readdir(directory)).filter((name) => name.startsWith("shop_"));
  const sizes = await Promise.all(names.map((name) => bytesOf(path.join(directory, name))));
  return sizes.reduce((sum, bytes) => sum + bytes, 0);
}

/** For those who wait: how it ended is for those who did it. */
export const settled = (busy: Promise<unknown>) => busy.catch(() => undefined);
