// What was written down of the days of a chart: where it stands on the axis, and how it is told below.
import type { ShownNote } from "../calendar/annotation.ts";
import { addDays, formatDay, formatPeriod, type Period } from "../kpis/period.ts";
import { type Reader, say } from "../words/words.server.ts";

export interface ChartNote {
  /** The points it begins and ends in. */
  first: number;
  last: number;
  /** "Nov 20: Newsletter (yours)". */
  text: string;
  description: string;
}

export interface ChartNotes {
  /** The earliest first. */
  notes: readonly ChartNote[];
  /** How many more there are than are shown. */
  more: string | null;
}

type Placed = ChartNote & Pick<ShownNote, "origin">;

/** Its own a shop wants to see, before what others wrote; in the order in which they come. */
function shownOf(within: readonly Placed[]): ChartNote[] {
  const own = within.filter(({ origin }) => origin === "own");
  const others = within.filter(({ origin }) => origin !== "own");
  const shown = new Set([...own, ...others].slice(0, MOST_SHOWN));
  return within
    .filter((note) => shown.has(note))
    .map(({ first, last, text, description }) => ({ first, last, text, description }));
}

/** "Nov 20: Newsletter (yours)", "Nov 20: New price (Klaviyo)". */
export function noteText(
  place: Reader,
  { days, title, origin }: Pick<ShownNote, "title" | "origin"> & { days: string },
): string {
  if (origin === "own") return say(place, "chartNotes.own", { days, title });
  return origin === "shopify"
    ? say(place, "chartNotes.shopify", { days, title })
    : say(place, "chartNotes.app", { days, title, app: origin.app });
}

/** More numbers on an axis cannot be told apart. */
const MOST_SHOWN = 20;

export function chartNotes(
  annotations: readonly ShownNote[],
  points: readonly Period[],
  { place, today }: { place: Reader; today: string },
): ChartNotes {
  const within = annotations.flatMap(({ from, to, title, description, origin }): Placed[] => {
    const first = points.findIndex((point) => point.to > from);
    const last = points.findLastIndex((point) => point.from <= to);
    // Before the first point, or behind the last.
    if (first === -1 || last === -1 || first > last) return [];
    const days =
      from === to
        ? formatDay(from, place.locale, today)
        : formatPeriod({ from, to: addDays(to, 1) }, place.locale);
    return [{ first, last, text: noteText(place, { days, title, origin }), description, origin }];
  });
  const more = within.length - MOST_SHOWN;
  return {
    notes: shownOf(within),
    more: more > 0 ? say(place, "chartNotes.more", { n: more }) : null,
  };
}
