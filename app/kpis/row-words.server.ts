// What rows of an answer, and what they are cut by, are called and are. A segmentation, a segment or a group of orders without
// words does not compile.
import { type Reader, say } from "../words/words.server.ts";
import type { RowName } from "./answer.ts";
import { type CutGroup, type CutId, isOrderCutId } from "./cuts/choices.ts";
import { orderCutOf, type orderCuts, type OrderCutId } from "./cuts/orders.ts";
import { type ListedName, segmentationOf, type SegmentationId, type segmentations } from "./segmentations.ts";
import { type Bounds, OTHER, UNKNOWN } from "./segmentations/segmentation.ts";
import { valueName } from "./value-names.server.ts";

/** "Lifecycle", "Channel of the order". */
export const cutLabel = (place: Reader, id: CutId): string => say(place, `cutLabel.${id}`);
export const cutHelp = (place: Reader, id: CutId): string => say(place, `cutHelp.${id}`);
export const cutGroupLabel = (place: Reader, group: CutGroup): string => say(place, `cutGroup.${group}`);

type Segmentations = typeof segmentations;
type OrderCuts = typeof orderCuts;
type SegmentsOf<S> = S extends { segments: readonly (infer Segment)[] } ? Segment : never;
type GroupsOf<C> = C extends { groups: readonly (infer Group)[] } ? Group : never;
type IdIn<T> = T extends { id: infer Id extends string } ? Id : never;

/** "rfm.champions", "order_place.pos". */
type RuledId =
  | { [S in SegmentationId]: `${S}.${IdIn<SegmentsOf<Segmentations[S]>>}` }[SegmentationId]
  | { [C in OrderCutId]: `${C}.${IdIn<GroupsOf<OrderCuts[C]>>}` }[OrderCutId];
/** Of segments that are not told by their ranks. */
type ToldId = {
  [S in SegmentationId]: `${S}.${IdIn<Exclude<SegmentsOf<Segmentations[S]>, { ranks: unknown }>>}`;
}[SegmentationId];
type ValuedId =
  | { [S in SegmentationId]: Segmentations[S] extends { kind: "valued" } ? S : never }[SegmentationId]
  | { [C in OrderCutId]: OrderCuts[C] extends { kind: "valued" } ? C : never }[OrderCutId];

interface Segment {
  by: SegmentationId | OrderCutId;
  segment: string;
  spelled?: string;
}

const declaredOf = (by: SegmentationId | OrderCutId) =>
  isOrderCutId(by) ? orderCutOf(by) : segmentationOf(by);

function segmentLabel(place: Reader, { by, segment, spelled }: Segment): string {
  const declared = declaredOf(by);
  // A row's id is one of those declared, and a segmentation by values is among those of them.
  if (declared.kind === "ruled") return say(place, `segment.${`${by}.${segment}` as RuledId}`);
  if (segment === OTHER) return say(place, `otherSegments.${by as ValuedId}`);
  if (segment === UNKNOWN) return say(place, "row.unknown");
  return spelled ?? valueName(place, declared.called, segment);
}

/** What a row is called. */
export function rowLabel(place: Reader, name: RowName): string {
  if ("own" in name) return name.own;
  return "fixed" in name ? say(place, `row.${name.fixed}`) : segmentLabel(place, name);
}

/** Who is in a row. */
export function rowHelp(place: Reader, name: ListedName): string {
  if ("fixed" in name) return say(place, `rowHelp.${name.fixed}`);
  const { by, segment } = name;
  const declared = segmentationOf(by);
  if (declared.kind === "valued")
    return say(place, "rowHelp.ofValue", { cut: cutLabel(place, by), value: rowLabel(place, name) });
  const { ranks } = declared.segments.find(({ id }) => id === segment) ?? {};
  return ranks === undefined
    ? say(place, `segmentHelp.${`${by}.${segment}` as ToldId}`)
    : say(place, "rowHelp.ofRanks", {
        recency: boundsText(place, ranks.r, 5),
        together: boundsText(place, ranks.fm, 10),
      });
}

function boundsText(place: Reader, [from, to]: Bounds, highest: number): string {
  if (from === to) return String(from);
  return to === highest
    ? say(place, "rowHelp.orMore", { from: String(from) })
    : say(place, "rowHelp.between", { from: String(from), to: String(to) });
}
