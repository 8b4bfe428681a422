// Files as people and spreadsheets make them: read with the right values, or refused in one sentence with the place.
import { describe, expect, it } from "vitest";
import { UnreadableCsv } from "../../shopify/orders-csv.ts";
import { COLUMNS, exportText, orderRows, readExport, type Cells } from "./export-file.ts";

const two = [...orderRows({}, [{}, { "Lineitem name": "Hat", "Lineitem price": "0.00" }]), ...orderRows()];
const file = exportText(two);
const one = (order: Cells, line: Cells = {}) => exportText(orderRows(order, [line]));

/** In European spreadsheets' way of writing numbers. */
const european = (price: string, total: string) =>
  exportText(
    orderRows({ Subtotal: total, Shipping: "0,00", Taxes: "0,00", Total: total, "Refunded Amount": "0,00" }, [
      { "Lineitem price": price, "Lineitem discount": "0,00" },
    ]),
    { delimiter: ";" },
  );

describe("a file that is read, however it was saved", () => {
  const utf16 = (text: string) => Buffer.from(text, "utf16le");
  const mark = (...bytes: number[]) => Buffer.from(bytes);

  it.each<[string, string | Buffer]>([
    ["as exported", file],
    ["with a byte order mark", `\ufeff${file}`],
    ["with semicolons", exportText(two, { delimiter: ";" })],
    ["with semicolons that are announced", `sep=;\n${exportText(two, { delimiter: ";" })}`],
    ["with tabs", exportText(two, { delimiter: "\t" })],
    ["with Windows' line ends", exportText(two, { lineEnd: "\r\n" })],
    ["with old line ends", exportText(two, { lineEnd: "\r" })],
    ["with line ends of two kinds", file.replace("\n", "\r\n")],
    ["without a line end at the end", file.trimEnd()],
    ["in UTF-16", Buffer.concat([mark(0xff, 0xfe), utf16(exportText(two, { delimiter: "\t" }))])],
    ["in UTF-16 without a mark", utf16(file)],
    ["in UTF-16 of the other order", Buffer.concat([mark(0xfe, 0xff), utf16(file).swap16()])],
    ["with 300 columns", exportText(two, { columns: [...COLUMNS, ...extraColumns(300 - COLUMNS.length)] })],
    ["with empty rows", `${file},,,\n\n;;\n`.replace(";;", ",,")],
    ["with the header twice", exportText([]) + file],
    [
      "as two exports, one after the other",
      `${exportText(two.slice(2))}\ufeff${exportText(two.slice(0, 2))}`,
    ],
    ["with the order's amounts on every line", exportText([...two, ...two].slice(0, 3))],
  ])("%s", async (_, content) => {
    const { shop } = await readExport(content);
    const orders = [...shop.orders.values()].sort((a, b) => b.lines.length - a.lines.length);
    expect(orders.map((order) => [order.originalTotal, order.lines.length])).toEqual([
      [2000, 2],
      [2000, 1],
    ]);
  });

  it.each<[string, string, number]>([
    ["decimal commas", european("20,00", "20,00"), 2_000],
    [
      "thousands of the one kind",
      one({ Subtotal: "1,020.00", Total: "1,020.00" }, { "Lineitem price": "1,020.00" }),
      102_000,
    ],
    ["thousands of the other kind", european("1.020", "1.020,00"), 102_000],
    ["thousands with spaces", european("1 020,00", "1\u202f020,00"), 102_000],
    [
      "a currency without decimals",
      one({ Currency: "JPY", Subtotal: "2000", Total: "2000" }, { "Lineitem price": "2000.00" }),
      2_000,
    ],
    [
      "a currency with three",
      one({ Currency: "KWD", Subtotal: "20.125", Total: "20.125" }, { "Lineitem price": "20.125" }),
      20_125,
    ],
    ["a currency in small letters", one({ Currency: "eur" }), 2_000],
    [
      "names that objects have by themselves",
      one({ Name: "__proto__", Source: "__proto__", Tags: "constructor" }, { "Lineitem sku": "__proto__" }),
      2_000,
    ],
    ["a time as ISO 8601 writes it", one({ "Created at": "2026-02-15T12:00:00+01:00" }), 2_000],
  ])("with %s", async (_, content, total) => {
    const { shop } = await readExport(content);
    const orders = [...shop.orders.values()];
    expect(orders.map((order) => order.originalTotal)).toEqual([total]);
    expect(orders[0]?.channel).toMatchObject({ handle: expect.any(String) as string });
    expect(orders[0]?.agreements[0]?.sales.map((sale) => sale.discountBeforeTax)).toEqual([0]);
  });

  it("without its NULs, and with a sign in the place of half a letter", async () => {
    const titleOf = async (content: string | Buffer) =>
      [...(await readExport(content)).shop.orders.values()][0]?.lines[0]?.title;
    const named = (name: string) => one({}, { "Lineitem name": name });
    expect(await titleOf(named("A\0B"))).toBe("AB");
    const half = Buffer.concat([mark(0xff, 0xfe), utf16(named("Ä x\ud83d"))]);
    expect(await titleOf(half)).toBe("Ä x\ufffd");
    const bytes = Buffer.from(named("Ärmel 👕Y"));
    const at = bytes.indexOf("👕");
    expect(await titleOf(Buffer.concat([bytes.subarray(0, at + 2), bytes.subarray(at + 4)]))).toBe(
      "Ärmel \ufffdY",
    );
    expect(await titleOf(Buffer.from(named("Ärmel"), "latin1"))).toBe("Ärmel");
  });
});

