// How values and their bounds are cut: to the currency's unit, to whole things, and to where values can lie.
import type { Range } from "../answer.ts";
import { declarations } from "../catalogue.ts";
import { factOf } from "../facts/facts.ts";
import { type Declaration } from "../kpi.ts";
import { declarationOf, timesOf } from "../declared.ts";

/** Averages of money are rounded to the minor unit, so that what is shown is what is compared. */
export const rounded = ({ unit }: Declaration, value: number) =>
  unit === "money" ? Math.round(value) : value;

/** Bounds are rounded outwards where values are whole, lie where values can, and a rate that is a part of a whole stays one. */
export function bounds({ unit, computation }: Declaration, value: number, range: Range): Range {
  const low = isNeverNegative(computation) ? Math.max(0, range.low) : range.low;
  const { high, sureness } = range;
  if (unit === "money" || unit === "count") return { low: Math.floor(low), high: Math.ceil(high), sureness };
  if (unit !== "rate" || value < 0 || value > 1) return { low, high, sureness };
  return { low: Math.max(0, low), high: Math.min(1, high), sureness };
}

/** Nothing is counted, and no order placed, for less than 0; later movements may take away more than was there. */
export function isNeverNegative(computation: Declaration["computation"]): boolean {
  if (computation.kind === "derived") return false;
  if (computation.kind === "ratio")
    return isNeverNegative(declarationOf(declarations, computation.numerator).computation);
  if (computation.kind === "among")
    return isNeverNegative(declarationOf(declarations, computation.of).computation);
  if (computation.kind === "followed" && computation.then !== null)
    return isNeverNegative(declarationOf(declarations, computation.then).computation);
  if (computation.kind === "sum" && computation.times !== null && timesOf(computation)?.least !== 0)
    return false;
  if (computation.kind === "sum" || computation.kind === "quantile")
    return factOf(computation.fact).measures[computation.measure]?.least === 0;
  return computation.kind !== "level";
}
