// What Shopify signed, and what of it is believed: every body at every address in every shop's name, old and early ones, and a
// genuine removal or erasure that somebody sends again while Shopify still lets the app in.
import { randomUUID } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { db } from "../../../app/db.server.ts";
import { runJob } from "../../../app/jobs/jobs.ts";
import { placesToFollow } from "../../../app/jobs/place.server.ts";
import { RedactionsUnreadable } from "../../../app/errors.ts";
import type { JobName } from "../../../app/queue/contract.ts";
import { stopJobs } from "../../../app/process/jobs.server.ts";
import { enqueue, openQueue } from "../../../app/queue/queue.server.ts";
import { meters } from "../../../app/metrics/meters.server.ts";
import { closeWarehouse, warehouse } from "../../../app/process/runtime.server.ts";
import { installed } from "../../../app/sync/shop/install.server.ts";
import { leave } from "../../../app/sync/sync.server.ts";
import { askedScopes } from "../../../app/sync/resources/resources.ts";
import { type Topic, topics } from "../../../app/webhooks/topics.ts";
import { Shop } from "../../shopify/shop.ts";
import { openWorld, storeToken, syncWhole, type World } from "../sync/world.ts";
import { call, signed } from "./intake.ts";

const site = "https://segment-kpis.example.com";
const HOUR = 3_600_000;
let world: World;
let directory: string;
let handles = 0;

beforeAll(async () => {
  directory = await mkdtemp(path.join(os.tmpdir(), "segment-kpis-believed-"));
  process.env.DATA_DIR = directory;
  world = await openWorld();
  await openQueue();
});
afterAll(async () => {
  await stopJobs();
  await closeWarehouse();
  await world.close();
  await rm(directory, { recursive: true, force: true });
});

/** A shop of one customer with an order, read whole. */
async function synced(): Promise<Shop> {
  const shop = new Shop({ handle: `believed-${++handles}`, currency: "EUR", timeZone: "UTC" });
  const customer = shop.createCustomer({ country: "DE" });
  shop.placeOrder({ customerId: customer.id, lines: [{ title: "Cup", price: 1000, quantity: 1 }] });
  await world.install(shop);
  await syncWhole(world.context(shop, await warehouse()));
  return shop;
}

const send = (topic: string, shop: Shop, payload: object, change: Record<string, string> = {}) => {
  const route = topics.find((each) => each.topic === topic)?.route ?? "";
  return call(site + route, signed(topic, shop.domain, payload, change));
};
const uninstalled = (shop: Shop) => send("app/uninstalled", shop, { id: 1, myshopify_domain: shop.domain });
const redacted = (shop: Shop) => send("shop/redact", shop, { shop_id: 1, shop_domain: shop.domain });
/** Runs what the shop's queue holds for it, without a worker that would do more. */
async function work(shop: Shop, ...names: JobName[]): Promise<void> {
  const { signal } = new AbortController();
  for (const name of names) await runJob(name, { shop: shop.domain }, { enqueue, signal });
}
const isWhole = async (shop: Shop) => ({
  installed: (await db.shop.findUnique({ where: { domain: shop.domain } }))?.uninstalledAt === null,
  tokens: await db.session.count({ where: { shop: shop.domain } }),
  ...(await (await warehouse()).of(shop.domain).counts()),
});
const WHOLE = { installed: true, tokens: 1, orders: 1, customers: 1 };

/** A genuine body of a topic, as it is subscribed to, that names the shop where such a body does. */
function bodyOf({ fields, shopAt }: Topic, shop: Shop | null, id: number): object {
  const body: Record<string, unknown> = shopAt !== null && shop !== null ? { [shopAt]: shop.domain } : {};
  if (fields === null) return { ...body, id, customer: { id } };
  for (const field of fields)
    field.split(".").reduce<Record<string, unknown>>((inside, name, at, names) => {
      const inner = at === names.length - 1 ? id : {};
      inside[name] = inner;
      return inner;
    }, body);
  return body;
}

