// What each customer moved in a period, as one SELECT over `activity`: which columns a KPI's sum needs, and how sums that
// are made of others are had without aggregates of their own.
import { declarations } from "./catalogue.ts";
import { activityColumns, declarationOf, inputsOf } from "./kpi.ts";
import type { Params } from "./params.ts";
import type { Period } from "./period.ts";

/** True for a sum over rows of `activity`: of a column, of placements, or of others such as net sales. */
export function isOverActivity(name: string): boolean {
  const { computation } = declarationOf(declarations, name);
  if (computation.kind === "simple") return computation.grain !== "customer";
  return computation.kind === "derived" && inputsOf(computation).every(isOverActivity);
}

/** The activity sums behind the names; orders are always among them, because counting customers needs them. */
function activitySums(names: readonly string[]): string[] {
  const found = new Set(["orders"]);
  const visit = (name: string) => {
    if (isOverActivity(name)) found.add(name);
    else if (name === "value_to_date") found.add("net_sales");
    else inputsOf(declarationOf(declarations, name).computation).forEach(visit);
  };
  names.forEach(visit);
  return [...found];
}

/** What one row of `activity` adds to a simple sum; NULL for nothing. */
function perRow(name: string): string {
  const { computation } = declarationOf(declarations, name);
  if (computation.kind !== "simple") throw new Error(`${name} is not a sum of its own`);
  const { aggregate, column, filter } = computation;
  if (aggregate === "sum") return String(column);
  return `CASE WHEN placed${filter === undefined ? "" : " AND seq = 1"} THEN 1 END`;
}

/** A customer's simple sum. Counting NULLs out is cheaper than adding up zeros. */
function perCluster(name: string): string {
  const { computation } = declarationOf(declarations, name);
  const counts = computation.kind === "simple" && computation.aggregate === "count";
  return counts ? `COUNT(${perRow(name)})` : `COALESCE(SUM(${perRow(name)}), 0)`;
}

/** The simple sums that a sum is made of. */
function partsOf(name: string): { plus: string[]; minus: string[] } {
  const { computation } = declarationOf(declarations, name);
  if (computation.kind !== "derived") return { plus: [name], minus: [] };
  const plus = computation.plus.map(partsOf);
  const minus = (computation.minus ?? []).map(partsOf);
  return {
    plus: [...plus.flatMap((part) => part.plus), ...minus.flatMap((part) => part.minus)],
    minus: [...plus.flatMap((part) => part.minus), ...minus.flatMap((part) => part.plus)],
  };
}

/**
 * The columns of a customer's sums in two steps: `inner` aggregates rows, `outer` adds up aggregates. A derived sum costs
 * no aggregate for the parts that are summed anyway.
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

/** Only columns of placements are NULL on some rows. */
const perRowOrZero = (name: string) => {
  const row = perRow(name);
  return row in activityColumns ? row : `COALESCE(${row}, 0)`;
};

export const signedSum = (plus: readonly string[], minus: readonly string[]) =>
  `(${plus.length === 0 ? "0" : plus.join(" + ")}${minus.map((value) => ` - ${value}`).join("")})`;

/**
 * A customer's sums are DOUBLE from here on: their squares and products overflow BIGINT, and whole numbers below 2^53
 * are exact in any order of adding (the reader checks that a sum stays below).
 *
 * One row per customer, or guest order (whose cluster is its negative id), that moved in the period.
 * `extra` is a column to group by besides, such as a trend's bucket.
 */
export function activityOf(names: readonly string[], period: Period, params: Params, extra?: string): string {
  const { inner, outer } = sumColumns(activitySums(names));
  const keys = extra === undefined ? "cluster" : "cluster, bucket";
  return `SELECT ${keys}, ${outer.join(", ")}
  FROM (SELECT COALESCE(customer_id, -order_id) AS cluster,${extra === undefined ? "" : ` ${extra} AS bucket,`}
    ${inner.join(",\n    ")}
  FROM activity WHERE local_day >= ${params.day(period.from)} AND local_day < ${params.day(period.to)}
  GROUP BY ${extra === undefined ? "1" : "1, 2"}) AS moved`;
}
