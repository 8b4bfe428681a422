// A shop's copy read anew beside the one in use: what it was made of, what is served meanwhile, and what happens to it
// when the work is interrupted.
import type { ShopCopy } from "../../../app/warehouse/warehouse.server.ts";
import { afterAll, beforeAll, expect, it } from "vitest";
import { db } from "../../../app/db.server.ts";
import { eraseCustomer } from "../../../app/privacy/erase-customer.server.ts";
import { advanceFirstSyncOrRebuild, beginRebuild } from "../../../app/sync/reading/rebuild.ts";
import { sweep } from "../../../app/sync/reading/sweep.ts";
import type { ShopContext } from "../../../app/sync/context.ts";
import { generateShop } from "../../shopify/generate.ts";
import { describeWarehouses } from "../../tools/setup/warehouses.ts";
import { booksIn, booksOf, openWorld, syncWhole, type World } from "../sync/world.ts";
import { dump, type Dump } from "../warehouse/dump.ts";
import { answersOf } from "./answers.ts";

let world: World;
let number = 0;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world.close());

/** When rows were read differs between two readings; nothing else may. */
const facts = (tables: Dump) =>
  Object.fromEntries(
    Object.entries(tables).map(([table, rows]) => [
      table,
      rows.map((row) =>
        Object.fromEntries(Object.entries(row).filter(([column]) => !column.endsWith("read_at"))),
      ),
    ]),
  );

async function turnUntilDone(context: ShopContext, after: () => Promise<void> = async () => {}) {
  for (let turns = 1; turns < 500; turns += 1) {
    const turn = await advanceFirstSyncOrRebuild(context);
    await after();
    if (turn.done) return;
    await context.wait(turn.waitMs);
  }
  throw new Error("The rebuild does not end");
}

describeWarehouses("a copy made anew", (open) => {
  const synced = async () => {
    const shop = generateShop({ seed: 23, orders: 60, now: new Date(), handle: `rebuild-${++number}` });
    await world.install(shop);
    const context = world.context(shop, await open());
    await syncWhole(context);
    return { shop, context, warehouse: context.copy.warehouse };
  };

  it("mends what is wrong in the old one, which serves until then, and gives the same answers", async () => {
    const { shop, context, warehouse } = await synced();
    const before = await dump(warehouse, shop.domain);
    const answers = await answersOf(warehouse, shop.domain);
    // A defect: an order goes although it is in the shop, and no sweep would find it.
    const [lost] = [...shop.orders.values()];
    const readAt = new Date().toISOString();
    const removedOrders = [Number(lost?.id)];
    await warehouse.of(shop.domain).merge({ files: [], stages: [], readAt, removedOrders });
    const served = shop.orders.size - 1;
    expect((await booksIn(warehouse, shop)).orders).toBe(served);

    await beginRebuild(db, shop.domain, new Date(Date.now() + 1000));
    const seen = new Set<number>();
    await turnUntilDone(context, async () => {
      seen.add((await booksIn(warehouse, shop)).orders);
    });
    expect([...seen].sort((a, b) => a - b)).toEqual([served, shop.orders.size]);
    expect(facts(await dump(warehouse, shop.domain))).toEqual(facts(before));
    expect(await answersOf(warehouse, shop.domain)).toEqual(answers);
    expect(await warehouse.of(shop.domain).meta()).toMatchObject({
      coverage: { orders: { state: "complete" } },
    });
    expect(await warehouse.of(shop.domain).next.meta()).toBeNull();
    expect(await db.shop.findUniqueOrThrow({ where: { domain: shop.domain } })).toMatchObject({
      rebuildStartedAt: null,
      firstSyncFinishedAt: expect.any(Date) as Date,
    });
  });

  it("is begun again, as a first sync is, when the tables come to hold more while it is made", async () => {
    for (const rebuilt of [true, false]) {
      const shop = generateShop({ seed: 29, orders: 60, now: new Date(), handle: `rebuild-${++number}` });
      await world.install(shop);
      const context = world.context(shop, await open());
      const { warehouse } = context.copy;
      if (rebuilt) {
        await syncWhole(context);
        await beginRebuild(db, shop.domain, new Date());
      }
      const made = rebuilt ? context.copy.next : context.copy;
      let marked = false;
      await turnUntilDone(context, async () => {
        if (marked || (await made.meta()) === null) return;
        // Some of it is there, of the tables of before.
        await made.merge({
          files: [],
          stages: [],
          readAt: new Date().toISOString(),
          removedOrders: [1],
        });
        await made.setMeta({ read_anew: "orders" });
        marked = true;
      });
      expect(marked).toBe(true);
      expect(await warehouse.of(shop.domain).meta()).toMatchObject({
        read_anew: null,
        coverage: { orders: { state: "complete" } },
      });
      expect(await warehouse.of(shop.domain).query("SELECT id FROM removed")).toEqual([]);
      expect(await booksIn(warehouse, shop)).toEqual(booksOf(shop));
    }
  });

  it("is without a customer who is erased while it is made, whether he was in it already or not", async () => {
    const { shop, context, warehouse } = await synced();
    const { next } = context.copy;
    const traces = async (copy: ShopCopy, id: number) => {
      const [row] = await copy.query<{ n: number }>(
        `SELECT (SELECT count(*) FROM orders WHERE customer_id = ${id}) + (SELECT count(*) FROM customers WHERE customer_id = ${id})
           + (SELECT count(*) FROM customer_history WHERE customer_id = ${id}) AS n`,
      );
      return row?.n;
    };
    const erase = async (customerId: number) => {
      const eventId = `erasure of ${customerId}`;
      const request = await db.privacyRequest.create({
        data: { shop: shop.domain, topic: "customers_redact", eventId, customerId: BigInt(customerId) },
      });
      await eraseCustomer({ db, warehouse, downloads: context.directory }, request);
    };
    const buyers = [...new Set([...shop.orders.values()].map((order) => order.customerId))];
    const [before, within] = buyers.filter((id) => id !== null);
    if (before === undefined || within === undefined) return expect.fail("too few customers");

    await beginRebuild(db, shop.domain, new Date());
    await erase(before);
    // One window has to be asked for again, so that the others are there for a while before the copy is whole.
    world.shopify.faults.failBulk(shop.domain, { afterRows: 0 });
    let found = 0;
    await turnUntilDone(context, async () => {
      if (found > 0 || (await next.meta()) === null) return;
      found = (await traces(next, within)) ?? 0;
      if (found === 0) return;
      await erase(within);
      expect([await traces(next, within), await traces(context.copy, within)]).toEqual([0, 0]);
      expect(await next.meta()).not.toBeNull();
    });
    expect(found).toBeGreaterThan(0);
    expect(await next.meta()).toBeNull();
    expect((await booksIn(warehouse, shop)).orders).toBe(shop.orders.size);
    for (const id of [before, within]) expect(await traces(context.copy, id)).toBe(0);
    expect(await traces(context.copy, buyers.findLast((id) => id !== null) ?? 0)).toBeGreaterThan(0);
  });
});

