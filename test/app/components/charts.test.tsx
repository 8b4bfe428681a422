import { AppProvider } from "@shopify/polaris";
import english from "@shopify/polaris/locales/en.json" with { type: "json" };
import { renderToStaticMarkup } from "react-dom/server";
import { describe, expect, it } from "vitest";
import { Figure } from "../../../app/components/table/figures.tsx";
import { Sparkline } from "../../../app/components/chart/sparkline.tsx";
import { TrendChart } from "../../../app/components/chart/trend-chart.tsx";
import type { ChartPoint, ChartView } from "../../../app/reports/trend.server.ts";

const point = (day: number, value: number | null, complete = true): ChartPoint => ({
  tick: `Oct ${day}`,
  label: `Oct ${day}, 2026`,
  value,
  text: value === null ? "–" : `€${value}`,
  complete,
  compared: { label: `Sep ${day}, 2026`, value: 5, text: "€5" },
});

const chart = (points: ChartPoint[]): ChartView => ({
  kpi: "net_sales",
  title: "Net sales",
  grain: "day",
  points,
  axis: {
    low: 0,
    high: 10,
    marks: [
      { value: 0, text: "€0" },
      { value: 10, text: "€10" },
    ],
  },
  compared: true,
  empty: null,
  notes: { notes: [], more: null },
  note: null,
});

const draw = (points: ChartPoint[], more: Partial<ChartView> = {}) =>
  renderToStaticMarkup(
    <AppProvider i18n={english}>
      <TrendChart chart={{ ...chart(points), ...more }} period="Oct 1 – 9, 2026" compared="Sep 1 – 9, 2026" />
    </AppProvider>,
  );

describe("a trend chart", () => {
  it("is drawn on the server, hidden from screen readers, with the same figures as a table", () => {
    const html = draw([point(1, 4), point(2, 8)]);

    for (const drawing of ["trend-wide", "trend-narrow"])
      expect(html).toMatch(new RegExp(`<svg class="${drawing}"[^>]*aria-hidden="true"`));
    expect(html).toMatch(/<th scope="row">Oct 2, 2026<\/th><td[^>]*>€8<\/td>/);
    expect(html).toContain('stroke-dasharray="5 4"');
    expect(html).not.toContain("NaN");
  });

  it("numbers notes on its axis, and tells them below as text", () => {
    const note = { first: 1, last: 1, text: "Oct 2: Newsletter (yours)", description: "To 4,000 people" };
    const sale = { first: 0, last: 2, text: "Oct 1 – 3, 2026: <Sale> (yours)", description: "" };
    const html = draw([point(1, 4), point(2, 8), point(3, 2)], {
      notes: { notes: [sale, note], more: null },
    });

    expect(html).toMatch(/<li>Oct 2: Newsletter \(yours\)<span[^>]*>To 4,000 people<\/span><\/li>/);
    expect(html).toContain("&lt;Sale&gt;");
    // Once in each drawing.
    expect(html.match(/textAnchor|text-anchor="middle"[^>]*>2<\/text>/g)?.length).toBe(2);
    expect(html).toContain("/app/settings/calendar#notes");
    expect(draw([point(1, 4), point(2, 8)])).not.toContain("<ol");
  });

  it("marks a point that is not whole by a hollow dot and in words", () => {
    const html = draw([point(1, 4), point(2, 8), point(3, 2, false)]);

    expect(html).toContain('fill="var(--chart-surface, #FFFFFF)"');
    expect(html).toContain("Oct 3, 2026 (not whole)");
  });

  it("leaves gaps where there is no value and shows a point that stands alone", () => {
    const html = draw([point(1, 4), point(2, null), point(3, 6), point(4, null)]);

    expect(html.match(/<circle/g)).toHaveLength(4); // two points, in two drawings
    expect(html).toMatch(/<th scope="row">Oct 2, 2026<\/th><td[^>]*>–<\/td>/);
  });

  it("leaves room for the longest words of its axis, so that none is cut off", () => {
    const leftOf = (text: string) => {
      const axis = { low: 0, high: 15e5, marks: [{ value: 15e5, text }] };
      const html = draw([point(1, 4), point(2, 8)], { axis });
      return [...html.matchAll(/<g class="visx-group" transform="translate\((\d+), 12\)"/g)].map(([, left]) =>
        Number(left),
      );
    };
    expect(leftOf("€1.5K")).toEqual([56, 56]);
    for (const text of ["KWD 1.5K", "14.5K USDC", "−CHF 12.3M", "1,234,567 USDC"])
      // At 11 pixels a capital letter or a digit is some 6.5 wide.
      for (const left of leftOf(text)) expect(left).toBeGreaterThanOrEqual(4 + 6.5 * text.length);
  });

  it.each([1, 2, 100, 500])("draws %d points", (count) => {
    const html = draw(Array.from({ length: count }, (_, index) => point(index, index % 7)));

    expect(html).not.toMatch(/NaN|Infinity|undefined/);
  });

  it("names its lines by their days", () => {
    const html = draw([point(1, 4), point(2, 8)]);

    expect(html).toContain("Oct 1 – 9, 2026");
    expect(html).toContain("Sep 1 – 9, 2026");
  });

  it("draws a single point, and the one it is compared with, as bars", () => {
    const html = draw([point(1, 10)]);

    expect(html.match(/pair-bar/g)).toHaveLength(2);
    expect(html).toContain("inline-size:50%");
    expect(html).not.toContain('<svg class="trend-wide"');
  });

  it("can be read point by point by keyboard", () => {
    expect(draw([point(1, 4), point(2, 8)])).toMatch(
      /role="slider" tabindex="0" aria-label="Net sales, point by point"/i,
    );
  });

  it("says why there is nothing to draw", () => {
    const html = draw([point(1, null)], { empty: "Older orders are missing." });

    expect(html).toContain("Older orders are missing.");
    expect(html).not.toContain("trend-wide");
  });
});

describe("a sparkline", () => {
  it("keeps gaps and ends at the last value", () => {
    const line = { values: [1, null, 3, null], compared: null, fromZero: true };
    const html = renderToStaticMarkup(<Sparkline line={line} />);

    expect(html).toContain("<circle");
    expect(html).not.toContain("NaN");
  });

  it("draws a level line", () => {
    const html = renderToStaticMarkup(
      <Sparkline line={{ values: [0, 0, 0], compared: null, fromZero: true }} />,
    );

    expect(html).not.toContain("NaN");
  });
});

describe("a figure in a table", () => {
  it("says direction and verdict in words, not by sign, weight or colour alone", () => {
    const html = renderToStaticMarkup(
      <Figure
        cell={{
          value: "28.4%",
          parts: "284 of 1,000",
          unjudged: null,
          known: null,
          faint: false,
          beside: null,
          settled: null,
          shortSettled: null,
          large: null,
          range: "95% range: 27.0% to 30.0%",
          shortRange: "27.0% to 30.0%",
          reason: null,
          shortReason: null,
          change: {
            direction: "down",
            text: "−1.9 points",
            isNew: false,
            spoken: "Down 1.9 points. Unlikely to be chance (true change −3.1 to −0.7 points)",
            verdict: "Unlikely to be chance (true change −3.1 to −0.7 points)",
            weight: "more_than_noise",
            better: false,
          },
        }}
      />,
    );

    expect(html).toContain("Down 1.9 points. Unlikely to be chance");
    expect(html).not.toContain("change-better");
  });
});
