// The part of an address that says with what its period is compared: `compare`, and of other days of one's own the first and the
// last, `compare_from` and `compare_to`.
import { BadInput } from "../errors.ts";
import { alignmentOf } from "../kpis/alignment.ts";
import { type Comparison, comparisonIdOf, comparisonIds } from "../kpis/comparing.ts";
import type { BusinessCalendar } from "../kpis/business-calendar.ts";
import type { EventCalendar } from "../kpis/events.ts";
import { includedDays, parsePeriod, type Period } from "../kpis/period.ts";

export const COMPARED_DAYS = ["compare_from", "compare_to"] as const;

/** By which an address is read: the shop's day, the events it goes by, and its own calendar where it has one. */
export interface Days {
  today: string;
  events: EventCalendar;
  business?: BusinessCalendar | null;
}

/** Null where the address leaves it out. Throws BadInput with the expected form. */
export function readComparison(
  params: URLSearchParams,
  period: Period,
  { today, events }: Days,
): Comparison | null {
  const [from, to] = COMPARED_DAYS.map((name) => params.get(name) ?? "");
  const hasDays = Boolean(from) || Boolean(to);
  const given = params.get("compare") || (hasDays ? "custom" : "");
  if (given === "") return null;
  const id = comparisonIds.find((each) => each === given);
  if (id === undefined)
    throw new BadInput(`"compare" must be one of ${comparisonIds.join(", ")}, not "${shorten(given)}".`);
  if (id === "custom") return { id, days: readDays(from ?? "", to ?? "", period, today) };
  if (hasDays)
    throw new BadInput(`"compare_from" and "compare_to" go with compare=custom, not with compare=${id}.`);
  return id === "previous_year_event" ? { id, alignment: alignmentOf(period, events) } : id;
}

function readDays(from: string, to: string, period: Period, today: string): Period {
  const days = parsePeriod(from, to, COMPARED_DAYS);
  if (to >= today) throw new BadInput(`"compare_to" (${to}) must be a day that is over; today is ${today}.`);
  if (days.from < period.to && period.from < days.to) {
    const own = includedDays(period);
    throw new BadInput(
      `The days compared with (${from} to ${to}) must not overlap with those of the period (${own.from} to ${own.to}).`,
    );
  }
  return days;
}

/** What an address says of a comparison. */
export const comparisonParams = (comparison: Comparison): Record<string, string> => {
  const compare = comparisonIdOf(comparison);
  if (typeof comparison === "string" || comparison.id !== "custom") return { compare };
  const days = includedDays(comparison.days);
  return { compare, compare_from: days.from, compare_to: days.to };
};

const shorten = (text: string): string => (text.length > 40 ? `${text.slice(0, 40)}…` : text);
