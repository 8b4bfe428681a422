// What holds of money and of a shop whatever is done to it: shares are exact, and an order is the sum of its movements.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Order, ShopEvent } from "../../shopify/model.ts";
import { Shop } from "../../shopify/shop.ts";
import { netPayment, sumOf } from "../../shopify/shop/ledger.ts";
import { share, taxOf } from "../../shopify/shop/money.ts";

const NOW = "2026-03-01T10:00:00Z";

function openShop(currency = "EUR", taxesIncluded = false): { shop: Shop; events: ShopEvent[] } {
  const shop = new Shop({ handle: "test", currency, taxesIncluded, clock: () => new Date(NOW) });
  const events: ShopEvent[] = [];
  shop.onEvent = (event) => events.push(event);
  return { shop, events };
}

const allSales = (order: Order) => order.agreements.flatMap((agreement) => agreement.sales);

describe("splitting money", () => {
  it("gives the remainder to the largest rest, then to the first", () => {
    expect(share(100, [1000, 1000, 1000])).toEqual([34, 33, 33]);
    expect(share(10, [1, 2, 4])).toEqual([1, 3, 6]);
    expect(share(0, [0, 0])).toEqual([0, 0]);
    expect(() => share(1, [0])).toThrow(RangeError);
  });

  it("shares exactly, whatever the weights", () => {
    fc.assert(
      fc.property(
        fc.nat(10_000_000),
        fc.array(fc.nat(100_000_000), { minLength: 1, maxLength: 12 }),
        (total, weights) => {
          fc.pre(weights.some((weight) => weight > 0));
          const sum = weights.reduce((a, b) => a + b, 0);
          const parts = share(total, weights);
          expect(parts.reduce((a, b) => a + b, 0)).toBe(total);
          parts.forEach((part, i) =>
            expect(Math.abs(part - (total * (weights[i] ?? 0)) / sum)).toBeLessThan(1),
          );
        },
      ),
    );
  });

  it("rounds tax half up, on top or inside", () => {
    expect(taxOf(1050, { rate: 0.1, included: false })).toBe(105);
    expect(taxOf(105, { rate: 0.1, included: false })).toBe(11);
    expect(taxOf(1999, { rate: 0.19, included: true })).toBe(319);
    expect(taxOf(11900, { rate: 0.19, included: true })).toBe(1900);
  });
});

// A sequence of changes, each by small numbers that pick a line, a quantity or an amount.
const change = fc.record({
  kind: fc.constantFrom(
    "more",
    "less",
    "new",
    "discount",
    "lines",
    "shipping",
    "amount",
    "fee",
    "return",
    "exchange",
    "cancel",
  ),
  line: fc.nat(9),
  part: fc.double({ min: 0, max: 1, noNaN: true }),
  price: fc.integer({ min: 1, max: 99_999 }),
});
type Change = typeof change extends fc.Arbitrary<infer T> ? T : never;

const placement = fc.record({
  lines: fc.array(
    fc.record({
      price: fc.nat(50_000),
      quantity: fc.integer({ min: 1, max: 5 }),
      off: fc.double({ min: 0, max: 1, noNaN: true }),
      giftCard: fc.boolean(),
    }),
    { minLength: 1, maxLength: 4 },
  ),
  off: fc.constantFrom(0, 0, 0.1, 0.333, 1),
  shipping: fc.nat(2000),
  tip: fc.constantFrom(0, 0, 250),
  duties: fc.constantFrom(0, 0, 123),
  additionalFee: fc.constantFrom(0, 0, 77),
  taxRate: fc.constantFrom(0, 0.07, 0.08875, 0.19, 0.25),
  taxesIncluded: fc.boolean(),
  paid: fc.boolean(),
});

