// A shop that Shopify closes for a while: frozen, locked or unavailable.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { nextTryAfter } from "../../../app/sync/shop/pause.ts";
import type { Shop } from "../../shopify/shop.ts";
import { type App, openApp, shopWithOrders } from "./app.ts";
import { eventually } from "../../tools/setup/eventually.ts";

let app: App;
beforeAll(async () => {
  app = await openApp("duckdb");
});
afterAll(() => app.close());

const MINUTE = 60_000;
const cups = (quantity: number) => ({ lines: [{ title: "Cup", price: 1000, quantity }] });

const paused = (shop: Shop, tries: number) =>
  eventually(async () => {
    expect(await app.row(shop)).toMatchObject({ pausedTries: tries });
    expect(await app.waiting(shop)).not.toEqual([]);
  });

describe("a shop that is closed", () => {
  it.each([
    [402, "Shopify has frozen this store"],
    [423, "Shopify has locked this store"],
    [403, "Shopify doesn&#x27;t open this store"],
  ] as const)(
    "keeps its last figures in sight and is read again once it opens (%i)",
    async (status, words) => {
      const shop = shopWithOrders(`closed-${status}`, [90, 20, 3]);
      await app.opens(shop);
      await app.complete(shop);
      await app.agrees(shop);
      await app.checked(shop);

      app.shopify.faults.close(shop.domain, status);
      await app.queue.enqueue("sweep", { shop: shop.domain });
      await paused(shop, 1);
      const sweepWaiting = async () => (await app.waiting(shop)).find(({ job: name }) => name === "sweep");
      // Nothing failed, and no attempt is used up; the job that found the shop closed may still be ending.
      const job = await eventually(async () => {
        const found = await sweepWaiting();
        expect(found).toMatchObject({ job: "sweep", attempts: 0, error: null });
        // Another of the shop's jobs may have found it closed first: the sweep then comes after it.
        expect(found?.inMs).toBeGreaterThan(4 * MINUTE);
        return found;
      });
      expect(job?.inMs).toBeLessThanOrEqual(5 * MINUTE);
      expect(await app.queue.failedJobs(shop.domain)).toEqual([]);

      // Its token ends meanwhile, and Shopify gives no other.
      await app.db.session.updateMany({ where: { shop: shop.domain }, data: { expires: new Date(0) } });
      for (const address of ["/app", "/app/data"]) {
        const page = await app.text(shop, address);
        expect(page).toContain(words);
        expect(page).toContain("the app tries again by itself, next");
      }
      expect(await app.text(shop, "/app")).toContain("€");

      // A merchant who asks at once may; in vain, the next time is later.
      await app.hurry(shop);
      await paused(shop, 2);
      await eventually(async () => expect((await sweepWaiting())?.inMs).toBeGreaterThan(9 * MINUTE));
      // Nor does the quarter-hourly look knock before.
      const { sweepable } = await import("../../../app/sync/sync.server.ts");
      expect(await sweepable()).not.toContain(shop.domain);

      shop.placeOrder(cups(2));
      app.shopify.faults.close(shop.domain, null);
      await app.hurry(shop);
      await app.agrees(shop);
      await app.complete(shop);
      expect(await app.text(shop, "/app")).not.toContain(words);
      expect(await sweepable()).toContain(shop.domain);
    },
  );

  it("goes on with its first sync where it was", async () => {
    const shop = shopWithOrders("closed-early", [400, 90, 20, 3]);
    app.shopify.addShop(shop);
    await app.opens(shop);
    app.shopify.faults.close(shop.domain, 402);
    await eventually(async () => {
      const state = await app.state(shop);
      expect(state.paused !== null || state.phase === "complete").toBe(true);
    });
    const state = await app.state(shop);
    // Unless all had arrived before, which is no failure either.
    if (state.paused) expect(state.phase).not.toBe("failed");
    app.shopify.faults.close(shop.domain, null);
    await app.hurry(shop);
    await app.complete(shop);
    await app.agrees(shop);
  });

  it("holds up no other shop", async () => {
    const closed = Array.from({ length: 6 }, (_, place) => shopWithOrders(`held-${place}`, [3]));
    const open = shopWithOrders("not-held", [20, 3]);
    for (const shop of closed) {
      app.shopify.addShop(shop);
      await app.opens(shop);
      app.shopify.faults.close(shop.domain, 423);
      await app.queue.enqueue("sweep", { shop: shop.domain });
    }
    await app.opens(open);
    await app.complete(open);
    await app.agrees(open);
  });

  it("is asked ever more rarely, but four times a day at least", () => {
    const steps = Array.from({ length: 12 }, (_, tries) => nextTryAfter(tries + 1) / MINUTE);
    expect(steps.slice(0, 5)).toEqual([5, 10, 20, 40, 80]);
    expect(steps.at(-1)).toBe(360);
    expect(nextTryAfter(10_000) / MINUTE).toBe(360);
  });
});
