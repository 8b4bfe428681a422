// A shop's file that is not what was written: every way in which it can be wrong puts it aside, says so once, and leaves the shop
// without a copy, to be read anew. What is no fault of the file leaves it alone.
import {
  copyFile,
  mkdtemp,
  open,
  readdir,
  rename,
  rm,
  stat,
  truncate,
  unlink,
  writeFile,
} from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import { afterEach, beforeEach, expect, it } from "vitest";
import { CopyBroken } from "../../../app/errors.ts";
import { saysBroken } from "../../../app/warehouse/duckdb/broken.ts";
import { namespaceOf } from "../../../app/warehouse/namespace.ts";
import { openWarehouse, type Warehouse } from "../../../app/warehouse/warehouse.server.ts";
import { cutLog, leaveWithLog } from "../../process/damage.ts";
import { load, orderRows, simpleOrder } from "./files.ts";

const SHOP = "broken.myshopify.com";
const OTHER = "whole.myshopify.com";
const BLOCK = 262_144;
const HEADERS = 3 * 4_096;
let directory: string;
let warehouse: Warehouse;
let told: string[];
let left: string[];

beforeEach(async () => {
  directory = await mkdtemp(path.join(tmpdir(), "segment-kpis-broken-"));
  told = [];
  left = [];
  await reopen();
  for (const shop of [SHOP, OTHER]) await fill(shop);
});
afterEach(async () => {
  await warehouse.close();
  await rm(directory, { recursive: true, force: true });
});

async function reopen(): Promise<void> {
  warehouse = await openWarehouse({
    directory,
    broken: async (shop) => void told.push(shop),
    left: async (shop) => void left.push(shop),
  });
}

async function fill(shop: string): Promise<void> {
  await warehouse.of(shop).setMeta({ currency: "EUR", decimals: 2, time_zone: "UTC" });
  const rows = Array.from({ length: 300 }, (_, n) =>
    orderRows(simpleOrder(n + 1, "2026-01-01T10:00:00Z", "5.00", { customer: n % 50 })),
  ).flat();
  await warehouse.of(shop).merge(load("2026-01-03T00:00:00Z", rows));
}

const readAll = () =>
  warehouse.of(SHOP).query("SELECT sum(hash(s)) AS x FROM sales s, order_lines l, orders o");

const file = () => path.join(directory, `${namespaceOf(SHOP)}.duckdb`);
const aside = async () => (await readdir(directory)).filter((name) => name.includes(".broken-"));

async function overwrite(name: string, at: number, bytes: Buffer): Promise<void> {
  const handle = await open(name, "r+");
  await handle.write(bytes, 0, bytes.length, at);
  await handle.close();
}
const garbage = (length: number) => Buffer.alloc(length, "not what DuckDB wrote ");
const blocks = async () => Math.floor(((await stat(file())).size - HEADERS) / BLOCK);

const ways: Record<string, () => Promise<void>> = {
  "a garbled header": () => overwrite(file(), 0, garbage(4_096)),
  "garbled copies of the header": () => overwrite(file(), 4_096, garbage(8_192)),
  "headers of zeros": () => overwrite(file(), 0, Buffer.alloc(HEADERS)),
  "most of it gone": async () => truncate(file(), Math.floor((await stat(file())).size / 4)),
  "all but its header gone": () => truncate(file(), 5_000),
  "nothing in it": () => truncate(file(), 0),
  "another program's file in its place": () => writeFile(file(), garbage(20_000)),
  "pages of zeros": async () => overwrite(file(), HEADERS, Buffer.alloc((await blocks()) * BLOCK)),
  "garbled pages": async () => overwrite(file(), HEADERS, garbage((await blocks()) * BLOCK)),
};

it.each(Object.entries(ways))("%s: is put aside, and said once", async (_, damage) => {
  await warehouse.close();
  await damage();
  await reopen();
  await expect(warehouse.of(SHOP).meta().then(readAll)).rejects.toThrow(CopyBroken);
  expect(told).toEqual([SHOP]);
  expect(await warehouse.of(SHOP).meta()).toBeNull();
  expect(await aside()).toHaveLength(1);
  expect((await warehouse.of(OTHER).counts()).orders).toBe(300);

  await fill(SHOP);
  expect((await warehouse.of(SHOP).counts()).orders).toBe(300);
  expect(told).toEqual([SHOP]);
});

