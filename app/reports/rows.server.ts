// The rows behind a figure as a page and the API show them: what each column is called, and how many there are of them.
import type { FoundRow, RowsPage } from "../explain/rows.server.ts";
import { declaredId } from "../kpis/catalogue.ts";
import { hasDays, type RowColumn, type RowList } from "../kpis/compile/row-lists.ts";
import type { RowsFilter } from "../kpis/compile/rows.ts";
import { formatValue } from "../kpis/format.ts";
import { kpiLabel } from "../kpis/kpi-words.server.ts";
import { formatDay } from "../kpis/period.ts";
import { channelName } from "../kpis/value-names.server.ts";
import { type Reader, say, type WordId } from "../words/words.server.ts";
import { ROWS_PER_PAGE } from "./explain-address.ts";
import type { Column } from "./segment-table.server.ts";
import type { Picker } from "./toolbar.ts";
import type { Place } from "./wording.server.ts";

/** What is linked into the admin. */
export interface Linked {
  text: string;
  to: string | null;
}

export interface RowView {
  id: string;
  head: Linked;
  /** Whose an order is; null where that is no column. */
  customer: Linked | null;
  day: string | null;
  texts: readonly string[];
  values: readonly string[];
  /** The value in the middle of all, or one of two. */
  middle: string | null;
}

export interface RowsView {
  /** "449 orders". */
  count: string;
  /** What they add up to. */
  together: string | null;
  /** "Showing 1–50 of 449 orders", or that there are none. */
  showing: string;
  /** What the first column is. */
  head: string;
  customers: string | null;
  days: Column | null;
  texts: readonly string[];
  columns: readonly Column[];
  rows: readonly RowView[];
  page: number;
  pages: number;
}

const SPECIAL = {
  days: "explainColumn.days",
  happened: "explainColumn.happened",
  value: "explainColumn.value",
} as const satisfies Readonly<Record<string, WordId>>;
const isSpecial = (id: string): id is keyof typeof SPECIAL => Object.hasOwn(SPECIAL, id);

export const columnLabel = (place: Reader, { id }: RowColumn): string =>
  isSpecial(id) ? say(place, SPECIAL[id]) : kpiLabel(place, declaredId(id));

/** A page's table has what its sums are put together from, and not what that is put together from in turn. */
export const shownColumns = ({ columns }: RowList): RowColumn[] => columns.filter(({ depth }) => depth < 2);

/** Whether all rows are wanted, or those alone that add, or take away. */
export const signsPicker = (place: Reader, sign: RowsFilter["sign"]): Picker => ({
  ...{ name: "sign", label: say(place, "explainPage.sign"), selected: sign ?? "", usual: "" },
  choices: [
    { value: "", label: say(place, "explain.all") },
    { value: "positive", label: say(place, "explain.positive") },
    { value: "negative", label: say(place, "explain.negative") },
  ],
});

type KeyId = Extract<WordId, `explainKey.${string}`>;
/** Keys are columns that facts declare, each with its words. */
export const keyLabel = (place: Reader, key: string): string => say(place, `explainKey.${key}` as KeyId);

export function keyText(place: Place, key: string, value: string | null): string {
  if (value === null) return say(place, "explain.nothing");
  if (key === "day") return formatDay(value, place.locale);
  return key === "channel" ? channelName(place, value) : value;
}

export function rowsCount(
  place: Reader,
  { rows, strangers }: Pick<RowList, "strangers"> & { rows: Pick<RowList["rows"], "of"> },
  n: number,
): string {
  const isMixed = rows.of === "customers" && strangers;
  return say(place, isMixed ? "explainRows.customersAndGuests" : `explainRows.${rows.of}`, { n });
}

