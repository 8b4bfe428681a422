// A workbook's cells are what they look like: numbers are numbers, days are days, and no text is run.
import readSheets from "read-excel-file/node";
import { expect, it } from "vitest";
import { money, numeral } from "../../../app/reports/files/csv.ts";
import { workbookResponse } from "../../../app/reports/files/workbook.server.ts";

async function read(response: Response) {
  return readSheets(Buffer.from(await response.arrayBuffer()));
}

it("keeps amounts, shares, counts, days and texts apart", async () => {
  const response = await workbookResponse("a/b?.xlsx", [
    {
      name: "Table",
      header: ["Segment", "Net sales", "Share", "Orders", "Day", "Nothing"],
      rows: [
        ["Champions", money(123_450, 2), numeral("38.1%"), 12, "2026-11-29", null],
        ["Refunds", money(-5, 2), numeral("-0.1%"), 0, "0001-01-01", Number.NaN],
      ],
    },
  ]);
  expect(response.headers.get("Content-Disposition")).toBe('attachment; filename="a-b-.xlsx"');
  expect(await read(response)).toEqual([
    {
      sheet: "Table",
      data: [
        ["Segment", "Net sales", "Share", "Orders", "Day", "Nothing"],
        ["Champions", 1234.5, 0.381, 12, new Date("2026-11-29T00:00:00Z"), null],
        ["Refunds", -0.05, -0.001, 0, "0001-01-01", null],
      ],
    },
  ]);
});

it("holds any text as text, whatever a shop calls its things", async () => {
  const odd = ["=1+1", "@SUM(A1)", "a\u0000b\ud83d", "x".repeat(40_000), "<&\"'>", "__proto__", "toString"];
  const response = await workbookResponse("odd.xlsx", [
    { name: `[${"n".repeat(40)}]`, header: ["Name"], rows: odd.map((text) => [text]) },
    { name: "Other", header: ["Name"], rows: [] },
  ]);
  const [sheet, other] = await read(response);
  expect(sheet?.sheet.trim()).toBe("n".repeat(30));
  expect(sheet?.data.slice(1).map(([text]) => text)).toEqual([
    "=1+1",
    "@SUM(A1)",
    "a b",
    "x".repeat(32_767),
    "<&\"'>",
    "__proto__",
    "toString",
  ]);
  expect(other?.data).toEqual([["Name"]]);
});
