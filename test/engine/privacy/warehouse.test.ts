// What the warehouse forgets: a customer without a trace in its tables or files, customers who come again, old orders.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import pg from "pg";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { namespaceOf } from "../../../app/warehouse/namespace.ts";
import { openWarehouse, type Warehouse } from "../../../app/warehouse/warehouse.server.ts";
import { emptyDatabase } from "../../tools/setup/database.ts";
import { describeWarehouses } from "../../tools/setup/warehouses.ts";
import { dump } from "../warehouse/dump.ts";
import { customerRow, load, orderRows, simpleOrder, type TestOrder } from "../warehouse/files.ts";
import { filesWith, formsOf } from "./traces.ts";
import { reaching } from "../warehouse/reaching.ts";

const SHOP = "private.myshopify.com";
const READ_AT = "2026-10-01T00:00:00Z";
const euros = { currency: "EUR", decimals: 2, time_zone: "Europe/Berlin", ...reaching("complete") } as const;

/** Eight bytes of which none is likely to be there by chance. */
const HIM = 7_241_993_006_417;
const HIS_TAG = "zebra-fanatic-4711";
const OTHER = 5_000_000_000_001;

const order = (id: number, day: string, customer?: number, more: Partial<TestOrder> = {}) =>
  simpleOrder(id, `${day}T10:00:00Z`, "10.0", { customer, customerOrders: 3, ...more });

const orders = [
  order(1, "2026-01-05", HIM),
  order(2, "2026-02-05", OTHER),
  order(3, "2026-03-05", HIM),
  order(4, "2026-04-05", OTHER),
  order(5, "2026-05-05"),
];
const customers = [
  customerRow({ id: HIM, updatedAt: "2026-09-01T00:00:00Z", orders: 2, tags: [HIS_TAG] }),
  customerRow({ id: OTHER, updatedAt: "2026-09-01T00:00:00Z", orders: 2, tags: ["vip"] }),
];
const rows = [...orders.flatMap(orderRows), ...customers];
/** Tags, too: staff may have named him in one. */
const withoutHim = [
  ...orders
    .map((it) => (it.customer === HIM ? { ...it, customer: undefined, tags: null } : it))
    .flatMap(orderRows),
  ...customers.slice(1),
];
const withheld = () => Promise.resolve((id: number) => id === HIM);

