// The golden shop through everything: simulated Shopify, bulk files, ledger, derived tables, KPI query. What comes out
// must be the figures that were worked out by hand in shop.ts.
import { afterAll, beforeAll, expect, it } from "vitest";
import type { Answer } from "../../../app/kpis/answer.ts";
import type { KpiId } from "../../../app/kpis/catalogue.ts";
import { queryKpis } from "../../../app/kpis/query.server.ts";
import type { Comparison } from "../../../app/kpis/comparing.ts";
import { addDays, type MembersAt, type Period } from "../../../app/kpis/period.ts";
import { describeWarehouses } from "../../tools/setup/warehouses.ts";
import { oursByMonth } from "../../../app/reconcile/causes.ts";
import { clockOver } from "../../../app/warehouse/clock.ts";
import { gapsIn, openWorld, syncWhole, type World } from "../sync/world.ts";
import {
  goldenExpectations,
  type GoldenRetention,
  MARCH_WITHOUT_STAFF,
} from "../../tools/golden/expectations.ts";
import { goldenShop } from "../../tools/golden/shop.ts";
import { viewOf } from "../../tools/setup/view.ts";

const SUMS = [
  "gross_sales",
  "discounts",
  "sales_reversals",
  "net_sales",
  "total_sales",
  "orders",
  "units_sold",
  "tips",
] as const satisfies readonly KpiId[];
const CUSTOMERS = [
  "active_customers",
  "new_customers",
  "returning_customers",
] as const satisfies readonly KpiId[];
const RATIOS = [
  "repeat_purchase_rate",
  "customer_value_to_date",
  "buyer_rate",
  "aov",
] as const satisfies readonly KpiId[];
const RETENTION = [
  "retention_rate",
  "orders_per_member",
  "sales_per_member",
  "churn_risk_share",
  "loyal_share",
  "net_aov",
  "lead_conversion",
  "value_within_90d",
] as const satisfies readonly KpiId[];
const MORE = ["aov_median", "days_between_orders", "return_rate_units"] as const satisfies readonly KpiId[];
const TODAY = "2026-05-02";
const FIRST_ORDER_DAY = "2024-06-15";

let world: World;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world.close());

const values = (row: Answer["total"] | undefined, ids: readonly KpiId[]) =>
  Object.fromEntries(ids.map((id) => [id, row?.cells[id].value]));
const pick = <K extends string>(from: Record<K, unknown>, ids: readonly K[]) =>
  Object.fromEntries(ids.map((id) => [id, from[id]]));

