import fc from "fast-check";
import { expect, it } from "vitest";
import { declarations, kpiIds, kpis, segmentationIds } from "../../../app/kpis/catalogue.ts";
import type { Comparison } from "../../../app/kpis/comparing.ts";
import { addDays, type MembersAt, type Period } from "../../../app/kpis/period.ts";
import type { Answer, Reason } from "../../../app/kpis/answer.ts";
import { hasInstants } from "../../../app/kpis/declared.ts";
import { segmentationOf } from "../../../app/kpis/segmentations.ts";
import { queryKpis, queryTrend } from "../../../app/kpis/query.server.ts";
import type { Warehouse } from "../../../app/warehouse/warehouse.server.ts";
import { describeWarehouses } from "../../tools/setup/warehouses.ts";
import { type BySegments, recount } from "./recount.ts";
import { consentsOf, recordConsents } from "./recount-consents.ts";
import { buyersOf } from "./recount-buyers.ts";
import { enterSpend, type Spending, spendingOf } from "./recount-spend.ts";
import { recordStock, stockOf } from "./recount-stock.ts";
import { DAYS, FIRST_DAY, openShop } from "./shop.ts";
import { viewOf } from "../../tools/setup/view.ts";

const TODAY = addDays(FIRST_DAY, DAYS - 1);
const shopSizes = fc.record({
  seed: fc.integer({ min: 0, max: 1_000_000 }),
  customers: fc.integer({ min: 1, max: 200 }),
  orders: fc.integer({ min: 0, max: 700 }),
});
const periods: readonly Period[] = [
  { from: "2026-02-01", to: "2026-04-01" },
  { from: "2026-01-01", to: "2026-02-01" },
  { from: "2026-04-01", to: addDays(TODAY, 1) },
  { from: "2026-03-20", to: "2026-06-01" },
];

/** Doubles are added in another order by each engine; everything else is exact. */
const near = (actual: number | null, expected: number | null, unit: string, where: string) => {
  if (actual === null || expected === null) expect(actual, where).toBe(expected);
  else if (unit === "money" || unit === "count")
    expect(Math.abs(actual - expected), where).toBeLessThanOrEqual(1);
  else expect(actual, where).toBeCloseTo(expected, 7);
};

/** Nothing is worked out beside the reason. */
const UNTOLD: readonly Reason[] = [
  "not_applicable",
  "not_by_recency",
  "not_recorded",
  "not_recorded_then",
  "not_by_segment",
  "not_mature",
];

const isMeaningless = (reason: Reason | null) => reason === "not_applicable" || reason === "not_by_recency";

function expectAgreement(answer: Answer, question: BySegments, expected: ReturnType<typeof recount>) {
  const rows = [answer.total, ...answer.segments];
  for (const id of expected.rows.keys()) expect(rows.map((row) => row.id)).toContain(id);
  if (segmentationOf(question.segmentation).kind === "valued")
    expect(rows.map((row) => row.id).sort()).toEqual([...expected.rows.keys()].sort());
  for (const row of rows) {
    const counted = expected.rows.get(row.id);
    if (row.members !== null) expect(row.members, `members of ${row.id}`).toBe(counted?.members ?? 0);
    for (const kpi of question.kpis) {
      const cell = row.cells[kpi];
      const own = counted?.cells.get(kpi);
      const where = `${kpi} of ${row.id} in ${JSON.stringify(question)}`;
      // A declared segment may be empty; a value that nobody has is none.
      if (own === undefined) {
        expect(cell.value ?? 0, where).toBe(0);
        continue;
      }
      const { unit, computation } = kpis[kpi];
      if (computation.kind === "ratio")
        near(cell.value, isMeaningless(cell.reason) ? null : own.value, unit, where);
      else expect(cell.value, where).toBe(own.value);
      if (cell.reason !== null && UNTOLD.includes(cell.reason)) continue;
      expect([cell.n, cell.events, cell.sureness], where).toEqual([own.n, own.events, own.sureness]);
      near(cell.low, own.low, unit, `low: ${where}`);
      near(cell.high, own.high, unit, `high: ${where}`);
      near(cell.previous, own.previous, unit, `previous: ${where}`);
      const change = own.change === null || cell.change?.absolute === null ? null : cell.change;
      near(change?.low ?? null, own.change?.low ?? null, unit, `change low: ${where}`);
      near(change?.high ?? null, own.change?.high ?? null, unit, `change high: ${where}`);
      near(change?.absolute ?? null, own.change?.absolute ?? null, unit, `change: ${where}`);
      if (own.change !== null) expect(change?.verdict, `verdict: ${where}`).toBe(own.change.verdict);
    }
  }
}

