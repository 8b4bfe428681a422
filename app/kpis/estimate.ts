// From the statement's sums to the figures of one row: value, range, change, verdict, and why something is blank.
// A sum or count is a fact and has no range; a rate or average is an estimate and has one where it holds.
import type { Change, KpiCell, Range, Reason } from "./answer.ts";
import { declarations } from "./catalogue.ts";
import { longestOf } from "./compile/durations.ts";
import { isOutside } from "./compile/parts.ts";
import { factOf } from "./facts/facts.ts";
import {
  coverageOf,
  declarationOf,
  isIndicator,
  isPerCustomer,
  isSoFar,
  uncertaintyOf,
  type Declaration,
  type Duration,
} from "./kpi.ts";
import { GUEST } from "./segmentations.ts";
import {
  cautiousThird,
  changeVariance,
  correlation,
  garwood,
  intervalAround,
  isChangeEven,
  LARGE_CUSTOMER,
  MIN_CUSTOMERS,
  MIN_EVENTS,
  ratioThird,
  ratioVariance,
  shareChange,
  surenessOfRatio,
  surenessOfShare,
  totalVariance,
  verdictOf,
  welchUnits,
  wilson,
  type Interval,
} from "./statistics.ts";
import { shopOf, Sums, type Cell, type RowOf, type Slice } from "./sums.ts";
import { happenedWithin } from "./survival.ts";

/** One period's figure before anything is blanked. */
interface Figure {
  /** Null: nothing to divide by. */
  value: number | null;
  parts: { numerator: number; denominator: number } | null;
  n: number;
  events: number;
  largest: number | null;
  variance: number;
  third: number;
  range: Range | null;
  /** Of what takes its time: who is not followed long enough yet. */
  open?: number;
}

const NONE = { value: null, variance: 0, third: 0, range: null } as const;

/** As far as customers are followed; who is followed for longer than any KPI asks counts as followed so long. */
function durationFigure({ from, to, within }: Duration, row: Sums, slice: Slice): Figure {
  const most = longestOf(from, to);
  const times = row.times(from, to, most, slice);
  const n = [...times.happened, ...times.censored].reduce((sum, count) => sum + count, 0);
  const found = happenedWithin(times, within);
  if (found === null) return { ...NONE, parts: null, n, events: 0, largest: null, open: n };
  const { share, variance, range, events, followed, open } = found;
  const sureness = events < MIN_EVENTS ? null : followed < MIN_EVENTS || n < MIN_CUSTOMERS ? "rough" : "sure";
  return {
    value: share,
    parts: null,
    n,
    events,
    largest: null,
    variance,
    third: 0,
    range: range === null || sureness === null ? null : { ...range, sureness },
    open,
  };
}

function figureOf(declaration: Declaration, id: string, row: Sums, shop: Sums, slice: Slice): Figure {
  const { computation } = declaration;
  if (computation.kind === "duration") return durationFigure(computation, row, slice);
  const isRatio = computation.kind === "ratio";
  const top = isRatio ? computation.numerator : id;
  const bottom = isRatio && computation.over !== "shop" ? computation.denominator : top;
  const sum = row.sum(top, slice);
  // Nobody is behind what is nobody's: the other side says how much there is to go by.
  const n = row.movers(isOutside(bottom) ? top : bottom, slice);
  const telling = isOutside(top) ? bottom : top;
  const isCount = declarationOf(declarations, telling).unit === "count";
  const events = isCount ? Math.abs(row.sum(telling, slice)) : row.movers(telling, slice);
  const method = uncertaintyOf(declarations, id);
  const part = sum > 0 && n > 1 && !isIndicator(declarations, top) ? row.largest(top, slice) / sum : 0;
  const basis = {
    n,
    events,
    largest: part > LARGE_CUSTOMER && method !== "wilson" ? part : null,
  };

  if (!isRatio) {
    const variance = totalVariance(row.total(id, slice));
    const third = cautiousThird("total", row.totalThird(id, slice), { value: sum, variance, units: n });
    return { value: sum, parts: null, ...basis, variance, third, range: null };
  }
  if (computation.over === "shop") {
    const all = shop.sum(top, slice);
    const parts = { numerator: sum, denominator: all };
    if (all <= 0) return { ...NONE, parts, ...basis };
    const value = sum / all;
    const variance = shop.shareVariance(top, slice, row, value) / all ** 2;
    const third = cautiousThird("total", shop.shareThird(top, slice, row, value) / all ** 3, {
      value,
      variance,
      units: n,
    });
    return { value, parts, ...basis, variance, third, range: deltaRange(value, variance, third, basis) };
  }
  const sums = row.ratio(computation, slice);
  const parts = { numerator: sums.y, denominator: sums.x };
  const followed = declarationOf(declarations, bottom).computation.kind === "followed";
  const open = followed ? { open: row.open(bottom, slice) } : {};
  if (sums.x <= 0) return { ...NONE, parts, ...basis, ...open };
  const value = sums.y / sums.x;
  const variance = ratioVariance(sums, n);
  if (method === "wilson") {
    const sureness = surenessOfShare(sums.y, sums.x);
    const range = sureness === null ? null : { ...wilson(sums.y, sums.x), sureness };
    return { value, parts, ...basis, ...open, variance, third: 0, range };
  }
  if (method === "poisson") {
    const count = garwood(sums.x);
    const range = { low: sums.y / count.high, high: sums.y / count.low, sureness: "sure" as const };
    return { value, parts, ...basis, variance, third: 0, range };
  }
  const third = cautiousThird("ratio", ratioThird(sums, row.cubes(computation, slice)), {
    value,
    variance,
    units: n,
  });
  const range = deltaRange(value, variance, third, basis);
  return { value, parts, ...basis, ...open, variance, third, range };
}

