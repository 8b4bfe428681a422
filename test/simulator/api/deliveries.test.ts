// Webhooks on a bad day: lost, doubled, late, out of order, forged, held up by an outage; all on a clock that is moved.
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { DeliveryRates } from "../../shopify/server.ts";
import type { Receiver } from "./receiver.ts";
import { startReceiver } from "./receiver.ts";
import type { World } from "./world.ts";
import { newShop, startWorld } from "./world.ts";

const TOML = `
client_id = "sim-client"
[webhooks]
api_version = "2026-10"
  [[webhooks.subscriptions]]
  topics = ["orders/create"]
  uri = "/webhooks/orders"
  include_fields = ["id"]
  [[webhooks.subscriptions]]
  topics = ["orders/create"]
  uri = "/webhooks/ledger"
  include_fields = ["id", "name"]
  [[webhooks.subscriptions]]
  topics = ["customers/create"]
  uri = "/webhooks/customers"
  include_fields = ["id"]
`;

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

let app: Receiver;
let world: World;

beforeAll(async () => {
  app = await startReceiver(TOML);
});
afterAll(() => app.stop());
beforeEach(async () => {
  app.forget();
  world = await startWorld({ appToml: app.toml, appUrl: app.url });
  world.shopify.webhooks.hold();
});
afterEach(() => world.stop());

/** So many new customers; each is one webhook. */
const customers = (count: number, target = world): number[] =>
  Array.from(
    { length: count },
    (_, index) => target.shop.createCustomer({ at: new Date(Date.UTC(2026, 4, 1, 0, index)) }).id,
  );
const arrived = (): number[] => app.received.map(({ body }) => (JSON.parse(body) as { id: number }).id);
const set = (rates: DeliveryRates): void => world.shopify.faults.deliveries("fixture", rates);
const header = (name: string): unknown[] => app.received.map(({ headers }) => headers[name]);

describe("held webhooks", () => {
  test("go out in order as the clock is moved on, and no sooner", async () => {
    const ids = customers(5);
    await world.shopify.webhooks.idle();
    expect(app.received).toEqual([]);
    await world.shopify.webhooks.advance(0);
    expect(arrived()).toEqual(ids);
  });

  test("go out by themselves once they are no longer held", async () => {
    const ids = customers(3);
    world.shopify.webhooks.resume();
    await world.shopify.webhooks.idle();
    expect(arrived().sort()).toEqual(ids);
  });
});

describe("webhooks in general", () => {
  test("of one event share its id, and have each their own", async () => {
    world.shop.placeOrder({ at: "2026-05-01T10:00:00Z", lines: [{ price: 100, quantity: 1 }] });
    await world.shopify.webhooks.advance(0);
    expect(app.received.map(({ path }) => path)).toEqual(["/webhooks/orders", "/webhooks/ledger"]);
    expect(new Set(header("x-shopify-event-id")).size).toBe(1);
    expect(new Set(header("x-shopify-webhook-id")).size).toBe(2);
  });

  test("are tried nine times in four hours, at growing distances, as they were at first", async () => {
    app.refusals = 100;
    const customer = world.shop.createCustomer({ at: "2026-05-01T00:00:00Z" });
    await world.shopify.webhooks.advance(0);
    expect(app.received).toHaveLength(1);
    world.shop.redactCustomer(customer.id);
    await world.shopify.webhooks.advance(4 * HOUR - 1);
    expect(app.received).toHaveLength(8);
    await world.shopify.webhooks.advance(DAY);
    expect(app.received).toHaveLength(9);
    for (const name of ["x-shopify-webhook-id", "x-shopify-event-id", "x-shopify-triggered-at"])
      expect(new Set(header(name)).size).toBe(1);
    expect(new Set(app.received.map(({ body }) => body)).size).toBe(1);
    const [delivery] = world.shopify.webhooks.deliveries;
    expect(delivery?.state).toBe("failed");
    const since = delivery?.attempts.map(({ sinceMs }) => sinceMs) ?? [];
    expect(since[0]).toBe(0);
    expect(since[8]).toBeCloseTo(4 * HOUR, 3);
    const pauses = since.slice(1).map((at, index) => at - (since[index] ?? 0));
    for (const [index, pause] of pauses.slice(1).entries())
      expect(pause / (pauses[index] ?? 0)).toBeCloseTo(2);
  });
});

