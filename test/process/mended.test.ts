// The built app whose copies of shops are damaged between two starts, each in another way: pages say that the orders are read
// anew, in words for a merchant, and come back by themselves with the figures they had; a shop beside them notices nothing.
import { chmod, copyFile, mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { namespaceOf } from "../../app/warehouse/namespace.ts";
import type { Child } from "../tools/demo/child.ts";
import { type KpiAnswer, Merchant } from "../tools/demo/merchant.ts";
import { nextProcess, type Stack, startStack } from "../tools/demo/stack.ts";
import { eventually } from "../tools/setup/eventually.ts";
import { generateShop } from "../shopify/generate.ts";
import type { Shop } from "../shopify/shop.ts";
import { cutLog, damage, garbleLog, leaveWithLog } from "./damage.ts";

const METRICS_TOKEN = "a token that only the monitor has";
const now = new Date();
const made = (handle: string, seed: number) => generateShop({ seed, orders: 150, handle, now });
const damaged = Object.keys(damage).map((way, n) => ({
  way: way as keyof typeof damage,
  shop: made(way, 41 + n),
}));
const half = made("half", 51);
const noise = made("noise", 52);
const whole = made("whole", 53);
const all = [...damaged.map(({ shop }) => shop), half, noise, whole];
let directory: string;
let stack: Stack;
let app: Child;
const figures = new Map<Shop, KpiAnswer>();

beforeAll(async () => {
  directory = await mkdtemp(path.join(os.tmpdir(), "segment-kpis-mended-"));
  // Run by root, PostgreSQL gets another account, which must be able to pass through.
  await chmod(directory, 0o711);
  stack = await startStack({
    ...{ shops: all, port: 0, dataDir: directory, mode: "production", bulkPace: "instant" },
    env: { METRICS_TOKEN },
  });
  app = stack.app;
});
afterAll(async () => {
  await app?.stop();
  await stack?.stop();
  await rm(directory, { recursive: true, force: true });
});

const fileOf = (shop: Shop) => path.join(directory, "warehouse", `${namespaceOf(shop.domain)}.duckdb`);
const asideOf = async (shop: Shop) =>
  (await readdir(path.join(directory, "warehouse"))).filter((name) =>
    name.startsWith(`${namespaceOf(shop.domain)}.duckdb.broken-`),
  );

async function startAgain(): Promise<void> {
  app = await nextProcess(stack, {
    dataDir: directory,
    port: Number(new URL(stack.appServer).port),
    env: { METRICS_TOKEN },
  });
  await eventually(async () => expect((await fetch(`${stack.appServer}/readyz`)).status).toBe(200));
}

async function putAside(): Promise<number> {
  const headers = { authorization: `Bearer ${METRICS_TOKEN}` };
  const metrics = await (await fetch(`${stack.appServer}/metrics`, { headers })).text();
  return Number(/^segment_kpis_warehouse_copies_broken_total (\d+)$/m.exec(metrics)?.[1] ?? 0);
}

const kpisOf = (shop: Shop) =>
  new Merchant(stack.admin, shop).kpis({
    ...{ segmentation: "country", kpis: "orders,total_sales", from: "2020-01-01", to: "2030-01-01" },
  });

async function complete(shop: Shop): Promise<void> {
  for await (const { phase } of new Merchant(stack.admin, shop).sync()) if (phase === "complete") return;
}

/** What the merchant sees who opens the app now. */
const visit = (shop: Shop) =>
  new Merchant(stack.admin, shop).open().then(
    (page) => (page.includes("copy of your shop was lost or damaged") ? "loads, and says so" : "loads"),
    (error: Error) => error.message,
  );

async function expectMended(
  shop: Shop,
  { puts, says = true }: { puts: number; says?: boolean },
): Promise<void> {
  const page = await visit(shop);
  expect(page, shop.handle).toMatch(/^loads|503.*read from Shopify anew/s);
  expect(page, shop.handle).not.toMatch(/duckdb|IO Error|\/warehouse/i);
  await complete(shop);
  await eventually(async () => expect(await kpisOf(shop), shop.handle).toEqual(figures.get(shop)));
  // Whoever found it out, a page or a job.
  expect(await visit(shop), shop.handle).toBe(says ? "loads, and says so" : "loads");
  expect(
    (await asideOf(shop)).filter((name) => !name.endsWith(".wal")),
    shop.handle,
  ).toHaveLength(puts);
}

it("reads anew by itself what was garbled, cut short, zeroed or lost, says so, and shows the figures it had", async () => {
  await Promise.all(
    all.map(async (shop) => {
      await new Merchant(stack.admin, shop).open();
      await complete(shop);
      figures.set(shop, await kpisOf(shop));
    }),
  );
  for (const [{ handle }, { total }] of figures)
    expect(total.kpis["orders"]?.value, handle).toBeGreaterThan(80);

  await app.stop();
  for (const { way, shop } of damaged) await damage[way](fileOf(shop));
  for (const shop of [half, noise])
    await copyFile(fileOf(shop), path.join(directory, `${shop.handle}.before`));
  await startAgain();

  expect(await visit(whole)).toBe("loads");
  expect(await kpisOf(whole)).toEqual(figures.get(whole));
  await Promise.all(damaged.map(({ way, shop }) => expectMended(shop, { puts: way === "missing" ? 0 : 1 })));
  expect(await putAside()).toBe(3);
  expect(await kpisOf(whole)).toEqual(figures.get(whole));
});

it("finds out what half of a log has lost, and reads anew where the log is noise", async () => {
  for (const shop of [half, noise])
    for (let n = 0; n < 20; n += 1) shop.placeOrder({ lines: [{ price: 500, quantity: 1 }] });
  for (const shop of [half, noise]) {
    const before = figures.get(shop)?.total.kpis["orders"]?.value ?? 0;
    await eventually(async () => {
      const answer = await kpisOf(shop);
      expect(answer.total.kpis["orders"]?.value).toBe(before + 20);
      figures.set(shop, answer);
    });
  }
  await app.stop();
  for (const [shop, harm] of [
    [half, cutLog],
    [noise, garbleLog],
  ] as const)
    await harm(fileOf(shop), await leaveWithLog(fileOf(shop), path.join(directory, `${shop.handle}.before`)));
  await startAgain();

  await Promise.all([
    expectMended(half, { puts: 0, says: false }),
    expectMended(noise, { puts: 1 }),
    ...[whole, ...damaged.map(({ shop }) => shop)].map(async (shop) =>
      expect(await kpisOf(shop), shop.handle).toEqual(figures.get(shop)),
    ),
  ]);
  expect(await readFile(path.join(directory, "app.log"), "utf8")).toMatch(
    new RegExp(`"shop":"${half.domain}"[^\\n]*was left with a log beside it`),
  );
  expect(await putAside()).toBe(1);
});
