// A shop whose tables an earlier release made: brought up when it is entered, whole or not at all, and from then on the
// same as one that was loaded anew. On both engines, with what those releases left on their disks.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, describe, expect, it } from "vitest";
import { ShopBeingUpdated, ShopIsNewer } from "../../../app/errors.ts";
import { CopyNotUsable } from "../../../app/warehouse/errors.ts";
import { type Migration, migrations } from "../../../app/warehouse/schema/migrations.ts";
import { newest } from "../../../app/warehouse/schema/upgrade.ts";
import { type Coverage, openWarehouse, type Warehouse } from "../../../app/warehouse/warehouse.server.ts";
import { dump, type Dump } from "../../engine/warehouse/dump.ts";
import { load, orderRows, simpleOrder } from "../../engine/warehouse/files.ts";
import {
  byHand,
  columnsIn,
  emptyPlace,
  type Engine,
  ENGINES,
  KEPT_VERSIONS,
  keptCopy,
  keptPlace,
  loadsOf,
  type Place,
  putKept,
} from "../../engine/warehouse/kept.ts";
import { KEPT_META, KEPT_SHOP, loadKept, nightOf, readingsOf } from "../../engine/warehouse/kept-shop.ts";
import { reaching } from "../../engine/warehouse/reaching.ts";

const VERSION = newest(migrations);
/** The next release, as it might be: a column, a table, and figures that follow from the ledger in another way. */
const later: Migration = {
  to: VERSION + 1,
  adds: {
    orders: { remark: "VARCHAR" },
    deposits: { day: "DATE NOT NULL", amount: "BIGINT NOT NULL" },
  },
  statements: [
    "UPDATE orders SET remark = name",
    "INSERT INTO deposits (day, amount) SELECT local_day, 5 FROM orders",
  ],
  derive: true,
  readAnew: ["orders"],
};
const failing: Migration = {
  ...later,
  statements: [...(later.statements ?? []), "SELECT nothing FROM orders"],
};

const opened: { close: () => Promise<void> }[] = [];
const directories: string[] = [];
afterEach(async () => {
  for (const each of opened.splice(0)) await each.close();
  for (const directory of directories.splice(0)) await rm(directory, { recursive: true, force: true });
});

async function open(place: Place, list: readonly Migration[] = migrations): Promise<Warehouse> {
  directories.push(place.directory);
  const warehouse = await openWarehouse({
    ...place,
    migrations: list,
    waitForLockMs: 60_000,
    intervalsInRow: 3,
  });
  opened.push(warehouse);
  return warehouse;
}

/** The shop as this release loads it. */
async function loadedAnew(engine: Engine, version: number): Promise<{ warehouse: Warehouse; place: Place }> {
  const place = await emptyPlace(engine);
  const warehouse = await open(place);
  await loadKept(warehouse, await loadsOf(version));
  return { warehouse, place };
}

const known = async (warehouse: Warehouse) => ({
  ...(await warehouse.of(KEPT_SHOP).meta()),
  data_version: null,
  versions: null,
  read_anew: null,
});

/** From this version on orders, and the sums of older ones, tell what customers are known by. */
const TELLS = 10;
const KNOWN_BY = [
  ...["discounted", "returned", "pos", "units", "units_reversed"],
  ...["first_discounted", "first_product", "first_type", "first_vendor"],
  ...["last_b2b", "last_language", "last_subscription"],
];

/**
 * The shop's rows without what a shop of an earlier version cannot know until its orders are read again (whether they were of
 * a subscription), nor ever of orders for which sums stand.
 */
async function told(warehouse: Warehouse, version: number): Promise<Dump> {
  const all = await dump(warehouse, KEPT_SHOP);
  if (version >= TELLS) return all;
  const untold = (names: readonly string[]) => Object.fromEntries(names.map((name) => [name, null]));
  const summed = new Set(all.opening_balance.map((row) => row.customer_id));
  const rows = {
    ...all,
    orders: all.orders.map((row) => ({ ...row, ...untold(["subscription"]) })),
    activity: all.activity.map((row) => ({ ...row, ...untold(["subscription"]) })),
    customer_history: all.customer_history.map((row) => ({
      ...row,
      ...untold(summed.has(row.customer_id) ? KNOWN_BY : ["last_subscription"]),
    })),
    opening_balance: all.opening_balance.map((row) => ({ ...row, ...untold(KNOWN_BY) })),
    earlier_orders: all.earlier_orders.map((row) => ({ ...row, ...untold(["returned"]) })),
  };
  return Object.fromEntries(
    Object.entries(rows).map(([table, of]) => [
      table,
      of.map((row) => JSON.stringify(Object.entries(row).sort())).sort(),
    ]),
  ) as unknown as Dump;
}

