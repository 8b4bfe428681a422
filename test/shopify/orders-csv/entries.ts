// Which rows make one order. The first row of an order carries its amounts, the rows below it only further lines; ids, and
// where there are none the time of the order, tell apart two orders of one name.
import type { Cell } from "./amounts.ts";
import type { Header, Row } from "./rows.ts";
import type { TableRow } from "./table.ts";
import { shown, type Refuse } from "./unreadable.ts";

export interface LineCells {
  line: number;
  name: string;
  sku: string;
  quantity: number;
  price: Cell;
  discount: Cell;
  /** The row is one of the order's rows word for word, its amounts too: a line of the same goods, or a copy. */
  repeats: boolean;
  /** Neither shipped nor taxed, as gift cards and tips are. */
  bare: boolean;
}

export interface Entry {
  row: Row;
  line: number;
  lines: LineCells[];
}

/** What was seen of the file as a whole. */
export interface Entries {
  entries: Entry[];
  /** Orders that stood in the file once more, word for word. */
  repeated: number;
  /** Names that more than one order has. */
  sharedNames: string[];
}

/** Rows of one order stand together in an export; spreadsheets that sort it part them. */
const SORTED =
  "was the file sorted in a spreadsheet? Export it again, or bring the rows of each order together";
/** GraphQL's Int, in which Shopify gives quantities. */
const MOST_UNITS = 2_147_483_647;

export class EntryReader {
  readonly #header: Header;
  readonly #refuse: Refuse;
  readonly #byKey = new Map<string, Entry>();
  readonly #names = new Map<string, number>();
  #current: { key: string; entry: Entry; again: boolean } | null = null;
  #repeated = 0;
  /** Read once the next row has come: a file that was cut off is cut in its last row. */
  #pending: TableRow | null = null;

  constructor(header: Header, refuse: Refuse) {
    this.#header = header;
    this.#refuse = refuse;
  }

  add(cells: TableRow): void {
    if (this.#pending) this.#read(this.#pending);
    this.#pending = cells;
  }

  /** `whole`: the file ends with a line end. */
  end(whole: boolean): Entries {
    const last = this.#pending;
    if (last) {
      if (!whole && this.#header.isShort(last))
        this.#refuse(last.line, null, "the file ends in the middle of a row; export it again");
      this.#read(last);
    }
    const sharedNames = Array.from(this.#names).flatMap(([name, orders]) => (orders > 1 ? name : []));
    return { entries: Array.from(this.#byKey.values()), repeated: this.#repeated, sharedNames };
  }

  #read(cells: TableRow): void {
    if (this.#header.isRepeatedBy(cells)) {
      // What follows is another export, even of the same order.
      this.#current = null;
      return;
    }
    const { line } = cells;
    const row = this.#header.row(cells, this.#refuse);
    if (row.Name === "") this.#refuse(line, "Name", "is empty; every row names its order");
    if (beginsOrder(row)) this.#begin(row, line);
    else if (this.#current?.entry.row.Name === row.Name) this.#addLine(row, line, false);
    else
      this.#refuse(
        line,
        "Name",
        `this row of ${shown(row.Name)} stands apart from its order's first row; ${SORTED}`,
      );
  }

  #begin(row: Row, line: number): void {
    for (const column of ["Created at", "Subtotal", "Total"] as const)
      if (row[column] === "") this.#refuse(line, column, "is empty");
    // A spreadsheet turns long ids into 5.8E+12, which is the same for many orders.
    const key = JSON.stringify([row.Name, /^\d+$/.test(row.Id) ? row.Id : row["Created at"]]);
    const known = this.#byKey.get(key);
    if (known && this.#current?.key === key && !this.#current.again) {
      // Some tools repeat the order's amounts on the row of every line.
      if (row.Total !== known.row.Total)
        this.#refuse(line, "Total", `another amount than on line ${known.line}, which has the same order`);
    } else if (known) {
      if (this.#current?.key !== key) this.#repeated++;
      this.#current = { key, entry: known, again: true };
    } else {
      const entry: Entry = { row, line, lines: [] };
      this.#byKey.set(key, entry);
      this.#names.set(row.Name, (this.#names.get(row.Name) ?? 0) + 1);
      this.#current = { key, entry, again: false };
    }
    this.#addLine(row, line, known !== undefined);
  }

  #addLine(row: Row, line: number, repeats: boolean): void {
    if (!this.#current) return;
    const added = this.#line(row, line);
    if (!added) return;
    const { entry, again } = this.#current;
    const same = entry.lines.some((known) => isSame(known, added));
    if (!again) entry.lines.push({ ...added, repeats: repeats && same });
    else if (!same)
      this.#refuse(
        line,
        "Name",
        `this line of ${shown(row.Name)} stands apart from its order's first row; ${SORTED}`,
      );
  }

  /** Null: a further payment, which has a row without a line, or a line that was removed. */
  #line(row: Row, line: number): LineCells | null {
    const text = row["Lineitem quantity"];
    if (text === "" && row["Lineitem price"] === "") return null;
    const quantity = /^\d{1,12}([.,]0+)?$/.test(text) ? Number(text.replace(/[.,].*/, "")) : NaN;
    if (!(quantity <= MOST_UNITS))
      this.#refuse(line, "Lineitem quantity", `expected a whole number of units, not ${shown(text)}`);
    if (quantity > 0 && row["Lineitem price"] === "") this.#refuse(line, "Lineitem price", "is empty");
    if (quantity === 0) return null;
    return {
      line,
      name: row["Lineitem name"],
      sku: row["Lineitem sku"],
      quantity,
      price: { line, column: "Lineitem price", text: row["Lineitem price"] },
      discount: { line, column: "Lineitem discount", text: row["Lineitem discount"] },
      repeats: false,
      bare: isFalse(row["Lineitem requires shipping"]) && isFalse(row["Lineitem taxable"]),
    };
  }
}

const beginsOrder = (row: Row): boolean =>
  [row.Total, row.Subtotal, row.Currency, row["Financial Status"]].some((cell) => cell !== "");

/** Spreadsheets write it in capitals, and in their own language. */
const isFalse = (text: string): boolean =>
  ["false", "falsch", "faux", "falso", "onwaar", "falskt", "falsk", "fałsz", "no"].includes(
    text.toLowerCase(),
  );

const isSame = (a: LineCells, b: LineCells): boolean =>
  a.name === b.name && a.sku === b.sku && a.quantity === b.quantity && a.price.text === b.price.text;
