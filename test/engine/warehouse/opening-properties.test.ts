// Orders before a cut go on moving after it: whatever is read of them then, however often, late and grouped, what is kept
// from the cut on is what it is where nothing was removed.
import fc from "fast-check";
import { beforeAll, expect, it } from "vitest";
import { Temporal } from "temporal-polyfill";
import type { KeptFrom, Row, ShopCopy, Warehouse } from "../../../app/warehouse/warehouse.server.ts";
import { describeWarehouses } from "../../tools/setup/warehouses.ts";
import { dump, type Dump } from "./dump.ts";
import { customerRow, orderRows, simpleOrder } from "./files.ts";
import { at, inFiles, order, type Story, versions } from "./stories.ts";
import { reaching } from "./reaching.ts";

const ZONE = "Europe/Berlin";
const META = { currency: "EUR", decimals: 2, time_zone: ZONE, ...reaching("complete") } as const;
const FIRST = Temporal.PlainDate.from("2026-03-27");

function cutOn(day: Temporal.PlainDate): KeptFrom {
  const from = new Date(day.toZonedDateTime(ZONE).epochMilliseconds);
  return { day: day.toString(), from: from.toISOString() };
}

/** `known`: it was read before the cut, whatever else was. */
interface Read {
  rows: object[];
  known: boolean;
}

/**
 * An order's versions. Of one that was placed before the cut, all that happened before it is read before it, and it stays
 * with its customer: what it had come to is his for good.
 */
function readsOf(story: Story, id: number, cut: KeptFrom, ahead: number): Read[] {
  const all = versions(story, id);
  const early = at(story.hours) < cut.from;
  let { hours } = story;
  let last = 0;
  for (const [index, step] of story.steps.entries()) {
    hours += step.hours;
    const booked = all[index + 1]?.agreements?.at(-1)?.at ?? "";
    if (!story.agreements || at(hours) < cut.from || booked < cut.from) last = index + 1;
  }
  if (!early) return all.map((read) => ({ rows: orderRows(read), known: false }));
  const steps = story.steps.map((step, index) => (index < last ? step : { ...step, customer: undefined }));
  const known = last + (ahead % (all.length - last));
  return versions({ ...story, steps }, id).map((read, version) => ({
    rows: orderRows(read),
    known: version === known,
  }));
}

const scenario = fc
  .record({
    stories: fc.array(order, { minLength: 1, maxLength: 6 }),
    testOrder: fc.integer({ min: 0, max: 9 }),
    cards: fc.integer({ min: 0, max: 9 }),
    customers: fc.array(
      fc.record({ id: fc.integer({ min: 1, max: 4 }), orders: fc.integer({ min: 0, max: 3 }) }),
      { maxLength: 3 },
    ),
    days: fc.tuple(fc.integer({ min: 1, max: 7 }), fc.integer({ min: 1, max: 4 })),
    shuffle: fc.array(fc.nat(), { minLength: 40, maxLength: 40 }),
  })
  .map(({ stories, testOrder, cards, customers, days: [first, more], shuffle }) => {
    const cut = cutOn(FIRST.add({ days: first }));
    const reads = stories.flatMap((story, index) =>
      readsOf(
        { ...story, test: index === testOrder, cards: index === cards },
        index + 1,
        cut,
        shuffle[index] ?? 0,
      ),
    );
    const records = customers.map(({ id, orders }, index) => ({
      rows: [customerRow({ id, updatedAt: at(100 + index), orders, tags: [`t${index}`] })],
      known: false,
    }));
    return { cut, later: cutOn(FIRST.add({ days: first + more })), reads: [...reads, ...records], shuffle };
  });

const text = (value: Row[string] | undefined) => String(value);
const money = (value: Row[string] | undefined) => Number(value ?? 0);
const total = (rows: Row[], value: (row: Row) => number) => rows.reduce((sum, row) => sum + value(row), 0);
const netOf = (row: Row) => money(row.gross) - money(row.discounts) - money(row.reversals);

