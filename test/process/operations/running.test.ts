// The operator's commands while a process works off jobs and holds the warehouse, as the app does; and the keys of tokens.
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { Session } from "@shopify/shopify-api";
import { afterAll, beforeAll, expect, it } from "vitest";
import { closeDb, db } from "../../../app/db.server.ts";
import { env } from "../../../app/env.server.ts";
import { stopJobs } from "../../../app/process/jobs.server.ts";
import { enqueue } from "../../../app/queue/queue.server.ts";
import { decrypt, encrypt } from "../../../app/shopify/encryption.server.ts";
import { sessions } from "../../../app/shopify/access-token.server.ts";
import { redact, redactedIn } from "../../../app/sync/loading/redactions.ts";
import { rotateTokens } from "../../../app/shopify/token-rotation.server.ts";
import { openWarehouse } from "../../../app/warehouse/warehouse.server.ts";
import { generateShop } from "../../shopify/generate.ts";
import { booksIn, booksOf, openWorld, syncWhole, type World } from "../../engine/sync/world.ts";
import { run, startJobs } from "./programs.ts";
import { eventually } from "../../tools/setup/eventually.ts";

let world: World;
let directory: string;
let app: ChildProcess | undefined;
const shop = generateShop({ seed: 43, orders: 60, now: new Date(), handle: "running" });
const opened = () => openWarehouse({ directory: path.join(directory, "warehouse") });

beforeAll(async () => {
  directory = await mkdtemp(path.join(os.tmpdir(), "segment-kpis-running-"));
  world = await openWorld();
  await world.install(shop);
  const warehouse = await opened();
  await syncWhole(world.context(shop, warehouse));
  await warehouse.close();
});
afterAll(async () => {
  app?.kill("SIGKILL");
  await stopJobs();
  await world.close();
  await rm(directory, { recursive: true, force: true });
});

it("a backup, a compaction and a rebuild are the running app's to do, and a restore is refused", async () => {
  const around = {
    DATABASE_URL: process.env.DATABASE_URL ?? "",
    DATA_DIR: directory,
    SIM_SHOPIFY_URL: world.shopify.url,
  };
  app = startJobs(around);
  // Jobs run only once the queue's tables are there, and hold the warehouse from the first job on.
  await enqueue("compact", { shop: shop.domain, force: false });
  await eventually(async () => {
    const [left] = await db.$queryRaw<{ n: number }[]>`SELECT count(*)::int AS n FROM graphile_worker.jobs`;
    expect(left?.n).toBe(0);
  });
  const backup = path.join(directory, "backup");
  const taken = await run("backup", ["--to", backup], around);
  expect([taken.code, taken.said]).toEqual([
    0,
    expect.stringMatching(/copies its warehouse itself[^]*1 of 1 shops/),
  ]);
  const compacted = await run("compact", ["--shop", shop.domain, "--force"], around);
  expect([compacted.code, compacted.said]).toEqual([0, expect.stringContaining("by the running app")]);
  const rebuilt = await run("rebuild", ["--shop", shop.domain], around);
  expect([rebuilt.code, rebuilt.said]).toEqual([0, expect.stringContaining(`${shop.domain}: rebuilt`)]);
  const refused = await run("restore", ["--from", backup, "--force"], around);
  expect([refused.code, refused.said]).toEqual([1, expect.stringContaining("Stop the app")]);

  app.kill("SIGTERM");
  await once(app, "exit");
  const alone = await run("rebuild", ["--all"], around);
  expect([alone.code, alone.said]).toEqual([0, expect.stringContaining(`${shop.domain}: rebuilt`)]);
  const warehouse = await opened();
  expect(await booksIn(warehouse, shop)).toEqual(booksOf(shop));
  await warehouse.close();
}, 120_000);

