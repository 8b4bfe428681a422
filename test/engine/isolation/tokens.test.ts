// Session tokens that are not what they should be, at every kind of door, and what each is answered.
import { createHmac, createSign, generateKeyPairSync } from "node:crypto";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openShop } from "../kpis/shop.ts";
import { openSite, type Site } from "../routes/site.ts";

const SHOP = "tokens.myshopify.com";
const OTHER = "others.myshopify.com";
let site: Site;
beforeAll(async () => {
  site = await openSite();
  for (const shop of [SHOP, OTHER]) {
    await site.install(shop);
    await openShop(site.warehouse, { seed: 3, customers: 20, orders: 40 }, shop);
  }
});
afterAll(() => site.close());

const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");
const now = () => Math.floor(Date.now() / 1000);
const secret = () => process.env.SHOPIFY_API_SECRET ?? "";
const claims = (change: Record<string, unknown> = {}) => ({
  iss: `https://${SHOP}/admin`,
  dest: `https://${SHOP}`,
  aud: process.env.SHOPIFY_API_KEY,
  sub: "7",
  exp: now() + 60,
  nbf: now() - 5,
  iat: now() - 5,
  jti: crypto.randomUUID(),
  sid: "s",
  ...change,
});
const signed = (
  change: Record<string, unknown> = {},
  { alg = "HS256", hash = "sha256", key = secret() }: { alg?: string; hash?: string; key?: string } = {},
) => {
  const text = `${part({ alg, typ: "JWT" })}.${part(claims(change))}`;
  return `${text}.${createHmac(hash, key).update(text).digest("base64url")}`;
};
const rs256 = () => {
  const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const text = `${part({ alg: "RS256", typ: "JWT" })}.${part(claims())}`;
  return `${text}.${createSign("RSA-SHA256").update(text).sign(privateKey, "base64url")}`;
};

const BAD: Record<string, () => string> = {
  "signed with another secret": () => signed({}, { key: "of another app" }),
  "with a changed claim under the old signature": () => {
    const [head, , signature] = signed().split(".");
    return [head, part(claims({ dest: `https://${OTHER}`, iss: `https://${OTHER}/admin` })), signature].join(
      ".",
    );
  },
  expired: () => signed({ exp: now() - 60, nbf: now() - 120 }),
  "without an end": () => signed({ exp: undefined }),
  "not yet valid": () => signed({ nbf: now() + 60, exp: now() + 120 }),
  "for another app": () => signed({ aud: "another-api-key" }),
  "for several apps": () => signed({ aud: [process.env.SHOPIFY_API_KEY, "another-api-key"] }),
  "of another issuer than its shop": () => signed({ iss: `https://${OTHER}/admin` }),
  "of an issuer that is no shop": () => signed({ iss: "https://evil.example/admin" }),
  "for a shop that is none": () =>
    signed({ dest: "https://evil.example", iss: "https://evil.example/admin" }),
  "for a shop behind another": () =>
    signed({
      dest: `https://${SHOP}.evil.example`,
      iss: `https://${SHOP}.evil.example/admin`,
    }),
  "whose shop is no address": () => signed({ dest: "nowhere" }),
  "without a shop": () => signed({ dest: undefined }),
  "with algorithm none": () => `${part({ alg: "none", typ: "JWT" })}.${part(claims())}.`,
  "with algorithm none and a signature": () => signed({}, { alg: "none" }),
  "signed by HS512": () => signed({}, { alg: "HS512", hash: "sha512" }),
  "that says HS512 and is HS256": () => signed({}, { alg: "HS512" }),
  "signed by RS256": rs256,
  "that says RS256 and is HS256": () => signed({}, { alg: "RS256" }),
  "with a fourth part": () => `${signed()}.${part({})}`,
  "without a signature": () => signed().split(".").slice(0, 2).join("."),
  "whose claims are no JSON": () => {
    const text = `${part({ alg: "HS256" })}.bm90IGpzb24`;
    return `${text}.${createHmac("sha256", secret()).update(text).digest("base64url")}`;
  },
  "that is garbage": () => "garbage",
  "that is very long": () => "a".repeat(20_000),
};

const host = Buffer.from(`admin.shopify.com/store/tokens`).toString("base64url");
const embedded = `embedded=1&shop=${SHOP}&host=${host}`;
const bearer = (address: string) => (token: string | null) =>
  site.raw(address, token === null ? {} : { headers: { Authorization: `Bearer ${token}` } });

/** Doors, and what they answer to a bad token and to none. */
const DOORS: Record<
  string,
  { ask: (token: string | null) => Promise<Response>; bad: number; none: number; leads?: string }
> = {
  "a page": {
    ask: (token) => site.raw(`/app?${embedded}${token === null ? "" : `&id_token=${token}`}`),
    // To a page that fetches another token from App Bridge.
    bad: 302,
    none: 302,
    leads: "/auth/session-token?",
  },
  "a page's data": { ask: bearer(`/app.data?${embedded}`), bad: 401, none: 202 },
  "an action": {
    ask: (token) =>
      site.raw("/app/data", {
        method: "POST",
        body: new URLSearchParams({ intent: "sync" }),
        headers: token === null ? {} : { Authorization: `Bearer ${token}` },
      }),
    bad: 401,
    none: 302,
  },
  "the API": { ask: bearer("/api/kpis"), bad: 401, none: 401 },
  "the state": { ask: bearer("/api/sync"), bad: 401, none: 401 },
  "an export": { ask: bearer(`/app/export/segments.csv?${embedded}`), bad: 401, none: 302 },
  "a members' export": {
    ask: bearer(`/app/export/members.csv?segmentation=country&segment=DE`),
    bad: 401,
    none: 302,
  },
};

