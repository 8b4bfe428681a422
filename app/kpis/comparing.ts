// The rules by which a period is compared with other days: which of its days, and with which.
import type { Alignment } from "./alignment.ts";
import type { BusinessCalendar, Unit } from "./business-calendar.ts";
import {
  addDays,
  addMonths,
  beginsUnit,
  byCalendar,
  daysBetween,
  EARLIEST,
  isWholeUnit,
  type Part,
  type Period,
  sameUnitAYearBefore,
  startOf,
  startOfNext,
} from "./period.ts";

/** What can be chosen. */
export const comparisonIds = [
  "none",
  "previous_period",
  "previous_year",
  "previous_year_weekday",
  "previous_year_event",
  "custom",
] as const;
export type ComparisonId = (typeof comparisonIds)[number];

/** Choices that say all by their id. */
export type PlainComparison = Exclude<ComparisonId, "custom" | "previous_year_event">;
export type Comparison =
  | PlainComparison
  | { id: "custom"; days: Period }
  /** `alignment`: null where no event is in the period, so that weekdays are aligned. */
  | { id: "previous_year_event"; alignment: Alignment | null };

export const comparisonIdOf = (comparison: Comparison): ComparisonId =>
  typeof comparison === "string" ? comparison : comparison.id;

/** Which days of a period are compared, and with which. */
export interface Comparing {
  part: Part;
  with: Part;
}

/** A reading of the shop's clock. */
export interface Clock {
  day: string;
  time: string;
}

/**
 * What a period is compared with. Of one that is not over only its days up to yesterday, or of today what is known by the
 * clock: with as much of the other days. Null where no day is over, or the calendar has no such days.
 *
 * - previous_period: as much of the previous unit of the period's calendar, where it is the part of one, else as many days just
 *   before. A whole month, quarter or year: the previous whole one.
 * - previous_year: the same dates, 29 February becoming the 28th; of a period longer than a year as many years ago as keep the
 *   two apart. In the calendar of a business whole months, and weeks of a year of weeks, are the same ones of that year.
 * - previous_year_weekday: 52 weeks ago, so that every day stands beside the same day of the week; of a longer period as many
 *   weeks as it takes.
 * - previous_year_event: as many days ago as the event was that it is aligned to; without one as previous_year_weekday.
 * - custom: the days given; of a period that is not over the first of them.
 */
export function comparingOf(
  period: Period,
  comparison: Comparison,
  today: string,
  known: Clock | null = null,
): Comparing | null {
  if (comparison === "none") return null;
  const isOver = period.to <= today;
  const own = period.calendar ?? null;
  const until =
    known !== null && known.day === today && known.time > "00:00:00" && period.from <= today && !isOver
      ? known.time
      : null;
  const part: Part = isOver
    ? period
    : byCalendar(
        until === null
          ? { from: period.from, to: today }
          : { from: period.from, to: addDays(today, 1), until },
        own,
      );
  if (part.from >= part.to) return null;
  const found = byCalendar(otherDays(period, part, comparison, isOver), own);
  if (found.from < EARLIEST) return null;
  // Where the other days are fewer, all of them are over.
  const isCut = until !== null && daysBetween(found.from, found.to) === daysBetween(part.from, part.to);
  return { part, with: isCut ? { ...found, until } : found };
}

function otherDays(
  period: Period,
  part: Period,
  comparison: Exclude<Comparison, "none">,
  isOver: boolean,
): Period {
  if (typeof comparison !== "string") {
    if (comparison.id === "custom") return isOver ? comparison.days : beginningOf(comparison.days, part);
    const { alignment } = comparison;
    return daysBefore(part, alignment ? daysBetween(alignment.before, alignment.day) : weeksApart(part));
  }
  switch (comparison) {
    case "previous_period":
      return before(period, part, isOver);
    case "previous_year":
      return sameUnits(period, part, isOver) ?? yearsBefore(part);
    case "previous_year_weekday":
      return daysBefore(part, weeksApart(part));
  }
}

