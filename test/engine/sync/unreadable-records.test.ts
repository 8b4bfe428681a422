// An order that cannot be used, among others that can: the others are loaded all the same, whoever reads them, and it is
// listed with its reason until it can be read.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { db } from "../../../app/db.server.ts";
import { accessToken, API_VERSION } from "../../../app/shopify/access-token.server.ts";
import { adminApi } from "../../../app/shopify/admin-api.ts";
import { compareMonths } from "../../../app/reconcile/months.ts";
import { advanceCheck } from "../../../app/sync/check/check.ts";
import { openCheck } from "../../../app/sync/check/checks.ts";
import { ShopPaused } from "../../../app/errors.ts";
import { PAGED_UP_TO, type SyncContext } from "../../../app/sync/context.ts";
import { refetch } from "../../../app/sync/reading/refetch.ts";
import { sweep } from "../../../app/sync/reading/sweep.ts";
import { runAgain, webhookUpkeep } from "../../../app/sync/shop/webhook-days.ts";
import type { Warehouse } from "../../../app/warehouse/warehouse.server.ts";
import { describeWarehouses } from "../../tools/setup/warehouses.ts";
import { Shop } from "../../shopify/shop.ts";
import { changeBehind } from "./behind.ts";
import { booksIn, booksOf, openWorld, syncWhole, type World } from "./world.ts";

let world: World;
let number = 0;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world.close());

const cup = { title: "Cup", price: 1000, quantity: 1 };
const unreadable = async (shop: Shop) => webhookUpkeep(db, shop.domain, new Date());

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
    expect(await unreadable(shop)).toMatchObject({
      unreadable: [],
      counts: { received: 0, used: 0, unusable: 0 },
    });
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
      const [listed] = (await unreadable(shop)).unreadable;
      expect(listed).toMatchObject({ topic: "orders/updated", resourceIds: [BigInt(bad)] });
      expect(listed?.reason).toMatchObject({
        code: "file_value_in_line",
        params: { file: expect.stringMatching(/^[\w-]+\.jsonl$/) as unknown },
      });
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
      await warehouse
        .of(shop.domain)
        .query("SELECT count(*) AS n FROM orders WHERE order_id = $1", [good.id]),
    ).toEqual([{ n: 1 }]);
    expect((await unreadable(shop)).unreadableInAll).toBe(1);

    // Found again, it is still one; and once it can be read, a sweep takes it off the list.
    await sweep(context);
    expect((await unreadable(shop)).unreadableInAll).toBe(1);
    heal();
    // As if the first reading had been yesterday's.
    await db.webhookEvent.updateMany({
      where: { shop: shop.domain },
      data: { receivedAt: new Date(Date.now() - 86_400_000) },
    });
    await sweep(context);
    expect((await unreadable(shop)).unreadableInAll).toBe(0);
    expect(await booksIn(warehouse, shop)).toEqual(booksOf(shop));
  });

  it("names a customer in one column only, from which his erasure takes him", async () => {
    const { shop } = await shopOf(1);
    const context = world.context(shop, warehouse, { pagedUpTo: PAGED_UP_TO });
    await syncWhole(context);
    const [bad, good] = [shop.createCustomer(), shop.createCustomer()];
    Object.assign(bad, { createdAt: "2026-02-31T00:00:00Z" });
    await sweep(context);
    const held = await warehouse.of(shop.domain).query("SELECT customer_id AS id FROM customers");
    expect(held).toEqual([{ id: good.id }]);
    const [event] = await db.webhookEvent.findMany({ where: { shop: shop.domain } });
    expect(event).toMatchObject({ topic: "customers/update", resourceIds: [BigInt(bad.id)] });
    expect(JSON.stringify({ ...event, resourceIds: [] })).not.toContain(String(bad.id));
  });

  it("is no longer some orders when it is very many: the sync fails with the reason", async () => {
    const { shop, ids } = await shopOf(7);
    for (const id of ids) spoil(shop, id);
    const context = world.context(shop, warehouse, { pagedUpTo: PAGED_UP_TO, unreadableAtMost: 4 });
    await expect(syncWhole(context)).rejects.toThrow(
      /^too many records are unreadable, the last one as What Shopify sent can't be used: /,
    );
    expect((await unreadable(shop)).unreadableInAll).toBe(4);
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
    expect((await unreadable(shop)).unreadableInAll).toBe(0);
    expect(await db.monthFigures.count({ where: explained })).toBe(0);
    expect(await booksIn(warehouse, shop)).toEqual(booksOf(shop));
  });
});

