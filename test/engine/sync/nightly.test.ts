import { Temporal } from "temporal-polyfill";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { failure } from "../../../app/failure.ts";
import { kept } from "../../../app/kept-failure.ts";
import { db } from "../../../app/db.server.ts";
import { compareMonths } from "../../../app/reconcile/months.ts";
import { advanceCheck } from "../../../app/sync/check/check.ts";
import { abandonChecks, forgetOldChecks, openCheck } from "../../../app/sync/check/checks.ts";
import { PAGED_UP_TO, type ShopContext } from "../../../app/sync/context.ts";
import { askedScopes } from "../../../app/sync/resources/resources.ts";
import { sweep } from "../../../app/sync/reading/sweep.ts";
import { firstVisibleDay } from "../../../app/sync/reading/windows.ts";
import { beginCheck, checksDue } from "../../../app/sync/sync.server.ts";
import { checkTime } from "../../../app/sync/check/night.ts";
import type { Row, Warehouse } from "../../../app/warehouse/warehouse.server.ts";
import { describeWarehouses } from "../../tools/setup/warehouses.ts";
import { Shop } from "../../shopify/shop.ts";
import { changeBehind } from "./behind.ts";
import { checkNow, lastCheck, readYesterday } from "./night-check.ts";
import { booksIn, booksOf, gapsIn, openWorld, syncWhole, type World } from "./world.ts";

const lines = (price = 1000) => [{ title: "Cup", price, quantity: 1 }];
const ago = (days: number) => new Date(Date.now() - days * 86_400_000);

let world: World;
let number = 0;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world.close());

/** A shop of two customers with two orders each, and a guest's, all in the warehouse. */
async function copied(warehouse: Warehouse, change: Partial<ShopContext> = {}, scopes = askedScopes) {
  const shop = new Shop({ handle: `night-${++number}`, timeZone: "Europe/Berlin", createdAt: ago(900) });
  const [first, second] = [shop.createCustomer({ at: ago(500) }), shop.createCustomer({ at: ago(500) })];
  for (const [days, customerId] of [
    [400, first.id],
    [200, second.id],
    [50, first.id],
    [30, second.id],
    [20, null],
  ] as const)
    shop.placeOrder({ at: ago(days), customerId, lines: lines(1000 + days) });
  await world.install(shop, scopes);
  const context = world.context(shop, warehouse, { pagedUpTo: PAGED_UP_TO, ...change });
  await syncWhole(context);
  // As if all of it had been read yesterday.
  await readYesterday(context);
  return { shop, context, orders: [...shop.orders.values()], customers: [first, second] };
}

