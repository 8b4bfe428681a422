// Margin and what it costs to win a customer, against hand arithmetic: what Shopify knows of costs, and a spend that is nobody's.
import { expect, it } from "vitest";
import type { Answer } from "../../../app/kpis/answer.ts";
import type { SegmentationId } from "../../../app/kpis/catalogue.ts";
import { type MembersAt } from "../../../app/kpis/period.ts";
import { offeredKpis } from "../../../app/kpis/loaded.server.ts";
import { queryKpis, queryTrend } from "../../../app/kpis/query.server.ts";
import type { Warehouse } from "../../../app/warehouse/warehouse.server.ts";
import { viewOf } from "../../tools/setup/view.ts";
import { describeWarehouses } from "../../tools/setup/warehouses.ts";
import { openBuyers } from "../kpis/buyers.ts";
import { enterSpend } from "../kpis/recount-spend.ts";
import { load, orderRows, stages, type TestOrder } from "../warehouse/files.ts";
import { reaching } from "../warehouse/reaching.ts";

const SHOP = "money.myshopify.com";
const OCTOBER = { from: "2026-10-01", to: "2026-11-01" };

/**
 * | order | customer | October                                                                | costed | cost
 * |-------|----------|------------------------------------------------------------------------|--------|-----
 * | 1     | 1        | 2 × 30.00, cost 11.00; 1 × 10.00 without a cost                         | 60.00  | 22.00
 * | 2     | 2        | 1 × 50.00, cost 20.00; on the 20th all of it returned                   | 0.00   | 0.00
 * | 3     | 3        | 3 × 20.00 less 15.00, cost 5.00; 4.00 given back without a line         | 41.00  | 15.00
 * | 4     | 3        | 1 × 25.00 without a cost; 5.00 given back without a line: not costed    |        |
 * | 5     | guest    | 1 × 8.00 given away (100 % off), cost 3.00                              | 0.00   | 3.00
 * | 6     | 4        | 1 × 40.00, and 1 gift card of 25.00 without a cost; a tip               | 40.00  | 18.00
 * Costed 141.00, cost 58.00: margin 83.00, 58.9 %. Net sales 60 + 10 + 0 + 41 + 20 + 0 + 40 = 171.00; known 141 ÷ 171.
 */
const orders: TestOrder[] = [
  order(1, 1, "05", [
    { item: 11, quantity: 2, total: "60.00", cost: "11.00" },
    { item: 12, quantity: 1, total: "10.00" },
  ]),
  order(2, 2, "06", [{ item: 21, quantity: 1, total: "50.00", cost: "20.00" }], {
    at: "2026-10-20T12:00:00Z",
    sales: [{ id: 29, action: "RETURN", line: "PRODUCT", item: 21, quantity: -1, total: "-50.00" }],
  }),
  order(3, 3, "07", [{ item: 31, quantity: 3, total: "45.00", discount: "15.00", cost: "5.00" }], {
    at: "2026-10-21T12:00:00Z",
    sales: [{ id: 39, action: "RETURN", line: "ADJUSTMENT", total: "-4.00" }],
  }),
  order(4, 3, "08", [{ item: 41, quantity: 1, total: "25.00" }], {
    at: "2026-10-22T12:00:00Z",
    sales: [{ id: 49, action: "RETURN", line: "ADJUSTMENT", total: "-5.00" }],
  }),
  order(5, undefined, "09", [{ item: 51, quantity: 1, total: "0.00", discount: "8.00", cost: "3.00" }]),
  order(6, 4, "10", [
    { item: 61, quantity: 1, total: "40.00", cost: "18.00" },
    { item: 62, quantity: 1, total: "25.00", line: "GIFT_CARD" },
    { quantity: 1, total: "2.00", line: "TIP" },
  ]),
];

interface Line {
  item?: number;
  quantity: number;
  total: string;
  discount?: string;
  cost?: string;
  line?: string;
}

