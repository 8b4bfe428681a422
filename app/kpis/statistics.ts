// Intervals, changes and when they hold, from sums alone. Pure; every formula names its source.
// A customer (or a guest order) is one independent unit: orders of one customer are not.

/** A change is not judged with fewer customers, nor anything ranged with fewer events. */
export const MIN_CUSTOMERS = 30;
export const MIN_EVENTS = 10;
/** One customer above this part of a sum is named beside it. */
export const LARGE_CUSTOMER = 0.2;

/** The 97.5 % point of the normal distribution. */
export const Z = 1.959963984540054;

export interface Interval {
  low: number;
  high: number;
}

/**
 * The 97.5 % point of Student's t, by its expansion around the normal one.
 * Abramowitz & Stegun (1964), 26.7.5; off by less than 0.001 from 10 degrees of freedom.
 */
export function studentT(degrees: number): number {
  if (degrees < 1) return Number.POSITIVE_INFINITY;
  const z3 = Z ** 3;
  const z5 = Z ** 5;
  const z7 = Z ** 7;
  const z9 = Z ** 9;
  return (
    Z +
    (z3 + Z) / (4 * degrees) +
    (5 * z5 + 16 * z3 + 3 * Z) / (96 * degrees ** 2) +
    (3 * z7 + 19 * z5 + 17 * z3 - 15 * Z) / (384 * degrees ** 3) +
    (79 * z9 + 776 * z7 + 1482 * z5 - 1920 * z3 - 945 * Z) / (92160 * degrees ** 4)
  );
}

/** value ± t · √variance. Rounding can leave a variance a hair below 0: that is 0. */
export function intervalAround(value: number, variance: number, units: number): Interval {
  const half = variance <= 0 ? 0 : studentT(units - 1) * Math.sqrt(variance);
  return { low: value - half, high: value + half };
}

/** Interval of a share of customers. Wilson (1927), J. Am. Stat. Assoc. 22:209. */
export function wilson(successes: number, trials: number): Interval {
  const share = successes / trials;
  const scale = 1 + Z ** 2 / trials;
  const centre = (share + Z ** 2 / (2 * trials)) / scale;
  const half = (Z / scale) * Math.sqrt((share * (1 - share)) / trials + Z ** 2 / (4 * trials ** 2));
  // At 0 and 1 the bound is exact; the square root leaves 1e-17.
  return { low: successes === 0 ? 0 : centre - half, high: successes === trials ? 1 : centre + half };
}

/** Up to here the Poisson distribution is added up; beyond, the approximation is right to seven digits. */
const EXACT_COUNTS = 1000;

/** P(X ≤ k) of a Poisson distribution, added up from its largest term. */
function poissonUpTo(k: number, mean: number): number {
  let logFactorial = 0;
  for (let i = 2; i <= k; i++) logFactorial += Math.log(i);
  let term = Math.exp(k * Math.log(mean) - mean - logFactorial);
  let sum = 0;
  for (let i = k; i >= 0; i--) {
    sum += term;
    term *= i / mean;
  }
  return sum;
}