export function rowsView(
  { list, keys, sort, all, found, rows }: RowsPage,
  page: number,
  place: Place,
  today: string,
): RowsView {
  const { locale } = place;
  const sorted = (id: string) => (sort.by === id ? (sort.descending ? "descending" : "ascending") : "none");
  const columns = shownColumns(list);
  const places = columns.map((column) => list.columns.indexOf(column));
  const isOfOrders = list.rows.of === "orders" || list.rows.of === "values";
  const isFiltered = found.rows !== all.rows;
  const first = (page - 1) * ROWS_PER_PAGE + 1;
  const sums = list.sums.map(({ name }) => list.columns.findIndex(({ id }) => id === name));
  const told = isFiltered ? found : all;
  return {
    count: rowsCount(place, list, all.rows),
    together:
      sums.length === 0 || told.rows === 0
        ? null
        : say(place, "explain.adds", {
            sums: [...new Set(sums)]
              .map((index) => {
                const column = list.columns[index];
                return column === undefined
                  ? ""
                  : say(place, "explain.sum", {
                      what: columnLabel(place, column),
                      value: formatValue(told.sums[index] ?? 0, column.unit, place),
                    });
              })
              .join(", "),
          }),
    showing:
      found.rows === 0
        ? say(place, all.rows === 0 ? "explain.none" : "explain.noneFound")
        : say(place, "explain.showing", {
            ...{ first, last: first + rows.length - 1 },
            rows: isFiltered
              ? say(place, "explain.found", {
                  found: rowsCount(place, list, found.rows),
                  rows: rowsCount(place, list, all.rows),
                })
              : rowsCount(place, list, all.rows),
          }),
    head:
      keys.length > 0
        ? keyLabel(place, keys[0] ?? "")
        : say(place, isOfOrders ? "explainColumn.order" : "explainColumn.customer"),
    customers: isOfOrders ? say(place, "explainColumn.customer") : null,
    days: hasDays(list)
      ? {
          id: "day",
          label: say(place, isOfOrders ? "explainColumn.moved" : "explainColumn.since"),
          ...{ help: "", sorted: sorted("day") },
        }
      : null,
    texts: keys.slice(1).map((key) => keyLabel(place, key)),
    columns: columns.map((column) => ({
      ...{ id: column.id, label: columnLabel(place, column), help: "", sorted: sorted(column.id) },
    })),
    rows: rows.map((row) => ({
      id: rowId(row),
      head: headOf(row, keys, place),
      customer: isOfOrders ? customerOf(row.customer, place) : null,
      day: row.days === null ? null : daysText(row.days, locale, today, place),
      texts: row.key.slice(1).map((text, index) => keyText(place, keys[index + 1] ?? "", text)),
      values: places.map((index) =>
        formatValue(row.values[index] ?? 0, list.columns[index]?.unit ?? "count", place),
      ),
      middle: row.middle ? say(place, "explain.middle") : null,
    })),
    page,
    pages: Math.max(1, Math.ceil(found.rows / ROWS_PER_PAGE)),
  };
}

const rowId = ({ order, customer, key }: FoundRow): string =>
  key.length > 0 ? key.join(" ") : `${order ?? ""} ${customer ?? ""}`;

function headOf(
  { order, orderName, customer, key }: FoundRow,
  keys: readonly string[],
  place: Place,
): Linked {
  if (key.length > 0) return { text: keyText(place, keys[0] ?? "", key[0] ?? null), to: null };
  if (order === null) return customerLink(customer ?? 0, place);
  return orderLink(order, { name: orderName, isGuest: customer === null }, place);
}

/** @param name as the shop calls it; null where it is not kept */
export function orderLink(
  id: number,
  { name, isGuest }: { name: string | null; isGuest: boolean },
  place: Place,
): Linked {
  const order = name ?? String(id);
  const text = say(place, isGuest ? "explain.guestOrder" : "explain.order", { order });
  return { text, to: `orders/${id}` };
}

const customerLink = (id: number, place: Place): Linked => ({
  text: say(place, "explain.customer", { id: String(id) }),
  to: `customers/${id}`,
});

export const customerOf = (customer: number | null, place: Place): Linked =>
  customer === null ? { text: say(place, "explain.noCustomer"), to: null } : customerLink(customer, place);

export function daysText(
  { first, last }: { first: string; last: string },
  locale: string,
  today: string,
  place: Place,
): string {
  const day = (of: string) => formatDay(of, locale, today);
  return first === last ? day(first) : say(place, "explain.usualDay", { first: day(first), last: day(last) });
}
