import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  type BusinessCalendar,
  patterns,
  USUAL_CALENDAR,
  type Unit,
  yearEnds,
} from "../../../app/kpis/business-calendar.ts";
import { comparingOf, periodBefore } from "../../../app/kpis/comparing.ts";
import {
  addDays,
  bucketsOf,
  daysBetween,
  includedDays,
  isDay,
  isWholeBucket,
  parsePeriod,
  type Period,
  placeOf,
  type Preset,
  presetPeriod,
  startOf,
  startOfNext,
} from "../../../app/kpis/period.ts";

/** The 4-5-4 calendar of the National Retail Federation: years end on the Saturday nearest to 31 January. */
const NRF: BusinessCalendar = { weekStart: 7, yearStart: 2, weeks: { pattern: "4-5-4", end: "nearest" } };
const APRIL: BusinessCalendar = { weekStart: 6, yearStart: 4, weeks: null };
const MARCH: BusinessCalendar = { weekStart: 1, yearStart: 3, weeks: null };

const units = ["week", "month", "quarter", "year"] as const;
const days = (from: string, to: string, calendar: BusinessCalendar): Period => ({
  ...parsePeriod(from, to),
  calendar,
});
const preset = (name: Preset, today: string, calendar: BusinessCalendar) =>
  includedDays(presetPeriod(name, today, calendar));
const comparedWith = (period: Period, comparison: "previous_period" | "previous_year", today: string) => {
  const found = comparingOf(period, comparison, today);
  return found && includedDays(found.with);
};

describe("the retail calendar 4-5-4", () => {
  it.each([
    ["2016-01-31", 52],
    ["2017-01-29", 53],
    ["2018-02-04", 52],
    ["2022-01-30", 52],
    ["2023-01-29", 53],
    ["2024-02-04", 52],
    ["2025-02-02", 52],
  ])("has a year that begins on %s and has %i weeks, as it is published", (first, weeks) => {
    expect(startOf("year", addDays(first, 180), NRF)).toBe(first);
    expect(daysBetween(first, startOfNext("year", first, NRF)) / 7).toBe(weeks);
  });

  it("has months of 4, 5 and 4 weeks, the last of which takes the 53rd", () => {
    const months = bucketsOf(days("2023-01-29", "2024-02-03", NRF), "month");
    expect(months.map(({ from, to }) => daysBetween(from, to) / 7)).toEqual([
      ...[4, 5, 4, 4, 5, 4, 4, 5, 4, 4, 5, 5],
    ]);
    expect(months[9]?.from).toBe("2023-10-29");
    expect(placeOf("week", "2024-02-03", NRF)).toEqual({ number: 53, year: 2023 });
    expect(placeOf("month", "2023-11-24", NRF)).toEqual({ number: 10, year: 2023 });
  });

  it("names its periods, week by week", () => {
    const today = "2024-02-10";
    expect(preset("last_week", today, NRF)).toEqual({ from: "2024-01-28", to: "2024-02-03" });
    expect(preset("week_to_date", today, NRF)).toEqual({ from: "2024-02-04", to: today });
    expect(preset("last_month", today, NRF)).toEqual({ from: "2023-12-31", to: "2024-02-03" });
    expect(preset("last_quarter", today, NRF)).toEqual({ from: "2023-10-29", to: "2024-02-03" });
    expect(preset("last_year", today, NRF)).toEqual({ from: "2023-01-29", to: "2024-02-03" });
    expect(preset("last_12_months", today, NRF)).toEqual({ from: "2023-01-29", to: "2024-02-03" });
    expect(preset("last_30_days", today, NRF)).toEqual(preset("last_30_days", today, USUAL_CALENDAR));
  });

  it("compares a month with the one before it, however long", () => {
    const month = days("2023-12-31", "2024-02-03", NRF);
    expect(comparedWith(month, "previous_period", "2024-02-10")).toEqual({
      from: "2023-11-26",
      to: "2023-12-30",
    });
    expect(includedDays(periodBefore(month))).toEqual({ from: "2023-11-26", to: "2023-12-30" });
  });

  it.each([
    ["a month of 5 weeks", "2023-12-31", "2024-02-03", "2023-01-01", "2023-01-28"],
    ["a quarter of 14 weeks", "2023-10-29", "2024-02-03", "2022-10-30", "2023-01-28"],
    ["a year of 53 weeks", "2023-01-29", "2024-02-03", "2022-01-30", "2023-01-28"],
    ["a week", "2023-06-04", "2023-06-10", "2022-06-05", "2022-06-11"],
    ["the 53rd week", "2024-01-28", "2024-02-03", "2023-01-29", "2023-02-04"],
    ["the last two weeks of 53", "2024-01-21", "2024-02-03", "2023-01-22", "2023-02-04"],
    ["two years", "2022-01-30", "2024-02-03", "2020-02-02", "2022-01-29"],
    ["days that are no weeks, by date,", "2023-06-06", "2023-06-12", "2022-06-06", "2022-06-12"],
  ])("compares %s with the same of the year before", (_, from, to, expectedFrom, expectedTo) => {
    expect(comparedWith(days(from, to, NRF), "previous_year", "2024-02-10")).toEqual({
      from: expectedFrom,
      to: expectedTo,
    });
  });

  it("compares a month to date with the beginning of the same one of the year before", () => {
    const period = presetPeriod("month_to_date", "2024-02-10", NRF);
    expect(comparedWith(period, "previous_year", "2024-02-10")).toEqual({
      from: "2023-01-29",
      to: "2023-02-03",
    });
    expect(comparedWith(period, "previous_period", "2024-02-10")).toEqual({
      from: "2023-12-31",
      to: "2024-01-05",
    });
  });
});

