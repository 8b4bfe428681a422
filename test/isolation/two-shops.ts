// Two shops in one app, A who asks and B who must not be touched; and all that is held of B, to compare.
import { type App, ago, openApp, within } from "../changes/app.ts";
import { expect, vi } from "vitest";
import { Shop } from "../shopify/shop.ts";
import { dump } from "../warehouse/dump.ts";

export interface TwoShops {
  app: App;
  a: Shop;
  b: Shop;
  /** Ids by which B's things could be named. */
  of: { job: string; window: string; event: string; order: number; customer: number; country: string };
  /** What only B's data hold; no answer to A may contain any of it. */
  marks: readonly string[];
  /** All rows of state, queue and warehouse that are B's. */
  held: () => Promise<string>;
}

export async function openTwoShops(): Promise<TwoShops> {
  const app = await openApp("duckdb");
  const shopOf = (handle: string, country: string) => {
    const shop = new Shop({ handle, createdAt: ago(900) });
    for (let count = 0; count < 3; count += 1) {
      const customer = shop.createCustomer({ at: ago(800), country });
      for (const days of [300, 40, 3])
        shop.placeOrder({
          at: ago(days + count),
          customerId: customer.id,
          shippingCountry: country,
          lines: [{ title: "Cup", price: 1000, quantity: 1 }],
        });
    }
    return shop;
  };
  const [a, b] = [shopOf("alpha", "DE"), shopOf("bravo", "JP")];
  b.updateSettings({ name: "Bravo secret shop", primaryDomain: "bravo-secret.example" });
  for (const shop of [a, b]) {
    await app.opens(shop);
    await app.complete(shop);
    await app.agrees(shop);
    await vi.waitFor(async () => expect(await app.waiting(shop)).toEqual([]), within);
  }
  const { db } = app;
  const runAt = new Date(Date.now() + 86_400_000);
  await app.queue.enqueue("sweep", { shop: b.domain }, { runAt });
  await db.$executeRaw`UPDATE graphile_worker._private_jobs SET last_error = 'bravo secret failure', attempts = 11
    WHERE key = ${`sweep ${b.domain}`}`;
  const [job] = await app.queue.failedJobs(b.domain);
  const event = await db.webhookEvent.create({
    data: {
      shop: b.domain,
      topic: "orders/updated",
      eventId: "bravo-secret-event",
      webhookId: "bravo-secret-webhook",
      resourceIds: [BigInt([...b.orders.keys()][0] ?? 0)],
      processedAt: new Date(),
    },
  });
  const window = await db.syncWindow.findFirstOrThrow({ where: { shop: b.domain } });
  const customers = [...b.customers.keys()];
  const orders = [...b.orders.keys()];
  return {
    app,
    a,
    b,
    of: {
      job: job?.id ?? "",
      window: window.id,
      event: event.id,
      order: orders[0] ?? 0,
      customer: customers[0] ?? 0,
      country: "JP",
    },
    marks: [
      "Bravo secret shop",
      "bravo-secret",
      "bravo secret failure",
      ...customers.map(String),
      ...orders.map(String),
    ],
    async held() {
      const where = { shop: b.domain };
      const queue = await db.$queryRaw`SELECT * FROM graphile_worker.jobs WHERE queue_name = ${b.domain}`;
      const state = [
        await db.shop.findMany({ where: { domain: b.domain } }),
        await db.session.findMany({ where }),
        await db.syncWindow.findMany({ where, orderBy: { id: "asc" } }),
        await db.webhookEvent.findMany({ where, orderBy: { id: "asc" } }),
        queue,
        await dump(await app.runtime.warehouse(), b.domain),
      ];
      return JSON.stringify(state, (_, value: unknown) =>
        typeof value === "bigint" ? String(value) : value,
      );
    },
  };
}
