// What came back both ways, against hand arithmetic: a small shop with returns, a cancellation, goodwill, an edit and a test order.
import { expect, it } from "vitest";
import { kpiIds } from "../../../app/kpis/catalogue.ts";
import { type BothWays, bothWays, isOfReversals } from "../../../app/refunds/refunds.server.ts";
import { viewOf } from "../../tools/setup/view.ts";
import { describeWarehouses } from "../../tools/setup/warehouses.ts";
import { load, orderRows, stages, type TestOrder, type TestSale } from "../warehouse/files.ts";
import { reaching } from "../warehouse/reaching.ts";

const SHOP = "refunds.myshopify.com";
const TODAY = "2026-12-05";

type Move = readonly [day: string, ...sales: Omit<TestSale, "id">[]];
const sold = (item: number, total: string, more: Partial<TestSale> = {}) => ({
  ...{ action: "ORDER", line: "PRODUCT", item, quantity: 1, total },
  ...more,
});
const returned = (item: number, total: string) => ({
  ...{ action: "RETURN", line: "PRODUCT", item, quantity: -1, total },
});
const order = (id: number, test: boolean, ...moves: Move[]): TestOrder => ({
  ...{ id, test, original: "0.00", placedAt: `2026-${moves[0]?.[0]}T12:00:00Z` },
  agreements: moves.map(([day, ...sales], index) => ({
    ...{ id: id * 10 + index, reason: index === 0 ? "ORDER" : "REFUND", at: `2026-${day}T12:00:00Z` },
    sales: sales.map((sale, nth) => ({ id: id * 100 + index * 10 + nth, ...sale })),
  })),
});

/**
 * | order | sold                                         | came back
 * |-------|----------------------------------------------|---------------------------------------------------------
 * | 1     | 10 September: 100.00 and 50.00               | 5 October: the 100.00; 2 November: 5.00 of goodwill
 * | 2     | 30 September: 80.00                          | cancelled on 1 October
 * | 3     | 15 October: 40.00 of 50.00; edited on 20     | 25 November: the 30.00; 2 December: the 40.00
 * |       | November: 30.00 more                         |
 * | 4     | 5 November: 60.00, of which 11.00 are taken  | 20 November: its shipping of 5.00, which is no sale
 * |       | off on the 6th                               |
 * | 5     | a test order of 500.00 on 5 November         | all of it on the 6th
 */
const orders = [
  order(
    1,
    false,
    ["09-10", sold(11, "100.00"), sold(12, "50.00")],
    ["10-05", returned(11, "-100.00")],
    ["11-02", { action: "RETURN", line: "ADJUSTMENT", total: "-5.00" }],
  ),
  order(2, false, ["09-30", sold(21, "80.00")], ["10-01", returned(21, "-80.00")]),
  order(
    3,
    false,
    ["10-15", sold(31, "40.00", { discount: "10.00" })],
    ["11-20", sold(32, "30.00")],
    ["11-25", returned(32, "-30.00")],
    ["12-02", returned(31, "-40.00")],
  ),
  order(
    4,
    false,
    ["11-05", sold(41, "60.00"), { action: "ORDER", line: "SHIPPING", total: "5.00" }],
    ["11-06", sold(41, "-11.00", { action: "UPDATE", quantity: 0, discount: "11.00" })],
    ["11-20", { action: "RETURN", line: "SHIPPING", total: "-5.00" }],
  ),
  order(5, true, ["11-05", sold(51, "500.00")], ["11-06", returned(51, "-500.00")]),
];

/** Month, gross sales, came back in it, came back of it. */
const table = ({ months }: BothWays) =>
  months.map(({ from, sold, backIn, backOf }) => [from.slice(0, 7), sold, backIn, backOf]);

describeWarehouses("refunds both ways", (open) => {
  it("are the same 255.00, on the day they came and of the day their line was sold", async () => {
    const warehouse = await open();
    const shop = warehouse.of(SHOP);
    await shop.setMeta({ currency: "EUR", decimals: 2, time_zone: "UTC", ...reaching("complete") });
    await shop.merge(load("2026-12-05T00:00:00Z", orders.flatMap(orderRows), { stages }));
    const both = await bothWays(await viewOf(warehouse, SHOP), TODAY);
    expect(table(both)).toEqual([
      ["2026-09", 23000, 0, 18500],
      ["2026-10", 5000, 18000, 4000],
      ["2026-11", 9000, 3500, 3000],
      ["2026-12", 0, 4000, 0],
    ]);
    expect(both.months.map(({ state, reason }) => [state, reason])).toEqual([
      ...["whole", "whole", "whole", "part"].map((state) => [state, null]),
    ]);
    // The goodwill of order 1 came 53 days after its order.
    expect(both).toMatchObject({ soldEarlier: 0, longest: 53, knownTo: TODAY });
    // Nothing was sold in December yet; of the others there are too few months.
    expect(both.months.map(({ toCome }) => toCome?.kind)).toEqual([
      ...["too_few", "too_few", "too_few"],
      undefined,
    ]);
    // What is booked later than today has not happened.
    const earlier = await bothWays(await viewOf(warehouse, SHOP), "2026-11-24");
    expect(table(earlier).at(-1)).toEqual(["2026-11", 9000, 500, 0]);
  });

  it("are short of what was sold before the first order that is kept", async () => {
    const warehouse = await open();
    const shop = warehouse.of(SHOP);
    await shop.setMeta({ currency: "EUR", decimals: 2, time_zone: "UTC", ...reaching("complete") });
    await shop.merge(load("2026-12-05T00:00:00Z", orders.flatMap(orderRows), { stages }));
    await shop.forgetBefore({ day: "2026-10-01", from: "2026-10-01T00:00:00.000Z" }, "sums");
    const both = await bothWays(await viewOf(warehouse, SHOP), TODAY);
    expect(table(both)).toEqual([
      ["2026-10", 5000, 18000, 4000],
      ["2026-11", 9000, 3500, 3000],
      ["2026-12", 0, 4000, 0],
    ]);
    expect(both.soldEarlier).toBe(18500);
    // A month of which only some days are kept is not told.
    await shop.forgetBefore({ day: "2026-10-10", from: "2026-10-10T00:00:00.000Z" }, "sums");
    const cut = await bothWays(await viewOf(warehouse, SHOP), TODAY);
    expect(cut.months.map(({ reason }) => reason)).toEqual(["history_not_kept", null, null]);
    expect(table(cut)[0]).toEqual(["2026-10", 5000, 0, 4000]);
    expect(cut.soldEarlier).toBe(500);
  });

  it("say why they are not told while older orders are not here", async () => {
    const warehouse = await open();
    const shop = warehouse.of(SHOP);
    const reach = reaching("sixty_days", "2026-10-06");
    await shop.setMeta({ currency: "EUR", decimals: 2, time_zone: "UTC", ...reach });
    await shop.merge(load("2026-12-05T00:00:00Z", orders.flatMap(orderRows), { stages }));
    const { months } = await bothWays(await viewOf(warehouse, SHOP), TODAY);
    for (const month of months) expect(month).toMatchObject({ reason: "history_incomplete", toCome: null });
    expect(months).not.toHaveLength(0);
  });
});

it("stand with the KPIs that sum what takes sales back, or divide it", () => {
  expect(kpiIds.filter(isOfReversals)).toEqual(["sales_reversals", "reversal_rate"]);
});