describe("a share of webhooks", () => {
  test("is lost for good", async () => {
    set({ seed: 3, lost: 0.1 });
    const ids = customers(200);
    await world.shopify.webhooks.deliverLate();
    const missing = ids.filter((id) => !arrived().includes(id));
    expect(missing.length).toBeGreaterThan(8);
    expect(missing.length).toBeLessThan(35);
    const lost = world.shopify.webhooks.deliveries.filter(({ state }) => state === "lost");
    expect(lost).toHaveLength(missing.length);
    expect(world.shopify.faults.injected("fixture")).toEqual({ webhook_lost: missing.length });
  });

  test("comes twice, with the same ids and body", async () => {
    set({ seed: 3, twice: 0.3 });
    const ids = customers(200);
    await world.shopify.webhooks.deliverLate();
    expect(new Set(arrived())).toEqual(new Set(ids));
    const doubled = app.received.length - ids.length;
    expect(doubled).toBeGreaterThan(40);
    expect(doubled).toBeLessThan(80);
    expect(new Set(header("x-shopify-webhook-id")).size).toBe(ids.length);
    expect(new Set(header("x-shopify-event-id")).size).toBe(ids.length);
    expect(world.shopify.webhooks.deliveries.filter(({ copy }) => copy)).toHaveLength(doubled);
    expect(world.shopify.faults.injected()).toEqual({ webhook_twice: doubled });
  });

  test("is late, by up to as long as given, and tells when its event was", async () => {
    set({ seed: 3, late: 0.5, lateByMs: 6 * HOUR });
    const ids = customers(60);
    await world.shopify.webhooks.advance(0);
    const punctual = arrived();
    const { webhook_late: late = 0 } = world.shopify.faults.injected("fixture");
    expect(punctual).toHaveLength(60 - late);
    expect(late).toBeGreaterThan(15);
    await world.shopify.webhooks.advance(3 * HOUR);
    expect(app.received.length).toBeGreaterThan(punctual.length);
    expect(app.received.length).toBeLessThan(60);
    await world.shopify.webhooks.advance(3 * HOUR);
    expect(arrived().sort()).toEqual(ids);
    const [first] = ids;
    expect(
      app.received.find(({ body }) => body === `{"id":${first}}`)?.headers["x-shopify-triggered-at"],
    ).toBe("2026-05-01T00:00:00Z");
  });

  test("is late while the others go out by themselves", async () => {
    world.shopify.webhooks.resume();
    set({ seed: 3, late: 0.5 });
    const ids = customers(20);
    await world.shopify.webhooks.idle();
    const punctual = arrived().length;
    expect(punctual).toBeGreaterThan(0);
    expect(punctual).toBeLessThan(20);
    await world.shopify.webhooks.deliverLate();
    expect(arrived().sort()).toEqual(ids);
    expect(world.shopify.webhooks.clock).toBeLessThanOrEqual(DAY);
  });

  test("is shuffled within windows, the last of which may be short", async () => {
    set({ seed: 3, shuffled: 10 });
    const ids = customers(25);
    await world.shopify.webhooks.advance(0);
    const order = arrived();
    expect(order).not.toEqual(ids);
    for (const from of [0, 10, 20])
      expect(order.slice(from, from + 10).sort()).toEqual(ids.slice(from, from + 10));
  });

  test("is forged: refused, it comes again as it was", async () => {
    set({ seed: 3, tampered: 0.5 });
    const ids = customers(20);
    await world.shopify.webhooks.deliverLate();
    const accepted = app.received.filter(({ status }) => status === 200);
    expect(accepted.map(({ body }) => (JSON.parse(body) as { id: number }).id).sort()).toEqual(ids);
    const { webhook_tampered: tampered = 0 } = world.shopify.faults.injected("fixture");
    expect(tampered).toBeGreaterThan(4);
    expect(app.received.filter(({ status }) => status === 401)).toHaveLength(tampered);
    const hit = world.shopify.webhooks.deliveries.filter(({ attempts }) => attempts[0]?.tampered);
    expect(new Set(hit.map(({ attempts }) => attempts[0]?.tampered))).toEqual(new Set(["body", "signature"]));
    for (const { attempts } of hit)
      expect(attempts).toMatchObject([{ status: 401 }, { status: 200, tampered: null }]);
  });
});

describe("the same seed", () => {
  const story = async (seed: number, rates: DeliveryRates = {}): Promise<string> => {
    const again = await startWorld({ appToml: app.toml, appUrl: app.url });
    app.forget();
    again.shopify.webhooks.hold();
    again.shopify.faults.deliveries("fixture", {
      seed,
      twice: 0.3,
      late: 0.3,
      lost: 0.1,
      tampered: 0.1,
      shuffled: 5,
      ...rates,
    });
    customers(60, again);
    await again.shopify.webhooks.deliverLate();
    await again.stop();
    return app.received.map(({ body, status }) => `${body} ${status}`).join("\n");
  };

  test("tells the same story, another seed another one", async () => {
    const first = await story(1);
    expect(await story(1)).toBe(first);
    expect(await story(2)).not.toBe(first);
  });

  test("loses the same ones whatever else is asked", async () => {
    const ids = (text: string): Set<string> =>
      new Set(text.split("\n").flatMap((line) => (line.endsWith("200") ? [line] : [])));
    expect(ids(await story(1, { twice: 0, late: 0, tampered: 0 }))).toEqual(ids(await story(1)));
  });
});

