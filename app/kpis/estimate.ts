// From the statement's sums to the figures of one row: value, interval, change, verdict, and why something is blank.
import type { Change, KpiCell, Reason } from "./answer.ts";
import { declarations } from "./catalogue.ts";
import { isIndicator, term } from "./compile.ts";
import { declarationOf, isPerCustomer, type Declaration, type Ratio } from "./kpi.ts";
import { GUEST, NO_ORDER } from "./segmentations.ts";
import {
  changeVariance,
  correlation,
  intervalAround,
  isTooFew,
  ratioCovariance,
  ratioVariance,
  shareChange,
  totalCovariance,
  totalVariance,
  verdictOf,
  wilson,
  type Interval,
  type RatioSums,
  type TotalCross,
  type TotalSums,
} from "./statistics.ts";

type Slice = "now" | "then";

/** One row of the statement: customers who are in segment `now` in the period and in `then` in the compared one. */
export interface Cell {
  now: string;
  then: string;
  terms: Readonly<Record<string, number>>;
}

/** A row of the answer: which segments it holds. */
export interface RowOf {
  kind: "total" | "segment" | "no_order" | "guest";
  holds: (segment: string) => boolean;
}

/** Members of a segment are known in number; customers who turn up without one, and guest orders, are not. */
const isCounted = (segment: string) => segment !== NO_ORDER.id && segment !== GUEST.id;

/** Sums over the cells of one row. */
class Sums {
  private readonly cells: readonly Cell[];
  private readonly holds: (segment: string) => boolean;
  private readonly bySlice: Readonly<Record<Slice, readonly Cell[]>>;
  private readonly segmentTotals = new Map<string, Map<string, TotalSums>>();

  constructor(cells: readonly Cell[], holds: (segment: string) => boolean) {
    this.cells = cells;
    this.holds = holds;
    this.bySlice = {
      now: cells.filter((cell) => holds(cell.now)),
      then: cells.filter((cell) => holds(cell.then)),
    };
  }

  private in(slice: Slice): readonly Cell[] {
    return this.bySlice[slice];
  }

  private add(cells: readonly Cell[], name: string): number {
    return cells.reduce((sum, cell) => sum + (cell.terms[name] ?? 0), 0);
  }

  sum(name: string, slice: Slice): number {
    return this.add(this.in(slice), term.sum(name, slice));
  }

  movers(name: string, slice: Slice): number {
    return isIndicator(name) ? this.sum(name, slice) : this.add(this.in(slice), term.movers(name, slice));
  }

  largest(name: string, slice: Slice): number {
    if (isIndicator(name)) return this.sum(name, slice) > 0 ? 1 : 0;
    return this.in(slice).reduce(
      (most, cell) => Math.max(most, cell.terms[term.largest(name, slice)] ?? 0),
      0,
    );
  }

  product(a: string, b: string, slice: Slice): number {
    return a === b && isIndicator(a)
      ? this.sum(a, slice)
      : this.add(this.in(slice), term.product(a, b, slice));
  }

  ratio(ratio: Ratio, slice: Slice): RatioSums {
    const { numerator: y, denominator: x } = ratio;
    return {
      y: this.sum(y, slice),
      x: this.sum(x, slice),
      yy: this.product(y, y, slice),
      xy: this.product(y, x, slice),
      xx: this.product(x, x, slice),
    };
  }

  total(name: string, slice: Slice): TotalSums {
    const counted = this.in(slice).filter((cell) => isCounted(cell[slice]));
    const squares = (cells: readonly Cell[]) =>
      this.add(cells, isIndicator(name) ? term.sum(name, slice) : term.product(name, name, slice));
    const memberSquares = squares(counted);
    return {
      memberSquares,
      memberSum: this.add(counted, term.sum(name, slice)),
      memberCount: this.add(counted, term.customers),
      otherSquares: squares(this.in(slice)) - memberSquares,
    };
  }

  private segments(slice: Slice): string[] {
    return [...new Set(this.in(slice).map((cell) => cell[slice]))];
  }

  private totalsBySegment(name: string, slice: Slice): Map<string, TotalSums> {
    const key = `${name} ${slice}`;
    const known = this.segmentTotals.get(key);
    if (known !== undefined) return known;
    const totals = new Map(
      this.segments(slice).map((segment) => [
        segment,
        new Sums(this.cells, (id) => id === segment).total(name, slice),
      ]),
    );
    this.segmentTotals.set(key, totals);
    return totals;
  }

