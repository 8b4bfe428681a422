// The budget of query cost, shared by all who speak to a shop, and the pauses before another try.
import { execFile } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, it } from "vitest";
import { db } from "../../../app/db.server.ts";
import { accessToken, API_VERSION } from "../../../app/shopify/access-token.server.ts";
import { adminApi } from "../../../app/shopify/admin-api.ts";
import { reserve, settle } from "../../../app/shopify/cost-budget.ts";
import { readSettings } from "../../../app/shopify/shop-settings.ts";
import { Shop } from "../../shopify/shop.ts";
import { openWorld, type World } from "../../engine/sync/world.ts";

const file = (name: string) => fileURLToPath(new URL(name, import.meta.url));
let world: World;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world.close());

const status = { maximumAvailable: 2000, currentlyAvailable: 2000, restoreRate: 100 };

it("holds a call back while its cost is not there, and lets it go when others gave back what they did not need", async () => {
  const shop = "budget.myshopify.com";
  // A document that nobody knows is taken for the dearest there may be, and a second's refill is left alone.
  expect(await reserve(shop, "one")).toEqual({ cost: 1000, waitMs: 0 });
  const second = await reserve(shop, "two");
  expect(second.waitMs).toBeGreaterThan(500);
  await settle(shop, "one", { booked: 1000, requested: 300, charged: 40 }, status);
  expect(await reserve(shop, "two")).toEqual({ cost: 1000, waitMs: 0 });
  expect(await reserve(shop, "one")).toEqual({ cost: 300, waitMs: 0 });
  // Shopify knows better when it has less.
  await settle(
    shop,
    "one",
    { booked: 300, requested: 300, charged: 300 },
    { ...status, currentlyAvailable: 50 },
  );
  expect((await reserve(shop, "one")).waitMs).toBeGreaterThan(3000);
  // A larger plan is believed at once.
  const larger = { maximumAvailable: 20_000, currentlyAvailable: 19_000, restoreRate: 1000 };
  await settle(shop, "one", { booked: 0, requested: 300, charged: 0 }, larger);
  expect((await reserve(shop, "one")).waitMs).toBe(0);
});

it("gives back what a refused call had booked", async () => {
  const shop = "refused.myshopify.com";
  await reserve(shop, "refused");
  await settle(shop, "refused", { booked: 1000, requested: 700, charged: null }, status);
  const row = await db.costBudget.findUniqueOrThrow({ where: { shop } });
  expect(row.available).toBeGreaterThanOrEqual(2000);
});

it("is never exceeded by two processes that ask one shop as fast as they can", async () => {
  const shop = new Shop({ handle: "two", currency: "EUR", timeZone: "UTC", plan: "Shopify Plus" });
  await world.install(shop);
  const ask = async () => {
    const { stdout } = await promisify(execFile)(
      process.execPath,
      [
        "--import",
        file("../../shopify/preload.mjs"),
        file("../../engine/sync/ask-shopify.ts"),
        shop.domain,
        "12",
      ],
      { env: { ...process.env, SIM_SHOPIFY_URL: world.shopify.url } },
    );
    return JSON.parse(stdout) as { answered: number; throttled: number };
  };
  // Together 24 × 900 points, of which the bucket holds 20,000.
  expect(await Promise.all([ask(), ask()])).toEqual([
    { answered: 12, throttled: 0 },
    { answered: 12, throttled: 0 },
  ]);
}, 60_000);

it("waits as long as Shopify says and longer with every failure, spread by chance", async () => {
  const shop = new Shop({ handle: "pauses", currency: "EUR", timeZone: "UTC" });
  await world.install(shop);
  const pauses = async (draw: number, misbehave: () => void): Promise<number[]> => {
    const waits: number[] = [];
    const wait = async (milliseconds: number) => {
      waits.push(milliseconds);
      await sleep(1);
    };
    const token = () => accessToken(shop.domain);
    const admin = adminApi({ shop: shop.domain, apiVersion: API_VERSION, token, wait, random: () => draw });
    misbehave();
    await readSettings(admin);
    return waits;
  };
  const { faults } = world.shopify;
  const failing =
    (status: number, times: number, headers: Record<string, string> = {}) =>
    () =>
      faults.respond(shop.domain, status, { times, headers, body: "no" });
  expect(await pauses(0, failing(502, 4))).toEqual([500, 1000, 2000, 4000]);
  expect(await pauses(0.5, failing(502, 2))).toEqual([625, 1250]);
  expect(await pauses(0, failing(429, 1, { "Retry-After": "7" }))).toEqual([7000]);
  expect(await pauses(0.9, failing(429, 1, { "Retry-After": "7" }))).toEqual([10_150]);
  expect(await pauses(0, failing(503, 1, { "Retry-After": "3" }))).toEqual([3000]);
  expect(await pauses(0.5, () => faults.drop(shop.domain, { times: 2 }))).toEqual([625, 1250]);
});
