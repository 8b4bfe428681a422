// What the rows of an answer are: segments of customers, groups of orders, or sets of customers that overlap; of the whole shop
// or within one segment. All that it depends on stands in it, so that two questions with the same cut are the same question.
import type { SegmentationId } from "../segmentations.ts";
import type { OrderCutId } from "./orders.ts";
import type { Rule } from "./rule.ts";

/** One segment of a segmentation. */
export interface SegmentRef {
  segmentation: SegmentationId;
  segment: string;
}

export interface NamedSet {
  id: string;
  label: string;
  rule: Rule;
}

export type Cut = (
  | { of: "customers"; by: SegmentationId }
  | { of: "orders"; by: OrderCutId }
  | { of: "sets"; sets: readonly NamedSet[] }
) & { within?: SegmentRef };

/** A segmentation's id alone is a cut by it. */
export type By = SegmentationId | Cut;

export const cutOf = (by: By): Cut => (typeof by === "string" ? { of: "customers", by } : by);

/** So many sets are answered at once. */
export const MOST_SETS = 24;
