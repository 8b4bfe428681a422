import { readFile } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import {
  declarations,
  isKpiId,
  isSegmentationId,
  kpiIds,
  kpis,
  segmentations,
} from "../../../app/kpis/catalogue.ts";
import type { Declaration } from "../../../app/kpis/kpi.ts";
import { termColumns } from "../../../app/kpis/compile/terms.ts";
import { kpiPage } from "../../../app/kpis/docs.ts";
import { explanationOf, formulaOf } from "../../../app/kpis/formula.server.ts";
import { kpiLabel } from "../../../app/kpis/kpi-words.server.ts";
import { statisticsPage } from "../../../app/kpis/statistics-page.ts";

const reader = { locale: "en" };

describe("the catalogue", () => {
  it("tells every KPI's formula in words, down to what is counted", () => {
    expect(formulaOf(reader, "net_sales")).toBe("Gross sales − Discounts − Returns and refunds");
    expect(formulaOf(reader, "returning_customer_rate")).toBe("Returning customers ÷ Customers who ordered");
    expect(formulaOf(reader, "units_out_of_stock")).toBe(
      "Sum of: quantity of product lines bought, less what the order lost again on the same day × 1 where nothing is available of the variant at the end of the period, 0 where something is",
    );
    expect(formulaOf(reader, "sales_share")).toBe("Net sales of the segment ÷ Net sales of the shop");
    const explained = explanationOf(reader, "returning_customer_rate");
    expect(explained.inputs[0]?.inputs.map((input) => input.label)).toEqual([
      "Customers who ordered",
      "New customers",
    ]);
  });

  it.each([
    ["net_sales", { days: true, segments: true }],
    ["orders", { days: true, segments: true }],
    // Who orders on two days is one customer of both.
    ["active_customers", { days: false, segments: true }],
    ["returning_customers", { days: false, segments: true }],
    ["new_subscribers", { days: false, segments: true }],
    // What is there today was there yesterday.
    ["stock_value", { days: false, segments: true }],
    ["sales_share", { days: false, segments: true }],
    ["aov", { days: false, segments: false }],
  ] as const)("knows along what %s adds up", (id, additive) => {
    expect(kpis[id].additive).toEqual(additive);
  });

  it.each([
    ["gross_sales", "period"],
    ["aov", "period"],
    ["discount_rate", "period"],
    // A return may be of an order from before; a first order is none without all that came before it.
    ["net_sales", "complete"],
    ["new_customers", "complete"],
    ["customer_value_to_date", "complete"],
    // Who gave consent is known whoever ordered; of members it is not known who they are.
    ["new_subscribers", "period"],
    ["subscribed_share", "complete"],
    ["stockout_exposure", "period"],
  ] as const)("knows of %s which orders it needs: %s", (id, history) => {
    expect(kpis[id].needs.history).toBe(history);
  });

  it.each(Object.entries<Declaration>(declarations))(
    "%s is declared with its keys in order",
    (_, declaration) => {
      const { coverage, through } = declaration;
      expect(Object.keys(declaration)).toEqual([
        ...["computation", "unit", "better"],
        ...(coverage === undefined ? [] : ["coverage"]),
        ...(through === undefined ? [] : ["through"]),
      ]);
    },
  );

  it.each([
    ["net_sales", []],
    ["ad_spend", [{ source: "spend", days: "each" }]],
    // What became otherwise on a day is told by the day before.
    ["new_subscribers", [{ source: "consents", days: "each_and_before" }]],
    ["subscribed_share", [{ source: "consents", days: "last" }]],
    // Products can be read again.
    ["stockout_exposure", [{ source: "stock_levels", days: "last" }]],
    [
      "stock_value",
      [
        { source: "stock_levels", days: "last" },
        { source: "unit_costs", days: "last" },
      ],
    ],
  ] as const)("knows of which days %s must have been recorded", (id, recorded) => {
    expect(kpis[id].recorded).toEqual(recorded);
  });

  it("derives from a figure's parts how sure it is", () => {
    expect(kpis.buyer_rate.uncertainty).toBe("wilson");
    expect(kpis.subscribed_share.uncertainty).toBe("wilson");
    expect(kpis.sales_share.uncertainty).toBe("share");
    expect(kpis.aov.uncertainty).toBe("delta");
    expect(kpis.stockout_exposure.uncertainty).toBe("delta");
    for (const id of kpiIds) expect(kpis[id].uncertainty === "sum").toBe(kpis[id].denominator === null);
  });

  it("knows its names from others", () => {
    expect(isKpiId("aov")).toBe(true);
    expect(isKpiId("members")).toBe(false);
    expect(isKpiId("toString")).toBe(false);
    expect(isSegmentationId("rfm")).toBe(true);
    expect(isSegmentationId("constructor")).toBe(false);
  });

  it.each(Object.entries(segmentations))(
    "%s ends with a segment that catches the rest",
    (_, segmentation) => {
      if (segmentation.kind === "ruled") expect(segmentation.segments.at(-1)?.when).toBe("TRUE");
      else expect(segmentation.limit).toBeGreaterThan(0);
    },
  );
});

it("docs/kpis.md says which figures leave guest orders out", async () => {
  const page = await kpiPage();
  const said = (id: string) => /- Guest orders: (.+)/.exec(page.slice(page.indexOf(`\`${id}\``)))?.[1];
  for (const id of [
    "gross_sales",
    "net_sales",
    "orders",
    "units_sold",
    "aov",
    "discount_rate",
    "sales_share",
  ])
    expect([id, said(id)]).toEqual([id, "counted"]);
  for (const id of ["active_customers", "new_customers", "returning_customers", "returning_customer_rate"])
    expect([id, said(id)]).toEqual([id, "left out"]);
  for (const id of ["orders_per_customer", "sales_per_customer", "customer_value_to_date", "buyer_rate"])
    expect([id, said(id)]).toEqual([id, "left out"]);
});

it("docs/kpis.md is what the catalogue says", async () => {
  expect(await readFile("docs/kpis.md", "utf8")).toBe(await kpiPage());
});

it("docs/statistics.md is what the catalogue says, with a method and its source for every KPI", async () => {
  const page = await statisticsPage();
  expect(await readFile("docs/statistics.md", "utf8")).toBe(page);
  for (const id of kpiIds) expect(page).toContain(`| ${kpiLabel(reader, id)} `);
});

it("no sum of the statement has a name that PostgreSQL would cut, and no two have the same", () => {
  const names = termColumns(kpiIds, ["now", "then"]).map((column) => column.split(" AS ")[1] ?? "");
  for (const name of names) expect(name.length, name).toBeLessThanOrEqual(63);
  expect(new Set(names).size).toBe(names.length);
});