describeWarehouses("the golden shop, against hand arithmetic", (open) => {
  it.each(["EUR", "JPY", "KWD"] as const)("in %s", async (currency) => {
    const warehouse = await open();
    const shop = goldenShop({ currency, handle: `golden-${currency.toLowerCase()}-${warehouse.engine}` });
    await world.install(shop);
    await syncWhole(world.context(shop, warehouse));

    expect(await gapsIn(warehouse, shop)).toEqual([]);
    const { decimals, periods } = goldenExpectations(currency);
    for (const [name, expected] of Object.entries(periods)) {
      const ask = async (membersAt: MembersAt): Promise<Answer> =>
        queryKpis(await viewOf(warehouse, shop.domain), {
          kpis: [...SUMS, ...CUSTOMERS, ...RATIOS, ...RETENTION, ...MORE],
          segmentation: "order_count",
          period: { from: expected.from, to: expected.to },
          comparison: "none",
          membersAt,
          today: TODAY,
        });
      const [answer, atTheEnd] = [await ask("start"), await ask("end")];
      const guests = answer.segments.find((row) => row.kind === "guest");

      expect(answer.decimals).toBe(decimals);
      expect({ name, ...values(answer.total, SUMS) }).toEqual({ name, ...pick(expected.total, SUMS) });
      expect({ name, ...values(guests, SUMS) }).toEqual({ name, ...pick(expected.guests, SUMS) });
      expect({ name, ...values(answer.total, CUSTOMERS) }).toEqual({ name, ...pick(expected, CUSTOMERS) });
      expect({ name, ...sides(answer, atTheEnd) }).toEqual({
        name,
        ...pick(expected, [
          "repeat_customers",
          "members_at_start",
          "buyers",
          "members_at_end",
          "value_to_date",
        ]),
        placed_sales: expected.total.placed_sales,
      });
      const { aov_median: order, days_between_orders: days } = answer.total.cells;
      expect({ name, order: order.value, days: days.value }).toEqual({ name, ...expected.medians });
      const { numerator: returned, denominator: of } = answer.total.cells.return_rate_units.parts ?? {};
      expect({ name, returned, of }).toEqual({ name, ...expected.pieces });
      expect({ name, ...retentionSides(answer) }).toEqual({ name, ...expected.retention });
      for (const id of ["aov", "customer_value_to_date"] as const) {
        const { value, parts } = atTheEnd.total.cells[id];
        if (parts !== null)
          expect([name, id, value]).toEqual([name, id, Math.round(parts.numerator / parts.denominator)]);
      }
    }
  });

  it("without the orders that the merchant leaves out, which months against Shopify go on counting", async () => {
    const warehouse = await open();
    const shop = goldenShop({ currency: "EUR", handle: `without-${warehouse.engine}` });
    await world.install(shop);
    await syncWhole(world.context(shop, warehouse));
    const copy = warehouse.of(shop.domain);
    const { time_zone: timeZone } = (await copy.meta()) ?? { time_zone: "" };
    const march = async () => {
      const clock = await clockOver((sql) => copy.query(sql), timeZone, { orders: ["created_at"] });
      const asking = { copy, shop: shop.domain, askedAt: "2026-05-02T08:00:00Z", clock };
      return (await oursByMonth(asking)).get("2026-03");
    };
    const before = await march();
    expect(before).toMatchObject({ gross: 46400, net: 35180, orders: 22 });
    await copy.exclude({ chosenAt: "2026-05-02T08:00:00.000Z", tags: ["STAFF"], channels: [] });
    const { total } = await queryKpis(await viewOf(warehouse, shop.domain), {
      kpis: [...SUMS, ...CUSTOMERS],
      segmentation: "order_count",
      period: { from: "2026-03-01", to: "2026-04-01" },
      ...{ comparison: "none", membersAt: "start", today: TODAY },
    });
    expect(values(total, [...SUMS, ...CUSTOMERS])).toEqual(MARCH_WITHOUT_STAFF);
    expect(await march()).toEqual(before);
    expect(await gapsIn(warehouse, shop)).toEqual([]);
  });

  it("compares a later period with the days of each, whichever way they are found", async () => {
    const warehouse = await open();
    const shop = goldenShop({ currency: "EUR", handle: `compared-${warehouse.engine}` });
    await world.install(shop);
    await syncWhole(world.context(shop, warehouse));
    const later = "2027-08-01";
    for (const [name, { from, to, total }] of Object.entries(goldenExpectations("EUR").periods)) {
      const ask = async (period: Period, comparison: Comparison) => {
        const { total: row, comparedWith } = await queryKpis(await viewOf(warehouse, shop.domain), {
          ...{ kpis: SUMS, segmentation: "order_count", period, comparison },
          ...{ membersAt: "start", today: later },
        });
        const previous = Object.fromEntries(SUMS.map((id) => [id, row.cells[id].previous]));
        return { name, comparedWith, previous };
      };
      // Before the first order there is nothing to compare with.
      const previous =
        from < FIRST_ORDER_DAY ? Object.fromEntries(SUMS.map((id) => [id, null])) : pick(total, SUMS);
      const expected = { name, comparedWith: { from, to }, previous };
      const july = { from: "2027-07-01", to: later };
      expect(await ask(july, { id: "custom", days: { from, to } })).toEqual(expected);
      if (previous.orders === null) continue;
      const weeksLater = { from: addDays(from, 364), to: addDays(to, 364) };
      expect(await ask(weeksLater, "previous_year_weekday")).toEqual(expected);
    }
  });
});

function retentionSides({ total }: Answer): GoldenRetention {
  const of = (id: (typeof RETENTION)[number]) => total.cells[id].parts ?? { numerator: 0, denominator: 0 };
  return {
    bought_before: of("retention_rate").denominator,
    retained: of("retention_rate").numerator,
    members: of("orders_per_member").denominator,
    member_orders: of("orders_per_member").numerator,
    member_sales: of("sales_per_member").numerator,
    overdue: of("churn_risk_share").numerator,
    loyal: of("loyal_share").numerator,
    so_far: of("net_aov").numerator,
    leads: of("lead_conversion").denominator,
    leads_who_bought: of("lead_conversion").numerator,
    followed_90: of("value_within_90d").denominator,
    within_90: of("value_within_90d").numerator,
  };
}

/** What ratios divide, as the app tells it; nothing is divided where there is nothing to divide by. */
function sides({ total }: Answer, { total: end }: Answer) {
  const of = (row: Answer["total"], id: (typeof RATIOS)[number]) =>
    row.cells[id].parts ?? { numerator: 0, denominator: 0 };
  return {
    repeat_customers: of(total, "repeat_purchase_rate").numerator,
    members_at_start: of(total, "customer_value_to_date").denominator,
    buyers: of(total, "buyer_rate").numerator,
    members_at_end: of(end, "customer_value_to_date").denominator,
    value_to_date: of(end, "customer_value_to_date").numerator,
    placed_sales: of(total, "aov").numerator,
  };
}