const INSTANTS = ["start", "end", "today"] as const satisfies readonly MembersAt[];
/** A month that none of the periods touches, and of which there are orders. */
const OTHER_DAYS: Comparison = { id: "custom", days: { from: "2025-12-01", to: "2026-01-01" } };
const COMPARISONS: readonly Comparison[] = [
  "none",
  "previous_period",
  "previous_year",
  OTHER_DAYS,
  "previous_year_weekday",
];

/**
 * Every segmentation about one shop: each fourth at every instant, the others at one, and in the next turn other ones.
 * Each has every comparison in five turns.
 */
function* questions(period: Period, turn: number): Iterable<BySegments> {
  for (const [nth, segmentation] of segmentationIds.entries())
    for (const [instant, membersAt] of INSTANTS.entries()) {
      if ((nth + turn) % 4 !== 0 && instant !== (nth + turn) % INSTANTS.length) continue;
      const comparison = COMPARISONS[(nth + instant + turn) % COMPARISONS.length] ?? "none";
      yield { kpis: kpiIds, segmentation, period, comparison, membersAt, today: TODAY };
    }
}

/** So much on every third day; of the first months nothing is known. */
const spendOf = (shop: number): Spending => ({
  entries: Array.from({ length: DAYS }, (_, day) => ({
    day: addDays(FIRST_DAY, day),
    channel: ["web", "pos", null][day % 3] ?? null,
    amount: day % 3 === shop % 3 ? 1000 + day : 0,
  })),
  days: { from: addDays(FIRST_DAY, 30 * shop), to: addDays(FIRST_DAY, DAYS + 60) },
});

/** All days with a night that is missing; all from the second month on; none. */
const recordedOf = (shop: number): readonly Period[] => {
  const end = addDays(FIRST_DAY, DAYS + 60);
  if (shop === 4) return [];
  if (shop > 1) return [{ from: addDays(FIRST_DAY, shop === 2 ? -80 : 30), to: end }];
  return [
    { from: FIRST_DAY, to: "2026-01-20" },
    { from: "2026-01-23", to: end },
  ];
};

/** Both engines are asked the same of the same shops, which are counted again once. */
const counted = new Map<string, ReturnType<typeof recount>>();
function countedOnce(what: string, question: BySegments, count: () => ReturnType<typeof recount>) {
  const key = JSON.stringify([what, question]);
  const known = counted.get(key) ?? count();
  counted.set(key, known);
  return known;
}

