// Writes order exports in Shopify's layout for the tests: what a test does not name is as in an ordinary paid order.
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stringify } from "csv-stringify/sync";
import type { Order, SaleLine } from "../../shopify/model.ts";
import { shopFromOrdersCsv, type CsvShop } from "../../shopify/orders-csv.ts";

const HEADER =
  `Name,Email,Financial Status,Paid at,Fulfillment Status,Fulfilled at,Accepts Marketing,Currency,Subtotal,Shipping,` +
  `Taxes,Total,Discount Code,Discount Amount,Shipping Method,Created at,Lineitem quantity,Lineitem name,Lineitem price,` +
  `Lineitem compare at price,Lineitem sku,Lineitem requires shipping,Lineitem taxable,Lineitem fulfillment status,` +
  `Billing Name,Billing Street,Billing Country,Billing Phone,Shipping Name,Shipping Street,Shipping Country,` +
  `Shipping Phone,Notes,Note Attributes,Cancelled at,Payment Method,Payment Reference,Refunded Amount,Vendor,` +
  `Outstanding Balance,Employee,Location,Device ID,Id,Tags,Risk Level,Source,Lineitem discount,Tax 1 Name,Tax 1 Value,` +
  `Phone,Receipt Number,Duties,Billing Province Name,Shipping Province Name,Payment ID,Payment Terms Name,` +
  `Next Payment Due At,Payment References`;
export const COLUMNS = HEADER.split(",");

export type Cells = Record<string, string>;

const LINE: Cells = {
  "Lineitem quantity": "1",
  "Lineitem name": "Shirt",
  "Lineitem price": "20.00",
  "Lineitem requires shipping": "true",
  "Lineitem taxable": "true",
  "Lineitem discount": "0.00",
};

let number = 0;

/** The rows of one order: its first line carries its amounts. */
export function orderRows(order: Cells = {}, lines: readonly Cells[] = [{}]): Cells[] {
  number++;
  const head: Cells = {
    Name: `#${number}`,
    Email: `c${number}@example.com`,
    "Financial Status": "paid",
    Currency: "EUR",
    Subtotal: "20.00",
    Shipping: "0.00",
    Taxes: "0.00",
    Total: "20.00",
    "Created at": "2026-02-15 12:00:00 +0100",
    "Refunded Amount": "0.00",
    Id: String(7_000_000_000_000 + number),
    Source: "web",
    "Billing Country": "DE",
    "Shipping Country": "DE",
    ...order,
  };
  const { Name = "", Email = "", "Created at": at = "" } = head;
  return [
    { ...head, ...(lines[0] ? { ...LINE, ...lines[0] } : {}) },
    ...lines.slice(1).map((line) => ({ Name, Email, "Created at": at, ...LINE, ...line })),
  ];
}

export interface Layout {
  columns?: readonly string[];
  delimiter?: string;
  lineEnd?: "\n" | "\r\n" | "\r";
}

export const exportText = (
  rows: readonly Cells[],
  { columns = COLUMNS, delimiter = ",", lineEnd = "\n" }: Layout = {},
): string =>
  stringify([columns, ...rows.map((row) => columns.map((column) => row[column] ?? ""))], {
    delimiter,
    record_delimiter: lineEnd,
  });

export const NOW = "2026-12-01T00:00:00Z";

/** Reads a file that holds just this. */
export async function readExport(
  content: string | Buffer,
  timeZone?: string,
  handle = "imported",
): Promise<CsvShop> {
  const directory = await mkdtemp(join(tmpdir(), "orders-"));
  const path = join(directory, "export.csv");
  try {
    await writeFile(path, content);
    return await shopFromOrdersCsv(path, {
      now: NOW,
      handle,
      ...(timeZone === undefined ? {} : { timeZone }),
    });
  } finally {
    await rm(directory, { recursive: true });
  }
}

export const readRows = (rows: readonly Cells[], layout?: Layout): Promise<CsvShop> =>
  readExport(exportText(rows, layout));

/** An order's books to date by Shopify's words: product lines before discount and tax, what came back, and the rest. */
export function booksOf(order: Order): Record<string, number> {
  const sales = order.agreements.flatMap((agreement) => agreement.sales);
  const sum = (lines: readonly SaleLine[], of: (sale: (typeof sales)[number]) => number) =>
    sales.reduce((total, sale) => total + (lines.includes(sale.line) ? of(sale) : 0), 0);
  const net = (sale: (typeof sales)[number]) => sale.total - sale.tax;
  const sold = (sale: (typeof sales)[number]) => sale.action === "ORDER";
  return {
    gross: sum(["PRODUCT"], (sale) => (sold(sale) ? net(sale) + sale.discountBeforeTax : 0)),
    discounts: sum(["PRODUCT"], (sale) => (sold(sale) ? sale.discountBeforeTax : 0)),
    reversals: 0 - sum(["PRODUCT", "ADJUSTMENT"], (sale) => (sold(sale) ? 0 : net(sale))),
    units: sum(["PRODUCT"], (sale) => (sold(sale) ? (sale.quantity ?? 0) : 0)),
    shipping: sum(["SHIPPING"], net),
    taxes: sales.reduce((total, sale) => total + sale.tax, 0),
    duties: sum(["DUTY"], net),
    fees: sum(["ADDITIONAL_FEE"], net),
    tips: sum(["TIP"], net),
    giftCards: sum(["GIFT_CARD"], net),
  };
}
