// At what is looked for findings, as it follows from the declarations: KPIs whose changes of a week are judged, and
// segmentations whose segments no calendar makes larger.
import {
  declarations,
  type KpiId,
  kpiIds,
  kpis,
  segmentationIds,
  type SegmentationId,
} from "../kpis/catalogue.ts";
import { isFollowed } from "../kpis/compile/parts.ts";
import { isOfItsEnd, isOfPresence } from "../kpis/declared.ts";
import { isOfToday, segmentationOf } from "../kpis/segmentations.ts";

function isLookedAt(id: KpiId): boolean {
  const { uncertainty, soFar, outside, recorded, looksBack, coverage, numerator, denominator } = kpis[id];
  const names = [numerator, ...(denominator === null ? [] : [denominator.of])];
  return (
    ["sum", "wilson", "delta", "share"].includes(uncertainty) &&
    !(soFar || looksBack || isOfItsEnd(declarations, id)) &&
    // What is recorded grows with the recording.
    outside.length + recorded.length === 0 &&
    coverage === null &&
    !isOfPresence(declarations, numerator) &&
    !names.some(isFollowed)
  );
}

export const lookedAt: readonly KpiId[] = kpiIds.filter(isLookedAt);

/** Whose segments are as they were at the time, and do not begin or end with a day of the calendar. */
export const lookedBy: readonly SegmentationId[] = segmentationIds.filter((id) => {
  const declared = segmentationOf(id);
  return !isOfToday(declared) && !(declared.kind === "valued" && declared.days !== undefined);
});
