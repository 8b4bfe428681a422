// A first sync that is killed: at every step it can be killed at, it goes on, starts nothing twice, and ends with equal books.
import { mkdir, writeFile } from "node:fs/promises";
import { existsSync } from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { db } from "../../../app/db.server.ts";
import { env } from "../../../app/env.server.ts";
import type { Admin } from "../../../app/shopify/admin-api.ts";
import { downloadsOf, type SyncContext } from "../../../app/sync/context.ts";
import { advanceFirstSync } from "../../../app/sync/reading/first-sync.ts";
import { leave } from "../../../app/sync/sync.server.ts";
import { sweep } from "../../../app/sync/reading/sweep.ts";
import type { Warehouse } from "../../../app/warehouse/warehouse.server.ts";
import { describeWarehouses } from "../../tools/setup/warehouses.ts";
import { generateShop } from "../../shopify/generate.ts";
import type { Shop } from "../../shopify/shop.ts";
import { booksIn, booksOf, gapsIn, openWorld, storeToken, syncWhole, type World } from "./world.ts";

let world: World;
let number = 0;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world.close());

const newShop = async (orders = 60): Promise<Shop> => {
  const shop = generateShop({ seed: 5, orders, now: new Date(), handle: `resume-${++number}` });
  await world.install(shop);
  return shop;
};

class Killed extends Error {}

/** Calls the function until its nth call of `at`, which never comes back to its caller, as in a process that is killed. */
function untilKilled(context: SyncContext, nth: number): { context: SyncContext; calls: () => string[] } {
  const calls: string[] = [];
  const step = (name: string) => {
    if (calls.length >= nth) throw new Killed();
    calls.push(name);
  };
  const watched = <T extends object>(target: T, name: string): T =>
    new Proxy(target, {
      get(of, property) {
        const value: unknown = Reflect.get(of, property);
        if (typeof value !== "function") return value;
        return (...args: unknown[]) => {
          step(`${name}.${String(property)}`);
          return (value as (...args: unknown[]) => unknown).apply(of, args);
        };
      },
    });
  const { admin, copy } = context;
  const tables = new Set(["shop", "syncWindow"]);
  const state = new Proxy(context.db, {
    get(of, property) {
      const value: unknown = Reflect.get(of, property);
      return tables.has(String(property)) ? watched(value as object, String(property)) : value;
    },
  });
  return {
    context: {
      ...context,
      db: state,
      admin: watched(admin, "admin"),
      copy: watched(copy, "copy"),
    },
    calls: () => calls,
  };
}

const operations = async (admin: Admin): Promise<{ id: string; query: string; status: string }[]> => {
  const answer = z.object({
    bulkOperations: z.object({
      nodes: z.array(z.object({ id: z.string(), query: z.string(), status: z.string() })),
    }),
  });
  const document = "{ bulkOperations(first: 250, sortKey: CREATED_AT) { nodes { id query status } } }";
  return (await admin.request(document, {}, answer)).bulkOperations.nodes;
};

/** Every window's operation under a query of its own; only a killed sweep has to ask again. */
const nothingTwice = async (admin: Admin) => {
  const queries = (await operations(admin))
    .map(({ query }) => query)
    .filter((query) => !query.includes("updated_at:"));
  expect(new Set(queries).size).toBe(queries.length);
};

describeWarehouses("a first sync that is killed again and again", (open) => {
  it("goes on from wherever it is killed, asks for nothing twice, and ends with equal books", async () => {
    const shop = await newShop();
    const context = world.context(shop, await open());
    const phase = async () => {
      const all = await db.syncWindow.findMany({ where: { shop: shop.domain } });
      const left = all.filter(({ state }) => state !== "done").length;
      return all.length === 0 ? "counting" : left === 0 ? "closing sweep" : `${left} windows left`;
    };
    /** The steps at which a process was killed, by how far the sync was. */
    const cutAt = new Map<string, string[]>();
    let done = false;
    // In each phase the first process is killed at its first step, the next at its fourth, until the phase is over.
    for (let processes = 0; !done && processes < 600; processes += 1) {
      const now = await phase();
      const cuts = cutAt.get(now) ?? [];
      cutAt.set(now, cuts);
      const attempt = untilKilled(context, 3 * cuts.length + 1);
      try {
        for (;;) {
          done = (await advanceFirstSync(attempt.context)).done;
          if (done) break;
          await context.wait(20);
        }
      } catch (error) {
        if (!(error instanceof Killed)) throw error;
        cuts.push(attempt.calls().at(-1) ?? "");
      }
    }
    expect(done).toBe(true);
    expect([...cutAt.keys()].length).toBeGreaterThan(3);
    for (const begun of ["counting", "closing sweep"]) {
      expect(cutAt.get(begun)?.length).toBeGreaterThan(3);
      expect([...cutAt.values()].flat()).toContain("copy.setMeta");
    }
    expect([...cutAt.values()].flat()).toContain("copy.merge");
    expect(await booksIn(context.copy.warehouse, shop)).toEqual(booksOf(shop));
    expect(await gapsIn(context.copy.warehouse, shop)).toEqual([]);
    await nothingTwice(context.admin);
  });
});

