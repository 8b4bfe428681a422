// Real processes: one is killed in the middle of a first sync, the next one finishes it.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, it } from "vitest";
import { db } from "../../../app/db.server.ts";
import { installed } from "../../../app/sync/shop/install.server.ts";
import { stopJobs } from "../../../app/process/jobs.server.ts";
import { failedJobs } from "../../../app/queue/queue.server.ts";
import { askedScopes } from "../../../app/sync/resources/resources.ts";
import { openWarehouse } from "../../../app/warehouse/warehouse.server.ts";
import { generateShop } from "../../shopify/generate.ts";
import { booksIn, booksOf, gapsIn, openWorld, storeToken, type World } from "../../engine/sync/world.ts";
import { eventually } from "../../tools/setup/eventually.ts";

const file = (name: string) => fileURLToPath(new URL(name, import.meta.url));
let world: World;
let directory: string;
const children: ChildProcess[] = [];

beforeAll(async () => {
  directory = await mkdtemp(path.join(os.tmpdir(), "segment-kpis-killed-"));
  world = await openWorld(askedScopes, "believable");
});
afterAll(async () => {
  for (const child of children) child.kill("SIGKILL");
  await stopJobs();
  await world.close();
  await rm(directory, { recursive: true, force: true });
});

function startProcess(): ChildProcess {
  const child = spawn(
    process.execPath,
    ["--import", file("../../shopify/preload.mjs"), file("worker-process.ts")],
    {
      env: { ...process.env, DATA_DIR: directory, SIM_SHOPIFY_URL: world.shopify.url },
      stdio: ["ignore", "inherit", "inherit"],
    },
  );
  children.push(child);
  return child;
}

it("a first sync goes on where a killed process left it, with nothing lost and nothing twice", async () => {
  const shop = generateShop({ seed: 11, orders: 2000, now: new Date(), handle: "killed" });
  world.shopify.addShop(shop);
  await storeToken(shop.domain, world.shopify.sessionToken(shop.domain));
  await installed({ shop: shop.domain, scope: askedScopes.join(",") });
  const done = () => db.syncWindow.count({ where: { shop: shop.domain, state: "done" } });
  const all = () => db.syncWindow.count({ where: { shop: shop.domain } });

  const first = startProcess();
  await eventually(async () => expect(await done()).toBeGreaterThan(0));
  first.kill("SIGKILL");
  await once(first, "exit");
  expect(await done()).toBeLessThan(await all());

  const second = startProcess();
  await eventually(async () => {
    const row = await db.shop.findUniqueOrThrow({ where: { domain: shop.domain } });
    expect(row.firstSyncFinishedAt).not.toBeNull();
  });
  second.kill("SIGTERM");
  expect(await once(second, "exit")).toEqual([0, null]);

  expect(await failedJobs(shop.domain)).toEqual([]);
  const warehouse = await openWarehouse({ directory: path.join(directory, "warehouse") });
  expect(await booksIn(warehouse, shop)).toEqual(booksOf(shop));
  expect(await gapsIn(warehouse, shop)).toEqual([]);
  await warehouse.close();
  // No download outlives its use.
  expect(await readdir(path.join(directory, "downloads"))).toEqual([]);
}, 120_000);