/** What is left of whole tables from the cut on, worked out the slow way. */
function from({ day, from: instant }: KeptFrom, whole: Dump): Dump {
  const at = instant.replace("T", " ").replace(/\.000Z$/, "");
  const early = whole.orders.filter((order) => text(order.placed_at) < at);
  const counted = early.filter((order) => order.test === false);
  const kept = (row: Row) => early.every((order) => order.order_id !== row.order_id);
  const sales = whole.sales.filter(
    (sale) =>
      text(sale.booked_at) >= at && (kept(sale) || counted.some((order) => order.order_id === sale.order_id)),
  );
  const before = whole.activity.filter((row) => text(row.local_day) < day);
  const placed = before.filter((row) => row.placed === true);
  const dayBefore = Temporal.PlainDate.from(day).subtract({ days: 1 }).toString();
  const gaps = placed
    .filter((row) => row.prev_day !== null && text(row.prev_day) < text(row.local_day))
    .map(
      (row) =>
        Temporal.PlainDate.from(text(row.prev_day)).until(text(row.local_day), { largestUnit: "days" }).days,
    );
  const owners = new Set([...before, ...counted].map((row) => row.customer_id));
  owners.delete(null);
  /** Whether something of the order came back before the cut. */
  const cameBack = (id: Row[string] | undefined) =>
    before.some((row) => row.order_id === id && money(row.units_reversed) > 0);
  return {
    ...whole,
    sales,
    orders: whole.orders.filter(kept),
    order_lines: whole.order_lines.filter(kept),
    activity: whole.activity.filter((row) => text(row.local_day) >= day),
    customer_history: whole.customer_history
      .filter((state) => text(state.to_day) > dayBefore)
      .map((state) => ({
        ...state,
        from_day: text(state.from_day) < dayBefore ? dayBefore : (state.from_day ?? null),
      })),
    opening_balance: [...owners].map((id = null) => {
      const theirs = placed.filter((row) => row.customer_id === id);
      const days = theirs.map((row) => text(row.local_day)).sort();
      const first = early.find((order) => order.customer_id === id && order.seq === 1);
      const last = early.find((order) => order.customer_id === id && order.seq === theirs.length);
      const moved = before.filter((row) => row.customer_id === id);
      return {
        customer_id: id,
        orders: theirs.length,
        records: counted.filter((order) => order.customer_id === id).length,
        net: total(moved, netOf),
        first_day: days[0] ?? null,
        last_day: days.at(-1) ?? null,
        first_channel: first?.channel ?? null,
        first_country: first?.country ?? null,
        discounted: theirs.filter((row) => money(row.placed_discount) > 0).length,
        returned: [...new Set(moved.map((row) => row.order_id))].filter(cameBack).length,
        pos: theirs.filter((row) => row.channel === "pos").length,
        units: total(moved, (row) => money(row.units)),
        units_reversed: total(moved, (row) => money(row.units_reversed)),
        first_discounted: first === undefined ? null : money(first.placed_discount) > 0,
        first_product: first?.product_id ?? null,
        first_type: first?.product_type ?? null,
        first_vendor: first?.vendor ?? null,
        last_b2b: last?.b2b ?? null,
        last_language: last?.language ?? null,
        last_subscription: last?.subscription ?? null,
      };
    }),
    opening_gaps: [...new Set(gaps)].map((gap) => ({ gap, n: gaps.filter((each) => each === gap).length })),
    earlier_orders: counted
      .filter((order) => sales.some((sale) => sale.order_id === order.order_id))
      .map(({ order_id = null, customer_id = null, updated_at = null, read_at = null, excluded = null }) => ({
        order_id,
        customer_id,
        updated_at,
        read_at,
        returned: cameBack(order_id),
        excluded,
      })),
  };
}

/** Rows in one order, columns too. */
const inOrder = (tables: Partial<Dump>) =>
  Object.fromEntries(
    Object.entries(tables).map(([table, rows]) => [
      table,
      rows.map((row) => JSON.stringify(Object.entries(row).sort())).sort(),
    ]),
  );

