// What is wrong with two days before they are asked for, in words.
import { formatDay, isDay } from "../../kpis/period.ts";
import type { ScreenWords } from "../../words/screen.ts";

/** Null when the days, both included, can be shown. */
export function periodFault(
  { from, to }: { from: string; to: string },
  today: string,
  { say, language }: Pick<ScreenWords, "say"> & { language: string },
): string | null {
  const none = noDays({ from, to }, say);
  if (none !== null) return none;
  const latest = { today: formatDay(today, language) };
  if (from > today) return say("controls.firstDayToCome", latest);
  if (to > today) return say("controls.lastDayToCome", latest);
  if (to < from) return say("controls.daysTurnedRound");
  return null;
}

/** The same of days that a period is compared with. */
export function comparedFault(
  { from, to }: { from: string; to: string },
  { latest, period }: { latest: string; period: { from: string; to: string } },
  { say, language }: Pick<ScreenWords, "say"> & { language: string },
): string | null {
  const none = noDays({ from, to }, say);
  if (none !== null) return none;
  if (from > latest || to > latest)
    return say("controls.comparedToCome", { latest: formatDay(latest, language) });
  if (to < from) return say("controls.daysTurnedRound");
  return from <= period.to && period.from <= to ? say("controls.comparedOverlap") : null;
}

function noDays({ from, to }: { from: string; to: string }, say: ScreenWords["say"]): string | null {
  if (from === "" || to === "") return say("controls.bothDays");
  if (!isDay(from)) return say("controls.firstDayIsNone");
  return isDay(to) ? null : say("controls.lastDayIsNone");
}
