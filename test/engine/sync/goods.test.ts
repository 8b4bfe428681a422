// Products and abandoned checkouts from Shopify to the copy, by every way in which they are read, and what of them stays.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { db } from "../../../app/db.server.ts";
import { PAGED_UP_TO, type ShopContext } from "../../../app/sync/context.ts";
import { refetch } from "../../../app/sync/reading/refetch.ts";
import { beginRebuild } from "../../../app/sync/reading/rebuild.ts";
import { sweep } from "../../../app/sync/reading/sweep.ts";
import { tablesOf } from "../../../app/warehouse/schema/schema.ts";
import { checkouts } from "../../../app/sync/resources/checkouts.ts";
import { products } from "../../../app/sync/resources/products.ts";
import { askedScopes } from "../../../app/sync/resources/resources.ts";
import { syncStateOf } from "../../../app/sync/shop/state.ts";
import { runAgain, webhookUpkeep } from "../../../app/sync/shop/webhook-days.ts";
import { eraseCustomer } from "../../../app/privacy/erase-customer.server.ts";
import { customerFile } from "../../../app/reports/files/customer-file.server.ts";
import { reportedShop } from "../../../app/reports/shop.server.ts";
import { trustView } from "../../../app/reports/trust.server.ts";
import type { Warehouse } from "../../../app/warehouse/warehouse.server.ts";
import { randomFrom } from "../../shopify/generate/random.ts";
import { Shop } from "../../shopify/shop.ts";
import { describeWarehouses } from "../../tools/setup/warehouses.ts";
import { USUAL_CALENDAR } from "../../tools/setup/calendar.ts";
import { call, serve, type Served } from "../routes/intake.ts";
import { changeBehind } from "./behind.ts";
import { type Goods, goodsIn, goodsOf } from "./goods.ts";
import { checkNow, readYesterday } from "./night-check.ts";
import { booksIn, booksOf, openWorld, syncWhole, type World } from "./world.ts";

let world: World;
let door: Served;
let number = 0;
beforeAll(async () => {
  world = await openWorld();
  door = await serve(({ url, init }) => call(url, init).then(({ status }) => status));
  world.shopify.setAppUrl(door.url);
});
afterAll(async () => {
  door.close();
  await world.close();
});

const ago = (days: number) => new Date(Date.now() - days * 86_400_000);
const minutesAgo = (minutes: number) => new Date(Date.now() - minutes * 60_000);

/** Three products, one of them with thirty variants, more than are read at once; three checkouts, one of them completed. */
function stocked(createdDaysAgo = 300): Shop {
  const shop = new Shop({
    handle: `goods-${++number}`,
    currency: "EUR",
    timeZone: "Europe/Berlin",
    createdAt: ago(createdDaysAgo),
  });
  const at = ago(200);
  const cup = shop.addVariant({ at, title: "Cup", price: 1000, product: { vendor: "Mill", type: "Ware" } });
  const lamp = shop.addVariant({ at, title: "Lamp", price: 4990, tracked: false });
  for (let count = 1; count < 30; count += 1)
    shop.addVariant({ at, title: "Lamp", price: 4990 + count, productId: lamp.productId });
  shop.addVariant({ at, title: "Vase", price: 1, product: { status: "DRAFT" } });
  const customer = shop.createCustomer({ at: ago(100), country: "DE" });
  shop.placeOrder({ at: ago(90), customerId: customer.id, lines: [{ variantId: cup.id, quantity: 1 }] });
  const left = { customerId: customer.id, shippingCountry: "DE", shipping: 490 };
  const lines = [{ variantId: cup.id, quantity: 2 }];
  shop.leaveCheckout({ ...left, at: ago(100), lines });
  const recovered = shop.leaveCheckout({
    ...left,
    at: ago(30),
    lines: [...lines, { quantity: 1, price: 300 }],
  });
  shop.recoverCheckout(recovered.id, ago(29));
  shop.leaveCheckout({ at: minutesAgo(20), lines, billingCountry: "FR" });
  return shop;
}

