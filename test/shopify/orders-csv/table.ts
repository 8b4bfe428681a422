// From the text of a file to its rows of cells, each with the line on which it begins.
import { Readable } from "node:stream";
import { CsvError, parse } from "csv-parse";
import type { Text } from "./text.ts";
import type { Refuse } from "./unreadable.ts";

export interface TableRow {
  /** The file's line on which the row begins. */
  line: number;
  cells: string[];
}

interface Parsed {
  record: string[];
  info: { lines: number };
}

const DELIMITERS = [",", ";", "\t", "|"];
/** No row of an export is as long; a quotation mark that is never closed would swallow the file. */
const LONGEST_ROW = 2_000_000;
const CHUNK = 1 << 18;

/** The header first. Rows without any text, which spreadsheets leave behind, are passed over. */
export async function* tableRows({ text }: Text, refuse: Refuse): AsyncGenerator<TableRow> {
  const hint = /^\s*"?sep=(.)"?[^\n]*\n/.exec(text);
  const body = hint ? text.slice(hint[0].length) : text;
  const delimiter = hint?.[1] ?? delimiterOf(body);
  const skipped = hint ? 1 : 0;
  /** Line on which the last whole row ended. The parser reads ahead of what it gives, and so fails ahead of it. */
  let above = skipped;
  let header: string[] = [];
  // Typed as a record, it comes together with its place.
  const note = (parsed: unknown) => {
    const { record, info } = parsed as Parsed;
    above = info.lines + skipped;
    if (header.length === 0) header = record;
    return parsed as string[];
  };
  const parser = Readable.from(chunks(body)).pipe(
    parse({
      delimiter,
      info: true,
      on_record: note,
      max_record_size: LONGEST_ROW,
      record_delimiter: "\n",
      relax_column_count: true,
      skip_empty_lines: true,
    }),
  );
  try {
    for await (const each of parser as AsyncIterable<Parsed>) {
      const cells = each.record;
      const end = each.info.lines + skipped;
      if (cells.every((cell) => cell.trim() === "")) continue;
      const inside = cells.reduce(
        (sum, cell) => sum + (cell.includes("\n") ? cell.split("\n").length - 1 : 0),
        0,
      );
      yield { line: end - inside, cells };
    }
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    const [line, detail] = explain(error, above, skipped);
    if (header.length === 0) refuse(line, null, `not an order export of Shopify: ${detail}`);
    const at = typeof error["column"] === "number" ? header[error["column"]]?.trim() : undefined;
    refuse(line, at ?? null, detail);
  }
}

function* chunks(text: string): Generator<string> {
  for (let at = 0; at < text.length; at += CHUNK) yield text.slice(at, at + CHUNK);
}

/** By the header: the sign that leaves the most cells. */
function delimiterOf(text: string): string {
  const header = /[^\n]*\S[^\n]*/.exec(text)?.[0] ?? "";
  const bare = header.replace(/"[^"]*"/g, "");
  const count = (sign: string) => bare.split(sign).length;
  return DELIMITERS.reduce((best, sign) => (count(sign) > count(best) ? sign : best));
}

function explain(error: CsvError, above: number, skipped: number): [line: number, detail: string] {
  switch (error.code) {
    case "CSV_QUOTE_NOT_CLOSED":
    case "CSV_MAX_RECORD_SIZE":
      return [above + 1, "a quotation mark is opened here and never closed"];
    case "INVALID_OPENING_QUOTE":
      return [Number(error["lines"]) + skipped, "a quotation mark stands in the middle of a cell"];
    case "CSV_INVALID_CLOSING_QUOTE":
      return [Number(error["lines"]) + skipped, "text follows a closing quotation mark"];
    default:
      return [above + 1, error.message];
  }
}