it("a page that turns out to be unreadable while the file is in use puts it aside as well, reader or stream", async () => {
  for (const read of [
    readAll,
    async () => {
      const rows = warehouse.of(SHOP).stream("SELECT * FROM sales s, order_lines l")[Symbol.asyncIterator]();
      while (!(await rows.next()).done);
    },
  ]) {
    await warehouse.close();
    await reopen();
    expect(await warehouse.of(SHOP).meta()).not.toBeNull();
    const count = await blocks();
    await overwrite(file(), HEADERS, Buffer.alloc(count * BLOCK));
    await expect(read()).rejects.toThrow(CopyBroken);
    expect(await warehouse.of(SHOP).meta()).toBeNull();
    await fill(SHOP);
  }
  expect(told).toEqual([SHOP, SHOP]);
  expect((await warehouse.of(OTHER).counts()).orders).toBe(300);
});

it("a log that DuckDB refuses to replay goes aside with its file", async () => {
  await warehouse.close();
  const instance = await DuckDBInstance.create(":memory:");
  const connection = await instance.connect();
  await connection.run(`ATTACH '${file()}' AS shop`);
  await connection.run("PRAGMA disable_checkpoint_on_shutdown");
  await connection.run("UPDATE shop.orders SET name = name || ' changed'");
  await connection.run("UPDATE shop.orders SET name = name || ' again'");
  // As a process leaves them that is killed.
  const log = `${file()}.wal`;
  const copy = `${file()}.kept`;
  await copyFile(log, copy);
  connection.closeSync();
  instance.closeSync();
  await rename(copy, log);
  const { size } = await stat(log);
  await overwrite(log, Math.floor(size / 2), garbage(Math.min(2_000, Math.floor(size / 4))));
  await reopen();
  await expect(warehouse.of(SHOP).meta()).rejects.toThrow(CopyBroken);
  expect(told).toEqual([SHOP]);
  expect((await aside()).sort()).toEqual([
    expect.stringMatching(/\.broken-[^.]+\.[^.]+$/),
    expect.stringMatching(/\.broken-.*\.wal$/),
  ]);
});

it("a log that ends too soon is believed, and whose it is, is told once", async () => {
  await warehouse.close();
  const before = path.join(directory, "before");
  await copyFile(file(), before);
  await reopen();
  const more = orderRows(simpleOrder(301, "2026-01-02T10:00:00Z", "5.00", { customer: 1 }));
  await warehouse.of(SHOP).merge(load("2026-01-04T00:00:00Z", more));
  await warehouse.close();
  await cutLog(file(), await leaveWithLog(file(), before));
  await reopen();
  expect((await warehouse.of(SHOP).counts()).orders).toBe(300);
  expect(left).toEqual([SHOP]);
  expect(told).toEqual([]);
  await warehouse.of(SHOP).merge(load("2026-01-04T00:00:00Z", more));
  expect((await warehouse.of(SHOP).counts()).orders).toBe(301);
  expect((await warehouse.of(OTHER).counts()).orders).toBe(300);
  expect(left).toEqual([SHOP]);
});

it("keeps a few of what it put aside, and none of a shop that is erased or had a customer erased", async () => {
  for (let n = 0; n < 4; n += 1) {
    await warehouse.close();
    await truncate(file(), 100);
    await reopen();
    await expect(warehouse.of(SHOP).meta()).rejects.toThrow(CopyBroken);
    await fill(SHOP);
  }
  expect(await aside()).toHaveLength(2);
  await warehouse.of(SHOP).rewrite();
  expect(await aside()).toEqual([]);

  await warehouse.close();
  await truncate(file(), 100);
  await reopen();
  await expect(warehouse.of(SHOP).meta()).rejects.toThrow(CopyBroken);
  await warehouse.of(SHOP).drop();
  expect(await aside()).toEqual([]);
});

it("a file that is lost is a shop without a copy", async () => {
  await warehouse.close();
  await unlink(file());
  await reopen();
  expect(await warehouse.of(SHOP).has()).toBe(false);
  expect(await warehouse.of(OTHER).has()).toBe(true);
  expect(await warehouse.of(SHOP).meta()).toBeNull();
  expect(told).toEqual([]);
});

it("garbage in the file that only says whose the directory is keeps no shop down", async () => {
  await warehouse.close();
  const lock = path.join(directory, "owner.lock");
  for (const content of [garbage(20_000), Buffer.alloc(0), Buffer.alloc(12_288)]) {
    await writeFile(lock, content);
    await reopen();
    expect((await warehouse.of(SHOP).counts()).orders).toBe(300);
    await warehouse.close();
  }
  await reopen();
});

it("what is not the file's fault is not taken for it", () => {
  for (const message of [
    'IO Error: Failure while replaying WAL file "x.wal": Out of Memory Error: could not allocate block',
    'IO Error: Could not write file "x.duckdb": No space left on device',
    'IO Error: Cannot open file "x.duckdb": Permission denied',
    "IO Error: Trying to read a database file with version number 99, but we can only read versions between 64 and 67",
    'IO Error: Could not set lock on file "x.duckdb"',
  ])
    expect(saysBroken(new Error(message)), message).toBe(false);
});
