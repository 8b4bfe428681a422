// The sums of one row over the cells that the statement answers: what figures, variances and covariances are made of.
// A row holds some segments in the period and in the compared one; a customer may have moved between them.
import type { RowKind } from "./answer.ts";
import { declarations } from "./catalogue.ts";
import type { Span } from "./compile/quantiles.ts";
import { term } from "./compile/terms.ts";
import { type Ratio } from "./kpi.ts";
import { isIndicator as isIndicatorOf } from "./declared.ts";
import type { Times } from "./survival.ts";
import { FIRST_TIME, GUEST, NO_ORDER, OUTSIDE } from "./segmentations/segmentation.ts";
import {
  ratioCovariance,
  totalCovariance,
  totalThird,
  totalVariance,
  type RatioCubes,
  type RatioSums,
  type TotalCross,
  type TotalSums,
} from "./estimates/moments.ts";

export type Slice = "now" | "then";

/** One row of the statement: customers who are in segment `now` in the period and in `then` in the compared one. */
export interface Cell {
  now: string;
  then: string;
  terms: Readonly<Record<string, number>>;
  /** Of orders: how many customers might have been in it is not known. */
  ofOrders?: true;
  /** Quantiles by name and slice. */
  quantiles?: ReadonlyMap<string, QuantileFound>;
  /** What its quantiles are of, where that is no segment: nothing else is in such a cell. */
  span?: Exclude<Span, "group">;
}

export interface QuantileFound {
  owners: number;
  n: number;
  middle: number;
  low: number | null;
  high: number | null;
}

/** A row of the answer: which segments it holds. */
export interface RowOf {
  kind: RowKind;
  holds: (segment: string) => boolean;
}

const isIndicator = (name: string) => isIndicatorOf(declarations, name);

const UNCOUNTED: readonly string[] = [FIRST_TIME.id, NO_ORDER.id, GUEST.id, OUTSIDE.id];

/** Members of a segment are known in number; customers who turn up without one, and guest orders, are not. */
const isCounted = (cell: Cell, slice: Slice) => cell.ofOrders !== true && !UNCOUNTED.includes(cell[slice]);

const add = (cells: readonly Cell[], name: string): number =>
  cells.reduce((sum, cell) => sum + (cell.terms[name] ?? 0), 0);

export class Sums {
  private readonly cells: readonly Cell[];
  private readonly holds: (segment: string) => boolean;
  private readonly bySlice: Readonly<Record<Slice, readonly Cell[]>>;
  private readonly segmentSums = new Map<Slice, Map<string, Sums>>();

  private readonly quantiles: readonly Cell[];

  constructor(all: readonly Cell[], holds: (segment: string) => boolean, span: Span = "group") {
    const cells = all.filter((cell) => cell.span === undefined);
    this.quantiles =
      span === "group" ? cells.filter((cell) => holds(cell.now)) : all.filter((cell) => cell.span === span);
    this.cells = cells;
    this.holds = holds;
    this.bySlice = {
      now: cells.filter((cell) => holds(cell.now)),
      then: cells.filter((cell) => holds(cell.then)),
    };
  }

  sum(name: string, slice: Slice): number {
    return add(this.bySlice[slice], term.sum(name, slice));
  }

  /** Null where nothing is to be had a quantile of. */
  quantile(name: string, slice: Slice): QuantileFound | null {
    for (const { quantiles } of this.quantiles) {
      const found = quantiles?.get(term.sum(name, slice));
      if (found !== undefined) return found;
    }
    return null;
  }

  /** False where a sum, or a part of it, is beyond 2^53: its last digits are lost. */
  isExact(name: string, slice: Slice): boolean {
    const parts = this.bySlice[slice].map((cell) => cell.terms[term.sum(name, slice)] ?? 0);
    return [...parts, this.sum(name, slice)].every((sum) => Math.abs(sum) <= Number.MAX_SAFE_INTEGER);
  }

  movers(name: string, slice: Slice): number {
    return isIndicator(name) ? this.sum(name, slice) : add(this.bySlice[slice], term.movers(name, slice));
  }

  largest(name: string, slice: Slice): number {
    if (isIndicator(name)) return this.sum(name, slice) > 0 ? 1 : 0;
    return this.bySlice[slice].reduce(
      (most, cell) => Math.max(most, cell.terms[term.largest(name, slice)] ?? 0),
      0,
    );
  }

  private moment(slice: Slice, ...names: string[]): number {
    return add(this.bySlice[slice], term.moment(names, slice));
  }

  ratio({ numerator: y, denominator: x }: Ratio, slice: Slice): RatioSums {
    return {
      y: this.sum(y, slice),
      x: this.sum(x, slice),
      yy: this.moment(slice, y, y),
      xy: this.moment(slice, y, x),
      xx: this.moment(slice, x, x),
    };
  }

