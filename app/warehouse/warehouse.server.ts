// The warehouse's front door: rows in by merge(), SQL out by query(). Knows neither Shopify nor KPIs. Opens a directory once
// in a process, with the engine that its options name.
import { mkdir, realpath } from "node:fs/promises";
import type { Warehouse, WarehouseOptions } from "./contract.ts";
import { openDuckDb } from "./duckdb/duckdb.server.ts";
import { shopOf } from "./namespace.ts";
import { migrations } from "./schema/migrations.ts";
import { openPostgres } from "./postgres/postgres.server.ts";
import { schema, schemaOf } from "./schema/schema.ts";
import { StoredWarehouse } from "./stored-warehouse.ts";
import { newest } from "./schema/upgrade.ts";

export type * from "./contract.ts";
export type * from "./load.ts";
export type * from "./observe/observation.ts";

interface Opened {
  warehouse: Promise<StoredWarehouse>;
  users: number;
  closing: Promise<void> | null;
}

/** A second copy of this module (hot reload, the bundled build) must meet the same DuckDB instance. */
const pinned = globalThis as typeof globalThis & { __warehouses?: Map<string, Opened> };

/** Opening a directory again in the same process answers the same warehouse; it closes with its last user. */
export async function openWarehouse(options: WarehouseOptions): Promise<Warehouse> {
  await mkdir(options.directory, { recursive: true });
  const directory = await realpath(options.directory);
  const key = `${options.url ?? "duckdb"} ${directory}`;
  const opened = (pinned.__warehouses ??= new Map<string, Opened>());
  // Two instances on one file lose data without a word: the old one is gone before the new one comes.
  for (let old = opened.get(key); old?.closing; old = opened.get(key)) await old.closing;
  const entry = opened.get(key) ?? {
    warehouse: openDriver({ ...options, directory }),
    users: 0,
    closing: null,
  };
  opened.set(key, entry);
  entry.users += 1;
  const warehouse = await entry.warehouse.catch((error: unknown) => {
    if (opened.get(key) === entry) opened.delete(key);
    throw error;
  });
  let open = true;
  const close = async () => {
    if (open) entry.users -= 1;
    open = false;
    if (entry.users > 0) return;
    entry.closing ??= warehouse.close().finally(() => opened.delete(key));
    await entry.closing;
  };
  return Object.create(warehouse, { close: { value: close } }) as Warehouse;
}

async function openDriver(options: WarehouseOptions): Promise<StoredWarehouse> {
  const known = options.migrations ?? migrations;
  const made = options.sources === undefined ? schema : schemaOf(options.sources);
  const tables = { version: newest(known), schema: made };
  const { broken = async () => {}, left = async () => {} } = options;
  const driver =
    options.url === undefined
      ? await openDuckDb(
          { ...options, broken: (name) => broken(shopOf(name)), left: (name) => left(shopOf(name)) },
          tables,
        )
      : await openPostgres(options, options.url, tables);
  return new StoredWarehouse(driver, known, made, options);
}
