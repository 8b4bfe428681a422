// What Shopify keeps no past of, recorded from webhooks and once a night: held day by day against what the simulated shop was.
import fc from "fast-check";
import { Temporal } from "temporal-polyfill";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { db } from "../../../app/db.server.ts";
import { followPlace } from "../../../app/jobs/place.server.ts";
import { subscribe } from "../../../app/jobs/subscriptions.server.ts";
import type { JobName } from "../../../app/queue/contract.ts";
import { PAGED_UP_TO, type ShopContext } from "../../../app/sync/context.ts";
import { redact } from "../../../app/sync/loading/redactions.ts";
import { refetch } from "../../../app/sync/reading/refetch.ts";
import { record } from "../../../app/sync/recording/record.ts";
import { askedScopes } from "../../../app/sync/resources/resources.ts";
import type { Row, Warehouse } from "../../../app/warehouse/warehouse.server.ts";
import type { Kind, Past } from "../../shopify/shop/past.ts";
import { Shop } from "../../shopify/shop.ts";
import { describeWarehouses } from "../../tools/setup/warehouses.ts";
import { type Arrived, call, serve, type Served } from "../routes/intake.ts";
import { openWorld, syncWhole, type World } from "./world.ts";

const ZONE = "Europe/Berlin";
const everything = [...askedScopes, "read_inventory"];

/** Moves on for all: Shopify, the shop and the app. */
let clock = new Date("2026-03-20T12:00:00Z");
const at = (day: string, time: string) => {
  clock = new Date(
    Temporal.PlainDate.from(day).toZonedDateTime({ timeZone: ZONE, plainTime: time }).epochMilliseconds,
  );
};

let world: World;
let app: Served;
const arrived: Arrived[] = [];
let number = 0;
beforeAll(async () => {
  app = await serve((delivery) => {
    arrived.push(delivery);
    return Promise.resolve(200);
  });
  // Where the app subscribes by itself, it is at this address.
  process.env.SHOPIFY_APP_URL = app.url;
  world = await openWorld(everything, "instant", () => clock);
  world.shopify.setAppUrl(app.url);
});
afterAll(async () => {
  app.close();
  await world.close();
});

async function taken(): Promise<Arrived[]> {
  await world.shopify.webhooks.idle();
  return arrived.splice(0);
}

async function deliver(context: ShopContext, deliveries: readonly Arrived[]): Promise<void> {
  for (const { url, init, topic } of deliveries) expect((await call(url, init)).status, topic).toBe(200);
  await refetch(context);
}

/** What each source says of a day, in the words of the shop's past. */
const SAID: Record<Kind, { source: string; sql: string }> = {
  consents: {
    source: "consents",
    sql: "SELECT concat(customer_id, '/', channel) AS key, state FROM consents",
  },
  stock: {
    source: "stock_levels",
    sql: `SELECT concat(inventory_item_id, '/', location_id) AS key,
            concat(available, ' ', on_hand, ' ', committed, ' ', incoming) AS state FROM stock_levels`,
  },
  costs: {
    source: "unit_costs",
    sql: "SELECT concat(inventory_item_id, '') AS key, concat(cost, ' ', currency) AS state FROM unit_costs",
  },
  segments: {
    source: "shopify_segments",
    sql: "SELECT concat(segment_id, '') AS key, concat(name, ': ', query) AS state FROM shopify_segments",
  },
  members: {
    source: "segment_members",
    sql: "SELECT concat(segment_id, '/', customer_id) AS key, 'in' AS state FROM segment_members",
  },
};

function words(kind: Kind, state: unknown): string {
  if (kind === "members") return "in";
  if (typeof state === "string") return state;
  const { available, on_hand, committed, incoming, cost, currency, name, query } = state as Record<
    string,
    string
  >;
  if (kind === "stock") return `${available} ${on_hand} ${committed} ${incoming}`;
  return kind === "costs" ? `${cost ?? ""} ${currency ?? ""}` : `${name}: ${query}`;
}

