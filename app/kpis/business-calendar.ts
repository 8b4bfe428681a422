// How a business divides its days into weeks, months, quarters and years: the calendar's own, a year from another month on, or
// whole weeks in the patterns of retailers. A day is a number here, 1970-01-01 is 0; period.ts writes them.

export type Unit = "week" | "month" | "quarter" | "year";

/** Weeks of the three months of a quarter. */
export const patterns = ["4-4-5", "4-5-4", "5-4-4"] as const;
export type Pattern = (typeof patterns)[number];

/** On which day of the week before the year's first a year of weeks ends: the month's last, or the nearest to the month's end. */
export const yearEnds = ["last", "nearest"] as const;
export type YearEnd = (typeof yearEnds)[number];

export interface BusinessCalendar {
  /** 1 is Monday, 7 Sunday, as ISO 8601 counts them. */
  weekStart: number;
  /** The month with which the year begins, 1 to 12; of a year of weeks, the one after the month in which it ends. */
  yearStart: number;
  /** Months as whole weeks; null: they are the calendar's. */
  weeks: { pattern: Pattern; end: YearEnd } | null;
}

export const USUAL_CALENDAR: BusinessCalendar = { weekStart: 1, yearStart: 1, weeks: null };

export const isUsual = ({ weekStart, yearStart, weeks }: BusinessCalendar): boolean =>
  weekStart === USUAL_CALENDAR.weekStart && yearStart === USUAL_CALENDAR.yearStart && weeks === null;

/** Days from `start` to the one before `next`. */
export interface Span {
  start: number;
  next: number;
}

const DAY_MS = 86_400_000;
const WEEK = 7;
const QUARTER_WEEKS = 13;
const MONTHS = 12;
const monthsIn = { month: 1, quarter: 3, year: MONTHS } as const;
/** The nearest of a weekday is at most so many days after a day. */
const NEAREST_AHEAD = 3;

const modulo = (value: number, by: number): number => ((value % by) + by) % by;

/** Months since January of the year 0. */
function monthOf(day: number): number {
  const date = new Date(day * DAY_MS);
  return date.getUTCFullYear() * MONTHS + date.getUTCMonth();
}

/** Date.UTC takes the years 0 to 99 for 1900 to 1999. */
const firstOfMonth = (month: number): number =>
  new Date(0).setUTCFullYear(Math.floor(month / MONTHS), modulo(month, MONTHS), 1) / DAY_MS;

/** 1970-01-01 was a Thursday. */
const weekBegin = (day: number, { weekStart }: BusinessCalendar): number =>
  day - modulo(day + 4 - weekStart, WEEK);

/** The first day of the year that begins with the calendar's `yearStart` of this year, or close to it. */
function yearBegin(year: number, calendar: BusinessCalendar): number {
  const first = firstOfMonth(year * MONTHS + calendar.yearStart - 1);
  if (calendar.weeks === null) return first;
  return weekBegin(calendar.weeks.end === "nearest" ? first + NEAREST_AHEAD : first, calendar);
}

/** The year of the calendar with which the business's year of a day begins. */
export function yearOf(day: number, calendar: BusinessCalendar): number {
  const year = Math.floor((monthOf(day) - (calendar.yearStart - 1)) / MONTHS);
  if (yearBegin(year, calendar) > day) return year - 1;
  return yearBegin(year + 1, calendar) <= day ? year + 1 : year;
}

/** The weeks of a year at which its months begin, and the one at which the year is over. */
function monthWeeks(pattern: Pattern, weeks: number): number[] {
  const [first = 0, second = 0] = pattern.split("-").map(Number);
  const quarters = [0, 1, 2, 3].map((quarter) => quarter * QUARTER_WEEKS);
  // A 53rd week is the last month's.
  return [...quarters.flatMap((begin) => [begin, begin + first, begin + first + second]), weeks];
}

/** Where in its year of weeks the unit with a number begins, and the next; null where the year has no such unit. */
function weeksOf(unit: Unit, number: number, year: number, calendar: BusinessCalendar): Span | null {
  if (calendar.weeks === null) return null;
  const begin = yearBegin(year, calendar);
  const weeks = (yearBegin(year + 1, calendar) - begin) / WEEK;
  const begins =
    unit === "week"
      ? Array.from({ length: weeks + 1 }, (_, week) => week)
      : monthWeeks(calendar.weeks.pattern, weeks).filter((_, month) => month % monthsIn[unit] === 0);
  const [start, next] = [begins[number - 1], begins[number]];
  return start === undefined || next === undefined
    ? null
    : { start: begin + start * WEEK, next: begin + next * WEEK };
}

/** Which of its year's units of the kind holds the day: 1 is the first. Weeks are numbered in years of weeks alone. */
export function numberOf(unit: Unit, day: number, calendar: BusinessCalendar): number {
  const year = yearOf(day, calendar);
  if (calendar.weeks === null) {
    const month = monthOf(day) - (year * MONTHS + calendar.yearStart - 1);
    return unit === "week" ? 0 : Math.floor(month / monthsIn[unit]) + 1;
  }
  const begin = yearBegin(year, calendar);
  const week = Math.floor((day - begin) / WEEK);
  if (unit === "week") return week + 1;
  const months = monthWeeks(calendar.weeks.pattern, (yearBegin(year + 1, calendar) - begin) / WEEK);
  return Math.floor(months.findLastIndex((at) => at <= week) / monthsIn[unit]) + 1;
}

/** The unit that holds the day. */
export function unitAround(unit: Unit, day: number, calendar: BusinessCalendar): Span {
  if (unit === "week") {
    const start = weekBegin(day, calendar);
    return { start, next: start + WEEK };
  }
  const ofWeeks = weeksOf(unit, numberOf(unit, day, calendar), yearOf(day, calendar), calendar);
  if (ofWeeks !== null) return ofWeeks;
  const first = monthOf(day);
  const month = first - modulo(first - (calendar.yearStart - 1), monthsIn[unit]);
  return { start: firstOfMonth(month), next: firstOfMonth(month + monthsIn[unit]) };
}

/**
 * The same unit of the year before. A 53rd week has none: retailers set it beside the one 52 weeks ago, the first of its own
 * year. Null of weeks where the year is not made of them.
 */
export function unitAYearBefore(unit: Unit, day: number, calendar: BusinessCalendar): Span | null {
  const [number, year] = [numberOf(unit, day, calendar), yearOf(day, calendar) - 1];
  if (calendar.weeks !== null)
    return weeksOf(unit, number, year, calendar) ?? weeksOf(unit, 1, year + 1, calendar);
  if (unit === "week") return null;
  const month = year * MONTHS + calendar.yearStart - 1 + (number - 1) * monthsIn[unit];
  return { start: firstOfMonth(month), next: firstOfMonth(month + monthsIn[unit]) };
}
