// How long orders are kept: what goes, that it does not come back by any reading, and that a longer choice brings it back.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { db } from "../../../app/db.server.ts";
import { syncStatusView } from "../../../app/reports/sync-status.server.ts";
import { PAGED_UP_TO } from "../../../app/sync/context.ts";
import { loadByIds, withDownloads } from "../../../app/sync/loading/load.ts";
import { orders as ordersResource } from "../../../app/sync/resources/orders.ts";
import { gidOf } from "../../../app/shopify/resource.ts";
import { advanceFirstSyncOrRebuild, beginRebuild } from "../../../app/sync/reading/rebuild.ts";
import { askedScopes } from "../../../app/sync/resources/resources.ts";
import { keptDay } from "../../../app/sync/loading/left-out.ts";
import { applyRetention } from "../../../app/sync/loading/retention.ts";
import { syncStateOf } from "../../../app/sync/shop/state.ts";
import { sweep } from "../../../app/sync/reading/sweep.ts";
import type { Warehouse } from "../../../app/warehouse/warehouse.server.ts";
import { describeWarehouses } from "../../tools/setup/warehouses.ts";
import { Shop } from "../../shopify/shop.ts";
import { booksIn, booksOf, openWorld, syncWhole, type World } from "../sync/world.ts";
import { dump } from "../warehouse/dump.ts";

const ago = (days: number) => new Date(Date.now() - days * 86_400_000);
const lines = [{ title: "Cup", price: 1000, quantity: 1 }];
const scopes = new Set(askedScopes);

let world: World;
let number = 0;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world.close());

/** Seven orders: four older than 13 months by their day of placement, one of these imported last month. */
function newShop(): Shop {
  const shop = new Shop({
    handle: `kept-${++number}`,
    currency: "EUR",
    timeZone: "Europe/Berlin",
    createdAt: ago(1000),
  });
  const both = shop.createCustomer({ at: ago(950), country: "DE", tags: ["loyal"] }).id;
  const early = shop.createCustomer({ at: ago(950), country: "FR", tags: ["early"] }).id;
  shop.createCustomer({ at: ago(950), tags: ["never ordered"] });
  for (const [days, customerId] of [
    [900, both],
    [800, early],
    [500, both],
    [200, both],
    [20, null],
    [5, both],
  ] as const)
    shop.placeOrder({ at: ago(days), customerId, lines });
  shop.importOrder({ at: ago(30), processedAt: ago(700), customerId: both, lines });
  return shop;
}

const keep = (shop: Shop, keepMonths: number | null, keepSums = false) =>
  db.shop.update({ where: { domain: shop.domain }, data: { keepMonths, keepSums } });

const allOf = (shop: Shop) => [...shop.orders.keys()].map((id) => gidOf(ordersResource, id));

/** Everything but when it was read. */
async function tables(warehouse: Warehouse, shop: Shop) {
  const all = await dump(warehouse, shop.domain);
  return Object.entries(all).map(([table, rows]) => [
    table,
    rows
      .map((row) => JSON.stringify(Object.entries(row).filter(([column]) => !column.endsWith("read_at"))))
      .sort(),
  ]);
}

