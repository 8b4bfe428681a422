// What each customer, and each stranger, moved of a fact in a period, as one SELECT: a row per owner, so that what is joined to
// customers is joined one to one. Sums that are made of others are had without aggregates of their own.
import { declarations } from "../catalogue.ts";
import { type Condition, type Owner, rowsAs } from "../facts/fact.ts";
import { factOf, type FactId, type VariantsStateId, variantsStateOf } from "../facts/facts.ts";
import { type Count, type Sum } from "../kpi.ts";
import { conditionsOf, declarationOf, timesOf } from "../declared.ts";
import { addDays, type Period } from "../period.ts";
import { holdsOn, type Slice } from "./contributions.ts";
import type { Params } from "./params.ts";
import { partsOf, signedSum } from "./parts.ts";

function leafOf(name: string): Sum | Count {
  const { computation } = declarationOf(declarations, name);
  if (computation.kind !== "sum" && computation.kind !== "count")
    throw new Error(`${name} is not a sum of its own`);
  return computation;
}

export function conditionSql({ column, is }: Condition): string {
  if (typeof is === "object" && "after" in is) return `${column} > ${is.after}`;
  if (is === "true") return column;
  return is === "positive" ? `${column} > 0` : `${column} = ${is.equals}`;
}

const variantsAlias = (state: VariantsStateId) => `of_${state}`;

/** Parts of sums that are weighted by what variants are, by the state that says it. */
export function weightedIn(names: Iterable<string>): Map<VariantsStateId, Map<string, string>> {
  const found = new Map<VariantsStateId, Map<string, string>>();
  for (const name of names)
    for (const part of [partsOf(name).plus, partsOf(name).minus].flat()) {
      const times = timesOf(leafOf(part));
      if (times === null) continue;
      found.set(times.state, (found.get(times.state) ?? new Map<string, string>()).set(part, times.sql));
    }
  return found;
}

/** What one row adds, NULL for nothing. */
export function perRow(name: string): { sql: string; sparse: boolean } {
  const leaf = leafOf(name);
  const where = conditionsOf(leaf).map(conditionSql).join(" AND ");
  const when = (value: string) => (where === "" ? value : `CASE WHEN ${where} THEN ${value} END`);
  if (leaf.kind === "count") return { sql: when("1"), sparse: where !== "" };
  const measure = factOf(leaf.fact).measures[leaf.measure];
  if (measure?.since !== undefined) throw new Error(`${leaf.measure} lies between two days and is no sum`);
  if (measure === undefined) throw new Error(`${leaf.fact} has no measure "${leaf.measure}"`);
  const times = timesOf(leaf);
  if (times !== null)
    return { sql: when(`${measure.column} * ${variantsAlias(times.state)}.${name}`), sparse: true };
  return { sql: when(measure.column), sparse: where !== "" || measure.sparse === true };
}

/** Where the rows stand that a count counts, in SQL. */
export function countedRows(name: string) {
  const leaf = leafOf(name);
  const fact = factOf(leaf.fact);
  const { day, owner } = fact;
  if (leaf.kind !== "count" || owner === null) throw new Error(`${name} counts nothing of customers`);
  const conditions = conditionsOf(leaf);
  const where = conditions.map(conditionSql).join(" AND ");
  return {
    rowsAs: (alias: string) => rowsAs(fact, alias),
    owner: owner.customer,
    day,
    where: where === "" ? "TRUE" : where,
    /** Whether each is the first of all that happened to its customer. */
    begins: conditions.some(({ begins }) => begins),
  };
}

/** An owner's sum. Counting NULLs out is cheaper than adding up zeros. */
function perCluster(name: string): string {
  const { sql } = perRow(name);
  return leafOf(name).kind === "count" ? `COUNT(${sql})` : `COALESCE(SUM(${sql}), 0)`;
}

const perRowOrZero = (name: string) => {
  const { sql, sparse } = perRow(name);
  return sparse ? `COALESCE(${sql}, 0)` : sql;
};

/** What all rows of a sum, or of sums that make it up, add up to. */
export function perRowSum(name: string): string {
  if (weightedIn([name]).size > 0) throw new Error(`${name} is of variants at the end of a period`);
  const { plus, minus } = partsOf(name);
  if (plus.length === 1 && minus.length === 0) return perCluster(name);
  return `COALESCE(SUM(${signedSum(plus.map(perRowOrZero), minus.map(perRowOrZero))}), 0)`;
}

/**
 * The columns of an owner's sums in two steps: `inner` aggregates rows, `outer` adds up aggregates. A derived sum costs no
 * aggregate for the parts that are summed anyway.
 */
function sumColumns(names: readonly string[]): { inner: string[]; outer: string[] } {
  const inner: string[] = [];
  const outer: string[] = [];
  const asDouble = (sum: string, name: string) => `CAST(${sum} AS DOUBLE PRECISION) AS ${name}`;
  for (const name of names) {
    const { plus, minus } = partsOf(name);
    if (plus.length === 1 && minus.length === 0) {
      inner.push(asDouble(perCluster(name), name));
      outer.push(name);
      continue;
    }
    const summed = (part: string) => names.includes(part);
    const rest = (parts: readonly string[]) => parts.filter((part) => !summed(part)).map(perRowOrZero);
    const added = plus.filter(summed);
    if (rest([...plus, ...minus]).length > 0) {
      inner.push(asDouble(`SUM(${signedSum(rest(plus), rest(minus))})`, `rest_of_${name}`));
      added.push(`rest_of_${name}`);
    }
    outer.push(`${signedSum(added, minus.filter(summed))} AS ${name}`);
  }
  return { inner, outer };
}