function applyChange(shop: Shop, order: Order, { kind, line: index, part, price }: Change): void {
  const chosen = order.lines[index % order.lines.length];
  if (!chosen) return;
  const lineItemId = chosen.id;
  const units = Math.ceil(part * chosen.currentQuantity);
  const some = [{ lineItemId, quantity: Math.max(1, units) }];
  const amount = Math.round(part * order.currentTotal);
  if (kind === "more")
    shop.editOrder(order.id, { set: [{ lineItemId, quantity: chosen.currentQuantity + 2 }] });
  else if (kind === "less")
    shop.editOrder(order.id, { set: [{ lineItemId, quantity: chosen.currentQuantity - units }] });
  else if (kind === "new")
    shop.editOrder(order.id, { add: [{ price, quantity: 1, discount: Math.round(price * part) }] });
  else if (kind === "discount")
    shop.editOrder(order.id, { discounts: [{ lineItemId, amount: Math.round(chosen.unitPrice * part) }] });
  else if (kind === "lines") shop.refund(order.id, { lines: some });
  else if (kind === "shipping") shop.refund(order.id, { lines: some, shipping: true });
  else if (kind === "amount") shop.refund(order.id, { amount });
  else if (kind === "fee") shop.refund(order.id, { lines: some, restockingFee: Math.round(price / 100) });
  else if (kind === "return")
    shop.returnItems(order.id, { lines: some, restockingFee: Math.round(price / 100) });
  else if (kind === "exchange") shop.exchange(order.id, { lines: some, add: [{ price, quantity: 1 }] });
  else shop.cancelOrder(order.id);
}

it("whatever happens to an order, its agreements add up to Shopify's totals", () => {
  const currencies = fc.constantFrom("EUR", "JPY", "KWD");
  fc.assert(
    fc.property(currencies, placement, fc.array(change, { maxLength: 12 }), (currency, placed, changes) => {
      const { shop } = openShop(currency, placed.taxesIncluded);
      const customer = shop.createCustomer();
      const lines = placed.lines.map((l) => ({
        price: l.price,
        quantity: l.quantity,
        discount: l.giftCard ? 0 : Math.floor(l.price * l.quantity * l.off),
        giftCard: l.giftCard,
      }));
      const open = lines.reduce((sum, l) => sum + (l.giftCard ? 0 : l.price * l.quantity - l.discount), 0);
      const order = shop.placeOrder({
        ...placed,
        customerId: customer.id,
        lines,
        discount: Math.floor(open * placed.off),
      });
      const original = order.originalTotal;
      let updatedAt = order.updatedAt;
      for (const one of changes) {
        const before = structuredClone(order);
        try {
          applyChange(shop, order, one);
        } catch (error) {
          if (!(error instanceof RangeError)) throw error;
          expect(order).toEqual(before);
        }
        expect(sumOf(order.agreements[0]?.sales ?? [])).toBe(original);
        expect(sumOf(allSales(order))).toBe(order.currentTotal);
        expect(customer.amountSpent).toBe(order.currentTotal);
        expect(order.updatedAt >= updatedAt).toBe(true);
        updatedAt = order.updatedAt;
        for (const l of order.lines) {
          const units = allSales(order).reduce(
            (sum, s) => sum + (s.lineItemId === l.id ? (s.quantity ?? 0) : 0),
            0,
          );
          expect(units).toBe(l.currentQuantity);
          const left = sumOf(allSales(order).filter((s) => s.lineItemId === l.id));
          if (l.currentQuantity === 0) expect(left).toBe(0);
          expect(left).toBeGreaterThanOrEqual(0);
        }
        for (const s of allSales(order)) {
          const gross = s.total - s.tax + s.discountBeforeTax;
          if (s.action === "UPDATE") expect(gross).toBe(0);
          if (s.action === "ORDER")
            expect(Math.min(gross, s.discountBeforeTax, s.tax)).toBeGreaterThanOrEqual(0);
        }
        expect(order.currentTotal).toBeGreaterThanOrEqual(0);
        // What is paid moves with the total; what was never paid is never paid back.
        if (placed.paid) expect(netPayment(order)).toBe(order.currentTotal);
        else expect(netPayment(order)).toBeLessThanOrEqual(order.currentTotal);
      }
    }),
    { numRuns: 300 },
  );
});
