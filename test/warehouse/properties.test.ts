// Whatever comes, however often, late and grouped: the same tables, on both engines, and derived ones that follow
// from the ledger.
import fc from "fast-check";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { openWarehouse, type Row, type Warehouse } from "../../app/warehouse/warehouse.server.ts";
import { emptyDatabase } from "../setup/database.ts";
import { dump, type Dump } from "./dump.ts";
import { customerRow, load, orderRows, type TestOrder, type TestSale } from "./files.ts";

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

const READ_AT = "2026-07-01T00:00:00Z";
const START = Date.UTC(2026, 2, 27);
const at = (hours: number) => new Date(START + hours * 3_600_000).toISOString();
const cents = (amount: number) => (amount / 100).toFixed(2);

/** What happens to an order after it is placed. Each step is a version of the order that a read may have seen. */
const step = fc.record({
  hours: fc.integer({ min: 1, max: 60 }),
  kind: fc.constantFrom("refund", "goodwill", "edit", "upsell", "shipping", "gift", "mystery", "nothing"),
  amount: fc.integer({ min: 0, max: 5000 }),
  customer: fc.option(fc.integer({ min: 1, max: 4 }), { nil: undefined }),
});

const order = fc.record({
  hours: fc.integer({ min: 0, max: 120 }),
  customer: fc.option(fc.integer({ min: 1, max: 4 }), { nil: undefined }),
  amount: fc.integer({ min: 0, max: 9000 }),
  discount: fc.integer({ min: 0, max: 500 }),
  test: fc.constant<boolean>(false),
  agreements: fc.integer({ min: 0, max: 5 }).map((n) => n > 0),
  customerOrders: fc.integer({ min: 0, max: 3 }),
  steps: fc.array(step, { maxLength: 3 }),
});

type Story = typeof order extends fc.Arbitrary<infer T> ? T : never;

const MOVES: Record<string, (amount: number, item: number) => Omit<TestSale, "id">> = {
  refund: (amount, item) => ({
    action: "RETURN",
    line: "PRODUCT",
    item,
    quantity: -1,
    total: cents(-amount),
  }),
  goodwill: (amount) => ({ action: "RETURN", line: "ADJUSTMENT", total: cents(-amount) }),
  edit: (amount, item) => ({
    action: "UPDATE",
    line: "PRODUCT",
    item,
    quantity: 0,
    total: cents(-amount),
    discount: cents(amount),
  }),
  upsell: (amount, item) => ({
    action: "ORDER",
    line: "PRODUCT",
    item,
    quantity: 2,
    total: cents(amount),
    tax: cents(amount >> 3),
  }),
  shipping: (amount) => ({
    action: "RETURN",
    line: "SHIPPING",
    total: cents(-amount),
    tax: cents(-(amount >> 3)),
  }),
  gift: (amount, item) => ({ action: "ORDER", line: "GIFT_CARD", item, quantity: 1, total: cents(amount) }),
  mystery: (amount) => ({ action: "SWAPPED", line: "MOON_DUST", total: cents(amount) }),
};

/** The order as it was read after each step. */
function versions(story: Story, id: number): TestOrder[] {
  const placedAt = at(story.hours);
  const item = id * 10;
  const agreements: NonNullable<TestOrder["agreements"]> = [
    {
      id: id * 100,
      reason: "ORDER",
      at: placedAt,
      sales: [
        {
          id: id * 1000,
          action: "ORDER",
          line: "PRODUCT",
          item,
          quantity: 1,
          total: cents(story.amount),
          discount: cents(story.discount),
        },
      ],
    },
  ];
  const read: TestOrder[] = [];
  let { customer, hours } = story;
  let current = story.amount;
  for (const [index, { kind, amount, ...change }] of [
    { hours: 0, kind: "nothing", amount: 0, customer },
    ...story.steps,
  ].entries()) {
    hours += change.hours;
    customer = change.customer ?? customer;
    const move = MOVES[kind]?.(amount, item);
    if (move !== undefined) {
      current += Math.round(Number(move.total) * 100);
      const soon = kind === "upsell" && index === 1;
      agreements.push({
        id: id * 100 + index,
        reason: move.action === "RETURN" ? "REFUND" : "ORDER_EDIT",
        at: soon ? new Date(Date.parse(placedAt) + 60_000).toISOString() : at(hours),
        sales: [{ id: id * 1000 + index, ...move }],
      });
    }
    read.push({
      id,
      customer,
      customerOrders: story.customerOrders,
      placedAt,
      updatedAt: at(hours + index),
      original: cents(story.amount),
      current: cents(current),
      test: story.test,
      channel: id % 2 === 0 ? "web" : "pos",
      lines: [
        { id: item, product: id, quantity: 2, current: index === 0 ? 2 : 1, price: cents(story.amount) },
      ],
      agreements: story.agreements ? structuredClone(agreements) : [],
    });
  }
  return read;
}

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
  await warehouse.setMeta(shop, { currency: "EUR", decimals: 2, time_zone: "Europe/Berlin" });
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
    await warehouse.merge(shop, load(READ_AT, [], { removedOrders: [removed] }));
  for (let from = 0; from < order.length;) {
    const size = 1 + ((shuffle[from] ?? 0) % 3);
    await warehouse.merge(shop, inFiles(order.slice(from, from + size).map(({ rows }) => rows)));
    from += size;
  }
  if (removed !== undefined) await warehouse.merge(shop, load(READ_AT, [], { removedOrders: [removed] }));
}

const inFiles = (reads: object[][]) => {
  const loads = reads.map((rows) => load(READ_AT, rows));
  return { ...load(READ_AT, []), files: loads.flatMap(({ files }) => files) };
};

it("merging in any order and grouping, and on either engine, gives the same tables", async () => {
  await fc.assert(
    fc.asyncProperty(scenario, async (given) => {
      const once = await newShop(duckdb);
      await duckdb.merge(once, {
        ...inFiles(given.reads),
        removedOrders: given.removed === undefined ? [] : [given.removed],
      });
      const expected = await dump(duckdb, once);
      assertFollowsFromLedger(expected);

      await duckdb.merge(once, inFiles(given.reads));
      expect(await dump(duckdb, once), "merged twice").toEqual(expected);
      await duckdb.relocalise(once, "Europe/Berlin");
      expect(await dump(duckdb, once), "derived anew from all rows").toEqual(expected);

      for (const warehouse of [duckdb, postgres]) {
        const shop = await newShop(warehouse);
        await mergeShuffled(warehouse, shop, given);
        expect(await dump(warehouse, shop), `shuffled, ${warehouse.engine}`).toEqual(expected);
        await warehouse.drop(shop);
      }
      await duckdb.drop(once);
    }),
    { numRuns: 20, interruptAfterTimeLimit: 30_000, endOnFailure: false },
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