describeWarehouses("the compiled statement", (open) => {
  const onShops = async (shops: number, check: (warehouse: Warehouse, shop: string) => Promise<void>) => {
    const warehouse = await open({ intervalsInRow: 5 });
    let made = 0;
    await fc.assert(
      fc.asyncProperty(shopSizes, async (size) => {
        const shop = `random-${made++}.myshopify.com`;
        await openShop(warehouse, size, shop);
        await warehouse.of(shop).setMeta({ coverage: { products: { state: "complete" } } });
        await check(warehouse, shop);
      }),
      { numRuns: shops, seed: 20_261_121, endOnFailure: true },
    );
  };

  it("gives what a slow recount of the ledger gives, for every KPI, segmentation, instant and comparison", async () => {
    let shopNumber = 0;
    const seen = new Set<string>();
    await onShops(4, async (warehouse, shop) => {
      const buyers = await buyersOf(warehouse, shop);
      const period = periods[shopNumber++ % periods.length];
      if (period === undefined) throw new Error("no period");
      // Of the last shop nobody entered any.
      if (shopNumber < 4) await enterSpend(warehouse, shop, spendOf(shopNumber));
      const days = recordedOf(shopNumber);
      if (days.length > 0)
        await recordConsents(warehouse, shop, { seed: shopNumber, customers: buyers.length, days });
      const [recorded] = days;
      if (recorded !== undefined) await recordStock(warehouse, shop, { seed: shopNumber, days: recorded });
      const spending = await spendingOf(warehouse, shop);
      const stock = await stockOf(warehouse, shop);
      const consents = await consentsOf(warehouse, shop);
      for (const question of questions(period, shopNumber)) {
        const answer = await queryKpis(await viewOf(warehouse, shop), question);
        const expected = countedOnce(`shop ${shopNumber}`, question, () =>
          recount(buyers, question, { spending, consents, stock }),
        );
        expectAgreement(answer, question, expected);
        for (const { kind } of answer.segments) seen.add(`${question.segmentation} ${kind}`);
      }
    });
    // Shops that are large enough for groups, and shops that are not.
    for (const kind of ["segment", "ungrouped"]) expect(seen).toContain(`rfm ${kind}`);
  });

  it("compares what is known of today with as much of another day", async () => {
    const zone = "Europe/Berlin";
    const clock = { day: TODAY, time: "15:04:05", zone };
    const asked: Period[] = [
      { from: TODAY, to: addDays(TODAY, 1) },
      { from: "2026-04-01", to: addDays(TODAY, 1) },
      { from: "2026-03-20", to: "2026-06-01" },
    ];
    await onShops(1, async (warehouse, shop) => {
      // The Berlin of April is two hours ahead.
      await warehouse.of(shop).setMeta({ coverage: { orders: { fresh_at: `${TODAY} 13:04:05` } } });
      const buyers = await buyersOf(warehouse, shop);
      await recordConsents(warehouse, shop, { seed: 5, customers: buyers.length, days: recordedOf(2) });
      const consents = await consentsOf(warehouse, shop);
      for (const [turn, period] of asked.entries())
        for (const question of questions(period, turn)) {
          // A year ago the shop had no order.
          if (question.comparison === "none" || question.comparison === "previous_year_weekday") continue;
          const answer = await queryKpis(await viewOf(warehouse, shop), question);
          expect(answer.comparedPart).toMatchObject({ to: addDays(TODAY, 1), until: "15:04:05" });
          // Of today alone no day is over.
          expect(answer.comparedByDay?.kpis).toEqual(
            period.from === TODAY ? undefined : kpiIds.filter((id) => !hasInstants(declarations, id)),
          );
          const expected = countedOnce("today", question, () =>
            recount(buyers, question, { consents }, clock),
          );
          expectAgreement(answer, question, expected);
          // The compared line of a chart ends at the same time of the day as what it is compared with.
          if (answer.comparedWith === null) throw new Error("nothing is compared");
          const trend = await queryTrend(await viewOf(warehouse, shop), {
            ...{ kpis: ["net_sales", "orders", "customer_value_to_date"], grain: "day", today: TODAY },
            ...{ period: answer.comparedWith, membersAt: question.membersAt },
          });
          expect(trend.at(-1)?.until).toBe(answer.comparedWith.until);
          // Of days that begin before the first order a line shows what there is, and no figure is compared.
          if (answer.comparedWith.from < (answer.firstOrderDay ?? "")) continue;
          for (const id of ["net_sales", "orders"] as const)
            expect(trend.reduce((sum, { values }) => sum + (values[id] ?? 0), 0)).toBe(
              answer.total.cells[id].previous ?? 0,
            );
        }
    });
  });

  it("lets segments, first-time buyers, others and guests add up to the total", async () => {
    const additive = kpiIds.filter(
      (id) =>
        kpis[id].additive.segments &&
        kpis[id].computation.kind !== "ratio" &&
        kpis[id].outside.length === 0 &&
        // Of a segment of which no cost is known there is none, and of the shop there is.
        kpis[id].coverage === null,
    );
    await onShops(3, async (warehouse, shop) => {
      await recordConsents(warehouse, shop, { seed: 3, customers: 200, days: recordedOf(2) });
      for (const segmentation of segmentationIds) {
        const question: BySegments = {
          kpis: additive,
          segmentation,
          period: { from: "2026-01-10", to: "2026-03-10" },
          comparison: "previous_period",
          membersAt: "start",
          today: TODAY,
        };
        const { total, segments } = await queryKpis(await viewOf(warehouse, shop), question);
        for (const id of additive) {
          const sum = (value: (row: (typeof segments)[number]) => number | null) =>
            segments.reduce((all, row) => all + (value(row) ?? 0), 0);
          expect(
            sum((row) => row.cells[id].value),
            `${id} by ${segmentation}`,
          ).toBe(total.cells[id].value);
          expect(
            sum((row) => row.cells[id].previous),
            `previous ${id} by ${segmentation}`,
          ).toBe(total.cells[id].previous ?? 0);
        }
        // First-time buyers who had a record by the instant are the shop's customers then, but no segment's.
        expect(segments.reduce((all, row) => all + (row.members ?? 0), 0)).toBeLessThanOrEqual(
          total.members ?? 0,
        );
      }
    });
  });
});
