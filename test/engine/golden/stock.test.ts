// What is in stock is worth, against hand arithmetic: read by night as the app does, known for the day at whose end it was there.
import { expect, it } from "vitest";
import type { Answer } from "../../../app/kpis/answer.ts";
import type { By } from "../../../app/kpis/cuts/cut.ts";
import { offeredKpis } from "../../../app/kpis/loaded.server.ts";
import type { Grain, Period } from "../../../app/kpis/period.ts";
import { queryKpis, queryTrend } from "../../../app/kpis/query.server.ts";
import type { Warehouse } from "../../../app/warehouse/warehouse.server.ts";
import { viewOf } from "../../tools/setup/view.ts";
import { describeWarehouses } from "../../tools/setup/warehouses.ts";
import { openBuyers } from "../kpis/buyers.ts";
import { costReading, stockReading } from "../warehouse/readings.ts";

const SHOP = "stock.myshopify.com";
const TODAY = "2026-11-10";

/** Read in these nights: known are 30 September to 5 October, and 31 October. */
const NIGHTS = [
  ...["2026-09-30", "2026-10-01", "2026-10-02", "2026-10-03", "2026-10-04", "2026-10-05", "2026-10-06"],
  ...["2026-10-31", "2026-11-01"],
];

/**
 * On hand from a day on, and what one costs.
 * | item | where | on hand                        | cost                                  |
 * |------|-------|--------------------------------|---------------------------------------|
 * | 11   | 1     | 10; from 3 October 7           | 2.50; from 4 October 3.00             |
 * | 12   | 1     | 5; from 20 October 0           | 10.00                                 |
 * | 12   | 2     | 2 more are sold than there are | 10.00                                 |
 * | 13   | 1     | 4                              | none                                  |
 * | 14   | 2     | from 2 October 3               | 1.00 in another currency: not taken   |
 * End of              units            with a cost   value
 * 30 Sep, 1 Oct       10 + 5 + 4       15 of 19      25.00 + 50.00
 * 2 Oct               10 + 5 + 4 + 3   15 of 22      25.00 + 50.00
 * 3 Oct               7 + 5 + 4 + 3    12 of 19      17.50 + 50.00
 * 4 Oct, 5 Oct        7 + 5 + 4 + 3    12 of 19      21.00 + 50.00
 * 31 Oct              7 + 4 + 3        7 of 14       21.00
 */
const ON_HAND: readonly (readonly [item: number, location: number, from: string, onHand: number])[] = [
  [11, 1, "2026-09-30", 10],
  [11, 1, "2026-10-03", 7],
  [12, 1, "2026-09-30", 5],
  [12, 1, "2026-10-20", 0],
  [12, 2, "2026-09-30", -2],
  [13, 1, "2026-09-30", 4],
  [14, 2, "2026-10-02", 3],
];
const COSTS: readonly (readonly [item: number, from: string, cost: string | null, currency: string])[] = [
  [11, "2026-09-30", "2.50", "EUR"],
  [11, "2026-10-04", "3.00", "EUR"],
  [12, "2026-09-30", "10.00", "EUR"],
  [13, "2026-09-30", null, "EUR"],
  [14, "2026-09-30", "1.00", "USD"],
];

const ten = (day: string) => `${day}T10:00:00Z`;
/** A night sees what has been since the day before; the first, whatever there is. */
const isSeen = (from: string, night: string) => from < night || from === NIGHTS[0];

const stockOn = (night: string, all = ON_HAND) => {
  const last = new Map<string, (typeof ON_HAND)[number]>();
  for (const level of all) if (isSeen(level[2], night)) last.set(`${level[0]} ${level[1]}`, level);
  return [...last.values()].map(([item, location, from, onHand]) => ({
    ...{ item, location, onHand, available: onHand, updatedAt: ten(from) },
  }));
};

const costsOn = (night: string, all = COSTS) => {
  const last = new Map<number, (typeof COSTS)[number]>();
  for (const cost of all) if (isSeen(cost[1], night)) last.set(cost[0], cost);
  return [...last.values()].map(([item, from, cost, currency]) => ({
    ...{ item, cost, currency, updatedAt: ten(from) },
  }));
};

async function record(
  warehouse: Warehouse,
  { stock = ON_HAND, costs = COSTS }: { stock?: typeof ON_HAND; costs?: typeof COSTS | null } = {},
): Promise<void> {
  for (const night of NIGHTS) {
    const at = `${night}T02:00:00Z`;
    await warehouse.of(SHOP).observe(stockReading(at, stockOn(night, stock)));
    if (costs !== null) await warehouse.of(SHOP).observe(costReading(at, costsOn(night, costs)));
  }
}

const ask = async (
  warehouse: Warehouse,
  period: Period,
  by: By = "order_count",
  today = TODAY,
): Promise<Answer> =>
  queryKpis(await viewOf(warehouse, SHOP), {
    kpis: ["stock_value"],
    segmentation: by,
    period,
    comparison: "previous_period",
    membersAt: "start",
    today,
  });

