// KPIs of all customers or of one segment, by chapter: value, change, and why some are not there.
import type { KpiId } from "../kpis/catalogue.ts";
import type { CutId } from "../kpis/cuts/choices.ts";
import type { SegmentRef } from "../kpis/cuts/cut.ts";
import { type ChapterId, kpisOf } from "../kpis/chapters.ts";
import { reasonText } from "../kpis/figure-words.server.ts";
import { kpiHelp, kpiLabel } from "../kpis/kpi-words.server.ts";
import { offeredKpis } from "../kpis/loaded.server.ts";
import { queryKpis } from "../kpis/query.server.ts";
import { rowLabel } from "../kpis/row-words.server.ts";
import { say } from "../words/words.server.ts";
import { type Asked, defaults, readAddress } from "./address.ts";
import { noticeText } from "./address-notices.server.ts";
import { cutFor } from "./cut.server.ts";
import type { ReportedShop } from "./shop.server.ts";
import { startOf } from "./start.server.ts";
import { type ToolbarView, toolbarView } from "./toolbar.ts";
import { verdictsSentence } from "./verdict-words.ts";
import { withinOf, withinPicker } from "./within.server.ts";
import { type CellView, cellView, comparisonSentence } from "./wording.server.ts";

export interface KpiLine {
  kpi: KpiId;
  label: string;
  help: string;
  cell: CellView;
}

export interface KpiLinesView {
  notices: readonly string[];
  toolbar: ToolbarView;
  /** Whose figures these are. */
  of: string;
  segment: SegmentRef | null;
  /** "Compared with Sep 30 – Oct 29, 2026.", or why it is not; null where no comparison was asked for. */
  comparison: string | null;
  /** Which changes are judged together; null where none is. */
  verdicts: string | null;
  chapters: readonly { id: ChapterId; label: string; lines: readonly KpiLine[] }[];
  /** What the app has nothing of yet, and why. */
  missing: readonly { kpi: KpiId; label: string; reason: string }[];
}

/** What a page asks of one segment's or all customers' KPIs. */
export async function askedWithin(shop: ReportedShop, params: URLSearchParams) {
  const { place, today } = shop;
  const start = await startOf(shop);
  const { within, notices } = withinOf(params, place);
  const asked = readAddress(params, shop, () => [], start.defaults);
  const toolbar = toolbarView(asked, { place, today, segmentations: false });
  return {
    asked,
    within,
    notices: [...asked.replaced.map((each) => noticeText(place, each)), ...notices],
    toolbar: { ...toolbar, pickers: [withinPicker(within, place), ...toolbar.pickers] },
  };
}

/** A segment is not grouped by what made it. */
export const groupedBy = ({ segmentation }: Pick<Asked, "segmentation">, within: SegmentRef | null): CutId =>
  within === null || segmentation !== within.segmentation
    ? segmentation
    : within.segmentation === defaults.segmentation
      ? "order_count"
      : defaults.segmentation;

/** Throws UnknownSegment. */
export async function kpiLines(
  shop: ReportedShop,
  params: URLSearchParams,
  chapters: readonly ChapterId[],
): Promise<KpiLinesView> {
  const { view, place, today } = shop;
  const { asked, within, notices, toolbar } = await askedWithin(shop, params);
  const offered = new Set(await offeredKpis(view));
  const among = chapters.flatMap(kpisOf);
  const by = groupedBy(asked, within);
  const { period, comparison, membersAt } = asked;
  const answer = await queryKpis(view, {
    ...{ period, comparison, membersAt, today },
    kpis: among.filter((id) => offered.has(id)),
    segmentation: await cutFor(view, by, { within }),
  });
  return {
    notices,
    toolbar,
    of: within === null ? say(place, "within.all") : rowLabel(place, answer.total.name),
    segment: within,
    comparison: comparisonSentence(answer, comparison, place),
    verdicts: verdictsSentence(answer, by, place),
    chapters: chapters.flatMap((id) => {
      const lines = kpisOf(id)
        .filter((kpi) => offered.has(kpi))
        .map((kpi) => ({
          kpi,
          label: kpiLabel(place, kpi),
          help: kpiHelp(place, kpi),
          cell: cellView(answer.total.cells[kpi], kpi, place),
        }));
      return lines.length === 0 ? [] : [{ id, label: say(place, `kpiChapter.${id}`), lines }];
    }),
    missing: among
      .filter((id) => !offered.has(id))
      .map((kpi) => ({
        kpi,
        label: kpiLabel(place, kpi),
        reason: reasonText(place, "not_recorded", { kpi }),
      })),
  };
}
