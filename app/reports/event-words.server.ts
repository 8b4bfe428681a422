// What an event is called, and by which one a period is aligned.
import type { Alignment } from "../kpis/alignment.ts";
import type { Comparison } from "../kpis/comparing.ts";
import type { EventName } from "../kpis/events.ts";
import { formatDay } from "../kpis/period.ts";
import { type Reader, say } from "../words/words.server.ts";

export const eventText = (place: Reader, name: EventName): string =>
  "own" in name ? name.own : say(place, `events.${name.fixed}`);

/** "The days are aligned to Black Friday (Nov 27, 2026 and Nov 28, 2025)."; null of other comparisons. */
export function alignmentSentence(comparison: Comparison, place: Reader): string | null {
  if (typeof comparison === "string" || comparison.id !== "previous_year_event") return null;
  return comparison.alignment === null
    ? say(place, "compared.notAligned")
    : alignedText(comparison.alignment, place);
}

const alignedText = ({ event, day, before }: Alignment, place: Reader): string =>
  say(place, "compared.aligned", {
    event: eventText(place, event),
    day: formatDay(day, place.locale),
    before: formatDay(before, place.locale),
  });
