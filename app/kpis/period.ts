// Civil days, half-open periods and the bars of a trend; with what a period is compared stands in comparing.ts.
// In addresses and forms `from` and `to` are both included, as people mean them; inside, `to` is the first day outside.
import { Bounded } from "../bounded.ts";
import { BadInput } from "../errors.ts";
import {
  type BusinessCalendar,
  numberOf,
  type Unit,
  unitAround,
  unitAYearBefore,
  USUAL_CALENDAR,
  yearOf,
} from "./business-calendar.ts";

/** Shop-local civil days 'YYYY-MM-DD', [from, to). */
export interface Period {
  from: string;
  to: string;
  /** By which its weeks, months, quarters and years are told, and those of what is made of it; without it, the usual one. */
  calendar?: BusinessCalendar;
  /** Whose beginning it is, where that was said: one day alone may begin a week, a month and a year. */
  unit?: Unit;
}

export const presets = [
  "today",
  "yesterday",
  "last_7_days",
  "last_30_days",
  "last_90_days",
  "last_365_days",
  "last_12_months",
  "week_to_date",
  "month_to_date",
  "quarter_to_date",
  "year_to_date",
  "last_week",
  "last_month",
  "last_quarter",
  "last_year",
] as const;
export type Preset = (typeof presets)[number];

/** When customers are put into their segments: at the period's start or end, or today. */
export const membersAt = ["start", "end", "today"] as const;
export type MembersAt = (typeof membersAt)[number];

export type Grain = "day" | "week" | "month" | "quarter" | "year";

const DAY_MS = 86_400_000;
export const EARLIEST = "0001-01-01";
const LATEST = "9999-01-01";

function epochDay(day: string): number {
  return Date.parse(`${day}T00:00:00Z`) / DAY_MS;
}

/** Beyond these a day has more than four digits of a year, and no order among the others. */
const [FIRST, LAST] = [epochDay("0000-01-01"), epochDay("9999-12-31")];

function dayOf(epoch: number): string {
  return new Date(Math.min(Math.max(epoch, FIRST), LAST) * DAY_MS).toISOString().slice(0, 10);
}

export function addDays(day: string, days: number): string {
  return dayOf(epochDay(day) + days);
}

/** Days from `from` to `to`. */
export function daysBetween(from: string, to: string): number {
  return epochDay(to) - epochDay(from);
}

/** The same day of the month, or that month's last day where it is shorter: 31 March - 1 month = 28 February. */
export function addMonths(day: string, months: number): string {
  const date = new Date(`${day}T00:00:00Z`);
  const month = date.getUTCFullYear() * 12 + date.getUTCMonth() + months;
  const year = Math.floor(month / 12);
  // Date.UTC takes the years 0 to 99 for 1900 to 1999.
  const at = (monthIndex: number, dayOfMonth: number) =>
    new Date(0).setUTCFullYear(year, monthIndex, dayOfMonth);
  const lastDay = new Date(at((month % 12) + 1, 0)).getUTCDate();
  return dayOf(at(month % 12, Math.min(date.getUTCDate(), lastDay)) / DAY_MS);
}

/** The first day of the unit that holds the day. */
export function startOf(unit: Unit, day: string, calendar: BusinessCalendar = USUAL_CALENDAR): string {
  return dayOf(unitAround(unit, epochDay(day), calendar).start);
}

export function startOfNext(unit: Unit, day: string, calendar: BusinessCalendar = USUAL_CALENDAR): string {
  return dayOf(unitAround(unit, epochDay(day), calendar).next);
}

/** The same unit of the year before; null where weeks are no part of a year. */
export function sameUnitAYearBefore(unit: Unit, day: string, calendar: BusinessCalendar): Period | null {
  const found = unitAYearBefore(unit, epochDay(day), calendar);
  return found && { from: dayOf(found.start), to: dayOf(found.next) };
}

/** Which unit of its year holds the day, and with which year of the calendar that one begins. */
export function placeOf(
  unit: Unit,
  day: string,
  calendar: BusinessCalendar,
): { number: number; year: number } {
  const at = epochDay(day);
  return { number: numberOf(unit, at, calendar), year: yearOf(at, calendar) };
}

/** The period with the calendar of a business; null: the usual one. */
export const byCalendar = <Days extends Period>(days: Days, calendar: BusinessCalendar | null): Days =>
  calendar === null ? days : { ...days, calendar };

