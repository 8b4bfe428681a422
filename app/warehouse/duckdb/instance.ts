// An instance of DuckDB as we use it: locked down to one directory. Knows the order in which that must be said, and how files
// from elsewhere get in.
import { randomUUID } from "node:crypto";
import { copyFile, link as hardLink, rm } from "node:fs/promises";
import { availableParallelism } from "node:os";
import path from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { DuckDBInstance, type DuckDBConnection } from "@duckdb/node-api";
import PQueue from "p-queue";
import { warehouseThreads } from "../../env.server.ts";
import type { Staging } from "../driver.ts";
import type { Columns } from "../schema/source.ts";
import { putAside, saysBroken } from "./broken.ts";
import { FIRST_LIMIT } from "./memory.ts";
import { WarehouseLocked } from "../errors.ts";
import { brokenFile, filesFor, literal, macros, scan } from "../merge/staging.ts";

/** DuckDB's JSON reader pins 32 MB per thread for the smallest file: side by side, scans alone would fill the memory. */
const scans = new PQueue({ concurrency: 1 });

/** An in-memory instance that may touch nothing but `directory`. */
export async function openInstance(directory: string): Promise<DuckDBInstance> {
  const instance = await DuckDBInstance.create(":memory:", {
    threads: String(Math.min(warehouseThreads(), availableParallelism())),
    memory_limit: FIRST_LIMIT,
    autoinstall_known_extensions: "false",
    autoload_known_extensions: "false",
  });
  const connection = await instance.connect();
  // This order is forced: directories can only be named while access is still on, and the lock refuses every SET.
  for (const statement of [
    "SET GLOBAL TimeZone = 'UTC'",
    `SET allowed_directories = [${literal(`${directory}/`)}]`,
    `SET temp_directory = ${literal(path.join(directory, "spill"))}`,
    "SET preserve_insertion_order = false",
    "SET enable_external_access = false",
    "SET allowed_configs = ['memory_limit']",
    "SET lock_configuration = true",
  ])
    await connection.run(statement);
  connection.closeSync();
  return instance;
}

/** Fills the connection's staging tables from the files; a row that cannot be read is BrokenFile. */
export async function stageFiles(
  connection: DuckDBConnection,
  directory: string,
  staging: Staging,
  store: (table: string, columns: Columns, rows: string) => Promise<void>,
): Promise<void> {
  for (const macro of macros(staging.decimals)) await connection.run(macro);
  const links: string[] = [];
  try {
    for (const [ordinal, rows] of staging.files.entries()) {
      const broughtIn = new Map<string, string>();
      for (const stage of staging.stages) {
        const columns = staging.tables.get(stage.table);
        if (columns === undefined) throw new Error(`There is no table ${stage.table} to stage rows in.`);
        for (const file of filesFor(rows, stage)) {
          const link = broughtIn.get(file) ?? (await bringIn(file, directory));
          if (!broughtIn.has(file)) links.push(link);
          broughtIn.set(file, link);
          try {
            await scans.add(() => store(stage.table, columns, scan(stage, columns, link, ordinal)));
          } catch (error) {
            throw await brokenFile(error, file);
          }
        }
      }
    }
  } finally {
    await Promise.all(links.map((link) => rm(link, { force: true })));
  }
}

/** The instance may read nothing outside its directory, and follows symbolic links before it decides. The file's new name. */
export async function bringIn(file: string, directory: string): Promise<string> {
  const link = path.join(directory, `in-${randomUUID()}${path.basename(file).replace(/^[^.]*/, "")}`);
  await hardLink(file, link).catch(() => copyFile(file, link));
  return link;
}

/** The system drops the lock when the process ends, however it ends: nothing stale can be left behind. */
export async function takeDirectory(
  instance: DuckDBInstance,
  directory: string,
  waitMs: number,
): Promise<void> {
  const file = path.join(directory, "owner.lock");
  const connection = await instance.connect();
  const deadline = Date.now() + waitMs;
  for (;;) {
    try {
      await connection.run(`ATTACH ${literal(file)} AS owner`);
      connection.closeSync();
      return;
    } catch (error) {
      // It holds nothing but the lock: one that is broken keeps no shop down.
      if (saysBroken(error)) {
        await putAside(file);
        continue;
      }
      const held = error instanceof Error && error.message.includes("Could not set lock");
      if (!held || Date.now() >= deadline) {
        connection.closeSync();
        instance.closeSync();
        throw held ? new WarehouseLocked(directory, error) : error;
      }
      await pause(200);
    }
  }
}
