import path from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import { BrokenFile, ShopNotReady } from "../../app/errors.ts";
import { filesOf } from "../../app/warehouse/staging.ts";
import type { Warehouse } from "../../app/warehouse/warehouse.server.ts";
import { describeWarehouses } from "../setup/warehouses.ts";
import { dump } from "./dump.ts";
import { customerRow, fileOf, jsonl, load, orderRows, simpleOrder, stages, type TestOrder } from "./files.ts";

const SHOP = "golden.myshopify.com";
const READ_AT = "2026-03-31T12:00:00Z";

const euros = { currency: "EUR", decimals: 2, time_zone: "Europe/Berlin" };

describeWarehouses("a merge", (open) => {
  let warehouse: Warehouse;
  beforeEach(async () => {
    warehouse = await open();
    await warehouse.setMeta(SHOP, euros);
  });

  const merge = (rows: object[], readAt = READ_AT) => warehouse.merge(SHOP, load(readAt, rows));
  const rows = (sql: string) => warehouse.query(SHOP, sql);

  describe("money", () => {
    it.each([
      ["JPY", 0, "1250.0", 1250],
      ["EUR", 2, "12.5", 1250],
      ["KWD", 3, "1.25", 1250],
    ])("is whole minor units of %s with %i decimals", async (currency, decimals, total, minor) => {
      await warehouse.setMeta(`${currency}.myshopify.com`, { ...euros, currency, decimals });
      await warehouse.merge(
        `${currency}.myshopify.com`,
        load(READ_AT, orderRows(simpleOrder(1, "2026-03-01T10:00:00Z", total))),
      );
      const [sale] = await warehouse.query(`${currency}.myshopify.com`, "SELECT total FROM sales");
      expect(sale).toEqual({ total: minor });
    });

    it.each(["12.345", "12.3000001"])(
      "with a remainder, %s, is refused with its file and line",
      async (total) => {
        await merge(orderRows(simpleOrder(1, "2026-03-01T10:00:00Z", "5.00")));
        const before = await dump(warehouse, SHOP);
        const given = load(READ_AT, [
          ...orderRows(simpleOrder(2, "2026-03-01T10:00:00Z", "7.00")),
          ...orderRows(simpleOrder(3, "2026-03-01T10:00:00Z", total)),
        ]);
        const failure = await warehouse.merge(SHOP, given).catch((error: unknown) => error);
        expect(failure).toBeInstanceOf(BrokenFile);
        expect(String(failure)).toContain(
          `The amount "${total}" has more than 2 decimals (${given.files
            .flatMap(filesOf)
            .map((file) => path.basename(file))
            .join()}, line 5)`,
        );
        expect(await dump(warehouse, SHOP)).toEqual(before);
      },
    );
  });

  describe("a file that cannot be read", () => {
    it.each([
      ["a cut last line", (text: string) => text.slice(0, -20), 4],
      ["a line that is no JSON", (text: string) => text.replace(/\n.*\n/, "\nnonsense\n"), 2],
      ["a count that is no number", (text: string) => text.replace('"quantity":1', '"quantity":"many"'), 2],
      [
        "an instant that is none",
        (text: string) => text.replace('"createdAt":"2026', '"createdAt":"never'),
        1,
      ],
      ["an amount that is none", (text: string) => text.replace('"7.00"', '"7..00"'), 1],
      [
        "an id that is none",
        (text: string) => text.replace("gid://shopify/LineItem/20", "gid://shopify/LineItem/xx"),
        2,
      ],
    ])("with %s names its line, and the old data stay", async (_, spoil, line) => {
      await merge(orderRows(simpleOrder(1, "2026-03-01T10:00:00Z", "5.00")));
      const before = await dump(warehouse, SHOP);
      const version = (await warehouse.meta(SHOP))?.data_version;
      const file = fileOf(spoil(jsonl(orderRows(simpleOrder(2, "2026-03-01T10:00:00Z", "7.00")))));
      const failure = await warehouse
        .merge(SHOP, { files: [file], readAt: READ_AT, stages })
        .catch((e: unknown) => e);
      expect(failure).toBeInstanceOf(BrokenFile);
      expect(String(failure)).toContain(`(${path.basename(file)}, line ${line})`);
      expect(await dump(warehouse, SHOP)).toEqual(before);
      expect((await warehouse.meta(SHOP))?.data_version).toBe(version);
    });

    it("whose sale lost its agreement is refused", async () => {
      const broken = orderRows(simpleOrder(2, "2026-03-01T10:00:00Z", "7.00")).filter(
        (_, index) => index !== 2,
      );
      await expect(merge(broken)).rejects.toThrow("1 sales name a parent that is not in the file");
      expect((await warehouse.counts(SHOP)).orders).toBe(0);
    });

    it("that is empty changes nothing", async () => {
      expect(await warehouse.merge(SHOP, { files: [fileOf("")], readAt: READ_AT, stages })).toMatchObject({
        orders: 0,
      });
    });
  });

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
    expect(await warehouse.counts(SHOP)).toMatchObject({ sales: 1, order_lines: 0, activity: 1 });
    expect(await merge(orderRows(second), "2026-03-06T00:00:00Z")).toMatchObject({
      orders: 1,
      changedOrders: 0,
    });
  });

  it("takes the newest of several versions in one load", async () => {
    const old = simpleOrder(1, "2026-03-01T10:00:00Z", "5.00");
    const fresh = simpleOrder(1, "2026-03-01T10:00:00Z", "8.00", { updatedAt: "2026-03-02T00:00:00Z" });
    const files = [fresh, old, fresh].map((order) => fileOf(jsonl(orderRows(order))));
    expect(await warehouse.merge(SHOP, { files, readAt: READ_AT, stages })).toMatchObject({
      orders: 1,
      sales: 1,
      lines: 1,
    });
    expect(await rows("SELECT total FROM sales")).toEqual([{ total: 800 }]);
  });

  it("books each movement on its own local day, over midnight and the change to summer time", async () => {
    // Berlin is UTC+1 until 29 March 2026, 01:00 UTC, and UTC+2 from then on.
    const order: TestOrder = {
      ...simpleOrder(1, "2026-03-28T22:59:59Z", "10.00", { customer: 1, current: "7.00" }),
      agreements: [
        // Imported: the agreement was made on a later day than the order was placed, and is booked at the placement.
        {
          id: 1,
          reason: "ORDER",
          at: "2026-03-30T08:00:00Z",
          sales: [{ id: 1, action: "ORDER", line: "PRODUCT", item: 10, quantity: 1, total: "10.00" }],
        },
        {
          id: 2,
          reason: "REFUND",
          at: "2026-03-28T23:00:00Z",
          sales: [{ id: 2, action: "RETURN", line: "ADJUSTMENT", total: "-1.00" }],
        },
        {
          id: 3,
          reason: "REFUND",
          at: "2026-03-29T22:00:00Z",
          sales: [{ id: 3, action: "RETURN", line: "ADJUSTMENT", total: "-1.00" }],
        },
        // Said to have happened before the order was placed: never booked earlier than it.
        {
          id: 4,
          reason: "REFUND",
          at: "2026-03-01T00:00:00Z",
          sales: [{ id: 4, action: "RETURN", line: "ADJUSTMENT", total: "-1.00" }],
        },
      ],
    };
    await merge(orderRows(order));
    expect(await rows("SELECT sale_id, local_day, booked_at FROM sales ORDER BY sale_id")).toEqual([
      { sale_id: 1, local_day: "2026-03-28", booked_at: "2026-03-28 22:59:59" },
      { sale_id: 2, local_day: "2026-03-29", booked_at: "2026-03-28 23:00:00" },
      { sale_id: 3, local_day: "2026-03-30", booked_at: "2026-03-29 22:00:00" },
      { sale_id: 4, local_day: "2026-03-28", booked_at: "2026-03-28 22:59:59" },
    ]);
    expect(await rows("SELECT local_at, total_gap FROM orders")).toEqual([
      { local_at: "2026-03-28 23:59:59", total_gap: 0 },
    ]);
    expect(
      await rows("SELECT from_day, to_day, orders, net, last_day FROM customer_history ORDER BY from_day"),
    ).toEqual([
      { from_day: "2026-03-28", to_day: "2026-03-29", orders: 1, net: 900, last_day: "2026-03-28" },
      { from_day: "2026-03-29", to_day: "2026-03-30", orders: 1, net: 800, last_day: "2026-03-28" },
      { from_day: "2026-03-30", to_day: "9999-12-31", orders: 1, net: 700, last_day: "2026-03-28" },
    ]);

    await warehouse.relocalise(SHOP, "America/New_York");
    expect(await rows("SELECT sale_id, local_day FROM sales ORDER BY sale_id")).toEqual([
      { sale_id: 1, local_day: "2026-03-28" },
      { sale_id: 2, local_day: "2026-03-28" },
      { sale_id: 3, local_day: "2026-03-29" },
      { sale_id: 4, local_day: "2026-03-28" },
    ]);
    expect((await warehouse.meta(SHOP))?.time_zone).toBe("America/New_York");
  });

  it("counts a post-purchase upsell as placed and a later edit not", async () => {
    const sale = (id: number) => ({
      id,
      action: "UPDATE",
      line: "PRODUCT",
      quantity: 1,
      total: "4.00",
      discount: "1.00",
    });
    const order = simpleOrder(1, "2026-03-01T10:00:00Z", "10.00", { customer: 1, current: "18.00" });
    order.agreements?.push(
      { id: 2, reason: "ORDER_EDIT", at: "2026-03-01T10:01:30Z", sales: [sale(2)] },
      { id: 3, reason: "ORDER_EDIT", at: "2026-03-01T10:01:31Z", sales: [sale(3)] },
    );
    await merge(orderRows(order));
    // 10 + (4 + 1), of which 1 discount; then 4 more in net.
    expect(
      await rows(
        "SELECT placed_gross, placed_discount, placed_net, placed_units, net_so_far, placed_gap, total_gap FROM orders",
      ),
    ).toEqual([
      {
        placed_gross: 1500,
        placed_discount: 100,
        placed_net: 1400,
        placed_units: 2,
        net_so_far: 1800,
        placed_gap: 0,
        total_gap: 0,
      },
    ]);
  });

  it("sorts each movement into its column, and keeps what it does not know in total sales only", async () => {
    const order: TestOrder = {
      ...simpleOrder(1, "2026-03-01T10:00:00Z", "0.00", {
        customer: 1,
        original: "100.00",
        current: "100.00",
      }),
      agreements: [
        {
          id: 1,
          reason: "ORDER",
          at: "2026-03-01T10:00:00Z",
          sales: [
            {
              id: 1,
              action: "ORDER",
              line: "PRODUCT",
              item: 10,
              quantity: 2,
              total: "11.90",
              tax: "1.90",
              discount: "5.00",
            },
            {
              id: 2,
              action: "ORDER",
              line: "PRODUCT",
              item: 10,
              quantity: 1,
              total: "0.00",
              discount: "3.00",
            },
            {
              id: 3,
              action: "RETURN",
              line: "PRODUCT",
              item: 10,
              quantity: -1,
              total: "-5.95",
              tax: "-0.95",
              discount: "-2.50",
            },
            { id: 4, action: "RETURN", line: "ADJUSTMENT", total: "1.00" },
            { id: 5, action: "ORDER", line: "SHIPPING", quantity: 1, total: "5.95", tax: "0.95" },
            { id: 6, action: "RETURN", line: "SHIPPING", total: "-1.19", tax: "-0.19" },
            { id: 7, action: "ORDER", line: "GIFT_CARD", quantity: 1, total: "50.00" },
            { id: 8, action: "ORDER", line: "TIP", total: "2.00" },
            { id: 9, action: "ORDER", line: "DUTY", total: "3.00" },
            { id: 10, action: "ORDER", line: "ADDITIONAL_FEE", total: "0.40" },
            { id: 11, action: "ORDER", line: "FEE", total: "0.50" },
            { id: 12, action: "TRADE", line: "PRODUCT", item: 10, quantity: 1, total: "0.07" },
            { id: 13, action: "ORDER", line: "CARBON_OFFSET", total: "0.03" },
          ],
        },
      ],
    };
    await merge(orderRows(order));
    // Gross: 11.90 − 1.90 + 5.00 and 0 + 3.00. Reversals: 5.95 − .95 taken back, less 1.00 kept as a restocking fee.
    expect(
      await rows(
        "SELECT gross, discounts, reversals, units, units_reversed, shipping, tax, duties, fees, tips FROM activity",
      ),
    ).toEqual([
      {
        gross: 1800,
        discounts: 800,
        reversals: 400,
        units: 3,
        units_reversed: 1,
        shipping: 400,
        tax: 171,
        duties: 300,
        fees: 100,
        tips: 200,
      },
    ]);
    expect(await rows("SELECT line_type FROM sales WHERE sale_id = 13")).toEqual([
      { line_type: "CARBON_OFFSET" },
    ]);
    // 11.90 − 5.95 + 1.00 + 5.95 − 1.19 + 50 + 2 + 3 + .40 + .50 + .07 + .03 = 67.71
    expect(await rows("SELECT total_gap FROM orders")).toEqual([{ total_gap: 6771 - 10000 }]);
  });

  it("makes a ledger from the lines where an order has no agreements", async () => {
    const bare = { agreements: [], customer: 1 };
    const lines = [
      { id: 1, product: 3, quantity: 2, current: 1, price: "10.00" },
      { id: 2, quantity: 1, price: "5.00", giftCard: true },
    ];
    await merge([
      // 25 of lines, 20 paid: 5 discount. One of 10 came back, 9 are gone: 1 stays unexplained.
      ...orderRows(simpleOrder(1, "2026-03-01T10:00:00Z", "20.00", { ...bare, lines, current: "11.00" })),
      // 25 of lines, 30 paid: tax and shipping.
      ...orderRows(
        simpleOrder(2, "2026-03-02T10:00:00Z", "30.00", {
          ...bare,
          lines: lines.map((line) => ({ ...line, id: line.id + 9, current: line.quantity })),
        }),
      ),
    ]);
    expect(
      await rows("SELECT order_id, derived, placed_gap, total_gap, net_so_far FROM orders ORDER BY order_id"),
    ).toEqual([
      { order_id: 1, derived: true, placed_gap: 0, total_gap: 0, net_so_far: 500 },
      { order_id: 2, derived: true, placed_gap: 0, total_gap: 0, net_so_far: 2000 },
    ]);
    expect(
      await rows("SELECT order_id, gross, discounts, reversals, fees FROM activity ORDER BY order_id"),
    ).toEqual([
      { order_id: 1, gross: 2000, discounts: 500, reversals: 1000, fees: 100 },
      { order_id: 2, gross: 2000, discounts: 0, reversals: 0, fees: 500 },
    ]);
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
    expect(await warehouse.counts(SHOP)).toMatchObject({
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
    await warehouse.merge(SHOP, load("2026-03-11T00:00:00Z", order(4), { removedOrders: [1] }));
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
    await warehouse.merge(SHOP, load("2026-03-09T00:00:00Z", [], { removedOrders: [1] }));
    expect((await warehouse.counts(SHOP)).orders, "seen after it was said to be gone").toBe(2);
    await warehouse.merge(SHOP, load("2026-03-11T00:00:00Z", [], { removedOrders: [1, 99] }));
    expect(await warehouse.counts(SHOP)).toMatchObject({
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
    await warehouse.merge(SHOP, load("2026-03-03T00:00:00Z", [], { removedCustomers: [1] }));
    expect((await warehouse.counts(SHOP)).customers).toBe(0);
    await merge(
      [customerRow({ id: 1, updatedAt: "2026-03-01T00:00:00Z", orders: 0 })],
      "2026-03-02T12:00:00Z",
    );
    expect((await warehouse.counts(SHOP)).customers).toBe(0);
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
    const version = (await warehouse.meta(SHOP))?.data_version ?? 0;
    const result = await merge(orderRows(simpleOrder(1, "2026-03-01T10:00:00Z", "5.00")));
    expect(result.dataVersion).toBe(version + 1);
    expect((await warehouse.meta(SHOP))?.data_version).toBe(version + 1);
  });

  it("leaves out, and names, orders in another currency, until they come in the shop's", async () => {
    const order = (currency: string, updatedAt: string) =>
      orderRows(
        simpleOrder(2, "2026-03-02T10:00:00Z", "7.00", {
          updatedAt,
          lines: [{ id: 20, quantity: 1, price: "7.00" }],
        }),
      ).map((row) => ("original" in row ? { ...row, currency } : row));
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
    await expect(warehouse.merge("new.myshopify.com", load(READ_AT, []))).rejects.toBeInstanceOf(
      ShopNotReady,
    );
    await expect(warehouse.setMeta("new.myshopify.com", { history: "loading" })).rejects.toThrow("currency");
    expect(await warehouse.meta("new.myshopify.com")).toBeNull();
  });
});