describe("an outage", () => {
  test("of an hour delays; what was due meanwhile comes by Shopify's retries", async () => {
    world.shopify.faults.outage("fixture", HOUR);
    const ids = customers(3);
    await world.shopify.webhooks.advance(HOUR - 1);
    expect(app.received).toEqual([]);
    await world.shopify.webhooks.advance(2 * HOUR);
    expect(arrived()).toEqual(ids);
    for (const { attempts } of world.shopify.webhooks.deliveries)
      expect(attempts.slice(0, -1).every(({ error }) => error === "outage")).toBe(true);
  });

  test("of two minutes is over by the third try, in compressed time too", async () => {
    world.shopify.webhooks.resume();
    world.shopify.faults.outage("fixture", 2 * MINUTE);
    const ids = customers(2);
    await world.shopify.webhooks.idle();
    expect(arrived().sort()).toEqual(ids);
    for (const { attempts } of world.shopify.webhooks.deliveries)
      expect(attempts.map(({ status }) => status)).toEqual([null, null, 200]);
  });

  test("of six hours loses what happened in its first two, and only in that shop", async () => {
    const second = newShop({ handle: "second" });
    world.shopify.addShop(second);
    await world.exchange({}, second.domain);
    world.shopify.faults.outage("fixture", 6 * HOUR);
    const [early] = customers(1);
    const elsewhere = second.createCustomer({ at: "2026-05-01T00:00:00Z" });
    await world.shopify.webhooks.advance(3 * HOUR);
    expect(arrived()).toEqual([elsewhere.id]);
    const later = world.shop.createCustomer({ at: "2026-05-01T03:00:00Z" });
    await world.shopify.webhooks.advance(5 * HOUR);
    expect(arrived()).toEqual([elsewhere.id, later.id]);
    expect(world.shopify.webhooks.deliveries.map(({ state }) => state)).toEqual([
      "failed",
      "delivered",
      "delivered",
    ]);
    expect(arrived()).not.toContain(early);
    expect(world.shopify.faults.injected("second")).toEqual({});
  });
});

describe("a subscription", () => {
  const fail = async (): Promise<void> => {
    app.refusals = 9;
    customers(1);
    await world.shopify.webhooks.advance(5 * HOUR);
    app.refusals = 0;
  };
  const topic = "customers/create";
  const uris = (): string[] => world.shopify.webhooks.subscriptions("fixture", topic).map(({ uri }) => uri);

  test("of shopify.app.toml stays, whatever fails", async () => {
    await fail();
    expect(uris()).toEqual(["/webhooks/customers"]);
    const ids = customers(1);
    await world.shopify.webhooks.advance(0);
    expect(arrived().slice(-1)).toEqual(ids);
  });

  test("made by API ends after eight retries in vain", async () => {
    world.shopify.faults.removeSubscription("fixture", topic);
    world.shopify.webhooks.subscribe("fixture", topic, "/webhooks/made");
    expect(uris()).toEqual(["/webhooks/made"]);
    await fail();
    expect(app.received).toHaveLength(9);
    expect(uris()).toEqual([]);
    customers(1);
    await world.shopify.webhooks.advance(0);
    expect(app.received).toHaveLength(9);
    expect(world.shopify.faults.injected("fixture")).toEqual({ subscription_removed: 2 });
  });

  test("made by API stays when another webhook has arrived meanwhile", async () => {
    world.shopify.faults.removeSubscription("fixture", topic);
    world.shopify.webhooks.subscribe("fixture", topic, "/webhooks/made");
    app.refusals = 1;
    customers(1);
    await world.shopify.webhooks.advance(MINUTE / 6);
    customers(1);
    await world.shopify.webhooks.advance(0);
    app.refusals = 8;
    await world.shopify.webhooks.advance(5 * HOUR);
    expect(world.shopify.webhooks.deliveries.map(({ state }) => state)).toEqual(["failed", "delivered"]);
    expect(uris()).toEqual(["/webhooks/made"]);
  });

  test("that a shop has lost is there again once faults are cleared", async () => {
    world.shopify.faults.removeSubscription("fixture", topic, "/webhooks/customers");
    customers(1);
    await world.shopify.webhooks.deliverLate();
    expect(app.received).toEqual([]);
    world.shopify.faults.clear("fixture");
    expect(uris()).toEqual(["/webhooks/customers"]);
  });
});
