// Whatever a figure is, and by whatever it is cut: its rows are the figure, to the smallest coin, and as many as are told.
import fc from "fast-check";
import { expect, it } from "vitest";
import type { SegmentAnswer } from "../../../app/kpis/answer.ts";
import { declarations, type KpiId, kpiIds, kpis, segmentationIds } from "../../../app/kpis/catalogue.ts";
import { askCells } from "../../../app/kpis/cells.server.ts";
import { sliceOf } from "../../../app/kpis/comparison.server.ts";
import { wholeShop } from "../../../app/kpis/compile/groups.ts";
import { rowListsOf } from "../../../app/kpis/compile/row-lists.ts";
import { hasInstants } from "../../../app/kpis/declared.ts";
import { type By, cutOf } from "../../../app/kpis/cuts/cut.ts";
import { orderCuts, type OrderCutId } from "../../../app/kpis/cuts/orders.ts";
import { factsOfKpis } from "../../../app/kpis/loaded.server.ts";
import { addDays, type MembersAt, membershipDay, type Period } from "../../../app/kpis/period.ts";
import { queryKpis } from "../../../app/kpis/query.server.ts";
import { Sums } from "../../../app/kpis/sums.ts";
import {
  type CellRef,
  isListed,
  rowsPage,
  rowsStream,
  type RowsPage,
  type RowsWanted,
} from "../../../app/explain/rows.server.ts";
import { GUEST } from "../../../app/kpis/segmentations.ts";
import type { ShopView, Warehouse } from "../../../app/warehouse/warehouse.server.ts";
import { describeWarehouses } from "../../tools/setup/warehouses.ts";
import { viewOf } from "../../tools/setup/view.ts";
import { recordConsents } from "../kpis/recount-consents.ts";
import { enterSpend } from "../kpis/recount-spend.ts";
import { recordStock } from "../kpis/recount-stock.ts";
import { DAYS, FIRST_DAY, openShop, type ShopSize } from "../kpis/shop.ts";

const TODAY = addDays(FIRST_DAY, DAYS - 1);
const total = (amounts: readonly number[]) => amounts.reduce((sum, amount) => sum + amount, 0);
const ALL = { limit: 1_000_000, offset: 0 };
const UNFILTERED = { side: null, sort: null, sign: null, find: null };

const sizes = fc.record({
  seed: fc.integer({ min: 0, max: 1_000_000 }),
  customers: fc.integer({ min: 1, max: 160 }),
  orders: fc.integer({ min: 0, max: 500 }),
});
const periods: readonly Period[] = [
  { from: "2026-02-01", to: "2026-04-01" },
  { from: "2026-03-01", to: "2026-04-01" },
  { from: "2025-11-01", to: "2026-01-01" },
  { from: "2026-04-01", to: addDays(TODAY, 1) },
];
const cuts: readonly By[] = [
  ...segmentationIds,
  ...(Object.keys(orderCuts) as OrderCutId[]).map((by): By => ({ of: "orders", by })),
  { of: "customers", by: "country", within: { segmentation: "order_count", segment: "1" } },
  { of: "orders", by: "order_channel", within: { segmentation: "order_count", segment: "1" } },
  {
    of: "sets",
    sets: [
      { id: "often", label: "Often", rule: { had: "orders", atLeast: 2 } },
      { id: "once", label: "Once", rule: { had: "orders", atLeast: 1 } },
    ],
  },
];
const instants = fc.constantFrom<MembersAt>("start", "end", "today");

interface Asked {
  kpi: KpiId;
  segmentation: By;
  period: Period;
  membersAt: MembersAt;
}

const rowsIn = ({ total: whole, segments }: { total: SegmentAnswer; segments: SegmentAnswer[] }) =>
  [whole, ...segments].flatMap((row) =>
    row.others === undefined ? [row] : [row, { ...row.others, id: `${row.others.id}:${row.id}` }],
  );

