// The table of segments: which rows it has, in which order, and which of them one line stands for.
import type { Answer, KpiCell, Reason, SegmentAnswer } from "../kpis/answer.ts";
import { isKpiId, kpis, type KpiId, segmentations } from "../kpis/catalogue.ts";
import { formatValue, lower, reasonText } from "../kpis/format.ts";
import { namelessFrom } from "../kpis/loaded.server.ts";
import { formatDay, formatPeriod } from "../kpis/period.ts";
import { segmentationOf } from "../kpis/segmentations.ts";
import type { ShopMeta } from "../warehouse/warehouse.server.ts";
import { type Asked, LARGEST_CHANGE, type Sort } from "./address.ts";
import type { ReportedShop } from "./shop.server.ts";
import { membershipSentence } from "./toolbar.ts";
import { type CellView, cellView, countText, type Place, quantity } from "./wording.server.ts";

export interface Column {
  id: string;
  label: string;
  help: string;
  /** "ascending" and "descending" as aria-sort says them. */
  sorted: "ascending" | "descending" | "none";
}

export interface SegmentRow {
  id: string;
  label: string;
  kind: SegmentAnswer["kind"];
  members: string;
  cells: readonly CellView[];
}

export interface SegmentTableView {
  caption: string;
  segmentation: string;
  columns: readonly Column[];
  total: SegmentRow;
  rows: readonly SegmentRow[];
  /** Segments that one line stands for: "5 groups with too few customers to judge: €625.00 net sales", "2 groups without a customer". */
  folded: { text: string; rows: readonly SegmentRow[] } | null;
  /** Why there are no segments: the shop is too small or too young for them, or not all that they need is here. */
  missing: string | null;
  /** While customers are hidden: which periods still have segments. */
  known: string | null;
  membership: string;
  /** Rows by the largest change: whether that can be asked for, and what it means once it is. */
  byChange: { possible: boolean; text: string | null };
}

export function segmentTable(answer: Answer, asked: Asked, { place, meta }: ReportedShop): SegmentTableView {
  const row = ({ id, label, kind, members, cells }: SegmentAnswer): SegmentRow => ({
    id,
    label,
    kind,
    members: members === null ? "" : countText(members, place.locale),
    cells: asked.kpis.map((kpi) => cellView(cells[kpi], kpi, place)),
  });
  const untold = untoldText(answer.segments, asked.kpis);
  const worthy = answer.segments.filter((segment) => isWorthARow(segment, untold === null));
  const ordered = sorted(worthy, asked, place.locale);
  const folded = foldedIn(ordered, asked);
  const column = (id: string, label: string, help: string): Column => ({
    id,
    label,
    help,
    sorted: asked.sort?.by === id ? (asked.sort.descending ? "descending" : "ascending") : "none",
  });
  const { label, description } = segmentations[asked.segmentation];
  return {
    caption: `Segments by ${label}, ${formatPeriod(asked.period, place.locale)}`,
    segmentation: asked.segmentation,
    columns: [
      column("segment", "Segment", description),
      column(
        "members",
        "Customers",
        "Customers in the segment on the day when groups are made, whether they ordered in the period or not.",
      ),
      ...asked.kpis.map((kpi) => column(kpi, kpis[kpi].label, kpis[kpi].description)),
    ],
    total: row(answer.total),
    rows: ordered.filter((segment) => !folded.includes(segment)).map(row),
    folded: folded.length === 0 ? null : { text: foldedText(folded, asked, place), rows: folded.map(row) },
    missing: untold ?? ungroupedText(answer, asked.segmentation, place.locale),
    known: untold === null ? null : knownText(meta, place.locale),
    byChange: {
      possible: answer.segments.some((segment) => isJudged(segment, asked.kpis.slice(0, 1))),
      text: asked.sort?.by === LARGEST_CHANGE ? byChangeText(asked) : null,
    },
    membership: membershipSentence(
      asked.segmentation,
      asked.membersAt,
      answer.membersOn,
      asked.period,
      place.locale,
    ),
  };
}

/** Why no segment has a single figure, where that is one reason for all of them. */
export function untoldText(rows: readonly SegmentAnswer[], shown: readonly KpiId[]): string | null {
  const segments = rows.filter(({ kind }) => kind === "segment" || kind === "ungrouped");
  const cells = segments.flatMap(({ cells }) => shown.map((id) => cells[id]));
  const reasons = new Set(cells.map(({ reason }) => reason));
  const [reason = null] = reasons;
  const lacksOrders = reason !== null && LACKS_ORDERS.includes(reason);
  return reasons.size === 1 && lacksOrders && segments.every(({ members }) => members === null)
    ? `Segments need every order of each customer. ${reasonText(reason)}.`
    : null;
}

/** "Periods that end before Nov 29, 2026 still have segments.", or null where none has. */
export function knownText(meta: ShopMeta, locale: string): string | null {
  const from = namelessFrom(meta);
  return from === null
    ? null
    : `Periods that end before ${formatDay(from, locale)}, with groups of a day before it, still have segments.`;
}

