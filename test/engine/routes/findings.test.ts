// What pages and a script are told of what changed.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { db } from "../../../app/db.server.ts";
import { find } from "../../../app/findings/find.server.ts";
import { keep } from "../../../app/findings/kept.server.ts";
import { addDays } from "../../../app/kpis/period.ts";
import type { findingsAnswer } from "../../../app/reports/findings.server.ts";
import { viewOf } from "../../tools/setup/view.ts";
import { openFindingShop, TODAY, WEEK } from "../findings/shops.ts";
import { openSite, type Site } from "./site.ts";

const SHOP = "told.myshopify.com";
const NEW = "untold.myshopify.com";
let site: Site;

beforeAll(async () => {
  site = await openSite();
  for (const shop of [SHOP, NEW]) await site.install(shop);
  const size = { seed: 20_261_130, customers: 2_500, orders: 9_000 };
  await openFindingShop(site.warehouse, SHOP, size, { country: "DE", lost: 0.5 });
  await openFindingShop(site.warehouse, NEW, { seed: 1, customers: 20, orders: 40 });
  const found = await find(await viewOf(site.warehouse, SHOP), TODAY);
  await keep(SHOP, found, 1, new Date());
  for (let ago = 1; ago <= 12; ago++)
    await keep(SHOP, { ...found, week: addDays(WEEK, -7 * ago), findings: [] }, 1, new Date());
});
afterAll(() => site.close());

type Answer = Awaited<ReturnType<typeof findingsAnswer>>;
const status = async (shop: string, query: string) => (await site.call(shop, `/api/findings${query}`)).status;

describe("GET /api/findings", () => {
  it("answers the newest week, or the one that holds a day", async () => {
    const newest = (await (await site.call(SHOP, "/api/findings")).json()) as Answer;
    expect(newest).toMatchObject({
      shop: SHOP,
      currency: "EUR",
      week: { from: WEEK, to: addDays(WEEK, 6) },
      reason: null,
    });
    const [first] = newest.findings;
    expect(first).toMatchObject({
      ...{ segmentation: "country", segment: "DE", days: { from: WEEK, to: addDays(WEEK, 6) } },
      with: { from: addDays(WEEK, -7), to: addDays(WEEK, -1) },
    });
    expect(first?.interval?.high).toBeLessThan(0);
    expect(first?.text).toMatch(/^Germany · .+: .+ fell by .+\. Allowing for chance, between .+ and .+\./);
    const earlier = (await (
      await site.call(SHOP, `/api/findings?week=${addDays(WEEK, -4)}`)
    ).json()) as Answer;
    expect(earlier).toMatchObject({ week: { from: addDays(WEEK, -7) }, findings: [] });
    expect(earlier.sentence).toMatch(/^Nothing outside chance in the week of .+ changes looked at\.$/);
  });

  it("refuses what is no day, and knows no week that was not looked at", async () => {
    for (const week of ["soon", "2026-02-30", "%00", "0000-00-00", "9999-12-31"])
      expect(await status(SHOP, `?week=${week}`), week).toBe(400);
    expect(await status(SHOP, "?weeks=2026-04-06")).toBe(400);
    expect(await status(SHOP, "?week=2026-04-06&week=2026-04-06")).toBe(400);
    expect(await status(SHOP, "?week=2020-01-06")).toBe(404);
    expect(await status(NEW, "")).toBe(404);
  });
});

describe("pages", () => {
  const text = async (shop: string, address: string) => {
    const response = await site.page(shop, address);
    expect(response.status, address).toBe(200);
    return (await response.text()).replace(/<script[^]*?<\/script>/g, "").replace(/<!-- -->/g, "");
  };

  it("tell on Home what changed, with both doors, before the figures", async () => {
    const home = await text(SHOP, "/app?locale=en");
    expect(home.indexOf("What changed")).toBeGreaterThan(0);
    expect(home.indexOf("What changed")).toBeLessThan(home.indexOf("Headline figures"));
    expect(home).toMatch(/Germany · .+: .+ fell by/);
    const door = (label: string) => {
      const [link = ""] = new RegExp(`<a [^>]*aria-label="${label}[^>]*>`).exec(home) ?? [];
      return /href="([^"]+)"/.exec(link)?.[1]?.replaceAll("&amp;", "&") ?? "";
    };
    const [why, segment] = [door("Why: Germany"), door("See these customers: Germany")];
    expect(why).toMatch(/^\/app\/why\?/);
    expect(segment).toMatch(/^\/app\/segments\/country\/DE\?/);
    for (const address of [why, segment])
      expect(/Apr 6.–.12, 2026/.test(await text(SHOP, address)), address).toBe(true);
  });

  it("say on Home of a shop that was not looked at that it was not", async () => {
    expect(await text(NEW, "/app?locale=en")).toContain("as soon as it has been looked for");
  });

  it("tell week by week, the newest first, ten at a time", async () => {
    const first = await text(SHOP, "/app/findings?locale=en");
    expect(first.match(/Nothing outside chance/g)).toHaveLength(9);
    expect(first).toContain("Germany");
    const second = await text(SHOP, "/app/findings?locale=en&page=2");
    expect(second.match(/Nothing outside chance/g)).toHaveLength(3);
    for (const page of ["x", "-1", "1e9", "1.5"])
      expect(await text(SHOP, `/app/findings?locale=en&page=${page}`)).toContain("Germany");
    expect(await text(NEW, "/app/findings?locale=en")).toContain("No week has been looked at yet");
  });

  it("leave out a finding of what is no more, and one whose row is no finding", async () => {
    const where = { shop: SHOP, week: addDays(WEEK, -7) };
    await db.finding.createMany({
      data: [
        { ...where, place: 0, kpi: "gone", segmentation: null, segment: "total", told: { kpi: "gone" } },
        { ...where, place: 1, kpi: "orders", segmentation: "__proto__", segment: "x", told: [] },
      ],
    });
    expect((await site.page(SHOP, "/app/findings?locale=en")).status).toBe(200);
  });
});
