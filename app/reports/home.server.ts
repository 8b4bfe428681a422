// The home page: headline figures, a trend, and the segment table, all of one question.
import type { JudgedTogether, KpiId } from "../kpis/catalogue.ts";
import { kpiHelp, kpiLabel } from "../kpis/kpi-words.server.ts";
import { formatPeriod, grainOf, membershipDay } from "../kpis/period.ts";
import { endOf, isWhole, offeredKpis } from "../kpis/loaded.server.ts";
import { comparingAt } from "../kpis/comparison.server.ts";
import { queryKpis, queryTrend } from "../kpis/query.server.ts";
import { readAddress, segmentColumns, type TableFiles, tableFiles } from "./address.ts";
import { noticeText } from "./address-notices.server.ts";
import { cutFor } from "./cut.server.ts";
import { segmentTable, type SegmentTableView } from "./segment-table.server.ts";
import type { ReportedShop } from "./shop.server.ts";
import { type SmallShop, startOf } from "./start.server.ts";
import { type KpiChoice, kpiChoice, type ToolbarView, toolbarView } from "./toolbar.ts";
import { type TodayView, todayView } from "./today.server.ts";
import { type ChartView, chartView, type LineView, lineView } from "./trend.server.ts";
import { verdictsSentence } from "./verdict-words.ts";
import { type CellView, cellView, comparisonSentence } from "./wording.server.ts";

/**
 * The first of them is the chart's usual one. While older orders are missing, those that need none. With the usual columns they
 * are one family of verdicts.
 */
const HEADLINES = {
  whole: ["net_sales", "orders", "aov", "returning_customer_rate"],
  partial: ["gross_sales", "orders", "aov", "units_sold"],
} as const satisfies {
  whole: readonly [JudgedTogether, ...JudgedTogether[]];
  partial: readonly [KpiId, ...KpiId[]];
};

export interface HeadlineView {
  kpi: KpiId;
  label: string;
  help: string;
  cell: CellView;
  line: LineView | null;
}

export interface HomeView {
  notices: readonly string[];
  /** Of a shop with few buyers: from how many on what can be told. */
  small: SmallShop | null;
  /** Null while nothing of today is known. */
  today: TodayView | null;
  toolbar: ToolbarView;
  kpis: KpiChoice;
  files: TableFiles;
  /** "Compared with Sep 30 – Oct 29, 2026.", or why it is not; null where no comparison was asked for. */
  comparison: string | null;
  /** The compared days, "Sep 30 – Oct 29, 2026". */
  comparedRange: string | null;
  /** Which changes are judged together; null where none is. */
  verdicts: string | null;
  headlines: readonly HeadlineView[];
  usualChart: KpiId;
  chart: ChartView;
  table: SegmentTableView;
}

/**
 * Throws UnknownKpi or UnknownSegmentation.
 * @param pins the KPIs that the reader has put at the head of the page
 */
export async function homeView(
  shop: ReportedShop,
  params: URLSearchParams,
  pins: readonly KpiId[] = [],
): Promise<HomeView> {
  const { view, place, today } = shop;
  const start = await startOf(shop);
  const asked = readAddress(params, shop, segmentColumns, start.defaults);
  const slice = { period: asked.period, membersOn: membershipDay(asked.period, asked.membersAt, today) };
  const usual = HEADLINES[isWhole(shop.meta, endOf(slice)) ? "whole" : "partial"];
  const [first = usual[0], ...others] = pins;
  const headlines = pins.length === 0 ? usual : ([first, ...others] as const);
  const chart = params.has("chart") ? asked.chart : headlines[0];
  const drawn = [...new Set<KpiId>([...headlines, chart])];
  const comparing = comparingAt(shop.meta, asked.period, asked.comparison, today);
  const grain = grainOf(asked.period);
  const trendOf = { kpis: drawn, grain, membersAt: asked.membersAt, today };

  const [answer, trend, comparedTrend, offered, soFar] = await Promise.all([
    cutFor(view, asked.segmentation).then((cut) =>
      queryKpis(view, {
        ...{ ...asked, segmentation: cut, today },
        kpis: [...new Set([...headlines, ...asked.kpis])],
      }),
    ),
    queryTrend(view, { ...trendOf, period: asked.period }),
    comparing ? queryTrend(view, { ...trendOf, period: comparing.with }) : null,
    offeredKpis(view),
    todayView(shop),
  ]);

  return {
    notices: asked.replaced.map((each) => noticeText(place, each)),
    small: start.small,
    today: soFar,
    toolbar: toolbarView(asked, { place, today, segmentations: true }),
    kpis: kpiChoice(asked, offered, place),
    files: tableFiles(asked, place, params),
    comparedRange: answer.comparedWith && formatPeriod(answer.comparedWith, place.locale),
    comparison: comparisonSentence(answer, asked.comparison, place),
    verdicts: verdictsSentence(answer, asked.segmentation, place),
    usualChart: headlines[0],
    headlines: headlines.map((kpi) => ({
      kpi,
      label: kpiLabel(place, kpi),
      help: kpiHelp(place, kpi),
      cell: cellView(answer.total.cells[kpi], kpi, place),
      line: lineView(kpi, trend, comparedTrend),
    })),
    chart: chartView(chart, trend, comparedTrend, grain, shop),
    table: segmentTable(answer, asked, shop),
  };
}
