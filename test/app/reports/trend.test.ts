// The axis of a trend says nothing that its figures cannot be.
import { describe, expect, it } from "vitest";
import type { TrendPoint } from "../../../app/kpis/answer.ts";
import type { KpiId } from "../../../app/kpis/catalogue.ts";
import { chartNotes } from "../../../app/reports/chart-notes.server.ts";
import { chartView } from "../../../app/reports/trend.server.ts";
import { meta } from "./synced.ts";

const place = { locale: "en", currency: "EUR", decimals: 2, timeZone: "Europe/Berlin" };
const axisOf = (kpi: KpiId, values: readonly (number | null)[]) => {
  const points = values.map((value, day): TrendPoint => {
    const from = `2026-10-0${day + 1}`;
    return {
      from,
      to: `2026-10-0${day + 2}`,
      complete: true,
      values: { [kpi]: value } as TrendPoint["values"],
    };
  });
  return chartView(kpi, points, null, "day", { place, today: "2026-11-21", meta, annotations: [] }).axis;
};

describe("the axis of a trend", () => {
  it("ends at 100% where every part is the whole", () => {
    const { low, high, marks } = axisOf("sales_share", [1, 1, null, 1]);
    expect([low, high]).toEqual([0.99, 1]);
    expect(marks.at(-1)?.text).toBe("100%");
  });

  it("has room above a rate that never changes, and below money that is lost", () => {
    const flat = axisOf("discount_rate", [0.2, 0.2]);
    expect(flat.low).toBe(0.2);
    expect(flat.high).toBeGreaterThan(0.2);
    const { low, high } = axisOf("net_sales", [-5000, -2000]);
    expect(low).toBeLessThanOrEqual(-5000);
    expect(high).toBe(0);
  });
});

describe("the notes of a chart", () => {
  const week = Array.from({ length: 7 }, (_, day) => ({
    from: `2026-10-0${day + 1}`,
    to: `2026-10-0${day + 2}`,
  }));
  const told = (days: readonly (readonly [string, string])[]) =>
    chartNotes(
      days.map(([from, to], id) => ({
        id: `${id}`,
        from,
        to,
        origin: "own",
        type: "other",
        title: "Sale",
        description: "",
      })),
      week,
      { place, today: "2026-11-21" },
    );

  it("stand in the points that they touch, with their days", () => {
    expect(
      told([
        ["2026-10-03", "2026-10-03"],
        ["2026-10-05", "2026-10-20"],
      ]).notes,
    ).toMatchObject([
      { first: 2, last: 2, text: "Oct 3: Sale (yours)" },
      { first: 4, last: 6, text: "Oct 5\u2009–\u200920, 2026: Sale (yours)" },
    ]);
  });

  it("leave out what is of other days, and count what is too much", () => {
    expect(
      told([
        ["2026-09-01", "2026-09-30"],
        ["2026-10-08", "2026-10-09"],
      ]).notes,
    ).toEqual([]);
    const many = told(Array.from({ length: 23 }, () => ["2026-10-03", "2026-10-03"] as const));
    expect([many.notes.length, many.more]).toEqual([20, "3 more notes in these days."]);
  });
});
