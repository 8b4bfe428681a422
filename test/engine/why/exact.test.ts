// Whatever a figure is, and by whatever it is cut: its parts are its difference, to a hundredth of the smallest coin.
import fc from "fast-check";
import { expect, it } from "vitest";
import { type KpiId, kpiIds, kpis, segmentationIds } from "../../../app/kpis/catalogue.ts";
import { rowsPage } from "../../../app/explain/rows.server.ts";
import { type By, cutOf } from "../../../app/kpis/cuts/cut.ts";
import { orderCuts, type OrderCutId } from "../../../app/kpis/cuts/orders.ts";
import type { Comparison } from "../../../app/kpis/comparing.ts";
import { wholeShop } from "../../../app/kpis/compile/groups.ts";
import { askGroupCells, sumsOfRow } from "../../../app/kpis/grouped-sums.server.ts";
import { factsOfKpis } from "../../../app/kpis/loaded.server.ts";
import { addDays, type MembersAt, type Period } from "../../../app/kpis/period.ts";
import { queryKpis } from "../../../app/kpis/query.server.ts";
import type { ShopView } from "../../../app/warehouse/warehouse.server.ts";
import { cellBehind, doorsOf, OWN_ROW, WHOLE } from "../../../app/reports/why-rows.server.ts";
import { barId } from "../../../app/reports/why-words.server.ts";
import { slicesOf, type Why, whyMoved, type WhyQuestion } from "../../../app/why/why.server.ts";
import { describeWarehouses } from "../../tools/setup/warehouses.ts";
import { viewOf } from "../../tools/setup/view.ts";
import { enterSpend } from "../kpis/recount-spend.ts";
import { DAYS, FIRST_DAY, openShop } from "../kpis/shop.ts";

const TODAY = addDays(FIRST_DAY, DAYS - 1);
const total = (amounts: readonly number[]) => amounts.reduce((sum, amount) => sum + amount, 0);
const amounts = (of: readonly { amount: number }[]) => total(of.map(({ amount }) => amount));
const near = (actual: number, expected: number, where: string) =>
  expect(Math.abs(actual - expected), `${where}: ${actual} and ${expected}`).toBeLessThan(0.01);

const sizes = fc.record({
  seed: fc.integer({ min: 0, max: 1_000_000 }),
  customers: fc.integer({ min: 1, max: 160 }),
  orders: fc.integer({ min: 0, max: 500 }),
});
const periods: readonly Period[] = [
  { from: "2026-02-01", to: "2026-04-01" },
  { from: "2026-03-01", to: "2026-04-01" },
  { from: "2026-04-01", to: addDays(TODAY, 1) },
];
const kpi = fc.constantFrom(...kpiIds);
const cut = fc.constantFrom<By>(
  ...segmentationIds,
  ...(Object.keys(orderCuts) as OrderCutId[]).map((by): By => ({ of: "orders", by })),
  { of: "customers", by: "country", within: { segmentation: "order_count", segment: "1" } },
  {
    of: "sets",
    sets: [
      { id: "often", label: "Often", rule: { had: "orders", atLeast: 2 } },
      { id: "once", label: "Once", rule: { had: "orders", atLeast: 1 } },
    ],
  },
);
const instants = fc.constantFrom<MembersAt>("start", "end", "today");
const comparisons = fc.constantFrom<Comparison>("previous_period", "previous_year");

const SUMS = ["net_sales", "orders", "active_customers", "sales_reversals"] as const;
const NO_DAYS: Period = { from: TODAY, to: TODAY };

/** Any door of any part, and of any row, leads to rows that add up to what the part says; whose there are. */
async function expectRows(view: ShopView, question: WhyQuestion, why: Why): Promise<string[]> {
  const slices = slicesOf(view, question);
  if (why.split === null || slices === null) return [];
  const { split, reason } = why;
  const doors = [
    ...doorsOf(split, WHOLE, null),
    ...split.parts.flatMap(({ part }) => doorsOf(split, barId(part), null)),
    ...(reason === null ? split.rows.flatMap(({ id }) => doorsOf(split, OWN_ROW, id)) : []),
  ];
  for (const door of doors) {
    const ref = cellBehind(question, cutOf(question.segmentation), door, slices);
    const wanted = { side: null, sort: null, sign: null, find: null };
    const { list, all } = await rowsPage(view, ref, wanted, { limit: 0, offset: 0 });
    const sum = all.sums[list.columns.findIndex(({ id }) => id === door.side.name)] ?? Number.NaN;
    near(sum, door.side[door.slice], `${door.id}: ${JSON.stringify(question)}`);
  }
  return doors.filter(({ side, slice }) => side[slice] !== 0).map(({ side }) => side.whose.of);
}

async function expectExact(view: ShopView, question: WhyQuestion): Promise<Why> {
  const { kpi: id } = question;
  const where = JSON.stringify(question);
  const [why, answer] = [await whyMoved(view, question), await queryKpis(view, { ...question, kpis: [id] })];
  const cell = answer.total.cells[id];
  // What can be told in both periods can be split, and nothing else.
  const isTold = cell.value !== null && cell.previous !== null && why.kind !== "none";
  expect(why.split !== null, `${String(why.reason)}: ${where}`).toBe(isTold);
  if (why.split === null) {
    expect(why.reason, where).not.toBe(null);
    return why;
  }
  const { then, now, difference, parts, quotient, rows, presence } = why.split;
  const isMoney = kpis[id].unit === "money";
  const shown = (value: number | null) => (value !== null && isMoney ? Math.round(value) : value);
  near(shown(then) ?? 0, cell.previous ?? 0, `then: ${where}`);
  if (why.compared?.part.until === undefined && why.compared?.part.to === question.period.to)
    near(shown(now) ?? 0, cell.value ?? 0, `now: ${where}`);
  near(difference, (now ?? 0) - (then ?? 0), `difference: ${where}`);
  near(amounts(parts), difference, `parts: ${where}`);
  if (quotient !== null)
    near(quotient.divided.amount + quotient.divisor.amount, difference, `quotient: ${where}`);
  if (presence !== null)
    near(total(presence.map((each) => each.difference)), difference, `presence: ${where}`);
  for (const row of rows) near(amounts(row.parts), row.difference.amount, `${row.id}: ${where}`);
  if (!why.overlap && why.reason === null) {
    near(amounts(rows.map((row) => row.difference)), difference, `rows: ${where}`);
    near(amounts(rows.map((row) => row.excess)), 0, `excess: ${where}`);
  }
  return why;
}

