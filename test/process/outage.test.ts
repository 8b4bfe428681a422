// The state database goes away under the running app and comes back: nobody restarts anything, and nothing is lost.
import { createHmac } from "node:crypto";
import { chmod, mkdtemp, readFile, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import PQueue from "p-queue";
import pg from "pg";
import { Temporal } from "temporal-polyfill";
import { afterAll, beforeAll, expect, it } from "vitest";
import { z } from "zod";
import { type EmbeddedPostgres, startPostgres } from "../../prisma/embedded.ts";
import { Merchant } from "../tools/demo/merchant.ts";
import { API_SECRET, type Stack, startStack } from "../tools/demo/stack.ts";
import { signed } from "../engine/routes/intake.ts";
import { addresses } from "../tools/setup/addresses.ts";
import { generateShop } from "../shopify/generate.ts";
import type { Shop } from "../shopify/shop.ts";
import { eventually } from "../tools/setup/eventually.ts";

/** Shopify's library sends away what is no browser. */
const BROWSER = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/140.0.0.0 Safari/537.36";
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
    to: Temporal.Now.plainDateISO(shop.timeZone).toString(),
  });
  return total.kpis.orders?.value ?? 0;
};
/** Orders of gift cards only are no orders. */
const counted = (shop: Shop) =>
  [...shop.orders.values()].filter(
    (order) => !order.test && (order.lines.length === 0 || order.lines.some((line) => !line.isGiftCard)),
  ).length;

/** The shop's own jobs have ended: those that follow a first sync would else be met by the outage, as the other shop's is. */
async function settled({ domain }: Shop): Promise<void> {
  const client = new pg.Client({ connectionString: server.url });
  await client.connect();
  await eventually(async () => {
    const waiting = await client.query(
      "SELECT id FROM graphile_worker.jobs WHERE queue_name = $1 AND run_at <= now()",
      [domain],
    );
    expect(waiting.rows).toEqual([]);
  });
  await client.end();
}

it("says so, refuses what it cannot keep, and goes on by itself when the database is back", async () => {
  const merchant = new Merchant(stack.admin, home);
  await merchant.open();
  for await (const state of merchant.sync()) if (state.phase === "complete") break;
  await settled(home);
  expect(await orders(home)).toBe(counted(home));
  // Another shop's first sync is on its way.
  const busy = new Merchant(stack.admin, large);
  await busy.open();
  for await (const { rows } of busy.sync()) if (rows > 0) break;

  await server.stop();
  await eventually(async () => expect((await ask("/readyz")).status).toBe(503));
  expect(await (await ask("/readyz")).text()).toContain("the state database");
  expect((await ask("/healthz")).status).toBe(200);
  await expect(merchant.open()).rejects.toThrow(
    /503 .*(can.{1,6}t reach its database.*Your data are safe|the state database is away)/,
  );
  const { webhooks } = stack.shopify;
  webhooks.hold();
  const placed = home.placeOrder({ lines: [{ quantity: 1 }] });
  await webhooks.advance(0);
  const told = () =>
    webhooks.deliveries.filter(({ shop, body }) => shop === home.domain && body.includes(String(placed.id)));
  expect(told().length).toBeGreaterThan(0);
  for (const { attempts } of told()) expect(attempts.map(({ status }) => status)).toEqual([503]);

  server = await startServer();
  await eventually(async () => expect((await ask("/readyz")).status).toBe(200));
  await merchant.open();
  await webhooks.deliverLate();
  webhooks.resume();
  for (const { state } of told()) expect(state).toBe("delivered");
  await eventually(async () => expect(await orders(home)).toBe(counted(home)));
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
}, 300_000);

/** The server and all that serve its connections stop without a word, as on a machine that hangs; answers how they go on. */
async function hang(): Promise<() => void> {
  const client = new pg.Client({ connectionString: server.url });
  await client.connect();
  const { rows } = await client.query<{ pid: number }>("SELECT pid FROM pg_stat_activity");
  await client.end();
  const lock = await readFile(path.join(directory, "state", "postgres", "postmaster.pid"), "utf8");
  const pids = [Number(lock.split("\n")[0]), ...rows.map(({ pid }) => pid)];
  const all = (signal: NodeJS.Signals) => {
    for (const pid of pids)
      try {
        process.kill(pid, signal);
      } catch {
        // It has ended by itself, as one does of a connection that was closed.
      }
  };
  all("SIGSTOP");
  return () => all("SIGCONT");
}

it("answers at every address while the database says nothing, and goes on when it does again", async () => {
  const goOn = await hang();
  try {
    const token = () => stack.shopify.sessionToken(home.domain);
    const body = JSON.stringify({ id: 1 });
    const hmac = createHmac("sha256", API_SECRET).update(body).digest("base64");
    // The ingress lets no shop ask for all of them at once.
    const turns = new PQueue({ concurrency: 12 });
    const askOf = async (address: string) => {
      const isWebhook = address.startsWith("/webhooks/");
      const response = await fetch(`${stack.appServer}${address}`, {
        redirect: "manual",
        ...(isWebhook ? { method: "POST", body } : {}),
        headers: isWebhook
          ? {
              ...(signed("orders/updated", home.domain, { id: 1 }).headers as object),
              "x-shopify-hmac-sha256": hmac,
            }
          : { authorization: `Bearer ${token()}`, "user-agent": BROWSER },
      });
      await response.arrayBuffer();
      return [address, response.status] as const;
    };
    const answered = await Promise.all(addresses.map((address) => turns.add(() => askOf(address))));
    for (const [address, status] of answered)
      // What needs no database, as the way in, is answered as ever.
      expect([address, status < 500 || status === 503]).toEqual([address, true]);
    const statuses = new Map(answered);
    for (const address of ["/app", "/app/data", "/app/privacy", "/api/kpis", "/api/sync", "/webhooks/orders"])
      expect([address, statuses.get(address)]).toEqual([address, 503]);
    expect((await ask("/readyz")).status).toBe(503);
    expect((await ask("/healthz")).status).toBe(200);
  } finally {
    goOn();
  }
  await eventually(async () => expect((await ask("/readyz")).status).toBe(200));
  await new Merchant(stack.admin, home).open();
  expect(await orders(home)).toBe(counted(home));
  expect(stack.app.end()).toBeNull();
}, 120_000);
