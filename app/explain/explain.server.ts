// One figure explained: its cell, the numbers that it is worked out from, what is left out, and a page of the rows behind it.
import { UnknownSegment } from "../errors.ts";
import type { Answer, KpiCell, SegmentAnswer } from "../kpis/answer.ts";
import type { KpiId } from "../kpis/catalogue.ts";
import { type By, cutOf } from "../kpis/cuts/cut.ts";
import { type MembersAt, membershipDay, type Period } from "../kpis/period.ts";
import { kindOf, queryKpis } from "../kpis/query.server.ts";
import { TOTAL } from "../kpis/segmentations.ts";
import type { ShopView } from "../warehouse/warehouse.server.ts";
import { type LeftOut, ordersLeftOut } from "./left-out.server.ts";
import { type CellRef, isListed, listFor, rowsPage, type RowsPage, type RowsWanted } from "./rows.server.ts";

/** Which figure is meant. */
export interface FigureAsked {
  kpi: KpiId;
  segmentation: By;
  /** A row's id, as answers have it; of who is not in a set, "others:" and the set's. */
  segment: string;
  /** A sum that it is worked out from, whose rows are listed in place of its own. */
  part: string | null;
  period: Period;
  membersAt: MembersAt;
  today: string;
}

export interface FoundFigure {
  answer: Answer;
  row: SegmentAnswer;
  cell: KpiCell;
  ref: CellRef;
}

/** Throws UnknownSegment. */
export async function figureAsked(view: ShopView, asked: FigureAsked): Promise<FoundFigure> {
  const { kpi, segmentation, segment, part, period, membersAt, today } = asked;
  const cut = cutOf(segmentation);
  const answer = await queryKpis(view, {
    ...{ kpis: [kpi], segmentation: cut, period, membersAt, today },
    comparison: "none",
  });
  const rows = answer.segments.flatMap((row) =>
    row.others === undefined ? [row] : [row, { ...row.others, id: `${row.others.id}:${row.id}` }],
  );
  const isWhole = segment === TOTAL.id || segment === answer.total.id;
  const row = rows.find(({ id }) => id === segment) ?? (isWhole ? answer.total : undefined);
  if (row === undefined) throw new UnknownSegment(cut.of === "sets" ? "sets" : cut.by, segment);
  const slice = { period, membersOn: membershipDay(period, membersAt, today) };
  return {
    answer,
    row,
    cell: row.cells[kpi],
    ref: { kpi, part, cut, row: { id: row.id, kind: row.kind }, slice, today },
  };
}

/** What is divided, and by what, may be of the segment or of the shop. */
export interface Numbers {
  own: ReadonlyMap<string, number>;
  shop: ReadonlyMap<string, number>;
}

export interface Explained extends FoundFigure {
  numbers: Numbers;
  leftOut: readonly LeftOut[];
  /** Null where no rows can be told of. */
  page: RowsPage | null;
}

/** The rows that a figure most likely has, asked for beside the figure itself; what it throws is thrown when they are told. */
function askAhead(view: ShopView, asked: FigureAsked, wanted: RowsWanted, window: Window): void {
  const { kpi, segmentation, segment, part, period, membersAt, today } = asked;
  const cut = cutOf(segmentation);
  if (cut.of !== "customers" || cut.within !== undefined) return;
  const slice = { period, membersOn: membershipDay(period, membersAt, today) };
  const row = { id: segment, kind: kindOf(segment) };
  void rowsPage(view, { kpi, part, cut, row, slice, today }, wanted, window).catch(() => undefined);
}

interface Window {
  limit: number;
  offset: number;
}

/** Throws UnknownSegment, or BadInput. */
export async function explained(
  view: ShopView,
  asked: FigureAsked,
  wanted: RowsWanted,
  window: Window,
): Promise<Explained> {
  askAhead(view, asked, wanted, window);
  const found = await figureAsked(view, asked);
  const { ref, cell, row } = found;
  const { list } = listFor(ref, wanted.side);
  const leaving = ordersLeftOut(view, asked.kpi, row.kind, asked.period);
  if (!isListed(cell.reason))
    return { ...found, numbers: { own: new Map(), shop: new Map() }, leftOut: await leaving, page: null };
  const whole: CellRef = { ...ref, part: null };
  const others = listFor(whole, null).lists.filter(
    (each) => ref.part !== null || each.sums[0] !== list.sums[0],
  );
  const unfiltered = { side: null, sort: null, sign: null, find: null } as const;
  const [page, leftOut, ...beside] = await Promise.all([
    rowsPage(view, ref, wanted, window),
    leaving,
    ...others.map(({ sums }) =>
      rowsPage(view, whole, { ...unfiltered, side: sums[0]?.side ?? null }, { limit: 0, offset: 0 }),
    ),
  ]);
  return { ...found, numbers: numbersIn(ref.part === null ? [page, ...beside] : beside), leftOut, page };
}

function numbersIn(pages: readonly RowsPage[]): Numbers {
  const numbers = { own: new Map<string, number>(), shop: new Map<string, number>() };
  for (const { list, all } of pages)
    for (const [place, { id }] of list.columns.entries())
      numbers[list.ofShop ? "shop" : "own"].set(id, all.sums[place] ?? 0);
  return numbers;
}
