// Orders of gift cards only: records of the shop, but no order of any figure, and nobody's first.
import { describe, expect, it } from "vitest";
import { queryKpis } from "../../../app/kpis/query.server.ts";
import { describeWarehouses } from "../../tools/setup/warehouses.ts";
import { euroShop, SHOP } from "./euro-shop.ts";
import { orderRows, simpleOrder, type TestOrder, type TestSale } from "./files.ts";
import { viewOf } from "../../tools/setup/view.ts";
import { reaching } from "./reaching.ts";

const AT = "2026-03-01T10:00:00Z";
const product: Partial<TestSale> = { line: "PRODUCT", quantity: 1, total: "100.00" };
const card: Partial<TestSale> = { line: "GIFT_CARD", quantity: 1, total: "50.00" };
const tip: Partial<TestSale> = { line: "TIP", total: "2.00" };
const shipping: Partial<TestSale> = { line: "SHIPPING", total: "5.00" };

interface Later {
  reason?: string;
  afterSeconds: number;
  sales: Partial<TestSale>[];
}

function order(
  id: number,
  customer: number | undefined,
  sold: Partial<TestSale>[],
  later: Later[] = [],
): TestOrder {
  const placedAt = `2026-03-${String(1 + (id % 20)).padStart(2, "0")}T10:00:00Z`;
  let next = id * 100;
  const sales = (rows: Partial<TestSale>[]): TestSale[] =>
    rows.map((row) => ({ id: next++, action: "ORDER", line: "PRODUCT", total: "0.00", ...row }));
  const amount = (rows: Partial<TestSale>[]) => rows.reduce((sum, { total = "0" }) => sum + Number(total), 0);
  const original = amount(sold);
  return {
    id,
    customer,
    customerOrders: 1,
    placedAt,
    original: original.toFixed(2),
    current: (original + later.reduce((sum, { sales: rows }) => sum + amount(rows), 0)).toFixed(2),
    agreements: [
      { id: id * 10, reason: "ORDER", at: placedAt, sales: sales(sold) },
      ...later.map(({ reason = "ORDER_EDIT", afterSeconds, sales: rows }, index) => ({
        id: id * 10 + index + 1,
        reason,
        at: new Date(Date.parse(placedAt) + afterSeconds * 1000).toISOString(),
        sales: sales(rows),
      })),
    ],
  };
}

const line = (giftCard: boolean, price: string, id = 1) => ({ id, quantity: 1, price, giftCard });

