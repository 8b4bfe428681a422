// What is wrong with two days before they are asked for, in words.
import { formatDay, isDay } from "../../kpis/period.ts";
import type { ScreenWords } from "../../words/screen.ts";

/** Null when the days, both included, can be shown. */
export function periodFault(
  { from, to }: { from: string; to: string },
  today: string,
  { say, language }: Pick<ScreenWords, "say"> & { language: string },
): string | null {
  if (from === "" || to === "") return say("controls.bothDays");
  if (!isDay(from)) return say("controls.firstDayIsNone");
  if (!isDay(to)) return say("controls.lastDayIsNone");
  const latest = { today: formatDay(today, language) };
  if (from > today) return say("controls.firstDayToCome", latest);
  if (to > today) return say("controls.lastDayToCome", latest);
  if (to < from) return say("controls.daysTurnedRound");
  return null;
}
