import { expect, it } from "vitest";
import { JUDGED_TOGETHER, type KpiId, kpiIds } from "../../../app/kpis/catalogue.ts";
import { addDays } from "../../../app/kpis/period.ts";
import { queryKpis } from "../../../app/kpis/query.server.ts";
import { kpiAnswer } from "../../../app/reports/kpi-answer.server.ts";
import { segmentsCsv } from "../../../app/reports/files/segment-report.server.ts";
import { homeView } from "../../../app/reports/home.server.ts";
import { reportedShop } from "../../../app/reports/shop.server.ts";
import type { Warehouse } from "../../../app/warehouse/warehouse.server.ts";
import { describeWarehouses } from "../../tools/setup/warehouses.ts";
import { viewOf } from "../../tools/setup/view.ts";
import { USUAL_CALENDAR } from "../../tools/setup/calendar.ts";
import { openBuyers, type Purchase } from "./buyers.ts";

const SHOP = "verdicts.myshopify.com";
const QUESTION = "segmentation=order_count&compare=previous_period&as_of=today";
const DAYS = "from=2026-10-30&to=2026-11-28";

/** By their orders to date: 60 of two buy as before, 60 of four treble, 60 of three bought nothing more. */
function openShifting(warehouse: Warehouse): Promise<void> {
  const buyers = (before: number, days: readonly string[], amount: number): Purchase[][] =>
    Array.from({ length: 60 }, (_, index) => [
      ...Array.from({ length: before }, (_, n) => ({ day: addDays("2026-06-01", n), amount: 500 })),
      ...days.map((day) => ({ day, amount: amount + 40 * index })),
    ]);
  return openBuyers(warehouse, SHOP, [
    ...buyers(0, ["2026-10-10", "2026-11-10"], 20_000),
    ...buyers(0, ["2026-10-10", "2026-11-10", "2026-11-11", "2026-11-12"], 2_000),
    ...buyers(2, ["2026-10-10"], 2_500),
  ]);
}

describeWarehouses("verdicts", (open) => {
  const ask = async (warehouse: Warehouse, kpis: readonly KpiId[]) =>
    queryKpis(await viewOf(warehouse, SHOP), {
      kpis,
      segmentation: "order_count",
      period: { from: "2026-10-30", to: "2026-11-29" },
      comparison: "previous_period",
      membersAt: "today",
      today: "2026-11-29",
    });
  const reported = async (warehouse: Warehouse) => {
    const now = new Date("2026-11-29T15:00:00Z");
    const shop = reportedShop(await viewOf(warehouse, SHOP), { locale: "en", now, calendar: USUAL_CALENDAR });
    if (shop === null) throw new Error("The shop has no report.");
    return shop;
  };

  it("of a KPI are the same whichever others are asked for", async () => {
    const warehouse = await open();
    await openShifting(warehouse);
    const all = await ask(warehouse, kpiIds);
    expect(all.families.find(({ kpis }) => kpis.length > 1)?.kpis).toEqual(JUDGED_TOGETHER);
    for (const kpis of [["aov"], ["units_sold"], ["orders", "tips"], [...JUDGED_TOGETHER]] as const) {
      const some = await ask(warehouse, kpis);
      for (const [index, row] of [some.total, ...some.segments].entries())
        for (const kpi of kpis)
          expect(row.cells[kpi], `${kpi} of ${row.id}`).toEqual(
            [all.total, ...all.segments][index]?.cells[kpi],
          );
      expect(Object.keys(some.total.cells).sort()).toEqual([...kpis].sort());
      for (const family of some.families) expect(all.families).toContainEqual(family);
    }
    // 60 customers less of three orders, and as many more sales of four.
    const family = all.families.find(({ kpis }) => kpis.length > 1);
    expect(family?.judged).toBeGreaterThan(8);
    expect(family?.found).toBeGreaterThan(2);
    expect(family?.level).toBeCloseTo(1 - (0.05 * (family?.found ?? 0)) / (family?.judged ?? 1), 12);
    for (const { cells } of [all.total, ...all.segments])
      for (const kpi of JUDGED_TOGETHER) {
        const change = cells[kpi].change;
        if (change?.level == null || change.low === null || change.high === null) continue;
        expect(change.level).toBe(family?.level);
        const isOut = change.low > 0 || change.high < 0;
        if (change.verdict === "more_than_noise") expect(isOut).toBe(true);
        else expect(change.low <= 0 && change.high >= 0).toBe(true);
      }
    expect((await ask(warehouse, ["aov"])).families).toHaveLength(1);
  });

  it("are one and the same on the page, in the file and for a script, which all say what was judged with what", async () => {
    const warehouse = await open();
    await openShifting(warehouse);
    const shop = await reported(warehouse);
    const columns = "kpis=orders,units_sold";
    const api = await kpiAnswer(shop, new URLSearchParams(`${QUESTION}&${DAYS}&${columns}`));
    const [together, alone] = api.verdictFamilies;
    expect(together).toMatchObject({
      kpis: JUDGED_TOGETHER,
      method: "benjamini_hochberg",
      falseDiscoveryRate: 0.05,
    });
    expect(alone?.kpis).toEqual(["units_sold"]);
    const home = await homeView(shop, new URLSearchParams(`${QUESTION}&${DAYS}&${columns}`));
    expect(home?.verdicts).toContain(
      `Judged together, for the shop and all segments by Number of orders, whichever KPIs are shown`,
    );
    expect(home?.verdicts).toContain(
      `: ${together?.judged} changes, ${together?.moreThanNoise} unlikely to be chance.`,
    );
    expect(home?.verdicts).toContain("at most 5% are expected to be chance");
    const csv = await (await segmentsCsv(shop, new URLSearchParams(`${QUESTION}&${DAYS}&${columns}`))).text();
    const [head = [], ...lines] = csv
      .trim()
      .split("\r\n")
      .map((line) => line.replace("\ufeff", "").split(","));
    const rows = lines.map((line) => new Map(head.map((name, index) => [name, line[index]])));
    const told = [api.total, ...api.segments].flatMap(({ id, kpis }) =>
      (["orders", "units_sold"] as const).map((kpi) => [id, kpi, kpis[kpi]?.change?.verdict ?? ""]),
    );
    expect(rows.map((row) => [row.get("segment"), row.get("kpi"), row.get("verdict")])).toEqual(told);
    expect(rows[0]?.get("judged_with")).toBe(JUDGED_TOGETHER.join(" "));
    expect(Number(rows[0]?.get("judged"))).toBe(together?.judged);
    expect(Number(rows[0]?.get("more_than_noise"))).toBe(together?.moreThanNoise);
    const seen = new Map(home?.table.rows.map((row) => [row.id, row.cells[0]?.change?.weight]));
    for (const [id, kpi, verdict] of told)
      if (kpi === "orders" && seen.has(String(id)) && verdict !== "too_few")
        expect(seen.get(String(id)), String(id)).toBe(verdict === "" ? undefined : verdict);
  });

  it("are none where nothing is compared", async () => {
    const warehouse = await open();
    await openShifting(warehouse);
    const shop = await reported(warehouse);
    const alone = new URLSearchParams(`${QUESTION}&${DAYS}`.replace("previous_period", "none"));
    expect((await kpiAnswer(shop, alone)).verdictFamilies).toEqual([]);
    expect((await homeView(shop, alone))?.verdicts).toBeNull();
  });
});
