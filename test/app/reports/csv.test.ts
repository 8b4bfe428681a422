import { parse } from "csv-parse/sync";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { BadInput } from "../../../app/errors.ts";
import {
  type Cell,
  csvResponse,
  money,
  numeral,
  readSeparators,
  type Separators,
} from "../../../app/reports/files/csv.ts";

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
    const awkward = ['say "hi"', "a,b", "a;b", "a|b", " spaced ", "Zürich, 東京", "O'Neill"];
    const text = await written(...awkward.map((value): Cell[] => [value, "z"]));

    const rows = parse(text, { bom: true, from: 2, record_delimiter: "\r\n" });
    expect(rows.map(([first]) => first)).toEqual(awkward);
  });

  it.each([
    ["=HYPERLINK(1)", "'=HYPERLINK(1)"],
    ["+1", "'+1"],
    ["-1+2", "'-1+2"],
    ["@SUM(A1)", "'@SUM(A1)"],
    ["\tx", " x"],
    ["\r=x", " '=x"],
    ["a\r=1+1", "a =1+1"],
    ["two\r\nlines", "two  lines"],
    ["\u00a0=1", "\u00a0'=1"],
    ["\u200b=1", "\u200b'=1"],
    ["a;=1", "a;'=1"],
    ["a; =1", "a; '=1"],
    ["a|@x", "a|'@x"],
    ["a,=1", "a,=1"],
    ["＝1", "'＝1"],
    ["a=1", "a=1"],
  ])("takes the sting out of %j, which a spreadsheet would run", async (given, kept) => {
    const [row] = parse(await written([given, 1]), { bom: true, from: 2, record_delimiter: "\r\n" });

    expect(row?.[0]).toBe(kept);
  });

  it("begins no line and no formula for a reader of any separator, whatever a text holds", async () => {
    const parts = [
      "=",
      "+",
      "-",
      "@",
      "＝",
      ";",
      ",",
      "|",
      "\t",
      "\r",
      "\n",
      '"',
      "'",
      " ",
      "\u00a0",
      "\u200b",
      "\u2028",
      "x",
      "1",
    ];
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.string({ unit: fc.constantFrom(...parts), maxLength: 8 }), {
          minLength: 2,
          maxLength: 2,
        }),
        fc.constantFrom<Separators>({ field: ",", decimal: "." }, { field: ";", decimal: "," }),
        async (texts, separators) => {
          const bytes = await csvResponse("file.csv", ["a", "b"], once(texts), separators).arrayBuffer();
          const text = new TextDecoder("utf-8").decode(bytes);
          // Whoever splits lines before anything else finds two, the head and the row.
          expect(text.split(/[\r\n\u0085\u2028\u2029]+/)).toHaveLength(3);
          const own: string[][] = parse(text, { delimiter: separators.field });
          expect(own.map((row) => row.length)).toEqual([2, 2]);
          // Another reader's cells, if it minds no quotes either.
          const others = [",", ";", "\t", "|"].filter((sign) => sign !== separators.field);
          const cells = [
            ...own.flat(),
            ...others.flatMap((sign) => text.split("\r\n").flatMap((line) => line.split(sign))),
          ];
          for (const cell of cells) expect(cell).not.toMatch(/^[\s\p{Cf}]*[=+\-@＝＋－＠]/u);
        },
      ),
      { numRuns: 2_000 },
    );
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
