// Chance from a seed: the same numbers on every machine, whatever else runs.

export interface Random {
  /** [0, 1) */
  unit(): number;
  /** Whole number in [from, to]. */
  whole(from: number, to: number): number;
  chance(probability: number): boolean;
  pick<T>(from: readonly T[]): T;
  /** Index drawn by weights that are given as running sums. */
  byWeight(runningSums: ArrayLike<number>): number;
  normal(): number;
  exponential(mean: number): number;
  /** Share in (0, 1) with shapes a and b. */
  beta(a: number, b: number): number;
}

/** sfc32, seeded through splitmix32. */
export function randomFrom(seed: number): Random {
  let s = seed | 0;
  const splitmix = (): number => {
    s = (s + 0x9e3779b9) | 0;
    let t = Math.imul(s ^ (s >>> 16), 0x21f0aaad);
    t = Math.imul(t ^ (t >>> 15), 0x735a2d97);
    return (t ^ (t >>> 15)) | 0;
  };
  let a = splitmix();
  let b = splitmix();
  let c = splitmix();
  let counter = 1;
  const unit = (): number => {
    const t = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + t) | 0;
    return (t >>> 0) / 4294967296;
  };
  for (let i = 0; i < 12; i++) unit();

  const normal = (): number => Math.sqrt(-2 * Math.log(1 - unit())) * Math.cos(2 * Math.PI * unit());
  // Marsaglia and Tsang; shapes below one are boosted.
  const gamma = (shape: number): number => {
    if (shape < 1) return gamma(shape + 1) * Math.pow(1 - unit(), 1 / shape);
    const d = shape - 1 / 3;
    for (;;) {
      const x = normal();
      const v = Math.pow(1 + x / Math.sqrt(9 * d), 3);
      if (v > 0 && Math.log(1 - unit()) < 0.5 * x * x + d - d * v + d * Math.log(v)) return d * v;
    }
  };
  return {
    unit,
    whole: (from, to) => from + Math.floor(unit() * (to - from + 1)),
    chance: (probability) => unit() < probability,
    pick: (from) => {
      const found = from[Math.floor(unit() * from.length)];
      if (found === undefined) throw new RangeError("Nothing to pick from.");
      return found;
    },
    byWeight: (sums) => searchSums(sums, unit() * (sums[sums.length - 1] ?? 0)),
    normal,
    exponential: (mean) => -mean * Math.log(1 - unit()),
    beta: (x, y) => {
      const g = gamma(x);
      return g / (g + gamma(y));
    },
  };
}

/** First index whose running sum exceeds `value`; the last one when none does. */
export function searchSums(sums: ArrayLike<number>, value: number): number {
  let low = 0;
  let high = sums.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sums[middle] ?? 0) > value) high = middle;
    else low = middle + 1;
  }
  return low;
}

export function runningSums(weights: readonly number[]): Float64Array {
  const sums = new Float64Array(weights.length);
  weights.reduce((sum, weight, i) => (sums[i] = sum + weight), 0);
  return sums;
}
