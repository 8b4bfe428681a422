// Customers by what they did so far: how recently, how often and for how much they bought, by discounts, and what came back.
import type { Bounds, RuledSegmentation, Segment, Silence } from "./segmentation.ts";

const FIFTHS = [20, 40, 60, 80];

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

const SILENCE: Readonly<Record<Silence["orders"], { words: string; when: string }>> = {
  one: { words: "1 order", when: "orders = 1 AND " },
  more: { words: "2 or more orders, the last", when: "" },
  any: { words: "Last order", when: "" },
};
const RHYTHM = { g50: "the shop's usual gap", g90: "its long gap", "2 * g90": "twice its long gap" } as const;

/** A stage of life, after which only longer silences follow; "more" comes after "one" has taken its own. */
function stage(id: string, label: string, silence: Silence): Segment {
  const { orders, beyond, upTo } = silence;
  const { words, when } = SILENCE[orders];
  const ago =
    upTo === null
      ? `more than ${RHYTHM[beyond ?? "g90"]} ago`
      : beyond === null
        ? `at most ${RHYTHM[upTo]} ago`
        : `more than ${RHYTHM[beyond]} and at most ${RHYTHM[upTo]} ago`;
  return {
    id,
    label,
    description: `${words} ${ago}.`,
    when: upTo === null ? "TRUE" : `${when}days <= ${upTo}`,
    silence,
  };
}

/** Of whom the sums of older orders do not tell it. */
const notKnown = (fact: NonNullable<RuledSegmentation["reads"]>[number]): Segment => ({
  id: "unknown",
  label: "Not known",
  description: "Customers with older orders, for which sums stand that do not tell it.",
  when: `${fact} IS NULL`,
});

export const rfm: RuledSegmentation = {
  kind: "ruled",
  family: "behaviour",
  label: "Recency, frequency, spend (RFM)",
  description:
    "How recently (R), how often (F) and for how much (M) customers bought, each scored 1 to 5 by rank within the shop; recency is held to the shop's own rhythm, and one order is always an F of 1. Groups are relative: their sizes cannot show that the whole shop grows or shrinks.",
  scores: {
    r: { fact: "last_day", cuts: FIFTHS, rhythm: true },
    f: { fact: "orders", cuts: FIFTHS, lowest: 1 },
    m: { fact: "net", cuts: FIFTHS },
  },
  rhythm: true,
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
};

export const lifecycle: RuledSegmentation = {
  kind: "ruled",
  family: "behaviour",
  label: "Lifecycle",
  description:
    "How long customers have been silent, by the shop's own rhythm: half of all gaps between two purchase days are no longer than its usual gap, nine in ten no longer than its long gap (30 and 180 days while fewer than 30 gaps are known). Groups are not relative: when customers fall silent, Overdue and Lost grow.",
  scores: {},
  rhythm: true,
  segments: [
    stage("new", "New", { orders: "one", beyond: null, upTo: "g90" }),
    stage("active", "Active", { orders: "more", beyond: null, upTo: "g50" }),
    stage("due", "Due", { orders: "more", beyond: "g50", upTo: "g90" }),
    stage("overdue", "Overdue", { orders: "any", beyond: "g90", upTo: "2 * g90" }),
    stage("lost", "Lost", { orders: "any", beyond: "2 * g90", upTo: null }),
  ],
};

export const orderCount: RuledSegmentation = {
  kind: "ruled",
  family: "behaviour",
  label: "Number of orders",
  description: "How many orders customers had placed.",
  scores: {},
  segments: [
    { id: "1", label: "1 order", description: "Customers with exactly 1 order.", when: "orders = 1" },
    { id: "2", label: "2 orders", description: "Customers with exactly 2 orders.", when: "orders = 2" },
    { id: "3", label: "3 orders", description: "Customers with exactly 3 orders.", when: "orders = 3" },
    { id: "4-5", label: "4–5 orders", description: "Customers with 4 or 5 orders.", when: "orders <= 5" },
    { id: "6-10", label: "6–10 orders", description: "Customers with 6 to 10 orders.", when: "orders <= 10" },
    {
      id: "11-plus",
      label: "11 or more orders",
      description: "Customers with 11 or more orders.",
      when: "TRUE",
    },
  ],
};

export const spendTier: RuledSegmentation = {
  kind: "ruled",
  family: "behaviour",
  label: "Spend tier",
  description:
    "Net sales so far by rank within the shop: the highest tenth of customers, the fifth below them, and everybody else. Tiers are relative, and the shop's own: Shopify's spend tier is a prediction by a method that it does not publish.",
  scores: { tier: { fact: "net", cuts: [70, 90] } },
  segments: [
    {
      id: "high",
      label: "High",
      description: "The tenth with the highest net sales.",
      when: "tier = 3",
      tier: 3,
    },
    {
      id: "medium",
      label: "Medium",
      description: "The fifth below the highest tenth.",
      when: "tier = 2",
      tier: 2,
    },
    {
      id: "low",
      label: "Low",
      description: "The seven tenths with the lowest net sales.",
      when: "TRUE",
      tier: 1,
    },
  ],
};

export const discountUse: RuledSegmentation = {
  kind: "ruled",
  family: "behaviour",
  label: "Discount use",
  description: "Which of their orders customers had placed with a discount, by a code or without one.",
  scores: {},
  reads: ["discounted", "first_discounted"],
  segments: [
    notKnown("discounted"),
    { id: "never", label: "Never", description: "No order had a discount.", when: "discounted = 0" },
    {
      id: "first_only",
      label: "First order only",
      description: "The first order had a discount, and none since; there may have been no other.",
      when: "discounted = 1 AND first_discounted",
    },
    {
      id: "sometimes",
      label: "Sometimes",
      description: "Some orders had a discount, others not.",
      when: "discounted < orders",
    },
    { id: "always", label: "Always", description: "Each of 2 or more orders had a discount.", when: "TRUE" },
  ],
};

export const returns: RuledSegmentation = {
  kind: "ruled",
  family: "behaviour",
  label: "Returns",
  description:
    "How many of their orders came back at least in part, be it by a return, a refund of goods, a cancellation or an edit.",
  scores: {},
  reads: ["returned", "units", "units_reversed"],
  segments: [
    notKnown("returned"),
    { id: "never", label: "Never", description: "Nothing came back.", when: "returned = 0" },
    {
      id: "some",
      label: "Some",
      description: "Something came back, but of fewer than 3 orders, or less than half of the units.",
      when: "returned < 3 OR 2 * units_reversed < units",
    },
    {
      id: "serial",
      label: "Serial",
      description: "Of 3 or more orders something came back, and half of all units or more.",
      when: "TRUE",
    },
  ],
};
