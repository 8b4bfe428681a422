// A segment's figures beside everyone else's, in words.
import type { Against } from "../kpis/against.server.ts";
import type { KpiCell } from "../kpis/answer.ts";
import { type KpiId, kpis } from "../kpis/catalogue.ts";
import { MIN_CUSTOMERS } from "../kpis/estimates/gates.ts";
import { changeText, reasonText, verdictText } from "../kpis/figure-words.server.ts";
import { formatValue } from "../kpis/format.ts";
import { say } from "../words/words.server.ts";
import type { ChangeView, Place } from "./wording.server.ts";

export interface AgainstView {
  /** Everyone else's figure. */
  value: string;
  /** What the segment's is above it; null where they are not held against each other. */
  difference: ChangeView | null;
  /** Why it is not judged. */
  unjudged: string | null;
}

/** By KPI; null where the segment is none that has everyone else beside it. */
export function againstViews(
  { segments }: Against,
  segment: string,
  place: Place,
): ReadonlyMap<KpiId, AgainstView> | null {
  const row = segments.find(({ id }) => id === segment);
  if (row === undefined) return null;
  return new Map(
    (Object.keys(row.cells) as KpiId[]).map((id) => [
      id,
      againstView(id, row.cells[id], row.others[id], place),
    ]),
  );
}

function againstView(id: KpiId, cell: KpiCell, rest: KpiCell, place: Place): AgainstView {
  const { unit, better } = kpis[id];
  const { change } = cell;
  const value = formatValue(rest.value, unit, place);
  if (change === null) return { value, difference: null, unjudged: null };
  const unjudged = change.reason === null ? null : unjudgedText(id, cell, rest, place);
  if (change.absolute === null) return { value, difference: null, unjudged };
  // From 0 a difference is no percentage, and nothing is new.
  const told = rest.value === 0 ? { ...cell, previous: null } : cell;
  const isJudged = change.verdict === "noise" || change.verdict === "more_than_noise";
  const verdict = isJudged ? verdictText(told, id, place, "difference") : unjudged;
  const direction = change.absolute === 0 ? "flat" : change.absolute > 0 ? "up" : "down";
  const amount = changeText(told, unit, place, "never");
  const said =
    direction === "flat" ? say(place, "against.flat") : say(place, `against.${direction}`, { amount });
  const weight =
    change.verdict === "noise" || change.verdict === "more_than_noise" ? change.verdict : "unjudged";
  return {
    value,
    difference: {
      ...{ direction, weight, verdict, isNew: false },
      text: changeText(told, unit, place),
      spoken: verdict === null ? said : say(place, "spoken.judged", { change: said, verdict }),
      better: weight === "more_than_noise" && direction !== "flat" && better === direction,
    },
    unjudged,
  };
}

/** Too few may be here or there. */
function unjudgedText(id: KpiId, cell: KpiCell, rest: KpiCell, place: Place): string | null {
  const reason = cell.change?.reason ?? null;
  if (reason === null) return null;
  if (reason !== "too_few" || cell.n < MIN_CUSTOMERS) return reasonText(place, reason, { kpi: id, cell });
  return rest.n < MIN_CUSTOMERS
    ? say(place, "against.tooFewElse", { n: rest.n, needed: MIN_CUSTOMERS })
    : say(place, "against.tooFewEvents");
}

/** Which differences were judged together; null where none was. */
export function againstSentence({ families }: Against, place: Place): string | null {
  const judged = families.reduce((sum, each) => sum + each.judged, 0);
  const found = families.reduce((sum, each) => sum + each.found, 0);
  return judged === 0 ? null : say(place, "against.judged", { judged, found });
}
