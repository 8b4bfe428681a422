// Tens of thousands of orders that share one updated_at, as an app that tags every order leaves them: more than one
// pagination of Shopify's holds, with nothing in the instant to tell them apart by.
import { afterAll, beforeAll, expect, it } from "vitest";
import { PAGED_UP_TO, type SyncContext } from "../../../app/sync/context.ts";
import { orders } from "../../../app/sync/resources/orders.ts";
import { listAll } from "../../../app/shopify/paged.ts";
import { sweep } from "../../../app/sync/reading/sweep.ts";
import { updatedSince } from "../../../app/sync/reading/windows.ts";
import type { Warehouse } from "../../../app/warehouse/warehouse.server.ts";
import { describeWarehouses } from "../../tools/setup/warehouses.ts";
import { Shop } from "../../shopify/shop.ts";
import { booksIn, booksOf, gapsIn, openWorld, syncWhole, type World } from "./world.ts";

let world: World;
let number = 0;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world.close());

const AT = new Date(Math.floor(Date.now() / 1000) * 1000);
const before = new Date(AT.getTime() - 30 * 86_400_000);

/** A shop of the largest plan with an old order, synced; and then `count` orders of one instant. */
async function flooded(warehouse: Warehouse, count: number): Promise<{ shop: Shop; context: SyncContext }> {
  const shop = new Shop({ handle: `instant-${++number}`, plan: "Plus", createdAt: before });
  shop.placeOrder({ at: before, lines: [{ title: "Cup", price: 1000, quantity: 1 }] });
  await world.install(shop);
  const context = world.context(shop, warehouse, { pagedUpTo: PAGED_UP_TO });
  await syncWhole(context);
  for (let order = 0; order < count; order += 1)
    shop.placeOrder({
      at: AT,
      customerId: null,
      lines: [{ title: "Cup", price: 1000 + (order % 7), quantity: 1 }],
    });
  return { shop, context };
}

it("are listed to the last, each once", async () => {
  const { shop, context } = await flooded(await world.warehouse(), 22_600);
  const seen = new Set<string>();
  let listed = 0;
  for await (const page of listAll(context.admin, orders, updatedSince(AT))) {
    expect(page.length).toBeLessThanOrEqual(250);
    listed += page.length;
    for (const { id } of page) seen.add(id);
  }
  expect(listed).toBe(22_600);
  expect(seen.size).toBe(22_600);
  expect(shop.orders.size).toBe(22_601);
});

describeWarehouses("a sweep over 5,000 orders of one instant", (open) => {
  it("brings them all by one bulk operation, and is not misled by one that broke off in its middle", async () => {
    const { shop, context } = await flooded(await open(), 5000);
    // The process ends while it waits for the operation.
    const killed = { ...context, wait: () => Promise.reject(new Error("killed")) };
    await expect(sweep(killed)).rejects.toThrow("killed");
    expect((await booksIn(context.copy.warehouse, shop)).orders).toBe(1);

    expect(await sweep(context)).toMatchObject({ found: 5000 });
    expect(await booksIn(context.copy.warehouse, shop)).toEqual(booksOf(shop));
    expect(await gapsIn(context.copy.warehouse, shop)).toEqual([]);
  });
});