describe.each(Object.keys(DOORS))("%s", (name) => {
  const door = DOORS[name] ?? expect.fail(name);

  it("opens to a good token", async () => {
    expect((await door.ask(signed())).status).toBe(200);
  });

  it.each(Object.keys(BAD))("stays shut to a token %s", async (kind) => {
    const response = await door.ask(BAD[kind]?.() ?? "");
    expect(response.status).toBe(door.bad);
    // App Bridge fetches another token and tries again, once.
    if (door.bad === 401) expect(response.headers.get("x-shopify-retry-invalid-session-request")).toBe("1");
    else expect(response.headers.get("Location")).toContain(door.leads);
    expect(await response.text()).not.toMatch(/net_sales|Net sales|€|customer_id/);
  });

  it("stays shut without a token", async () => {
    const response = await door.ask(null);
    expect(response.status).toBe(door.none);
    expect(await response.text()).not.toMatch(/net_sales|Net sales|€|customer_id/);
  });
});

describe("a form that is none of ours", () => {
  const send = (
    body: BodyInit | null,
    type = "application/x-www-form-urlencoded",
    address = "/app/privacy",
  ) =>
    site.raw(address, {
      method: "POST",
      body,
      headers: { Authorization: `Bearer ${signed()}`, "content-type": type },
      ...(body instanceof ReadableStream ? { duplex: "half" } : {}),
    });

  it.each(["/app/privacy", "/app/data"])("at %s is refused with its status", async (address) => {
    const large = "keep=all&more=".padEnd(20_000, "x");
    expect((await send(large, undefined, address)).status).toBe(413);
    // Not announced.
    expect((await send(new Blob([large]).stream(), undefined, address)).status).toBe(413);
    expect((await send("", undefined, address)).status).toBe(400);
    expect((await send('{"keep":"all"}', "application/json", address)).status).toBe(400);
    expect((await send("--x", "multipart/form-data; boundary=x", address)).status).toBe(400);
  });
});

describe("an address that was tampered with", () => {
  const odd = fc.oneof(
    fc.constantFrom(
      "evil.example",
      `${SHOP}.evil.example`,
      `evil.example/${SHOP}`,
      "a;b.myshopify.com",
      "x\r\nSet-Cookie: a=b",
      "*",
      "",
      "https://evil.example",
      Buffer.from("evil.example/store/x").toString("base64url"),
    ),
    fc.string({ maxLength: 30 }),
  );

  it("is never an error of ours, and lets nobody but Shopify frame a page", async () => {
    const paths = [
      "/app",
      "/app/data",
      "/auth/session-token",
      "/auth/exit-iframe",
      "/auth/login",
      "/api/sync",
    ];
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...paths),
        fc.oneof(odd, fc.constant(SHOP)),
        fc.oneof(odd, fc.constant(host)),
        odd,
        fc.boolean(),
        async (path, shop, host, exitIframe, good) => {
          const query = new URLSearchParams({ embedded: "1", shop, host, exitIframe, locale: exitIframe });
          if (good) query.set("id_token", signed());
          const response = await site.raw(`${path}?${query}`);
          expect(response.status, `${path}?${query}`).toBeLessThan(500);
          const ancestors = response.headers.get("Content-Security-Policy");
          if (ancestors !== null) expect(ancestors).not.toContain("evil.example");
          if (response.headers.get("Content-Type")?.includes("text/html") && response.status === 200)
            expect(ancestors).toContain("frame-ancestors");
          expect(response.headers.get("Location") ?? "").not.toMatch(/^(https?:)?\/\/evil/);
          expect(response.headers.has("Set-Cookie")).toBe(false);
        },
      ),
      { numRuns: 60 },
    );
  });

  it.each(["x", "%%%", "YQ==YQ", ""])("leads to the way in with the host %j", async (odd) => {
    const query = new URLSearchParams({ embedded: "1", shop: SHOP, host: odd, id_token: signed() });
    const response = await site.raw(`/app?${query}`);
    expect([response.status, response.headers.get("Location")]).toEqual([302, "/auth/login"]);
  });

  it("lets only the token's own shop frame its page", async () => {
    const address = `/app?embedded=1&shop=${OTHER}&host=${host}&id_token=${signed()}`;
    const response = await site.raw(address);
    expect(response.headers.get("Content-Security-Policy")).toContain(`frame-ancestors https://${SHOP} `);
    expect(response.headers.get("Content-Security-Policy")).not.toContain(OTHER);
  });

  it("turns crawlers away, and programs without a token", async () => {
    const crawler = { headers: { "User-Agent": "Googlebot/2.1" } };
    expect((await site.raw(`/app?${embedded}&id_token=${signed()}`, crawler)).status).toBe(410);
    expect((await site.raw("/api/kpis", crawler)).status).toBe(401);
  });
});
