// The pages of segments and KPIs: each is there, of one state of the copy, and says the same figure as every other.
import readSheets from "read-excel-file/node";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { db } from "../../../app/db.server.ts";
import { kpiIds, segmentationIds } from "../../../app/kpis/catalogue.ts";
import { cutIds } from "../../../app/kpis/cuts/choices.ts";
import { chapterIds, kpisOf } from "../../../app/kpis/chapters.ts";
import { meters } from "../../../app/metrics/meters.server.ts";
import type { KpiAnswer } from "../../../app/reports/kpi-answer.server.ts";
import type { SegmentSizes } from "../../../app/reports/segment-library.server.ts";
import { openShop } from "../kpis/shop.ts";
import { reaching } from "../warehouse/reaching.ts";
import { openSite, period, sessionToken, type Site } from "./site.ts";

const SHOP = "random.myshopify.com";
const NEW = "new.myshopify.com";
const BEFORE = "before.myshopify.com";
const asked = `${period}&segmentation=rfm&compare=previous_period&as_of=start`;
let site: Site;

beforeAll(async () => {
  site = await openSite();
  for (const shop of [SHOP, NEW, BEFORE]) await site.install(shop);
  await openShop(site.warehouse, { seed: 7, customers: 400, orders: 1500 }, SHOP);
  const empty = { currency: "EUR", decimals: 2, time_zone: "UTC", ...reaching("complete") };
  await site.warehouse.of(NEW).setMeta(empty);
});
afterAll(() => site.close());

async function page(shop: string, address: string): Promise<{ status: number; html: string }> {
  const response = await site.page(shop, address);
  const html = (await response.text()).replaceAll("<!-- -->", "").replace(/<script[\s\S]*?<\/script>/g, "");
  return { status: response.status, html };
}

const PAGES = [
  ["/app/segments", "Recency, frequency, spend (RFM)"],
  ["/app/segments/lifecycle", "Overdue"],
  ["/app/segments/order_channel", "Channel of the order"],
  ["/app/segments/tags", "Customer tags"],
  ["/app/segments/compare", "Champions"],
  ["/app/kpis", "Average order value"],
  ["/app/kpis/net_sales", "Net sales by week"],
  ["/app/retention", "Second order within 90 days"],
  ["/app/journey", "Where do they come from"],
  ["/app/products", "What do segments buy"],
] as const;

describe("a page of the menu", () => {
  it.each(PAGES)("%s is there, of one state of the copy", async (address, words) => {
    const looks = async () => (await meters.metaReads.get()).values[0]?.value ?? 0;
    const before = await looks();
    const { status, html } = await page(SHOP, `${address}?${asked}`);
    expect((await looks()) - before).toBe(2);
    expect(status).toBe(200);
    expect(html).toContain(words);
  });

  it.each([...PAGES.map(([address]) => address), "/app/why", "/app/segments/rfm/champions"])(
    "%s of a shop without an order says what starts the figures, and before the first sync that it waits",
    async (address) => {
      const none = await page(NEW, address);
      expect(none.status).toBe(200);
      expect(none.html).toContain("Your first order starts the figures");
      const before = await page(BEFORE, address);
      expect(before.status).toBe(200);
      expect(before.html).not.toContain("Your first order starts the figures");
    },
  );

  it.each(["/app/reports", "/app/settings"])("%s leads on", async (address) => {
    const { status, html } = await page(SHOP, address);
    expect(status).toBe(200);
    expect(html).toContain(address === "/app/reports" ? 'href="/app/segments' : 'href="/app/data');
  });

  it.each([
    ["/app/kpis/weather", "weather"],
    ["/app/kpis/__proto__", "__proto__"],
    ["/app/segments/constructor", "constructor"],
    ["/app/kpis/net_sales?within=rfm.champions%00", ""],
  ])("%s is refused or said to be left out", async (address, name) => {
    const { status, html } = await page(SHOP, `${address}${address.includes("?") ? "&" : "?"}${asked}`);
    expect(status).toBe(name === "" ? 200 : 404);
    if (name === "") expect(html).toContain("so it is left out");
    else expect(html).not.toContain(name);
  });
});

