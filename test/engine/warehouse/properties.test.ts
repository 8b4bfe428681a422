// Whatever comes, however often, late and grouped: the same tables, on both engines, and derived ones that follow
// from the ledger.
import fc from "fast-check";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { openWarehouse, type Row, type Warehouse } from "../../../app/warehouse/warehouse.server.ts";
import { emptyDatabase } from "../../tools/setup/database.ts";
import { dump, type Dump } from "./dump.ts";
import { customerRow, load, orderRows } from "./files.ts";
import { at, inFiles, order, READ_AT, versions } from "./stories.ts";

let directory: string;
let duckdb: Warehouse;
let postgres: Warehouse;

beforeAll(async () => {
  directory = await mkdtemp(path.join(tmpdir(), "segment-kpis-properties-"));
  duckdb = await openWarehouse({ directory: path.join(directory, "duckdb") });
  postgres = await openWarehouse({ directory: path.join(directory, "postgres"), url: await emptyDatabase() });
});

afterAll(async () => {
  await duckdb.close();
  await postgres.close();
  await rm(directory, { recursive: true, force: true });
});

const scenario = fc
  .record({
    stories: fc.array(order, { minLength: 1, maxLength: 7 }),
    testOrder: fc.integer({ min: 0, max: 9 }),
    removed: fc.option(fc.integer({ min: 1, max: 7 }), { nil: undefined }),
    customers: fc.array(
      fc.record({
        id: fc.integer({ min: 1, max: 4 }),
        hours: fc.integer({ min: 1, max: 99 }),
        orders: fc.integer({ min: 0, max: 3 }),
      }),
      { maxLength: 4 },
    ),
    shuffle: fc.array(fc.nat(), { minLength: 40, maxLength: 40 }),
  })
  .map(({ stories, testOrder, customers, ...rest }) => {
    const reads = stories.flatMap((story, index) =>
      versions({ ...story, test: index === testOrder }, index + 1).map(orderRows),
    );
    const records = customers.map((customer, index) => [
      customerRow({
        id: customer.id,
        updatedAt: at(customer.hours * 10 + index),
        orders: customer.orders,
        tags: [`t${index}`],
      }),
    ]);
    return { reads: [...reads, ...records], ...rest };
  });

let shops = 0;
async function newShop(warehouse: Warehouse): Promise<string> {
  shops += 1;
  const shop = `shop-${shops}.myshopify.com`;
  await warehouse.of(shop).setMeta({ currency: "EUR", decimals: 2, time_zone: "Europe/Berlin" });
  return shop;
}

/** Merges the reads one file each, cut into loads at random places and in random order. */
async function mergeShuffled(
  warehouse: Warehouse,
  shop: string,
  { reads, shuffle, removed }: { reads: object[][]; shuffle: number[]; removed?: number | undefined },
) {
  const order = reads
    .map((rows, index) => ({ rows, key: shuffle[index] ?? 0 }))
    .sort((a, b) => a.key - b.key);
  if (removed !== undefined && (shuffle[0] ?? 0) % 2 === 0)
    await warehouse.of(shop).merge(load(READ_AT, [], { removedOrders: [removed] }));
  for (let from = 0; from < order.length;) {
    const size = 1 + ((shuffle[from] ?? 0) % 3);
    await warehouse.of(shop).merge(inFiles(order.slice(from, from + size).map(({ rows }) => rows)));
    from += size;
  }
  if (removed !== undefined) await warehouse.of(shop).merge(load(READ_AT, [], { removedOrders: [removed] }));
}

it("merging in any order and grouping, and on either engine, gives the same tables", async () => {
  await fc.assert(
    fc.asyncProperty(scenario, async (given) => {
      const once = await newShop(duckdb);
      await duckdb.of(once).merge({
        ...inFiles(given.reads),
        removedOrders: given.removed === undefined ? [] : [given.removed],
      });
      const expected = await dump(duckdb, once);
      assertFollowsFromLedger(expected);

      await duckdb.of(once).merge(inFiles(given.reads));
      expect(await dump(duckdb, once), "merged twice").toEqual(expected);
      for (const zone of ["Asia/Tokyo", "Europe/Berlin"]) await duckdb.of(once).relocalise(zone);
      expect(await dump(duckdb, once), "derived anew from all rows").toEqual(expected);

      for (const warehouse of [duckdb, postgres]) {
        const shop = await newShop(warehouse);
        await mergeShuffled(warehouse, shop, given);
        expect(await dump(warehouse, shop), `shuffled, ${warehouse.engine}`).toEqual(expected);
        await warehouse.of(shop).drop();
      }
      await duckdb.of(once).drop();
    }),
    { numRuns: 3 },
  );
}, 120_000);

