// Medians of the slow recount: all values sorted, the middle, and the values at the places where the range of the part below
// it ends, one buyer after the other.
import type { KpiId } from "../../../app/kpis/catalogue.ts";
import { daysBetween } from "../../../app/kpis/period.ts";
import { type Figure, UNKNOWN, Z95 } from "./recount-figure.ts";
import { add, type Buyer, type Cut, happened, movement, salesAsPlaced } from "./recount-buyers.ts";

export const medians: readonly KpiId[] = ["aov_median", "days_between_orders"];

/** What a buyer's orders of the period have, one by one. */
export function valuesOf({ customer, orders }: Buyer, period: Cut): ReadonlyMap<KpiId, number[]> {
  const counted = orders.filter(({ counts }) => counts);
  const placed = counted.filter((order) => happened(order.local_day, order.placed_at, period));
  const amounts = placed.map((order) =>
    add(salesAsPlaced(order).map((sale) => movement(sale).gross - movement(sale).discounts)),
  );
  const gaps = placed.flatMap((order) => {
    const before = counted[counted.indexOf(order) - 1];
    const days =
      before === undefined || customer === null ? 0 : daysBetween(before.local_day, order.local_day);
    return days > 0 ? [days] : [];
  });
  return new Map<KpiId, number[]>([
    ["aov_median", amounts],
    ["days_between_orders", gaps],
  ]);
}

/** @param people each buyer's values */
export function medianFigure(people: readonly (readonly number[])[]): Figure {
  const owners = people.filter((values) => values.length > 0);
  const sorted = owners.flat().sort((a, b) => a - b);
  const [n, of] = [owners.length, sorted.length];
  const none = { ...UNKNOWN, n, events: of };
  if (of === 0) return none;
  const value = ((sorted[Math.ceil(of / 2) - 1] ?? 0) + (sorted[Math.floor(of / 2)] ?? 0)) / 2;
  const errorOf = (isBelow: (each: number) => boolean) => {
    const below = owners.map((values) => values.filter(isBelow).length);
    const part = add(below) / of;
    const off = owners.map((values, index) => ((below[index] ?? 0) - part * values.length) ** 2);
    return Math.sqrt((add(off) * n) / Math.max(1, n - 1)) / of;
  };
  const error = Math.max(
    errorOf((each) => each < value),
    errorOf((each) => each <= value),
    Math.sqrt(0.25 / of),
  );
  const first = Math.floor(of * (0.5 - Z95 * error));
  const last = Math.ceil(of * (0.5 + Z95 * error)) + 1;
  const [low, high] = [sorted[first - 1], sorted[last - 1]];
  if (first < 1 || low === undefined || high === undefined || high <= low) return { ...none, value };
  const at = (z: number) => ({
    low: value - ((value - low) * z) / Z95,
    high: value + ((high - value) * z) / Z95,
  });
  const sureness = n >= 50 ? ("sure" as const) : ("rough" as const);
  const range = n < 10 || of < 10 ? null : { low, high, sureness };
  return { ...none, value, range, variance: ((high - low) / (2 * Z95)) ** 2, at };
}
