// Customers by what they did so far: how recently, how often and for how much they bought, by discounts, and what came back.
import type { Bounds, RuledSegmentation, Silence } from "./segmentation.ts";

const FIFTHS = [20, 40, 60, 80];

/** A group of the RFM grid: r within its bounds, and f + m within theirs. */
const ranked = <const Id extends string>(id: Id, r: Bounds, fm: Bounds) => ({
  id,
  when: `r BETWEEN ${r[0]} AND ${r[1]} AND f + m BETWEEN ${fm[0]} AND ${fm[1]}`,
  ranks: { r, fm },
});

/** A stage of life, after which only longer silences follow; "more" comes after "one" has taken its own. */
const stage = <const Id extends string>(id: Id, silence: Silence) => ({
  id,
  when:
    silence.upTo === null
      ? "TRUE"
      : `${silence.orders === "one" ? "orders = 1 AND " : ""}days <= ${silence.upTo}`,
  silence,
});

/** Of whom the sums of older orders do not tell it. */
const notKnown = (fact: NonNullable<RuledSegmentation["reads"]>[number]) => ({
  id: "unknown" as const,
  when: `${fact} IS NULL`,
});

export const rfm = {
  kind: "ruled",
  family: "behaviour",
  scores: {
    r: { fact: "last_day", cuts: FIFTHS, rhythm: true },
    f: { fact: "orders", cuts: FIFTHS, lowest: 1 },
    m: { fact: "net", cuts: FIFTHS },
  },
  rhythm: true,
  minimum: { customers: 50, days: 90 },
  segments: [
    ranked("champions", [5, 5], [7, 10]),
    ranked("loyal", [3, 4], [7, 10]),
    ranked("active", [4, 5], [5, 6]),
    ranked("new", [5, 5], [2, 4]),
    ranked("promising", [4, 4], [2, 4]),
    ranked("needs_attention", [3, 3], [2, 6]),
    ranked("previously_loyal", [1, 2], [9, 10]),
    ranked("at_risk", [1, 2], [7, 8]),
    ranked("almost_lost", [2, 2], [2, 6]),
    { ...ranked("dormant", [1, 1], [2, 6]), when: "TRUE" },
  ],
} as const satisfies RuledSegmentation;

export const lifecycle = {
  kind: "ruled",
  family: "behaviour",
  scores: {},
  rhythm: true,
  segments: [
    stage("new", { orders: "one", beyond: null, upTo: "g90" }),
    stage("active", { orders: "more", beyond: null, upTo: "g50" }),
    stage("due", { orders: "more", beyond: "g50", upTo: "g90" }),
    stage("overdue", { orders: "any", beyond: "g90", upTo: "2 * g90" }),
    stage("lost", { orders: "any", beyond: "2 * g90", upTo: null }),
  ],
} as const satisfies RuledSegmentation;

export const orderCount = {
  kind: "ruled",
  family: "behaviour",
  scores: {},
  segments: [
    { id: "1", when: "orders = 1", once: true },
    { id: "2", when: "orders = 2" },
    { id: "3", when: "orders = 3" },
    { id: "4-5", when: "orders <= 5" },
    { id: "6-10", when: "orders <= 10" },
    { id: "11-plus", when: "TRUE" },
  ],
} as const satisfies RuledSegmentation;

export const spendTier = {
  kind: "ruled",
  family: "behaviour",
  scores: { tier: { fact: "net", cuts: [70, 90] } },
  segments: [
    { id: "high", when: "tier = 3", tier: 3 },
    { id: "medium", when: "tier = 2", tier: 2 },
    { id: "low", when: "TRUE", tier: 1 },
  ],
} as const satisfies RuledSegmentation;

export const discountUse = {
  kind: "ruled",
  family: "behaviour",
  scores: {},
  reads: ["discounted", "first_discounted"],
  segments: [
    notKnown("discounted"),
    { id: "never", when: "discounted = 0" },
    { id: "first_only", when: "discounted = 1 AND first_discounted" },
    { id: "sometimes", when: "discounted < orders" },
    { id: "always", when: "TRUE" },
  ],
} as const satisfies RuledSegmentation;

export const returns = {
  kind: "ruled",
  family: "behaviour",
  scores: {},
  reads: ["returned", "units", "units_reversed"],
  segments: [
    notKnown("returned"),
    { id: "never", when: "returned = 0" },
    { id: "some", when: "returned < 3 OR 2 * units_reversed < units" },
    { id: "serial", when: "TRUE" },
  ],
} as const satisfies RuledSegmentation;
