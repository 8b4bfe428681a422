// The built app, asked for what its framework keeps for itself, at every route there is, with and without a session: whatever is
// wrong is the caller's mistake, told as such, and no failure of ours that would raise the alarm.
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { Agent, request } from "node:http";
import os from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { Merchant } from "../tools/demo/merchant.ts";
import { root, type Stack, startStack } from "../tools/demo/stack.ts";
import { addresses } from "../tools/setup/addresses.ts";
import { generateShop } from "../shopify/generate.ts";
import type { Shop } from "../shopify/shop.ts";
import { type Ask, asksOfFramework, asksOfManifest } from "./frameworks.ts";

/** Each asks for its part: the ingress lets none ask for all of it at once. */
const shops = Array.from({ length: 10 }, (_, n) =>
  generateShop({ seed: 50 + n, orders: 10, handle: `asking-${n}`, now: new Date() }),
);
const agent = new Agent({ keepAlive: true });
let directory: string;
let stack: Stack;
beforeAll(async () => {
  directory = await mkdtemp(path.join(os.tmpdir(), "segment-kpis-frameworks-"));
  stack = await startStack({
    ...{ shops, port: 0, dataDir: directory, mode: "production", bulkPace: "instant" },
  });
});
afterAll(async () => {
  agent.destroy();
  await stack?.stop();
  await rm(directory, { recursive: true, force: true });
});

const BROWSER = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/140.0.0.0 Safari/537.36";

/** As it is written, which no client that knows the standard would do. */
function answered(ask: Ask, more: Record<string, string> = {}): Promise<{ status: number; body: string }> {
  const { method, address, headers, body } = ask;
  return new Promise((resolve) => {
    const asked = request(
      {
        ...{ agent, method, path: address, host: "127.0.0.1" },
        port: Number(new URL(stack.appServer).port),
        headers: { "user-agent": BROWSER, ...headers, ...more },
      },
      (response) => {
        const chunks: Buffer[] = [];
        response.on("data", (chunk: Buffer) => chunks.push(chunk));
        response.on("end", () =>
          resolve({ status: response.statusCode ?? 0, body: Buffer.concat(chunks).toString() }),
        );
      },
    );
    asked.on("error", (error) => resolve({ status: 0, body: error.message }));
    asked.end(body);
  });
}

/** As App Bridge asks. */
const signedIn = (shop: Shop) => ({ authorization: `Bearer ${stack.shopify.sessionToken(shop.domain)}` });

async function complete(shop: Shop): Promise<void> {
  const merchant = new Merchant(stack.admin, shop);
  await merchant.open();
  for await (const { phase } of merchant.sync()) if (phase === "complete") break;
}

async function buildVersion(): Promise<string> {
  const names = await readdir(path.join(root, "build/client/assets"));
  const versions = names.flatMap((name) => /^manifest-(\w+)\.js$/.exec(name)?.[1] ?? []);
  expect(versions).toHaveLength(1);
  return versions[0] ?? "";
}

it("answers what only its framework knows with whose mistake it is", async () => {
  const asks = [...addresses.flatMap(asksOfFramework), ...asksOfManifest(await buildVersion())];
  const asksAt = asksOfFramework("/").length;
  const failed: string[] = [];
  let next = 0;
  await Promise.all(
    shops.map(async (shop) => {
      await complete(shop);
      for (let at = next++; at < asks.length; at = next++)
        // Before the way into a shop and behind it the framework is the same: each is asked with a session at every other route.
        for (const headers of (at + Math.floor(at / asksAt)) % 2 === 0 ? [{}, signedIn(shop)] : [{}]) {
          const ask = asks[at];
          if (ask === undefined) throw new Error("there is no such question");
          const { status, body } = await answered(ask, headers);
          if (status < 200 || status >= 500 || status === 429)
            failed.push(`${status} ${ask.method} ${ask.address.slice(0, 120)}: ${body.slice(0, 100)}`);
        }
    }),
  );
  expect(failed).toEqual([]);
  expect(await readFile(path.join(directory, "app.log"), "utf8")).not.toMatch(/"level":[56]0/);
});

it("names the parameter that it does not take, and works out no list of routes without end", async () => {
  for (const address of addresses.filter((each) => !each.startsWith("/webhooks/"))) {
    const { status, body } = await answered({ method: "GET", address: `${address}?_data=routes/app` });
    expect(status, address).toBe(400);
    const text = address.startsWith("/api/") ? (JSON.parse(body) as { error: string }).error : body;
    expect(text, address).toContain('There is no parameter "_data".');
  }
  const manifest = async (...paths: string[]) => {
    const query = paths.map((each) => `&p=${encodeURIComponent(each)}`).join("");
    const address = `/__manifest?version=${await buildVersion()}${query}`;
    return answered({ method: "GET", address });
  };
  const whole = await manifest("/app", "/app/segments/channel/pos");
  expect(whole.status).toBe(200);
  expect(whole.body).toContain("routes/app.segments.$segmentation.$segment");
  expect(await manifest("/a".repeat(16))).toMatchObject({
    status: 400,
    body: '"p" must be a path of at most 15 parts.',
  });
  const many = Array.from({ length: 300 }, (_, n) => `/${n}`);
  expect(await manifest(...many)).toMatchObject({
    status: 400,
    body: 'All "p" together must have at most 512 parts.',
  });
});
