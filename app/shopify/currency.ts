// How many decimals a currency has, by ISO 4217. Not from Intl: its data follow usage (no fils of the Iraqi dinar),
// while amounts come in the standard's units.
const NONE = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF".split(" ");
const THREE = "BHD IQD JOD KWD LYD OMR TND".split(" ");

/** 0, 2 or 3. */
export function decimalsOf(currency: string): number {
  return NONE.includes(currency) ? 0 : THREE.includes(currency) ? 3 : 2;
}
