// The days on which customers everywhere buy otherwise than usual: declared events with their rule, and a shop's own.
import { addDays, isDay } from "./period.ts";

/** Every day of an event in a year; none in years that nobody has published. */
type Rule = (year: number) => readonly string[];

interface Declared {
  rule: Rule;
  /** Where nobody has chosen: events of a part of the world are off. */
  on: boolean;
}

const twoDigits = (part: number): string => String(part).padStart(2, "0");
const dayIn = (year: number, month: number, day: number): string =>
  `${String(year).padStart(4, "0")}-${twoDigits(month)}-${twoDigits(day)}`;

const yearly =
  (month: number, day: number): Rule =>
  (year) => [dayIn(year, month, day)];

const SUNDAY = 0;
const THURSDAY = 4;

/** The first, second … of a weekday in a month, and so many days after it. */
const nth =
  (count: number, weekday: number, month: number, after = 0): Rule =>
  (year) => {
    const first = dayIn(year, month, 1);
    const ahead = (weekday - new Date(`${first}T00:00:00Z`).getUTCDay() + 7) % 7;
    return [addDays(first, ahead + 7 * (count - 1) + after)];
  };

/** Easter Sunday of the Gregorian calendar, by the anonymous computus (Nature, 20 April 1876). */
function easterSunday(year: number): string {
  const a = year % 19;
  const [b, c] = [Math.floor(year / 100), year % 100];
  const h = (19 * a + b - Math.floor(b / 4) - Math.floor((b - Math.floor((b + 8) / 25) + 1) / 3) + 15) % 30;
  const l = (32 + 2 * (b % 4) + 2 * Math.floor(c / 4) - h - (c % 4)) % 7;
  const m = Math.floor((a + 11 * h + 22 * l) / 451);
  const at = h + l - 7 * m + 114;
  return dayIn(year, Math.floor(at / 31), (at % 31) + 1);
}

const fromEaster =
  (days: number): Rule =>
  (year) => [addDays(easterSunday(year), days)];

/** Days as they are published, a year may have none or two. */
const published = (days: string): Rule => {
  const all = days.split(" ");
  return (year) => all.filter((day) => Number(day.slice(0, 4)) === year);
};

/** In the order of what they move in most shops, by which one of several is chosen. */
const declared = {
  black_friday: { rule: nth(4, THURSDAY, 11, 1), on: true },
  cyber_monday: { rule: nth(4, THURSDAY, 11, 4), on: true },
  christmas: { rule: yearly(12, 25), on: true },
  easter: { rule: fromEaster(0), on: true },
  // By China's clock: ICU's own reckoning is a day off in 2027 and 2030, when the new moon is close to midnight.
  lunar_new_year: {
    rule: published(
      "2015-02-19 2016-02-08 2017-01-28 2018-02-16 2019-02-05 2020-01-25 2021-02-12 2022-02-01 2023-01-22 2024-02-10 2025-01-29 2026-02-17 2027-02-06 2028-01-26 2029-02-13 2030-02-03 2031-01-23 2032-02-11 2033-01-31 2034-02-19 2035-02-08",
    ),
    on: false,
  },
  // Islamic days are those of the Umm al-Qura calendar; where the moon is looked for they may be a day later.
  eid_al_fitr: {
    rule: published(
      "2015-07-17 2016-07-06 2017-06-25 2018-06-15 2019-06-04 2020-05-24 2021-05-13 2022-05-02 2023-04-21 2024-04-10 2025-03-30 2026-03-20 2027-03-09 2028-02-26 2029-02-14 2030-02-04 2031-01-24 2032-01-14 2033-01-03 2033-12-23 2034-12-12 2035-12-01",
    ),
    on: false,
  },
  ramadan: {
    rule: published(
      "2015-06-18 2016-06-06 2017-05-27 2018-05-16 2019-05-06 2020-04-24 2021-04-13 2022-04-02 2023-03-23 2024-03-11 2025-03-01 2026-02-18 2027-02-08 2028-01-28 2029-01-16 2030-01-05 2030-12-26 2031-12-16 2032-12-04 2033-11-23 2034-11-12 2035-11-01",
    ),
    on: false,
  },
  diwali: {
    rule: published(
      "2015-11-11 2016-10-30 2017-10-19 2018-11-07 2019-10-27 2020-11-14 2021-11-04 2022-10-24 2023-11-12 2024-10-31 2025-10-20 2026-11-08 2027-10-29 2028-10-17 2029-11-05 2030-10-26 2031-11-14 2032-11-02 2033-10-22 2034-11-10 2035-10-30",
    ),
    on: false,
  },
  singles_day: { rule: yearly(11, 11), on: true },
  mothers_day: { rule: nth(2, SUNDAY, 5), on: true },
  mothering_sunday: { rule: fromEaster(-21), on: false },
  valentines_day: { rule: yearly(2, 14), on: true },
  fathers_day: { rule: nth(3, SUNDAY, 6), on: true },
  halloween: { rule: yearly(10, 31), on: true },
  new_year: { rule: yearly(1, 1), on: true },
  eid_al_adha: {
    rule: published(
      "2015-09-23 2016-09-11 2017-09-01 2018-08-21 2019-08-11 2020-07-31 2021-07-20 2022-07-09 2023-06-28 2024-06-16 2025-06-06 2026-05-27 2027-05-16 2028-05-05 2029-04-24 2030-04-13 2031-04-02 2032-03-22 2033-03-12 2034-03-01 2035-02-19",
    ),
    on: false,
  },
} as const satisfies Readonly<Record<string, Declared>>;

