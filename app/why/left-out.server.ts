// What a figure's change would be without a day that stands out, or without the order that weighs most: each left out by itself.
import type { Reading, Row, ShopView } from "../warehouse/warehouse.server.ts";
import { declarations, type KpiId } from "../kpis/catalogue.ts";
import { askTrend } from "../kpis/cells.server.ts";
import { lastWhole } from "../kpis/comparison.server.ts";
import type { Slice } from "../kpis/compile/contributions.ts";
import { wholeShop } from "../kpis/compile/groups.ts";
import { compileLargestOrder } from "../kpis/compile/largest-order.ts";
import { term } from "../kpis/compile/terms.ts";
import { additivityOf, declarationOf, isOfOrders } from "../kpis/declared.ts";
import { factsOfKpis } from "../kpis/loaded.server.ts";
import type { Parts } from "./rates.ts";

/** What is left of a change without something. */
export interface LeftOut {
  then: number | null;
  now: number | null;
}

export interface DayLeftOut extends LeftOut {
  /** Of the period. */
  day: string;
  /** The day that is compared with it, and left out too. */
  with: string;
}

export interface OrderLeftOut extends LeftOut {
  order: number;
  /** In which period it counts. */
  in: "now" | "then";
}

/** With fewer days no day stands out. */
const LEAST_DAYS = 7;
/** Iglewicz & Hoaglin (1993), How to Detect and Handle Outliers: 0.6745 · (x − median) ÷ MAD beyond 3.5. */
const OUTLYING = 3.5;
const NORMAL_MAD = 0.6745;
const MOST_DAYS = 3;

/** What is divided, and by what; of a sum itself, divided by one. */
const namesIn = (kpi: KpiId): readonly [string] | readonly [string, string] => {
  const { computation } = declarationOf(declarations, kpi);
  return computation.kind === "ratio" ? [computation.numerator, computation.denominator] : [kpi];
};

const isByDay = (kpi: KpiId): boolean =>
  namesIn(kpi).every((name) => {
    const { computation } = declarationOf(declarations, name);
    return computation.kind !== "quantile" && additivityOf(declarations, name).days;
  });

const figure = ({ y, x }: Parts): number | null => (x > 0 ? y / x : null);
const without = (all: Parts, part: Parts, isRate: boolean): number | null =>
  figure({ y: all.y - part.y, x: isRate ? all.x - part.x : 1 });
const sum = (parts: readonly Parts[]): Parts => ({
  y: parts.reduce((all, { y }) => all + y, 0),
  x: parts.reduce((all, { x }) => all + x, 0),
});

const middleOf = (values: readonly number[]): number => {
  const sorted = [...values].sort((a, b) => a - b);
  const half = sorted.length / 2;
  const at = (index: number) => sorted[index] ?? 0;
  return sorted.length % 2 === 1 ? at(Math.floor(half)) : (at(half - 1) + at(half)) / 2;
};

/** Where values stand out, the furthest first. Of values that are mostly the same, none can be told to. */
export function outlying(values: readonly number[]): number[] {
  if (values.length < LEAST_DAYS) return [];
  const middle = middleOf(values);
  const spread = middleOf(values.map((value) => Math.abs(value - middle)));
  if (spread === 0) return [];
  const scores = values.map((value) => (NORMAL_MAD * Math.abs(value - middle)) / spread);
  return scores
    .map((score, index) => ({ score, index }))
    .filter(({ score }) => score > OUTLYING)
    .sort((a, b) => b.score - a.score || a.index - b.index)
    .slice(0, MOST_DAYS)
    .map(({ index }) => index);
}

async function byDay(
  facts: Reading,
  names: readonly string[],
  slice: Slice,
  last: string,
): Promise<{ day: string; parts: Parts }[]> {
  const buckets = await askTrend(facts, names, wholeShop, slice, "day", last);
  return buckets.map(({ bucket, cells }) => {
    const of = (name: string | undefined) =>
      name === undefined ? 1 : cells.reduce((all, { terms }) => all + (terms[term.sum(name, "now")] ?? 0), 0);
    return { day: bucket.from, parts: { y: of(names[0]), x: of(names[1]) } };
  });
}

/** Days of the whole shop that pull the change furthest from what the other days make it. */
export async function daysLeftOut(
  view: ShopView,
  kpi: KpiId,
  [now, then]: readonly [Slice, Slice],
  today: string,
): Promise<DayLeftOut[]> {
  if (!isByDay(kpi)) return [];
  const names = namesIn(kpi);
  const isRate = names.length === 2;
  const last = lastWhole(view.meta, [kpi], today);
  const facts = factsOfKpis(view, [kpi]);
  const [days, before] = await Promise.all([byDay(facts, names, now, last), byDay(facts, names, then, last)]);
  const [all, allBefore] = [sum(days.map(({ parts }) => parts)), sum(before.map(({ parts }) => parts))];
  const [rate, rateBefore] = isRate ? [figure(all) ?? 0, figure(allBefore) ?? 0] : [0, 0];
  const pairs = days.flatMap((day, index) => {
    const other = before[index];
    return other === undefined ? [] : [{ day, other }];
  });
  const pull = (of: Parts, whole: Parts, at: number) => (isRate ? (of.y - at * of.x) / whole.x : of.y);
  const found = outlying(
    pairs.map(({ day, other }) => pull(day.parts, all, rate) - pull(other.parts, allBefore, rateBefore)),
  );
  return found.flatMap((index) => {
    const pair = pairs[index];
    if (pair === undefined) return [];
    return {
      day: pair.day.day,
      with: pair.other.day,
      now: without(all, pair.day.parts, isRate),
      then: without(allBefore, pair.other.parts, isRate),
    };
  });
}

/** The order of either period that weighs most, left out. @param figures the whole's of both periods */
export async function ordersLeftOut(
  view: ShopView,
  kpi: KpiId,
  [now, then]: readonly [Slice, Slice],
  wholes: { now: Parts; then: Parts },
): Promise<OrderLeftOut[]> {
  const names = namesIn(kpi);
  // All orders count the same in a number of orders.
  const isCount = declarationOf(declarations, names[0]).computation.kind === "count";
  if (!isOfOrders(declarations, kpi) || isCount) return [];
  const facts = factsOfKpis(view, [kpi]);
  const isRate = names.length === 2;
  const found = await Promise.all(
    (
      [
        ["now", now],
        ["then", then],
      ] as const
    ).map(async ([slice, asked]) => {
      const { sql, params } = compileLargestOrder(names, asked, isRate ? figure(wholes[slice]) : null);
      const [row] = await facts.query<Row>(sql, params);
      if (row === undefined) return [];
      const [y, x] = names;
      const part = { y: Number(row[y]), x: x === undefined ? 1 : Number(row[x]) };
      const of = (each: "now" | "then") =>
        each === slice ? without(wholes[each], part, isRate) : without(wholes[each], { y: 0, x: 0 }, isRate);
      return [{ order: Number(row["order_id"]), in: slice, now: of("now"), then: of("then") }];
    }),
  );
  return found.flat();
}
