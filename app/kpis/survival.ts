// Time until something happens, of those of whom it is not known yet for how long it will not: the product-limit estimate.
import { Z } from "./estimates/distributions.ts";
import type { Interval } from "./estimates/ranges.ts";

/** By days since the beginning: to how many it happened then, and how many were followed up to then and no further. */
export interface Times {
  happened: readonly number[];
  censored: readonly number[];
}

export interface Survival {
  /** To what share it has happened within the days. */
  share: number;
  /** Of that share; null where nothing has happened, or to everybody. */
  range: Interval | null;
  variance: number;
  /** To how many it happened within the days, and how many were followed that long. */
  events: number;
  followed: number;
  /** Who was followed for less, without it having happened. */
  open: number;
}

/**
 * The share to whom it has happened within `days`; null where nobody is followed so long, for nothing is extrapolated. What
 * happens on a day comes before the end of following on it. Kaplan & Meier (1958), J. Am. Stat. Assoc. 53:457, with
 * Greenwood's variance and the band that is symmetric in log(−log S).
 */
export function happenedWithin({ happened, censored }: Times, days: number): Survival | null {
  const total = [...happened, ...censored].reduce((sum, count) => sum + count, 0);
  let atRisk = total;
  let [survived, greenwood, events, open] = [1, 0, 0, 0];
  for (let day = 0; day <= days; day++) {
    const [now, left] = [happened[day] ?? 0, censored[day] ?? 0];
    if (now > 0) {
      survived *= 1 - now / atRisk;
      greenwood += now / (atRisk * (atRisk - now));
    }
    events += now;
    atRisk -= now;
    if (day === days) break;
    atRisk -= left;
    open += left;
  }
  // Who was followed to the end of the last day, or to whom it had happened by then.
  if (total === 0 || (atRisk === 0 && survived > 0)) return null;
  const variance = survived === 0 ? 0 : survived ** 2 * greenwood;
  return {
    share: 1 - survived,
    range: bandOf(1 - survived, variance),
    variance,
    events,
    followed: atRisk,
    open,
  };
}

interface LogRank {
  observed: number;
  expected: number;
  chiSquare: number;
}

/**
 * Whether it happens sooner in one group than in another, over all the days that both are followed: how often it happened in the
 * one, how often it would have if both were alike, and chi-square with one degree of freedom. Null where that tells nothing.
 * Mantel (1966), Cancer Chemother. Rep. 50:163; ties by the hypergeometric variance.
 */
export const logRank = (one: Times, other: Times): LogRank | null => stratifiedLogRank([[one, other]]);

/** The same of pairs of groups, each held against its own other alone: what is observed, expected and varies adds up over them. */
export function stratifiedLogRank(pairs: readonly (readonly [Times, Times])[]): LogRank | null {
  let [observed, expected, variance] = [0, 0, 0];
  for (const [one, other] of pairs) {
    const found = ranksOf(one, other);
    observed += found.observed;
    expected += found.expected;
    variance += found.variance;
  }
  return variance === 0 ? null : { observed, expected, chiSquare: (observed - expected) ** 2 / variance };
}

function ranksOf(one: Times, other: Times): Omit<LogRank, "chiSquare"> & { variance: number } {
  const all = ({ happened, censored }: Times) => [...happened, ...censored].reduce((sum, n) => sum + n, 0);
  const last = Math.max(
    ...[one, other].flatMap(({ happened, censored }) => [happened.length, censored.length]),
  );
  let [here, there] = [all(one), all(other)];
  let [observed, expected, variance] = [0, 0, 0];
  for (let day = 0; day < last && here > 0 && there > 0; day++) {
    const [own, others] = [one.happened[day] ?? 0, other.happened[day] ?? 0];
    const [atRisk, events] = [here + there, own + others];
    observed += own;
    expected += (events * here) / atRisk;
    if (atRisk > 1) variance += (events * here * there * (atRisk - events)) / (atRisk ** 2 * (atRisk - 1));
    here -= own + (one.censored[day] ?? 0);
    there -= others + (other.censored[day] ?? 0);
  }
  return { observed, expected, variance };
}

/** The range of that share at any level: z is the normal distribution's point for it. */
export function bandOf(share: number, variance: number, z = Z): Interval | null {
  const survived = 1 - share;
  if (survived <= 0 || survived >= 1 || variance <= 0) return null;
  const log = Math.log(survived);
  const half = (z * Math.sqrt(variance)) / (survived * Math.abs(log));
  return { low: 1 - survived ** Math.exp(-half), high: 1 - survived ** Math.exp(half) };
}
