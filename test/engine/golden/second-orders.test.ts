// Who orders again, and how soon, against hand arithmetic: customers who cannot be followed for long count as far as they are.
import { expect, it } from "vitest";
import { queryKpis, queryTrend } from "../../../app/kpis/query.server.ts";
import { viewOf } from "../../tools/setup/view.ts";
import { describeWarehouses } from "../../tools/setup/warehouses.ts";
import { openBuyers, type Purchase } from "../kpis/buyers.ts";

const SHOP = "again.myshopify.com";
const KPIS = ["second_order_rate_30d", "second_order_rate_90d", "new_customers"] as const;
const days = (...all: string[]): Purchase[] => all.map((day) => ({ day: `2026-${day}` }));

/**
 * Seen to the end of 30 November. After days: 10 again, 60 not, 30 again, 30 not, 30 not (the second order is of 1 December),
 * 50 again. S(10) = 5/6; at 30, of 5 one: × 4/5 = 2/3; at 50, of 2 one: 1/3; nobody is followed for 90 days.
 */
const OCTOBER = [
  days("10-01", "10-11", "11-20"),
  days("10-01"),
  days("10-21", "11-20"),
  days("10-31"),
  days("10-31", "12-01"),
  days("10-11", "11-30"),
];
/** 90 days are over for all: one of two has ordered again, after 80 days. */
const AUGUST = [days("08-01", "10-20"), days("08-15", "11-25")];

describeWarehouses("second orders", (open) => {
  it("are told as far as new customers are followed", async () => {
    const warehouse = await open();
    await openBuyers(warehouse, SHOP, [...OCTOBER, ...AUGUST], days("10-02", "10-05"));
    const ask = async (from: string, to: string) =>
      queryKpis(await viewOf(warehouse, SHOP), {
        kpis: KPIS,
        segmentation: "order_count",
        period: { from, to },
        comparison: "none",
        membersAt: "start",
        today: "2026-12-01",
      });
    const october = await ask("2026-10-01", "2026-11-01");
    const { second_order_rate_30d: month, second_order_rate_90d: quarter } = october.total.cells;
    expect(october.total.cells.new_customers.value).toBe(6);
    expect(month.value).toBeCloseTo(1 / 3, 12);
    expect(month).toMatchObject({ kind: "estimate", n: 6, events: 2, open: 0, parts: null, low: null });
    expect(quarter).toMatchObject({ value: null, reason: "not_mature", n: 6 });
    // All of them are first-time buyers of October; guests are nobody who could come back.
    const cell = (kind: string) =>
      october.segments.find((row) => row.kind === kind)?.cells.second_order_rate_30d;
    expect(cell("first_time")?.value).toBeCloseTo(1 / 3, 12);
    expect(cell("guest")).toMatchObject({ value: null, reason: "not_applicable" });

    const august = await ask("2026-08-01", "2026-09-01");
    expect(august.total.cells.second_order_rate_90d).toMatchObject({ value: 0.5, events: 1, open: 0 });
    expect(august.total.cells.second_order_rate_30d.value).toBe(0);
    const trend = await queryTrend(await viewOf(warehouse, SHOP), {
      kpis: ["second_order_rate_90d"],
      period: { from: "2026-08-01", to: "2026-11-01" },
      grain: "month",
      membersAt: "start",
      today: "2026-12-01",
    });
    expect(trend.map(({ values }) => values.second_order_rate_90d)).toEqual([0.5, null, null]);
  });

  it("leave out who is not followed yet, and say how many these are", async () => {
    const warehouse = await open();
    await openBuyers(warehouse, SHOP, [...OCTOBER, ...AUGUST, days("11-20"), days("11-29", "11-30")]);
    const { total } = await queryKpis(await viewOf(warehouse, SHOP), {
      kpis: KPIS,
      segmentation: "order_count",
      period: { from: "2026-08-01", to: "2026-12-01" },
      comparison: "none",
      membersAt: "end",
      today: "2026-12-01",
    });
    // 10 customers: after 1, 10 and 30 days of 10, 9 and 7 one each; the one of 20 November is followed for 10 days.
    expect(total.cells.second_order_rate_30d.value).toBeCloseTo(1 - (9 / 10) * (8 / 9) * (6 / 7), 12);
    expect(total.cells.second_order_rate_30d).toMatchObject({ events: 3, open: 1, n: 10 });
  });
});