/** None where nothing varies: a sample of equal values cannot tell how unequal others are. */
function deltaRange(
  value: number,
  variance: number,
  third: number,
  { n, events }: { n: number; events: number },
): Range | null {
  const sureness = surenessOfRatio({ units: n, events, variance, third });
  if (sureness === null || variance <= 0) return null;
  return { ...intervalAround(value, variance, n), sureness };
}

/** Averages of money are rounded to the minor unit, so that what is shown is what is compared. */
const rounded = ({ unit }: Declaration, value: number) => (unit === "money" ? Math.round(value) : value);

/** Bounds are rounded outwards where values are whole, lie where values can, and a rate that is a part of a whole stays one. */
function bounds({ unit, computation }: Declaration, value: number, range: Range): Range {
  const low = isNeverNegative(computation) ? Math.max(0, range.low) : range.low;
  const { high, sureness } = range;
  if (unit === "money" || unit === "count") return { low: Math.floor(low), high: Math.ceil(high), sureness };
  if (unit !== "rate" || value < 0 || value > 1) return { low, high, sureness };
  return { low: Math.max(0, low), high: Math.min(1, high), sureness };
}

/** Nothing is counted, and no order placed, for less than 0; later movements may take away more than was there. */
function isNeverNegative(computation: Declaration["computation"]): boolean {
  if (computation.kind === "derived") return false;
  if (computation.kind === "ratio")
    return isNeverNegative(declarationOf(declarations, computation.numerator).computation);
  if (computation.kind === "among" || (computation.kind === "followed" && computation.then !== null)) {
    const of = computation.kind === "among" ? computation.of : (computation.then ?? "");
    return isNeverNegative(declarationOf(declarations, of).computation);
  }
  if (computation.kind === "sum") return factOf(computation.fact).measures[computation.measure]?.least === 0;
  return computation.kind !== "level";
}

export const blankChange = (reason: Reason | null, verdict: Change["verdict"] = "unknown"): Change => ({
  absolute: null,
  relative: null,
  low: null,
  high: null,
  sureness: null,
  verdict,
  reason,
  perDay: false,
});

/** Why a figure cannot be shown before it is even computed, by period. */
export interface Blocked {
  now: Reason | null;
  then: Reason | null;
  /** The first day of which it is known, where Shopify does not keep it. */
  observedFrom?: string | null;
}

/** Days in the period and in the compared one. */
export interface Lengths {
  now: number;
  then: number;
}

/** Parts of two sums that are known are taken for the same up to this difference. */
const SAME_COVERAGE = 0.05;
const UNJUDGED = { low: null, high: null, sureness: null, verdict: "unknown" } as const;

/** Null where the whole is nothing that could have parts. */
const partOf = (known: number, whole: number): number | null =>
  whole <= 0 ? null : Math.max(0, Math.min(1, known / whole));