describeWarehouses("privacy in the warehouse", (open) => {
  let warehouse: Warehouse;
  beforeEach(async () => {
    warehouse = await open();
    for (const shop of [SHOP, "fresh.myshopify.com"]) await warehouse.of(shop).setMeta(euros);
  });
  const merge = (given: readonly object[], more = {}, shop = SHOP) =>
    warehouse.of(shop).merge(load(READ_AT, given, more));
  const one = async (sql: string, shop = SHOP) =>
    Object.values((await warehouse.of(shop).query(sql))[0] ?? {})[0];
  const fresh = async (given: readonly object[]) => {
    await merge(given, {}, "fresh.myshopify.com");
    return dump(warehouse, "fresh.myshopify.com");
  };

  it("an erased customer leaves the tables as if the orders had come without one", async () => {
    await merge(rows);
    const { data_version: before } = (await warehouse.of(SHOP).meta()) ?? expect.fail("no meta");

    expect(await warehouse.of(SHOP).eraseCustomers([HIM])).toEqual({ orders: 2 });
    expect(await dump(warehouse, SHOP)).toEqual(await fresh(withoutHim));
    expect((await warehouse.of(SHOP).meta())?.data_version).toBeGreaterThan(before);
    expect(await warehouse.of(SHOP).eraseCustomers([HIM])).toEqual({ orders: 0 });
  });

  it("orders that Shopify names go to no customer whoever has them, and the others' places follow", async () => {
    await merge(rows);
    await warehouse.of(SHOP).eraseCustomers([HIM], [2]);

    expect(await one("SELECT count(*) FROM orders WHERE customer_id IS NULL")).toBe(4);
    expect(await one("SELECT seq FROM orders WHERE order_id = 4")).toBe(1);
    expect(await one(`SELECT history_complete FROM customers WHERE customer_id = ${OTHER}`)).toBe(false);
  });

  it("a withheld customer comes in by no merge, not even as removed, and his orders without him", async () => {
    await merge(rows, { withheld, removedCustomers: [HIM, 42] });

    const tables = await dump(warehouse, SHOP);
    expect(tables.removed).toMatchObject([{ kind: "customer", id: 42 }]);
    expect({ ...tables, removed: [] }).toEqual(await fresh(withoutHim));
    // Read again as it was, nothing is new or changed.
    expect(await merge(rows, { withheld })).toMatchObject({ orders: 5, changedOrders: 0, customers: 1 });
  });

  it("orders placed before the day are left out with their children, imports among them", async () => {
    const imported = order(6, "2025-06-01", OTHER, { createdAt: "2026-06-01T00:00:00Z" });
    const result = await merge([...rows, ...orderRows(imported)], { keepFrom: "2026-03-01T00:00:00.000Z" });

    expect(result).toMatchObject({ orders: 3, tooOld: 3, skippedOlder: 0 });
    expect(await one("SELECT min(order_id) FROM sales")).toBe(3);
    expect(await one("SELECT count(*) FROM order_lines")).toBe(3);
  });

  it("forgets orders before a day, customers who ordered only then, and keeps who never ordered", async () => {
    const never = customerRow({ id: 77, updatedAt: "2026-09-01T00:00:00Z", orders: 0 });
    const gone = [order(7, "2025-01-05", 88)];
    await merge([...rows, never, ...gone.flatMap(orderRows)]);
    expect(
      await warehouse.of(SHOP).forgetBefore({ day: "2026-03-01", from: "2026-03-01T00:00:00Z" }, "nothing"),
    ).toEqual({ orders: 3, customers: 1, records: 0 });

    const kept = orders.filter((it) => it.placedAt >= "2026-03-01");
    const tables = await dump(warehouse, SHOP);
    expect(tables).toEqual(await fresh([...kept.flatMap(orderRows), ...customers, never]));
    expect(
      await warehouse.of(SHOP).forgetBefore({ day: "2026-03-01", from: "2026-03-01T00:00:00Z" }, "nothing"),
    ).toEqual({ orders: 0, customers: 0, records: 0 });
  });
});

async function openClient(url: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  return client;
}

