// An order that cannot be used, among others that can: the others are loaded all the same, whoever reads them, and it is
// listed with its reason until it can be read.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { db } from "../../app/db.server.ts";
import { advanceCheck } from "../../app/sync/check.ts";
import { openCheck } from "../../app/sync/checks.ts";
import { PAGED_UP_TO, type SyncContext } from "../../app/sync/context.ts";
import { refetch } from "../../app/sync/refetch.ts";
import { sweep } from "../../app/sync/sweep.ts";
import { runAgain, webhookUpkeep } from "../../app/sync/webhook-days.ts";
import type { Warehouse } from "../../app/warehouse/warehouse.server.ts";
import { describeWarehouses } from "../setup/warehouses.ts";
import { Shop } from "../shopify/shop.ts";
import { changeBehind } from "./behind.ts";
import { booksIn, booksOf, openWorld, syncWhole, type World } from "./world.ts";

let world: World;
let number = 0;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world.close());

const cup = { title: "Cup", price: 1000, quantity: 1 };
const givenUp = async (shop: Shop) => webhookUpkeep(db, shop.domain, new Date());

/** Shopify gives money in the currency's decimals; more of them cannot be booked. The answer heals it. */
function spoil(shop: Shop, id: number): () => void {
  const order = shop.orders.get(id);
  const line = order?.lines[0];
  if (!order || !line) throw new Error("an order of no lines");
  line.unitPrice = 10.5;
  order.currentTotal += 0.5;
  return () => {
    line.unitPrice = 1000;
    order.currentTotal -= 0.5;
  };
}

async function shopOf(orders: number, at = new Date()) {
  const shop = new Shop({ handle: `aside-${++number}`, currency: "EUR", timeZone: "UTC" });
  for (let count = 0; count < orders; count += 1) shop.placeOrder({ at, lines: [cup] });
  await world.install(shop);
  return { shop, ids: [...shop.orders.keys()] };
}

