// Who moved between two days: counted again from the orders alone, and of shops whose movement is known.
import fc from "fast-check";
import { expect, it } from "vitest";
import { segmentationIds } from "../../../app/kpis/catalogue.ts";
import { listSegments } from "../../../app/kpis/member-lists.server.ts";
import { addDays } from "../../../app/kpis/period.ts";
import { historyDays, kpiByMonth, sizes } from "../../../app/movement/history.server.ts";
import {
  type FlowCustomer,
  flowIn,
  flowPage,
  flowStream,
  type Movement,
  movement,
  type MovementQuestion,
  type Thresholds,
  THRESHOLDS,
} from "../../../app/movement/movement.server.ts";
import type { ShopView } from "../../../app/warehouse/warehouse.server.ts";
import { viewOf } from "../../tools/setup/view.ts";
import { describeWarehouses } from "../../tools/setup/warehouses.ts";
import { openBuyers, type Purchase } from "../kpis/buyers.ts";
import { add, type Buyer, buyersOf, netBefore } from "../kpis/recount-buyers.ts";
import { segmentsAt } from "../kpis/recount-segments.ts";
import { DAYS, FIRST_DAY, openShop } from "../kpis/shop.ts";

const TODAY = addDays(FIRST_DAY, DAYS - 1);
const BY_FIRST_ORDER = /^first_|^country$|^channel$/;

/** A line for each flow: who was where, is where, how many, and their net sales before and between. */
function recounted(buyers: readonly Buyer[], question: MovementQuestion): string[] {
  const { segmentation, from, to, thresholds } = question;
  const was = segmentsAt(buyers, segmentation, from, from);
  const by = thresholds === "first" ? from : to;
  const becomes = segmentsAt(buyers, segmentation, to, to, undefined, by);
  const flows = new Map<string, Buyer[]>();
  for (const buyer of buyers) {
    const end = becomes.get(buyer) ?? "";
    if (buyer.customer === null || end === "none") continue;
    const key = `${was.get(buyer) ?? ""} > ${end}`;
    flows.set(key, [...(flows.get(key) ?? []), buyer]);
  }
  return [...flows]
    .map(([key, of]) => {
      const then = add(of.map((buyer) => netBefore(buyer, from)));
      return `${key}: ${of.length}, ${then}, ${add(of.map((buyer) => netBefore(buyer, to))) - then}`;
    })
    .sort();
}

const linesOf = ({ flows }: Movement): string[] =>
  flows
    .map(
      ({ was, becomes, customers, netThen, netBetween }) =>
        `${was} > ${becomes}: ${customers}, ${netThen}, ${netBetween}`,
    )
    .sort();

async function expectAgreement(view: ShopView, buyers: readonly Buyer[], question: MovementQuestion) {
  const where = JSON.stringify(question);
  const found = await movement(view, question);
  if (question.segmentation === "email_consent") return expect(found.reason, where).toBe("of_today");
  const expected = recounted(buyers, question);
  if (found.reason !== null) {
    if (found.reason === "nobody_then")
      expect(
        expected.every((line) => line.startsWith("none >")),
        where,
      ).toBe(true);
    else
      expect(
        expected.some((line) => line.includes("ungrouped")),
        `${found.reason} ${where}`,
      ).toBe(true);
    return;
  }
  expect(linesOf(found), where).toEqual(expected);
  const members = async (on: string) =>
    new Map(
      (await listSegments(view, question.segmentation, { on, until: on })).map((of) => [of.id, of.members]),
    );
  const [then, now] = [await members(question.from), await members(question.to)];
  for (const { id, then: before, now: after, stayed, left, entered, firstBought } of found.segments) {
    expect(before, `${id} then: ${where}`).toBe(then.get(id) ?? 0);
    if (!found.isScored || question.thresholds === "each")
      expect(after, `${id} now: ${where}`).toBe(now.get(id) ?? 0);
    expect([stayed + left, stayed + entered + firstBought], `${id}: ${where}`).toEqual([before, after]);
  }
  const all = add(found.flows.map(({ customers }) => customers));
  expect(found.both + found.firstBought, where).toBe(all);
  if (BY_FIRST_ORDER.test(question.segmentation)) expect([found.isSettled, found.moved]).toEqual([true, 0]);
}

