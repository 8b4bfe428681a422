// Every segmentation by its id, in the order of the menu, and how its segments are listed; their words are in
// row-words.server.ts.
import { discountUse, lifecycle, orderCount, returns, rfm, spendTier } from "./segmentations/behaviour.ts";
import {
  channel,
  country,
  firstOrderMonth,
  firstOrderQuarter,
  firstOrderYear,
  firstProduct,
  firstType,
  firstVendor,
} from "./segmentations/first-order.ts";
import { b2b, emailConsent, language, subscription, webOrPos } from "./segmentations/kind.ts";
import {
  FIRST_TIME,
  GUEST,
  isPresent,
  NO_ORDER,
  OTHER,
  type Segmentation,
  TOTAL,
  UNGROUPED,
  UNKNOWN,
} from "./segmentations/segmentation.ts";

export { FIRST_TIME, GUEST, NO_ORDER, TOTAL, UNGROUPED, type Segmentation };

export const segmentations = {
  rfm,
  lifecycle,
  order_count: orderCount,
  spend_tier: spendTier,
  discount_use: discountUse,
  returns,
  country,
  channel,
  first_order_year: firstOrderYear,
  first_order_quarter: firstOrderQuarter,
  first_order_month: firstOrderMonth,
  first_product: firstProduct,
  first_type: firstType,
  first_vendor: firstVendor,
  b2b,
  subscription,
  language,
  web_or_pos: webOrPos,
  email_consent: emailConsent,
} satisfies Record<string, Segmentation>;

export type SegmentationId = keyof typeof segmentations;

/** The rows that stand beside segments, whatever these are by. */
type FixedRow = "first_time" | "none" | "ungrouped" | "guest";

/** Of what a list of segments holds. */
export type ListedName =
  | { fixed: FixedRow }
  /** `spelled`: as the shop itself writes it. */
  | { by: SegmentationId; segment: string; spelled?: string };

export function segmentationOf(id: SegmentationId): Segmentation {
  return segmentations[id];
}

/** True where segments are by what has only a present, whatever the instant. */
export const isOfToday = (segmentation: Segmentation): boolean =>
  segmentation.kind === "ruled" && (segmentation.reads ?? []).some(isPresent);

/** A segment's id as the statements know it, however an address writes it. */
export function segmentIdOf(id: SegmentationId, given: string): string {
  const segmentation = segmentationOf(id);
  const reserved = [TOTAL, FIRST_TIME, NO_ORDER, UNGROUPED, GUEST].some((row) => row.id === given);
  if (segmentation.kind !== "valued" || segmentation.fold === undefined) return given;
  return reserved || given === OTHER || given === UNKNOWN ? given : segmentation.fold(given);
}

/** How the shop itself spells the values of a segmentation. */
export type Written = ReadonlyMap<string, string>;

export interface Listed {
  id: string;
  name: ListedName;
}

/** The segments in order: as declared, or by members (years: newest first) with the rest and the unknown last. */
export function listed(by: SegmentationId, members: ReadonlyMap<string, number>, written: Written): Listed[] {
  const segmentation = segmentationOf(by);
  const named = (segment: string): Listed => ({ id: segment, name: segmentName(by, segment, written) });
  if (segmentation.kind === "ruled") {
    const isGrouped = segmentation.segments.some(({ id }) => (members.get(id) ?? 0) > 0);
    return segmentation.minimum === undefined || isGrouped
      ? segmentation.segments.map(({ id }) => named(id))
      : [{ id: UNGROUPED.id, name: { fixed: UNGROUPED.id } }];
  }
  const rank = (id: string) => (id === UNKNOWN ? 2 : id === OTHER ? 1 : 0);
  const count = (id: string) => members.get(id) ?? 0;
  const byText = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);
  const others: readonly string[] = [FIRST_TIME.id, NO_ORDER.id, GUEST.id];
  return [...members.keys()]
    .filter((id) => !others.includes(id))
    .sort((a, b) => {
      if (rank(a) !== rank(b)) return rank(a) - rank(b);
      return segmentation.order === "newest" ? byText(b, a) : count(b) - count(a) || byText(a, b);
    })
    .map(named);
}

/** What a segment is called: in the shop's own spelling where that is known. */
export function segmentName(by: SegmentationId, segment: string, written: Written): ListedName {
  const spelled = segment === OTHER || segment === UNKNOWN ? undefined : written.get(segment);
  return { by, segment, ...(spelled === undefined ? {} : { spelled }) };
}
