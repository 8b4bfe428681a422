// A figure's receipt, worked out as a spreadsheet does: its formulas over its rows come to the figure that the app shows.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { kpiIds, kpis } from "../../../app/kpis/catalogue.ts";
import type { explainAnswer, rowsAnswer } from "../../../app/reports/explain-answer.server.ts";
import { Spreadsheet } from "../../tools/spreadsheet.ts";
import { openShop } from "../kpis/shop.ts";
import { openSite, period, type Site } from "./site.ts";

const SHOP = "receipt.myshopify.com";
const NEW = "new.myshopify.com";
let site: Site;
beforeAll(async () => {
  site = await openSite();
  for (const shop of [SHOP, NEW]) await site.install(shop);
  await openShop(site.warehouse, { seed: 9, customers: 120, orders: 500 }, SHOP);
});
afterAll(() => site.close());

const receipt = (query: string, shop = SHOP) =>
  site.call(shop, `/app/export/receipt.xlsx?${query}&${period}`);
async function sheetOf(query: string): Promise<Spreadsheet> {
  const response = await receipt(query);
  expect(response.status, query).toBe(200);
  return new Spreadsheet(new Uint8Array(await response.arrayBuffer()));
}

describe("the receipt of a figure", () => {
  it.each(["", "&segmentation=rfm&segment=champions"])(
    "comes to every KPI that a formula works out (%s)",
    async (of) => {
      const live = new Set<string>();
      for (const id of kpiIds) {
        const query = `kpi=${id}${of}`;
        const response = await site.call(SHOP, `/api/explain?${query}&${period}`);
        const { value } = (await response.json()) as Awaited<ReturnType<typeof explainAnswer>>;
        const book = await sheetOf(query);
        if (book.formulaAt("Figure", "B2") === null) continue;
        live.add(id);
        const { unit } = kpis[id];
        const shown = value === null ? null : unit === "money" ? value / 100 : value;
        const worked = book.valueAt("Figure", "B2");
        if (shown === null) expect([null, "", 0], id).toContain(worked === 0 ? 0 : worked);
        // The app tells an average to the minor unit.
        else
          expect(Math.abs(Number(worked) - shown), id).toBeLessThanOrEqual(unit === "money" ? 0.00501 : 1e-8);
      }
      for (const id of ["net_sales", "aov", "returning_customer_rate", "sales_share", "aov_median"])
        expect([...live]).toContain(id);
    },
  );

  it("names what each line is, how it is counted, and has one row for each that is behind it", async () => {
    const book = await sheetOf("kpi=aov&segmentation=rfm&segment=champions");
    expect(book.sheets).toEqual(["Figure", "Rows 1"]);
    const [figure, ...lines] = book.column("Figure", "A");
    expect(figure).toBe("Average order value");
    expect(lines.slice(0, 2)).toEqual(["    Sales as placed", "    Orders"]);
    expect(book.formulaAt("Figure", "B2")).toBe('IF(B4=0,"",B3/B4)');
    const rows = await site.call(SHOP, `/api/rows?kpi=aov&segmentation=rfm&segment=champions&${period}`);
    const { all } = (await rows.json()) as Awaited<ReturnType<typeof rowsAnswer>>;
    expect(book.column("Rows 1", "A").filter((name) => name !== null)).toHaveLength(all?.rows ?? 0);
  });

  it("refuses what it does not take, knows no segment that there is not, and comes once there is a copy", async () => {
    expect((await receipt("kpi=aov&sort=day")).status).toBe(400);
    expect((await receipt("kpi=weather")).status).toBe(404);
    expect((await receipt("kpi=aov&segmentation=country&segment=__proto__")).status).toBe(404);
    expect((await receipt("kpi=aov", NEW)).status).toBe(409);
  });
});
