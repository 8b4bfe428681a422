// What a script, a page and a file are answered to how a figure came about.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { explainAnswer, rowsAnswer } from "../../../app/reports/explain-answer.server.ts";
import { reaching } from "../warehouse/reaching.ts";
import { openShop } from "../kpis/shop.ts";
import { openSite, period, type Site } from "./site.ts";

const SHOP = "random.myshopify.com";
const NEW = "new.myshopify.com";
const EMPTY = "empty.myshopify.com";
const HIDDEN = "hidden.myshopify.com";
const LATE = "late.myshopify.com";
let site: Site;

beforeAll(async () => {
  site = await openSite();
  for (const shop of [SHOP, NEW, EMPTY, HIDDEN, LATE]) await site.install(shop);
  await openShop(site.warehouse, { seed: 7, customers: 200, orders: 800 }, SHOP);
  await openShop(site.warehouse, { seed: 7, customers: 20, orders: 0 }, EMPTY);
  await openShop(site.warehouse, { seed: 7, customers: 60, orders: 200 }, HIDDEN);
  await site.warehouse.of(HIDDEN).setMeta(reaching("customers_hidden"));
  await openShop(site.warehouse, { seed: 7, customers: 60, orders: 200 }, LATE);
  await site.warehouse.of(LATE).setMeta(reaching("loading", "2026-03-01"));
});
afterAll(() => site.close());

type Explained = Awaited<ReturnType<typeof explainAnswer>>;
type Listed = Awaited<ReturnType<typeof rowsAnswer>>;
const ask = async <T>(path: string, query: string, shop = SHOP): Promise<T> => {
  const response = await site.call(shop, `${path}?${query}&${query.includes("from=") ? "" : period}`);
  expect(response.status, await response.clone().text()).toBe(200);
  return (await response.json()) as T;
};
const explain = (query: string, shop = SHOP) => ask<Explained>("/api/explain", query, shop);
const list = (query: string, shop = SHOP) => ask<Listed>("/api/rows", query, shop);
const total = (amounts: readonly number[]) => amounts.reduce((sum, amount) => sum + amount, 0);

async function all(query: string): Promise<Listed["rows"]> {
  const rows = [];
  for (let page = 1; ; page++) {
    const found = await list(`${query}&page=${page}`);
    rows.push(...found.rows);
    if (found.rows.length === 0) return rows;
  }
}

describe("GET /api/explain", () => {
  it("puts a figure's own numbers into its formula, down to what is counted", async () => {
    const answer = await explain("kpi=net_sales&segmentation=country&segment=DE");
    expect(answer).toMatchObject({
      ...{ shop: SHOP, kpi: "net_sales", unit: "money", currency: "EUR", reason: null },
      segment: { id: "DE", kind: "segment", label: "Germany" },
    });
    const of = (id: string) => answer.sum.inputs.find(({ sum }) => sum.id === id)?.sum.value ?? NaN;
    expect(of("gross_sales") - of("discounts") - of("sales_reversals")).toBe(answer.value);
    expect(answer.sum.inputs.map(({ sign }) => sign)).toEqual([null, "−", "−"]);
    expect(answer.sum.text).toMatch(/^Net sales €[\d,.]+ = Gross sales €[\d,.]+ − Discounts €[\d,.]+ − /);
    expect(answer.sum.inputs[0]?.sum.formula).toMatch(/^Sum of: price × quantity/);
    expect(answer.members).toMatch(/^Groups are fixed as of /);
  });

  it("divides by the segment's own, or by the shop's", async () => {
    const aov = await explain("kpi=aov&segmentation=country&segment=DE");
    const [above, below] = aov.sum.inputs.map(({ sum }) => sum.value ?? NaN);
    expect(Math.round((above ?? NaN) / (below ?? NaN))).toBe(aov.value);
    expect(aov.rows?.count).toBe(below);
    expect(aov.range).toMatchObject({ sureness: expect.stringMatching(/sure|rough/) as string });
    expect(aov.sureness).toContain("Cochran");

    const share = await explain("kpi=sales_share&segmentation=country&segment=DE");
    const [own, shop] = share.sum.inputs.map(({ sum }) => sum);
    expect(shop).toMatchObject({ ofShop: true, label: "Net sales of the whole shop" });
    expect((own?.value ?? NaN) / (shop?.value ?? NaN)).toBeCloseTo(share.value ?? NaN, 12);
    expect(shop?.value).toBe((await explain("kpi=net_sales")).value);
  });

  it("tells what is left out and how many, and what Shopify calls it", async () => {
    const customers = await explain("kpi=sales_per_customer");
    const counts = new Map(customers.leftOut.map(({ code, count }) => [code, count]));
    const guests = await list("kpi=orders&segmentation=rfm&segment=guest");
    expect(counts.get("guests")).toBe(guests.all?.rows);
    expect(counts.get("tests")).toBeGreaterThan(0);
    expect(counts.get("gift_cards")).toBeGreaterThan(0);
    expect((await explain("kpi=net_sales")).leftOut.map(({ code }) => code)).not.toContain("guests");
    expect((await explain("kpi=net_sales")).shopify).toMatchObject({ code: "compared", metric: "net_sales" });
    expect((await explain("kpi=buyer_rate")).shopify).toMatchObject({ code: "none", metric: null });
    const open = (await explain("kpi=value_within_365d")).leftOut.find(({ code }) => code === "open");
    expect(open?.count).toBeGreaterThan(0);
  });

  it.each([
    [HIDDEN, "kpi=active_customers", "customers_hidden"],
    [LATE, "kpi=returning_customer_rate", "history_incomplete"],
    [SHOP, "kpi=aov&segmentation=rfm&segment=none", "no_value"],
    [SHOP, "kpi=stock_value", "not_recorded"],
    [SHOP, "kpi=buyer_rate&segmentation=order_channel&segment=web", "not_by_order"],
    [SHOP, "kpi=orders&from=2019-01-01&to=2019-01-31", null],
    [EMPTY, "kpi=net_sales", null],
  ])("of %s and %s says why there is no value: %s", async (shop, query, reason) => {
    const [explained, listed] = [await explain(query, shop), await list(query, shop)];
    expect(explained.reason?.code ?? null).toBe(reason);
    expect(listed.reason?.code ?? null).toBe(reason);
    expect(listed.rows).toEqual([]);
    if (reason === null) expect(explained.value).toBe(0);
  });
});

