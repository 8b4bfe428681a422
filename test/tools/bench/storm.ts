// A storm of webhooks on the running app, while it loads another shop and shows two home pages over and over: how soon
// each is answered, what the process takes, and that nothing is lost. `node test/tools/bench/storm.ts [--seconds N]
// [--per-second N] [--orders N]` prints one row of a table; the app must be built.
import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { parseArgs, promisify } from "node:util";
import pg from "pg";
import { startPostgres } from "../../../prisma/embedded.ts";
import { Merchant } from "../demo/merchant.ts";
import { API_SECRET, startStack } from "../demo/stack.ts";
import { generateShop } from "../../shopify/generate.ts";
import type { StormAnswer, StormOrder } from "./storm-sender.ts";

const run = promisify(execFile);
const LIMIT_MS = 50;
const RAMP_SECONDS = 3;

export interface StormMeasured extends StormAnswer {
  perSecond: number;
  seconds: number;
  shops: number;
  pages: number;
  syncRows: number;
  /** Largest resident memory of the app's two processes together, in MB; 0 where the system does not tell. */
  peakMb: number;
  /** Events not worked off when the storm ended, and the seconds until they were. */
  backlog: number;
  drainSeconds: number;
  /** Answered with 200 and not noted; must be none. */
  lost: number;
}

export async function measureStorm({
  perSecond = 300,
  seconds = 20,
  orders = 20_000,
}: { perSecond?: number; seconds?: number; orders?: number } = {}): Promise<StormMeasured> {
  const directory = await mkdtemp(path.join(os.tmpdir(), "segment-kpis-storm-"));
  const now = new Date();
  const shops = [1, 2, 3].map((seed) => generateShop({ seed, orders: 2000, handle: `storm-${seed}`, now }));
  const loading = generateShop({ seed: 9, orders, handle: "loading", now });
  const stack = await startStack({
    shops: [...shops, loading],
    port: 0,
    dataDir: directory,
    mode: "production",
    bulkPace: "believable",
  });
  // Joins the app's own database server, and leaves it running.
  const server = await startPostgres(path.join(directory, "postgres"));
  const state = new pg.Client({ connectionString: server.url });
  try {
    await state.connect();
    const merchants = shops.map((shop) => new Merchant(stack.admin, shop));
    for (const merchant of merchants) {
      await merchant.open();
      for await (const { phase } of merchant.sync()) if (phase === "complete") break;
    }
    const count = async (where: string) => {
      const { rows } = await state.query<{ n: string }>(
        `SELECT count(*) AS n FROM "WebhookEvent" WHERE topic = 'orders/updated' AND ${where}`,
      );
      return Number(rows[0]?.n);
    };
    const before = await count("true");

    let storming = true;
    let pages = 0;
    let peakMb = 0;
    const visits = merchants.slice(0, 2).map(async (merchant) => {
      for (; storming; pages += 1) await merchant.open();
    });
    const memory = (async () => {
      for (; storming; await sleep(500)) peakMb = Math.max(peakMb, await residentMb(stack.app.pid));
    })();
    const order: StormOrder = {
      url: `${stack.appServer}/webhooks/orders`,
      secret: API_SECRET,
      shops: shops.map((shop) => ({ domain: shop.domain, orders: [...shop.orders.keys()] })),
      perSecond,
      seconds,
      rampSeconds: RAMP_SECONDS,
    };
    const sender = fileURLToPath(new URL("storm-sender.ts", import.meta.url));
    const sending = run(process.execPath, [sender, JSON.stringify(order)], { maxBuffer: 1e7 });
    // This process is the simulated Shopify, which would not share the app's cores.
    os.setPriority(os.constants.priority.PRIORITY_BELOW_NORMAL);
    await sleep(RAMP_SECONDS * 1000);
    const newcomer = new Merchant(stack.admin, loading);
    await newcomer.open();
    const { stdout } = await sending;
    const answer = JSON.parse(stdout) as StormAnswer;
    const ended = performance.now();
    const backlog = await count(`"processedAt" IS NULL`);
    let syncRows = 0;
    for await (const { rows } of newcomer.sync()) {
      syncRows = rows;
      break;
    }
    storming = false;
    await Promise.all([...visits, memory]);
    while ((await count(`"processedAt" IS NULL`)) > 0) await sleep(100);
    const drainSeconds = (performance.now() - ended) / 1000;
    const noted = (await count("true")) - before;
    return {
      ...answer,
      perSecond,
      seconds,
      shops: shops.length,
      pages,
      syncRows,
      peakMb: Math.round(peakMb),
      backlog,
      drainSeconds,
      lost: (answer.statuses[200] ?? 0) - noted,
    };
  } finally {
    await state.end().catch(() => undefined);
    await stack.stop();
    await server.stop();
    await rm(directory, { recursive: true, force: true });
  }
}

/** Of the process and its children that run Node, without the database's. */
async function residentMb(pid: number): Promise<number> {
  const of = async (file: string) => readFile(`/proc/${file}`, "utf8").catch(() => "");
  const children = (await of(`${pid}/task/${pid}/children`)).trim().split(" ").filter(Boolean);
  let all = 0;
  for (const each of [String(pid), ...children]) {
    const status = await of(`${each}/status`);
    if (/^Name:\s+postgres/m.test(status)) continue;
    all += Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1] ?? 0) / 1024;
  }
  return all;
}

/** A row of: what, size, the app, the limit, ratio, remarks. */
export function stormRow(measured: StormMeasured): string {
  const { perSecond, seconds, shops, sent, statuses, p50, p99, worst } = measured;
  const whole = (value: number) => value.toLocaleString("en", { maximumFractionDigits: 0 });
  const answers = Object.entries(statuses).map(([status, times]) => `${whole(times)} × ${status}`);
  const notes = [
    `p50 ${p50.toFixed(1)} ms, worst ${worst.toFixed(0)} ms; ${answers.join(", ")}; ${measured.lost} lost`,
    `${measured.pages} pages and ${whole(measured.syncRows)} rows of a first sync meanwhile`,
    `${measured.peakMb} MB; ${whole(measured.backlog)} waiting at the end, none after ${measured.drainSeconds.toFixed(1)} s`,
  ];
  return `| Storm of webhooks: ${perSecond} a second for ${seconds} s, answered (p99) | ${whole(sent)} events, ${shops} shops | ${p99.toFixed(1)} ms | ${LIMIT_MS} ms (limit) | ${(p99 / LIMIT_MS).toFixed(2)} | ${notes.join("; ")} |`;
}

if (import.meta.main) {
  const { values } = parseArgs({
    options: {
      seconds: { type: "string", default: "20" },
      "per-second": { type: "string", default: "300" },
      orders: { type: "string", default: "20000" },
    },
  });
  const measured = await measureStorm({
    seconds: Number(values.seconds),
    perSecond: Number(values["per-second"]),
    orders: Number(values.orders),
  });
  console.log(stormRow(measured));
}
