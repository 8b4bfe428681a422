// An app whose webhooks arrive when a test gives them to it, beside shops that it has read whole.
import { afterAll, beforeAll, expect } from "vitest";
import { db } from "../../../app/db.server.ts";
import { stopJobs } from "../../../app/process/jobs.server.ts";
import { PAGED_UP_TO, type SyncContext } from "../../../app/sync/context.ts";
import { refetch } from "../../../app/sync/reading/refetch.ts";
import type { Warehouse } from "../../../app/warehouse/warehouse.server.ts";
import { Shop } from "../../shopify/shop.ts";
import { openWorld, syncWhole, type World } from "../sync/world.ts";
import { type Arrived, call, serve, type Served } from "./intake.ts";

export const lines = [{ title: "Cup", price: 1000, quantity: 2 }];
export const minutesAgo = (minutes: number) => new Date(Date.now() - minutes * 60_000);
export const ago = (days: number) => new Date(Date.now() - days * 86_400_000);

export interface Synced {
  shop: Shop;
  warehouse: Warehouse;
  context: SyncContext;
}

export interface Told {
  readonly world: World;
  /** Where the app is called. */
  readonly url: string;
  /** A shop that was read whole. */
  synced: (handle: string, placedOrders?: number) => Promise<Synced>;
  /** Gives the app deliveries that have come, and lets it work them off. */
  deliver: (context: SyncContext, deliveries: readonly Arrived[]) => Promise<void>;
  /** All that has been delivered meanwhile. */
  taken: () => Promise<Arrived[]>;
}

/** Lives as long as the suite. */
export function toldApp(): Told {
  let world: World;
  let app: Served;
  /** What Shopify delivered and the app was not given yet. */
  const arrived: Arrived[] = [];

  beforeAll(async () => {
    app = await serve(async (delivery) => {
      arrived.push(delivery);
      return Promise.resolve(200);
    });
    // Where the app subscribes by itself, it is at this address.
    process.env.SHOPIFY_APP_URL = app.url;
    world = await openWorld();
    world.shopify.setAppUrl(app.url);
  });
  afterAll(async () => {
    await stopJobs();
    app.close();
    await world.close();
  });

  async function synced(handle: string, placedOrders = 3): Promise<Synced> {
    const shop = new Shop({ handle, currency: "EUR", timeZone: "Europe/Berlin", createdAt: ago(400) });
    const customer = shop.createCustomer({ at: ago(300), country: "DE" });
    for (let count = 0; count < placedOrders; count += 1)
      shop.placeOrder({ at: ago(200 - 50 * count), customerId: customer.id, lines, shippingCountry: "DE" });
    await world.install(shop);
    const warehouse = await world.warehouse();
    const context = world.context(shop, warehouse, { pagedUpTo: PAGED_UP_TO });
    await syncWhole(context);
    return { shop, warehouse, context };
  }

  async function deliver(context: SyncContext, deliveries: readonly Arrived[]): Promise<void> {
    for (const { url, init, topic } of deliveries) expect((await call(url, init)).status, topic).toBe(200);
    await refetch(context);
    expect(await db.webhookEvent.count({ where: { shop: context.shop, processedAt: null } })).toBe(0);
  }

  async function taken(): Promise<Arrived[]> {
    await world.shopify.webhooks.idle();
    return arrived.splice(0);
  }

  return {
    get world() {
      return world;
    },
    get url() {
      return app.url;
    },
    synced,
    deliver,
    taken,
  };
}
