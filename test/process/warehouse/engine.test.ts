// What the engines promise besides the numbers: plain rows, time-outs, the gate, one owner, and a whole file whatever
// happens to the process.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { ShopNotReady } from "../../../app/errors.ts";
import { QueryTimedOut, WarehouseLocked } from "../../../app/warehouse/errors.ts";
import { openWarehouse, type Warehouse } from "../../../app/warehouse/warehouse.server.ts";
import { describeWarehouses } from "../../tools/setup/warehouses.ts";
import { dump } from "../../engine/warehouse/dump.ts";
import { load, orderRows, simpleOrder } from "../../engine/warehouse/files.ts";

const SHOP = "demo.myshopify.com";
const OTHER = "other.myshopify.com";
const euros = { currency: "EUR", decimals: 2, time_zone: "UTC" };
/** Minutes of work on either engine. */
const ENDLESS =
  "SELECT count(*) AS n FROM generate_series(1, 3000000) a(x), generate_series(1, 3000000) b(y) WHERE x * y = 7";

const orders = (count: number, total = "5.00", updatedAt = "2026-01-02T00:00:00Z") =>
  Array.from({ length: count }, (_, index) =>
    orderRows(simpleOrder(index + 1, "2026-01-01T10:00:00Z", total, { customer: index % 50, updatedAt })),
  ).flat();