describe("a year from another month on", () => {
  it("names its quarters and years, and weeks from another day", () => {
    const today = "2026-11-23"; // a Monday
    expect(preset("week_to_date", today, APRIL)).toEqual({ from: "2026-11-21", to: today });
    expect(preset("last_week", today, APRIL)).toEqual({ from: "2026-11-14", to: "2026-11-20" });
    expect(preset("quarter_to_date", today, APRIL)).toEqual({ from: "2026-10-01", to: today });
    expect(preset("year_to_date", today, APRIL)).toEqual({ from: "2026-04-01", to: today });
    expect(preset("last_year", today, APRIL)).toEqual({ from: "2025-04-01", to: "2026-03-31" });
    expect(preset("last_month", today, APRIL)).toEqual({ from: "2026-10-01", to: "2026-10-31" });
    expect(placeOf("quarter", "2026-03-31", APRIL)).toEqual({ number: 4, year: 2025 });
  });

  it("ends in a February of 28 or of 29 days, and is compared with the whole of the other", () => {
    expect(preset("last_year", "2024-03-01", MARCH)).toEqual({ from: "2023-03-01", to: "2024-02-29" });
    const short = presetPeriod("last_year", "2025-03-01", MARCH);
    expect(includedDays(short)).toEqual({ from: "2024-03-01", to: "2025-02-28" });
    expect(comparedWith(short, "previous_year", "2025-03-01")).toEqual({
      from: "2023-03-01",
      to: "2024-02-29",
    });
    expect(comparedWith(days("2025-02-01", "2025-02-28", MARCH), "previous_year", "2025-03-01")).toEqual({
      from: "2024-02-01",
      to: "2024-02-29",
    });
  });
});

const calendars = fc.record({
  weekStart: fc.integer({ min: 1, max: 7 }),
  yearStart: fc.integer({ min: 1, max: 12 }),
  weeks: fc.option(fc.record({ pattern: fc.constantFrom(...patterns), end: fc.constantFrom(...yearEnds) })),
});
/** Years with a digit, before 1970, of now, and the last there is. */
const someDays = fc
  .tuple(
    fc.constantFrom("0001-01-01", "0004-01-01", "1967-06-01", "2019-01-01", "9990-01-01", "9997-12-20"),
    fc.nat(4000),
  )
  .map(([from, ahead]) => addDays(from, ahead))
  .filter(isDay);

