import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readFailure } from "../../../app/kept-failure.ts";
import { db } from "../../../app/db.server.ts";
import { AccessRevoked } from "../../../app/errors.ts";
import { PAGED_UP_TO } from "../../../app/sync/context.ts";
import { advanceFirstSync } from "../../../app/sync/reading/first-sync.ts";
import { askedScopes } from "../../../app/sync/resources/resources.ts";
import { syncStateOf } from "../../../app/sync/shop/state.ts";
import { sweep } from "../../../app/sync/reading/sweep.ts";
import type { Row } from "../../../app/warehouse/warehouse.server.ts";
import { describeWarehouses } from "../../tools/setup/warehouses.ts";
import { generateShop } from "../../shopify/generate.ts";
import { booksIn, booksOf, gapsIn, openWorld, syncWhole, type World } from "./world.ts";

let world: World;
let number = 0;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world.close());

/** When a row was read is not what it says. */
const withoutReading = (row: Row) =>
  JSON.stringify(Object.entries(row).filter(([column]) => !column.endsWith("read_at")));

const newShop = (orders = 120, currency = "EUR") =>
  generateShop({ seed: 7, orders, now: new Date(), handle: `sync-${++number}`, currency });
const windows = (shop: string) =>
  db.syncWindow.findMany({ where: { shop }, orderBy: [{ resource: "desc" }, { ordinal: "asc" }] });

describeWarehouses("the first sync", (open) => {
  it.each(["EUR", "JPY", "KWD"])(
    "brings every order and customer of a shop in %s, to the coin",
    async (currency) => {
      const warehouse = await open();
      const shop = newShop(200, currency);
      await world.install(shop);
      const context = world.context(shop, warehouse);
      await syncWhole(context);

      expect(await booksIn(warehouse, shop)).toEqual(booksOf(shop));
      expect(await gapsIn(warehouse, shop)).toEqual([]);
      expect(await warehouse.of(shop.domain).meta()).toMatchObject({
        coverage: { orders: { state: "complete", from_day: null } },
        currency,
        time_zone: shop.timeZone,
      });
      const state = await syncStateOf(
        { db, meta: await warehouse.of(shop.domain).meta(), now: new Date() },
        shop.domain,
      );
      expect(state).toMatchObject({
        phase: "complete",
        historyLimited: false,
        rows: shop.orders.size + shop.customers.size,
        expectedRows: shop.orders.size + shop.customers.size,
        error: null,
      });
    },
  );

  it("reads a small shop without bulk operations to the same books", async () => {
    const warehouse = await open();
    const shop = newShop();
    await world.install(shop);
    expect(await syncWhole(world.context(shop, warehouse, { pagedUpTo: 10_000 }))).toBe(1);
    expect(await booksIn(warehouse, shop)).toEqual(booksOf(shop));
    expect(await gapsIn(warehouse, shop)).toEqual([]);
  });
});

