// Intervals that no reading changes any more, packed into fewer rows: nobody can tell by what a table answers, whatever comes.
// A few in a row here, so that everything is packed as soon as it may be; DuckDB, which packs nothing, says what is right.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import fc from "fast-check";
import { afterEach, expect, it } from "vitest";
import type { Access } from "../../../app/warehouse/access.ts";
import { INTERVALS_IN_ROW } from "../../../app/warehouse/postgres/packed.ts";
import {
  type Observation,
  openWarehouse,
  type ShopCopy,
  type Warehouse,
} from "../../../app/warehouse/warehouse.server.ts";
import { emptyDatabase } from "../../tools/setup/database.ts";
import { dumpOf } from "./dump.ts";
import { SHOP } from "./euro-shop.ts";
import { consentReading, memberReading, stockReading } from "./readings.ts";

const TABLES = ["stock_levels", "consents", "segment_members"] as const;
const euros = { currency: "EUR", decimals: 2, time_zone: "Europe/Berlin" };

const opened: Warehouse[] = [];
const directories: string[] = [];
afterEach(async () => {
  for (const warehouse of opened.splice(0)) await warehouse.close();
  for (const directory of directories.splice(0)) await rm(directory, { recursive: true, force: true });
});

async function scratch(): Promise<string> {
  const directory = await mkdtemp(path.join(tmpdir(), "segment-kpis-packed-"));
  directories.push(directory);
  return directory;
}

async function open(url?: string, intervalsInRow = 2): Promise<Warehouse> {
  const warehouse = await openWarehouse({ directory: await scratch(), url, intervalsInRow });
  opened.push(warehouse);
  return warehouse;
}

async function openShop(url?: string, intervalsInRow?: number): Promise<ShopCopy> {
  const copy = (await open(url, intervalsInRow)).of(SHOP);
  await copy.setMeta(euros);
  return copy;
}

/** How many rows of packed intervals there are, and how many of others, on PostgreSQL. */
const stored = async (copy: ShopCopy) =>
  (
    await copy.query<{ packed: number; unpacked: number }>(
      `SELECT ${["packed", "unpacked"]
        .map((part) => `${TABLES.map((t) => `(SELECT count(*) FROM ${part}_${t})`).join(" + ")} AS ${part}`)
        .join(", ")}`,
    )
  )[0] ?? { packed: 0, unpacked: 0 };

/** What a shop is on a day of March: everything changes every few days, and some of it comes and goes. */
const nightOf = (day: number, salt = 0): Observation[] => {
  const at = new Date(Date.UTC(2026, 2, day, 2)).toISOString();
  const changes = (id: number) => Math.floor((day + salt + id) / (1 + (id % 3)));
  return [
    stockReading(
      at,
      [1, 2, 3, 4]
        .filter((item) => item < 4 || changes(item) % 3 > 0)
        .map((item) => ({ item, location: 9, available: changes(item) % 4 })),
    ),
    consentReading(
      at,
      [7, 8, 9].map((customer) => ({
        customer,
        email: changes(customer) % 2 === 0 ? "SUBSCRIBED" : "UNSUBSCRIBED",
      })),
    ),
    memberReading(
      at,
      [7, 8, 9].filter((id) => changes(id) % 2 === 0).map((customer) => ({ segment: 1, customer })),
    ),
  ];
};

async function nights(copy: ShopCopy, from: number, to: number): Promise<void> {
  for (let day = from; day <= to; day += 1) for (const reading of nightOf(day)) await copy.observe(reading);
}

async function expectAlike(plain: ShopCopy, packed: ShopCopy, after: unknown): Promise<void> {
  const [expected, found] = [await dumpOf(plain), await dumpOf(packed)];
  for (const table of [...TABLES, "recorded_days"] as const)
    expect(found[table], `${table} after ${JSON.stringify(after)}`).toEqual(expected[table]);
}

/** What can happen to a shop, at an hour of its March. */
type Event =
  | { is: "night"; salt: number }
  | { is: "told"; source: "stock" | "consents" | "members"; id: number; value: number; hoursAgo: number }
  | { is: "erased"; id: number }
  | { is: "moved"; zone: string }
  | { is: "rebuilt" | "restored" | "compacted" };