  cubes({ numerator: y, denominator: x }: Ratio, slice: Slice): RatioCubes {
    return {
      yyy: this.moment(slice, y, y, y),
      yyx: this.moment(slice, y, y, x),
      yxx: this.moment(slice, y, x, x),
      xxx: this.moment(slice, x, x, x),
    };
  }

  /** How long it took from one count to another, by days up to `most` and one more for all beyond. */
  times(from: string, to: string, most: number, slice: Slice): Times {
    const each = (name: typeof term.took) =>
      Array.from({ length: most + 2 }, (_, days) => add(this.bySlice[slice], name(from, to, days, slice)));
    return { happened: each(term.took), censored: each(term.seen) };
  }

  /** Of those who are followed since something: who is not, yet, for as long as is told. */
  open(name: string, slice: Slice): number {
    return add(this.bySlice[slice], term.open(name, slice));
  }

  private counted(slice: Slice): Cell[] {
    return this.bySlice[slice].filter((cell) => isCounted(cell, slice));
  }

  total(name: string, slice: Slice): TotalSums {
    const counted = this.counted(slice);
    const memberSquares = add(counted, term.moment([name, name], slice));
    return {
      memberSquares,
      memberSum: add(counted, term.sum(name, slice)),
      memberCount: add(counted, term.customers),
      otherSquares: this.moment(slice, name, name) - memberSquares,
    };
  }

  totalThird(name: string, slice: Slice): number {
    const memberCubes = add(this.counted(slice), term.moment([name, name, name], slice));
    return totalThird(
      this.total(name, slice),
      memberCubes,
      this.moment(slice, name, name, name) - memberCubes,
    );
  }

  private bySegment(slice: Slice): Map<string, Sums> {
    const known = this.segmentSums.get(slice);
    if (known !== undefined) return known;
    const segments = new Set(this.bySlice[slice].map((cell) => cell[slice]));
    const sums = new Map(
      [...segments].map((segment) => [segment, new Sums(this.cells, (id) => id === segment)]),
    );
    this.segmentSums.set(slice, sums);
    return sums;
  }

  /**
   * Of `part`'s share of this sum, times a power of the sum: its variance (2) and its third moment (3). Each segment pulls the
   * share by what it is in it, 1 or 0, less the share.
   */
  shareMoment(power: 2 | 3, name: string, slice: Slice, part: Sums, share: number): number {
    let sum = 0;
    for (const [segment, sums] of this.bySegment(slice)) {
      const moved = power === 3 ? sums.totalThird(name, slice) : totalVariance(sums.total(name, slice));
      sum += ((part.holds(segment) ? 1 : 0) - share) ** power * moved;
    }
    return sum;
  }

  /** The covariance of `part`'s shares in the two periods, times both sums. */
  shareCovariance(name: string, part: Sums, shareNow: number, shareThen: number): number {
    const [now, then] = [this.bySegment("now"), this.bySegment("then")];
    return this.cells.reduce((sum, cell) => {
      const before = then.get(cell.then)?.total(name, "then");
      const after = now.get(cell.now)?.total(name, "now");
      if (after === undefined || before === undefined) return sum;
      const pull =
        ((part.holds(cell.now) ? 1 : 0) - shareNow) * ((part.holds(cell.then) ? 1 : 0) - shareThen);
      return sum + pull * totalCovariance(after, before, crossOf([cell], name));
    }, 0);
  }

  private both(): Cell[] {
    return this.bySlice.now.filter((cell) => this.holds(cell.then));
  }

  ratioCovariance(ratio: Ratio): number {
    const { numerator: y, denominator: x } = ratio;
    const cross = (a: string, b: string) => add(this.both(), term.cross(a, b));
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

/** Cross-sums of one measure over customers who are in both periods' rows. */
function crossOf(both: readonly Cell[], name: string): TotalCross {
  const countedNow = both.filter((cell) => isCounted(cell, "now"));
  const countedThen = both.filter((cell) => isCounted(cell, "then"));
  return {
    yy: add(both, term.cross(name, name)),
    nowOverThenMembers: add(countedThen, term.sum(name, "now")),
    thenOverNowMembers: add(countedNow, term.sum(name, "then")),
    bothMembers: add(
      countedNow.filter((cell) => isCounted(cell, "then")),
      term.customers,
    ),
  };
}

/** All rows divide by the same shop. */
const shops = new WeakMap<readonly Cell[], Sums>();

export function shopOf(cells: readonly Cell[]): Sums {
  const known = shops.get(cells) ?? new Sums(cells, () => true);
  shops.set(cells, known);
  return known;
}
