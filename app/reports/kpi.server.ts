// One KPI's page: the figure and its change, its course, how it is counted, and by segment.
import { type Explanation, isKpiId, type KpiId } from "../kpis/catalogue.ts";
import { comparingAt } from "../kpis/comparison.server.ts";
import { isOrderCutId } from "../kpis/cuts/choices.ts";
import type { SegmentRef } from "../kpis/cuts/cut.ts";
import { explanationOf } from "../kpis/formula.server.ts";
import { kpiHelp, kpiLabel } from "../kpis/kpi-words.server.ts";
import { formatPeriod, grainOf } from "../kpis/period.ts";
import { queryKpis, queryTrend } from "../kpis/query.server.ts";
import { rowLabel } from "../kpis/row-words.server.ts";
import { UnknownKpi } from "../errors.ts";
import { isOfReversals } from "../refunds/refunds.server.ts";
import { say } from "../words/words.server.ts";
import { readAddress, segmentColumns, type TableFiles, tableFiles } from "./address.ts";
import { cutFor } from "./cut.server.ts";
import { askedWithin, groupedBy } from "./kpi-lines.server.ts";
import { type RefundsView, refundsView } from "./refunds.server.ts";
import { segmentTable } from "./segment-table.server.ts";
import type { SegmentsTableView } from "./segmentation.server.ts";
import type { ReportedShop } from "./shop.server.ts";
import { cutOptions, type Picker, type ToolbarView } from "./toolbar.ts";
import { type ChartView, chartView } from "./trend.server.ts";
import { verdictsSentence } from "./verdict-words.ts";
import { type CellView, cellView, comparisonSentence } from "./wording.server.ts";

export interface KpiPageView {
  notices: readonly string[];
  toolbar: ToolbarView;
  kpi: KpiId;
  label: string;
  help: string;
  /** Whose figure it is. */
  of: string;
  segment: SegmentRef | null;
  period: string;
  cell: CellView;
  comparison: string | null;
  comparedRange: string | null;
  explanation: Explanation;
  chart: ChartView;
  by: Picker;
  segments: SegmentsTableView;
  /** By the day given back and by the day sold; null where the KPI is of neither. */
  refunds: RefundsView | null;
  files: TableFiles;
}

const SHORT = 40;

/** @param given the name in the address's path. Throws UnknownKpi or UnknownSegment. */
export async function kpiView(
  shop: ReportedShop,
  given: string,
  address: URLSearchParams,
): Promise<KpiPageView> {
  if (!isKpiId(given)) throw new UnknownKpi(given.slice(0, SHORT).toWellFormed());
  const kpi: KpiId = given;
  const { view, place, today } = shop;
  const params = new URLSearchParams(address);
  params.set("kpis", kpi);
  params.set("chart", kpi);
  const { asked: shared, within, notices, toolbar } = await askedWithin(shop, params);
  const by = groupedBy(shared, within);
  const asked = {
    ...readAddress(params, shop, segmentColumns, shared.usual),
    segmentation: by,
  };
  const { period, comparison, membersAt } = asked;
  const comparing = comparingAt(shop.meta, period, comparison, today);
  const grain = grainOf(period);
  const trendOf = {
    ...{ kpis: [kpi], grain, membersAt, today },
    ...(within === null ? {} : within),
  };
  const [answer, trend, comparedTrend, refunds] = await Promise.all([
    queryKpis(view, {
      ...{ period, comparison, membersAt, today, kpis: [kpi] },
      segmentation: await cutFor(view, by, { within }),
    }),
    queryTrend(view, { ...trendOf, period }),
    comparing ? queryTrend(view, { ...trendOf, period: comparing.with, absent: "gap" }) : null,
    isOfReversals(kpi) ? refundsView(shop) : null,
  ]);
  const scope = within === null ? {} : { within: `${within.segmentation}.${within.segment}` };
  return {
    notices,
    toolbar,
    kpi,
    label: kpiLabel(place, kpi),
    help: kpiHelp(place, kpi),
    of: within === null ? say(place, "within.all") : rowLabel(place, answer.total.name),
    segment: within,
    period: formatPeriod(period, place.locale),
    cell: cellView(answer.total.cells[kpi], kpi, place),
    comparison: comparisonSentence(answer, comparison, place),
    comparedRange: answer.comparedWith && formatPeriod(answer.comparedWith, place.locale),
    explanation: explanationOf(place, kpi),
    chart: chartView(kpi, trend, comparedTrend, grain, shop),
    by: {
      ...{ name: "segmentation", label: say(place, "toolbar.groupBy") },
      ...{ selected: by, usual: asked.usual.segmentation },
      choices: cutOptions(place).filter(
        ({ value }) => within === null || isOrderCutId(value) || value !== within.segmentation,
      ),
    },
    segments: {
      kpis: null,
      comparison: comparisonSentence(answer, comparison, place),
      verdicts: verdictsSentence(answer, by, place),
      table: segmentTable(answer, asked, shop),
    },
    refunds,
    files: tableFiles(asked, place, params, scope),
  };
}