const event: fc.Arbitrary<Event> = fc.oneof(
  { weight: 8, arbitrary: fc.record({ is: fc.constant("night" as const), salt: fc.nat(3) }) },
  {
    weight: 6,
    arbitrary: fc.record({
      is: fc.constant("told" as const),
      source: fc.constantFrom("stock" as const, "consents" as const, "members" as const),
      id: fc.integer({ min: 7, max: 9 }),
      value: fc.nat(2),
      hoursAgo: fc.nat(60),
    }),
  },
  { weight: 1, arbitrary: fc.record({ is: fc.constant("erased" as const), id: fc.constantFrom(7, 8) }) },
  {
    weight: 2,
    arbitrary: fc.record({
      is: fc.constant("moved" as const),
      zone: fc.constantFrom("Pacific/Kiritimati", "Pacific/Pago_Pago", "Europe/Berlin"),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      is: fc.constantFrom("rebuilt" as const, "restored" as const, "compacted" as const),
    }),
  },
);

/** A webhook's reading of one subject, or of one pair. */
function toldBy({ source, id, value, hoursAgo }: Event & { is: "told" }, now: number): Observation {
  const at = new Date(now - hoursAgo * 3_600_000).toISOString();
  const some = { subjects: [id] };
  if (source === "stock")
    return stockReading(at, value === 2 ? [] : [{ item: id, location: 9, available: value }], some);
  if (source === "consents")
    return consentReading(at, [{ customer: id, email: value === 0 ? "SUBSCRIBED" : "PENDING", at }], some);
  return memberReading(at, [{ segment: 1, customer: id, isMember: value > 0, at }], "rows");
}

async function happens(warehouse: Warehouse, what: Event, day: number): Promise<void> {
  const copy = warehouse.of(SHOP);
  const now = Date.UTC(2026, 2, day, 12);
  if (what.is === "night") for (const reading of nightOf(day, what.salt)) await copy.observe(reading);
  if (what.is === "told") await copy.observe(toldBy(what, now));
  if (what.is === "erased") await copy.eraseCustomers([what.id]);
  if (what.is === "moved") await copy.relocalise(what.zone);
  if (what.is === "compacted") await copy.compact({ force: true });
  if (what.is === "rebuilt") {
    await copy.next.setMeta(euros);
    await copy.replace("mirrored");
  }
  if (what.is === "restored") {
    const directory = await scratch();
    await copy.copyOut(directory);
    await copy.copyIn(directory);
  }
}

it("answer as if they were not, after whatever may happen to a shop", async () => {
  let packed = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(event, { minLength: 6, maxLength: 12 }), async (events) => {
      const pair = [await openShop(), await openShop(await emptyDatabase())] as const;
      for (const [nth, what] of events.entries()) {
        for (const copy of pair) await happens(copy.warehouse, what, 2 + nth);
        await expectAlike(...pair, what);
      }
      packed += (await stored(pair[1])).packed;
      for (const warehouse of opened.splice(0)) await warehouse.close();
    }),
    { numRuns: 2 },
  );
  expect(packed).toBeGreaterThan(0);
});

it("stand in fewer rows, whole rows only, and packing again changes nothing", async () => {
  const [plain, packed] = [await openShop(), await openShop(await emptyDatabase(), 3)];
  for (const copy of [plain, packed]) await nights(copy, 2, 10);
  const before = await stored(packed);
  expect(before.packed).toBeGreaterThan(5);
  expect((await packed.counts()).stock_levels).toBe((await plain.counts()).stock_levels);
  for (const table of TABLES)
    for (const { n } of await packed.query<{ n: number }>(
      `SELECT cardinality(to_day) AS n FROM packed_${table}`,
    ))
      expect(n, table).toBe(3);
  for (const reading of nightOf(10)) await packed.observe(reading);
  expect(await stored(packed)).toEqual(before);
  await expectAlike(plain, packed, "the last night twice");
});