describe("GET /api/segments", () => {
  it("names every way of grouping customers, whose segments add up to the same customers", async () => {
    const answer = (await (
      await site.call(SHOP, `/api/segments?${period}&as_of=start`)
    ).json()) as SegmentSizes;
    expect(answer.segmentations.map(({ id }) => id)).toEqual(segmentationIds);
    const wholes = new Set(answer.segmentations.map(({ members }) => members));
    expect(wholes.size).toBe(1);
    expect([...wholes][0]).toBeGreaterThan(100);
  });

  it("names a parameter that it does not have", async () => {
    const response = await site.call(SHOP, "/api/segments?segment=rfm");
    expect(response.status).toBe(400);
    expect(await response.text()).toContain("segment");
  });
});

/** The text of a row's cells, by its head. */
function rowOf(html: string, head: string): string {
  const row = [...html.matchAll(/<tr[^>]*>[\s\S]*?<\/tr>/g)].find(([text]) =>
    new RegExp(`<th scope="row">(?:<[^>]+>)*${head}<`).test(text),
  );
  return (row?.[0] ?? "").replace(/<[^>]+>/g, " ").replace(/\s+/g, " ");
}

const amount = (text: string) => /€[\d,.]+/.exec(text)?.[0];

describe("a figure", () => {
  it("of a segment is the same on its KPI's page, in the library, side by side, and in the table", async () => {
    const table = await page(SHOP, `/app/segments/rfm?${asked}&kpis=net_sales`);
    const champions = amount(rowOf(table.html, "Champions"));
    expect(champions).toMatch(/€/);
    const within = `${asked}&within=rfm.champions`;
    const kpi = await page(SHOP, `/app/kpis/net_sales?${within}`);
    expect(kpi.html).toContain(champions);
    // Cut by something else, for a segment is not cut by what made it.
    expect(kpi.html).toContain("Number of orders");
    const library = await page(SHOP, `/app/kpis?${within}`);
    expect(amount(rowOf(library.html, "Net sales"))).toBe(champions);
    const beside = await page(
      SHOP,
      `/app/segments/compare?${asked}&kpis=net_sales&a=rfm.loyal&b=rfm.champions`,
    );
    expect(rowOf(beside.html, "Net sales")).toContain(champions);
    const loyal = amount(rowOf(table.html, "Loyal"));
    expect(amount(rowOf(beside.html, "Net sales"))).toBe(loyal);
  });

  it("of two groupings side by side may be of the same customers, which is said", async () => {
    const one = await page(SHOP, `/app/segments/compare?${asked}`);
    expect(one.html).toContain("No customer is in two of these columns");
    const two = await page(SHOP, `/app/segments/compare?${asked}&b=lifecycle.active&c=country.de`);
    expect(two.html).toContain("may hold the same customers");
    const odd = await page(SHOP, `/app/segments/compare?${asked}&b=${encodeURIComponent("rfm.<i>x")}`);
    expect(odd.status).toBe(200);
    expect(odd.html).toContain("There is no segment");
    expect(odd.html).not.toContain("<i>x");
  });

  it("is of whom its first sentence says, where nothing is compared, too", async () => {
    const { html } = await page(SHOP, `/app/kpis?${period}&compare=none&as_of=start`);
    expect(html).toContain("All customers. Pinned KPIs");
  });

  it("is set beside another at equal age by what its customers did in as many days", async () => {
    const usual = await page(SHOP, `/app/segments/compare?${asked}`);
    expect(usual.html).toContain("At equal age</");
    const same = "the same number of days from the first order";
    expect(usual.html).not.toContain(same);
    const aged = await page(
      SHOP,
      "/app/segments/compare?kpis=value_within_90d,second_order_rate_30d&from=2025-11-01&to=2026-03-31&as_of=today&compare=none",
    );
    expect(aged.html).toContain(same);
    expect(aged.html).not.toContain("At equal age</");
    expect(amount(rowOf(aged.html, "Value within 90 days"))).toMatch(/€/);
  });

  it("stands under one heading alone", () => {
    expect(chapterIds.flatMap(kpisOf).toSorted()).toEqual([...kpiIds].toSorted());
    expect(new Set(cutIds).size).toBe(cutIds.length);
  });
});

