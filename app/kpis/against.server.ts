// Each segment of a segmentation beside everyone else, or beside one other segment, in the same period: two groups that share no
// customer.
import { UnknownSegment } from "../errors.ts";
import type { ShopView } from "../warehouse/warehouse.server.ts";
import type { Family, KpiCell, Reason, RowKind } from "./answer.ts";
import { cached } from "./cache.server.ts";
import { declarations, type KpiId, kpis, type SegmentationId } from "./catalogue.ts";
import { lastWhole } from "./comparison.server.ts";
import type { Slice } from "./compile/contributions.ts";
import { cutOf } from "./cuts/cut.ts";
import { askLists, isByRecency, isGroupedAt, planRows, type RowPlan } from "./cuts/lists.server.ts";
import { declarationOf, isSoFar } from "./declared.ts";
import { cellOf, type Draft, sumsIn } from "./estimates/cell.ts";
import { blankChange, changeOf } from "./estimates/change.ts";
import { figureOf } from "./estimates/figure.ts";
import { verdictsOf, withFamilies } from "./estimates/verdicts.ts";
import {
  blockedBy,
  factsOf,
  factsOfKpis,
  firstOrderDay,
  knowsFirstOrder,
  loadedOf,
  observedFrom,
} from "./loaded.server.ts";
import { membershipDay, type MembersAt, type Period } from "./period.ts";
import { claimsOf, isOfFirstOrders, settledIn } from "./settled.ts";
import { NOT_IN_SET } from "./segmentations/segmentation.ts";
import { segmentationOf } from "./segmentations.ts";
import { type Cell, shopOf } from "./sums.ts";
import { writtenOf } from "./written.server.ts";

export interface AgainstQuestion {
  kpis: readonly KpiId[];
  segmentation: SegmentationId;
  period: Period;
  membersAt: MembersAt;
  today: string;
  /** The segment that every other one is held against; without it, everyone else. */
  beside?: string;
}

export interface AgainstRow {
  id: string;
  /** `previous` is the others' figure, `change` what the segment's is above it; null of sums, which differ by size alone. */
  cells: Record<KpiId, KpiCell>;
  others: Record<KpiId, KpiCell>;
}

export interface Against {
  segments: readonly AgainstRow[];
  /** All segments' differences are judged together, by the same families as changes. */
  families: readonly Family[];
}

/**
 * Every segment against everyone who is not in it, first-time buyers and, where they count, guests among them; or against one
 * other. Throws UnknownSegment.
 */
export async function queryAgainst(view: ShopView, question: AgainstQuestion): Promise<Against> {
  const { kpis: ids, segmentation, period, membersAt, today, beside } = question;
  const asked = ["against", ids, segmentation, period, membersAt, today, beside];
  return cached(factsOfKpis(view, withFamilies(ids)), asked, () => answerOf(view, question));
}

/** What two groups of unlike size can be held against each other by: what is divided by what there is of each. */
export function isHeldAgainst(id: KpiId, beside?: string): boolean {
  const { computation } = declarationOf(declarations, id);
  if (computation.kind === "duration") return true;
  // The statement gives medians of segments, and of nobody else.
  if (computation.kind === "quantile") return beside !== undefined;
  return computation.kind === "ratio" && computation.over !== "shop" && kpis[id].uncertainty !== "sum";
}