const truthOf = (past: Past, kind: Kind, day: string) =>
  [...past.atEndOf(kind, day, ZONE)].map(([key, state]) => [key, words(kind, state)]).sort();

async function recordedOf({ copy }: ShopContext, kind: Kind, day: string): Promise<string[][]> {
  const rows = await copy.query<Row & { key: string; state: string }>(
    `${SAID[kind].sql} WHERE from_day <= DATE '${day}' AND to_day > DATE '${day}'`,
  );
  return rows.map(({ key, state }) => [key, state]).sort();
}

const KINDS = Object.keys(SAID) as Kind[];

async function knownDays({ copy }: ShopContext, source: string): Promise<string[]> {
  const rows = await copy.query<{ from_day: string; to_day: string }>(
    "SELECT from_day, to_day FROM recorded_days WHERE source = $1 ORDER BY from_day",
    [source],
  );
  return rows.flatMap(({ from_day: from, to_day: to }) => {
    const first = Temporal.PlainDate.from(from);
    return Array.from({ length: first.until(to).days }, (_, days) => first.add({ days }).toString());
  });
}

async function agrees(context: ShopContext, past: Past): Promise<void> {
  for (const kind of KINDS)
    for (const day of await knownDays(context, SAID[kind].source))
      expect(await recordedOf(context, kind, day), `${kind} of ${day}`).toEqual(truthOf(past, kind, day));
}

interface Recorded {
  shop: Shop;
  context: ShopContext;
  past: Past;
  items: number[];
  places: number[];
}

/** A shop on a day at three in the afternoon, all of it recorded. */
async function recorded(
  warehouse: Warehouse,
  day: string,
  { scopes = everything, also }: { scopes?: readonly string[]; also?: (shop: Shop) => void } = {},
): Promise<Recorded> {
  at(day, "15:00");
  const shop = new Shop({
    handle: `record-${++number}`,
    currency: "EUR",
    timeZone: ZONE,
    clock: () => clock,
  });
  const items = [1, 2, 3].map(
    (each) => shop.addVariant({ title: `Cup ${each}`, price: 900, unitCost: 100 * each }).id,
  );
  const places = ["Shop", "Store"].map((name) => shop.addLocation({ name }).id);
  for (const item of items) shop.setLevel(item, places[0] ?? 0, { available: 5, on_hand: 5 });
  for (const state of ["SUBSCRIBED", "NOT_SUBSCRIBED", undefined] as const)
    shop.createCustomer({
      tags: state === "SUBSCRIBED" ? ["vip"] : [],
      ...(state && { emailMarketing: state }),
    });
  shop.createSegment({ name: "VIP", query: "customer_tags CONTAINS 'vip'" });
  shop.createSegment({ name: "Buyers", query: "number_of_orders >= 1" });
  also?.(shop);
  const past = shop.rememberPast();
  await world.install(shop, scopes);
  await subscribe(shop.domain);
  const context = world.context(shop, warehouse, { pagedUpTo: PAGED_UP_TO, now: () => clock });
  await syncWhole(context);
  await record(context);
  await taken();
  return { shop, context, past, items, places };
}

const next = (day: string, days = 1) => Temporal.PlainDate.from(day).add({ days }).toString();

const changes = [
  "stock",
  "away",
  "cost",
  "email",
  "sms",
  "leave",
  "tag",
  "order",
  "create",
  "merge",
  "rename",
  "remove",
] as const;
const change = fc.record({
  kind: fc.constantFrom(...changes),
  pick: fc.nat(1000),
  /** Of its webhooks: lost, come, come twice. */
  fate: fc.constantFrom("lost", "come", "twice"),
});
type Change = typeof change extends fc.Arbitrary<infer T> ? T : never;

