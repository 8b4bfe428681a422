// Whether a figure moved because the same customers bought otherwise, or because others did.
import type { KpiId } from "../kpis/catalogue.ts";
import { type Presence, presences } from "../kpis/compile/presence.ts";
import { term } from "../kpis/compile/terms.ts";
import { type GroupCell, sumsOfRow } from "../kpis/grouped-sums.server.ts";
import { type Effect, rangedEffects } from "./effect.ts";
import { effect, rateSplit, splitKindOf, sumSplit } from "./split.ts";
import type { Days } from "./sums.ts";

/** Those who make up the difference, and what each adds to it. @param cells by presence */
export function presenceOf(
  kpi: KpiId,
  cells: readonly GroupCell[],
  { isRanged, days }: { isRanged: boolean; days: Days },
): { who: Presence; customers: number; difference: Effect }[] {
  const rows = presences.map((who) => ({
    id: who,
    kind: who === "guest" ? ("guest" as const) : ("others" as const),
    sums: sumsOfRow(cells, (segment) => segment === who),
  }));
  const of = (without: number | null) =>
    splitKindOf(kpi) === "rate" ? rateSplit(kpi, rows, without) : sumSplit(kpi, rows, days, without);
  const effects = rangedEffects(of, { together: rows.length, isRanged });
  const customers = (who: Presence) =>
    cells
      .filter(({ now }) => now === who)
      .reduce((sum, { terms }) => sum + (terms[term.customers] ?? 0), 0);
  return presences
    .map((who) => ({
      who,
      customers: customers(who),
      difference: effects?.get(effect.row(who)) ?? { amount: 0, low: null, high: null },
    }))
    // Most customers bought in neither, and most of them had nothing to give back.
    .filter(({ who, customers: n, difference }) => (who !== "neither" && n > 0) || difference.amount !== 0);
}
