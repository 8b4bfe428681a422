// Variances, covariances and third moments from the sums a statement answers. Pure; every formula names its source.
// A customer (or a guest order) is one independent unit: orders of one customer are not.

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
  const squares = settled(yy - 2 * ratio * xy + ratio ** 2 * xx, yy + ratio ** 2 * xx);
  return (squares / x ** 2) * unbiased(units);
}

/** What is left of sums that cancel out: a part of 10⁻¹⁰ is rounding, by which a skewness would be divided. */
const settled = (left: number, whole: number) => (left <= whole * 1e-10 ? 0 : left);

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
  const squares = settled(sums.memberSquares - mean * sums.memberSum, sums.memberSquares);
  return squares * unbiased(sums.memberCount) + sums.otherSquares;
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
  return settled(now + then - 2 * covariance, now + then);
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
 * The third moment is taken for no smaller than that of log-normal amounts with the same spread: a sample without its largest
 * customers yet looks even, and those are the ranges that miss (docs/statistics.md). Of n units a part p has an amount at all;
 * with q = 1 + (coefficient of variation)² of these amounts a unit's skewness is (q³ - 3pq + 2p²) ÷ √(p(q - p)³).
 */
export function cautiousThird(
  third: number,
  { value, variance, units, movers }: { value: number; variance: number; units: number; movers: number },
): number {
  if (value === 0 || variance <= 0 || units === 0 || movers === 0) return third;
  const part = Math.min(1, movers / units);
  const spread = (units * variance) / value ** 2;
  const q = Math.max(1, part * (1 + spread));
  const skewness =
    (q ** 3 - 3 * part * q + 2 * part ** 2) / Math.sqrt(part * Math.max(part * spread, q - part) ** 3);
  const least = (skewness / Math.sqrt(units)) * variance ** 1.5;
  // What is symmetric but for rounding leans the way of the value.
  const leaning = Math.abs(third) <= least * 1e-9 ? 0 : third;
  return Math.abs(third) >= least ? third : Math.sign(leaning || value) * least;
}

/** Of one period: the third central moment of a figure, and how many units it rests on. */
export interface Third {
  third: number;
  units: number;
}

/**
 * Third central moment of a difference, of units that are alike in both periods: only differing numbers of them leave one. What
 * each period's own moment says beside that is chance, and goes with the difference itself: correcting by it makes false alarms
 * (docs/statistics.md). `follows` is how much of a unit's residual comes again in the other period.
 */
export function changeThird(kind: "ratio" | "total", now: Third, then: Third, follows: number): number {
  const power = kind === "ratio" ? -2 : 1;
  const units = now.units + then.units;
  if (units === 0) return 0;
  const weighed = ({ third, units: own }: Third) => (own === 0 ? 0 : (third / own ** power) * (own / units));
  const ofOne = weighed(now) + weighed(then);
  const back = ({ units: own }: Third) => (own === 0 ? 0 : ofOne * own ** power);
  return (back(now) - back(then)) * (1 - 3 * follows);
}