describeWarehouses("a warehouse", (open) => {
  let warehouse: Warehouse;
  beforeEach(async () => {
    warehouse = await open();
    await warehouse.of(SHOP).setMeta(euros);
  });

  it("gives plain values alike", async () => {
    const rows = await warehouse.of(SHOP).query(
      `SELECT CAST($1 AS BIGINT) AS whole, sum(x) AS summed, CAST($2 AS DOUBLE PRECISION) AS real, CAST($3 AS VARCHAR) AS text,
         CAST($4 AS BOOLEAN) AS flag, DATE '2026-02-03' AS day, TIMESTAMP '2026-02-03 04:05:06.5' AS instant,
         CAST($5 AS BIGINT) AS nothing, count(*) AS n
       FROM generate_series(1, 4) g(x)`,
      [9007199254740991n, 0.5, "it's", true, null],
    );
    expect(rows).toEqual([
      {
        whole: 9007199254740991,
        summed: 10,
        real: 0.5,
        text: "it's",
        flag: true,
        day: "2026-02-03",
        instant: "2026-02-03 04:05:06.5",
        nothing: null,
        n: 4,
      },
    ]);
  });

  it("lets no number out that is not one", async () => {
    await expect(warehouse.of(SHOP).query("SELECT CAST(9007199254740993 AS BIGINT) AS big")).rejects.toThrow(
      "big",
    );
    await expect(warehouse.of(SHOP).query("SELECT CAST('NaN' AS DOUBLE PRECISION) AS rate")).rejects.toThrow(
      "rate",
    );
    await expect(warehouse.of(SHOP).query("SELECT INTERVAL '1 day' AS span")).rejects.toThrow("span");
  });

  it("refuses to write in a query", async () => {
    await expect(warehouse.of(SHOP).query("DELETE FROM shop_meta")).rejects.toThrow(/read-only/);
    expect(await warehouse.of(SHOP).meta()).not.toBeNull();
  });

  it("keeps shops apart", async () => {
    await warehouse.of(OTHER).setMeta({ ...euros, currency: "JPY", decimals: 0 });
    await warehouse.of(SHOP).merge(load("2026-01-03T00:00:00Z", orders(2)));
    expect((await warehouse.of(OTHER).counts()).orders).toBe(0);
    await warehouse.of(SHOP).drop();
    expect(await warehouse.of(SHOP).meta()).toBeNull();
    await expect(warehouse.of(SHOP).query("SELECT order_id FROM orders")).rejects.toBeInstanceOf(
      ShopNotReady,
    );
    expect(await warehouse.of(OTHER).meta()).toMatchObject({ currency: "JPY", decimals: 0 });
    await warehouse.of(SHOP).setMeta(euros);
    expect((await warehouse.of(SHOP).counts()).orders).toBe(0);
  });

  it("drops a shop that is being read, and leaves nothing behind", async () => {
    await warehouse.of(SHOP).merge(load("2026-01-03T00:00:00Z", orders(2)));
    const readers = Array.from({ length: 40 }, async (_, place) => {
      for (let turn = 0; turn < place; turn += 1) await Promise.resolve();
      return place % 2 === 0
        ? warehouse.of(SHOP).meta()
        : warehouse
            .of(SHOP)
            .query("SELECT count(*) AS n FROM orders")
            .catch((error: unknown) => error);
    });
    await warehouse.of(SHOP).drop();
    for (const answer of await Promise.all(readers))
      if (answer instanceof Error) expect(answer).toBeInstanceOf(ShopNotReady);
    expect(await warehouse.of(SHOP).meta()).toBeNull();
    await warehouse.of(SHOP).setMeta(euros);
    expect((await warehouse.of(SHOP).counts()).orders).toBe(0);
  });

  it("remembers what is known of a shop", async () => {
    const before = await warehouse.of(SHOP).meta();
    expect(before).toMatchObject({ ...euros, coverage: {} });
    const orders = { state: "sixty_days", from_day: "2026-01-01", fresh_at: "2026-03-01T01:02:03Z" } as const;
    await warehouse.of(SHOP).setMeta({ coverage: { orders } });
    const after = await warehouse.of(SHOP).meta();
    const known = { ...orders, fresh_at: "2026-03-01 01:02:03" };
    expect(after?.coverage).toEqual({ orders: known });
    expect(after?.data_version).toBeGreaterThan(before?.data_version ?? 0);
    // What is said of one source changes nothing of another.
    const loading = { state: "loading", from_day: null, fresh_at: null } as const;
    await warehouse
      .of(SHOP)
      .setMeta({ coverage: { orders: { from_day: null }, products: { state: "loading" } } });
    expect((await warehouse.of(SHOP).meta())?.coverage).toEqual({
      orders: { ...known, from_day: null },
      products: loading,
    });
    await warehouse.of(SHOP).setMeta({ coverage: { orders: null } });
    expect((await warehouse.of(SHOP).meta())?.coverage).toEqual({ products: loading });
    await expect(warehouse.of(SHOP).setMeta({ time_zone: "Mars/Olympus" })).rejects.toThrow();
  });

  it("gives up a query after its time, and the next one runs", async () => {
    await expect(warehouse.of(SHOP).query(ENDLESS, [], { timeoutMs: 100 })).rejects.toBeInstanceOf(
      QueryTimedOut,
    );
    expect(await warehouse.of(SHOP).query("SELECT 1 AS one")).toEqual([{ one: 1 }]);
  });

  it("runs two queries at once and lets meta and small merges pass", async () => {
    const ended: string[] = [];
    const slow = [1, 2].map((n) =>
      warehouse
        .of(SHOP)
        .query(ENDLESS, [], { timeoutMs: 5_000 })
        .catch(() => ended.push(`slow ${n}`)),
    );
    const third = warehouse
      .of(SHOP)
      .query("SELECT 1 AS one")
      .then(() => ended.push("third"));
    await warehouse
      .of(SHOP)
      .meta()
      .then(() => ended.push("meta"));
    await warehouse
      .of(SHOP)
      .merge(load("2026-01-03T00:00:00Z", orders(1)))
      .then(() => ended.push("merge"));
    await Promise.all([...slow, third]);
    expect(ended.slice(0, 2)).toEqual(["meta", "merge"]);
    expect(ended.indexOf("third")).toBeGreaterThan(ended.indexOf("merge"));
    expect(ended).toHaveLength(5);
  });

  it("streams a long list in batches, also when it is left early", async () => {
    await warehouse.of(SHOP).merge(load("2026-01-03T00:00:00Z", orders(5_000)));
    const seen: number[] = [];
    let batches = 0;
    for await (const batch of warehouse
      .of(SHOP)
      .stream<{ order_id: number }>(
        "SELECT order_id FROM orders WHERE order_id > $1 ORDER BY order_id",
        [10],
      )) {
      batches += 1;
      seen.push(...batch.map((row) => row.order_id));
    }
    expect(seen).toEqual(Array.from({ length: 4_990 }, (_, index) => index + 11));
    expect(batches).toBeGreaterThan(1);
    for await (const batch of warehouse.of(SHOP).stream("SELECT order_id FROM orders")) {
      expect(batch.length).toBeGreaterThan(0);
      break;
    }
    await warehouse.of(SHOP).drop();
  });

  it("gives the same tables whether a load is derived whole or by what it touched", async () => {
    await warehouse.of(OTHER).setMeta(euros);
    await warehouse.of(SHOP).merge(load("2026-01-03T00:00:00Z", orders(6_000)));
    for (let from = 0; from < 6_000; from += 2_000)
      await warehouse
        .of(OTHER)
        .merge(load("2026-01-03T00:00:00Z", orders(6_000).slice(from * 4, (from + 2_000) * 4)));
    expect(await dump(warehouse, OTHER)).toEqual(await dump(warehouse, SHOP));
  });

  it.each([1, 999, 1_000, 1_500])(
    "gives the same tables when a load is replaced %i orders at a time",
    async (ordersAtOnce) => {
      const inParts = await open({ ordersAtOnce });
      await inParts.of(SHOP).setMeta(euros);
      for (const each of [warehouse, inParts]) {
        await each.of(SHOP).merge(load("2026-01-03T00:00:00Z", orders(4)));
        expect(
          await each.of(SHOP).merge(load("2026-01-04T00:00:00Z", orders(ordersAtOnce === 1 ? 9 : 2_000))),
        ).toMatchObject({ gaps: 0 });
      }
      expect(await dump(inParts, SHOP)).toEqual(await dump(warehouse, SHOP));
    },
  );

  it("gives back room without a change in what is stored", async () => {
    await warehouse.of(SHOP).merge(load("2026-01-03T00:00:00Z", orders(300)));
    await warehouse.of(SHOP).merge(load("2026-01-04T00:00:00Z", orders(300)));
    const before = await dump(warehouse, SHOP);
    expect(await warehouse.of(SHOP).compact({ force: true })).toBe(true);
    expect(await dump(warehouse, SHOP)).toEqual(before);
    await warehouse.of(SHOP).merge(load("2026-01-04T00:00:00Z", orders(300)));
    expect(await dump(warehouse, SHOP)).toEqual(before);
  });
});

