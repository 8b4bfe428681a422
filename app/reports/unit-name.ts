// What a business calls its months, quarters and years, where its calendar is not the usual one: "P3 FY2025/26".
import type { Unit } from "../kpis/business-calendar.ts";
import { formatPeriod, isWholeUnit, type Period, placeOf } from "../kpis/period.ts";
import { type Reader, say } from "../words/words.server.ts";

/**
 * Null where a unit has no name of its own: months of the calendar, and weeks that are not counted within a year.
 * @param form on an axis there is room for "P3 25/26"
 */
export function unitName(
  place: Reader,
  unit: Unit,
  { from, calendar }: Period,
  form: "whole" | "tick" = "whole",
): string | null {
  if (calendar === undefined) return null;
  const { yearStart, weeks } = calendar;
  const isNamed = weeks !== null || (yearStart !== 1 && (unit === "quarter" || unit === "year"));
  if (!isNamed) return null;
  const { number, year: first } = placeOf(unit, from, calendar);
  const short = (of: number) => String(of % 100).padStart(2, "0");
  const last = short(first + 1);
  if (form === "tick" && unit !== "year") {
    const given = { number: String(number), first: short(first), last };
    return say(place, `businessUnit.${unit}${yearStart === 1 ? "TickOfOne" : "TickOfTwo"}`, given);
  }
  const year =
    yearStart === 1
      ? say(place, "businessUnit.yearOfOne", { year: String(first) })
      : say(place, "businessUnit.yearOfTwo", { first: String(first), last });
  return unit === "year" ? year : say(place, `businessUnit.${unit}`, { number: String(number), year });
}

const UNITS = ["month", "quarter", "year", "week"] as const;

/** The period's days, after the name of the unit that it is, or that it begins where that is said: "P3 FY2025/26 (Mar 29 – May 2, 2026)". */
export function periodText(place: Reader, period: Period, begun: Unit | null = null): string {
  const days = formatPeriod(period, place.locale);
  const unit = begun ?? UNITS.find((each) => isWholeUnit(period, each));
  const name = unit === undefined ? null : unitName(place, unit, period);
  return name === null ? days : say(place, "businessUnit.withDays", { name, days });
}
