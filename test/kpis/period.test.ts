import { describe, expect, it } from "vitest";
import { BadInput } from "../../app/errors.ts";
import {
  bucketsOf,
  comparedPeriod,
  formatPeriod,
  grainOf,
  includedDays,
  isWholeBucket,
  parsePeriod,
  presetOf,
  presetPeriod,
  type Period,
} from "../../app/kpis/period.ts";

const TODAY = "2026-11-21"; // a Saturday
const days = (from: string, to: string): Period => parsePeriod(from, to);

describe("a named period", () => {
  it.each([
    ["today", "2026-11-21", "2026-11-21"],
    ["yesterday", "2026-11-20", "2026-11-20"],
    ["last_7_days", "2026-11-14", "2026-11-20"],
    ["last_30_days", "2026-10-22", "2026-11-20"],
    ["last_12_months", "2025-11-01", "2026-10-31"],
    ["week_to_date", "2026-11-16", "2026-11-21"],
    ["month_to_date", "2026-11-01", "2026-11-21"],
    ["quarter_to_date", "2026-10-01", "2026-11-21"],
    ["year_to_date", "2026-01-01", "2026-11-21"],
    ["last_week", "2026-11-09", "2026-11-15"],
    ["last_month", "2026-10-01", "2026-10-31"],
    ["last_quarter", "2026-07-01", "2026-09-30"],
    ["last_year", "2025-01-01", "2025-12-31"],
  ] as const)("%s is %s to %s", (preset, from, to) => {
    expect(includedDays(presetPeriod(preset, TODAY))).toEqual({ from, to });
  });

  it("is recognised by its days", () => {
    expect(presetOf(days("2026-10-01", "2026-10-31"), TODAY)).toBe("last_month");
    expect(presetOf(days("2026-10-01", "2026-10-30"), TODAY)).toBeNull();
  });
});

describe("the period compared with", () => {
  it.each([
    ["a whole month", "2026-03-01", "2026-03-31", "2026-02-01", "2026-02-28"],
    ["a whole quarter", "2026-04-01", "2026-06-30", "2026-01-01", "2026-03-31"],
    ["a whole year", "2025-01-01", "2025-12-31", "2024-01-01", "2024-12-31"],
    ["the month to date", "2026-11-01", "2026-11-21", "2026-10-01", "2026-10-21"],
    ["the quarter to date", "2026-10-01", "2026-11-21", "2026-07-01", "2026-08-21"],
    ["the year to date", "2026-01-01", "2026-11-21", "2025-01-01", "2025-11-21"],
    ["the week to date", "2026-11-16", "2026-11-21", "2026-11-09", "2026-11-14"],
    ["other days", "2026-11-10", "2026-11-19", "2026-10-31", "2026-11-09"],
    ["today", "2026-11-21", "2026-11-21", "2026-11-20", "2026-11-20"],
  ])("of %s is the one before", (_, from, to, expectedFrom, expectedTo) => {
    const compared = comparedPeriod(days(from, to), "previous_period", TODAY);
    expect(compared && includedDays(compared)).toEqual({ from: expectedFrom, to: expectedTo });
  });

  it("of the month to date is cut at the end of a shorter month", () => {
    const compared = comparedPeriod(days("2026-03-01", "2026-03-30"), "previous_period", "2026-03-30");
    expect(compared && includedDays(compared)).toEqual({ from: "2026-02-01", to: "2026-02-28" });
  });

  it.each([
    ["2026-11-10", "2026-11-19", "2025-11-10", "2025-11-19"],
    ["2024-02-29", "2024-02-29", "2023-02-28", "2023-02-28"],
    ["2024-02-01", "2024-02-29", "2023-02-01", "2023-02-28"],
  ])("a year before %s to %s is the same dates", (from, to, expectedFrom, expectedTo) => {
    const compared = comparedPeriod(days(from, to), "previous_year", TODAY);
    expect(compared && includedDays(compared)).toEqual({ from: expectedFrom, to: expectedTo });
  });
});

describe("days in an address", () => {
  it("are both included and end the day after inside", () => {
    expect(parsePeriod("2026-02-01", "2026-02-28")).toEqual({ from: "2026-02-01", to: "2026-03-01" });
  });

  it.each([
    ["2026-02-30", "2026-03-01"],
    ["2026-2-1", "2026-03-01"],
    ["", "2026-03-01"],
    ["2026-03-02", "2026-03-01"],
    ["2026-03-01", "tomorrow"],
  ])("%j to %j is refused with the form that is expected", (from, to) => {
    expect(() => parsePeriod(from, to)).toThrow(BadInput);
  });
});

describe("a trend's bars", () => {
  it("are days up to a month, weeks up to half a year, months beyond", () => {
    expect(grainOf(days("2026-10-01", "2026-10-31"))).toBe("day");
    expect(grainOf(days("2026-08-21", "2026-11-20"))).toBe("week");
    expect(grainOf(days("2025-11-01", "2026-10-31"))).toBe("month");
  });

  it("follow the calendar and are cut at the period's ends", () => {
    const buckets = bucketsOf(days("2026-11-11", "2026-11-24"), "week");
    expect(buckets.map(includedDays)).toEqual([
      { from: "2026-11-11", to: "2026-11-15" },
      { from: "2026-11-16", to: "2026-11-22" },
      { from: "2026-11-23", to: "2026-11-24" },
    ]);
    expect(buckets.map((bucket) => isWholeBucket(bucket, "week"))).toEqual([false, true, false]);
  });
});

it("a period reads as its first and last day", () => {
  expect(formatPeriod(days("2026-10-01", "2026-10-31"), "en-US")).toBe("Oct 1\u2009–\u200931, 2026");
});
