// Every segmentation, declared once: an ordered list over what is known of a customer at an instant. The first match
// wins and the last segment catches the rest, so segments never overlap and always cover every customer with an order.
import type { DimensionId } from "./facts/fact.ts";
import { channelInSql, channelName, channelOf, countryInSql, countryName, countryOf } from "./names.ts";

/** Columns of `customer_history`, the state at the start of a day: what a segment's rule may speak of. */
type Fact = "orders" | "net" | "first_day" | "last_day" | "first_channel" | "first_country";

export interface Segment {
  id: string;
  label: string;
  description: string;
  /** SQL over facts and scores; the last segment's is TRUE. */
  when: string;
  /** Of a segment by scores: from which to which r, and f and m together, it holds. */
  ranks?: { r: Bounds; fm: Bounds };
}

export type Bounds = readonly [number, number];

const span = ([from, to]: Bounds, highest: number) =>
  from === to ? String(from) : to === highest ? `${from} or more` : `${from} to ${to}`;

/** A group of the RFM grid: r within its bounds, and f + m within theirs. */
function ranked(id: string, label: string, r: Bounds, fm: Bounds): Segment {
  return {
    id,
    label,
    description: `Recency ${span(r, 5)} of 5; frequency and spend together ${span(fm, 10)} of 10.`,
    when: `r BETWEEN ${r[0]} AND ${r[1]} AND f + m BETWEEN ${fm[0]} AND ${fm[1]}`,
    ranks: { r, fm },
  };
}

interface Common {
  label: string;
  description: string;
}

/**
 * A score of 1 to 5 by mid-rank among the customers with an order: 1 + ⌊5 × (number below + ½ number equal) ÷ n⌋, so that
 * equal values share a score and a value that all share is in the middle.
 */
export interface Score {
  /** What is ranked; larger is better. */
  fact: Fact;
  /** Held to the shop's own rhythm: days silent up to the median gap between purchases are at least a 4, beyond the 90 % quantile at most a 3. */
  rhythm?: true;
  /** The value that is a 1 whatever its rank. */
  lowest?: number;
}

/** Rules written by us. */
export interface RuledSegmentation extends Common {
  kind: "ruled";
  /** Scores a rule may speak of. */
  scores: Readonly<Record<string, Score>>;
  /** Groups are made by how long ago customers ordered. */
  byRecency?: true;
  /** Below so many customers with an order, or days since the first one, ranks say nothing and nobody is grouped. */
  minimum?: { customers: number; days: number };
  segments: readonly Segment[];
}

/** One segment for each value found in the shop's data. */
export interface ValuedSegmentation extends Common {
  kind: "valued";
  /** The fact of a customer whose values they are, and in SQL what of a column makes them. */
  fact: Fact;
  valueIn: (column: string) => string;
  /** Whose values other facts carry as well. */
  dimension?: DimensionId;
  /** The same of a value as somebody else writes it, in an address for instance. */
  fold?: (value: string) => string;
  /** How many values get a segment of their own; the rest is "other". By today's members, so that ids stay the same when the period changes. */
  limit: number;
  order: "members" | "newest";
  valueLabel: (value: string) => string;
  otherLabel: string;
}

export type Segmentation = RuledSegmentation | ValuedSegmentation;

export const FIRST_TIME = {
  id: "first_time",
  label: "First-time buyers",
  description:
    "Customers who had not ordered when the groups were made and ordered in the period. They belong to no group yet, so that there are no figures per customer of the group.",
} as const;

export const NO_ORDER = {
  id: "none",
  label: "Not bought yet",
  description: "Customers who had not ordered when the groups were made, and did not in the period.",
} as const;

/** Holds every customer with an order where a segmentation groups nobody. */
export const UNGROUPED = {
  id: "ungrouped",
  label: "Customers who had ordered",
  description:
    "All customers with an order by then: there are too few, or too short a history, to group them.",
} as const;

export const GUEST = {
  id: "guest",
  label: "Guest orders",
  description:
    "Orders without a customer record. Each counts on its own; they are in no figure per customer.",
} as const;

export const TOTAL = { id: "total", label: "All customers" } as const;

/** Who is not in the segment within which a question is asked. */
export const OUTSIDE = { id: "outside" } as const;

/** Who is in a set, and who else had ordered by then. */
export const IN_SET = { id: "in" } as const;
export const NOT_IN_SET = { id: "others", label: "Everyone else" } as const;

/** Ids of the segments that catch what a value-based segmentation does not name. */
export const OTHER = "other";
export const UNKNOWN = "unknown";

