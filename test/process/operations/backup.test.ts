// Backups taken and restored by the operator's own commands, in processes of their own, on both engines.
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { closeDb, db } from "../../../app/db.server.ts";
import { eraseCustomer } from "../../../app/privacy/erase-customer.server.ts";
import { openWarehouse } from "../../../app/warehouse/warehouse.server.ts";
import { emptyDatabase } from "../../tools/setup/database.ts";
import { generateShop } from "../../shopify/generate.ts";
import { openWorld, syncWhole, type World } from "../../engine/sync/world.ts";
import { dump, type Dump } from "../../engine/warehouse/dump.ts";
import { answersOf } from "../../engine/operations/answers.ts";
import { run, startJobs } from "./programs.ts";
import { eventually } from "../../tools/setup/eventually.ts";

let world: World;
let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(path.join(os.tmpdir(), "segment-kpis-backup-"));
});
afterAll(() => rm(directory, { recursive: true, force: true }));

type Place = { DATABASE_URL: string; DATA_DIR: string; WAREHOUSE_URL: string };
const place = async (engine: "duckdb" | "postgres", databaseUrl?: string): Promise<Place> => ({
  DATABASE_URL: databaseUrl ?? (await emptyDatabase()),
  DATA_DIR: path.join(directory, randomUUID()),
  WAREHOUSE_URL: engine === "postgres" ? await emptyDatabase() : "",
});

const opened = ({ DATA_DIR, WAREHOUSE_URL }: Place) =>
  openWarehouse({ directory: path.join(DATA_DIR, "warehouse"), url: WAREHOUSE_URL || undefined });

interface Holding {
  facts: Dump;
  answers: Record<string, object>;
  state: Record<string, object[]>;
}

async function holding(at: Place, shop: string): Promise<Holding> {
  const warehouse = await opened(at);
  const client = new pg.Client({ connectionString: at.DATABASE_URL });
  await client.connect();
  try {
    const state: Holding["state"] = {};
    for (const table of ["Shop", "Session", "SyncWindow", "WebhookEvent"])
      // The list of erased customers is not of the state that a restore brings back.
      state[table] = (
        await client.query<object>(
          `SELECT to_jsonb(t) - 'redactionKey' AS row FROM "${table}" t ORDER BY to_jsonb(t)`,
        )
      ).rows;
    return { facts: await dump(warehouse, shop), answers: await answersOf(warehouse, shop), state };
  } finally {
    await client.end();
    await warehouse.close();
  }
}

async function jobsOf({ DATABASE_URL }: Place): Promise<string[]> {
  const client = new pg.Client({ connectionString: DATABASE_URL });
  await client.connect();
  const { rows } = await client.query<{ key: string }>("SELECT key FROM graphile_worker.jobs ORDER BY key");
  await client.end();
  return rows.map((row) => row.key);
}

