import { describe, expect, it } from "vitest";
import { BadInput } from "../../../app/errors.ts";
import { comparingOf, type Comparison } from "../../../app/kpis/comparing.ts";
import {
  addDays,
  bucketsOf,
  daysBetween,
  formatPeriod,
  grainOf,
  includedDays,
  isWholeBucket,
  lengthOf,
  parsePeriod,
  presetOf,
  presetPeriod,
  type Period,
} from "../../../app/kpis/period.ts";

const TODAY = "2026-11-21"; // a Saturday
const days = (from: string, to: string): Period => parsePeriod(from, to);
const compared = (period: Period, comparison: Comparison, today = TODAY) => {
  const found = comparingOf(period, comparison, today);
  return found && { part: includedDays(found.part), with: includedDays(found.with) };
};

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

  it("to date is compared with the beginning of the unit before, on its first day too", () => {
    const monday = "2026-11-23";
    const begun = comparingOf(presetPeriod("week_to_date", monday), "previous_period", monday, {
      day: monday,
      time: "15:04:05",
    });
    expect(begun?.with).toEqual({ from: "2026-11-16", to: "2026-11-17", until: "15:04:05" });
    const first = comparingOf(presetPeriod("month_to_date", "2026-11-01"), "previous_period", "2026-11-01", {
      day: "2026-11-01",
      time: "08:00:00",
    });
    expect(first?.with).toEqual({ from: "2026-10-01", to: "2026-10-02", until: "08:00:00" });
    const today = comparingOf(presetPeriod("today", monday), "previous_period", monday, {
      day: monday,
      time: "15:04:05",
    });
    expect(today?.with).toMatchObject({ from: "2026-11-22", to: "2026-11-23" });
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
    ["other days", "2026-11-10", "2026-11-19", "2026-10-31", "2026-11-09"],
    ["yesterday", "2026-11-20", "2026-11-20", "2026-11-19", "2026-11-19"],
  ])("of %s is the one before", (_, from, to, expectedFrom, expectedTo) => {
    expect(compared(days(from, to), "previous_period")).toEqual({
      part: { from, to },
      with: { from: expectedFrom, to: expectedTo },
    });
  });

  it.each([
    ["the month to date", "2026-11-01", "2026-11-21", "2026-10-01", "2026-10-20"],
    ["the quarter to date", "2026-10-01", "2026-11-21", "2026-07-01", "2026-08-20"],
    ["the year to date", "2026-01-01", "2026-11-21", "2025-01-01", "2025-11-20"],
    ["the week to date", "2026-11-16", "2026-11-21", "2026-11-09", "2026-11-13"],
    ["a month that has just begun", "2026-11-01", "2026-11-30", "2026-10-01", "2026-10-20"],
    ["days that reach into the future", "2026-11-11", "2026-12-31", "2026-11-01", "2026-11-10"],
  ])("of %s are as many days as are over", (_, from, to, expectedFrom, expectedTo) => {
    expect(compared(days(from, to), "previous_period")).toEqual({
      part: { from, to: "2026-11-20" },
      with: { from: expectedFrom, to: expectedTo },
    });
  });

  it("of a year to date in a leap year has as many days, not the same date", () => {
    expect(compared(days("2024-01-01", "2024-12-31"), "previous_period", "2024-03-11")?.with).toEqual({
      from: "2023-01-01",
      to: "2023-03-11", // 31 + 29 + 10 days of 2024 are over
    });
  });

  it("of the month to date is cut at the end of a shorter month", () => {
    expect(compared(days("2026-03-01", "2026-03-31"), "previous_period", "2026-03-31")).toEqual({
      part: { from: "2026-03-01", to: "2026-03-30" },
      with: { from: "2026-02-01", to: "2026-02-28" },
    });
  });

  it("of today is none: no day of it is over", () => {
    for (const to of ["2026-11-21", "2026-12-31"])
      for (const comparison of ["previous_period", "previous_year"] as const)
        expect(compared(days("2026-11-21", to), comparison)).toBeNull();
  });

  it("never holds a day to come, and is as long as what is compared unless the calendar is shorter", () => {
    for (let from = 1; from <= 28; from++)
      for (const to of ["2026-11-20", "2026-11-21", "2026-11-30", "2027-02-28"]) {
        const period = days(
          `2026-11-${String(from).padStart(2, "0")}`,
          to < `2026-11-${from}` ? "2027-02-28" : to,
        );
        const found = comparingOf(period, "previous_period", TODAY);
        if (period.from >= TODAY) expect(found).toBeNull();
        else {
          expect(found?.part.to).toBe(period.to < TODAY ? period.to : TODAY);
          expect(daysBetween(found?.with.from ?? "", found?.with.to ?? "")).toBe(
            daysBetween(found?.part.from ?? "", found?.part.to ?? ""),
          );
        }
      }
  });

  it.each([
    ["2026-11-10", "2026-11-19", "2025-11-10", "2025-11-19"],
    ["2024-02-29", "2024-02-29", "2023-02-28", "2023-02-28"],
    ["2024-02-01", "2024-02-29", "2023-02-01", "2023-02-28"],
    ["2026-11-01", "2026-12-31", "2025-11-01", "2025-11-20"],
  ])("a year before %s to %s is the same dates", (from, to, expectedFrom, expectedTo) => {
    expect(compared(days(from, to), "previous_year")?.with).toEqual({ from: expectedFrom, to: expectedTo });
  });

  it.each([
    ["a Saturday", "2026-11-14", "2026-11-14", "2025-11-15", "2025-11-15"],
    ["a month", "2026-10-01", "2026-10-31", "2025-10-02", "2025-11-01"],
    ["a leap year's February", "2024-02-01", "2024-02-29", "2023-02-02", "2023-03-02"],
    ["a month to date", "2026-11-01", "2026-11-30", "2025-11-02", "2025-11-21"],
    // 52 weeks and a day: 53 weeks keep it apart from itself.
    ["a year", "2025-01-01", "2025-12-31", "2023-12-27", "2024-12-25"],
  ])("by weekday of %s is 52 weeks ago, or as many as keep the two apart", (_, from, to, first, last) => {
    expect(compared(days(from, to), "previous_year_weekday")?.with).toEqual({ from: first, to: last });
    const weekday = (day: string) => new Date(`${day}T00:00:00Z`).getUTCDay();
    expect(weekday(first)).toBe(weekday(from));
  });

  it.each([
    ["two years", "2024-01-01", "2025-12-31", "2022-01-01", "2023-12-31"],
    ["a year and a day", "2024-11-20", "2025-11-20", "2022-11-20", "2023-11-20"],
    ["a leap year from its day", "2024-02-29", "2025-02-28", "2023-02-28", "2024-02-28"],
  ])("a year before %s is as many years ago as keep the two apart", (_, from, to, first, last) => {
    expect(compared(days(from, to), "previous_year")?.with).toEqual({ from: first, to: last });
  });

  it("of one's own choice is those days, and of a period that is not over the first of them", () => {
    const october: Comparison = { id: "custom", days: days("2025-10-01", "2025-10-31") };
    expect(compared(days("2026-09-01", "2026-09-10"), october)).toEqual({
      part: { from: "2026-09-01", to: "2026-09-10" },
      with: { from: "2025-10-01", to: "2025-10-31" },
    });
    expect(compared(days("2026-11-01", "2026-11-30"), october)).toEqual({
      part: { from: "2026-11-01", to: "2026-11-20" },
      with: { from: "2025-10-01", to: "2025-10-20" },
    });
    const few: Comparison = { id: "custom", days: days("2025-10-01", "2025-10-03") };
    expect(compared(days("2026-11-01", "2026-11-30"), few)?.with).toEqual({
      from: "2025-10-01",
      to: "2025-10-03",
    });
  });

  it("is never days of the period itself a year ago, however long it is", () => {
    for (const years of ["previous_year", "previous_year_weekday"] as const)
      for (const length of [1, 28, 364, 365, 366, 367, 730, 731, 1096, 4000])
        for (const from of ["2003-02-28", "2004-02-29", "2005-03-01", "2000-12-31"]) {
          const period = { from, to: addDays(from, length) };
          const found = comparingOf(period, years, TODAY);
          expect(found && found.with.to <= period.from, `${years} ${length} from ${from}`).toBe(true);
          expect(daysBetween(found?.with.from ?? "", found?.with.to ?? "")).toBeGreaterThan(
            length - (years === "previous_year" ? 2 + length / 1000 : 1),
          );
        }
  });

  it("is none before the calendar begins", () => {
    expect(comparingOf(days("0001-01-01", "0001-12-31"), "previous_year_weekday", TODAY)).toBeNull();
    expect(comparingOf(days("0001-01-01", "2026-11-20"), "previous_year", TODAY)).toBeNull();
    expect(comparingOf(days("0001-01-01", "9998-12-31"), "previous_year_weekday", TODAY)).toBeNull();
    expect(comparingOf(days("0001-01-01", "2026-11-20"), "previous_period", TODAY)).toBeNull();
    expect(comparingOf(days("0001-01-01", "0001-12-31"), "previous_year", TODAY)).toBeNull();
    expect(compared(days("0050-03-01", "0050-03-31"), "previous_period")?.with).toEqual({
      from: "0050-02-01",
      to: "0050-02-28",
    });
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
  it("are days up to a month, and coarser the longer the period, however long", () => {
    expect(grainOf(days("2016-11-22", "2026-11-20"))).toBe("month");
    expect(grainOf(days("2008-01-01", "2026-11-20"))).toBe("quarter");
    expect(grainOf(days("1900-01-01", "2026-11-20"))).toBe("year");
    const quarters = bucketsOf(days("2008-02-10", "2008-08-05"), "quarter");
    expect(quarters.map(includedDays)).toEqual([
      { from: "2008-02-10", to: "2008-03-31" },
      { from: "2008-04-01", to: "2008-06-30" },
      { from: "2008-07-01", to: "2008-08-05" },
    ]);
    expect(bucketsOf(days("0001-05-01", "0003-02-01"), "year")).toHaveLength(3);
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

describe("a period that is not over, of which today is known to 15:04:05", () => {
  const at = (period: Period, comparison: Comparison, today: string, day = today) =>
    comparingOf(period, comparison, today, { day, time: "15:04:05" });
  const until = "15:04:05";

  it.each(["2026-11-21", "2026-11-23", "2026-12-01", "2026-01-01"])(
    "compares today, %s, with yesterday",
    (today) => {
      const period = presetPeriod("today", today);
      expect(at(period, "previous_period", today)).toEqual({
        part: { ...period, until },
        with: { from: addDays(today, -1), to: today, until },
      });
    },
  );

  it("compares as much of any other days, their last up to the same time", () => {
    const month = days("2026-11-01", "2026-11-30");
    expect(at(month, "previous_year_weekday", TODAY)?.with).toEqual({
      ...{ from: "2025-11-02", to: "2025-11-23", until },
    });
    const october: Comparison = { id: "custom", days: days("2025-10-01", "2025-10-31") };
    expect(at(month, october, TODAY)?.with).toEqual({ from: "2025-10-01", to: "2025-10-22", until });
    const few: Comparison = { id: "custom", days: days("2025-10-01", "2025-10-03") };
    expect(at(month, few, TODAY)?.with).toEqual({ from: "2025-10-01", to: "2025-10-04" });
  });

  it("compares as much of the calendar unit before, its last day up to the same time", () => {
    const period = presetPeriod("month_to_date", "2026-11-21");
    expect(at(period, "previous_period", "2026-11-21")).toEqual({
      part: { from: "2026-11-01", to: "2026-11-22", until },
      with: { from: "2026-10-01", to: "2026-10-22", until },
    });
    expect(at(period, "previous_year", "2026-11-21")?.with).toEqual({
      from: "2025-11-01",
      to: "2025-11-22",
      until,
    });
  });

  it("takes all of a calendar unit that is shorter", () => {
    const period = presetPeriod("month_to_date", "2026-03-30");
    const found = at(period, "previous_period", "2026-03-30");
    expect(found?.with).toEqual({ from: "2026-02-01", to: "2026-03-01" });
    expect(found && lengthOf(found.part)).toBeCloseTo(29.62784, 4);
    expect(found && lengthOf(found.with)).toBe(28);
    const day = presetPeriod("month_to_date", "2026-03-28");
    expect(at(day, "previous_period", "2026-03-28")?.with).toEqual({
      from: "2026-02-01",
      to: "2026-03-01",
      until,
    });
  });

  it("compares whole days where it is not known of today, or the day has only begun", () => {
    const period = presetPeriod("month_to_date", "2026-11-21");
    const byDay = comparingOf(period, "previous_period", "2026-11-21");
    expect(at(period, "previous_period", "2026-11-21", "2026-11-20")).toEqual(byDay);
    expect(
      comparingOf(period, "previous_period", "2026-11-21", { day: "2026-11-21", time: "00:00:00" }),
    ).toEqual(byDay);
    const over = presetPeriod("last_7_days", "2026-11-21");
    expect(at(over, "previous_period", "2026-11-21")?.part).toEqual(over);
  });
});
