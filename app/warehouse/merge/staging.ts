// How a stage's declaration becomes a scan by DuckDB's JSON reader, and how its complaint becomes a file and a line.
// Both engines parse with DuckDB: it is the only reader here that keeps up with the disk.
import { createReadStream } from "node:fs";
import { createInterface } from "node:readline";
import { brokenValue } from "../../errors.ts";
import type { Columns } from "../schema/source.ts";
import type { Rows, Stage } from "../load.ts";

/** Bytes; a node of Shopify's stays far below. */
export const LONGEST_LINE = 1_000_000;

export const literal = (text: string) => `'${text.replaceAll("'", "''")}'`;

/** The engines know other years than these and write them each in its own way; a day on either side is any time zone's. */
const IN_CALENDAR = "(substr(instant, 5, 1) = '-' AND instant BETWEEN '0001-01-02' AND '9999-12-30')";

/**
 * minor('12.30') → 1230 by the currency's decimals, an error when something remains, of which minor_if_any makes null; gid('gid://shopify/Order/1') → 1, of which gid_if_any makes null;
 * utc('2026-01-01T00:00:00Z') → TIMESTAMP, of which utc_if_any makes null where it is no instant.
 */
export function macros(decimals: number): string[] {
  // The product stays within 18 digits, beyond which DuckDB computes in 128 bits, much slower.
  const decimal = `DECIMAL(${17 - decimals}, ${decimals})`;
  const rounded = `CAST(amount AS ${decimal})`;
  const tried = `TRY_CAST(amount AS ${decimal})`;
  return [
    // DECIMAL rounds what is beyond its scale without a word; the same text as DOUBLE is the same number only if nothing was.
    `CREATE OR REPLACE TEMP MACRO minor(amount) AS CASE WHEN CAST(amount AS DOUBLE) = ${rounded}
       THEN CAST(${rounded} * ${10 ** decimals} AS BIGINT)
       ELSE error('The amount "' || amount || '" has more than ${decimals} decimals') END`,
    `CREATE OR REPLACE TEMP MACRO minor_if_any(amount) AS
       CASE WHEN TRY_CAST(amount AS DOUBLE) = ${tried} THEN CAST(${tried} * ${10 ** decimals} AS BIGINT) END`,
    // What follows the last slash, by a plain function: split_part is a macro, slower to plan and to run.
    `CREATE OR REPLACE TEMP MACRO gid(id) AS CAST(parse_filename(id, FALSE, 'forward_slash') AS BIGINT)`,
    `CREATE OR REPLACE TEMP MACRO gid_if_any(id) AS TRY_CAST(parse_filename(id, FALSE, 'forward_slash') AS BIGINT)`,
    // A plain cast drops an offset such as +02:00 silently; Shopify writes Z.
    `CREATE OR REPLACE TEMP MACRO utc(instant) AS CASE WHEN NOT ${IN_CALENDAR}
         THEN error('The instant "' || instant || '" lies before 2 January of year 1 or after 30 December 9999')
       WHEN suffix(instant, 'Z') THEN CAST(instant AS TIMESTAMP)
       ELSE CAST(CAST(instant AS TIMESTAMPTZ) AT TIME ZONE 'UTC' AS TIMESTAMP) END`,
    `CREATE OR REPLACE TEMP MACRO utc_if_any(instant) AS CASE WHEN NOT ${IN_CALENDAR} THEN NULL
       WHEN suffix(instant, 'Z') THEN TRY_CAST(instant AS TIMESTAMP)
       ELSE CAST(TRY_CAST(instant AS TIMESTAMPTZ) AT TIME ZONE 'UTC' AS TIMESTAMP) END`,
  ];
}

/** The rows of one kind in one file, in the staging table's order of columns `into`, led by the file's ordinal. */
export function scan(stage: Stage, into: Columns, file: string, ordinal: number): string {
  const columns = Object.entries(stage.columns)
    .map(([key, type]) => `${literal(key)}: ${literal(type)}`)
    .join(", ");
  const select = Object.entries(into).map(([column, type]) => {
    const expression = stage.select[column];
    if (expression === undefined)
      throw new Error(`A stage of ${stage.table} does not say what ${column} is.`);
    const value = `CAST(${expression} AS ${type})`;
    // "é" may come as one character or as two; a name is one name either way.
    return `${type.startsWith("VARCHAR") ? `nfc_normalize(${value})` : value} AS ${column}`;
  });
  return `SELECT ${ordinal} AS file, ${select.join(", ")}
    FROM read_json(${literal(file)}, format = 'newline_delimited', auto_detect = false,
      maximum_object_size = ${LONGEST_LINE}, columns = {${columns}})
    WHERE __typename LIKE ${literal(stage.typename)}`;
}

/** Whether a stage's `typename` means this name. */
export const isOfKind = (typename: string, name: string) =>
  typename.startsWith("%") ? name.endsWith(typename.slice(1)) : name === typename;

/** Every file of the rows. */
export const filesOf = (rows: Rows): string[] =>
  typeof rows === "string"
    ? [rows]
    : [...Object.values(rows.byTable), rows.rest].filter((file) => file != null);

/** Those that may hold rows of the stage. */
export const filesFor = (rows: Rows, { table }: Stage): string[] =>
  typeof rows === "string" ? [rows] : [rows.byTable[table], rows.rest].filter((file) => file != null);

const UNREADABLE = /^(Invalid Input|Conversion|Out of Range) Error: /;

/** The reader's error as BrokenFile, or the error itself when the file is not what failed. */
export async function brokenFile(error: unknown, file: string): Promise<unknown> {
  const message = error instanceof Error ? error.message : "";
  if (!UNREADABLE.test(message)) return error;
  const detail = message.replace(UNREADABLE, "").split("\n")[0] ?? "";
  const placed = /^JSON transform error in file ".*?", in line (\d+): ([^]*)/.exec(detail);
  if (placed !== null) return brokenValue(file, Number(placed[1]), placed[2] ?? detail, error);
  if (detail.startsWith("Malformed JSON")) {
    // The reader counts a line too many here.
    const line = await firstLine(file, (text) => text.trim() !== "" && !isJson(text));
    return brokenValue(file, line, detail.replace(/^.*in line \d+: /, ""), error);
  }
  // An expression fails without naming its row; the text it failed on finds the line.
  const named =
    /string ['"]([^'"]+)['"]|amount "([^"]+)"|(?:format|range|string): "([^"]+)"|instant "([^"]+)"/.exec(
      message,
    );
  const text = named?.slice(1).find((part) => part !== undefined);
  const line = text === undefined ? null : await firstLine(file, (content) => content.includes(`${text}"`));
  return brokenValue(file, line, detail, error);
}

async function firstLine(file: string, matches: (line: string) => boolean): Promise<number | null> {
  let number = 0;
  const lines = createInterface({ input: createReadStream(file) });
  try {
    for await (const line of lines) {
      number += 1;
      if (matches(line)) return number;
    }
    return null;
  } finally {
    lines.close();
  }
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
