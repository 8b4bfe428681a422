// For every route: what shop A's session gets when it asks for shop B's things by every id it can name. A new route
// without a case fails here.
import { readdirSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { call, signed } from "../routes/intake.ts";
import { bearer, sessionToken } from "../routes/site.ts";
import { openTwoShops, type TwoShops } from "./two-shops.ts";

let two: TwoShops;
let before: string;
beforeAll(async () => {
  two = await openTwoShops();
  before = await two.held();
});
afterAll(() => two.app.close());

/** An address that names B in every way an address can, under A's session token. */
function asA(path: string, query: Record<string, string> = {}): string {
  const { b, of } = two;
  const named = {
    embedded: "1",
    shop: b.domain,
    host: Buffer.from(`admin.shopify.com/store/${b.handle}`).toString("base64url"),
    session: `offline_${b.domain}`,
    job: of.job,
    window: of.window,
    event: of.event,
    order: String(of.order),
    customer: String(of.customer),
    ...query,
  };
  return `${path}?${new URLSearchParams({ ...named, id_token: sessionToken(two.a.domain) })}`;
}

const page = (path: string, query?: Record<string, string>) => two.app.doors.raw(asA(path, query));
const asked = (path: string, query?: Record<string, string>, init: RequestInit = {}) => {
  const url = new URL(asA(path, query), "https://app.example");
  url.searchParams.delete("id_token");
  const headers = { Authorization: bearer(two.a.domain), ...init.headers };
  return two.app.doors.raw(url.pathname + url.search, { ...init, headers });
};
const form = (fields: Record<string, string>): RequestInit => ({
  method: "POST",
  body: new URLSearchParams(fields),
  headers: { "content-type": "application/x-www-form-urlencoded" },
});

interface Case {
  title: string;
  ask: () => Promise<Response>;
  status: number;
  /** What the answer must hold, to show that it is A's and not merely empty. */
  holds?: () => string;
}

/** A's own figures, whatever the address names. */
const own = (path: string, query?: Record<string, string>): Case[] => [
  { title: `${path} as a page`, ask: () => page(path, query), status: 200 },
  { title: `${path} as data`, ask: () => asked(`${path}.data`, query), status: 200 },
];

const webhook =
  (path: string, topic: string, payload: () => object): (() => Promise<Response>) =>
  () =>
    call(`https://app.example${path}`, signed(topic, two.a.domain, payload()));
/** A's session where only Shopify's signature counts. */
const unsigned = (path: string, topic: string): Case => ({
  title: `${topic} in B's name with a session token instead of a signature`,
  ask: () =>
    call(
      `https://app.example${path}`,
      signed(
        topic,
        two.b.domain,
        { id: two.of.order, current: [] },
        { "x-shopify-hmac-sha256": "AAAA", authorization: bearer(two.a.domain) },
      ),
    ),
  status: 401,
});

const cases: Record<string, () => Case[]> = {
  "_index.tsx": () => [{ title: "the app's address", ask: () => page("/"), status: 302 }],
  "app.tsx": () => own("/app"),
  "app._index.tsx": () => own("/app", { segmentation: "country" }),
  "app.$.tsx": () => [
    {
      title: "an address of B's",
      ask: () => page(`/app/${two.b.handle}/orders/${two.of.order}`),
      status: 404,
    },
  ],
  "app.data.tsx": () => [
    ...own("/app/data"),
    {
      title: "to retry B's job",
      ask: () => asked("/app/data", {}, form({ intent: "retry", job: two.of.job })),
      status: 404,
    },
    {
      title: "to retry jobs that are no number",
      ask: () => asked("/app/data", {}, form({ intent: "retry", job: `${two.of.job} OR 1=1` })),
      status: 400,
    },
    {
      title: "to sync B",
      ask: () => asked("/app/data.data", {}, form({ intent: "sync", shop: two.b.domain })),
      status: 200,
    },
  ],
  "app.segments.$segmentation.$segment.tsx": () => [
    ...own("/app/segments/rfm/champions"),
    { title: "B's country", ask: () => page(`/app/segments/country/${two.of.country}`), status: 404 },
    { title: "B's customer", ask: () => page(`/app/segments/customer/${two.of.customer}`), status: 404 },
    {
      title: "a segment that breaks out",
      ask: () => page(`/app/segments/country/${encodeURIComponent("JP' OR '1'='1")}`),
      status: 404,
    },
  ],
  "app.export.members[.]csv.ts": () => [
    {
      title: "all countries' members",
      ask: () => asked("/app/export/members.csv", { segmentation: "country", segment: "DE" }),
      status: 200,
      holds: () => String([...two.a.customers.keys()][0]),
    },
    {
      title: "B's country",
      ask: () => asked("/app/export/members.csv", { segmentation: "country", segment: two.of.country }),
      status: 404,
    },
  ],
  "app.export.segments[.]csv.ts": () => [
    {
      title: "the segment table",
      ask: () => asked("/app/export/segments.csv", { segmentation: "country" }),
      status: 200,
      holds: () => "country,DE",
    },
  ],
  "api.kpis.ts": () => [
    {
      title: "figures",
      ask: () => asked("/api/kpis", { segmentation: "country" }, { headers: { "X-Shop": two.b.domain } }),
      status: 200,
      holds: () => `"shop":"${two.a.domain}"`,
    },
  ],
  "api.sync.ts": () => [
    { title: "the state", ask: () => asked("/api/sync"), status: 200, holds: () => `"failedJobs":[]` },
  ],
  "auth.$.tsx": () => [
    { title: "the page that fetches a token", ask: () => page("/auth/session-token"), status: 200 },
    {
      title: "a way out",
      ask: () => page("/auth/exit-iframe", { exitIframe: "https://evil.example" }),
      status: 400,
    },
  ],
  "auth.login.tsx": () => [
    {
      title: "B's door",
      ask: () => two.app.doors.raw("/auth/login", form({ shop: two.b.domain })),
      status: 302,
    },
  ],
  "webhooks.orders.ts": () => [
    {
      title: "B's order under A's name",
      ask: webhook("/webhooks/orders", "orders/delete", () => ({ id: two.of.order })),
      status: 200,
    },
    unsigned("/webhooks/orders", "orders/delete"),
  ],
  "webhooks.customers.ts": () => [
    {
      title: "B's customer under A's name",
      ask: webhook("/webhooks/customers", "customers/delete", () => ({ id: two.of.customer })),
      status: 200,
    },
    unsigned("/webhooks/customers", "customers/delete"),
  ],
  "webhooks.shop.ts": () => [
    {
      title: "B's settings under A's name",
      ask: webhook("/webhooks/shop", "shop/update", () => ({ id: 1, domain: two.b.domain })),
      status: 200,
    },
    unsigned("/webhooks/shop", "shop/update"),
  ],
  "webhooks.bulk.ts": () => [
    {
      title: "B's operation under A's name",
      ask: webhook("/webhooks/bulk", "bulk_operations/finish", () => ({
        admin_graphql_api_id: "gid://shopify/BulkOperation/1",
      })),
      status: 200,
    },
    unsigned("/webhooks/bulk", "bulk_operations/finish"),
  ],
  "webhooks.app.scopes_update.ts": () => [
    {
      title: "A's scopes, with B's id in the body",
      ask: webhook("/webhooks/app/scopes_update", "app/scopes_update", () => ({
        id: 1,
        shop_domain: two.b.domain,
        current: two.app.askedScopes,
      })),
      status: 200,
    },
    unsigned("/webhooks/app/scopes_update", "app/scopes_update"),
  ],
  // Last: it takes A's session.
  "webhooks.app.uninstalled.ts": () => [
    unsigned("/webhooks/app/uninstalled", "app/uninstalled"),
    {
      title: "A's leaving, with B's domain in the body",
      ask: webhook("/webhooks/app/uninstalled", "app/uninstalled", () => ({
        id: 1,
        domain: two.b.domain,
        myshopify_domain: two.b.domain,
      })),
      status: 200,
    },
  ],
};

it("has a case for every route", () => {
  expect(Object.keys(cases).sort()).toEqual(readdirSync("app/routes").sort());
});

describe.each(Object.keys(cases))("%s", (route) => {
  it("answers A with nothing of B's, and leaves B as it was", async () => {
    for (const { title, ask, status, holds } of cases[route]?.() ?? []) {
      const response = await ask();
      const text = await response.text();
      expect(response.status, `${title}: ${text.slice(0, 300)}`).toBe(status);
      // The address itself names B: what is drawn or told may not say more of it.
      const own = response.url + JSON.stringify([...response.headers]);
      const said = text + own;
      const { marks, of } = two;
      const given = [String(of.order), String(of.customer)];
      for (const mark of marks.filter((each) => !given.includes(each)))
        expect(said, `${title} tells ${mark}`).not.toContain(mark);
      for (const id of given)
        expect(
          text.replaceAll(new RegExp(`(order|customer|orders|customers)(=|/)${id}`, "g"), ""),
          title,
        ).not.toContain(id);
      if (holds) expect(text, title).toContain(holds());
      const csp = response.headers.get("content-security-policy");
      if (csp !== null && route.startsWith("app")) {
        expect(csp, title).toContain(two.a.domain);
        expect(csp, title).not.toContain(two.b.domain);
      }
    }
    expect(await two.held()).toBe(before);
  });
});