const OCTOBER = { from: "2026-10-01", to: "2026-11-01" };

describeWarehouses("the value of what is in stock", (open) => {
  const opened = async (recorded: Parameters<typeof record>[1] = {}) => {
    const warehouse = await open();
    await openBuyers(warehouse, SHOP, [[{ day: "2026-08-01" }], [{ day: "2026-10-02" }]]);
    await record(warehouse, recorded);
    return warehouse;
  };

  it("is that of the period's last day, of units whose cost is known, and of no length", async () => {
    const warehouse = await opened();
    const { total } = await ask(warehouse, { from: "2026-10-02", to: "2026-10-05" });
    expect(total.cells.stock_value).toMatchObject({
      ...{ value: 7_100, kind: "fact", low: null, high: null, reason: null, n: 0 },
      ...{ coverage: 12 / 19, observedFrom: "2026-09-30", previous: 7_500 },
    });
    // Thirty-one days against thirty: a level is not compared by the day, and nobody keeps stock by chance.
    const october = (await ask(warehouse, OCTOBER)).total.cells.stock_value;
    expect(october).toMatchObject({
      ...{ value: 2_100, coverage: 1 / 2, previous: 7_500 },
      change: {
        absolute: -5_400,
        relative: -0.72,
        perDay: false,
        verdict: "unknown",
        reason: null,
        low: null,
      },
    });
  });

  it("is drawn at the end of each day and month, and not known where that day is not", async () => {
    const warehouse = await opened();
    const trend = async (period: Period, grain: Grain) =>
      (
        await queryTrend(await viewOf(warehouse, SHOP), {
          ...{ kpis: ["stock_value", "orders"], membersAt: "start", today: TODAY },
          ...{ period, grain },
        })
      ).map(({ values }) => values.stock_value);
    expect(await trend({ from: "2026-10-01", to: "2026-10-08" }, "day")).toEqual([
      ...[7_500, 7_500, 6_750, 7_100, 7_100],
      ...[null, null],
    ]);
    expect(await trend({ from: "2026-09-01", to: "2026-12-01" }, "month")).toEqual([7_500, 2_100, null]);
    const unknown = await ask(warehouse, { from: "2026-10-01", to: "2026-10-16" });
    expect(unknown.total.cells.stock_value).toMatchObject({ value: null, reason: "not_recorded_then" });
    // Today is not over.
    const today = await ask(warehouse, { from: "2026-10-01", to: "2026-10-07" }, "order_count", "2026-10-06");
    expect(today.total.cells.stock_value).toMatchObject({ value: null, reason: "not_recorded_then" });
  });

  it("is the shop's alone", async () => {
    const warehouse = await opened();
    const twice = { id: "once", label: "Once", rule: { had: "orders", atLeast: 1 } } as const;
    const within = { segmentation: "order_count", segment: "1" } as const;
    const reasons = async (by: By) => {
      const { total, segments } = await ask(warehouse, OCTOBER, by);
      const rows = segments.flatMap((row) => [row, ...(row.others === undefined ? [] : [row.others])]);
      return [
        total.cells.stock_value.value ?? total.cells.stock_value.reason,
        ...new Set(rows.map(({ cells }) => cells.stock_value.reason)),
      ];
    };
    for (const by of ["order_count", "channel", "country"] as const)
      expect([by, await reasons(by)]).toEqual([by, [2_100, "not_by_segment"]]);
    expect(await reasons({ of: "sets", sets: [twice] })).toEqual([2_100, "not_by_segment"]);
    expect(await reasons({ of: "orders", by: "order_channel" })).toEqual([2_100, "not_by_order"]);
    expect(await reasons({ of: "customers", by: "country", within })).toEqual([
      "not_by_segment",
      "not_by_segment",
    ]);
  });

  it("is nothing where nothing is there, not known where no cost is, and not offered without both", async () => {
    const empty = await opened({ stock: [[12, 2, "2026-09-30", -2]] });
    expect((await ask(empty, OCTOBER)).total.cells.stock_value).toMatchObject({ value: 0, coverage: null });
    const uncosted = await opened({ costs: [[11, "2026-09-30", null, "EUR"]] });
    expect((await ask(uncosted, OCTOBER)).total.cells.stock_value).toMatchObject({
      ...{ value: null, reason: "not_recorded", coverage: 0 },
    });
    const halved = await opened({ costs: null });
    expect(await offeredKpis(await viewOf(halved, SHOP))).not.toContain("stock_value");
    expect((await ask(halved, OCTOBER)).total.cells.stock_value.reason).toBe("not_recorded");
    expect(await offeredKpis(await viewOf(uncosted, SHOP))).toContain("stock_value");
  });

  it("is too large to tell where somebody types a cost that is", async () => {
    const warehouse = await opened({
      stock: [[11, 1, "2026-09-30", 2_000_000_000]],
      costs: [[11, "2026-09-30", "999999999999.99", "EUR"]],
    });
    expect((await ask(warehouse, OCTOBER)).total.cells.stock_value).toMatchObject({
      ...{ value: null, reason: "too_large" },
    });
  });
});
