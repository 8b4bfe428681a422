// A night's check of a copy that differs from Shopify on purpose: erased customers, orders older than are kept, customers
// whom the app may not read. None of it is a difference, and none of it hides one.
import { afterAll, beforeAll, expect, it } from "vitest";
import { db } from "../../../app/db.server.ts";
import { eraseCustomer } from "../../../app/privacy/erase-customer.server.ts";
import { PAGED_UP_TO, type ShopContext } from "../../../app/sync/context.ts";
import { askedScopes } from "../../../app/sync/resources/resources.ts";
import { applyRetention } from "../../../app/sync/loading/retention.ts";
import type { Admin } from "../../../app/shopify/admin-api.ts";
import type { Warehouse } from "../../../app/warehouse/warehouse.server.ts";
import { describeWarehouses } from "../../tools/setup/warehouses.ts";
import { Shop } from "../../shopify/shop.ts";
import { changeBehind } from "./behind.ts";
import { checkNow, readYesterday } from "./night-check.ts";
import { openWorld, syncWhole, type World } from "./world.ts";

const ago = (days: number) => new Date(Date.now() - days * 86_400_000);
const clean = { found: {}, repaired: 0, remaining: 0, error: null };

let world: World;
let number = 0;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world.close());

/** Orders of 900, 200 and 50 days ago are his, that of 800 days ago is the other one's, that of 20 days ago nobody's. */
async function copied(warehouse: Warehouse, change: Partial<ShopContext> = {}) {
  const shop = new Shop({ handle: `purpose-${++number}`, timeZone: "Europe/Berlin", createdAt: ago(1000) });
  // Ids of customers and of orders begin at the same number.
  for (let count = 0; count < 10; count += 1) shop.deleteCustomer(shop.createCustomer({ at: ago(990) }).id);
  const him = shop.createCustomer({ at: ago(950) }).id;
  const early = shop.createCustomer({ at: ago(950) }).id;
  const place = (days: number, customerId: number | null) =>
    shop.placeOrder({ at: ago(days), customerId, lines: [{ title: "Cup", price: 900 + days, quantity: 1 }] })
      .id;
  const first = place(900, him);
  place(800, early);
  const second = place(200, him);
  const third = place(50, him);
  place(20, null);
  await world.install(shop);
  const context = world.context(shop, warehouse, { pagedUpTo: PAGED_UP_TO, ...change });
  await syncWhole(context);
  return { shop, context, him, early, first, second, third };
}

async function checked(context: ShopContext, between?: (stage: string) => Promise<void>) {
  await readYesterday(context);
  return checkNow(context, between);
}

/** Shopify asked for it, and the app did it; Shopify itself goes on listing him for as long as it needs. */
async function erase({ shop, copy, directory }: ShopContext, customerId: number): Promise<void> {
  const request = await db.privacyRequest.create({
    data: { shop, topic: "customers_redact", eventId: `erasure-${++number}`, customerId: BigInt(customerId) },
  });
  await eraseCustomer({ db, warehouse: copy.warehouse, downloads: directory }, request);
}

const keep = (shop: Shop, keepMonths: number) =>
  db.shop.update({ where: { domain: shop.domain }, data: { keepMonths, keepSums: false } });
const deleted = (id: number) =>
  ["sales", "order_lines", "activity", "orders"].map(
    (table) => `DELETE FROM ${table} WHERE order_id = ${id}`,
  );

