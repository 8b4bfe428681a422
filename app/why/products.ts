// How far each factor of a product moved it: the logarithmic mean Divisia index (LMDI-I), which leaves no remainder and adds up
// over segments. Ang (2005), Energy Policy 33:867–871; Ang, Zhang & Choi (1998), Energy 23:489–495. Pure.

/** Below this part of a difference the formula loses digits, and its series does not. */
const CLOSE = 1e-4;

/** L(a, b) = (a − b) ÷ ln(a ÷ b) of two numbers above 0; a where they are the same. */
export function logarithmicMean(a: number, b: number): number {
  const apart = (a - b) / b;
  if (Math.abs(apart) > CLOSE) return (a - b) / Math.log(a / b);
  // (a − b) ÷ ln(1 + x), x = (a − b) ÷ b, by the series of x ÷ ln(1 + x).
  return b * (1 + apart / 2 - apart ** 2 / 12 + apart ** 3 / 24);
}

/**
 * What each factor adds to the difference of the two products, in the product's unit; together they are that difference.
 * @param then the factors of one product, all above 0
 * @param now those of the other, in the same order
 */
export function productEffects(then: readonly number[], now: readonly number[]): number[] {
  const product = (factors: readonly number[]) => factors.reduce((all, factor) => all * factor, 1);
  const mean = logarithmicMean(product(now), product(then));
  return now.map((factor, index) => mean * Math.log(factor / (then[index] ?? Number.NaN)));
}
