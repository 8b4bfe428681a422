import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { db } from "../../../app/db.server.ts";
import { PAGED_UP_TO, type ShopContext } from "../../../app/sync/context.ts";
import { refetch } from "../../../app/sync/reading/refetch.ts";
import { READ_ATTEMPTS } from "../../../app/sync/shop/webhook-days.ts";
import { syncStateOf } from "../../../app/sync/shop/state.ts";
import { sweep } from "../../../app/sync/reading/sweep.ts";
import type { Warehouse } from "../../../app/warehouse/warehouse.server.ts";
import { Shop } from "../../shopify/shop.ts";
import { booksIn, booksOf, gapsIn, openWorld, syncWhole, type World } from "./world.ts";

let world: World;
let warehouse: Warehouse;
let shop: Shop;
let context: ShopContext;
let number = 0;

beforeAll(async () => {
  world = await openWorld();
  warehouse = await world.warehouse();
});
afterAll(() => world.close());
beforeEach(async () => {
  const ago = (days: number) => new Date(Date.now() - days * 86_400_000);
  shop = new Shop({
    handle: `sweep-${++number}`,
    currency: "EUR",
    timeZone: "Europe/Berlin",
    createdAt: ago(900),
  });
  const customer = shop.createCustomer({ at: ago(400), country: "DE" });
  for (const days of [390, 200, 70, 10])
    shop.placeOrder({
      at: ago(days),
      customerId: customer.id,
      lines: [{ title: "Cup", price: 1000, quantity: days }],
    });
  await world.install(shop);
  context = world.context(shop, warehouse, { pagedUpTo: PAGED_UP_TO });
  await syncWhole(context);
});

const someOrder = () => [...shop.orders.values()][0] ?? expect.fail("no order");
const agrees = async () => {
  expect(await booksIn(warehouse, shop)).toEqual(booksOf(shop));
  expect(await gapsIn(warehouse, shop)).toEqual([]);
};