  /** The variance of `part`'s share of this sum, times the sum's square: (1 - share)² of what is inside, share² of the rest. */
  shareVariance(name: string, slice: Slice, part: Sums, share: number): number {
    let sum = 0;
    for (const [segment, total] of this.totalsBySegment(name, slice)) {
      sum += ((part.holds(segment) ? 1 : 0) - share) ** 2 * totalVariance(total);
    }
    return sum;
  }

  /** The same between the two periods. */
  shareCovariance(name: string, part: Sums, shareNow: number, shareThen: number): number {
    const totals = { now: this.totalsBySegment(name, "now"), then: this.totalsBySegment(name, "then") };
    return this.cells.reduce((sum, cell) => {
      const now = totals.now.get(cell.now);
      const then = totals.then.get(cell.then);
      if (now === undefined || then === undefined) return sum;
      const pull =
        ((part.holds(cell.now) ? 1 : 0) - shareNow) * ((part.holds(cell.then) ? 1 : 0) - shareThen);
      return sum + pull * totalCovariance(now, then, crossOf([cell], name));
    }, 0);
  }

  private both(): Cell[] {
    return this.in("now").filter((cell) => this.holds(cell.then));
  }

  ratioCovariance(ratio: Ratio): number {
    const { numerator: y, denominator: x } = ratio;
    const cross = (a: string, b: string) => this.add(this.both(), term.cross(a, b));
    return ratioCovariance(this.ratio(ratio, "now"), this.ratio(ratio, "then"), {
      yy: cross(y, y),
      yx: cross(y, x),
      xy: cross(x, y),
      xx: cross(x, x),
    });
  }

  totalCovariance(name: string): number {
    return totalCovariance(this.total(name, "now"), this.total(name, "then"), crossOf(this.both(), name));
  }
}

/** All rows divide by the same shop. */
const shops = new WeakMap<readonly Cell[], Sums>();

function shopOf(cells: readonly Cell[]): Sums {
  const known = shops.get(cells) ?? new Sums(cells, () => true);
  shops.set(cells, known);
  return known;
}

/** Cross-sums of one measure over customers who are in both periods' rows. */
function crossOf(both: readonly Cell[], name: string): TotalCross {
  const add = (cells: readonly Cell[], of: string) =>
    cells.reduce((sum, cell) => sum + (cell.terms[of] ?? 0), 0);
  const countedNow = both.filter((cell) => isCounted(cell.now));
  const countedThen = both.filter((cell) => isCounted(cell.then));
  return {
    yy: add(both, term.cross(name, name)),
    nowOverThenMembers: add(countedThen, term.sum(name, "now")),
    thenOverNowMembers: add(countedNow, term.sum(name, "then")),
    bothMembers: add(
      countedNow.filter((cell) => isCounted(cell.then)),
      term.customers,
    ),
  };
}

/** One period's figure before anything is blanked; the interval is null where there are too few to judge. */
interface Figure {
  value: number | null;
  n: number;
  events: number;
  tooFew: boolean;
  variance: number;
  interval: Interval | null;
}

function figureOf(declaration: Declaration, id: string, row: Sums, shop: Sums, slice: Slice): Figure {
  const { computation } = declaration;
  const isRatio = computation.kind === "ratio";
  const top = isRatio ? computation.numerator : id;
  const bottom = isRatio && computation.over !== "shop" ? computation.denominator : top;
  const sum = row.sum(top, slice);
  const n = row.movers(bottom, slice);
  const isCount = declarationOf(declarations, top).unit === "count";
  const events = isCount ? Math.abs(sum) : row.movers(top, slice);
  const basis = { n, events };
  const tooFew = isTooFew({ customers: n, events, sum, largest: row.largest(top, slice) });

  if (!isRatio) {
    const variance = totalVariance(row.total(id, slice));
    return {
      value: sum,
      ...basis,
      tooFew,
      variance,
      interval: tooFew ? null : intervalAround(sum, variance, n),
    };
  }
  if (computation.over === "shop") {
    const all = shop.sum(top, slice);
    if (all === 0) return { value: null, ...basis, tooFew, variance: 0, interval: null };
    const value = sum / all;
    const variance = shop.shareVariance(top, slice, row, value) / all ** 2;
    return {
      value,
      ...basis,
      tooFew,
      variance,
      interval: tooFew ? null : intervalAround(value, variance, n),
    };
  }
  const sums = row.ratio(computation, slice);
  if (sums.x === 0) return { value: null, ...basis, tooFew, variance: 0, interval: null };
  const value = sums.y / sums.x;
  const variance = ratioVariance(sums, n);
  const interval =
    declaration.uncertainty === "wilson" ? wilson(sums.y, sums.x) : intervalAround(value, variance, n);
  return { value, ...basis, tooFew, variance, interval: tooFew ? null : interval };
}

