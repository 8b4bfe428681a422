// What is usual of each day of a series, by the days before it, and how far beyond chance the day is. Large sums and counts are taken
// apart into trend and week (STL), small counts stand beside the same weekdays of eight weeks (Farrington). Pure.
import { studentTail, Z } from "../kpis/estimates/distributions.ts";
import { countModel, countsAt, countStrength } from "../kpis/estimates/farrington.ts";
import { stl, type StlOptions } from "../kpis/estimates/stl.ts";

const WEEK = 7;
const YEAR = 52 * WEEK;
/** So many days a series has at least, the day that is looked at among them, and at most. */
export const FEWEST_DAYS = 8 * WEEK;
export const MOST_DAYS = YEAR + WEEK;
/** Of so many last days each is looked at. */
export const LOOKED_DAYS = 4 * WEEK;
/** Where fewer happen on the median day of the last twelve weeks, they are counted one by one. */
const FEW = 10;
const RECENT = 12 * WEEK;
/** Fewer in the four weeks before say nothing (Farrington et al.). */
const FEWEST_COUNTED = 5;
/** A standard deviation by the median of what lies to one side. */
const BY_MEDIAN = 1.4826;
/** What that median tells beside a standard deviation of as many (0.37), of the half of the days that lie on one side. */
const EFFICIENCY = 0.37 / 2;

/** Values by day without a gap, the last of them the last whole day. */
export interface Series {
  values: readonly number[];
  /** The same without the customer who brought most of it: his order is no movement of the shop. */
  trimmed: readonly number[];
  /** How many things happened. */
  counts: readonly number[];
  isCount: boolean;
}

export interface Usual {
  expected: number;
  /** Nineteen of twenty such days lie between. */
  low: number;
  high: number;
  /** Standard deviations from what is expected. */
  strength: number;
  pValue: number;
}

/** The days that are looked at, by their place in the series; none where the series is too short or too little happens. */
export function usualDays({ values, trimmed, counts, isCount }: Series): Map<number, Usual> {
  const first = Math.max(FEWEST_DAYS - 1, values.length - LOOKED_DAYS);
  const isFew = medianOf(counts.slice(-RECENT)) < FEW;
  if (isFew && !isCount) return new Map();
  const judge = (of: readonly number[]) => (isFew ? byCount(of, first) : byTrend(of, counts, first));
  const [whole, rest] = [judge(values), judge(trimmed)];
  const found = new Map<number, Usual>();
  for (const [at, own] of whole) {
    const other = rest.get(at);
    const isSame = other !== undefined && other.strength * own.strength > 0;
    found.set(at, { ...own, pValue: isSame ? Math.max(own.pValue, other.pValue) : 1 });
  }
  return found;
}

function medianOf(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return ((sorted[middle] ?? 0) + (sorted[sorted.length - 1 - middle] ?? 0)) / 2;
}

/** How residuals are measured and read back, and how far each is from none. */
interface Scale {
  far: (value: number, expected: number) => number;
  back: (far: number, expected: number) => number;
  /** Of what is expected, the part that a step of one is. */
  step: number;
}

/** On the scale of logarithms small days lie too far out, on that of the 2/3 power large ones: a day must be far out on both. */
const SCALES: readonly Scale[] = [
  {
    far: (value, expected) => Math.log((1 + value) / (1 + expected)),
    back: (far, expected) => (1 + expected) * Math.exp(far) - 1,
    step: 1,
  },
  {
    far: (value, expected) => ((1 + value) / (1 + expected)) ** (2 / 3) - 1,
    back: (far, expected) => (1 + expected) * Math.max(0, 1 + far) ** 1.5 - 1,
    step: 2 / 3,
  },
];

/** A loess is worked out ten times in its window, as the authors advise. */
const STL: StlOptions = {
  ...{ period: WEEK, seasonal: 35, trend: 29, lowPass: WEEK, inner: 1, outer: 5 },
  jumps: { seasonal: 4, trend: 3, lowPass: 1 },
};

/** A day at or below nothing stands as nothing: no logarithm reaches further. */
function byTrend(values: readonly number[], counts: readonly number[], first: number): Map<number, Usual> {
  const days = values.map((value) => Math.max(0, value));
  const { trend, seasonal } = stl(
    days.map((value) => Math.log1p(value)),
    STL,
  );
  const expected = days.map((_, at) => Math.max(0, Math.expm1((trend[at] ?? 0) + (seasonal[at] ?? 0))));
  const scales = SCALES.map(({ far, back, step }) => ({
    ...{ back, step },
    left: days.map((value, at) => far(value, expected[at] ?? 0)),
  }));
  const found = new Map<number, Usual>();
  for (let at = first; at < days.length; at++) {
    const of = expected[at] ?? 0;
    // No sum of so many varies less than their number does by chance.
    const least = 1 / Math.sqrt(1 + medianOf(sameWeekdays(counts, at).slice(-8)));
    const told = scales.map(({ back, step, left }) => {
      const spread = (side: 1 | -1) => Math.max(step * least, spreadBefore(left, at, side));
      const [low, high] = [spread(-1), spread(1)];
      const own = left[at] ?? 0;
      return {
        strength: own / (own < 0 ? low : high),
        low: back(-Z * low, of),
        high: back(Z * high, of),
      };
    });
    const strength = told.reduce(
      (least, each) => (Math.abs(each.strength) < Math.abs(least) ? each.strength : least),
      Number.POSITIVE_INFINITY,
    );
    found.set(at, {
      expected: of,
      low: Math.max(0, Math.min(...told.map(({ low }) => low))),
      high: Math.max(...told.map(({ high }) => high)),
      strength,
      pValue: 2 * studentTail(Math.abs(strength), EFFICIENCY * at),
    });
  }
  return found;
}

/** Of what was left of the days before, on one side; of the same weekdays where these vary more. */
function spreadBefore(left: readonly number[], at: number, side: 1 | -1): number {
  const of = (days: readonly number[]) => BY_MEDIAN * medianOf(days.map((value) => Math.abs(value)));
  const before = left.slice(0, at);
  return Math.max(of(before.filter((value) => value * side > 0)), of(sameWeekdays(left, at)));
}

/** Of the weeks before. */
const sameWeekdays = (values: readonly number[], at: number): number[] =>
  values.filter((_, day) => day < at && (at - day) % WEEK === 0);

function byCount(values: readonly number[], first: number): Map<number, Usual> {
  const found = new Map<number, Usual>();
  for (let at = first; at < values.length; at++) {
    const before = (days: number) => values.slice(Math.max(0, at - days), at);
    if (before(4 * WEEK).reduce((sum, count) => sum + count, 0) < FEWEST_COUNTED) continue;
    const sameWeek = [-3, -2, -1, 0, 1, 2, 3].map((day) => at - YEAR + day).filter((day) => day >= 0);
    const days = [...before(FEWEST_DAYS).keys()].map((day) => at - 1 - day).concat(sameWeek);
    const turns = Array.from({ length: WEEK }, (_, weekday) =>
      days.filter((day) => day % WEEK === weekday).map((day) => values[day] ?? 0),
    );
    const model = countModel(turns, at % WEEK);
    const count = values[at] ?? 0;
    const strength = countStrength(count, model);
    found.set(at, {
      ...{ expected: model.expected, ...countsAt(model, Z), strength },
      pValue: 2 * studentTail(Math.abs(strength), model.degrees),
    });
  }
  return found;
}
