// Whether something happened sooner to the customers of one period than to those of another, over all the days that both are
// followed: what has no parts can still be told apart as a whole.
import type { KpiId } from "../kpis/catalogue.ts";
import { declarations } from "../kpis/catalogue.ts";
import { askCells } from "../kpis/cells.server.ts";
import { lastWhole } from "../kpis/comparison.server.ts";
import type { Slice } from "../kpis/compile/contributions.ts";
import { longestOf } from "../kpis/compile/durations.ts";
import { wholeShop } from "../kpis/compile/groups.ts";
import { declarationOf } from "../kpis/declared.ts";
import { normalTail } from "../kpis/estimates/distributions.ts";
import { MIN_CUSTOMERS } from "../kpis/estimates/gates.ts";
import { factsOfKpis } from "../kpis/loaded.server.ts";
import { Sums } from "../kpis/sums.ts";
import { logRank } from "../kpis/survival.ts";
import type { ShopView } from "../warehouse/warehouse.server.ts";

export interface Courses {
  chiSquare: number;
  /** How often chance alone makes them differ as much. */
  pValue: number;
}

/** Null where the figure is of no course, or of too few customers to tell. */
export async function coursesApart(
  view: ShopView,
  kpi: KpiId,
  [now, then]: readonly [Slice, Slice],
  today: string,
): Promise<Courses | null> {
  const { computation } = declarationOf(declarations, kpi);
  if (computation.kind !== "duration") return null;
  const facts = factsOfKpis(view, [kpi]);
  const [cells = []] = await askCells(facts, [kpi], wholeShop, now, then, lastWhole(view.meta, [kpi], today));
  const sums = new Sums(cells, () => true);
  const { from, to } = computation;
  const [times, before] = (["now", "then"] as const).map((slice) =>
    sums.times(from, to, longestOf(from, to), slice),
  );
  if (times === undefined || before === undefined) return null;
  const followed = [times, before].map(({ happened, censored }) =>
    [...happened, ...censored].reduce((sum, n) => sum + n, 0),
  );
  const found = Math.min(...followed) < MIN_CUSTOMERS ? null : logRank(times, before);
  // Chi-square with one degree of freedom is the square of a normal variable.
  return found && { chiSquare: found.chiSquare, pValue: 2 * normalTail(Math.sqrt(found.chiSquare)) };
}
