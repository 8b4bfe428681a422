// How far what customers buy is out of stock when a period ends, against hand arithmetic: stock read by night as the app does.
import { expect, it } from "vitest";
import type { Answer, KpiCell } from "../../../app/kpis/answer.ts";
import type { By } from "../../../app/kpis/cuts/cut.ts";
import { offeredKpis } from "../../../app/kpis/loaded.server.ts";
import type { Grain, Period } from "../../../app/kpis/period.ts";
import { queryKpis, queryTrend } from "../../../app/kpis/query.server.ts";
import type { Warehouse } from "../../../app/warehouse/warehouse.server.ts";
import { viewOf } from "../../tools/setup/view.ts";
import { describeWarehouses } from "../../tools/setup/warehouses.ts";
import { load, orderRows, stages, type TestOrder } from "../warehouse/files.ts";
import { stockReading } from "../warehouse/readings.ts";
import { reaching } from "../warehouse/reaching.ts";
import { productLoad } from "../warehouse/records.ts";

const SHOP = "stockout.myshopify.com";
const OCTOBER = { from: "2026-10-01", to: "2026-11-01" };

/** Read in these nights: known are 30 September to 5 October, and 31 October to 2 November. */
const NIGHTS = [
  ...["2026-09-30", "2026-10-01", "2026-10-02", "2026-10-03", "2026-10-04", "2026-10-05", "2026-10-06"],
  ...["2026-10-31", "2026-11-01", "2026-11-02", "2026-11-03"],
];

const [BOWL, CUP, JUG, CARD, VASE, GONE] = [1, 2, 3, 4, 5, 6];
const itemOf = (variant: number) => 100 + variant;

/**
 * Available from a day on. The card is not counted; the vase has a level from November on; the last variant is deleted.
 * |      | at 1                | at 2                  | on 31 October               |
 * |------|---------------------|-----------------------|-----------------------------|
 * | bowl | 0                   | 3; from 3 October -1  | none                        |
 * | cup  | -1                  | 2                     | 1                           |
 * | jug  | 5                   | not told              | not known                   |
 * | card | 0                   |                       | never out of stock          |
 * | vase | from 2 November 0   |                       | not known                   |
 * | gone | 0                   |                       | not known                   |
 */
const AVAILABLE: readonly (readonly [variant: number, location: number, from: string, n: number | null])[] = [
  [BOWL, 1, "2026-09-30", 0],
  [BOWL, 2, "2026-09-30", 3],
  [BOWL, 2, "2026-10-03", -1],
  [CUP, 1, "2026-09-30", -1],
  [CUP, 2, "2026-09-30", 2],
  [JUG, 1, "2026-09-30", 5],
  [JUG, 2, "2026-09-30", null],
  [CARD, 1, "2026-09-30", 0],
  [VASE, 1, "2026-11-02", 0],
  [GONE, 1, "2026-09-30", 0],
];

type Bought = readonly [variant: number | null, units: number];
interface Purchase {
  id: number;
  customer?: number;
  day: string;
  channel?: string;
  lines: readonly Bought[];
  /** Of the lines by their place: taken off, or given back, on a day. */
  then?: readonly { day: string; action: "UPDATE" | "RETURN"; line: number; units: number }[];
}

function orderOf({ id, customer, day, channel = "web", lines, then = [] }: Purchase): TestOrder {
  const item = (line: number) => id * 100 + line;
  const sale = (at: number, action: string, line: number, quantity: number) => ({
    ...{ id: id * 100 + at, action, line: "PRODUCT", item: item(line), quantity },
    total: String(quantity * 10),
  });
  return {
    ...{ id, customer, channel, placedAt: `${day}T12:00:00Z`, original: "100.00" },
    lines: lines.map(([variant, quantity], line) => ({
      ...{ id: item(line), quantity, price: "10.00" },
      ...(variant === null ? {} : { variant }),
    })),
    agreements: [
      {
        ...{ id: id * 100, reason: "ORDER", at: `${day}T12:00:00Z` },
        sales: lines.map(([, quantity], line) => sale(line, "ORDER", line, quantity)),
      },
      ...then.map(({ day: at, action, line, units }, index) => ({
        ...{ id: id * 100 + 50 + index, reason: action === "RETURN" ? "RETURN" : "ORDER_EDIT" },
        at: `${at}T15:00:00Z`,
        sales: [sale(50 + index, action, line, -units)],
      })),
    ],
  };
}

/**
 * In October        bought             of known stock  out of stock
 * 1, on the 2nd     3 bowls, 1 cup     4               3             two orders before: segment 2
 * 2, on the 5th     2 jugs, 1 card,
 *                   1 that is gone     1               0             one order before: segment 1
 * 3, on the 4th     1 bowl             1               1             first-time; two cups were taken off on the day
 * guest, on the 5th 1 vase, 1 bowl,
 *                   1 of no variant    1               1             the bowl came back
 * All               12                 7               5
 * In September      1 bowl, 1 cup      2               0
 */