describe("every body at every address, under every topic, in every shop's name", () => {
  let shops: Shop[];
  beforeAll(async () => {
    shops = [await synced(), await synced()];
  });

  it("destroys nothing unless it names that shop, and then only what Shopify confirms", async () => {
    const routes = [...new Set(topics.map(({ route }) => route))];
    const bodies = new Set(
      topics.flatMap((topic) => [null, ...shops].map((shop) => JSON.stringify(bodyOf(topic, shop, 4711)))),
    );
    const believed: { topic: Topic; shop: Shop; body: Record<string, unknown> }[] = [];
    for (const shop of shops)
      for (const route of routes)
        for (const { topic } of topics)
          for (const text of bodies) {
            const body = JSON.parse(text) as Record<string, unknown>;
            const { status } = await call(site + route, signed(topic, shop.domain, body));
            const declared = topics.find((each) => each.topic === topic && each.route === route);
            if (!declared) expect(status, `${topic} at ${route}`).toBe(404);
            else if (status === 200) believed.push({ topic: declared, shop, body });
            else expect(status, `${topic} of ${text}`).toBe(400);
          }
    const destroying = believed.filter(({ topic: { shopAt } }) => shopAt !== null);
    for (const { topic, shop, body } of destroying)
      expect(body[topic.shopAt ?? ""], topic.topic).toBe(shop.domain);
    const told = (of: typeof believed, shop: Shop) =>
      new Set(of.filter((each) => each.shop === shop).map(({ topic }) => topic.topic));
    for (const shop of shops)
      expect([...told(believed, shop)].sort()).toEqual(topics.map(({ topic }) => topic).sort());

    for (const shop of shops) await work(shop, "follow_place", "privacy");
    // Only the customer whom a body named is forgotten, and of these shops there is none of that number.
    for (const shop of shops) expect(await isWhole(shop)).toMatchObject(WHOLE);
  });
});

describe("what destroys", () => {
  let shop: Shop;
  beforeAll(async () => {
    shop = await synced();
  });
  const at = (ms: number) => ({ "x-shopify-triggered-at": new Date(Date.now() + ms).toISOString() });
  const destroying = topics.filter(({ shopAt }) => shopAt !== null);
  beforeEach(async () => {
    await db.privacyRequest.deleteMany();
    await db.webhookEvent.deleteMany();
  });

  it.each(destroying)("$topic is not believed when it is old, early or undated", async (topic) => {
    const body = bodyOf(topic, shop, 4711);
    for (const [ms, status] of [
      [-49 * HOUR, 400],
      [HOUR / 6, 400],
      [-47 * HOUR, 200],
      [HOUR / 15, 200],
    ] as const)
      expect((await send(topic.topic, shop, body, at(ms))).status, `${ms} ms from now`).toBe(status);
    const { headers, ...undated } = signed(topic.topic, shop.domain, body);
    const rest = Object.entries(headers as Record<string, string>).filter(
      ([name]) => name !== "x-shopify-triggered-at",
    );
    expect((await call(site + topic.route, { ...undated, headers: rest })).status).toBe(400);
  });

  it("is told from what changed, of which an old webhook is as good as a new one", async () => {
    const order = [...shop.orders.keys()][0];
    expect((await send("orders/updated", shop, { id: order }, at(-49 * HOUR))).status).toBe(200);
  });
});

