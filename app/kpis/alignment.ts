// By which event a period stands beside days of the year before, so that the event falls on the same of them.
import { type DatedEvent, daysOf, type EventCalendar, type EventName, eventsOn } from "./events.ts";
import { addDays, daysBetween, type Period } from "./period.ts";

export interface Alignment {
  event: EventName;
  /** The event's day in the period or beside it, and that of the year before. */
  day: string;
  before: string;
}

/** An event so close to a period moves it: Christmas is bought in the days before. */
const BESIDE_DAYS = 3;
/** Easter may be five weeks earlier or later than a year before, an event by the moon eleven days or a month. */
const LEAST_DAYS = 300;
const MOST_DAYS = 430;
/** In a longer period every event is. */
const LONGEST_DAYS = 364;
/** Before it the calendar has no year before. */
const FIRST_DAY = "0004-01-01";

/**
 * The event by which a period is aligned: one within it rather than one beside it; of several the shop's own first, then in the
 * order of their declaration. Null where there is none that was also the year before, far enough to keep the days apart.
 */
export function alignmentOf(period: Period, calendar: EventCalendar): Alignment | null {
  const length = daysBetween(period.from, period.to);
  if (length > LONGEST_DAYS || period.from < FIRST_DAY) return null;
  const events = eventsOn(calendar);
  for (const beside of [0, BESIDE_DAYS]) {
    const days = { from: addDays(period.from, -beside), to: addDays(period.to, beside) };
    for (const event of events)
      for (const day of daysOf(event, days)) {
        const before = dayBefore(event, day, Math.max(LEAST_DAYS, length));
        if (before !== null) return { event: event.name, day, before };
      }
  }
  return null;
}

/** The latest day of an event that is so many days and no more than about a year before another. */
function dayBefore(event: DatedEvent, day: string, least: number): string | null {
  const days = { from: addDays(day, -MOST_DAYS), to: addDays(day, 1 - least) };
  return daysOf(event, days).at(-1) ?? null;
}
