// What a script, a file and a page are answered of cohorts.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { cohortsAnswer } from "../../../app/reports/cohorts-answer.server.ts";
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
