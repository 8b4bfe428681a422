// Two customers become one in Shopify while sums stand for their older orders: told by the webhook, late, in the wrong order,
// or not at all. The sums go the way of the orders, and nobody who is gone keeps any that an order tells of.
import { afterAll, beforeAll, expect, it } from "vitest";
import { db } from "../../../app/db.server.ts";
import { stopJobs } from "../../../app/process/jobs.server.ts";
import { PAGED_UP_TO, type SyncContext } from "../../../app/sync/context.ts";
import { eraseCustomer } from "../../../app/privacy/erase-customer.server.ts";
import { advanceFirstSyncOrRebuild, beginRebuild } from "../../../app/sync/reading/rebuild.ts";
import { refetch } from "../../../app/sync/reading/refetch.ts";
import { applyRetention } from "../../../app/sync/loading/retention.ts";
import { sweep } from "../../../app/sync/reading/sweep.ts";
import type { Row, Warehouse } from "../../../app/warehouse/warehouse.server.ts";
import { describeWarehouses } from "../../tools/setup/warehouses.ts";
import { Shop } from "../../shopify/shop.ts";
import { checkNow, readYesterday } from "../sync/night-check.ts";
import { openWorld, syncWhole, type World } from "../sync/world.ts";
import { type Arrived, call, serve, type Served } from "./intake.ts";

const ago = (days: number) => new Date(Date.now() - days * 86_400_000);
const lines = (price: number) => [{ title: "Cup", price, quantity: 1 }];

let world: World;
let app: Served;
let number = 0;
/** What Shopify delivered and the app was not given yet. */
const arrived: Arrived[] = [];
beforeAll(async () => {
  world = await openWorld();
  app = await serve(async (delivery) => {
    arrived.push(delivery);
    return Promise.resolve(200);
  });
  world.shopify.setAppUrl(app.url);
});
afterAll(async () => {
  await stopJobs();
  app.close();
  await world.close();
});

