// A generated shop is the same for a seed, keeps its books, and looks like a shop.
import { describe, expect, it } from "vitest";
import { generateShop, streamShop } from "../../shopify/generate.ts";
import type { Order, Sale } from "../../shopify/model.ts";
import { sumOf } from "../../shopify/shop/ledger.ts";
import type { Shop } from "../../shopify/shop.ts";

const NOW = "2026-11-21T18:00:00Z";
const options = { seed: 7, orders: 3000, now: NOW };
const shop = generateShop(options);
const orders = [...shop.orders.values()];
const sales = (some: readonly Order[]): Sale[] => some.flatMap((o) => o.agreements.flatMap((a) => a.sales));
const share = (count: number): number => count / orders.length;
const ordersByCustomer = (of: Shop): number[] => {
  const counts = new Map<number, number>();
  for (const { customerId } of of.orders.values())
    if (customerId !== null) counts.set(customerId, (counts.get(customerId) ?? 0) + 1);
  return [...counts.values()];
};

describe("a generated shop", () => {
  it("is the same for the same seed, and another for another", () => {
    const again = generateShop(options);
    expect([...again.orders]).toEqual([...shop.orders]);
    expect([...again.customers]).toEqual([...shop.customers]);
    const other = generateShop({ ...options, seed: 8, orders: 50 });
    expect(other.orders.values().next().value).not.toEqual(orders[0]);
  });

  it.each([50, 777])("has exactly as many orders as asked for: %i", (count) => {
    expect(generateShop({ ...options, orders: count }).orders.size).toBe(count);
  });

  it("streams the same orders without keeping them", () => {
    const stream = streamShop({ ...options, orders: 300 });
    const whole = [...generateShop({ ...options, orders: 300 }).orders.values()];
    const streamed = [...stream.orders].map((order) => order.name);
    expect(streamed).toEqual(whole.map((order) => order.name));
    expect(stream.shop.orders.size).toBe(0);
    expect(stream.shop.customers.size).toBeGreaterThan(50);
  });

  it.each(["EUR", "USD", "JPY", "KWD"])("keeps its books to the minor unit in %s", (currency) => {
    const some = generateShop({ ...options, orders: 600, currency });
    for (const order of some.orders.values()) {
      expect(sumOf(order.agreements[0]?.sales ?? [])).toBe(order.originalTotal);
      expect(sumOf(sales([order]))).toBe(order.currentTotal);
    }
    for (const customer of some.customers.values()) {
      const known = some.customerOrders(customer.id).filter((order) => !order.test);
      expect(customer.numberOfOrders).toBe(known.length);
      expect(customer.amountSpent).toBe(known.reduce((sum, order) => sum + order.currentTotal, 0));
    }
  });

  it("never runs ahead of its present", () => {
    for (const order of orders) {
      expect(order.updatedAt <= NOW && order.processedAt <= order.createdAt).toBe(true);
      for (const { happenedAt } of order.agreements) expect(happenedAt <= order.updatedAt).toBe(true);
    }
  });

  it("has customers who come once, come back, or never ordered, and guests", () => {
    const counts = ordersByCustomer(shop);
    const once = counts.filter((count) => count === 1).length / counts.length;
    expect(once).toBeGreaterThan(0.5);
    expect(once).toBeLessThan(0.63);
    expect(Math.max(...counts)).toBeGreaterThan(15);
    expect(1 - counts.length / shop.customers.size).toBeGreaterThan(0.04);
    const guests = share(orders.filter((order) => order.customerId === null).length);
    expect(guests).toBeGreaterThan(0.01);
    expect(guests).toBeLessThan(0.035);
  });

  it("holds every kind of movement", () => {
    const kinds = new Set(
      orders.flatMap((o) =>
        o.agreements.flatMap((a) => a.sales.map((s) => `${a.reason} ${s.action} ${s.line}`)),
      ),
    );
    for (const kind of [
      "ORDER ORDER PRODUCT",
      "ORDER ORDER SHIPPING",
      "ORDER ORDER TIP",
      "ORDER ORDER GIFT_CARD",
      "ORDER ORDER DUTY",
      "ORDER ORDER ADDITIONAL_FEE",
      "ORDER_EDIT ORDER PRODUCT",
      "ORDER_EDIT RETURN PRODUCT",
      "ORDER_EDIT UPDATE PRODUCT",
      "REFUND RETURN PRODUCT",
      "REFUND RETURN SHIPPING",
      "REFUND RETURN ADJUSTMENT",
      "RETURN RETURN PRODUCT",
      "RETURN ORDER PRODUCT",
      "RETURN ORDER FEE",
    ])
      expect(kinds).toContain(kind);
    expect(orders.some((order) => order.test)).toBe(true);
    expect(orders.some((order) => order.cancelledAt)).toBe(true);
    expect(orders.some((order) => order.originalTotal === 0)).toBe(true);
    expect(orders.some((order) => order.transactions.some((t) => t.gateway === "gift_card"))).toBe(true);
    expect(orders.some((order) => order.createdAt !== order.processedAt)).toBe(true);
    expect(new Set(orders.map((order) => order.sourceName)).size).toBe(5);
    expect(new Set(orders.map((order) => order.shippingCountry)).size).toBeGreaterThan(5);
  });

  it("takes back a believable part, some of it in a later month", () => {
    const product = sales(orders).filter((s) => s.line === "PRODUCT");
    const value = (action: string): number =>
      product.reduce((sum, s) => (s.action === action ? sum + s.total - s.tax : sum), 0);
    const rate = -value("RETURN") / value("ORDER");
    expect(rate).toBeGreaterThan(0.03);
    expect(rate).toBeLessThan(0.12);
    const refunds = orders.flatMap((order) =>
      order.refunds.map((r) => r.createdAt.slice(0, 7) > order.processedAt.slice(0, 7)),
    );
    expect(refunds.filter(Boolean).length / refunds.length).toBeGreaterThan(0.15);
  });

  it("has customers in every group by recency, frequency and money", () => {
    const groups = new Map<string, number>();
    for (const group of rfmGroups(shop)) groups.set(group, (groups.get(group) ?? 0) + 1);
    expect([...groups.keys()].sort()).toEqual([...GROUPS].sort());
    for (const count of groups.values()) expect(count).toBeGreaterThan(10);
  });

  it("grows, and has its seasons", () => {
    const inYear = (year: number): number =>
      orders.filter((order) => order.processedAt.startsWith(`${year}`)).length;
    expect(inYear(2025)).toBeGreaterThan(inYear(2024) * 1.1);
    const days = new Map<string, number>();
    for (const { processedAt } of orders)
      days.set(processedAt.slice(0, 10), (days.get(processedAt.slice(0, 10)) ?? 0) + 1);
    const busiest = [...days].sort((a, b) => b[1] - a[1]).slice(0, 6);
    // Black Friday to Cyber Monday is in the last week of November or the first days of December.
    expect(busiest.filter(([day]) => /-11-2[4-9]|-11-30|-12-0[12]/.test(day)).length).toBeGreaterThanOrEqual(
      4,
    );
    const hours = orders.map((order) => (new Date(order.processedAt).getUTCHours() + 1) % 24);
    expect(hours.filter((h) => h >= 1 && h < 5).length * 4).toBeLessThan(
      hours.filter((h) => h >= 18 && h < 22).length,
    );
  });
});

