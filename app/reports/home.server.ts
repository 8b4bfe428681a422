// The home page: headline figures, a trend, and the segment table, all of one question.
import type { Answer, SegmentAnswer } from "../kpis/answer.ts";
import { kpis, type KpiId, segmentations } from "../kpis/catalogue.ts";
import { comparedPeriod, formatPeriod, grainOf } from "../kpis/period.ts";
import { queryKpis, queryTrend } from "../kpis/query.server.ts";
import { type Asked, readAddress, type Sort } from "./address.ts";
import type { ReportedShop } from "./shop.server.ts";
import { type KpiChoice, kpiChoice, membershipSentence, type ToolbarView, toolbarView } from "./toolbar.ts";
import { type ChartView, chartView, type LineView, lineView } from "./trend.server.ts";
import { type CellView, cellView, countText } from "./wording.server.ts";

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
  membership: string;
}

export interface HomeView {
  notices: readonly string[];
  toolbar: ToolbarView;
  kpis: KpiChoice;
  comparedWith: string | null;
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
  const asked = readAddress(params, today, (chosen) => ["segment", "members", ...chosen]);
  const headlines = HEADLINES[shop.meta.history === "complete" ? "whole" : "partial"];
  const chart = params.has("chart") ? asked.chart : headlines[0];
  const drawn = [...new Set<KpiId>([...headlines, chart])];
  const compared = comparedPeriod(asked.period, asked.comparison, today);
  const grain = grainOf(asked.period);
  const trendOf = { kpis: drawn, grain, membersAt: asked.membersAt, today };

  const [answer, trend, comparedTrend] = await Promise.all([
    queryKpis(warehouse, shop.shop, { ...asked, kpis: [...new Set([...headlines, ...asked.kpis])], today }),
    queryTrend(warehouse, shop.shop, { ...trendOf, period: asked.period }),
    compared ? queryTrend(warehouse, shop.shop, { ...trendOf, period: compared }) : null,
  ]);

  return {
    notices: asked.notices,
    toolbar: toolbarView(asked, { locale: place.locale, today, segmentations: true }),
    kpis: kpiChoice(asked),
    comparedWith: answer.comparedWith && formatPeriod(answer.comparedWith, place.locale),
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
    members: members === null ? "–" : countText(members, place.locale),
    cells: asked.kpis.map((kpi) => cellView(cells[kpi], kpi, place)),
  });
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
        "Members",
        "Customers in the segment on the day of membership, whether they ordered or not.",
      ),
      ...asked.kpis.map((kpi) => column(kpi, kpis[kpi].label, kpis[kpi].description)),
    ],
    total: row(answer.total),
    rows: sorted(answer.segments, asked.sort, place.locale).map(row),
    membership: membershipSentence(asked.membersAt, answer.membersOn, asked.period, place.locale),
  };
}

/** Segments by a column; figures that cannot be told, and the rows that are no segment, stay last. */
function sorted(rows: readonly SegmentAnswer[], sort: Sort | null, locale: string): readonly SegmentAnswer[] {
  if (sort === null) return rows;
  const segments = rows.filter((row) => row.kind === "segment");
  const sign = sort.descending ? -1 : 1;
  const key = (row: SegmentAnswer) =>
    sort.by === "members" ? row.members : (row.cells[sort.by as KpiId]?.value ?? null);
  segments.sort((a, b) => {
    if (sort.by === "segment") return sign * a.label.localeCompare(b.label, locale, { numeric: true });
    const [left, right] = [key(a), key(b)];
    if (left === null || right === null) return Number(left === null) - Number(right === null);
    return sign * (left - right);
  });
  return [...segments, ...rows.filter((row) => row.kind !== "segment")];
}
