// What a script and a page are answered to why a figure moved.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { KpiAnswer } from "../../../app/reports/kpi-answer.server.ts";
import type { TellingView, whyAnswer } from "../../../app/reports/why-answer.server.ts";
import { openShop } from "../kpis/shop.ts";
import { openSite, period, type Site } from "./site.ts";

const SHOP = "random.myshopify.com";
const NEW = "new.myshopify.com";
let site: Site;

beforeAll(async () => {
  site = await openSite();
  for (const shop of [SHOP, NEW]) await site.install(shop);
  await openShop(site.warehouse, { seed: 7, customers: 400, orders: 1500 }, SHOP);
});
afterAll(() => site.close());

type Answer = Awaited<ReturnType<typeof whyAnswer>>;
const why = async (query: string): Promise<Answer> =>
  (await (await site.call(SHOP, `/api/why?${query}&${period}`)).json()) as Answer;
const total = (amounts: readonly number[]) => amounts.reduce((sum, amount) => sum + amount, 0);

describe("GET /api/why", () => {
  it("answers parts that add up to the change, of the whole and of each row", async () => {
    const answer = await why("kpi=net_sales&segmentation=country&compare=previous_period");
    expect(answer).toMatchObject({
      shop: SHOP,
      kpi: "net_sales",
      unit: "money",
      currency: "EUR",
      reason: null,
    });
    const difference = (answer.now ?? 0) - (answer.then ?? 0);
    expect(answer.difference).toBeCloseTo(difference, 6);
    expect(total(answer.parts.map(({ amount }) => amount))).toBeCloseTo(difference, 6);
    expect(total(answer.rows.map((row) => row.difference.amount))).toBeCloseTo(difference, 6);
    for (const row of answer.rows)
      expect(total(row.parts.map(({ amount }) => amount))).toBeCloseTo(row.difference.amount, 6);
    expect(total((answer.customers ?? []).map((each) => each.difference))).toBeCloseTo(difference, 6);
    expect(answer.parts.map(({ label }) => label)).toEqual(
      expect.arrayContaining(["Share who bought", "First-time buyers", "Order value", "Returns and refunds"]),
    );
    expect(answer.parts.every(({ interval }) => interval !== null)).toBe(true);
  });

  it("tells a rate by the groups' own and by their sizes, and by what is divided", async () => {
    const answer = await why("kpi=aov&segmentation=channel&compare=previous_period");
    expect(answer.parts.map((each) => each.part)).toEqual(["rate", "mix"]);
    const { divided, divisor } = answer.quotient ?? { divided: { amount: 0 }, divisor: { amount: 0 } };
    expect(divided.amount + divisor.amount).toBeCloseTo(answer.difference ?? 0, 6);
  });

  it("tells how soon something happens apart as a whole, where it has no parts", async () => {
    const answer = await why("kpi=second_order_rate_90d&compare=previous_period");
    expect(answer).toMatchObject({ reason: { code: "no_split" }, parts: [] });
    const { chiSquare = -1, pValue = -1 } = answer.courses ?? {};
    expect(chiSquare).toBeGreaterThanOrEqual(0);
    expect(pValue).toBeGreaterThan(0);
    expect(pValue).toBeLessThanOrEqual(1);
    expect((await why("kpi=aov_median&compare=previous_period")).courses).toBeNull();
  });

  it("says why it cannot", async () => {
    expect((await why("kpi=aov_median&compare=previous_period")).reason?.code).toBe("no_split");
    expect((await why("kpi=net_sales&compare=none")).reason?.code).toBe("no_comparison");
    expect(await why("kpi=buyer_rate&segmentation=order_channel&compare=previous_period")).toMatchObject({
      reason: { code: "not_by_order" },
      rows: [],
    });
  });

  it.each([
    ["kpi=weather", 404, "weather"],
    ["kpi=net_sales&segmentation=weather", 404, "weather"],
    ["kpi=net_sales&compare=never", 400, "compare"],
    ["kpi=net_sales&kpi=orders", 400, "kpi"],
    ["kpis=net_sales", 400, "kpis"],
    ["kpi=net_sales&locale=%00", 400, "locale"],
  ])("refuses %s with %i", async (query, status, named) => {
    for (const path of ["/api/why", "/api/telling-cuts"]) {
      const response = await site.call(SHOP, `${path}?${query}`);
      expect(response.status).toBe(status);
      expect(((await response.json()) as { error: string }).error).toContain(named);
    }
  });

  it("answers once there is a copy", async () => {
    expect((await site.call(NEW, "/api/why")).status).toBe(409);
  });
});