describe("a sweep", () => {
  it("after a clock that was fast begins from the last instant that can be, so that nothing is lost", async () => {
    const hours = (count: number) => new Date(Date.now() + count * 3_600_000);
    const where = { domain: shop.domain };
    await db.shop.update({ where, data: { sweptUntil: hours(3), firstSyncStartedAt: hours(-30) } });
    shop.refund(someOrder().id, { amount: 500 });
    // The order, and its customer.
    expect((await sweep(context)).found).toBe(2);
    await agrees();
    expect((await db.shop.findUniqueOrThrow({ where })).sweptUntil?.getTime()).toBeLessThanOrEqual(
      Date.now(),
    );
  });

  it("finds what no webhook told: new orders and customers, refunds, cancellations, edits", async () => {
    const [first, second, third] = [...shop.orders.values()];
    if (!first || !second || !third) return expect.fail("too few orders");
    shop.refund(first.id, { amount: 500 });
    shop.cancelOrder(second.id);
    shop.editOrder(third.id, { add: [{ title: "Saucer", price: 300, quantity: 1 }] });
    const customer = shop.createCustomer({ country: "FR" });
    shop.placeOrder({ customerId: customer.id, lines: [{ title: "Cup", price: 1000, quantity: 1 }] });
    shop.placeOrder({ customerId: null, lines: [{ title: "Cup", price: 1000, quantity: 1 }] });

    const { found } = await sweep(context);
    // Five orders, the new customer, and the one whose orders changed.
    expect(found).toBeGreaterThanOrEqual(6);
    await agrees();
    expect(await sweep(context)).toMatchObject({ found: 0 });

    const row = await db.shop.findUniqueOrThrow({ where: { domain: shop.domain } });
    expect(row.lastSweepFound).toBe(0);
    expect(row.sweptUntil).toEqual(row.lastSweepAt);
    const meta = await warehouse.of(shop.domain).meta();
    expect(Date.parse(`${meta?.coverage["orders"]?.fresh_at?.replace(" ", "T")}Z`)).toBe(
      row.sweptUntil?.getTime(),
    );
  });

  it("finds a change that fell into the second of the one before, which updated_at cannot tell apart", async () => {
    const at = new Date(Math.floor(Date.now() / 1000) * 1000);
    const lines = [{ title: "Cup", price: 1000, quantity: 1 }];
    const { id, updatedAt } = shop.placeOrder({ customerId: null, lines, at });
    expect(await sweep(context)).toMatchObject({ found: 1 });
    shop.refund(id, { amount: 200, at });
    expect(shop.orders.get(id)?.updatedAt).toBe(updatedAt);

    expect(await sweep(context)).toMatchObject({ found: 1 });
    await agrees();
  });

  it("finds a customer's second change of one second, too, and counts nobody who is as before", async () => {
    const at = new Date(Math.floor(Date.now() / 1000) * 1000);
    const [customer] = shop.customers.values();
    const id = customer?.id ?? 0;
    shop.updateCustomer(id, { tags: ["first"], at });
    expect(await sweep(context)).toMatchObject({ found: 1 });
    shop.updateCustomer(id, { tags: ["second"], at });
    expect(shop.customers.get(id)?.updatedAt).toBe(at.toISOString().replace(".000Z", "Z"));

    expect(await sweep(context)).toMatchObject({ found: 1 });
    expect(await warehouse.of(shop.domain).query("SELECT tags FROM customers")).toEqual([
      { tags: '["second"]' },
    ]);
    expect(await sweep(context)).toMatchObject({ found: 0 });
  });

  it("notes what it mended, and of it what no webhook had told; what was read already is nothing mended", async () => {
    const [announced, missed] = [...shop.orders.values()];
    if (!announced || !missed) return expect.fail("too few orders");
    const noted = () =>
      db.check.findMany({ where: { shop: shop.domain, kind: "sweep" }, orderBy: { startedAt: "asc" } });
    await sweep(context);
    const before = (await noted()).length;
    for (const { id } of [announced, missed]) shop.refund(id, { amount: 100 });
    const event = { shop: shop.domain, topic: "orders/updated", webhookId: "w" };
    await db.webhookEvent.create({
      data: { ...event, eventId: `${announced.id}`, resourceIds: [announced.id] },
    });
    await sweep(context);
    const found = (await noted()).at(-1)?.found;
    // The orders' customer has changed with them.
    expect(found).toEqual({ orders_told: 1, orders_untold: 1, customers_untold: 1 });
    await sweep(context);
    expect(await noted()).toHaveLength(before + 1);
  });

  it("uses a bulk operation when much has changed, to the same books", async () => {
    for (let count = 0; count < 30; count += 1)
      shop.placeOrder({ lines: [{ title: "Cup", price: 1000 + count, quantity: 1 }] });
    const { found } = await sweep({ ...context, pagedUpTo: 10 });
    expect(found).toBeGreaterThanOrEqual(30);
    await agrees();
  });

  it("reads page by page when the bulk operation fails", async () => {
    for (let count = 0; count < 30; count += 1)
      shop.placeOrder({ lines: [{ title: "Cup", price: 1000 + count, quantity: 1 }] });
    world.shopify.faults.failBulk(shop.domain, { afterRows: 5 });
    await sweep({ ...context, pagedUpTo: 10 });
    await agrees();
  });

  it("knows a customer's change by its instant, though Shopify searches by the day", async () => {
    const [customer] = [...shop.customers.values()];
    shop.updateCustomer(customer?.id ?? 0, { tags: ["vip"] });
    expect(await sweep(context)).toMatchObject({ found: 1 });
    expect(await warehouse.of(shop.domain).query("SELECT tags FROM customers")).toEqual([
      { tags: '["vip"]' },
    ]);
  });

  it("follows the shop into another time zone", async () => {
    Object.assign(shop, { timeZone: "Pacific/Auckland" });
    await sweep(context);
    expect(await warehouse.of(shop.domain).meta()).toMatchObject({ time_zone: "Pacific/Auckland" });
    await agrees();
  });
});

describe("an order with very many children", () => {
  it("comes whole when read by its id: 1,001 lines, 1,001 sales, twelve agreements", async () => {
    const order = shop.placeOrder({
      lines: Array.from({ length: 1001 }, (_, index) => ({
        title: `Bead ${index}`,
        price: 100 + index,
        quantity: 2,
      })),
    });
    for (let count = 0; count < 12; count += 1) shop.refund(order.id, { amount: 100 + count });
    await sweep(context);
    expect(
      await warehouse.of(shop.domain).query(
        `SELECT (SELECT count(*) FROM order_lines WHERE order_id = $1) AS lines,
           count(*) AS sales, count(DISTINCT agreement_id) AS agreements FROM sales WHERE order_id = $1`,
        [order.id],
      ),
    ).toEqual([
      {
        lines: 1001,
        sales: order.agreements.flatMap((agreement) => agreement.sales).length,
        agreements: order.agreements.length,
      },
    ]);
    await agrees();
  });
});

