// An instance of DuckDB that dies under the app: who asks meanwhile is told to come again, the next instance has everything that
// was written, and when none comes the process is told.
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import type { DuckDBInstance } from "@duckdb/node-api";
import { afterEach, beforeEach, expect, it } from "vitest";
import { meters } from "../../../app/metrics/meters.server.ts";
import { MemoryShort, outageOf, WarehouseAway } from "../../../app/outage.ts";
import { openDuckDb } from "../../../app/warehouse/duckdb/duckdb.server.ts";
import { openInstance } from "../../../app/warehouse/duckdb/instance.ts";
import type { Driver } from "../../../app/warehouse/driver.ts";
import { migrations } from "../../../app/warehouse/schema/migrations.ts";
import { schema } from "../../../app/warehouse/schema/schema.ts";
import { newest } from "../../../app/warehouse/schema/upgrade.ts";
import { eventually } from "../../tools/setup/eventually.ts";

const SHOP = "revived.myshopify.com";
let directory: string;
let driver: Driver;
let instances: DuckDBInstance[];
let lost: unknown[];
let refused: Error | null;

beforeEach(async () => {
  directory = await mkdtemp(path.join(tmpdir(), "segment-kpis-revival-"));
  instances = [];
  lost = [];
  refused = null;
  driver = await openDuckDb(
    { directory, lost: (error) => void lost.push(error) },
    { version: newest(migrations), schema },
    async (where) => {
      if (refused !== null) throw refused;
      const instance = await openInstance(where);
      instances.push(instance);
      return instance;
    },
  );
  await driver.create(SHOP, (session) =>
    session.run(
      `INSERT INTO shop_meta (id, data_version, currency, decimals, time_zone, schema_version)
       VALUES (1, 1, 'EUR', 2, 'UTC', ${newest(migrations)})`,
    ),
  );
  await write(2);
});
afterEach(async () => {
  await driver.close();
  await rm(directory, { recursive: true, force: true });
});

const write = (version: number) =>
  driver.write(SHOP, null, (session) => session.run(`UPDATE shop_meta SET data_version = ${version}`));
const read = async () =>
  (await driver.read(SHOP, "SELECT data_version FROM shop_meta", [], { timeoutMs: 5_000 }))[0]?.data_version;
const revivals = async () => (await meters.revivals.get()).values[0]?.value ?? 0;

it("is followed by another that has all that was written; who asks meanwhile is told of an outage", async () => {
  const before = await revivals();
  const slow = driver.stream(SHOP, "SELECT * FROM range(100000)", [], (step) => step());
  const reader = slow[Symbol.asyncIterator]();
  await reader.next();
  for (let times = 1; times <= 3; times += 1) {
    instances.at(-1)?.closeSync();
    const error: unknown = await read().catch((failure: unknown) => failure);
    expect(outageOf(error)).toBeInstanceOf(WarehouseAway);
    if (times === 1) {
      await expect(driver.check()).rejects.toThrow(WarehouseAway);
      await reader.return?.();
    }
    await eventually(async () => expect(await read()).toBe(1 + times));
    await write(2 + times);
    expect(instances).toHaveLength(1 + times);
    await driver.check();
  }
  expect(lost).toEqual([]);
  expect((await revivals()) - before).toBe(3);
  // That is what the alarm WarehouseRevived looks at.
  expect(await readFile("docs/alerts.yml", "utf8")).toContain(
    "expr: increase(segment_kpis_warehouse_revivals_total[1h]) > 0",
  );
});

it("is given up when no other can be opened, twice in a row, and the process is told once", async () => {
  refused = new Error("no place for another");
  instances.at(-1)?.closeSync();
  await expect(read()).rejects.toThrow(WarehouseAway);
  await eventually(() => expect(lost).toEqual([refused]));
  await expect(read()).rejects.toThrow(WarehouseAway);
  await expect(driver.check()).rejects.toThrow(WarehouseAway);
  expect(lost).toHaveLength(1);
});

it("is not taken for dead because of a file or of words", async () => {
  const words = "FATAL Error: database has been invalidated; it must be restarted prior to being used again";
  await expect(driver.read(SHOP, `SELECT error('${words}')`, [], { timeoutMs: 5_000 })).rejects.toThrow();
  expect(await read()).toBe(2);
  expect(instances).toHaveLength(1);
});

it("finds no memory, and that is an outage", async () => {
  const much = "SELECT length(string_agg(repeat(CAST(x AS VARCHAR), 500), '')) AS n FROM range(2000000) r(x)";
  const error: unknown = await driver
    .read(SHOP, much, [], { timeoutMs: 60_000 })
    .catch((failure: unknown) => failure);
  expect(outageOf(error)).toBeInstanceOf(MemoryShort);
  expect(await read()).toBe(2);
});