describe("a file that is refused", () => {
  const line = (number: number, detail: string) => new RegExp(`^export\\.csv, line ${number}: ${detail}`);

  it.each<[string, string | Buffer, RegExp]>([
    ["empty", "", line(1, "the file is empty")],
    ["only blanks", " \n\n", line(1, "the file is empty")],
    ["no order", exportText([]), line(1, "the file holds no order")],
    ["a workbook", Buffer.from("504b0304140006", "hex"), line(1, "this is a workbook")],
    ["something else", '{"a": 1}', line(1, "not an order export")],
    ["another export", "Handle,Title\na,b\n", line(1, 'not an order export of Shopify: column "Name"')],
    [
      "no currency column",
      exportText(two, { columns: COLUMNS.filter((name) => name !== "Currency") }),
      line(1, '.*column "Currency" is missing'),
    ],
    [
      "a column twice",
      exportText(two, { columns: [...COLUMNS, "Total"] }),
      line(1, 'column "Total": stands twice'),
    ],
    [
      "rows apart",
      exportText([...two.filter((_, at) => at !== 1), ...two.slice(1, 2)]),
      line(4, 'column "Name": .*sorted in a spreadsheet\\?'),
    ],
    [
      "a line before its order",
      exportText(two.slice(1)),
      line(2, 'column "Name": .*sorted in a spreadsheet\\?'),
    ],
    [
      "an order twice with other lines",
      exportText([...two, { ...two[0], "Lineitem name": "Coat" }]),
      line(5, 'column "Name": .*sorted'),
    ],
    ["no name", one({ Name: "" }), line(2, 'column "Name": is empty')],
    ["no total", one({ Total: "" }), line(2, 'column "Total": is empty')],
    ["no currency", one({ Currency: "" }), line(2, 'column "Currency": is empty')],
    ["an unknown currency", one({ Currency: "ABC" }), line(2, 'column "Currency": “ABC” is no currency')],
    [
      "an amount that is none",
      one({ Total: "24.3o" }),
      line(2, 'column "Total": expected an amount such as 19\\.90, not “24\\.3o”'),
    ],
    ["an amount below zero", one({ Total: "-20.00" }), line(2, 'column "Total": .*below zero')],
    [
      "too large an amount",
      one({ Total: "99999999999999999999.00" }),
      line(2, 'column "Total": .*more than an order can cost'),
    ],
    ["two decimal marks", one({ Total: "20,00" }), line(2, 'column "Total": .*another decimal mark')],
    [
      "an open thousand",
      exportText(
        orderRows({ Subtotal: "1.020", Shipping: "0", Taxes: "0", Total: "1.020", "Refunded Amount": "0" }, [
          { "Lineitem price": "1.020", "Lineitem discount": "0" },
        ]),
        { delimiter: ";" },
      ),
      line(2, 'column "Lineitem price": .*thousand or three decimals'),
    ],
    [
      "units below zero",
      one({}, { "Lineitem quantity": "-1" }),
      line(2, 'column "Lineitem quantity": expected a whole number'),
    ],
    [
      "more units than Shopify can tell",
      one({}, { "Lineitem quantity": "99999999999" }),
      line(2, 'column "Lineitem quantity"'),
    ],
    [
      "the year 1",
      one({ "Created at": "0001-01-01 10:00:00 +0100" }),
      line(2, 'column "Created at": .*before 1970'),
    ],
    [
      "a time to come",
      one({ "Created at": "9999-01-01 10:00:00 +0100" }),
      line(2, 'column "Created at": .*still to come'),
    ],
    [
      "a day that is none",
      one({ "Created at": "2026-02-30 10:00:00 +0100" }),
      line(2, 'column "Created at": there is no such time'),
    ],
    [
      "a day first",
      one({ "Created at": "15/02/2026 12:00" }),
      line(2, 'column "Created at": expected a time such as'),
    ],
    [
      "an offset that is none",
      one({ "Created at": "2026-02-15 12:00:00 +2500" }),
      line(2, 'column "Created at": no zone'),
    ],
    [
      "a quote that is not closed",
      file.replace("Shirt", '"Shirt'),
      line(2, 'column "Lineitem name": a quotation mark is opened'),
    ],
    [
      "a quote within a cell",
      file.replace("Hat", 'H"at'),
      line(3, 'column "Lineitem name": a quotation mark stands'),
    ],
    ["text after a quote", file.replace("Hat", '"H"at'), line(3, 'column "Lineitem name": text follows')],
    [
      "a cell too many",
      `${file.trimEnd()},x\n`,
      line(4, `${COLUMNS.length + 1} cells where the header has ${COLUMNS.length}`),
    ],
    ["cut off", file.slice(0, -130), line(4, "the file ends in the middle of a row")],
    [
      "something below a cell of many lines",
      exportText([...orderRows({ Notes: "a\r\nb\nc" }), ...orderRows({ Total: "x" })]),
      line(5, 'column "Total"'),
    ],
  ])("%s", async (_, content, message) => {
    const refused = readExport(content);
    await expect(refused).rejects.toThrow(message);
    await expect(refused).rejects.toBeInstanceOf(UnreadableCsv);
  });
});

function extraColumns(count: number): string[] {
  return Array.from({ length: count }, (_, at) => `Extra ${at}`);
}
