// The table of segments: which rows it has, in which order, and which of them one line stands for.
import type { Answer, KpiCell, Reason, SegmentAnswer } from "../kpis/answer.ts";
import { isKpiId, isSegmentationId, kpis, type KpiId } from "../kpis/catalogue.ts";
import { formatValue } from "../kpis/format.ts";
import { kpiHelp, kpiInSentence, kpiLabel } from "../kpis/kpi-words.server.ts";
import { namelessFrom } from "../kpis/loaded.server.ts";
import { formatDay, formatPeriod } from "../kpis/period.ts";
import { cutHelp, cutLabel, rowLabel } from "../kpis/row-words.server.ts";
import { segmentationOf } from "../kpis/segmentations.ts";
import type { ShopMeta } from "../warehouse/warehouse.server.ts";
import { say } from "../words/words.server.ts";
import { type Asked, LARGEST_CHANGE, type Sort } from "./address.ts";
import type { ReportedShop } from "./shop.server.ts";
import { rowsSentence } from "./cut.server.ts";
import { type CellView, cellView, countText, type Place } from "./wording.server.ts";

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
  /** Null where a row consists of orders. */
  members: string | null;
  cells: readonly CellView[];
}

export interface SegmentTableView {
  caption: string;
  segmentation: string;
  columns: readonly Column[];
  total: SegmentRow;
  rows: readonly SegmentRow[];
  /** False where rows have no number of customers. */
  counted: boolean;
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
  const row = ({ id, name, kind, members, cells, others }: SegmentAnswer): SegmentRow => ({
    id,
    label: rowLabel(place, name),
    kind,
    members: kind === "orders" ? null : members === null ? "" : countText(members, place.locale),
    cells: asked.kpis.map((kpi) => ({
      ...cellView(cells[kpi], kpi, place),
      beside: besideText(others?.cells[kpi], kpi, place),
    })),
  });
  const counted = !answer.segments.some(({ kind }) => kind === "orders");
  const untold = untoldText(answer.segments, asked.kpis, place);
  const worthy = answer.segments.filter((segment) => isWorthARow(segment, untold === null));
  const ordered = sorted(worthy, asked, place);
  const folded = foldedIn(ordered, asked);
  const column = (id: string, label: string, help: string): Column => ({
    id,
    label,
    help,
    sorted: asked.sort?.by === id ? (asked.sort.descending ? "descending" : "ascending") : "none",
  });
  return {
    caption: captionOf(answer, asked, counted, place),
    segmentation: asked.segmentation,
    columns: [
      column(
        "segment",
        say(place, counted ? "segmentTable.segment" : "segmentTable.group"),
        cutHelp(place, asked.segmentation),
      ),
      ...(counted
        ? [column("members", say(place, "segmentTable.customers"), say(place, "segmentTable.customersHelp"))]
        : []),
      ...asked.kpis.map((kpi) => column(kpi, kpiLabel(place, kpi), kpiHelp(place, kpi))),
    ],
    counted,
    total: row(answer.total),
    rows: ordered.filter((segment) => !folded.includes(segment)).map(row),
    folded: folded.length === 0 ? null : { text: foldedText(folded, asked, place), rows: folded.map(row) },
    missing: untold ?? ungroupedText(answer, asked.segmentation, place) ?? noTagsText(answer, asked, place),
    known: untold === null ? null : knownText(meta, place),
    byChange: {
      possible: answer.segments.some((segment) => isJudged(segment, asked.kpis.slice(0, 1))),
      text: asked.sort?.by === LARGEST_CHANGE ? byChangeText(asked, place) : null,
    },
    membership: rowsSentence(asked, answer, place),
  };
}

function captionOf({ total }: Answer, asked: Asked, counted: boolean, place: Place): string {
  const told = {
    cut: cutLabel(place, asked.segmentation),
    period: formatPeriod(asked.period, place.locale),
  };
  if (total.kind !== "within")
    return say(place, counted ? "segmentTable.segmentsBy" : "segmentTable.ordersBy", told);
  const whole = rowLabel(place, total.name);
  return say(place, counted ? "segmentTable.segmentsWithin" : "segmentTable.ordersWithin", {
    ...told,
    whole,
  });
}

/** What everyone else has: "Everyone else 45.2%"; null where nothing can be told of them. */
function besideText(cell: KpiCell | undefined, kpi: KpiId, place: Place): string | null {
  if (cell === undefined || cell.value === null) return null;
  return say(place, "figure.beside", { value: formatValue(cell.value, kpis[kpi].unit, place) });
}

