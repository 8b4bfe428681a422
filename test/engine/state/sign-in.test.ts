import { createHmac, randomUUID } from "node:crypto";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { closeDb, db } from "../../../app/db.server.ts";
import { freshDatabase } from "../../tools/setup/database.ts";
import { routeShopsTo, startTokenEndpoint, type TokenEndpoint } from "./token-endpoint.ts";

const shop = "a.myshopify.com";
const host = Buffer.from("admin.shopify.com/store/a").toString("base64").replace(/=+$/, "");
// Shopify's library turns away what looks like a bot, a bare "Mozilla/5.0" among them.
const browser =
  "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36";
let endpoint: TokenEndpoint;
// The library keeps the fetch that it finds when it is loaded: so it is loaded once shops are routed.
const load = async () => ({
  shopify: await import("../../../app/shopify.server.ts"),
  tokens: await import("../../../app/shopify/access-token.server.ts"),
  work: await import("../../../app/process/jobs.server.ts"),
});
let app: Awaited<ReturnType<typeof load>>;

beforeAll(async () => {
  endpoint = await startTokenEndpoint();
  routeShopsTo(endpoint.url);
  app = await load();
});
beforeEach(async () => {
  await app.work.stopJobs();
  await closeDb();
  process.env.DATABASE_URL = await freshDatabase();
  endpoint.asked.length = 0;
});
afterAll(async () => {
  await app.work.stopJobs();
  await closeDb();
  await endpoint.stop();
});

function idToken({ secret = "test-api-secret", now = Math.floor(Date.now() / 1000) } = {}): string {
  const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const claims = {
    iss: `https://${shop}/admin`,
    dest: `https://${shop}`,
    aud: "test-api-key",
    sub: "1",
    exp: now + 60,
    nbf: now - 1,
    iat: now - 1,
    jti: randomUUID(),
    sid: randomUUID(),
  };
  const signed = `${part({ alg: "HS256", typ: "JWT" })}.${part(claims)}`;
  return `${signed}.${createHmac("sha256", secret).update(signed).digest("base64url")}`;
}

function visit(token: string | null): Request {
  const query = new URLSearchParams({ embedded: "1", shop, host, ...(token ? { id_token: token } : {}) });
  return new Request(`https://segment-kpis.example.com/app?${query}`, { headers: { "user-agent": browser } });
}

const refusal = (request: Request) =>
  app.shopify.authenticate.admin(request).then(
    () => null,
    (answer: unknown) => answer as Response,
  );

test("the first visit exchanges the session token for an expiring offline token, installs the shop and is not repeated", async () => {
  const { session } = await app.shopify.authenticate.admin(visit(idToken()));
  expect(session.shop).toBe(shop);
  expect(endpoint.asked).toMatchObject([
    {
      grant_type: "urn:ietf:params:oauth:grant-type:token-exchange",
      requested_token_type: "urn:shopify:params:oauth:token-type:offline-access-token",
      expiring: "1",
    },
  ]);
  expect(await db.shop.findMany()).toMatchObject([
    { domain: shop, scopes: session.scope, uninstalledAt: null },
  ]);
  expect(await app.tokens.accessToken(shop)).toBe(session.accessToken);
  await app.shopify.authenticate.admin(visit(idToken()));
  expect(endpoint.asked).toHaveLength(1);
});

test("an install that cannot be completed is tried again by the next visit", async () => {
  await db.$executeRaw`ALTER TABLE "Shop" RENAME TO "Away"`;
  expect((await refusal(visit(idToken())))?.status).toBe(500);
  expect(await db.session.count()).toBe(0);
  await db.$executeRaw`ALTER TABLE "Away" RENAME TO "Shop"`;
  expect(await refusal(visit(idToken()))).toBeNull();
  expect(await db.shop.count()).toBe(1);
});

test.each([
  ["something on the way to Shopify", { status: 451, body: "<h1>Unavailable For Legal Reasons</h1>" }],
  ["Shopify itself", { status: 502, body: "<h1>Bad Gateway</h1>" }],
])(
  "a first visit that %s keeps out is told so, is no failure of ours, and goes on when it can",
  async (_, away) => {
    endpoint.answer = () => away;
    const answer = await refusal(visit(idToken()));
    expect([answer?.status, answer?.headers.get("retry-after")]).toEqual([503, "30"]);
    expect(await answer?.json()).toEqual({
      message: expect.stringMatching(/^Shopify isn't answering the app right now/) as unknown,
    });
    endpoint.answer = endpoint.renewed;
    expect(await refusal(visit(idToken()))).toBeNull();
  },
);

test("without a session token the page that fetches one comes first, and a forged one lets nobody in", async () => {
  const bounce = await refusal(visit(null));
  expect(bounce?.status).toBe(302);
  expect(bounce?.headers.get("location")).toMatch(/^\/auth\/session-token\?/);
  const forged = await refusal(visit(idToken({ secret: "another" })));
  expect(forged?.status).toBe(302);
  expect(forged?.headers.get("location")).toMatch(/^\/auth\/session-token\?/);
  expect(endpoint.asked).toEqual([]);
});

test("only the visiting shop's admin may frame the page, and only scripts with this answer's number run in it", () => {
  const headers = new Headers();
  app.shopify.addDocumentResponseHeaders(visit(null), headers, "of-this-answer");
  const policy = headers.get("content-security-policy")?.split("; ");
  expect(policy).toContain("frame-ancestors https://a.myshopify.com https://admin.shopify.com");
  expect(policy).toContain("script-src 'self' https://cdn.shopify.com 'nonce-of-this-answer'");
});

test("from outside the admin a shop's name leads to its install page", async () => {
  const login = (query: string) =>
    app.shopify
      .login(new Request(`https://segment-kpis.example.com/auth/login${query}`))
      .catch((answer: unknown) => answer);
  expect(await login("")).toEqual({});
  expect(await login("?shop=not%20a%20shop")).toEqual({ shop: "INVALID_SHOP" });
  const away = (await login("?shop=a")) as Response;
  expect(away.headers.get("location")).toBe(
    "https://admin.shopify.com/store/a/oauth/install?client_id=test-api-key",
  );
});
