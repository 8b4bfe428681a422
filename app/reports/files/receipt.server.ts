// A figure's receipt: a workbook whose formulas work the figure out anew from its rows, so that whoever doubts it can follow.
import { BadInput, StartsAnew } from "../../errors.ts";
import { explained } from "../../explain/explain.server.ts";
import { type FoundRow, isListed, rowsStream } from "../../explain/rows.server.ts";
import { declarations } from "../../kpis/catalogue.ts";
import { declarationOf } from "../../kpis/declared.ts";
import type { RowColumn, RowList } from "../../kpis/compile/row-lists.ts";
import { formatPeriod, includedDays } from "../../kpis/period.ts";
import { rowLabel } from "../../kpis/row-words.server.ts";
import { say } from "../../words/words.server.ts";
import { cutFor } from "../cut.server.ts";
import { readFigure } from "../explain-address.ts";
import { sumLine } from "../explain-words.server.ts";
import { excludedLine } from "../exclusion.server.ts";
import { columnLabel, keyLabel } from "../rows.server.ts";
import type { ReportedShop } from "../shop.server.ts";
import type { Place } from "../wording.server.ts";
import { type Cell, money } from "./csv.ts";
import { receiptLines, type RowsSheet } from "./receipt-lines.ts";
import { formatOf, type Sheet, type SheetCell, workbookResponse } from "./workbook.server.ts";

/** A workbook is made in memory, and a sheet's formulas are to stay quick; a file of plain rows has no end. */
export const MOST_ROWS = 50_000;

const UNFILTERED = { sort: null, sign: null, find: null } as const;

/** Throws UnknownKpi, UnknownSegmentation, UnknownSegment, or BadInput naming the expected form. */
export async function receiptWorkbook(shop: ReportedShop, params: URLSearchParams): Promise<Response> {
  const { view, place, meta, today } = shop;
  const asked = readFigure(params, shop);
  const { kpi, segmentation, segment, period, membersAt } = asked;
  const figure = {
    ...{ kpi, segmentation: await cutFor(view, segmentation, asked), segment, part: null },
    ...{ period, membersAt, today },
  };
  const found = await explained(view, figure, { ...UNFILTERED, side: null }, { limit: 0, offset: 0 });
  const lists = found.page !== null && isListed(found.cell.reason) ? found.page.lists : [];
  const sheets: (RowsSheet & { sheet: Sheet })[] = [];
  let left = MOST_ROWS;
  for (const [nth, list] of lists.entries()) {
    const { keys, batches } = rowsStream(view, found.ref, {
      ...UNFILTERED,
      side: list.sums[0]?.side ?? null,
    });
    const rows: SheetCell[][] = [];
    for await (const batch of batches()) {
      left -= batch.length;
      if (left < 0)
        throw new BadInput(
          `A receipt holds ${MOST_ROWS} rows at most, and this figure has more: take its rows as CSV.`,
        );
      rows.push(...batch.map((row) => cellsOf(row, list, keys, place)));
    }
    const name = say(place, "receipt.rows", { n: String(nth + 1) });
    const heads = headsOf(list, keys, place);
    sheets.push({
      ...{ name, list, first: heads.length - list.columns.length, rows: rows.length },
      sheet: { name, header: heads, rows },
    });
  }
  if ((await view.settle()).currency !== meta.currency) throw new StartsAnew(shop.shop);
  const line = sumLine(kpi, found.cell.value, found.numbers, place);
  const days = includedDays(period);
  const excluded = excludedLine(shop);
  return workbookResponse(`receipt_${kpi}_${segmentation}_${segment}_${days.from}_${days.to}.xlsx`, [
    {
      name: say(place, "receipt.figure"),
      header: [
        say(place, "receipt.what"),
        say(place, "receipt.worked"),
        say(place, "receipt.shown"),
        say(place, "receipt.how"),
      ],
      rows: [
        ...receiptLines(line, sheets).map(({ depth, line: each, formula }): SheetCell[] => [
          `${"    ".repeat(depth)}${each.label}`,
          formula === null
            ? null
            : { formula, format: formatOf(declarationOf(declarations, each.id).unit, place.decimals) },
          each.text ?? "–",
          formula === null ? `${each.formula}. ${say(place, "receipt.notLive")}` : each.formula,
        ]),
        [],
        [say(place, "receipt.of"), null, rowLabel(place, found.row.name), formatPeriod(period, place.locale)],
        [say(place, "receipt.shop"), null, shop.shop, say(place, "receipt.in", { currency: meta.currency })],
        ...(excluded === null ? [] : [[say(place, "exclusion.chosen"), null, excluded, null]]),
        [say(place, "receipt.made"), null, shop.now.toISOString(), null],
      ],
      widths: [44, 18, 18, 90],
    },
    ...sheets.map(({ sheet }) => sheet),
  ]);
}

/** Of an order its name and ids as text, of which a spreadsheet keeps every digit; of what is nobody's, its key. */
function headsOf({ columns }: RowList, keys: readonly string[], place: Place): string[] {
  const named =
    keys.length > 0
      ? keys.map((key) => keyLabel(place, key))
      : [
          say(place, "explainColumn.order"),
          say(place, "receipt.orderId"),
          say(place, "receipt.customerId"),
          say(place, "receipt.from"),
          say(place, "receipt.to"),
        ];
  return [...named, ...columns.map((column) => columnLabel(place, column))];
}

function cellsOf(row: FoundRow, { columns }: RowList, keys: readonly string[], { decimals }: Place): Cell[] {
  const id = (given: number | null) => (given === null ? null : String(given));
  const named =
    keys.length > 0
      ? row.key
      : [row.orderName, id(row.order), id(row.customer), row.days?.first ?? null, row.days?.last ?? null];
  const valueOf = ({ unit }: RowColumn, value: number) => (unit === "money" ? money(value, decimals) : value);
  return [...named, ...columns.map((column, place) => valueOf(column, row.values[place] ?? 0))];
}
