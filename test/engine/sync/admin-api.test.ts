import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { z } from "zod";
import { AccessRevoked, ApiUnavailable, ShopPaused } from "../../../app/errors.ts";
import { db } from "../../../app/db.server.ts";
import { type Admin, Unanswered } from "../../../app/shopify/admin-api.ts";
import { endingPause } from "../../../app/sync/shop/pause.ts";
import { orders } from "../../../app/sync/resources/orders.ts";
import { list } from "../../../app/shopify/paged.ts";
import { readSettings } from "../../../app/shopify/shop-settings.ts";
import { sweep } from "../../../app/sync/reading/sweep.ts";
import type { Warehouse } from "../../../app/warehouse/warehouse.server.ts";
import { Shop } from "../../shopify/shop.ts";
import { openWorld, syncWhole, type World } from "./world.ts";

let world: World;
let warehouse: Warehouse;
let shop: Shop;
let admin: Admin;
let waits: number[];
let number = 0;

beforeAll(async () => {
  world = await openWorld();
  warehouse = await world.warehouse();
});
afterAll(() => world.close());
beforeEach(async () => {
  shop = new Shop({ handle: `api-${++number}`, currency: "EUR", timeZone: "UTC" });
  await world.install(shop);
  waits = [];
  const wait = async (milliseconds: number) => {
    if (milliseconds > 0) waits.push(milliseconds);
    await sleep(Math.min(milliseconds, 5));
  };
  admin = world.context(shop, warehouse, { wait }).admin;
});

const works = async () => expect((await readSettings(admin)).currency).toBe("EUR");

describe("the Admin API", () => {
  it("is asked again after being throttled, once enough has been restored", async () => {
    world.shopify.faults.throttle(shop.domain, 5);
    await works();
    expect(waits.length).toBeGreaterThanOrEqual(5);
  });

  it("is asked again after the time that 429 names", async () => {
    world.shopify.faults.respond(shop.domain, 429);
    await works();
    expect(waits).toHaveLength(1);
    expect(waits[0]).toBeGreaterThanOrEqual(2000);
  });

  it("is asked again, ever later, when its edge answers with a page of HTML", async () => {
    world.shopify.faults.respond(shop.domain, 502, { times: 4 });
    await works();
    expect(waits).toHaveLength(4);
    expect(waits[3]).toBeGreaterThan(waits[0] ?? Infinity);
  });

  it("is asked again when 200 comes with something that is not JSON, or the line breaks", async () => {
    world.shopify.faults.respond(shop.domain, 200, {
      body: "<html>",
      headers: { "content-type": "text/html" },
    });
    await works();
    expect(waits).toHaveLength(1);
  });

  it("tells of a time zone that is not known here by its name", async () => {
    const { timeZone } = shop;
    shop.timeZone = "Mars/Olympus_Mons";
    await expect(readSettings(admin)).rejects.toThrow(/time zone "Mars\/Olympus_Mons"/);
    shop.timeZone = timeZone;
  });

  it("is not asked again, by the app's jobs either, for what it may have done already", async () => {
    const job = endingPause(db, admin);
    world.shopify.faults.respond(shop.domain, 502);
    await expect(job.request("{ shop { id } }", {}, z.unknown(), { once: true })).rejects.toThrow(Unanswered);
    expect(waits).toEqual([]);
  });

  it("is given up in the end, as unavailable", async () => {
    world.shopify.faults.respond(shop.domain, 503, { times: 20 });
    await expect(readSettings(admin)).rejects.toThrow(ApiUnavailable);
    world.shopify.faults.clear(shop.domain);
  });

  it.each([402, 403, 423] as const)("is left alone when the store is closed (%i)", async (status) => {
    world.shopify.faults.close(shop.domain, status);
    await expect(readSettings(admin)).rejects.toThrow(ShopPaused);
    expect(waits).toEqual([]);
    world.shopify.faults.close(shop.domain, null);
  });

  it("is not taken for closed when it only forbids", async () => {
    world.shopify.faults.respond(shop.domain, 403, { body: '{"errors":"Forbidden"}' });
    await expect(readSettings(admin)).rejects.toThrow(AccessRevoked);
  });

  it.each([
    [403, "<html><body>Forbidden</body></html>", "text/html"],
    [403, "", "text/plain"],
    [403, '{"message":"Forbidden"}', "application/json"],
    [403, '{"success":false,"errors":[{"code":1020,"message":"Access denied"}]}', "application/json"],
    [401, "<html><body>Who are you?</body></html>", "text/html"],
  ])("is asked again when something on the way forbids it (%i %s)", async (status, body, type) => {
    world.shopify.faults.respond(shop.domain, status, { body, headers: { "content-type": type } });
    await works();
    expect(waits).toHaveLength(1);
    world.shopify.faults.respond(shop.domain, status, {
      body,
      headers: { "content-type": type },
      times: 20,
    });
    const given = readSettings(admin);
    await expect(given).rejects.toThrow(ApiUnavailable);
    await expect(given).rejects.not.toThrow(AccessRevoked);
    world.shopify.faults.clear(shop.domain);
  });

  it("gets a new token when the old one has expired", async () => {
    await works();
    world.shopify.faults.expireTokens(shop.domain);
    await works();
  });

  it("says that access is revoked when no token can be had", async () => {
    world.shopify.uninstall(shop.domain);
    await expect(readSettings(admin)).rejects.toThrow(AccessRevoked);
  });

  it("says that access is revoked when a scope is missing", async () => {
    world.shopify.faults.revokeScope(shop.domain, "read_orders");
    const reading = list(admin, orders, "", "ID", false).next();
    await expect(reading).rejects.toThrow(AccessRevoked);
    await expect(reading).rejects.toThrow(/read_orders/);
  });

  it("is not believed when it ignored a part of the search", async () => {
    const reading = list(admin, orders, "upated_at:>='2026-01-01T00:00:00Z'", "ID", false).next();
    await expect(reading).rejects.toThrow(/ignored a part of the search/);
  });

  it("is not believed when its answer has another form", async () => {
    const document = "query Name { shop { name } }";
    await expect(
      admin.request(document, {}, z.object({ shop: z.object({ name: z.number() }) })),
    ).rejects.toThrow();
  });
});

describe("a query that would cost too much", () => {
  it("is asked again for fewer orders at once, until it passes", async () => {
    for (let count = 0; count < 30; count += 1)
      shop.placeOrder({ lines: [{ title: "Cup", price: 1000, quantity: 1 }] });
    const context = world.context(shop, warehouse, { pagedUpTo: 500 });
    await syncWhole(context);
    const [order] = [...shop.orders.values()];
    shop.refund(order?.id ?? 0, { amount: 100 });
    const tooDear = {
      errors: [
        {
          message: "Query cost is 2003, which exceeds the single query max cost limit (1000).",
          extensions: { code: "MAX_COST_EXCEEDED", cost: 2003, maxCost: 1000 },
        },
      ],
    };
    const answer = { body: JSON.stringify(tooDear), headers: { "content-type": "application/json" } };
    // Only reading nodes can ask for less; the listing before it must pass.
    const { request } = context.admin;
    let refusals = 0;
    context.admin = {
      ...context.admin,
      request: async (document, variables, schema) => {
        if (document.includes("nodes(ids:") && refusals < 4) {
          refusals += 1;
          world.shopify.faults.respond(shop.domain, 200, answer);
        }
        return request(document, variables, schema);
      },
    };
    expect((await sweep(context)).found).toBe(1);
    expect(refusals).toBe(4);
  });
});
