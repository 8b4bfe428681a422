// A reading that takes long keeps no webhook of its shop waiting: it looks after them between its steps.
import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, expect, it } from "vitest";
import { db } from "../../../app/db.server.ts";
import { compareMonths } from "../../../app/reconcile/months.ts";
import { advanceCheck } from "../../../app/sync/check/check.ts";
import { openCheck } from "../../../app/sync/check/checks.ts";
import type { ShopContext } from "../../../app/sync/context.ts";
import { followAnnounced } from "../../../app/sync/reading/refetch.ts";
import { sweep } from "../../../app/sync/reading/sweep.ts";
import { describeWarehouses } from "../../tools/setup/warehouses.ts";
import { Shop } from "../../shopify/shop.ts";
import { booksIn, booksOf, openWorld, syncWhole, type World } from "./world.ts";

let world: World;
let number = 0;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world.close());

const cup = { title: "Cup", price: 1000, quantity: 1 };

/** The whole of a first sync, of a check, of a sweep, where bulk operations fail and all is read page by page. */
const readings: Record<string, (context: ShopContext, shop: Shop) => Promise<unknown>> = {
  "a first sync": async (context, shop) => {
    world.shopify.faults.failBulk(shop.domain);
    world.shopify.faults.failBulk(shop.domain);
    world.shopify.faults.failBulk(shop.domain);
    world.shopify.faults.failBulk(shop.domain);
    await syncWhole(context);
  },
  "a night's check": async (context, shop) => {
    await syncWhole(context);
    await openCheck(db, { domain: shop.domain, timeZone: "UTC" }, new Date());
    for (let failures = 0; failures < 4; failures += 1) world.shopify.faults.failBulk(shop.domain);
    for (let turns = 0; turns < 200; turns += 1) {
      const turn = await advanceCheck(context, compareMonths);
      if (turn.done) return;
      await context.wait(turn.waitMs);
    }
  },
  "a sweep over many": async (context, shop) => {
    await syncWhole(context);
    for (let count = 0; count < 300; count += 1) shop.placeOrder({ lines: [cup] });
    world.shopify.faults.failBulk(shop.domain);
    await sweep(context);
  },
};

describeWarehouses("a webhook that comes during", (open) => {
  it.each(Object.keys(readings))("%s is followed before that ends", async (name) => {
    const warehouse = await open();
    const shop = new Shop({ handle: `meanwhile-${++number}`, timeZone: "UTC" });
    const old = new Date(Date.now() - 20 * 86_400_000);
    for (let count = 0; count < 300; count += 1) shop.placeOrder({ at: old, lines: [cup] });
    await world.install(shop);
    let looks = 0;
    let followed: unknown = null;
    const context: ShopContext = world.context(shop, warehouse, {
      pagedUpTo: 0,
      async meanwhile() {
        looks += 1;
        if (looks !== 1) return;
        const { id } = shop.placeOrder({ lines: [cup] });
        const event = { shop: shop.domain, topic: "orders/create", eventId: randomUUID(), webhookId: "w" };
        await db.webhookEvent.create({ data: { ...event, resourceIds: [BigInt(id)] } });
        await followAnnounced(context);
        followed = await warehouse
          .of(shop.domain)
          .query("SELECT count(*) AS n FROM orders WHERE order_id = $1", [id]);
      },
    });
    await readings[name]?.(context, shop);
    expect(looks).toBeGreaterThan(1);
    expect(followed).toEqual([{ n: 1 }]);
    expect(await db.webhookEvent.count({ where: { shop: shop.domain, processedAt: null } })).toBe(0);
    await sweep(context);
    expect(await booksIn(warehouse, shop)).toEqual(booksOf(shop));
  });
});
