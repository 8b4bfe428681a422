// The sums that a cut's rows have in two periods, and what they would be without one of the random groups of customers: how sure
// something is that is worked out from them, whatever it is.
import type { Reading, Row } from "../warehouse/warehouse.server.ts";
import { askCells, cellFrom } from "./cells.server.ts";
import { compileCells } from "./compile/cells.ts";
import type { Slice } from "./compile/contributions.ts";
import { type Grouping, waysOf, type Within } from "./compile/groups.ts";
import { compileOrderCells } from "./compile/order-cells.ts";
import { isFollowed, isOutside } from "./compile/parts.ts";
import { PRESENCE, PRESENCE_SUMS, type Presence, presences } from "./compile/presence.ts";
import { compileFollowed, followingsOf } from "./compile/followed.ts";
import { RANDOM_GROUP, randomGroup, RANDOM_GROUPS } from "./compile/random-groups.ts";
import { term } from "./compile/terms.ts";
import type { OrderCut } from "./cuts/orders.ts";
import type { Cell, Slice as SliceName } from "./sums.ts";

/** `group`: of one random group; null: nobody's. */
export interface GroupCell extends Cell {
  group: number | null;
  /** Who bought in which period, where that was asked for. */
  who?: Presence;
}

const isPresence = (value: unknown): value is Presence => presences.some((who) => who === value);

const groupCell = (row: Row, idOf: (value: unknown) => string): GroupCell => {
  const who = row[PRESENCE];
  return {
    ...cellFrom(row, row["segment_then"], idOf),
    group: Number(row[RANDOM_GROUP]),
    ...(isPresence(who) ? { who } : {}),
  };
};

/** The cells of what customers are followed for, of one period, by random group: a list for each way of grouping. */
async function askFollowed(
  facts: Reading,
  names: readonly string[],
  grouping: Grouping,
  of: readonly [SliceName, Slice],
  last: string,
): Promise<GroupCell[][]> {
  const found = await Promise.all(
    followingsOf(names).map(async (following) => {
      const byGroup = () => randomGroup("b.owner");
      const { sql, params, idOf } = compileFollowed(following, names, grouping, of, last, byGroup);
      const rows = await facts.query<Row>(sql, params);
      return rows.map((row) => ({
        way: Number(row["way"]),
        // Of a segment, in whichever period: nobody begins in both.
        cell: { ...cellFrom(row, row["segment_now"], idOf), group: Number(row["bucket"]) },
      }));
    }),
  );
  return Array.from({ length: waysOf(grouping) }, (_, way) =>
    found.flatMap((cells) => cells.filter((each) => each.way === way).map(({ cell }) => cell)),
  );
}

/**
 * Cells of sums: a list for each way of grouping.
 * @param last the last day that is wholly known
 * @param withPresence apart by who bought in which period, too
 */
export async function askGroupCells(
  facts: Reading,
  names: readonly string[],
  grouping: Grouping,
  [now, then]: readonly [Slice, Slice],
  { last, withPresence }: { last: string; withPresence: boolean },
): Promise<GroupCell[][]> {
  const owned = [
    ...names.filter((name) => !isOutside(name) && !isFollowed(name)),
    ...(withPresence ? PRESENCE_SUMS : []),
  ];
  const { sql, params, idOf } = compileCells(
    owned,
    grouping,
    ...([now, then, withPresence ? "presence" : "random_groups"] as const),
  );
  const whole = names.filter(isOutside);
  const followed = names.filter(isFollowed);
  const [rows, beside, ...followings] = await Promise.all([
    facts.query<Row>(sql, params),
    whole.length === 0 ? [] : askCells(facts, whole, grouping, now, then, last),
    askFollowed(facts, followed, grouping, ["now", now], last),
    askFollowed(facts, followed, grouping, ["then", then], last),
  ]);
  const told = new Set(whole.flatMap((name) => [term.sum(name, "now"), term.sum(name, "then")]));
  return Array.from({ length: waysOf(grouping) }, (_, way) => [
    ...rows.filter((row) => Number(row["way"]) === way).map((row) => groupCell(row, idOf)),
    ...followings.flatMap((lists) => lists[way] ?? []),
    // The statement beside has the headcount once more.
    ...(beside[way] ?? []).map((cell) => ({
      ...cell,
      terms: Object.fromEntries(Object.entries(cell.terms).filter(([name]) => told.has(name))),
      group: null,
    })),
  ]);
}

/** Cells of sums over orders by orders' own groups. */
export async function askGroupOrderCells(
  facts: Reading,
  names: readonly string[],
  of: { cut: OrderCut; within: Within | undefined },
  [now, then]: readonly [Slice, Slice],
): Promise<GroupCell[]> {
  const { sql, params } = compileOrderCells(names, of, now, then, "random_groups");
  return (await facts.query<Row>(sql, params)).map((row) => ({ ...groupCell(row, String), ofOrders: true }));
}

/** A sum of a row in one period, whole or without one random group. */
export type SumOf = (name: string, slice: SliceName, without?: number | null) => number;

/** The sums of the cells whose segment, or whose presence, `holds`. What is left without a group stands for all: it is as much larger. */
export function sumsOfRow(
  cells: readonly GroupCell[],
  holds: (segment: string, cell: GroupCell) => boolean,
): SumOf {
  const bySum = new Map<string, { whole: number; groups: Float64Array }>();
  for (const cell of cells)
    for (const slice of ["now", "then"] as const) {
      if (cell.span !== undefined || !holds(cell[slice], cell)) continue;
      for (const [name, value] of Object.entries(cell.terms)) {
        if (!name.endsWith(`_${slice}`)) continue;
        const known = bySum.get(name) ?? { whole: 0, groups: new Float64Array(RANDOM_GROUPS) };
        bySum.set(name, known);
        if (cell.group === null) known.whole += value;
        else known.groups[cell.group] = (known.groups[cell.group] ?? 0) + value;
      }
    }
  return (name, slice, without = null) => {
    const found = bySum.get(term.sum(name, slice));
    if (found === undefined) return 0;
    const { whole, groups } = found;
    const all = groups.reduce((sum, group) => sum + group, 0);
    if (without === null) return whole + all;
    return whole + ((all - (groups[without] ?? 0)) * RANDOM_GROUPS) / (RANDOM_GROUPS - 1);
  };
}
