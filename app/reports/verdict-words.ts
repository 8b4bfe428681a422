// What a page says of its verdicts: which changes were judged together, how many of them are unlikely to be chance, and how
// many of such verdicts are expected to be wrong.
import type { Answer } from "../kpis/answer.ts";
import type { CutId } from "../kpis/cuts/choices.ts";
import { FALSE_DISCOVERIES } from "../kpis/estimates/discoveries.ts";
import { kpisListed } from "../kpis/kpi-words.server.ts";
import { cutLabel } from "../kpis/row-words.server.ts";
import { say } from "../words/words.server.ts";
import { type Place, shareText } from "./wording.server.ts";

/** Null where nothing is judged. */
export function verdictsSentence(answer: Answer, by: CutId, place: Place): string | null {
  const families = answer.families.filter(({ judged }) => judged > 0);
  const [first, ...others] = families.toSorted((a, b) => b.kpis.length - a.kpis.length);
  if (first === undefined) return null;
  const { judged, found } = first;
  const told = [
    say(place, "verdicts.together", {
      cut: cutLabel(place, by),
      kpis: kpisListed(place, first.kpis),
      judged,
      found,
    }),
    ...(others.length === 0
      ? []
      : [
          say(place, "verdicts.others", {
            judged: others.reduce((sum, each) => sum + each.judged, 0),
            found: others.reduce((sum, each) => sum + each.found, 0),
          }),
        ]),
    say(place, "verdicts.wrong", { part: shareText(FALSE_DISCOVERIES, 1, place.locale) }),
  ];
  return told.join(" ");
}
