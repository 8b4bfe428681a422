// Whatever a shop sold and took back: both ways are the same sum, each month's are the KPIs', and what came back of a month is
// what a recount of the ledger, row by row, says.
import fc from "fast-check";
import { Temporal } from "temporal-polyfill";
import { beforeAll, expect, it } from "vitest";
import { queryTrend } from "../../../app/kpis/query.server.ts";
import { addDays, startOf } from "../../../app/kpis/period.ts";
import { backRows, type BothWays, bothWays } from "../../../app/refunds/refunds.server.ts";
import type { Row, Warehouse } from "../../../app/warehouse/warehouse.server.ts";
import { viewOf } from "../../tools/setup/view.ts";
import { describeWarehouses } from "../../tools/setup/warehouses.ts";
import { DAYS, FIRST_DAY, openShop } from "../kpis/shop.ts";
import { dump } from "../warehouse/dump.ts";
import { load, orderRows, stages, type TestOrder } from "../warehouse/files.ts";

/** All that the generated orders do is over by then. */
const LATE = addDays(FIRST_DAY, DAYS + 90);
const total = (amounts: readonly number[]) => amounts.reduce((sum, amount) => sum + amount, 0);
/** The beginning of a day by the generated shop's clock. */
const startOfDay = (day: string) =>
  new Date(Temporal.PlainDate.from(day).toZonedDateTime("Europe/Berlin").epochMilliseconds).toISOString();
const LARGEST = { by: "amount", descending: true } as const;
const amount = (value: Row[string] | undefined) => Number(value);

/** Orders to which goods were added some days later, part of which came back later still. */
const edited = fc.array(
  fc.record({
    day: fc.integer({ min: 0, max: DAYS }),
    added: fc.integer({ min: 0, max: 40 }),
    back: fc.integer({ min: 0, max: 40 }),
    amount: fc.integer({ min: 1, max: 9_999 }),
  }),
  { maxLength: 5 },
);

function editedOrder(
  { day, added, back, amount: minor }: { day: number; added: number; back: number; amount: number },
  index: number,
): TestOrder {
  const id = 100_000 * (index + 1);
  const at = (days: number, hour: string) => `${addDays(FIRST_DAY, days)}T${hour}:00:00Z`;
  const move = (nth: number, item: number, action: string, total: number) => ({
    ...{ id: id + nth, reason: action === "RETURN" ? "RETURN" : "ORDER_EDIT" },
    sales: [{ id: id + nth, action, line: "PRODUCT", item, quantity: 1, total: (total / 100).toFixed(2) }],
  });
  return {
    ...{ id, placedAt: at(day, "09"), original: "20.00" },
    agreements: [
      { ...move(1, id + 1, "ORDER", 2_000), reason: "ORDER", at: at(day, "09") },
      { ...move(2, id + 2, "ORDER", minor), at: at(day + added, "12") },
      { ...move(3, id + 2, "RETURN", -minor), at: at(day + added + back, "15") },
    ],
  };
}

/** What came back by the month in which it was sold; "": not known. */
async function recounted(warehouse: Warehouse, shop: string, today: string): Promise<Map<string, number>> {
  const { sales, orders, earlier_orders: earlier } = await dump(warehouse, shop);
  const placedOn = new Map(orders.map((order) => [order.order_id, order]));
  const bySold = new Map<string, number>();
  for (const sale of sales) {
    const order = placedOn.get(sale.order_id ?? null);
    const isKept =
      order === undefined ? earlier.some((each) => each.order_id === sale.order_id) : !order.test;
    const isBack =
      sale.line_type === "ADJUSTMENT" || (sale.line_type === "PRODUCT" && sale.action === "RETURN");
    if (!isKept || !isBack || String(sale.local_day) > today) continue;
    const days = sales
      .filter(
        (each) =>
          each.order_id === sale.order_id &&
          each.line_item_id !== null &&
          each.line_item_id === sale.line_item_id &&
          each.line_type === "PRODUCT" &&
          each.action !== "RETURN" &&
          amount(each.total) - amount(each.tax) + amount(each.discount) > 0 &&
          String(each.local_day) <= String(sale.local_day),
      )
      .map((each) => String(each.local_day))
      .sort();
    const day = days[0] ?? order?.local_day ?? null;
    const month = day === null ? "" : startOf("month", String(day));
    bySold.set(month, (bySold.get(month) ?? 0) - (amount(sale.total) - amount(sale.tax)));
  }
  return bySold;
}

