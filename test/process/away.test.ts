// The app's process does not answer for a while, as in a long stop of its collector or before it has started: what Shopify asks
// on behalf of customers is kept at the ingress all the same, and done when it is back.
import { mkdtemp, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import pg from "pg";
import { afterAll, beforeAll, expect, it } from "vitest";
import { Merchant } from "../tools/demo/merchant.ts";
import { type Stack, startStack } from "../tools/demo/stack.ts";
import { freshDatabase } from "../tools/setup/database.ts";
import { generateShop } from "../shopify/generate.ts";
import { eventually } from "../tools/setup/eventually.ts";
const shop = generateShop({ seed: 5, orders: 40, now: new Date(), handle: "away" });
let directory: string;
let state: pg.Client;
let stack: Stack;
beforeAll(async () => {
  directory = await mkdtemp(path.join(os.tmpdir(), "segment-kpis-away-"));
  const url = await freshDatabase();
  state = new pg.Client({ connectionString: url });
  await state.connect();
  stack = await startStack({
    shops: [shop],
    port: 0,
    dataDir: directory,
    mode: "production",
    bulkPace: "instant",
    env: { DATABASE_URL: url },
  });
});
afterAll(async () => {
  await stack?.stop();
  await state?.end();
  await rm(directory, { recursive: true, force: true });
});

const count = async (sql: string) =>
  (await state.query<{ n: number }>(`SELECT count(*)::int AS n FROM ${sql}`)).rows[0]?.n;

it("keeps what comes meanwhile, and works it off in order afterwards", async () => {
  const merchant = new Merchant(stack.admin, shop);
  await merchant.open();
  for await (const { phase } of merchant.sync()) if (phase === "complete") break;
  const [customer = 0] = [...shop.customers.keys()];
  const { webhooks } = stack.shopify;

  process.kill(stack.app.pid, "SIGSTOP");
  try {
    shop.requestCustomerData(customer);
    shop.redactCustomer(customer);
    stack.shopify.uninstall(shop.domain);
    stack.shopify.redactShop(shop.domain);
    await webhooks.idle();
    const told = webhooks.deliveries.filter(({ topic }) =>
      ["customers/data_request", "customers/redact", "shop/redact", "app/uninstalled"].includes(topic),
    );
    expect(told.map(({ attempts }) => attempts.map(({ status }) => status))).toEqual(told.map(() => [200]));
    expect(told).toHaveLength(4);
    expect(await count(`"PrivacyRequest" WHERE "doneAt" IS NULL`)).toBe(3);
    expect(await count(`"Shop" WHERE "uninstalledAt" IS NULL`)).toBe(1);
  } finally {
    process.kill(stack.app.pid, "SIGCONT");
  }
  await eventually(async () => {
    for (const table of ["Shop", "Session", "PrivacyRequest", "WebhookEvent"])
      expect(await count(`"${table}"`), table).toBe(0);
  });
  expect(stack.app.end()).toBeNull();
});
