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

/** The range of that share at any level: z is the normal distribution's point for it. */
export function bandOf(share: number, variance: number, z = Z): Interval | null {
  const survived = 1 - share;
  if (survived <= 0 || survived >= 1 || variance <= 0) return null;
  const log = Math.log(survived);
  const half = (z * Math.sqrt(variance)) / (survived * Math.abs(log));
  return { low: 1 - survived ** Math.exp(-half), high: 1 - survived ** Math.exp(half) };
}
