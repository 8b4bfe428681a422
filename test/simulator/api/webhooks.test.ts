// Webhooks: who gets what, signed how, and what happens when the app does not answer.
import { createHmac } from "node:crypto";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { Shop } from "../../shopify/shop.ts";
import type { Receiver } from "./receiver.ts";
import { startReceiver } from "./receiver.ts";
import type { World } from "./world.ts";
import { CLIENT, startWorld, stockShop } from "./world.ts";

const TOML = `
client_id = "sim-client"
[webhooks]
api_version = "2026-10"
  [[webhooks.subscriptions]]
  topics = ["app/uninstalled", "app/scopes_update", "bulk_operations/finish"]
  uri = "/webhooks/app"
  [[webhooks.subscriptions]]
  topics = ["orders/create", "orders/updated"]
  uri = "/webhooks/orders"
  include_fields = ["id", "updated_at", "customer.id", "line_items.quantity"]
  name = "orders"
`;

let app: Receiver;
let world: World;

beforeAll(async () => {
  app = await startReceiver(TOML);
});
afterAll(() => app.stop());
beforeEach(async () => {
  app.forget();
  world = await startWorld({ appToml: app.toml, appUrl: app.url });
});
afterEach(() => world.stop());

const topics = (): unknown[] => app.received.map((each) => each.headers["x-shopify-topic"]);

describe("a change of the shop", () => {
  test("is told to the subscriptions of its topic, signed, with the fields asked for", async () => {
    const { orders, customers } = stockShop(world.shop);
    await world.shopify.webhooks.idle();
    expect(new Set(topics())).toEqual(new Set(["orders/create", "orders/updated"]));
    const created = app.received.find((each) => each.body.startsWith(`{"id":${orders[0]},`));
    if (created === undefined) throw new Error("The first order was not told.");
    expect(created.path).toBe("/webhooks/orders");
    expect(JSON.parse(created.body)).toEqual({
      id: orders[0],
      updated_at: expect.any(String) as string,
      customer: { id: customers[0] },
      line_items: [{ quantity: 2 }, { quantity: 1 }],
    });
    expect(created.headers).toMatchObject({
      "content-type": "application/json",
      "x-shopify-shop-domain": "fixture.myshopify.com",
      "x-shopify-api-version": "2026-10",
      "x-shopify-name": "orders",
      "x-shopify-triggered-at": "2026-05-01T10:00:00Z",
      "x-shopify-hmac-sha256": createHmac("sha256", CLIENT.apiSecret).update(created.body).digest("base64"),
    });
    expect(created.headers["x-shopify-webhook-id"]).not.toBe(created.headers["x-shopify-event-id"]);
  });

  test("is not told to an app that is not installed", async () => {
    world.shopify.uninstall("fixture");
    await world.shopify.webhooks.idle();
    app.forget();
    stockShop(world.shop);
    await world.shopify.webhooks.idle();
    expect(app.received).toEqual([]);
  });
});

describe("an app that answers badly", () => {
  test("is tried again with the same ids and body", async () => {
    app.refusals = 2;
    world.shopify.setScopes("fixture", ["read_orders"]);
    await world.shopify.webhooks.idle();
    expect(app.received).toHaveLength(3);
    expect(new Set(app.received.map((each) => each.headers["x-shopify-webhook-id"])).size).toBe(1);
    expect(new Set(app.received.map((each) => each.body)).size).toBe(1);
    expect(world.shopify.webhooks.deliveries).toMatchObject([
      {
        topic: "app/scopes_update",
        state: "delivered",
        attempts: [{ status: 500 }, { status: 500 }, { status: 200 }],
      },
    ]);
  });

  test("is given up after eight more tries", async () => {
    app.refusals = 100;
    world.shopify.webhooks.hold();
    world.shopify.setScopes("fixture", ["read_orders"]);
    await world.shopify.webhooks.deliverLate();
    expect(app.received).toHaveLength(9);
    expect(world.shopify.webhooks.deliveries[0]?.state).toBe("failed");
  });

  test("and one that is not there at all", async () => {
    world.shopify.setAppUrl("http://127.0.0.1:9");
    world.shopify.webhooks.hold();
    world.shopify.uninstall("fixture");
    await world.shopify.webhooks.deliverLate();
    expect(world.shopify.webhooks.deliveries[0]).toMatchObject({
      state: "failed",
      url: "http://127.0.0.1:9/webhooks/app",
    });
  });
});

describe("the app's own events", () => {
  test("uninstalling and changed scopes", async () => {
    world.shopify.faults.revokeScope("fixture", "read_products");
    world.shopify.uninstall("fixture");
    await world.shopify.webhooks.idle();
    const scopes = app.received.find((each) => each.headers["x-shopify-topic"] === "app/scopes_update");
    expect(JSON.parse(scopes?.body ?? "{}")).toMatchObject({
      previous: expect.arrayContaining(["read_products"]) as unknown,
      current: ["read_orders", "read_all_orders", "read_customers", "read_returns"],
    });
    expect(topics()).toContain("app/uninstalled");
  });

  test("uninstalling, also where an earlier run had installed it", async () => {
    const shop = new Shop({ handle: "earlier" });
    world.shopify.addShop(shop);
    expect(world.shopify.installed(shop.domain)).toBe(false);
    world.shopify.uninstall(shop.domain);
    await world.shopify.webhooks.idle();
    expect(
      app.received.map(({ headers }) => [headers["x-shopify-topic"], headers["x-shopify-shop-domain"]]),
    ).toEqual([["app/uninstalled", shop.domain]]);
  });

  test("the end of a bulk operation", async () => {
    stockShop(world.shop);
    const { id } = await world.bulk("{ orders { edges { node { id } } } }");
    await world.shopify.webhooks.idle();
    const told = app.received.find((each) => each.headers["x-shopify-topic"] === "bulk_operations/finish");
    expect(JSON.parse(told?.body ?? "{}")).toMatchObject({
      admin_graphql_api_id: id,
      status: "completed",
      error_code: null,
      type: "query",
    });
  });
});

test("without shopify.app.toml nothing is sent", async () => {
  const silent = await startWorld({ appUrl: app.url });
  stockShop(silent.shop);
  await silent.shopify.webhooks.idle();
  expect(silent.shopify.webhooks.deliveries).toEqual([]);
  await silent.stop();
});
