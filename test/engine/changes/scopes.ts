// A merchant who takes permissions back and gives them again.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { kpiIds } from "../../../app/kpis/catalogue.ts";
import { queryKpis } from "../../../app/kpis/query.server.ts";
import type { Shop } from "../../shopify/shop.ts";
import { type App, openApp, shopWithOrders } from "./app.ts";
import { eventually } from "../../tools/setup/eventually.ts";
import { viewOf } from "../../tools/setup/view.ts";

export function describeScopes(engine: "duckdb" | "postgres"): void {
  let app: App;
  beforeAll(async () => {
    app = await openApp(engine);
  });
  afterAll(() => app.close());

  async function synced(handle: string): Promise<Shop> {
    const shop = shopWithOrders(handle, [300, 100, 20, 3]);
    await app.opens(shop);
    await app.complete(shop);
    await app.agrees(shop);
    return shop;
  }
  const without = (scope: string) => app.askedScopes.filter((each) => each !== scope);
  const ask = async (shop: Shop, sql: string) => (await app.runtime.warehouse()).of(shop.domain).query(sql);
  const history = async (shop: Shop) =>
    (await (await app.runtime.warehouse()).of(shop.domain).meta())?.coverage["orders"]?.state;
  const is = (read: () => Promise<unknown>, expected: unknown) =>
    eventually(async () => expect(await read()).toEqual(expected));
  const customerOf = (shop: Shop) => [...shop.customers.keys()][0] ?? 0;
  const refund = (shop: Shop, place: number) => {
    const order = [...shop.orders.values()].at(place);
    if (order) shop.refund(order.id, { amount: 100 });
  };

  describe(`a shop that takes a scope back (${engine})`, () => {
    it("read_customers: orders go on, stored ones keep their customers, and what needs them says so", async () => {
      const shop = await synced("no-customers");
      // Days that are over when the permission goes, in any time zone.
      const day = (ago: number) => new Date(Date.now() - ago * 86_400_000).toISOString().slice(0, 10);
      const past = async () => {
        const { total, segments } = await queryKpis(
          await viewOf(await app.runtime.warehouse(), shop.domain),
          {
            kpis: kpiIds,
            segmentation: "order_count",
            period: { from: day(200), to: day(1) },
            comparison: "previous_period",
            membersAt: "start",
            today: day(0),
          },
        );
        return [total, ...segments];
      };
      const before = await past();
      expect(before[0]?.members).toBeGreaterThan(0);
      app.shopify.setScopes(shop.domain, without("read_customers"));
      await is(() => history(shop), "customers_hidden");
      refund(shop, 0);
      const placed = shop.placeOrder({
        customerId: customerOf(shop),
        lines: [{ title: "Cup", price: 1000, quantity: 1 }],
      });
      await is(() => ask(shop, "SELECT count(*) AS n FROM orders WHERE customer_id IS NULL"), [{ n: 1 }]);
      await is(
        () =>
          ask(shop, "SELECT count(*) AS n FROM sales WHERE action = 'RETURN' OR line_type = 'ADJUSTMENT'"),
        [{ n: 1 }],
      );
      const home = await app.text(shop, "/app?period=today");
      expect(home).toContain("Customer access was removed");
      expect(home).toContain("Without read_customers");
      expect(home).toContain("Segments need access to customers");
      expect(home).toMatch(
        /Periods that end before \w+ \d+, \d+, with groups of a day before it, still have segments/,
      );
      expect(home).toContain("€");
      const page = await app.text(shop, "/app/segments/order_count/1?period=today");
      expect(page).toContain("The app may no longer read customers");
      // The past is what it was, segments included.
      expect(await past()).toEqual(before);
      const shown = await app.text(
        shop,
        `/app?from=${day(200)}&to=${day(2)}&as_of=start&segmentation=order_count`,
      );
      expect(shown).toContain("Customer access was removed");
      expect(shown).not.toContain("Segments need access to customers");
      expect(await app.queue.failedJobs(shop.domain)).toEqual([]);

      app.shopify.setScopes(shop.domain, app.askedScopes);
      await is(
        () => ask(shop, `SELECT customer_id AS n FROM orders WHERE order_id = ${placed.id}`),
        [{ n: customerOf(shop) }],
      );
      await is(() => history(shop), "complete");
      await app.agrees(shop);
      expect(await app.text(shop, "/app")).not.toContain("may no longer read");
    });

    it("read_products, unannounced: orders go on without what was bought, which is filled in later", async () => {
      const shop = await synced("no-products");
      app.shopify.webhooks.subscriptions(shop.domain, "app/scopes_update");
      app.shopify.faults.removeSubscription(shop.domain, "app/scopes_update");
      app.shopify.setScopes(shop.domain, without("read_products"));
      refund(shop, 0);
      await app.agrees(shop);
      await is(async () => (await app.state(shop)).lostScopes?.scopes, ["read_products"]);
      await is(() => ask(shop, "SELECT count(*) AS n FROM order_lines WHERE product_id IS NULL"), [{ n: 1 }]);
      // What a line cost was seen before, and stays.
      await is(() => ask(shop, "SELECT count(*) AS n FROM order_lines WHERE unit_cost IS NULL"), [{ n: 0 }]);
      expect(await app.text(shop, "/app/data")).toContain("Without read_products");

      app.shopify.setScopes(shop.domain, app.askedScopes);
      await app.queue.enqueue("sweep", { shop: shop.domain });
      await is(() => ask(shop, "SELECT count(*) AS n FROM order_lines WHERE product_id IS NULL"), [{ n: 0 }]);
      await is(async () => (await app.state(shop)).lostScopes, null);
    });

    it("read_all_orders: older orders stay as they were, and are followed again afterwards", async () => {
      const shop = await synced("no-old-orders");
      app.shopify.setScopes(shop.domain, without("read_all_orders"));
      await is(async () => (await app.state(shop)).lostScopes?.scopes, ["read_all_orders"]);
      refund(shop, 0);
      refund(shop, -1);
      const refunds = "SELECT count(*) AS n FROM sales WHERE action = 'RETURN' OR line_type = 'ADJUSTMENT'";
      await is(() => ask(shop, refunds), [{ n: 1 }]);
      await is(() => ask(shop, "SELECT count(*) AS n FROM orders"), [{ n: 4 }]);
      expect(await app.text(shop, "/app")).toContain("Without read_all_orders");
      expect(await history(shop)).toBe("complete");
      app.shopify.setScopes(shop.domain, app.askedScopes);
      await app.agrees(shop);
    });

    it("read_orders: the figures stay as they were, and catch up afterwards", async () => {
      const shop = await synced("no-orders");
      app.shopify.setScopes(shop.domain, without("read_orders"));
      await is(async () => (await app.state(shop)).lostScopes?.scopes, ["read_orders"]);
      refund(shop, -1);
      await app.shopify.webhooks.idle();
      const home = await app.text(shop, "/app");
      expect(home).toContain("Without read_orders");
      expect(home).toContain("€");
      await eventually(async () => expect(await app.waiting(shop)).toEqual([]));
      app.shopify.setScopes(shop.domain, app.askedScopes);
      await app.agrees(shop);
      await is(async () => (await app.state(shop)).webhooksWaiting, 0);
    });
  });
}
