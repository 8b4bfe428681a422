// Chaos from a seed: everything goes wrong at the rates asked for, is counted, and repeats.
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { ChaosRates, Counts } from "../../shopify/server.ts";
import type { Receiver } from "./receiver.ts";
import { startReceiver } from "./receiver.ts";
import type { Operation, World } from "./world.ts";
import { OPERATION_FIELDS, RUN_BULK, startWorld, stockShop } from "./world.ts";

const TOML = `
client_id = "sim-client"
[webhooks]
api_version = "2026-10"
  [[webhooks.subscriptions]]
  topics = ["customers/create"]
  uri = "/webhooks/customers"
  include_fields = ["id"]
`;
const QUIET: ChaosRates = {
  throttled: 0,
  tooManyRequests: 0,
  badGateway: 0,
  dropped: 0,
  tokensExpired: 0,
  bulkFailed: 0,
  linkDead: 0,
  downloadBroken: 0,
  holdMs: 0,
  twice: 0,
  late: 0,
  lateByMs: 0,
  lost: 0,
  spared: [],
  tampered: 0,
  shuffled: 1,
};

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

/** What an answer was, in a word. */
async function met(query: string, token: string): Promise<string> {
  const response = await world.post(query, token).catch(() => null);
  if (response === null) return "dropped";
  if (response.status !== 200) return String(response.status);
  const { errors } = (await response.json()) as { errors?: unknown[] };
  return errors === undefined ? "ok" : "throttled";
}

const REQUESTS = { throttled: 0.1, tooManyRequests: 0.1, badGateway: 0.1, dropped: 0.1 };
const QUERY = "{ shop { name } }";

async function meet(times: number, between?: () => Promise<unknown>): Promise<string[]> {
  const seen: string[] = [];
  for (let i = 0; i < times; i += 1) {
    seen.push(await met(QUERY, world.token));
    await between?.();
  }
  return seen;
}

describe("requests", () => {
  test("meet each fault at its rate, and each is counted", async () => {
    world.shopify.faults.chaos({ seed: 7, rates: { ...QUIET, ...REQUESTS } });
    const seen = await meet(200);
    const count = (what: string): number => seen.filter((each) => each === what).length;
    for (const what of ["throttled", "429", "502", "dropped"]) {
      expect(count(what), what).toBeGreaterThan(8);
      expect(count(what), what).toBeLessThan(40);
    }
    const { dropped = 0, dropped_answer = 0, ...counts } = world.shopify.faults.injected();
    expect(counts).toEqual({ throttled: count("throttled"), http_429: count("429"), http_502: count("502") });
    expect(dropped + dropped_answer).toBe(count("dropped"));
    expect(Math.min(dropped, dropped_answer)).toBeGreaterThan(0);
  });

  test("meet the same with the same seed, whatever is asked in between", async () => {
    const settings = { seed: 7, rates: { ...QUIET, ...REQUESTS } };
    world.shopify.faults.chaos(settings);
    const first = await meet(40);
    world.shopify.faults.chaos(settings);
    expect(await meet(40, () => met("{ ordersCount { count } }", world.token))).toEqual(first);
    world.shopify.faults.chaos({ ...settings, seed: 8 });
    expect(await meet(40)).not.toEqual(first);
  });

  test("find their token expired, until it is exchanged anew", async () => {
    world.shopify.faults.chaos({ seed: 7, rates: { ...QUIET, tokensExpired: 0.2 } });
    let token = world.token;
    let expired = 0;
    for (let i = 0; i < 50; i += 1) {
      if ((await met(QUERY, token)) === "ok") continue;
      expired += 1;
      token = String((await world.exchange()).body["access_token"]);
    }
    expect(expired).toBeGreaterThan(3);
    expect(world.shopify.faults.injected("fixture")).toEqual({ tokens_expired: expired });
  });

  test("are well again when it ends", async () => {
    world.shopify.faults.chaos({ seed: 7, rates: { badGateway: 1, throttled: 0, tooManyRequests: 0 } });
    expect(await meet(3)).toEqual(["502", "502", "502"]);
    world.shopify.faults.chaos(null);
    expect(await meet(20)).toEqual(Array.from({ length: 20 }, () => "ok"));
  });
});

test("a patient client gets every row through failed operations, dead links and broken downloads", async () => {
  stockShop(world.shop);
  const ids = [...world.shop.orders.keys()];
  world.shopify.faults.chaos({
    seed: 11,
    rates: { ...QUIET, ...REQUESTS, bulkFailed: 0.4, linkDead: 0.3, downloadBroken: 0.4 },
  });
  const patiently = async <T>(
    field: string,
    query: string,
    variables: Record<string, unknown>,
  ): Promise<T> => {
    for (;;) {
      const answer = await world.graphql(query, variables).catch(() => null);
      const value = answer?.data?.[field];
      if (value !== undefined && value !== null) return value as T;
    }
  };
  const download = async (url: string): Promise<string | null> => {
    for (;;) {
      const response = await fetch(url);
      if (response.status !== 200) return null;
      const text = await response.text().catch(() => null);
      if (text !== null) return text;
    }
  };
  const attempt = async (): Promise<string | null> => {
    const { bulkOperation } = await patiently<{ bulkOperation: Operation | null }>(
      "bulkOperationRunQuery",
      RUN_BULK,
      { query: "{ orders { edges { node { id } } } }", grouped: true },
    );
    // Refused: answers that were lost have left five running.
    if (bulkOperation === null) return null;
    for (;;) {
      const { status, url } = await patiently<Operation>(
        "bulkOperation",
        `query Op($id: ID!) { bulkOperation(id: $id) { ${OPERATION_FIELDS} } }`,
        { id: bulkOperation.id },
      );
      if (status === "FAILED") return null;
      if (status === "COMPLETED" && url !== null) return download(url);
    }
  };
  for (let done = 0; done < 12;) {
    const text = await attempt();
    if (text === null) continue;
    const rows = text.trimEnd().split("\n");
    expect(rows).toEqual(ids.map((id) => JSON.stringify({ id: `gid://shopify/Order/${id}` })));
    done += 1;
  }
  const { bulk_failed = 0, link_dead = 0, download_broken = 0 } = world.shopify.faults.injected();
  expect(Math.min(bulk_failed, link_dead, download_broken)).toBeGreaterThan(0);
});

test("webhooks of every shop meet it, at the usual rates unless others are given", async () => {
  world.shopify.faults.chaos({ seed: 5 });
  const ids = Array.from({ length: 300 }, () => world.shop.createCustomer({}).id);
  await world.shopify.webhooks.deliverLate();
  const came = new Set(
    app.received
      .filter(({ status }) => status === 200)
      .map(({ body }) => (JSON.parse(body) as { id: number }).id),
  );
  const counts: Counts = world.shopify.faults.injected("fixture");
  expect(came.size).toBe(ids.length - (counts.webhook_lost ?? 0));
  const share = (kind: keyof Counts): number => (counts[kind] ?? 0) / ids.length;
  expect(share("webhook_lost")).toBeCloseTo(0.1, 1);
  expect(share("webhook_twice")).toBeCloseTo(0.3 * 0.9, 1);
  expect(share("webhook_late")).toBeCloseTo(0.2 * 0.9 * 1.3, 1);
  expect(share("webhook_tampered")).toBeGreaterThan(0);
  expect(share("webhook_shuffled")).toBeGreaterThan(0.5);
});
