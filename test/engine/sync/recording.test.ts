// What Shopify keeps no past of, recorded once a night and from what webhooks name.
import { beforeAll, describe, expect, it } from "vitest";
import { db } from "../../../app/db.server.ts";
import { followPlace } from "../../../app/jobs/place.server.ts";
import { subscribe } from "../../../app/jobs/subscriptions.server.ts";
import type { JobName } from "../../../app/queue/contract.ts";
import { redact } from "../../../app/sync/loading/redactions.ts";
import { record } from "../../../app/sync/recording/record.ts";
import { askedScopes } from "../../../app/sync/resources/resources.ts";
import type { Row, Warehouse } from "../../../app/warehouse/warehouse.server.ts";
import { agrees, everything, knownDays, recordedOf, recordings, SAID, truthOf } from "./recordings.ts";

const live = recordings();
const { at, deliver, recorded, taken } = live;

describe("the night's recording", () => {
  let warehouse: Warehouse;
  beforeAll(async () => {
    warehouse = await live.world.warehouse();
  });

  it("names a missed night, and what was on its days stays unknown", async () => {
    const { context, shop, items, places, past } = await recorded(warehouse, "2026-04-02");
    for (const day of ["2026-04-03", "2026-04-05", "2026-04-06"]) {
      at(day, "05:00");
      await record(context);
      at(day, "12:00");
      shop.setLevel(items[0] ?? 0, places[0] ?? 0, { available: Number(day.slice(-1)) });
    }
    await taken();
    for (const { source } of Object.values(SAID))
      expect(await knownDays(context, source), source).toEqual(["2026-04-02", "2026-04-05"]);
    await agrees(context, past);
  });

  it("reads each source once a night", async () => {
    const { context } = await recorded(warehouse, "2026-04-08");
    at("2026-04-09", "01:00");
    let asked = 0;
    const { admin } = context;
    const counting: typeof admin = {
      shop: admin.shop,
      request: (...request) => {
        asked += 1;
        return admin.request(...request);
      },
    };
    const again = { ...context, admin: counting };
    await record(again);
    expect(asked).toBe(1);
    at("2026-04-09", "05:00");
    await record(again);
    const whole = asked;
    expect(whole).toBeGreaterThan(5);
    await record(again);
    expect(asked).toBe(whole + 1);
  });

  it("records what the grant opens, and more from when more is granted, which its webhooks then keep up", async () => {
    const { context, shop, items, places } = await recorded(warehouse, "2026-04-10", { scopes: askedScopes });
    const counts = async () => context.copy.counts();
    expect(await counts()).toMatchObject({
      stock_levels: 0,
      unit_costs: 3,
      shopify_segments: 2,
      segment_members: 1,
    });
    expect(await knownDays(context, "stock_levels")).toEqual([]);
    const [item = 0] = items;
    const [place = 0] = places;
    shop.setLevel(item, place, { available: 7 });
    expect(await taken()).toEqual([]);
    live.world.shopify.setScopes(shop.domain, everything);
    await deliver(context, await taken());
    const jobs: JobName[] = [];
    const enqueue = (name: JobName) => Promise.resolve(void jobs.push(name));
    await followPlace(shop.domain, { enqueue, signal: new AbortController().signal });
    expect(jobs).toContain("subscribe");
    await subscribe(shop.domain);
    await record(context);
    expect(await counts()).toMatchObject({ stock_levels: 3 });
    const [row] = await context.copy.query(
      "SELECT from_day FROM recorded_days WHERE source = 'stock_levels'",
    );
    expect(row).toEqual({ from_day: "2026-04-10" });
    await taken();
    at("2026-04-10", "16:00");
    shop.setLevel(item, place, { available: 8 });
    const told = await taken();
    expect(told.map(({ topic }) => topic)).toEqual(["inventory_levels/update"]);
    await deliver(context, told);
    expect(await recordedOf(context, "stock", "2026-04-10")).toContainEqual([`${item}/${place}`, "8 5 0 0"]);
  });

  it("keeps what it has of a source that fails, and records the others", async () => {
    const { context, shop } = await recorded(warehouse, "2026-04-12");
    at("2026-04-13", "05:00");
    live.world.shopify.faults.failBulk(shop.domain, { evenAtEnd: true });
    await expect(record(context)).rejects.toThrow("gave no list of customers");
    expect(await knownDays(context, "consents")).toEqual([]);
    expect(await knownDays(context, "stock_levels")).toEqual(["2026-04-12"]);
    expect(await context.copy.counts()).toMatchObject({ consents: 3 });
    await record(context);
    expect(await knownDays(context, "consents")).toEqual(["2026-04-12"]);
  });

  it("follows what a webhook names to the second before midnight, when it is read after it", async () => {
    const { context, shop, past, items, places } = await recorded(warehouse, "2026-04-14");
    at("2026-04-14", "23:59:59");
    const [customer] = shop.customers.values();
    shop.setLevel(items[0] ?? 0, places[0] ?? 0, { available: 77 });
    shop.updateCustomer(customer?.id ?? 0, { tags: [], emailMarketing: "UNSUBSCRIBED" });
    at("2026-04-15", "00:00:03");
    await deliver(context, await taken());
    at("2026-04-15", "00:00:05");
    shop.setLevel(items[0] ?? 0, places[0] ?? 0, { available: 78 });
    await deliver(context, await taken());
    at("2026-04-15", "05:00");
    await record(context);
    await agrees(context, past);
    expect(await recordedOf(context, "stock", "2026-04-14")).toContainEqual([
      `${items[0]}/${places[0]}`,
      "77 5 0 0",
    ]);
    expect(await recordedOf(context, "stock", "2026-04-15")).toContainEqual([
      `${items[0]}/${places[0]}`,
      "78 5 0 0",
    ]);
  });

  it("books what is gone on the day before its night, however late that day it was seen last", async () => {
    const { context, shop, past, items } = await recorded(warehouse, "2026-04-18");
    const item = items[1] ?? 0;
    at("2026-04-18", "22:30");
    shop.setUnitCost(item, 13, {});
    await deliver(context, await taken());
    at("2026-04-18", "23:30");
    shop.deleteVariant(item);
    // Its webhook is lost; half past two, in the middle of what is known, would be the next day.
    await taken();
    at("2026-04-19", "05:30");
    await record(context);
    await agrees(context, past);
    expect(await knownDays(context, "unit_costs")).toEqual(["2026-04-18"]);
    expect((await recordedOf(context, "costs", "2026-04-18")).map(([id]) => id)).not.toContain(String(item));
  });

  it("has texts that the databases refuse without what they refuse, and members of segments beyond ten thousand", async () => {
    const { context, shop, past } = await recorded(warehouse, "2026-04-16", {
      also: (shop) => {
        for (let count = 0; count < 10_500; count += 1) shop.createCustomer();
      },
    });
    const named = shop.createSegment({ name: "A\0B \ud83d", query: "number_of_orders = 0" });
    await taken();
    at("2026-04-17", "05:00");
    await record(context);
    at("2026-04-18", "05:00");
    await record(context);
    const [row] = await context.copy.query<Row & { name: string }>(
      "SELECT name FROM shopify_segments WHERE segment_id = $1",
      [named.id],
    );
    expect(row?.name).not.toContain("\0");
    expect(row?.name.startsWith("A")).toBe(true);
    expect(await recordedOf(context, "members", "2026-04-17")).toEqual(
      truthOf(past, "members", "2026-04-17"),
    );
    expect(named.members.size).toBeGreaterThan(10_000);
  });

  it("holds nothing of a customer who was redacted, whatever is told of him", async () => {
    const { context, shop } = await recorded(warehouse, "2026-04-20");
    const [customer] = shop.customers.values();
    const id = customer?.id ?? 0;
    await redact(db, shop.domain, BigInt(id));
    await context.copy.eraseCustomers([id]);
    shop.updateCustomer(id, { sms: "SUBSCRIBED", tags: [] });
    shop.updateCustomer(id, { tags: ["vip"] });
    await deliver(context, await taken());
    at("2026-04-21", "05:00");
    await record(context);
    const held = await context.copy.query(
      "SELECT customer_id FROM consents WHERE customer_id = $1 UNION ALL SELECT customer_id FROM segment_members WHERE customer_id = $1",
      [id],
    );
    expect(held).toEqual([]);
    expect(await context.copy.counts()).toMatchObject({ consents: 2 });
  });
});