describeWarehouses("movement", (open) => {
  it("is what the orders say, by any segmentation, between any days, by either day's cut points", async () => {
    const warehouse = await open();
    const size = fc.record({
      seed: fc.integer({ min: 0, max: 1_000_000 }),
      customers: fc.integer({ min: 1, max: 160 }),
      orders: fc.integer({ min: 0, max: 500 }),
    });
    const question = fc.record({
      segmentation: fc.constantFrom("rfm", "lifecycle", "spend_tier", ...segmentationIds),
      from: fc.integer({ min: -3, max: DAYS - 2 }).map((day) => addDays(FIRST_DAY, day)),
      length: fc.integer({ min: 1, max: 90 }),
      thresholds: fc.constantFrom(...THRESHOLDS),
    });
    let made = 0;
    await fc.assert(
      fc.asyncProperty(size, fc.array(question, { minLength: 20, maxLength: 20 }), async (of, asked) => {
        const shop = `movement-${made++}.myshopify.com`;
        await openShop(warehouse, of, shop);
        const view = await viewOf(warehouse, shop);
        const buyers = await buyersOf(warehouse, shop);
        for (const { segmentation, from, length, thresholds } of asked)
          await expectAgreement(view, buyers, { segmentation, from, to: addDays(from, length), thresholds });
      }),
      {
        numRuns: 2,
        seed: 20_261_201,
        endOnFailure: true,
        examples: [
          [
            { seed: 3, customers: 150, orders: 500 },
            (["rfm", "lifecycle", "spend_tier"] as const).flatMap((segmentation) =>
              THRESHOLDS.map((thresholds) => ({ segmentation, from: "2026-03-01", length: 40, thresholds })),
            ),
          ],
        ],
      },
    );
  });

  const day = (nth: number) => addDays("2026-01-01", nth);
  const buying = (count: number, ...days: number[]): Purchase[][] =>
    Array.from({ length: count }, () => days.map((nth) => ({ day: day(nth) })));
  /** By number of orders from day 50 to day 100: so many stay, move up and come anew. */
  const KNOWN = [
    ...[...buying(40, 1), ...buying(25, 1, 60), ...buying(12, 1, 60, 70)],
    ...[...buying(30, 1, 2), ...buying(20, 1, 2, 60), ...buying(9, 60)],
  ];
  const known = { segmentation: "order_count", from: day(50), to: day(100), thresholds: "first" } as const;

  it("finds the movement that was put into a shop, in money, with who moved", async () => {
    const warehouse = await open();
    const shop = "known.myshopify.com";
    await openBuyers(warehouse, shop, KNOWN);
    const view = await viewOf(warehouse, shop);
    const found = await movement(view, known);
    expect(linesOf(found)).toEqual(
      [
        ...["1 > 1: 40, 40000, 0", "1 > 2: 25, 25000, 25000", "1 > 3: 12, 12000, 24000"],
        ...["2 > 2: 30, 60000, 0", "2 > 3: 20, 40000, 20000", "none > 1: 9, 0, 9000"],
      ].sort(),
    );
    expect([found.both, found.moved, found.firstBought]).toEqual([127, 57, 9]);
    const [one] = found.segments;
    expect(one).toMatchObject({ id: "1", then: 77, now: 49, stayed: 40, left: 37, firstBought: 9 });
    expect(one?.leftShare).toMatchObject({ value: 37 / 77, sureness: "sure" });
    expect(one?.leftShare?.low).toBeCloseTo(0.3725, 3);
    expect(one?.leftShare?.high).toBeCloseTo(0.5904, 3);
    expect(found.shift).toMatchObject({ degrees: 2 });
    if (typeof found.shift !== "string") expect(found.shift.pValue).toBeLessThan(1e-6);
    const flow = await flowIn(view, known, { was: "1", becomes: "3" });
    expect(flow).toEqual({ was: "1", becomes: "3", customers: 12, reason: null });
    const listed = { ...known, ...flow, sort: "net_between", descending: true } as const;
    const page = await flowPage(view, listed, { offset: 10, limit: 50 });
    expect(page.map(({ customer_id: id }) => id)).toEqual([76, 77]);
    expect(page[0]).toMatchObject({
      net_then: 1000,
      net_between: 2000,
      net: 3000,
      orders: 3,
      last_day: day(70),
    });
    const streamed: FlowCustomer[] = [];
    for await (const batch of flowStream(view, { ...listed, was: "none", becomes: null }))
      streamed.push(...batch);
    expect(streamed).toHaveLength(9);
    await expect(flowIn(view, known, { was: "weather", becomes: null })).rejects.toThrow("weather");
    await expect(flowIn(view, known, { was: null, becomes: "none" })).rejects.toThrow("none");
  });

  it("has nobody in it who was erased, on neither day", async () => {
    const warehouse = await open();
    const shop = "erased.myshopify.com";
    await openBuyers(warehouse, shop, KNOWN);
    await warehouse.of(shop).eraseCustomers([77, 1]);
    const found = await movement(await viewOf(warehouse, shop), known);
    expect(linesOf(found)).toContain("1 > 3: 11, 11000, 22000");
    expect(linesOf(found)).toContain("1 > 1: 39, 39000, 0");
  });

  it("by the first day's cut points moves only who changed", async () => {
    const warehouse = await open();
    const shop = "others.myshopify.com";
    const spending = (count: number, amount: number, at = 1): Purchase[][] =>
      Array.from({ length: count }, () => [{ day: day(at), amount }]);
    // A hundred large customers come between the days: by each day's own, who was high is not any more.
    await openBuyers(warehouse, shop, [
      ...[...spending(70, 1000), ...spending(20, 2000), ...spending(10, 3000)],
      ...spending(100, 90_000, 60),
    ]);
    const view = await viewOf(warehouse, shop);
    const ask = (thresholds: Thresholds) =>
      movement(view, { ...known, segmentation: "spend_tier", thresholds });
    const frozen = await ask("first");
    expect(frozen.moved).toBe(0);
    expect(frozen.shift).toBe("nobody_moved");
    expect(frozen.segments.map(({ then, now }) => [then, now])).toEqual([
      [10, 110],
      [20, 20],
      [70, 70],
    ]);
    expect((await ask("each")).moved).toBe(30);
    const before = { ...known, segmentation: "spend_tier", from: day(0) } as const;
    expect((await movement(view, before)).reason).toBe("nobody_then");
    expect((await movement(view, { ...before, thresholds: "each" })).firstBought).toBe(200);
  });

  it("knows the size of every segment at each month's start, by either day's cut points, and a KPI of it", async () => {
    const warehouse = await open();
    const shop = "sizes.myshopify.com";
    await openShop(warehouse, { seed: 5, customers: 150, orders: 500 }, shop);
    const view = await viewOf(warehouse, shop);
    const buyers = await buyersOf(warehouse, shop);
    const asked = { from: "2026-03-01", today: TODAY, calendar: null } as const;
    for (const segmentation of ["rfm", "lifecycle", "order_count", "country"] as const)
      for (const thresholds of THRESHOLDS) {
        const { reason, days } = await sizes(view, { ...asked, segmentation, thresholds });
        expect(reason).toBeNull();
        expect(days.map(({ day: on }) => on)).toEqual(
          ["2025-12", "2026-01", "2026-02", "2026-03", "2026-04"].map((month) => `${month}-01`),
        );
        for (const { day: on, members } of days) {
          const by = thresholds === "first" ? asked.from : on;
          const counts = new Map<string, number>();
          for (const segment of segmentsAt(buyers, segmentation, on, on, undefined, by).values())
            if (!["none", "guest"].includes(segment)) counts.set(segment, (counts.get(segment) ?? 0) + 1);
          expect([...(members ?? new Map([["ungrouped", counts.get("ungrouped")]]))].sort()).toEqual(
            [...counts].sort(),
          );
        }
      }
    const months = await kpiByMonth(view, "orders", { ...asked, segmentation: "order_count" });
    expect(months.map(({ from }) => from)).toEqual([
      "2025-11-01",
      "2025-12-01",
      "2026-01-01",
      "2026-02-01",
      "2026-03-01",
    ]);
    expect(months.at(-1)?.values.get("1")).toBeGreaterThan(0);
  });

  it("goes back by months, quarters and years, and no further than anybody asks", () => {
    const days = historyDays("0001-01-01", "2026-12-01", null);
    expect(days).toHaveLength(100);
    expect([days[0], days[19], days[20], days[39], days[40], days.at(-1)]).toEqual([
      ...["1997-01-01", "2016-01-01", "2017-01-01", "2021-10-01", "2022-01-01", "2026-12-01"],
    ]);
    expect(historyDays("2026-11-02", "2026-12-01", null)).toEqual(["2026-12-01"]);
    expect(historyDays("2026-12-01", "2026-12-01", null)).toEqual([]);
  });
});
