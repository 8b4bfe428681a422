// A trend in one statement: the same sums as a period's, by day, week or month and segment, of members taken once.
import { BOUGHT, declarations } from "../catalogue.ts";
import { rowsAs } from "../facts/fact.ts";
import { customer, type FactId, factOf, memberState, type StateId, stateOf } from "../facts/facts.ts";
import { declarationOf } from "../declared.ts";
import { periodBefore } from "../comparing.ts";
import { bucketsOf, isWholeBucket, type Grain, type Period } from "../period.ts";
import type { Cell } from "../sums.ts";
import { bucketAfter, bucketKey, bucketOf, endsOf } from "./buckets.ts";
import type { Statement } from "./cells.ts";
import { movedOf, weightedIn } from "./clusters.ts";
import {
  contribution,
  CUSTOMERS,
  holdsOn,
  isAmong,
  isThere,
  type Slice,
  type Sources,
  stateAt,
} from "./contributions.ts";
import { codesOf, type Grouping, groupsAt, isWholeShop } from "./groups.ts";
import { rhythmAt } from "./members.ts";
import { Params } from "./params.ts";
import { hasStrangers, movedFor, needsRhythm, sumsOf } from "./parts.ts";
import { contributionsFor, term, termColumns } from "./terms.ts";

const computationOf = (name: string) => declarationOf(declarations, name).computation;

/** True for what does not move with the bucket: who is there, and what members had come to before. */
function isStanding(name: string): boolean {
  const computation = computationOf(name);
  return (
    computation.kind === "level" ||
    (computation.kind === "customers" && computation.did.length === 0 && computation.held === null)
  );
}

/** The state whose holders a name counts at each bucket's end; null where it counts nothing of the kind. */
function heldIn(name: string): StateId | null {
  const computation = computationOf(name);
  if (computation.kind !== "customers" || computation.held === null) return null;
  if (computation.did.length > 0) throw new Error(`${name} is of the bucket and of its end`);
  return computation.held;
}

/** What was there before the period, by customer; NULL for what moves. */
function standing(name: string, at: { members: string; membersOn: string; g90: string }): string {
  const computation = computationOf(name);
  const none = "CAST(NULL AS DOUBLE PRECISION)";
  if (!isStanding(name) || (computation.kind !== "level" && computation.kind !== "customers")) return none;
  const conditions =
    computation.kind === "customers"
      ? isThere(computation, at)
      : isAmong(computation.among, at.members, at.membersOn);
  const value =
    computation.kind === "customers"
      ? "1e0"
      : `CAST(before_${computation.state}.${computation.level} AS DOUBLE PRECISION)`;
  return conditions.length === 0 ? value : `CASE WHEN ${conditions.join(" AND ")} THEN ${value} END`;
}

const alias = (fact: FactId) => `f_${fact}`;
const aliasBefore = (fact: FactId) => `b_${fact}`;
/** The rows behind an alias. */
const rowsOf = (name: string) => `rows_${name}`;

/** Rows by customer and bucket: of one fact as they are, of several all that any of them has. */
function movedRows(aliases: readonly string[]): { from: string; joins: string[]; key: string } {
  const [first, ...others] = aliases;
  if (first === undefined) throw new Error("a trend is of something that moves");
  if (others.length === 0) return { from: `${rowsOf(first)} AS ${first}`, joins: [], key: first };
  const union = aliases.map((name) => `SELECT cluster, bucket FROM ${rowsOf(name)}`).join(" UNION ");
  return {
    from: `(${union}) AS k`,
    joins: aliases.map(
      (name) =>
        `LEFT JOIN ${rowsOf(name)} AS ${name} ON ${name}.cluster = k.cluster AND ${name}.bucket = k.bucket`,
    ),
    key: "k",
  };
}

