// A trend in one statement: the same sums as a period's, by day, week or month and segment, of members taken once.
import { BOUGHT, declarations } from "../catalogue.ts";
import { customer, type FactId, factOf, stateOf } from "../facts/facts.ts";
import { declarationOf } from "../kpi.ts";
import { bucketsOf, startOf, type Grain, type Period } from "../period.ts";
import type { Cell } from "../sums.ts";
import type { Statement } from "./cells.ts";
import { movedOf } from "./clusters.ts";
import { contribution, CUSTOMERS, isAmong, type Slice, stateAt } from "./contributions.ts";
import { codesOf, type Grouping, groupsAt, isWholeShop } from "./groups.ts";
import { Params } from "./params.ts";
import { movedFor, sumsOf } from "./parts.ts";
import { contributionsFor, term, termColumns } from "./terms.ts";

export const bucketOf = (grain: Grain, day: string) =>
  grain === "day" ? day : `CAST(date_trunc('${grain}', CAST(${day} AS TIMESTAMP)) AS DATE)`;

const computationOf = (name: string) => declarationOf(declarations, name).computation;

/** True for what does not move with the bucket: who is there, and what members had come to before. */
function isStanding(name: string): boolean {
  const computation = computationOf(name);
  return computation.kind === "level" || (computation.kind === "customers" && computation.did.length === 0);
}

/** What was there before the period, by customer; NULL for what moves. */
function standing(name: string, members: string, membersOn: string): string {
  const computation = computationOf(name);
  const none = "CAST(NULL AS DOUBLE PRECISION)";
  if (!isStanding(name) || (computation.kind !== "level" && computation.kind !== "customers")) return none;
  const conditions = isAmong(computation.among, members, membersOn);
  const value =
    computation.kind === "customers"
      ? "1e0"
      : `CAST(before_${computation.state}.${computation.level} AS DOUBLE PRECISION)`;
  return conditions.length === 0 ? value : `CASE WHEN ${conditions.join(" AND ")} THEN ${value} END`;
}

const moved = (fact: FactId) => `moved_${fact}`;
const alias = (fact: FactId) => `f_${fact}`;

/** Rows by customer and bucket: of one fact as they are, of several all that any of them has. */
function movedRows(facts: readonly FactId[]): { from: string; joins: string[]; key: string } {
  const [first, ...others] = facts;
  if (first === undefined) throw new Error("a trend is of something that moves");
  if (others.length === 0)
    return { from: `${moved(first)} AS ${alias(first)}`, joins: [], key: alias(first) };
  const union = facts.map((fact) => `SELECT cluster, bucket FROM ${moved(fact)}`).join(" UNION ");
  return {
    from: `(${union}) AS k`,
    joins: facts.map(
      (fact) =>
        `LEFT JOIN ${moved(fact)} AS ${alias(fact)} ON ${alias(fact)}.cluster = k.cluster AND ${alias(fact)}.bucket = k.bucket`,
    ),
    key: "k",
  };
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
  const facts = movedFor([BOUGHT.of, ...names]);
  const on = params.day(slice.membersOn);
  const key = `${CUSTOMERS}.${customer.key}`;
  const groups = groupsAt(grouping, slice.membersOn, { suffix: "now", key }, params, code);
  const ctes = [
    ...new Set(groups.ctes),
    ...[...facts].map(
      ([fact, sums]) =>
        `${moved(fact)} AS (${movedOf(fact, sums, { period: slice.period }, params, bucketOf(grain, factOf(fact).day))})`,
    ),
  ];
  const moving = (members: string | null, own: (fact: FactId) => string | null) =>
    names
      .map((name) => {
        const sources = {
          moved: own,
          members,
          membersOn: on,
          reached: ({ flow }: { flow: string }): string => contribution(flow, sources),
        };
        return `${contribution(name, sources)} AS ${name}_now`;
      })
      .join(",\n    ");
  // Who had no order by the instant has bought for the first time when the state at the period's end has one.
  const isCut = !isWholeShop(grouping);
  const ordered = isCut ? stateAt("history", slice.period.to, "o", key, params) : "";
  const [segment = ""] = groups.segments(isCut ? `o.${stateOf("history").holds}` : "FALSE");
  const rows = movedRows([...facts.keys()]);
  const branches = [
    `SELECT ${rows.key}.bucket, ${segment} AS segment_now,
    ${moving(groups.members, alias)}
  FROM ${rows.from}
  JOIN ${customer.rows} AS ${CUSTOMERS} ON ${key} = ${rows.key}.cluster
  ${rows.joins.join("\n  ")}
  ${groups.joins.join("\n  ")}
  ${ordered}`,
    ...[...facts.keys()].map(
      (fact) => `SELECT ${alias(fact)}.bucket, ${groups.stranger} AS segment_now,
    ${moving(null, (of) => (of === fact ? alias(of) : null))}
  FROM ${moved(fact)} AS ${alias(fact)} WHERE ${alias(fact)}.cluster < 0`,
    ),
  ];
  if (sumsOf(ids).some(isStanding)) {
    const states = new Set(
      names.flatMap((name) => {
        const computation = computationOf(name);
        return computation.kind === "level" ? [computation.state] : [];
      }),
    );
    branches.push(`SELECT NULL AS bucket, ${segment} AS segment_now,
    ${names.map((name) => `${standing(name, groups.members, on)} AS ${name}_now`).join(",\n    ")}
  FROM ${customer.rows} AS ${CUSTOMERS}
  ${groups.joins.join("\n  ")}
  ${ordered}
  ${[...states].map((state) => stateAt(state, slice.period.from, `before_${state}`, key, params)).join("\n  ")}`);
  }
  ctes.push(`people AS (\n  ${branches.join("\n  UNION ALL\n  ")})`);
  return {
    sql: `WITH ${ctes.join(",\n")}\nSELECT bucket, segment_now,\n  ${termColumns(ids, ["now"]).join(",\n  ")}\nFROM people GROUP BY bucket, segment_now`,
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
    const start = grain === "day" ? bucket.from : startOf(grain, bucket.from);
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