it("brings what was placed, and leaves out what was found gone, while it was read", async () => {
  const shop = generateShop({ seed: 29, orders: 60, now: new Date(), handle: `rebuild-${++number}` });
  await world.install(shop);
  const context = world.context(shop, await world.warehouse());
  await syncWhole(context);
  await beginRebuild(db, shop.domain, new Date());
  const [first] = [...shop.orders.values()];
  let turns = 0;
  await turnUntilDone(context, async () => {
    if (++turns > 1) return;
    // A sweep of the copy in use takes nothing away from what the new one has to catch up with.
    await sweep(context);
    await context.copy.merge({
      files: [],
      stages: [],
      readAt: new Date().toISOString(),
      removedOrders: [Number(first?.id)],
    });
    shop.orders.delete(first?.id ?? 0);
  });
  expect(turns).toBeGreaterThan(1);
  expect(await booksIn(context.copy.warehouse, shop)).toEqual(booksOf(shop));

  // Killed after the exchange, before it was noted.
  await db.shop.update({ where: { domain: shop.domain }, data: { rebuildStartedAt: new Date() } });
  await turnUntilDone(context);
  expect(await booksIn(context.copy.warehouse, shop)).toEqual(booksOf(shop));
});

it("is not begun where it cannot end, nor ended for a shop that has left", async () => {
  const shop = generateShop({ seed: 31, orders: 60, now: new Date(), handle: `rebuild-${++number}` });
  await world.install(shop);
  const context = world.context(shop, await world.warehouse());
  await expect(beginRebuild(db, shop.domain, new Date())).rejects.toThrow("still in its first sync");
  await syncWhole(context);
  await beginRebuild(db, shop.domain, new Date());
  await advanceFirstSyncOrRebuild(context);
  await db.shop.update({ where: { domain: shop.domain }, data: { uninstalledAt: new Date() } });
  expect(await advanceFirstSyncOrRebuild(context)).toEqual({ done: true });
  expect((await booksIn(context.copy.warehouse, shop)).orders).toBe(shop.orders.size);
  await expect(beginRebuild(db, shop.domain, new Date())).rejects.toThrow("uninstalled");
  await expect(beginRebuild(db, "nobody.myshopify.com", new Date())).rejects.toThrow("not known");
});
