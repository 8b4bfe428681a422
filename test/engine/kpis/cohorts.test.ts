// Cohorts against a slow recount of the ledger, order by order, and against the KPIs' own sums over the same days.
import { expect, it } from "vitest";
import { type CohortsQuestion, queryCohorts } from "../../../app/cohorts/cohorts.server.ts";
import { isMetric, metricOf } from "../../../app/cohorts/metric.ts";
import { kpiIds } from "../../../app/kpis/catalogue.ts";
import { cautiousThird } from "../../../app/kpis/estimates/moments.ts";
import { intervalAround } from "../../../app/kpis/estimates/ranges.ts";
import { addDays, startOf } from "../../../app/kpis/period.ts";
import { queryKpis } from "../../../app/kpis/query.server.ts";
import { viewOf } from "../../tools/setup/view.ts";
import { describeWarehouses } from "../../tools/setup/warehouses.ts";
import { add, buyersOf, inside, movement } from "./recount-buyers.ts";
import { DAYS, FIRST_DAY, openShop, SHOP } from "./shop.ts";

const TODAY = addDays(FIRST_DAY, DAYS - 20);
const usual: Omit<CohortsQuestion, "kpi" | "unit"> = {
  ...{ basis: null, cohorts: 36, within: null, beside: null, calendar: null, today: TODAY },
};

