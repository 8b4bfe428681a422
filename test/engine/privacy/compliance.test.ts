// Shopify's compliance webhooks from the simulated shop to the routes as they are, with the worker behind them, and what
// is left afterwards in the tables, the queue and the raw files.
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { db } from "../../../app/db.server.ts";
import { env } from "../../../app/env.server.ts";
import { RedactionsUnreadable } from "../../../app/errors.ts";
import { installed } from "../../../app/sync/shop/install.server.ts";
import { startJobs, stopJobs } from "../../../app/process/jobs.server.ts";
import { enqueue, failedJobs } from "../../../app/queue/queue.server.ts";
import { nightly } from "../../../app/privacy/privacy.server.ts";
import { openDataRequest } from "../../../app/privacy/requests.server.ts";
import { closeWarehouse, warehouse } from "../../../app/process/runtime.server.ts";
import { redactedIn } from "../../../app/sync/loading/redactions.ts";
import { askedScopes } from "../../../app/sync/resources/resources.ts";
import { compareMonths } from "../../../app/reconcile/months.ts";
import { beginCheck, stepCheck, syncState } from "../../../app/sync/sync.server.ts";
import { Shop } from "../../shopify/shop.ts";
import { openWorld, storeToken, type World } from "../sync/world.ts";
import { call, serve, signed, type Served } from "../routes/intake.ts";
import { customerRow, load } from "../warehouse/files.ts";
import { filesWith, formsOf } from "./traces.ts";
import { eventually } from "../../tools/setup/eventually.ts";
const url = "https://segment-kpis.example.com/webhooks/compliance";
const lines = [{ title: "Cup", price: 1000, quantity: 1 }];
const ago = (days: number) => new Date(Date.now() - days * 86_400_000);

let world: World;
let app: Served;
let directory: string;

