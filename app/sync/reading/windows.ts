// How a shop's past is cut into windows by created_at: newest first, the first of 30 days, each twice as long as the one
// before. created_at never changes, so windows share no order and miss none.
import { Temporal } from "temporal-polyfill";

const FIRST_DAYS = 30;
/** Shopify shows this many days of orders without the scope read_all_orders. */
export const LIMITED_DAYS = 60;
/** As long as it may take from a plan to the reading of its oldest window, out of whose sight the limit moves meanwhile. */
const READING_MS = 2 * 3_600_000;

/** Half-open [from, to), in UTC. */
export interface Window {
  from: Date;
  to: Date;
}

const startOf = (day: Temporal.PlainDate, timeZone: string): Date =>
  new Date(day.toZonedDateTime(timeZone).epochMilliseconds);

export const localDay = (at: Date, timeZone: string): Temporal.PlainDate =>
  Temporal.Instant.fromEpochMilliseconds(at.getTime()).toZonedDateTimeISO(timeZone).toPlainDate();

/**
 * Windows from `to` back to the day of `first`. All but the newest end begin at local midnights, so that every window
 * that is loaded completes whole days.
 */
export function planWindows(first: Date, to: Date, timeZone: string): Window[] {
  const last = localDay(first, timeZone);
  const windows: Window[] = [];
  let end = to;
  for (let days = FIRST_DAYS; ; days *= 2) {
    const wanted = localDay(end, timeZone).subtract({ days });
    const reached = Temporal.PlainDate.compare(wanted, last) <= 0;
    const from = startOf(reached ? last : wanted, timeZone);
    if (from < end) windows.push({ from, to: end });
    if (reached) return windows;
    end = from;
  }
}

/**
 * The first local day that an app without read_all_orders sees wholly, now and until it is read. 60 days are 60 times 24
 * hours: after a change of the clocks they begin an hour beside the calendar's.
 */
export const firstVisibleDay = (now: Date, timeZone: string): Date =>
  startOf(wholeDayFrom(new Date(now.getTime() - LIMITED_DAYS * 86_400_000 + READING_MS), timeZone), timeZone);

const second = (at: Date): string => `${at.toISOString().slice(0, 19)}Z`;

/** Shopify's search text for a window; whole seconds, as created_at has no finer. */
export const createdIn = ({ from, to }: Window): string =>
  `created_at:>='${second(from)}' created_at:<'${second(to)}'`;

export const createdSince = (from: Date): string => `created_at:>='${second(from)}'`;

export const createdBefore = (to: Date): string => `created_at:<'${second(to)}'`;

export const updatedSince = (since: Date): string => `updated_at:>='${second(since)}'`;

/** Customers are searched by whole days, in a zone that is not documented: one day earlier is safe everywhere. */
export const updatedSinceDay = (since: Date): string =>
  `updated_at:>='${new Date(since.getTime() - 86_400_000).toISOString().slice(0, 10)}'`;

export const ordersOf = (customerId: bigint): string => `customer_id:${customerId}`;

/** The middle of a window, on a whole second. */
export const middle = ({ from, to }: Window): Date =>
  new Date(Math.floor((from.getTime() + to.getTime()) / 2000) * 1000);

/**
 * The start of the longest run of loaded windows that begins at the newest; null when the newest itself is missing.
 * @param windows with `loaded`, in any order
 */
export function loadedBackTo(windows: readonly (Window & { loaded: boolean })[]): Date | null {
  let reached: Date | null = null;
  for (const window of [...windows].sort((a, b) => b.from.getTime() - a.from.getTime())) {
    if (!window.loaded) break;
    reached = window.from;
  }
  return reached;
}

/** The first local day that lies wholly at or after an instant. */
function wholeDayFrom(at: Date, timeZone: string): Temporal.PlainDate {
  const day = localDay(at, timeZone);
  return startOf(day, timeZone) < at ? day.add({ days: 1 }) : day;
}

export const firstWholeDay = (at: Date, timeZone: string): string => wholeDayFrom(at, timeZone).toString();