/** True where a figure is about the customers of a group when it was made, which those without an order then had none of. */
function isPerMember(id: string): boolean {
  const { computation } = declarationOf(declarations, id);
  if (computation.kind !== "ratio") return false;
  const below = declarationOf(declarations, computation.denominator).computation;
  return below.kind === "customers" && below.among !== "everyone";
}

/** The cell of one KPI in one row. `lengths`: null when the statement held no compared period. */
export function cellOf(
  id: string,
  row: RowOf,
  cells: readonly Cell[],
  lengths: Lengths | null,
  blocked: Blocked,
): KpiCell {
  const declaration = declarationOf(declarations, id);
  const { computation } = declaration;
  const perCustomer = isPerCustomer(declarations, id);
  const own = new Sums(cells, (segment) => row.holds(segment) && !(perCustomer && segment === GUEST.id));
  const shop = shopOf(cells);
  /** The whole shop's share of the shop is 1 by definition. */
  const isWhole = computation.kind === "ratio" && computation.over === "shop" && row.kind === "total";
  const kind = uncertaintyOf(declarations, id) !== "sum" && !isWhole ? "estimate" : "fact";

  const coverage = coverageOf(declarations, id);
  /** Something happened, and of nothing of it what the figure is about is known. */
  const isUnknown = ({ value, parts }: Figure, slice: Slice) =>
    coverage !== null &&
    (parts?.numerator ?? value) === 0 &&
    own.movers(coverage.known, slice) === 0 &&
    own.movers(coverage.of, slice) > 0;
  const reasonOf = (figure: Figure, block: Reason | null): Reason | null => {
    if (block !== null) return block;
    if (perCustomer && row.kind === "guest") return "not_applicable";
    if (isPerMember(id) && (row.kind === "first_time" || row.kind === "not_bought")) return "not_applicable";
    if (isUnknown(figure, figure === now ? "now" : "then")) return "not_recorded";
    if (figure.value !== null) return null;
    if (computation.kind === "duration") return figure.n === 0 ? "no_value" : "not_mature";
    if ((figure.open ?? 0) > 0) return "not_mature";
    return (figure.parts?.denominator ?? 0) < 0 ||
      (computation.kind === "ratio" && computation.over === "shop")
      ? "not_positive"
      : "no_value";
  };
  const shown = (figure: Figure, reason: Reason | null): number | null =>
    figure.value === null || reason !== null ? null : rounded(declaration, figure.value);

  const now = figureOf(declaration, id, own, shop, "now");
  const reason = reasonOf(now, blocked.now);
  const value = shown(now, reason);
  // How far a group's share moves with its customers' orders in other groups is not worked out.
  const isShared = row.kind === "orders" && computation.kind === "ratio" && computation.over === "shop";
  const range =
    value === null || now.range === null || isShared ? null : bounds(declaration, value, now.range);
  const isKnown = blocked.now === null && reason !== "not_applicable";
  const cell: KpiCell = {
    value,
    kind,
    parts: value === null ? null : now.parts,
    n: blocked.now === null ? now.n : 0,
    events: blocked.now === null ? now.events : null,
    low: range?.low ?? null,
    high: range?.high ?? null,
    sureness: range?.sureness ?? null,
    largest: isKnown ? now.largest : null,
    coverage: coverage === null ? null : partOf(own.sum(coverage.known, "now"), own.sum(coverage.of, "now")),
    observedFrom: blocked.observedFrom ?? null,
    open: blocked.now === null ? (now.open ?? null) : null,
    reason,
    previous: null,
    change: null,
  };
  if (lengths === null || isWhole) return cell;

  const then = figureOf(declaration, id, own, shop, "then");
  const reasonThen = reasonOf(then, blocked.then);
  cell.previous = shown(then, reasonThen);
  const missing = reason ?? reasonThen;
  cell.change =
    value === null || cell.previous === null
      ? blankChange(missing)
      : changeOf(id, { value, previous: cell.previous, now, then, own, shop, lengths });
  if (isShared && cell.change.verdict !== "unknown")
    cell.change = { ...cell.change, ...UNJUDGED, reason: "shared_customers" };
  if (isSoFar(declarations, id) && cell.change.verdict !== "unknown")
    cell.change = { ...cell.change, ...UNJUDGED, reason: "may_change" };
  if (coverage !== null && kind === "fact" && cell.change.verdict !== "unknown") {
    const knownThen = partOf(own.sum(coverage.known, "then"), own.sum(coverage.of, "then"));
    // A sum of what is known grows when more is known.
    if (Math.abs((cell.coverage ?? 1) - (knownThen ?? 1)) > SAME_COVERAGE)
      cell.change = { ...cell.change, ...UNJUDGED, reason: "known_otherwise" };
  }
  return cell;
}

