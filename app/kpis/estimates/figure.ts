// One period's figure of one row, before anything is blanked: value, what it rests on, how much it varies, and its range.
import type { Range } from "../answer.ts";
import { declarations } from "../catalogue.ts";
import { longestOf } from "../compile/durations.ts";
import { isOutside } from "../compile/parts.ts";
import { type Declaration, type Duration, type Ratio } from "../kpi.ts";
import { declarationOf, isIndicator, uncertaintyOf } from "../declared.ts";
import type { Slice, Sums } from "../sums.ts";
import { bandOf, happenedWithin } from "../survival.ts";
import {
  LARGE_CUSTOMER,
  MIN_CUSTOMERS,
  MIN_EVENTS,
  SURE_PART_UNITS,
  SURE_UNITS,
  surenessOfRatio,
  surenessOfShare,
  type Sureness,
} from "./gates.ts";
import { Z } from "./distributions.ts";
import { cautiousThird, ratioThird, ratioVariance, totalVariance } from "./moments.ts";
import { garwood, intervalAround, partAround, wilson, type Interval } from "./ranges.ts";

export interface Figure {
  /** Null: nothing to divide by. */
  value: number | null;
  parts: { numerator: number; denominator: number } | null;
  n: number;
  events: number;
  largest: number | null;
  variance: number;
  /** Third central moment: as the customers have it, and as it is taken for, no smaller than that of log-normal spending. */
  third: number;
  cautious: number;
  /** At 95 %, with how sure it is; null where there is none. */
  range: Range | null;
  /** The same at any level, where a change is judged by both figures' ranges. */
  at: ((z: number) => Interval) | null;
  /** Of what takes its time: who is not followed long enough yet. */
  open?: number;
}

const NONE = { value: null, variance: 0, third: 0, cautious: 0, range: null, at: null } as const;

function ranged(at: (z?: number) => Interval, sureness: Sureness): Range | null {
  return sureness === null ? null : { ...at(), sureness };
}

/** As far as customers are followed; who is followed for longer than any KPI asks counts as followed so long. */
function durationFigure({ from, to, within }: Duration, row: Sums, slice: Slice): Figure {
  const most = longestOf(from, to);
  const times = row.times(from, to, most, slice);
  const n = [...times.happened, ...times.censored].reduce((sum, count) => sum + count, 0);
  const found = happenedWithin(times, within);
  if (found === null) return { ...NONE, parts: null, n, events: 0, largest: null, open: n };
  const { share, variance, range, events, followed, open } = found;
  const sureness = events < MIN_EVENTS ? null : followed < MIN_EVENTS || n < MIN_CUSTOMERS ? "rough" : "sure";
  const at = (z?: number) => bandOf(share, variance, z) ?? { low: share, high: share };
  const basis = {
    value: share,
    parts: null,
    n,
    events,
    largest: null,
    variance,
    third: 0,
    cautious: 0,
    open,
  };
  return { ...basis, range: range === null ? null : ranged(at, sureness), at };
}

/** A value by its place among all. Its range is scaled to other levels, as the normal distribution's is. */
function quantileFigure(id: string, row: Sums, slice: Slice): Figure {
  const found = row.quantile(id, slice);
  const { owners: n = 0, n: events = 0 } = found ?? {};
  const basis = { parts: null, n, events, largest: null };
  if (found === null) return { ...NONE, ...basis };
  const { middle: value, low, high } = found;
  if (low === null || high === null || high <= low) return { ...NONE, ...basis, value };
  const at = (z = Z) => ({ low: value - ((value - low) * z) / Z, high: value + ((high - value) * z) / Z });
  const variance = ((high - low) / (2 * Z)) ** 2;
  const sureness = events < MIN_EVENTS || n < MIN_EVENTS ? null : n >= SURE_UNITS ? "sure" : "rough";
  return { value, ...basis, variance, third: 0, cautious: 0, range: ranged(at, sureness), at };
}

