import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { BadInput, UnknownKpi, UnknownSegmentation } from "../../../app/errors.ts";
import { kpis, segmentations } from "../../../app/kpis/catalogue.ts";
import { USUAL_EVENTS } from "../../../app/kpis/events.ts";
import { noticeText } from "../../../app/reports/address-notices.server.ts";
import { readAddress, readQuery } from "../../../app/reports/address.ts";

const TODAY = "2026-11-21";
const AT = { today: TODAY, events: USUAL_EVENTS };
const page = (query: string) => {
  const { replaced, ...asked } = readAddress(new URLSearchParams(query), AT, (kpis) => ["members", ...kpis]);
  return { ...asked, notices: replaced.map((each) => noticeText({ locale: "en" }, each)) };
};
const api = (query: string) => readQuery(new URLSearchParams(query), AT);

describe("a page's address", () => {
  it("says nothing for the usual page", () => {
    expect(page("")).toMatchObject({
      preset: "last_30_days",
      period: { from: "2026-10-22", to: "2026-11-21" },
      segmentation: "rfm",
      comparison: "previous_period",
      membersAt: "start",
      chart: "net_sales",
      sort: null,
      page: 1,
      notices: [],
    });
  });

  it("names days inclusively", () => {
    expect(page("from=2026-10-01&to=2026-10-31")).toMatchObject({
      preset: "custom",
      period: { from: "2026-10-01", to: "2026-11-01" },
      notices: [],
    });
  });

  it("can ask for all there ever was", () => {
    expect(page("from=1990-01-01&to=2026-11-21")).toMatchObject({
      period: { from: "1990-01-01", to: "2026-11-22" },
      notices: [],
    });
  });

  it("keeps the KPIs it names, once each, in its order", () => {
    expect(page("kpis=orders,aov,orders,").kpis).toEqual(["orders", "aov"]);
  });

  it.each([
    ["period=last_3_days", "last_3_days"],
    ["from=2026-02-30&to=2026-03-01", "2026-02-30"],
    ["from=2026-10-01", "to"],
    ["from=2026-10-31&to=2026-10-01", "2026-10-01"],
    ["from=2026-12-01&to=2026-12-02", "still to come"],
    ["compare=last_decade", "last_decade"],
    ["compare=custom", "Comparing with “Previous period” instead"],
    ["compare_from=2026-10-01&compare_to=2026-11-01", "must not overlap"],
    ["as_of=tomorrow", "tomorrow"],
    ["sort=-weather", "weather"],
    ["kpis=weather", "weather"],
    ["chart=constructor", "constructor"],
    ["segmentation=__proto__", "__proto__"],
    ["page=minus", "minus"],
  ])("says what it replaced in %s", (query, words) => {
    const asked = page(query);

    expect(asked.notices).toHaveLength(1);
    expect(asked.notices[0]).toContain(words);
    expect(asked).toMatchObject({ ...page(""), notices: asked.notices });
  });

  it("repeats no more than the beginning of a long value", () => {
    expect(page(`period=${"x".repeat(5000)}`).notices[0]?.length).toBeLessThan(200);
  });

  it("keeps the KPIs that exist among those it names", () => {
    const asked = page("kpis=aov,weather,orders");
    expect(asked.kpis).toEqual(["aov", "orders"]);
    expect(asked.notices).toHaveLength(1);
  });

  it("replaces whatever stands in it, names that objects inherit among them, and never fails", () => {
    const names = [
      "period",
      "from",
      "to",
      "compare",
      "as_of",
      "kpis",
      "chart",
      "segmentation",
      "sort",
      "page",
    ];
    const value = fc.oneof(
      fc.string({ unit: "binary" }),
      fc.constantFrom("__proto__", "constructor", "toString", "2026-02-30", "-", ",", "rfm", "aov", ""),
    );
    const given = fc.array(fc.tuple(fc.constantFrom(...names), value), { maxLength: 6 });
    fc.assert(
      fc.property(given, (parameters) => {
        const asked = page(new URLSearchParams(parameters).toString());
        expect(Object.hasOwn(kpis, asked.chart)).toBe(true);
        expect(asked.kpis.length).toBeGreaterThan(0);
        expect(asked.kpis.every((id) => Object.hasOwn(kpis, id))).toBe(true);
        expect(Object.hasOwn(segmentations, asked.segmentation)).toBe(true);
      }),
      { numRuns: 100 },
    );
  });

  it("sorts by a column that is shown, downwards with a minus", () => {
    expect(page("sort=-members").sort).toEqual({ by: "members", descending: true });
    expect(page("kpis=aov&sort=aov").sort).toEqual({ by: "aov", descending: false });
  });
});

describe("the API's query", () => {
  it("compares with nothing unless asked to", () => {
    expect(api("").comparison).toBe("none");
    expect(api("compare=previous_year").comparison).toBe("previous_year");
    expect(api("compare=previous_year_weekday").comparison).toBe("previous_year_weekday");
  });

  it("compares with other days of one's own, both included", () => {
    const days = "compare_from=2025-10-01&compare_to=2025-10-31";
    const comparison = { id: "custom", days: { from: "2025-10-01", to: "2025-11-01" } };
    expect(api(`compare=custom&${days}`).comparison).toEqual(comparison);
    expect(api(days).comparison).toEqual(comparison);
    expect(api(`${days}&from=2025-11-01&to=2025-11-30`).comparison).toEqual(comparison);
    // Later days than the period's, too.
    expect(api(`${days}&from=2025-09-01&to=2025-09-30`).comparison).toEqual(comparison);
  });

  it("refuses KPIs and segmentations that do not exist, inherited names among them", () => {
    expect(() => api("kpis=aov,weather")).toThrow(UnknownKpi);
    expect(() => api("kpis=constructor")).toThrow(UnknownKpi);
    expect(() => api("segmentation=__proto__")).toThrow(UnknownSegmentation);
  });

  it.each([
    ["from=01.10.2026&to=2026-10-31", "YYYY-MM-DD"],
    ["from=2026-10-01", "YYYY-MM-DD"],
    ["from=2026-10-31&to=2026-10-01", "before"],
    ["compare=last_decade", "previous_period"],
    ["compare=custom", '"compare_from" must be a day'],
    ["compare_from=2025-10-01", '"compare_to" must be a day'],
    ["compare_from=2025-10-31&compare_to=2025-10-01", '"compare_to" (2025-10-01) must not be before'],
    ["compare_from=0000-01-01&compare_to=2025-10-01", '"compare_from" must be a day'],
    ["compare=custom&compare_from=2026-10-01&compare_to=2026-11-21", "must be a day that is over"],
    ["compare_from=2026-10-01&compare_to=2026-10-22", "must not overlap"],
    ["compare=previous_year&compare_from=2025-10-01&compare_to=2025-10-02", "go with compare=custom"],
    ["as_of=tomorrow", "start, end, today"],
    ["period=soon", "last_30_days"],
  ])("refuses %s and names what it expects", (query, expected) => {
    expect(() => api(query)).toThrow(BadInput);
    expect(() => api(query)).toThrow(expected);
  });
});
