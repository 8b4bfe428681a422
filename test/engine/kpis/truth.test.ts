// What may not be said: a share of a whole that is not positive, a verdict on days that are not over or were before the
// first order, a sum of 31 days held against one of 30, a figure that hides behind its size.
import { expect, it } from "vitest";
import { kpiIds } from "../../../app/kpis/catalogue.ts";
import type { Comparison } from "../../../app/kpis/comparing.ts";
import { addDays, type Period } from "../../../app/kpis/period.ts";
import { queryKpis, queryTrend } from "../../../app/kpis/query.server.ts";
import { describeWarehouses } from "../../tools/setup/warehouses.ts";
import { reaching } from "../warehouse/reaching.ts";
import { openBuyers, type Purchase } from "./buyers.ts";
import { viewOf } from "../../tools/setup/view.ts";

const SHOP = "truth.myshopify.com";
const day = (of: string, index: number) => addDays(of, index);
/** `count` customers who buy on each of the days. */
const buying = (count: number, days: readonly string[], amount = 1000): Purchase[][] =>
  Array.from({ length: count }, () => days.map((at) => ({ day: at, amount })));

describeWarehouses("figures say only what is so", (open) => {
  const ask = async (
    warehouse: Awaited<ReturnType<typeof open>>,
    period: Period,
    today: string,
    more: { comparison?: Comparison; membersAt?: "start" | "end" } = {},
  ) =>
    queryKpis(await viewOf(warehouse, SHOP), {
      kpis: kpiIds,
      segmentation: "order_count",
      period,
      comparison: "previous_period",
      membersAt: "start",
      today,
      ...more,
    });

  it("no share of net sales that are not above 0, with the reason", async () => {
    const warehouse = await open();
    // Customers of one order give back 18,000 in November; those of two buy for 6,000.
    await openBuyers(warehouse, SHOP, [
      ...Array.from({ length: 18 }, () => [
        { day: "2026-09-01", amount: 100_000, returned: { day: "2026-11-05", amount: 100_000 } },
      ]),
      ...Array.from({ length: 6 }, () => [
        { day: "2026-09-01" },
        { day: "2026-09-02" },
        { day: "2026-11-06", amount: 100_000 },
      ]),
    ]);
    const november = { from: "2026-11-01", to: "2026-12-01" };
    const { total, segments } = await ask(warehouse, november, "2026-12-05");
    expect(total.cells.net_sales.value).toBe(-1_200_000);
    for (const { cells } of [total, ...segments])
      expect([cells.sales_share.value, cells.sales_share.reason]).toEqual([null, "not_positive"]);
    // Nor a percentage of the way from a gain, 18,120 in September, to a loss: it would be below −100 %.
    const autumn = await ask(warehouse, { from: "2026-10-17", to: "2026-12-02" }, "2026-12-05");
    expect(autumn.total.cells.net_sales).toMatchObject({
      value: -1_200_000,
      change: { absolute: -3_012_000, relative: null },
    });
    // Nor a percentage of a loss: from -12,000 in November.
    const december = await ask(warehouse, { from: "2026-12-01", to: "2026-12-31" }, "2027-01-05");
    expect(december.total.cells.net_sales.change).toMatchObject({ absolute: 1_200_000, relative: null });
  });

  it("no sum beyond what a number holds exactly, with the reason, and all others beside it", async () => {
    const warehouse = await open();
    const huge = 900_000_000_000_000;
    await openBuyers(warehouse, SHOP, [
      ...buying(12, ["2026-11-03"], huge),
      ...buying(12, ["2026-09-03", "2026-11-03"], 1000),
    ]);
    const { total, segments } = await ask(warehouse, { from: "2026-11-01", to: "2026-12-01" }, "2026-12-05");
    for (const id of ["net_sales", "gross_sales", "aov"] as const)
      expect(total.cells[id]).toMatchObject({ value: null, reason: "too_large" });
    expect(total.cells.orders).toMatchObject({ value: 24, reason: null });
    const known = segments.filter(({ cells }) => cells.net_sales.value !== null);
    expect(known.map(({ cells }) => [cells.net_sales.value, cells.sales_share.reason])).toContainEqual([
      12_000,
      "too_large",
    ]);
    const trend = await queryTrend(await viewOf(warehouse, SHOP), {
      kpis: ["net_sales", "orders"],
      period: { from: "2026-11-01", to: "2026-12-01" },
      membersAt: "start",
      today: "2026-12-05",
      grain: "month",
    });
    expect(trend.map(({ values }) => values)).toEqual([{ net_sales: null, orders: 24 }]);
  });

  it("nothing about today or days to come, and what is over against as many days", async () => {
    const warehouse = await open();
    const days = Array.from({ length: 120 }, (_, index) => day("2026-08-01", index));
    await openBuyers(warehouse, SHOP, buying(40, days));
    const today = "2026-11-16";
    const only = await ask(warehouse, { from: today, to: "2026-11-17" }, today);
    expect(only.comparedWith).toBeNull();
    for (const id of kpiIds.filter((id) => id !== "sales_share"))
      expect([id, only.total.cells[id].previous, only.total.cells[id].change]).toEqual([
        id,
        null,
        expect.objectContaining({ absolute: null, verdict: "unknown", reason: "not_over" }),
      ]);

    const month = await ask(warehouse, { from: "2026-11-01", to: "2026-12-01" }, today);
    expect([month.comparedPart, month.comparedWith]).toEqual([
      { from: "2026-11-01", to: today },
      { from: "2026-10-01", to: "2026-10-16" },
    ]);
    // Orders of the month so far hold what the shop already has of later days; the change is of 15 days against 15.
    expect(month.total.cells.orders).toMatchObject({ value: 40 * 28, previous: 40 * 15 });
    expect(month.total.cells.orders.change).toMatchObject({ absolute: 0, relative: 0, perDay: false });

    const trend = await queryTrend(await viewOf(warehouse, SHOP), {
      kpis: ["net_sales", "orders"],
      period: { from: "2026-11-10", to: "2026-12-31" },
      grain: "day",
      membersAt: "start",
      today,
    });
    for (const { from, values, complete } of trend) {
      if (from > today) expect([from, values.net_sales, values.orders]).toEqual([from, null, null]);
      else expect([from, values.orders, complete]).toEqual([from, 40, from < today]);
    }
  });

  it("sums of months of unequal length by the day, rates and averages as they are", async () => {
    const warehouse = await open();
    const days = Array.from({ length: 92 }, (_, index) => day("2026-09-01", index));
    await openBuyers(warehouse, SHOP, buying(40, days));
    const { total } = await ask(warehouse, { from: "2026-11-01", to: "2026-12-01" }, "2026-12-10");
    // 40 a day in 30 days of November and 31 of October.
    expect(total.cells.orders).toMatchObject({ value: 1200, previous: 1240 });
    expect(total.cells.orders.change).toMatchObject({
      absolute: 0,
      relative: 0,
      perDay: true,
      verdict: "noise",
    });
    expect(total.cells.aov.change).toMatchObject({ absolute: 0, perDay: false });
  });

  it("nothing of days before the first order", async () => {
    const warehouse = await open();
    const days = Array.from({ length: 40 }, (_, index) => day("2026-10-20", index));
    await openBuyers(warehouse, SHOP, buying(40, days));
    const { total } = await ask(warehouse, { from: "2026-11-01", to: "2026-11-29" }, "2026-11-29");
    expect(total.cells.orders.value).toBe(40 * 28);
    expect([total.cells.orders.previous, total.cells.orders.change?.reason]).toEqual([null, "no_previous"]);
    const trend = await queryTrend(await viewOf(warehouse, SHOP), {
      kpis: ["net_sales"],
      period: { from: "2026-10-18", to: "2026-10-22" },
      grain: "day",
      membersAt: "start",
      today: "2026-11-29",
    });
    expect(trend.map(({ values }) => values.net_sales)).toEqual([null, null, 40_000, 40_000]);
  });

  it("first-time buyers and who has not bought as two rows, none of them with figures per member", async () => {
    const warehouse = await open();
    await openBuyers(warehouse, SHOP, [
      ...buying(12, ["2026-09-01", "2026-11-02"]),
      ...buying(329, ["2026-11-03"]),
    ]);
    const { segments, total } = await ask(warehouse, { from: "2026-11-01", to: "2026-11-29" }, "2026-11-29");
    const row = (id: string) => segments.find((segment) => segment.id === id);
    expect(row("first_time")).toMatchObject({
      kind: "first_time",
      name: { fixed: "first_time" },
      members: null,
    });
    expect(row("first_time")?.cells.active_customers.value).toBe(329);
    expect(row("first_time")?.cells.new_customers.value).toBe(329);
    expect(row("first_time")?.cells.buyer_rate).toMatchObject({ value: null, reason: "not_applicable" });
    expect(row("none")?.cells.active_customers.value).toBe(0);
    expect(row("1")?.cells.buyer_rate).toMatchObject({ value: 1, parts: { numerator: 12, denominator: 12 } });
    expect(total.cells.active_customers.value).toBe(341);
  });

  it("the large customer in a sum by its part of it, and a rough range instead of none", async () => {
    const warehouse = await open();
    await openBuyers(warehouse, SHOP, [
      ...buying(60, ["2026-09-01", "2026-11-02"]),
      ...buying(1, ["2026-09-01", "2026-11-02"], 40_000),
    ]);
    const { total } = await ask(warehouse, { from: "2026-11-01", to: "2026-11-29" }, "2026-11-29");
    expect(total.cells.net_sales).toMatchObject({ value: 100_000, largest: 0.4, kind: "fact", low: null });
    expect(total.cells.aov).toMatchObject({ value: 1639, largest: 0.4, sureness: "rough" });
    expect(total.cells.orders.largest).toBeNull();
    // Whose new orders are is no longer known: several of them may be one customer's.
    await warehouse.of(SHOP).setMeta(reaching("customers_hidden"));
    const hidden = await ask(warehouse, { from: "2026-11-01", to: "2026-11-29" }, "2026-11-29");
    expect(hidden.total.cells.net_sales).toMatchObject({ value: 100_000, largest: null, reason: null });
  });

  it("of a large customer only what he brought in, not what he gave back", async () => {
    const warehouse = await open();
    const returned = { day: "2026-11-05", amount: 9000 };
    await openBuyers(warehouse, SHOP, [
      ...buying(10, ["2026-11-02"], 2000),
      [{ day: "2026-09-01", amount: 9000, returned }],
    ]);
    const november = { from: "2026-11-01", to: "2026-12-01" };
    const { total } = await ask(warehouse, november, "2026-12-05");
    // 11,000 in all, of which each of ten brought 2,000, and one took 9,000 away.
    expect(total.cells.net_sales).toMatchObject({ value: 11_000, largest: null });
    expect(total.cells.sales_reversals).toMatchObject({ value: 9000, largest: null });

    await openBuyers(warehouse, "more.myshopify.com", [
      ...buying(1, ["2026-11-02"], 20_000),
      [{ day: "2026-09-01", amount: 9000, returned }],
    ]);
    const more = await queryKpis(await viewOf(warehouse, "more.myshopify.com"), {
      kpis: ["net_sales"],
      segmentation: "order_count",
      period: november,
      comparison: "none",
      membersAt: "start",
      today: "2026-12-05",
    });
    expect(more.total.cells.net_sales.largest).toBeCloseTo(20_000 / 11_000);
  });

  it("an average that one customer decides, with a range that says so and holds it", async () => {
    const warehouse = await open();
    await openBuyers(warehouse, SHOP, [
      ...buying(40, ["2026-11-02"], 1000),
      ...buying(1, ["2026-11-02"], 1_000_000),
    ]);
    const { total } = await ask(warehouse, { from: "2026-11-01", to: "2026-11-29" }, "2026-11-29");
    // Spending of one is 97 % of it all: bent as far as a range is, it holds its own value.
    expect(total.cells.aov).toMatchObject({ value: 25_366, low: 6_557, sureness: "rough" });
    expect(total.cells.aov.high).toBe(95_352);
  });

  it("the value to date of customers who first bought in the period, in the trend as in the figure", async () => {
    const warehouse = await open();
    await openBuyers(warehouse, SHOP, buying(1, ["2026-11-10"], 2000));
    const period = { from: "2026-11-01", to: "2026-11-29" };
    const { total } = await ask(warehouse, period, "2026-11-29", { membersAt: "end" });
    expect(total.cells.customer_value_to_date.value).toBe(2000);
    const trend = await queryTrend(await viewOf(warehouse, SHOP), {
      kpis: ["customer_value_to_date"],
      period,
      grain: "day",
      membersAt: "end",
      today: "2026-11-29",
    });
    expect(trend.at(-1)?.values.customer_value_to_date).toBe(2000);
    expect(trend.find(({ from }) => from === "2026-11-10")?.values.customer_value_to_date).toBe(2000);
  });

  it("a history of any length", async () => {
    const warehouse = await open();
    await openBuyers(warehouse, SHOP, buying(3, ["0001-03-05", "1899-12-31", "2008-02-29", "2026-11-10"]));
    const period = { from: "0001-01-01", to: "2026-11-29" };
    const { total } = await ask(warehouse, period, "2026-11-29");
    expect(total.cells.orders).toMatchObject({
      value: 12,
      change: expect.objectContaining({ reason: "no_previous" }) as unknown,
    });
    const trend = await queryTrend(await viewOf(warehouse, SHOP), {
      kpis: ["orders"],
      period: { from: "2008-01-01", to: "2026-11-29" },
      grain: "quarter",
      membersAt: "start",
      today: "2026-11-29",
    });
    expect(trend[0]?.values.orders).toBe(3);
    expect(trend.reduce((sum, { values }) => sum + (values.orders ?? 0), 0)).toBe(6);
  });
});
