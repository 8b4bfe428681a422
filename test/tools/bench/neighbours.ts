// A small shop's home page alone, and beside a shop of 5,000 orders that floods, asks and leaves, and asks for files that it
// does not read. `node test/tools/bench/neighbours.ts` prints a row of a table.
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { Merchant } from "../demo/merchant.ts";
import { startStack } from "../demo/stack.ts";
import { senderOf, webhookOf } from "../../process/hostility.ts";
import "../setup/env.ts";
import type { Attack } from "./neighbours-attacker.ts";
import { generateShop } from "../../shopify/generate.ts";

const HOSTILE_ORDERS = 5_000;
const QUIET_ORDERS = 500;
const PAGES = 30;
const PAUSE_MS = 200;
const RAMP_MS = 3_000;
const ATTACK_SECONDS = 600;
const ATTACKER = fileURLToPath(new URL("neighbours-attacker.ts", import.meta.url));
const LIMIT_MS = 1_000;

export interface NeighboursMeasured {
  alone: number[];
  beside: number[];
  webhooks: { kept: number; sent: number };
}

export async function measureNeighbours(): Promise<NeighboursMeasured> {
  // The app as it runs, not as tests run it.
  delete process.env.WAREHOUSE_THREADS;
  const dataDir = await mkdtemp(path.join(tmpdir(), "segment-kpis-bench-"));
  const now = new Date();
  const hostile = generateShop({ seed: 6, orders: HOSTILE_ORDERS, handle: "hostile", now });
  const quiet = generateShop({ seed: 7, orders: QUIET_ORDERS, handle: "quiet", now });
  const stack = await startStack({
    ...{ shops: [hostile, quiet], port: 0, dataDir, mode: "production", bulkPace: "instant" },
  });
  let attacker: ChildProcess | undefined;
  try {
    for (const shop of [hostile, quiet]) {
      const merchant = new Merchant(stack.admin, shop);
      await merchant.open();
      for await (const { phase } of merchant.sync()) if (phase === "complete") break;
    }
    const merchant = new Merchant(stack.admin, quiet);
    const pages = async () => {
      const took: number[] = [];
      for (let n = 0; n < PAGES; n += 1) {
        const start = performance.now();
        await merchant.open();
        took.push(performance.now() - start);
      }
      return took.sort((a, b) => a - b);
    };
    const alone = await pages();

    const { token, ...sender } = senderOf(stack, hostile);
    const attack: Attack = { ...sender, token: token(ATTACK_SECONDS) };
    attacker = spawn(process.execPath, [ATTACKER, JSON.stringify(attack)], { stdio: "ignore" });
    let over = false;
    const webhooks = { kept: 0, sent: 0 };
    const telling = (async () => {
      for (; !over; await sleep(PAUSE_MS)) {
        const { id } = quiet.placeOrder({ lines: [{ quantity: 1 }] });
        webhooks.sent += 1;
        if ((await webhookOf(senderOf(stack, quiet), { id })).status === 200) webhooks.kept += 1;
      }
    })();
    await sleep(RAMP_MS);
    const beside = await pages().finally(() => (over = true));
    await telling;
    if (attacker.exitCode !== null) throw new Error("The attack ended by itself.");
    return { alone, beside, webhooks };
  } finally {
    attacker?.kill("SIGKILL");
    await stack.stop();
    await rm(dataDir, { recursive: true, force: true });
  }
}

/** A row of: what, size, the app, the limit, ratio, note. */
export function neighboursRow({ alone, beside, webhooks }: NeighboursMeasured): string {
  const p95 = (took: number[]) => took[Math.ceil(took.length * 0.95) - 1] ?? NaN;
  const size = `${QUIET_ORDERS} orders beside ${HOSTILE_ORDERS.toLocaleString("en")}`;
  const note = `alone ${p95(alone).toFixed(0)} ms; worst ${Math.max(...beside).toFixed(0)} ms; ${webhooks.kept} of ${webhooks.sent} webhooks kept`;
  return `| Home page beside a hostile shop (p95 of ${PAGES}) | ${size} | ${p95(beside).toFixed(0)} ms | ${LIMIT_MS} ms (limit) | ${(p95(beside) / LIMIT_MS).toFixed(2)} | ${note} |`;
}

if (import.meta.main) console.log(neighboursRow(await measureNeighbours()));