function order(
  id: number,
  customer: number | undefined,
  day: string,
  lines: Line[],
  later?: Omit<NonNullable<TestOrder["agreements"]>[number], "id" | "reason">,
): TestOrder {
  const placedAt = `2026-10-${day}T12:00:00Z`;
  return {
    id,
    customer,
    placedAt,
    original: "0.00",
    lines: lines.flatMap(({ item, quantity, cost, line }) =>
      item === undefined
        ? []
        : [{ id: item, quantity, price: "1.00", giftCard: line === "GIFT_CARD", ...(cost ? { cost } : {}) }],
    ),
    agreements: [
      {
        id: id * 10,
        reason: "ORDER",
        at: placedAt,
        sales: lines.map(({ item, quantity, total, discount, line = "PRODUCT" }, index) => ({
          id: id * 100 + index,
          action: "ORDER",
          line,
          quantity,
          total,
          ...(item === undefined ? {} : { item }),
          ...(discount === undefined ? {} : { discount }),
        })),
      },
      ...(later === undefined ? [] : [{ id: id * 10 + 1, reason: "RETURN", ...later }]),
    ],
  };
}

const ask = async (
  warehouse: Warehouse,
  segmentation: SegmentationId,
  membersAt: MembersAt = "end",
  period = OCTOBER,
): Promise<Answer> =>
  queryKpis(await viewOf(warehouse, SHOP), {
    kpis: ["net_sales", "gross_margin", "gross_margin_rate", "ad_spend", "cac_blended", "new_customers"],
    segmentation,
    period,
    comparison: "previous_period",
    membersAt,
    today: "2026-12-01",
  });

describeWarehouses("margin", (open) => {
  it("is what is left of sales whose cost is known, and says how much of them that is", async () => {
    const warehouse = await open();
    await warehouse
      .of(SHOP)
      .setMeta({ currency: "EUR", decimals: 2, time_zone: "UTC", ...reaching("complete") });
    await warehouse.of(SHOP).merge(load("2026-11-02T00:00:00Z", orders.flatMap(orderRows), { stages }));
    const { total, segments } = await ask(warehouse, "order_count");
    expect(total.cells.net_sales.value).toBe(17_100);
    expect(total.cells.gross_margin).toMatchObject({ value: 8_300, kind: "fact", reason: null });
    expect(total.cells.gross_margin_rate).toMatchObject({
      value: 8_300 / 14_100,
      kind: "estimate",
      parts: { numerator: 8_300, denominator: 14_100 },
    });
    for (const id of ["gross_margin", "gross_margin_rate"] as const)
      expect(total.cells[id].coverage).toBeCloseTo(141 / 171, 12);
    // Customers 1, 2 and 4 ordered once: 60 + 0 + 40 of 70 + 0 + 40. The guest's present cost 3.00 and brought nothing.
    const once = segments.find(({ id }) => id === "1")?.cells;
    expect([once?.gross_margin.value, once?.gross_margin.coverage]).toEqual([6_000, 100 / 110]);
    const guest = segments.find(({ id }) => id === "guest")?.cells;
    expect([guest?.gross_margin.value, guest?.gross_margin.coverage]).toEqual([-300, null]);
    expect(guest?.gross_margin_rate).toMatchObject({ value: null, reason: "no_value" });
  });

  it("is not known where nothing sold has a cost", async () => {
    const warehouse = await open();
    await openBuyers(warehouse, SHOP, [[{ day: "2026-10-05" }]]);
    const { total } = await ask(warehouse, "order_count");
    for (const id of ["gross_margin", "gross_margin_rate"] as const)
      expect(total.cells[id]).toMatchObject({ value: null, reason: "not_recorded" });
  });
});

