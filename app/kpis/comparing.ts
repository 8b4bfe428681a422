// The rules by which a period is compared with other days: which of its days, and with which.
import type { Alignment } from "./alignment.ts";
import {
  addDays,
  addMonths,
  daysBetween,
  EARLIEST,
  monthsIn,
  type Part,
  type Period,
  startOf,
  startOfNext,
  type Unit,
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
 * - previous_period: as much of the previous calendar unit, where it is the part of one, else as many days just before. A whole
 *   calendar month, quarter or year: the previous whole one.
 * - previous_year: the same dates, 29 February becoming the 28th; of a period longer than a year as many years ago as keep the
 *   two apart.
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
  const until =
    known !== null && known.day === today && known.time > "00:00:00" && period.from <= today && !isOver
      ? known.time
      : null;
  const part: Part = isOver
    ? period
    : until === null
      ? { from: period.from, to: today }
      : { from: period.from, to: addDays(today, 1), until };
  if (part.from >= part.to) return null;
  const found = otherDays(period, part, comparison, isOver);
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
      return yearsBefore(part);
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
  return { from: from < EARLIEST ? EARLIEST : from, to: to < EARLIEST ? EARLIEST : to };
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

/** The calendar unit that the period fills exactly, if any. */
function wholeUnit(period: Period): "month" | "quarter" | "year" | null {
  for (const unit of ["month", "quarter", "year"] as const) {
    if (startOf(unit, period.from) === period.from && startOfNext(unit, period.from) === period.to)
      return unit;
  }
  return null;
}

/** The smallest calendar unit at whose start the period begins and in which it ends, if any. */
function unitOf(period: Period): Unit | null {
  for (const unit of ["week", "month", "quarter", "year"] as const) {
    if (startOf(unit, period.from) === period.from && period.to <= startOfNext(unit, period.from))
      return unit;
  }
  return null;
}

function before(period: Period, part: Period, isOver: boolean): Period {
  const days = daysBetween(part.from, part.to);
  const whole = isOver ? wholeUnit(period) : null;
  if (whole !== null) return { from: addMonths(period.from, -monthsIn[whole]), to: period.from };
  // One day is compared with the day before, whatever it may begin.
  const told = period.unit ?? (daysBetween(period.from, period.to) === 1 ? null : unitOf(period));
  const unit = isOver ? null : told;
  if (unit === null) return { from: addDays(period.from, -days), to: period.from };
  const from = unit === "week" ? addDays(period.from, -7) : addMonths(period.from, -monthsIn[unit]);
  const to = addDays(from, days);
  return { from, to: to < period.from ? to : period.from };
}
