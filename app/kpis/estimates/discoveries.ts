// Many changes judged at once: which are called more than chance, so that few of those called so are chance, and how far
// the ranges beside them reach. Pure.
import { normalPoint } from "./distributions.ts";

/** Of the changes that are called unlikely to be chance, at most this part is expected to be chance. */
export const FALSE_DISCOVERIES = 0.05;

/** Segments that share no customer, or sets that may: what is true of one is then true of others too. */
export type Between = "apart" | "overlapping";

/** What overlapping costs: 1 + 1/2 + … + 1/m. Benjamini & Yekutieli (2001), Ann. Stat. 29:1165. */
const costOf = (between: Between, count: number): number =>
  between === "apart"
    ? 1
    : Array.from({ length: count }, (_, index) => 1 / (index + 1)).reduce((a, b) => a + b, 0);

/**
 * The rate of false discoveries at which each would just be called one, in the order given.
 * Benjamini & Hochberg (1995), J. R. Stat. Soc. B 57:289.
 */
export function adjusted(pValues: readonly number[], between: Between): number[] {
  const cost = costOf(between, pValues.length);
  const order = pValues.map((_, index) => index).sort((a, b) => (pValues[b] ?? 0) - (pValues[a] ?? 0));
  const result = pValues.map(() => 1);
  let least = 1;
  for (const [place, index] of order.entries()) {
    const rank = pValues.length - place;
    least = Math.min(least, ((pValues[index] ?? 1) * pValues.length * cost) / rank);
    result[index] = least;
  }
  return result;
}

export interface Judged {
  /** Of each, whether it is called more than chance. */
  found: boolean[];
  /**
   * The level of the ranges beside the verdicts. Those of what is found then miss in at most 5 of 100 cases on average, and leave
   * out 0; those of the others hold it. Benjamini & Yekutieli (2005), J. Am. Stat. Assoc. 100:71.
   */
  level: number;
  /** The same as a point of the normal distribution. */
  z: number;
}

export function judge(pValues: readonly number[], between: Between, rate = FALSE_DISCOVERIES): Judged {
  const found = adjusted(pValues, between).map((p) => p <= rate);
  const count = Math.max(1, found.filter(Boolean).length);
  const missed = (rate * count) / (Math.max(1, pValues.length) * costOf(between, pValues.length || 1));
  return { found, level: 1 - missed, z: normalPoint(missed / 2) };
}
