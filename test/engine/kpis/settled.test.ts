// Figures that could be no other in their row: what is said of them on the page, in the file and for a script.
import { parse } from "csv-parse/sync";
import { expect, it } from "vitest";
import { addDays } from "../../../app/kpis/period.ts";
import { segmentsCsv } from "../../../app/reports/files/segment-report.server.ts";
import { homeView } from "../../../app/reports/home.server.ts";
import { kpiAnswer } from "../../../app/reports/kpi-answer.server.ts";
import { segmentView } from "../../../app/reports/segment.server.ts";
import { reportedShop } from "../../../app/reports/shop.server.ts";
import type { Warehouse } from "../../../app/warehouse/warehouse.server.ts";
import { viewOf } from "../../tools/setup/view.ts";
import { describeWarehouses } from "../../tools/setup/warehouses.ts";
import { USUAL_CALENDAR } from "../../tools/setup/calendar.ts";
import { openBuyers, type Purchase } from "./buyers.ts";

const SHOP = "settled.myshopify.com";
const NOVEMBER = "from=2026-11-01&to=2026-11-30&compare=previous_period";
const COLUMNS = "kpis=new_customers,returning_customer_rate,repeat_purchase_rate,aov";

/** 40 come every month, 40 come first in November, and 3 of June only give something back then. */
function openRegulars(warehouse: Warehouse): Promise<void> {
  const monthly = (n: number): Purchase[] =>
    [6, 7, 8, 9, 10, 11].map((month) => ({
      day: addDays(`2026-${String(month).padStart(2, "0")}-01`, n % 20),
      amount: 1000 + n,
    }));
  return openBuyers(warehouse, SHOP, [
    ...Array.from({ length: 40 }, (_, n) => monthly(n)),
    ...Array.from({ length: 40 }, (_, n) => [{ day: addDays("2026-11-01", n % 20), amount: 2000 + n }]),
    ...Array.from({ length: 3 }, () => [
      { day: "2026-06-15", amount: 3000, returned: { day: "2026-11-15", amount: 1000 } },
    ]),
  ]);
}

describeWarehouses("what a definition settles", (open) => {
  const reported = async (warehouse: Warehouse) => {
    const now = new Date("2026-12-05T15:00:00Z");
    const shop = reportedShop(await viewOf(warehouse, SHOP), { locale: "en", now, calendar: USUAL_CALENDAR });
    if (shop === null) throw new Error("The shop has no report.");
    return shop;
  };

  it("has no range and no verdict, and says why, on the page, in the file and for a script alike", async () => {
    const warehouse = await open();
    await openRegulars(warehouse);
    const shop = await reported(warehouse);
    const asked = () =>
      new URLSearchParams(`segmentation=first_order_year&as_of=start&${NOVEMBER}&${COLUMNS}`);

    const { total, segments } = await kpiAnswer(shop, asked());
    const rateOf = (id: string) => segments.find((row) => row.id === id)?.kpis.returning_customer_rate;
    expect(rateOf("2026")).toMatchObject({
      ...{ value: 1, kind: "fact", interval: null, parts: { numerator: 40, denominator: 40 } },
      settled: {
        code: "begun",
        text: "Follows from the definition: everyone here had ordered before the period",
      },
      change: { verdict: "unknown", absolute: null, reason: { code: "by_definition" } },
    });
    expect(rateOf("first_time")).toMatchObject({
      ...{ value: 0, kind: "fact", interval: null },
      settled: { code: "beginning" },
    });
    // The shop's own rate is an estimate.
    const own = total.kpis.returning_customer_rate;
    expect(own).toMatchObject({ value: 0.5, kind: "estimate", settled: null });
    expect(own?.interval).not.toBeNull();

    const rows = parse<Record<string, string>>(await (await segmentsCsv(shop, asked())).text(), {
      bom: true,
      columns: true,
    });
    for (const row of rows) {
      const cell = [total, ...segments].find(({ id }) => id === row["segment"])?.kpis[row["kpi"] as "aov"];
      expect(row["settled_by"], `${row["kpi"]} of ${row["segment"]}`).toBe(cell?.settled?.code ?? "");
      expect(row["kind"]).toBe(cell?.kind);
      expect(row["low"] === "").toBe(cell?.interval == null);
    }

    const page = await homeView(shop, asked());
    const cellOf = (id: string, column: number) =>
      page?.table.rows.find((row) => row.id === id)?.cells[column];
    expect(cellOf("2026", 1)).toMatchObject({
      ...{ value: "100.0%", range: null, unjudged: null, shortSettled: "By definition" },
      settled: "Follows from the definition: everyone here had ordered before the period",
    });
    expect(cellOf("2026", 0)).toMatchObject({ value: "0", change: null });
    // Neither is judged: orders of a first-time buyer are.
    expect(cellOf("first_time", 2)?.settled).toBeNull();
  });

  it("says of customers with one order that none came back, where the groups are made at the period's end", async () => {
    const warehouse = await open();
    await openRegulars(warehouse);
    const shop = await reported(warehouse);
    const asked = new URLSearchParams(`segmentation=order_count&as_of=end&${NOVEMBER}&${COLUMNS}`);
    const one = (await kpiAnswer(shop, asked)).segments.find(({ id }) => id === "1")?.kpis;
    for (const kpi of ["returning_customer_rate", "repeat_purchase_rate"] as const)
      expect(one?.[kpi]).toMatchObject({ value: 0, interval: null, settled: { code: "once" } });
    expect(one?.new_customers).toMatchObject({ value: 40, settled: null });
  });

  it("says why nobody returns in a period that goes back to the shop's first order", async () => {
    const warehouse = await open();
    await openRegulars(warehouse);
    const shop = await reported(warehouse);
    const home = (from: string) =>
      homeView(shop, new URLSearchParams(`from=${from}&to=2026-11-30&segmentation=country&as_of=end`));
    for (const from of ["2026-06-01", "2025-01-01"]) {
      const headline = (await home(from))?.headlines.find(({ kpi }) => kpi === "returning_customer_rate");
      expect(headline?.cell, from).toMatchObject({
        ...{ value: "0.0%", range: null },
        settled:
          "Everyone who ordered in this period ordered here first: the period begins with your first order",
      });
    }
    const later = (await home("2026-06-02"))?.headlines.find(({ kpi }) => kpi === "returning_customer_rate");
    expect(later?.cell.settled).toBeNull();
  });

  it("counts those behind net sales with who only returned, and says so beside those who ordered", async () => {
    const warehouse = await open();
    await openRegulars(warehouse);
    const view = await segmentView(
      await reported(warehouse),
      { segmentation: "first_order_year", segment: "2026" },
      new URLSearchParams(`as_of=start&${NOVEMBER}`),
    );
    const row = (kpi: string) => view.kpis.find((each) => each.kpi === kpi);
    expect(row("active_customers")?.cell.value).toBe("40");
    expect(row("active_customers")?.basis).toBe("40 customers behind it");
    expect(row("net_sales")?.basis).toBe(
      "43 customers behind it: whoever ordered, returned something, or had an older order changed in the period",
    );
    expect(row("aov")?.basis).toBe("40 customers behind it");
  });
});
