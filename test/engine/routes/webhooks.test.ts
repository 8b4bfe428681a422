// Webhooks as Shopify sends them, to the routes as they are, with the worker behind them: from an install to a number
// that moves.
import { mkdtemp, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { db } from "../../../app/db.server.ts";
import { installed } from "../../../app/sync/shop/install.server.ts";
import { startJobs, stopJobs } from "../../../app/process/jobs.server.ts";
import { enqueue, failedJobs } from "../../../app/queue/queue.server.ts";
import { closeWarehouse, warehouse } from "../../../app/process/runtime.server.ts";
import { askedScopes } from "../../../app/sync/resources/resources.ts";
import { syncState } from "../../../app/sync/sync.server.ts";
import { Shop } from "../../shopify/shop.ts";
import { booksIn, booksOf, openWorld, storeToken, type World } from "../sync/world.ts";
import { call, serve, signed, type Served } from "./intake.ts";
import { eventually } from "../../tools/setup/eventually.ts";
let world: World;
let app: Served;
let directory: string;

beforeAll(async () => {
  directory = await mkdtemp(path.join(os.tmpdir(), "segment-kpis-webhooks-"));
  process.env.DATA_DIR = directory;
  world = await openWorld();
  app = await serve(({ url, init }) => call(url, init).then(({ status }) => status));
  world.shopify.setAppUrl(app.url);
  await startJobs();
});

afterAll(async () => {
  await stopJobs();
  app.close();
  await closeWarehouse();
  await world.close();
  await rm(directory, { recursive: true, force: true });
});

/** The merchant opens the app for the first time. */
async function opens(shop: Shop, scopes: readonly string[] = askedScopes): Promise<void> {
  if (!world.shopify.shops.has(shop.domain)) world.shopify.addShop(shop);
  world.shopify.setScopes(shop.domain, scopes);
  await storeToken(shop.domain, world.shopify.sessionToken(shop.domain));
  await installed({ shop: shop.domain, scope: scopes.join(",") });
}

function shopWithOrders(handle: string, days: readonly number[]): Shop {
  const ago = (count: number) => new Date(Date.now() - count * 86_400_000);
  const shop = new Shop({ handle, currency: "EUR", timeZone: "Europe/Berlin", createdAt: ago(900) });
  const customer = shop.createCustomer({ at: ago(800), country: "DE" });
  for (const count of days)
    shop.placeOrder({
      at: ago(count),
      customerId: customer.id,
      lines: [{ title: "Cup", price: 1000, quantity: 1 }],
    });
  return shop;
}

const complete = (shop: Shop) =>
  eventually(async () => expect((await syncState(shop.domain)).phase).toBe("complete"));
const agrees = (shop: Shop) =>
  eventually(async () => expect(await booksIn(await warehouse(), shop)).toEqual(booksOf(shop)));

const ordersUrl = "https://segment-kpis.example.com/webhooks/orders";

describe("an installed app", () => {
  const shop = shopWithOrders("moving", [300, 100, 20, 1]);

  it("syncs on the first visit, by itself", async () => {
    await opens(shop);
    await complete(shop);
    await agrees(shop);
    expect(await failedJobs(shop.domain)).toEqual([]);
  });

  it("follows an order and its refund within seconds", async () => {
    const order = shop.placeOrder({ lines: [{ title: "Cup", price: 2500, quantity: 2 }] });
    await agrees(shop);
    shop.refund(order.id, { amount: 1000 });
    await agrees(shop);
    await world.shopify.webhooks.idle();
    const sent = world.shopify.webhooks.deliveries.filter((delivery) => delivery.shop === shop.domain);
    expect(sent.map((delivery) => delivery.topic)).toContain("orders/create");
    expect(sent.every((delivery) => delivery.state === "delivered")).toBe(true);
    await eventually(async () =>
      expect(await syncState(shop.domain)).toMatchObject({ webhooksWaiting: 0, syncing: false }),
    );
    expect((await syncState(shop.domain)).lastWebhookAt).not.toBeNull();
  });

  it("notes an event once, however often it is delivered", async () => {
    const [order] = [...shop.orders.values()];
    const again = signed(
      "orders/updated",
      shop.domain,
      { id: order?.id },
      { "x-shopify-event-id": "event-1" },
    );
    for (let count = 0; count < 3; count += 1) expect((await call(ordersUrl, again)).status).toBe(200);
    expect(await db.webhookEvent.count({ where: { shop: shop.domain, eventId: "event-1" } })).toBe(1);
  });

  it("refuses a webhook that Shopify did not sign", async () => {
    const forged = signed("orders/updated", shop.domain, { id: 1 }, { "x-shopify-hmac-sha256": "AAAA" });
    expect((await call(ordersUrl, forged)).status).toBe(401);
    expect(
      (await call(ordersUrl, { ...signed("orders/updated", shop.domain, { id: 1 }), body: "{}" })).status,
    ).toBe(401);
  });

  it("refuses a topic of another address, and one it never asked for", async () => {
    for (const topic of ["customers/update", "products/update", "constructor"])
      expect((await call(ordersUrl, signed(topic, shop.domain, { id: 1 }))).status, topic).toBe(404);
  });

  it("refuses a payload without the id that the topic should bring, and notes nothing", async () => {
    const before = await db.webhookEvent.count();
    const merge = { admin_graphql_api_customer_kept_id: "gid://shopify/Customer/1" };
    const wrong: [string, string, object][] = [
      ["/webhooks/orders", "orders/updated", {}],
      ["/webhooks/orders", "orders/updated", { id: null }],
      ["/webhooks/orders", "orders/updated", { id: -1 }],
      ["/webhooks/orders", "orders/updated", { id: "1; DROP" }],
      // Beyond what a number holds exactly: nothing of Shopify's has such an id.
      ["/webhooks/orders", "orders/updated", { id: "9007199254740992" }],
      ["/webhooks/orders", "orders/updated", { id: "gid://shopify/Order/999999999999999999" }],
      ["/webhooks/orders", "orders/edited", { order_edit: "1" }],
      ["/webhooks/customers", "customers/merge", merge],
      ["/webhooks/bulk", "bulk_operations/finish", { id: 1 }],
    ];
    for (const [route, topic, payload] of wrong) {
      const url = new URL(route, ordersUrl).href;
      expect((await call(url, signed(topic, shop.domain, payload))).status, topic).toBe(400);
    }
    expect(await db.webhookEvent.count()).toBe(before);
  });

  it("refuses a header that the database would, and notes nothing", async () => {
    const before = await db.webhookEvent.count();
    const wrong: Record<string, string>[] = [
      { "x-shopify-event-id": "e".repeat(8000) },
      { "x-shopify-webhook-id": "e".repeat(256) },
      { "x-shopify-topic": "t".repeat(256) },
      { "x-shopify-triggered-at": "0000-01-01T00:00:00Z" },
      { "x-shopify-triggered-at": "2026-02-31T00:00:00Z" },
    ];
    for (const change of wrong) {
      const { status } = await call(ordersUrl, signed("orders/updated", shop.domain, { id: 1 }, change));
      expect(status, JSON.stringify(change).slice(0, 60)).toBe(400);
    }
    expect(await db.webhookEvent.count()).toBe(before);
    const east = { "x-shopify-triggered-at": "2026-11-01T00:00:00-23:59", "x-shopify-event-id": "east" };
    expect((await call(ordersUrl, signed("orders/updated", shop.domain, { id: 1 }, east))).status).toBe(200);
    expect(await db.webhookEvent.findFirst({ where: { eventId: "east" } })).toMatchObject({
      triggeredAt: new Date("2026-11-01T23:59:00Z"),
    });
  });

  it("answers for a shop it does not know, and does nothing", async () => {
    const stranger = "stranger.myshopify.com";
    expect((await call(ordersUrl, signed("orders/create", stranger, { id: 1 }))).status).toBe(200);
    expect((await syncState(stranger)).syncing).toBe(false);
  });
});

describe("an app that is removed", () => {
  const shop = shopWithOrders("leaving", [50, 5]);

  it("forgets its tokens at once, drops the shop's jobs, and resumes when installed again", async () => {
    await opens(shop);
    await complete(shop);
    world.shopify.uninstall(shop.domain);
    const { row } = await eventually(async () => {
      expect(await db.session.count({ where: { shop: shop.domain } })).toBe(0);
      const row = await db.shop.findUniqueOrThrow({ where: { domain: shop.domain } });
      expect(row.uninstalledAt).not.toBeNull();
      expect(
        await db.$queryRaw`SELECT 1 FROM graphile_worker.jobs WHERE queue_name = ${shop.domain}`,
      ).toEqual([]);
      return { row };
    });

    // Not told of this one.
    shop.placeOrder({ lines: [{ title: "Cup", price: 2500, quantity: 2 }] });
    await opens(shop);
    await agrees(shop);
    const back = await db.shop.findUniqueOrThrow({ where: { domain: shop.domain } });
    expect(back.uninstalledAt).toBeNull();
    expect(back.firstSyncStartedAt).toEqual(row.firstSyncStartedAt);

    // News of the removal that comes late does not undo the new install.
    const late = signed(
      "app/uninstalled",
      shop.domain,
      { id: 1, myshopify_domain: shop.domain },
      { "x-shopify-triggered-at": (row.uninstalledAt ?? new Date()).toISOString() },
    );
    expect((await call("https://segment-kpis.example.com/webhooks/app/uninstalled", late)).status).toBe(200);
    await eventually(async () =>
      expect(
        await db.webhookEvent.count({
          where: { shop: shop.domain, topic: "app/uninstalled", processedAt: null },
        }),
      ).toBe(0),
    );
    expect(await db.session.count({ where: { shop: shop.domain } })).toBe(1);
  });
});

describe("a first sync that waits for a bulk operation", () => {
  const shop = "waiting.myshopify.com";
  const operation = "gid://shopify/BulkOperation/4711";
  const url = new URL("/webhooks/bulk", ordersUrl).href;
  const ended = (id: string) => signed("bulk_operations/finish", shop, { admin_graphql_api_id: id });
  const waiting = () =>
    db.$queryRaw<unknown[]>`SELECT id FROM graphile_worker.jobs
      WHERE queue_name = ${shop} AND run_at > now() + interval '30 minutes'`;

  it("looks at once when Shopify says that it has ended, and not for another operation", async () => {
    await db.shop.create({ data: { domain: shop, scopes: askedScopes.join(",") } });
    await db.syncWindow.create({
      data: {
        shop,
        resource: "orders",
        ordinal: 0,
        fromAt: new Date(0),
        toAt: new Date(1000),
        state: "running",
        bulkOperationId: operation,
      },
    });
    await enqueue("first_sync", { shop }, { runAt: new Date(Date.now() + 3_600_000) });
    expect((await call(url, ended("gid://shopify/BulkOperation/1"))).status).toBe(200);
    expect(await waiting()).toHaveLength(1);
    expect((await call(url, ended(operation))).status).toBe(200);
    await eventually(async () => expect(await waiting()).toHaveLength(0));
  });
});

describe("an app whose scopes change", () => {
  const shop = shopWithOrders("growing", [400, 200, 30, 3]);

  it("loads older orders once read_all_orders is granted", async () => {
    await opens(
      shop,
      askedScopes.filter((scope) => scope !== "read_all_orders"),
    );
    await complete(shop);
    expect(await syncState(shop.domain)).toMatchObject({ historyLimited: true });
    expect(await (await warehouse()).of(shop.domain).counts()).toMatchObject({ orders: 2 });

    world.shopify.setScopes(shop.domain, askedScopes);
    await eventually(async () =>
      expect(await syncState(shop.domain)).toMatchObject({ historyLimited: false, phase: "complete" }),
    );
    await agrees(shop);
    const session = await db.session.findFirstOrThrow({ where: { shop: shop.domain } });
    expect(session.scope).toBe(askedScopes.join(","));
  });
});