/** A part of the shop's sum: every customer moves it, those inside and those outside. */
function shareFigure(top: string, row: Sums, shop: Sums, slice: Slice, basis: Basis): Figure {
  const sum = row.sum(top, slice);
  const all = shop.sum(top, slice);
  const parts = { numerator: sum, denominator: all };
  if (all <= 0) return { ...NONE, parts, ...basis };
  const value = sum / all;
  const variance = shop.shareMoment(2, top, slice, row, value) / all ** 2;
  const third = shop.shareMoment(3, top, slice, row, value) / all ** 3;
  const shape = shapeOf({ value, variance, third }, basis);
  const sureness = surenessOfRatio({ ...shape, third: shape.cautious }, SURE_PART_UNITS);
  const at = (z?: number) => partAround(value, variance, basis.n, z);
  return {
    value,
    parts,
    ...basis,
    variance,
    third,
    cautious: shape.cautious,
    range: ranged(at, sureness),
    at,
  };
}

interface Basis {
  n: number;
  events: number;
  /** Who adds to what is above the line. */
  movers: number;
  largest: number | null;
}

function ratioFigure(id: string, ratio: Ratio, row: Sums, slice: Slice, basis: Basis): Figure {
  const sums = row.ratio(ratio, slice);
  const parts = { numerator: sums.y, denominator: sums.x };
  const isFollowed = declarationOf(declarations, ratio.denominator).computation.kind === "followed";
  const open = isFollowed ? { open: row.open(ratio.denominator, slice) } : {};
  if (sums.x <= 0) return { ...NONE, parts, ...basis, ...open };
  const value = sums.y / sums.x;
  const variance = ratioVariance(sums, basis.n);
  const method = uncertaintyOf(declarations, id);
  if (method === "wilson" || method === "poisson") {
    const at = (z?: number): Interval => {
      if (method === "wilson") return wilson(sums.y, sums.x, z);
      const count = garwood(sums.x, z);
      return { low: sums.y / count.high, high: sums.y / count.low };
    };
    const sureness = method === "wilson" ? surenessOfShare(sums.y, sums.x) : "sure";
    const range = ranged(at, sureness);
    return { value, parts, ...basis, ...open, variance, third: 0, cautious: 0, range, at };
  }
  const third = ratioThird(sums, row.cubes(ratio, slice));
  const shape = shapeOf({ value, variance, third }, basis);
  const { cautious } = shape;
  const sureness = surenessOfRatio({ ...shape, third: cautious });
  const range = ranged((z) => intervalAround(value, variance, basis.n, cautious, z), sureness);
  return { value, parts, ...basis, ...open, variance, third, cautious, range, at: null };
}

/** How much there is to go by, and how skewed it is to be taken for. */
function shapeOf(
  { value, variance, third }: { value: number; variance: number; third: number },
  { n: units, events, movers }: Basis,
) {
  const cautious = cautiousThird(third, { value, variance, units, movers });
  return { units, movers, events, variance, cautious };
}

export function figureOf(
  { computation }: Declaration,
  id: string,
  row: Sums,
  shop: Sums,
  slice: Slice,
): Figure {
  if (computation.kind === "duration") return durationFigure(computation, row, slice);
  if (computation.kind === "quantile") return quantileFigure(id, row, slice);
  const isRatio = computation.kind === "ratio";
  const top = isRatio ? computation.numerator : id;
  const bottom = isRatio && computation.over !== "shop" ? computation.denominator : top;
  const sum = row.sum(top, slice);
  // Nobody is behind what is nobody's: the other side says how much there is to go by.
  const n = row.movers(isOutside(bottom) ? top : bottom, slice);
  const telling = isOutside(top) ? bottom : top;
  const isCount = declarationOf(declarations, telling).unit === "count";
  const events = isCount ? Math.abs(row.sum(telling, slice)) : row.movers(telling, slice);
  const isShare = uncertaintyOf(declarations, id) === "wilson";
  const part = sum > 0 && n > 1 && !isIndicator(declarations, top) ? row.largest(top, slice) / sum : 0;
  const movers = isOutside(top) ? n : row.movers(top, slice);
  const basis = { n, events, movers, largest: part > LARGE_CUSTOMER && !isShare ? part : null };

  if (isRatio)
    return computation.over === "shop"
      ? shareFigure(top, row, shop, slice, basis)
      : ratioFigure(id, computation, row, slice, basis);
  const variance = totalVariance(row.total(id, slice));
  const third = row.totalThird(id, slice);
  const cautious = cautiousThird(third, { value: sum, variance, units: n, movers: n });
  return { value: sum, parts: null, ...basis, variance, third, cautious, range: null, at: null };
}
