// What cohorts did, by cohort and unit, as one statement whose text is the same on DuckDB and PostgreSQL: customers by the unit of
// their first order, joined to what each moved in each unit since, with the sums that ranges are made of.
import { declarations } from "../kpis/catalogue.ts";
import { bucketOf } from "../kpis/compile/buckets.ts";
import { countedRows, movedOf, within as during } from "../kpis/compile/clusters.ts";
import type { Within } from "../kpis/compile/groups.ts";
import { literal, membersAt, namedValues } from "../kpis/compile/members.ts";
import { Params } from "../kpis/compile/params.ts";
import { factBehind } from "../kpis/compile/parts.ts";
import { declarationOf } from "../kpis/declared.ts";
import { type FactId, factOf } from "../kpis/facts/facts.ts";
import type { Period } from "../kpis/period.ts";
import type { Basis, Metric } from "./metric.ts";

export type CohortUnit = "week" | "month" | "quarter";

/** What begins a cohort, of which a customer has one. */
export const BEGINNING = "new_customers";

/** Sums over customers of what a cell is made of: y above the line, x below it. */
export const terms = [
  ...["y", "yy", "yyy", "x", "xx", "xxx", "xy", "yyx", "yxx", "movers", "known", "of_all"],
] as const;
export const ADDED: Readonly<Record<string, readonly string[]>> = {
  y: ["y"],
  yy: ["y", "y"],
  yyy: ["y", "y", "y"],
  x: ["x"],
  xx: ["x", "x"],
  xxx: ["x", "x", "x"],
  xy: ["x", "y"],
  yyx: ["y", "y", "x"],
  yxx: ["y", "x", "x"],
};

/** What a customer adds in a unit, over what he moved in it. */
function contribution(name: string): string {
  const { computation } = declarationOf(declarations, name);
  if (computation.kind !== "customers") return `m.${name}`;
  const did = computation.did.map(({ of, atLeast }) => `m.${of} >= ${atLeast}`);
  return `CASE WHEN ${did.join(" AND ")} THEN 1e0 ELSE 0e0 END`;
}

/** The sums by the customer that a name is told from. */
function summed(name: string): string[] {
  const { computation } = declarationOf(declarations, name);
  return computation.kind === "customers" ? computation.did.map(({ of }) => of) : [name];
}

function factOfMetric(names: readonly string[]): FactId {
  const facts = new Set(names.map(factBehind));
  const [fact] = facts;
  if (facts.size !== 1 || fact === null || fact === undefined)
    throw new Error(`${names.join(", ")} are not of one fact`);
  return fact;
}

export interface CohortsStatement {
  metric: Metric;
  basis: Basis;
  unit: CohortUnit;
  /** From the first cohort's first day to the end of the last known. */
  period: Period;
  /** Whose cohorts alone, as they are at the start of `membersOn`. */
  within: Within | null;
  membersOn: string;
}

/**
 * Rows (cohort, bucket, customers, terms): of a cohort with its size where `bucket` is NULL, of what it did in a unit otherwise.
 * With all units before it a row holds what the unit adds to each term, so that terms add up along a cohort.
 */
export function compileCohorts({ metric, basis, unit, period, within, membersOn }: CohortsStatement): {
  sql: string;
  params: (string | number)[];
} {
  const params = new Params();
  const { top, bottom, coverage } = metric;
  const told = [top, bottom, coverage?.known, coverage?.of].filter((name) => name != null).flatMap(summed);
  const fact = factOfMetric(told);
  const begun = countedRows(BEGINNING);
  const bucket = (day: string) => bucketOf(period, unit, day, params);
  const inside =
    within === null
      ? { ctes: [], join: "" }
      : {
          ctes: [
            ...namedValues(within.segmentation, "named_w"),
            ...membersAt(within.segmentation, membersOn, "w", params, literal, "named_w"),
          ],
          join: `\n  JOIN members_w AS w ON w.customer_id = b.owner AND w.segment = ${params.text(within.segment)}`,
        };
  const isRunning = basis === "so_far";
  const sides = ["y", ...(bottom === null ? [] : ["x"])];
  const running = isRunning
    ? sides.map((side) => `SUM(${side}) OVER (PARTITION BY owner ORDER BY bucket) AS ${side}_after`)
    : [];
  /** What a unit adds to the sum of a product: of what there is after it, less what there was before. */
  const product = (of: readonly string[]) =>
    isRunning
      ? `${of.map((side) => `${side}_after`).join(" * ")} - ${of.map((side) => `(${side}_after - ${side})`).join(" * ")}`
      : of.join(" * ");
  const movers = isRunning
    ? `CASE WHEN y_after <> 0 THEN 1 ELSE 0 END - CASE WHEN y_after - y <> 0 THEN 1 ELSE 0 END`
    : "CASE WHEN y <> 0 THEN 1 ELSE 0 END";
  const isAsked = (term: string) => (ADDED[term] ?? ["y"]).every((side) => sides.includes(side));
  const sum = (term: (typeof terms)[number]): string => {
    if (term === "movers") return `SUM(${movers})`;
    if (term === "known" || term === "of_all") return coverage === null ? "0" : `SUM(${term})`;
    const of = ADDED[term] ?? [];
    return isAsked(term) ? `SUM(${of.length === 1 ? (of[0] ?? "") : product(of)})` : "0";
  };
  const ctes = [
    ...inside.ctes,
    `cohorts AS (SELECT b.owner, ${bucket("b.since")} AS cohort FROM (
  SELECT ${begun.owner} AS owner, MIN(${begun.day}) AS since FROM ${begun.rowsAs("began")}
  WHERE ${begun.where} AND ${begun.owner} IS NOT NULL AND ${during(begun.day, period, params)} GROUP BY 1) AS b${inside.join})`,
    `moved AS (${movedOf(fact, new Set(told), { period }, params, { sql: bucket(factOf(fact).day) })})`,
    `did AS (SELECT k.owner, k.cohort, m.bucket, ${contribution(top)} AS y${bottom === null ? "" : `, ${contribution(bottom)} AS x`}${
      coverage === null
        ? ""
        : `, ${contribution(coverage.known)} AS known, ${contribution(coverage.of)} AS of_all`
    }
  FROM moved AS m JOIN cohorts AS k ON k.owner = m.cluster WHERE m.bucket >= k.cohort)`,
    ...(isRunning ? [`run AS (SELECT *, ${running.join(", ")} FROM did)`] : []),
  ];
  const sql = `WITH ${ctes.join(",\n")}
SELECT cohort, CAST(NULL AS DATE) AS bucket, COUNT(*) AS customers, ${terms.map((term) => `0e0 AS ${term}`).join(", ")} FROM cohorts GROUP BY cohort
UNION ALL
SELECT cohort, bucket, 0 AS customers, ${terms.map((term) => `CAST(${sum(term)} AS DOUBLE PRECISION) AS ${term}`).join(", ")}
FROM ${isRunning ? "run" : "did"} GROUP BY cohort, bucket`;
  return { sql, params: params.values };
}