/** The same days and their calendar, without whatever else was said of them. */
export const plainPeriod = ({ from, to, calendar }: Period): Period =>
  byCalendar({ from, to }, calendar ?? null);

/** The unit of which a preset is the last whole one, or the beginning. */
export const presetUnits: ReadonlyMap<Preset, Unit> = new Map([
  ["week_to_date", "week"],
  ["month_to_date", "month"],
  ["quarter_to_date", "quarter"],
  ["year_to_date", "year"],
  ["last_week", "week"],
  ["last_month", "month"],
  ["last_quarter", "quarter"],
  ["last_year", "year"],
]);

/** A named period as of `today`. "Last n days" end yesterday, so that only whole days are compared; "to date" holds today. */
export function presetPeriod(
  preset: Preset,
  today: string,
  calendar: BusinessCalendar | null = null,
): Period {
  return byCalendar(presetDays(preset, today, calendar ?? USUAL_CALENDAR), calendar);
}

function presetDays(preset: Preset, today: string, calendar: BusinessCalendar): Period {
  const tomorrow = addDays(today, 1);
  const last = (days: number) => ({ from: addDays(today, -days), to: today });
  const toDate = (unit: Unit): Period => ({ from: startOf(unit, today, calendar), to: tomorrow, unit });
  const lastWhole = (unit: Unit) => {
    const to = startOf(unit, today, calendar);
    return { from: startOf(unit, addDays(to, -1), calendar), to };
  };
  switch (preset) {
    case "today":
      return { from: today, to: tomorrow };
    case "yesterday":
      return last(1);
    case "last_7_days":
      return last(7);
    case "last_30_days":
      return last(30);
    case "last_90_days":
      return last(90);
    case "last_365_days":
      return last(365);
    case "last_12_months": {
      const to = startOf("month", today, calendar);
      return { from: sameUnitAYearBefore("month", today, calendar)?.from ?? addMonths(to, -12), to };
    }
    case "week_to_date":
      return toDate("week");
    case "month_to_date":
      return toDate("month");
    case "quarter_to_date":
      return toDate("quarter");
    case "year_to_date":
      return toDate("year");
    case "last_week":
      return lastWhole("week");
    case "last_month":
      return lastWhole("month");
    case "last_quarter":
      return lastWhole("quarter");
    case "last_year":
      return lastWhole("year");
  }
}

/** Days of which the last may be cut: only what happened before a time of its clock, 'HH:MM:SS'. */
export interface Part extends Period {
  until?: string;
}

/** True for a real day 'YYYY-MM-DD' between the years 1 and 9998. */
export function isDay(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text) || text < EARLIEST || text >= LATEST) return false;
  const at = Date.parse(`${text}T00:00:00Z`);
  return !Number.isNaN(at) && dayOf(at / DAY_MS) === text; // some engines roll 30 February over
}

/**
 * First and last day, both included, as they stand in an address under these names. Throws BadInput with the expected form.
 */
export function parsePeriod(
  from: string,
  to: string,
  [first, last]: readonly [string, string] = ["from", "to"],
): Period {
  for (const [name, day] of [
    [first, from],
    [last, to],
  ] as const) {
    if (!isDay(day))
      throw new BadInput(
        `"${name}" must be a day such as 2026-03-31 (YYYY-MM-DD), not "${day.slice(0, 40)}".`,
      );
  }
  if (to < from) throw new BadInput(`"${last}" (${to}) must not be before "${first}" (${from}).`);
  return { from, to: addDays(to, 1) };
}

/** The period's first and last day, both included: what `parsePeriod` reads. */
export function includedDays(period: Period): { from: string; to: string } {
  return { from: period.from, to: addDays(period.to, -1) };
}

/** The preset that names exactly this period, if any. */
export function presetOf(period: Period, today: string): Preset | null {
  for (const preset of presets) {
    const named = presetPeriod(preset, today, period.calendar ?? null);
    if (named.from === period.from && named.to === period.to) return preset;
  }
  return null;
}

/** Data are dated by the Gregorian calendar in Latin digits, whatever calendar and digits a language uses for itself. */
export const CALENDAR = { calendar: "gregory", numberingSystem: "latn" } as const;

