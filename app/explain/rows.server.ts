// The rows behind one figure: orders, customers, or a fact's own, each with what it adds, so that all of them are the figure.
import { BadInput } from "../errors.ts";
import type { Reason, RowKind } from "../kpis/answer.ts";
import { cached } from "../kpis/cache.server.ts";
import type { KpiId } from "../kpis/catalogue.ts";
import { lastWhole } from "../kpis/comparison.server.ts";
import type { Slice } from "../kpis/compile/contributions.ts";
import { wholeShop } from "../kpis/compile/groups.ts";
import { type RowList, rowListsOf, type Side, sortsOf } from "../kpis/compile/row-lists.ts";
import type { Holds, RowGroups, RowsAsked } from "../kpis/compile/found-rows.ts";
import {
  compileAllRows,
  compileRows,
  type RowsFilter,
  type RowsOrder,
  totalColumn,
} from "../kpis/compile/rows.ts";
import type { Cut } from "../kpis/cuts/cut.ts";
import { withinOf } from "../kpis/cuts/lists.server.ts";
import { orderCutOf } from "../kpis/cuts/orders.ts";
import { factsOfKpis } from "../kpis/loaded.server.ts";
import { IN_SET, OUTSIDE } from "../kpis/segmentations/segmentation.ts";
import { FIRST_TIME, GUEST, segmentationOf } from "../kpis/segmentations.ts";
import type { Reading, Row, ShopView } from "../warehouse/warehouse.server.ts";

/** Of all customers: whoever is no guest, or had ordered by the instant. */
type Customers = "known" | "before";

/** Whom each of these leaves out. */
const LEFT_OUT: Readonly<Record<Customers, readonly string[]>> = {
  known: [GUEST.id],
  before: [FIRST_TIME.id, GUEST.id],
};

/** Groups that stand beside the rows of any cut. */
const BESIDE: readonly string[] = ["ungrouped", "first_time", "not_bought", "guest"] satisfies RowKind[];

/** One figure: of a KPI, in a row of a cut, in a slice. */
export interface CellRef {
  kpi: KpiId;
  /** A sum that it is worked out from, in its place; null: the KPI itself. */
  part: string | null;
  cut: Cut;
  row: { id: string; kind: RowKind | Customers };
  slice: Slice;
  /** Shop-local civil day. */
  today: string;
}

export interface RowsWanted extends RowsFilter {
  side: Side | null;
  /** A column's id, or the day; null: what the side adds up, the largest first. */
  sort: { by: string; descending: boolean } | null;
}

export interface FoundRow {
  /** Null of what is no order, or of nobody's. */
  order: number | null;
  /** As the shop calls it; null where it is not kept. */
  orderName: string | null;
  customer: number | null;
  /** The first and the last day on which it moved. */
  days: { first: string; last: string } | null;
  /** What is nobody's, by its key. */
  key: readonly (string | null)[];
  /** One for each column. */
  values: readonly number[];
  /** Whether it is in the middle of all values, or beside it. */
  middle: boolean;
}

export interface RowsPage {
  list: RowList;
  lists: readonly RowList[];
  /** What a row of nobody's is told apart by. */
  keys: readonly string[];
  sort: { by: string; descending: boolean };
  /** How many there are, and what they add up to, column by column. */
  all: { rows: number; sums: readonly number[] };
  /** The same of those that the filter lets through. */
  found: { rows: number; sums: readonly number[] };
  rows: readonly FoundRow[];
}

/** Whether there are rows all the same where a figure has no value. */
export const isListed = (reason: Reason | null): boolean =>
  reason === null || ["no_value", "not_positive", "not_mature", "too_large"].includes(reason);

export const listFor = ({ kpi, part }: CellRef, side: Side | null): { list: RowList; lists: RowList[] } => {
  const lists = rowListsOf(part ?? kpi).map((each) => ({
    ...each,
    // A part of a figure is of the same people.
    strangers: each.strangers && rowListsOf(kpi).every(({ strangers }) => strangers),
  }));
  const [first] = lists;
  const list = side === null ? first : lists.find(({ sums }) => sums.some((sum) => sum.side === side));
  if (list !== undefined) return { list, lists };
  const known = lists.flatMap(({ sums }) => sums.map((sum) => sum.side));
  throw new BadInput(
    known.length === 0
      ? `"side" says nothing of what has no sides.`
      : `"side" must be one of ${known.join(", ")}, not "${side}".`,
  );
};

const EVERYONE: Holds = { not: [] };