describeWarehouses("what it costs to win customers", (open) => {
  /** 40 new customers in October, 25 of them in November's shop of 10; one of September comes back. */
  const openWon = async () => {
    const warehouse = await open();
    const won = (count: number, day: string) => Array.from({ length: count }, () => [{ day }]);
    await openBuyers(warehouse, SHOP, [
      ...won(40, "2026-10-12"),
      ...won(10, "2026-11-12"),
      [{ day: "2026-09-12" }, { day: "2026-10-13" }],
    ]);
    return warehouse;
  };
  const spent = (channel: string | null, day: string, amount: number) => ({ channel, day, amount });

  it("is nobody's spend by the new customer, with the exact range of their number", async () => {
    const warehouse = await openWon();
    expect(await offeredKpis(await viewOf(warehouse, SHOP))).not.toContain("cac_blended");
    await enterSpend(warehouse, SHOP, {
      entries: [
        spent("WEB", "2026-10-01", 300_000),
        spent("web", "2026-10-31", 120_000),
        spent("tiktok", "2026-10-15", 80_000),
        spent("web", "2026-09-30", 999),
        spent("web", "2026-11-01", 200_000),
      ],
      days: { from: "2026-10-01", to: "2026-12-01" },
    });
    expect(await offeredKpis(await viewOf(warehouse, SHOP))).toContain("cac_blended");
    const { total, segments } = await ask(warehouse, "channel");
    expect(total.cells.ad_spend).toMatchObject({ value: 500_000, kind: "fact", low: null, coverage: null });
    // €5,000 for 40: €125, and €91.80 to €174.97 by Garwood.
    expect(total.cells.cac_blended).toMatchObject({
      value: 12_500,
      kind: "estimate",
      parts: { numerator: 500_000, denominator: 40 },
      n: 40,
      sureness: "sure",
      observedFrom: "2026-10-01",
    });
    expect(total.cells.cac_blended.low).toBe(9_179);
    expect(total.cells.cac_blended.high).toBe(17_497);
    // September is not known: nothing to compare with, and no zero.
    expect(total.cells.ad_spend).toMatchObject({ previous: null, change: { absolute: null } });
    // Members at the end are in the channel of their first order; nobody came by TikTok, which is in no segment of its own.
    const cells = (id: string) => segments.find((row) => row.id === id)?.cells;
    expect([cells("web")?.ad_spend.value, cells("web")?.cac_blended.value]).toEqual([420_000, 10_500]);
    expect(cells("other")?.ad_spend.value).toBe(80_000);
    expect(cells("other")?.cac_blended).toMatchObject({ value: null, reason: "no_value" });
    expect(cells("guest")?.ad_spend).toMatchObject({ value: null, reason: "not_by_segment" });
    const sum = segments.reduce((all, row) => all + (row.cells.ad_spend.value ?? 0), 0);
    expect(sum).toBe(total.cells.ad_spend.value);
  });

  it("is the whole shop's alone where a segmentation shares nothing with the spend", async () => {
    const warehouse = await openWon();
    await enterSpend(warehouse, SHOP, {
      entries: [spent("web", "2026-10-12", 500_000), spent("web", "2026-11-20", 250_000)],
      days: { from: "2026-10-01", to: "2026-12-01" },
    });
    const november = { from: "2026-11-01", to: "2026-12-01" };
    const { total, segments } = await ask(warehouse, "order_count", "end", november);
    expect(total.cells.ad_spend).toMatchObject({
      value: 250_000,
      previous: 500_000,
      // By the day: 30 against 31. A budget is no matter of chance.
      change: { absolute: 250_000 - 483_871, verdict: "unknown", reason: null, low: null, perDay: true },
    });
    expect(total.cells.cac_blended).toMatchObject({ value: 25_000, previous: 12_500 });
    for (const { cells } of segments)
      for (const id of ["ad_spend", "cac_blended"] as const)
        expect(cells[id]).toMatchObject({ value: null, reason: "not_by_segment" });
    // Nobody is no segment, where segments are the values that are found, either.
    const byCountry = await ask(warehouse, "country", "end", november);
    expect(byCountry.segments.map(({ id }) => id)).toEqual(["DE", "first_time", "none", "guest"]);
    expect(byCountry.total.cells.ad_spend.value).toBe(250_000);
  });

  it("has no zero where days are not known, and is drawn by the week", async () => {
    const warehouse = await openWon();
    await enterSpend(warehouse, SHOP, {
      entries: [spent("web", "2026-10-06", 70_000)],
      days: { from: "2026-10-05", to: "2026-10-26" },
    });
    expect((await ask(warehouse, "channel")).total.cells.ad_spend).toMatchObject({
      value: null,
      reason: "not_recorded_then",
    });
    const trend = await queryTrend(await viewOf(warehouse, SHOP), {
      kpis: ["ad_spend", "cac_blended", "orders"],
      period: OCTOBER,
      grain: "week",
      membersAt: "end",
      today: "2026-12-01",
    });
    expect(trend.map(({ values }) => [values.ad_spend, values.cac_blended, values.orders])).toEqual([
      [null, null, 0],
      [70_000, null, 0],
      [0, 0, 41],
      [0, null, 0],
      [null, null, 0],
    ]);
  });
});
