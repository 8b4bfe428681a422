// What a set of customers is made of, as data: known only when a question is asked, so that it is checked where it enters and
// compiled like our own declarations. Sets overlap; what is not in one is "everyone else".
import { z } from "zod";
import { segmentationOf, segmentations, type SegmentationId } from "../segmentations.ts";

const MOST_DEEP = 4;
const MOST_CONDITIONS = 50;
const MOST_DAYS = 3_660;

const whole = z.int().min(-1e15).max(1e15);
const days = z.int().min(0).max(MOST_DAYS);
const text = z.string().min(1).max(255);

/** Between bounds, each of them within. */
const bounds = { atLeast: whole.optional(), atMost: whole.optional() };

const leaf = z.union([
  /** Shopify's tag of today, in whichever case it is written. */
  z.strictObject({ tag: text }),
  /** What a customer had come to by the instant: orders, or net sales in the currency's minor unit. */
  z.strictObject({ had: z.enum(["orders", "net"]), ...bounds }),
  /** Days from the customer's first or last order to the instant. */
  z.strictObject({
    since: z.enum(["first_day", "last_day"]),
    atLeast: days.optional(),
    atMost: days.optional(),
  }),
  /** Orders placed in so many days before the instant. */
  z.strictObject({ ordered: days.min(1), ...bounds }),
  z.strictObject({
    segmentation: z.enum(Object.keys(segmentations) as [SegmentationId, ...SegmentationId[]]),
    segment: text,
  }),
]);

type Leaf = z.infer<typeof leaf>;
export type Rule = Leaf | { all: Rule[] } | { any: Rule[] } | { not: Rule };

const tree: z.ZodType<Rule> = z.lazy(() =>
  z.union([
    leaf,
    z.strictObject({ all: z.array(tree).min(1).max(MOST_CONDITIONS) }),
    z.strictObject({ any: z.array(tree).min(1).max(MOST_CONDITIONS) }),
    z.strictObject({ not: tree }),
  ]),
);

const depthOf = (rule: Rule): number =>
  "all" in rule || "any" in rule || "not" in rule ? 1 + Math.max(...partsOf(rule).map(depthOf)) : 1;

function partsOf(rule: Rule): readonly Rule[] {
  if ("all" in rule) return rule.all;
  if ("any" in rule) return rule.any;
  return "not" in rule ? [rule.not] : [];
}

/** The conditions of a rule, without what joins them. */
export function leavesOf(rule: Rule): Leaf[] {
  if ("all" in rule || "any" in rule || "not" in rule) return partsOf(rule).flatMap(leavesOf);
  return [rule];
}

function isDeclared(rule: Leaf): boolean {
  if (!("segment" in rule)) return true;
  const declared = segmentationOf(rule.segmentation);
  return declared.kind !== "ruled" || declared.segments.some(({ id }) => id === rule.segment);
}

export const ruleSchema = tree
  .refine((rule) => depthOf(rule) <= MOST_DEEP, `Conditions may be nested ${MOST_DEEP} deep.`)
  .refine(
    (rule) => leavesOf(rule).length <= MOST_CONDITIONS,
    `A rule may have ${MOST_CONDITIONS} conditions.`,
  )
  .refine((rule) => leavesOf(rule).every(isDeclared), "There is no such segment.");

/** What is known only of today, whichever instant is asked for. */
export const isOfToday = (rule: Rule): boolean => leavesOf(rule).some((each) => "tag" in each);