describeWarehouses("orders kept for 13 months, without sums of older ones", (open) => {
  it("are all there is, whether older ones were removed or never read, until a longer choice", async () => {
    const shop = newShop();
    await world.install(shop);
    const [warehouse, another] = [await open(), await open()];
    const context = world.context(shop, warehouse, { pagedUpTo: PAGED_UP_TO });
    await syncWhole(context);
    expect(await warehouse.of(shop.domain).meta()).toMatchObject({
      coverage: { orders: { state: "complete" } },
    });

    await keep(shop, 13);
    expect(await applyRetention(context)).toMatchObject({ reread: false });
    const day = keptDay({ keepMonths: 13, timeZone: shop.timeZone }, new Date())?.day ?? "";
    expect(await warehouse.of(shop.domain).meta()).toMatchObject({
      coverage: { orders: { state: "retention", from_day: day } },
    });
    const kept = await tables(warehouse, shop);
    expect(await booksIn(warehouse, shop)).toMatchObject({ orders: 3, sales: 3, lines: 3, customers: 2 });

    // Nothing brings an older order back: not a change of it, not a sweep, not a webhook's reading.
    const [old] = [...shop.orders.keys()];
    shop.fulfillOrder(old ?? 0);
    expect(await sweep(context)).toMatchObject({ found: 0 });
    const ids = [...shop.orders.keys()].map((id) => gidOf(ordersResource, id));
    await withDownloads(context, () => loadByIds(context, ordersResource, scopes, ids));
    await applyRetention(context);
    expect(await tables(warehouse, shop)).toEqual(kept);

    // A first sync under the choice comes to the same, and asks for no older window.
    await db.syncWindow.deleteMany({ where: { shop: shop.domain } });
    await db.shop.update({
      where: { domain: shop.domain },
      data: { firstSyncFinishedAt: null, ordersExpected: null, historyTrimmed: false },
    });
    const fresh = world.context(shop, another);
    await syncWhole(fresh);
    await applyRetention(fresh);
    const oldest = await db.syncWindow.aggregate({
      where: { shop: shop.domain, resource: "orders" },
      _min: { fromAt: true },
    });
    expect(oldest._min.fromAt?.getTime()).toBeGreaterThanOrEqual(ago(400).getTime());
    expect(await another.of(shop.domain).meta()).toMatchObject({
      coverage: { orders: { state: "retention", from_day: day } },
    });
    expect(await tables(another, shop)).toEqual(kept);

    await keep(shop, null);
    expect(await applyRetention(context)).toMatchObject({ reread: true });
    await syncWhole(context);
    expect(await applyRetention(context)).toMatchObject({ reread: false });
    expect(await booksIn(warehouse, shop)).toEqual(booksOf(shop));
    expect(await warehouse.of(shop.domain).meta()).toMatchObject({
      coverage: { orders: { state: "complete", from_day: null } },
    });
    const tags = await warehouse.of(shop.domain).query("SELECT tags FROM customers ORDER BY customer_id");
    expect(tags).toEqual([{ tags: '["loyal"]' }, { tags: '["early"]' }, { tags: '["never ordered"]' }]);
  });
});

describe("a choice that leaves nothing out", () => {
  it("changes neither the copy nor what is said of it", async () => {
    const shop = newShop();
    await world.install(shop);
    const warehouse = await world.warehouse();
    const context = world.context(shop, warehouse, { pagedUpTo: PAGED_UP_TO });
    await syncWhole(context);
    await keep(shop, 120);
    await applyRetention(context);

    expect(await booksIn(warehouse, shop)).toEqual(booksOf(shop));
    expect(await warehouse.of(shop.domain).meta()).toMatchObject({
      coverage: { orders: { state: "complete" } },
    });
    await keep(shop, null);
    expect(await applyRetention(context)).toMatchObject({ reread: false });
  });
});

describe("limited by the merchant's choice", () => {
  it("is a state of its own, with its own words", async () => {
    const shop = newShop();
    await world.install(shop);
    const warehouse = await world.warehouse();
    await keep(shop, 13);
    const context = world.context(shop, warehouse, { pagedUpTo: PAGED_UP_TO });
    await syncWhole(context);
    const meta = await warehouse.of(shop.domain).meta();
    const state = await syncStateOf({ db, meta, now: new Date() }, shop.domain);
    const view = syncStatusView(state, meta, { locale: "en", now: new Date() });

    expect(view).toMatchObject({ kind: "retention" });
    expect(view.title).toMatch(/^Orders since .*, by your retention setting$/);
  });
});

