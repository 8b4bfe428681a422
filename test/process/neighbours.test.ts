// Two shops in the built app. One of them does what it can to take the machine; the other one's pages, figures and webhooks go
// on as if it were alone.
import { mkdtemp, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { Temporal } from "temporal-polyfill";
import { afterAll, beforeAll, expect, it } from "vitest";
import { Merchant } from "../tools/demo/merchant.ts";
import { type Stack, startStack } from "../tools/demo/stack.ts";
import { generateShop } from "../shopify/generate.ts";
import type { Shop } from "../shopify/shop.ts";
import { askOf, breakCopy, Hostility, senderOf, webhookOf } from "./hostility.ts";
import { eventually } from "../tools/setup/eventually.ts";
const now = new Date();
const hostile = generateShop({ seed: 31, orders: 400, handle: "hostile", now });
const quiet = generateShop({ seed: 32, orders: 60, handle: "quiet", now });
let directory: string;
let stack: Stack;
let hostility: Hostility;
beforeAll(async () => {
  directory = await mkdtemp(path.join(os.tmpdir(), "segment-kpis-neighbours-"));
  stack = await startStack({
    shops: [hostile, quiet],
    port: 0,
    dataDir: directory,
    mode: "production",
    bulkPace: "instant",
  });
  hostility = new Hostility(senderOf(stack, hostile));
});
afterAll(async () => {
  hostility?.end();
  await stack?.stop();
  await rm(directory, { recursive: true, force: true });
});

async function orders(shop: Shop): Promise<number> {
  const { total } = await new Merchant(stack.admin, shop).kpis({
    segmentation: "country",
    kpis: "orders",
    from: "2018-01-01",
    to: Temporal.Now.plainDateISO(shop.timeZone).toString(),
  });
  return total.kpis.orders?.value ?? 0;
}
const counted = (shop: Shop) =>
  [...shop.orders.values()].filter(
    (order) => !order.test && (order.lines.length === 0 || order.lines.some((line) => !line.isGiftCard)),
  ).length;
async function synced(shop: Shop): Promise<void> {
  const merchant = new Merchant(stack.admin, shop);
  await merchant.open();
  for await (const { phase } of merchant.sync()) if (phase === "complete") break;
}

it("leave each other alone, whatever one of them does", async () => {
  await Promise.all([synced(hostile), synced(quiet)]);
  const before = await orders(hostile);
  const mine = new Merchant(stack.admin, quiet);
  const answered: number[] = [];
  const kept: number[] = [];
  /** The other shop works: a page is opened, a question asked, an order comes and is told of. */
  async function works(): Promise<void> {
    await mine.open();
    answered.push((await askOf(senderOf(stack, quiet), 30 + answered.length)).status);
    const { id } = quiet.placeOrder({ lines: [{ quantity: 1 }] });
    kept.push((await webhookOf(senderOf(stack, quiet), { id })).status);
  }

  const flooding = hostility.flood(300);
  await works();
  for (const status of await flooding) expect([200, 400, 503]).toContain(status);

  hostility.neverRead(12);
  await works();

  const abandoning = hostility.abandon(2_000);
  await works();
  await abandoning;
  await works();

  // A record that nobody can read, beside one that can be.
  const bad = hostile.placeOrder({ lines: [{ quantity: 1 }] });
  Object.assign(bad, { currentTotal: NaN });
  hostile.placeOrder({ lines: [{ quantity: 1 }] });
  await stack.shopify.webhooks.idle();
  await works();
  await eventually(async () => expect(await orders(hostile)).toBe(before + 1));

  // Its figures stay right by what is in memory, or the shop is read anew.
  await breakCopy(directory, hostile);
  hostile.placeOrder({ lines: [{ quantity: 1 }] });
  await stack.shopify.webhooks.idle();
  await works();

  expect(answered).toEqual(answered.map(() => 200));
  expect(kept).toEqual(kept.map(() => 200));
  await eventually(async () => expect(await orders(quiet)).toBe(counted(quiet)));
  await eventually(async () => expect(await orders(hostile)).toBe(before + 2));
  expect(stack.app.end()).toBeNull();
}, 300_000);