const goesOn = load(
  "2027-02-01T00:00:00Z",
  [
    simpleOrder(10_001, "2026-02-01T18:00:00Z", "70.00", {
      customer: 901,
      updatedAt: "2027-01-20T00:00:00Z",
    }),
    simpleOrder(20_001, "2027-01-20T18:00:00Z", "70.00", { customer: 901 }),
    simpleOrder(20_002, "2027-01-20T18:00:00Z", "70.00", { customer: 950 }),
  ].flatMap(orderRows),
  { removedOrders: [10_003] },
);

it("every version has its entry, one after the other, and a kept copy of the one before", () => {
  expect(migrations.map(({ to }) => to)).toEqual(migrations.map((_, index) => index + 2));
  expect(KEPT_VERSIONS).toEqual(migrations.map(({ to }) => to - 1));
});

describe.each(ENGINES)("an installed shop (%s)", (engine) => {
  describe.each(KEPT_VERSIONS)("of version %i", (version) => {
    it("becomes what a shop is that is loaded anew, in its rows and in its tables", async () => {
      const anew = await loadedAnew(engine, version);
      const place = await keptPlace(version, engine);
      const warehouse = await open(place);
      expect(await known(warehouse)).toEqual(await known(anew.warehouse));
      expect(await told(warehouse, version)).toEqual(await told(anew.warehouse, version));
      await warehouse.close();
      await anew.warehouse.close();
      expect(await columnsIn(place, KEPT_SHOP)).toEqual(await columnsIn(anew.place, KEPT_SHOP));
    });

    // From there on it is one shop, whichever way it came: the longest and the shortest tell for all.
    if (version !== 1 && version !== KEPT_VERSIONS.at(-1)) return;

    it("can be put back from its release's backup", async () => {
      const anew = await loadedAnew(engine, version);
      const warehouse = await open(await emptyPlace(engine));
      await warehouse.of(KEPT_SHOP).copyIn(keptCopy(version, engine));
      expect(await told(warehouse, version)).toEqual(await told(anew.warehouse, version));
      for (const each of [anew.warehouse, warehouse]) await each.of(KEPT_SHOP).merge(goesOn);
      expect(await told(warehouse, version)).toEqual(await told(anew.warehouse, version));
    });

    it("goes on as that one: orders come, are edited and go, nights are recorded, it is compacted, backed up and put back", async () => {
      const anew = await loadedAnew(engine, version);
      const warehouse = await open(await keptPlace(version, engine));
      for (const each of [anew.warehouse, warehouse]) {
        await each.of(KEPT_SHOP).merge(goesOn);
        for (const reading of [12, 13].map(nightOf).flatMap(readingsOf))
          await each.of(KEPT_SHOP).observe(reading);
      }
      const expected = await told(anew.warehouse, version);
      expect(expected.stock_levels.length).toBeGreaterThan(2);
      expect(await told(warehouse, version)).toEqual(expected);
      await warehouse.of(KEPT_SHOP).compact({ force: true });
      await warehouse.of(KEPT_SHOP).rewrite();
      expect(await told(warehouse, version)).toEqual(expected);
      const copy = await mkdtemp(path.join(tmpdir(), "segment-kpis-kept-"));
      directories.push(copy);
      const rows = await warehouse.of(KEPT_SHOP).copyOut(copy);
      for (const other of ENGINES) {
        const restored = await open(await emptyPlace(other));
        expect(await restored.of(KEPT_SHOP).copyIn(copy)).toEqual(rows);
        expect(await told(restored, version)).toEqual(expected);
      }
    });

    it("is as it was when an upgrade fails half way, and brought up by the next", async () => {
      const place = await keptPlace(version, engine);
      const before = await columnsIn(place, KEPT_SHOP);
      const broken = await open(place, [...migrations, failing]);
      await expect(broken.of(KEPT_SHOP).meta()).rejects.toThrow("nothing");
      await broken.close();
      expect(await columnsIn(place, KEPT_SHOP)).toEqual(before);
      const warehouse = await open(place);
      const anew = await loadedAnew(engine, version);
      expect(await told(warehouse, version)).toEqual(await told(anew.warehouse, version));
    });
  });

  // The longest way, and one that sums go.
  it.each([1, 4])("is whole when the process is killed at any moment of it (version %i)", async (version) => {
    const anew = await loadedAnew(engine, version);
    const expected = await told(anew.warehouse, version);
    const place = await keptPlace(version, engine);
    for (let round = 0; round < 3; round += 1) {
      await killedWhileUpgrading(place, round * 50);
      const warehouse = await open(place);
      expect(await told(warehouse, version)).toEqual(expected);
      await warehouse.close();
      await putKept(version, place);
    }
  });

  const DAY = "2026-02-06";
  it.each<[string, boolean, Record<string, Partial<Coverage>>]>([
    ["empty", false, {}],
    ["loading", false, { orders: { state: "loading", from_day: DAY }, customers: { state: "loading" } }],
    [
      "sixty_days",
      false,
      { orders: { state: "sixty_days", from_day: DAY }, customers: { state: "complete" } },
    ],
    ["retention", true, { orders: { state: "retention", from_day: DAY }, customers: { state: "complete" } }],
    [
      "retention",
      false,
      { orders: { state: "retention", from_day: DAY }, customers: { state: "retention", from_day: DAY } },
    ],
    [
      "customers_hidden",
      false,
      { orders: { state: "customers_hidden", from_day: DAY }, customers: { state: "customers_hidden" } },
    ],
  ])(
    "whose history was %s, sums of older orders: %s, says so of each source",
    async (history, sums, expected) => {
      const place = await keptPlace(13, engine);
      await byHand(place, KEPT_SHOP, [
        `UPDATE shop_meta SET history = '${history}', loaded_from = DATE '${DAY}', fresh_at = TIMESTAMP '2027-01-02 00:00:00'`,
        ...(sums ? [] : ["UPDATE shop_meta SET opening_day = NULL"]),
      ]);
      const warehouse = await open(place);
      const { coverage } = (await warehouse.of(KEPT_SHOP).meta()) ?? expect.fail("no copy");
      const said = Object.entries(expected).map(([source, of]) => [
        source,
        { from_day: null, fresh_at: "2027-01-02 00:00:00", ...of },
      ]);
      expect(coverage).toEqual(Object.fromEntries(said));
    },
  );

  it("gets new columns and tables, filled, and remembers what must be read again until it was", async () => {
    const place = await keptPlace(1, engine);
    const warehouse = await open(place, [...migrations, later]);
    expect(await warehouse.of(KEPT_SHOP).meta()).toMatchObject({ read_anew: "orders" });
    const [row] = await warehouse.of(KEPT_SHOP).query(
      `SELECT count(CASE WHEN remark = name THEN 1 END) AS remarks, (SELECT count(*) FROM deposits) AS deposits,
         count(*) AS orders FROM orders`,
    );
    expect(row).toEqual({ remarks: row?.orders, deposits: row?.orders, orders: row?.orders });
    await warehouse.close();
    const again = await open(place, [...migrations, later]);
    expect(await again.of(KEPT_SHOP).meta()).toMatchObject({ read_anew: "orders" });
    await again.of(KEPT_SHOP).setMeta({ read_anew: null });
    expect(await again.of(KEPT_SHOP).meta()).toMatchObject({ read_anew: null });
  });

  it("is left alone by an earlier release, which says so", async () => {
    const place = await keptPlace(1, engine);
    const newer = await open(place, [...migrations, later]);
    await newer.of(KEPT_SHOP).meta();
    const copy = await mkdtemp(path.join(tmpdir(), "segment-kpis-kept-"));
    directories.push(copy);
    await newer.of(KEPT_SHOP).copyOut(copy);
    await newer.close();
    const tables =
      "SELECT (SELECT count(*) FROM orders) AS orders, data_version, schema_version FROM shop_meta";
    const before = await byHand(place, KEPT_SHOP, [tables]);

    const warehouse = await open(place);
    const refused = [
      () => warehouse.of(KEPT_SHOP).meta(),
      () => warehouse.of(KEPT_SHOP).query("SELECT count(*) AS n FROM orders"),
      async () => {
        await warehouse.of(KEPT_SHOP).stream("SELECT order_id FROM orders")[Symbol.asyncIterator]().next();
      },
      () => warehouse.of(KEPT_SHOP).setMeta(reaching("loading")),
      () => warehouse.of(KEPT_SHOP).merge(goesOn),
      () => warehouse.of(KEPT_SHOP).eraseCustomers([901]),
      () =>
        warehouse.of(KEPT_SHOP).forgetBefore({ day: "2026-03-01", from: "2026-03-01T00:00:00Z" }, "nothing"),
      () => warehouse.of(KEPT_SHOP).relocalise("UTC"),
      () => warehouse.of(KEPT_SHOP).rewrite(),
      () => warehouse.of(KEPT_SHOP).compact({ force: true }),
      () => warehouse.of(KEPT_SHOP).copyOut(copy),
    ];
    for (const work of refused) await expect(work()).rejects.toBeInstanceOf(ShopIsNewer);
    await expect(warehouse.of("other.myshopify.com").copyIn(copy)).rejects.toThrow(CopyNotUsable);
    await expect(warehouse.of("other.myshopify.com").copyIn(copy)).rejects.toThrow(
      /newer version of the app/,
    );
    expect(await warehouse.of("other.myshopify.com").meta()).toBeNull();
    await warehouse.close();
    expect(await byHand(place, KEPT_SHOP, [tables])).toEqual(before);
  });

  it("is said to be updated while that takes longer than a page waits", async () => {
    const busy =
      "SELECT count(*) AS n FROM generate_series(1, 3000000) a(x), generate_series(1, 3000000) b(y) WHERE x * y = 7";
    const warehouse = await open(await keptPlace(1, engine));
    await warehouse.of("busy.myshopify.com").setMeta(KEPT_META);
    // Both places of analytic work are taken; an upgrade is such work.
    const taken = [1, 2].map(() =>
      warehouse
        .of("busy.myshopify.com")
        .query(busy, [], { timeoutMs: 4_000 })
        .catch(() => "late"),
    );
    const merged = warehouse
      .of(KEPT_SHOP)
      .merge(goesOn)
      .catch((error: unknown) => error);
    await expect(warehouse.of(KEPT_SHOP).meta()).rejects.toBeInstanceOf(ShopBeingUpdated);
    expect(await merged).toBeInstanceOf(ShopBeingUpdated);
    await Promise.all(taken);
    await expect
      .poll(() =>
        warehouse
          .of(KEPT_SHOP)
          .meta()
          .catch(() => null),
      )
      .toMatchObject({ currency: "CAD" });
    expect(await warehouse.of(KEPT_SHOP).merge(goesOn)).toMatchObject({ orders: 3 });
  });
});

