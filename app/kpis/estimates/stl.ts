// STL: a series taken apart into a trend, a pattern that repeats, and what is left, by loess that days far from both do not bend.
// Cleveland, Cleveland, McRae & Terpenning (1990), J. Official Stat. 6:3, with the steps and the rounding of their program. Pure.

export interface StlOptions {
  /** Values from one turn of the pattern to the next. */
  period: number;
  /** So many turns, values, and values of the low-pass filter a loess window holds; odd. */
  seasonal: number;
  trend: number;
  lowPass: number;
  /** Every so many values a loess is worked out, and a line drawn between. */
  jumps?: { seasonal: number; trend: number; lowPass: number };
  /** How often pattern and trend are fitted in turn, and how often the weights are after it. */
  inner: number;
  outer: number;
}

export interface Decomposed {
  trend: Float64Array;
  seasonal: Float64Array;
  /** 1 for a value that lies as it should, 0 for one that is far out. */
  weights: Float64Array;
}

type Weights = Float64Array | null;

/** Loess at x over the values from `left` to `right`, counted from 0; null where all of them weigh nothing. */
function fitAt(
  y: Float64Array,
  x: number,
  [left, right]: readonly [number, number],
  span: number,
  weights: Weights,
): number | null {
  const count = y.length;
  let reach = Math.max(x - left, right - x);
  if (span > count) reach += Math.floor((span - count) / 2);
  const own = new Float64Array(right - left + 1);
  let [sum, middle] = [0, 0];
  for (let at = left; at <= right; at++) {
    const far = Math.abs(at - x);
    if (far > 0.999 * reach) continue;
    const near = far <= 0.001 * reach ? 1 : (1 - (far / reach) ** 3) ** 3;
    const weight = weights === null ? near : near * (weights[at] ?? 0);
    own[at - left] = weight;
    sum += weight;
    middle += weight * at;
  }
  if (sum <= 0) return null;
  middle /= sum;
  let spread = 0;
  for (let at = left; at <= right; at++) spread += ((own[at - left] ?? 0) / sum) * (at - middle) ** 2;
  const slope = reach > 0 && Math.sqrt(spread) > 0.001 * (count - 1) ? (x - middle) / spread : 0;
  let fit = 0;
  for (let at = left; at <= right; at++)
    fit += ((own[at - left] ?? 0) / sum) * (1 + slope * (at - middle)) * (y[at] ?? 0);
  return fit;
}

/** The loess of each value, every `jump` values. */
function loess(y: Float64Array, span: number, jump: number, weights: Weights): Float64Array {
  const count = y.length;
  const smooth = new Float64Array(count);
  if (count < 2) return Float64Array.from(y);
  const step = Math.min(jump, count - 1);
  const half = Math.floor((span + 1) / 2);
  const windowAt = (at: number): [number, number] => {
    if (span >= count) return [0, count - 1];
    const left = Math.min(Math.max(0, at - half + 1), count - span);
    return [left, left + span - 1];
  };
  const fitted = (at: number, within: [number, number]) => fitAt(y, at, within, span, weights) ?? y[at] ?? 0;
  const line = (from: number, to: number) => {
    const [a, b] = [smooth[from] ?? 0, smooth[to] ?? 0];
    for (let at = from + 1; at < to; at++) smooth[at] = a + ((b - a) * (at - from)) / (to - from);
  };
  let last = 0;
  for (let at = 0; at < count; at += step) {
    smooth[at] = fitted(at, windowAt(at));
    if (at > 0) line(last, at);
    last = at;
  }
  if (last !== count - 1) {
    smooth[count - 1] = fitted(count - 1, windowAt(last));
    line(last, count - 1);
  }
  return smooth;
}

/** Each turn's same place smoothed, one turn further to either side. */
function cycles(
  y: Float64Array,
  { period, seasonal: span, jumps }: StlOptions,
  weights: Weights,
): Float64Array {
  const result = new Float64Array(y.length + 2 * period);
  for (let place = 0; place < period; place++) {
    const isOwn = (_: number, at: number) => at % period === place;
    const own = y.filter(isOwn);
    const ownWeights = weights === null ? null : weights.filter(isOwn);
    const count = own.length;
    const smooth = loess(own, span, jumps?.seasonal ?? 1, ownWeights);
    const before = fitAt(own, -1, [0, Math.min(span, count) - 1], span, ownWeights);
    const after = fitAt(own, count, [Math.max(0, count - span), count - 1], span, ownWeights);
    const all = [before ?? smooth[0] ?? 0, ...smooth, after ?? smooth[count - 1] ?? 0];
    all.forEach((value, turn) => (result[turn * period + place] = value));
  }
  return result;
}

function movingAverage(y: Float64Array, length: number): Float64Array {
  const result = new Float64Array(y.length - length + 1);
  let sum = 0;
  for (let at = 0; at < y.length; at++) {
    sum += (y[at] ?? 0) - (at >= length ? (y[at - length] ?? 0) : 0);
    if (at >= length - 1) result[at - length + 1] = sum / length;
  }
  return result;
}

/** Bisquare weights by six times the median of what is left. */
function robustness(y: Float64Array, { trend, seasonal }: Omit<Decomposed, "weights">): Float64Array {
  const left = y.map((value, at) => Math.abs(value - (trend[at] ?? 0) - (seasonal[at] ?? 0)));
  const sorted = left.toSorted();
  const middle = Math.floor(y.length / 2);
  const reach = 3 * ((sorted[middle] ?? 0) + (sorted[y.length - middle - 1] ?? 0));
  return left.map((value) => {
    if (value <= 0.001 * reach) return 1;
    return value <= 0.999 * reach ? (1 - (value / reach) ** 2) ** 2 : 0;
  });
}

/** @param values two turns at least */
export function stl(values: readonly number[], options: StlOptions): Decomposed {
  const { period, lowPass, trend: trendSpan, jumps, inner, outer } = options;
  const y = Float64Array.from(values);
  let trend: Float64Array = new Float64Array(y.length);
  let seasonal: Float64Array = new Float64Array(y.length);
  let weights: Weights = null;
  for (let round = 0; ; round++) {
    for (let turn = 0; turn < inner; turn++) {
      const smooth = cycles(
        y.map((value, at) => value - (trend[at] ?? 0)),
        options,
        weights,
      );
      const averaged = movingAverage(movingAverage(movingAverage(smooth, period), period), 3);
      const low = loess(averaged, lowPass, jumps?.lowPass ?? 1, null);
      seasonal = low.map((value, at) => (smooth[at + period] ?? 0) - value);
      trend = loess(
        y.map((value, at) => value - (seasonal[at] ?? 0)),
        trendSpan,
        jumps?.trend ?? 1,
        weights,
      );
    }
    if (round === outer) return { trend, seasonal, weights: weights ?? y.map(() => 1) };
    weights = robustness(y, { trend, seasonal });
  }
}
