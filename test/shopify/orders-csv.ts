// Makes a shop of Shopify's order-export CSV. What is in the file holds; what is not in it is said, never made up; and
// what cannot be understood is refused in one sentence with its place.
import { Amounts, type Cell } from "./orders-csv/amounts.ts";
import { EntryReader, type Entry } from "./orders-csv/entries.ts";
import { explain } from "./orders-csv/explain.ts";
import { isCurrency } from "./orders-csv/names.ts";
import { peopleOf } from "./orders-csv/people.ts";
import { place, type Book, type Dated } from "./orders-csv/place.ts";
import { Header, type Column } from "./orders-csv/rows.ts";
import { limits, notes, type Understood } from "./orders-csv/said.ts";
import { tableRows } from "./orders-csv/table.ts";
import { readText } from "./orders-csv/text.ts";
import { timeZoneOf } from "./orders-csv/time-zone.ts";
import { Times, type Time } from "./orders-csv/times.ts";
import { refuseIn, shown, UnreadableCsv, type Refuse } from "./orders-csv/unreadable.ts";
import { Shop } from "./shop.ts";
import { decimalsOf } from "./shop/money.ts";

export { UnreadableCsv };

export interface CsvShop {
  shop: Shop;
  /** Sentences that say how the file was understood. */
  notes: string[];
  /** Sentences that say what the file cannot tell, and which figures that limits. */
  limits: string[];
}

interface CsvOptions {
  /** No time of the file is later. */
  now: Date | string;
  handle?: string;
  /** In place of the one that the file's offsets tell. */
  timeZone?: string;
  clock?: () => Date;
}

const MONEY_COLUMNS = ["Subtotal", "Shipping", "Taxes", "Total", "Duties", "Refunded Amount"] as const;

/** Throws UnreadableCsv. */
export async function shopFromOrdersCsv(path: string, options: CsvOptions): Promise<CsvShop> {
  const refuse = refuseIn(path);
  const file = await readText(path);
  let header: Header | null = null;
  let reader: EntryReader | null = null;
  for await (const row of tableRows(file, refuse)) {
    if (header !== null) reader?.add(row);
    else {
      header = new Header(row, refuse);
      reader = new EntryReader(header, refuse);
    }
  }
  const entries = reader?.end(file.text.endsWith("\n"));
  if (!header || !entries) throw new UnreadableCsv(path, 1, "the file is empty");
  if (entries.entries.length === 0) throw new UnreadableCsv(path, 1, "the file holds no order");

  const { currency, kept, others } = byCurrency(entries.entries, refuse);
  const decimals = decimalsOf(currency);
  const times = new Times(
    { timeZone: options.timeZone ?? null, now: new Date(options.now).getTime() },
    refuse,
  );
  const seen: Time[] = [];
  const timed = kept.map((entry) => {
    const read = (column: Column) => times.read({ line: entry.line, column, text: entry.row[column] });
    const all = {
      created: read("Created at"),
      cancelled: read("Cancelled at"),
      fulfilled: read("Fulfilled at"),
    };
    seen.push(...Object.values(all).filter((time) => time !== null));
    return { entry, ...all };
  });
  timed.sort((a, b) => (a.created?.epoch ?? 0) - (b.created?.epoch ?? 0));
  const ordered = timed.map(({ entry }) => entry);
  const amounts = new Amounts(moneyCells(ordered), refuse);
  const plans = explain(ordered, amounts, decimals);
  const people = peopleOf(ordered.map(({ row }) => row));
  const orders = timed.map(({ created, cancelled, fulfilled }, at): Dated => {
    const plan = plans[at];
    if (!plan) throw new Error("Every order has a plan.");
    return {
      plan,
      person: people[at] ?? null,
      at: iso(created) ?? "",
      cancelledAt: iso(cancelled),
      fulfilledAt: iso(fulfilled),
    };
  });
  const understood: Understood = {
    header,
    encoding: file.encoding,
    timeZone: chosenZone(options.timeZone, seen),
    entries,
    amounts,
    currency,
    decimals,
    leftOut: leftOut(others, refuse),
    orders,
  };
  return { shop: fill(understood, options), notes: notes(understood), limits: limits(understood) };
}

const iso = (time: Time | null): string | null => (time === null ? null : new Date(time.epoch).toISOString());

function chosenZone(given: string | undefined, seen: readonly Time[]): Understood["timeZone"] {
  if (given !== undefined) return { name: given, reason: "as --time-zone says" };
  const found = timeZoneOf(seen);
  return found === null
    ? { name: "UTC", reason: "the file has no times" }
    : { name: found.timeZone, reason: `${found.reason}. Another one: --time-zone` };
}

/** The currency of most orders; the earlier in the file of two. */
function byCurrency(
  entries: readonly Entry[],
  refuse: Refuse,
): { currency: string; kept: Entry[]; others: Map<string, Entry[]> } {
  const groups = new Map<string, Entry[]>();
  for (const entry of entries) {
    const code = entry.row.Currency.toUpperCase();
    if (!isCurrency(code))
      refuse(
        entry.line,
        "Currency",
        code === "" ? "is empty" : `${shown(entry.row.Currency)} is no currency that Shopify knows`,
      );
    const group = groups.get(code);
    if (group) group.push(entry);
    else groups.set(code, [entry]);
  }
  const [most] = [...groups].sort(([, a], [, b]) => b.length - a.length);
  if (!most) throw new Error("A file without orders has no currency.");
  groups.delete(most[0]);
  return { currency: most[0], kept: most[1], others: groups };
}

function leftOut(others: ReadonlyMap<string, Entry[]>, refuse: Refuse): Understood["leftOut"] {
  return Array.from(others, ([currency, entries]) => {
    const decimals = decimalsOf(currency);
    const amounts = new Amounts(moneyCells(entries), refuse);
    const total = entries.reduce(
      (sum, { line, row }) => sum + amounts.minor({ line, column: "Total", text: row.Total }, decimals),
      0,
    );
    return { currency, orders: entries.length, total, decimals };
  });
}

function* moneyCells(entries: readonly Entry[]): Generator<Cell> {
  for (const { row, line, lines } of entries) {
    for (const column of MONEY_COLUMNS) yield { line, column, text: row[column] };
    for (const { price, discount } of lines) {
      yield price;
      yield discount;
    }
  }
}

function fill({ orders, currency, timeZone }: Understood, options: CsvOptions): Shop {
  const including = orders.filter(({ plan }) => plan.taxesIncluded).length;
  const shop = new Shop({
    handle: options.handle ?? "imported",
    currency,
    timeZone: timeZone.name,
    createdAt: orders[0]?.at ?? options.now,
    taxesIncluded: including * 2 > orders.length,
    ...(options.clock ? { clock: options.clock } : {}),
  });
  const book: Book = { customers: new Map(), variants: new Map() };
  for (const order of orders) place(shop, order, book);
  return shop;
}