export const segmentations = {
  rfm: {
    kind: "ruled",
    label: "Recency, frequency, spend (RFM)",
    description:
      "How recently (R), how often (F) and for how much (M) customers bought, each scored 1 to 5 by rank within the shop; recency is held to the shop's own rhythm, and one order is always an F of 1. Groups are relative: their sizes cannot show that the whole shop grows or shrinks.",
    scores: {
      r: { fact: "last_day", rhythm: true },
      f: { fact: "orders", lowest: 1 },
      m: { fact: "net" },
    },
    byRecency: true,
    minimum: { customers: 50, days: 90 },
    segments: [
      ranked("champions", "Champions", [5, 5], [7, 10]),
      ranked("loyal", "Loyal", [3, 4], [7, 10]),
      ranked("active", "Active", [4, 5], [5, 6]),
      ranked("new", "New", [5, 5], [2, 4]),
      ranked("promising", "Promising", [4, 4], [2, 4]),
      ranked("needs_attention", "Needs attention", [3, 3], [2, 6]),
      ranked("previously_loyal", "Previously loyal", [1, 2], [9, 10]),
      ranked("at_risk", "At risk", [1, 2], [7, 8]),
      ranked("almost_lost", "Almost lost", [2, 2], [2, 6]),
      { ...ranked("dormant", "Dormant", [1, 1], [2, 6]), when: "TRUE" },
    ],
  },
  order_count: {
    kind: "ruled",
    label: "Number of orders",
    description: "How many orders customers had placed.",
    scores: {},
    segments: [
      { id: "1", label: "1 order", description: "Customers with exactly 1 order.", when: "orders = 1" },
      { id: "2", label: "2 orders", description: "Customers with exactly 2 orders.", when: "orders = 2" },
      { id: "3", label: "3 orders", description: "Customers with exactly 3 orders.", when: "orders = 3" },
      { id: "4-5", label: "4–5 orders", description: "Customers with 4 or 5 orders.", when: "orders <= 5" },
      {
        id: "6-10",
        label: "6–10 orders",
        description: "Customers with 6 to 10 orders.",
        when: "orders <= 10",
      },
      {
        id: "11-plus",
        label: "11 or more orders",
        description: "Customers with 11 or more orders.",
        when: "TRUE",
      },
    ],
  },
  country: {
    kind: "valued",
    label: "Country of first order",
    description: "The country of a customer's first order.",
    fact: "first_country",
    valueIn: countryInSql,
    dimension: "country",
    fold: countryOf,
    limit: 12,
    order: "members",
    valueLabel: (value) => countryName(value, "en"),
    otherLabel: "Other countries",
  },
  channel: {
    kind: "valued",
    label: "Channel of first order",
    description: "The sales channel of a customer's first order.",
    fact: "first_channel",
    valueIn: channelInSql,
    dimension: "channel",
    fold: channelOf,
    limit: 12,
    order: "members",
    valueLabel: channelName,
    otherLabel: "Other channels",
  },
  first_order_year: {
    kind: "valued",
    label: "Year of first order",
    description: "The year of a customer's first order.",
    fact: "first_day",
    valueIn: (day) => `CAST(CAST(date_part('year', ${day}) AS INTEGER) AS VARCHAR)`,
    limit: 15,
    order: "newest",
    valueLabel: (value) => value,
    otherLabel: "Earlier",
  },
} satisfies Record<string, Segmentation>;

export type SegmentationId = keyof typeof segmentations;

export function segmentationOf(id: SegmentationId): Segmentation {
  return segmentations[id];
}

/** A segment's id as the statements know it, however an address writes it. */
export function segmentIdOf(id: SegmentationId, given: string): string {
  const segmentation = segmentationOf(id);
  const reserved = [TOTAL, FIRST_TIME, NO_ORDER, UNGROUPED, GUEST].some((row) => row.id === given);
  if (segmentation.kind !== "valued" || segmentation.fold === undefined) return given;
  return reserved || given === OTHER || given === UNKNOWN ? given : segmentation.fold(given);
}

/** The label of a segment of a value-based segmentation. */
export function valueLabelOf(segmentation: ValuedSegmentation, id: string): string {
  if (id === OTHER) return segmentation.otherLabel;
  return id === UNKNOWN ? "Unknown" : segmentation.valueLabel(id);
}

export interface Listed {
  id: string;
  label: string;
  description: string;
}

/** The segments in order: as declared, or by members (years: newest first) with the rest and the unknown last. */
export function listed(segmentation: Segmentation, members: ReadonlyMap<string, number>): Listed[] {
  if (segmentation.kind === "ruled") {
    const isGrouped = segmentation.segments.some(({ id }) => (members.get(id) ?? 0) > 0);
    return segmentation.minimum === undefined || isGrouped ? [...segmentation.segments] : [UNGROUPED];
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
    .map((id) => {
      const label = valueLabelOf(segmentation, id);
      return { id, label, description: `${segmentation.label}: ${label}.` };
    });
}
