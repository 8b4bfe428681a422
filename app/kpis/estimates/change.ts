// What became of one figure between two periods: the difference, its range at any level, and whether it can be judged. The
// verdict falls where all changes of a family are known (verdicts.ts).
import type { Change, Reason } from "../answer.ts";
import { declarations } from "../catalogue.ts";
import { isOutside } from "../compile/parts.ts";
import { declarationOf, isOfItsEnd, uncertaintyOf } from "../declared.ts";
import type { Sums } from "../sums.ts";
import { isNeverNegative } from "./bounds.ts";
import { Z } from "./distributions.ts";
import type { Figure } from "./figure.ts";
import { isEvenEnough, MIN_CUSTOMERS, MIN_EVENTS, SURE_PART_UNITS } from "./gates.ts";
import { changeThird, changeVariance, correlation, welchUnits } from "./moments.ts";
import { intervalAround, shareChange, type Interval } from "./ranges.ts";

/** A change that can be judged: its range at any level, as it is computed and as it is shown. */
export interface Judgeable {
  rangeAt: (z: number) => Interval;
  shown: (range: Interval) => Interval;
  /** Whether a range stands beside the verdict: none does where nothing varies. */
  isRanged: boolean;
  /** Customers behind the figure, in whichever period there were fewer. */
  fewest: number;
}

export interface Changed {
  change: Change;
  /** Null where there is nothing to judge, or not enough to judge it by. */
  judgeable: Judgeable | null;
}

/** Days in the period and in the compared one. */
export interface Lengths {
  now: number;
  then: number;
}

/** Two figures that can be told, of the customers of one row. */
export interface Compared {
  value: number;
  previous: number;
  now: Figure;
  then: Figure;
  own: Sums;
  shop: Sums;
  lengths: Lengths;
  /** Nobody is in both: the figures are those of two groups of customers in one period. */
  isApart?: boolean;
}

export const blankChange = (reason: Reason | null): Change => ({
  absolute: null,
  relative: null,
  low: null,
  high: null,
  sureness: null,
  level: null,
  verdict: "unknown",
  reason,
  perDay: false,
});

/** How the same customers' figures of two periods go together. */
function covarianceOf(id: string, { now, then, own, shop, isApart = false }: Compared): number {
  if (isApart) return 0;
  const { computation } = declarationOf(declarations, id);
  // New customers of two periods are never the same.
  // Nor is it worked out how far the same customers' orders hold two medians together; taken for apart, their range is wider.
  if (computation.kind === "duration" || computation.kind === "quantile") return 0;
  if (computation.kind !== "ratio") return own.totalCovariance(id);
  if (computation.over !== "shop") return own.ratioCovariance(computation);
  const { numerator } = computation;
  const together = shop.shareCovariance(numerator, own, now.value ?? 0, then.value ?? 0);
  return together / (shop.sum(numerator, "now") * shop.sum(numerator, "then"));
}

/** The third moment of the difference, as both periods have it or as it is taken for. */
function thirdOf(
  which: "third" | "cautious",
  { now, then }: Compared,
  { isSum, scale, follows }: { isSum: boolean; scale: number; follows: number },
): number {
  const moved = { third: now[which], units: now.n };
  const before = { third: then[which] * scale ** 3, units: then.n };
  return changeThird(isSum ? "total" : "ratio", moved, before, follows);
}

/** A sum over periods of unequal length is compared by the day: with the previous one as long as this one. */
export function changeOf(id: string, compared: Compared): Changed {
  const { value, previous, now, then, lengths } = compared;
  const { computation, unit } = declarationOf(declarations, id);
  const method = uncertaintyOf(declarations, id);
  const perDay = method === "sum" && lengths.now !== lengths.then && !isOfItsEnd(declarations, id);
  const scale = perDay ? lengths.now / lengths.then : 1;
  const base = previous * scale;
  const isMoney = unit === "money";
  const told: Change = {
    ...blankChange(null),
    absolute: perDay && isMoney ? Math.round(value - base) : value - base,
    // A percentage of a loss, of nothing, or on the way from a gain to a loss misleads.
    relative: base > 0 && value >= 0 ? (value - base) / base : null,
    perDay,
  };
  // What nobody decides by chance: a budget is another because somebody made it so.
  if (method === "sum" && (computation.kind === "ratio" || isOutside(id)))
    return { change: told, judgeable: null };

  const covariance = covarianceOf(id, compared) * scale;
  const variances = { now: now.variance, then: then.variance * scale ** 2 };
  const variance = changeVariance(variances.now, variances.then, covariance);
  const follows = variance <= 0 ? 0 : (2 * covariance) / (variances.now + variances.then);
  const shape = { isSum: method === "sum", scale, follows };
  const third = thirdOf("third", compared, shape);
  const difference = (now.value ?? 0) - (then.value ?? 0) * scale;
  const hasOwnRanges =
    method === "wilson" || method === "poisson" || method === "survival" || method === "order";
  const [at, before] = [now.range && now.at, then.range && then.at];
  const units =
    method === "delta"
      ? Math.min(now.n, then.n)
      : welchUnits({ variance: variances.now, n: now.n }, { variance: variances.then, n: then.n });
  const rangeAt = (z: number): Interval =>
    at !== null && before !== null
      ? shareChange(
          { share: now.value ?? 0, ...at(z) },
          { share: then.value ?? 0, ...before(z) },
          correlation(covariance, now.variance, then.variance),
        )
      : intervalAround(difference, variance, units, third, z);

  // Of a sum or a share it is both periods together that count: the larger of the two goes with the difference, so that to ask it
  // of one would pick out what differs by chance. That one period has none is news.
  const isOfEach = method === "delta" || method === "poisson" || method === "survival" || method === "order";
  const enough = (a: number, b: number, needed: number) =>
    isOfEach ? Math.min(a, b) >= needed : a + b >= needed;
  // Of a part of the shop's sum, which a few customers anywhere in it move, fewer are not enough.
  const needed = method === "share" ? SURE_PART_UNITS : MIN_CUSTOMERS;
  const isManyEnough =
    method === "wilson" ? Math.min(now.n, then.n) >= needed : enough(now.n, then.n, needed);
  const hasEvents = enough(now.events, then.events, isOfEach ? MIN_EVENTS : 2 * MIN_EVENTS);
  const isTooFew = !isManyEnough || !hasEvents;
  const isUneven = !hasOwnRanges && !isEvenEnough(variance, thirdOf("cautious", compared, shape));
  const reason: Reason | null = isTooFew ? "too_few" : isUneven ? "too_uneven" : null;
  const isRanged = hasOwnRanges
    ? at !== null && before !== null
    : variance > 0 && hasEvents && enough(now.n, then.n, MIN_EVENTS);
  const outwards = isMoney || unit === "count";
  // What is never below 0 loses no more than all of it.
  const isLeast0 = unit === "count" || isNeverNegative(computation);
  const bottom = isLeast0 && base > 0 ? -base : Number.NEGATIVE_INFINITY;
  const shown = ({ low, high }: Interval): Interval => ({
    low: Math.max(bottom, outwards ? Math.floor(low) : low),
    high: outwards ? Math.ceil(high) : high,
  });
  const judgeable = { rangeAt, shown, isRanged, fewest: Math.min(now.n, then.n) };
  if (reason === null) return { change: told, judgeable };
  const rough = isRanged ? { ...shown(rangeAt(Z)), sureness: "rough" as const } : {};
  return { change: { ...told, ...rough, verdict: "too_few", reason }, judgeable: null };
}
