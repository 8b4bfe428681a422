import { readFile } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import {
  declarations,
  isKpiId,
  isSegmentationId,
  kpiIds,
  kpis,
  segmentations,
} from "../../app/kpis/catalogue.ts";
import { kpiPage } from "../../app/kpis/docs.ts";
import { declarationOf, inputsOf } from "../../app/kpis/kpi.ts";

describe("the catalogue", () => {
  it("tells every KPI's formula in words, down to what is counted", () => {
    expect(kpis.net_sales.formula).toBe("Gross sales − Discounts − Sales reversals");
    expect(kpis.returning_customer_rate.formula).toBe("Returning customers ÷ Customers who ordered");
    expect(kpis.sales_share.formula).toBe("Net sales of the segment ÷ Net sales of the shop");
    expect(kpis.returning_customer_rate.explanation.inputs[0]?.inputs.map((input) => input.label)).toEqual([
      "Customers who ordered",
      "New customers",
    ]);
  });

  it("knows what adds up", () => {
    const additive = (of: "days" | "segments") => kpiIds.filter((id) => kpis[id].additive[of]);
    expect(additive("days")).toEqual([
      ...["gross_sales", "discounts", "sales_reversals", "net_sales", "total_sales", "orders", "units_sold"],
      "new_customers",
    ]);
    expect(additive("segments")).toEqual([
      ...["gross_sales", "discounts", "sales_reversals", "net_sales", "total_sales", "orders", "units_sold"],
      ...["active_customers", "new_customers", "returning_customers", "sales_share"],
    ]);
  });

  it("shows without older orders exactly what needs none", () => {
    expect(kpiIds.filter((id) => kpis[id].needs.history === "period")).toEqual([
      ...["gross_sales", "discounts", "orders", "units_sold", "aov"],
    ]);
  });

  it.each(Object.keys(declarations))("%s needs no less than what it is computed from", (id) => {
    const { computation, needs } = declarationOf(declarations, id);
    for (const input of inputsOf(computation)) {
      const below = declarationOf(declarations, input).needs;
      expect(needs.scopes).toEqual(expect.arrayContaining([...below.scopes]));
      if (below.history === "complete") expect(needs.history).toBe("complete");
    }
  });

  it.each(Object.entries(declarations))("%s is declared with its keys in order", (_, declaration) => {
    expect(Object.keys(declaration)).toEqual([
      ...["label", "description", "computation", "unit", "better", "needs", "uncertainty"],
    ]);
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
      else expect(segmentation.otherLabel).not.toBe("");
    },
  );
});

it("docs/kpis.md is what the catalogue says", async () => {
  expect(await readFile("docs/kpis.md", "utf8")).toBe(await kpiPage());
});
