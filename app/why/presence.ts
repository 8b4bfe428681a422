// Whether a figure moved because the same customers bought otherwise, or because others did.
import type { KpiId } from "../kpis/catalogue.ts";
import { type Presence, presences } from "../kpis/compile/presence.ts";
import { term } from "../kpis/compile/terms.ts";
import { type GroupCell, sumsOfRow } from "../kpis/grouped-sums.server.ts";
import { effect, rateSplit, splitKindOf, sumSplit } from "./split.ts";
import type { Days } from "./sums.ts";

/**
 * Those who make up the difference, and what each adds to it: sums, and so facts. That who bought for the first time has added
 * something is no finding.
 */
export function presenceOf(
  kpi: KpiId,
  cells: readonly GroupCell[],
  days: Days,
): { who: Presence; customers: number; difference: number }[] {
  const rows = presences.map((who) => ({
    id: who,
    kind: who === "guest" ? ("guest" as const) : ("others" as const),
    sums: sumsOfRow(cells, (_, cell) => cell.who === who),
  }));
  const effects = splitKindOf(kpi) === "rate" ? rateSplit(kpi, rows) : sumSplit(kpi, rows, days);
  const customers = (who: Presence) =>
    cells
      .filter((cell) => cell.who === who)
      .reduce((sum, { terms }) => sum + (terms[term.customers] ?? 0), 0);
  return (
    presences
      .map((who) => ({ who, customers: customers(who), difference: effects?.get(effect.row(who)) ?? 0 }))
      // Most customers bought in neither, and most of them had nothing to give back.
      .filter(({ who, customers: n, difference }) => (who !== "neither" && n > 0) || difference !== 0)
  );
}
