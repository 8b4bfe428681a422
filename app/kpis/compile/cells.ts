// KPIs and a segmentation to one SQL statement whose text is the same on DuckDB and PostgreSQL. It answers one row per
// pair (segment in the period, segment in the compared period) with the sums from which every value, interval and change follows.
import { BOUGHT } from "../catalogue.ts";
import { customer, type FactId, type StateId } from "../facts/facts.ts";
import type { Level } from "../kpi.ts";
import { movedOf } from "./clusters.ts";
import { contribution, CUSTOMERS, heldAt, type Slice, type Sources, stateAt } from "./contributions.ts";
import { codesOf, type Grouping, groupsAt, perWay, segmentColumn, waysOf } from "./groups.ts";
import { rhythmAt } from "./members.ts";
import { periodBefore } from "../period.ts";
import { GUEST } from "../segmentations/segmentation.ts";
import { Params } from "./params.ts";
import { hasStrangers, movedFor, needsRhythm } from "./parts.ts";
import { PRESENCE, presence } from "./presence.ts";
import { severalWays } from "./several.ts";
import { RANDOM_GROUP, randomGroup } from "./random-groups.ts";
import { contributionsFor, type SliceName, sumColumns, term, termColumns } from "./terms.ts";

export interface Statement {
  sql: string;
  params: (string | number)[];
}

const KEY = `${CUSTOMERS}.${customer.key}`;

/** What customers moved, or had come to, in one slice: names of CTEs and aliases. */
const moved = (fact: FactId, slice: SliceName) => `moved_${fact}_${slice}`;
const alias = (fact: FactId, slice: SliceName) => `f_${fact}_${slice}`;

const movedBefore = (fact: FactId, slice: SliceName) => `before_${fact}_${slice}`;
const aliasBefore = (fact: FactId, slice: SliceName) => `b_${fact}_${slice}`;

/**
 * What a member had come to by the period's end: the state that made him a member and what flowed since where the two adjoin,
 * the state at the end otherwise.
 */
function reachedBy(
  { period, membersOn }: Slice,
  members: string,
  flow: (name: string) => string,
  atTheEnd: (state: Level["state"]) => string,
) {
  return ({ state, level, flow: name }: Level): string => {
    if (membersOn === period.to) return `${members}.${level}`;
    if (membersOn === period.from) return `${members}.${level} + COALESCE(${flow(name)}, 0)`;
    return `COALESCE(${atTheEnd(state)}.${level}, 0)`;
  };
}

/**
 * The aggregates of a row: all that ranges need; sums alone, of one random group of customers after the other, or of those by
 * who bought in which period besides; or how many customers are alike in all that they contributed.
 */
export type Aggregates = "moments" | "random_groups" | "presence" | "alike";

/**
 * KPIs in one statement; `then` is the compared period. `idOf` reads the segments of its rows; `way` says of which grouping a
 * row is.
 */
