// A shop that removes the app and comes back: soon, and after everything of it was erased.
import { access, mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import pg from "pg";
import { afterAll, beforeAll, expect, it } from "vitest";
import { downloadsOf } from "../../../app/sync/context.ts";
import type { Shop } from "../../shopify/shop.ts";
import { type App, openApp, shopWithOrders } from "./app.ts";
import { eventually } from "../../tools/setup/eventually.ts";

let app: App;
beforeAll(async () => {
  app = await openApp("duckdb");
});
afterAll(() => app.close());

const cups = { lines: [{ title: "Cup", price: 1000, quantity: 3 }] };

async function synced(handle: string): Promise<Shop> {
  const shop = shopWithOrders(handle, [300, 20, 3]);
  await app.opens(shop);
  await app.complete(shop);
  await app.agrees(shop);
  return shop;
}
const gone = (shop: Shop) =>
  eventually(async () => expect((await app.row(shop)).uninstalledAt).not.toBeNull());

it("forgets tokens, jobs, downloads and running operations at once, and keeps the copy for a return", async () => {
  const shop = await synced("returning");
  const download = path.join(downloadsOf(app.directory, shop.domain), "left.jsonl");
  await mkdir(path.dirname(download), { recursive: true });
  await writeFile(download, "{}\n");
  await app.queue.enqueue("sweep", { shop: shop.domain }, { runAt: new Date(Date.now() + 3_600_000) });
  await app.db.syncWindow.updateMany({
    where: { shop: shop.domain, resource: "orders" },
    data: { state: "running", bulkOperationId: "gid://shopify/BulkOperation/1" },
  });
  app.shopify.uninstall(shop.domain);
  await gone(shop);
  await eventually(async () => expect(await app.waiting(shop)).toEqual([]));
  expect(await app.db.session.count({ where: { shop: shop.domain } })).toBe(0);
  await expect(access(download)).rejects.toThrow();
  expect(
    await app.db.syncWindow.count({ where: { shop: shop.domain, bulkOperationId: { not: null } } }),
  ).toBe(0);
  expect(await (await app.runtime.warehouse()).of(shop.domain).meta()).not.toBeNull();

  // Nobody tells an app that is not installed; the name, the clock and an order have changed meanwhile.
  shop.placeOrder(cups);
  shop.updateSettings({ name: "Back again", timeZone: "America/New_York" });
  const before = (await app.row(shop)).firstSyncStartedAt;
  await app.opens(shop);
  await app.agrees(shop);
  await app.complete(shop);
  const row = await app.row(shop);
  expect(row).toMatchObject({ name: "Back again", timeZone: "America/New_York", uninstalledAt: null });
  expect(row.firstSyncStartedAt).toEqual(before);
});

it("begins anew in a shop that returns after its copy was erased, and after everything of it was", async () => {
  for (const everything of [false, true]) {
    const shop = await synced(everything ? "erased" : "half-erased");
    app.shopify.uninstall(shop.domain);
    await gone(shop);
    await eventually(async () => expect(await app.waiting(shop)).toEqual([]));
    await (await app.runtime.warehouse()).of(shop.domain).drop();
    if (everything) {
      const where = { shop: shop.domain };
      await app.db.syncWindow.deleteMany({ where });
      await app.db.webhookEvent.deleteMany({ where });
      await app.db.shop.delete({ where: { domain: shop.domain } });
    }
    shop.placeOrder(cups);
    await app.opens(shop);
    await app.agrees(shop);
    await app.complete(shop);
    expect(await app.text(shop, "/app")).toContain("€");
    expect(await app.queue.failedJobs(shop.domain)).toEqual([]);
  }
});

it("begins the first sync of a merchant who comes back while the removal is being followed", async () => {
  const shop = shopWithOrders("hasty", [20, 3]);
  await app.opens(shop);
  await app.complete(shop);
  await app.checked(shop);
  await eventually(async () => expect(await app.waiting(shop)).toEqual([]));
  // The removal's job goes no further than to its last statement while this connection holds the lock.
  const holder = new pg.Client({ connectionString: process.env.DATABASE_URL });
  await holder.connect();
  await holder.query(`
    CREATE FUNCTION settled_later() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN PERFORM pg_advisory_xact_lock(20261130); RETURN NEW; END $$;
    CREATE TRIGGER settled_later BEFORE UPDATE ON "WebhookEvent" FOR EACH ROW
      WHEN (NEW.topic = 'app/uninstalled' AND NEW."processedAt" IS NOT NULL) EXECUTE FUNCTION settled_later();
    SELECT pg_advisory_lock(20261130)`);
  try {
    app.shopify.uninstall(shop.domain);
    await gone(shop);
    shop.placeOrder(cups);
    // As if the first sync had been left half-way, so that the return begins it.
    await app.db.shop.update({ where: { domain: shop.domain }, data: { firstSyncFinishedAt: null } });
    await app.opens(shop);
    expect((await app.waiting(shop)).map(({ job }) => job)).toContain("first_sync");
  } finally {
    await holder.query("SELECT pg_advisory_unlock(20261130)");
    await holder.query('DROP TRIGGER settled_later ON "WebhookEvent"; DROP FUNCTION settled_later()');
    await holder.end();
  }
  await app.complete(shop);
  await app.agrees(shop);
});