describe("GET /api/telling-cuts", () => {
  it("names what moved otherwise than all together, beyond chance", async () => {
    const response = await site.call(
      SHOP,
      `/api/telling-cuts?kpi=net_sales&${period}&compare=previous_period`,
    );
    const { cuts } = (await response.json()) as TellingView;
    expect(cuts.length).toBeLessThanOrEqual(2);
    for (const { beyondItsPart, text } of cuts) {
      const { low = 0, high = 0 } = beyondItsPart.interval ?? {};
      expect(low > 0 || high < 0).toBe(true);
      expect(text).toMatch(/(more|less) than its part of the change$/);
    }
  });
});

describe("the page", () => {
  const page = async (address: string): Promise<string> => {
    const response = await site.page(SHOP, address);
    expect(response.status).toBe(200);
    return response.text();
  };

  it("says what rose or fell, and of what that is made", async () => {
    const html = await page(
      `/app/why?chart=net_sales&segmentation=country&${period}&compare=previous_period`,
    );
    expect(html).toContain("Why net sales moved");
    expect(html).toMatch(/Net sales (rose|fell) by/);
    expect(html).toContain("Share who bought");
    expect(html).toContain("The same customers or others");
  });

  it("says why there is nothing to tell", async () => {
    const none = await page(`/app/why?chart=net_sales&${period}&compare=none`);
    expect(none).toContain("Nothing is compared.");
    const median = await page(`/app/why?chart=aov_median&${period}&compare=previous_period`);
    expect(median).toContain("is no sum and no ratio of sums");
  });

  it("leads from each part and each group to the rows behind it", async () => {
    const asked = `chart=net_sales&segmentation=country&${period}&compare=previous_period`;
    const html = await page(`/app/why?${asked}`);
    const links = [...html.matchAll(/href="(\/app\/why-rows\?[^"]*)"/g)].map(([, to = ""]) =>
      to.replaceAll("&amp;", "&"),
    );
    const parts = new Set(links.map((to) => new URLSearchParams(to.split("?")[1]).get("part")));
    expect([...parts]).toEqual(
      expect.arrayContaining([
        null,
        "members.",
        "orders.active_customers",
        "net_sales.sales_after_discounts",
        "row",
      ]),
    );
    const orders = await page(`/app/why-rows?${asked}&part=orders.active_customers&rows=orders.then`);
    expect(orders).toContain("Orders per customer: rows behind why net sales moved");
    expect(orders).toContain("Orders of all customers without guest orders");
    expect(orders).toMatch(/Showing 1–50 of \d+ orders/);
    const gone = await page(`/app/why-rows?${asked}&part=weather`);
    expect(gone).toContain("This change has no such part");
    const none = await page(`/app/why-rows?chart=aov_median&${period}&compare=previous_period`);
    expect(none).toContain("No rows: the change can&#x27;t be told in parts.");
  });

  it("of a segment is the change of that segment alone, on the page, for a script, and for what tells most", async () => {
    const asked = `kpi=net_sales&segmentation=spend_tier&within=order_count.2&compare=previous_period`;
    const answer = await why(asked);
    const question = `/api/kpis?segmentation=order_count&kpis=net_sales&compare=previous_period&${period}`;
    const kpis = (await (await site.call(SHOP, question)).json()) as KpiAnswer;
    const twice = kpis.segments.find(({ id }) => id === "2")?.kpis.net_sales;
    expect(answer.now).toBe(twice?.value);
    expect(answer.then).toBe(twice?.previous);
    const html = await (
      await site.page(
        SHOP,
        `/app/why?chart=net_sales&within=order_count.2&segmentation=order_count&${period}&compare=previous_period`,
      )
    ).text();
    expect(html).toContain("2 orders");
    // A segment is not cut by what made it.
    expect(html).toContain("Net sales by Recency, frequency, spend (RFM)");
    const told = await site.call(SHOP, `/api/telling-cuts?${asked}&${period}`);
    expect(((await told.json()) as TellingView).cuts.map(({ by }) => by)).not.toContain("order_count");
    // RFM had no groups at the compared instant.
    const young = await why(
      "kpi=net_sales&segmentation=order_count&within=rfm.champions&compare=previous_period",
    );
    expect(young).toMatchObject({ reason: { code: "no_groups" }, now: null, then: null, parts: [] });
  });
});