/** Orders and customers that Shopify cannot tell, or tells as nobody can read them. Each answers its id. */
const spoilt: readonly ((shop: Shop) => number)[] = [
  // A day that no month has, and an instant that is none.
  (shop) => Object.assign(shop.createCustomer(), { createdAt: "2026-02-31T00:00:00Z" }).id,
  (shop) => Object.assign(shop.createCustomer(), { updatedAt: "soon" }).id,
  // A placement beyond all years, and one that is of no year everywhere.
  (shop) => Object.assign(shop.placeOrder({ lines: [cup] }), { processedAt: "275761-01-01T00:00:00Z" }).id,
  (shop) => Object.assign(shop.placeOrder({ lines: [cup] }), { processedAt: "0001-01-01T00:00:00Z" }).id,
  // An amount that is none.
  (shop) => Object.assign(shop.placeOrder({ lines: [cup] }), { currentTotal: NaN }).id,
];

describeWarehouses("records that nobody can read", (open) => {
  it.each([0, PAGED_UP_TO])("stop no check, each by itself (%d at once by id)", async (pagedUpTo) => {
    const warehouse = await open();
    const { shop } = await shopOf(2, new Date(Date.now() - 20 * 86_400_000));
    const context = world.context(shop, warehouse, { pagedUpTo });
    await syncWhole(context);
    const ids = spoilt.map((spoil) => spoil(shop));
    const good = shop.placeOrder({ lines: [cup] });
    await sweep(context);
    expect(await check(context)).toMatchObject({ error: null });
    expect(
      await warehouse
        .of(shop.domain)
        .query("SELECT count(*) AS n FROM orders WHERE order_id = $1", [good.id]),
    ).toEqual([{ n: 1 }]);
    const listed = (await unreadable(shop)).unreadable.flatMap(({ resourceIds }) => resourceIds.map(Number));
    expect(listed.toSorted()).toEqual(ids.toSorted());
  });
});

/** A webhook as the inbox keeps it. */
const told = (shop: Shop, id: number, number = 0) => ({
  shop: shop.domain,
  topic: "orders/updated",
  eventId: `told-${id}-${number}`,
  webhookId: `told-${id}-${number}`,
  resourceIds: [BigInt(id)],
});

/** Nothing of the machine, and by what the log knows it. */
const UNFORESEEN = /^\{"code":"unforeseen","params":\{"number":"[A-Z2-9]{8}"\}\}$/;

