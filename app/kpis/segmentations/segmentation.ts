// What a segmentation is: an ordered list over what is known of a customer at an instant. The first match wins and the last
// segment catches the rest, so segments never overlap and always cover every customer with an order.
import type { Period } from "../period.ts";
import type { Column, DimensionId, Span } from "../facts/fact.ts";

/** Columns of `customer_history`, the state at the start of a day: what a segment's rule may speak of. */
type Held = Exclude<Column<"customer_history">, "customer_id" | "from_day" | "to_day">;
/** Columns of a customer's record, of which only today's are known. */
type Present = "email_consent";
export type Fact = Held | Present;

const PRESENT: readonly Fact[] = ["email_consent"] satisfies Present[];
export const isPresent = (fact: Fact): boolean => PRESENT.includes(fact);

export interface Segment {
  id: string;
  /** SQL over facts and scores; the last segment's is TRUE. */
  when: string;
  /** Of a segment by scores: from which to which r, and f and m together, it holds. */
  ranks?: { r: Bounds; fm: Bounds };
  /** Of a segment by silence: of how many orders, and for how long there was none. */
  silence?: Silence;
  /** Of a segment by one score: which one. */
  tier?: number;
  /** Its customers have ordered once by the instant. */
  once?: true;
}

export interface Silence extends Span {
  orders: "one" | "more" | "any";
}

export type Bounds = readonly [number, number];

/** Under which heading a segmentation stands where one is chosen. */
export type Family = "behaviour" | "first_order" | "kind";

interface Common {
  family: Family;
}

/**
 * A score by mid-rank among the customers with an order: 1, and 1 more for each cut that (number below + ½ number equal) ÷ n
 * reaches, so that equal values share a score and a value that all share is in the middle.
 */
export interface Score {
  /** What is ranked; larger is better. */
  fact: "last_day" | "orders" | "net";
  /** In per cent of the customers. */
  cuts: readonly number[];
  /** Held to the shop's own rhythm: days silent up to the median gap between purchases are at least a 4, beyond the 90 % quantile at most a 3. */
  rhythm?: true;
  /** The value that is a 1 whatever its rank. */
  lowest?: number;
}

/** How a value is made a name: it is one, it is folded words, or what it stands for has a name of its own. */
export type Called =
  "itself" | "words" | "country" | "channel" | "language" | "quarter" | "month" | "product";

/** Rules written by us. */
export interface RuledSegmentation extends Common {
  kind: "ruled";
  /** Scores a rule may speak of. */
  scores: Readonly<Record<string, Score>>;
  /** Rules may speak of `days` since the last order, and of the shop's rhythm. */
  rhythm?: true;
  /** Facts that rules speak of, beside orders, net sales and the first and last day. */
  reads?: readonly Fact[];
  /** Below so many customers with an order, or days since the first one, ranks say nothing and nobody is grouped. */
  minimum?: { customers: number; days: number };
  segments: readonly Segment[];
}

/** One segment for each value found in the shop's data. */
export interface ValuedSegmentation extends Common {
  kind: "valued";
  /** The fact of a customer whose values they are, and in SQL what of a column makes them. */
  fact: Held;
  valueIn: (column: string) => string;
  /** Whose values other facts carry as well. */
  dimension?: DimensionId;
  /** The same of a value as somebody else writes it, in an address for instance. */
  fold?: (value: string) => string;
  /** Where values stand for the first order's days: which. Null of what names none. */
  days?: (value: string) => Period | null;
  /** How many values get a segment of their own; the rest is "other". By today's members, so that ids stay the same when the period changes. */
  limit: number;
  order: "members" | "newest";
  /** How a value is called, where the shop's own spelling is not known. */
  called: Called;
  /** Query (value, label) of how the shop spells its values; needs the CTE of namedValues. */
  written?: (valueIn: (column: string) => string) => string;
}

export type Segmentation = RuledSegmentation | ValuedSegmentation;

/** Customers who had not ordered by the instant and did in the period. */
export const FIRST_TIME = { id: "first_time" } as const;
/** Customers who had not ordered by the instant, and did not in the period. */
export const NO_ORDER = { id: "none" } as const;
/** Holds every customer with an order where a segmentation groups nobody. */
export const UNGROUPED = { id: "ungrouped" } as const;
export const GUEST = { id: "guest" } as const;
export const TOTAL = { id: "total" } as const;

/** Who is not in the segment within which a question is asked. */
export const OUTSIDE = { id: "outside" } as const;

/** Who is in a set, and who else had ordered by then. */
export const IN_SET = { id: "in" } as const;
export const NOT_IN_SET = { id: "others" } as const;

/** Ids of the segments that catch what a value-based segmentation does not name. */
export const OTHER = "other";
export const UNKNOWN = "unknown";
