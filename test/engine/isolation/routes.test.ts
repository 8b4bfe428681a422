// For every route: what shop A's session gets when it asks for shop B's things by every id it can name. A new route
// without a case fails here.
import { readdirSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { asksOf, type Case } from "./asks.ts";
import { B_WEEK, reportCases } from "./report-cases.ts";
import { openTwoShops, type TwoShops } from "./two-shops.ts";

let two: TwoShops;
let before: string;
beforeAll(async () => {
  two = await openTwoShops();
  const week = { shop: two.b.domain, week: B_WEEK, days: 7, looked: 3, buyers: 100, dataVersion: 1n };
  await two.app.db.findingWeek.create({ data: { ...week, at: new Date() } });
  before = await two.held();
});
afterAll(() => two.app.close());
const { page, asked, strictly, form, own, webhook, unsigned } = asksOf(() => two);

const cases: Record<string, () => Case[]> = {
  ...reportCases(() => two),
  "_index.tsx": () => [{ title: "the app's address", ask: () => page("/"), status: 302 }],
  "$.tsx": () => [
    { title: "a page without /app", ask: () => page(`/segments/country/${two.of.country}`), status: 302 },
    { title: "a file of B's", ask: () => page(`/${two.b.handle}.json`), status: 404 },
  ],
  "app.tsx": () => own("/app"),
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
    ...["copy_warehouse", "privacy", "first_sync"].map((intent) => ({
      title: `to run ${intent}`,
      ask: () => asked("/app/data", {}, form({ intent, shop: two.b.domain, shops: two.b.domain })),
      status: 400,
    })),
    {
      title: "to run B's webhook again",
      ask: () => asked("/app/data", {}, form({ intent: "run_again", event: two.of.event })),
      status: 404,
    },
    {
      title: "to run webhooks again that are no id",
      ask: () => asked("/app/data", {}, form({ intent: "run_again", event: `${two.of.event}' OR '1'='1` })),
      status: 400,
    },
    {
      title: "to run all webhooks again",
      ask: () => asked("/app/data.data", {}, form({ intent: "run_again", event: "all", shop: two.b.domain })),
      status: 200,
      holds: () => "Trying again",
    },
    {
      title: "to check B",
      ask: () =>
        asked("/app/data.data", {}, form({ intent: "check", shop: two.b.domain, check: two.of.check })),
      status: 200,
      holds: () => "Check started",
    },
    {
      title: "to sync B",
      ask: () => asked("/app/data.data", {}, form({ intent: "sync", shop: two.b.domain })),
      status: 200,
    },
  ],
  "app.notices.ts": () => [
    {
      title: "to put B's notice away",
      ask: () => asked("/app/notices", {}, form({ id: "paused", shop: two.b.domain })),
      status: 200,
    },
    { title: "to put none away", ask: () => asked("/app/notices", {}, form({})), status: 400 },
  ],
  "app.follow.ts": () => [
    {
      title: "to follow a figure for B",
      ask: () =>
        asked("/app/follow", {}, form({ kpi: "aov", within: "rfm.loyal", on: "1", shop: two.b.domain })),
      status: 200,
    },
    {
      title: "to follow nothing",
      ask: () => asked("/app/follow", {}, form({ kpi: "aov", within: "__proto__", on: "1" })),
      status: 400,
    },
  ],
  "app.keys.ts": () => [
    {
      title: "to turn B's keys off",
      ask: () => asked("/app/keys", {}, form({ on: "0", shop: two.b.domain })),
      status: 200,
    },
    { title: "to turn them neither way", ask: () => asked("/app/keys", {}, form({ on: "2" })), status: 400 },
  ],
  "api.places.ts": () => [
    {
      title: "what can be gone to",
      ask: () => strictly("/api/places"),
      status: 200,
      holds: () => "/app/segments/rfm/champions",
    },
    { title: "with more than it takes", ask: () => asked("/api/places"), status: 400 },
  ],
  "app.export.customer[.]json.ts": () => [
    {
      title: "A's own request",
      ask: () => strictly("/app/export/customer.json", { request: two.request }),
      status: 200,
      holds: () => String([...two.a.customers.keys()][0]),
    },
    ...["request", "erasure", "check", "event", "customer"].map((name) => ({
      title: `B's ${name} as the request`,
      ask: () =>
        strictly("/app/export/customer.json", { request: String(two.of[name as keyof TwoShops["of"]]) }),
      status: 404,
    })),
    {
      title: "B's request as a page",
      ask: () => two.app.doors.page(two.a.domain, `/app/export/customer.json?request=${two.of.request}`),
      status: 404,
    },
    {
      title: "a request that breaks out",
      ask: () => strictly("/app/export/customer.json", { request: `${two.of.request}' OR '1'='1` }),
      status: 404,
    },
  ],
  "app.privacy.tsx": () => [
    { title: "the page", ask: () => page("/app/privacy"), status: 200, holds: () => two.request },
    {
      title: "the page's data",
      ask: () => asked("/app/privacy.data"),
      status: 200,
      holds: () => two.request,
    },
    {
      title: "to keep B's orders for a year",
      ask: () =>
        asked("/app/privacy.data", {}, form({ keep: "13", shop: two.b.domain, domain: two.b.domain })),
      status: 200,
      holds: () => "Saved",
    },
    ...["1", "13' OR '1'='1", "", "-13"].map((keep) => ({
      title: `to keep them for ${JSON.stringify(keep)}`,
      ask: () => asked("/app/privacy", {}, form({ keep })),
      status: 400,
    })),
  ],
  "api.$.ts": () => [{ title: "nothing", ask: () => asked("/api/nothing"), status: 404 }],
  "api.sync.ts": () => [
    { title: "the state", ask: () => strictly("/api/sync"), status: 200, holds: () => `"failedJobs":[]` },
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
  // Before A is told of B's customer in other ways, which its file would say.
  "webhooks.compliance.ts": () => {
    const aboutB = () => ({
      shop_domain: two.a.domain,
      customer: { id: two.of.customer },
      orders_requested: [...two.b.orders.keys()],
      orders_to_redact: [...two.b.orders.keys()],
    });
    const of = (topic: string): Case => ({
      title: `${topic} for A, of B's customer and orders`,
      // Noted for A, although B has it already.
      ask: webhook("/webhooks/compliance", topic, aboutB, { "x-shopify-event-id": "bravo-secret-request" }),
      status: 200,
    });
    return [
      ...["customers/data_request", "customers/redact", "shop/redact"].map((topic) =>
        unsigned("/webhooks/compliance", topic),
      ),
      of("customers/data_request"),
      {
        title: "the file of that request",
        async ask() {
          const where = { shop: two.a.domain, customerId: two.of.customer };
          const { id } = await two.app.db.privacyRequest.findFirstOrThrow({ where });
          return strictly("/app/export/customer.json", { request: id });
        },
        status: 200,
        holds: () =>
          [
            `"customer": null`,
            `"segments_today": {}`,
            `"orders": []`,
            `"sums_of_orders_not_kept": null`,
            `"orders_passed_to_another": false`,
            `"orders_came_from_another": false`,
            ...["orders_not_kept_that_moved_since", "states_over_time", "remembered_as_removed"].map(
              (list) => `"${list}": []`,
            ),
            `"other_rows": {\n    ${["checkouts", "checkout_lines", "consents", "segment_members"]
              .map((table) => `"${table}": []`)
              .join(",\n    ")}\n  }`,
            `"notifications_from_shopify": []`,
          ].join(",\n  "),
        echoes: () => `"customer_id": ${two.of.customer}`,
      },
      of("customers/redact"),
      of("shop/redact"),
    ];
  },
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
  "webhooks.products.ts": () => [
    {
      title: "B's product under A's name",
      ask: webhook("/webhooks/products", "products/delete", () => ({ id: two.of.order })),
      status: 200,
    },
    unsigned("/webhooks/products", "products/delete"),
  ],
  "webhooks.checkouts.ts": () => [
    {
      title: "that something changed in A",
      ask: webhook("/webhooks/checkouts", "checkouts/update", () => ({
        updated_at: new Date().toISOString(),
      })),
      status: 200,
    },
    unsigned("/webhooks/checkouts", "checkouts/update"),
  ],
  "webhooks.segments.ts": () => [
    {
      title: "B's customer under A's name",
      ask: webhook("/webhooks/segments", "customer.joined_segment", () => ({
        customer_id: `gid://shopify/Customer/${two.of.customer}`,
        segment_id: "gid://shopify/Segment/1",
      })),
      status: 200,
    },
    unsigned("/webhooks/segments", "segments/delete"),
  ],
  "webhooks.inventory.ts": () => [
    {
      title: "an item of B's under A's name",
      ask: webhook("/webhooks/inventory", "inventory_items/delete", () => ({ id: 1 })),
      status: 200,
    },
    unsigned("/webhooks/inventory", "inventory_items/delete"),
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
        id: Number(two.of.customer),
        current: two.app.askedScopes,
      })),
      status: 200,
    },
    {
      title: "B's body in A's name",
      ask: webhook("/webhooks/app/scopes_update", "app/scopes_update", () => ({
        shop_domain: two.b.domain,
        current: [],
      })),
      status: 400,
    },
    unsigned("/webhooks/app/scopes_update", "app/scopes_update"),
  ],
  // Last: it takes A's session.
  "webhooks.app.uninstalled.ts": () => [
    unsigned("/webhooks/app/uninstalled", "app/uninstalled"),
    {
      title: "B's leaving in A's name",
      ask: webhook("/webhooks/app/uninstalled", "app/uninstalled", () => ({
        id: 1,
        myshopify_domain: two.b.domain,
      })),
      status: 400,
    },
    {
      title: "A's leaving, with B's domain as its address",
      async ask() {
        two.app.shopify.uninstall(two.a.domain);
        await two.app.shopify.webhooks.idle();
        return webhook("/webhooks/app/uninstalled", "app/uninstalled", () => ({
          id: 1,
          domain: two.b.domain,
          myshopify_domain: two.a.domain,
        }))();
      },
      status: 200,
    },
  ],
};