const PURCHASES: readonly Purchase[] = [
  { id: 1, customer: 1, day: "2026-08-01", lines: [[BOWL, 1]] },
  { id: 2, customer: 2, day: "2026-08-02", lines: [[BOWL, 1]] },
  {
    ...{ id: 3, customer: 1, day: "2026-09-10" },
    lines: [
      [BOWL, 1],
      [CUP, 1],
    ],
  },
  {
    ...{ id: 4, customer: 1, day: "2026-10-02" },
    lines: [
      [BOWL, 2],
      [CUP, 1],
      [BOWL, 1],
    ],
  },
  {
    ...{ id: 5, customer: 2, day: "2026-10-05" },
    lines: [
      [JUG, 2],
      [CARD, 1],
      [GONE, 1],
    ],
  },
  {
    ...{ id: 6, customer: 3, day: "2026-10-04" },
    lines: [
      [BOWL, 1],
      [CUP, 2],
    ],
    then: [
      { day: "2026-10-04", action: "UPDATE", line: 1, units: 2 },
      { day: "2026-10-06", action: "UPDATE", line: 0, units: 1 },
    ],
  },
  {
    ...{ id: 7, day: "2026-10-05", channel: "pos" },
    lines: [
      [VASE, 1],
      [BOWL, 1],
      [null, 1],
    ],
    then: [{ day: "2026-10-25", action: "RETURN", line: 1, units: 1 }],
  },
];

/** A night sees what has been since the day before; the first, whatever there is. */
const isSeen = (from: string, night: string) => from < night || from === NIGHTS[0];

function levelsOn(night: string) {
  const last = new Map<string, (typeof AVAILABLE)[number]>();
  for (const level of AVAILABLE) if (isSeen(level[2], night)) last.set(`${level[0]} ${level[1]}`, level);
  return [...last.values()].map(([variant, location, from, available]) => ({
    ...{ item: itemOf(variant), location, available, updatedAt: `${from}T10:00:00Z` },
  }));
}

const productsWith = (updatedAt: string, cupsItem = itemOf(CUP)) =>
  productLoad("2026-11-04T00:00:00Z", [
    {
      ...{ id: 1, updatedAt },
      variants: [BOWL, CUP, JUG, CARD, VASE].map((id) => ({
        ...{ id, price: "10.00", tracked: id !== CARD, item: id === CUP ? cupsItem : itemOf(id) },
      })),
    },
  ]);

const KPIS = ["stockout_exposure", "orders"] as const;

const ask = async (
  warehouse: Warehouse,
  period: Period,
  by: By = "order_count",
  today = "2026-11-10",
): Promise<Answer> =>
  queryKpis(await viewOf(warehouse, SHOP), {
    ...{ kpis: KPIS, segmentation: by, period, comparison: "previous_period", membersAt: "start", today },
  });

/** "3/4 of 8": out of stock, of known stock, and all that was bought, or why there is none. */
const told = ({ parts, coverage, reason, value }: KpiCell) => {
  if (parts === null) return reason;
  expect(value).toBe(parts.numerator / parts.denominator);
  return `${parts.numerator}/${parts.denominator} of ${Math.round(parts.denominator / (coverage ?? 1))}`;
};

const rowsOf = ({ total, segments }: Answer) =>
  [total, ...segments].flatMap(({ id, cells, others }) => [
    ...(cells.orders.value === 0 ? [] : [[id, told(cells.stockout_exposure)]]),
    ...(others === undefined ? [] : [["others", told(others.cells.stockout_exposure)]]),
  ]);

