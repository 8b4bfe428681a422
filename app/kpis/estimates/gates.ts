// When a figure has a range, when a range may be called 95 %, and when a change is judged: thresholds that the simulation in
// docs/statistics.md was made to find. Safe in a browser.
import { normalPoint } from "./distributions.ts";

/** A change is not judged with fewer customers, nor anything ranged with fewer events. */
export const MIN_CUSTOMERS = 30;
export const MIN_EVENTS = 10;
/** One customer above this part of a sum is named beside it. */
export const LARGE_CUSTOMER = 0.2;

/** The least number of customers with whom the delta method's range is more than rough, however even they look. */
export const SURE_UNITS = 50;
/** Of a part of the shop's sum, which both the segment's and all other customers decide. */
export const SURE_PART_UNITS = 200;

/**
 * n > 2 × skewness² of one unit: so far Hall's correction is right. Cochran's n > 25 × skewness² (1977, 2.15), for symmetric
 * ranges, picks of uneven customers the samples that look even, whose ranges miss.
 */
export const SURE_SKEWNESS = Math.SQRT1_2;

/** `third` as cautiousThird gives it. */
export const isEvenEnough = (variance: number, third: number) =>
  variance <= 0 || Math.abs(third) <= SURE_SKEWNESS * variance ** 1.5;

/** Whether a range covers what it says ("sure"), nearly ("rough"), or is none at all (null). */
export type Sureness = "sure" | "rough" | null;

/** How much a range rests on: customers below the line, and above it. `third` as cautiousThird gives it. */
export interface Basis {
  units: number;
  movers: number;
  events: number;
  variance: number;
  third: number;
}

/** Of a ratio of sums by the delta method, or of a part of the shop's sum. None where nothing varies: a sample of equal values cannot tell how unequal others are. */
export function surenessOfRatio(
  { units, movers, events, variance, third }: Basis,
  least = SURE_UNITS,
): Sureness {
  if (events < MIN_EVENTS || units < MIN_EVENTS || variance <= 0) return null;
  return Math.min(units, movers) >= least && isEvenEnough(variance, third) ? "sure" : "rough";
}

/** Of Wilson's range of a share, which covers on average from few trials on; it is called rough where it may miss more often. */
export function surenessOfShare(successes: number, trials: number): Sureness {
  if (trials === 0) return null;
  return trials >= MIN_CUSTOMERS && successes >= 5 && trials - successes >= 5 ? "sure" : "rough";
}

/**
 * The smallest rise of a number of customers, as a share of it, that is judged to be none of chance by itself, where so many
 * changes are judged together and none of the others is: d = z · √(n + n + d) for two Poisson counts n and n + d, at the level
 * that Benjamini and Hochberg ask of the first.
 */
export function detectableRise(customers: number, together: number): number {
  const z = normalPoint(0.05 / together / 2);
  return (z ** 2 + z * Math.sqrt(z ** 2 + 8 * customers)) / 2 / customers;
}
