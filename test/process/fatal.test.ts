// The running app whose DuckDB dies of what it calls fatal, and finds no memory: merchants are told to come again and nobody that
// anything failed, the next instance has all that was written, and a process in which none lives any more ends and says so.
import { chmod, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { Child } from "../tools/demo/child.ts";
import { Merchant } from "../tools/demo/merchant.ts";
import { nextProcess, type Stack, startStack } from "../tools/demo/stack.ts";
import { eventually } from "../tools/setup/eventually.ts";
import { generateShop } from "../shopify/generate.ts";
import type { Shop } from "../shopify/shop.ts";

const METRICS_TOKEN = "a token that only the monitor has";
const now = new Date();
const [one, two, third, fourth] = [61, 62, 63, 64].map((seed) =>
  generateShop({ seed, orders: 120, handle: `fatal-${seed}`, now }),
) as [Shop, Shop, Shop, Shop];
let directory: string;
let stack: Stack;
let next: Child | undefined;
beforeAll(async () => {
  directory = await mkdtemp(path.join(os.tmpdir(), "segment-kpis-fatal-"));
  // Run by root, PostgreSQL gets another account, which must be able to pass through.
  await chmod(directory, 0o711);
  stack = await startStack({
    ...{ shops: [one, two, third, fourth], port: 0, dataDir: directory, mode: "production" },
    ...{ bulkPace: "instant", env: { METRICS_TOKEN } },
    server: fileURLToPath(new URL("fatal-server.ts", import.meta.url)),
  });
});
afterAll(async () => {
  await next?.stop();
  await stack?.stop();
  await rm(directory, { recursive: true, force: true });
});

async function duckdb(deed: "die" | "die always" | "find no memory" | "find memory"): Promise<void> {
  await writeFile(path.join(directory, "duckdb-does"), deed);
  process.kill(stack.app.pid, "SIGUSR2");
}

const logged = () => readFile(path.join(directory, "app.log"), "utf8");
const question = {
  ...{ segmentation: "country", kpis: "orders,total_sales", from: "2020-01-01", to: "2030-01-01" },
};
const kpisOf = (shop: Shop) => new Merchant(stack.admin, shop).kpis(question);
const ordersOf = async (shop: Shop) => (await kpisOf(shop)).total.kpis["orders"]?.value ?? 0;

/** Until it is complete; fails as soon as the merchant would read that it failed. */
async function complete(shop: Shop): Promise<void> {
  const merchant = new Merchant(stack.admin, shop);
  await eventually(() => merchant.open());
  for await (const { phase } of merchant.sync()) if (phase === "complete") return;
}

const ask = async (shop: Shop, address: string) => {
  const headers = {
    authorization: `Bearer ${stack.shopify.sessionToken(shop.domain)}`,
    "user-agent": "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/140.0.0.0 Safari/537.36",
  };
  const answer = await fetch(stack.appServer + address, { headers });
  return { status: answer.status, text: await answer.text() };
};
/** Other figures each time: none is known from before. */
let days = 0;
const askAnew = (shop: Shop) => {
  days += 1;
  const from = new Date(now.getTime() - (400 + days) * 86_400_000).toISOString().slice(0, 10);
  return ask(shop, `/api/kpis?segmentation=rfm&kpis=orders,net_sales&from=${from}&to=2026-01-01`);
};

async function metric(name: string): Promise<number> {
  const headers = { authorization: `Bearer ${METRICS_TOKEN}` };
  const text = await (await fetch(`${stack.appServer}/metrics`, { headers })).text();
  return Number(new RegExp(`^segment_kpis_${name} (\\d+)$`, "m").exec(text)?.[1] ?? 0);
}

/** What met the outage may wait for its next try; nothing is said to have failed or to have been given up. */
async function nothingFailed(shop: Shop): Promise<void> {
  const state = JSON.parse((await ask(shop, "/api/sync")).text) as {
    error: string | null;
    failedJobs: { error: string; gaveUp: boolean }[];
  };
  expect(state.error).toBeNull();
  for (const { error, gaveUp } of state.failedJobs)
    expect([error, gaveUp]).toEqual([
      expect.stringMatching(/^The app (is opening its figures anew|has more to do than its memory holds)/),
      false,
    ]);
  const { status, text } = await ask(shop, "/app/data.data");
  expect(status).toBe(200);
  expect(text).not.toMatch(/Failed, and tried again|Stopped: /);
}

/** No job is at or waits for another try: met by one death after another, it would wait for longer each time. */
const calm = () =>
  eventually(async () => {
    for (const shop of [one, two])
      expect((await ask(shop, "/api/sync")).text).toMatch(/"failedJobs":\[\].*"retried":\[\]/);
  });

it("goes on with another instance, with all that was written and what came meanwhile", async () => {
  await Promise.all([complete(one), complete(two)]);
  const before = { one: await kpisOf(one), two: await kpisOf(two) };
  const told: (string | number)[] = [];
  for (let times = 1; times <= 2; times += 1) {
    await calm();
    await duckdb("die");
    // Whoever asks first finds out, be it a job.
    await eventually(async () => {
      const { status, text } = await askAnew(one);
      told.push(status === 503 ? text : status);
      expect(await metric("warehouse_revivals_total")).toBeGreaterThanOrEqual(times);
    });
    await eventually(async () => expect((await fetch(`${stack.appServer}/readyz`)).status).toBe(200));
    await eventually(async () => expect((await askAnew(two)).status).toBe(200));
    expect(await kpisOf(two)).toEqual(before.two);
  }
  expect(await kpisOf(one)).toEqual(before.one);
  for (const each of told) if (each !== 200) expect(each).toContain("The app is opening its figures anew");

  // A change that is told of while it is dead.
  await calm();
  const orders = await ordersOf(one);
  await duckdb("die");
  one.placeOrder({ lines: [{ price: 500, quantity: 1 }] });
  await stack.shopify.webhooks.idle();
  await eventually(async () => expect(await ordersOf(one)).toBe(orders + 1));
  await nothingFailed(one);
  await nothingFailed(two);
  expect(stack.app.end()).toBeNull();
});

it("loads a shop whose first sync it died under, and tells nobody that it failed", async () => {
  const merchant = new Merchant(stack.admin, third);
  const revived = await metric("warehouse_revivals_total");
  await calm();
  await duckdb("die");
  await eventually(() => merchant.open());
  await complete(third);
  expect(await ordersOf(third)).toBeGreaterThan(80);
  expect(await metric("warehouse_revivals_total")).toBeGreaterThan(revived);
  await nothingFailed(third);
});

it("finds no memory: an outage that passes, for a merchant who asks and for one whose orders come in", async () => {
  await duckdb("find no memory");
  await eventually(async () => {
    const { status, text } = await askAnew(one);
    expect(status, text).toBe(503);
    expect(text).toContain("The app has more to do than its memory holds right now");
  });
  const merchant = new Merchant(stack.admin, fourth);
  await merchant.open().catch(() => undefined);
  await eventually(async () => expect(await logged()).toMatch(/"job":"\w+"[^\n]*"msg":"MemoryShort"/));
  for (const shop of [one, fourth]) {
    const { status, text } = await ask(shop, "/api/sync");
    expect(text).not.toContain('"failed"');
    expect([200, 503]).toContain(status);
  }
  await duckdb("find memory");
  await complete(fourth);
  expect(await ordersOf(fourth)).toBeGreaterThan(80);
  for (const shop of [one, fourth]) await nothingFailed(shop);
  await eventually(async () => expect((await askAnew(one)).status).toBe(200));
  expect(stack.app.end()).toBeNull();
});

it("ends the process once none lives, in order and with the reason; the next one has everything", async () => {
  const before = [await kpisOf(one), await kpisOf(two)];
  await duckdb("die always");
  const asking = askAnew(one).catch(() => null);
  expect(await stack.app.ended).toBe("exit code 1");
  await asking;
  const log = await logged();
  expect(log).toContain("no instance of DuckDB lives in this process any more");
  expect(log).not.toMatch(/nobody was waiting|nobody caught|could not leave in order|terminate called/);
  next = await nextProcess(stack, { dataDir: directory, port: Number(new URL(stack.appServer).port) });
  await eventually(async () => expect((await fetch(`${stack.appServer}/readyz`)).status).toBe(200));
  expect([await kpisOf(one), await kpisOf(two)]).toEqual(before);
});
