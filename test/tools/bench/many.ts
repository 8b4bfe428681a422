// Many shops in one process: the app itself, with 300 shops of 50 orders and 50 of 1,500 installed in the simulated Shopify; their
// first syncs through the queue, a sweep of all, 100 shops told of by webhooks at once, and a restart. Built first, and then
// `node test/tools/bench/many.ts [--small N] [--large N]` prints three rows of a table, and each part as it ends.
import { mkdtemp, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import PQueue from "p-queue";
import { Temporal } from "temporal-polyfill";
import type { Child } from "../demo/child.ts";
import { Merchant } from "../demo/merchant.ts";
import { nextProcess, type Stack, startStack } from "../demo/stack.ts";
import { generateShop } from "../../shopify/generate.ts";
import type { Order } from "../../shopify/model.ts";
import type { Shop } from "../../shopify/shop.ts";
import { errorsIn, peakMb, until, watch } from "./many-watch.ts";

const SMALL = 50;
const LARGE = 1_500;
const VISITS_AT_ONCE = 8;
const TOLD_AT_ONCE = 100;
const MEMORY_LIMIT_MB = 1_000;
const READY_LIMIT_SECONDS = 5;

export interface ManyMeasured {
  small: number;
  large: number;
  seconds: Record<string, number>;
  /** Of the process that did the work, and of the one that was started anew. */
  worked: { app: number; ingress: number };
  restarted: { app: number; ingress: number };
  readySeconds: number;
  failures: string[];
}

export async function measureMany({ small = 300, large = 50 } = {}): Promise<ManyMeasured> {
  // The app as it runs, not as tests run it.
  delete process.env.WAREHOUSE_THREADS;
  const directory = await mkdtemp(path.join(os.tmpdir(), "segment-kpis-bench-"));
  const now = new Date();
  const shops = Array.from({ length: small + large }, (_, n) =>
    generateShop({ seed: n + 1, orders: n < small ? SMALL : LARGE, handle: `bench-${n}`, now }),
  );
  const stack = await startStack({
    ...{ shops, port: 0, dataDir: directory, mode: "production", bulkPace: "instant" },
  });
  let app: Child = stack.app;
  const state = await watch(directory);
  const seconds: Record<string, number> = {};
  const failures: string[] = [];
  const timed = async (what: string, work: () => Promise<unknown>) => {
    const start = performance.now();
    await work();
    seconds[what] = (performance.now() - start) / 1000;
    console.error(`${what}: ${seconds[what].toFixed(1)} s, load average ${os.loadavg()[0]?.toFixed(1)}`);
  };
  const each = (work: (shop: Shop) => Promise<unknown>) => {
    const visits = new PQueue({ concurrency: VISITS_AT_ONCE });
    return Promise.all(
      shops.map((shop) => visits.add(() => work(shop).catch((error: Error) => failures.push(error.message)))),
    );
  };
  const askAll = () => each((shop) => rightFigures(stack, shop));
  try {
    await timed("installed and loaded", async () => {
      await each((shop) => new Merchant(stack.admin, shop).open());
      await until(async () => (await state.shops(`"firstSyncFinishedAt" IS NOT NULL`)) === shops.length);
    });
    await timed("then checked", () => state.worked());
    // What a sweep finds that nobody had told of.
    stack.shopify.webhooks.hold();
    for (const shop of shops) shop.placeOrder({ lines: [{ quantity: 1 }] });
    const begun = new Date().toISOString();
    await timed("swept", async () => {
      await state.ask("sweep_all");
      await until(async () => (await state.shops(`"lastSweepAt" > '${begun}'`)) === shops.length);
    });
    stack.shopify.webhooks.resume();
    await stack.shopify.webhooks.idle();
    await state.worked();
    const told = shops.slice(-TOLD_AT_ONCE);
    await timed(`${told.length} told at once`, async () => {
      for (const shop of told) shop.placeOrder({ lines: [{ quantity: 1 }] });
      await stack.shopify.webhooks.idle();
      await state.worked();
    });
    await timed("asked", askAll);
    failures.push(...(await state.failures()));
    const worked = await peakMb(app.pid);

    await app.stop();
    const start = performance.now();
    app = await nextProcess(stack, { dataDir: directory, port: Number(new URL(stack.appServer).port) });
    await ready(stack, app);
    const readySeconds = (performance.now() - start) / 1000;
    await timed("asked after the restart", askAll);
    await state.worked();
    failures.push(...(await state.failures()), ...(await errorsIn(path.join(directory, "app.log"))));
    return { small, large, seconds, worked, restarted: await peakMb(app.pid), readySeconds, failures };
  } finally {
    await state.close().catch(() => undefined);
    await app.stop();
    await stack.stop();
    await rm(directory, { recursive: true, force: true });
  }
}

/** What moves so soon after checkout, such as an upsell, is part of the order as placed. */
const CHECKOUT_MS = 90_000;

/** Placed for gift cards alone, whatever tip or shipping stood beside them. */
function isOfGiftCards({ agreements }: Order): boolean {
  const checkout = Math.min(...agreements.map(({ happenedAt }) => Date.parse(happenedAt)));
  const placed = agreements.filter(({ happenedAt }) => Date.parse(happenedAt) - checkout <= CHECKOUT_MS);
  const lines = new Set(placed.flatMap(({ sales }) => sales.map(({ line }) => line)));
  return lines.has("GIFT_CARD") && !lines.has("PRODUCT");
}

/** @throws when the app's answer is another than the shop's own count */
async function rightFigures(stack: Stack, shop: Shop): Promise<void> {
  const to = Temporal.Now.plainDateISO(shop.timeZone).toString();
  const question = { segmentation: "country", kpis: "orders", from: "2010-01-01", to };
  const { total } = await new Merchant(stack.admin, shop).kpis(question);
  const counted = [...shop.orders.values()].filter((order) => !order.test && !isOfGiftCards(order)).length;
  if (total.kpis.orders?.value !== counted)
    throw new Error(
      `${shop.domain} has ${counted} orders, the app says ${total.kpis.orders?.value ?? "nothing"}`,
    );
}

async function ready({ appServer }: Stack, app: Child): Promise<void> {
  for (;;) {
    const answer = await fetch(`${appServer}/readyz`).catch(() => null);
    await answer?.body?.cancel();
    if (answer?.status === 200) return;
    if (app.end() !== null) throw new Error(`The app did not become ready: ${app.end()}. ${app.tail()}`);
    await sleep(20);
  }
}

/** Rows of: what, size, the app, the limit, ratio, note. */
export function manyRows(measured: ManyMeasured): string[] {
  const { small, large, seconds, worked, restarted, readySeconds, failures } = measured;
  const size = `${small} shops × ${SMALL} orders, ${large} shops × ${LARGE.toLocaleString("en")} orders`;
  const took = Object.entries(seconds).map(([what, each]) => `${what} ${each.toFixed(1)} s`);
  const peak = Math.max(worked.app, restarted.app);
  return [
    `| Many shops in a process, peak memory | ${size} | ${peak} MB | ${MEMORY_LIMIT_MB} MB (limit) | ${(peak / MEMORY_LIMIT_MB).toFixed(2)} | ${took.join(", ")}; its ingress ${worked.ingress} MB |`,
    `| Many shops in a process, failures | ${size} | ${failures.length} | 0 (limit) | – | ${failures[0]?.slice(0, 200) ?? "none"} |`,
    `| Many shops, restarted until it is ready | ${size} | ${readySeconds.toFixed(2)} s | ${READY_LIMIT_SECONDS} s (limit) | ${(readySeconds / READY_LIMIT_SECONDS).toFixed(2)} | ${restarted.app} MB when every shop was asked once |`,
  ];
}

if (import.meta.main) {
  const { values } = parseArgs({
    options: { small: { type: "string", default: "300" }, large: { type: "string", default: "50" } },
  });
  const measured = await measureMany({ small: Number(values.small), large: Number(values.large) });
  for (const each of new Set(measured.failures)) console.error(each.slice(0, 300));
  console.log(manyRows(measured).join("\n"));
  process.exit();
}