const noTagsText = ({ segments }: Answer, { segmentation }: Asked, place: Place): string | null =>
  segmentation === "tags" && segments.length === 0 ? say(place, "segmentTable.noTags") : null;

/** Why no segment has a single figure, where that is one reason for all of them. */
export function untoldText(
  rows: readonly SegmentAnswer[],
  shown: readonly KpiId[],
  place: Place,
): string | null {
  const segments = rows.filter(({ kind }) => ["segment", "ungrouped", "set"].includes(kind));
  const cells = segments.flatMap(({ cells }) => shown.map((id) => cells[id]));
  const reasons = new Set(cells.map(({ reason }) => reason));
  const [reason = null] = reasons;
  return reasons.size === 1 &&
    reason !== null &&
    lacksOrders(reason) &&
    segments.every(({ members }) => members === null)
    ? say(place, `segmentTable.${LACKS_ORDERS[reason]}`)
    : null;
}

/** "Periods that end before Nov 29, 2026 still have segments.", or null where none has. */
export function knownText(meta: ShopMeta, place: Place): string | null {
  const from = namelessFrom(meta);
  return from === null ? null : say(place, "segmentTable.stillKnown", { day: formatDay(from, place.locale) });
}

const LACKS_ORDERS = {
  history_incomplete: "ordersMissing",
  history_not_kept: "ordersNotKept",
  customers_hidden: "customersHidden",
} as const satisfies Partial<Record<Reason, string>>;
const lacksOrders = (reason: Reason): reason is keyof typeof LACKS_ORDERS =>
  Object.hasOwn(LACKS_ORDERS, reason);

const isSomething = ({ n, value, previous }: KpiCell) => n > 0 || (value ?? 0) !== 0 || (previous ?? 0) !== 0;

/** Rows beside the segments are there to make them add up: those of nobody and nothing do not. */
function isWorthARow({ kind, members, cells }: SegmentAnswer, told: boolean): boolean {
  if (kind === "segment" || kind === "ungrouped" || kind === "set") return told;
  if (kind === "total" || kind === "within") return true;
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
  const n = rows.length;
  if (rows.every(isEmpty)) return say(place, "segmentTable.empty", { n });
  const additive = asked.kpis.find((id) => kpis[id].additive.segments && kpis[id].uncertainty === "sum");
  if (additive === undefined) return say(place, "segmentTable.tooFew", { n });
  const sum = rows.reduce((all, row) => all + (row.cells[additive].value ?? 0), 0);
  return say(place, "segmentTable.tooFewTogether", {
    n,
    amount: formatValue(sum, kpis[additive].unit, place),
    what: kpiInSentence(place, additive),
  });
}

function ungroupedText(answer: Answer, id: Asked["segmentation"], place: Place): string | null {
  const row = answer.segments.find(({ kind }) => kind === "ungrouped");
  if (row === undefined || !isSegmentationId(id)) return null;
  const declared = segmentationOf(id);
  if (declared.kind !== "ruled" || declared.minimum === undefined) return null;
  const told = {
    cut: cutLabel(place, id),
    ...declared.minimum,
    orders: cutLabel(place, "order_count"),
  };
  return row.members === null
    ? say(place, "segmentTable.minimum", told)
    : say(place, "segmentTable.minimumMissed", {
        ...told,
        day: formatDay(answer.membersOn, place.locale),
        had: row.members,
      });
}

function byChangeText({ kpis: [first] }: Asked, place: Place): string | null {
  return first === undefined
    ? null
    : say(place, "segmentTable.byChange", { what: kpiInSentence(place, first) });
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
  place: Place,
): readonly SegmentAnswer[] {
  if (sort === null) return rows;
  const isSorted = ({ kind }: SegmentAnswer) => ["segment", "set", "orders"].includes(kind);
  const segments = rows.filter(isSorted);
  const sign = sort.descending || sort.by === LARGEST_CHANGE ? -1 : 1;
  if (sort.by === "segment") {
    const labels = new Map(segments.map((row) => [row, rowLabel(place, row.name)]));
    const label = (row: SegmentAnswer) => labels.get(row) ?? "";
    segments.sort((a, b) => sign * label(a).localeCompare(label(b), place.locale, { numeric: true }));
  } else
    for (const key of keysOf(sort, shown).toReversed())
      segments.sort((a, b) => {
        const [left, right] = [key(a), key(b)];
        if (left === null || right === null) return Number(left === null) - Number(right === null);
        return sign * (left - right);
      });
  return [...segments, ...rows.filter((row) => !isSorted(row))];
}
