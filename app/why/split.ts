// A figure's difference between two periods as parts that add up to it, row by row of a cut: of a sum by the steps it is made
// of, of a rate by the rows' own rates and their weights, of a share by what moved inside the row and what moved outside it.
import type { RowKind } from "../kpis/answer.ts";
import { declarations } from "../kpis/catalogue.ts";
import { declarationOf, inputsOf, isPerCustomer } from "../kpis/declared.ts";
import type { SumOf } from "../kpis/grouped-sums.server.ts";
import { chainOf } from "./chain.ts";
import type { Effects } from "./effect.ts";
import { type Parts, quotientEffects, rateEffects } from "./rates.ts";
import { type Days, sumEffects } from "./sums.ts";

export interface SplitRow {
  id: string;
  kind: RowKind;
  sums: SumOf;
}

/** "none": no parts add up to it, as of a median or of how soon something happens. */
export type SplitKind = "sum" | "rate" | "none";

export function splitKindOf(id: string): SplitKind {
  const { computation } = declarationOf(declarations, id);
  if (computation.kind === "duration" || computation.kind === "quantile") return "none";
  if (computation.kind !== "ratio") return "sum";
  // All parts of the shop are the shop.
  return computation.over === "shop" ? "none" : "rate";
}

/** The sums that a split is worked out from. */
export function sumsBehind(id: string): string[] {
  const kinds = ["segment", "first_time", "guest"] as const;
  return splitKindOf(id) === "rate"
    ? inputsOf(declarationOf(declarations, id).computation)
    : [...new Set(kinds.flatMap((kind) => chainOf(id, kind).steps.map(({ name }) => name)))];
}

/** Names of effects: of the whole, and of a row. */
export const effect = {
  row: (row: string) => `row ${row}`,
  /** By the step before: first-time buyers are no part of members. */
  step: (name: string, of: string | null) => `step ${name} by ${of ?? "nothing"}`,
  stepOf: (name: string, row: string) => `step ${name} of ${row}`,
  days: "days",
  entered: "entered",
  left: "left",
  enteredOf: (row: string) => `entered ${row}`,
  leftOf: (row: string) => `left ${row}`,
  daysOf: (row: string) => `days of ${row}`,
  rate: "rate",
  mix: "mix",
  apart: "apart",
  rateOf: (row: string) => `rate of ${row}`,
  mixOf: (row: string) => `mix of ${row}`,
  apartOf: (row: string) => `apart of ${row}`,
  /** How far a row moved the whole otherwise than all rows together did, for what it was of it. */
  excessOf: (row: string) => `excess of ${row}`,
  divided: "divided",
  divisor: "divisor",
} as const;

class Gathered {
  readonly effects = new Map<string, number>();
  add(amount: number, ...names: readonly string[]): void {
    for (const name of names) this.effects.set(name, (this.effects.get(name) ?? 0) + amount);
  }
}

const total = (amounts: readonly number[]) => amounts.reduce((sum, amount) => sum + amount, 0);

/** The effects on a sum in all its rows, which are apart. */
export function sumSplit(
  id: string,
  rows: readonly SplitRow[],
  days: Days,
  without: number | null = null,
): Effects {
  const found = new Gathered();
  for (const { id: row, kind, sums } of rows) {
    const { steps, flow } = chainOf(id, kind);
    const of = (slice: "then" | "now") => steps.map(({ name }) => sums(name, slice, without));
    const [then, now] = [of("then"), of("now")];
    const own = sumEffects(steps, then, now, { days, flow });
    found.add((now.at(-1) ?? 0) - (then.at(-1) ?? 0), effect.row(row));
    steps.forEach(({ name }, index) =>
      found.add(
        own.steps[index] ?? 0,
        effect.step(name, steps[index - 1]?.name ?? null),
        effect.stepOf(name, row),
      ),
    );
    found.add(own.days, effect.days, effect.daysOf(row));
    found.add(own.entered, effect.entered, effect.enteredOf(row));
    found.add(own.left, effect.left, effect.leftOf(row));
  }
  const of = (slice: "then" | "now") =>
    rows.map(({ kind, sums }) => sums(chainOf(id, kind).steps.at(-1)?.name ?? id, slice, without));
  const [before, after] = [of("then"), of("now")];
  const [then, now] = [total(before), total(after)];
  rows.forEach(({ id: row }, index) => {
    const own = before[index] ?? 0;
    // Of nothing no row had its part.
    const excess = then > 0 ? (after[index] ?? 0) - own - (own / then) * (now - then) : 0;
    found.add(excess, effect.excessOf(row));
  });
  return found.effects;
}