/** As many of the first days as another period has. */
function beginningOf({ from, to }: Period, as: Period): Period {
  const end = addDays(from, daysBetween(as.from, as.to));
  return { from, to: end < to ? end : to };
}

/**
 * The period before one: the whole month, quarter or year before a whole one, else the same number of days just before, as far
 * as the calendar goes back.
 */
export function periodBefore(period: Period): Period {
  const { from, to } = before(period, period, true);
  const days = { from: from < EARLIEST ? EARLIEST : from, to: to < EARLIEST ? EARLIEST : to };
  return byCalendar(days, period.calendar ?? null);
}

const daysBefore = ({ from, to }: Period, days: number): Period => ({
  from: addDays(from, -days),
  to: addDays(to, -days),
});

const WEEKS_OF_A_YEAR = 52;

/** Days, in whole weeks. */
const weeksApart = ({ from, to }: Period): number =>
  7 * Math.max(WEEKS_OF_A_YEAR, Math.ceil(daysBetween(from, to) / 7));

function yearsBefore(part: Period): Period {
  const back = (years: number): Period => ({
    from: addMonths(part.from, -12 * years),
    to: addDays(addMonths(addDays(part.to, -1), -12 * years), 1),
  });
  let years = Math.max(1, Math.floor(daysBetween(part.from, part.to) / 366));
  while (back(years).to > part.from) years++;
  return back(years);
}

/**
 * What a period of a business's own calendar is compared with in the year before: of whole months the same ones, of whole weeks
 * too where years are made of them; of a part of a unit as much of the same one. Null where it is neither: dates are compared.
 */
function sameUnits(period: Period, part: Period, isOver: boolean): Period | null {
  const { calendar } = period;
  if (calendar === undefined) return null;
  if (!isOver) {
    const unit = begunUnit(period);
    const found = unit && sameUnitAYearBefore(unit, period.from, calendar);
    return found && beginningOf(found, part);
  }
  const unit = (["month", "week"] as const).find(
    (each) => beginsUnit(period, each) && startOf(each, period.to, calendar) === period.to,
  );
  return unit === undefined ? null : wholeUnitsBefore(unit, period, calendar);
}

/** The same months or weeks of the year before, or of as many years before as keep the two apart. */
function wholeUnitsBefore(
  unit: "month" | "week",
  { from, to }: Period,
  calendar: BusinessCalendar,
): Period | null {
  let days: Period = { from, to };
  while (days.to > from && days.from >= EARLIEST) {
    const first = sameUnitAYearBefore(unit, days.from, calendar);
    const last = sameUnitAYearBefore(unit, addDays(days.to, -1), calendar);
    if (first === null || last === null) return null;
    // Weeks stay as many: of a year with 53 the last has no other to end with.
    const length = daysBetween(days.from, days.to);
    days = { from: first.from, to: unit === "week" ? addDays(first.from, length) : last.to };
  }
  return days;
}

/** The unit that the period fills exactly, if any. */
const wholeUnit = (period: Period) =>
  (["month", "quarter", "year"] as const).find((unit) => isWholeUnit(period, unit)) ?? null;

/** The smallest unit at whose start the period begins and in which it ends, if any. */
const unitOf = (period: Period): Unit | null =>
  (["week", "month", "quarter", "year"] as const).find(
    (unit) => beginsUnit(period, unit) && period.to <= startOfNext(unit, period.from, period.calendar),
  ) ?? null;

/** The unit of which a period that is not over is the part. One day is compared with the day before, whatever it may begin. */
const begunUnit = (period: Period): Unit | null =>
  period.unit ?? (daysBetween(period.from, period.to) === 1 ? null : unitOf(period));

function before(period: Period, part: Period, isOver: boolean): Period {
  const days = daysBetween(part.from, part.to);
  const unit = isOver ? wholeUnit(period) : begunUnit(period);
  if (unit === null) return { from: addDays(period.from, -days), to: period.from };
  const from = startOf(unit, addDays(period.from, -1), period.calendar);
  const to = isOver ? period.from : addDays(from, days);
  return { from, to: to < period.from ? to : period.from };
}
