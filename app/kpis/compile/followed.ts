// What customers did in so many days from something that happened to them in the period, of those who have been followed so long:
// sums of equal length, whoever came when. Who is not followed so long yet is counted beside.
import { declarations } from "../catalogue.ts";
import { type Followed } from "../kpi.ts";
import { declarationOf, isIndicator } from "../declared.ts";
import type { Statement } from "./cells.ts";
import { countedRows, perRowSum, within } from "./clusters.ts";
import type { Slice } from "./contributions.ts";
import { FIRST_TIME, NO_ORDER } from "../segmentations.ts";
import { codesOf, type Grouping, groupsAt, isWholeShop, perWay, segmentColumn, waysOf } from "./groups.ts";
import type { Code } from "./members.ts";
import { Params } from "./params.ts";
import { factBehind, sumsOf } from "./parts.ts";
import { ownTerms, type SliceName, term } from "./terms.ts";
import { rowsAs } from "../facts/fact.ts";
import { factOf, memberState } from "../facts/facts.ts";

/** Everything that is told of the same customers, followed for the same time. */
export interface Following extends Pick<Followed, "from" | "within" | "unless"> {
  names: string[];
}

const followedBy = (name: string): Followed | null => {
  const { computation } = declarationOf(declarations, name);
  return computation.kind === "followed" ? computation : null;
};

/** The followings behind KPIs, each once. */
export function followingsOf(ids: readonly string[]): Following[] {
  const found = new Map<string, Following>();
  for (const name of sumsOf(ids)) {
    const own = followedBy(name);
    if (own === null) continue;
    const { from, within: days, unless } = own;
    const key = `${from} ${days} ${unless ?? ""}`;
    const known = found.get(key) ?? { from, within: days, unless, names: [] };
    found.set(key, { ...known, names: [...known.names, name] });
  }
  return [...found.values()];
}

/**
 * CTEs ending in `people`: each customer to whom it happened (owner), on which day (since), the segments, whether the days are over
 * (is_over), and `<name>_<slice>` for each sum where they are.
 * @param last the last day that is wholly known
 */
export function followedIn(
  { from, within: days, unless, names }: Following,
  grouping: Grouping,
  [slice, { period, membersOn }]: readonly [SliceName, Slice],
  last: string,
  { params, code }: { params: Params; code: Code },
  bucket?: (day: string, params: Params) => string,
): string[] {
  const end = params.day(last);
  const begun = countedRows(from);
  const ctes: string[] = [
    `begun AS (SELECT ${begun.owner} AS owner, MIN(${begun.day}) AS since FROM ${begun.rowsAs("began")}
  WHERE ${begun.where} AND ${begun.owner} IS NOT NULL AND ${within(begun.day, period, params)} AND ${begun.day} <= ${end} GROUP BY 1)`,
  ];
  const joins: string[] = [];
  const conditions: string[] = [];
  let bought = "TRUE";
  if (unless !== null) {
    if (!countedRows(unless).begins) throw new Error(`${unless} is not the first of what happens`);
    // Of orders that are not kept only their sums are, which say when the first one was.
    const { table, customer: owner, since, holds } = memberState;
    ctes.push(
      `known AS (SELECT ${owner} AS owner, MIN(${since}) AS at FROM ${table} WHERE ${holds} GROUP BY 1)`,
    );
    joins.push("LEFT JOIN known AS k ON k.owner = b.owner");
    conditions.push("(k.at IS NULL OR k.at > b.since)");
    bought = `COALESCE(k.at < ${params.day(period.to)}, FALSE)`;
  }

  const done = names.map((name) => {
    const then = followedBy(name)?.then ?? null;
    if (then === null) return { name, value: "1e0" };
    const fact = factBehind(then);
    const owner = fact === null ? null : factOf(fact).owner;
    if (fact === null || owner === null) throw new Error(`${then} is no sum of one fact of customers`);
    const { day } = factOf(fact);
    const rows = `did_${name}`;
    // Nothing of the first day's own beginning is before it: the day counts as the first of the days.
    ctes.push(
      `${rows} AS (SELECT m.${owner.customer} AS owner, ${perRowSum(then)} AS y FROM ${rowsAs(factOf(fact), "m")} JOIN begun AS b ON b.owner = m.${owner.customer}
  WHERE m.${day} >= b.since AND m.${day} < b.since + ${days} AND m.${day} >= ${params.day(period.from)} GROUP BY 1)`,
    );
    joins.push(`LEFT JOIN ${rows} ON ${rows}.owner = b.owner`);
    const value = isIndicator(declarations, name)
      ? `CASE WHEN ${rows}.y > 0 THEN 1e0 END`
      : `CAST(COALESCE(${rows}.y, 0) AS DOUBLE PRECISION)`;
    return { name, value };
  });

  // Whoever begins in the period is in no segment that was made before it.
  const isNew =
    isWholeShop(grouping) ||
    (grouping.kind === "segments" &&
      grouping.within === undefined &&
      (begun.begins || unless !== null) &&
      membersOn <= period.from);
  const groups = isNew
    ? null
    : groupsAt(grouping, membersOn, { suffix: "now", key: "b.owner" }, params, code);
  const segments = groups?.segments(bought) ?? [
    `CASE WHEN ${bought} THEN ${code(FIRST_TIME.id)} ELSE ${code(NO_ORDER.id)} END`,
  ];
  const isOver = `b.since + ${days} <= ${end} + 1`;
  ctes.push(
    ...(groups?.ctes ?? []),
    `people AS (SELECT b.owner, b.since, ${segments
      .map((segment, way) => `${segment} AS ${segmentColumn("now", way)}`)
      .join(
        ", ",
      )}, ${bucket === undefined ? "" : `${bucket("b.since", params)} AS bucket, `}${isOver} AS is_over,
    ${done.map(({ name, value }) => `CASE WHEN ${isOver} THEN ${value} END AS ${name}_${slice}`).join(",\n    ")}
  FROM begun AS b
  ${[...joins, ...(groups?.joins ?? [])].join("\n  ")}${conditions.length === 0 ? "" : `\n  WHERE ${conditions.join(" AND ")}`})`,
  );
  return [...new Set(ctes)];
}

/**
 * Rows (way, segment_now, bucket where one is asked for, terms).
 * @param last as in followedIn
 * @param bucket by what they are told apart besides: the day on which it happened, or b.owner, whose it is
 */
export function compileFollowed(
  following: Following,
  ids: readonly string[],
  grouping: Grouping,
  of: readonly [SliceName, Slice],
  last: string,
  bucket?: (day: string, params: Params) => string,
): Statement & { idOf: (value: unknown) => string } {
  const { code, idOf } = codesOf(grouping);
  const params = new Params();
  const { names } = following;
  const [slice] = of;
  const ctes = followedIn(following, grouping, of, last, { params, code }, bucket);
  const terms = [
    ...ownTerms(ids, names, [slice]),
    ...names.map((name) => `COUNT(CASE WHEN NOT is_over THEN 1 END) AS ${term.open(name, slice)}`),
  ];
  const select = (way: number) =>
    `SELECT ${way} AS way, ${segmentColumn("now", way)} AS segment_now, ${bucket === undefined ? "" : "bucket, "}${terms.join(", ")}
FROM people GROUP BY ${bucket === undefined ? "2" : "2, 3"}`;
  return {
    sql: `WITH ${ctes.join(",\n")}\n${perWay(waysOf(grouping), select)}`,
    params: params.values,
    idOf,
  };
}
