// A trend by a business's own weeks, months, quarters and years holds what each of them has asked for alone.
import { expect, it } from "vitest";
import type { Question } from "../../../app/kpis/answer.ts";
import type { BusinessCalendar } from "../../../app/kpis/business-calendar.ts";
import { kpiIds } from "../../../app/kpis/catalogue.ts";
import { addDays, bucketsOf, type Grain, isWholeBucket, type Period } from "../../../app/kpis/period.ts";
import { queryKpis, queryTrend } from "../../../app/kpis/query.server.ts";
import { describeWarehouses } from "../../tools/setup/warehouses.ts";
import { viewOf } from "../../tools/setup/view.ts";
import { DAYS, FIRST_DAY, openShop, SHOP } from "./shop.ts";

const TODAY = addDays(FIRST_DAY, DAYS - 1);
const RETAIL: BusinessCalendar = { weekStart: 3, yearStart: 2, weeks: { pattern: "4-5-4", end: "nearest" } };
const FISCAL: BusinessCalendar = { weekStart: 6, yearStart: 2, weeks: null };

describeWarehouses("a business's own calendar", (open) => {
  it.each<[string, BusinessCalendar, Grain, Period]>([
    ["weeks from Saturday", FISCAL, "week", { from: "2026-01-05", to: "2026-02-12" }],
    ["quarters from February", FISCAL, "quarter", { from: "2025-11-20", to: "2026-04-10" }],
    ["years from February", FISCAL, "year", { from: "2025-11-20", to: "2026-04-10" }],
    ["weeks of retailers", RETAIL, "week", { from: "2026-01-05", to: "2026-02-12" }],
    ["months of retailers", RETAIL, "month", { from: "2025-11-20", to: "2026-04-10" }],
    ["quarters of retailers", RETAIL, "quarter", { from: "2025-11-20", to: "2026-04-10" }],
  ])("draws %s as they are alone, for every KPI", async (_, calendar, grain, days) => {
    const warehouse = await open();
    await openShop(warehouse, { seed: 11, customers: 120, orders: 400 });
    const view = await viewOf(warehouse, SHOP);
    const period = { ...days, calendar };
    const ask = { kpis: kpiIds, membersAt: "today", today: TODAY } as const;

    const points = await queryTrend(view, { ...ask, period, grain });
    const buckets = bucketsOf(period, grain);
    expect(points.map(({ from, to }) => ({ from, to, calendar }))).toEqual(buckets);
    expect(points.map(({ complete }) => complete)).toEqual(
      buckets.map((bucket) => isWholeBucket(bucket, grain) && bucket.to <= TODAY),
    );
    for (const point of points) {
      const alone = { from: point.from, to: point.to, calendar };
      const { total } = await queryKpis(view, {
        ...ask,
        ...{ period: alone, segmentation: "order_count", comparison: "none" },
      });
      for (const id of kpiIds.filter((each) => each !== "sales_share"))
        expect(point.values[id], `${id} from ${point.from}`).toBe(total.cells[id].value);
    }
  });

  it("compares its months by the day where their weeks differ, and keeps no answer of another calendar", async () => {
    const warehouse = await open();
    await openShop(warehouse, { seed: 11, customers: 120, orders: 400 });
    const view = await viewOf(warehouse, SHOP);
    // The 4-5-4 year that begins on 4 February 2026: its second month has five weeks, its first had four.
    const month = { from: "2026-03-04", to: "2026-04-08" };
    const ask: Omit<Question, "period"> = {
      ...{
        kpis: ["net_sales", "retention_rate"],
        segmentation: "order_count",
        comparison: "previous_period",
      },
      ...{ membersAt: "start", today: TODAY },
    };
    const own = await queryKpis(view, { ...ask, period: { ...month, calendar: RETAIL } });
    const usual = await queryKpis(view, { ...ask, period: month });

    expect(own.comparedWith).toMatchObject({ from: "2026-02-04", to: "2026-03-04" });
    expect(own.total.cells.net_sales.change?.perDay).toBe(true);
    expect(usual.comparedWith).toMatchObject({ from: "2026-01-28", to: "2026-03-04" });
    expect(usual.total.cells.net_sales.change?.perDay).toBe(false);
  });
});