describe("GET /api/rows", () => {
  it("lists all that a figure is, page by page", async () => {
    const net = await explain("kpi=net_sales&segmentation=rfm&segment=champions&as_of=end");
    const rows = await all("kpi=net_sales&segmentation=rfm&segment=champions&as_of=end");
    expect(total(rows.map(({ values }) => values["net_sales"] ?? NaN))).toBe(net.value);
    expect(rows.length).toBe(net.rows?.count);
    expect(new Set(rows.map(({ order }) => order)).size).toBe(rows.length);
  });

  it("lists what is divided, and what it is divided by, apart where they are of different things", async () => {
    const of = "kpi=orders_per_customer&segmentation=rfm";
    const [above, below] = [await list(`${of}&side=numerator`), await list(`${of}&side=denominator`)];
    expect([above.of, below.of]).toEqual(["orders", "customers"]);
    expect(above.rows[0]?.order).toEqual(expect.any(Number));
    expect(below.rows[0]).toMatchObject({ order: null, customer: expect.any(Number) as number });
  });

  it("lists a part of a figure, marks the middle of a median, and how long something took", async () => {
    const part = await list("kpi=net_sales&part=discounts");
    expect(part.columns.map(({ id }) => id)).toEqual(["discounts"]);
    const median = await explain("kpi=aov_median");
    const middle = (await all("kpi=aov_median")).filter((row) => "middle" in row);
    const values = middle.map((row) => row.values["value"] ?? NaN);
    expect(Math.round(total(values) / values.length)).toBe(median.value);
    const course = await list("kpi=second_order_rate_30d");
    expect(course.columns.map(({ id }) => id)).toEqual(["days", "happened"]);
  });

  it("filters and finds", async () => {
    const taking = await list("kpi=net_sales&sign=negative&sort=net_sales");
    expect(taking.found?.rows).toBeGreaterThan(0);
    expect(taking.rows.every(({ values }) => (values["net_sales"] ?? 0) < 0)).toBe(true);
    const order = taking.rows[0]?.order ?? 0;
    for (const find of [String(order), encodeURIComponent(`#${order}`)])
      expect((await list(`kpi=net_sales&find=${find}`)).rows.map((row) => row.order)).toContain(order);
    const odd = encodeURIComponent("2026-04-01'; \u0000 \ud83d DROP".toWellFormed());
    expect((await list(`kpi=net_sales&find=${odd}`)).found?.rows).toBe(0);
  });

  it.each([
    ["kpi=weather", 404, "weather"],
    ["kpi=net_sales&segmentation=weather", 404, "weather"],
    ["kpi=net_sales&segmentation=country&segment=__proto__", 404, "__PROTO__"],
    ["kpi=net_sales&segmentation=rfm&segment=%F0%9F%98%80%00", 404, "has no segment named"],
    ["kpi=net_sales&part=orders", 400, "part"],
    ["kpi=net_sales&page=1e9", 400, "page"],
    ["kpi=net_sales&page=-1", 400, "page"],
    ["kpi=net_sales&sort=weather", 400, "sort"],
    ["kpi=active_customers&sort=day", 400, "sort"],
    ["kpi=net_sales&side=denominator", 400, "side"],
    ["kpi=net_sales&side=left", 400, "side"],
    ["kpi=net_sales&sign=odd", 400, "sign"],
    ["kpi=net_sales&kpi=orders", 400, "kpi"],
    ["kpis=net_sales", 400, "kpis"],
    ["kpi=net_sales&locale=%00", 400, "locale"],
  ])("refuses %s with %i", async (query, status, named) => {
    for (const path of ["/api/rows", "/app/export/rows.csv"]) {
      const response = await site.call(SHOP, `${path}?${query}`);
      expect(response.status, path).toBe(status);
      expect(await response.text()).toContain(named);
    }
  });

  it("is empty behind the last page", async () => {
    const beyond = await list("kpi=net_sales&page=1000000");
    expect(beyond.rows).toEqual([]);
    expect(beyond.all?.rows).toBeGreaterThan(0);
  });

  it("answers once there is a copy", async () => {
    for (const path of ["/api/explain", "/api/rows"]) expect((await site.call(NEW, path)).status).toBe(409);
  });
});

