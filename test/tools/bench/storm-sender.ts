// Sends signed webhooks at a steady rate, whether or not earlier ones have been answered, from a process of its own so
// that nothing else delays it. Its one argument is a StormOrder as JSON; it prints a StormAnswer.
import { createHmac, randomUUID } from "node:crypto";
import { Agent, request } from "node:http";
import os from "node:os";
import { setTimeout as sleep } from "node:timers/promises";

export interface StormOrder {
  url: string;
  secret: string;
  shops: { domain: string; orders: number[] }[];
  perSecond: number;
  seconds: number;
  /** Before, at a tenth of the rate: neither side is to be measured while it compiles itself. */
  rampSeconds: number;
}

export interface StormAnswer {
  sent: number;
  /** By HTTP status; 0: no answer. */
  statuses: Record<string, number>;
  /** Milliseconds from sending to the answer. */
  p50: number;
  p99: number;
  worst: number;
}

const { url, secret, shops, perSecond, seconds, rampSeconds } = JSON.parse(
  process.argv[2] ?? "",
) as StormOrder;
const agent = new Agent({ keepAlive: true, maxSockets: 128 });
let times: number[] = [];
const statuses: Record<string, number> = {};

function send(number: number): Promise<void> {
  const shop = shops[number % shops.length];
  const body = JSON.stringify({ id: shop?.orders[number % shop.orders.length] });
  const headers = {
    "content-type": "application/json",
    "content-length": Buffer.byteLength(body),
    "x-shopify-topic": "orders/updated",
    "x-shopify-shop-domain": shop?.domain,
    "x-shopify-api-version": "2026-10",
    "x-shopify-webhook-id": randomUUID(),
    "x-shopify-event-id": randomUUID(),
    "x-shopify-triggered-at": new Date().toISOString(),
    "x-shopify-hmac-sha256": createHmac("sha256", secret).update(body).digest("base64"),
  };
  const begun = performance.now();
  return new Promise((resolve) => {
    const done = (status: number) => {
      times.push(performance.now() - begun);
      statuses[status] = (statuses[status] ?? 0) + 1;
      resolve();
    };
    const asked = request(url, { method: "POST", agent, headers, timeout: 5000 }, (response) => {
      response.resume().on("end", () => done(response.statusCode ?? 0));
    });
    asked.on("timeout", () => asked.destroy());
    asked.on("error", () => done(0));
    asked.end(body);
  });
}

/** Stands for Shopify on other machines: what it waits for a core is not the app's. */
try {
  os.setPriority(os.constants.priority.PRIORITY_HIGH);
} catch {
  // Only root may go first.
}

let sent = 0;
async function sendFor(seconds: number, rate: number): Promise<void> {
  const start = performance.now();
  const under: Promise<void>[] = [];
  const all = Math.round(rate * seconds);
  while (under.length < all) {
    const due = Math.min(all, Math.ceil(((performance.now() - start) / 1000) * rate));
    while (under.length < due) under.push(send(sent++));
    await sleep(1);
  }
  await Promise.all(under);
}

await sendFor(rampSeconds, perSecond / 10);
times = [];
await sendFor(seconds, perSecond);
agent.destroy();
times.sort((a, b) => a - b);
const at = (share: number) => times[Math.min(times.length - 1, Math.floor(times.length * share))] ?? NaN;
const answer: StormAnswer = { sent, statuses, p50: at(0.5), p99: at(0.99), worst: at(1) };
process.stdout.write(JSON.stringify(answer));