describe("an erased customer's traces in raw files", () => {
  let directory: string;
  let warehouse: Warehouse;
  beforeEach(async () => {
    directory = await mkdtemp(path.join(tmpdir(), "segment-kpis-traces-"));
  });
  afterEach(async () => {
    await warehouse.close();
    await rm(directory, { recursive: true, force: true });
  });
  const traces = [HIS_TAG, ...formsOf(HIM)];
  const fill = async (url?: string) => {
    warehouse = await openWarehouse({ directory, url });
    await warehouse.of(SHOP).setMeta(euros);
    const many = Array.from({ length: 300 }, (_, index) =>
      order(100 + index, "2026-07-05", index % 5 === 0 ? HIM : OTHER + (index % 20)),
    );
    await warehouse.of(SHOP).merge(load(READ_AT, [...rows, ...many.flatMap(orderRows)]));
    await warehouse.of(SHOP).compact({ force: true });
  };

  it("are in DuckDB's file until it is written anew, and then in no file of the directory", async () => {
    await fill();
    for (const trace of [HIS_TAG, formsOf(HIM)[1] ?? ""])
      expect(await filesWith(directory, [trace])).toHaveLength(1);
    await warehouse.of(SHOP).eraseCustomers([HIM]);
    expect(await filesWith(directory, traces), "deleting alone is not enough").not.toEqual([]);

    // Somebody reads meanwhile, and finds all orders before and after.
    const counts = Promise.all(
      Array.from({ length: 5 }, () => warehouse.of(SHOP).query("SELECT count(*) AS n FROM orders")),
    );
    expect(await warehouse.of(SHOP).rewrite()).toBe(true);
    expect(await counts).toEqual(Array.from({ length: 5 }, () => [{ n: 305 }]));
    expect(await filesWith(directory, traces)).toEqual([]);
    await warehouse.close();
    expect(await filesWith(directory, traces)).toEqual([]);
  });

  it("are in PostgreSQL's tables and samples until they are written anew; only the write-ahead log keeps them longer", async () => {
    const url = await emptyDatabase();
    await fill(url);
    const client = await openClient(url);
    try {
      const { rows: found } = await client.query<{ place: string }>(
        `SELECT current_setting('data_directory') || '/base/' || oid AS place
         FROM pg_database WHERE datname = current_database()`,
      );
      const base = found[0]?.place ?? expect.fail("no directory");
      const onDisk = async () => {
        await client.query("CHECKPOINT");
        return filesWith(base, traces);
      };
      expect(await onDisk()).not.toEqual([]);
      await warehouse.of(SHOP).eraseCustomers([HIM]);
      expect(await onDisk(), "deleting alone is not enough").not.toEqual([]);

      // Whoever else is in the database with an older view keeps what was deleted, also without looking at it.
      const other = await openClient(url);
      await other.query("BEGIN ISOLATION LEVEL REPEATABLE READ");
      await other.query("SELECT 1");
      await client.query("SELECT pg_current_xact_id()");
      expect(await warehouse.of(SHOP).rewrite()).toBe(false);
      expect(await onDisk()).not.toEqual([]);
      await other.query("COMMIT");
      // So does whoever writes elsewhere on the server: their transaction is older than the snapshot of a VACUUM.
      const elsewhere = await openClient(await emptyDatabase());
      await elsewhere.query("BEGIN");
      await elsewhere.query("SELECT pg_current_xact_id()");
      await client.query("SELECT pg_current_xact_id()");
      expect(await warehouse.of(SHOP).rewrite()).toBe(false);
      await elsewhere.end();
      // One who holds a table is not waited for without end: everybody who comes would wait behind us.
      await other.query(`BEGIN; LOCK TABLE ${namespaceOf(SHOP)}.orders IN ACCESS SHARE MODE`);
      expect(await warehouse.of(SHOP).rewrite()).toBe(false);
      await other.end();

      expect(await warehouse.of(SHOP).rewrite()).toBe(true);
      expect(await onDisk()).toEqual([]);
      expect(await filesWith(directory, traces)).toEqual([]);
    } finally {
      await client.end();
    }
  });

  it("stay while somebody still reads, which is said, and go when asked again", async () => {
    await fill();
    await warehouse.of(SHOP).eraseCustomers([HIM]);
    const reading = warehouse.of(SHOP).stream("SELECT order_id FROM orders")[Symbol.asyncIterator]();
    await reading.next();
    expect(await warehouse.of(SHOP).rewrite()).toBe(false);
    expect(await warehouse.of(SHOP).query("SELECT count(*) AS n FROM orders")).toEqual([{ n: 305 }]);
    await reading.return?.();
    expect(await warehouse.of(SHOP).rewrite()).toBe(true);
    expect(await filesWith(directory, traces)).toEqual([]);
  });

  it("go with the shop", async () => {
    await fill();
    const before = (await warehouse.of(SHOP).meta())?.data_version ?? Infinity;
    await warehouse.of(SHOP).drop();
    expect(await filesWith(directory, traces)).toEqual([]);
    // What was answered from it is not taken for an answer about its successor.
    await warehouse.of(SHOP).setMeta(euros);
    expect((await warehouse.of(SHOP).meta())?.data_version).toBeGreaterThan(before);
  });
});
