// A figure's sum as formulas of a spreadsheet: each line refers to the lines that it is put together from, and the last of them
// to columns of rows. Excel, LibreOffice and Google Sheets read them alike.
import type { RowList } from "../../kpis/compile/row-lists.ts";
import { declarations } from "../../kpis/catalogue.ts";
import { declarationOf } from "../../kpis/declared.ts";
import type { SumLine } from "../explain-words.server.ts";

/** A sheet of a list's rows below one row of headings. */
export interface RowsSheet {
  name: string;
  list: RowList;
  /** The place of the list's first column, from 0. */
  first: number;
  rows: number;
}

export interface ReceiptLine {
  depth: number;
  line: SumLine;
  /** Null of what no formula works out. */
  formula: string | null;
}

/** The lines stand below a row of headings, their values in this column. */
const VALUES = "B";
const FIRST_ROW = 2;

/** 0 is A, 26 is AA. */
export function columnName(place: number): string {
  const letter = String.fromCharCode(65 + (place % 26));
  return place < 26 ? letter : columnName(Math.floor(place / 26) - 1) + letter;
}

/** The cells of a column, as a formula names them; null of a sheet without rows. */
function cells({ name, first, rows }: RowsSheet, place: number): string | null {
  const column = columnName(first + place);
  return rows === 0 ? null : `'${name.replaceAll("'", "''")}'!${column}2:${column}${rows + 1}`;
}

function ofColumn(sheets: readonly RowsSheet[], id: string, ofShop: boolean): string | null {
  for (const sheet of sheets) {
    const place = sheet.list.columns.findIndex((column) => column.id === id);
    if (place < 0 || sheet.list.ofShop !== ofShop) continue;
    const range = cells(sheet, place);
    return range === null ? "0" : `SUM(${range})`;
  }
  return null;
}

function median(sheets: readonly RowsSheet[]): string | null {
  const [sheet] = sheets;
  const range = sheet === undefined ? null : cells(sheet, 0);
  return range === null ? null : `MEDIAN(${range})`;
}

/** The figure first, what it is put together from below it, each a step deeper. */
export function receiptLines(figure: SumLine, sheets: readonly RowsSheet[]): ReceiptLine[] {
  const lines: ReceiptLine[] = [];
  const add = (line: SumLine, depth: number): { cell: string; isLive: boolean } => {
    const own: ReceiptLine = { depth, line, formula: null };
    const cell = `${VALUES}${FIRST_ROW + lines.length}`;
    lines.push(own);
    const inputs = line.inputs.map((input) => ({ ...input, ...add(input.line, depth + 1) }));
    own.formula = formulaOf(line, inputs, sheets);
    return { cell, isLive: own.formula !== null };
  };
  add(figure, 0);
  return lines;
}

function formulaOf(
  { id, ofShop }: SumLine,
  inputs: readonly { sign: string | null; cell: string; isLive: boolean }[],
  sheets: readonly RowsSheet[],
): string | null {
  const { computation } = declarationOf(declarations, id);
  if (computation.kind === "duration") return null;
  if (computation.kind === "quantile") return computation.at === 0.5 ? median(sheets) : null;
  if (inputs.length === 0 || !inputs.every(({ isLive }) => isLive)) return ofColumn(sheets, id, ofShop);
  if (computation.kind === "ratio") {
    const [above, below] = inputs;
    return above && below ? `IF(${below.cell}=0,"",${above.cell}/${below.cell})` : null;
  }
  return inputs.map(({ sign, cell }) => `${sign === "−" ? "-" : sign === "+" ? "+" : ""}${cell}`).join("");
}
