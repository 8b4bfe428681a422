// A deploy: the next process starts beside the old one on the same data, webhooks never stop coming, the old one leaves.
import { chmod, mkdtemp, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { openWarehouse } from "../../app/warehouse/warehouse.server.ts";
import { type EmbeddedPostgres, startPostgres } from "../../prisma/embedded.ts";
import { Merchant } from "../tools/demo/merchant.ts";
import { freePort, nextProcess, type Stack, startStack } from "../tools/demo/stack.ts";
import { generateShop } from "../shopify/generate.ts";
import { booksIn, booksOf } from "../engine/sync/world.ts";
import { freshDatabase } from "../tools/setup/database.ts";
import pg from "pg";
import { eventually } from "../tools/setup/eventually.ts";
let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(path.join(os.tmpdir(), "segment-kpis-deploy-"));
  // Run by root, PostgreSQL gets another account, which must be able to pass through.
  await chmod(directory, 0o711);
});
afterAll(() => rm(directory, { recursive: true, force: true }));

describe.each(["embedded", "given"] as const)("with the %s state database", (kind) => {
  let stack: Stack;
  let joined: EmbeddedPostgres | null = null;
  afterAll(async () => {
    await stack?.stop();
    await joined?.stop();
  });

  it("loses no webhook, refuses none for longer than Shopify tries, and ends with the shop's own tables", async () => {
    const dataDir = path.join(directory, kind);
    const env: Record<string, string> = kind === "given" ? { DATABASE_URL: await freshDatabase() } : {};
    const shop = generateShop({ seed: 6, orders: 40, now: new Date(), handle: `deploy-${kind}` });
    stack = await startStack({
      shops: [shop],
      port: 0,
      dataDir,
      mode: "production",
      bulkPace: "instant",
      env,
    });
    const merchant = new Merchant(stack.admin, shop);
    await merchant.open();
    for await (const { phase } of merchant.sync()) if (phase === "complete") break;
    const { webhooks } = stack.shopify;
    let load = true;
    const storm = (async () => {
      while (load) {
        shop.placeOrder({ lines: [{ quantity: 1 }] });
        const [told] = webhooks.deliveries.slice(-1);
        await eventually(() => expect(told?.attempts.length).toBeGreaterThan(0));
      }
    })();

    const port = await freePort();
    const address = `http://127.0.0.1:${port}`;
    const next = await nextProcess(stack, { port, dataDir, env });
    try {
      const ask = async (where: string) => (await fetch(address + where)).status;
      await eventually(async () => expect(await ask("/healthz")).toBe(200));
      // It takes in webhooks while it waits for the warehouse, which the old process holds.
      expect(await ask("/readyz")).toBe(503);
      stack.shopify.setAppUrl(address);
      const sent = webhooks.deliveries.length;
      await eventually(() => expect(webhooks.deliveries.length).toBeGreaterThan(sent + 10));
      await eventually(() =>
        expect(
          webhooks.deliveries.filter(({ url, state }) => url.startsWith(address) && state === "delivered")
            .length,
        ).toBeGreaterThan(5),
      );
      expect(await ask("/readyz")).toBe(503);

      await stack.app.stop();
      // One that takes longer than its ten seconds ends with 1.
      expect(stack.app.end()).toBe("exit code 0");
      await eventually(async () => expect(await ask("/readyz")).toBe(200));
      load = false;
      await storm;
      await webhooks.idle();
      expect(webhooks.deliveries.filter(({ state }) => state !== "delivered")).toEqual([]);

      const url = env.DATABASE_URL ?? (joined = await startPostgres(path.join(dataDir, "postgres"))).url;
      const client = new pg.Client({ connectionString: url });
      await client.connect();
      const count = async (sql: string) =>
        z.object({ n: z.string() }).parse((await client.query<{ n: string }>(sql)).rows[0]).n;
      await eventually(async () =>
        expect(await count(`SELECT count(*) AS n FROM "WebhookEvent" WHERE "processedAt" IS NULL`)).toBe("0"),
      );
      const events = new Set(webhooks.deliveries.map(({ topic, eventId }) => `${topic} ${eventId}`));
      expect(await count(`SELECT count(*) AS n FROM "WebhookEvent"`)).toBe(String(events.size));
      await client.end();
      await next.stop();
      expect(next.end()).toBe("exit code 0");
    } finally {
      load = false;
      await next.stop();
    }
    const warehouse = await openWarehouse({ directory: path.join(dataDir, "warehouse") });
    expect(await booksIn(warehouse, shop)).toEqual(booksOf(shop));
    await warehouse.close();
  }, 120_000);
});