describe("a first sync that is disturbed", () => {
  it("goes on after a restart at any point, and asks for no window twice", async () => {
    const warehouse = await world.warehouse();
    const shop = newShop();
    await world.install(shop);
    // Every turn with parts of its own, as after a restart; each notes what it did.
    const seen: string[] = [];
    for (let done = false; !done;) {
      const context = world.context(shop, warehouse);
      done = (await advanceFirstSync(context)).done;
      await context.wait(20);
      for (const window of await windows(shop.domain))
        if (window.bulkOperationId !== null && !seen.includes(window.bulkOperationId))
          seen.push(window.bulkOperationId);
    }
    // Of abandoned checkouts there are none, which is known without an operation.
    const worthOne = (await windows(shop.domain)).filter(({ expected }) => expected !== 0);
    expect(seen).toHaveLength(worthOne.length);
    expect(await booksIn(warehouse, shop)).toEqual(booksOf(shop));
  });

  it("finds the operation again that a killed process had started but not noted", async () => {
    const warehouse = await world.warehouse();
    const shop = newShop(100);
    await world.install(shop);
    await advanceFirstSync(world.context(shop, warehouse));
    const ofOrders = async () => (await windows(shop.domain)).find(({ resource }) => resource === "orders");
    const before = await ofOrders();
    await db.syncWindow.update({
      where: { id: before?.id ?? "" },
      data: { state: "planned", bulkOperationId: null },
    });
    await advanceFirstSync(world.context(shop, warehouse));
    const after = await ofOrders();
    expect(after?.bulkOperationId ?? before?.bulkOperationId).toBe(before?.bulkOperationId);
    await syncWhole(world.context(shop, warehouse));
    expect(await booksIn(warehouse, shop)).toEqual(booksOf(shop));
  });

  it("says what is loaded while older windows are still on their way", async () => {
    const warehouse = await world.warehouse();
    const shop = newShop();
    await world.install(shop);
    const context = world.context(shop, warehouse);
    await advanceFirstSync(context);
    const state = async () =>
      syncStateOf({ db, meta: await warehouse.of(shop.domain).meta(), now: new Date() }, shop.domain);
    expect(await state()).toMatchObject({ phase: "orders", finishedAt: null });
    expect(await warehouse.of(shop.domain).meta()).toMatchObject({
      coverage: { orders: { state: "loading" } },
    });
    let loadedFrom = "9999-12-31";
    for (let done = false; !done;) {
      done = (await advanceFirstSync(context)).done;
      const from = (await warehouse.of(shop.domain).meta())?.coverage["orders"]?.from_day;
      if (!done && from) {
        expect(from <= loadedFrom).toBe(true);
        loadedFrom = from;
      }
      await context.wait(20);
    }
    expect((await state()).phase).toBe("complete");
  });

  it("includes what changed while it ran", async () => {
    const warehouse = await world.warehouse();
    const shop = newShop();
    await world.install(shop);
    const context = world.context(shop, warehouse);
    await advanceFirstSync(context);
    const order = [...shop.orders.values()].find(
      (candidate) => candidate.lines.length > 0 && !candidate.cancelledAt,
    );
    const customer = shop.createCustomer({ country: "FR" });
    shop.placeOrder({ customerId: customer.id, lines: [{ title: "Late", price: 1500, quantity: 2 }] });
    if (order) shop.cancelOrder(order.id);
    await syncWhole(context);
    expect(await booksIn(warehouse, shop)).toEqual(booksOf(shop));
    expect(await gapsIn(warehouse, shop)).toEqual([]);
  });

  it("cuts a window whose operation fails, and reads it page by page when that fails too", async () => {
    const warehouse = await world.warehouse();
    const shop = newShop();
    await world.install(shop);
    for (let time = 0; time < 40; time += 1) world.shopify.faults.failBulk(shop.domain, { afterRows: 10 });
    const context = world.context(shop, warehouse);
    const why = new Set<string>();
    for (let done = false; !done; await context.wait(20)) {
      done = (await advanceFirstSync(context)).done;
      for (const { error } of await windows(shop.domain)) if (error) why.add(readFailure(error).code);
    }
    expect([...why]).toEqual(["bulk_ended_by"]);
    expect(await booksIn(warehouse, shop)).toEqual(booksOf(shop));
    expect(await gapsIn(warehouse, shop)).toEqual([]);
    expect((await windows(shop.domain)).every((window) => window.state === "done")).toBe(true);
  });

  it("begins anew the windows whose links die, and goes on with downloads that break off", async () => {
    const warehouse = await world.warehouse();
    const shop = newShop();
    await world.install(shop);
    world.shopify.faults.killLink(shop.domain, { times: 2 });
    world.shopify.faults.breakDownload(shop.domain, { times: 3, after: 0.7 });
    await syncWhole(world.context(shop, warehouse));
    expect(world.shopify.faults.injected(shop.domain)).toMatchObject({ link_dead: 2, download_broken: 3 });
    expect(await booksIn(warehouse, shop)).toEqual(booksOf(shop));
    expect((await windows(shop.domain)).every((window) => window.state === "done")).toBe(true);
  });

  it("keeps to 60 days without read_all_orders, and brings the rest once it is granted", async () => {
    const warehouse = await world.warehouse();
    const shop = newShop(600);
    await world.install(
      shop,
      askedScopes.filter((scope) => scope !== "read_all_orders"),
    );
    const context = world.context(shop, warehouse);
    await syncWhole(context);

    const since = new Date(Date.now() - 61 * 86_400_000).toISOString();
    const recent = [...shop.orders.values()].filter((order) => order.createdAt > since).length;
    const books = await booksIn(warehouse, shop);
    expect(books.orders).toBeGreaterThan(0);
    expect(books.orders).toBeLessThanOrEqual(recent);
    expect(books.orders).toBeLessThan(shop.orders.size);
    const meta = await warehouse.of(shop.domain).meta();
    expect(meta).toMatchObject({ coverage: { orders: { state: "sixty_days" } } });
    expect(meta?.coverage["orders"]?.from_day).toBeTruthy();
    expect(
      await syncStateOf({ db, meta: await warehouse.of(shop.domain).meta(), now: new Date() }, shop.domain),
    ).toMatchObject({
      phase: "complete",
      historyLimited: true,
    });

    world.shopify.setScopes(shop.domain, askedScopes);
    await db.shop.update({
      where: { domain: shop.domain },
      data: { firstSyncFinishedAt: null, ordersExpected: null, scopes: askedScopes.join(",") },
    });
    await syncWhole(context);
    expect(await booksIn(warehouse, shop)).toEqual(booksOf(shop));
    expect(await warehouse.of(shop.domain).meta()).toMatchObject({
      coverage: { orders: { state: "complete" } },
    });
  });

  it("stops, and says so, when the merchant withdraws a scope it needs", async () => {
    const warehouse = await world.warehouse();
    const shop = newShop(60);
    await world.install(shop, ["read_orders"]);
    const refused = advanceFirstSync(world.context(shop, warehouse));
    await expect(refused).rejects.toThrow(AccessRevoked);
    await expect(refused).rejects.toThrow(/read_customers/);
  });
});

