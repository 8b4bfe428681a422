// The JSON of GET /api/explain and GET /api/rows. Money is in minor units of `currency`, rates are shares of 1, days inclusive.
import { explained, type Explained, type FigureAsked } from "../explain/explain.server.ts";
import { isListed, rowsPage, type RowsPage } from "../explain/rows.server.ts";
import { figureAsked } from "../explain/explain.server.ts";
import { kpis } from "../kpis/catalogue.ts";
import { LEVEL } from "../kpis/estimates/distributions.ts";
import { reasonText } from "../kpis/figure-words.server.ts";
import { formatValue } from "../kpis/format.ts";
import { kpiHelp, kpiLabel } from "../kpis/kpi-words.server.ts";
import { includedDays } from "../kpis/period.ts";
import { rowLabel } from "../kpis/row-words.server.ts";
import { cutFor, rowsSentence } from "./cut.server.ts";
import { type FigureQuery, readFigure, readRows, ROWS_PER_PAGE } from "./explain-address.ts";
import {
  counterpartView,
  equationText,
  knownSentences,
  leftOutViews,
  rangeSentence,
  type SumLine,
  sumLine,
} from "./explain-words.server.ts";
import { columnLabel, rowsCount } from "./rows.server.ts";
import type { ReportedShop } from "./shop.server.ts";

async function figureOf({ view, today }: ReportedShop, asked: FigureQuery): Promise<FigureAsked> {
  const { kpi, segment, part, period, membersAt } = asked;
  return {
    ...{ kpi, segment, part, period, membersAt, today },
    segmentation: await cutFor(view, asked.segmentation, asked),
  };
}

function about(
  { shop, place }: ReportedShop,
  asked: FigureQuery,
  { row, cell, answer }: Pick<Explained, "row" | "cell" | "answer">,
) {
  const { kpi } = asked;
  return {
    ...{ shop, currency: place.currency, decimals: place.decimals, kpi, unit: kpis[kpi].unit },
    label: kpiLabel(place, kpi),
    segmentation: asked.sets === null ? asked.segmentation : null,
    within: asked.within,
    segment: { id: row.id, kind: row.kind, label: rowLabel(place, row.name) },
    period: includedDays(asked.period),
    ...{ membersAt: asked.membersAt, membersOn: answer.membersOn },
    value: cell.value,
    reason: cell.reason && { code: cell.reason, text: reasonText(place, cell.reason, { kpi, cell }) },
  };
}

interface Sum {
  id: string;
  label: string;
  /** Of the shop, whatever segment the figure is of. */
  ofShop: boolean;
  value: number | null;
  formula: string;
  inputs: { sign: string | null; sum: Sum }[];
}

const sumOf = ({ id, label, ofShop, value, formula, inputs }: SumLine): Sum => ({
  ...{ id, label, ofShop, value, formula },
  inputs: inputs.map(({ sign, line }) => ({ sign, sum: sumOf(line) })),
});

/** Throws UnknownKpi, UnknownSegmentation, UnknownSegment, or BadInput naming the expected form. */
export async function explainAnswer(shop: ReportedShop, params: URLSearchParams) {
  const { view, place } = shop;
  const asked = readFigure(params, shop);
  const wanted = { side: null, sort: null, sign: null, find: null } as const;
  const found = await explained(view, await figureOf(shop, asked), wanted, { limit: 0, offset: 0 });
  const { cell } = found;
  const { kpi } = asked;
  const line = sumLine(kpi, cell.value, found.numbers, place);
  return {
    ...about(shop, asked, found),
    text: formatValue(cell.value, kpis[kpi].unit, place),
    what: kpiHelp(place, kpi),
    /** The sum with its own numbers: each input again with its inputs. */
    sum: { text: equationText(line), ...sumOf(line) },
    members: found.row.kind === "total" ? null : rowsSentence(asked, found.answer, place),
    range:
      cell.low === null || cell.high === null || cell.sureness === null
        ? null
        : {
            ...{ low: cell.low, high: cell.high, sureness: cell.sureness },
            level: cell.sureness === "sure" ? LEVEL : null,
          },
    sureness: rangeSentence(found, kpi, place),
    leftOut: leftOutViews(found, kpi, shop),
    coverage: cell.coverage,
    known: knownSentences(found, shop),
    shopify: counterpartView(found, kpi, shop),
    /** What GET /api/rows lists. */
    rows:
      found.page === null
        ? null
        : { count: found.page.all.rows, text: rowsCount(place, found.page.list, found.page.all.rows) },
  };
}

const rowOf =
  ({ list, keys }: RowsPage) =>
  (row: RowsPage["rows"][number]) => ({
    order: row.order,
    orderName: row.orderName,
    customer: row.customer,
    days: row.days,
    ...(keys.length === 0
      ? {}
      : { key: Object.fromEntries(keys.map((key, index) => [key, row.key[index] ?? null])) }),
    values: Object.fromEntries(list.columns.map(({ id }, index) => [id, row.values[index] ?? 0])),
    ...(row.middle ? { middle: true } : {}),
  });

/** Throws as explainAnswer does. */
export async function rowsAnswer(shop: ReportedShop, params: URLSearchParams) {
  const { view, place } = shop;
  const asked = readFigure(params, shop);
  const { page, ...wanted } = readRows(params);
  const found = await figureAsked(view, await figureOf(shop, asked));
  const told = about(shop, asked, found);
  if (!isListed(found.cell.reason))
    return { ...told, of: null, columns: [], rows: [], all: null, found: null };
  const rows = await rowsPage(view, found.ref, wanted, {
    limit: ROWS_PER_PAGE,
    offset: (page - 1) * ROWS_PER_PAGE,
  });
  const { list, lists } = rows;
  const sums = (of: readonly number[]) =>
    Object.fromEntries(list.columns.map(({ id }, index) => [id, of[index] ?? 0]));
  return {
    ...told,
    part: asked.part,
    of: list.rows.of,
    /** Which list it is, where a ratio has two: ask with `side` for the other. */
    sides: list.sums,
    otherSides: lists.filter((each) => each.sums !== list.sums).flatMap((each) => each.sums),
    ofShop: list.ofShop,
    columns: list.columns.map((column) => ({
      id: column.id,
      unit: column.unit,
      label: columnLabel(place, column),
    })),
    sort: rows.sort,
    text: rowsCount(place, list, rows.all.rows),
    all: { rows: rows.all.rows, sums: sums(rows.all.sums) },
    found: { rows: rows.found.rows, sums: sums(rows.found.sums) },
    page,
    pages: Math.max(1, Math.ceil(rows.found.rows / ROWS_PER_PAGE)),
    rows: rows.rows.map(rowOf(rows)),
  };
}
