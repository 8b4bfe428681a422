// Writes CSV that spreadsheets read as it is meant: RFC 4180 with a byte-order mark (Excel takes UTF-8 for Latin-1
// without it), and no text that a spreadsheet would run as a formula.
import { Readable } from "node:stream";
import { stringify } from "csv-stringify/sync";
import { z } from "zod";
import { BadInput } from "../../errors.ts";

/** A cell of text, a number, or nothing. Text that is a number (a decimal in the shop's currency, a percentage) is wrapped by `numeral`. */
export type Cell = string | number | null | Numeral;
export interface Numeral {
  readonly numeral: string;
}

export function numeral(text: string): Numeral {
  if (!/^-?\d+(\.\d+)?%?$/.test(text)) throw new Error(`"${text}" is not a plain decimal number`);
  return { numeral: text };
}

/** Minor units as a decimal number: 1250 with 2 decimals is 12.50. Fractions of a minor unit are rounded to it. */
export function money(minorUnits: number | null, decimals: number): Cell {
  if (minorUnits === null) return null;
  const rounded = Math.round(minorUnits);
  const digits = Math.abs(rounded)
    .toString()
    .padStart(decimals + 1, "0");
  const whole = digits.slice(0, digits.length - decimals);
  const sign = rounded < 0 ? "-" : "";
  return numeral(decimals === 0 ? sign + whole : `${sign}${whole}.${digits.slice(-decimals)}`);
}

/** Readers begin a line at each of them, quoted or not, when they split by another sign than this file's. */
const CONTROLS = /[\p{Cc}\u2028\u2029]/gu;
/**
 * What Excel, LibreOffice and Google Sheets take for the start of a formula, in half and full width, where a cell may begin
 * for one of them: with the text, or behind a sign by which another reader splits; blanks and what is invisible are no letters.
 */
const formulaStart = (separators: string) =>
  new RegExp(`(^|[${separators}])([\\s\\p{Cf}]*)(?=[=+\\-@＝＋－＠])`, "gu");
const STARTS = { ",": formulaStart(";|"), ";": formulaStart(",;|") } as const;
/** A reader that splits by another sign keeps together what is quoted. Numbers stay bare, with either decimal sign. */
const QUOTED = /^(?!-?\d+[.,]?\d*$)(.*[^\p{L}\p{N}_ .:/-]| .*|.* $)/u;

function plain(cell: Cell, field: Separators["field"]): string {
  if (cell === null) return "";
  if (typeof cell === "number") return Number.isFinite(cell) ? String(cell) : "";
  if (typeof cell === "object") return cell.numeral;
  return cell.replace(CONTROLS, " ").replace(STARTS[field], "$1$2'");
}

export interface Separators {
  field: "," | ";";
  decimal: "." | ",";
}

/** Commas between columns (RFC 4180), what spreadsheets in the reader's language expect, or semicolons and decimal commas. */
const separatorChoices = ["standard", "local", "semicolon"] as const;
export type SeparatorChoice = (typeof separatorChoices)[number];

/**
 * A spreadsheet splits a file it is given by the reader's country: where the comma is the decimal sign, columns are
 * separated by semicolons.
 */
export function separatorsOf(choice: SeparatorChoice, locale: string): Separators {
  if (choice === "semicolon") return { field: ";", decimal: "," };
  const decimal = new Intl.NumberFormat(locale)
    .formatToParts(0.5)
    .find(({ type }) => type === "decimal")?.value;
  return choice === "local" && decimal === "," ? { field: ";", decimal: "," } : { field: ",", decimal: "." };
}

/** The file's separators as its address chooses them. Throws BadInput. */
export function readSeparators(params: URLSearchParams, locale: string): Separators {
  const given = params.get("separators") || "standard";
  const choice = z.enum(separatorChoices).safeParse(given);
  if (choice.success) return separatorsOf(choice.data, locale);
  throw new BadInput(
    `"separators" must be one of ${separatorChoices.join(", ")}, not "${given.slice(0, 40)}".`,
  );
}

async function* lines(
  header: readonly string[],
  batches: AsyncIterable<readonly (readonly Cell[])[]>,
  { field, decimal }: Separators,
): AsyncGenerator<Uint8Array> {
  const encoder = new TextEncoder();
  const text = (cell: Cell) =>
    typeof cell === "number" || (typeof cell === "object" && cell !== null)
      ? plain(cell, field).replace(".", decimal)
      : plain(cell, field);
  const record = (cells: readonly Cell[]): string =>
    stringify([cells.map(text)], {
      delimiter: field,
      record_delimiter: "\r\n",
      escape_formulas: false,
      quoted_match: QUOTED,
    });
  yield encoder.encode("\uFEFF" + record(header));
  for await (const batch of batches) if (batch.length > 0) yield encoder.encode(batch.map(record).join(""));
}

/** A download of the rows as they come: no more than one batch is in memory. A failure breaks the transfer off. */
export function csvResponse(
  fileName: string,
  header: readonly string[],
  batches: AsyncIterable<readonly (readonly Cell[])[]>,
  separators: Separators,
): Response {
  return new Response(
    Readable.toWeb(Readable.from(lines(header, batches, separators))) as ReadableStream<Uint8Array>,
    {
      headers: {
        "Content-Type": "text/csv; charset=utf-8",
        "Content-Disposition": `attachment; filename="${fileName.replace(/[^\w.-]+/g, "-")}"`,
        "Cache-Control": "no-store",
      },
    },
  );
}