const GROUPS = [
  "Champions",
  "Active",
  "New",
  "Loyal",
  "Promising",
  "Needs attention",
  "Previously loyal",
  "At risk",
  "Almost lost",
  "Dormant",
];

/** The app's published grid over its customers' scores of 1 to 5: one more than the quintile cuts below the value. */
function rfmGroups(of: Shop): string[] {
  const people = [...of.customers.values()].flatMap((customer) => {
    const last = of
      .customerOrders(customer.id)
      .map((order) => order.processedAt)
      .sort()
      .at(-1);
    return last
      ? { last: Date.parse(last), orders: customer.numberOfOrders, money: customer.amountSpent }
      : [];
  });
  const score = (values: number[]): ((value: number) => number) => {
    const sorted = values.toSorted((a, b) => a - b);
    const cuts = [0.2, 0.4, 0.6, 0.8].map((q) => sorted[Math.ceil(q * sorted.length) - 1] ?? 0);
    return (value) => 1 + cuts.filter((cut) => cut < value).length;
  };
  const r = score(people.map((one) => one.last));
  const f = score(people.map((one) => one.orders));
  const m = score(people.map((one) => one.money));
  return people.map((one) => {
    const fm = (f(one.orders) + m(one.money)) / 2;
    const [high, middle, low] = [
      ["Previously loyal", "At risk", "Dormant"],
      ["Previously loyal", "At risk", "Almost lost"],
      ["Loyal", "Loyal", "Needs attention"],
      ["Loyal", "Active", "Promising"],
      ["Champions", "Active", "New"],
    ][r(one.last) - 1] ?? ["", "", ""];
    const [top, next] = r(one.last) <= 2 ? [4, 3] : [3, r(one.last) === 3 ? 3 : 2];
    return fm > top ? (high ?? "") : fm > next ? (middle ?? "") : (low ?? "");
  });
}
