// A shop whose week or year is not the usual one: what is chosen under Settings, and what the app and its API make of it.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { calendarOf } from "../../../app/calendar/calendar.server.ts";
import { db } from "../../../app/db.server.ts";
import { type BusinessCalendar, USUAL_CALENDAR } from "../../../app/kpis/business-calendar.ts";
import { includedDays, type Preset, presetPeriod } from "../../../app/kpis/period.ts";
import type { KpiAnswer } from "../../../app/reports/kpi-answer.server.ts";
import { civilDay } from "../../../app/reports/wording.server.ts";
import { openShop } from "../kpis/shop.ts";
import { openSite, type Site } from "./site.ts";

const SHOP = "random.myshopify.com";
const OTHER = "other.myshopify.com";
const NRF: BusinessCalendar = { weekStart: 7, yearStart: 2, weeks: { pattern: "4-5-4", end: "nearest" } };
const FISCAL: BusinessCalendar = { weekStart: 6, yearStart: 4, weeks: null };
let site: Site;

beforeAll(async () => {
  site = await openSite();
  for (const shop of [SHOP, OTHER]) {
    await site.install(shop);
    await openShop(site.warehouse, { seed: 7, customers: 100, orders: 400 }, shop);
  }
});
afterAll(() => site.close());

const page = async (shop: string, address: string) => (await site.page(shop, address)).text();
const choose = (business: unknown, shop = SHOP) =>
  site.call(shop, "/app/settings/calendar.data", {
    method: "POST",
    body: new URLSearchParams({
      changes: JSON.stringify({ chosen: {}, own: [], annotations: [], gone: [], business }),
    }),
  });
const answered = async (shop: string, query: string) =>
  (await (await site.call(shop, `/api/kpis?segmentation=order_count&${query}`)).json()) as KpiAnswer;
const today = () => civilDay(new Date(), "Europe/Berlin");

describe("the business's year under Settings", () => {
  it("is the usual one until something else is chosen, and none when that is the usual one again", async () => {
    expect((await calendarOf(SHOP)).business).toBeNull();
    expect(await page(SHOP, "/app/settings/calendar")).toContain("Your business&#x27;s year");
    expect((await choose(NRF)).status).toBe(200);
    expect((await calendarOf(SHOP)).business).toEqual(NRF);
    expect((await choose(USUAL_CALENDAR)).status).toBe(200);
    expect((await calendarOf(SHOP)).business).toBeNull();
  });

  it("stays as it is when something else of the calendar is changed, and is no other shop's", async () => {
    await choose(FISCAL);
    const body = new URLSearchParams({
      changes: JSON.stringify({ chosen: { easter: false }, own: [], annotations: [], gone: [] }),
    });
    await site.call(SHOP, "/app/settings/calendar.data", { method: "POST", body });
    expect((await calendarOf(SHOP)).business).toEqual(FISCAL);
    expect((await calendarOf(OTHER)).business).toBeNull();
  });

  it.each<[string, unknown, string]>([
    [
      "a day of the week that is none",
      { ...FISCAL, weekStart: 8 },
      "business.weekStart: must be a day of the week",
    ],
    ["half a day", { ...FISCAL, weekStart: 1.5 }, "business.weekStart: must be a day of the week"],
    ["a month that is none", { ...FISCAL, yearStart: 0 }, "business.yearStart: must be a month"],
    ["a month as text", { ...FISCAL, yearStart: "4" }, "business.yearStart: must be a month"],
    [
      "a pattern that is none",
      { ...NRF, weeks: { pattern: "5-5-3", end: "last" } },
      "business.weeks.pattern",
    ],
    ["an inherited name", { ...NRF, weeks: { pattern: "4-4-5", end: "constructor" } }, "business.weeks.end"],
    ["a year without its weeks", { weekStart: 1, yearStart: 2 }, "business.weeks"],
    ["more than there is", { ...NRF, shop: OTHER }, "shop"],
    ["nothing", null, "business"],
  ])("refuses %s and says why", async (_, business, words) => {
    const before = await calendarOf(SHOP);
    const response = await choose(business);
    expect(response.status).toBe(400);
    expect(await response.text()).toContain(words);
    expect(await calendarOf(SHOP)).toEqual(before);
  });

  it("is the usual one where the table holds what no version has written", async () => {
    await choose(NRF, OTHER);
    await db.shopCalendar.update({ where: { shop: OTHER }, data: { yearPattern: "6-6-6" } });
    expect((await calendarOf(OTHER)).business).toBeNull();
    await choose(USUAL_CALENDAR, OTHER);
  });
});

describe("periods by it", () => {
  it.each<Preset>([
    "last_week",
    "week_to_date",
    "last_month",
    "last_quarter",
    "year_to_date",
    "last_12_months",
  ])("the API answers the days of %s, and another shop's are the usual ones", async (preset) => {
    await choose(NRF);
    const own = await answered(SHOP, `period=${preset}&compare=previous_year`);
    expect(own.period).toEqual(includedDays(presetPeriod(preset, today(), NRF)));
    expect(own.comparedWith).not.toHaveProperty("calendar");
    const usual = await answered(OTHER, `period=${preset}`);
    expect(usual.period).toEqual(includedDays(presetPeriod(preset, today())));
  });

  it("whole weeks and quarters given as days are compared with the same ones, another shop's with as many days", async () => {
    await choose(NRF);
    const with53 = "from=2024-01-28&to=2024-02-03&compare=previous_year";
    expect((await answered(SHOP, with53)).comparedWith).toMatchObject({
      from: "2023-01-29",
      to: "2023-02-04",
    });
    const quarter = "from=2023-10-29&to=2024-02-03&compare=previous_period";
    expect((await answered(SHOP, quarter)).comparedWith).toMatchObject({
      from: "2023-07-30",
      to: "2023-10-28",
    });
    expect((await answered(OTHER, quarter)).comparedWith).toMatchObject({
      from: "2023-07-23",
      to: "2023-10-28",
    });
  });

  it("pages call months, quarters and years by their names, with their days", async () => {
    await choose(NRF);
    const asked = "segmentation=order_count&compare=none&as_of=start";
    const home = await page(SHOP, `/app?period=last_month&${asked}`);
    expect(home).toMatch(/P\d+ FY20\d\d\/\d\d \(/);
    expect(await page(SHOP, `/app?from=2023-12-31&to=2024-02-03&${asked}`)).toContain(
      "P12 FY2023/24 (Dec 31, 2023",
    );
    const months = await page(SHOP, `/app?from=2025-11-02&to=2026-05-30&${asked}`);
    expect(months).toContain("P10 FY2025/26");
    await choose(FISCAL);
    expect(await page(SHOP, `/app?from=2026-04-01&to=2026-06-30&${asked}`)).toContain("Q1 FY2026/27 (Apr");
    expect(await page(OTHER, `/app?period=last_month&${asked}`)).not.toContain("FY20");
  });
});
