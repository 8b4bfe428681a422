// What pages and a script are told of days that stand out.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { db } from "../../../app/db.server.ts";
import type { FoundDay, FoundDays } from "../../../app/findings/day.ts";
import { keepDays } from "../../../app/findings/kept-days.server.ts";
import { keep } from "../../../app/findings/kept.server.ts";
import { addDays, startOf } from "../../../app/kpis/period.ts";
import type { findingsAnswer } from "../../../app/reports/findings.server.ts";
import { openFindingShop } from "../findings/shops.ts";
import { openSite, type Site } from "./site.ts";

const SHOP = "days.myshopify.com";
/** By the shop's clock it may be a day later. */
const NOW = new Date().toISOString().slice(0, 10);
const WEEK = addDays(startOf("week", NOW), -7);
const found: FoundDay = {
  ...{ day: addDays(NOW, -2), kpi: "net_sales", by: null, segment: "total" },
  ...{ value: 450_000, usual: 1_500_000.4, low: 1_100_000, high: 2_000_000.3, certainty: 0.999 },
  ...{ money: -1_050_000.4, others: 2 },
};
const days: FoundDays = {
  ...{ from: addDays(NOW, -28), to: NOW, weeks: 8, series: 12, looked: 336, silence: null },
  days: [
    found,
    { ...found, day: addDays(NOW, -5), kpi: "orders", by: "country", segment: "DE", value: 70, usual: 20.2 },
    { ...found, day: addDays(NOW, -12), kpi: "new_customers", value: 3, usual: 0.3, money: null, others: 0 },
  ],
};
let site: Site;

beforeAll(async () => {
  site = await openSite();
  await site.install(SHOP);
  await openFindingShop(site.warehouse, SHOP, { seed: 1, customers: 20, orders: 40 });
  const week = { week: WEEK, days: 7, looked: 300, silence: null, buyers: 200, findings: [] };
  await keep(SHOP, week, 1, new Date());
});
afterAll(() => site.close());

const text = async (address: string) => {
  const response = await site.page(SHOP, address);
  expect(response.status, address).toBe(200);
  return (await response.text())
    .replace(/<script[^]*?<\/script>/g, "")
    .replace(/<!-- -->/g, "")
    .replace(/[\u2009\u202f\u00a0]/g, " ");
};
const answer = async (query = "") =>
  (await (await site.call(SHOP, `/api/findings${query}`)).json()) as Awaited<
    ReturnType<typeof findingsAnswer>
  >;
const note = (title: string) =>
  db.annotation.create({
    data: {
      ...{ shop: SHOP, type: "campaign", title, description: "", id: crypto.randomUUID() },
      ...{ fromDay: addDays(NOW, -3), toDay: addDays(NOW, -2) },
    },
  });