/** What was moved in the period before each bucket, under the bucket's own key. Buckets that are cut short have their own. */
function movedBefore(
  fact: FactId,
  sums: ReadonlySet<string>,
  { period, grain }: { period: Period; grain: Grain },
  params: Params,
): string {
  if (weightedIn(sums).size > 0)
    throw new Error("what variants are is of one end, not of each bucket's before");
  const buckets = bucketsOf(period, grain);
  const whole = buckets.filter((bucket) => isWholeBucket(bucket, grain));
  const [first, last] = [whole[0], whole.at(-1)];
  const before =
    first === undefined || last === undefined
      ? []
      : [
          movedOf(fact, sums, { period: { from: periodBefore(first).from, to: last.from } }, params, {
            sql: bucketAfter(whole, grain, factOf(fact).day, params),
          }),
        ];
  const cut = buckets
    .filter((bucket) => !whole.includes(bucket))
    .map((bucket) => {
      const key = params.day(bucketKey(bucket, grain));
      return movedOf(fact, sums, { period: periodBefore(bucket) }, params, { sql: key });
    });
  return [...before, ...cut].join(" UNION ALL ");
}

/**
 * Rows (bucket, segment_now, terms) of one way of grouping. The row whose bucket is null holds what does not move with the
 * bucket: members, and what they had brought in before the period.
 */
export function compileTrend(
  ids: readonly string[],
  grouping: Grouping,
  slice: Slice,
  grain: Grain,
): Statement & { idOf: (value: unknown) => string } {
  const { code, idOf } = codesOf(grouping);
  const params = new Params();
  const names = contributionsFor(ids);
  const { moved: facts, before } = movedFor([BOUGHT.of, ...names]);
  const isOfEnds =
    names.some((name) => heldIn(name) !== null) ||
    weightedIn([...facts.values()].flatMap((sums) => [...sums])).size > 0;
  const on = params.day(slice.membersOn);
  const key = `${CUSTOMERS}.${customer.key}`;
  const groups = groupsAt(grouping, slice.membersOn, { suffix: "now", key }, params, code);
  const ctes = [
    ...(isOfEnds ? [endsOf(slice.period, grain, params)] : []),
    ...groups.ctes,
    ...(needsRhythm(names) ? rhythmAt(on, "now") : []),
    ...[...facts].map(
      ([fact, sums]) =>
        `${rowsOf(alias(fact))} AS (${movedOf(fact, sums, slice, params, { sql: bucketOf(slice.period, grain, factOf(fact).day, params), ends: true })})`,
    ),
    ...[...before].map(
      ([fact, sums]) =>
        `${rowsOf(aliasBefore(fact))} AS (${movedBefore(fact, sums, { period: slice.period, grain }, params)})`,
    ),
  ];
  const g90 = "(SELECT g90 FROM rhythm_now)";
  const none = "CAST(NULL AS DOUBLE PRECISION)";
  const moving = (members: string | null, own: (fact: FactId) => string | null) =>
    names
      .map((name) => {
        if (heldIn(name) !== null) return `${none} AS ${name}_now`;
        const sources: Sources = {
          moved: own,
          before: aliasBefore,
          ...{ members, g90 },
          membersOn: on,
          reached: ({ flow }) => contribution(flow, sources),
          held: (state) => {
            throw new Error(`${state} is of the buckets' ends`);
          },
        };
        return `${contribution(name, sources)} AS ${name}_now`;
      })
      .join(",\n    ");
  // Who had no order by the instant has bought for the first time when the state at the period's end has one.
  const isCut = !isWholeShop(grouping);
  const ordered = isCut ? stateAt("history", slice.period.to, "o", key, params) : "";
  const [segment = ""] = groups.segments(isCut ? `o.${memberState.holds}` : "FALSE");
  const rows = movedRows([...[...facts.keys()].map(alias), ...[...before.keys()].map(aliasBefore)]);
  const strangers = movedRows([...facts.keys()].filter(hasStrangers).map(alias));
  const branches = [
    `SELECT ${rows.key}.bucket, ${segment} AS segment_now,
    ${moving(groups.members, alias)}
  FROM ${rows.from}
  JOIN ${customer.rows} AS ${CUSTOMERS} ON ${key} = ${rows.key}.cluster
  ${rows.joins.join("\n  ")}
  ${groups.joins.join("\n  ")}
  ${ordered}`,
    `SELECT ${strangers.key}.bucket, ${groups.stranger} AS segment_now,
    ${moving(null, (of) => (hasStrangers(of) ? alias(of) : null))}
  FROM ${strangers.from}
  ${strangers.joins.join("\n  ")}
  WHERE ${strangers.key}.cluster < 0`,
  ];
  for (const state of new Set(names.map(heldIn).filter((held) => held !== null))) {
    const { customer: owner, ...held } = stateOf(state);
    const counted = names.map((name) => {
      const computation = computationOf(name);
      if (computation.kind !== "customers" || computation.held !== state) return `${none} AS ${name}_now`;
      const conditions = isThere(computation, { members: groups.members, membersOn: on, g90 });
      return `${conditions.length === 0 ? "1e0" : `CASE WHEN ${conditions.join(" AND ")} THEN 1e0 END`} AS ${name}_now`;
    });
    branches.push(`SELECT h.bucket, ${segment} AS segment_now,
    ${counted.join(",\n    ")}
  FROM (SELECT DISTINCT e.bucket, s.${owner} AS owner FROM ends AS e JOIN ${rowsAs(held, "s")} ON ${holdsOn(held, "s", "e.over_on")} WHERE ${held.holds}) AS h
  JOIN ${customer.rows} AS ${CUSTOMERS} ON ${key} = h.owner
  ${groups.joins.join("\n  ")}
  ${ordered}`);
  }
  if (sumsOf(ids).some(isStanding)) {
    const states = new Set(
      names.flatMap((name) => {
        const computation = computationOf(name);
        return computation.kind === "level" ? [computation.state] : [];
      }),
    );
    branches.push(`SELECT NULL AS bucket, ${segment} AS segment_now,
    ${names.map((name) => `${standing(name, { members: groups.members, membersOn: on, g90 })} AS ${name}_now`).join(",\n    ")}
  FROM ${customer.rows} AS ${CUSTOMERS}
  ${groups.joins.join("\n  ")}
  ${ordered}
  ${[...states].map((state) => stateAt(state, slice.period.from, `before_${state}`, key, params)).join("\n  ")}`);
  }
  ctes.push(`people AS (\n  ${branches.join("\n  UNION ALL\n  ")})`);
  return {
    sql: `WITH ${[...new Set(ctes)].join(",\n")}\nSELECT bucket, segment_now,\n  ${termColumns(ids, ["now"]).join(",\n  ")}\nFROM people GROUP BY bucket, segment_now`,
    params: params.values,
    idOf,
  };
}

