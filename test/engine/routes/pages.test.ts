import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { db } from "../../../app/db.server.ts";
import { meters } from "../../../app/metrics/meters.server.ts";
import { openShop } from "../kpis/shop.ts";
import { bearer, openSite, period, type Site } from "./site.ts";
import { reaching } from "../warehouse/reaching.ts";

const SHOP = "random.myshopify.com";
const NEW = "new.myshopify.com";
const LIMITED = "limited.myshopify.com";
/** A shop without recent orders begins by number of orders, without comparison. */
const groups = `${period}&segmentation=rfm&compare=previous_period&as_of=start`;
let site: Site;

beforeAll(async () => {
  site = await openSite();
  for (const shop of [SHOP, NEW, LIMITED]) await site.install(shop);
  const size = { seed: 7, customers: 400, orders: 1500 };
  await openShop(site.warehouse, size, SHOP);
  await openShop(site.warehouse, size, LIMITED);
  // Read to its end, and nothing in it.
  const empty = { currency: "EUR", decimals: 2, time_zone: "UTC", ...reaching("complete") };
  await site.warehouse.of(NEW).setMeta(empty);
  await site.warehouse.of(LIMITED).setMeta(reaching("sixty_days", "2026-03-01"));
});
afterAll(() => site.close());

/** Looks at shop_meta while `work` runs. */
async function looks(work: () => Promise<unknown>): Promise<number> {
  const count = async () => (await meters.metaReads.get()).values[0]?.value ?? 0;
  const before = await count();
  await work();
  return (await count()) - before;
}

it.each([`/app?${groups}`, "/app/data", `/app/segments/rfm/champions?${groups}`, `/app/why?${groups}`])(
  "%s is of one state of the copy: looked at before its figures and after",
  async (address) => {
    expect(await looks(() => site.page(SHOP, address))).toBe(2);
  },
);

/** A check that found something, a sweep that mended something, and three months of figures. */
async function checkedShop(shop: string): Promise<void> {
  const at = new Date();
  const base = { shop, startedAt: at, finishedAt: at, stage: "done" };
  await db.check.createMany({
    data: [
      {
        ...base,
        kind: "night",
        day: "2026-05-02",
        checked: 1900,
        found: { orders_missing: 2, customers_changed: 1 },
        repaired: 2,
        remaining: 1,
      },
      { ...base, kind: "sweep", found: { orders_untold: 1 }, repaired: 1 },
    ],
  });
  const figures = { orders: 3, gross: 9000, discounts: 0, reversals: 0, net: 9000, taxes: 0, total: 9000 };
  const test = { orders: 1, gross: 1234, discounts: 0, reversals: 0, net: 1234, taxes: 0, total: 1234 };
  const month = { shop, askedAt: at, source: "sales_report", ours: figures, parts: [] };
  await db.monthFigures.createMany({
    data: [
      { ...month, month: "2026-03", verdict: "agrees", shopify: figures },
      {
        ...month,
        month: "2026-04",
        verdict: "explained",
        shopify: { ...figures, orders: 4, gross: 10234, net: 10234, total: 10234 },
        parts: [{ id: "test_orders", counted: true, amounts: test, orders: [{ id: 77, name: "#1077" }] }],
      },
      { ...month, month: "2026-05", verdict: "differs", shopify: { ...figures, net: 9001, total: 9001 } },
    ],
  });
}

/** The page as text, without the data that Remix sends along for the browser. */
async function read(response: Response): Promise<string> {
  const html = (await response.text()).replaceAll("<!-- -->", "");
  return html.replace(/<script[\s\S]*?<\/script>/g, "");
}

async function page(shop: string, address: string): Promise<{ status: number; html: string }> {
  const response = await site.page(shop, address);
  return { status: response.status, html: await read(response) };
}

