// What a merge replaces, keeps and forgets.
import { expect, it } from "vitest";
import { ShopNotReady } from "../../../app/errors.ts";
import { describeWarehouses } from "../../tools/setup/warehouses.ts";
import { euroShop, READ_AT, SHOP } from "./euro-shop.ts";
import { customerRow, fileOf, jsonl, load, orderRows, simpleOrder, stages } from "./files.ts";
import { reaching } from "./reaching.ts";

describeWarehouses("a merge", (open) => {
  const shop = euroShop(open);
  const { merge, rows } = shop;

  it("replaces an order as a whole and refuses reads that are older", async () => {
    const first = simpleOrder(1, "2026-03-01T10:00:00Z", "5.00", { updatedAt: "2026-03-02T00:00:00Z" });
    const second = simpleOrder(1, "2026-03-01T10:00:00Z", "9.00", {
      updatedAt: "2026-03-03T00:00:00Z",
      lines: [],
    });
    expect(await merge(orderRows(second), "2026-03-04T00:00:00Z")).toMatchObject({
      orders: 1,
      changedOrders: 1,
    });
    expect(await merge(orderRows(first), "2026-03-05T00:00:00Z")).toMatchObject({
      orders: 0,
      skippedOlder: 1,
    });
    expect(await merge(orderRows({ ...second, channel: "pos" }), "2026-03-03T12:00:00Z")).toMatchObject({
      orders: 0,
    });
    expect(await rows("SELECT current_total, channel FROM orders")).toEqual([
      { current_total: 900, channel: "web" },
    ]);
    expect(await shop.warehouse.of(SHOP).counts()).toMatchObject({ sales: 1, order_lines: 0, activity: 1 });
    expect(await merge(orderRows(second), "2026-03-06T00:00:00Z")).toMatchObject({
      orders: 1,
      changedOrders: 0,
    });
  });

  it("takes the newest of several versions in one load", async () => {
    const old = simpleOrder(1, "2026-03-01T10:00:00Z", "5.00");
    const fresh = simpleOrder(1, "2026-03-01T10:00:00Z", "8.00", { updatedAt: "2026-03-02T00:00:00Z" });
    const files = [fresh, old, fresh].map((order) => fileOf(jsonl(orderRows(order))));
    expect(await shop.warehouse.of(SHOP).merge({ files, readAt: READ_AT, stages })).toMatchObject({
      orders: 1,
      sales: 1,
      lines: 1,
    });
    expect(await rows("SELECT total FROM sales")).toEqual([{ total: 800 }]);
  });

  it("moves an order to another customer with all that followed from it", async () => {
    const day = (n: number) => `2026-03-0${n}T10:00:00Z`;
    const order = (id: number, customer: number | undefined, updatedAt: string) =>
      orderRows(simpleOrder(id, day(id), "5.00", { customer, updatedAt, customerOrders: 2 }));
    await merge([...order(1, 7, day(1)), ...order(2, 7, day(2)), ...order(3, 8, day(3))]);
    await merge(order(1, 8, day(9)));
    expect(await rows("SELECT order_id, customer_id, seq, prev_day FROM orders ORDER BY order_id")).toEqual([
      { order_id: 1, customer_id: 8, seq: 1, prev_day: null },
      { order_id: 2, customer_id: 7, seq: 1, prev_day: null },
      { order_id: 3, customer_id: 8, seq: 2, prev_day: "2026-03-01" },
    ]);
    expect(await rows("SELECT customer_id, from_day, orders FROM customer_history ORDER BY 1, 2")).toEqual([
      { customer_id: 7, from_day: "2026-03-02", orders: 1 },
      { customer_id: 8, from_day: "2026-03-01", orders: 1 },
      { customer_id: 8, from_day: "2026-03-03", orders: 2 },
    ]);
    expect(await rows("SELECT customer_id, history_complete FROM customers ORDER BY 1")).toEqual([
      { customer_id: 7, history_complete: false },
      { customer_id: 8, history_complete: true },
    ]);
    await merge(order(1, undefined, "2026-03-10T00:00:00Z"));
    expect(await rows("SELECT customer_id, seq FROM orders WHERE order_id = 1")).toEqual([
      { customer_id: null, seq: null },
    ]);
    expect(await rows("SELECT customer_id FROM activity WHERE order_id = 1")).toEqual([
      { customer_id: null },
    ]);
  });

  it("keeps test orders out of what is derived", async () => {
    await merge(orderRows(simpleOrder(1, "2026-03-01T10:00:00Z", "5.00", { customer: 1, test: true })));
    expect(await shop.warehouse.of(SHOP).counts()).toMatchObject({
      orders: 1,
      sales: 1,
      activity: 0,
      customer_history: 0,
    });
    expect(await rows("SELECT seq FROM orders")).toEqual([{ seq: null }]);
    expect(await rows("SELECT history_complete FROM customers")).toEqual([{ history_complete: false }]);
  });

  it("counts a customer's orders once when one of them changes in the load in which another goes", async () => {
    const order = (id: number) =>
      orderRows(simpleOrder(id, `2026-03-0${id}T10:00:00Z`, "5.00", { customer: 1 }));
    await merge([1, 2, 3, 4].flatMap(order), "2026-03-10T00:00:00Z");
    await shop.warehouse.of(SHOP).merge(load("2026-03-11T00:00:00Z", order(4), { removedOrders: [1] }));
    expect(await rows("SELECT order_id, seq FROM orders ORDER BY order_id")).toEqual([
      { order_id: 2, seq: 1 },
      { order_id: 3, seq: 2 },
      { order_id: 4, seq: 3 },
    ]);
    expect(await rows("SELECT max(orders) AS orders, max(net) AS net FROM customer_history")).toEqual([
      { orders: 3, net: 1500 },
    ]);
  });

  it("forgets orders that are gone, and a read from before does not bring them back", async () => {
    const one = orderRows(simpleOrder(1, "2026-03-01T10:00:00Z", "5.00", { customer: 1 }));
    const two = orderRows(simpleOrder(2, "2026-03-02T10:00:00Z", "5.00", { customer: 1 }));
    await merge([...one, ...two], "2026-03-10T00:00:00Z");
    await shop.warehouse.of(SHOP).merge(load("2026-03-09T00:00:00Z", [], { removedOrders: [1] }));
    expect((await shop.warehouse.of(SHOP).counts()).orders, "seen after it was said to be gone").toBe(2);
    await shop.warehouse.of(SHOP).merge(load("2026-03-11T00:00:00Z", [], { removedOrders: [1, 99] }));
    expect(await shop.warehouse.of(SHOP).counts()).toMatchObject({
      orders: 1,
      sales: 1,
      order_lines: 1,
      activity: 1,
      customer_history: 1,
    });
    expect(await rows("SELECT order_id, seq FROM orders")).toEqual([{ order_id: 2, seq: 1 }]);
    expect(await merge(one, "2026-03-10T12:00:00Z")).toMatchObject({ orders: 0, skippedOlder: 1 });
    expect(await merge(one, "2026-03-12T00:00:00Z")).toMatchObject({ orders: 1 });
  });

  it("forgets customers that were merged into another", async () => {
    await merge(
      [customerRow({ id: 1, updatedAt: "2026-03-01T00:00:00Z", orders: 0 })],
      "2026-03-02T00:00:00Z",
    );
    await shop.warehouse.of(SHOP).merge(load("2026-03-03T00:00:00Z", [], { removedCustomers: [1] }));
    expect((await shop.warehouse.of(SHOP).counts()).customers).toBe(0);
    await merge(
      [customerRow({ id: 1, updatedAt: "2026-03-01T00:00:00Z", orders: 0 })],
      "2026-03-02T12:00:00Z",
    );
    expect((await shop.warehouse.of(SHOP).counts()).customers).toBe(0);
  });

  it("joins what orders and customer records say of a customer", async () => {
    await merge(
      orderRows(simpleOrder(1, "2026-03-01T10:00:00Z", "5.00", { customer: 4, customerOrders: 2 })),
      "2026-03-02T00:00:00Z",
    );
    await merge(
      [
        customerRow({
          id: 4,
          updatedAt: "2026-03-03T00:00:00Z",
          orders: 1,
          consent: "SUBSCRIBED",
          tags: ["a", "b"],
        }),
      ],
      "2026-03-04T00:00:00Z",
    );
    await merge(
      [customerRow({ id: 4, updatedAt: "2026-03-02T00:00:00Z", orders: 9, consent: "NEVER" })],
      "2026-03-03T00:00:00Z",
    );
    expect(
      await rows(
        "SELECT customer_id, created_day, email_consent, tags, shopify_orders, history_complete FROM customers",
      ),
    ).toEqual([
      {
        customer_id: 4,
        created_day: "2023-01-01",
        email_consent: "SUBSCRIBED",
        tags: '["a","b"]',
        shopify_orders: 1,
        history_complete: true,
      },
    ]);
  });

  it("keeps the first cost that was seen of a line", async () => {
    const order = (cost: string, updatedAt: string) =>
      orderRows(
        simpleOrder(1, "2026-03-01T10:00:00Z", "5.00", {
          updatedAt,
          lines: [{ id: 10, quantity: 1, price: "5.00", cost }],
        }),
      );
    await merge(order("2.00", "2026-03-02T00:00:00Z"));
    await merge(order("3.00", "2026-03-03T00:00:00Z"));
    expect(await rows("SELECT unit_cost FROM order_lines")).toEqual([{ unit_cost: 200 }]);
  });

  it("raises the data version once", async () => {
    const version = (await shop.warehouse.of(SHOP).meta())?.data_version ?? 0;
    const result = await merge(orderRows(simpleOrder(1, "2026-03-01T10:00:00Z", "5.00")));
    expect(result.dataVersion).toBe(version + 1);
    expect((await shop.warehouse.of(SHOP).meta())?.data_version).toBe(version + 1);
  });

  it("leaves out, and names, orders in another currency, until they come in the shop's", async () => {
    const order = (currency: string, updatedAt: string) =>
      orderRows(
        simpleOrder(2, "2026-03-02T10:00:00Z", "7.00", {
          updatedAt,
          lines: [{ id: 20, quantity: 1, price: "7.00" }],
          currency,
        }),
      );
    const own = orderRows(simpleOrder(1, "2026-03-01T10:00:00Z", "5.00"));
    const mixed = await merge([...own, ...order("USD", "2026-03-02T10:00:00Z")], "2026-03-03T00:00:00Z");
    expect(mixed).toMatchObject({ orders: 1, sales: 1, otherCurrency: 1 });
    for (const table of ["orders", "order_lines", "sales"])
      expect(await rows(`SELECT DISTINCT order_id FROM ${table}`)).toEqual([{ order_id: 1 }]);
    const named = "SELECT id FROM removed WHERE kind = 'other_currency'";
    expect(await rows(named)).toEqual([{ id: 2 }]);
    const again = await merge(order("EUR", "2026-03-04T10:00:00Z"), "2026-03-05T00:00:00Z");
    expect(again).toMatchObject({ orders: 1, lines: 1, otherCurrency: 0 });
    expect(await rows(named)).toEqual([]);
  });

  it("needs the shop's currency and time zone first", async () => {
    await expect(shop.warehouse.of("new.myshopify.com").merge(load(READ_AT, []))).rejects.toBeInstanceOf(
      ShopNotReady,
    );
    await expect(shop.warehouse.of("new.myshopify.com").setMeta(reaching("loading"))).rejects.toThrow(
      "currency",
    );
    expect(await shop.warehouse.of("new.myshopify.com").meta()).toBeNull();
  });
});
