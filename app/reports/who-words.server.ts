// Whom a finding is about: in words, and whether they have a page.
import { UnknownSegment } from "../errors.ts";
import type { KeptWeek } from "../findings/findings.server.ts";
import { segmentOf } from "../kpis/member-lists.server.ts";
import type { Period } from "../kpis/period.ts";
import { cutLabel, rowLabel } from "../kpis/row-words.server.ts";
import { segmentationOf, segmentName, TOTAL, type Written } from "../kpis/segmentations.ts";
import { say } from "../words/words.server.ts";
import type { ReportedShop } from "./shop.server.ts";
import type { Place } from "./wording.server.ts";

type Who = Pick<KeptWeek["findings"][number], "by" | "segment">;

/** "Loyal · Lifecycle", "First-time buyers". */
export function whoText(place: Place, { by, segment }: Who, written: Written): string {
  if (by !== null) {
    const name = rowLabel(place, segmentName(by, segment, written));
    return say(place, "found.inCut", { segment: name, cut: cutLabel(place, by) });
  }
  return segment === TOTAL.id
    ? say(place, "found.whole")
    : rowLabel(place, { fixed: segment === "guest" ? "guest" : "first_time" });
}

/** Segments by values are those that many customers have today: one may have become part of all others. */
export async function hasPage(
  { view }: ReportedShop,
  { by, segment, from, to }: Who & Period,
): Promise<boolean> {
  if (by === null) return false;
  if (segmentationOf(by).kind === "ruled") return true;
  try {
    await segmentOf(view, by, segment, { on: from, until: to });
    return true;
  } catch (error) {
    if (error instanceof UnknownSegment) return false;
    throw error;
  }
}