describeWarehouses("the exposure to what is out of stock", (open) => {
  const opened = async ({ products = true, stock = true } = {}) => {
    const warehouse = await open();
    const copy = warehouse.of(SHOP);
    await copy.setMeta({ currency: "EUR", decimals: 2, time_zone: "UTC", ...reaching("complete") });
    const rows = PURCHASES.map(orderOf).flatMap(orderRows);
    await copy.merge(load("2026-11-04T00:00:00Z", rows, { stages }));
    if (products) await copy.mergeKeyed(productsWith("2026-09-01T00:00:00Z"));
    if (products) await copy.setMeta({ coverage: { products: { state: "complete" } } });
    if (stock)
      for (const night of NIGHTS) await copy.observe(stockReading(`${night}T02:00:00Z`, levelsOn(night)));
    return warehouse;
  };

  it("is the part of the units bought whose variant has nothing left at the period's end", async () => {
    const warehouse = await opened();
    const answer = await ask(warehouse, OCTOBER);
    expect(answer.total.cells.stockout_exposure).toMatchObject({
      ...{ value: 5 / 7, kind: "estimate", n: 4, events: 5, coverage: 7 / 12, low: null, reason: null },
      ...{ observedFrom: "2026-09-30", previous: 0 },
    });
    expect(answer.total.cells.stockout_exposure.change).toMatchObject({
      ...{ absolute: 5 / 7, perDay: false, verdict: "too_few" },
    });
    expect(rowsOf(answer)).toEqual([
      ["total", "5/7 of 12"],
      ["1", "0/1 of 4"],
      ["2", "3/4 of 4"],
      ["first_time", "1/1 of 1"],
      ["guest", "1/1 of 3"],
    ]);
    // The bowl that is gone on the 3rd was there on the 2nd, whatever it is later.
    const [, ...first] = rowsOf(await ask(warehouse, { from: "2026-10-02", to: "2026-10-03" }));
    expect(first).toEqual([["2", "0/4 of 4"]]);
  });

  it("is known by sets, within a segment, and by groups of orders beside figures of whole orders", async () => {
    const warehouse = await opened();
    const set = { id: "twice", label: "Twice", rule: { had: "orders", atLeast: 2 } } as const;
    expect(rowsOf(await ask(warehouse, OCTOBER, { of: "sets", sets: [set] }))).toEqual([
      ["total", "5/7 of 12"],
      ["twice", "3/4 of 4"],
      ["others", "2/3 of 8"],
    ]);
    const within = { segmentation: "order_count", segment: "2" } as const;
    expect(rowsOf(await ask(warehouse, OCTOBER, { of: "customers", by: "channel", within }))).toContainEqual([
      "web",
      "3/4 of 4",
    ]);
    expect(rowsOf(await ask(warehouse, OCTOBER, { of: "orders", by: "order_channel" }))).toEqual([
      ["total", "5/7 of 12"],
      ["web", "4/6 of 9"],
      ["pos", "1/1 of 3"],
    ]);
  });

  it("is drawn by what was bought in each day and month, at the end of each", async () => {
    const warehouse = await opened();
    const trend = async (period: Period, grain: Grain) =>
      (
        await queryTrend(await viewOf(warehouse, SHOP), {
          ...{ kpis: KPIS, membersAt: "start", today: "2026-11-10", period, grain },
        })
      ).map(({ values }) => [values.stockout_exposure, values.orders]);
    expect(await trend({ from: "2026-10-01", to: "2026-10-08" }, "day")).toEqual([
      [null, 0],
      [0, 1],
      [null, 0],
      [1, 1],
      [1 / 2, 2],
      ...[
        [null, 0],
        [null, 0],
      ],
    ]);
    expect(await trend({ from: "2026-09-01", to: "2026-12-01" }, "month")).toEqual([
      [0, 1],
      [5 / 7, 4],
      [null, 0],
    ]);
  });

  it("is not known where the last day is not, and on a day of which it is needs no other", async () => {
    const warehouse = await opened();
    const reason = async (period: Period, today?: string) =>
      (await ask(warehouse, period, "order_count", today)).total.cells.stockout_exposure.reason;
    expect(await reason({ from: "2026-10-01", to: "2026-10-10" })).toBe("not_recorded_then");
    expect(await reason({ from: "2026-10-01", to: "2026-10-07" }, "2026-10-06")).toBe("not_recorded_then");
    expect(await reason({ from: "2026-10-01", to: "2026-10-06" })).toBe(null);
    // Nobody bought anything.
    expect(await reason({ from: "2026-10-30", to: "2026-11-01" })).toBe("no_value");
  });

  it("is by the item that is a variant's now", async () => {
    const warehouse = await opened();
    await warehouse.of(SHOP).mergeKeyed(productsWith("2026-11-03T00:00:00Z", itemOf(99)));
    expect(rowsOf(await ask(warehouse, OCTOBER))[0]).toEqual(["total", "5/6 of 12"]);
    await warehouse.of(SHOP).mergeKeyed(productsWith("2026-11-03T01:00:00Z", itemOf(BOWL)));
    expect(rowsOf(await ask(warehouse, OCTOBER))[0]).toEqual(["total", "6/7 of 12"]);
  });

  it("is not known while products are not loaded, and not offered where no stock was ever recorded", async () => {
    const without = await opened({ products: false });
    expect((await ask(without, OCTOBER)).total.cells.stockout_exposure).toMatchObject({
      ...{ value: null, reason: "history_incomplete", coverage: 0 },
    });
    const unrecorded = await opened({ stock: false });
    expect(await offeredKpis(await viewOf(unrecorded, SHOP))).not.toContain("stockout_exposure");
    expect((await ask(unrecorded, OCTOBER)).total.cells.stockout_exposure.reason).toBe("not_recorded");
    expect(await offeredKpis(await viewOf(without, SHOP))).toContain("stockout_exposure");
  });
});