/** Every list of a figure with its rows, all of them on one page. */
async function listsOf(view: ShopView, cell: CellRef): Promise<RowsPage[]> {
  const own = rowListsOf(cell.kpi).map(({ sums }) => sums[0]?.side ?? null);
  return Promise.all(own.map((side) => rowsPage(view, cell, { ...UNFILTERED, side }, ALL)));
}

async function expectRows(view: ShopView, { kpi, segmentation, period, membersAt }: Asked): Promise<number> {
  const answer = await queryKpis(view, {
    ...{ kpis: [kpi], segmentation, period, comparison: "none", membersAt, today: TODAY },
  });
  const slice = { period, membersOn: membershipDay(period, membersAt, TODAY) };
  let listed = 0;
  for (const row of rowsIn(answer)) {
    const cell = row.cells[kpi];
    const where = JSON.stringify([kpi, segmentation, row.id, row.kind, period, membersAt]);
    if (!isListed(cell.reason)) continue;
    const ref = { kpi, part: null, cut: cutOf(segmentation), row, slice, today: TODAY };
    for (const { list, all, rows } of await listsOf(view, ref)) {
      listed += rows.length;
      expect(rows.length, `told: ${where}`).toBe(all.rows);
      for (const [column] of list.columns.entries()) {
        const sum = total(rows.map(({ values }) => values[column] ?? 0));
        expect(Math.abs(sum - (all.sums[column] ?? 0)), `column ${column}: ${where}`).toBeLessThan(1e-6);
      }
      if (list.rows.of === "course") expect(all.rows, `followed: ${where}`).toBe(cell.n);
      if (list.rows.of === "values") {
        expect(all.rows, `values: ${where}`).toBe(cell.events);
        const middle = rows.filter((each) => each.middle).map(({ values }) => values[0] ?? 0);
        const shown = total(middle) / middle.length;
        if (cell.value !== null)
          expect(kpis[kpi].unit === "money" ? Math.round(shown) : shown, `middle: ${where}`).toBe(cell.value);
      }
      for (const { side, name } of list.sums) {
        const sum = all.sums[list.columns.findIndex(({ id }) => id === name)] ?? NaN;
        const figure = side === "value" ? cell.value : (cell.parts?.[side] ?? null);
        if (figure === null) {
          // Nothing to divide by, or less.
          if (side === "denominator") expect(sum, where).toBeLessThanOrEqual(0);
        } else if (kpis[kpi].outside.length > 0) expect(Math.abs(sum - figure), where).toBeLessThan(1);
        else expect(sum, `${side}: ${where}`).toBe(figure);
      }
    }
  }
  return listed;
}

/** A segment that a shop has not. */
const orUnknown = async (found: Promise<number>): Promise<number> =>
  found.catch((error: unknown) => {
    if (error instanceof Error && error.name === "UnknownSegment") return 0;
    throw error;
  });

const days = { from: FIRST_DAY, to: addDays(TODAY, 1) };

async function openRecorded(warehouse: Warehouse, size: ShopSize, shop: string): Promise<ShopView> {
  await openShop(warehouse, size, shop);
  await warehouse.of(shop).setMeta({ coverage: { products: { state: "complete" } } });
  await enterSpend(warehouse, shop, {
    entries: [
      { day: "2025-12-15", channel: "web", amount: 5000 },
      { day: "2026-02-15", channel: "web", amount: 7000 },
      { day: "2026-02-15", channel: "web", amount: -300 },
      { day: "2026-03-15", channel: null, amount: 900 },
    ],
    days,
  });
  await recordStock(warehouse, shop, { seed: size.seed, days });
  await recordConsents(warehouse, shop, { seed: size.seed, customers: size.customers, days: [days] });
  return viewOf(warehouse, shop);
}