it("several processes that enter a shop at once bring it up once", async () => {
  const place = await keptPlace(1, "postgres");
  const processes = await Promise.all(
    [1, 2, 3, 4].map(async () =>
      open({ ...(await emptyPlace("duckdb")), url: place.url }, [...migrations, later]),
    ),
  );
  const enter = (warehouse: Warehouse) =>
    expect
      .poll(() =>
        warehouse
          .of(KEPT_SHOP)
          .meta()
          .catch((error: unknown) => {
            if (error instanceof ShopBeingUpdated) return null;
            throw error;
          }),
      )
      .toMatchObject({ read_anew: "orders" });
  await Promise.all(processes.map(enter));
  const [row] = await byHand(place, KEPT_SHOP, [
    "SELECT (SELECT count(*) FROM deposits) = (SELECT count(*) FROM orders) AS once, schema_version FROM shop_meta",
  ]);
  expect(row).toEqual({ once: true, schema_version: later.to });
});

it("one process that is updated leaves the others of the release before to say so, in the middle of their work", async () => {
  const place = await keptPlace(1, "postgres");
  const before = await open({ ...(await emptyPlace("duckdb")), url: place.url });
  await before.of(KEPT_SHOP).merge(goesOn);
  const after = await open({ ...(await emptyPlace("duckdb")), url: place.url }, [...migrations, later]);
  await after.of(KEPT_SHOP).meta();
  await expect(before.of(KEPT_SHOP).merge(goesOn)).rejects.toBeInstanceOf(ShopIsNewer);
  await expect(before.of(KEPT_SHOP).query("SELECT 1 AS one")).rejects.toBeInstanceOf(ShopIsNewer);
  expect(await after.of(KEPT_SHOP).merge(goesOn)).toMatchObject({ orders: 3 });
});

