// The home page: headline figures, a trend, and the segment table, all of one question.
import type { Answer, SegmentAnswer } from "../kpis/answer.ts";
import { isKpiId, kpis, type KpiId, segmentations } from "../kpis/catalogue.ts";
import { formatValue, lower } from "../kpis/format.ts";
import { comparingOf, formatDay, formatPeriod, grainOf } from "../kpis/period.ts";
import { isWhole } from "../kpis/loaded.server.ts";
import { queryKpis, queryTrend } from "../kpis/query.server.ts";
import { segmentationOf } from "../kpis/segmentations.ts";
import { type Asked, readAddress, type Sort } from "./address.ts";
import type { ReportedShop } from "./shop.server.ts";
import { type SmallShop, startOf } from "./start.server.ts";
import { type KpiChoice, kpiChoice, membershipSentence, type ToolbarView, toolbarView } from "./toolbar.ts";
import { type ChartView, chartView, type LineView, lineView } from "./trend.server.ts";
import { type CellView, cellView, comparisonSentence, countText, type Place } from "./wording.server.ts";

/** The first of them is the chart's usual one. While older orders are missing, those that need none. */
const HEADLINES = {
  whole: ["net_sales", "orders", "aov", "returning_customer_rate"],
  partial: ["gross_sales", "orders", "aov", "units_sold"],
} as const satisfies Record<string, readonly [KpiId, ...KpiId[]]>;

export interface HeadlineView {
  kpi: KpiId;
  label: string;
  help: string;
  cell: CellView;
  line: LineView | null;
}

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
  /** Segments none of whose changes can be judged, in one line: "5 groups with too few customers to judge: €625.00 net sales". */
  folded: { text: string; rows: readonly SegmentRow[] } | null;
  /** Why there are no groups, where the shop is too small or too young for them. */
  ungrouped: string | null;
  membership: string;
}

export interface HomeView {
  notices: readonly string[];
  /** Of a shop with few buyers: from how many on what can be told. */
  small: SmallShop | null;
  toolbar: ToolbarView;
  kpis: KpiChoice;
  /** "Compared with Sep 30 – Oct 29, 2026.", or why it is not; null where no comparison was asked for. */
  comparison: string | null;
  /** The compared days, "Sep 30 – Oct 29, 2026". */
  comparedRange: string | null;
  headlines: readonly HeadlineView[];
  usualChart: KpiId;
  chart: ChartView;
  table: SegmentTableView;
}

/** Null while the shop has no order. Throws UnknownKpi or UnknownSegmentation. */
export async function homeView(shop: ReportedShop, params: URLSearchParams): Promise<HomeView | null> {
  const { warehouse, place, today } = shop;
  const [order] = await warehouse.query(shop.shop, "SELECT order_id FROM orders LIMIT 1");
  if (!order) return null;
  const start = await startOf(shop);
  const asked = readAddress(params, today, (chosen) => ["segment", "members", ...chosen], start.defaults);
  const headlines = HEADLINES[isWhole(shop.meta) ? "whole" : "partial"];
  const chart = params.has("chart") ? asked.chart : headlines[0];
  const drawn = [...new Set<KpiId>([...headlines, chart])];
  const comparing = comparingOf(asked.period, asked.comparison, today);
  const grain = grainOf(asked.period);
  const trendOf = { kpis: drawn, grain, membersAt: asked.membersAt, today };

  const [answer, trend, comparedTrend] = await Promise.all([
    queryKpis(warehouse, shop.shop, { ...asked, kpis: [...new Set([...headlines, ...asked.kpis])], today }),
    queryTrend(warehouse, shop.shop, { ...trendOf, period: asked.period }),
    comparing ? queryTrend(warehouse, shop.shop, { ...trendOf, period: comparing.with }) : null,
  ]);

  return {
    notices: asked.notices,
    small: start.small,
    toolbar: toolbarView(asked, { locale: place.locale, today, segmentations: true }),
    kpis: kpiChoice(asked),
    comparedRange: answer.comparedWith && formatPeriod(answer.comparedWith, place.locale),
    comparison: comparisonSentence(answer, asked.comparison, place.locale),
    usualChart: headlines[0],
    headlines: headlines.map((kpi) => ({
      kpi,
      label: kpis[kpi].label,
      help: kpis[kpi].description,
      cell: cellView(answer.total.cells[kpi], kpi, place),
      line: lineView(kpi, trend, comparedTrend),
    })),
    chart: chartView(chart, trend, comparedTrend, grain, shop),
    table: segmentTable(answer, asked, shop),
  };
}

function segmentTable(answer: Answer, asked: Asked, { place }: ReportedShop): SegmentTableView {
  const row = ({ id, label, kind, members, cells }: SegmentAnswer): SegmentRow => ({
    id,
    label,
    kind,
    members: members === null ? "" : countText(members, place.locale),
    cells: asked.kpis.map((kpi) => cellView(cells[kpi], kpi, place)),
  });
  const ordered = sorted(answer.segments.filter(isWorthARow), asked.sort, place.locale);
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
    ungrouped: ungroupedText(answer, asked.segmentation, place.locale),
    membership: membershipSentence(asked.membersAt, answer.membersOn, asked.period, place.locale),
  };
}

/** Rows beside the segments are there to make them add up: those of nobody and nothing do not. */
function isWorthARow({ kind, members, cells }: SegmentAnswer): boolean {
  if (kind === "segment" || kind === "ungrouped" || kind === "total") return true;
  return (members ?? 0) > 0 || Object.values(cells).some(({ n, previous }) => n > 0 || (previous ?? 0) !== 0);
}

const isJudged = ({ cells }: SegmentAnswer, kpiIds: readonly KpiId[]) =>
  kpiIds.some((id) => ["noise", "more_than_noise"].includes(cells[id].change?.verdict ?? ""));

/** The segments without a verdict, where others have one: one line says as much as all their rows. */
function foldedIn(rows: readonly SegmentAnswer[], asked: Asked): readonly SegmentAnswer[] {
  if (asked.comparison === "none") return [];
  const segments = rows.filter(({ kind }) => kind === "segment");
  const unjudged = segments.filter((row) => !isJudged(row, asked.kpis));
  return unjudged.length < 2 || unjudged.length === segments.length ? [] : unjudged;
}

function foldedText(rows: readonly SegmentAnswer[], asked: Asked, place: Place): string {
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

/** Segments by a column; figures that cannot be told, and the rows that are no segment, stay last. */
function sorted(rows: readonly SegmentAnswer[], sort: Sort | null, locale: string): readonly SegmentAnswer[] {
  if (sort === null) return rows;
  const segments = rows.filter((row) => row.kind === "segment");
  const sign = sort.descending ? -1 : 1;
  const key = (row: SegmentAnswer) => {
    if (sort.by === "members") return row.members;
    return isKpiId(sort.by) ? row.cells[sort.by].value : null;
  };
  segments.sort((a, b) => {
    if (sort.by === "segment") return sign * a.label.localeCompare(b.label, locale, { numeric: true });
    const [left, right] = [key(a), key(b)];
    if (left === null || right === null) return Number(left === null) - Number(right === null);
    return sign * (left - right);
  });
  return [...segments, ...rows.filter((row) => row.kind !== "segment")];
}