describe("a DuckDB directory", () => {
  let directory: string;
  const children: ReturnType<typeof spawn>[] = [];
  beforeEach(async () => {
    directory = await mkdtemp(path.join(tmpdir(), "segment-kpis-engine-"));
  });
  afterEach(async () => {
    for (const child of children.splice(0)) child.kill("SIGKILL");
    await rm(directory, { recursive: true, force: true });
  });

  /** A process that opens the directory, says what it does, and goes on merging until it is killed. */
  async function merging(): Promise<{ said: (word: string) => Promise<void>; kill: () => Promise<void> }> {
    const program = fileURLToPath(new URL("merging-process.ts", import.meta.url));
    const child = spawn(process.execPath, [program, directory], {
      stdio: ["ignore", "pipe", "inherit"],
      env: { ...process.env, TMPDIR: directory },
    });
    children.push(child);
    let output = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => (output += text));
    return {
      said: async (word) => {
        while (!output.includes(word))
          await Promise.race([
            once(child.stdout, "data"),
            once(child, "exit").then(() => {
              throw new Error(`The process ended: ${output}`);
            }),
          ]);
      },
      kill: async () => {
        const ended = once(child, "exit");
        child.kill("SIGKILL");
        await ended;
      },
    };
  }

  it("is one warehouse however often this process opens it", async () => {
    const one = await openWarehouse({ directory });
    const two = await openWarehouse({ directory: path.join(directory, ".") });
    await one.of(SHOP).setMeta(euros);
    await one.close();
    expect(await two.of(SHOP).meta()).toMatchObject(euros);
    await two.close();
    const three = await openWarehouse({ directory });
    expect(await three.of(SHOP).meta()).toMatchObject(euros);
    await three.close();
  });

  it("belongs to one process, and goes to the next one when that ends", async () => {
    const holder = await merging();
    await holder.said("merged");
    await expect(openWarehouse({ directory })).rejects.toBeInstanceOf(WarehouseLocked);
    const waiting = openWarehouse({ directory, waitForLockMs: 30_000 });
    await holder.kill();
    await (await waiting).close();
  });

  it("is whole after the process is killed in the middle of a merge", async () => {
    for (let round = 0; round < 4; round += 1) {
      const victim = await merging();
      await victim.said("merged 1\n");
      await victim.said("merging 2\n");
      const deadline = Date.now() + round * 40;
      while (Date.now() < deadline) await new Promise(setImmediate);
      await victim.kill();
      const warehouse = await openWarehouse({ directory, waitForLockMs: 60_000 });
      const totals = await warehouse.of(SHOP).query(
        `SELECT count(*) AS orders, min(o.current_total) AS low, max(o.current_total) AS high, sum(o.net_so_far) AS net,
           (SELECT sum(total) FROM sales) AS sold, (SELECT sum(gross - discounts - reversals) FROM activity) AS moved,
           (SELECT sum(net) FROM customer_history WHERE to_day = DATE '9999-12-31') AS known
         FROM orders o`,
      );
      const [row] = totals;
      expect(row?.orders).toBe(400);
      expect(row?.low, "all orders of one version").toBe(row?.high);
      expect([row?.sold, row?.moved, row?.known]).toEqual([row?.net, row?.net, row?.net]);
      await warehouse.close();
    }
  });

  it("has more memory while several are at work in it, and no longer", async () => {
    const warehouse = await openWarehouse({ directory });
    await warehouse.of(SHOP).setMeta(euros);
    const limit = async () => {
      const [row] = await warehouse.of(SHOP).query("SELECT current_setting('memory_limit') AS at_most");
      return Number.parseFloat(String(row?.at_most));
    };
    const alone = await limit();
    const slow = warehouse
      .of(SHOP)
      .query(ENDLESS, [], { timeoutMs: 500 })
      .catch(() => "late");
    expect(await limit()).toBeGreaterThan(alone);
    expect(await slow).toBe("late");
    expect(await limit()).toBe(alone);
    await warehouse.close();
  });

  it("loses nothing of a file that is swapped while somebody looks at all files", async () => {
    const warehouse = await openWarehouse({ directory });
    await warehouse.of(OTHER).setMeta(euros);
    let done = false;
    const looking = Promise.all(
      [1, 2].map(async () => {
        while (!done) await warehouse.of(OTHER).query("SELECT count(*) AS n FROM duckdb_columns()");
      }),
    );
    const shops = Array.from({ length: 4 }, (_, place) => `shop-${place}.myshopify.com`);
    for (const shop of shops) {
      await warehouse.of(shop).setMeta(euros);
      await warehouse.of(shop).merge(load("2026-01-03T00:00:00Z", orders(3)));
      await warehouse.of(shop).compact({ force: true });
      const copy = path.join(directory, "copy");
      await mkdir(copy, { recursive: true });
      await warehouse.of(shop).copyOut(copy);
      await warehouse.of(shop).next.copyIn(copy);
      await warehouse.of(shop).replace("mirrored");
      expect((await warehouse.of(shop).counts()).orders).toBe(3);
    }
    done = true;
    await looking;
    await warehouse.close();
    const again = await openWarehouse({ directory });
    for (const shop of shops) expect((await again.of(shop).counts()).orders).toBe(3);
    await again.close();
  });

  it("reads nothing outside of it", async () => {
    const warehouse = await openWarehouse({ directory });
    await warehouse.of(SHOP).setMeta(euros);
    await expect(warehouse.of(SHOP).query("SELECT * FROM read_text('/etc/hostname')")).rejects.toThrow(
      "Permission",
    );
    await expect(warehouse.of(SHOP).query("SET temp_directory = '/tmp'")).rejects.toThrow();
    await warehouse.close();
  });
});