describeWarehouses(
  "a night's check of what is so on purpose",
  (open) => {
    let warehouse: Warehouse;
    beforeAll(async () => {
      warehouse = await open();
    });
    const one = async (shop: Shop, sql: string) =>
      Object.values((await warehouse.of(shop.domain).query(sql))[0] ?? {})[0];
    /** Rows of the customer, by himself and by his orders. */
    const traces = (shop: Shop, id: number) =>
      one(
        shop,
        `SELECT (SELECT count(*) FROM orders WHERE customer_id = ${id}) + (SELECT count(*) FROM removed WHERE id = ${id})
           + (SELECT count(*) FROM customers WHERE customer_id = ${id})
           + (SELECT count(*) FROM customer_history WHERE customer_id = ${id}) AS n`,
      );
    const ordersIn = (shop: Shop) => one(shop, "SELECT count(*) AS n FROM orders");

    it("an erased customer whom Shopify still lists is no difference, and does not come back", async () => {
      const { shop, context, him, third } = await copied(warehouse);
      expect(await traces(shop, him)).toBeGreaterThan(3);
      await erase(context, him);
      expect(await checked(context)).toMatchObject({ ...clean, checked: 6 });
      expect(await traces(shop, him)).toBe(0);

      // An order of his that differs is mended without him.
      await changeBehind(warehouse, shop.domain, [
        `UPDATE orders SET current_total = 1 WHERE order_id = ${third}`,
      ]);
      expect(await checked(context)).toMatchObject({ ...clean, found: { orders_total: 1 }, repaired: 1 });
      expect(await one(shop, `SELECT current_total FROM orders WHERE order_id = ${third}`)).toBe(950);
      expect([await traces(shop, him), await ordersIn(shop)]).toEqual([0, 5]);
    });

    it("a customer who is erased in the middle of it is neither left to be mended nor named by it", async () => {
      const { shop, context, him, early } = await copied(warehouse);
      await changeBehind(warehouse, shop.domain, [
        `UPDATE customers SET updated_at = updated_at - INTERVAL '1 hour' WHERE customer_id IN (${him}, ${early})`,
      ]);
      let erased = false;
      const check = await checked(context, async (stage) => {
        if (erased || stage !== "repair") return;
        erased = true;
        await db.check.updateMany({
          where: { shop: shop.domain, finishedAt: null },
          data: { error: `gid://shopify/Customer/${him} cannot be used` },
        });
        await erase(context, him);
        const open = await db.check.findFirstOrThrow({ where: { shop: shop.domain, finishedAt: null } });
        expect(JSON.stringify(open)).not.toContain(String(him));
      });
      expect(check).toMatchObject({ ...clean, found: { customers_changed: 1 }, repaired: 1 });
      expect([erased, await traces(shop, him)]).toEqual([true, 0]);
    });

    it("orders older than are kept, and who ordered only then, are not missing; what is kept and missing is", async () => {
      const { shop, context, him, early, second } = await copied(warehouse);
      await keep(shop, 13);
      await applyRetention(context);
      expect([await ordersIn(shop), await traces(shop, early)]).toEqual([3, 0]);
      expect(await checked(context)).toMatchObject({ ...clean, checked: 4 });

      await changeBehind(warehouse, shop.domain, deleted(second));
      expect(await checked(context)).toMatchObject({ ...clean, found: { orders_missing: 1 }, repaired: 1 });
      // Older than are kept himself, with orders that are not.
      await changeBehind(warehouse, shop.domain, [`DELETE FROM customers WHERE customer_id = ${him}`]);
      expect(await checked(context)).toMatchObject({
        ...clean,
        found: { customers_missing: 1 },
        repaired: 1,
      });
      expect([await ordersIn(shop), await traces(shop, early)]).toEqual([3, 0]);
      expect(await one(shop, `SELECT count(*) FROM customers WHERE customer_id = ${him}`)).toBe(1);
    });

    it("orders that a new choice leaves out are neither gone nor wrong until they are removed", async () => {
      const { shop, context, first } = await copied(warehouse);
      await keep(shop, 13);
      expect(await checked(context)).toMatchObject({ ...clean, checked: 7 });
      // It is not read again, so it cannot be mended either.
      await changeBehind(warehouse, shop.domain, [
        `UPDATE orders SET current_total = 1, updated_at = updated_at - INTERVAL '1 hour' WHERE order_id = ${first}`,
      ]);
      expect(await checked(context)).toMatchObject(clean);
      expect(await ordersIn(shop)).toBe(5);
      await applyRetention(context);
      expect(await checked(context)).toMatchObject(clean);
      expect(await ordersIn(shop)).toBe(3);
    });

    it.each([
      ["page by page", PAGED_UP_TO],
      ["in bulk", 0],
    ])(
      "customers who may not be read are not asked for (%s), and orders keep theirs",
      async (_, pagedUpTo) => {
        const { shop, context, him, second, third } = await copied(warehouse, { pagedUpTo });
        const scopes = askedScopes.filter((scope) => scope !== "read_customers");
        world.shopify.setScopes(shop.domain, scopes);
        await db.shop.update({ where: { domain: shop.domain }, data: { scopes: scopes.join(",") } });
        const asked: string[] = [];
        const admin: Admin = {
          shop: context.admin.shop,
          request: (document, variables, answer) => {
            asked.push(`${document} ${JSON.stringify(variables)}`);
            return context.admin.request(document, variables, answer);
          },
        };
        const hidden = { ...context, admin };
        expect(await checked(hidden)).toMatchObject({ ...clean, checked: 5 });
        expect((await warehouse.of(shop.domain).meta())?.coverage["orders"]?.state).toBe("customers_hidden");

        await changeBehind(warehouse, shop.domain, [
          ...deleted(second),
          `UPDATE orders SET updated_at = updated_at - INTERVAL '1 hour' WHERE order_id = ${third}`,
        ]);
        expect(await checked(hidden)).toMatchObject({
          ...clean,
          found: { orders_missing: 1, orders_changed: 1 },
          repaired: 2,
        });
        expect(await one(shop, `SELECT customer_id FROM orders WHERE order_id = ${third}`)).toBe(him);
        expect(await ordersIn(shop)).toBe(5);
        expect(asked.length).toBeGreaterThan(5);
        expect(asked.filter((text) => /\bcustomers?\b(?!_hidden)/.test(text))).toEqual([]);
      },
    );
  },
  { until: "suite" },
);
