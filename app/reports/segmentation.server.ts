// One way of grouping: its segments against the chosen KPIs.
import { UnknownSegmentation } from "../errors.ts";
import { type CutId, isCutId } from "../kpis/cuts/choices.ts";
import { offeredKpis } from "../kpis/loaded.server.ts";
import { queryKpis } from "../kpis/query.server.ts";
import { cutHelp, cutLabel } from "../kpis/row-words.server.ts";
import { readAddress, segmentColumns, type TableFiles, tableFiles } from "./address.ts";
import { noticeText } from "./address-notices.server.ts";
import { cutFor } from "./cut.server.ts";
import { segmentTable, type SegmentTableView } from "./segment-table.server.ts";
import type { ReportedShop } from "./shop.server.ts";
import { startOf } from "./start.server.ts";
import { type KpiChoice, kpiChoice, type ToolbarView, toolbarView } from "./toolbar.ts";
import { verdictsSentence } from "./verdict-words.ts";
import { comparisonSentence } from "./wording.server.ts";

export interface SegmentsTableView {
  /** Null where the table is of one KPI. */
  kpis: KpiChoice | null;
  /** "Compared with Sep 30 – Oct 29, 2026.", or why it is not; null where no comparison was asked for. */
  comparison: string | null;
  /** Which changes are judged together; null where none is. */
  verdicts: string | null;
  table: SegmentTableView;
}

export interface SegmentationView extends SegmentsTableView {
  notices: readonly string[];
  toolbar: ToolbarView;
  id: CutId;
  label: string;
  help: string;
  files: TableFiles;
}

const SHORT = 40;

/** @param given the name in the address's path. Throws UnknownSegmentation. */
export async function segmentationView(
  shop: ReportedShop,
  given: string,
  address: URLSearchParams,
): Promise<SegmentationView> {
  if (!isCutId(given)) throw new UnknownSegmentation(given.slice(0, SHORT).toWellFormed());
  const { view, place, today } = shop;
  const params = new URLSearchParams(address);
  params.set("segmentation", given);
  const { defaults } = await startOf(shop);
  const asked = readAddress(params, shop, segmentColumns, defaults);
  const cut = await cutFor(view, given);
  const [answer, offered] = await Promise.all([
    queryKpis(view, { ...asked, segmentation: cut, today }),
    offeredKpis(view),
  ]);
  return {
    notices: asked.replaced.map((each) => noticeText(place, each)),
    toolbar: toolbarView(asked, { place, today, segmentations: false }),
    id: given,
    label: cutLabel(place, given),
    help: cutHelp(place, given),
    kpis: kpiChoice(asked, offered, place),
    comparison: comparisonSentence(answer, asked.comparison, place),
    verdicts: verdictsSentence(answer, given, place),
    table: segmentTable(answer, asked, shop),
    files: tableFiles(asked, place, params),
  };
}
