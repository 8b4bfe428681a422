// What was written down of the days of a chart: where it stands on the axis, and how it is told below.
import type { Annotation } from "../calendar/annotation.ts";
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

/** More numbers on an axis cannot be told apart. */
const MOST_SHOWN = 20;

export function chartNotes(
  annotations: readonly Annotation[],
  points: readonly Period[],
  { place, today }: { place: Reader; today: string },
): ChartNotes {
  const within = annotations.flatMap(({ from, to, title, description }): ChartNote[] => {
    const first = points.findIndex((point) => point.to > from);
    const last = points.findLastIndex((point) => point.from <= to);
    // Before the first point, or behind the last.
    if (first === -1 || last === -1 || first > last) return [];
    const days =
      from === to
        ? formatDay(from, place.locale, today)
        : formatPeriod({ from, to: addDays(to, 1) }, place.locale);
    return [{ first, last, text: say(place, "chartNotes.own", { days, title }), description }];
  });
  const more = within.length - MOST_SHOWN;
  return {
    notes: within.slice(0, MOST_SHOWN),
    more: more > 0 ? say(place, "chartNotes.more", { n: more }) : null,
  };
}