describeWarehouses("the rows behind a figure", (open) => {
  it("are the figure: any KPI, any cut, any segment, any instant, any shop", async () => {
    const warehouse = await open({ intervalsInRow: 5 });
    let made = 0;
    await fc.assert(
      fc.asyncProperty(
        sizes,
        fc.array(
          fc.tuple(
            fc.constantFrom(...kpiIds),
            fc.constantFrom(...cuts),
            fc.constantFrom(...periods),
            instants,
          ),
          { minLength: 30, maxLength: 30 },
        ),
        async (size, asked) => {
          const shop = `rows-${made++}.myshopify.com`;
          if (made % 2 === 0) await openRecorded(warehouse, size, shop);
          else await openShop(warehouse, size, shop);
          const view = await viewOf(warehouse, shop);
          for (const [kpi, segmentation, period, membersAt] of asked)
            await orUnknown(expectRows(view, { kpi, segmentation, period, membersAt }));
        },
      ),
      { numRuns: 3, seed: 20_261_130, endOnFailure: true },
    );
  });

  it("are the figure of every KPI, and there are some of each", async () => {
    const view = await openRecorded(
      await open({ intervalsInRow: 5 }),
      { seed: 11, customers: 120, orders: 420 },
      "all.myshopify.com",
    );
    // Whoever came first in these days has been followed for 90 of them, and nobody for a year.
    const period = { from: "2025-12-01", to: "2026-01-10" };
    const listed = new Map<KpiId, number>();
    for (const [index, kpi] of kpiIds.entries()) {
      const segmentation = cuts[index % cuts.length] ?? "rfm";
      const membersAt = index % 2 === 0 ? "start" : "end";
      for (const by of ["order_count", segmentation] as By[])
        listed.set(
          kpi,
          (listed.get(kpi) ?? 0) +
            (await orUnknown(expectRows(view, { kpi, segmentation: by, period, membersAt }))),
        );
    }
    expect(kpiIds.filter((kpi) => listed.get(kpi) === 0)).toEqual(["value_within_365d"]);
  });

  it("are the figure of a day up to an hour", async () => {
    const view = await openRecorded(
      await open({ intervalsInRow: 5 }),
      { seed: 5, customers: 90, orders: 500 },
      "hours.myshopify.com",
    );
    for (const until of ["06:00:00", "15:30:00"])
      for (const kpi of kpiIds.filter((id) => hasInstants(declarations, id))) {
        const slice = sliceOf({ from: "2026-02-01", to: "2026-03-21", until }, "2026-02-01", view.meta);
        const names = rowListsOf(kpi).flatMap(({ sums }) => sums.map(({ name }) => name));
        const [cells = []] = await askCells(factsOfKpis(view, [kpi]), names, wholeShop, slice, null, TODAY);
        const row = { id: "total", kind: "total" } as const;
        const ref = { kpi, part: null, cut: cutOf("rfm"), row, slice, today: TODAY };
        for (const { list, all } of await listsOf(view, ref)) {
          const shop = new Sums(cells, (segment) => list.strangers || segment !== GUEST.id);
          for (const { name } of list.sums)
            expect(all.sums[list.columns.findIndex(({ id }) => id === name)], `${kpi} ${name}`).toBe(
              shop.sum(name, "now"),
            );
        }
      }
  });

  it("come in pages, in any order, found by sign and by name", async () => {
    const view = await openRecorded(
      await open({ intervalsInRow: 5 }),
      { seed: 3, customers: 60, orders: 400 },
      "pages.myshopify.com",
    );
    const ref: CellRef = {
      ...{ kpi: "net_sales", part: null, cut: cutOf("rfm"), row: { id: "total", kind: "total" } },
      slice: { period: { from: "2026-02-01", to: "2026-04-01" }, membersOn: "2026-02-01" },
      today: TODAY,
    };
    const ask = (wanted: Partial<RowsWanted>, page: { limit: number; offset: number } = ALL) =>
      rowsPage(view, ref, { ...UNFILTERED, ...wanted }, page);
    const whole = await ask({});
    expect(whole.list.columns.map(({ id }) => id)).toEqual([
      ...["net_sales", "gross_sales", "discounts", "sales_reversals"],
    ]);
    for (const {
      values: [net = 0, gross = 0, discounts = 0, reversals = 0],
    } of whole.rows)
      expect(net).toBe(gross - discounts - reversals);

    for (const by of ["net_sales", "sales_reversals", "day"])
      for (const descending of [true, false]) {
        const sort = { by, descending };
        const { rows } = await ask({ sort });
        const pages = [];
        for (let offset = 0; offset < rows.length + 50; offset += 50)
          pages.push(...(await ask({ sort }, { limit: 50, offset })).rows);
        expect(pages).toEqual(rows);
        const column = whole.list.columns.findIndex(({ id }) => id === by);
        const keys = rows.map(({ values, days: on }) =>
          by === "day" ? (on?.first ?? "") : (values[column] ?? 0),
        );
        const inOrder = [...keys].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
        expect(keys).toEqual(descending ? inOrder.toReversed() : inOrder);
        const streamed: unknown[] = [];
        for await (const batch of rowsStream(view, ref, { ...UNFILTERED, sort }).batches())
          streamed.push(...batch);
        expect(streamed).toEqual(rows);
      }

    const [taking, adding] = [await ask({ sign: "negative" }), await ask({ sign: "positive" })];
    expect(taking.found.rows).toBeGreaterThan(0);
    expect(taking.rows.every(({ values: [net = 0] }) => net < 0)).toBe(true);
    expect((taking.found.sums[0] ?? 0) + (adding.found.sums[0] ?? 0)).toBe(whole.all.sums[0]);
    expect(taking.all).toEqual(whole.all);

    const [first] = whole.rows;
    const [order, customer] = [first?.order ?? 0, first?.customer ?? 0];
    for (const find of [`#${order}`, `${order} `, String(order)])
      expect((await ask({ find })).rows.map((row) => row.order)).toContain(order);
    expect(new Set((await ask({ find: String(customer) })).rows.map((row) => row.customer))).toContain(
      customer,
    );
    for (const find of [
      "2026-02-01",
      "%",
      "'",
      "\u0000",
      "\ud83d",
      "__proto__",
      "9".repeat(18),
      "9".repeat(40),
    ])
      expect((await ask({ find })).found.rows, find).toBe(0);

    const beyond = await ask({}, { limit: 50, offset: 1_000_000_000 });
    expect(beyond).toMatchObject({ rows: [], all: whole.all });
    await expect(ask({ sort: { by: "weather", descending: true } })).rejects.toThrow(/"sort" must be one of/);
    await expect(ask({ side: "denominator" })).rejects.toThrow(/"side" must be one of value/);
  });

  it("say of guests' orders that nobody known placed them, and on which days an order counts", async () => {
    const view = await openRecorded(
      await open({ intervalsInRow: 5 }),
      { seed: 3, customers: 60, orders: 400 },
      "guests.myshopify.com",
    );
    const slice = { period: { from: "2026-02-01", to: "2026-04-01" }, membersOn: "2026-02-01" };
    const of = (kpi: KpiId, id: string, kind: SegmentAnswer["kind"]) =>
      rowsPage(
        view,
        { kpi, part: null, cut: cutOf("rfm"), row: { id, kind }, slice, today: TODAY },
        UNFILTERED,
        ALL,
      );
    const guests = await of("orders", GUEST.id, "guest");
    expect(guests.rows.length).toBeGreaterThan(0);
    expect(guests.rows.every(({ customer, order }) => customer === null && order !== null)).toBe(true);
    const perCustomer = await of("sales_per_customer", "total", "total");
    expect(perCustomer.rows.every(({ customer }) => customer !== null)).toBe(true);

    // An order counts on the day it was placed, whatever came of it later in the period.
    const placed = await of("orders", "total", "total");
    expect(placed.rows.every(({ days: on }) => on !== null && on.first === on.last)).toBe(true);
    const given = await of("net_sales", "total", "total");
    expect(given.rows.some(({ days: on }) => on !== null && on.first < on.last)).toBe(true);
  });
});
