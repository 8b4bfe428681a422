// What a script and a page are answered to what came back both ways.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { refundsAnswer } from "../../../app/reports/refunds-answer.server.ts";
import { addDays } from "../../../app/kpis/period.ts";
import { openBuyers, type Purchase } from "../kpis/buyers.ts";
import { reaching } from "../warehouse/reaching.ts";
import { openSite, type Site } from "./site.ts";

const SHOP = "refunds.myshopify.com";
const NEW = "new.myshopify.com";
const LIMITED = "limited.myshopify.com";
let site: Site;

const TODAY = new Date().toISOString().slice(0, 10);
/** Three sales a week for two years up to today, of which every third comes back after 5 to 45 days. */
const purchases: Purchase[] = Array.from({ length: 300 }, (_, index) => {
  const day = addDays(TODAY, -Math.floor((index * 730) / 300));
  const back = addDays(day, 5 + ((index * 7) % 41));
  return {
    ...{ day, amount: 10_000 },
    ...(index % 3 === 0 && back < TODAY
      ? { returned: { day: back, amount: 4_000 + 100 * (index % 10) } }
      : {}),
  };
});

beforeAll(async () => {
  site = await openSite();
  for (const shop of [SHOP, NEW, LIMITED]) await site.install(shop);
  for (const shop of [SHOP, LIMITED]) await openBuyers(site.warehouse, shop, [purchases]);
  await site.warehouse.of(LIMITED).setMeta(reaching("sixty_days", addDays(TODAY, -60)));
});
afterAll(() => site.close());

type Answer = Awaited<ReturnType<typeof refundsAnswer>>;
const refunds = async (query = "", shop = SHOP): Promise<Answer> =>
  (await (await site.call(shop, `/api/refunds${query}`)).json()) as Answer;
const total = (amounts: readonly (number | null)[]) =>
  amounts.reduce<number>((sum, amount) => sum + (amount ?? 0), 0);
const html = async (path: string, shop = SHOP) => (await site.page(shop, path)).text();

describe("GET /api/refunds", () => {
  it("answers the last 13 months, or as many as are asked for, and what was before them", async () => {
    const [usual, all, few] = [await refunds(), await refunds("?months=120"), await refunds("?months=2")];
    expect([usual.months.length, few.months.length]).toEqual([13, 2]);
    for (const answer of [usual, all, few]) {
      const cameIn = total(answer.months.map((month) => month.reversalsIn)) + answer.before.reversalsIn;
      const cameOf = total(answer.months.map((month) => month.reversalsOf)) + answer.before.reversalsOf;
      expect(cameIn).toBe(total(purchases.map(({ returned }) => returned?.amount ?? 0)));
      expect(cameOf + answer.reversalsOfNotKept).toBe(cameIn);
    }
    expect(all.before).toEqual({ grossSales: 0, reversalsIn: 0, reversalsOf: 0 });
  });

  it("estimates what is to come of the last month, and nothing of one long past", async () => {
    const { months, longest } = await refunds();
    expect(longest).toBe(45);
    expect(months.at(-2)?.toCome).toMatchObject({ kind: "estimated" });
    expect(months.at(-6)?.toCome).toEqual({ kind: "nothing" });
  });

  it("says why a month is not told", async () => {
    const { months } = await refunds("", LIMITED);
    expect(months.at(-1)).toMatchObject({
      ...{ grossSales: null, reversalsIn: null, reversalsOf: null, share: null, toCome: null },
      reason: { code: "history_incomplete" },
    });
  });

  it.each([
    ["months=0", "months"],
    ["months=121", "months"],
    ["months=1.5", "months"],
    ["months=all", "months"],
    ["months=1&months=2", "months"],
    ["month=3", "month"],
    ["kpi=net_sales", "kpi"],
    ["locale=%00", "locale"],
    ["__proto__=1", "__proto__"],
  ])("refuses %s", async (query, named) => {
    const response = await site.call(SHOP, `/api/refunds?${query}`);
    expect(response.status).toBe(400);
    expect(((await response.json()) as { error: string }).error).toContain(`"${named}"`);
  });

  it("answers once there is a copy", async () => {
    expect((await site.call(NEW, "/api/refunds")).status).toBe(409);
  });
});

describe("a KPI's page", () => {
  const title = "Both ways: by the day given back, by the day sold";

  it("has both ways where the KPI is of what came back, and nowhere else", async () => {
    for (const kpi of ["sales_reversals", "reversal_rate"]) {
      const page = await html(`/app/kpis/${kpi}?within=order_count.1`);
      expect(page).toContain(title);
      expect(page).toContain("whichever customers and period are chosen above");
      expect(page).toContain("of cases");
    }
    for (const kpi of ["net_sales", "discounts", "discount_rate"])
      expect(await html(`/app/kpis/${kpi}`)).not.toContain(title);
  });

  it("tells thirteen months, and leads from each one's figures to how they came about", async () => {
    const month = (await refunds()).months.at(-1)?.month ?? "";
    const page = await html("/app/kpis/sales_reversals");
    expect(page.match(/\/app\/explain\?[^"]*chart=gross_sales/g)).toHaveLength(13);
    expect(page).toMatch(new RegExp(`/app/explain\\?[^"]*chart=gross_sales[^"]*from=${month}-01`));
  });

  it("leads from what came back of a month to its orders, which add up to it", async () => {
    const page = await html("/app/kpis/sales_reversals");
    const [, month = ""] = /\/app\/refund-rows\?[^"]*month=(\d{4}-\d{2})/.exec(page) ?? [];
    expect(month).not.toBe("");
    const rows = await html(`/app/refund-rows?month=${month}`);
    expect(rows).toContain("Given back of what was sold in");
    expect(rows).toMatch(/No rows|Together: Given back/);
    for (const none of ["1999-01", "weather", "%00"])
      expect(await html(`/app/refund-rows?month=${none}`)).toContain("That month is not told.");
  });

  it("says why it is not told", async () => {
    const page = await html("/app/kpis/sales_reversals", LIMITED);
    expect(page).toContain(title);
    expect(page).not.toContain("whichever customers and period are chosen above");
  });
});
