// What a copy says of each source that Shopify keeps: whether all of it is here, since when, and up to which instant.
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { db } from "../../../app/db.server.ts";
import type { ShopContext } from "../../../app/sync/context.ts";
import { keptDay } from "../../../app/sync/loading/left-out.ts";
import { applyRetention } from "../../../app/sync/loading/retention.ts";
import { advanceFirstSync } from "../../../app/sync/reading/first-sync.ts";
import { beginRebuild } from "../../../app/sync/reading/rebuild.ts";
import { sweep } from "../../../app/sync/reading/sweep.ts";
import { askedScopes } from "../../../app/sync/resources/resources.ts";
import { instantOf } from "../../../app/warehouse/values.ts";
import type { Warehouse } from "../../../app/warehouse/warehouse.server.ts";
import { Shop } from "../../shopify/shop.ts";
import { describeWarehouses } from "../../tools/setup/warehouses.ts";
import { openWorld, syncWhole, type World } from "./world.ts";

let world: World;
let number = 0;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world.close());

const ago = (days: number) => new Date(Date.now() - days * 86_400_000);
const without = (scope: string) => askedScopes.filter((each) => each !== scope);

describeWarehouses("what is loaded of a source", (open) => {
  let warehouse: Warehouse;
  let shop: Shop;
  let context: ShopContext;
  beforeEach(async () => {
    warehouse = await open();
    const createdAt = ago(900);
    shop = new Shop({ handle: `covered-${++number}`, currency: "EUR", timeZone: "Europe/Berlin", createdAt });
    const customer = shop.createCustomer({ at: ago(800), country: "DE" });
    const lines = [{ title: "Cup", price: 1000, quantity: 1 }];
    for (const days of [790, 200, 10]) shop.placeOrder({ at: ago(days), customerId: customer.id, lines });
    context = world.context(shop, warehouse);
  });

  const coverage = async () => (await context.copy.meta())?.coverage ?? {};
  const states = async () =>
    Object.fromEntries(Object.entries(await coverage()).map(([source, { state }]) => [source, state]));
  const freshAt = async (source: string) => {
    const { [source]: of } = await coverage();
    return of?.fresh_at ? instantOf(of.fresh_at).getTime() : null;
  };
  const grant = (scopes: readonly string[]) => {
    world.shopify.setScopes(shop.domain, scopes);
    return sweep(context);
  };

  it("is said of those alone that Shopify shows, and nothing of one that it shows no more", async () => {
    await world.install(shop, without("read_products"));
    await advanceFirstSync(context);
    expect(await states()).toEqual({ orders: "loading", customers: "loading", checkouts: "loading" });
    await syncWhole(context);
    const shown = { orders: "complete", customers: "complete", checkouts: "complete" };
    expect(await states()).toEqual(shown);
    await grant(askedScopes);
    expect(await states()).toEqual({ ...shown, products: "complete" });
    await grant(without("read_products"));
    expect(await states()).toEqual(shown);
  });

  it("is as fresh as the last sweep that could read it", async () => {
    await world.install(shop);
    await syncWhole(context);
    const { sweptUntil } = await db.shop.findUniqueOrThrow({ where: { domain: shop.domain } });
    for (const source of ["orders", "customers", "products", "checkouts"])
      expect([source, await freshAt(source)]).toEqual([source, sweptUntil?.getTime()]);
    await grant(without("read_customers"));
    const hidden = { orders: "customers_hidden", customers: "customers_hidden" };
    expect(await states()).toEqual({ ...hidden, products: "complete", checkouts: "complete" });
    expect(await freshAt("orders")).toBeGreaterThan(sweptUntil?.getTime() ?? Infinity);
    expect(await freshAt("customers")).toBe(sweptUntil?.getTime());
    await grant(askedScopes);
    expect(await freshAt("customers")).toBe(await freshAt("orders"));
    expect(await states()).toMatchObject({ orders: "complete", customers: "complete" });
  });

  it("reaches back as far as the merchant keeps it, and in a copy made anew as far as that one", async () => {
    await world.install(shop);
    await syncWhole(context);
    const choice = { keepMonths: 13, keepSums: false };
    await db.shop.update({ where: { domain: shop.domain }, data: choice });
    await applyRetention(context);
    await sweep(context);
    const kept = keptDay({ ...choice, timeZone: shop.timeZone }, new Date());
    const cut = { state: "retention", from_day: kept?.day };
    // Customers go with the last of their orders; a product is older than what was sold of it.
    const expected = {
      ...{ orders: cut, customers: cut, checkouts: cut },
      products: { state: "complete", from_day: null },
    };
    expect(await coverage()).toMatchObject(expected);
    await beginRebuild(db, shop.domain, new Date());
    await syncWhole(context);
    expect(await coverage()).toMatchObject(expected);
  });
});
