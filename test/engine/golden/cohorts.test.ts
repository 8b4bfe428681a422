// What cohorts did by age, against hand arithmetic: customers by the unit of their first order, closed cells alone in the average.
import { expect, it } from "vitest";
import { type Cohorts, type CohortsQuestion, queryCohorts } from "../../../app/cohorts/cohorts.server.ts";
import { USUAL_CALENDAR } from "../../../app/kpis/business-calendar.ts";
import { kpiIds } from "../../../app/kpis/catalogue.ts";
import { viewOf } from "../../tools/setup/view.ts";
import { describeWarehouses } from "../../tools/setup/warehouses.ts";
import { openBuyers, type Purchase } from "../kpis/buyers.ts";
import { reaching } from "../warehouse/reaching.ts";

const SHOP = "cohorts.myshopify.com";
const on = (day: string, more: Omit<Purchase, "day"> = {}): Purchase => ({ day: `2026-${day}`, ...more });

/** August: two customers, of whom one orders again and one gives back. October: two, one again at once. November: one, who is back today. */
const BUYERS = [
  [on("08-01"), on("10-20", { amount: 2000 })],
  [on("08-15", { returned: { day: "2026-10-05", amount: 400 } })],
  [on("10-01", { amount: 3000 }), on("10-11"), on("11-20")],
  [on("10-31")],
  [on("11-30"), on("12-01")],
];
const GUESTS = [on("10-02")];

const usual: Omit<CohortsQuestion, "kpi"> = {
  ...{ basis: null, unit: "month", cohorts: 36, within: null, beside: null, calendar: null },
  today: "2026-12-01",
};
const values = ({ own }: Cohorts, name: string) =>
  own?.cohorts.find(({ period }) => period.from === name)?.cells.map(({ value }) => value);
const averages = ({ own }: Cohorts) => own?.averages.map(({ value, customers }) => [value, customers]);