describe("Home", () => {
  it("shows headline figures, a chart with its table, and every segment with the total first", async () => {
    const { status, html } = await page(SHOP, `/app?${groups}`);

    expect(status).toBe(200);
    for (const words of [
      "Average order value",
      "Dormant",
      "Guest orders",
      "First-time buyers",
      "Show as table",
      "Net sales by week",
    ])
      expect(html).toContain(words);
    expect(html.indexOf("All customers")).toBeLessThan(html.indexOf("Champions"));
    expect(html).toContain("Groups are fixed as of");
    expect(html).not.toContain("Too few");
  });

  it("shows what its address asks for, and marks the sorted column", async () => {
    const { html } = await page(
      SHOP,
      `/app?${period}&segmentation=country&kpis=orders,discount_rate&sort=-orders&compare=none&as_of=end`,
    );

    expect(html).toContain("Country of first order");
    expect(html).toContain("Groups are those at the end of");
    expect(html).not.toContain("Compared with");
    expect(html).toMatch(/aria-sort="descending"[^>]*>(?:(?!<\/th>).)*Orders/);
    const orders = [...html.matchAll(/<th scope="row">(?:<a[^>]*>)?(\w[\w ]*)/g)].map((match) => match[1]);
    expect(orders.indexOf("Germany")).toBeLessThan(orders.indexOf("Austria"));
  });

  it("leads to each segment with the same period, without the visit's tokens", async () => {
    const { html } = await page(SHOP, `/app?${groups}`);
    const link =
      /href="(\/app\/segments\/rfm\/champions[^"]*)"/.exec(html)?.[1]?.replaceAll("&amp;", "&") ?? "";

    expect(link).toContain(period.split("&")[0]);
    expect(link).not.toContain("id_token");
    expect((await page(SHOP, link)).status).toBe(200);
  });

  it("says what it replaced when an address cannot be read", async () => {
    const { status, html } = await page(SHOP, "/app?period=%3Cb%3Ex&from=31.10.2026&to=2026-11-01");

    expect(status).toBe(200);
    expect(html).toContain("Part of this address couldn");
    expect(html).toContain("31.10.2026");
    expect(html).not.toContain("<b>x");
  });

  it("says what it replaced for KPIs and segmentations that do not exist, as for any other choice", async () => {
    for (const address of [
      "/app?kpis=weather&segmentation=rfm&as_of=start",
      `/app?${period}&segmentation=%3Cimg%20src=x%3E`,
    ]) {
      const { status, html } = await page(SHOP, address);
      expect(status).toBe(200);
      expect(html).toContain("Part of this address couldn");
      expect(html).not.toContain("<img src=x");
    }
  });

  it("keeps the app's menu, and a way back, where there is no page", async () => {
    for (const address of ["/app/nowhere", "/app/segments/rfm/heroes", "/app/segments/weather/sunny"]) {
      const { status, html } = await page(SHOP, address);
      expect(status).toBe(404);
      expect(html).toMatch(/<ui-nav-menu>.*Settings.*<\/ui-nav-menu>/s);
      expect(html).toMatch(/<main[^>]*>.*<a[^>]*href="\/app"/s);
      expect(html).not.toMatch(/heroes|sunny/);
    }
  });

  it("waits, with the page's shape, for a shop whose first order has not come", async () => {
    const { status, html } = await page(NEW, "/app");

    expect(status).toBe(200);
    expect(html).toContain("Your first order starts the figures");
    expect(html).not.toContain(">Export<");
  });

  it("shows what 60 days can tell, and the reason where they cannot", async () => {
    const { status, html } = await page(LIMITED, `/app?from=2026-03-15&to=2026-04-10&kpis=orders,net_sales`);

    expect(status).toBe(200);
    expect(html).toContain("older orders are missing");
    expect(html).toMatch(/Orders<\/a>/);
  });

  it("writes numbers in the language of its words, whatever the admin's", async () => {
    const { html } = await page(SHOP, `/app?${period}&locale=de`);

    expect(html).toMatch(/€\d{2},\d{3}\.\d{2}/);
  });

  it("never shows another shop's figures", async () => {
    const response = await site.raw(`/app.data?shop=${SHOP}`, {
      headers: { Authorization: bearer(NEW) },
    });

    expect(await response.text()).not.toContain("Champions");
  });
});

describe("A segment", () => {
  it("has its definition, every KPI with its formula, and its members by number", async () => {
    const { status, html } = await page(SHOP, `/app/segments/rfm/dormant?${groups}`);

    expect(status).toBe(200);
    for (const words of [
      "points for orders and net sales together",
      "How this was counted",
      "Net sales = Gross sales − Discounts − Returns and refunds",
      "Showing 1–",
      'href="shopify:admin/customers/',
    ])
      expect(html).toContain(words);
  });

  it("pages and sorts its members by the address", async () => {
    const first = await page(SHOP, `/app/segments/order_count/1?${period}&sort=-orders`);
    const second = await page(SHOP, `/app/segments/order_count/1?${period}&sort=-orders&page=2`);
    const far = await page(SHOP, `/app/segments/order_count/1?${period}&sort=-orders&page=999`);
    const members = (html: string) => [...html.matchAll(/customers\/(\d+)/g)].map((match) => match[1]);

    expect(members(first.html)).toHaveLength(50);
    expect(members(second.html).filter((id) => members(first.html).includes(id))).toEqual([]);
    const last = await page(SHOP, `/app/segments/order_count/1?${period}&sort=-orders&page=3`);
    expect(members(far.html)).toEqual(members(last.html));
  });

  it("is there when it had no customers, or no groups, in the compared period", async () => {
    for (const segment of [
      "rfm/champions",
      "first_order_year/2026",
      "country/DE",
      "rfm/first_time",
      "rfm/none",
    ]) {
      const address = `/app/segments/${segment}?${period}&compare=previous_year`;
      expect([segment, (await page(SHOP, address)).status]).toEqual([segment, 200]);
    }
  });

  it("answers 404 for a segment or segmentation that does not exist", async () => {
    for (const path of ["rfm/heroes", "weather/sunny", "rfm/guest"])
      expect((await page(SHOP, `/app/segments/${path}?${period}`)).status).toBe(404);
  });

  it("says why there are no members to list while older orders are missing", async () => {
    const { status, html } = await page(LIMITED, `/app/segments/order_count/1?from=2026-03-15&to=2026-04-10`);

    expect(status).toBe(200);
    expect(html).toContain("Not complete yet: older orders are missing.");
  });
});

