// What a script, a file and a page are answered of cohorts.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { cohortsAnswer } from "../../../app/reports/cohorts-answer.server.ts";
import type { KpiAnswer } from "../../../app/reports/kpi-answer.server.ts";
import { openShop } from "../kpis/shop.ts";
import { openSite, type Site } from "./site.ts";

const SHOP = "random.myshopify.com";
const NEW = "new.myshopify.com";
let site: Site;

beforeAll(async () => {
  site = await openSite();
  for (const shop of [SHOP, NEW]) await site.install(shop);
  await openShop(site.warehouse, { seed: 7, customers: 400, orders: 1500 }, SHOP);
});
afterAll(() => site.close());

type Answer = Awaited<ReturnType<typeof cohortsAnswer>>;
const ask = async (query: string): Promise<Answer> =>
  (await (await site.call(SHOP, `/api/cohorts?${query}`)).json()) as Answer;

describe("GET /api/cohorts", () => {
  it("answers a KPI by cohort and age, the average of closed cells first", async () => {
    const answer = await ask("kpi=net_sales&unit=month&basis=each");
    expect(answer).toMatchObject({
      ...{ shop: SHOP, kpi: "net_sales", label: "Net sales per customer", kind: "mean", basis: "each" },
      ...{ valueUnit: "money", unit: "month", reason: null, wholeFrom: null, beside: null, compared: null },
    });
    const { averages = [], cohorts = [] } = answer.all ?? {};
    expect(averages[0]?.interval).not.toBeNull();
    for (const { age, customers, numerator } of averages) {
      const closed = cohorts.flatMap((cohort) => {
        const cell = cohort.cells[age];
        return cell?.closed === true ? [{ ...cell, customers: cohort.customers }] : [];
      });
      expect(customers).toBe(closed.reduce((sum, cell) => sum + cell.customers, 0));
      expect(numerator).toBe(closed.reduce((sum, cell) => sum + cell.numerator, 0));
    }
  });

  it("sets two segments beside each other at equal age", async () => {
    const answer = await ask("within=country.DE&beside=country.FR&unit=quarter");
    expect(answer.overlap).toBe(false);
    expect([answer.all?.segment, answer.beside?.segment]).toEqual(["country.DE", "country.FR"]);
    const { observed = -1, pValue = -1 } = answer.compared ?? {};
    expect(observed).toBeGreaterThan(0);
    expect(pValue > 0 && pValue <= 1).toBe(true);
    const crossed = await ask("within=country.DE&beside=channel.web&unit=quarter");
    expect(crossed).toMatchObject({ overlap: true, compared: null });
  });

  it("says why there is nothing", async () => {
    expect(await ask("kpi=aov_median")).toMatchObject({
      ...{ all: null, kind: null, reason: { code: "no_sum" } },
    });
  });

  it.each([
    ["kpi=weather", 404, "weather"],
    ["within=weather.fine", 404, "weather"],
    ["within=order_count.many", 404, "many"],
    ["beside=country.Atlantis", 404, "ATLANTIS"],
    ["within=country", 400, "within"],
    ["unit=decade", 400, "unit"],
    ["basis=none", 400, "basis"],
    ["cohorts=37", 400, "cohorts"],
    ["cohorts=-1", 400, "cohorts"],
    ["metric=orders", 400, "metric"],
    ["kpi=orders&kpi=aov", 400, "kpi"],
    ["unit=%00", 400, "unit"],
  ])("refuses %s with %i", async (query, status, named) => {
    const response = await site.call(SHOP, `/api/cohorts?${query}`);
    expect([status, response.status]).toEqual([status, status]);
    expect(((await response.json()) as { error: string }).error).toContain(named);
  });

  it("answers once there is a copy", async () => {
    expect((await site.call(NEW, "/api/cohorts")).status).toBe(409);
  });
});

describe("the page and its file", () => {
  const page = async (query: string, status = 200): Promise<string> => {
    const response = await site.page(SHOP, `/app/retention?${query}`);
    expect(response.status).toBe(status);
    return response.text();
  };

  it("says what the average says, and has a cell for each cohort and age", async () => {
    const html = await page("kpi=active_customers&unit=month");
    expect(html).toMatch(/Of \d+ customers who first ordered .* ordered again within 90 days\./);
    expect(html).toContain("Average by customers");
    expect(html).toContain("Month 3");
    expect(html).toMatch(/heat-[1-6]/);
    expect(html).toMatch(/segmentation=first_order_month/);
  });

  it("leads from a cell to what it is made of", async () => {
    const { cohorts = [] } = (await ask("kpi=net_sales&basis=each")).all ?? {};
    const html = await page("kpi=net_sales&basis=each");
    const doors = [...html.matchAll(/\/app\/explain\?([^"]*)"/g)].map(
      ([, query = ""]) => new URLSearchParams(query.replaceAll("&amp;", "&")),
    );
    const door = doors.find((each) => each.get("segment") === "2026-01" && each.get("from") === "2026-02-01");
    expect(Object.fromEntries(door ?? [])).toMatchObject({
      chart: "net_sales",
      to: "2026-02-28",
      as_of: "today",
    });
    const asked = new URLSearchParams({
      ...{ kpis: "net_sales", segmentation: "first_order_month", as_of: "today" },
      ...{ from: door?.get("from") ?? "", to: door?.get("to") ?? "" },
    });
    const { segments } = (await (await site.call(SHOP, `/api/kpis?${asked}`)).json()) as KpiAnswer;
    const cell = cohorts.find(({ from }) => from === "2026-01-01")?.cells[1];
    expect(cell?.numerator).not.toBe(0);
    expect(segments.find(({ id }) => id === "2026-01")?.kpis.net_sales?.value).toBe(cell?.numerator);
  });

  it("sets another segment beside, and says what it cannot read", async () => {
    const html = await page("within=country.DE&beside=country.FR&unit=quarter&kpi=weather");
    expect(html).toContain("log-rank test");
    expect(html).toContain("weather");
    expect(await page("kpi=aov_median")).toContain("is no sum and no ratio of two sums");
    await page("beside=country.Atlantis", 404);
  });

  it("can be taken away as the API tells it", async () => {
    const response = await site.call(SHOP, "/app/export/cohorts.csv?kpi=net_sales&basis=each");
    expect(response.status).toBe(200);
    const [head = "", ...lines] = (await response.text()).trim().split("\r\n");
    const { averages = [], cohorts = [] } = (await ask("kpi=net_sales&basis=each")).all ?? {};
    expect(lines.length).toBe(averages.length + cohorts.flatMap(({ cells }) => cells).length);
    const columns = head.replace("\uFEFF", "").split(",");
    const first = lines[0]?.split(",") ?? [];
    expect(first.length).toBe(columns.length);
    expect(Number(first[columns.indexOf("value")])).toBeCloseTo((averages[0]?.value ?? 0) / 100, 2);
    expect((await site.call(SHOP, "/app/export/cohorts.csv?unit=decade")).status).toBe(400);
  });
});