/** The mean at which P(X ≤ k) is so likely: half a quantile of chi-square with 2(k + 1) degrees of freedom. */
function poissonMean(k: number, likely: number, z: number): number {
  // Wilson & Hilferty (1931), PNAS 17:684.
  const degrees = 2 * (k + 1);
  const near = (degrees / 2) * (1 - 2 / (9 * degrees) + z * Math.sqrt(2 / (9 * degrees))) ** 3;
  if (k > EXACT_COUNTS) return near;
  let [low, high] = [0, 2 * near + 10];
  for (let step = 0; step < 80; step++) {
    const middle = (low + high) / 2;
    if (poissonUpTo(k, middle) > likely) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/** Exact interval of the mean of which `count` was seen. Garwood (1936), Biometrika 28:437. */
export function garwood(count: number): Interval {
  return {
    low: count === 0 ? 0 : poissonMean(count - 1, 0.975, -Z),
    high: poissonMean(count, 0.025, Z),
  };
}

/** Sums over units of a ratio's two sides: y above, x below. */
export interface RatioSums {
  y: number;
  x: number;
  yy: number;
  xy: number;
  xx: number;
}

/**
 * Variance of Σy ÷ Σx with units as clusters, by the delta method: Σ(y - R·x)² ÷ (Σx)² · n/(n - 1).
 * Cochran (1977), Sampling Techniques, 2.11 and 6.3; Deng, Knoblich & Lu (2018), KDD, "Applying the delta method in metric analytics".
 */
export function ratioVariance({ y, x, yy, xy, xx }: RatioSums, units: number): number {
  const ratio = y / x;
  return ((yy - 2 * ratio * xy + ratio ** 2 * xx) / x ** 2) * unbiased(units);
}

/** Cross-products over the units that are in both periods; first letter of the period, second of the compared one. */
export interface RatioCross {
  yy: number;
  yx: number;
  xy: number;
  xx: number;
}

/** Covariance of the two periods' ratios: Σ(y₁ - R₁x₁)(y₀ - R₀x₀) ÷ (Σx₁ · Σx₀), the same residuals as in the variances. */
export function ratioCovariance(now: RatioSums, then: RatioSums, cross: RatioCross): number {
  const a = now.y / now.x;
  const b = then.y / then.x;
  return (cross.yy - b * cross.yx - a * cross.xy + a * b * cross.xx) / (now.x * then.x);
}

/** Sums of one measure: over the units of known number (members, those without any included), and over the others. */
export interface TotalSums {
  memberSquares: number;
  memberSum: number;
  memberCount: number;
  otherSquares: number;
}

/**
 * Variance of a total. Where the number of units is known it is n·s², from Σy² - (Σy)²/n; units that merely turned up
 * (new customers, guest orders) come as a compound Poisson process, whose variance is Σy².
 * Cochran (1977), 2.5; Ross (2014), Introduction to Probability Models, 5.4.2.
 */
export function totalVariance(sums: TotalSums): number {
  const mean = memberMean(sums);
  return (sums.memberSquares - mean * sums.memberSum) * unbiased(sums.memberCount) + sums.otherSquares;
}

/** 0 where there are not two members to vary around a mean. */
function memberMean({ memberSum, memberCount }: TotalSums): number {
  return memberCount < 2 ? 0 : memberSum / memberCount;
}

/** Cross-sums of one measure over the units that are in both periods. */
export interface TotalCross {
  yy: number;
  /** Σ of the period's y over units that are members of known number in the compared period, and the reverse. */
  nowOverThenMembers: number;
  thenOverNowMembers: number;
  bothMembers: number;
}

/** Covariance of the two periods' totals: Σ r₁r₀, r = y - mean for members, y for the others. */
export function totalCovariance(now: TotalSums, then: TotalSums, cross: TotalCross): number {
  const a = memberMean(now);
  const b = memberMean(then);
  return cross.yy - b * cross.nowOverThenMembers - a * cross.thenOverNowMembers + a * b * cross.bothMembers;
}

/** Units that the variance of a difference rests on. Welch (1947), Biometrika 34:28, degrees of freedom plus one. */
export function welchUnits(
  now: { variance: number; n: number },
  then: { variance: number; n: number },
): number {
  const part = ({ variance, n }: { variance: number; n: number }) =>
    variance <= 0 || n < 2 ? 0 : variance ** 2 / (n - 1);
  const parts = part(now) + part(then);
  return parts === 0 ? Math.max(now.n, then.n) : 1 + (now.variance + then.variance) ** 2 / parts;
}

function unbiased(units: number): number {
  return units < 2 ? 1 : units / (units - 1);
}

/** Variance of a difference over the same units. */
export function changeVariance(now: number, then: number, covariance: number): number {
  return Math.max(0, now + then - 2 * covariance);
}

/**
 * Interval of the difference of two shares from their own Wilson intervals and their correlation, which stays right near
 * 0 and 1. Newcombe (1998), Statistics in Medicine 17:2635, method 10; Zou & Donner (2008), Statistics in Medicine 27:1693.
 */
export function shareChange(
  now: Interval & { share: number },
  then: Interval & { share: number },
  correlation: number,
): Interval {
  const difference = now.share - then.share;
  const half = (a: number, b: number) => Math.sqrt(Math.max(0, a ** 2 - 2 * correlation * a * b + b ** 2));
  return {
    low: difference - half(now.share - now.low, then.high - then.share),
    high: difference + half(now.high - now.share, then.share - then.low),
  };
}

/** Correlation within [-1, 1]; 0 where one of the two does not vary. */
export function correlation(covariance: number, now: number, then: number): number {
  if (now <= 0 || then <= 0) return 0;
  return Math.max(-1, Math.min(1, covariance / Math.sqrt(now * then)));
}

/** Sums of third powers over units, beside RatioSums. */
export interface RatioCubes {
  yyy: number;
  yyx: number;
  yxx: number;
  xxx: number;
}

/** Third central moment of Σy ÷ Σx with units as clusters: Σ(y - R·x)³ ÷ (Σx)³, the residuals of the delta method. */
export function ratioThird({ y, x }: Pick<RatioSums, "y" | "x">, { yyy, yyx, yxx, xxx }: RatioCubes): number {
  const ratio = y / x;
  return (yyy - 3 * ratio * yyx + 3 * ratio ** 2 * yxx - ratio ** 3 * xxx) / x ** 3;
}

/** Third central moment of a total: of members around their mean, of the others as a compound Poisson process, Σy³. */
export function totalThird(sums: TotalSums, memberCubes: number, otherCubes: number): number {
  const mean = memberMean(sums);
  const { memberSquares, memberSum, memberCount } = sums;
  return (
    memberCubes - 3 * mean * memberSquares + 3 * mean ** 2 * memberSum - memberCount * mean ** 3 + otherCubes
  );
}

/**
 * The skewness of a statistic is taken for no smaller than that of log-normal spending with the same spread: a sample
 * without its largest customers yet looks even, and those are the ranges that miss (test/app/kpis/statistics.test.ts).
 * Of a mean: (c² + 3)c ÷ √n; of a total of units that turn up: (1 + c²)^1.5 ÷ √n. Both take n·variance ÷ value² for their spread.
 */
export function cautiousThird(
  kind: "ratio" | "total",
  third: number,
  { value, variance, units }: { value: number; variance: number; units: number },
): number {
  if (value === 0 || variance <= 0 || units === 0) return third;
  const spread = (units * variance) / value ** 2;
  const skewness = kind === "ratio" ? (spread + 3) * Math.sqrt(spread) : spread ** 1.5;
  const least = (skewness / Math.sqrt(units)) * variance ** 1.5;
  return Math.abs(third) >= least ? third : Math.sign(third || value) * least;
}

/** The least number of customers with whom the delta method's range is more than rough, however even they look. */
export const SURE_UNITS = 100;
/** n > 25 × skewness² of one unit: beyond it a symmetric range misses on one side. Cochran (1977), 2.15. */
const SURE_SKEWNESS = 1 / 5;

const isEven = (third: number, variance: number) =>
  variance <= 0 || Math.abs(third) <= SURE_SKEWNESS * variance ** 1.5;

/** Whether a range covers what it says ("sure"), nearly ("rough"), or is none at all (null). */
export type Sureness = "sure" | "rough" | null;

/** Of a ratio of sums by the delta method. `third` as cautiousThird gives it. */
export function surenessOfRatio(at: {
  units: number;
  events: number;
  variance: number;
  third: number;
}): Sureness {
  if (at.events < MIN_EVENTS || at.units < MIN_EVENTS) return null;
  return at.units >= SURE_UNITS && isEven(at.third, at.variance) ? "sure" : "rough";
}

/** Of Wilson's range of a share, which covers on average from few trials on; it is called rough where it may miss more often. */
export function surenessOfShare(successes: number, trials: number): Sureness {
  if (trials === 0) return null;
  return trials >= MIN_CUSTOMERS && successes >= 5 && trials - successes >= 5 ? "sure" : "rough";
}

/** Whether the difference of two figures is symmetric enough for its range to be judged by. */
export function isChangeEven(variance: number, thirdNow: number, thirdThen: number): boolean {
  return isEven(thirdNow - thirdThen, variance);
}

/** A change is beyond chance when its own interval leaves out 0; overlap of the two values' intervals is no test. */
export function verdictOf(change: Interval): "noise" | "more_than_noise" {
  return change.low <= 0 && change.high >= 0 ? "noise" : "more_than_noise";
}

/**
 * The smallest change in a number of customers, as a share of it, whose 95 % range leaves out 0 when they come by chance
 * alone: z · √(2n) ÷ n for two Poisson counts around n.
 */
export function detectableChange(customers: number): number {
  return (Z * Math.sqrt(2 * customers)) / customers;
}