it("has a case for every route", () => {
  expect(Object.keys(cases).sort()).toEqual(readdirSync("app/routes").sort());
});

describe.each(Object.keys(cases))("%s", (route) => {
  it("answers A with nothing of B's, and leaves B as it was", async () => {
    for (const { title, ask, status, holds, echoes } of cases[route]?.() ?? []) {
      const response = await ask();
      const text = await response.text();
      expect(response.status, `${title}: ${text.slice(0, 300)}`).toBe(status);
      // The address itself names B: what is drawn or told may not say more of it.
      const own = response.url + JSON.stringify([...response.headers]);
      const told = text.replace(echoes?.() ?? "", "");
      const said = told + own;
      const { marks, of } = two;
      const given = [String(of.order), String(of.customer)];
      for (const mark of marks.filter((each) => !given.includes(each)))
        expect(said, `${title} tells ${mark}`).not.toContain(mark);
      for (const id of given)
        expect(
          told.replaceAll(new RegExp(`(order|customer|orders|customers)(=|/)${id}`, "g"), ""),
          title,
        ).not.toContain(id);
      if (holds) expect(text, title).toContain(holds());
      const csp = response.headers.get("content-security-policy");
      if (csp !== null && route.startsWith("app")) {
        expect(csp, title).toContain(two.a.domain);
        expect(csp, title).not.toContain(two.b.domain);
      }
    }
    await two.work();
    expect(await two.held()).toBe(before);
  });
});

it("erases neither when A's erasure names B, and A, and nothing of B's, when it names A", async () => {
  const { a, b, app } = two;
  const ask = (named: string) =>
    webhook("/webhooks/compliance", "shop/redact", () => ({ shop_id: 1, shop_domain: named }))();
  expect((await ask(b.domain)).status).toBe(400);
  await two.work();
  expect(await (await app.runtime.warehouse()).of(a.domain).meta()).not.toBeNull();
  expect((await ask(a.domain)).status).toBe(200);
  await two.work();
  expect(await (await app.runtime.warehouse()).of(a.domain).meta()).toBeNull();
  expect((await app.db.shop.findMany()).map(({ domain }) => domain)).toEqual([b.domain]);
  const where = { shop: a.domain };
  expect(await app.db.privacyRequest.count({ where })).toBe(0);
  expect(await app.db.webhookEvent.count({ where })).toBe(0);
  expect(await app.db.check.count({ where })).toBe(0);
  expect(await two.held()).toBe(before);
});