describeWarehouses(
  "a night's check",
  (open) => {
    let warehouse: Warehouse;
    beforeAll(async () => {
      warehouse = await open();
    });
    const agrees = async (shop: Shop) => {
      expect(await booksIn(warehouse, shop)).toEqual(booksOf(shop));
      expect(await gapsIn(warehouse, shop)).toEqual([]);
    };

    it("finds nothing in a copy that is true", async () => {
      const { shop, context } = await copied(warehouse);
      expect(await checkNow(context)).toMatchObject({
        found: {},
        repaired: 0,
        remaining: 0,
        checked: 7,
        error: null,
        work: {},
      });
      await agrees(shop);
    });

    it("finds and mends each kind of difference that no webhook and no sweep had shown", async () => {
      const { shop, context, orders, customers } = await copied(warehouse);
      const [missing, gone, changed, total, moved] = orders;
      const [kept] = customers;
      if (!missing || !gone || !changed || !total || !moved || !kept) return expect.fail("too few orders");
      shop.deleteOrder(gone.id);
      shop.createCustomer({ at: ago(100) });
      const stranger = 4_000_000_000_001;
      await changeBehind(warehouse, shop.domain, [
        ...["sales", "order_lines", "activity", "orders"].map(
          (table) => `DELETE FROM ${table} WHERE order_id = ${missing.id}`,
        ),
        `UPDATE orders SET updated_at = updated_at - INTERVAL '1 hour' WHERE order_id = ${changed.id}`,
        `UPDATE orders SET current_total = current_total + 1 WHERE order_id = ${total.id}`,
        `UPDATE orders SET customer_id = ${kept.id} WHERE order_id = ${moved.id}`,
        `INSERT INTO customers (customer_id, created_at, updated_at, read_at, history_complete)
         VALUES (${stranger}, TIMESTAMP '2024-01-01', TIMESTAMP '2024-01-01', TIMESTAMP '2024-01-01', FALSE)`,
        "UPDATE customers SET rfm_group = 'LOYAL', spend_tier = 'LOW'",
      ]);

      expect(await checkNow(context)).toMatchObject({
        found: {
          orders_missing: 1,
          orders_gone: 1,
          orders_changed: 1,
          orders_total: 1,
          orders_moved: 1,
          customers_missing: 1,
          customers_gone: 1,
        },
        remaining: 0,
        repaired: 7,
      });
      await agrees(shop);
      const groups = await warehouse
        .of(shop.domain)
        .query<Row & { id: number; rfm_group: string }>(
          "SELECT customer_id AS id, rfm_group FROM customers ORDER BY customer_id",
        );
      expect(groups.map(({ id }) => id)).toEqual([...shop.customers.keys()].sort((a, b) => a - b));
      expect(groups.map((row) => row.rfm_group)).not.toContain("LOYAL");
      expect(await checkNow(context)).toMatchObject({ found: {}, repaired: 0 });
    });

    it("takes what changes while the list is made for no difference", async () => {
      const { shop, context, orders } = await copied(warehouse);
      let asked = 0;
      const { admin } = context;
      // New orders, changes and deletions just before and after every request.
      const busy: typeof admin = {
        shop: admin.shop,
        request: async (document, variables, answer) => {
          const [order] = shop.orders.values();
          shop.placeOrder({ customerId: order?.customerId ?? null, lines: lines() });
          if (order && asked++ < 3) shop.refund(order.id, { amount: 1 });
          const answered = await admin.request(document, variables, answer);
          shop.placeOrder({ customerId: null, lines: lines() });
          return answered;
        },
      };
      expect(orders.length).toBe(5);
      expect(await checkNow({ ...context, admin: busy })).toMatchObject({ found: {}, remaining: 0 });
      await sweep(context);
      await agrees(shop);
    });

    it("does not call missing what a first sync leaves out, the orders of a day that is half in sight", async () => {
      const limited = askedScopes.filter((scope) => scope !== "read_all_orders");
      const shop = new Shop({ handle: `night-${++number}`, timeZone: "Europe/Berlin", createdAt: ago(900) });
      const inSight = firstVisibleDay(new Date(), shop.timeZone).getTime();
      for (const at of [inSight - 1_000, inSight])
        shop.placeOrder({ at: new Date(at), customerId: null, lines: lines() });
      await world.install(shop, limited);
      const context = world.context(shop, warehouse, { pagedUpTo: PAGED_UP_TO });
      await syncWhole(context);
      await readYesterday(context);
      const { found, checked, error } = await checkNow(context);
      expect({ found, checked, error }).toEqual({ found: {}, checked: 2, error: null });
      await changeBehind(
        warehouse,
        shop.domain,
        ["sales", "order_lines", "activity", "orders"].map((table) => `DELETE FROM ${table}`),
      );
      expect(await checkNow(context)).toMatchObject({ found: { orders_missing: 1 } });
    });

    it("lets orders that are only out of an app's sight be, and knows those that are gone", async () => {
      const limited = askedScopes.filter((scope) => scope !== "read_all_orders");
      const { shop, context, orders } = await copied(warehouse, {}, limited);
      const [old, , , gone] = orders;
      if (!old || !gone) return expect.fail("too few orders");
      // Read while it could be seen, half a year ago.
      await changeBehind(warehouse, shop.domain, [
        `CREATE TEMP TABLE seen AS SELECT * FROM orders WHERE order_id = ${gone.id}`,
        `UPDATE seen SET order_id = ${old.id}, created_at = TIMESTAMP '2024-03-01', placed_at = TIMESTAMP '2024-03-01'`,
        "INSERT INTO orders SELECT * FROM seen",
      ]);
      shop.deleteOrder(gone.id);
      expect(await checkNow(context)).toMatchObject({ found: { orders_gone: 1 }, repaired: 1, remaining: 0 });
      const held = await warehouse
        .of(shop.domain)
        .query<{ order_id: number }>("SELECT order_id FROM orders ORDER BY order_id");
      expect(held.map(({ order_id }) => order_id)).toEqual(
        orders.filter((order) => order !== gone && order.id !== orders[1]?.id).map(({ id }) => id),
      );
    });
  },
  { until: "suite" },
);

