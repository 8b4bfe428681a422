import { parse } from "csv-parse/sync";
import { describe, expect, it } from "vitest";
import { BadInput } from "../../app/errors.ts";
import {
  type Cell,
  csvResponse,
  money,
  numeral,
  readSeparators,
  type Separators,
} from "../../app/reports/csv.ts";

const STANDARD: Separators = { field: ",", decimal: "." };

async function* once(...rows: Cell[][]): AsyncGenerator<Cell[][]> {
  yield rows;
}

async function written(...rows: Cell[][]): Promise<string> {
  const bytes = await csvResponse("file.csv", ["a", "b"], once(...rows), STANDARD).arrayBuffer();
  return new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes);
}

describe("a CSV file", () => {
  it("begins with a byte-order mark and one header row, and ends every row with CRLF", async () => {
    const text = await written(["x", 1], ["y", null]);

    expect(text).toBe("\uFEFFa,b\r\nx,1\r\ny,\r\n");
  });

  it("quotes what a reader would split, and gives it back unchanged", async () => {
    const awkward = ['say "hi"', "a,b", "two\r\nlines", "two\nlines", " spaced ", "Zürich, 東京"];
    const text = await written(...awkward.map((value): Cell[] => [value, "z"]));

    const rows = parse(text, { bom: true, from: 2, record_delimiter: "\r\n" });
    expect(rows.map(([first]) => first)).toEqual(awkward);
  });

  it.each([
    ["=HYPERLINK(1)", "'=HYPERLINK(1)"],
    ["+1", "'+1"],
    ["-1+2", "'-1+2"],
    ["@SUM(A1)", "'@SUM(A1)"],
    ["\tx", "'\tx"],
    ["\rx", "'\rx"],
    ["＝1", "'＝1"],
    ["a=1", "a=1"],
  ])("takes the sting out of %j, which a spreadsheet would run", async (given, kept) => {
    const [row] = parse(await written([given, 1]), { bom: true, from: 2, record_delimiter: "\r\n" });

    expect(row?.[0]).toBe(kept);
  });

  it("leaves negative numbers numbers", async () => {
    expect(await written([-3, money(-1250, 2)])).toContain("\r\n-3,-12.50\r\n");
    expect(() => numeral("=1")).toThrow("not a plain decimal");
  });

  it.each([
    [1250, 2, "12.50"],
    [-5, 2, "-0.05"],
    [0, 2, "0.00"],
    [1250, 0, "1250"],
    [-1250, 0, "-1250"],
    [1250, 3, "1.250"],
    [7, 3, "0.007"],
    [1250.4, 2, "12.50"],
  ])("writes %d minor units with %d decimals as %s", (minor, decimals, text) => {
    expect(money(minor, decimals)).toEqual({ numeral: text });
  });

  it("is named after what it holds, with nothing that a header or a disk would stumble over", () => {
    const { headers } = csvResponse('segment-kpis_a"b/c\r\nd.csv', ["a"], once(), STANDARD);

    expect(headers.get("Content-Disposition")).toBe('attachment; filename="segment-kpis_a-b-c-d.csv"');
    expect(headers.get("Content-Type")).toBe("text/csv; charset=utf-8");
  });

  it("is sent while later rows are still being read", async () => {
    let release = (): void => undefined;
    const gate = new Promise<void>((resolve) => (release = resolve));
    async function* slow(): AsyncGenerator<Cell[][]> {
      yield [["first", 1]];
      await gate;
      yield [["second", 2]];
    }
    const reader = csvResponse("f.csv", ["a", "b"], slow(), STANDARD).body?.getReader();
    const decoder = new TextDecoder();
    let seen = "";
    while (!seen.includes("first")) seen += decoder.decode((await reader?.read())?.value);

    expect(seen).not.toContain("second");
    release();
    for (let part = await reader?.read(); part && !part.done; part = await reader?.read())
      seen += decoder.decode(part.value);
    expect(seen).toContain("second,2\r\n");
  });

  it("breaks off rather than ending as if it were whole when reading fails", async () => {
    async function* broken(): AsyncGenerator<Cell[][]> {
      yield [["first", 1]];
      throw new Error("the database went away");
    }

    await expect(csvResponse("f.csv", ["a", "b"], broken(), STANDARD).text()).rejects.toThrow();
  });

  it("has the separators of the reader's spreadsheet where they are chosen, else those of the standard", async () => {
    const chosen = (query: string, locale: string) => readSeparators(new URLSearchParams(query), locale);
    expect(chosen("", "de")).toEqual(STANDARD);
    expect(chosen("separators=standard", "fr")).toEqual(STANDARD);
    for (const locale of ["de", "fr", "es", "pt-BR", "pl", "de-AT"])
      expect([locale, chosen("separators=local", locale)]).toEqual([locale, { field: ";", decimal: "," }]);
    for (const locale of ["en", "en-GB", "ja", "th", "de-CH"])
      expect([locale, chosen("separators=local", locale)]).toEqual([locale, STANDARD]);
    expect(() => chosen("separators=tabs", "de")).toThrow(BadInput);
    const rows = once(["a;b", money(-1250, 2)], ["c.d", 0.5], ["12.5", 7]);
    const text = await csvResponse("f.csv", ["a", "b"], rows, { field: ";", decimal: "," }).text();
    expect(text.replace("\uFEFF", "")).toBe('a;b\r\n"a;b";-12,50\r\nc.d;0,5\r\n12.5;7\r\n');
  });
});
