// Each webhook topic moves what it should, alone.
import { beforeAll, describe, expect, it } from "vitest";
import { db } from "../../../app/db.server.ts";
import { subscribe } from "../../../app/jobs/subscriptions.server.ts";
import { record } from "../../../app/sync/recording/record.ts";
import { askedScopes } from "../../../app/sync/resources/resources.ts";
import type { Row } from "../../../app/warehouse/warehouse.server.ts";
import { topics } from "../../../app/webhooks/topics.ts";
import type { Order } from "../../shopify/model.ts";
import type { Shop } from "../../shopify/shop.ts";
import { signed } from "./intake.ts";
import { ago, lines, minutesAgo, type Synced, toldApp } from "./told-app.ts";

const app = toldApp();
const { synced, deliver, taken } = app;
const checkout = (shop: Shop): number => [...shop.checkouts.keys()][0] ?? expect.fail("no checkout");

/** Of an observed source, as it is now. */
const now = (what: string, source: string, where = "TRUE") =>
  `SELECT CAST(${what} AS ${what.includes("name") || what.includes("state") ? "VARCHAR" : "BIGINT"}) AS now
   FROM ${source} WHERE to_day = DATE '9999-12-31' AND ${where}`;
const consentOf = (channel: string) => now("max(state)", "consents", `channel = '${channel}'`);
const membersOf = ({ segments }: Shop) =>
  [...segments.values()].reduce((all, { members }) => all + members.size, 0);

const sum = "(SELECT CAST(coalesce(sum(total), 0) AS BIGINT) FROM sales)";