describe("a bulk operation", () => {
  let warehouse: Warehouse;
  beforeAll(async () => {
    warehouse = await world.warehouse();
  });

  it("whose start was carried out but not answered is found, not started again", async () => {
    const shop = await newShop();
    const context = world.context(shop, warehouse);
    const deaf: Admin = {
      ...context.admin,
      request: (document, variables, answer, options) => {
        if (document.includes("bulkOperationRunQuery") && first) {
          first = false;
          world.shopify.faults.drop(shop.domain, { carriedOut: true });
        }
        return context.admin.request(document, variables, answer, options);
      },
    };
    let first = true;
    await syncWhole({ ...context, admin: deaf });
    expect(first).toBe(false);
    await nothingTwice(context.admin);
    expect(await booksIn(warehouse, shop)).toEqual(booksOf(shop));
  });

  it("runs beside three others at most, so that a sweep finds room among Shopify's five", async () => {
    const shop = await newShop(400);
    const context = world.context(shop, warehouse);
    let most = 0;
    const counting: Admin = {
      ...context.admin,
      request: async (document, variables, answer, options) => {
        const read = await context.admin.request(document, variables, answer, options);
        const open = await db.syncWindow.count({
          where: { shop: shop.domain, state: "running", bulkOperationId: { not: null } },
        });
        most = Math.max(most, open);
        return read;
      },
    };
    await syncWhole({ ...context, admin: counting });
    expect((await db.syncWindow.count({ where: { shop: shop.domain } })) > 4).toBe(true);
    expect(most).toBe(4);
  });

  it.each([403, 404] as const)("whose link is dead (%i) is asked for anew", async (status) => {
    const shop = await newShop();
    world.shopify.faults.killLink(shop.domain, { status, times: 2 });
    await syncWhole(world.context(shop, warehouse));
    expect(await booksIn(warehouse, shop)).toEqual(booksOf(shop));
  });

  it("whose links always die is given up, and its window is read page by page", async () => {
    const shop = await newShop();
    world.shopify.faults.killLink(shop.domain, { times: 100 });
    const context = world.context(shop, warehouse);
    // The closing sweep finds everything settled, so that it needs none.
    await syncWhole({ ...context, pagedUpTo: 0 }).catch(() => undefined);
    world.shopify.faults.clear(shop.domain);
    const windows = await db.syncWindow.findMany({ where: { shop: shop.domain } });
    expect(windows.every(({ state }) => state === "done")).toBe(true);
    await syncWhole(context);
    expect(await booksIn(warehouse, shop)).toEqual(booksOf(shop));
  });

  it("that a killed sweep left running is ended before the next sweep's own", async () => {
    const shop = await newShop();
    const context = world.context(shop, warehouse);
    await syncWhole(context);
    for (let count = 0; count < 40; count += 1)
      shop.placeOrder({ customerId: null, lines: [{ title: "Cup", price: 1000 + count, quantity: 1 }] });
    const killed = { ...context, pagedUpTo: 10, wait: () => Promise.reject(new Killed()) };
    await expect(sweep(killed)).rejects.toThrow(Killed);
    await sweep({ ...context, pagedUpTo: 10 });
    expect(await booksIn(warehouse, shop)).toEqual(booksOf(shop));
    expect((await operations(context.admin)).filter(({ status }) => status === "RUNNING")).toEqual([]);
  });
});

describe("a shop that leaves during its first sync", () => {
  it("has its operations cancelled and its downloads deleted, and begins its open windows anew when it returns", async () => {
    const shop = await newShop(400);
    const warehouse = await world.warehouse();
    const context = world.context(shop, warehouse);
    await advanceFirstSync(context);
    const running = await db.syncWindow.findMany({
      where: { shop: shop.domain, bulkOperationId: { not: null }, state: { not: "done" } },
    });
    expect(running.length).toBeGreaterThan(0);
    const cancelled: string[] = [];
    const real = globalThis.fetch;
    globalThis.fetch = (input, init) => {
      const body = typeof init?.body === "string" ? init.body : "";
      if (body.includes("bulkOperationCancel"))
        cancelled.push(
          z.object({ variables: z.object({ id: z.string() }) }).parse(JSON.parse(body)).variables.id,
        );
      return real(input, init);
    };
    const downloads = downloadsOf(env().DATA_DIR, shop.domain);
    await mkdir(downloads, { recursive: true });
    await writeFile(path.join(downloads, "half.jsonl"), '{"id":');

    expect(await leave(shop.domain, new Date(), new Date())).toBe(true);
    globalThis.fetch = real;
    expect(cancelled.sort()).toEqual(running.map(({ bulkOperationId }) => bulkOperationId).sort());
    expect(existsSync(downloads)).toBe(false);
    expect(await advanceFirstSync(context)).toEqual({ done: true });

    await db.shop.update({ where: { domain: shop.domain }, data: { uninstalledAt: null } });
    await db.session.deleteMany({ where: { shop: shop.domain } });
    await storeToken(shop.domain, world.shopify.sessionToken(shop.domain));
    await syncWhole(context);
    expect(await booksIn(warehouse, shop)).toEqual(booksOf(shop));
  });
});