describe("the file", () => {
  it("has every row, and is noted", async () => {
    const of = "kpi=net_sales&segmentation=rfm&segment=champions&as_of=end";
    const response = await site.call(SHOP, `/app/export/rows.csv?${of}&${period}`);
    expect(response.status).toBe(200);
    const [head = "", ...lines] = (await response.text()).trim().split("\r\n");
    const names = head.replace("\uFEFF", "").split(",");
    expect(names).toEqual(
      expect.arrayContaining(["order_id", "order_gid", "customer_id", "net_sales", "kpi"]),
    );
    const net = names.indexOf("net_sales");
    const cents = total(lines.map((line) => Math.round(Number(line.split(",")[net]) * 100)));
    expect(cents).toBe((await explain(of)).value);
    const { db } = await import("../../../app/db.server.ts");
    expect(await db.dataAccess.findFirst({ where: { shop: SHOP, kind: "rows_file" } })).toMatchObject({
      what: "net_sales rfm champions",
    });
  });
});

describe("the page", () => {
  const page = async (address: string, shop = SHOP): Promise<string> => {
    const response = await site.page(shop, address);
    expect(response.status).toBe(200);
    return response.text();
  };

  it("says what the figure is, its sum, and lists its orders", async () => {
    const html = await page(
      `/app/explain?chart=net_sales&segmentation=rfm&segment=champions&as_of=end&${period}`,
    );
    expect(html).toContain("Net sales: Champions");
    expect(html).toContain("Sales after discounts and returns, before tax and shipping.");
    expect(html).toMatch(/shopify:admin\/orders\/\d+/);
    expect(html).toMatch(/shopify:admin\/customers\/\d+/);
    expect(html).toContain("Why it moved");
  });

  it("replaces what it cannot read, and shows the last page in place of one beyond", async () => {
    const html = await page(`/app/explain?chart=weather&sort=luck&side=left&page=999&sign=odd&${period}`);
    expect(html).toContain("Net sales: All customers");
    expect(html).toMatch(/Showing \d+–\d+ of/);
  });

  it("says why there are no rows", async () => {
    expect(await page(`/app/explain?chart=active_customers&${period}`, HIDDEN)).toContain("No rows:");
    expect(await page(`/app/explain?chart=net_sales&${period}`, EMPTY)).toContain(
      "Your first order starts the figures",
    );
  });

  it("is not there for a segment that is not", async () => {
    const response = await site.page(
      SHOP,
      `/app/explain?chart=net_sales&segmentation=country&segment=XX&${period}`,
    );
    expect(response.status).toBe(404);
  });

  it("is where figures lead: of segments, of a segment's KPIs, of the headlines, also of those without a value", async () => {
    const home = await page(`/app?segmentation=rfm&kpis=net_sales,buyer_rate&${period}`);
    const leads = (html: string) =>
      new Map(
        [...html.matchAll(/aria-label="(Explain [^"]*)"[^>]*href="(\/app\/explain\?[^"]*)"/g)].map(
          ([, label = "", to = ""]) => [label.replace(/:.*/, ""), `${label} ${to}`],
        ),
      );
    expect(leads(home).get("Explain Net sales of Champions")).toContain("segment=champions");
    expect(leads(home).get("Explain Net sales of All customers")).toContain("chart=net_sales");
    expect(leads(home).get("Explain Share who bought of Guest orders")).toMatch(/: – .*segment=guest/);
    const segment = await page(`/app/segments/rfm/champions?${period}`);
    expect(leads(segment).get("Explain Orders of Champions")).toMatch(/segmentation=rfm.*segment=champions/);
  });
});