function make({ shop, items, places }: Recorded, { kind, pick }: Change): void {
  const one = <T>(all: readonly T[]): T | undefined => all[pick % Math.max(1, all.length)];
  const customer = one([...shop.customers.values()].filter((each) => each.emailMarketing !== "REDACTED"));
  const other = [...shop.customers.values()].find(({ id }) => id !== customer?.id);
  const item = one(items.filter((id) => shop.variants.has(id)));
  const place = one(places);
  const level = one([...shop.levels.values()]);
  const segment = one([...shop.segments.values()]);
  if (kind === "stock" && item && place)
    shop.setLevel(item, place, { available: pick % 7, on_hand: pick % 5, incoming: pick % 3 });
  else if (kind === "away" && level) shop.setLevel(level.itemId, level.locationId, null);
  else if (kind === "cost" && item) shop.setUnitCost(item, pick % 4 === 0 ? null : pick % 50, {});
  else if (kind === "email" && customer)
    shop.updateCustomer(customer.id, { emailMarketing: pick % 2 ? "SUBSCRIBED" : "UNSUBSCRIBED" });
  else if (kind === "sms" && customer)
    shop.updateCustomer(
      customer.id,
      pick % 3 === 0 ? { phone: null } : { sms: pick % 2 ? "SUBSCRIBED" : "PENDING", whatsApp: "SUBSCRIBED" },
    );
  else if (
    kind === "leave" &&
    customer &&
    shop.customerOrders(customer.id).length === 0 &&
    shop.customers.size > 2
  )
    shop.deleteCustomer(customer.id);
  else if (kind === "tag" && customer) shop.updateCustomer(customer.id, { tags: pick % 2 ? ["vip"] : [] });
  else if (kind === "order" && customer)
    shop.placeOrder({ customerId: customer.id, lines: [{ title: "Cup", price: 900, quantity: 1 }] });
  else if (kind === "create") shop.createCustomer({ emailMarketing: "PENDING", tags: ["vip"] });
  else if (kind === "merge" && customer && other && shop.customers.size > 3)
    shop.mergeCustomers(customer.id, other.id);
  else if (kind === "rename" && segment) shop.updateSegment(segment.id, { name: `Name ${pick}` });
  else if (kind === "remove" && item && items.length > 2) shop.deleteVariant(item);
}

describeWarehouses("recording", (open) => {
  it("ends in the truth of every day that is known, whatever is lost, doubled or out of order", async () => {
    const warehouse = await open();
    await fc.assert(
      fc.asyncProperty(
        // Over the change of the clocks of 29 March.
        fc.array(fc.tuple(fc.array(change, { minLength: 2, maxLength: 8 }), fc.boolean()), {
          minLength: 3,
          maxLength: 4,
        }),
        fc.noShrink(fc.infiniteStream(fc.nat())),
        async (days, random) => {
          const draw = () => Number(random.next().value);
          let day = "2026-03-27";
          const made = await recorded(warehouse, day);
          for (const [some, isMissed] of days) {
            const waiting: Arrived[] = [];
            for (const [hour, each] of some.entries()) {
              at(day, `${15 + hour}:30:${10 + (each.pick % 50)}`);
              make(made, each);
              const told = await taken();
              if (each.fate !== "lost") waiting.push(...told);
              if (each.fate === "twice") waiting.push(...told);
              if (draw() % 2 === 0) await deliver(made.context, shuffled(waiting.splice(0), draw));
            }
            at(day, "23:59:59");
            await deliver(made.context, shuffled(waiting, draw));
            day = next(day);
            at(day, "05:30");
            if (!isMissed) await record(made.context);
          }
          await agrees(made.context, made.past);
        },
      ),
      { numRuns: 6, endOnFailure: true },
    );
  });
});

const shuffled = <T>(all: readonly T[], draw: () => number): T[] => {
  const left = [...all];
  const out: T[] = [];
  while (left.length > 0) out.push(...left.splice(draw() % left.length, 1));
  return out;
};

describe("the night's recording", () => {
  let warehouse: Warehouse;
  beforeAll(async () => {
    warehouse = await world.warehouse();
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
    world.shopify.setScopes(shop.domain, everything);
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
    world.shopify.faults.failBulk(shop.domain, { evenAtEnd: true });
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
