// Whether a figure is known in both periods, of the whole and of a cut's rows, and why where it is not.
import type { Reason, RowKind } from "../kpis/answer.ts";
import { type KpiId, kpis } from "../kpis/catalogue.ts";
import type { Slice } from "../kpis/compile/contributions.ts";
import type { Cut } from "../kpis/cuts/cut.ts";
import { isByOrder, isByRecency, isGroupedAt } from "../kpis/cuts/lists.server.ts";
import type { GroupCell } from "../kpis/grouped-sums.server.ts";
import { blockedBy, firstOrderDay, knowsFirstOrder, loadedOf } from "../kpis/loaded.server.ts";
import { segmentationOf, UNGROUPED } from "../kpis/segmentations.ts";
import type { ShopView } from "../warehouse/warehouse.server.ts";
import type { SplitRow } from "./split.ts";

type Slices = readonly [Slice, Slice];

/** Of the whole that a cut is about. */
export async function untoldWhole(
  view: ShopView,
  kpi: KpiId,
  cut: Cut,
  slices: Slices,
): Promise<Reason | null> {
  const loaded = await loadedOf(view);
  const kind: RowKind = cut.within === undefined ? "total" : "within";
  const blocked = slices
    .map((slice) => blockedBy(loaded, kpi, slice, kind))
    .find((reason) => reason !== null);
  if (blocked !== undefined) return blocked;
  if (cut.within !== undefined) {
    const segment = { of: "sets", sets: [], within: cut.within } as const;
    const ungrouped = await ungroupedAt(view, segment, slices);
    if (ungrouped !== null) return ungrouped;
  }
  if (!knowsFirstOrder(view.meta)) return null;
  const [, then] = slices;
  const first = await firstOrderDay(view);
  return first !== null && then.period.from < first ? "no_previous" : null;
}

/** Of a cut's rows. */
export async function untoldRows(
  view: ShopView,
  kpi: KpiId,
  cut: Cut,
  slices: Slices,
): Promise<Reason | null> {
  if (cut.of === "orders" && !isByOrder(kpi)) return "not_by_order";
  const kinds = { customers: "segment", orders: "orders", sets: "set" } as const satisfies Record<
    Cut["of"],
    RowKind
  >;
  // Orders within a segment are its customers'.
  const kind: RowKind = cut.of === "orders" && cut.within !== undefined ? "within" : kinds[cut.of];
  const segmentation = cut.of === "customers" && cut.within === undefined ? segmentationOf(cut.by) : null;
  const loaded = await loadedOf(view);
  const blocked = slices
    .map((slice) => blockedBy(loaded, kpi, slice, kind, segmentation))
    .find((reason) => reason !== null);
  if (blocked !== undefined) return blocked;
  if (kpis[kpi].looksBack && isByRecency(cut, kind)) return "not_by_recency";
  return ungroupedAt(view, cut, slices);
}

/** At which of the two instants there were no groups. */
async function ungroupedAt(view: ShopView, cut: Cut, slices: Slices): Promise<Reason | null> {
  const [now, then] = await Promise.all(
    slices.map(({ period: { to }, membersOn }) => isGroupedAt(view, cut, { on: membersOn, until: to })),
  );
  return now === false ? "not_grouped" : then === false ? "no_groups" : null;
}

/** A shop may have had no groups at one of the two instants, so that its rows are of different kinds. */
export function isGroupedOnce(cells: readonly GroupCell[]): boolean {
  const isUngrouped = (slice: "now" | "then") => cells.some((cell) => cell[slice] === UNGROUPED.id);
  return isUngrouped("now") !== isUngrouped("then");
}

/** Why sums make no figure: nothing to divide by, too large to be exact, or nothing known of it. */
export function unvalued(kpi: KpiId, rows: readonly SplitRow[], names: readonly string[]): Reason | null {
  const sum = (name: string, slice: "now" | "then") =>
    rows.reduce((all, { sums }) => all + sums(name, slice), 0);
  const { coverage, denominator } = kpis[kpi];
  for (const slice of ["now", "then"] as const) {
    if (names.some((name) => Math.abs(sum(name, slice)) > Number.MAX_SAFE_INTEGER)) return "too_large";
    if (coverage !== null && sum(coverage.known, slice) === 0 && sum(coverage.of, slice) !== 0)
      return "not_recorded";
    if (denominator === null || denominator.over === "shop") continue;
    const below = sum(denominator.of, slice);
    if (below < 0) return "not_positive";
    if (below === 0) return "no_value";
  }
  return null;
}