const money = (value: Row[string] | undefined) => Number(value ?? 0);
const total = (rows: Row[], value: (row: Row) => number) => rows.reduce((sum, row) => sum + value(row), 0);

/** The derived tables, computed once more the slow way. */
function assertFollowsFromLedger({ sales, orders, activity, customer_history, customers }: Dump): void {
  const counted = orders.filter((order) => order.test === false);
  for (const order of counted) {
    const mine = sales.filter((sale) => sale.order_id === order.order_id);
    const days = activity.filter((day) => day.order_id === order.order_id);
    expect(new Set(days.map((day) => day.local_day)).size).toBe(days.length);
    expect(days.filter((day) => day.placed === true).map((day) => day.local_day)).toEqual([order.local_day]);
    expect(total(mine, (sale) => money(sale.total)) - money(order.current_total)).toBe(order.total_gap);
    for (const day of days) {
      const moved = mine.filter((sale) => sale.local_day === day.local_day);
      const net = total(moved, (sale) =>
        (sale.line_type === "PRODUCT" && sale.action !== "UNKNOWN") || sale.line_type === "ADJUSTMENT"
          ? money(sale.total) - money(sale.tax)
          : 0,
      );
      expect(money(day.gross) - money(day.discounts) - money(day.reversals)).toBe(net);
      const inTotal = total(moved, (sale) =>
        sale.line_type === "GIFT_CARD" || sale.line_type === "TIP" ? money(sale.tax) : money(sale.total),
      );
      expect(net + money(day.shipping) + money(day.tax) + money(day.duties) + money(day.fees)).toBe(inTotal);
    }
    expect(total(days, (day) => money(day.gross) - money(day.discounts) - money(day.reversals))).toBe(
      order.net_so_far,
    );
  }
  expect(activity.every((day) => counted.some((order) => order.order_id === day.order_id))).toBe(true);

  const known = new Set(counted.flatMap((order) => (order.customer_id === null ? [] : [order.customer_id])));
  expect(new Set(customer_history.map((state) => state.customer_id))).toEqual(known);
  for (const id of known) {
    const placed = counted
      .filter((order) => order.customer_id === id)
      .sort((a, b) =>
        String(a.placed_at) + String(a.order_id).padStart(9) <
        String(b.placed_at) + String(b.order_id).padStart(9)
          ? -1
          : 1,
      );
    expect(placed.map((order) => order.seq)).toEqual(placed.map((_, index) => index + 1));
    expect(placed.map((order) => order.prev_day)).toEqual(
      placed.map((_, index) => placed[index - 1]?.local_day ?? null),
    );
    const customer = customers.find((candidate) => candidate.customer_id === id);
    expect(customer?.history_complete).toBe(placed.length >= money(customer?.shopify_orders));
    const days = activity.filter((day) => day.customer_id === id);
    for (let hours = 0; hours < 500; hours += 24) {
      const day = at(hours).slice(0, 10);
      const before = days.filter((row) => String(row.local_day) < day);
      const states = customer_history.filter(
        (state) => state.customer_id === id && String(state.from_day) < day && String(state.to_day) >= day,
      );
      expect(states.length).toBe(before.length === 0 ? 0 : 1);
      const [state] = states;
      if (state === undefined) continue;
      const placements = before.filter((row) => row.placed === true);
      expect(state.orders).toBe(placements.length);
      expect(state.net).toBe(
        total(before, (row) => money(row.gross) - money(row.discounts) - money(row.reversals)),
      );
      expect(state.last_day).toBe(
        placements
          .map((row) => String(row.local_day))
          .sort()
          .at(-1),
      );
      expect(state.first_day).toBe(placed[0]?.local_day);
      expect(state.first_channel).toBe(placed[0]?.channel);
    }
  }
}
