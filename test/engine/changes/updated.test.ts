// A release that changes the tables, while the app runs in several processes: what pages and jobs do until each process is
// of that release, and how a shop is read again for tables that hold more.
import pg from "pg";
import { afterAll, beforeAll, expect, it } from "vitest";
import { namespaceOf } from "../../../app/warehouse/namespace.ts";
import type { Shop } from "../../shopify/shop.ts";
import { type App, openApp, shopWithOrders } from "./app.ts";
import { eventually } from "../../tools/setup/eventually.ts";

let app: App;
let other: pg.Client;
beforeAll(async () => {
  app = await openApp("postgres");
  // As another process of the app would.
  other = new pg.Client({ connectionString: process.env.WAREHOUSE_URL ?? "" });
  await other.connect();
});
afterAll(async () => {
  await other.end();
  await app.close();
});

const cup = { lines: [{ title: "Cup", price: 1000, quantity: 1 }] };

async function settled(handle: string): Promise<Shop> {
  const shop = shopWithOrders(handle, [90, 20, 3]);
  await app.opens(shop);
  await app.complete(shop);
  await app.agrees(shop);
  await app.checked(shop);
  return shop;
}

const pages = async (shop: Shop) =>
  Promise.all(
    ["/app", "/app/data", "/app/privacy"].map(async (address) => {
      const page = await app.doors.page(shop.domain, address);
      return { status: page.status, text: await page.text() };
    }),
  );

/** Pages say why nothing is shown; jobs wait without a failure; webhooks are kept. */
async function waitsIn(shop: Shop, words: RegExp): Promise<void> {
  for (const { status, text } of await pages(shop)) {
    expect(status).toBe(503);
    expect(text).toMatch(words);
  }
  const answer = await app.doors.call(shop.domain, "/api/kpis");
  expect([answer.status, answer.headers.get("Retry-After")]).toEqual([503, "30"]);
  expect(await answer.text()).toMatch(words);
  const before = await app.db.webhookEvent.count({ where: { shop: shop.domain } });
  shop.placeOrder(cup);
  await eventually(async () =>
    expect(await app.db.webhookEvent.count({ where: { shop: shop.domain } })).toBeGreaterThan(before),
  );
  await app.queue.enqueue("sweep", { shop: shop.domain });
  await eventually(async () => {
    const jobs = await app.waiting(shop);
    expect(jobs.map(({ job }) => job)).toEqual(expect.arrayContaining(["sweep", "follow_webhooks"]));
    for (const { attempts, error, inMs } of jobs) {
      expect([attempts, error]).toEqual([0, null]);
      expect(inMs).toBeGreaterThan(1_000);
    }
  });
  expect(await app.queue.failedJobs(shop.domain)).toEqual([]);
}

async function goesOn(shop: Shop): Promise<void> {
  await app.hurry(shop);
  await app.agrees(shop);
  for (const { status } of await pages(shop)) expect(status).toBe(200);
}

it("while another process changes a shop's tables, pages say so and jobs wait", async () => {
  const shop = await settled("being-updated");
  await other.query("SELECT pg_advisory_lock(hashtextextended($1, 0))", [namespaceOf(shop.domain)]);
  await waitsIn(shop, /figures are being updated for a new version of the app/);
  await other.query("SELECT pg_advisory_unlock(hashtextextended($1, 0))", [namespaceOf(shop.domain)]);
  await goesOn(shop);
});

it("a shop that a newer release has taken over is not touched by a process of this one", async () => {
  const shop = await settled("newer");
  const schema = namespaceOf(shop.domain);
  const { rows } = await other.query<{ version: number }>(
    `SELECT schema_version AS version FROM ${schema}.shop_meta`,
  );
  await other.query(`UPDATE ${schema}.shop_meta SET schema_version = 1000`);
  await waitsIn(shop, /stored by a newer version of the app/);
  await other.query(`UPDATE ${schema}.shop_meta SET schema_version = $1`, [rows[0]?.version]);
  await goesOn(shop);
});

it("a shop is read again for tables that have come to hold more, and served meanwhile", async () => {
  const shop = await settled("read-anew");
  const warehouse = await app.runtime.warehouse();
  await warehouse.of(shop.domain).setMeta({ read_anew: "orders" });
  await app.queue.enqueue("sweep", { shop: shop.domain });
  await eventually(async () => {
    expect((await warehouse.of(shop.domain).meta())?.read_anew).toBeNull();
    expect(await app.row(shop)).toMatchObject({
      rebuildStartedAt: null,
      firstSyncFinishedAt: expect.any(Date) as Date,
    });
  });
  await app.agrees(shop);
  expect(await warehouse.of(shop.domain).next.meta()).toBeNull();
});