async function answerOf(view: ShopView, question: AgainstQuestion): Promise<Against> {
  const { meta } = view;
  const { kpis: ids, period, membersAt, today, beside } = question;
  const cut = cutOf(question.segmentation);
  const segmentation = segmentationOf(question.segmentation);
  const needed = withFamilies(ids);
  const slice: Slice = { period, membersOn: membershipDay(period, membersAt, today) };
  const instant = { on: slice.membersOn, until: period.to };
  const [loaded, lists, isGrouped, written, firstDay] = await Promise.all([
    loadedOf(view),
    askLists(factsOfKpis(view, needed), needed, cut, [slice, null], lastWhole(meta, needed, today)),
    isGroupedAt(view, cut, instant),
    writtenOf(factsOf(view), question.segmentation),
    needed.some(isOfFirstOrders) && knowsFirstOrder(meta) ? firstOrderDay(view) : null,
  ]);
  const [cells = []] = lists;
  const blocked = (kpi: KpiId, kind: RowKind): Reason | null => {
    if (!isGrouped) return "not_grouped";
    const looksBack = kpis[kpi].looksBack && isByRecency(cut, "segment");
    return blockedBy(loaded, kpi, slice, kind, segmentation) ?? (looksBack ? "not_by_recency" : null);
  };
  const { rows } = planRows(cut, lists, null, { total: { fixed: "total" }, written });
  const segments = rows.filter(({ kind }) => kind === "segment");
  const one = beside === undefined ? null : segments.find(({ id }) => id === beside);
  if (one === undefined) throw new UnknownSegment(question.segmentation, beside ?? "");
  const drafted = segments
    .filter(({ id }) => id !== beside)
    .map((row) => {
      const others: RowPlan = one ?? {
        ...{ id: NOT_IN_SET.id, name: { fixed: NOT_IN_SET.id }, kind: "others", list: 0 },
        holds: (segment) => segment !== row.id,
      };
      const claims = claimsOf(row, cut, slice, firstDay);
      const cellIn = (kpi: KpiId, of: RowPlan): KpiCell =>
        cellOf(kpi, of, cells, null, {
          ...{ now: blocked(kpi, of.kind), then: null, observedFrom: observedFrom(loaded, kpi) },
          settled: of === row ? settledIn(kpi, claims) : null,
        }).cell;
      const pairs = needed.map((kpi) => [kpi, cellIn(kpi, row), cellIn(kpi, others)] as const);
      return {
        id: row.id,
        drafts: new Map(
          pairs.map(([kpi, own, rest]) => [
            kpi,
            differenceOf(kpi, [row, own], [others, rest], { cells, beside }),
          ]),
        ),
        others: new Map(pairs.map(([kpi, , rest]) => [kpi, { cell: rest, judgeable: null }])),
      };
    });
  // Each segment is among everyone else of the others, and one that all are held against is in every difference.
  const verdicts = verdictsOf(
    drafted.map(({ drafts }) => drafts),
    ids,
    "overlapping",
  );
  return {
    segments: drafted.map(({ id, drafts, others }) => ({
      id,
      cells: verdicts.cells(drafts),
      others: verdicts.cells(others),
    })),
    families: verdicts.families,
  };
}

/** A segment's figure with what it is above the others'. */
function differenceOf(
  kpi: KpiId,
  [row, own]: readonly [RowPlan, KpiCell],
  [others, rest]: readonly [RowPlan, KpiCell],
  { cells, beside }: { cells: readonly Cell[]; beside: string | undefined },
): Draft {
  const cell: KpiCell = { ...own, previous: rest.value };
  if (!isHeldAgainst(kpi, beside)) return { cell, judgeable: null };
  const blank = (reason: Reason | null) => ({
    cell: { ...cell, change: blankChange(reason) },
    judgeable: null,
  });
  if (own.value === null || rest.value === null) return blank(own.reason ?? rest.reason);
  if (own.settled !== null) return blank("by_definition");
  const declaration = declarationOf(declarations, kpi);
  const [sums, restSums] = [sumsIn(kpi, row, cells), sumsIn(kpi, others, cells)];
  const figure = (of: typeof sums) => figureOf(declaration, kpi, of, shopOf(cells), "now");
  const { change, judgeable } = changeOf(kpi, {
    ...{ value: own.value, previous: rest.value, now: figure(sums), then: figure(restSums) },
    ...{ own: sums, shop: shopOf(cells), lengths: { now: 1, then: 1 }, isApart: true },
  });
  if (!isSoFar(declarations, kpi)) return { cell: { ...cell, change }, judgeable };
  const { absolute, relative } = change;
  return { cell: { ...cell, change: { ...blankChange("may_change"), absolute, relative } }, judgeable: null };
}
