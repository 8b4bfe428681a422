// Crowds at the ingress: whoever they are, health checks, Shopify's webhooks and everybody else's pages find their way.
import { createHmac } from "node:crypto";
import { once } from "node:events";
import { createServer, type ServerResponse } from "node:http";
import { Duplex } from "node:stream";
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from "vitest";
import { closeDb, db } from "../../../app/db.server.ts";
import { env } from "../../../app/env.server.ts";
import { limitConnections } from "../../../app/webhooks/ingress/connections.ts";
import { limits } from "../../../app/webhooks/ingress/limits.ts";
import type { IngressOptions } from "../../../app/webhooks/ingress/messages.ts";
import { stopJobs } from "../../../app/process/jobs.server.ts";
import { openQueue } from "../../../app/queue/queue.server.ts";
import { meters } from "../../../app/metrics/meters.server.ts";
import { signed } from "../routes/intake.ts";
import { freshDatabase } from "../../tools/setup/database.ts";
import { type Door, head, heard, openDoor } from "./door.ts";
import { holdInbox, waitsForTheInbox } from "./inbox.ts";
import { eventually } from "../../tools/setup/eventually.ts";

const SHOP = "another.myshopify.com";
let door: Door;
const open = async (change: Partial<IngressOptions> = {}) => (door = await openDoor(change));
const ask = (path: string, headers: Record<string, string> = {}) => fetch(door.address + path, { headers });
const send = (id: number, to = "orders", topic = "orders/updated") =>
  fetch(`${door.address}/webhooks/${to}`, signed(topic, SHOP, { id }));
const finished = () => {
  const payload = { admin_graphql_api_id: "gid://shopify/BulkOperation/1" };
  return fetch(`${door.address}/webhooks/bulk`, signed("bulk_operations/finish", SHOP, payload));
};
const redacted = (more = "") =>
  fetch(
    `${door.address}/webhooks/compliance`,
    signed("customers/redact", SHOP, { shop_domain: SHOP, customer: { id: 7 }, more }),
  );

/** How often something was refused since the test began. */
let before: Record<string, number> = {};
const refusals = async () => {
  const { values } = await meters.refused.get();
  return Object.fromEntries(values.map(({ labels, value }) => [String(labels.reason), value]));
};
const refused = async (reason: string) => ((await refusals())[reason] ?? 0) - (before[reason] ?? 0);

/** The app answers nothing, and the answers that it owes are the test's to give. */
function keepWaiting(): ServerResponse[] {
  const owed: ServerResponse[] = [];
  door.answers((request, response) => {
    if (request.url === "/healthz" || request.url?.startsWith("/webhooks/")) response.end("from the app");
    else owed.push(response);
  });
  return owed;
}

beforeAll(async () => {
  process.env.DATABASE_URL = await freshDatabase();
  await openQueue();
  await db.shop.create({ data: { domain: SHOP } });
});
beforeEach(async () => {
  await db.webhookEvent.deleteMany();
  before = await refusals();
});
afterEach(() => door.close());
afterAll(async () => {
  await stopJobs();
  await closeDb();
});

it("300 half-sent requests and 100 webhooks of headers alone keep out no webhook and no page of another shop", async () => {
  await open();
  const half = head("/auth/login", { "content-length": "1000" });
  for (let each = 0; each < 300; each++) door.call(half, "shop=");
  const forged = head("/webhooks/orders", { "content-length": "16000", "x-shopify-hmac-sha256": "bm8=" });
  const callers = Array.from({ length: 100 }, () => door.call(forged));
  await Promise.all(callers.map((caller) => once(caller, "connect")));

  const kept = await Promise.all(Array.from({ length: 50 }, (_, id) => send(id + 1)));
  expect(kept.map(({ status }) => status)).toEqual(kept.map(() => 200));
  expect(await db.webhookEvent.count({ where: { shop: SHOP } })).toBe(50);
  for (const path of ["/app", "/healthz", "/readyz", "/metrics"])
    expect(await (await ask(path)).text(), path).toBe("from the app");
  expect(await (await finished()).text()).toBe("from the app");
  expect((await redacted()).status).toBe(200);
  expect(door.reached).not.toContain("/auth/login");
});

it("half-sent webhooks beyond what is read at once make room, the oldest first", async () => {
  await open({ limits: { bodiesAtOnce: 2 } });
  const forged = head("/webhooks/orders", { "content-length": "100" });
  const oldest = door.call(forged);
  await once(oldest, "connect");
  const told = heard(oldest);
  const others = [door.call(forged), door.call(forged)];
  expect(await told).toMatch(/^HTTP\/1.1 408 [^]*Retry-After: 10/);
  expect((await send(7)).status).toBe(200);
  expect(others.filter(({ closed }) => closed).length).toBeLessThan(2);
  await eventually(async () => expect(await refused("crowded")).toBeGreaterThan(0));
});

