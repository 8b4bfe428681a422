// What a change does to an order's agreements, payments and customer, and which webhooks it sends.
import { beforeEach, describe, expect, it } from "vitest";
import type { Order, ShopEvent } from "../../shopify/model.ts";
import { Shop } from "../../shopify/shop.ts";
import { financialStatus } from "../../shopify/shop/ledger.ts";

const NOW = "2026-03-01T10:00:00Z";
const LATER = "2026-03-05T10:00:00Z";

function openShop(currency = "EUR", taxesIncluded = false): { shop: Shop; events: ShopEvent[] } {
  const shop = new Shop({ handle: "test", currency, taxesIncluded, clock: () => new Date(NOW) });
  const events: ShopEvent[] = [];
  shop.onEvent = (event) => events.push(event);
  return { shop, events };
}

const rows = (order: Order, agreement: number) =>
  order.agreements[agreement]?.sales.map((s) => [
    s.action,
    s.line,
    s.quantity,
    s.total,
    s.tax,
    s.discountBeforeTax,
  ]);
const line = (order: Order, index = 0): number => order.lines[index]?.id ?? 0;

describe("a change of an order", () => {
  let shop: Shop;
  let events: ShopEvent[];
  let order: Order;
  const topics = (): string[] => events.map((event) => event.topic);
  beforeEach(() => {
    ({ shop, events } = openShop());
    const customerId = shop.createCustomer().id;
    order = shop.placeOrder({
      customerId,
      taxRate: 0.1,
      shipping: 500,
      lines: [
        { title: "Cup", price: 1000, quantity: 3, discount: 300 },
        { title: "Pot", price: 2000, quantity: 1 },
      ],
    });
    events.length = 0;
  });

  it("charges added units at the line's price and new lines at theirs", () => {
    shop.editOrder(order.id, {
      at: LATER,
      set: [{ lineItemId: line(order), quantity: 4 }],
      add: [{ title: "Lid", price: 300, quantity: 2 }],
    });
    expect(order.agreements[1]).toMatchObject({
      type: "OrderEditAgreement",
      reason: "ORDER_EDIT",
      happenedAt: LATER,
    });
    expect(rows(order, 1)).toEqual([
      ["ORDER", "PRODUCT", 2, 660, 60, 0],
      ["ORDER", "PRODUCT", 1, 1100, 100, 0],
    ]);
    expect(order.lines.map((l) => [l.quantity, l.currentQuantity])).toEqual([
      [4, 4],
      [1, 1],
      [2, 2],
    ]);
    expect(topics()).toContain("orders/edited");
    expect(topics().at(-1)).toBe("orders/updated");
  });

  it("returns removed units with their share of discount and tax", () => {
    shop.editOrder(order.id, { set: [{ lineItemId: line(order), quantity: 1 }] });
    expect(rows(order, 1)).toEqual([["RETURN", "PRODUCT", -2, -1980, -180, -200]]);
    expect(order.lines[0]).toMatchObject({ quantity: 3, currentQuantity: 1 });
  });

  it("books a discount added later without moving gross or units", () => {
    shop.editOrder(order.id, { discounts: [{ lineItemId: line(order, 1), amount: 500 }] });
    const [sale] = order.agreements[1]?.sales ?? [];
    expect(sale).toMatchObject({
      action: "UPDATE",
      quantity: 0,
      total: -550,
      tax: -50,
      discountBeforeTax: 500,
    });
  });

  it("refunds lines and shipping, and holds a fee back as an adjustment", () => {
    const refund = shop.refund(order.id, {
      lines: [{ lineItemId: line(order, 1), quantity: 1 }],
      shipping: true,
      restockingFee: 100,
    });
    expect(rows(order, 1)).toEqual([
      ["RETURN", "PRODUCT", -1, -2200, -200, 0],
      ["RETURN", "SHIPPING", -1, -550, -50, 0],
      ["RETURN", "ADJUSTMENT", null, 100, 0, 0],
    ]);
    expect(refund).toMatchObject({ total: 2650, lines: [{ quantity: 1, subtotal: 2000, tax: 200 }] });
    expect(financialStatus(order)).toBe("PARTIALLY_REFUNDED");
    expect(topics()).toContain("refunds/create");
  });

  it("refunds an amount without touching a line", () => {
    shop.refund(order.id, { amount: 700 });
    expect(rows(order, 1)).toEqual([["RETURN", "ADJUSTMENT", null, -700, 0, 0]]);
    expect(order.lines.map((l) => l.currentQuantity)).toEqual([3, 1]);
  });

  it("charges a fee with a return, and sells the new line of an exchange in the same agreement", () => {
    shop.exchange(order.id, {
      lines: [{ lineItemId: line(order, 1), quantity: 1 }],
      add: [{ title: "Kettle", price: 2500, quantity: 1 }],
      restockingFee: 100,
    });
    expect(order.agreements[1]).toMatchObject({
      type: "ReturnAgreement",
      reason: "RETURN",
      returnId: order.returns[0]?.id,
    });
    expect(rows(order, 1)).toEqual([
      ["RETURN", "PRODUCT", -1, -2200, -200, 0],
      ["ORDER", "PRODUCT", 1, 2750, 250, 0],
      ["ORDER", "FEE", 1, 100, 0, 0],
    ]);
    expect(topics()).toEqual(expect.arrayContaining(["returns/approve", "returns/close", "orders/updated"]));
  });

  it("cancels down to nothing, earlier goodwill evened out", () => {
    shop.refund(order.id, { amount: 700 });
    shop.cancelOrder(order.id, { at: LATER });
    expect(order).toMatchObject({ cancelledAt: LATER, currentTotal: 0, updatedAt: LATER });
    expect(rows(order, 2)?.at(-1)).toEqual(["RETURN", "ADJUSTMENT", null, 700, 0, 0]);
    expect(financialStatus(order)).toBe("REFUNDED");
    expect(topics()).toContain("orders/cancelled");
    expect(() => shop.refund(order.id, { amount: 1 })).toThrow(/cancelled/);
  });

  it("leaves the order as it was when it is refused", () => {
    const before = structuredClone(order);
    const lineItemId = line(order);
    expect(() => shop.refund(order.id, { lines: [{ lineItemId, quantity: 4 }] })).toThrow(/4 of 3/);
    expect(() => shop.refund(order.id, { amount: 1_000_000 })).toThrow(/Cannot refund/);
    expect(() =>
      shop.editOrder(order.id, {
        set: [{ lineItemId, quantity: 9 }],
        discounts: [{ lineItemId: line(order, 1), amount: 9999 }],
      }),
    ).toThrow(/discount/);
    expect(() =>
      shop.returnItems(order.id, {
        lines: [
          { lineItemId, quantity: 2 },
          { lineItemId, quantity: 2 },
        ],
      }),
    ).toThrow();
    expect(order).toEqual(before);
    expect(events).toEqual([]);
  });

  it("says in its webhook which order moved, in REST form and in the shop's time", () => {
    shop.refund(order.id, { at: LATER, amount: 700 });
    const update = events.find((event) => event.topic === "orders/updated");
    expect(update?.payload).toMatchObject({
      id: order.id,
      admin_graphql_api_id: `gid://shopify/Order/${order.id}`,
      updated_at: "2026-03-05T11:00:00+01:00",
      total_price: "57.20",
      current_total_price: "50.20",
      customer: { id: order.customerId },
    });
    expect(JSON.stringify(events)).not.toMatch(/email"|first_name|address|phone/);
  });
});

describe("customers", () => {
  it("count orders and money over a life, test orders apart", () => {
    const { shop } = openShop();
    const customer = shop.createCustomer();
    const place = (test: boolean) =>
      shop.placeOrder({ customerId: customer.id, test, lines: [{ price: 1000, quantity: 1 }] });
    const order = place(false);
    place(true);
    shop.refund(order.id, { amount: 300 });
    expect(customer).toMatchObject({ numberOfOrders: 1, amountSpent: 700 });
    shop.deleteOrder(order.id);
    expect(customer).toMatchObject({ numberOfOrders: 0, amountSpent: 0 });
    expect(shop.orders.has(order.id)).toBe(false);
  });

  it("are merged: the orders move, yet are not updated", () => {
    const { shop, events } = openShop();
    const [kept, other] = [
      shop.createCustomer({ tags: ["a"] }),
      shop.createCustomer({ tags: ["b"], country: "DE" }),
    ];
    const place = (customerId: number) =>
      shop.placeOrder({ customerId, lines: [{ price: 1000, quantity: 1 }] });
    const [first, second] = [place(kept.id), place(other.id)];
    events.length = 0;
    shop.mergeCustomers(kept.id, other.id, LATER);
    expect(second).toMatchObject({ customerId: kept.id, updatedAt: NOW });
    expect(shop.customerOrders(kept.id)).toEqual([first, second]);
    expect(kept).toMatchObject({
      numberOfOrders: 2,
      amountSpent: 2000,
      tags: ["a", "b"],
      country: "DE",
      updatedAt: LATER,
    });
    expect(shop.customers.has(other.id)).toBe(false);
    expect(events.map((event) => event.topic)).toEqual(["customers/merge", "customers/update"]);
    expect(events[0]?.payload).toMatchObject({
      admin_graphql_api_customer_kept_id: `gid://shopify/Customer/${kept.id}`,
      admin_graphql_api_customer_deleted_id: `gid://shopify/Customer/${other.id}`,
    });
  });

  it("are updated, redacted and deleted, each with its own topic", () => {
    const { shop, events } = openShop();
    const customer = shop.createCustomer({ tags: ["old"] });
    shop.updateCustomer(customer.id, { tags: ["new"], emailMarketing: "SUBSCRIBED" });
    const order = shop.placeOrder({ customerId: customer.id, lines: [{ price: 1, quantity: 1 }] });
    expect(() => shop.deleteCustomer(customer.id)).toThrow(/with orders/);
    shop.redactCustomer(customer.id);
    expect(customer).toMatchObject({ emailMarketing: "REDACTED", tags: [], country: null });
    expect(events.at(-1)?.payload).toMatchObject({
      customer: { id: customer.id },
      orders_to_redact: [order.id],
    });
    shop.deleteOrder(order.id);
    shop.deleteCustomer(customer.id);
    const topics = events.map((event) => event.topic).filter((topic) => topic.startsWith("customer"));
    expect(topics).toEqual([
      "customers/create",
      "customers/update",
      "customer.tags_added",
      "customer.tags_removed",
      "customers_email_marketing_consent/update",
      "customers/purchasing_summary",
      "customers/redact",
      "customers/purchasing_summary",
      "customers/delete",
    ]);
  });
});

it("an import is placed in the past and known today", () => {
  const { shop } = openShop();
  const order = shop.importOrder({
    processedAt: "2020-05-01T00:00:00Z",
    lines: [{ price: 100, quantity: 1 }],
  });
  expect(order).toMatchObject({ processedAt: "2020-05-01T00:00:00Z", createdAt: NOW, updatedAt: NOW });
  expect(order.agreements[0]?.happenedAt).toBe(NOW);
});

it("a gift card pays without discounting, and gets its money back last", () => {
  const { shop } = openShop();
  const order = shop.placeOrder({ giftCardPayment: 600, lines: [{ price: 1000, quantity: 1 }] });
  shop.refund(order.id, { amount: 500 });
  expect(order.transactions.map((t) => [t.kind, t.gateway, t.amount])).toEqual([
    ["SALE", "gift_card", 600],
    ["SALE", "shopify_payments", 400],
    ["REFUND", "shopify_payments", 400],
    ["REFUND", "gift_card", 100],
  ]);
  expect(order.agreements[0]?.sales[0]).toMatchObject({ total: 1000, discountBeforeTax: 0 });
});

it("an order that is not paid owes less after a refund, and nothing moves", () => {
  const { shop } = openShop();
  const order = shop.placeOrder({ paid: false, lines: [{ price: 1000, quantity: 2 }] });
  shop.refund(order.id, { lines: [{ lineItemId: line(order), quantity: 1 }] });
  expect(order).toMatchObject({ currentTotal: 1000, transactions: [], refunds: [{ total: 0 }] });
  expect(financialStatus(order)).toBe("PENDING");
  shop.cancelOrder(order.id);
  expect(financialStatus(order)).toBe("VOIDED");
});