describe("days that stand out", () => {
  it("are told as soon as they have been looked for", async () => {
    expect(await text("/app/findings?locale=en")).toContain("as soon as it has been looked for");
    expect(await answer()).toMatchObject({ days: [], daysLooked: null });
    expect(await text("/app?locale=en")).not.toContain("A day that stands out");
  });

  it("are too few to be told of where history is too short, and it is said", async () => {
    const short = { ...days, weeks: 5, series: null, looked: null, silence: "too_short", days: [] } as const;
    await keepDays(SHOP, short, 1, new Date());
    const sentence = "Too little history: 8 whole weeks are needed; there are 5.";
    expect(await text("/app/findings?locale=en")).toContain(sentence);
    expect((await answer()).daysLooked).toMatchObject({ reason: "too_short", looked: null, sentence });
    await keepDays(SHOP, { ...short, weeks: 1 }, 1, new Date());
    expect(await text("/app/findings?locale=en")).toContain("there is 1.");
  });

  it("are none, and that is an answer", async () => {
    await keepDays(SHOP, { ...days, days: [] }, 1, new Date());
    expect(await text("/app/findings?locale=en")).toMatch(
      /No day stood out in .+\. 336 figures of a day looked at, in 12 series\./,
    );
  });

  it("are told with weekday, value, what is usual, by how much, its price and a door", async () => {
    await keepDays(SHOP, days, 1, new Date());
    const page = await text("/app/findings?locale=en");
    expect(page).toMatch(
      /\w+day, \w+ \d+, 20\d\d · The whole shop: net sales came to €4,500\.00, €10,500\.00 \(70\.0%\) below the €15,000\.00 \(between €11,000\.00 and €20,000\.00\) that is usual of such a day\./,
    );
    expect(page).toContain("2 other figures of the day stood out too.");
    expect(page).toMatch(/Germany · .+: orders came to 70, 50 \(250\.0%\) above the 20/);
    expect(page).toMatch(/new customers came to 3, 3 above the 0/);
    const [, door = ""] = /href="(\/app\/kpis\/net_sales\?[^"]+)"/.exec(page) ?? [];
    expect(door).toContain(`from=${found.day}&amp;to=${found.day}`);
    expect(door).toContain("as_of=end");
    await text(door.replaceAll("&amp;", "&"));
    expect(await text("/app/findings?locale=en&page=2")).not.toContain("Days that stand out");
  });

  it("answer a script, those of the last look or of a week", async () => {
    const { days: told, daysLooked } = await answer();
    expect(daysLooked).toMatchObject({
      ...{ days: { from: addDays(NOW, -28), to: addDays(NOW, -1) }, series: 12, looked: 336, reason: null },
    });
    expect(told.map(({ day }) => day)).toEqual(days.days.map(({ day }) => day));
    expect(told[0]).toMatchObject({
      ...{ kpi: "net_sales", unit: "money", segmentation: null, segment: "total", value: 450_000 },
      ...{ band: { low: 1_100_000, high: 2_000_000.3 }, netSales: -1_050_000.4, explained: null },
    });
    const own = (await answer(`?week=${WEEK}`)).days.map(({ day }) => day);
    expect(own).toEqual(days.days.map(({ day }) => day).filter((day) => startOf("week", day) === WEEK));
  });

  it("are told on Home where they are of the last seven days and unexplained, one at most", async () => {
    const [first, second] = ["net sales came to", "orders came to 70"];
    const home = await text("/app?locale=en");
    expect(home).toContain("A day that stands out");
    expect(home).toContain(first);
    expect(home).not.toContain(second);
    const { id } = await note("Warehouse moved & closed");
    expect(await text("/app?locale=en")).toContain(second);
    const page = await text("/app/findings?locale=en");
    expect(page).toContain("In your calendar: Warehouse moved &amp; closed.");
    expect(page.indexOf("1 explained day")).toBeGreaterThan(page.indexOf(second));
    expect(page.indexOf(first)).toBeGreaterThan(page.indexOf("1 explained day"));
    expect((await answer()).days[0]?.explained).toBe("In your calendar: Warehouse moved & closed.");
    await db.annotation.delete({ where: { id } });
    await keepDays(SHOP, { ...days, days: days.days.slice(2) }, 1, new Date());
    expect(await text("/app?locale=en")).not.toContain("A day that stands out");
  });

  it("are explained by an event that the shop goes by, too", async () => {
    const own = {
      shop: SHOP,
      id: crypto.randomUUID(),
      title: "Sale of sales",
      isOn: true,
      days: [found.day],
    };
    await db.ownEvent.create({ data: { ...own, yearly: null } });
    await keepDays(SHOP, days, 1, new Date());
    expect((await answer()).days[0]?.explained).toBe("In your calendar: Sale of sales.");
    await db.ownEvent.update({ where: { id: own.id }, data: { isOn: false } });
    expect((await answer()).days[0]?.explained).toBeNull();
  });

  it("leave out one whose row is no day", async () => {
    const where = { shop: SHOP, day: addDays(NOW, -20) };
    const row = { kpi: "gone", segmentation: "__proto__", segment: "x", told: { kpi: "gone" } };
    await db.findingDay.create({ data: { ...where, ...row } });
    expect((await answer()).days).toHaveLength(days.days.length);
  });
});