describe("a workbook", () => {
  const question = `${period}&segmentation=country&kpis=net_sales,aov&compare=previous_period&as_of=start`;

  it("holds the table as numbers, all that is known of it, what its KPIs are, and of what it is", async () => {
    const file = await site.call(SHOP, `/app/export/segments.xlsx?${question}`);
    expect(file.headers.get("Content-Disposition")).toMatch(/segment-kpis_country_.*\.xlsx/);
    const sheets = await readSheets(Buffer.from(await file.arrayBuffer()));
    expect(sheets.map(({ sheet }) => sheet)).toEqual(["Table", "All data", "Definitions", "About"]);
    const [table, data, definitions, about] = sheets.map((each) => each.data);
    const answer = (await (await site.call(SHOP, `/api/kpis?${question}`)).json()) as KpiAnswer;
    expect(table?.[1]?.slice(0, 3)).toEqual([
      "All customers",
      answer.total.members,
      (answer.total.kpis.net_sales?.value ?? 0) / 100,
    ]);
    // A segment and a KPI in each row, with the day of the period as a day.
    const head = data?.[0] ?? [];
    const first = data?.[1] ?? [];
    expect(first[head.indexOf("value")]).toBe((answer.total.kpis.net_sales?.value ?? 0) / 100);
    expect(first[head.indexOf("period_from")]).toBeInstanceOf(Date);
    expect(data).toHaveLength(1 + 2 * (1 + answer.segments.length));
    expect(definitions?.slice(1).map(([label]) => label)).toEqual(["Net sales", "Average order value"]);
    expect(definitions?.[2]?.[4]).toContain("Average order value = Sales as placed ÷ Orders");
    expect(about?.map(([what]) => what)).toEqual(
      expect.arrayContaining(["Shop", "Period", "Comparison", "Grouped by", "Currency"]),
    );
  });

  it("refuses what it does not know by name", async () => {
    const refused = await site.call(SHOP, `/app/export/segments.xlsx?${question}&separators=local`);
    expect(refused.status).toBe(400);
    expect(await refused.text()).toContain("separators");
  });

  it("stands beside a file for spreadsheets with the decimal comma", async () => {
    const file = await site.call(
      SHOP,
      `/app/export/segments.csv?${question}&layout=table&separators=semicolon`,
    );
    const [, total = ""] = (await file.text()).split("\r\n");
    expect(total).toMatch(/^All customers;\d+;\d+,\d\d;/);
  });
});

describe("a pin", () => {
  const pin = (kpi: string, pinned: "0" | "1", user = "7") =>
    site.raw("/app/kpis.data?index", {
      method: "POST",
      headers: { Authorization: `Bearer ${sessionToken(SHOP, undefined, user)}` },
      body: new URLSearchParams({ kpi, pinned }),
    });
  const heads = async (): Promise<string[]> => {
    const { html } = await page(SHOP, `/app?${asked}`);
    const section = /<section aria-label="Headline figures"[\s\S]*?<\/section>/.exec(html)?.[0] ?? "";
    return [...section.matchAll(/<h2[^>]*><a[^>]*>([^<]+)</g)].map((match) => match[1] ?? "");
  };

  it("puts a KPI at the head of Home, for whoever pinned it; four at most", async () => {
    expect(await heads()).toEqual(["Net sales", "Orders", "Average order value", "Returning customer rate"]);
    for (const kpi of ["aov_median", "discount_rate", "loyal_share", "units_sold", "tips"])
      expect((await pin(kpi, "1")).status).toBe(200);
    expect(await heads()).toHaveLength(4);
    expect((await heads())[0]).toBe("Median order value");
    const rows = await db.userChoices.findMany({ where: { shop: SHOP } });
    expect(rows.map(({ choices }) => choices)).toEqual([
      { pins: "aov_median,discount_rate,loyal_share,units_sold" },
    ]);

    await pin("discount_rate", "0");
    expect(await heads()).toHaveLength(3);
    for (const kpi of ["aov_median", "loyal_share", "units_sold"]) await pin(kpi, "0");
    expect((await heads())[0]).toBe("Net sales");
  });

  it("of no KPI is refused", async () => {
    expect((await pin("__proto__", "1")).status).toBe(404);
    expect((await site.call(SHOP, "/app/kpis.data?index", { method: "POST", body: "x" })).status).toBe(400);
  });
});
