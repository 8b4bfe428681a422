import { describe, expect, it } from "vitest";
import { BadInput, UnknownKpi, UnknownSegmentation } from "../../app/errors.ts";
import { readAddress, readQuery } from "../../app/reports/address.ts";

const TODAY = "2026-11-21";
const page = (query: string) =>
  readAddress(new URLSearchParams(query), TODAY, (kpis) => ["members", ...kpis]);
const api = (query: string) => readQuery(new URLSearchParams(query), TODAY);

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
    ["as_of=tomorrow", "tomorrow"],
    ["sort=-weather", "weather"],
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

  it("refuses KPIs and segmentations that do not exist, inherited names among them", () => {
    expect(() => page("kpis=aov,weather")).toThrow(UnknownKpi);
    expect(() => page("chart=constructor")).toThrow(UnknownKpi);
    expect(() => page("segmentation=__proto__")).toThrow(UnknownSegmentation);
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
  });

  it.each([
    ["from=01.10.2026&to=2026-10-31", "YYYY-MM-DD"],
    ["from=2026-10-01", "YYYY-MM-DD"],
    ["from=2026-10-31&to=2026-10-01", "before"],
    ["compare=last_decade", "previous_period"],
    ["as_of=tomorrow", "start, end, today"],
    ["period=soon", "last_30_days"],
  ])("refuses %s and names what it expects", (query, expected) => {
    expect(() => api(query)).toThrow(BadInput);
    expect(() => api(query)).toThrow(expected);
  });
});