describe("any calendar of a business", () => {
  it("has each day in one week, month, quarter and year, and these follow each other", () => {
    fc.assert(
      fc.property(calendars, someDays, fc.constantFrom(...units), (calendar, day, unit) => {
        const [start, next] = [startOf(unit, day, calendar), startOfNext(unit, day, calendar)];
        expect([start <= day, day < next]).toEqual([true, true]);
        for (const each of [start, addDays(next, -1)].filter(isDay))
          expect([startOf(unit, each, calendar), startOfNext(unit, each, calendar)]).toEqual([start, next]);
        if (isDay(next)) expect(startOf(unit, next, calendar)).toBe(next);
        if (isDay(addDays(start, -1))) expect(startOfNext(unit, addDays(start, -1), calendar)).toBe(start);
      }),
    );
  });

  it("has quarters of three months and years of four quarters, in whole weeks where months are", () => {
    const contained: readonly (readonly [Unit, "week" | "month" | "quarter", readonly number[]])[] = [
      ["year", "quarter", [4]],
      ["year", "month", [12]],
      ["quarter", "month", [3]],
    ];
    fc.assert(
      fc.property(calendars, someDays, (calendar, day) => {
        fc.pre(isDay(startOf("year", day, calendar)) && isDay(startOfNext("year", day, calendar)));
        const around = (unit: Unit): Period => ({
          from: startOf(unit, day, calendar),
          to: startOfNext(unit, day, calendar),
          calendar,
        });
        for (const [unit, part, counts] of contained) {
          const parts = bucketsOf(around(unit), part);
          expect(counts).toContain(parts.length);
          expect(parts.every((each) => isWholeBucket(each, part))).toBe(true);
        }
        const { number } = placeOf("quarter", day, calendar);
        if (calendar.weeks === null) return;
        const weeks = bucketsOf(around("quarter"), "week");
        expect(weeks.every((each) => isWholeBucket(each, "week"))).toBe(true);
        expect(number === 4 ? [13, 14] : [13]).toContain(weeks.length);
        const extra = number === 4 ? weeks.length - 13 : 0;
        const month = placeOf("month", day, calendar).number;
        const ofPattern = Number(calendar.weeks.pattern.split("-")[(month - 1) % 3]);
        expect(bucketsOf(around("month"), "week")).toHaveLength(ofPattern + (month === 12 ? extra : 0));
      }),
    );
  });

  it("compares a period with days of their own that are over, whatever the period", () => {
    fc.assert(
      fc.property(
        calendars,
        someDays,
        fc.nat(900),
        fc.nat(40),
        fc.constantFrom("previous_period", "previous_year"),
        (calendar, from, length, since, comparison) => {
          const period = { from, to: addDays(from, length + 1), calendar };
          fc.pre(isDay(period.to));
          const today = addDays(period.to, since - 20);
          fc.pre(isDay(today));
          const found = comparingOf(period, comparison, today);
          if (found === null) return;
          expect(found.with.to <= found.part.from).toBe(true);
          expect(found.with.from < found.with.to).toBe(true);
          expect(found.with.calendar).toEqual(calendar);
        },
      ),
    );
  });

  it("is the usual one where nothing else was chosen", () => {
    fc.assert(
      fc.property(someDays, fc.constantFrom(...units), (day, unit) => {
        expect(startOf(unit, day, USUAL_CALENDAR)).toBe(startOf(unit, day));
        if (unit === "month") expect(startOf(unit, day)).toBe(`${day.slice(0, 7)}-01`);
        if (unit === "week") expect(new Date(`${startOf(unit, day)}T00:00:00Z`).getUTCDay()).toBe(1);
      }),
    );
  });
});
