// By which cut a change is told best: the one whose rows moved furthest otherwise than all together, as far as that is beyond
// chance. Every cut that a merchant can choose is tried, but sets, whose rows add up to nothing.
import type { RowKind, RowName } from "../kpis/answer.ts";
import { cached } from "../kpis/cache.server.ts";
import { type CutId, cutIds, isOrderCutId } from "../kpis/cuts/choices.ts";
import { type Cut, cutOf } from "../kpis/cuts/cut.ts";
import { factsOfKpis } from "../kpis/loaded.server.ts";
import type { ShopView } from "../warehouse/warehouse.server.ts";
import { type Effect, isBeyondChance } from "./effect.ts";
import { untoldRows } from "./told.server.ts";
import { slicesOf, splitBy, type WhyQuestion } from "./why.server.ts";

export interface TellingCut {
  by: CutId;
  /** How far its rows moved otherwise than all together, less what may be chance, in the KPI's unit. */
  spread: number;
  /** The row that did so furthest beyond chance. */
  row: { id: string; name: RowName; excess: Effect };
}

/** Rows that a cut has for itself: first-time buyers and guests stand beside the segments of any. */
const OWN_ROWS: readonly RowKind[] = ["segment", "orders"];

/** So many are told. */
const MOST = 2;

function cutBy(id: CutId, within: Cut["within"]): Cut | null {
  const inside = within === undefined ? {} : { within };
  if (isOrderCutId(id)) return { of: "orders", by: id, ...inside };
  return id === "tags" || id === within?.segmentation ? null : { of: "customers", by: id, ...inside };
}

/** How far an effect is from 0 at the least. */
const surely = ({ low, high }: Effect): number => Math.max(0, low ?? 0, -(high ?? 0));

/** The cuts that tell most, best first; none where none tells more than chance may. */
export async function tellingCuts(view: ShopView, question: WhyQuestion): Promise<TellingCut[]> {
  const { kpi, period, comparison, membersAt, today } = question;
  const { within } = cutOf(question.segmentation);
  const asked = ["telling_cuts", kpi, period, comparison, membersAt, today, within];
  return cached(factsOfKpis(view, [kpi]), asked, async () => {
    const slices = slicesOf(view, question);
    if (slices === null) return [];
    const found: TellingCut[] = [];
    const known: Cut[] = [];
    for (const id of cutIds) {
      const cut = cutBy(id, within);
      if (cut !== null && (await untoldRows(view, kpi, cut, slices)) === null) known.push(cut);
    }
    // One after the other: each is a statement over all orders, and others wait for the same processors.
    for (const cut of known) {
      const split = await splitBy(view, kpi, cut, slices, today, known.length);
      if (typeof split === "string" || split.groupedOnce) continue;
      const { rows } = split;
      const beyond = rows
        .flatMap(({ id: row, name, kind, excess }) =>
          name !== null && OWN_ROWS.includes(kind) && isBeyondChance(excess)
            ? [{ id: row, name, excess }]
            : [],
        )
        .sort((a, b) => surely(b.excess) - surely(a.excess));
      const [row] = beyond;
      const spread = beyond.reduce((sum, { excess }) => sum + surely(excess), 0);
      if (row !== undefined && cut.of !== "sets") found.push({ by: cut.by, spread, row });
    }
    return found.sort((a, b) => b.spread - a.spread).slice(0, MOST);
  });
}
