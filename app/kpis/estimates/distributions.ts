// The normal distribution, Student's t and the Poisson distribution, as far as ranges and verdicts need them. Pure.

/** In so many cases a range holds that stands for itself. */
export const LEVEL = 0.95;

/** The 97.5 % point of the normal distribution, which that level stands for. */
export const Z = 1.959963984540054;

/** Beyond it the continued fraction is exact to the last digits, before it the series is. */
const FAR = 3;

/** P(X > z). Marsaglia (2004), J. Stat. Software 11:4; far out Laplace's continued fraction, Abramowitz & Stegun (1964), 26.2.14. */
export function normalTail(z: number): number {
  if (z < 0) return 1 - normalTail(-z);
  const density = Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI);
  if (z > FAR) {
    let fraction = z;
    for (let step = 60; step > 0; step--) fraction = z + step / fraction;
    return density / fraction;
  }
  let [term, sum] = [z, z];
  for (let power = 3; term > sum * 1e-17; power += 2) {
    term *= (z * z) / power;
    sum += term;
  }
  return 0.5 - density * sum;
}

/** The z at which P(X > z) is `tail`, for tails of at most a half. */
export function normalPoint(tail: number): number {
  let [low, high] = [0, 40];
  for (let step = 0; step < 60; step++) {
    const middle = (low + high) / 2;
    if (normalTail(middle) > tail) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/**
 * The point of Student's t with the tail that the normal distribution has at z, by its expansion around it.
 * Abramowitz & Stegun (1964), 26.7.5; at the 97.5 % point off by less than 0.001 from 10 degrees of freedom.
 */
export function studentT(degrees: number, z = Z): number {
  if (degrees < 1) return Number.POSITIVE_INFINITY;
  const z3 = z ** 3;
  const z5 = z ** 5;
  const z7 = z ** 7;
  const z9 = z ** 9;
  return (
    z +
    (z3 + z) / (4 * degrees) +
    (5 * z5 + 16 * z3 + 3 * z) / (96 * degrees ** 2) +
    (3 * z7 + 19 * z5 + 17 * z3 - 15 * z) / (384 * degrees ** 3) +
    (79 * z9 + 776 * z7 + 1482 * z5 - 1920 * z3 - 945 * z) / (92160 * degrees ** 4)
  );
}

/** P(X > t) of Student's t. Wallace (1959), Ann. Math. Stat. 30:1124, right to 0.01 of the normal z from 5 degrees of freedom. */
export function studentTail(t: number, degrees: number): number {
  const z = ((8 * degrees + 1) / (8 * degrees + 3)) * Math.sqrt(degrees * Math.log1p((t * t) / degrees));
  return normalTail(t < 0 ? -z : z);
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

/**
 * The mean at which P(X ≤ k) is what the normal distribution has below z: half a quantile of chi-square with 2(k + 1) degrees
 * of freedom.
 */
export function poissonMean(k: number, z: number): number {
  // Wilson & Hilferty (1931), PNAS 17:684.
  const degrees = 2 * (k + 1);
  const near = (degrees / 2) * (1 - 2 / (9 * degrees) + z * Math.sqrt(2 / (9 * degrees))) ** 3;
  if (k > EXACT_COUNTS) return near;
  const likely = normalTail(z);
  let [low, high] = [0, 2 * near + 10];
  for (let step = 0; step < 60; step++) {
    const middle = (low + high) / 2;
    if (poissonUpTo(k, middle) > likely) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}
