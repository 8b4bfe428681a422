// The page of how a figure came about: its sentence, its sum with its own numbers, what is left out, and the rows behind it.
import { explained, type FigureAsked } from "../explain/explain.server.ts";
import type { RowsWanted } from "../explain/rows.server.ts";
import { isKpiId, isSegmentationId } from "../kpis/catalogue.ts";
import { isOrderCutId } from "../kpis/cuts/choices.ts";
import { type RowList, rowListsOf, type Side, sortsOf } from "../kpis/compile/row-lists.ts";
import { reasonText } from "../kpis/figure-words.server.ts";
import { kpiHelp, kpiLabel } from "../kpis/kpi-words.server.ts";
import { offeredKpis } from "../kpis/loaded.server.ts";
import { formatPeriod } from "../kpis/period.ts";
import { rowLabel } from "../kpis/row-words.server.ts";
import { say } from "../words/words.server.ts";
import { readAddress, readScope } from "./address.ts";
import { noticeText } from "./address-notices.server.ts";
import { cutFor, rowsSentence } from "./cut.server.ts";
import { filesOf, readRowsOrUsual, ROWS_PER_PAGE, segmentIn } from "./explain-address.ts";
import {
  counterpartView,
  knownSentences,
  type LeftOutView,
  leftOutViews,
  rangeSentence,
  type SumLine,
  sumLine,
} from "./explain-words.server.ts";
import { columnLabel, rowsView, type RowsView, signsPicker } from "./rows.server.ts";
import type { ReportedShop } from "./shop.server.ts";
import { startOf } from "./start.server.ts";
import { type Picker, type ToolbarView, toolbarView } from "./toolbar.ts";
import { type CellView, cellView } from "./wording.server.ts";

export interface ExplainView {
  title: string;
  notices: readonly string[];
  toolbar: ToolbarView;
  pickers: readonly Picker[];
  kpi: string;
  /** What the figure is. */
  sentence: string;
  /** Of whom and when, and when groups were made. */
  of: string;
  cell: CellView;
  sum: SumLine;
  range: string;
  leftOut: readonly LeftOutView[];
  shopify: string;
  known: readonly string[];
  /** Of a figure with two lists of rows: which is which. */
  sides: readonly { side: Side; label: string; chosen: boolean }[];
  /** Whether all rows are wanted, or those alone that add, or take away. */
  signs: Picker;
  rows: RowsView | null;
  /** Why there are none. */
  missing: string | null;
  find: string;
  file: string;
  /** All of them with the formulas that work the figure out. */
  receipt: string;
  /** The segment whose figure it is, as an address of why it moved names it; null: all customers', or what has no page of it. */
  within: string | null;
}

/** Throws UnknownSegmentation or UnknownSegment. `chart` of the address is the KPI. */
export async function explainView(shop: ReportedShop, params: URLSearchParams): Promise<ExplainView> {
  const { view, place, today } = shop;
  const { defaults } = await startOf(shop);
  const asked = readAddress(params, shop, () => sortable(params.get("chart") || defaults.chart), defaults);
  const { chart: kpi, segmentation } = asked;
  const { within } = readScope(withoutSets(params));
  const figure: FigureAsked = {
    ...{ kpi, segmentation: await cutFor(view, segmentation, { within }) },
    ...{ segment: segmentIn(params, segmentation), part: null, period: asked.period },
    ...{ membersAt: asked.membersAt, today },
  };
  const { page: first, ...given } = readRowsOrUsual(params, asked);
  const wanted = usableOf(given, rowListsOf(kpi));
  const read = (page: number) =>
    explained(view, figure, wanted, { limit: ROWS_PER_PAGE, offset: (page - 1) * ROWS_PER_PAGE });
  let page = first;
  let found = await read(page);
  const pages = Math.max(1, Math.ceil((found.page?.found.rows ?? 0) / ROWS_PER_PAGE));
  if (page > pages) {
    page = pages;
    found = await read(page);
  }
  const { answer, row, cell } = found;
  const label = kpiLabel(place, kpi);
  const whole = rowLabel(place, row.name);
  const offered = await offeredKpis(view);
  return {
    title: say(place, "explain.title", { kpi: label, row: whole }),
    notices: asked.replaced.map((each) => noticeText(place, each)),
    toolbar: toolbarView(asked, { place, today, segmentations: false }),
    pickers: [
      {
        name: "chart",
        label: say(place, "explainPage.kpi"),
        selected: kpi,
        usual: asked.usual.chart,
        choices: [...new Set([...offered, kpi])].map((value) => ({ value, label: kpiLabel(place, value) })),
      },
      {
        name: "segment",
        label: say(place, "explainPage.of"),
        selected: row.id,
        usual: answer.total.id,
        choices: [answer.total, ...answer.segments].map(({ id, name }) => ({
          value: id,
          label: rowLabel(place, name),
        })),
      },
    ],
    kpi: label,
    within:
      within === null && row.kind === "segment" && isSegmentationId(segmentation)
        ? `${segmentation}.${row.id}`
        : within !== null && row.kind === "within"
          ? `${within.segmentation}.${within.segment}`
          : null,
    sentence: kpiHelp(place, kpi),
    of: [
      say(place, "explain.of", { row: whole, period: formatPeriod(asked.period, place.locale) }),
      ...(row.kind === "total" || isOrderCutId(segmentation) ? [] : [rowsSentence(asked, answer, place)]),
    ].join(" "),
    cell: cellView(cell, kpi, place),
    sum: sumLine(kpi, cell.value, found.numbers, place),
    range: rangeSentence(found, kpi, place),
    leftOut: leftOutViews(found, kpi, shop),
    shopify: counterpartView(found, kpi, shop).text,
    known: knownSentences(found, shop),
    sides:
      (found.page?.lists ?? []).length < 2
        ? []
        : (found.page?.lists ?? []).flatMap(({ sums: [sum], columns: [column], ofShop }) => {
            if (sum === undefined || column === undefined) return [];
            const what = columnLabel(place, column);
            return {
              side: sum.side,
              label: ofShop ? say(place, "explain.ofShop", { what }) : what,
              chosen: found.page?.list.sums.some((each) => each.side === sum.side) ?? false,
            };
          }),
    signs: signsPicker(place, wanted.sign),
    rows: found.page && rowsView(found.page, page, place, today),
    missing:
      found.page === null && cell.reason !== null
        ? say(place, "explain.blocked", { reason: reasonText(place, cell.reason, { kpi, cell }) })
        : null,
    find: wanted.find ?? "",
    ...filesOf(
      asked,
      { segment: row.id, within: within && `${within.segmentation}.${within.segment}`, wanted },
      place,
    ),
  };
}

/** Without what this figure's rows have not: another figure's address may have named it. */
function usableOf(wanted: RowsWanted, lists: readonly RowList[]): RowsWanted {
  const of = (side: Side | null) => lists.find(({ sums }) => sums.some((sum) => sum.side === side));
  const side = of(wanted.side) === undefined ? null : wanted.side;
  const list = of(side) ?? lists[0];
  const isSortable = list !== undefined && wanted.sort !== null && sortsOf(list).includes(wanted.sort.by);
  return { ...wanted, side, sort: isSortable ? wanted.sort : null };
}

/** A page has no sets of its own. */
function withoutSets(params: URLSearchParams): URLSearchParams {
  const own = new URLSearchParams(params);
  own.delete("sets");
  return own;
}

function sortable(kpi: string): string[] {
  if (!isKpiId(kpi)) return [];
  return rowListsOf(kpi).flatMap(sortsOf);
}