describeWarehouses("cohorts of random shops", (open) => {
  it.each([
    [4, "month"],
    [9, "week"],
  ] as const)("are what a recount of the ledger gives (shop %i, by %s)", async (seed, unit) => {
    const warehouse = await open();
    await openShop(warehouse, { seed, customers: 60, orders: 300 });
    const view = await viewOf(warehouse, SHOP);
    const buyers = (await buyersOf(warehouse, SHOP)).flatMap(({ customer, orders }) => {
      const first = orders.find(({ counts }) => counts)?.local_day;
      const isKnown = customer !== null && first !== undefined && first <= TODAY;
      return isKnown ? [{ cohort: startOf(unit, first), orders }] : [];
    });
    const ask = async (
      question: Omit<CohortsQuestion, keyof typeof usual | "unit"> & Partial<CohortsQuestion>,
    ) => {
      const { own } = await queryCohorts(view, { ...usual, unit, ...question });
      if (own === null) throw new Error(`${question.kpi} has no cohorts`);
      return own;
    };
    const counting = await ask({ kpi: "orders", basis: "each" });
    const sales = await ask({ kpi: "net_sales", basis: "each" });
    const soFar = await ask({ kpi: "net_sales" });
    const back = await ask({ kpi: "active_customers" });
    const order = await ask({ kpi: "aov", basis: "so_far" });
    expect(counting.cohorts.length).toBeGreaterThan(4);
    const sums = new Map<number, number[][]>();
    for (const [nth, { period, customers, cells }] of counting.cohorts.entries()) {
      const own = buyers.filter(({ cohort }) => cohort === period.from);
      expect([period.from, customers]).toEqual([period.from, own.length]);
      const before = own.map(() => 0);
      for (const [age, cell] of cells.entries()) {
        const days = {
          from: cell.period.from,
          to: cell.period.to < addDays(TODAY, 1) ? cell.period.to : addDays(TODAY, 1),
        };
        const placed = own.map(
          ({ orders }) => orders.filter(({ counts, local_day }) => counts && inside(local_day, days)).length,
        );
        const net = own.map(({ orders }) =>
          add(
            orders.flatMap((each) =>
              each.sales
                .filter(({ local_day }) => inside(local_day, days))
                .map(movement)
                .map(({ gross, discounts, reversals }) => gross - discounts - reversals),
            ),
          ),
        );
        net.forEach((amount, buyer) => (before[buyer] = (before[buyer] ?? 0) + amount));
        const at = [period.from, age];
        expect([...at, cell.top]).toEqual([...at, add(placed)]);
        expect([...at, sales.cohorts[nth]?.cells[age]?.top]).toEqual([...at, add(net)]);
        expect([...at, soFar.cohorts[nth]?.cells[age]?.top]).toEqual([...at, add(before)]);
        expect([...at, back.cohorts[nth]?.cells[age]?.top]).toEqual([...at, placed.filter(Boolean).length]);
        if (cell.closed && own.length > 0) sums.set(age, [...(sums.get(age) ?? []), [...before]]);
      }
    }
    // Averages are by customers, and their spread is that of the customers within their cohorts.
    for (const { age, customers, cohorts, value, top, range } of soFar.averages) {
      const strata = sums.get(age) ?? [];
      expect([age, cohorts, customers, top]).toEqual([
        age,
        strata.length,
        strata.flat().length,
        add(strata.flat()),
      ]);
      expect(value).toBe(Math.round(add(strata.flat()) / customers));
      if (range === null) continue;
      const around = strata.map((own) => own.map((each) => each - add(own) / own.length));
      const variance =
        add(
          around.map((own) => (add(own.map((each) => each ** 2)) * own.length) / Math.max(1, own.length - 1)),
        ) /
        customers ** 2;
      const third = add(around.flat().map((each) => each ** 3)) / customers ** 3;
      const movers = strata.flat().filter((each) => each !== 0).length;
      const mean = top / customers;
      const bent = cautiousThird(third, { value: mean, variance, units: customers, movers });
      const { low, high } = intervalAround(mean, variance, customers, bent);
      expect([age, range.low, range.high]).toEqual([age, Math.floor(low), Math.ceil(high)]);
    }
    expect(order.averages[0]?.value).not.toBeNull();

    // Over all cohorts and ages: the KPI's own sums of the same days, of customers who have ordered by their end.
    const period = { from: counting.cohorts[0]?.period.from ?? "", to: addDays(TODAY, 1) };
    const answer = await queryKpis(view, {
      ...{ kpis: ["net_sales", "orders"], segmentation: "order_count", period, comparison: "none" },
      ...{ membersAt: "end", today: TODAY },
    });
    const known = answer.segments.filter(({ kind }) => kind === "segment");
    for (const [kpi, grid] of [
      ["net_sales", sales],
      ["orders", counting],
    ] as const)
      expect([kpi, add(grid.cohorts.flatMap(({ cells }) => cells.map(({ top }) => top)))]).toEqual([
        kpi,
        add(known.map(({ cells }) => cells[kpi].value ?? 0)),
      ]);
  });

  it("are told of every KPI that can be one, in their unit and so far, of all and inside a segment", async () => {
    const warehouse = await open();
    await openShop(warehouse, { seed: 4, customers: 60, orders: 300 });
    const view = await viewOf(warehouse, SHOP);
    const metrics = kpiIds.map(metricOf).filter(isMetric);
    expect(metrics.length).toBeGreaterThan(20);
    for (const { id, bases, bottom, kind } of metrics)
      for (const basis of bases) {
        const { own, beside, reason } = await queryCohorts(view, {
          ...{ ...usual, kpi: id, basis, unit: "quarter" },
          within: { segmentation: "order_count", segment: "1" },
          beside: { segmentation: "order_count", segment: "2" },
        });
        expect([id, basis, reason]).toEqual([id, basis, null]);
        const customers = add(
          [own, beside].flatMap((of) => of?.cohorts.map((cohort) => cohort.customers) ?? []),
        );
        expect(customers).toBeGreaterThan(0);
        for (const cell of own?.cohorts.flatMap(({ cells }) => cells) ?? []) {
          if (cell.value === null) continue;
          const value = cell.top / cell.bottom;
          if (kind === "share") expect(value <= 1 && value >= 0).toBe(true);
          if (bottom === null)
            expect(cell.bottom).toBe(own?.cohorts.find(({ cells }) => cells.includes(cell))?.customers);
          expect(Math.abs(cell.value - value)).toBeLessThanOrEqual(0.5);
        }
      }
  });
});