describeWarehouses("a record that errs as nobody has foreseen", (open) => {
  async function synced(orders: number) {
    const { shop } = await shopOf(orders, new Date(Date.now() - 20 * 86_400_000));
    const context = world.context(shop, await open(), { pagedUpTo: PAGED_UP_TO });
    await syncWhole(context);
    return { shop, context };
  }
  const ordersIn = async ({ copy }: SyncContext) =>
    (await copy.query<{ id: number }>("SELECT order_id AS id FROM orders")).map(({ id }) => id);

  it("is refused alone among the webhooks of its batch, and followed when it is well", async () => {
    const { shop, context } = await synced(1);
    const placed = Array.from({ length: 9 }, () => shop.placeOrder({ lines: [cup] }).id);
    const bad = placed[4] ?? 0;
    world.shopify.faults.failOn(shop.domain, bad);
    await db.webhookEvent.createMany({ data: placed.map((id) => told(shop, id)) });
    await expect(refetch(context)).rejects.toThrow(/^Shopify refuses a query: /);
    expect(await ordersIn(context)).toEqual(expect.arrayContaining(placed.filter((id) => id !== bad)));
    expect(
      await db.webhookEvent.findMany({
        where: { shop: shop.domain, processedAt: null },
        select: { resourceIds: true, attempts: true, error: true },
      }),
    ).toEqual([
      { resourceIds: [BigInt(bad)], attempts: 1, error: expect.stringMatching(UNFORESEEN) as string },
    ]);
    world.shopify.faults.failOn(shop.domain, bad, false);
    await refetch(context);
    expect(await db.webhookEvent.count({ where: { shop: shop.domain, processedAt: null } })).toBe(0);
    expect(await booksIn(context.copy.warehouse, shop)).toEqual(booksOf(shop));
  });

  it("is found unreadable by a sweep, with a reason that tells nothing of the machine", async () => {
    const { shop, context } = await synced(1);
    const [good, bad, other] = [1, 2, 3].map(() => shop.placeOrder({ lines: [cup] }).id);
    world.shopify.faults.failOn(shop.domain, bad ?? 0);
    expect(await sweep(context)).toMatchObject({ found: 2 });
    expect(await ordersIn(context)).toEqual(expect.arrayContaining([good, other]));
    const [listed] = (await unreadable(shop)).unreadable;
    expect(listed).toMatchObject({ topic: "orders/updated", resourceIds: [BigInt(bad ?? 0)] });
    expect(JSON.stringify(listed?.reason)).toMatch(UNFORESEEN);
  });

  it("is no longer some record when it is very many: the turn ends, and the next begins with the others", async () => {
    const { shop, context } = await synced(1);
    const placed = Array.from({ length: 5 }, () => shop.placeOrder({ lines: [cup] }).id);
    const bad = placed.slice(0, 4);
    for (const id of bad) world.shopify.faults.failOn(shop.domain, id);
    const at = (number: number) => new Date(Date.now() - 60_000 + number);
    await db.webhookEvent.createMany({
      data: placed.map((id, number) => ({ ...told(shop, id), receivedAt: at(number) })),
    });
    const waiting = () => db.webhookEvent.count({ where: { shop: shop.domain, processedAt: null } });
    const patient = { ...context, unreadableAtMost: 3 };
    await expect(refetch(patient)).rejects.toThrow();
    expect(await waiting()).toBe(5);
    await expect(refetch(patient)).rejects.toThrow();
    expect(await waiting()).toBe(4);
    expect(await ordersIn(context)).toContain(placed[4]);
  });

  it("is not what an outage is: a turn that cannot be read fails whole, and uses up no attempt", async () => {
    const { shop, context } = await synced(1);
    const placed = [1, 2].map(() => shop.placeOrder({ lines: [cup] }).id);
    await db.webhookEvent.createMany({ data: placed.map((id) => told(shop, id)) });
    world.shopify.faults.close(shop.domain, 402);
    await expect(refetch(context)).rejects.toThrow(ShopPaused);
    world.shopify.faults.close(shop.domain, null);
    expect(await db.webhookEvent.count({ where: { shop: shop.domain, attempts: { gt: 0 } } })).toBe(0);
    const stopping = new AbortController();
    const { signal } = stopping;
    const wait = () => Promise.reject(new DOMException("The operation was aborted", "AbortError"));
    world.shopify.faults.respond(shop.domain, 502, { times: 1 });
    const admin = adminApi({
      ...{ shop: shop.domain, apiVersion: API_VERSION, signal, wait },
      token: (options) => accessToken(shop.domain, options),
    });
    await expect(refetch({ ...context, admin, signal, wait })).rejects.toThrow("The operation was aborted");
    expect(await db.webhookEvent.count({ where: { shop: shop.domain, attempts: { gt: 0 } } })).toBe(0);
    await refetch(context);
    expect(await booksIn(context.copy.warehouse, shop)).toEqual(booksOf(shop));
  });
});

async function check(context: SyncContext) {
  await openCheck(db, { domain: context.shop, timeZone: "UTC" }, new Date());
  for (let turns = 0; turns < 500; turns += 1) {
    const turn = await advanceCheck(context, compareMonths);
    if (turn.done)
      return db.check.findFirstOrThrow({
        where: { shop: context.shop, kind: "night" },
        orderBy: { startedAt: "desc" },
      });
    await context.wait(turn.waitMs);
  }
  throw new Error("The check does not end");
}
