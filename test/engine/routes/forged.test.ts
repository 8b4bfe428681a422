// Webhooks that somebody changed on the way, made up or sent again, each with its answer, and none of them believed.
import { afterAll, beforeAll, expect, it } from "vitest";
import { db } from "../../../app/db.server.ts";
import { stopJobs } from "../../../app/process/jobs.server.ts";
import { webhookUpkeep } from "../../../app/sync/shop/webhook-days.ts";
import { Shop } from "../../shopify/shop.ts";
import { openWorld, type World } from "../sync/world.ts";
import { call, serve, type Served, signed } from "./intake.ts";

let world: World;
let app: Served;
const shop = new Shop({ handle: "forged", currency: "EUR", timeZone: "UTC" });

beforeAll(async () => {
  world = await openWorld();
  app = await serve(({ url, init }) => call(url, init).then(({ status }) => status));
  world.shopify.setAppUrl(app.url);
  await world.install(shop);
});
afterAll(async () => {
  await stopJobs();
  app.close();
  await world.close();
});

const events = () => db.webhookEvent.count({ where: { shop: shop.domain } });
const at = (route: string) => `https://segment-kpis.example.com${route}`;
const orders = at("/webhooks/orders");
const status = async (url: string, init: RequestInit) => (await call(url, init)).status;

it("refuses with 401 what was changed on the way, and takes in the genuine one that follows", async () => {
  world.shopify.faults.deliveries(shop.domain, { seed: 1, tampered: 1 });
  shop.placeOrder({ lines: [{ title: "Cup", price: 1000, quantity: 1 }] });
  await world.shopify.webhooks.idle();
  world.shopify.faults.clear(shop.domain);
  const sent = world.shopify.webhooks.deliveries.filter((delivery) => delivery.shop === shop.domain);
  expect(sent.length).toBeGreaterThan(0);
  for (const { attempts } of sent)
    expect(attempts.map((each) => [each.tampered !== null, each.status])).toEqual([
      [true, 401],
      [false, 200],
    ]);
  expect(await events()).toBe(sent.length);
});

it("refuses a body signed for another, an empty signature, another topic's address and a body without its id", async () => {
  const before = await events();
  const genuine = signed("orders/updated", shop.domain, { id: 1 });
  expect(await status(orders, { ...genuine, body: JSON.stringify({ id: 2 }) })).toBe(401);
  for (const [hmac, expected] of [
    ["", 400],
    ["A", 401],
    ["=".repeat(44), 401],
    [`${"A".repeat(43)}=`, 401],
  ] as const) {
    const forged = signed("orders/updated", shop.domain, { id: 1 }, { "x-shopify-hmac-sha256": hmac });
    expect(await status(orders, forged), hmac).toBe(expected);
  }
  expect(await status(orders, signed("shop/update", shop.domain, { id: 1 }))).toBe(404);
  expect(await status(at("/webhooks/customers"), signed("orders/updated", shop.domain, { id: 1 }))).toBe(404);
  expect(await status(orders, { method: "PUT", body: "{}" })).toBe(405);
  expect(await status(orders, signed("orders/updated", "evil.example.com", { id: 1 }))).toBe(400);
  const huge = signed("orders/updated", shop.domain, { id: 1, note: "x".repeat(1_100_000) });
  expect(await status(orders, huge)).toBe(413);
  expect(await status(orders, signed("orders/updated", shop.domain, { note: "no id" }))).toBe(400);
  expect(await events()).toBe(before);
  const { counts } = await webhookUpkeep(db, shop.domain, new Date());
  expect(counts.unusable).toBe(1);
});

it("refuses a genuine body that is sent on in the name of another shop", async () => {
  const sentOn = (topic: string, body: Record<string, unknown>) => signed(topic, shop.domain, body);
  const victim = "else.myshopify.com";
  expect(
    await status(
      at("/webhooks/app/uninstalled"),
      sentOn("app/uninstalled", { id: 1, myshopify_domain: victim }),
    ),
  ).toBe(400);
  expect(
    await status(at("/webhooks/compliance"), sentOn("shop/redact", { shop_id: 1, shop_domain: victim })),
  ).toBe(400);
  expect(await db.shop.findUnique({ where: { domain: shop.domain } })).toMatchObject({ uninstalledAt: null });
});

it("answers one that is sent again as the first time, and follows it no more often", async () => {
  const before = await events();
  const once = signed("orders/updated", shop.domain, { id: 1 });
  for (let time = 0; time < 3; time += 1) expect(await status(orders, once)).toBe(200);
  expect(await events()).toBe(before + 1);
  const { counts } = await webhookUpkeep(db, shop.domain, new Date());
  expect(counts.repeated).toBe(2);
});
