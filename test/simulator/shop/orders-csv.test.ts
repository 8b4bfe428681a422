// A merchant's order export becomes a shop.
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { shopFromOrdersCsv } from "../../shopify/orders-csv.ts";
import { sumOf } from "../../shopify/shop/ledger.ts";

const SAMPLE = join(import.meta.dirname, "orders-export.csv");
const options = { now: "2026-03-10T00:00:00Z", handle: "import", timeZone: "Europe/Berlin" };

const orderNamed = async (name: string) => {
  const { shop } = await shopFromOrdersCsv(SAMPLE, options);
  const order = [...shop.orders.values()].find((candidate) => candidate.name === name);
  if (!order) throw new Error(`No order ${name}`);
  return order;
};

describe("an order export", () => {
  it("keeps every order's total and books it to the minor unit", async () => {
    const { shop } = await shopFromOrdersCsv(SAMPLE, options);
    const totals = Object.fromEntries(
      [...shop.orders.values()].map((order) => [order.name, order.originalTotal]),
    );
    expect(totals).toEqual({
      "#1001": 2000,
      "#1002": 0,
      "#1003": 12900,
      "#1004": 2430,
      "#1005": 3990,
      "#1006": 8900,
      "#1007": 3490,
      "#1008": 5300,
      "#1009": 2000,
    });
    for (const order of shop.orders.values()) {
      expect(sumOf(order.agreements[0]?.sales ?? [])).toBe(order.originalTotal);
      expect(sumOf(order.agreements.flatMap((agreement) => agreement.sales))).toBe(order.currentTotal);
    }
  });

  it("tells customers apart by their address, keeps none, and calls orders without one guests", async () => {
    const { shop } = await shopFromOrdersCsv(SAMPLE, options);
    expect(shop.customers.size).toBe(5);
    const [first] = [...shop.customers.values()];
    expect(first).toMatchObject({ numberOfOrders: 1, emailMarketing: "SUBSCRIBED", country: "DE" });
    expect([...shop.customers.values()].map((customer) => customer.numberOfOrders)).toEqual([1, 3, 2, 1, 1]);
    expect([...shop.orders.values()].filter((order) => order.customerId === null)).toHaveLength(1);
    expect(JSON.stringify([...shop.customers.values(), ...shop.orders.values()])).not.toMatch(
      /example|Person|Street/i,
    );
  });

  it("splits a discount into the line's own and the order's", async () => {
    const order = await orderNamed("#1004");
    // 30.00 less 5.70 with 19 % in it: 24.30 hold 3.88 of the 4.79 that 30.00 would hold.
    expect(order.agreements[0]?.sales).toMatchObject([
      { quantity: 3, total: 2430, tax: 388, discountAfterTax: 570, discountBeforeTax: 570 - (479 - 388) },
    ]);
    expect(order.discountCodes).toEqual(["TENTH"]);
  });

  it("books refunds on the order's day, cancellations on their own", async () => {
    const partly = await orderNamed("#1005");
    expect(partly.agreements[1]).toMatchObject({ reason: "REFUND", happenedAt: "2026-02-10T17:45:10Z" });
    // Of 39.90 with 6.37 of tax in it, 5.00 hold their share of the goods, of the shipping and of the taxes on both.
    expect(partly.agreements[1]?.sales).toMatchObject([
      { line: "ADJUSTMENT", total: -438, tax: -70, quantity: null },
      { line: "SHIPPING", total: -62, tax: -10, quantity: 0 },
    ]);
    const wholly = await orderNamed("#1003");
    expect(wholly.currentTotal).toBe(0);
    expect(wholly.lines.map((line) => line.currentQuantity)).toEqual([0, 0]);
    const cancelled = await orderNamed("#1006");
    expect(cancelled).toMatchObject({ cancelledAt: "2026-02-21T07:00:00Z", currentTotal: 0 });
  });

  it("knows tips, gift cards, unpaid orders, channels and discounted shipping", async () => {
    const gift = await orderNamed("#1008");
    expect(gift.agreements[0]?.sales.map((sale) => [sale.line, sale.total])).toEqual([
      ["GIFT_CARD", 5000],
      ["TIP", 300],
    ]);
    expect(await orderNamed("#1007")).toMatchObject({ transactions: [], sourceName: "shopify_draft_order" });
    expect(await orderNamed("#1009")).toMatchObject({ sourceName: "pos" });
    expect(await orderNamed("#1001")).toMatchObject({
      shippingCharge: 0,
      id: 5800000000001,
      tags: ["vip", "press"],
    });
  });

  it("names the KPIs that it limits", async () => {
    const { limits } = await shopFromOrdersCsv(SAMPLE, options);
    expect(limits.join("\n")).toMatch(/2 orders are booked on the order's day.*sales reversals, net sales/);
    expect(limits.join("\n")).toMatch(
      /1 order goods, shipping, taxes, duties and fees each bear their share/,
    );
    expect(limits.join("\n")).toMatch(/1 order without e-mail/);
  });
});
