// Between which sums a part of a change stands, in both periods, and whose they are: the rows behind the part add up to them.
import type { RowKind } from "../kpis/answer.ts";
import type { KpiId } from "../kpis/catalogue.ts";
import { declarations } from "../kpis/catalogue.ts";
import { declarationOf } from "../kpis/declared.ts";
import { chainOf } from "./chain.ts";
import type { PartId } from "./parts.ts";
import { rateRows, type SplitRow, splitKindOf } from "./split.ts";
import { lastTimes } from "./sums.ts";

export type Whose =
  /** "known": all but guests. "before": who had ordered by the instant, first-time buyers are not among them. */
  { of: "all" | "known" | "before" } | { of: "row"; id: string; kind: RowKind };

export interface Side {
  /** A sum. */
  name: string;
  whose: Whose;
  then: number;
  now: number;
}

function sideOf(name: string, whose: Whose, rows: readonly SplitRow[]): Side {
  const of = (slice: "then" | "now") => rows.reduce((sum, { sums }) => sum + sums(name, slice), 0);
  return { name, whose, then: of("then"), now: of("now") };
}

const ownRow = ({ id, kind }: SplitRow): Whose => ({ of: "row", id, kind });

/** What a figure is worked out from: itself, or what it divides and by what. */
function figureSums(kpi: KpiId): string[] {
  const { computation } = declarationOf(declarations, kpi);
  return computation.kind === "ratio" ? [computation.numerator, computation.denominator] : [kpi];
}

/** Those of the whole figure. */
export const sidesOfWhole = (kpi: KpiId, rows: readonly SplitRow[]): Side[] =>
  figureSums(kpi).map((name) => sideOf(name, { of: "all" }, rateRows(kpi, rows)));

/** Those of one row; none of what belongs to no row. */
export const sidesOfRow = (kpi: KpiId, row: SplitRow): Side[] =>
  row.kind === "others" ? [] : figureSums(kpi).map((name) => sideOf(name, ownRow(row), [row]));

/** Whether a row's steps have this one, behind that one. */
function isStep(kpi: KpiId, kind: RowKind, { step, of }: { step: string; of: string | null }): boolean {
  const { steps } = chainOf(kpi, kind);
  const index = steps.findIndex(({ name }) => name === step);
  return index >= 0 && (steps[index - 1]?.name ?? null) === of;
}

function sidesOfStep(
  kpi: KpiId,
  part: { step: string; of: string | null },
  rows: readonly SplitRow[],
): Side[] {
  const names = [part.step, ...(part.of === null ? [] : [part.of])];
  const having = rows.filter(({ kind }) => isStep(kpi, kind, part));
  const has = (kind: RowKind) => isStep(kpi, kind, part);
  const isOfOrders = rows.some(({ kind }) => kind === "orders");
  const of =
    isOfOrders || (has("segment") && has("first_time") && has("guest"))
      ? "all"
      : has("segment")
        ? has("first_time")
          ? "known"
          : "before"
        : null;
  if (of !== null) return names.map((name) => sideOf(name, { of }, having));
  return having
    .filter(({ kind }) => kind !== "others")
    .flatMap((row) => names.map((name) => sideOf(name, ownRow(row), [row])));
}

/** Rows that nobody was in, or is in, with what is added or taken off by that. */
function sidesOfCome(kpi: KpiId, slice: "then" | "now", rows: readonly SplitRow[]): Side[] {
  const other = slice === "now" ? "then" : "now";
  return rows.flatMap((row) => {
    const { steps } = chainOf(kpi, row.kind);
    const first = steps[0]?.name ?? kpi;
    if (row.kind === "others" || !(row.sums(first, slice) > 0) || row.sums(first, other) > 0) return [];
    return [sideOf(steps[lastTimes(steps)]?.name ?? kpi, ownRow(row), [row])];
  });
}

/** Those of a part of the whole. */
export function sidesOf(kpi: KpiId, part: PartId, rows: readonly SplitRow[]): Side[] {
  if (splitKindOf(kpi) === "rate") return sidesOfWhole(kpi, rows);
  if ("step" in part) return sidesOfStep(kpi, part, rows);
  if (part.other === "entered") return sidesOfCome(kpi, "now", rows);
  if (part.other === "left") return sidesOfCome(kpi, "then", rows);
  return sidesOfWhole(kpi, rows);
}