describeWarehouses(
  "late movements of orders that sums stand for",
  (open) => {
    let warehouse: Warehouse;
    let shops = 0;
    beforeAll(async () => {
      warehouse = await open();
    });

    it("a version that comes after a newer one tells of its customer none the less", async () => {
      const cut = cutOn(FIRST.add({ days: 2 }));
      const first = simpleOrder(1, at(1), "10.00", { customer: 1 });
      const goodwill = { id: 2, action: "RETURN", line: "ADJUSTMENT", total: "-1.00" };
      const moved = {
        ...first,
        customer: 2,
        updatedAt: at(100),
        agreements: [
          ...(first.agreements ?? []),
          { id: 2, reason: "REFUND", at: at(100), sales: [goodwill] },
        ],
      };
      const told: Row[][] = [];
      for (const reads of [
        [first, moved],
        [moved, first],
      ]) {
        const shop = await newShop();
        await warehouse.of(shop).merge(inFiles([orderRows(simpleOrder(3, at(1), "5.00"))]));
        await warehouse.of(shop).forgetBefore(cut, "sums");
        for (const read of reads) await warehouse.of(shop).merge(inFiles([orderRows(read)]));
        told.push((await dump(warehouse, shop)).customers);
      }
      expect(told[0]).toMatchObject([{ customer_id: 1 }, { customer_id: 2 }]);
      expect(told[1]).toEqual(told[0]);
    });

    const newShop = async () => {
      shops += 1;
      const shop = `late-${shops}.myshopify.com`;
      await warehouse.of(shop).setMeta(META);
      return shop;
    };
    const mergeShuffled = async (copy: ShopCopy, reads: object[][], shuffle: number[], more = {}) => {
      const order = reads
        .map((rows, index) => ({ rows, key: shuffle[index] ?? 0 }))
        .sort((a, b) => a.key - b.key);
      for (let done = 0; done < order.length;) {
        const size = 1 + ((shuffle[done] ?? 0) % 9);
        const part = order.slice(done, done + size).map(({ rows }) => rows);
        await copy.merge({ ...inFiles(part), ...more });
        done += size;
      }
    };

    it("the tables from the cut on are those of the shop without a cut, whatever came before it or after", async () => {
      await fc.assert(
        fc.asyncProperty(scenario, async ({ cut, later, reads, shuffle }) => {
          const [whole, shop] = [await newShop(), await newShop()];
          await warehouse.of(whole).merge(inFiles(reads.map(({ rows }) => rows)));
          const all = await dump(warehouse, whole);
          const expected = async () => {
            const day = (await warehouse.of(shop).meta())?.opening_day ?? null;
            return inOrder(day === null ? all : from(day === cut.day ? cut : later, all));
          };
          const held = async () => inOrder(await dump(warehouse, shop));

          const before = reads.filter(({ known }, index) => known || (shuffle[39 - index] ?? 0) % 3 === 0);
          await mergeShuffled(
            warehouse.of(shop),
            before.map(({ rows }) => rows),
            shuffle,
          );
          await warehouse.of(shop).forgetBefore(cut, "sums");
          const rows = reads.map((read) => read.rows);
          await mergeShuffled(warehouse.of(shop), rows, shuffle);
          expect(await held(), "shuffled").toEqual(await expected());
          await mergeShuffled(warehouse.of(shop), rows, shuffle.toReversed());
          expect(await held(), "merged twice").toEqual(await expected());
          for (const zone of ["Asia/Tokyo", ZONE]) await warehouse.of(shop).relocalise(zone);
          expect(await held(), "derived anew from all rows").toEqual(await expected());

          // Rebuilt beside it from what is kept; of customers without orders nothing is read here.
          await warehouse.of(shop).next.setMeta(META);
          await mergeShuffled(warehouse.of(shop).next, rows, shuffle, { keepFrom: cut.from });
          await warehouse.of(shop).carryOpening();
          await warehouse.of(shop).replace("mirrored");
          expect({ ...(await held()), customers: null }, "rebuilt").toEqual({
            ...(await expected()),
            customers: null,
          });
          await warehouse.of(shop).merge(inFiles(rows));
          expect(await held(), "merged after the rebuild").toEqual(await expected());

          await warehouse.of(shop).forgetBefore(later, "sums");
          expect(await held(), "cut again").toEqual(await expected());
          await mergeShuffled(warehouse.of(shop), rows, shuffle);
          expect(await held(), "merged after the second cut").toEqual(await expected());
          for (const name of [whole, shop]) await warehouse.of(name).drop();
        }),
        { numRuns: 2 },
      );
    }, 120_000);
  },
  { until: "suite" },
);