/** Averages of money are rounded to the minor unit, so that what is shown is what is compared. */
const rounded = (declaration: Declaration, value: number) =>
  declaration.unit === "money" ? Math.round(value) : value;

export const blankChange = (reason: Reason | null, verdict: Change["verdict"] = "unknown"): Change => ({
  absolute: null,
  relative: null,
  low: null,
  high: null,
  verdict,
  reason,
});

/** Why a figure cannot be shown before it is even computed, by period. */
export interface Blocked {
  now: Reason | null;
  then: Reason | null;
}

/** The cell of one KPI in one row. `compared`: whether the statement held a compared period. */
export function cellOf(
  id: string,
  row: RowOf,
  cells: readonly Cell[],
  compared: boolean,
  blocked: Blocked,
): KpiCell {
  const declaration = declarationOf(declarations, id);
  const perCustomer = isPerCustomer(declarations, id);
  const own = new Sums(cells, (segment) => row.holds(segment) && !(perCustomer && segment === GUEST.id));
  const shop = shopOf(cells);
  const isRatio = declaration.computation.kind === "ratio";

  const reasonOf = (figure: Figure, block: Reason | null): Reason | null => {
    if (block !== null) return block;
    if (perCustomer && row.kind === "guest") return "not_applicable";
    if (figure.value === null) {
      const needsOrder =
        declaration.computation.kind === "ratio" &&
        declaration.computation.denominator === "members_with_order";
      return needsOrder && row.kind === "no_order" ? "not_applicable" : "no_value";
    }
    return figure.tooFew ? "too_few" : null;
  };
  /** Counts and money totals are shown even where there are too few to judge. */
  const shownValue = (figure: Figure, reason: Reason | null): number | null => {
    if (figure.value === null || (reason !== null && (isRatio || reason !== "too_few"))) return null;
    return rounded(declaration, figure.value);
  };

  const now = figureOf(declaration, id, own, shop, "now");
  const reason = reasonOf(now, blocked.now);
  const value = shownValue(now, reason);
  const interval = reason === null ? now.interval : null;
  const cell: KpiCell = {
    value,
    n: blocked.now === null ? now.n : 0,
    low: interval === null ? null : rounded(declaration, interval.low),
    high: interval === null ? null : rounded(declaration, interval.high),
    reason,
    previous: null,
    change: null,
    events: blocked.now === null ? now.events : null,
  };
  if (!compared) return cell;

  const then = figureOf(declaration, id, own, shop, "then");
  const reasonThen = reasonOf(then, blocked.then);
  const previous = shownValue(then, reasonThen);
  cell.previous = previous;
  const missing = reason ?? reasonThen;
  if (
    missing !== null ||
    value === null ||
    previous === null ||
    now.interval === null ||
    then.interval === null
  ) {
    cell.change = blankChange(missing, missing === "too_few" ? "too_few" : "unknown");
    return cell;
  }

  const { computation } = declaration;
  let covariance: number;
  if (computation.kind !== "ratio") covariance = own.totalCovariance(id);
  else if (computation.over !== "shop") covariance = own.ratioCovariance(computation);
  else {
    const { numerator } = computation;
    const together = shop.shareCovariance(numerator, own, now.value ?? 0, then.value ?? 0);
    covariance = together / (shop.sum(numerator, "now") * shop.sum(numerator, "then"));
  }
  const difference = (now.value ?? 0) - (then.value ?? 0);
  const change =
    declaration.uncertainty === "wilson"
      ? shareChange(
          { share: now.value ?? 0, ...now.interval },
          { share: then.value ?? 0, ...then.interval },
          correlation(covariance, now.variance, then.variance),
        )
      : intervalAround(
          difference,
          changeVariance(now.variance, then.variance, covariance),
          Math.min(now.n, then.n),
        );
  const absolute = value - previous;
  cell.change = {
    absolute,
    relative: previous === 0 ? null : absolute / Math.abs(previous),
    low: rounded(declaration, change.low),
    high: rounded(declaration, change.high),
    verdict: verdictOf(change),
    reason: null,
  };
  return cell;
}