it("tokens are written anew with the first key, and then the old one can go", async () => {
  const [old] = env().TOKEN_KEYS;
  const fresh = Buffer.alloc(32, "a new key").toString("base64");
  const lost = Buffer.alloc(32, "a lost key").toString("base64");
  const before = await sessions.loadSession(`offline_${shop.domain}`);
  expect(before?.accessToken).toBeTruthy();
  await sessions.storeSession(
    new Session({
      id: "offline_lost",
      shop: "lost.myshopify.com",
      state: "",
      isOnline: false,
      accessToken: "x",
    }),
  );
  await db.session.update({
    where: { id: "offline_lost" },
    data: { accessToken: encrypt("x", "offline_lost accessToken", [lost]) },
  });

  const keys = [fresh, old ?? ""];
  expect(await rotateTokens(db, keys)).toMatchObject({
    renewed: 1,
    current: 0,
    unreadable: [{ shop: "lost.myshopify.com", reason: expect.stringContaining("does not list") as string }],
  });
  const row = await db.session.findUniqueOrThrow({ where: { id: `offline_${shop.domain}` } });
  const read = (field: "accessToken" | "refreshToken") =>
    decrypt(row[field] ?? "", `${row.id} ${field}`, [fresh]);
  expect([read("accessToken"), read("refreshToken")]).toEqual([before?.accessToken, before?.refreshToken]);
  const { code, said } = await run("rotate-keys", [], { TOKEN_KEYS: keys.join(",") });
  expect([code, said]).toEqual([
    0,
    expect.stringContaining("0 written anew, 1 already with the first key, 1 unread"),
  ]);
});

it("the key of a list of erased customers is written anew, too, or named when no listed key reads it", async () => {
  const known = env().TOKEN_KEYS;
  const [old] = known;
  const fresh = Buffer.alloc(32, "a new key").toString("base64");
  const lost = Buffer.alloc(32, "a lost key").toString("base64");
  const place = (domain: string) => `redaction key of ${domain}`;
  const keyOf = async (domain: string) =>
    (await db.shop.findUniqueOrThrow({ where: { domain } })).redactionKey ?? "";
  await redact(db, shop.domain, 4711n);
  const listed = await db.redactedCustomer.findMany();
  const key = decrypt(await keyOf(shop.domain), place(shop.domain));
  const sealedKey = Buffer.alloc(32, "the key of a list").toString("base64");
  const sealed = encrypt(sealedKey, place("sealed.myshopify.com"), [lost]);
  await db.shop.create({ data: { domain: "sealed.myshopify.com", redactionKey: sealed } });

  const { code, said } = await run("rotate-keys", [], { TOKEN_KEYS: [fresh, old].join(",") });
  expect([code, said]).toEqual([
    0,
    expect.stringContaining("! sealed.myshopify.com: the list of its erased"),
  ]);
  expect(said).toContain("If the key of the unreadable ones still exists");
  expect(said).not.toContain(`! ${shop.domain}`);
  // The hashes stay as they are: it is the same key.
  expect(decrypt(await keyOf(shop.domain), place(shop.domain), [fresh])).toBe(key);
  expect(await db.redactedCustomer.findMany()).toEqual(listed);
  expect(await keyOf("sealed.myshopify.com")).toBe(sealed);
  known.splice(0, 1, fresh);
  try {
    const isRedacted = await redactedIn(db, shop.domain);
    expect([isRedacted?.(4711), isRedacted?.(4712)]).toEqual([true, false]);
  } finally {
    known.splice(0, 1, old ?? "");
  }

  // Readable again with its key, it is as good as the others.
  await db.session.delete({ where: { id: "offline_lost" } });
  const again = await run("rotate-keys", [], { TOKEN_KEYS: [fresh, lost].join(",") });
  expect([again.code, again.said]).toEqual([0, expect.stringContaining("Only the first key is needed now")]);
  const opened = decrypt(await keyOf("sealed.myshopify.com"), place("sealed.myshopify.com"), [fresh]);
  expect(opened).toBe(sealedKey);
  await closeDb();
});
