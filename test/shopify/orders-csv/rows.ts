// From cells to the columns that an order is read from. Columns that no order needs, such as names and streets, are not
// taken over at all.
import type { TableRow } from "./table.ts";
import { shown, type Refuse } from "./unreadable.ts";

const REQUIRED = [
  "Name",
  "Created at",
  "Currency",
  "Subtotal",
  "Shipping",
  "Taxes",
  "Total",
  "Lineitem quantity",
  "Lineitem name",
  "Lineitem price",
] as const;
const OPTIONAL = [
  "Email",
  "Phone",
  "Cancelled at",
  "Fulfilled at",
  "Financial Status",
  "Accepts Marketing",
  "Duties",
  "Refunded Amount",
  "Discount Code",
  "Payment Method",
  "Shipping Country",
  "Billing Country",
  "Source",
  "Tags",
  "Id",
  "Lineitem sku",
  "Lineitem discount",
  "Lineitem requires shipping",
  "Lineitem taxable",
] as const;

export type Column = (typeof REQUIRED)[number] | (typeof OPTIONAL)[number];
/** Trimmed cells; those of columns that the file has not are empty. */
export type Row = Readonly<Record<Column, string>>;

const COLUMNS: readonly Column[] = [...REQUIRED, ...OPTIONAL];

export class Header {
  readonly #at: Map<Column, number>;
  readonly #cells: readonly string[];

  constructor({ line, cells }: TableRow, refuse: Refuse) {
    const names = cells.map((cell) => cell.trim().toLowerCase());
    this.#cells = cells;
    this.#at = new Map();
    for (const column of COLUMNS) {
      const at = names.indexOf(column.toLowerCase());
      if (at < 0) continue;
      if (names.lastIndexOf(column.toLowerCase()) > at)
        refuse(line, column, "stands twice in the header; which one holds?");
      this.#at.set(column, at);
    }
    const missing = REQUIRED.filter((column) => !this.#at.has(column));
    if (missing.length > 0)
      refuse(
        line,
        null,
        `not an order export of Shopify: column ${missing.map((name) => `"${name}"`).join(", ")} is missing`,
      );
  }

  has(column: Column): boolean {
    return this.#at.has(column);
  }

  /** Two exports put together: the second one's header. */
  isRepeatedBy({ cells }: TableRow): boolean {
    const [first = "", ...others] = cells;
    if (first.replace(/^\ufeff/, "") !== this.#cells[0]) return false;
    return (
      others.length === this.#cells.length - 1 && others.every((cell, at) => cell === this.#cells[at + 1])
    );
  }

  /** Cells left out at the end of a row are empty; cells beyond the header hold nothing. */
  row({ line, cells }: TableRow, refuse: Refuse): Row {
    const beyond = cells.slice(this.#cells.length).find((cell) => cell.trim() !== "");
    if (beyond !== undefined)
      refuse(
        line,
        null,
        `${cells.length} cells where the header has ${this.#cells.length}, the last of them ${shown(beyond)}; is a separator within a cell not in quotation marks?`,
      );
    const row = {} as Record<Column, string>;
    for (const column of COLUMNS) {
      const at = this.#at.get(column);
      row[column] = at === undefined ? "" : (cells[at] ?? "").trim();
    }
    return row;
  }

  isShort({ cells }: TableRow): boolean {
    return cells.length < this.#cells.length;
  }
}