it("lose an erased customer wherever he stands, and nobody else", async () => {
  const [plain, packed] = [await openShop(), await openShop(await emptyDatabase(), 4)];
  for (const copy of [plain, packed]) await nights(copy, 2, 10);
  const naming = async () =>
    (
      await packed.query<{ n: number }>(
        `SELECT (SELECT count(*) FROM packed_consents WHERE 7 = ANY (customer_id))
           + (SELECT count(*) FROM packed_segment_members WHERE 7 = ANY (customer_id)) AS n`,
      )
    )[0]?.n;
  expect(await naming()).toBeGreaterThan(2);
  for (const copy of [plain, packed]) await copy.eraseCustomers([7]);
  expect(await naming()).toBe(0);
  await expectAlike(plain, packed, "the erasure");
  for (const copy of [plain, packed]) await copy.eraseCustomers([8, 9]);
  expect(await packed.counts()).toMatchObject({ consents: 0, segment_members: 0 });
  expect(await packed.query("SELECT count(*) AS n FROM packed_consents")).toEqual([{ n: 0 }]);
  for (const copy of [plain, packed]) await nights(copy, 11, 12);
  await expectAlike(plain, packed, "nights after it");
});

it("pass by a backup to the other engine and back, as rows", async () => {
  const [packed, plain, again] = [
    await openShop(await emptyDatabase()),
    await openShop(),
    await openShop(await emptyDatabase()),
  ];
  await nights(packed, 2, 7);
  const [first, second] = [await scratch(), await scratch()];
  const rows = await packed.copyOut(first);
  expect(rows).toEqual(await packed.counts());
  expect(await plain.copyIn(first)).toEqual(rows);
  expect(await plain.copyOut(second)).toEqual(rows);
  expect(await again.copyIn(second)).toEqual(rows);
  expect((await stored(again)).packed).toBe(0);
  for (const copy of [packed, plain, again]) await nights(copy, 8, 9);
  for (const copy of [packed, again]) await expectAlike(plain, copy, "nights after it");
  expect((await stored(again)).packed).toBeGreaterThan((await stored(packed)).packed - 4);
});

it("are as they were when a night is cut off, and packed once by two processes at once", async () => {
  const url = await emptyDatabase();
  const [plain, one, other] = [await openShop(), await openShop(url), (await open(url)).of(SHOP)];
  for (const copy of [plain, one]) await nights(copy, 2, 5);
  const before = await stored(one);
  const { access } = one.warehouse as unknown as { access: Access };
  const write = access.driver.write.bind(access.driver);
  access.driver.write = (name, staging, work) =>
    write(name, staging, async (session) => {
      await work(session);
      throw new Error("The power is gone.");
    });
  for (const reading of nightOf(6)) await expect(one.observe(reading)).rejects.toThrow("power");
  access.driver.write = write;
  expect(await stored(one)).toEqual(before);
  await expectAlike(plain, one, "a night that was cut off");
  await nights(plain, 6, 6);
  for (const reading of nightOf(6)) await Promise.all([one, other].map((copy) => copy.observe(reading)));
  await expectAlike(plain, other, "a night read twice at once");
  expect((await stored(other)).packed).toBeGreaterThan(before.packed);
});

it("are opened again where the shop's clock goes back to a day on which they ended", async () => {
  const [plain, packed] = [await openShop(), await openShop(await emptyDatabase(), 1)];
  const level = (available: number) => [{ item: 1, location: 9, available }];
  for (const copy of [plain, packed]) {
    await copy.relocalise("Pacific/Kiritimati");
    await copy.observe(stockReading("2026-03-02T02:00:00Z", level(5)));
    await copy.observe(stockReading("2026-03-03T02:00:00Z", level(5)));
    await copy.observe(stockReading("2026-03-04T02:00:00Z", level(4)));
  }
  expect((await stored(packed)).packed).toBe(1);
  for (const copy of [plain, packed]) {
    await copy.relocalise("Pacific/Pago_Pago");
    await copy.observe(stockReading("2026-03-04T05:00:00Z", level(5), { subjects: [1] }));
  }
  const levels = await packed.query("SELECT from_day, to_day, available FROM stock_levels");
  expect(levels).toEqual([{ from_day: "2026-03-02", to_day: "9999-12-31", available: 5 }]);
  await expectAlike(plain, packed, "the clock's change");
});

it("wait until there are enough of them to be worth a row", async () => {
  const packed = await openShop(await emptyDatabase(), INTERVALS_IN_ROW);
  await nights(packed, 2, 4);
  expect((await stored(packed)).packed).toBe(0);
});
