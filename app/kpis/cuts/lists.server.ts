// Asks for what a cut's rows are made of: lists of cells, and which of them each row is read from.
import { UnknownSegment } from "../../errors.ts";
import type { Reading, ShopView } from "../../warehouse/warehouse.server.ts";
import type { RowKind, RowName, SegmentAnswer } from "../answer.ts";
import { declarations, HEADCOUNT, type KpiId, type SegmentationId } from "../catalogue.ts";
import { askCells, askOrderCells } from "../cells.server.ts";
import type { Slice } from "../compile/contributions.ts";
import { type Grouping, wholeShop, type Within } from "../compile/groups.ts";
import { NOBODY } from "../compile/outside.ts";
import { term } from "../compile/terms.ts";
import { askGroupCells, askGroupOrderCells, type GroupCell } from "../grouped-sums.server.ts";
import { isOfOrders } from "../declared.ts";
import { segmentOf } from "../member-lists.server.ts";
import { listed, segmentationOf, type Written } from "../segmentations.ts";
import {
  FIRST_TIME,
  GUEST,
  IN_SET,
  NO_ORDER,
  NOT_IN_SET,
  OUTSIDE,
  TOTAL,
  UNGROUPED,
} from "../segmentations/segmentation.ts";
import type { Cell } from "../sums.ts";
import type { Cut } from "./cut.ts";
import { listedOrders, orderCutOf } from "./orders.ts";
import { leavesOf } from "./rule.ts";

/** A row of the answer, before its figures. */
export interface RowPlan extends Pick<SegmentAnswer, "id" | "name"> {
  kind: RowKind;
  /** Which list of cells it is read from. */
  list: number;
  holds: (segment: string) => boolean;
  others?: RowPlan;
}

/** Of every list: who is in a segment at the instant. */
export type Headcounts = readonly ReadonlyMap<string, number>[];

export const withinOf = ({ within }: Cut): Within | undefined =>
  within && { segmentation: segmentationOf(within.segmentation), segment: within.segment };

function groupingOf(cut: Cut): Grouping {
  const within = withinOf(cut);
  const inside = within === undefined ? {} : { within };
  switch (cut.of) {
    case "customers":
      return { kind: "segments", segmentation: segmentationOf(cut.by), ...inside };
    case "sets":
      if (cut.sets.length > 0) return { kind: "sets", rules: cut.sets.map(({ rule }) => rule), ...inside };
      return { ...wholeShop, ...inside };
    case "orders":
      return { ...wholeShop, ...inside };
  }
}

const OF_ORDERS = 1;

/** Which of the KPIs a group of orders has. */
export const isByOrder = (id: KpiId): boolean => isOfOrders(declarations, id);

/** The cells of a question, list by list. Of groups of orders: those of all customers first. */
export async function askLists(
  facts: Reading,
  ids: readonly KpiId[],
  cut: Cut,
  [now, then]: readonly [Slice, Slice | null],
  last: string,
): Promise<readonly (readonly Cell[])[]> {
  const lists = askCells(facts, ids, groupingOf(cut), now, then, last);
  if (cut.of !== "orders") return lists;
  const own = [...new Set<KpiId>(["orders", ...ids.filter(isByOrder)])];
  const groups = askOrderCells(facts, own, { cut: orderCutOf(cut.by), within: withinOf(cut) }, now, then);
  const [all, grouped] = await Promise.all([lists, groups]);
  return [...all, grouped];
}

/**
 * The same of sums, by random groups of customers.
 * @param names sums over orders alone where the cut is of orders
 */
export async function askGroupLists(
  facts: Reading,
  names: readonly string[],
  cut: Cut,
  slices: readonly [Slice, Slice],
  how: { last: string; withPresence: boolean },
): Promise<readonly (readonly GroupCell[])[]> {
  if (cut.of !== "orders") return askGroupCells(facts, [...names, HEADCOUNT], groupingOf(cut), slices, how);
  const of = { cut: orderCutOf(cut.by), within: withinOf(cut) };
  const inside = of.within === undefined ? {} : { within: of.within };
  const [whole = [], groups] = await Promise.all([
    how.withPresence
      ? askGroupCells(facts, [...names, HEADCOUNT], { ...wholeShop, ...inside }, slices, how).then(
          ([cells]) => cells,
        )
      : [],
    askGroupOrderCells(facts, [...new Set(["orders", ...names])], of, slices),
  ]);
  return [whole, groups];
}

/** How many of what a list's segments consist of: customers at the instant, or orders of the period. */
function countsOf(cells: readonly Cell[], of: string): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { now, terms, span } of cells) {
    if (span !== undefined || now === NOBODY || now === OUTSIDE.id) continue;
    counts.set(now, (counts.get(now) ?? 0) + (terms[term.sum(of, "now")] ?? 0));
  }
  return counts;
}

/** Adds segments that only the compared period has, with nobody in them. */
function withThen(counts: Map<string, number>, cells: readonly Cell[]): Map<string, number> {
  for (const { then, span } of cells)
    if (span === undefined && then !== NOBODY && then !== "" && then !== OUTSIDE.id && !counts.has(then))
      counts.set(then, 0);
  return counts;
}