/** The statement's rows as cells by bucket, standing sums added to each and levels run up. */
export function cellsByBucket(
  ids: readonly string[],
  rows: readonly { bucket: string | null; cell: Cell }[],
  period: Period,
  grain: Grain,
): { bucket: Period; cells: Cell[] }[] {
  const names = contributionsFor(ids).filter(isStanding);
  const levels = names
    .filter((name) => computationOf(name).kind === "level")
    .map((name) => term.sum(name, "now"));
  const standingCells = new Map(
    rows.filter((row) => row.bucket === null).map((row) => [row.cell.now, row.cell]),
  );
  const running = new Map(
    [...standingCells].map(([segment, { terms }]) => [
      segment,
      new Map(levels.map((of) => [of, terms[of] ?? 0])),
    ]),
  );
  return bucketsOf(period, grain).map((bucket) => {
    const start = bucketKey(bucket, grain);
    const movedCells = new Map(
      rows.filter((row) => row.bucket === start).map((row) => [row.cell.now, row.cell]),
    );
    const cells = [...new Set([...standingCells.keys(), ...movedCells.keys()])].map((segment): Cell => {
      const own = movedCells.get(segment)?.terms ?? {};
      const whole = standingCells.get(segment)?.terms ?? {};
      const terms: Record<string, number> = { ...own, [term.customers]: whole[term.customers] ?? 0 };
      for (const name of names)
        for (const each of [term.sum, term.movers, term.largest])
          terms[each(name, "now")] = whole[each(name, "now")] ?? 0;
      const reached = running.get(segment) ?? new Map<string, number>();
      running.set(segment, reached);
      for (const of of levels) {
        reached.set(of, (reached.get(of) ?? 0) + (own[of] ?? 0));
        terms[of] = reached.get(of) ?? 0;
      }
      return { now: segment, then: "", terms };
    });
    return { bucket, cells };
  });
}
