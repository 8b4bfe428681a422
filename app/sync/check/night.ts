// When a shop's night check is due: once a local day at a time between two and five in the morning that is the shop's own,
// so that shops do not come all at once. By the wall clock, whatever summer time does to it.
import { Temporal } from "temporal-polyfill";

const FIRST_HOUR = 2;
const MINUTES = 180;

/** Minutes after two o'clock, the same for a domain for ever. */
function minuteOf(domain: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < domain.length; at += 1)
    hash = Math.imul(hash ^ domain.charCodeAt(at), 0x01000193) >>> 0;
  return hash % MINUTES;
}

/** The instant of a shop's check on a local day. A time that summer time skips comes an hour later. */
export function checkTime(domain: string, day: Temporal.PlainDate, timeZone: string): Date {
  const plainTime = new Temporal.PlainTime(FIRST_HOUR).add({ minutes: minuteOf(domain) });
  return new Date(day.toZonedDateTime({ timeZone, plainTime }).epochMilliseconds);
}

/** The latest check that should have begun by `now`: its local day and its instant. */
export function latestCheck(domain: string, now: Date, timeZone: string): { day: string; at: Date } {
  const today = Temporal.Instant.fromEpochMilliseconds(now.getTime())
    .toZonedDateTimeISO(timeZone)
    .toPlainDate();
  const at = checkTime(domain, today, timeZone);
  if (at <= now) return { day: today.toString(), at };
  const yesterday = today.subtract({ days: 1 });
  return { day: yesterday.toString(), at: checkTime(domain, yesterday, timeZone) };
}