/** The rows of an answer. `compared`: the lists in which the compared period is, null without one. */
export function planRows(
  cut: Cut,
  lists: readonly (readonly Cell[])[],
  compared: readonly (readonly Cell[])[] | null,
  names: { total: RowName; written: Written },
): { total: RowPlan; rows: RowPlan[]; members: Headcounts } {
  const counts = (list: number, of: string) => {
    const found = countsOf(lists[list] ?? [], of);
    return compared === null ? found : withThen(found, compared[list] ?? []);
  };
  const members = lists.map((_, list) => counts(list, HEADCOUNT));
  const isInside = cut.within === undefined ? () => true : (segment: string) => segment !== OUTSIDE.id;
  const total: RowPlan =
    cut.within === undefined
      ? { id: TOTAL.id, name: { fixed: TOTAL.id }, kind: "total", list: 0, holds: isInside }
      : { id: cut.within.segment, name: names.total, kind: "within", list: 0, holds: isInside };
  const row = (id: string, name: RowName, kind: RowKind, list = 0): RowPlan => ({
    ...{ id, name, kind, list },
    holds: (segment) => segment === id,
  });
  switch (cut.of) {
    case "customers": {
      const segments = listed(cut.by, members[0] ?? new Map(), names.written);
      const others = [
        row(FIRST_TIME.id, { fixed: FIRST_TIME.id }, "first_time"),
        row(NO_ORDER.id, { fixed: NO_ORDER.id }, "not_bought"),
        row(GUEST.id, { fixed: GUEST.id }, "guest"),
      ];
      return {
        ...{ total, members },
        rows: [
          ...segments.map(({ id, name }) => row(id, name, id === UNGROUPED.id ? "ungrouped" : "segment")),
          ...(cut.within === undefined ? others : []),
        ],
      };
    }
    case "sets":
      return {
        ...{ total, members },
        rows: cut.sets.map(({ id, label }, list) => ({
          ...{ id, name: { own: label }, kind: "set", list },
          holds: (segment) => segment === IN_SET.id,
          others: {
            ...{ id: NOT_IN_SET.id, name: { fixed: NOT_IN_SET.id }, kind: "others", list },
            holds: (segment) => segment !== IN_SET.id && isInside(segment),
          },
        })),
      };
    case "orders":
      return {
        ...{ total, members },
        rows: listedOrders(cut.by, counts(OF_ORDERS, "orders")).map(({ id, name }) =>
          row(id, name, "orders", OF_ORDERS),
        ),
      };
  }
}

/** Who is in a row at the instant; null of what consists of no customers. */
export function membersOf({ kind, list, holds }: RowPlan, members: Headcounts): number | null {
  if (kind === "guest" || kind === "first_time" || kind === "orders") return null;
  let sum = 0;
  for (const [segment, count] of members[list] ?? []) if (holds(segment)) sum += count;
  return sum;
}

/** Segments that a cut speaks of and that must be there at an instant for it to mean anything. */
function segmentsIn(cut: Cut) {
  const named = cut.of === "sets" ? cut.sets.flatMap(({ rule }) => leavesOf(rule)) : [];
  return [...(cut.within === undefined ? [] : [cut.within]), ...named.filter((each) => "segment" in each)];
}

const isRecency = (id: SegmentationId) => {
  const declared = segmentationOf(id);
  return declared.kind === "ruled" && declared.rhythm === true;
};

/** Whether who is in a row depends on how long ago customers ordered. */
export function isByRecency(cut: Cut, kind: RowKind): boolean {
  if (cut.within !== undefined && isRecency(cut.within.segmentation)) return true;
  if (cut.of === "customers") return kind === "segment" && isRecency(cut.by);
  const leaves = cut.of === "sets" && kind !== "within" ? cut.sets.flatMap(({ rule }) => leavesOf(rule)) : [];
  return leaves.some((each) => {
    if ("segment" in each) return isRecency(each.segmentation);
    return "ordered" in each || ("since" in each && each.since === "last_day");
  });
}

/**
 * Whether customers were in groups at an instant as far as a cut speaks of them; a shop may have been too small for its
 * segmentation then.
 */
export async function isGroupedAt(
  view: ShopView,
  cut: Cut,
  instant: { on: string; until: string },
): Promise<boolean> {
  for (const { segmentation, segment } of segmentsIn(cut)) {
    const declared = segmentationOf(segmentation);
    if (declared.kind !== "ruled" || declared.minimum === undefined) continue;
    try {
      await segmentOf(view, segmentation, segment, instant);
    } catch (error) {
      if (error instanceof UnknownSegment) return false;
      throw error;
    }
  }
  return true;
}

/** What the total of a cut is called within a segment. Throws UnknownSegment. */
export async function nameWithin(
  view: ShopView,
  { within }: Cut,
  instant: { on: string; until: string },
): Promise<RowName> {
  if (within === undefined) return { fixed: TOTAL.id };
  return (await segmentOf(view, within.segmentation, within.segment, instant)).name;
}
