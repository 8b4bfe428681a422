// Reports in the language of whoever reads them, from the same kept answers: what is plain English in another one has no id.
import { expect, it } from "vitest";
import { addDays } from "../../../app/kpis/period.ts";
import { whyView } from "../../../app/reports/why.server.ts";
import { refundsView } from "../../../app/reports/refunds.server.ts";
import { homeView } from "../../../app/reports/home.server.ts";
import { segmentView } from "../../../app/reports/segment.server.ts";
import { reportedShop } from "../../../app/reports/shop.server.ts";
import type { Warehouse } from "../../../app/warehouse/warehouse.server.ts";
import { PSEUDO } from "../../../app/words/screen.ts";
import { openBuyers, type Purchase } from "../kpis/buyers.ts";
import { viewOf } from "../../tools/setup/view.ts";
import { describeWarehouses } from "../../tools/setup/warehouses.ts";
import { USUAL_CALENDAR } from "../../tools/setup/calendar.ts";

const SHOP = "languages.myshopify.com";
const NOW = new Date("2026-11-29T15:00:00Z");
/** Ids, addresses and what a page decides by; all else is read. */
const NOT_READ = new Set([
  ...["id", "kind", "kpi", "file", "value", "name", "selected", "usual", "usualChart", "sorted", "direction"],
  ...["weight", "segmentation", "chart", "grain", "from", "to", "today", "whole"],
]);
/** What Intl says by itself: months, countries, numbers of days, and how a list is joined. */
const BY_INTL =
  /\b(January|March|April|June|July|(Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)|Germany|and|or|AM|PM)\b|\d days?\b/g;

function textsIn(view: unknown, key = ""): string[] {
  // An amount and a choice are both a value: what is only an id has no space.
  if (typeof view === "string")
    return (NOT_READ.has(key) || /^\/(app|api)\//.test(view)) && !view.includes(" ") ? [] : [view];
  if (Array.isArray(view)) return view.flatMap((each) => textsIn(each, key));
  if (view === null || typeof view !== "object") return [];
  return Object.entries(view).flatMap(([name, each]) => textsIn(each, name));
}

const english = (view: unknown) =>
  textsIn(view).filter((text) => /[a-z]{2}/i.test(text.replaceAll(BY_INTL, "")));

const buying = (count: number, days: readonly string[]): Purchase[][] =>
  Array.from({ length: count }, (_, index) => days.map((day) => ({ day, amount: 900 + index })));

describeWarehouses("a report", (open) => {
  const shopOf = async (warehouse: Warehouse, locale: string) => {
    const shop = reportedShop(await viewOf(warehouse, SHOP), { locale, now: NOW, calendar: USUAL_CALENDAR });
    if (shop === null) throw new Error("nothing of the shop is here");
    return shop;
  };

  it("is wholly in the reader's language, and in English for the next reader", async () => {
    const warehouse = await open();
    await openBuyers(warehouse, SHOP, [
      ...buying(40, ["2026-06-01", "2026-10-20", "2026-11-10"]),
      ...buying(30, ["2026-11-12"]),
      ...Array.from({ length: 40 }, (_, n) => [{ day: addDays("2026-03-01", 3 * n), amount: 2500 }]),
    ]);
    const other = await shopOf(warehouse, PSEUDO);
    for (const query of [
      "segmentation=rfm&compare=previous_period",
      "segmentation=country&compare=previous_year&period=month_to_date&sort=change",
      "segmentation=order_channel&kpis=net_sales,buyer_rate,retention_rate,value_within_90d,cac_blended",
      "segmentation=tags&compare=none",
      "segmentation=order_count&period=last_365_days&as_of=end&kpis=second_order_rate_30d,aov",
    ])
      expect(english(await homeView(other, new URLSearchParams(query))), query).toEqual([]);
    for (const query of [
      "chart=net_sales&segmentation=rfm&compare=previous_period",
      "chart=aov&segmentation=country&compare=previous_period",
      "chart=orders&segmentation=order_channel&compare=previous_period",
      "chart=second_order_rate_90d&compare=previous_period",
      "chart=net_sales&compare=none",
    ])
      expect(english(await whyView(other, new URLSearchParams(query))), query).toEqual([]);
    expect(english(await refundsView(other))).toEqual([]);
    for (const [segmentation, segment] of [
      ["rfm", "champions"],
      ["lifecycle", "active"],
      ["spend_tier", "high"],
      ["order_count", "3"],
    ] as const)
      for (const query of ["compare=previous_period&by=country", "compare=none&by=99&as_of=today"])
        expect(
          english(await segmentView(other, { segmentation, segment }, new URLSearchParams(query))),
          `${segmentation} ${query}`,
        ).toEqual([]);
    const { table } = (await homeView(
      await shopOf(warehouse, "en"),
      new URLSearchParams("segmentation=rfm&compare=previous_period"),
    )) ?? { table: null };
    expect(table?.rows.map(({ label }) => label)).toContain("Promising");
  });
});
