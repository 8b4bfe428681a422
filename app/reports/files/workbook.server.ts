// Writes XLSX workbooks whose cells have types: numbers as they are shown, days as days, and text that is never run as a formula.
import writeWorkbook, { type CellObject, type SheetData } from "write-excel-file/node";
import type { Unit } from "../../kpis/kpi.ts";
import { type Cell } from "./csv.ts";

/** A formula of ours: nothing that a shop calls its things stands in it. */
export interface Live {
  readonly formula: string;
  readonly format: string;
}
export type SheetCell = Cell | Live;

export interface Sheet {
  name: string;
  /** Its cells are headings, and stay while the sheet scrolls. */
  header: readonly string[];
  rows: readonly (readonly SheetCell[])[];
  /** In characters; the first column is often names. */
  widths?: readonly number[];
}

/** What XML cannot hold, and a line break that a cell would show as one. */
const UNFIT = /[\p{Cc}\p{Cs}\uFFFE\uFFFF]/gu;
/** Excel refuses a file with a longer text. */
const LONGEST_TEXT = 32_767;
const LONGEST_NAME = 31;
const NO_NAME = /[\\/?*[\]:]/g;
const DAY = /^\d{4}-\d{2}-\d{2}$/;

function textOf(given: string): string {
  const text = given.replace(UNFIT, " ").slice(0, LONGEST_TEXT);
  // The library looks texts up on a plain object: one by the name of what every object has would be taken for it.
  return text in Object.prototype ? `${text} ` : text;
}

/** A decimal with as many digits as it is shown with: "12.50", "38.1%". */
function numberOf(numeral: string): CellObject {
  const isPercent = numeral.endsWith("%");
  const digits = numeral.replace("%", "").split(".")[1]?.length ?? 0;
  const shown = digits === 0 ? "" : `.${"0".repeat(digits)}`;
  // Shifting the point by two in text keeps 38.1 % from being .38100000000000006.
  const value = isPercent ? Number(`${numeral.slice(0, -1)}e-2`) : Number(numeral);
  return { type: Number, value, format: isPercent ? `0${shown}%` : `#,##0${shown}` };
}

/** The calendar's first day that Excel knows is of 1900: an earlier one stays text. */
function dayOf(text: string): CellObject {
  return text < "1900-03-01"
    ? { type: String, value: text }
    : { type: Date, value: new Date(`${text}T00:00:00Z`), format: "yyyy-mm-dd" };
}

function cellOf(cell: SheetCell): CellObject | null {
  if (cell === null || cell === "") return null;
  if (typeof cell === "number") return Number.isFinite(cell) ? { type: Number, value: cell } : null;
  if (typeof cell === "object")
    return "formula" in cell
      ? { type: "Formula", value: cell.formula, format: cell.format }
      : numberOf(cell.numeral);
  return DAY.test(cell) ? dayOf(cell) : { type: String, value: textOf(cell) };
}

/** How a spreadsheet shows a number of this unit; money has the currency's decimals. */
export function formatOf(unit: Unit, decimals: number): string {
  if (unit === "money") return decimals === 0 ? "#,##0" : `#,##0.${"0".repeat(decimals)}`;
  return unit === "count" ? "#,##0" : unit === "rate" ? "0.0%" : "#,##0.00";
}

const WIDE = 18;

export async function workbookResponse(fileName: string, sheets: readonly Sheet[]): Promise<Response> {
  const written = await writeWorkbook(
    sheets.map(({ name, header, rows, widths = [] }) => ({
      sheet: textOf(name).replace(NO_NAME, " ").slice(0, LONGEST_NAME),
      data: [
        header.map((head): CellObject => ({ type: String, value: textOf(head), fontWeight: "bold" })),
        ...rows.map((row) => row.map(cellOf)),
      ] satisfies SheetData,
      columns: header.map((_, index) => ({ width: widths[index] ?? WIDE })),
      stickyRowsCount: 1,
      stickyColumnsCount: 1,
    })),
  ).toBuffer();
  return new Response(new Uint8Array(written), {
    headers: {
      "Content-Type": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
      "Content-Disposition": `attachment; filename="${fileName.replace(/[^\w.-]+/g, "-")}"`,
      "Cache-Control": "no-store",
    },
  });
}
