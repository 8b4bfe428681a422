// Today so far on Home: what has arrived, and as much of it as is wholly known beside the same weekday of the weeks before.
import { expect, it } from "vitest";
import { addDays } from "../../../app/kpis/period.ts";
import { reportedShop } from "../../../app/reports/shop.server.ts";
import { todayView } from "../../../app/reports/today.server.ts";
import type { Warehouse } from "../../../app/warehouse/warehouse.server.ts";
import { USUAL_CALENDAR } from "../../tools/setup/calendar.ts";
import { viewOf } from "../../tools/setup/view.ts";
import { describeWarehouses } from "../../tools/setup/warehouses.ts";
import { openBuyers, type Purchase } from "../kpis/buyers.ts";

const SHOP = "today.myshopify.com";
/** A Monday. */
const TODAY = "2026-11-30";
const FRESH = "2026-11-30T13:00:00Z";

const times = (count: number, purchase: Purchase): Purchase[][] =>
  Array.from({ length: count }, () => [purchase]);

/** On the Monday of `week` weeks ago as many orders of €10 by noon as weeks, and five in the evening. */
const mondays = (weeks: number): Purchase[][] =>
  Array.from({ length: weeks }, (_, index) => addDays(TODAY, -7 * (index + 1))).flatMap((day, index) => [
    ...times(index + 1, { day }),
    ...times(5, { day, time: "18:00" }),
    // Another weekday is not looked at.
    ...times(20, { day: addDays(day, 1) }),
  ]);

describeWarehouses("today so far", (open) => {
  async function today(warehouse: Warehouse, buyers: Purchase[][], freshAt = FRESH) {
    await openBuyers(warehouse, SHOP, buyers);
    const coverage = { state: "complete", from_day: null, fresh_at: freshAt } as const;
    await warehouse.of(SHOP).setMeta({ coverage: { orders: coverage, customers: coverage } });
    const now = new Date("2026-11-30T13:40:00Z");
    const shop = reportedShop(await viewOf(warehouse, SHOP), { locale: "en", now, calendar: USUAL_CALENDAR });
    return shop && todayView(shop);
  }

  it("counts what has arrived, and holds what is wholly known against eight Mondays by the same time", async () => {
    const view = await today(await open(), [
      ...mondays(8),
      ...times(9, { day: TODAY, time: "12:59" }),
      ...times(1, { day: TODAY, time: "13:30" }),
    ]);
    expect(view?.figures).toEqual([
      {
        kpi: "orders",
        label: "Orders",
        value: "10",
        wholly: "9 by 1:00 PM",
        usual: "1 to 8, median 4.50",
        beyond: "Above all of the 8",
      },
      {
        kpi: "net_sales",
        label: "Net sales",
        value: "€100.00",
        wholly: "€90.00 by 1:00 PM",
        usual: "€10.00 to €80.00, median €45.00",
        beyond: "Above all of the 8",
      },
    ]);
    expect(view?.note).toBe(
      "Beside it the same weekday in the last 8 weeks by 1:00 PM, up to which everything is known.",
    );
  });

  it("is among the others, or below all of them", async () => {
    const among = await today(await open(), [...mondays(8), ...times(3, { day: TODAY })]);
    expect(among?.figures.map(({ value, wholly, beyond }) => [value, wholly, beyond])).toEqual([
      ["3", null, null],
      ["€30.00", null, null],
    ]);
    const none = await today(await open(), mondays(8));
    expect(none?.figures[0]).toMatchObject({ value: "0", beyond: "Below all of the 8" });
  });

  it("says nothing of what is usual before four such days are there", async () => {
    const view = await today(await open(), [...mondays(3), ...times(2, { day: TODAY })]);
    expect(view?.figures[0]).toMatchObject({ value: "2", usual: null, beyond: null });
    expect(view?.note).toBe("What is usual by now is told once the same weekday of 4 weeks is known.");
  });

  it("is not told while nothing of today is known", async () => {
    expect(await today(await open(), mondays(8), "2026-11-29T23:50:00Z")).toBeNull();
  });
});
