// One row for each customer, and for each stranger, with what he adds to sums in a period, or in two, and the segment he is in: what
// a cell is added up from, and what the rows behind it are.
import { BOUGHT } from "../catalogue.ts";
import { customer, type FactId, type StateId } from "../facts/facts.ts";
import type { Level } from "../kpi.ts";
import { periodBefore } from "../comparing.ts";
import { movedOf } from "./clusters.ts";
import { contribution, CUSTOMERS, heldAt, type Slice, type Sources, stateAt } from "./contributions.ts";
import { type Grouping, groupsAt, segmentColumn, waysOf } from "./groups.ts";
import { type Code, rhythmAt } from "./members.ts";
import type { Params } from "./params.ts";
import { hasStrangers, movedFor, needsRhythm } from "./parts.ts";
import type { SliceName } from "./terms.ts";

/** SQL of a customer's id in a row of customers; a stranger's own, negative, is `cluster`. */
export const KEY = `${CUSTOMERS}.${customer.key}`;

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

/** Who is a row: everyone, or apart whoever moved something in one of the slices or the period before, and who did not. */
type Who = "people" | "movers" | "still";

interface PeopleAsked {
  params: Params;
  code: Code;
  /** Columns of the reader's own. */
  own?: { customers: readonly string[]; strangers: readonly string[] };
  /** Whose rows they are, and the name of their CTE. */
  who?: Who;
  /** Which of the sums are told; all of them, where it does not say. */
  told?: readonly string[];
}

/**
 * CTEs ending in `people`, or in who else is asked for: the segment by each way of grouping (groups.ts, segmentColumn) and
 * `<name>_<slice>` for each sum. Those of the same names and slices are the same up to the last.
 */
export function peopleIn(
  names: readonly string[],
  grouping: Grouping,
  slices: readonly (readonly [SliceName, Slice])[],
  { params, code, own = { customers: [], strangers: [] }, who = "people", told = names }: PeopleAsked,
): string[] {
  const ways = waysOf(grouping);
  const { moved: facts, before } = movedFor([BOUGHT.of, ...names]);
  const hasRhythm = needsRhythm(names);
  const ctes: string[] = [];
  const joins: string[] = [];
  const customers: string[] = [...own.customers];
  const strangers: string[] = [...own.strangers];
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
      ...told.map((name) => `${contribution(name, sources)} AS ${name}_${suffix}`),
    );
    const theirs = {
      ...sources,
      members: null,
      moved: (fact: FactId) => (hasStrangers(fact) ? ofCustomer(fact) : null),
    };
    strangers.push(
      ...Array.from({ length: ways }, (_, way) => `${groups.stranger} AS ${segmentColumn(suffix, way)}`),
      ...told.map((name) => `${contribution(name, theirs)} AS ${name}_${suffix}`),
    );
  }

  const movers = slices.flatMap(([suffix]) => [
    ...[...facts.keys()].map((fact) => moved(fact, suffix)),
    ...[...before.keys()].map((fact) => movedBefore(fact, suffix)),
  ]);
  const isMover = `${KEY} IN (${movers.map((cte) => `SELECT cluster FROM ${cte}`).join(" UNION ALL ")})`;
  const rows =
    who === "people"
      ? customer.rows
      : `(SELECT * FROM ${customer.rows} AS ${CUSTOMERS} WHERE ${who === "still" ? `NOT ${isMover}` : isMover})`;
  const ofCustomers = `SELECT ${customers.join(",\n    ")}
  FROM ${rows} AS ${CUSTOMERS}
  ${joins.join("\n  ")}`;
  // A stranger is one who moved.
  if (who === "still") return [...ctes, `${who} AS (\n  ${ofCustomers})`];

  const apart = (fact: FactId, suffix: SliceName) =>
    `(SELECT * FROM ${moved(fact, suffix)} WHERE cluster < 0) AS ${alias(fact, suffix)}`;
  const [one, ...others] = strangersFacts.flatMap((fact) => slices.map(([suffix]) => apart(fact, suffix)));
  ctes.push(`${who} AS (
  ${ofCustomers}
  UNION ALL
  SELECT ${strangers.join(",\n    ")}
  FROM ${[one, ...others.map((other) => `FULL JOIN ${other} USING (cluster)`)].join("\n  ")})`);
  return ctes;
}