it("webhooks that Shopify cannot have sent are refused before their body is read", async () => {
  await open();
  const { body, headers } = signed("orders/updated", SHOP, { id: 7 });
  for (const name of ["x-shopify-hmac-sha256", "x-shopify-topic", "x-shopify-shop-domain"]) {
    const some = Object.entries(headers as Record<string, string>).filter(([each]) => each !== name);
    const lines = some.map((each) => `${each.join(": ")}\r\n`).join("");
    const length = String(body as string).length;
    const caller = door.call(
      `POST /webhooks/orders HTTP/1.1\r\nhost: door\r\n${lines}content-length: ${length}\r\n\r\n`,
    );
    expect(await heard(caller)).toMatch(/^HTTP\/1.1 400 /);
  }
  await eventually(async () => expect(await refused("unsigned")).toBe(3));
});

it("pages that the app cannot take are sent away at once, and keep neither health checks nor Shopify's webhooks out", async () => {
  await open({ limits: { pagesAtOnce: 1 } });
  const owed = keepWaiting();
  const first = ask("/app");
  await eventually(() => expect(owed).toHaveLength(1));
  const away = await ask("/app");
  expect([away.status, away.headers.get("retry-after")]).toEqual([503, "10"]);
  const api = await ask("/api/kpis");
  expect([api.status, await api.json()]).toEqual([503, { error: expect.any(String) as string }]);
  expect(api.headers.get("access-control-allow-origin")).toBe("*");
  expect((await ask("/healthz")).status).toBe(200);
  expect((await finished()).status).toBe(200);
  expect((await redacted()).status).toBe(200);
  expect((await send(1)).status).toBe(200);
  owed[0]?.end("at last");
  expect(await (await first).text()).toBe("at last");
  await eventually(async () => expect(await refused("busy")).toBe(2));
});

/** As Shopify makes one; of whoever does not know the app's secret it is nobody's. */
function tokenOf(shop: string, secret = env().SHOPIFY_API_SECRET): string {
  const seconds = Math.floor(Date.now() / 1000);
  const claims = {
    ...{ iss: `https://${shop}/admin`, dest: `https://${shop}`, aud: env().SHOPIFY_API_KEY, sub: "1" },
    ...{ exp: seconds + 60, nbf: seconds },
  };
  const said = [{ alg: "HS256", typ: "JWT" }, claims]
    .map((part) => Buffer.from(JSON.stringify(part)).toString("base64url"))
    .join(".");
  return `${said}.${createHmac("sha256", secret).update(said).digest("base64url")}`;
}

it("one shop, from however many addresses, takes its own places and not the others', nor who is nobody", async () => {
  await open({ limits: { pagesAtOnce: 4, pagesOfShop: 2 } });
  const owed = keepWaiting();
  const by = (token: string) => ask("/api/kpis", { authorization: `Bearer ${token}` });
  const [greedy, other] = [tokenOf("greedy.myshopify.com"), tokenOf(SHOP)];
  const forged = tokenOf(SHOP, "a guess");
  const waiting = [by(greedy), ask(`/app?id_token=${greedy}`)];
  await eventually(() => expect(owed).toHaveLength(2));
  for (const again of [by(greedy), ask(`/app?shop=x&id_token=${greedy}`)])
    expect((await again).status).toBe(429);
  // Whoever makes a token up takes a place of nobody's, and not of the shop that it names.
  for (const token of [forged, forged, forged, forged]) waiting.push(by(token));
  await eventually(() => expect(owed).toHaveLength(6));
  expect((await ask("/app")).status).toBe(503);
  waiting.push(by(other), by(other));
  await eventually(() => expect(owed).toHaveLength(8));
  for (const response of owed) response.end("at last");
  for (const answer of await Promise.all(waiting)) expect(answer.status).toBe(200);
  await eventually(async () => expect(await refused("shop")).toBe(2));
  const after = by(greedy);
  await eventually(() => expect(owed).toHaveLength(9));
  owed[8]?.end();
  expect((await after).status).toBe(200);
});

it("a shop that asks and leaves is worked for so often a second, and no other has to wait for it", async () => {
  await open({ limits: { shopPerSecond: 1, shopBurst: 3 } });
  const by = async (shop: string) =>
    (await ask("/api/kpis", { authorization: `Bearer ${tokenOf(shop)}` })).status;
  const asked = [];
  for (let n = 0; n < 6; n += 1) asked.push(await by("greedy.myshopify.com"));
  expect(asked.slice(0, 3)).toEqual([200, 200, 200]);
  expect(asked.at(-1)).toBe(429);
  expect(await by(SHOP)).toBe(200);
  expect((await ask("/app")).status).toBe(200);
  await expect.poll(() => by("greedy.myshopify.com")).toBe(200);
});