function groupsOf({ cut, row: { id, kind } }: CellRef, { ofShop }: RowList): RowGroups {
  const within = withinOf(cut);
  const inside = within === undefined ? {} : { within };
  const everyone: RowGroups = { of: "customers", grouping: wholeShop, holds: EVERYONE };
  if (cut.of === "orders" && kind === "orders") {
    const orders = { of: "orders", cut: orderCutOf(cut.by) } as const;
    return ofShop ? { ...orders, within: undefined, group: null } : { ...orders, within, group: id };
  }
  if (ofShop || kind === "total") return everyone;
  if (kind === "within")
    return { of: "customers", grouping: { ...wholeShop, ...inside }, holds: { not: [OUTSIDE.id] } };
  if (kind === "known" || kind === "before")
    return { of: "customers", grouping: { ...wholeShop, ...inside }, holds: { not: LEFT_OUT[kind] } };
  if (cut.of !== "customers" && BESIDE.includes(kind))
    return { of: "customers", grouping: { ...wholeShop, ...inside }, holds: { is: id } };
  if (cut.of === "sets") {
    const isOthers = kind === "others";
    const named = isOthers ? id.slice(id.indexOf(":") + 1) : id;
    const set = cut.sets.find((each) => each.id === named);
    if (set === undefined) throw new Error(`no set is called "${named}"`);
    return {
      of: "customers",
      grouping: { kind: "sets", rules: [set.rule], ...inside },
      holds: isOthers ? { not: [IN_SET.id, OUTSIDE.id] } : { is: IN_SET.id },
    };
  }
  if (cut.of === "orders") throw new Error(`${kind} is no row of ${cut.by}`);
  return {
    of: "customers",
    grouping: { kind: "segments", segmentation: segmentationOf(cut.by), ...inside },
    holds: { is: id },
  };
}

function askedOf(view: ShopView, cell: CellRef, { side, sort }: RowsWanted) {
  const { kpi, slice, today } = cell;
  const { list, lists } = listFor(cell, side);
  const asked: RowsAsked = {
    list,
    groups: groupsOf(cell, list),
    slice,
    last: lastWhole(view.meta, [kpi], today),
  };
  const own = list.sums.find((sum) => sum.side === side)?.name ?? list.columns[0]?.id ?? "";
  const told = sort ?? { by: own, descending: true };
  const place = list.columns.findIndex(({ id }) => id === told.by);
  if (!sortsOf(list).includes(told.by))
    throw new BadInput(
      `"sort" must be one of ${sortsOf(list).join(", ")}, not "${told.by.slice(0, 40).toWellFormed()}".`,
    );
  const order: RowsOrder = { by: place < 0 ? "day" : place, descending: told.descending };
  return { asked, lists, sort: told, order };
}

/** One page of the rows. Throws BadInput. */
export async function rowsPage(
  view: ShopView,
  cell: CellRef,
  wanted: RowsWanted,
  { limit, offset }: { limit: number; offset: number },
): Promise<RowsPage> {
  const facts = factsOfKpis(view, [cell.kpi]);
  const { asked, lists, sort, order } = askedOf(view, cell, wanted);
  const question = ["rows", cell, asked.list.sums, wanted, limit, offset];
  return cached(facts, question, async () => {
    const { sql, params, keys } = compileRows(asked, wanted, order, { limit, offset });
    const rows = await facts.query<Row>(sql, params);
    const [first = {}] = rows;
    const told = (of: "all" | "found") => ({
      rows: Number(first[totalColumn("rows", of)] ?? 0),
      sums: asked.list.columns.map((_, place) => Number(first[totalColumn(place, of)] ?? 0)),
    });
    const all = told("all");
    return {
      ...{ list: asked.list, lists, keys, sort, all, found: told("found") },
      rows: rows
        .filter(({ id }) => id !== null && id !== undefined)
        .map((row) => rowOf(row, asked.list, keys, all.rows)),
    };
  });
}

/** All rows in batches, in the order of the page. Throws BadInput. */
export function rowsStream(
  view: ShopView,
  cell: CellRef,
  wanted: RowsWanted,
): { list: RowList; keys: readonly string[]; batches: () => AsyncIterable<FoundRow[]> } {
  const facts: Reading = factsOfKpis(view, [cell.kpi]);
  const { asked, order } = askedOf(view, cell, wanted);
  const { sql, params, keys } = compileAllRows(asked, wanted, order);
  async function* batches(): AsyncGenerator<FoundRow[]> {
    for await (const batch of facts.stream<Row>(sql, params))
      yield batch.map((row) => rowOf(row, asked.list, keys, null));
  }
  return { list: asked.list, keys, batches };
}

/** @param all how many values there are, where the middle one is to be told */
function rowOf(row: Row, { rows, columns }: RowList, keys: readonly string[], all: number | null): FoundRow {
  const id = Number(row["id"]);
  const owner = Number(row["owner"] ?? 0);
  const isOrder = rows.of === "orders" || rows.of === "values";
  const [first, last] = [row["first_day"], row["last_day"]];
  const place = rows.of === "values" && all !== null ? Number(row["place"]) - all * rows.quantile.at : null;
  return {
    order: rows.of === "nobodys" ? null : isOrder ? id : id < 0 ? -id : null,
    orderName: typeof row["order_name"] === "string" ? row["order_name"] : null,
    customer: owner > 0 ? owner : null,
    days: typeof first === "string" && typeof last === "string" ? { first, last } : null,
    key: keys.map((_, index) => {
      const text = row[`k${index}`];
      return text === null || text === undefined ? null : String(text);
    }),
    values: columns.map((_, index) => Number(row[`v${index}`] ?? 0)),
    middle: place !== null && place >= 0 && place <= 1,
  };
}
