// Cohorts by age from the statement's rows: what each did in its k-th unit or up to it, which cells are closed, and the average of
// the closed ones by customers. Pure.
import type { Range } from "../kpis/answer.ts";
import { declarations } from "../kpis/catalogue.ts";
import { declarationOf } from "../kpis/declared.ts";
import { bounds, rounded } from "../kpis/estimates/bounds.ts";
import { surenessOfRatio, surenessOfShare, type Sureness } from "../kpis/estimates/gates.ts";
import { cautiousThird, ratioThird, ratioVariance } from "../kpis/estimates/moments.ts";
import { type Interval, intervalAround, wilson } from "../kpis/estimates/ranges.ts";
import type { Period } from "../kpis/period.ts";
import type { Basis, Metric } from "./metric.ts";
import { terms } from "./statement.ts";

export type Terms = Readonly<Record<(typeof terms)[number], number>>;

/** What the statement answers: sizes by cohort, terms by cohort and unit. */
export interface Found {
  sizes: ReadonlyMap<string, number>;
  moved: ReadonlyMap<string, ReadonlyMap<string, Terms>>;
}

export interface CohortFigure {
  /** Null: nothing to divide by, or a sum whose last digits are lost. */
  value: number | null;
  /** What is above the line, and what is below it. */
  top: number;
  bottom: number;
  range: Range | null;
}

export interface CohortCell extends CohortFigure {
  age: number;
  /** The unit that it is of. */
  period: Period;
  /** The day from which on nothing of it is to come; it is past where the cell is closed. */
  closesOn: string;
  closed: boolean;
}

export interface Cohort {
  period: Period;
  customers: number;
  /** False where customers of it may have ordered before, or may be missing: it has no cells. */
  whole: boolean;
  cells: readonly CohortCell[];
}

/** Of all cohorts that have closed the age. */
export interface Average extends CohortFigure {
  age: number;
  customers: number;
  cohorts: number;
}

export interface Grid {
  cohorts: readonly Cohort[];
  averages: readonly Average[];
  /** Which part of a sum is known, over all cells; null where all of it is, or there is none. */
  known: number | null;
}

const NOTHING = Object.fromEntries(terms.map((term) => [term, 0])) as Terms; // fromEntries forgets its keys

const plus = (a: Terms, b: Terms): Terms =>
  Object.fromEntries(terms.map((term) => [term, a[term] + b[term]])) as Terms;

/** @param units the units from the first cohort's to the last that has begun. @param known the first day that is not wholly known */
export function gridOf(
  metric: Metric,
  basis: Basis,
  {
    units,
    keyOf,
    known,
    found,
  }: { units: readonly Period[]; keyOf: (of: Period) => string; known: string; found: Found },
): Grid {
  const sums = units.map((period, from) => {
    const key = keyOf(period);
    const moved = found.moved.get(key);
    let before = NOTHING;
    const ages = units.slice(from).map((of) => {
      const own = moved?.get(keyOf(of)) ?? NOTHING;
      before = basis === "so_far" ? plus(before, own) : own;
      return { of, terms: before };
    });
    return { period, customers: found.sizes.get(key) ?? 0, ages };
  });
  const isClosed = ({ to }: Period) => to <= known;
  const cohorts = sums.map(({ period, customers, ages }): Cohort => ({
    ...{ period, customers, whole: true },
    cells: ages.map(({ of, terms: own }, age) => ({
      ...{ age, period: of, closesOn: of.to, closed: isClosed(of) },
      ...figureOf(metric, [{ customers, terms: own }]),
    })),
  }));
  const averages = units.map((_, age): Average => {
    const closed = sums.flatMap(({ customers, ages }) => {
      const cell = ages[age];
      return cell !== undefined && customers > 0 && isClosed(cell.of)
        ? [{ customers, terms: cell.terms }]
        : [];
    });
    return {
      age,
      customers: closed.reduce((sum, { customers }) => sum + customers, 0),
      cohorts: closed.length,
      ...figureOf(metric, closed),
    };
  });
  const last = sums.flatMap(({ ages }) => (basis === "so_far" ? ages.slice(-1) : ages));
  const all = last.reduce((sum, { terms: own }) => plus(sum, own), NOTHING);
  return {
    cohorts,
    averages: averages.filter((each) => each.cohorts > 0),
    known: metric.coverage === null || all.of_all <= 0 ? null : all.known / all.of_all,
  };
}

interface Part {
  customers: number;
  terms: Terms;
}

/** The figure of one cohort's cell, or of several cohorts' together. */
function figureOf(metric: Metric, parts: readonly Part[]): CohortFigure {
  const customers = parts.reduce((sum, part) => sum + part.customers, 0);
  const all = parts.reduce((sum, part) => plus(sum, part.terms), NOTHING);
  const top = all.y;
  const bottom = metric.bottom === null ? customers : all.x;
  const isExact = [top, bottom].every((sum) => Math.abs(sum) <= Number.MAX_SAFE_INTEGER);
  if (bottom <= 0 || !isExact) return { value: null, top, bottom, range: null };
  const side = declarationOf(declarations, metric.kind === "ratio" ? metric.id : metric.top);
  const unit = { ...side, unit: metric.unit };
  const value = rounded(unit, top / bottom);
  const range = rangeOf(metric, parts, { customers, all, top, bottom });
  return { value, top, bottom, range: range && bounds(unit, top / bottom, range) };
}

function rangeOf(
  metric: Metric,
  parts: readonly Part[],
  { customers, all, top, bottom }: { customers: number; all: Terms; top: number; bottom: number },
): Range | null {
  // A customer who was counted twice, or taken away again, is no share of anybody.
  if (metric.countsCustomers)
    return top < 0 || top > bottom ? null : of(wilson(top, bottom), surenessOfShare(top, bottom));
  const value = top / bottom;
  const isRatio = metric.kind === "ratio";
  const { variance, third } = isRatio
    ? {
        variance: ratioVariance({ y: all.y, x: all.x, yy: all.yy, xy: all.xy, xx: all.xx }, customers),
        third: ratioThird(all, all),
      }
    : meanMoments(parts);
  const { movers } = all;
  const cautious = cautiousThird(third, { value, variance, units: customers, movers });
  const isCount = declarationOf(declarations, metric.top).unit === "count";
  const events = isCount ? Math.abs(top) : movers;
  const sureness = surenessOfRatio({ units: customers, movers, events, variance, third: cautious });
  return of(intervalAround(value, variance, customers, cautious), sureness);
}

const of = (interval: Interval, sureness: Sureness): Range | null =>
  sureness === null ? null : { ...interval, sureness };

/**
 * Variance and third central moment of a mean by the customer over cohorts of known size, from how customers differ within each:
 * Σ n²·(s² ÷ n) ÷ N², Cochran (1977), Sampling Techniques, 5.3, for strata that are taken whole from the same stream of customers.
 */
export function meanMoments(parts: readonly Part[]): { variance: number; third: number } {
  let [squares, cubes, customers] = [0, 0, 0];
  for (const { customers: n, terms: own } of parts) {
    customers += n;
    if (n === 0) continue;
    const mean = own.y / n;
    const around = Math.max(0, own.yy - mean * own.y);
    squares += around * (n < 2 ? 1 : n / (n - 1));
    cubes += own.yyy - 3 * mean * own.yy + 2 * n * mean ** 3;
  }
  return customers === 0
    ? { variance: 0, third: 0 }
    : { variance: squares / customers ** 2, third: cubes / customers ** 3 };
}