describe("a topic alone", () => {
  let home: Synced;
  beforeAll(async () => {
    home = await synced("topics");
    // Something to change for each topic, known before.
    const spare = home.shop.createCustomer({ at: ago(90), country: "FR" });
    for (let count = 0; count < 4; count += 1)
      home.shop.placeOrder({ at: ago(80 - count), customerId: spare.id, lines, shippingCountry: "FR" });
    home.shop.createCustomer({ at: ago(70) });
    home.shop.createSegment({ name: "Friends", query: "customer_tags CONTAINS 'friend'" });
    home.shop.addVariant({ title: "Cup", price: 1000, unitCost: 400 });
    home.shop.addLocation({ name: "Store" });
    await deliver(home.context, await taken());
    // What is recorded must have been so once before it can be kept up.
    app.world.shopify.setScopes(home.shop.domain, [...askedScopes, "read_inventory"]);
    await record(home.context);
    await subscribe(home.shop.domain);
    await taken();
  });

  const orderAt = (place: number): Order =>
    [...home.shop.orders.values()].at(place) ?? expect.fail("too few orders");
  const customerAt = (place: number): number =>
    [...home.shop.customers.keys()].at(place) ?? expect.fail("too few customers");
  const first = (): number => customerAt(0);
  const segmentAt = (place: number): number =>
    [...home.shop.segments.keys()].at(place) ?? expect.fail("too few segments");
  const itemAt = (): number => [...home.shop.variants.keys()].at(0) ?? expect.fail("too few items");
  const place = (): number => [...home.shop.locations.keys()].at(0) ?? expect.fail("too few locations");

  /** By topic: what happens in Shopify, and what the tables must then say. */
  const cases: Record<string, { happens: (shop: Shop) => void; ask: string; then: () => unknown }> = {
    "orders/create": {
      happens: (shop) => shop.placeOrder({ customerId: null, lines }),
      ask: "SELECT count(*) FROM orders WHERE customer_id IS NULL",
      then: () => 1,
    },
    "orders/updated": {
      happens: (shop) => shop.fulfillOrder(orderAt(0).id),
      ask: "SELECT fulfillment_status FROM orders ORDER BY order_id LIMIT 1",
      then: () => "FULFILLED",
    },
    "orders/cancelled": {
      happens: (shop) => shop.cancelOrder(orderAt(1).id),
      ask: "SELECT count(*) FROM orders WHERE cancelled_at IS NOT NULL",
      then: () => 1,
    },
    "orders/edited": {
      happens: (shop) =>
        shop.editOrder(orderAt(2).id, { add: [{ title: "Saucer", price: 300, quantity: 1 }] }),
      ask: "SELECT count(*) FROM order_lines WHERE unit_price = 300",
      then: () => 1,
    },
    "orders/delete": {
      happens: (shop) => shop.deleteOrder(orderAt(-1).id),
      ask: "SELECT count(*) FROM orders WHERE customer_id IS NULL",
      then: () => 0,
    },
    "refunds/create": {
      happens: (shop) => shop.refund(orderAt(2).id, { amount: 500 }),
      ask: `SELECT ${sum}`,
      then: () => total(),
    },
    "returns/close": {
      happens: (shop) => {
        const order = orderAt(3);
        shop.returnItems(order.id, { lines: [{ lineItemId: order.lines[0]?.id ?? 0, quantity: 1 }] });
      },
      ask: `SELECT ${sum}`,
      then: () => total(),
    },
    "customers/create": {
      happens: (shop) => shop.createCustomer({ country: "IT" }),
      ask: "SELECT count(*) FROM customers WHERE country = 'IT'",
      then: () => 1,
    },
    "customers/update": {
      happens: (shop) => shop.updateCustomer(first(), { country: "AT" }),
      ask: "SELECT count(*) FROM customers WHERE country = 'AT'",
      then: () => 1,
    },
    "customers/delete": {
      happens: (shop) => shop.deleteCustomer(customerAt(-1)),
      ask: "SELECT count(*) FROM customers",
      then: () => home.shop.customers.size,
    },
    "customer.tags_added": {
      happens: (shop) => shop.updateCustomer(first(), { tags: ["vip"] }),
      ask: "SELECT tags FROM customers ORDER BY customer_id LIMIT 1",
      then: () => '["vip"]',
    },
    "customer.tags_removed": {
      happens: (shop) => shop.updateCustomer(first(), { tags: [] }),
      ask: "SELECT tags FROM customers ORDER BY customer_id LIMIT 1",
      then: () => "[]",
    },
    "customers_email_marketing_consent/update": {
      happens: (shop) => shop.updateCustomer(first(), { emailMarketing: "SUBSCRIBED" }),
      ask: "SELECT email_consent FROM customers ORDER BY customer_id LIMIT 1",
      then: () => "SUBSCRIBED",
    },
    "customers/purchasing_summary": {
      happens: (shop) => shop.placeOrder({ customerId: first(), lines }),
      ask: "SELECT shopify_orders FROM customers ORDER BY customer_id LIMIT 1",
      then: () => home.shop.customers.get(first())?.numberOfOrders,
    },
    "customers/merge": {
      happens: (shop) => shop.mergeCustomers(first(), customerAt(1)),
      ask: `SELECT concat((SELECT count(*) FROM customers), ' ', (SELECT count(*) FROM orders WHERE customer_id = $1), ' ',
        (SELECT count(*) FROM customer_history WHERE customer_id <> $1))`,
      then: () => `${home.shop.customers.size} ${home.shop.customerOrders(first()).length} 0`,
    },
    "products/create": {
      happens: (shop) => shop.addVariant({ title: "Lamp", price: 900 }),
      ask: "SELECT count(*) FROM variants WHERE price = 900",
      then: () => 1,
    },
    "products/update": {
      happens: (shop) => shop.changeProduct(product(), { vendor: "Mill" }),
      ask: "SELECT count(*) FROM products WHERE vendor = 'Mill'",
      then: () => 1,
    },
    "products/delete": {
      happens: (shop) => shop.deleteProduct(product()),
      ask: "SELECT concat((SELECT count(*) FROM products), ' ', (SELECT count(*) FROM variants))",
      then: () => `${home.shop.products.size} ${home.shop.variants.size}`,
    },
    "checkouts/create": {
      happens: (shop) => shop.leaveCheckout({ at: minutesAgo(20), customerId: first(), lines }),
      ask: "SELECT count(*) FROM checkouts WHERE completed_at IS NULL AND total = 2000",
      then: () => 1,
    },
    "checkouts/update": {
      happens: (shop) => shop.recoverCheckout(checkout(shop)),
      ask: "SELECT count(*) FROM checkouts WHERE completed_at IS NOT NULL",
      then: () => 1,
    },
    "customers_marketing_consent/update": {
      happens: (shop) => shop.updateCustomer(first(), { sms: "SUBSCRIBED" }),
      ask: consentOf("sms"),
      then: () => "SUBSCRIBED",
    },
    "customers_whats_app_marketing_consent/update": {
      happens: (shop) => shop.updateCustomer(first(), { whatsApp: "PENDING" }),
      ask: consentOf("whatsapp"),
      then: () => "PENDING",
    },
    "segments/create": {
      happens: (shop) => shop.createSegment({ name: "Buyers", query: "number_of_orders >= 1" }),
      ask: now("count(*)", "shopify_segments"),
      then: () => home.shop.segments.size,
    },
    "segments/update": {
      happens: (shop) => shop.updateSegment(segmentAt(0), { name: "Regulars" }),
      ask: now("max(name)", "shopify_segments"),
      then: () => "Regulars",
    },
    "customer.joined_segment": {
      happens: (shop) => shop.updateCustomer(first(), { tags: ["friend"] }),
      ask: now("count(*)", "segment_members"),
      then: () => membersOf(home.shop),
    },
    "customer.left_segment": {
      happens: (shop) => shop.updateCustomer(first(), { tags: [] }),
      ask: now("count(*)", "segment_members"),
      then: () => membersOf(home.shop),
    },
    "segments/delete": {
      happens: (shop) => shop.deleteSegment(segmentAt(0)),
      ask: now("count(*)", "shopify_segments"),
      then: () => home.shop.segments.size,
    },
    "inventory_items/create": {
      happens: (shop) => shop.addVariant({ title: "Saucer", price: 500, unitCost: 200 }),
      ask: now("count(*)", "unit_costs"),
      then: () => home.shop.variants.size,
    },
    "inventory_items/update": {
      happens: (shop) => shop.setUnitCost(itemAt(), 333),
      ask: now("max(cost)", "unit_costs"),
      then: () => 333,
    },
    "inventory_levels/connect": {
      happens: (shop) => shop.setLevel(itemAt(), place(), { available: 4 }),
      ask: now("sum(available)", "stock_levels"),
      then: () => 4,
    },
    "inventory_levels/update": {
      happens: (shop) => shop.setLevel(itemAt(), place(), { available: 9 }),
      ask: now("sum(available)", "stock_levels"),
      then: () => 9,
    },
    "inventory_levels/disconnect": {
      happens: (shop) => shop.setLevel(itemAt(), place(), null),
      ask: now("count(*)", "stock_levels"),
      then: () => 0,
    },
    "inventory_items/delete": {
      happens: (shop) => shop.deleteVariant(itemAt()),
      ask: now("count(*)", "unit_costs"),
      then: () => home.shop.variants.size,
    },
    "shop/update": {
      happens: (shop) => shop.updateSettings({ timeZone: "Pacific/Auckland" }),
      ask: "SELECT time_zone FROM shop_meta",
      then: () => "Pacific/Auckland",
    },
  };
  const product = (): number => [...home.shop.products.keys()][0] ?? expect.fail("no product");
  const total = (): number =>
    [...home.shop.orders.values()]
      .flatMap((order) => order.agreements.flatMap(({ sales }) => sales))
      .reduce((all, sale) => all + sale.total, 0);

  const answer = async (ask: string): Promise<unknown> => {
    const params = ask.includes("$1") ? [first()] : [];
    const [row] = await home.warehouse.of(home.shop.domain).query<Row>(ask, params);
    return Object.values(row ?? {})[0];
  };

  it.each(Object.entries(cases))("%s", async (topic, { happens, ask, then }) => {
    happens(home.shop);
    const all = await taken();
    const told = all.filter((delivery) => delivery.topic === topic);
    expect(told.length).toBeGreaterThan(0);
    expect(await answer(ask)).not.toEqual(then());
    await deliver(home.context, told);
    expect(await answer(ask)).toEqual(then());
    await deliver(home.context, all);
  });

  it.each(["returns/cancel", "returns/reopen"])("%s", async (topic) => {
    const order = orderAt(3);
    home.shop.refund(order.id, { amount: 100 });
    const others = await taken();
    const init = signed(topic, home.shop.domain, { order: { id: order.id } });
    await deliver(home.context, [{ topic, url: `${app.url}/webhooks/orders`, init }]);
    expect(await answer(`SELECT ${sum}`)).toBe(total());
    await deliver(home.context, others);
  });

  it("checkouts/delete takes nothing out: what happened stays", async () => {
    const { shop } = home;
    const left = shop.leaveCheckout({ at: minutesAgo(30), lines });
    await deliver(home.context, await taken());
    const before = await answer("SELECT count(*) FROM checkouts");
    shop.deleteCheckout(left.id);
    const told = await taken();
    expect(told.map(({ topic }) => topic)).toEqual(["checkouts/delete"]);
    await deliver(home.context, told);
    expect(await answer("SELECT count(*) FROM checkouts")).toBe(before);
  });

  it("is tried for every topic of records that is declared", () => {
    const tried = [...Object.keys(cases), "returns/cancel", "returns/reopen", "checkouts/delete"];
    const declared = topics.filter(({ lane }) => lane === "records");
    expect(tried.sort()).toEqual(declared.map(({ topic }) => topic).sort());
  });

  it("orders/delete is proof for an app that sees only 60 days, where an order that cannot be read is none", async () => {
    const { shop, context, warehouse } = home;
    const limited = askedScopes.filter((scope) => scope !== "read_all_orders");
    app.world.shopify.setScopes(shop.domain, limited);
    await db.shop.update({ where: { domain: shop.domain }, data: { scopes: limited.join(",") } });
    await taken();
    const order = orderAt(0);
    const before = shop.orders.size;
    shop.deleteOrder(order.id);
    const told = (await taken()).filter(({ topic }) => topic === "orders/delete");
    const updated = signed("orders/updated", shop.domain, { id: order.id });
    await deliver(context, [{ topic: "orders/updated", url: `${app.url}/webhooks/orders`, init: updated }]);
    expect(await warehouse.of(shop.domain).counts()).toMatchObject({ orders: before });
    await deliver(context, told);
    expect(await warehouse.of(shop.domain).counts()).toMatchObject({ orders: before - 1 });
  });
});