describeWarehouses("why a figure moved", (open) => {
  it("leaves nothing over: any KPI, any cut, any shop", async () => {
    const warehouse = await open();
    const split = new Set<KpiId>();
    let made = 0;
    await fc.assert(
      fc.asyncProperty(
        sizes,
        fc.array(fc.tuple(kpi, cut, fc.constantFrom(...periods), instants, comparisons), {
          minLength: 40,
          maxLength: 40,
        }),
        async (size, asked) => {
          const shop = `why-${made++}.myshopify.com`;
          await openShop(warehouse, size, shop);
          if (made % 2 === 0)
            await enterSpend(warehouse, shop, {
              entries: [
                { day: "2026-01-15", channel: "web", amount: 5000 },
                { day: "2026-02-15", channel: "web", amount: 7000 },
                { day: "2026-03-15", channel: null, amount: 900 },
              ],
              days: { from: FIRST_DAY, to: addDays(TODAY, 1) },
            });
          const view = await viewOf(warehouse, shop);
          for (const [id, segmentation, period, membersAt, comparison] of asked) {
            const question = { kpi: id, segmentation, period, comparison, membersAt, today: TODAY };
            const why = await expectExact(view, question).catch((error: unknown) => {
              // A segment that this shop has not.
              if (error instanceof Error && error.name === "UnknownSegment") return null;
              throw error;
            });
            if (why?.split) split.add(id);
          }
        },
      ),
      { numRuns: 5, seed: 20_261_130, endOnFailure: true },
    );
    expect(split.size).toBeGreaterThan(15);
  });

  it("has rows behind every part and every row that add up to what it says", async () => {
    const warehouse = await open();
    let made = 0;
    const led = new Set<string>();
    await fc.assert(
      fc.asyncProperty(
        sizes,
        fc.array(fc.tuple(kpi, cut, fc.constantFrom(...periods), instants, comparisons), {
          minLength: 8,
          maxLength: 8,
        }),
        async (size, asked) => {
          const shop = `behind-${made++}.myshopify.com`;
          await openShop(warehouse, size, shop);
          const view = await viewOf(warehouse, shop);
          // Days with as many before them, and of a sum, whose parts are of different customers.
          const march = asked.map(
            ([, by], index) =>
              [SUMS[index % SUMS.length] ?? "net_sales", by, periods[1], "start", "previous_period"] as const,
          );
          for (const [id, segmentation, period = NO_DAYS, membersAt, comparison] of [...asked, ...march]) {
            const question = { kpi: id, segmentation, period, comparison, membersAt, today: TODAY };
            const why = await whyMoved(view, question).catch((error: unknown) => {
              if (error instanceof Error && error.name === "UnknownSegment") return null;
              throw error;
            });
            if (why?.split) for (const whose of await expectRows(view, question, why)) led.add(whose);
          }
        },
      ),
      { numRuns: 2, seed: 20_261_201, endOnFailure: true },
    );
    expect([...led].sort()).toEqual(["all", "before", "known", "row"]);
  });

  it("has ranges of what customers are followed for, from those who are left without each group", async () => {
    const shop = "followed.myshopify.com";
    const warehouse = await open();
    await openShop(warehouse, { seed: 7, customers: 400, orders: 1200 }, shop);
    const view = await viewOf(warehouse, shop);
    const period = { from: "2025-12-08", to: "2025-12-28" };
    const question: WhyQuestion = {
      ...{ kpi: "value_within_90d", segmentation: "country", period },
      ...{ comparison: "previous_period", membersAt: "end", today: TODAY },
    };
    const why = await expectExact(view, question);
    expect(why.split?.parts.every(({ low, high }) => low !== null && high !== null)).toBe(true);

    const slices = slicesOf(view, question);
    if (slices === null || why.split === null) throw new Error("nothing is compared");
    const sides = why.split.sides.map(({ name }) => name);
    const how = { last: addDays(TODAY, -1), withPresence: false };
    const [cells = []] = await askGroupCells(
      factsOfKpis(view, [question.kpi]),
      sides,
      wholeShop,
      slices,
      how,
    );
    const sums = sumsOfRow(cells, () => true);
    for (const door of doorsOf(why.split, WHOLE, null)) {
      const ref = cellBehind(question, cutOf("country"), door, slices);
      const wanted = { side: null, sort: null, sign: null, find: null };
      const { list, rows } = await rowsPage(view, ref, wanted, { limit: 10_000, offset: 0 });
      const place = list.columns.findIndex(({ id }) => id === door.side.name);
      expect(rows.length).toBeGreaterThan(30);
      for (let group = 0; group < 20; group++) {
        const left = rows.filter(({ customer }) => ((customer ?? 0) % 999_983) % 20 !== group);
        near(
          sums(door.side.name, door.slice, group),
          (total(left.map(({ values }) => values[place] ?? 0)) * 20) / 19,
          `${door.id} without ${group}`,
        );
      }
    }
  });
});
