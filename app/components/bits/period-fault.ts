// What is wrong with two days before they are asked for, in words.
import { formatDay, isDay } from "../../kpis/period.ts";

/** Null when the days, both included, can be shown. */
export function periodFault(
  { from, to }: { from: string; to: string },
  today: string,
  locale: string,
): string | null {
  if (from === "" || to === "") return "Enter both days.";
  if (!isDay(from)) return "The first day isn't a day of the calendar.";
  if (!isDay(to)) return "The last day isn't a day of the calendar.";
  const latest = `The latest is today, ${formatDay(today, locale)}.`;
  if (from > today) return `The first day is still to come. ${latest}`;
  if (to > today) return `The last day is still to come. ${latest}`;
  if (to < from) return "The last day is before the first.";
  return null;
}