describeWarehouses(
  "customers who become one, where sums stand for older orders",
  (open) => {
    let warehouse: Warehouse;
    beforeAll(async () => {
      warehouse = await open();
    });

    /** Each customer has ordered 900 days ago, and some also lately; orders are kept for 13 months, with sums. */
    async function kept(lately: readonly boolean[]) {
      const shop = new Shop({
        handle: `merged-${++number}`,
        timeZone: "Europe/Berlin",
        createdAt: ago(1000),
      });
      // Ids of customers and of orders begin at the same number.
      for (let count = 0; count < 20; count += 1)
        shop.deleteCustomer(shop.createCustomer({ at: ago(990) }).id);
      const customers = lately.map(() => shop.createCustomer({ at: ago(950) }).id);
      const before = customers.map(
        (customerId, index) =>
          shop.placeOrder({ at: ago(900 - index), customerId, lines: lines(1000 + index) }).id,
      );
      const since = customers.map((customerId, index) =>
        lately[index]
          ? shop.placeOrder({ at: ago(100 - index), customerId, lines: lines(500 + index) }).id
          : 0,
      );
      await world.install(shop);
      const context = world.context(shop, warehouse, { pagedUpTo: PAGED_UP_TO });
      await syncWhole(context);
      await db.shop.update({ where: { domain: shop.domain }, data: { keepMonths: 13, keepSums: true } });
      await applyRetention(context);
      await taken();
      return { shop, context, customers, before, since };
    }
    /** All that has been delivered meanwhile. */
    async function taken(): Promise<Arrived[]> {
      await world.shopify.webhooks.idle();
      return arrived.splice(0);
    }
    async function deliver(context: SyncContext, deliveries: readonly Arrived[]): Promise<void> {
      for (const { url, init, topic } of deliveries) expect((await call(url, init)).status, topic).toBe(200);
      await refetch(context);
      expect(await db.webhookEvent.count({ where: { shop: context.shop, processedAt: null } })).toBe(0);
    }
    const night = async (context: SyncContext) => {
      await readYesterday(context);
      return checkNow(context);
    };
    const sums = (shop: Shop) =>
      warehouse
        .of(shop.domain)
        .query<Row>(
          "SELECT customer_id AS id, orders, records, net FROM opening_balance ORDER BY customer_id",
        );
    /** What each customer has come to, and whether all that Shopify counts of his is here. */
    const states = (shop: Shop) =>
      warehouse.of(shop.domain).query<Row>(
        `SELECT h.customer_id AS id, h.orders, h.net, c.history_complete AS complete FROM customer_history h
         LEFT JOIN customers c ON c.customer_id = h.customer_id
         WHERE h.to_day = DATE '9999-12-31' ORDER BY h.customer_id`,
      );
    /** By Shopify's own books. */
    const inShopify = (shop: Shop) =>
      [...shop.customers.values()].map(({ id, numberOfOrders, amountSpent }) => ({
        id,
        orders: numberOfOrders,
        net: amountSpent,
        complete: true,
      }));

    it("are told of by customers/merge, twice and late: their sums are added once", async () => {
      const { shop, context, customers } = await kept([true, false, true]);
      const [one = 0, two = 0, three = 0] = customers;
      expect(await states(shop)).toEqual(inShopify(shop));
      shop.mergeCustomers(one, two);
      const merges = await taken();
      expect(merges.map(({ topic }) => topic)).toContain("customers/merge");
      await deliver(context, merges);
      expect(await sums(shop)).toEqual([
        { id: one, orders: 2, records: 2, net: 2001 },
        { id: three, orders: 1, records: 1, net: 1002 },
      ]);
      expect(await states(shop)).toEqual(inShopify(shop));
      await db.webhookEvent.deleteMany({ where: { shop: shop.domain } });
      await deliver(context, merges);
      expect(await states(shop)).toEqual(inShopify(shop));
      // Places go on from both.
      const [order] = await warehouse
        .of(shop.domain)
        .query(`SELECT max(seq) AS seq FROM orders WHERE customer_id = ${one}`);
      expect(order).toEqual({ seq: 3 });
      expect(await night(context)).toMatchObject({ found: {}, error: null });
    });

    it("are told of in the wrong order, one of them into the next: all is the last one's", async () => {
      const { shop, context, customers } = await kept([false, false, true]);
      const [one = 0, two = 0, three = 0] = customers;
      shop.mergeCustomers(two, one);
      const first = await taken();
      shop.mergeCustomers(three, two);
      const second = await taken();
      await deliver(context, second);
      await deliver(context, first);
      expect(await sums(shop)).toEqual([{ id: three, orders: 3, records: 3, net: 3003 }]);
      expect(await states(shop)).toEqual(inShopify(shop));
    });

    it("are told of while the copy is made anew", async () => {
      const { shop, context, customers } = await kept([true, false]);
      const [one = 0, two = 0] = customers;
      await beginRebuild(db, shop.domain, new Date());
      await advanceFirstSyncOrRebuild({ ...context, pagedUpTo: 0 });
      shop.mergeCustomers(one, two);
      await deliver(context, await taken());
      await syncWhole(context);
      expect(await sums(shop)).toEqual([{ id: one, orders: 2, records: 2, net: 2001 }]);
      expect(await states(shop)).toEqual(inShopify(shop));
    });

    it("are not told of, and the copy is made anew before a night's check", async () => {
      const { shop, context, customers, since } = await kept([true, true]);
      const [one = 0, two = 0] = customers;
      shop.mergeCustomers(one, two);
      shop.fulfillOrder(since[1] ?? 0);
      await taken();
      await sweep(context);
      await beginRebuild(db, shop.domain, new Date());
      await syncWhole(context);
      expect((await sums(shop)).map(({ id }) => id)).toEqual([one, two]);
      expect(await night(context)).toMatchObject({ found: { customers_gone: 1 }, remaining: 0 });
      expect((await sums(shop)).map(({ id }) => id)).toEqual([one]);
      expect(await states(shop)).toEqual(inShopify(shop));
    });

    it("are not told of: an order that is kept says it to the night's check", async () => {
      const { shop, context, customers } = await kept([true, true]);
      const [one = 0, two = 0] = customers;
      shop.mergeCustomers(one, two);
      await taken();
      expect(await night(context)).toMatchObject({ remaining: 0, error: null });
      expect(await sums(shop)).toEqual([{ id: one, orders: 2, records: 2, net: 2001 }]);
      expect(await states(shop)).toEqual(inShopify(shop));
    });

    it("are not told of: a kept order that a sweep has read before", async () => {
      const { shop, context, customers, since } = await kept([true, true]);
      const [one = 0, two = 0] = customers;
      shop.mergeCustomers(one, two);
      shop.fulfillOrder(since[1] ?? 0);
      await taken();
      await sweep(context);
      // He may live on without this order, for all that is known.
      expect((await sums(shop)).map(({ id }) => id)).toEqual([one, two]);
      await night(context);
      expect((await sums(shop)).map(({ id }) => id)).toEqual([one]);
      expect(await states(shop)).toEqual(inShopify(shop));
    });

    it("are not told of: an older order that was given back since says it", async () => {
      const { shop, context, customers, before } = await kept([true, false]);
      const [one = 0, two = 0] = customers;
      shop.refund(before[1] ?? 0, { amount: 300 });
      await deliver(context, await taken());
      shop.mergeCustomers(one, two);
      await taken();
      await night(context);
      expect((await sums(shop)).map(({ id }) => id)).toEqual([one]);
      expect(await states(shop)).toEqual(inShopify(shop));
    });

    it("are not told of, and no order tells: the sums stay with the one who is gone, the shop's are right", async () => {
      const { shop, context, customers } = await kept([true, false]);
      const [one = 0, two = 0] = customers;
      const total = async () => (await states(shop)).reduce((sum, { net }) => sum + Number(net), 0);
      const before = await total();
      shop.mergeCustomers(one, two);
      await taken();
      await night(context);
      expect(await total()).toBe(before);
      // It is said of the one who is left that not all of his is here.
      expect(await states(shop)).toEqual([
        { id: one, orders: 2, net: 1500, complete: false },
        { id: two, orders: 1, net: 1001, complete: null },
      ]);
      await warehouse.of(shop.domain).eraseCustomers([two]);
      expect((await sums(shop)).map(({ id }) => id)).toEqual([one]);
    });

    it("are not told of, and the one who is kept is erased: no sums stay with the other", async () => {
      const { shop, context, customers } = await kept([true, true]);
      const [one = 0, two = 0] = customers;
      const request = await db.privacyRequest.create({
        data: {
          shop: shop.domain,
          topic: "customers_redact",
          eventId: `erasure-${number}`,
          customerId: BigInt(one),
        },
      });
      await eraseCustomer({ db, warehouse, downloads: context.directory }, request);
      shop.mergeCustomers(one, two);
      await taken();
      await night(context);
      expect(await sums(shop)).toEqual([]);
      expect(await states(shop)).toEqual([]);
    });
  },
  { until: "suite" },
);
