// Ranges at any level, from sums alone: z is the point of the normal distribution that the level stands for. Pure; every
// formula names its source. A range at a higher level holds every lower one, so that a range has its p-value.
import { normalTail, poissonMean, studentT, Z } from "./distributions.ts";

export interface Interval {
  low: number;
  high: number;
}

/** Beyond it one customer decides, and the transformation would leave the value itself out of its range. */
const MOST_SKEWED = 3;

/**
 * value ± t · √variance, bent by Hall's cubic transformation where the figure is skewed: z + γ ÷ 3 · z² + γ ÷ 6 + γ² ÷ 27 · z³ is
 * monotone and normal to the next order. `third` is the figure's third central moment. Hall (1992), J. R. Stat. Soc. B 54:221.
 */
export function intervalAround(value: number, variance: number, units: number, third = 0, z = Z): Interval {
  // Rounding can leave a variance a hair below 0: that is 0.
  if (variance <= 0) return { low: value, high: value };
  const error = Math.sqrt(variance);
  const t = studentT(units - 1, z);
  const skewness = Math.max(-MOST_SKEWED, Math.min(MOST_SKEWED, third / error ** 3));
  const back = (point: number) =>
    Math.abs(skewness) < 1e-9
      ? point
      : (3 * (Math.cbrt(1 + skewness * (point - skewness / 6)) - 1)) / skewness;
  return { low: value - error * back(t), high: value - error * back(-t) };
}

/**
 * Interval of a part of a whole, symmetric in its log-odds, which stays within 0 and 1 and is right of a small part that few large
 * customers decide. Agresti (2013), Categorical Data Analysis, 16.1, the delta method. A part outside of 0 to 1 (a segment that
 * gave back more than it bought) has the plain one.
 */
export function partAround(value: number, variance: number, units: number, z = Z): Interval {
  if (value <= 0 || value >= 1) return intervalAround(value, variance, units, 0, z);
  const odds = Math.log(value / (1 - value));
  const { low, high } = intervalAround(odds, variance / (value * (1 - value)) ** 2, units, 0, z);
  const part = (logOdds: number) => 1 / (1 + Math.exp(-logOdds));
  return { low: part(low), high: part(high) };
}

/** Interval of a share of customers. Wilson (1927), J. Am. Stat. Assoc. 22:209. */
export function wilson(successes: number, trials: number, z = Z): Interval {
  const share = successes / trials;
  const scale = 1 + z ** 2 / trials;
  const centre = (share + z ** 2 / (2 * trials)) / scale;
  const half = (z / scale) * Math.sqrt((share * (1 - share)) / trials + z ** 2 / (4 * trials ** 2));
  // At 0 and 1 the bound is exact; the square root leaves 1e-17.
  return { low: successes === 0 ? 0 : centre - half, high: successes === trials ? 1 : centre + half };
}

/** Exact interval of the mean of which `count` was seen. Garwood (1936), Biometrika 28:437. */
export function garwood(count: number, z = Z): Interval {
  return { low: count === 0 ? 0 : poissonMean(count - 1, -z), high: poissonMean(count, z) };
}

/**
 * Interval of the difference of two shares from their own intervals and their correlation, which stays right near 0 and 1.
 * Newcombe (1998), Statistics in Medicine 17:2635, method 10; Zou & Donner (2008), Statistics in Medicine 27:1693.
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

/** Further out every p-value is nothing. */
const FARTHEST = 12;

/** The smallest p at which the range of level 1 - p leaves out 0: what a test by that range says. */
export function pValueOf(rangeAt: (z: number) => Interval): number {
  const holdsZero = (z: number) => {
    const { low, high } = rangeAt(z);
    return low <= 0 && high >= 0;
  };
  if (!holdsZero(FARTHEST)) return 0;
  let [low, high] = [0, FARTHEST];
  for (let step = 0; step < 40; step++) {
    const middle = (low + high) / 2;
    if (holdsZero(middle)) high = middle;
    else low = middle;
  }
  return 2 * normalTail(high);
}
