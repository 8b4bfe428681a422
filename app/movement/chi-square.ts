// The upper tail of the chi-square distribution, which a test of a whole table is read off. Pure.

/** Lanczos' approximation with g = 7 and nine terms, right to 1e-15. */
const LANCZOS = [
  0.99999999999980993, 676.5203681218851, -1259.1392167224028, 771.32342877765313, -176.61502916214059,
  12.507343278686905, -0.13857109526572012, 9.9843695780195716e-6, 1.5056327351493116e-7,
] as const;

/** Of arguments from a half on. */
function logGamma(x: number): number {
  const at = x - 1;
  const base = at + 7.5;
  const sum = LANCZOS.reduce((all, term, index) => all + (index === 0 ? term : term / (at + index)), 0);
  return 0.5 * Math.log(2 * Math.PI) + (at + 0.5) * Math.log(base) - base + Math.log(sum);
}

const STEPS = 1000;
const SMALLEST = 1e-300;

/** P(X > x) with so many degrees of freedom: by its series near the middle, by Lentz' continued fraction beyond. Press et al. (2007), 6.2. */
export function chiSquareTail(x: number, degrees: number): number {
  if (x <= 0) return 1;
  const [a, half] = [degrees / 2, x / 2];
  const scale = Math.exp(a * Math.log(half) - half - logGamma(a));
  if (half < a + 1) {
    let term = 1 / a;
    let sum = term;
    for (let step = 1; step < STEPS && term > sum * 1e-16; step++) {
      term *= half / (a + step);
      sum += term;
    }
    return Math.max(0, 1 - sum * scale);
  }
  let b = half + 1 - a;
  let c = 1 / SMALLEST;
  let d = 1 / b;
  let fraction = d;
  for (let step = 1; step < STEPS; step++) {
    const an = -step * (step - a);
    b += 2;
    d = 1 / (an * d + b || SMALLEST);
    c = b + an / c || SMALLEST;
    fraction *= d * c;
    if (Math.abs(d * c - 1) < 1e-16) break;
  }
  return scale * fraction;
}