export function compileCells(
  ids: readonly string[],
  grouping: Grouping,
  now: Slice,
  then: Slice | null,
  aggregates: Aggregates = "moments",
): Statement & { idOf: (value: unknown) => string } {
  const { code, idOf } = codesOf(grouping);
  const ways = waysOf(grouping);
  const params = new Params();
  const slices: [SliceName, Slice][] = [
    ["now", now],
    ...(then === null ? [] : [["then", then] as [SliceName, Slice]]),
  ];
  const names = contributionsFor(ids);
  const { moved: facts, before } = movedFor([BOUGHT.of, ...names]);
  const hasRhythm = needsRhythm(names);
  const ctes: string[] = [];
  const joins: string[] = [];
  const isInGroups = aggregates === "random_groups" || aggregates === "presence";
  const customers: string[] = isInGroups ? [`${randomGroup(KEY)} AS ${RANDOM_GROUP}`] : [];
  // A stranger's `cluster` is of all facts in which he moved.
  const strangers: string[] = isInGroups ? [`${randomGroup("cluster")} AS ${RANDOM_GROUP}`] : [];
  const strangersFacts = [...facts.keys()].filter(hasStrangers);

  for (const [suffix, slice] of slices) {
    const groups = groupsAt(grouping, slice.membersOn, { suffix, key: KEY }, params, code);
    ctes.push(...groups.ctes);
    joins.push(...groups.joins);
    if (hasRhythm) ctes.push(...rhythmAt(params.day(slice.membersOn), suffix));
    for (const [fact, sums] of before) {
      const earlier = { period: periodBefore(slice.period) };
      ctes.push(`${movedBefore(fact, suffix)} AS (${movedOf(fact, sums, earlier, params)})`);
      joins.push(
        `LEFT JOIN ${movedBefore(fact, suffix)} AS ${aliasBefore(fact, suffix)} ON ${aliasBefore(fact, suffix)}.cluster = ${KEY}`,
      );
    }
    for (const [fact, sums] of facts) {
      ctes.push(`${moved(fact, suffix)} AS (${movedOf(fact, sums, slice, params)})`);
      joins.push(
        `LEFT JOIN ${moved(fact, suffix)} AS ${alias(fact, suffix)} ON ${alias(fact, suffix)}.cluster = ${KEY}`,
      );
    }
    const ends = new Set<string>();
    /** Joined once, whatever asks for it. */
    const atTheEnd = (state: StateId, join: typeof stateAt, prefix: string) => {
      const end = `${prefix}_${state}_${suffix}`;
      if (!ends.has(end)) joins.push(join(state, slice.period.to, end, KEY, params));
      ends.add(end);
      return end;
    };
    const ofCustomer = (fact: FactId) => alias(fact, suffix);
    const sources: Sources = {
      moved: ofCustomer,
      before: (fact) => aliasBefore(fact, suffix),
      g90: `(SELECT g90 FROM rhythm_${suffix})`,
      members: groups.members,
      membersOn: params.day(slice.membersOn),
      reached: reachedBy(
        slice,
        groups.members,
        (name) => contribution(name, sources),
        (state) => atTheEnd(state, stateAt, "e"),
      ),
      held: (state) => `${atTheEnd(state, heldAt, "h")}.owner IS NOT NULL`,
    };
    const bought = `${contribution(BOUGHT.of, sources)} >= ${BOUGHT.atLeast}`;
    customers.push(
      ...groups.segments(bought).map((segment, way) => `${segment} AS ${segmentColumn(suffix, way)}`),
      ...names.map((name) => `${contribution(name, sources)} AS ${name}_${suffix}`),
    );
    const theirs = {
      ...sources,
      members: null,
      moved: (fact: FactId) => (hasStrangers(fact) ? ofCustomer(fact) : null),
    };
    strangers.push(
      ...Array.from({ length: ways }, (_, way) => `${groups.stranger} AS ${segmentColumn(suffix, way)}`),
      ...names.map((name) => `${contribution(name, theirs)} AS ${name}_${suffix}`),
    );
  }

  const apart = (fact: FactId, suffix: SliceName) =>
    `(SELECT * FROM ${moved(fact, suffix)} WHERE cluster < 0) AS ${alias(fact, suffix)}`;
  const [one, ...others] = strangersFacts.flatMap((fact) => slices.map(([suffix]) => apart(fact, suffix)));
  ctes.push(`people AS (
  SELECT ${customers.join(",\n    ")}
  FROM ${customer.rows} AS ${CUSTOMERS}
  ${joins.join("\n  ")}
  UNION ALL
  SELECT ${strangers.join(",\n    ")}
  FROM ${[one, ...others.map((other) => `FULL JOIN ${other} USING (cluster)`)].join("\n  ")})`);

  const suffixes = slices.map(([suffix]) => suffix);
  if (aggregates === "alike") {
    const columns = names.flatMap((name) => suffixes.map((suffix) => `${name}_${suffix}`));
    const alike = (way: number) => {
      const segments = suffixes.map((suffix) => segmentColumn(suffix, way));
      const named = suffixes.map((suffix, index) => `${segments[index]} AS segment_${suffix}`);
      return `SELECT ${way} AS way, ${[...named, ...columns].join(", ")}, COUNT(*) AS ${term.customers}\nFROM people GROUP BY ${[...segments, ...columns].join(", ")}`;
    };
    return {
      sql: `WITH ${[...new Set(ctes)].join(",\n")}\n${perWay(ways, alike)}`,
      params: params.values,
      idOf,
    };
  }
  if (grouping.kind === "several" && !isInGroups) {
    const { ctes: beside, select } = severalWays(grouping, { ids, names, suffixes }, params);
    return {
      sql: `WITH ${[...new Set([...ctes, ...beside])].join(",\n")}\n${select}`,
      params: params.values,
      idOf,
    };
  }
  const terms = isInGroups ? sumColumns(ids, suffixes) : termColumns(ids, suffixes);
  const select = (way: number) => {
    const segments = slices.map(([suffix]) => segmentColumn(suffix, way));
    const who = aggregates === "presence" ? [presence(segments[0] ?? "", code(GUEST.id))] : [];
    const keys = [...segments, ...(isInGroups ? [RANDOM_GROUP] : []), ...who];
    const named = [
      ...slices.map(([suffix], index) => `${segments[index]} AS segment_${suffix}`),
      ...(isInGroups ? [RANDOM_GROUP] : []),
      ...who.map((sql) => `${sql} AS ${PRESENCE}`),
    ];
    return `SELECT ${way} AS way, ${named.join(", ")},\n  ${terms.join(",\n  ")}\nFROM people GROUP BY ${keys.join(", ")}`;
  };
  return {
    sql: `WITH ${[...new Set(ctes)].join(",\n")}\n${perWay(ways, select)}`,
    params: params.values,
    idOf,
  };
}
