import { expect, it } from "vitest";
import { UnknownSegment } from "../../../app/errors.ts";
import { isHeldAgainst, queryAgainst } from "../../../app/kpis/against.server.ts";
import { type KpiId, kpiIds, kpis, type SegmentationId } from "../../../app/kpis/catalogue.ts";
import { queryKpis } from "../../../app/kpis/query.server.ts";
import { addDays, type Period } from "../../../app/kpis/period.ts";
import { describeWarehouses } from "../../tools/setup/warehouses.ts";
import { viewOf } from "../../tools/setup/view.ts";
import { DAYS, FIRST_DAY, openShop, SHOP } from "./shop.ts";

const TODAY = addDays(FIRST_DAY, DAYS - 1);
const PERIOD: Period = { from: "2026-02-20", to: "2026-04-01" };

describeWarehouses("a segment against everyone else", (open) => {
  const shopOf = async (size = { seed: 7, customers: 160, orders: 500 }) => {
    const warehouse = await open();
    await openShop(warehouse, size);
    return viewOf(warehouse, SHOP);
  };
  const ask = { kpis: kpiIds, period: PERIOD, membersAt: "start", today: TODAY } as const;

  it.each<SegmentationId>(["order_count", "country", "rfm"])(
    "by %s has the figures of a set and of who is not in it",
    async (segmentation) => {
      const view = await shopOf();
      const { segments } = await queryAgainst(view, { ...ask, segmentation });
      expect(segments.length).toBeGreaterThan(1);
      for (const { id, cells, others } of segments) {
        const rule = { segmentation, segment: id };
        const answer = await queryKpis(view, {
          ...{ ...ask, comparison: "none" },
          segmentation: { of: "sets", sets: [{ id: "own", label: "Own", rule }] },
        });
        const [set] = answer.segments;
        for (const kpi of kpiIds.filter((kpi) => isHeldAgainst(kpi))) {
          const where = `${kpi} of ${id}`;
          const rest = set?.others?.cells[kpi];
          if (rest === undefined || rest.reason === "not_by_recency") continue;
          expect(others[kpi].value, where).toBe(rest.value);
          expect(others[kpi].n, where).toBe(rest.n);
          expect(cells[kpi].previous, where).toBe(rest.value);
          expect(cells[kpi].value, where).toBe(set?.cells[kpi].value);
        }
      }
    },
  );

  it("differs by the figures' difference, within what both of them vary by", async () => {
    const view = await shopOf({ seed: 7, customers: 900, orders: 4000 });
    const { segments, families } = await queryAgainst(view, { ...ask, segmentation: "country" });
    const judged = new Set<KpiId>();
    for (const { cells, others } of segments)
      for (const kpi of kpiIds.filter((kpi) => isHeldAgainst(kpi))) {
        const [own, rest] = [cells[kpi], others[kpi]];
        const { absolute = null, low = null, high = null, verdict } = own.change ?? {};
        if (own.value === null || rest.value === null || absolute === null) continue;
        expect(absolute).toBeCloseTo(own.value - rest.value, 9);
        if (verdict !== "noise" && verdict !== "more_than_noise") continue;
        judged.add(kpi);
        if (low === null || high === null) continue;
        expect(verdict === "more_than_noise", `${kpi} ${low} ${high}`).toBe(low > 0 || high < 0);
        if (own.low === null || own.high === null || rest.low === null || rest.high === null) continue;
        // Of two groups that share nobody the variances add up. Skewness, which both have, falls out of a difference, and
        // ranges beside verdicts reach further than at 95 %.
        const together = Math.hypot(own.high - own.low, rest.high - rest.low);
        expect((high - low) / together, kpi).toBeGreaterThan(0.5);
        expect((high - low) / together, kpi).toBeLessThan(3.5);
      }
    expect(judged.size).toBeGreaterThan(5);
    expect(families.some((family) => family.judged > 0)).toBe(true);
  });

  it("finds few differences where there are none, and those that there are", async () => {
    const count = async (segmentation: SegmentationId, seeds: readonly number[]) => {
      let [judged, found] = [0, 0];
      for (const seed of seeds) {
        const view = await shopOf({ seed, customers: 300, orders: 1200 });
        const { families } = await queryAgainst(view, { ...ask, membersAt: "end", segmentation });
        judged += families.reduce((sum, each) => sum + each.judged, 0);
        found += families.reduce((sum, each) => sum + each.found, 0);
      }
      return { judged, found };
    };
    // Where somebody lives is made up by lot.
    const byLot = await count("country", [11, 12, 13, 14]);
    expect(byLot.judged).toBeGreaterThan(100);
    expect(byLot.found / byLot.judged).toBeLessThan(0.05);
    // Who has ordered often has more orders.
    const byOrders = await count("order_count", [11]);
    expect(byOrders.found / byOrders.judged).toBeGreaterThan(0.1);
  });

  it("holds every other segment against one, medians too, and refuses one that is not there", async () => {
    const view = await shopOf();
    const question = { ...ask, segmentation: "country" } as const;
    const plain = await queryKpis(view, { ...question, comparison: "none" });
    const [one, ...rest] = plain.segments.filter(({ kind }) => kind === "segment");
    if (one === undefined) throw new Error("no segment");
    const { segments } = await queryAgainst(view, { ...question, beside: one.id });
    expect(segments.map(({ id }) => id)).toEqual(rest.map(({ id }) => id));
    for (const { id, cells, others } of segments)
      for (const kpi of kpiIds) {
        expect(others[kpi].value, `${kpi} of ${id}`).toBe(one.cells[kpi].value);
        if (kpi !== "aov" && kpi !== "aov_median") continue;
        if (cells[kpi].value === null || one.cells[kpi].value === null) continue;
        expect(cells[kpi].change?.absolute).toBe(cells[kpi].value - one.cells[kpi].value);
      }
    await expect(queryAgainst(view, { ...question, beside: "nowhere" })).rejects.toThrow(UnknownSegment);
  });

  it("does not hold sums, shares of the shop or medians against each other, and says nothing twice", async () => {
    const { segments } = await queryAgainst(await shopOf(), { ...ask, segmentation: "order_count" });
    for (const { cells } of segments)
      for (const kpi of ["net_sales", "orders", "sales_share", "aov_median"] as const)
        expect(cells[kpi].change, kpi).toBeNull();
    for (const { cells } of segments)
      for (const kpi of kpiIds)
        if (cells[kpi].settled !== null)
          expect(cells[kpi].change?.reason ?? "by_definition").toBe("by_definition");
  });

  it("calls a difference the same whichever KPIs are asked for beside", async () => {
    const view = await shopOf();
    const all = await queryAgainst(view, { ...ask, segmentation: "country" });
    const alone = await queryAgainst(view, { ...ask, kpis: ["aov"], segmentation: "country" });
    for (const [index, { cells }] of alone.segments.entries())
      expect(cells.aov.change).toEqual(all.segments[index]?.cells.aov.change);
    expect(kpis.aov.uncertainty).toBe("delta");
  });
});
