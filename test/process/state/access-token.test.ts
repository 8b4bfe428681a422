import { Session } from "@shopify/shopify-app-remix/server";
import { afterAll, afterEach, beforeEach, expect, test } from "vitest";
import { z } from "zod";
import { closeDb, db } from "../../../app/db.server.ts";
import { AccessRevoked, ApiUnavailable } from "../../../app/errors.ts";
import { accessToken, sessions } from "../../../app/shopify/access-token.server.ts";
import { freshDatabase } from "../../tools/setup/database.ts";
import { run } from "./processes.ts";
import { routeShopsTo, startTokenEndpoint, type TokenEndpoint } from "../../engine/state/token-endpoint.ts";

const shop = "a.myshopify.com";
const minutes = (n: number) => new Date(Date.now() + n * 60_000);
let endpoint: TokenEndpoint;
let unroute: () => void;

beforeEach(async () => {
  await closeDb();
  process.env.DATABASE_URL = await freshDatabase();
  endpoint = await startTokenEndpoint();
  unroute = routeShopsTo(endpoint.url);
});
afterEach(async () => {
  unroute();
  await endpoint.stop();
});
afterAll(closeDb);

async function signedIn(expires: Date, change: Partial<Session> = {}): Promise<Session> {
  const session = new Session({
    id: `offline_${shop}`,
    shop,
    state: "",
    isOnline: false,
    scope: "read_orders",
    expires,
    accessToken: "access 0",
    refreshToken: "refresh 0",
    refreshTokenExpires: minutes(60 * 24 * 90),
    ...change,
  });
  await sessions.storeSession(session);
  return session;
}

/** Waits until the condition holds; fails after ten seconds. */
async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  for (
    const deadline = Date.now() + 10_000;
    !(await holds());
    await new Promise((next) => setTimeout(next, 5))
  )
    if (Date.now() > deadline) throw new Error("this did not come about in ten seconds");
}

test("a token with more than five minutes left is used as it is", async () => {
  await signedIn(minutes(6));
  expect(await accessToken(shop)).toBe("access 0");
  expect(endpoint.asked).toEqual([]);
});

test("a token with less is renewed, and both new tokens are stored", async () => {
  await signedIn(minutes(4));
  expect(await accessToken(shop)).toBe("access 1");
  expect(endpoint.asked).toEqual([
    {
      client_id: "test-api-key",
      client_secret: "test-api-secret",
      grant_type: "refresh_token",
      refresh_token: "refresh 0",
    },
  ]);
  const stored = await sessions.loadSession(`offline_${shop}`);
  expect(stored).toMatchObject({ accessToken: "access 1", refreshToken: "refresh 1" });
  expect(stored?.scope).toBe("read_customers,read_orders");
  expect(stored?.expires?.getTime()).toBeGreaterThan(minutes(58).getTime());
  expect(await accessToken(shop)).toBe("access 1");
});

test("twenty callers at once cause one renewal", async () => {
  await signedIn(minutes(-1));
  const tokens = await Promise.all(Array.from({ length: 20 }, () => accessToken(shop)));
  expect(new Set(tokens)).toEqual(new Set(["access 1"]));
  expect(endpoint.asked).toHaveLength(1);
});

test("two processes at once cause one renewal", async () => {
  await signedIn(minutes(-1));
  let release = () => {};
  const held = new Promise<void>((resolve) => (release = resolve));
  endpoint.answer = () => held.then(endpoint.renewed);
  const here = Promise.all(Array.from({ length: 20 }, () => accessToken(shop)));
  await until(() => endpoint.asked.length === 1);
  const there = run("ask-token.ts", [shop, endpoint.url], z.array(z.string()));
  await until(async () => {
    const waiting = await db.$queryRaw<{ n: number }[]>`
      SELECT count(*)::int AS n FROM pg_locks WHERE locktype = 'advisory' AND NOT granted
        AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`;
    return waiting[0]?.n === 1;
  });
  release();
  expect(new Set(await here)).toEqual(new Set(["access 1"]));
  const other = await there;
  expect(other.said).toEqual(["access 1"]);
  await other.leave();
  expect(endpoint.asked).toHaveLength(1);
});

test("shops do not wait for each other", async () => {
  await signedIn(minutes(-1));
  const other = "b.myshopify.com";
  await sessions.storeSession(
    new Session({
      id: `offline_${other}`,
      shop: other,
      state: "",
      isOnline: false,
      accessToken: "b",
      refreshToken: "b",
      expires: minutes(-1),
    }),
  );
  let release = () => {};
  const held = new Promise<void>((resolve) => (release = resolve));
  const answers = [() => held.then(endpoint.renewed), () => Promise.resolve(endpoint.renewed())];
  endpoint.answer = () => (answers.shift() ?? (() => endpoint.renewed()))();
  const first = accessToken(shop);
  await until(() => endpoint.asked.length === 1);
  expect(await accessToken(other)).toBe("access 1");
  release();
  expect(await first).toBe("access 2");
});

test("a token that Shopify refuses before its time is renewed, once for all who saw it refused", async () => {
  await signedIn(minutes(50));
  const tokens = await Promise.all([1, 2, 3].map(() => accessToken(shop, { refused: "access 0" })));
  expect(new Set(tokens)).toEqual(new Set(["access 1"]));
  expect(await accessToken(shop, { refused: "access 0" })).toBe("access 1");
  expect(endpoint.asked).toHaveLength(1);
});

test("without an install there is no access", async () => {
  await expect(accessToken(shop)).rejects.toThrow(AccessRevoked);
  expect(endpoint.asked).toEqual([]);
});