describeWarehouses("cohorts", (open) => {
  it("are told by age, and on average as far as they are closed", async () => {
    const warehouse = await open();
    await openBuyers(warehouse, SHOP, BUYERS, GUESTS);
    const view = await viewOf(warehouse, SHOP);
    const ask = (question: Partial<CohortsQuestion> & Pick<CohortsQuestion, "kpi">) =>
      queryCohorts(view, { ...usual, ...question });

    const back = await ask({ kpi: "active_customers" });
    expect(back.reason).toBeNull();
    expect(back.own?.cohorts.map(({ period, customers }) => [period.from, customers])).toEqual([
      ["2026-08-01", 2],
      ["2026-09-01", 0],
      ["2026-10-01", 2],
      ["2026-11-01", 1],
      ["2026-12-01", 0],
    ]);
    expect(values(back, "2026-08-01")).toEqual([1, 0, 0.5, 0, 0]);
    expect(values(back, "2026-09-01")).toEqual([null, null, null, null]);
    expect(values(back, "2026-10-01")).toEqual([1, 0.5, 0]);
    expect(values(back, "2026-11-01")).toEqual([1, 1]);
    // December is open: neither the customer who is back today nor those who are not are averaged in.
    expect(averages(back)).toEqual([
      [1, 5],
      [0.25, 4],
      [0.5, 2],
      [0, 2],
    ]);
    const november = back.own?.cohorts.at(-2)?.cells;
    expect(november?.map(({ closed, closesOn }) => [closed, closesOn])).toEqual([
      [true, "2026-12-01"],
      [false, "2027-01-01"],
    ]);
    // Wilson of one in four.
    expect(back.own?.averages[1]?.range).toMatchObject({ sureness: "rough" });
    expect(back.own?.averages[1]?.range?.low).toBeCloseTo(0.0456, 4);
    expect(back.own?.averages[1]?.range?.high).toBeCloseTo(0.6994, 4);

    const value = await ask({ kpi: "net_sales" });
    expect(value.basis).toBe("so_far");
    expect(values(value, "2026-08-01")).toEqual([1000, 1000, 1800, 1800, 1800]);
    expect(values(value, "2026-10-01")).toEqual([2500, 3000, 3000]);
    expect(averages(value)?.slice(0, 2)).toEqual([
      [1600, 5],
      [2000, 4],
    ]);
    const each = await ask({ kpi: "net_sales", basis: "each" });
    expect(values(each, "2026-08-01")).toEqual([1000, 0, 800, 0, 0]);
    // A return alone is below nothing.
    const reversed = await ask({ kpi: "sales_reversals", basis: "each" });
    expect(values(reversed, "2026-08-01")).toEqual([0, 0, 200, 0, 0]);
    expect(values(await ask({ kpi: "aov" }), "2026-10-01")).toEqual([1667, 1000, null]);
    const again = await ask({ kpi: "second_order_rate_90d" });
    expect(values(again, "2026-08-01")).toEqual([0, 0, 0.5, 0.5, 0.5]);
    expect(values(again, "2026-10-01")).toEqual([0.5, 0.5, 0.5]);
    // After 10 and 80 days; the second order of today is of no whole day yet. At risk then: 3 of the 5, and 2.
    const at = (day: number) => again.own?.second.points.find((point) => point.day === day)?.share;
    expect(again.own?.second.customers).toBe(5);
    expect(at(7)).toBe(0);
    expect(at(30)).toBeCloseTo(1 / 4, 12);
    expect(at(90)).toBeCloseTo(1 - (3 / 4) * (1 / 2), 12);
    expect(again.own?.secondByCohort.get("2026-08-01")?.points.map(({ day, share }) => [day, share])).toEqual(
      [
        [30, 0],
        [90, 0.5],
      ],
    );
  });

  it("are told by the weeks and quarters of the business, and inside a segment", async () => {
    const warehouse = await open();
    await openBuyers(warehouse, SHOP, BUYERS, GUESTS);
    const view = await viewOf(warehouse, SHOP);
    const ask = (question: Partial<CohortsQuestion>) =>
      queryCohorts(view, { ...usual, kpi: "active_customers", ...question });
    const newest = async (question: Partial<CohortsQuestion>) => {
      const { own } = await ask({ cohorts: 2, ...question });
      return own?.cohorts.map(({ period: { from, to }, customers }) => [from, to, customers]);
    };
    expect(await newest({ unit: "week" })).toEqual([
      ["2026-11-23", "2026-11-30", 0],
      ["2026-11-30", "2026-12-07", 1],
    ]);
    const sunday = { ...USUAL_CALENDAR, weekStart: 7 };
    expect((await newest({ unit: "week", calendar: sunday }))?.at(-1)).toEqual([
      "2026-11-29",
      "2026-12-06",
      1,
    ]);
    const fiscal = await ask({ unit: "quarter", calendar: { ...USUAL_CALENDAR, yearStart: 2 } });
    expect(fiscal.own?.cohorts.map(({ period, customers }) => [period.from, customers])).toEqual([
      ["2026-08-01", 4],
      ["2026-11-01", 1],
    ]);
    expect(fiscal.own?.cohorts[0]?.cells.map(({ top, closed }) => [top, closed])).toEqual([
      [4, true],
      [1, false],
    ]);
    // Who has ordered once by now.
    const once = await ask({ within: { segmentation: "order_count", segment: "1" } });
    expect(once.own?.cohorts.map(({ customers }) => customers)).toEqual([1, 0, 1, 0, 0]);
    expect(once.own?.second).toMatchObject({ customers: 2 });
    const beside = await ask({
      within: { segmentation: "order_count", segment: "1" },
      beside: { segmentation: "order_count", segment: "2" },
    });
    expect(beside.beside?.cohorts.map(({ customers }) => customers)).toEqual([1, 0, 0, 1, 0]);
    expect([beside.overlap, beside.compared]).toEqual([false, null]);
  });

  it("have no first order where older orders are not here", async () => {
    const warehouse = await open();
    await openBuyers(warehouse, SHOP, BUYERS);
    await warehouse.of(SHOP).setMeta(reaching("sixty_days", "2026-10-02"));
    const ask = async (question: Partial<CohortsQuestion> = {}) =>
      queryCohorts(await viewOf(warehouse, SHOP), { ...usual, kpi: "orders", ...question });
    expect(await ask()).toMatchObject({ reason: "history_incomplete", own: null });
    // Whose first order is not kept has none here: the customer of 1 October is nobody's new one on the 11th.
    await warehouse.of(SHOP).forgetBefore({ day: "2026-10-02", from: "2026-10-02T00:00:00Z" }, "sums");
    await warehouse.of(SHOP).setMeta(reaching("retention", "2026-10-02"));
    const kept = await ask();
    expect(kept).toMatchObject({ reason: null, wholeFrom: "2026-10-02" });
    expect(kept.own?.cohorts.map(({ period, whole, customers }) => [period.from, whole, customers])).toEqual([
      ["2026-10-01", false, 0],
      ["2026-11-01", true, 1],
      ["2026-12-01", true, 0],
    ]);
    expect(kept.own?.averages.map(({ customers }) => customers)).toEqual([1]);
    // A cohort that begins on the day is whole.
    await warehouse.of(SHOP).forgetBefore({ day: "2026-11-01", from: "2026-11-01T00:00:00Z" }, "sums");
    expect((await ask()).own?.cohorts[0]).toMatchObject({
      ...{ period: { from: "2026-11-01" }, whole: true, customers: 1 },
    });
  });

  it("say why a KPI is none of theirs", async () => {
    const warehouse = await open();
    await openBuyers(warehouse, SHOP, []);
    const view = await viewOf(warehouse, SHOP);
    expect((await queryCohorts(view, { ...usual, kpi: "orders" })).reason).toBe("no_first_order");
    const found = new Map<string, string[]>();
    for (const kpi of kpiIds) {
      const { reason } = await queryCohorts(view, { ...usual, kpi });
      found.set(reason ?? "", [...(found.get(reason ?? "") ?? []), kpi]);
    }
    expect(Object.fromEntries([...found].map(([why, ids]) => [why, ids.sort()]))).toMatchObject({
      the_beginning: ["new_customers", "returning_customer_rate", "returning_customers"],
      own_time: ["lead_conversion", "value_within_365d", "value_within_90d"],
      nobodys: ["ad_spend", "cac_blended", "stock_value"],
      of_variants: ["stockout_exposure"],
    });
    expect(found.get("no_first_order")).toEqual(
      expect.arrayContaining([
        "net_sales",
        "orders",
        "aov",
        "active_customers",
        "gross_margin",
        "second_order_rate_365d",
      ]),
    );
  });
});