describeWarehouses("products and abandoned checkouts", (open) => {
  let warehouse: Warehouse;
  beforeEach(async () => {
    warehouse = await open();
  });
  const synced = async (shop = stocked(), change: Partial<ShopContext> = {}, scopes = askedScopes) => {
    await world.install(shop, scopes);
    const context = world.context(shop, warehouse, { pagedUpTo: PAGED_UP_TO, ...change });
    await syncWhole(context);
    return { shop, context, agrees: async () => expect(await goodsIn(context.copy)).toEqual(goodsOf(shop)) };
  };

  it.each([
    ["by bulk operations", 0],
    ["page by page", PAGED_UP_TO],
  ])("come with a first sync, %s", async (_, pagedUpTo) => {
    const { agrees, shop } = await synced(stocked(), { pagedUpTo });
    await agrees();
    expect(await warehouse.of(shop.domain).counts()).toMatchObject({
      products: 3,
      variants: 32,
      checkouts: 3,
    });
  });

  it.each([1, 2, 3])("end as Shopify has them, however webhooks come (%i)", async (seed) => {
    const { shop, context } = await synced();
    const random = randomFrom(seed);
    world.shopify.faults.deliveries(shop.domain, { seed, lost: 0.3, twice: 0.4, shuffled: 5 });
    for (let count = 0; count < 12; count += 1) {
      const products = [...shop.products.keys()];
      const variants = [...shop.variants.keys()];
      const open = [...shop.checkouts.values()].filter(({ completedAt }) => completedAt === null);
      const change = random.whole(0, 6);
      if (change === 0)
        shop.addVariant({ at: minutesAgo(15), title: `Bowl ${count}`, price: random.whole(1, 5000) });
      else if (change === 1) shop.changeProduct(random.pick(products), { title: `Renamed ${count}` });
      else if (change === 2)
        shop.changeVariant(random.pick(variants), { price: random.whole(1, 5000), sku: null });
      else if (change === 3 && products.length > 1) shop.deleteProduct(random.pick(products));
      else if (change === 4)
        shop.leaveCheckout({ at: minutesAgo(15), lines: [{ quantity: 1, price: count }] });
      else if (open[0]) shop.recoverCheckout(open[0].id);
      if (count % 4 === 3) await refetch(context);
    }
    await world.shopify.webhooks.deliverLate();
    world.shopify.faults.clear(shop.domain);
    await sweep(context);
    // Of what was deleted while the webhook of it was lost, only the list of everything tells.
    await readYesterday(context);
    await checkNow(context);
    // A line that was left keeps the product it was of, which Shopify no longer names.
    const apart = (goods: Goods) => ({ ...goods, lines: [] });
    expect(apart(await goodsIn(context.copy))).toEqual(apart(goodsOf(shop)));
    expect(await booksIn(warehouse, shop)).toEqual(booksOf(shop));
    await world.shopify.webhooks.idle();
    await refetch(context);
    await agreesOnLines(context, shop);
  });

  async function agreesOnLines(context: ShopContext, shop: Shop): Promise<void> {
    const ids = (lines: readonly { checkout_id?: unknown; units?: unknown; amount?: unknown }[]) =>
      lines.map(({ checkout_id, units, amount }) => [checkout_id, units, amount]);
    expect(ids((await goodsIn(context.copy)).lines)).toEqual(ids(goodsOf(shop).lines));
  }

  it("are found by sweeps that no webhook asks for: a checkout counts as left ten minutes later", async () => {
    const { shop, context, agrees } = await synced();
    world.shopify.faults.deliveries(shop.domain, { lost: 1 });
    const young = shop.leaveCheckout({ lines: [{ quantity: 1, price: 500 }] });
    shop.changeProduct([...shop.products.keys()][0] ?? 0, { vendor: "Kiln" });
    await sweep(context);
    const { checkouts } = await goodsIn(context.copy);
    expect(checkouts.map(({ checkout_id }) => checkout_id)).not.toContain(young.id);
    expect((await goodsIn(context.copy)).products).toEqual(goodsOf(shop).products);
    // It is twelve minutes later, and the sweep before was a moment ago.
    Object.assign(young, {
      createdAt: minutesAgo(12).toISOString(),
      updatedAt: minutesAgo(12).toISOString(),
    });
    await sweep(context);
    await agreesWithMilliseconds();
    world.shopify.faults.clear(shop.domain);
    async function agreesWithMilliseconds() {
      young.updatedAt = `${young.updatedAt.slice(0, 19)}Z`;
      await agrees();
    }
  });

  it("stay when Shopify forgets them on a Monday, through sweep, check and rebuild", async () => {
    const { shop, context, agrees } = await synced();
    const before = await goodsIn(context.copy);
    const monday = new Date();
    monday.setUTCDate(monday.getUTCDate() + ((8 - monday.getUTCDay()) % 7));
    expect(shop.removeOldCheckouts(monday)).toHaveLength(1);
    await sweep(context);
    await readYesterday(context);
    expect(await checkNow(context)).toMatchObject({ found: {}, remaining: 0 });
    expect(await goodsIn(context.copy)).toEqual(before);
    await beginRebuild(db, shop.domain, new Date());
    await syncWhole(context);
    expect(await goodsIn(context.copy)).toEqual(before);
    await expect(agrees()).rejects.toThrow();
  });

  it("are found wrong or missing by the night's check, and mended", async () => {
    const { context, agrees } = await synced();
    await readYesterday(context);
    await changeBehind(warehouse, context.shop, [
      "DELETE FROM variants WHERE variant_id = (SELECT min(variant_id) FROM variants)",
      "UPDATE products SET updated_at = updated_at - INTERVAL '1 day' WHERE product_id = (SELECT min(product_id) FROM products)",
      "DELETE FROM checkouts WHERE checkout_id = (SELECT min(checkout_id) FROM checkouts)",
      "UPDATE checkouts SET customer_id = 1 WHERE checkout_id = (SELECT min(checkout_id) FROM checkouts)",
      "INSERT INTO products SELECT 1, created_at, updated_at, read_at, title, vendor, type, status FROM products WHERE title = 'Vase'",
    ]);
    expect(await checkNow(context)).toMatchObject({
      found: { products_changed: 1, products_gone: 1, checkouts_missing: 1, checkouts_changed: 1 },
      repaired: 4,
      remaining: 0,
    });
    await agrees();
  });

  it("name nobody who was redacted, and lose him when he is", async () => {
    const { shop, context } = await synced();
    const customerId = [...shop.customers.keys()][0] ?? 0;
    const now = new Date();
    const reported = reportedShop(await context.copy.view(), { locale: "en", now, calendar: USUAL_CALENDAR });
    const asked = { customerId, orderIds: [], number: null, receivedAt: now };
    const file = await customerFile(reported, shop.domain, asked, { notifications: [], requests: [] }, now, {
      locale: "en",
    });
    const his = [...shop.checkouts.values()].filter((checkout) => checkout.customerId === customerId);
    expect(file).toMatchObject({
      other_rows: {
        checkouts: his.map(({ id }) => ({ checkout_id: id, customer_id: customerId })),
        checkout_lines: his.flatMap(({ id, lines }) =>
          lines.map(({ quantity }) => ({ checkout_id: id, units: quantity })),
        ),
      },
    });
    const request = await db.privacyRequest.create({
      data: {
        shop: shop.domain,
        topic: "customers_redact",
        eventId: `goods-${shop.handle}`,
        customerId: BigInt(customerId),
      },
    });
    await eraseCustomer({ db, warehouse, downloads: context.directory }, request);
    const named = async () =>
      (await goodsIn(context.copy)).checkouts.filter(({ customer_id }) => customer_id !== null);
    expect(await named()).toEqual([]);
    // Shopify itself goes on naming him for as long as it needs.
    const open = [...shop.checkouts.values()].find(({ completedAt }) => completedAt === null);
    shop.changeCheckout(open?.id ?? 0, { lines: [{ quantity: 1, price: 700 }] });
    await sweep(context);
    await readYesterday(context);
    expect(await checkNow(context)).toMatchObject({ found: {} });
    expect(await named()).toEqual([]);
  });

  describe("that cannot be used", () => {
    it("stop no other, and are listed with their reason until they can be read", async () => {
      const shop = stocked();
      const [bad, nul] = [...shop.variants.values()];
      if (bad === undefined || nul === undefined) throw new Error("a shop of no variants");
      bad.price = 10.5;
      shop.changeProduct(nul.productId, { title: "half \ud83d and nothing \u0000" });
      const { context, agrees } = await synced(shop, { pagedUpTo: 0 });
      const { products } = await goodsIn(context.copy);
      expect(products.map(({ product_id }) => product_id)).toEqual(
        [...shop.products.keys()].filter((id) => id !== bad.productId),
      );
      expect(await webhookUpkeep(db, shop.domain, new Date())).toMatchObject({
        unreadable: [{ topic: "products/update", resourceIds: [BigInt(bad.productId)] }],
      });
      bad.price = 1050;
      shop.changeProduct(nul.productId, { title: "whole" });
      expect(await runAgain(db, shop.domain, "all")).toBe(1);
      await refetch(context);
      await sweep(context);
      await agrees();
      expect((await webhookUpkeep(db, shop.domain, new Date())).unreadable).toEqual([]);
    });
  });

  it("are not there in a shop that does not show them, and come whole once it does", async () => {
    const { shop, context, agrees } = await synced(
      stocked(),
      {},
      askedScopes.filter((scope) => scope !== "read_products"),
    );
    expect(await goodsIn(context.copy)).toMatchObject({ products: [], variants: [] });
    expect(await booksIn(warehouse, shop)).toEqual(booksOf(shop));
    const grant = async (scopes: readonly string[]) => {
      world.shopify.setScopes(shop.domain, scopes);
      await sweep(context);
    };
    await grant(askedScopes);
    const { products, variants } = goodsOf(shop);
    expect(await goodsIn(context.copy)).toMatchObject({ products, variants });
    // What changes while it is taken back is not heard of, and what else is read meanwhile lacks it.
    await grant(askedScopes.filter((scope) => scope !== "read_products"));
    const now = new Date();
    const { unread } = await syncStateOf({ db, meta: await context.copy.meta(), now }, shop.domain);
    expect(unread).toEqual([{ tables: ["products", "variants"], scope: "read_products" }]);
    const reported = reportedShop(await context.copy.view(), { locale: "en", now, calendar: USUAL_CALENDAR });
    if (reported === null) throw new Error("nothing to report");
    const { technical } = await trustView(reported, unread);
    expect(technical.find(({ label }) => label === "Products")).toMatchObject({
      value: "Not read",
      help: expect.stringContaining("read_products") as unknown,
    });
    expect(technical.find(({ label }) => label === "Abandoned checkouts")).toMatchObject({ value: "3" });
    shop.changeVariant([...shop.variants.keys()][0] ?? 0, { price: 1, at: ago(150) });
    await grant(askedScopes);
    await agrees();
  });

  it("keep nothing else waiting where Shopify refuses them in spite of their scope", async () => {
    const shop = stocked();
    world.shopify.addShop(shop);
    world.shopify.faults.refuse(shop.domain, "abandonedCheckouts");
    const { context, agrees } = await synced(shop, { pagedUpTo: 0 });
    const { products, variants } = goodsOf(shop);
    expect(await goodsIn(context.copy)).toEqual({ products, variants, checkouts: [], lines: [] });
    expect(await booksIn(warehouse, shop)).toEqual(booksOf(shop));
    await readYesterday(context);
    expect(await checkNow(context)).toMatchObject({ found: {}, error: null });
    const state = await syncStateOf({ db, meta: await context.copy.meta(), now: new Date() }, shop.domain);
    expect(state).toMatchObject({
      phase: "complete",
      unread: [{ tables: ["checkouts", "checkout_lines"], scope: null }],
    });
    world.shopify.faults.refuse(shop.domain, "abandonedCheckouts", false);
    await sweep(context);
    await agrees();
  });

  it("are read whole by the next sweep of a shop that an earlier release has read", async () => {
    const { shop, context, agrees } = await synced();
    const { merge: ofProducts } = products;
    const { merge: ofCheckouts } = checkouts;
    const tables = [ofProducts, ofCheckouts].flatMap((merge) => (merge === "ledger" ? [] : tablesOf(merge)));
    await changeBehind(
      warehouse,
      shop.domain,
      tables.map((table) => `DELETE FROM ${table}`),
    );
    await db.syncWindow.deleteMany({
      where: { shop: shop.domain, resource: { in: [products.name, checkouts.name] } },
    });
    // Nothing was missed of them.
    expect(await sweep(context)).toMatchObject({ missed: 0 });
    await agrees();
    expect(await sweep(context)).toEqual({ found: 0, missed: 0 });
  });
});
