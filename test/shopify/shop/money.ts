// How Shopify splits and taxes money, in integer minor units.

const NO_DECIMALS = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF".split(" ");
const THREE_DECIMALS = "BHD IQD JOD KWD LYD OMR TND".split(" ");

/** Decimals of a currency by ISO 4217 (the locale data of Intl differ from it for some). */
export const decimalsOf = (currency: string): number =>
  NO_DECIMALS.includes(currency) ? 0 : THREE_DECIMALS.includes(currency) ? 3 : 2;

/** "19.99" → 1999 at two decimals; null unless the text is a plain amount that leaves no remainder. */
export function minorOf(text: string, decimals: number): number | null {
  const match = /^(-?)(\d+)(?:\.(\d+))?$/.exec(text);
  if (!match) return null;
  const fraction = (match[3] ?? "").replace(/0+$/, "");
  if (fraction.length > decimals) return null;
  const minor = Number(`${match[2]}${fraction.padEnd(decimals, "0")}`);
  return Number.isSafeInteger(minor) ? (match[1] === "-" && minor !== 0 ? -minor : minor) : null;
}

/** Shares `total` out by weight to the minor unit: largest remainder first, the earlier of two equals first. */
export function share(total: number, weights: readonly number[]): number[] {
  const sum = weights.reduce((a, b) => a + b, 0);
  if (total === 0 || sum === 0) {
    if (total !== 0) throw new RangeError("Nothing to share the amount out over.");
    return weights.map(() => 0);
  }
  const exact = weights.map((weight) => BigInt(total) * BigInt(weight));
  const parts = exact.map((product) => Number(product / BigInt(sum)));
  const order = exact
    .map((product, index) => ({ index, rest: Number(product % BigInt(sum)) }))
    .sort((a, b) => b.rest - a.rest || a.index - b.index);
  let left = total - parts.reduce((a, b) => a + b, 0);
  for (const { index } of order) {
    if (left === 0) break;
    parts[index] = (parts[index] ?? 0) + 1;
    left -= 1;
  }
  return parts;
}

/** What a line is worth. `gross` is before discount and tax; the money that moves is gross − discount + tax. */
export interface Worth {
  gross: number;
  discount: number;
  /** The discount with the tax that it saved, as the customer sees it. */
  discountAfterTax: number;
  tax: number;
}

export const NOTHING: Worth = { gross: 0, discount: 0, discountAfterTax: 0, tax: 0 };
export const totalOf = (worth: Worth): number => worth.gross - worth.discount + worth.tax;

export interface TaxRule {
  /** Fraction; 0.19 = 19 %. */
  rate: number;
  /** Listed prices contain the tax. */
  included: boolean;
}

// Rates have at most four decimals of a per cent; whole millionths keep 0.07 × 100 exact.
const millionths = (rate: number): number => Math.round(rate * 1e6);

/** Tax in, or on top of, a listed amount, rounded half up per line. */
export function taxOf(listed: number, { rate, included }: TaxRule): number {
  const parts = millionths(rate);
  return included
    ? Math.floor((2 * listed * parts + 1e6 + parts) / (2 * (1e6 + parts)))
    : Math.floor((2 * listed * parts + 1e6) / 2e6);
}

/** A line as listed with a discount as listed; `tax` overrides the rule where the amount is already known. */
export function worthOf(listed: number, off: number, rule: TaxRule, tax = taxOf(listed - off, rule)): Worth {
  const saved = off === 0 ? 0 : taxOf(listed, rule) - tax;
  return rule.included
    ? { gross: listed - tax - saved, discount: off - saved, discountAfterTax: off, tax }
    : { gross: listed, discount: off, discountAfterTax: off + saved, tax };
}

/** `k` of `n` units of what is left of a line; the last units take what rounding left over. */
export function partOf(worth: Worth, k: number, n: number): Worth {
  const part = (amount: number): number => (k === n ? amount : Math.round((amount * k) / n));
  return {
    gross: part(worth.gross),
    discount: part(worth.discount),
    discountAfterTax: part(worth.discountAfterTax),
    tax: part(worth.tax),
  };
}