describe("webhook events", () => {
  const note = (resourceId: number, topic = "orders/updated") =>
    db.webhookEvent.create({
      data: {
        shop: shop.domain,
        topic,
        eventId: crypto.randomUUID(),
        webhookId: crypto.randomUUID(),
        resourceIds: [resourceId],
      },
    });
  const waiting = () => db.webhookEvent.count({ where: { shop: shop.domain, processedAt: null } });

  it("bring what they point to, once for many events", async () => {
    const order = someOrder();
    shop.refund(order.id, { amount: 700 });
    for (let count = 0; count < 5; count += 1) await note(order.id);
    expect(await refetch(context)).toMatchObject({ found: 1 });
    expect(await waiting()).toBe(0);
    await agrees();
  });

  it("remove an order that is gone, and keep one that only went out of sight", async () => {
    const [first, second] = [...shop.orders.values()];
    if (!first || !second) return expect.fail("too few orders");
    world.shopify.setScopes(
      shop.domain,
      world.shopify.shops.has(shop.domain) ? ["read_orders", "read_customers", "read_products"] : [],
    );
    await db.shop.update({
      where: { domain: shop.domain },
      data: { scopes: "read_orders,read_customers,read_products" },
    });
    await note(first.id);
    await refetch(context);
    expect(await warehouse.of(shop.domain).counts()).toMatchObject({ orders: 4 });

    const all = ["read_orders", "read_all_orders", "read_customers", "read_products"];
    world.shopify.setScopes(shop.domain, all);
    await db.shop.update({ where: { domain: shop.domain }, data: { scopes: all.join(",") } });
    shop.deleteOrder(second.id);
    await note(second.id);
    await refetch(context);
    expect(await warehouse.of(shop.domain).counts()).toMatchObject({ orders: 3 });
    await agrees();
  });

  it("of an order that cannot be used stay, with the reason, and keep no other waiting", async () => {
    const [broken, good] = [...shop.orders.values()];
    const [line] = broken?.lines ?? [];
    if (!broken || !good || !line) return expect.fail("too few orders");
    const price = line.unitPrice;
    line.unitPrice = 10.5;
    shop.refund(good.id, { amount: 700 });
    const customer = shop.createCustomer({ country: "FR" });
    for (const { id } of [broken, good, broken]) await note(id);
    await note(customer.id, "customers/create");
    const state = async () =>
      syncStateOf({ db, meta: await warehouse.of(shop.domain).meta(), now: new Date() }, shop.domain);

    for (let reading = 1; reading <= READ_ATTEMPTS; reading += 1) {
      await expect(refetch(context)).rejects.toThrow();
      expect(await waiting()).toBe(2);
    }
    const [event] = await db.webhookEvent.findMany({ where: { shop: shop.domain, processedAt: null } });
    expect(event?.error).toBeTruthy();
    expect(await state()).toMatchObject({
      webhooksWaiting: 0,
      webhooksFailed: 2,
      webhooksWaitingSince: null,
    });
    await agrees();

    expect(await refetch(context)).toMatchObject({ found: 0 });
    line.unitPrice = price;
    await note(broken.id);
    expect((await state()).webhooksWaiting).toBe(1);
    await refetch(context);
    expect(await state()).toMatchObject({ webhooksWaiting: 0, webhooksFailed: 0 });
  });

  it("stay, with the reason, when Shopify cannot be asked", async () => {
    await note(someOrder().id);
    world.shopify.faults.respond(shop.domain, 423);
    await expect(refetch(context)).rejects.toThrow(/locked/);
    const [event] = await db.webhookEvent.findMany({ where: { shop: shop.domain } });
    // An outage uses up no attempt.
    expect(event).toMatchObject({ processedAt: null, attempts: 0 });
    expect(event?.error).toMatch(/locked/);
    await refetch(context);
    expect(await waiting()).toBe(0);
  });
});
