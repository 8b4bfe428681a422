// The state database goes away under the running app and comes back: nobody restarts anything, and nothing is lost.
import { chmod, mkdtemp, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import pg from "pg";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { z } from "zod";
import { type EmbeddedPostgres, startPostgres } from "../../prisma/embedded.ts";
import { Merchant } from "../demo/merchant.ts";
import { type Stack, startStack } from "../demo/stack.ts";
import { generateShop } from "../shopify/generate.ts";
import type { Shop } from "../shopify/shop.ts";

const within = { timeout: 60_000, interval: 200 };
let directory: string;
let server: EmbeddedPostgres;
let stack: Stack;
const home = generateShop({ seed: 3, orders: 60, now: new Date(), handle: "outage" });
const large = generateShop({ seed: 4, orders: 500, now: new Date(), handle: "outage-large" });

const startServer = () =>
  startPostgres(path.join(directory, "state", "postgres"), {
    database: "outage",
    settings: { fsync: "off" },
  });

beforeAll(async () => {
  directory = await mkdtemp(path.join(os.tmpdir(), "segment-kpis-outage-"));
  // Run by root, PostgreSQL gets another account, which must be able to pass through.
  await chmod(directory, 0o711);
  server = await startServer();
  stack = await startStack({
    shops: [home, large],
    port: 0,
    dataDir: path.join(directory, "data"),
    mode: "production",
    env: { DATABASE_URL: server.url },
  });
});
afterAll(async () => {
  await stack?.stop();
  await server?.stop();
  await rm(directory, { recursive: true, force: true });
});

const ask = (address: string) => fetch(`${stack.appServer}${address}`, { redirect: "manual" });
const orders = async (shop: Shop) => {
  const merchant = new Merchant(stack.admin, shop);
  const { total } = await merchant.kpis({
    segmentation: "rfm",
    kpis: "orders",
    from: "2018-01-01",
    to: new Date().toISOString().slice(0, 10),
  });
  return total.kpis.orders?.value ?? 0;
};
/** Orders of gift cards only are no orders. */
const counted = (shop: Shop) =>
  [...shop.orders.values()].filter(
    (order) => !order.test && (order.lines.length === 0 || order.lines.some((line) => !line.isGiftCard)),
  ).length;

it("says so, refuses what it cannot keep, and goes on by itself when the database is back", async () => {
  const merchant = new Merchant(stack.admin, home);
  await merchant.open();
  for await (const state of merchant.sync()) if (state.phase === "complete") break;
  expect(await orders(home)).toBe(counted(home));
  // Another shop's first sync is on its way.
  const busy = new Merchant(stack.admin, large);
  await busy.open();
  for await (const { rows } of busy.sync()) if (rows > 0) break;

  await server.stop();
  await vi.waitFor(async () => expect((await ask("/readyz")).status).toBe(503), within);
  expect(await (await ask("/readyz")).text()).toContain("the state database");
  expect((await ask("/healthz")).status).toBe(200);
  await expect(merchant.open()).rejects.toThrow(/503 .*can.{1,6}t reach its database.*Your data are safe/);
  const { webhooks } = stack.shopify;
  webhooks.hold();
  const placed = home.placeOrder({ lines: [{ quantity: 1 }] });
  await webhooks.advance(0);
  const told = () =>
    webhooks.deliveries.filter(({ shop, body }) => shop === home.domain && body.includes(String(placed.id)));
  expect(told().length).toBeGreaterThan(0);
  for (const { attempts } of told()) expect(attempts.map(({ status }) => status)).toEqual([503]);

  server = await startServer();
  await vi.waitFor(async () => expect((await ask("/readyz")).status).toBe(200), within);
  await merchant.open();
  await webhooks.deliverLate();
  webhooks.resume();
  for (const { state } of told()) expect(state).toBe("delivered");
  await vi.waitFor(async () => expect(await orders(home)).toBe(counted(home)), within);
  // The interrupted first sync ends by itself.
  for await (const state of busy.sync()) if (state.phase === "complete") break;
  expect(await orders(large)).toBe(counted(large));
  expect(stack.app.end()).toBeNull();

  // What came late and what came twice is told.
  const client = new pg.Client({ connectionString: server.url });
  await client.connect();
  const { rows } = await client.query(
    `SELECT sum(received)::int AS received FROM "WebhookDay" WHERE shop = $1`,
    [home.domain],
  );
  await client.end();
  const sent = new Set(
    webhooks.deliveries
      .filter(({ shop, state }) => shop === home.domain && state === "delivered")
      .map(({ eventId, topic }) => `${topic} ${eventId}`),
  );
  expect(z.array(z.object({ received: z.number() })).parse(rows)).toEqual([{ received: sent.size }]);
}, 180_000);
