// What a page, a file or the API groups by: the cut behind its name, and what has to be said of the rows.
import type { Answer } from "../kpis/answer.ts";
import { type CutId, isOrderCutId } from "../kpis/cuts/choices.ts";
import type { Cut, NamedSet, SegmentRef } from "../kpis/cuts/cut.ts";
import { tagSets } from "../kpis/cuts/tags.server.ts";
import type { ShopView } from "../warehouse/warehouse.server.ts";
import { type Reader, say } from "../words/words.server.ts";
import type { Asked } from "./address.ts";
import { membershipSentence } from "./toolbar.ts";

/** @param sets in place of what the name stands for */
export async function cutFor(
  view: ShopView,
  id: CutId,
  { sets = null, within = null }: { sets?: readonly NamedSet[] | null; within?: SegmentRef | null } = {},
): Promise<Cut> {
  const inside = within === null ? {} : { within };
  if (sets !== null) return { of: "sets", sets, ...inside };
  if (id === "tags") return { of: "sets", sets: await tagSets(view), ...inside };
  return isOrderCutId(id) ? { of: "orders", by: id, ...inside } : { of: "customers", by: id, ...inside };
}

/** When rows were made, and whether they add up. */
export function rowsSentence(
  asked: Pick<Asked, "segmentation" | "membersAt" | "period">,
  { membersOn }: Pick<Answer, "membersOn">,
  place: Reader,
): string {
  if (isOrderCutId(asked.segmentation)) return say(place, "membership.orders");
  if (asked.segmentation === "tags") return say(place, "membership.tags");
  return membershipSentence(asked.segmentation, asked.membersAt, membersOn, asked.period, place);
}