const LACKS_ORDERS: readonly Reason[] = ["history_incomplete", "history_not_kept", "customers_hidden"];

const isSomething = ({ n, value, previous }: KpiCell) => n > 0 || (value ?? 0) !== 0 || (previous ?? 0) !== 0;

/** Rows beside the segments are there to make them add up: those of nobody and nothing do not. */
function isWorthARow({ kind, members, cells }: SegmentAnswer, told: boolean): boolean {
  if (kind === "segment" || kind === "ungrouped") return told;
  if (kind === "total") return true;
  return (members ?? 0) > 0 || Object.values(cells).some(isSomething);
}

const isJudged = ({ cells }: SegmentAnswer, kpiIds: readonly KpiId[]) =>
  kpiIds.some((id) => ["noise", "more_than_noise"].includes(cells[id].change?.verdict ?? ""));

const isEmpty = ({ members, cells }: SegmentAnswer) =>
  members === 0 && !Object.values(cells).some(isSomething);

/** The segments without a verdict, where others have one, or without anybody: one line says as much as all their rows. */
function foldedIn(rows: readonly SegmentAnswer[], asked: Asked): readonly SegmentAnswer[] {
  const segments = rows.filter(({ kind }) => kind === "segment");
  const unjudged = segments.filter((row) => !isJudged(row, asked.kpis));
  const few = asked.comparison !== "none" && unjudged.length > 1 && unjudged.length < segments.length;
  return few ? unjudged : segments.filter(isEmpty);
}

function foldedText(rows: readonly SegmentAnswer[], asked: Asked, place: Place): string {
  if (rows.every(isEmpty))
    return `${quantity(rows.length, "group", "groups", place.locale)} without a customer`;
  const groups = `${countText(rows.length, place.locale)} groups with too few customers to judge`;
  const additive = asked.kpis.find((id) => kpis[id].additive.segments && kpis[id].uncertainty === "sum");
  if (additive === undefined) return groups;
  const sum = rows.reduce((all, row) => all + (row.cells[additive].value ?? 0), 0);
  return `${groups}: ${formatValue(sum, kpis[additive].unit, place)} ${lower(kpis[additive].label)} together`;
}

function ungroupedText(answer: Answer, id: Asked["segmentation"], locale: string): string | null {
  const row = answer.segments.find(({ kind }) => kind === "ungrouped");
  const declared = segmentationOf(id);
  if (row === undefined || declared.kind !== "ruled" || declared.minimum === undefined) return null;
  const { customers, days } = declared.minimum;
  const on = formatDay(answer.membersOn, locale);
  const had =
    row.members === null
      ? ""
      : ` On ${on} there were ${countText(row.members, locale)} customers with an order.`;
  return `Groups by ${declared.label} need ${customers} customers with an order and ${days} days since the first one.${had} “Number of orders” works from the first order on.`;
}

function byChangeText({ kpis: [first] }: Asked): string {
  const what = first === undefined ? "" : lower(kpis[first].label);
  return `Ordered by the change in ${what}: first where it is unlikely to be chance, the largest on top.`;
}

/**
 * What rows are ordered by, the most important first. A change counts in the KPI's unit: half of a small segment is less
 * than a tenth of a large one.
 */
function keysOf({ by }: Sort, [first]: readonly KpiId[]): ((row: SegmentAnswer) => number | null)[] {
  if (by === "members") return [(row) => row.members];
  if (isKpiId(by)) return [({ cells }) => cells[by].value];
  const changeIn = ({ cells }: SegmentAnswer) => (first === undefined ? null : cells[first].change);
  const told = (row: SegmentAnswer) => changeIn(row)?.absolute ?? null;
  return [
    (row) => (told(row) === null ? null : Number(changeIn(row)?.verdict === "more_than_noise")),
    (row) => Math.abs(told(row) ?? 0),
  ];
}

/** Segments by a column; figures that cannot be told, and the rows that are no segment, stay last. */
function sorted(
  rows: readonly SegmentAnswer[],
  { sort, kpis: shown }: Pick<Asked, "sort" | "kpis">,
  locale: string,
): readonly SegmentAnswer[] {
  if (sort === null) return rows;
  const segments = rows.filter((row) => row.kind === "segment");
  const sign = sort.descending || sort.by === LARGEST_CHANGE ? -1 : 1;
  if (sort.by === "segment")
    segments.sort((a, b) => sign * a.label.localeCompare(b.label, locale, { numeric: true }));
  else
    for (const key of keysOf(sort, shown).toReversed())
      segments.sort((a, b) => {
        const [left, right] = [key(a), key(b)];
        if (left === null || right === null) return Number(left === null) - Number(right === null);
        return sign * (left - right);
      });
  return [...segments, ...rows.filter((row) => row.kind !== "segment")];
}