describe("several shops", () => {
  it("sync side by side, each into its own books", async () => {
    const warehouse = await world.warehouse();
    const shops = [newShop(120), newShop(80, "USD"), newShop(60, "JPY")];
    for (const shop of shops) await world.install(shop);
    await Promise.all(shops.map((shop) => syncWhole(world.context(shop, warehouse))));
    for (const shop of shops) expect(await booksIn(warehouse, shop)).toEqual(booksOf(shop));
  });
});

describeWarehouses("syncing twice", (open) => {
  it("changes nothing", async () => {
    const warehouse = await open();
    const shop = newShop(150);
    await world.install(shop);
    const context = world.context(shop, warehouse);
    await syncWhole(context);
    const tables = ["sales", "orders", "order_lines", "customers", "activity", "customer_history"];
    const all = async () =>
      Object.fromEntries(
        await Promise.all(
          tables.map(async (table) => {
            const rows = await warehouse.of(shop.domain).query(`SELECT * FROM ${table}`);
            return [table, rows.map(withoutReading).sort()] as const;
          }),
        ),
      );
    const before = await all();
    await db.syncWindow.deleteMany({ where: { shop: shop.domain } });
    await db.shop.update({ where: { domain: shop.domain }, data: { firstSyncFinishedAt: null } });
    await syncWhole(context);
    expect(await all()).toEqual(before);

    // A sweep over a copy that agrees reads nothing.
    expect(await sweep(world.context(shop, warehouse, { pagedUpTo: PAGED_UP_TO }))).toMatchObject({
      found: 0,
    });
  });
});