describe("a night's check that is disturbed", () => {
  let warehouse: Warehouse;
  beforeAll(async () => {
    warehouse = await world.warehouse();
  });
  let night: Awaited<ReturnType<typeof copied>>;
  beforeEach(async () => {
    // Bulk operations for both lists.
    night = await copied(warehouse, { pagedUpTo: 0 });
    const [order] = night.orders;
    await changeBehind(warehouse, night.shop.domain, [
      `UPDATE orders SET current_total = 1 WHERE order_id = ${order?.id}`,
    ]);
  });
  const mended = { found: { orders_total: 1 }, repaired: 1, remaining: 0, error: null };
  it("goes on after a restart at any point", async () => {
    const { context, shop } = night;
    await openCheck(db, { domain: shop.domain, timeZone: null }, new Date());
    const seen = new Set<string>();
    for (let done = false; !done; await context.wait(20)) {
      done = (await advanceCheck(world.context(shop, warehouse, { pagedUpTo: 0 }), compareMonths)).done;
      seen.add((await lastCheck(shop.domain)).stage);
    }
    expect([...seen]).toEqual([
      "listing",
      "checkouts",
      "products",
      "customers",
      "orders",
      "repair",
      "months",
      "done",
    ]);
    expect(await lastCheck(shop.domain)).toMatchObject(mended);
  });

  it("finds its operations again that a killed process had started but not noted", async () => {
    const { context, shop } = night;
    await openCheck(db, { domain: shop.domain, timeZone: null }, new Date());
    const listing = async () =>
      (await lastCheck(shop.domain)).work as { operations?: Record<string, { id: string }> };
    while (Object.keys((await listing()).operations ?? {}).length < 2)
      await advanceCheck(context, compareMonths);
    const before = (await listing()).operations ?? {};
    const { id } = await lastCheck(shop.domain);
    const lost = Object.fromEntries(
      Object.entries(before).map(([name, operation]) => [name, { ...operation, id: null }]),
    );
    await db.check.update({ where: { id }, data: { stage: "listing", work: { operations: lost } } });
    await advanceCheck(context, compareMonths);
    const after = (await listing()).operations ?? {};
    expect(Object.values(after).map((operation) => operation.id)).toEqual(
      Object.values(before).map((operation) => operation.id),
    );
    expect(await checkNow(context)).toMatchObject(mended);
  });

  it("asks again for an operation that failed, and reads page by page when it fails again", async () => {
    const { context, shop } = night;
    for (let failures = 0; failures < 3; failures += 1)
      world.shopify.faults.failBulk(shop.domain, { afterRows: 1 });
    expect(await checkNow(context)).toMatchObject(mended);
  });

  it("is one at a time, ends with the app's removal, and is kept for ninety days", async () => {
    const { context, shop } = night;
    const domain = shop.domain;
    for (let times = 0; times < 2; times += 1) await openCheck(db, { domain, timeZone: null }, new Date());
    expect(await db.check.count({ where: { shop: domain } })).toBe(1);
    await abandonChecks(db, domain, new Date(), failure("check_removed"));
    expect(await advanceCheck(context, compareMonths)).toEqual({ done: true });
    expect(await lastCheck(domain)).toMatchObject({ error: kept(failure("check_removed")), repaired: 0 });
    await forgetOldChecks(db, new Date(Date.now() + 89 * 86_400_000));
    expect(await db.check.count({ where: { shop: domain } })).toBe(1);
    await forgetOldChecks(db, new Date(Date.now() + 91 * 86_400_000));
    expect(await db.check.count({ where: { shop: domain } })).toBe(0);
  });
});

describe("the night in which a shop is checked", () => {
  it("is each one, once, caught up with when nobody was there, and not that of the first sync", async () => {
    const shop = new Shop({ handle: `due-${++number}`, timeZone: "America/New_York" });
    await world.install(shop);
    const { domain } = shop;
    const night = (day: string) => checkTime(domain, Temporal.PlainDate.from(day), shop.timeZone);
    const later = (at: Date, hours: number) => new Date(at.getTime() + hours * 3_600_000);
    const due = async (at: Date) => (await checksDue(at)).includes(domain);
    const synced = (at: Date | null) =>
      db.shop.update({ where: { domain }, data: { timeZone: shop.timeZone, firstSyncFinishedAt: at } });

    await synced(null);
    expect(await due(night("2026-11-20"))).toBe(false);
    await synced(later(night("2026-11-20"), -5));
    expect(await due(later(night("2026-11-20"), -0.01))).toBe(false);
    expect(await due(night("2026-11-20"))).toBe(true);
    // The process was down for the whole night.
    expect(await due(later(night("2026-11-20"), 11))).toBe(true);
    // Half made: another process goes on with it.
    await openCheck(db, { domain, timeZone: shop.timeZone }, later(night("2026-11-20"), 11));
    await beginCheck(domain);
    expect(await db.check.count({ where: { shop: domain } })).toBe(1);
    expect(await due(later(night("2026-11-20"), 12))).toBe(true);
    await abandonChecks(db, domain, later(night("2026-11-20"), 12), failure("check_removed"));
    expect(await due(later(night("2026-11-20"), 13))).toBe(false);
    expect(await due(night("2026-11-21"))).toBe(true);
    // A whole reading since then is as good as a check.
    await synced(later(night("2026-11-21"), 1));
    expect(await due(later(night("2026-11-21"), 2))).toBe(false);
    // One that was asked for goes on all the same, also when its job is gone: access may have been refused for a while.
    await beginCheck(domain);
    expect(await due(later(night("2026-11-21"), 2))).toBe(true);
  });
});