/** Who counts in a rate: guests are no customers. */
export const rateRows = (id: string, rows: readonly SplitRow[]): readonly SplitRow[] =>
  isPerCustomer(declarations, id) ? rows.filter(({ kind }) => kind !== "guest") : rows;

function partsIn(id: string, { sums }: SplitRow, slice: "then" | "now", without: number | null): Parts {
  const { computation } = declarationOf(declarations, id);
  if (computation.kind !== "ratio") throw new Error(`${id} divides nothing`);
  return {
    y: sums(computation.numerator, slice, without),
    x: sums(computation.denominator, slice, without),
  };
}

/** The effects on a rate in all its rows, which are apart; null where a period has nothing to divide by. */
export function rateSplit(
  id: string,
  all: readonly SplitRow[],
  without: number | null = null,
): Effects | null {
  const rows = rateRows(id, all);
  const parts = rows.map((row) => ({
    then: partsIn(id, row, "then", without),
    now: partsIn(id, row, "now", without),
  }));
  const whole = (slice: "then" | "now"): Parts => ({
    y: total(parts.map((row) => row[slice].y)),
    x: total(parts.map((row) => row[slice].x)),
  });
  const [effects, quotient] = [rateEffects(parts), quotientEffects(whole("then"), whole("now"))];
  if (effects === null || quotient === null) return null;
  const found = new Gathered();
  rows.forEach(({ id: row }, index) => {
    const own = effects[index];
    if (own === undefined) return;
    found.add(own.rate, effect.rate, effect.rateOf(row), effect.row(row));
    found.add(own.mix, effect.mix, effect.mixOf(row), effect.row(row));
    found.add(own.apart, effect.apart, effect.apartOf(row), effect.row(row));
  });
  const moved = total(effects.map(({ rate }) => rate));
  const bothX = total(parts.map(({ then, now }) => then.x / whole("then").x + now.x / whole("now").x));
  rows.forEach(({ id: row }, index) => {
    const own = parts[index];
    if (own === undefined) return;
    const weight = own.then.x / whole("then").x + own.now.x / whole("now").x;
    found.add((effects[index]?.rate ?? 0) - (moved * weight) / bothX, effect.excessOf(row));
  });
  found.add(quotient.divided, effect.divided);
  found.add(quotient.divisor, effect.divisor);
  return found.effects;
}

/** The figure of some rows together; null where there is nothing to divide by. */
export function figureOf(id: string, all: readonly SplitRow[], slice: "then" | "now"): number | null {
  const { y, x } = wholeParts(id, all, slice);
  return x > 0 ? y / x : null;
}

/** What some rows divide together, and by what; of a sum itself, by one. */
export function wholeParts(id: string, all: readonly SplitRow[], slice: "then" | "now"): Parts {
  if (splitKindOf(id) !== "rate") return { y: total(all.map(({ sums }) => sums(id, slice))), x: 1 };
  const parts = rateRows(id, all).map((row) => partsIn(id, row, slice, null));
  return { y: total(parts.map(({ y }) => y)), x: total(parts.map(({ x }) => x)) };
}

/** Simpson's case: rows that make up most of what is divided by moved against the whole. */
export function movesApart(id: string, rows: readonly SplitRow[], difference: number): boolean {
  let [against, all] = [0, 0];
  for (const row of rateRows(id, rows)) {
    const [then, now] = [figureOf(id, [row], "then"), figureOf(id, [row], "now")];
    if (then === null || now === null) continue;
    const weight = partsIn(id, row, "then", null).x + partsIn(id, row, "now", null).x;
    all += weight;
    if ((now - then) * difference < 0) against += weight;
  }
  return against > all / 2;
}
