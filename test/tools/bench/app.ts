// What a merchant waits for, measured on the running app: the home page's answer, and the time from an order in the shop
// to its number in the app. `node test/tools/bench/app.ts [--orders N]` prints two rows of a table; the app must be built.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { Temporal } from "temporal-polyfill";
import { Merchant } from "../demo/merchant.ts";
import { startStack } from "../demo/stack.ts";
import { generateShop } from "../../shopify/generate.ts";

const PAGES = 15;
const ORDERS_SEEN = 7;

export interface AppMeasured {
  orders: number;
  /** Milliseconds. The first page after a change computes its figures, the following are kept. */
  firstPage: number;
  unchangedPage: number;
  healthz: number;
  webhookToVisible: { median: number; worst: number };
}

export async function measureApp(orders: number): Promise<AppMeasured> {
  const directory = await mkdtemp(path.join(tmpdir(), "segment-kpis-bench-"));
  const shop = generateShop({ seed: 5, orders, handle: "bench", now: new Date() });
  const stack = await startStack({
    shops: [shop],
    port: 0,
    dataDir: directory,
    mode: "production",
    bulkPace: "instant",
  });
  try {
    const merchant = new Merchant(stack.admin, shop);
    await merchant.open();
    for await (const state of merchant.sync()) if (state.phase === "complete") break;

    const today = Temporal.Now.plainDateISO(shop.timeZone).toString();
    const ordersToday = async () =>
      (await merchant.kpis({ segmentation: "rfm", kpis: "orders", from: today, to: today })).total.kpis.orders
        ?.value ?? 0;
    const timed = async (work: () => Promise<unknown>) => {
      const start = performance.now();
      await work();
      return performance.now() - start;
    };

    const toVisible: number[] = [];
    const firstPages: number[] = [];
    for (let n = 0; n < ORDERS_SEEN; n += 1) {
      const before = await ordersToday();
      shop.placeOrder({ lines: [{ quantity: 1 }] });
      toVisible.push(
        await timed(async () => {
          while ((await ordersToday()) === before) await sleep(20);
        }),
      );
      firstPages.push(await timed(() => merchant.open()));
    }
    const unchanged: number[] = [];
    for (let n = 0; n < PAGES; n += 1) unchanged.push(await timed(() => merchant.open()));
    const healthz: number[] = [];
    for (let n = 0; n < PAGES; n += 1)
      healthz.push(await timed(async () => (await fetch(`${stack.appServer}/healthz`)).text()));
    return {
      orders,
      firstPage: median(firstPages),
      unchangedPage: median(unchanged),
      healthz: median(healthz),
      webhookToVisible: { median: median(toVisible), worst: Math.max(...toVisible) },
    };
  } finally {
    await stack.stop();
    await rm(directory, { recursive: true, force: true });
  }
}

const median = (values: number[]): number =>
  values.sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;

/** Rows of: what, size, the app, the peer, ratio, note. */
export function appRows({
  orders,
  firstPage,
  unchangedPage,
  healthz,
  webhookToVisible,
}: AppMeasured): string[] {
  const size = `${orders.toLocaleString("en")} orders`;
  const ms = (value: number) => `${value.toFixed(0)} ms`;
  return [
    `| Home page, signed in and rendered, after a change | ${size} | ${ms(firstPage)} | ${ms(unchangedPage)} (unchanged) | ${(firstPage / unchangedPage).toFixed(2)} | a bare answer of the same server: ${healthz.toFixed(1)} ms |`,
    `| From an order in the shop to its number in the app | ${size} | ${ms(webhookToVisible.median)} | 60,000 ms (aim) | ${(webhookToVisible.median / 60_000).toFixed(3)} | worst of ${ORDERS_SEEN}: ${ms(webhookToVisible.worst)} |`,
  ];
}

if (import.meta.main) {
  const { values } = parseArgs({ options: { orders: { type: "string", default: "20000" } } });
  console.log(appRows(await measureApp(Number(values.orders))).join("\n"));
}
