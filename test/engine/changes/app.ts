// The whole app in one process for shops that change: a simulated Shopify, its webhooks, the worker, the pages, and the
// warehouse of the wanted engine.
import { mkdtemp, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { expect } from "vitest";
import { emptyDatabase } from "../../tools/setup/database.ts";
import { Shop } from "../../shopify/shop.ts";
import { eventually } from "../../tools/setup/eventually.ts";
export const ago = (days: number) => new Date(Date.now() - days * 86_400_000);
export const cup = [{ title: "Cup", price: 1000, quantity: 1 }];

/** The environment is read once in a process: everything that reads it is loaded afterwards. */
export async function openApp(engine: "duckdb" | "postgres") {
  const directory = await mkdtemp(path.join(os.tmpdir(), "segment-kpis-changes-"));
  process.env.DATA_DIR = directory;
  if (engine === "postgres") process.env.WAREHOUSE_URL = await emptyDatabase();
  const { booksIn, booksOf, openWorld, storeToken } = await import("../sync/world.ts");
  const { askedScopes } = await import("../../../app/sync/resources/resources.ts");
  const world = await openWorld();
  const { db } = await import("../../../app/db.server.ts");
  const { installed } = await import("../../../app/sync/shop/install.server.ts");
  const queue = await import("../../../app/queue/queue.server.ts");
  const work = await import("../../../app/process/jobs.server.ts");
  const runtime = await import("../../../app/process/runtime.server.ts");
  const { syncState } = await import("../../../app/sync/sync.server.ts");
  const { openDoors } = await import("../routes/site.ts");
  const { call, serve } = await import("../routes/intake.ts");
  const doors = await openDoors();
  const served = await serve(({ url, init }) => call(url, init).then(({ status }) => status));
  world.shopify.setAppUrl(served.url);
  const { shopify } = world;
  await work.startJobs();

  interface Waiting {
    job: string;
    attempts: number;
    inMs: number;
    error: string | null;
  }
  const app = {
    db,
    world,
    shopify,
    doors,
    queue,
    work,
    runtime,
    askedScopes,
    directory,
    state: (shop: Shop) => syncState(shop.domain),
    row: (shop: Shop) => db.shop.findUniqueOrThrow({ where: { domain: shop.domain } }),

    /** The merchant opens the app for the first time, or again. */
    async opens(shop: Shop, scopes: readonly string[] = askedScopes): Promise<void> {
      if (!shopify.shops.has(shop.domain)) shopify.addShop(shop);
      shopify.setScopes(shop.domain, scopes);
      await storeToken(shop.domain, shopify.sessionToken(shop.domain));
      await installed({ shop: shop.domain, scope: scopes.join(",") });
    },
    complete: (shop: Shop) =>
      eventually(async () =>
        expect(await syncState(shop.domain)).toMatchObject({ phase: "complete", paused: null }),
      ),
    /** The check in which a first sync ends has been made, so that no job of the shop comes between. */
    checked: (shop: Shop) =>
      eventually(async () => {
        const checks = await db.check.findMany({ where: { shop: shop.domain } });
        expect(checks.map(({ finishedAt }) => finishedAt)).toEqual([expect.any(Date)]);
      }),
    agrees: (shop: Shop) =>
      eventually(async () => expect(await booksIn(await runtime.warehouse(), shop)).toEqual(booksOf(shop))),
    async text(shop: Shop, address: string): Promise<string> {
      const response = await doors.page(shop.domain, address);
      expect(response.status, address).toBe(200);
      // What is drawn, without the data beside it.
      return (await response.text()).replace(/<script[^]*?<\/script>/g, "").replace(/<!-- -->/g, "");
    },
    /** Without one that is just ending: its successor has taken its place. */
    waiting: (shop: Shop) =>
      db.$queryRaw<Waiting[]>`
        SELECT task_identifier AS job, attempts, last_error AS error,
          CAST(extract(epoch FROM run_at - now()) * 1000 AS DOUBLE PRECISION) AS "inMs"
        FROM graphile_worker.jobs WHERE queue_name = ${shop.domain} AND attempts < max_attempts ORDER BY id`,
    /** The time that the shop's jobs wait for has come. */
    async hurry(shop: Shop): Promise<void> {
      await db.shop.update({ where: { domain: shop.domain }, data: { pausedUntil: new Date(0) } });
      const jobs = await app.waiting(shop);
      for (const { job } of jobs)
        if (job === "sweep" || job === "first_sync" || job === "follow_webhooks")
          await queue.enqueue(job, { shop: shop.domain });
    },
    async close(): Promise<void> {
      await work.stopJobs();
      served.close();
      await runtime.closeWarehouse();
      await world.close();
      await rm(directory, { recursive: true, force: true });
    },
  };
  return app;
}

export type App = Awaited<ReturnType<typeof openApp>>;

/** One customer with an order on each of these days. */
export function shopWithOrders(handle: string, days: readonly number[], currency = "EUR"): Shop {
  const shop = new Shop({ handle, currency, timeZone: "Europe/Berlin", createdAt: ago(900) });
  const variant = shop.addVariant({ title: "Cup", price: 1000, unitCost: 400 });
  const customer = shop.createCustomer({ at: ago(800), country: "DE" });
  for (const count of days)
    shop.placeOrder({
      at: ago(count),
      customerId: customer.id,
      lines: [{ variantId: variant.id, quantity: 1 }],
    });
  return shop;
}
