// A shop whose clock a test moves, with all of it recorded, and what was recorded held day by day against what it was.
import { Temporal } from "temporal-polyfill";
import { afterAll, beforeAll, expect } from "vitest";
import { subscribe } from "../../../app/jobs/subscriptions.server.ts";
import { PAGED_UP_TO, type ShopContext } from "../../../app/sync/context.ts";
import { refetch } from "../../../app/sync/reading/refetch.ts";
import { record } from "../../../app/sync/recording/record.ts";
import { askedScopes } from "../../../app/sync/resources/resources.ts";
import type { Row, Warehouse } from "../../../app/warehouse/warehouse.server.ts";
import type { Kind, Past } from "../../shopify/shop/past.ts";
import { Shop } from "../../shopify/shop.ts";
import { type Arrived, call, serve, type Served } from "../routes/intake.ts";
import { openWorld, syncWhole, type World } from "./world.ts";

const ZONE = "Europe/Berlin";
export const everything = [...askedScopes, "read_inventory"];

/** What each source says of a day, in the words of the shop's past. */
export const SAID: Record<Kind, { source: string; sql: string }> = {
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

export const truthOf = (past: Past, kind: Kind, day: string) =>
  [...past.atEndOf(kind, day, ZONE)].map(([key, state]) => [key, words(kind, state)]).sort();

export async function recordedOf({ copy }: ShopContext, kind: Kind, day: string): Promise<string[][]> {
  const rows = await copy.query<Row & { key: string; state: string }>(
    `${SAID[kind].sql} WHERE from_day <= DATE '${day}' AND to_day > DATE '${day}'`,
  );
  return rows.map(({ key, state }) => [key, state]).sort();
}

const KINDS = Object.keys(SAID) as Kind[];

export async function knownDays({ copy }: ShopContext, source: string): Promise<string[]> {
  const rows = await copy.query<{ from_day: string; to_day: string }>(
    "SELECT from_day, to_day FROM recorded_days WHERE source = $1 ORDER BY from_day",
    [source],
  );
  return rows.flatMap(({ from_day: from, to_day: to }) => {
    const first = Temporal.PlainDate.from(from);
    return Array.from({ length: first.until(to).days }, (_, days) => first.add({ days }).toString());
  });
}

export async function agrees(context: ShopContext, past: Past): Promise<void> {
  for (const kind of KINDS)
    for (const day of await knownDays(context, SAID[kind].source))
      expect(await recordedOf(context, kind, day), `${kind} of ${day}`).toEqual(truthOf(past, kind, day));
}

export interface Recorded {
  shop: Shop;
  context: ShopContext;
  past: Past;
  items: number[];
  places: number[];
}

export interface Recordings {
  readonly world: World;
  /** Moves the clock on for all: Shopify, the shop and the app. */
  at: (day: string, time: string) => void;
  taken: () => Promise<Arrived[]>;
  deliver: (context: ShopContext, deliveries: readonly Arrived[]) => Promise<void>;
  /** A shop on a day at three in the afternoon, all of it recorded. */
  recorded: (
    warehouse: Warehouse,
    day: string,
    options?: { scopes?: readonly string[]; also?: (shop: Shop) => void },
  ) => Promise<Recorded>;
}

/** Live as long as the suite. */
export function recordings(): Recordings {
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

  return {
    get world() {
      return world;
    },
    at,
    taken,
    deliver,
    recorded,
  };
}