export const within = (day: string, { from, to }: Period, params: Params) =>
  `${day} >= ${params.day(from)} AND ${day} < ${params.day(to)}`;

/** A fact's rows of the period; `upTo` cuts its last day. */
function rowsOf(id: FactId, period: Period, upTo: string | undefined, params: Params): string {
  const fact = factOf(id);
  const { day, owner, measures, conditions, counted, upTo: cut } = fact;
  const all = rowsAs(fact, "rows_of");
  if (upTo === undefined) return `${all} WHERE ${within(day, period, params)}`;
  if (cut === null) throw new Error(`${id} names no instant`);
  const last = addDays(period.to, -1);
  const columns = [
    ...new Set([
      ...[owner?.customer, owner?.unit ?? undefined, day].filter((column) => column !== undefined),
      // What is as of now is of no instant.
      ...Object.values(measures)
        .filter(({ soFar }) => soFar !== true)
        .map(({ column }) => column),
      ...[...counted.where, ...Object.values(conditions)].map(({ column }) => column),
    ]),
  ].join(", ");
  const at = `CAST(${params.text(upTo)} AS TIMESTAMP)`;
  return `(SELECT ${columns} FROM ${all} WHERE ${within(day, { from: period.from, to: last }, params)}
    UNION ALL SELECT ${columns} FROM (${cut(params.day(last), at)}) AS part_of_day) AS known`;
}

/** SQL of whose a row is: a customer's id, or a stranger's own, negative. */
export const clusterOf = ({ customer, unit }: Owner, of = ""): string =>
  unit === null ? `${of}${customer}` : `COALESCE(${of}${customer}, -${of}${unit})`;

/** By what rows are grouped besides, such as a trend's week. */
export interface Bucket {
  sql: string;
  /** What the rows, called `moves`, are joined to for it. */
  join?: string;
  /** Its ends are in the CTE `ends`. */
  ends?: true;
  /** Beside its sums: the first and the last day on which any of these sums of rows moved, as `first_day` and `last_day`. */
  days?: readonly string[];
}

/** Joins to `moves` of what their variants are when the period is over, or the bucket where each has an end of its own. */
function variantsJoins(
  id: FactId,
  names: ReadonlySet<string>,
  end: () => string,
  bucket: Bucket | undefined,
): string[] {
  const { variant } = factOf(id);
  return [...weightedIn(names)].map(([state, levels]) => {
    if (variant === null) throw new Error(`${id} is about no variant`);
    const { variant: key, ...held } = variantsStateOf(state);
    const columns = [`s.${key} AS of_variant`, ...[...levels].map(([name, sql]) => `${sql} AS ${name}`)];
    const rows = rowsAs(held, "s");
    const on = `${variantsAlias(state)}.of_variant = moves.${variant}`;
    const at = (day: string) => `${holdsOn(held, "s", day)} AND ${held.holds}`;
    return bucket?.ends === true
      ? `LEFT JOIN (SELECT e.bucket AS of_bucket, ${columns.join(", ")} FROM ends AS e JOIN ${rows} ON ${at("e.over_on")} GROUP BY 1, 2) AS ${variantsAlias(state)}
    ON ${on} AND ${variantsAlias(state)}.of_bucket = ${bucket.sql}`
      : `LEFT JOIN (SELECT ${columns.join(", ")} FROM ${rows} WHERE ${at(end())} GROUP BY 1) AS ${variantsAlias(state)} ON ${on}`;
  });
}

/**
 * One row per owner that moved in the period: a customer's `cluster` is the customer's id, a stranger's its own, negative.
 * An owner's sums are DOUBLE from here on: their squares and products overflow BIGINT, and whole numbers below 2^53 are exact
 * in any order of adding (the reader checks that a sum stays below).
 */
export function movedOf(
  id: FactId,
  names: ReadonlySet<string>,
  { period, upTo }: Pick<Slice, "period" | "upTo">,
  params: Params,
  bucket?: Bucket,
): string {
  const { owner, day } = factOf(id);
  if (owner === null) throw new Error(`${id} is nobody's`);
  const { inner, outer } = sumColumns([...names]);
  if (bucket?.days !== undefined) {
    const told = bucket.days.filter((name) => leafOf(name).fact === id).map((name) => perRow(name).sql);
    const moves = told.map((sql) => `COALESCE(${sql}, 0) <> 0`).join(" OR ");
    const on = `CASE WHEN ${moves === "" ? "FALSE" : moves} THEN ${day} END`;
    inner.push(`MIN(${on}) AS first_day`, `MAX(${on}) AS last_day`);
    outer.push("first_day", "last_day");
  }
  const keys = bucket === undefined ? "cluster" : "cluster, bucket";
  const rows = rowsOf(id, period, upTo, params);
  const joins = [
    ...(bucket?.join === undefined ? [] : [bucket.join]),
    ...variantsJoins(id, names, () => params.day(period.to), bucket),
  ];
  return `SELECT ${keys}, ${outer.join(", ")}
  FROM (SELECT ${clusterOf(owner)} AS cluster,${bucket === undefined ? "" : ` ${bucket.sql} AS bucket,`}
    ${inner.join(",\n    ")}
  FROM ${joins.length === 0 ? rows : `(SELECT * FROM ${rows}) AS moves ${joins.join("\n    ")}`}
  GROUP BY ${bucket === undefined ? "1" : "1, 2"}) AS moved`;
}