describe("Data and trust", () => {
  it("lists what is here, the orders that differ from Shopify, and what is counted apart", async () => {
    const { status, html } = await page(SHOP, "/app/data");

    expect(status).toBe(200);
    expect(html).toMatch(/[\d,]+ orders differ from Shopify&#x27;s totals, by €/);
    expect(html).toContain('href="shopify:admin/orders/');
    expect(html).toMatch(/Guest orders.*no figure per customer/);
    expect(html).toMatch(/<h2[^>]*>[\d,]+ orders differ from Shopify&#x27;s totals\.<\/h2>/);
    expect(html).toContain("found 3 changes");
  });

  it("says before the first check that there was none, and starts one when asked", async () => {
    const { html } = await page(SHOP, "/app/data");
    expect(html).toMatch(/Last full check.*Not yet/);
    expect(html).not.toContain("Last checked");
    expect(html).toContain("No month has been compared yet.");

    const body = new URLSearchParams({ intent: "check" });
    expect((await site.call(SHOP, "/app/data.data", { method: "POST", body })).status).toBe(200);
    expect((await page(SHOP, "/app/data")).html).toContain("A check is under way");
    expect((await page(NEW, "/app/data")).html).not.toContain("A check is under way");
  });

  it("shows what the last check found and each month against Shopify, with what explains the difference", async () => {
    await checkedShop(LIMITED);
    const { html } = await page(LIMITED, "/app/data");
    for (const words of [
      "1,900 records compared. 2 orders were missing, 1 customer had changed unnoticed.",
      "1 couldn&#x27;t be corrected then",
      "1 order of which Shopify had sent no notification",
      "1 of 3 months matches Shopify to the cent; 1 is explained; 1 differs without an explanation.",
      "Test orders: Shopify&#x27;s report counts them",
      "Shopify €102.34, here €90.00",
      "#1077",
      "Nothing that the app can compute gives this difference.",
      'href="shopify:admin/orders/77"',
      'href="#month-2026-04"',
      'id="month-2026-04"',
      "1 month differs for a known reason",
      "Apr 2026: Explained",
    ])
      expect(html).toContain(words);
    expect((await page(NEW, "/app/data")).html).not.toContain("known reason");
  });

  it("sorts the months by its address", async () => {
    const months = async (sort: string) =>
      [...(await page(LIMITED, `/app/data?sort=${sort}`)).html.matchAll(/<th scope="row">(\w{3} 2026)/g)].map(
        (match) => match[1],
      );
    expect(await months("")).toEqual(["May 2026", "Apr 2026", "Mar 2026"]);
    expect(await months("month")).toEqual(["Mar 2026", "Apr 2026", "May 2026"]);
    expect(await months("result")).toEqual(["May 2026", "Apr 2026", "Mar 2026"]);
    expect(await months("-difference")).toEqual(["Apr 2026", "May 2026", "Mar 2026"]);
    expect(await months("nothing")).toEqual(["May 2026", "Apr 2026", "Mar 2026"]);
  });

  it("refuses what it was not asked to do", async () => {
    const post = (fields: Record<string, string>) =>
      site.call(SHOP, "/app/data.data", { method: "POST", body: new URLSearchParams(fields) });

    for (const fields of [{}, { intent: "drop" }, { intent: "retry", job: "1; DROP TABLE x" }])
      expect((await post(fields as Record<string, string>)).status).toBe(400);
  });
});

it("finds a page whose address leaves /app out, and leaves nothing else", async () => {
  const leads = async (address: string) => (await site.raw(address)).headers.get("Location");
  expect(await leads("/data?shop=a.myshopify.com")).toBe("/app/data?shop=a.myshopify.com");
  expect(await leads("/segments/rfm/a%2Fb")).toBe("/app/segments/rfm/a%2Fb");
  for (const address of ["//evil.example/x", "/\\evil.example", "/%2f%2fevil.example"])
    expect((await leads(address)) ?? "/app/").toMatch(/^\/app\//);
  for (const address of ["/api/nothing", "/favicon.ico", "/assets/old.js"])
    expect((await site.raw(address)).status).toBe(404);
});

it("opens at /app whatever Shopify adds to the address", async () => {
  const response = await site.raw("/?shop=a.myshopify.com&host=abc");

  expect(response.status).toBe(302);
  expect(response.headers.get("Location")).toBe("/app?shop=a.myshopify.com&host=abc");
});