beforeAll(async () => {
  directory = await mkdtemp(path.join(os.tmpdir(), "segment-kpis-privacy-"));
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

async function opens(shop: Shop): Promise<void> {
  if (!world.shopify.shops.has(shop.domain)) world.shopify.addShop(shop);
  world.shopify.setScopes(shop.domain, askedScopes);
  await storeToken(shop.domain, world.shopify.sessionToken(shop.domain));
  await installed({ shop: shop.domain, scope: askedScopes.join(",") });
}

const complete = (shop: Shop) =>
  eventually(async () => expect((await syncState(shop.domain)).phase).toBe("complete"));

/** No job of the shop waits or runs, and none has failed. */
const quiet = async (shop: Shop) => {
  await world.shopify.webhooks.idle();
  await eventually(async () => {
    const waiting = await db.$queryRaw`SELECT 1 FROM graphile_worker.jobs WHERE queue_name = ${shop.domain}`;
    expect(waiting).toEqual([]);
  });
  expect(await failedJobs(shop.domain)).toEqual([]);
};

interface Installed {
  shop: Shop;
  /** Two orders. */
  him: number;
  /** One order. */
  other: number;
}

async function synced(handle: string): Promise<Installed> {
  const shop = new Shop({ handle, currency: "EUR", timeZone: "Europe/Berlin", createdAt: ago(900) });
  // Ids of customers and of orders begin at the same number: one of his own, to be looked for.
  for (let count = 0; count < 100; count += 1) shop.deleteCustomer(shop.createCustomer({ at: ago(850) }).id);
  const him = shop.createCustomer({ at: ago(800), country: "DE", tags: [`tag-of-${handle}-person`] }).id;
  const other = shop.createCustomer({ at: ago(800), country: "FR" }).id;
  for (const [days, customerId] of [
    [700, him],
    [600, other],
    [20, him],
  ] as const)
    shop.placeOrder({ at: ago(days), customerId, lines });
  await opens(shop);
  await complete(shop);
  await quiet(shop);
  return { shop, him, other };
}

const one = async (shop: Shop, sql: string) =>
  Object.values((await (await warehouse()).of(shop.domain).query(sql))[0] ?? {})[0];
const named = (shop: Shop, id: number) =>
  one(
    shop,
    `SELECT (SELECT count(*) FROM orders WHERE customer_id = ${id}) + (SELECT count(*) FROM customers WHERE customer_id = ${id})
       + (SELECT count(*) FROM customer_history WHERE customer_id = ${id}) + (SELECT count(*) FROM removed WHERE id = ${id}) AS n`,
  );

/** Tables of the state database, the queue's among them, of which a row holds the text. */
async function stateWith(text: string): Promise<string[]> {
  const client = new pg.Client({ connectionString: process.env.DATABASE_URL });
  await client.connect();
  try {
    const { rows } = await client.query<{ name: string }>(
      `SELECT format('%I.%I', schemaname, tablename) AS name FROM pg_tables
       WHERE schemaname NOT IN ('pg_catalog', 'information_schema')`,
    );
    const found: string[] = [];
    for (const { name } of rows) {
      const hit = await client.query(`SELECT 1 FROM ${name} AS t WHERE CAST(t AS text) LIKE $1`, [
        `%${text}%`,
      ]);
      if (hit.rows.length > 0) found.push(name);
    }
    return found;
  } finally {
    await client.end();
  }
}

const requests = (shop: Shop) => db.privacyRequest.findMany({ where: { shop: shop.domain } });

describe("a compliance webhook", () => {
  const payload = (id: number) => ({
    shop_domain: "unknown.myshopify.com",
    customer: { id, email: "x@example.com", phone: "+15550000000" },
  });

  it("that Shopify did not sign is refused, as are other topics and payloads without an id", async () => {
    const domain = "unknown.myshopify.com";
    const statusOf = async (init: RequestInit) => (await call(url, init)).status;
    expect(
      await statusOf(signed("customers/redact", domain, payload(1), { "x-shopify-hmac-sha256": "AAAA" })),
    ).toBe(401);
    expect(await statusOf({ ...signed("shop/redact", domain, {}), body: '{"a":1}' })).toBe(401);
    expect(await statusOf(signed("shop/redact", domain, {}))).toBe(400);
    for (const topic of ["orders/create", "constructor"])
      expect(await statusOf(signed(topic, domain, payload(1))), topic).toBe(404);
    const ids = ["<script>", -1, 0, 1.5, "0", "-7", "9007199254740992", 9007199254740992, 1e20];
    for (const customer of [undefined, {}, ...ids.map((id) => ({ id }))]) {
      const asked = signed("customers/redact", domain, { ...payload(1), customer });
      expect(await statusOf(asked), JSON.stringify(customer)).toBe(400);
    }
    expect(await db.privacyRequest.count()).toBe(0);
  });

  it("for a shop of which nothing is held is answered and leaves nothing", async () => {
    const domain = "unknown.myshopify.com";
    for (const topic of ["customers/data_request", "customers/redact"])
      expect((await call(url, signed(topic, domain, payload(1)))).status).toBe(200);
    expect(await db.privacyRequest.count()).toBe(0);
  });
});

describe("a customer's request for his data", () => {
  it("is noted once, by ids alone, and expires", async () => {
    const { shop, him } = await synced("asking");
    shop.requestCustomerData(him);
    await quiet(shop);
    const sent = world.shopify.webhooks.deliveries.find(({ topic }) => topic === "customers/data_request");
    expect(sent).toMatchObject({ state: "delivered" });
    // Delivered again, hours later.
    expect(
      (await call(url, { method: "POST", body: sent?.body ?? "", headers: { ...sent?.headers } })).status,
    ).toBe(200);

    const [request, ...others] = await requests(shop);
    expect(others).toEqual([]);
    expect(request).toMatchObject({ topic: "customers_data_request", customerId: BigInt(him) });
    expect(request?.orderIds).toHaveLength(2);
    expect(request?.number).not.toBeNull();
    expect(sent?.body).toContain(`customer-${him}@example.com`);
    expect(await stateWith(`customer-${him}@`)).toEqual([]);
    expect(await stateWith("+1555")).toEqual([]);

    const id = request?.id ?? "";
    const later = new Date(Date.now() + 31 * 86_400_000);
    expect(await openDataRequest(shop.domain, id, new Date())).not.toBeNull();
    expect(await openDataRequest("moving.myshopify.com", id, new Date())).toBeNull();
    expect(await openDataRequest(shop.domain, id, later)).toBeNull();
    await nightly(later);
    expect(await requests(shop)).toEqual([]);
  });
});

describe("a customer's erasure", () => {
  let home: Installed;
  beforeAll(async () => {
    home = await synced("forgetful");
    // What may name him elsewhere: a request, notes of webhooks, errors, a job that failed.
    home.shop.requestCustomerData(home.him);
    home.shop.updateCustomer(home.him, { tags: [`tag-of-forgetful-person`, "loyal"] });
    await quiet(home.shop);
    const { domain } = home.shop;
    const error = `gid://shopify/Customer/${home.him} cannot be used`;
    await db.shop.update({ where: { domain }, data: { firstSyncError: error } });
    await db.syncWindow.updateMany({ where: { shop: domain }, data: { error } });
    await db.webhookEvent.updateMany({ where: { shop: domain }, data: { error } });
    await enqueue("sweep", { shop: domain }, { runAt: new Date(Date.now() + 3_600_000) });
    await db.$executeRaw`UPDATE graphile_worker._private_jobs SET last_error = ${error}`;
    expect((await stateWith(String(home.him))).length).toBeGreaterThanOrEqual(5);
    expect(await named(home.shop, home.him)).toBeGreaterThan(3);

    home.shop.redactCustomer(home.him);
    await world.shopify.webhooks.idle();
    await eventually(async () =>
      expect(await requests(home.shop)).toMatchObject([
        { topic: "customers_redact", doneAt: expect.any(Date) as Date },
      ]),
    );
    await db.$queryRaw`SELECT graphile_worker.remove_job(${`sweep ${domain}`})::text`;
  });

  it("leaves no trace in the warehouse, the state or the queue, and none of what the webhook said", async () => {
    const { shop, him } = home;
    expect(await named(shop, him)).toBe(0);
    expect(await one(shop, "SELECT count(*) FROM orders WHERE customer_id IS NULL")).toBe(2);
    expect(await stateWith(String(him))).toEqual([]);
    expect(await stateWith("example.com")).toEqual([]);
    expect(await requests(shop)).toMatchObject([{ customerId: null, orderIds: [] }]);
  });

  it("leaves no trace in the app's files, and what was never stored in none of the database's", async () => {
    const { him } = home;
    expect(await filesWith(directory, ["tag-of-forgetful-person", ...formsOf(him)])).toEqual([]);
    const [place] = await db.$queryRaw<{ at: string }[]>`SELECT current_setting('data_directory') AS at`;
    await db.$executeRaw`CHECKPOINT`;
    // Rows, indexes, write-ahead log, the server's own log.
    expect(
      await filesWith(place?.at ?? "", [`customer-${him}@example.com`, "tag-of-forgetful-person"]),
    ).toEqual([]);
  });

  it("lasts: a later order, a sweep, and a webhook about him bring the money and not the person", async () => {
    const { shop, him } = home;
    shop.placeOrder({ customerId: him, lines });
    shop.updateCustomer(him, { tags: ["again"] });
    await quiet(shop);
    await enqueue("sweep", { shop: shop.domain });
    await quiet(shop);

    expect(await one(shop, "SELECT count(*) FROM orders")).toBe(4);
    expect(await named(shop, him)).toBe(0);
    // Notes of webhooks go on naming him until the night.
    await nightly(new Date());
    expect(await stateWith(String(him))).toEqual([]);
  });

  it("is done again in the night when he comes back with a backup of the warehouse", async () => {
    const { shop, him } = home;
    const row = customerRow({ id: him, updatedAt: new Date().toISOString(), orders: 3 });
    await (await warehouse()).of(shop.domain).merge(load(new Date().toISOString(), [row]));
    expect(await named(shop, him)).toBe(1);
    await enqueue("privacy_nightly", {});
    await eventually(async () => expect(await named(shop, him)).toBe(0));
    await quiet(shop);
  });

  it("lasts through a first sync from nothing, and through a reinstall", async () => {
    const { shop, him } = home;
    await (await warehouse()).of(shop.domain).drop();
    world.shopify.uninstall(shop.domain);
    await eventually(async () =>
      expect((await db.shop.findUnique({ where: { domain: shop.domain } }))?.uninstalledAt).not.toBeNull(),
    );
    await opens(shop);
    await quiet(shop);
    await complete(shop);

    expect(await one(shop, "SELECT count(*) FROM orders")).toBe(4);
    expect(await one(shop, "SELECT count(*) FROM orders WHERE customer_id IS NULL")).toBe(3);
    expect(await named(shop, him)).toBe(0);
  });

  it("outlives the rotation of TOKEN_KEYS, and without its key nothing is let in", async () => {
    const { shop, him, other } = home;
    const keys = env().TOKEN_KEYS;
    const old = [...keys];
    const added = Buffer.alloc(32, "a later key").toString("base64");
    keys.splice(0, keys.length, added, ...old);
    await nightly(new Date());
    keys.splice(0, keys.length, added);
    try {
      const isRedacted = await redactedIn(db, shop.domain);
      expect([isRedacted?.(him), isRedacted?.(other)]).toEqual([true, false]);
      keys.splice(0, keys.length, ...old);
      await expect(redactedIn(db, shop.domain)).rejects.toThrow(RedactionsUnreadable);
    } finally {
      keys.splice(0, keys.length, added, ...old);
    }
  });
});

describe("a shop's erasure", () => {
  const rowsOf = async (shop: Shop) => stateWith(shop.domain);

  it("48 hours after it left takes everything", async () => {
    const { shop, him, other } = await synced("leaving");
    shop.placeOrder({ customerId: other, lines });
    shop.requestCustomerData(him);
    shop.redactCustomer(him);
    await quiet(shop);
    await beginCheck(shop.domain);
    for (let done = false; !done;) done = (await stepCheck(shop.domain, compareMonths)).done;
    // Whatever the app keeps of a shop is to be there, so that it can be missed.
    for (const table of ["Session", "WebhookEvent", "WebhookDay", "CostBudget", "Check", "MonthFigures"])
      expect(await rowsOf(shop)).toContain(`public."${table}"`);
    await mkdir(path.join(directory, "downloads", shop.domain), { recursive: true });
    await writeFile(path.join(directory, "downloads", shop.domain, "half.jsonl"), `{"id":"${him}"}`);
    world.shopify.uninstall(shop.domain);
    await world.shopify.webhooks.idle();
    world.shopify.redactShop(shop.domain);
    await quiet(shop);

    expect(await (await warehouse()).of(shop.domain).meta()).toBeNull();
    await nightly(new Date());
    expect(await rowsOf(shop)).toEqual([]);
    expect(await filesWith(directory, ["tag-of-leaving-person", ...formsOf(him)])).toEqual([]);
  });

  it("comes after 30 days though nobody asked, and not a day before", async () => {
    const { shop } = await synced("forgotten");
    world.shopify.uninstall(shop.domain);
    await quiet(shop);
    const left = async (days: number) => {
      await db.shop.updateMany({ where: { domain: shop.domain }, data: { uninstalledAt: ago(days) } });
      await enqueue("privacy_nightly", {});
      await quiet(shop);
    };
    await left(29);
    expect(await (await warehouse()).of(shop.domain).meta()).not.toBeNull();
    await left(31);
    await eventually(async () => expect(await (await warehouse()).of(shop.domain).meta()).toBeNull());
    await quiet(shop);
    await nightly(new Date());
    expect(await rowsOf(shop)).toEqual([]);
  });

  it("is left alone when the shop has come back meanwhile", async () => {
    const { shop } = await synced("back");
    world.shopify.uninstall(shop.domain);
    await quiet(shop);
    await opens(shop);
    await quiet(shop);
    world.shopify.redactShop(shop.domain);
    await quiet(shop);

    expect(await one(shop, "SELECT count(*) FROM orders")).toBe(3);
    expect(await requests(shop)).toMatchObject([{ topic: "shop_redact", doneAt: expect.any(Date) as Date }]);
  });

  it("is done although nobody heard of the removal, as Shopify no longer lets the app in", async () => {
    const { shop } = await synced("unheard");
    world.shopify.faults.removeSubscription(shop.domain, "app/uninstalled");
    world.shopify.uninstall(shop.domain);
    await world.shopify.webhooks.idle();
    world.shopify.redactShop(shop.domain);
    await quiet(shop);

    expect(await (await warehouse()).of(shop.domain).meta()).toBeNull();
    expect(await db.shop.findUnique({ where: { domain: shop.domain } })).toBeNull();
  });
});