/** The sums over all months, both ways. */
const sums = ({ months, before, soldEarlier }: BothWays) => ({
  in: total(months.map(({ backIn }) => backIn)) + before.backIn,
  of: total(months.map(({ backOf }) => backOf)) + before.backOf + soldEarlier,
});

describeWarehouses(
  "refunds both ways",
  (open) => {
    let warehouse: Warehouse;
    let shops = 0;
    beforeAll(async () => {
      warehouse = await open();
    });

    async function expectBoth(shop: string, today: string): Promise<BothWays> {
      const view = await viewOf(warehouse, shop);
      const both = await bothWays(view, today);
      expect(sums(both).of).toBe(sums(both).in);
      const counted = await recounted(warehouse, shop, today);
      for (const { from, backOf } of both.months)
        expect([from, backOf]).toEqual([from, counted.get(from) ?? 0]);
      for (const month of both.months.filter(({ reason }) => reason === null)) {
        const all = { limit: 1_000, offset: 0 };
        const { rows, amount: sum, page } = await backRows(view, { month, today }, LARGEST, all);
        expect([month.from, sum]).toEqual([month.from, month.backOf]);
        expect([page.length, total(page.map((row) => row.amount))]).toEqual([rows, month.backOf]);
      }
      expect(both.soldEarlier).toBe(counted.get("") ?? 0);
      const whole = both.months.filter(({ state, reason }) => state === "whole" && reason === null);
      const [first, last] = [whole[0], whole.at(-1)];
      if (first === undefined || last === undefined) return both;
      const trend = await queryTrend(view, {
        ...{ kpis: ["gross_sales", "sales_reversals"], grain: "month", membersAt: "start", today },
        period: { from: first.from, to: last.to },
      });
      expect(whole.map(({ sold, backIn }) => [sold, backIn])).toEqual(
        trend.map(({ values }) => [values.gross_sales, values.sales_reversals]),
      );
      for (const { toCome } of both.months)
        if (toCome?.kind === "estimated") {
          expect(toCome.low).toBeGreaterThanOrEqual(0);
          expect(toCome.low).toBeLessThanOrEqual(toCome.likely);
          expect(toCome.likely).toBeLessThanOrEqual(toCome.high);
        }
      return both;
    }

    it("are the same sum, month by month the KPIs' and the recount's, with and without older orders", async () => {
      await fc.assert(
        fc.asyncProperty(
          fc.record({
            seed: fc.integer({ min: 0, max: 1_000_000 }),
            customers: fc.integer({ min: 1, max: 40 }),
            orders: fc.integer({ min: 1, max: 250 }),
          }),
          fc.integer({ min: 10, max: DAYS }),
          edited,
          async (size, days, more) => {
            shops += 1;
            const shop = `both-${shops}.myshopify.com`;
            await openShop(warehouse, size, shop);
            const rows = more.map(editedOrder).flatMap(orderRows);
            await warehouse.of(shop).merge(load("2026-07-01T00:00:00Z", rows, { stages }));
            await expectBoth(shop, addDays(FIRST_DAY, days));
            const { soldEarlier } = await expectBoth(shop, LATE);
            expect(soldEarlier).toBe(0);
            const cut = addDays(FIRST_DAY, days);
            await warehouse.of(shop).forgetBefore({ day: cut, from: startOfDay(cut) }, "sums");
            await expectBoth(shop, LATE);
            await warehouse.of(shop).drop();
          },
        ),
        { numRuns: 4 },
      );
    }, 120_000);
  },
  { until: "suite" },
);