/** Making one costs a millisecond and more, and a page writes hundreds of days. */
const formats = new Bounded<string, Intl.DateTimeFormat>(100);

function dayFormat(locale: string, withYear: boolean): Intl.DateTimeFormat {
  const key = `${locale} ${withYear}`;
  const options: Intl.DateTimeFormatOptions = {
    ...CALENDAR,
    timeZone: "UTC",
    month: "short",
    day: "numeric",
  };
  if (withYear) options.year = "numeric";
  return formats.get(key) ?? formats.set(key, new Intl.DateTimeFormat(locale, options));
}

/** One day in words, "Dec 11, 2024"; the year is left out when it equals `today`'s. */
export function formatDay(day: string, locale: string, today?: string): string {
  const sameYear = today !== undefined && today.slice(0, 4) === day.slice(0, 4);
  return dayFormat(locale, !sameYear).format(new Date(`${day}T00:00:00Z`));
}

/** "Friday, Nov 27, 2026". */
export function formatWeekday(day: string, locale: string): string {
  const key = `${locale} weekday`;
  const options = { ...CALENDAR, timeZone: "UTC", weekday: "long" } as const;
  const shape = { ...options, year: "numeric", month: "short", day: "numeric" } as const;
  const format = formats.get(key) ?? formats.set(key, new Intl.DateTimeFormat(locale, shape));
  return format.format(new Date(`${day}T00:00:00Z`));
}

/** "Oct 1 – 31, 2026", "Dec 11, 2024": the days the period holds. */
export function formatPeriod(period: Period, locale: string): string {
  const days = includedDays(period);
  const [from, to] = [new Date(`${days.from}T00:00:00Z`), new Date(`${days.to}T00:00:00Z`)];
  return dayFormat(locale, true).formatRange(from, to);
}

/** The days of the year, quarter, month and week that hold a day. */
export function textsAround(
  day: string,
  calendar: BusinessCalendar,
  locale: string,
): Readonly<Record<Unit, string>> {
  const text = (unit: Unit) =>
    formatPeriod({ from: startOf(unit, day, calendar), to: startOfNext(unit, day, calendar) }, locale);
  return { year: text("year"), quarter: text("quarter"), month: text("month"), week: text("week") };
}

const LONGEST: readonly (readonly [Grain, number])[] = [
  ["day", 31],
  ["week", 184],
  ["month", 3653],
  ["quarter", 10_958],
];

/** The bar of a trend: days up to a month, weeks up to half a year, months up to ten years, quarters up to thirty. */
export function grainOf(period: Period): Grain {
  const days = daysBetween(period.from, period.to);
  return LONGEST.find(([, most]) => days <= most)?.[0] ?? "year";
}

/** The days, weeks, months, quarters or years of its calendar that the period touches, the first and last cut at its ends. */
export function bucketsOf(period: Period, grain: Grain): Period[] {
  const buckets: Period[] = [];
  for (let from = period.from; from < period.to;) {
    const next = grain === "day" ? addDays(from, 1) : startOfNext(grain, from, period.calendar);
    const to = next < period.to ? next : period.to;
    buckets.push(plainPeriod({ ...period, from, to }));
    from = to;
  }
  return buckets;
}

/** How many days, the last as far as it is cut. */
export function lengthOf({ from, to, until }: Part): number {
  if (until === undefined) return daysBetween(from, to);
  const [hours = 0, minutes = 0, seconds = 0] = until.split(":").map(Number);
  return daysBetween(from, to) - 1 + (hours * 3600 + minutes * 60 + seconds) / 86_400;
}

/** True when the bucket is a whole day, week, month, quarter or year of its calendar. */
export const isWholeBucket = (bucket: Period, grain: Grain): boolean =>
  grain === "day" || isWholeUnit(bucket, grain);

export const isWholeUnit = (period: Period, unit: Unit): boolean =>
  beginsUnit(period, unit) && startOfNext(unit, period.from, period.calendar) === period.to;

export const beginsUnit = ({ from, calendar }: Period, unit: Unit): boolean =>
  startOf(unit, from, calendar) === from;

/** The day at whose start customers are put into segments; "today" means with today's orders: the start of tomorrow. */
export function membershipDay(period: Period, membersAt: MembersAt, today: string): string {
  if (membersAt === "start") return period.from;
  return membersAt === "end" ? period.to : addDays(today, 1);
}