export type EventId = keyof typeof declared;
export const eventIds = Object.keys(declared) as EventId[];

/** A day of every year as 'MM-DD', or single days. */
export type OwnWhen = { yearly: string } | { days: readonly string[] };

export interface OwnEvent {
  id: string;
  title: string;
  when: OwnWhen;
  isOn: boolean;
}

/** Which events a shop goes by. */
export interface EventCalendar {
  /** What was chosen; an event that is not here is as it is declared. */
  chosen: ReadonlyMap<EventId, boolean>;
  own: readonly OwnEvent[];
}

export const USUAL_EVENTS: EventCalendar = { chosen: new Map(), own: [] };

export const isOn = ({ chosen }: EventCalendar, id: EventId): boolean => chosen.get(id) ?? declared[id].on;

/** What an event is called, in no language yet; `own`: in the shop's own words. */
export type EventName = { fixed: EventId } | { own: string };

/** An event with its days. */
export interface DatedEvent {
  name: EventName;
  in: Rule;
}

const ownRule =
  (when: OwnWhen): Rule =>
  (year) => {
    const own = "days" in when ? when.days : [`${String(year).padStart(4, "0")}-${when.yearly}`];
    // 29 February is in leap years alone.
    return own.filter((day) => Number(day.slice(0, 4)) === year && isDay(day)).sort();
  };

export const declaredEvent = (id: EventId): DatedEvent => ({ name: { fixed: id }, in: declared[id].rule });
export const ownEvent = ({ title, when }: Pick<OwnEvent, "title" | "when">): DatedEvent => ({
  name: { own: title },
  in: ownRule(when),
});

/** The events that are on: a shop's own first, then the declared ones in their order. */
export const eventsOn = (calendar: EventCalendar): DatedEvent[] => [
  ...calendar.own.filter(({ isOn: on }) => on).map(ownEvent),
  ...eventIds.filter((id) => isOn(calendar, id)).map(declaredEvent),
];

/** The days of an event in [from, to), the earliest first. */
export function daysOf(event: DatedEvent, { from, to }: { from: string; to: string }): string[] {
  const [first, last] = [Number(from.slice(0, 4)), Number(to.slice(0, 4))];
  const years = Array.from({ length: last - first + 1 }, (_, index) => first + index);
  return years.flatMap((year) => event.in(year).filter((day) => day >= from && day < to));
}