it("callers who never read their answer give way to those who come for one, and those who wait for the app do not", async () => {
  await open({ limits: { pagesAtOnce: 3, givesWayAfterMs: 100 } });
  const owed = new Map<string, ServerResponse>();
  door.answers((request, response) => {
    owed.set(request.url ?? "", response);
    if (request.url === "/app/slow") return;
    if (!request.url?.startsWith("/app/endless")) return void response.end("from the app");
    const more = () => {
      while (!response.destroyed && response.write("x".repeat(65_536)));
    };
    response.on("drain", more);
    more();
  });
  const reads = ask("/app/slow");
  for (const path of ["/app/endless/1", "/app/endless/2"]) door.call(head(path, {}, "GET")).pause();
  await eventually(() => expect(owed.size).toBe(3));
  // Sent away only for as long as the two are still taking what fits into their sockets.
  for (let each = 0; each < 5; each++)
    await eventually(async () => expect((await ask("/app")).status).toBe(200));
  owed.get("/app/slow")?.end("at last");
  expect(await (await reads).text()).toBe("at last");
  await eventually(async () => expect(await refused("stalled")).toBeGreaterThan(0));
});

it("one caller's requests keep nobody else's out, and what Shopify signs is not counted", async () => {
  await open({ proxies: 1, limits: { requestsEach: 1 } });
  const owed = keepWaiting();
  const as = (address: string) => ({ "x-forwarded-for": `made.up, ${address}` });
  const waiting = ask("/app", as("203.0.113.7"));
  await eventually(() => expect(owed).toHaveLength(1));
  const more = await ask("/app", as("203.0.113.7"));
  expect([more.status, more.headers.get("retry-after")]).toEqual([429, "10"]);
  expect((await ask("/healthz", as("203.0.113.8"))).status).toBe(200);
  expect((await ask("/healthz")).status).toBe(200);
  owed[0]?.end();
  await (await waiting).text();
  await eventually(async () => expect((await ask("/healthz", as("203.0.113.7"))).status).toBe(200));
  const release = await holdInbox();
  const { headers, ...webhook } = signed("orders/updated", SHOP, { id: 7 });
  const genuine = fetch(`${door.address}/webhooks/orders`, {
    ...webhook,
    headers: { ...(headers as Record<string, string>), ...as("203.0.113.7") },
  });
  await waitsForTheInbox();
  expect((await ask("/healthz", as("203.0.113.7"))).status).toBe(200);
  await release();
  expect((await genuine).status).toBe(200);
  await eventually(async () => expect(await refused("caller")).toBeGreaterThan(0));
});

it("one caller's connections are closed beyond those it may have, until it gives one up", async () => {
  await open();
  const server = createServer();
  const counted: string[] = [];
  const told = { count: (reason: string) => void counted.push(reason), bare: () => "" };
  limitConnections(server, { limits: limits.parse({ connectionsEach: 2 }), proxies: 0, refusals: told });
  const connected = () => {
    const socket = Object.assign(
      new Duplex({ read: () => undefined, write: (_chunk, _encoding, done) => done() }),
      { remoteAddress: "203.0.113.7" },
    );
    server.emit("connection", socket);
    return socket;
  };
  const [first, second, third] = [connected(), connected(), connected()];
  expect([first, second, third].map(({ destroyed }) => destroyed)).toEqual([false, false, true]);
  first.destroy();
  await once(first, "close");
  expect(connected().destroyed).toBe(false);
  expect(counted).toEqual(["connections"]);
});

it("addresses that are written in another way than the one lead nowhere, past no rule", async () => {
  await open();
  const { body, headers } = signed("orders/updated", SHOP, { id: 7 });
  const said = {
    ...(headers as Record<string, string>),
    "content-length": String(String(body as string).length),
  };
  for (const path of [
    "/WEBHOOKS/orders",
    "/%77ebhooks/orders",
    "//webhooks/orders",
    "/app/../webhooks/orders",
  ]) {
    const caller = door.call(head(path, { ...said, connection: "close" }), String(body as string));
    expect(await heard(caller), path).toMatch(/^HTTP\/1.1 404 /);
  }
  expect(door.reached).toEqual([]);
  expect(await db.webhookEvent.count()).toBe(0);
  await eventually(async () => expect(await refused("address")).toBe(4));
});

it("a webhook that is refused for its size is counted as refused among webhooks, too", async () => {
  await open();
  const count = async () =>
    (await meters.webhooks.get()).values.find(
      ({ labels }) => labels.group === "orders" && labels.status === "413",
    )?.value ?? 0;
  const earlier = await count();
  const large = await fetch(
    `${door.address}/webhooks/orders`,
    signed("orders/updated", SHOP, { id: 7, more: "x".repeat(16_000) }),
  );
  expect(large.status).toBe(413);
  await eventually(async () => expect(await count()).toBe(earlier + 1));
  expect((await redacted("x".repeat(500_000))).status).toBe(200);
});