describeWarehouses("orders kept for 13 months, with sums of older ones", (open) => {
  it("leave every customer what he had come to, take later refunds of older orders, and outlive a rebuild", async () => {
    const shop = newShop();
    await world.install(shop);
    const warehouse = await open();
    const context = world.context(shop, warehouse, { pagedUpTo: PAGED_UP_TO });
    await syncWhole(context);
    const state = () =>
      warehouse.of(shop.domain).query(
        `SELECT customer_id, orders, net, first_day, last_day FROM customer_history
         WHERE to_day = DATE '9999-12-31' ORDER BY customer_id`,
      );
    const before = await state();
    await keep(shop, 13, true);
    expect(await applyRetention(context)).toMatchObject({ reread: false });
    expect(await state()).toEqual(before);
    const { day } = keptDay({ keepMonths: 13, timeZone: shop.timeZone }, new Date()) ?? expect.fail("no day");
    expect(await warehouse.of(shop.domain).meta()).toMatchObject({
      coverage: { orders: { state: "retention", from_day: day } },
      opening_day: day,
    });
    expect(await booksIn(warehouse, shop)).toMatchObject({ orders: 3, sales: 3, lines: 3, customers: 3 });
    expect(await sweep(context)).toMatchObject({ found: 0 });

    // An order of before is given back today: by a sweep, by its webhook's reading, and again.
    const [old] = [...shop.orders.keys()];
    shop.refund(old ?? 0, { amount: 1000 });
    expect(await sweep(context)).toMatchObject({ found: 2 });
    const after = await state();
    expect(after.map(({ net }, index) => Number(before[index]?.["net"]) - Number(net))).toEqual([1000, 0]);
    expect(await booksIn(warehouse, shop)).toMatchObject({ orders: 3, sales: 4, lines: 3 });
    await withDownloads(context, () => loadByIds(context, ordersResource, scopes, allOf(shop)));
    expect(await state()).toEqual(after);

    const held = await tables(warehouse, shop);
    await beginRebuild(db, shop.domain, new Date());
    await syncWhole(context);
    await applyRetention(context);
    expect(await tables(warehouse, shop)).toEqual(held);
    expect(await warehouse.of(shop.domain).meta()).toMatchObject({
      coverage: { orders: { state: "retention" } },
      opening_day: day,
    });
  });

  it("go for a longer choice in the moment the whole history is here, whenever the process ends on the way", async () => {
    const shop = newShop();
    await world.install(shop);
    const warehouse = await open();
    const context = world.context(shop, warehouse, { pagedUpTo: PAGED_UP_TO });
    await syncWhole(context);
    await keep(shop, 13, true);
    await applyRetention(context);
    const kept = await tables(warehouse, shop);

    await keep(shop, null, true);
    expect(await applyRetention(context)).toMatchObject({ reread: true });
    // One turn, then a new process: the copy in use is what it was until the other is whole.
    await advanceFirstSyncOrRebuild({ ...context, pagedUpTo: 0 });
    expect(await tables(warehouse, shop)).toEqual(kept);
    expect(await warehouse.of(shop.domain).meta()).toMatchObject({
      coverage: { orders: { state: "retention" } },
    });
    await syncWhole(context);
    expect(await applyRetention(context)).toMatchObject({ reread: false });
    expect(await booksIn(warehouse, shop)).toEqual(booksOf(shop));
    expect(await warehouse.of(shop.domain).meta()).toMatchObject({
      coverage: { orders: { state: "complete" } },
      opening_day: null,
    });
  });

  it("are worked out from all orders where these had been removed without, and dropped on demand", async () => {
    const shop = newShop();
    await world.install(shop);
    const warehouse = await open();
    const context = world.context(shop, warehouse, { pagedUpTo: PAGED_UP_TO });
    await keep(shop, 13);
    await syncWhole(context);
    await applyRetention(context);
    const without = await tables(warehouse, shop);
    expect(await warehouse.of(shop.domain).meta()).toMatchObject({
      coverage: { orders: { state: "retention" } },
      opening_day: null,
    });

    await keep(shop, 13, true);
    expect(await applyRetention(context)).toMatchObject({ reread: true });
    await syncWhole(context);
    expect(await applyRetention(context)).toMatchObject({ reread: false });
    expect((await warehouse.of(shop.domain).meta())?.opening_day).not.toBeNull();
    const sums = await warehouse.of(shop.domain).query("SELECT sum(records) AS n FROM opening_balance");
    expect(sums).toEqual([{ n: 4 }]);

    await keep(shop, 13);
    await applyRetention(context);
    expect(await tables(warehouse, shop)).toEqual(without);
  });
});