it("nobody waits at the door of tables that another process is changing: they are told at once", async () => {
  const place = await keptPlace(1, "postgres");
  const slow = await open({ ...(await emptyPlace("duckdb")), url: place.url }, [
    ...migrations,
    { ...later, statements: ["SELECT pg_sleep(3)"] },
  ]);
  const other = await open({ ...(await emptyPlace("duckdb")), url: place.url }, [...migrations, later]);
  await expect(slow.of(KEPT_SHOP).meta()).rejects.toBeInstanceOf(ShopBeingUpdated);
  const asked = Date.now();
  await expect(other.of(KEPT_SHOP).query("SELECT count(*) AS n FROM orders")).rejects.toBeInstanceOf(
    ShopBeingUpdated,
  );
  expect(Date.now() - asked).toBeLessThan(900);
});

/** Kills a process `ms` after it began to enter the shop. */
async function killedWhileUpgrading({ directory, url }: Place, ms: number): Promise<void> {
  const program = fileURLToPath(new URL("upgrading-process.ts", import.meta.url));
  const child = spawn(process.execPath, [program, directory, ...(url === undefined ? [] : [url])], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const ended = once(child, "exit");
  child.stdout.setEncoding("utf8");
  await Promise.race([once(child.stdout, "data"), ended]);
  const deadline = Date.now() + ms;
  while (Date.now() < deadline) await new Promise(setImmediate);
  child.kill("SIGKILL");
  await ended;
}