interface Compared {
  value: number;
  previous: number;
  now: Figure;
  then: Figure;
  own: Sums;
  shop: Sums;
  lengths: Lengths;
}

/**
 * Of two figures that can be told. A sum over periods of unequal length is compared by the day: with the previous one as
 * long as this one.
 */
function changeOf(id: string, { value, previous, now, then, own, shop, lengths }: Compared): Change {
  const declaration = declarationOf(declarations, id);
  const { computation } = declaration;
  const method = uncertaintyOf(declarations, id);
  const perDay = method === "sum" && lengths.now !== lengths.then;
  const scale = perDay ? lengths.now / lengths.then : 1;
  const base = previous * scale;
  const absolute = perDay ? rounded(declaration, value - base) : value - previous;
  const told = {
    absolute,
    // A percentage of a loss, or of nothing, misleads.
    relative: base > 0 ? (value - base) / base : null,
    perDay,
  };

  // What nobody decides by chance: a budget is another because somebody made it so.
  if (method === "sum" && (computation.kind === "ratio" || isOutside(id)))
    return { ...told, low: null, high: null, sureness: null, verdict: "unknown", reason: null };

  let covariance: number;
  // New customers of two periods are never the same.
  if (method === "survival") covariance = 0;
  else if (computation.kind !== "ratio") covariance = own.totalCovariance(id) * scale;
  else if (computation.over !== "shop") covariance = own.ratioCovariance(computation);
  else {
    const { numerator } = computation;
    const together = shop.shareCovariance(numerator, own, now.value ?? 0, then.value ?? 0);
    covariance = together / (shop.sum(numerator, "now") * shop.sum(numerator, "then"));
  }
  const variances = { now: now.variance, then: then.variance * scale ** 2 };
  const variance = changeVariance(variances.now, variances.then, covariance);
  const difference = (now.value ?? 0) - (then.value ?? 0) * scale;
  const hasOwnRanges = method === "wilson" || method === "poisson" || method === "survival";
  let interval: Interval;
  if (hasOwnRanges && now.range !== null && then.range !== null)
    interval = shareChange(
      { share: now.value ?? 0, ...now.range },
      { share: then.value ?? 0, ...then.range },
      // New customers of two periods are never the same.
      method !== "wilson" ? 0 : correlation(covariance, now.variance, then.variance),
    );
  else {
    const units =
      method === "delta"
        ? Math.min(now.n, then.n)
        : welchUnits({ variance: variances.now, n: now.n }, { variance: variances.then, n: then.n });
    interval = intervalAround(difference, variance, units);
  }

  // Of a sum, one period with many customers suffices: that the other has none is the news.
  const isOfEach = method === "delta" || method === "poisson" || method === "survival";
  const most = isOfEach ? Math.min : Math.max;
  const least = hasOwnRanges ? Math.min : most;
  const isTooFew = least(now.n, then.n) < MIN_CUSTOMERS || most(now.events, then.events) < MIN_EVENTS;
  const isUneven = !hasOwnRanges && !isChangeEven(variance, now.third, then.third * scale ** 3);
  const reason: Reason | null = isTooFew ? "too_few" : isUneven ? "too_uneven" : null;
  const isRanged =
    method === "wilson" || method === "poisson"
      ? true
      : method === "survival"
        ? now.range !== null && then.range !== null
        : variance > 0 && most(now.events, then.events) >= MIN_EVENTS && most(now.n, then.n) >= MIN_EVENTS;
  const outwards = declaration.unit === "money" || declaration.unit === "count";
  // What is never below 0 loses no more than all of it.
  const isLeast0 = declaration.unit === "count" || isNeverNegative(computation);
  const bottom = isLeast0 && base > 0 ? -base : Number.NEGATIVE_INFINITY;
  const low = Math.max(bottom, outwards ? Math.floor(interval.low) : interval.low);
  return {
    ...told,
    low: isRanged ? low : null,
    high: isRanged ? (outwards ? Math.ceil(interval.high) : interval.high) : null,
    sureness: isRanged ? (reason === null ? "sure" : "rough") : null,
    verdict: reason === null ? verdictOf(interval) : "too_few",
    reason,
  };
}