describeWarehouses("an order of gift cards only", (open) => {
  const shop = euroShop(open);
  const figures = async () => {
    const answer = await queryKpis(await viewOf(shop.warehouse, SHOP), {
      kpis: ["orders", "aov", "new_customers", "active_customers", "gross_sales"],
      segmentation: "order_count",
      period: { from: "2026-03-01", to: "2026-04-01" },
      comparison: "none",
      membersAt: "start",
      today: "2026-05-01",
    });
    return Object.fromEntries(Object.entries(answer.total.cells).map(([kpi, { value }]) => [kpi, value]));
  };

  it("is out of orders, their average value and new customers", async () => {
    const orders = Array.from({ length: 80 }, (_, place) =>
      order(place + 1, place + 1, [place < 40 ? product : card]),
    );
    await shop.merge(orders.flatMap(orderRows));
    await shop.warehouse.of(SHOP).setMeta({ ...reaching("complete") });
    expect(await figures()).toEqual({
      orders: 40,
      aov: 10_000,
      new_customers: 40,
      active_customers: 40,
      gross_sales: 40 * 10_000,
    });
    // Records they stay, of which nothing is missing.
    expect((await shop.warehouse.of(SHOP).counts()).orders).toBe(80);
    expect(await shop.rows("SELECT count(*) AS n FROM customers WHERE history_complete")).toEqual([
      { n: 80 },
    ]);
    expect(
      await shop.rows("SELECT count(*) AS n FROM orders WHERE placed_gap <> 0 OR total_gap <> 0"),
    ).toEqual([{ n: 0 }]);
  });

  describe("is one, or none", () => {
    it.each<[string, boolean, TestOrder]>([
      ["a gift card", false, order(1, 7, [card])],
      ["several", false, order(1, 7, [card, card])],
      ["a gift card for nothing", false, order(1, 7, [{ ...card, total: "0.00", discount: "50.00" }])],
      ["a gift card, sent by post", false, order(1, 7, [card, shipping])],
      ["a gift card and a tip", false, order(1, 7, [card, tip])],
      [
        "a gift card with a fee of its own",
        false,
        order(1, 7, [card, { line: "ADDITIONAL_FEE", total: "1.00" }]),
      ],
      ["a gift card bought by a guest", false, order(1, undefined, [card])],
      [
        "a gift card that was refunded",
        false,
        order(
          1,
          7,
          [card],
          [
            {
              reason: "REFUND",
              afterSeconds: 86_400,
              sales: [{ ...card, action: "RETURN", quantity: -1, total: "-50.00" }],
            },
          ],
        ),
      ],
      ["a gift card and a product", true, order(1, 7, [card, product])],
      [
        "a gift card and a product for nothing",
        true,
        order(1, 7, [card, { ...product, total: "0.00", discount: "9.00" }]),
      ],
      [
        "a gift card whose checkout a product joined",
        true,
        order(1, 7, [card], [{ afterSeconds: 90, sales: [{ ...product, action: "UPDATE" }] }]),
      ],
      [
        "a gift card that got a product later",
        false,
        order(1, 7, [card], [{ afterSeconds: 91, sales: [{ ...product, action: "UPDATE" }] }]),
      ],
      [
        "a product that got a gift card",
        true,
        order(1, 7, [product], [{ afterSeconds: 60, sales: [{ ...card, action: "UPDATE" }] }]),
      ],
      [
        "a product that was taken back while a gift card came",
        true,
        order(
          1,
          7,
          [product],
          [
            {
              afterSeconds: 600,
              sales: [
                { ...product, action: "RETURN", quantity: -1, total: "-100.00" },
                { ...card, action: "UPDATE" },
              ],
            },
          ],
        ),
      ],
      ["a tip alone", true, order(1, 7, [tip])],
      ["shipping alone", true, order(1, 7, [shipping])],
      ["nothing at all", true, order(1, 7, [])],
      [
        "no movements, a gift card's line",
        false,
        { id: 1, customer: 7, placedAt: AT, original: "50.00", lines: [line(true, "50.00")] },
      ],
      [
        "no movements, a gift card's line for less",
        false,
        { id: 1, customer: 7, placedAt: AT, original: "40.00", lines: [line(true, "50.00")] },
      ],
      [
        "no movements, a gift card's line and more to pay",
        false,
        { id: 1, customer: 7, placedAt: AT, original: "55.00", lines: [line(true, "50.00")] },
      ],
      [
        "no movements, lines of both",
        true,
        {
          id: 1,
          customer: 7,
          placedAt: AT,
          original: "59.00",
          lines: [line(true, "50.00"), line(false, "9.00", 2)],
        },
      ],
      ["no movements and no lines", true, { id: 1, customer: 7, placedAt: AT, original: "9.00" }],
    ])("%s: %s", async (_, counts, given) => {
      await shop.merge(orderRows(given));
      const named = given.customer === undefined ? null : 1;
      const [stored] = await shop.rows(
        "SELECT seq, NOT gift_cards_only AS counts, placed_gap, total_gap FROM orders",
      );
      expect(stored).toEqual({ counts, seq: counts ? named : null, placed_gap: 0, total_gap: 0 });
      const placed = await shop.rows(
        `SELECT CAST(sum(CASE WHEN placed THEN 1 ELSE 0 END) AS INTEGER) AS placed,
           count(CASE WHEN NOT placed AND coalesce(seq, placed_gross, placed_net, placed_units, net_so_far) IS NOT NULL THEN 1 END) AS half
         FROM activity`,
      );
      expect(placed).toEqual([{ placed: counts ? 1 : 0, half: 0 }]);
      expect((await shop.rows("SELECT customer_id FROM customer_history WHERE orders > 0")).length > 0).toBe(
        counts && named !== null,
      );
      if (named !== null)
        expect(await shop.rows("SELECT history_complete AS complete FROM customers")).toEqual([
          { complete: true },
        ]);
    });
  });

  it("is nobody's first, nor between two; what joins it later counts for the customer all the same", async () => {
    await shop.merge(
      [
        order(1, 7, [card, shipping], [{ afterSeconds: 86_400, sales: [{ ...product, action: "UPDATE" }] }]),
        order(5, 7, [product]),
        order(8, 7, [card]),
        order(9, 7, [product]),
      ].flatMap(orderRows),
    );
    expect(await shop.rows("SELECT order_id, seq, prev_day FROM orders ORDER BY order_id")).toEqual([
      { order_id: 1, seq: null, prev_day: null },
      { order_id: 5, seq: 1, prev_day: null },
      { order_id: 8, seq: null, prev_day: null },
      { order_id: 9, seq: 2, prev_day: "2026-03-06" },
    ]);
    expect(
      await shop.rows(
        "SELECT from_day, orders, net, first_day, last_day FROM customer_history ORDER BY from_day",
      ),
    ).toEqual([
      { from_day: "2026-03-03", orders: 0, net: 10_000, first_day: "2026-03-06", last_day: "2026-03-06" },
      { from_day: "2026-03-06", orders: 1, net: 20_000, first_day: "2026-03-06", last_day: "2026-03-06" },
      { from_day: "2026-03-10", orders: 2, net: 30_000, first_day: "2026-03-06", last_day: "2026-03-10" },
    ]);
  });

  it("stays one when it is edited, read again, or its neighbours go", async () => {
    const first = order(1, 7, [card]);
    await shop.merge(
      [first, simpleOrder(2, "2026-03-05T10:00:00Z", "9.00", { customer: 7 })].flatMap(orderRows),
    );
    const edited = order(1, 7, [card], [{ afterSeconds: 3_600, sales: [{ ...product, action: "UPDATE" }] }]);
    await shop.merge(orderRows({ ...edited, updatedAt: "2026-03-20T10:00:00Z" }), "2026-04-01T00:00:00Z");
    const seqs = () => shop.rows("SELECT order_id, seq FROM orders ORDER BY order_id");
    expect(await seqs()).toEqual([
      { order_id: 1, seq: null },
      { order_id: 2, seq: 1 },
    ]);
    await shop.warehouse.of(SHOP).relocalise("Asia/Tokyo");
    expect(await seqs()).toEqual([
      { order_id: 1, seq: null },
      { order_id: 2, seq: 1 },
    ]);
    await shop.warehouse.of(SHOP).merge({
      files: [],
      stages: [],
      readAt: "2026-04-02T00:00:00Z",
      removedOrders: [2],
    });
    expect(await seqs()).toEqual([{ order_id: 1, seq: null }]);
    expect(await shop.rows("SELECT customer_id FROM customer_history")).toEqual([]);
  });
});