describe.each(["duckdb", "postgres"] as const)("a backup (%s)", (engine) => {
  let original: Place;
  let before: Holding;
  const shop = generateShop({ seed: 41, orders: 150, now: new Date(), handle: `backed-up-${engine}` });
  const backup = () => path.join(directory, `backup-${engine}`);

  beforeAll(async () => {
    world = await openWorld();
    original = await place(engine, process.env.DATABASE_URL);
    await world.install(shop);
    const warehouse = await opened(original);
    await syncWhole(world.context(shop, warehouse));
    await db.webhookEvent.create({
      data: {
        shop: shop.domain,
        topic: "orders/updated",
        eventId: 'a "quoted", one',
        webhookId: "",
        resourceIds: [1n, 2n],
      },
    });
    await db.shop.create({ data: { domain: "new.myshopify.com" } });
    await warehouse.close();
    await closeDb();
    before = await holding(original, shop.domain);
  });
  afterAll(() => world.close());

  const him = [...shop.orders.values()].find((order) => order.customerId !== null)?.customerId ?? 0;
  let whole: Awaited<ReturnType<typeof look>>;
  let erased: Awaited<ReturnType<typeof list>>;
  /** Rows of one customer, and all orders. */
  async function look() {
    const warehouse = await opened(original);
    const [row] = await warehouse.of(shop.domain).query<{ his: number; orders: number }>(
      `SELECT (SELECT count(*) FROM orders WHERE customer_id = ${him}) + (SELECT count(*) FROM customers WHERE customer_id = ${him})
         + (SELECT count(*) FROM customer_history WHERE customer_id = ${him}) AS his, count(*) AS orders FROM orders`,
    );
    await warehouse.close();
    return row;
  }
  /** The list of erased customers, with the key by which it is made. */
  async function list() {
    const row = await db.shop.findUniqueOrThrow({ where: { domain: shop.domain } });
    const listed = await db.redactedCustomer.findMany();
    await closeDb();
    return { key: row.redactionKey, listed };
  }
  async function erase(customerId: number) {
    const warehouse = await opened(original);
    const request = await db.privacyRequest.create({
      data: { shop: shop.domain, topic: "customers_redact", eventId: "1", customerId: BigInt(customerId) },
    });
    await eraseCustomer({ db, warehouse, downloads: path.join(directory, randomUUID()) }, request);
    await closeDb();
    await warehouse.close();
  }

  it("is written beside a warehouse that nobody holds, tokens encrypted", async () => {
    const { code, said } = await run("backup", ["--to", backup()], original);
    expect(said).toMatch(/Facts: 1 of 2 shops, from/);
    expect(code).toBe(0);
    const { said: again, code: refused } = await run("backup", ["--to", backup()], original);
    expect([refused, again]).toEqual([2, expect.stringContaining("is not empty")]);
  });

  it("is the whole again in an empty place: state, rows, and every answer", async () => {
    const empty = await place(engine);
    const { code, said } = await run("restore", ["--from", backup()], empty);
    expect(said).toMatch(/2 shops.*1 of 1 sessions can be read.*docs\/operations\.md/s);
    expect(code).toBe(0);
    expect(await holding(empty, shop.domain)).toEqual(before);
    // What happened since, and what had not begun, is caught up with.
    expect(await jobsOf(empty)).toEqual(["first_sync new.myshopify.com", `sweep ${shop.domain}`]);
  });

  // What follows happens before or beside the warehouse, whichever it is.
  if (engine === "postgres") return;

  it("overwrites only when told to, whole or not at all", async () => {
    const { code, said } = await run("restore", ["--from", backup()], original);
    expect([code, said]).toEqual([1, expect.stringContaining("--force overwrites it")]);
    const client = new pg.Client({ connectionString: original.DATABASE_URL });
    await client.connect();
    await client.query(`UPDATE "Shop" SET name = 'Changed since'`);
    await client.end();
    const changed = await holding(original, shop.domain);

    // A table that proves incomplete while it is read in.
    const manifest = path.join(backup(), "manifest.json");
    const text = await readFile(manifest, "utf8");
    const wrong = JSON.parse(text) as { warehouse: Record<string, { rows: { orders: number } }> };
    for (const each of Object.values(wrong.warehouse)) each.rows.orders += 1;
    await writeFile(manifest, JSON.stringify(wrong));
    const broken = await run("restore", ["--from", backup(), "--force"], original);
    expect([broken.code, broken.said]).toEqual([1, expect.stringContaining("orders has")]);
    expect(await holding(original, shop.domain)).toEqual(changed);
    await writeFile(manifest, text);

    // Shopify asked for a customer's erasure, of which the backup does not know.
    whole = await look();
    expect(whole?.his).toBeGreaterThan(2);
    await erase(him);
    erased = await list();
    expect(erased.listed).toMatchObject([{ shop: shop.domain }]);
    expect(await look()).toEqual({ ...whole, his: 0 });

    const forced = await run("restore", ["--from", backup(), "--force"], original);
    expect([forced.code, forced.said]).toEqual([0, expect.not.stringContaining("perhaps erased")]);
    expect(await holding(original, shop.domain)).toEqual(before);
  }, 120_000);

  it("brings an erased customer back with its facts, and the app erases him again once it runs", async () => {
    expect(await look()).toEqual(whole);
    expect(await list()).toEqual(erased);
    const ofShop = [`privacy ${shop.domain}`, `sweep ${shop.domain}`];
    expect(await jobsOf(original)).toEqual(["first_sync new.myshopify.com", ...ofShop]);

    const app = startJobs({ ...original, SIM_SHOPIFY_URL: world.shopify.url });
    try {
      await eventually(async () =>
        expect((await jobsOf(original)).filter((key) => ofShop.includes(key))).toEqual([]),
      );
    } finally {
      app.kill("SIGTERM");
      await once(app, "exit");
    }
    expect(await look()).toEqual({ ...whole, his: 0 });
    expect(await list()).toEqual(erased);
  }, 120_000);

  it("without the facts leaves them to be read anew", async () => {
    const empty = await place(engine);
    const { code } = await run("restore", ["--from", backup(), "--without-facts"], empty);
    expect(code).toBe(0);
    const warehouse = await opened(empty);
    expect(await warehouse.of(shop.domain).meta()).toBeNull();
    await warehouse.close();
    expect(await jobsOf(empty)).toContain(`first_sync ${shop.domain}`);
  });

  it("that is damaged or unfinished is refused before anything is touched", async () => {
    const empty = await place(engine);
    await writeFile(path.join(backup(), "state/Shop.csv.gz"), "x");
    const damaged = await run("restore", ["--from", backup()], empty);
    expect([damaged.code, damaged.said]).toEqual([1, expect.stringContaining("damaged: state/Shop.csv.gz")]);
    await rm(path.join(backup(), "manifest.json"));
    const unfinished = await run("restore", ["--from", backup()], empty);
    expect([unfinished.code, unfinished.said]).toEqual([1, expect.stringContaining("no complete backup")]);
  });
});

it("a command says how it is called, also to who calls it wrong", async () => {
  const { code, said } = await run("backup", ["--help"], {});
  expect([code, said]).toEqual([0, expect.stringContaining("npm run backup -- --to DIR")]);
  const wrong = await run("compact", ["--nonsense"], {});
  expect([wrong.code, wrong.said]).toEqual([2, expect.stringContaining("--help")]);
});