describe("a removal that is told while Shopify still lets the app in", () => {
  const denied = async () => (await meters.removalsDenied.get()).values[0]?.value ?? 0;
  const waits = (shop: Shop) =>
    db.webhookEvent.count({ where: { shop: shop.domain, topic: "app/uninstalled", processedAt: null } });

  it("is ignored and counted, and so is the erasure that is told after it", async () => {
    const shop = await synced();
    const before = await denied();
    expect((await uninstalled(shop)).status).toBe(200);
    await work(shop, "follow_place");
    expect([await denied(), await waits(shop)]).toEqual([before + 1, 0]);
    expect((await redacted(shop)).status).toBe(200);
    await work(shop, "privacy");
    expect(await isWhole(shop)).toMatchObject(WHOLE);
    expect(await db.privacyRequest.findMany({ where: { shop: shop.domain } })).toMatchObject([
      { topic: "shop_redact", doneAt: expect.any(Date) as Date },
    ]);
  });

  it("is asked about once more in the night, and believed if it has come true", async () => {
    const [leaving, staying] = [await synced(), await synced()];
    for (const shop of [leaving, staying]) {
      await uninstalled(shop);
      await work(shop, "follow_place");
    }
    // The token outlived the removal by a moment; nobody tells again.
    world.shopify.uninstall(leaving.domain);
    expect(await placesToFollow()).toEqual(expect.arrayContaining([leaving.domain, staying.domain]));
    for (const shop of [leaving, staying]) await work(shop, "follow_place");
    expect(await isWhole(leaving)).toMatchObject({ installed: false, tokens: 0, orders: 1 });
    expect(await isWhole(staying)).toMatchObject(WHOLE);
    expect(await placesToFollow()).not.toContain(staying.domain);
    await redacted(leaving);
    await work(leaving, "privacy");
    expect(await (await warehouse()).of(leaving.domain).meta()).toBeNull();
    expect(await db.shop.findUnique({ where: { domain: leaving.domain } })).toBeNull();
  });

  it("is old when Shopify let the app in again after it was asked", async () => {
    const shop = await synced();
    world.shopify.uninstall(shop.domain);
    const [removed, asked] = [new Date(), new Date()];
    await storeToken(shop.domain, world.shopify.sessionToken(shop.domain));
    await installed({ shop: shop.domain, scope: askedScopes.join(",") });
    expect(await leave(shop.domain, removed, asked)).toBe(false);
    expect(await isWhole(shop)).toMatchObject(WHOLE);
  });

  it("waits where Shopify cannot be asked", async () => {
    const shop = await synced();
    await uninstalled(shop);
    world.shopify.faults.close(shop.domain, 423);
    await work(shop, "follow_place");
    expect(await waits(shop)).toBe(1);
    expect(await isWhole(shop)).toMatchObject(WHOLE);
    world.shopify.faults.close(shop.domain, null);
    await work(shop, "follow_place");
    expect(await waits(shop)).toBe(0);
  });
});

it("a request that cannot be carried out keeps none after it waiting", async () => {
  const shop = await synced();
  await db.shop.update({ where: { domain: shop.domain }, data: { redactionKey: "of no key" } });
  const [redaction, question] = ["customers/redact", "customers/data_request"];
  for (const topic of [redaction, question])
    await send(topic, shop, { shop_domain: shop.domain, customer: { id: 7 } });
  await expect(work(shop, "privacy")).rejects.toMatchObject({
    cause: expect.any(RedactionsUnreadable) as Error,
  });
  const done = async () =>
    (await db.privacyRequest.findMany({ where: { shop: shop.domain }, orderBy: { receivedAt: "asc" } })).map(
      ({ doneAt }) => doneAt !== null,
    );
  expect(await done()).toEqual([false, true]);
  await db.shop.update({ where: { domain: shop.domain }, data: { redactionKey: null } });
  await work(shop, "privacy");
  expect(await db.privacyRequest.findMany({ where: { shop: shop.domain } })).toMatchObject([
    { topic: "customers_redact", doneAt: expect.any(Date) as Date },
  ]);
});

it("which scopes there are is Shopify's to say, and not a body's", async () => {
  const shop = await synced();
  const change = { id: randomUUID(), previous: askedScopes, current: [] };
  expect((await send("app/scopes_update", shop, change)).status).toBe(200);
  await work(shop, "follow_place");
  const row = await db.shop.findUniqueOrThrow({ where: { domain: shop.domain } });
  expect([row.scopes, row.lostScopesAt]).toEqual([askedScopes.join(","), null]);
});