test("a refused renewal is a revoked access, and says Shopify's reason", async () => {
  await signedIn(minutes(-1));
  endpoint.answer = () => ({ status: 400, body: { error: "invalid_grant", error_description: "gone" } });
  const failure = await accessToken(shop).catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(AccessRevoked);
  expect(String(failure)).toContain("invalid_grant");
  expect(String(failure)).not.toContain("refresh 0");
  // The merchant's next visit signs in anew, and a job may try again.
  const stored = await sessions.loadSession(`offline_${shop}`);
  expect(stored).toMatchObject({ accessToken: undefined, refreshToken: "refresh 0" });
  endpoint.answer = endpoint.renewed;
  expect(await accessToken(shop)).toBe("access 1");
});

test.each([
  ["a failing server", { status: 502, body: "<html>Bad Gateway</html>" }],
  ["a busy server", { status: 429, body: { error: "too many" } }],
  ["an answer without tokens", { status: 200, body: { ok: true } }],
  ["a proxy that forbids", { status: 403, body: "<html>Forbidden</html>" }],
  ["a proxy that forbids in JSON", { status: 403, body: { message: "Forbidden" } }],
  [
    "a proxy that forbids by the name of the status",
    { status: 403, body: { status: 403, error: "Forbidden" } },
  ],
  ["a proxy that asks who comes", { status: 401, body: "" }],
  ["a proxy that knows no such place", { status: 404, body: "not found" }],
])("%s leaves an expired token unavailable, and the next try works", async (_, answer) => {
  await signedIn(minutes(-1));
  endpoint.answer = () => answer;
  await expect(accessToken(shop)).rejects.toThrow(ApiUnavailable);
  endpoint.answer = endpoint.renewed;
  expect(await accessToken(shop)).toBe("access 1");
});

test.each([9e15, 1e300, "soon", -5, null])(
  "an end of %j is none that can be believed: the token is of an hour",
  async (end) => {
    await signedIn(minutes(-1));
    endpoint.answer = () => {
      const { status, body } = endpoint.renewed();
      return { status, body: { ...(body as object), expires_in: end, refresh_token_expires_in: end } };
    };
    expect(await accessToken(shop)).toBe("access 1");
    const { expires } = await db.session.findUniqueOrThrow({ where: { id: `offline_${shop}` } });
    expect(Math.abs(Number(expires) - Date.now() - 3_600_000)).toBeLessThan(60_000);
  },
);

test("an answer that tells no end, always, is of an hour: it is renewed by itself for ever", async () => {
  await signedIn(minutes(-1));
  endpoint.answer = () => {
    const { status, body } = endpoint.renewed();
    const { access_token, scope, refresh_token } = body as Record<string, unknown>;
    return { status, body: { access_token, scope, refresh_token } };
  };
  for (const n of [1, 2, 3]) {
    expect(await accessToken(shop)).toBe(`access ${n}`);
    const { expires } = await db.session.findUniqueOrThrow({ where: { id: `offline_${shop}` } });
    expect(expires?.getTime()).toBeGreaterThan(minutes(58).getTime());
    expect(expires?.getTime()).toBeLessThanOrEqual(minutes(60).getTime());
    await db.session.updateMany({ data: { expires: minutes(-1) } });
  }
});

test.each([
  [{ expires_in: null }],
  [{ expires_in: 0 }],
  [{ expires_in: "soon" }],
  [{ refresh_token: undefined }],
])("an answer with %j leaves a token that is renewed", async (change) => {
  await signedIn(minutes(-1));
  endpoint.answer = () => {
    const { status, body } = endpoint.renewed();
    return { status, body: { ...(body as object), ...change } };
  };
  expect(await accessToken(shop)).toBe("access 1");
  await db.session.updateMany({ data: { expires: minutes(-1) } });
  expect(await accessToken(shop)).toBe("access 2");
});

test("a token of which nobody told an end, and which nothing renews, is used until Shopify refuses it", async () => {
  await sessions.storeSession(
    new Session({ id: `offline_${shop}`, shop, state: "", isOnline: false, accessToken: "lasting" }),
  );
  const { expires } = await db.session.findUniqueOrThrow({ where: { id: `offline_${shop}` } });
  expect(expires?.getTime()).toBeGreaterThan(minutes(58).getTime());
  await db.session.updateMany({ data: { expires: minutes(-1) } });
  expect(await accessToken(shop)).toBe("lasting");
  await expect(accessToken(shop, { refused: "lasting" })).rejects.toThrow(AccessRevoked);
  expect(endpoint.asked).toEqual([]);
});

test("while the token endpoint cannot be reached, the last minutes of a token are used", async () => {
  await signedIn(minutes(3));
  await endpoint.stop();
  expect(await accessToken(shop)).toBe("access 0");
  await signedIn(minutes(4), { accessToken: undefined });
  await expect(accessToken(shop)).rejects.toThrow(ApiUnavailable);
});

test("what a page load stored while a renewal ran wins over it", async () => {
  await signedIn(minutes(-1));
  endpoint.answer = async () => {
    await signedIn(minutes(60), { accessToken: "exchanged", refreshToken: "exchanged" });
    return endpoint.renewed();
  };
  expect(await accessToken(shop)).toBe("exchanged");
  expect((await sessions.loadSession(`offline_${shop}`))?.refreshToken).toBe("exchanged");
});

test("an uninstall while a renewal runs is not undone by it", async () => {
  const { id } = await signedIn(minutes(-1));
  endpoint.answer = async () => {
    await sessions.deleteSession(id);
    return endpoint.renewed();
  };
  await expect(accessToken(shop)).rejects.toThrow(AccessRevoked);
  expect(await db.session.count()).toBe(0);
});
