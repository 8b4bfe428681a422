// The built app whose copy of a shop is damaged between two starts: the page says that the orders are read anew, in words
// for a merchant, and comes back by itself with the figures it had.
import { chmod, mkdtemp, readdir, rm, truncate } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { Merchant } from "../tools/demo/merchant.ts";
import { nextProcess, type Stack, startStack } from "../tools/demo/stack.ts";
import type { Child } from "../tools/demo/child.ts";
import { generateShop } from "../shopify/generate.ts";

const shop = generateShop({ seed: 41, orders: 200, handle: "mended", now: new Date() });
let directory: string;
let stack: Stack;
let app: Child;
beforeAll(async () => {
  directory = await mkdtemp(path.join(os.tmpdir(), "segment-kpis-mended-"));
  // Run by root, PostgreSQL gets another account, which must be able to pass through.
  await chmod(directory, 0o711);
  stack = await startStack({
    shops: [shop],
    port: 0,
    dataDir: directory,
    mode: "production",
    bulkPace: "instant",
  });
  app = stack.app;
});
afterAll(async () => {
  await app?.stop();
  await stack?.stop();
  await rm(directory, { recursive: true, force: true });
});

const files = () => path.join(directory, "warehouse");
async function copy(): Promise<string> {
  const names = await readdir(files());
  const [name = ""] = names.filter((each) => /^shop_.*\.duckdb$/.test(each));
  return path.join(files(), name);
}

async function complete(merchant: Merchant): Promise<string[]> {
  const phases: string[] = [];
  for await (const { phase } of merchant.sync()) phases.push(phase);
  return phases;
}

it("reads it anew by itself, says so, and shows the figures it had", async () => {
  const merchant = new Merchant(stack.admin, shop);
  await merchant.open();
  await complete(merchant);
  const question = {
    segmentation: "country",
    kpis: "orders,total_sales",
    from: "2020-01-01",
    to: "2030-01-01",
  };
  const before = await merchant.kpis(question);
  expect(before.total.kpis["orders"]?.value).toBeGreaterThan(100);

  await app.stop();
  await truncate(await copy(), 100);
  app = await nextProcess(stack, {
    dataDir: directory,
    port: Number(new URL(stack.appServer).port),
  });
  await expect
    .poll(
      () =>
        fetch(`${stack.appServer}/readyz`).then(
          ({ ok }) => ok,
          () => false,
        ),
      {
        timeout: 60_000,
        interval: 100,
      },
    )
    .toBe(true);
  const page = await merchant.open().then(
    () => "loads",
    (error: Error) => error.message,
  );
  expect(page).toMatch(/^loads$|503.*read from Shopify anew/s);
  expect(page).not.toMatch(/duckdb|IO Error|\/warehouse/i);
  const phases = await complete(merchant);
  expect(phases.at(-1)).toBe("complete");
  expect(await merchant.kpis(question)).toEqual(before);
  const aside = (await readdir(files())).filter((name) => name.includes(".broken-"));
  expect(aside).toHaveLength(1);
});