describeWarehouses("what cannot be used", (open) => {
  let warehouse: Warehouse;
  beforeEach(async () => {
    warehouse = await open();
  });

  async function runAgainAndFollow(context: SyncContext, shop: Shop): Promise<void> {
    expect(await runAgain(db, shop.domain, "all")).toBe(1);
    await refetch(context);
    expect(await givenUp(shop)).toMatchObject({ givenUp: [], counts: { received: 0, used: 0, unusable: 0 } });
    expect(await booksIn(warehouse, shop)).toEqual(booksOf(shop));
  }

  describe.each([
    ["by bulk operations", 0],
    ["page by page", PAGED_UP_TO],
  ])("in a first sync %s", (_, pagedUpTo) => {
    it("keeps no other order out, and comes in when it is run again", async () => {
      const { shop, ids } = await shopOf(7);
      const [, , bad = 0] = ids;
      const heal = spoil(shop, bad);
      const context = world.context(shop, warehouse, { pagedUpTo });
      await syncWhole(context);
      expect((await booksIn(warehouse, shop)).orders).toBe(6);
      const [listed] = (await givenUp(shop)).givenUp;
      expect(listed).toMatchObject({ topic: "orders/updated", resourceIds: [BigInt(bad)] });
      expect(listed?.reason).toMatch(/^What Shopify sent can't be used: .* \([\w-]+\.jsonl, line \d\)$/);
      heal();
      await runAgainAndFollow(context, shop);
    });
  });

  it.each([
    ["a few", PAGED_UP_TO],
    ["many", 0],
  ])("in a sweep over %s changes keeps no other out, nor the next sweep waiting", async (_, pagedUpTo) => {
    const { shop } = await shopOf(1);
    const context = world.context(shop, warehouse, { pagedUpTo });
    await syncWhole(context);
    const [bad, good] = [shop.placeOrder({ lines: [cup] }), shop.placeOrder({ lines: [cup] })];
    const heal = spoil(shop, bad.id);
    const before = new Date();
    expect(await sweep(context)).toMatchObject({ found: 1 });
    const row = await db.shop.findUniqueOrThrow({ where: { domain: shop.domain } });
    expect(row.sweptUntil?.getTime()).toBeGreaterThanOrEqual(before.getTime());
    expect(
      await warehouse.query(shop.domain, "SELECT count(*) AS n FROM orders WHERE order_id = $1", [good.id]),
    ).toEqual([{ n: 1 }]);
    expect((await givenUp(shop)).givenUpInAll).toBe(1);

    // Found again, it is still one; and once it can be read, a sweep takes it off the list.
    await sweep(context);
    expect((await givenUp(shop)).givenUpInAll).toBe(1);
    heal();
    // As if the first reading had been yesterday's.
    await db.webhookEvent.updateMany({
      where: { shop: shop.domain },
      data: { receivedAt: new Date(Date.now() - 86_400_000) },
    });
    await sweep(context);
    expect((await givenUp(shop)).givenUpInAll).toBe(0);
    expect(await booksIn(warehouse, shop)).toEqual(booksOf(shop));
  });

  it("names a customer in one column only, from which his erasure takes him", async () => {
    const { shop } = await shopOf(1);
    const context = world.context(shop, warehouse, { pagedUpTo: PAGED_UP_TO });
    await syncWhole(context);
    const [bad, good] = [shop.createCustomer(), shop.createCustomer()];
    Object.assign(bad, { createdAt: "2026-02-31T00:00:00Z" });
    await sweep(context);
    const held = await warehouse.query(shop.domain, "SELECT customer_id AS id FROM customers");
    expect(held).toEqual([{ id: good.id }]);
    const [event] = await db.webhookEvent.findMany({ where: { shop: shop.domain } });
    expect(event).toMatchObject({ topic: "customers/update", resourceIds: [BigInt(bad.id)] });
    expect(JSON.stringify({ ...event, resourceIds: [] })).not.toContain(String(bad.id));
  });

  it("is no longer some orders when it is very many: the sync fails with the reason", async () => {
    const { shop, ids } = await shopOf(120);
    for (const id of ids) spoil(shop, id);
    const context = world.context(shop, warehouse, { pagedUpTo: PAGED_UP_TO });
    await expect(syncWhole(context)).rejects.toThrow(/^What Shopify sent can't be used: /);
    expect((await givenUp(shop)).givenUpInAll).toBe(100);
  });

  it("in a night's check is counted as still missing, until it can be read", async () => {
    const { shop, ids } = await shopOf(4, new Date(Date.now() - 20 * 86_400_000));
    const context = world.context(shop, warehouse, { pagedUpTo: PAGED_UP_TO });
    await syncWhole(context);
    const [bad = 0, other = 0] = ids;
    const heal = spoil(shop, bad);
    await changeBehind(
      warehouse,
      shop.domain,
      ["sales", "order_lines", "activity", "orders"].map(
        (table) => `DELETE FROM ${table} WHERE order_id IN (${bad}, ${other})`,
      ),
    );
    expect(await check(context)).toMatchObject({ found: { orders_missing: 2 }, repaired: 1, remaining: 1 });
    const explained = { shop: shop.domain, verdict: "explained" };
    expect(await db.monthFigures.findMany({ where: explained })).toMatchObject([
      {
        parts: [{ id: "set_aside", counted: true, orders: [{ id: bad, name: shop.orders.get(bad)?.name }] }],
      },
    ]);
    heal();
    expect(await check(context)).toMatchObject({ found: { orders_missing: 1 }, repaired: 1, remaining: 0 });
    expect((await givenUp(shop)).givenUpInAll).toBe(0);
    expect(await db.monthFigures.count({ where: explained })).toBe(0);
    expect(await booksIn(warehouse, shop)).toEqual(booksOf(shop));
  });
});

/** An order or a customer that Shopify cannot tell, or tells as nobody can read it. */
const spoilt: readonly [string, (shop: Shop) => number][] = [
  [
    "a day that no month has",
    (shop) => Object.assign(shop.createCustomer(), { createdAt: "2026-02-31T00:00:00Z" }).id,
  ],
  ["an instant that is none", (shop) => Object.assign(shop.createCustomer(), { updatedAt: "soon" }).id],
  [
    "a placement beyond all years",
    (shop) => Object.assign(shop.placeOrder({ lines: [cup] }), { processedAt: "275761-01-01T00:00:00Z" }).id,
  ],
  [
    "a placement that is of no year everywhere",
    (shop) => Object.assign(shop.placeOrder({ lines: [cup] }), { processedAt: "0001-01-01T00:00:00Z" }).id,
  ],
  [
    "an amount that is none",
    (shop) => Object.assign(shop.placeOrder({ lines: [cup] }), { currentTotal: NaN }).id,
  ],
];

describeWarehouses("a record", (open) => {
  it.each(
    spoilt.flatMap(([what, spoil]) => [0, PAGED_UP_TO].map((pagedUpTo) => ({ what, spoil, pagedUpTo }))),
  )("with $what stops no check ($pagedUpTo at once by id)", async ({ spoil, pagedUpTo }) => {
    const warehouse = await open();
    const { shop } = await shopOf(2, new Date(Date.now() - 20 * 86_400_000));
    const context = world.context(shop, warehouse, { pagedUpTo });
    await syncWhole(context);
    const id = spoil(shop);
    const good = shop.placeOrder({ lines: [cup] });
    await sweep(context);
    expect(await check(context)).toMatchObject({ error: null });
    expect(
      await warehouse.query(shop.domain, "SELECT count(*) AS n FROM orders WHERE order_id = $1", [good.id]),
    ).toEqual([{ n: 1 }]);
    expect((await givenUp(shop)).givenUp.map(({ resourceIds }) => resourceIds)).toEqual([[BigInt(id)]]);
  });
});

async function check(context: SyncContext) {
  await openCheck(db, { domain: context.shop, timeZone: "UTC" }, new Date());
  for (let turns = 0; turns < 500; turns += 1) {
    const turn = await advanceCheck(context);
    if (turn.done)
      return db.check.findFirstOrThrow({
        where: { shop: context.shop, kind: "night" },
        orderBy: { startedAt: "desc" },
      });
    await context.wait(turn.waitMs);
  }
  throw new Error("The check does not end");
}
