// The value that a part of the things of a period lies below, with its range: of each group, of all of them together, and of
// everybody outside a set, for what lies between values of two groups is no sum of theirs.
import { declarations } from "../catalogue.ts";
import type { OrderCut } from "../cuts/orders.ts";
import { Z } from "../estimates/distributions.ts";
import { rowsAs } from "../facts/fact.ts";
import { factOf } from "../facts/facts.ts";
import { type Quantile } from "../kpi.ts";
import { conditionsOf, declarationOf } from "../declared.ts";
import { IN_SET, OUTSIDE, UNKNOWN } from "../segmentations/segmentation.ts";
import type { Statement } from "./cells.ts";
import { clusterOf, conditionSql, within as inPeriod } from "./clusters.ts";
import type { Slice } from "./contributions.ts";
import { codesOf, type Grouping, groupsAt, segmentColumn, waysOf, type Within } from "./groups.ts";
import { literal, membersAt, namedValues } from "./members.ts";
import { groupsOfOrders, ORDERS } from "./order-cells.ts";
import { Params } from "./params.ts";

/** What one row of the statement spans. */
export const SPANS = ["group", "all", "rest"] as const;
export type Span = (typeof SPANS)[number];

/** Groups of customers, or of orders. */
export type QuantileGroups = Grouping | { kind: "orders"; cut: OrderCut; within: Within | undefined };

/** The quantiles among KPIs. */
export const quantilesOf = (ids: readonly string[]): { id: string; computation: Quantile }[] =>
  ids.flatMap((id) => {
    const { computation } = declarationOf(declarations, id);
    return computation.kind === "quantile" ? [{ id, computation }] : [];
  });

/** What groups rows by: tables to have, joins to rows called `r`, and each way's group. */
function groupsOf(groups: QuantileGroups, customer: string, membersOn: string, params: Params) {
  if (groups.kind !== "orders") {
    const { code, idOf } = codesOf(groups);
    const at = groupsAt(groups, membersOn, { suffix: "now", key: `r.${customer}` }, params, code);
    // Of whoever has done something in the period there is a group; of a stranger's own, too.
    const segments = at
      .segments("TRUE")
      .map((segment) => `CASE WHEN r.${customer} IS NULL THEN ${at.stranger} ELSE ${segment} END`);
    return { ...{ ctes: at.ctes, joins: at.joins, segments, code, idOf }, ways: waysOf(groups) };
  }
  const { cut, within } = groups;
  const own = `COALESCE(o.own_group, ${literal(UNKNOWN)})`;
  const inside =
    within === undefined
      ? own
      : `CASE WHEN w.segment = ${params.text(within.segment)} THEN ${own} ELSE ${literal(OUTSIDE.id)} END`;
  return {
    ctes: [
      ...groupsOfOrders(cut),
      ...(within === undefined
        ? []
        : [
            ...namedValues(within.segmentation, "named_w"),
            ...membersAt(within.segmentation, membersOn, "w", params, literal, "named_w"),
          ]),
    ],
    joins: [
      `LEFT JOIN ${ORDERS} AS o ON o.of_order = r.order_id`,
      ...(within === undefined ? [] : [`LEFT JOIN members_w AS w ON w.customer_id = r.${customer}`]),
    ],
    ...{ segments: [inside], code: literal, idOf: String, ways: 1 },
  };
}

/**
 * CTEs ending in `observed`: each value (v), whose it is (cluster), and its groups.
 * @param own further columns, over rows called `r`
 */
export function observedIn(
  { fact, measure, of }: Pick<Quantile, "fact" | "measure" | "of">,
  groups: QuantileGroups,
  { period, membersOn }: Slice,
  params: Params,
  own: readonly string[] = [],
) {
  const { day, owner, measures } = factOf(fact);
  const measured = measures[measure];
  if (owner === null || measured === undefined) throw new Error(`${fact} has no ${measure} of customers`);
  const { ctes, joins, segments, ...rest } = groupsOf(groups, owner.customer, membersOn, params);
  const value = measured.since === undefined ? measured.column : `${measured.column} - ${measured.since}`;
  const counted = declarationOf(declarations, of).computation;
  if (counted.kind !== "count" || counted.fact !== fact) throw new Error(`${of} counts nothing of ${fact}`);
  const held = conditionsOf(counted).map(conditionSql);
  const observed = `observed AS (SELECT ${clusterOf(owner, "r.")} AS cluster, CAST(${value} AS DOUBLE PRECISION) AS v,
    ${[...segments.map((segment, way) => `${segment} AS ${segmentColumn("now", way)}`), ...own].join(",\n    ")}
  FROM (SELECT * FROM ${rowsAs(factOf(fact), "rows_of")} WHERE ${[inPeriod(day, period, params), `${value} IS NOT NULL`, ...held].join(" AND ")}) AS r
  ${joins.join("\n  ")})`;
  return { ctes: [...new Set(ctes), observed], ...rest };
}

/**
 * Rows (way, span as an index of SPANS, segment_now, bucket where one is asked for, owners, n, middle, low, high); low and high
 * are NULL where there are too few values for a range. The range is that of the part below the value, by customers as clusters,
 * and never narrower than one of so many values that have nothing to do with each other. Woodruff (1952), J. Am. Stat. Assoc.
 * 47:635.
 */
export function compileQuantile(
  computation: Quantile,
  groups: QuantileGroups,
  slice: Slice,
  bucket?: (day: string, params: Params) => string,
): Statement & { idOf: (value: unknown) => string } {
  const params = new Params();
  const { at, fact } = computation;
  const own = bucket === undefined ? [] : [`${bucket(`r.${factOf(fact).day}`, params)} AS bucket`];
  const { ctes, code, idOf, ways } = observedIn(computation, groups, slice, params, own);
  const columns = ["way", "span", "segment_now", ...(bucket === undefined ? [] : ["bucket"])];
  const keys = columns.join(", ");
  const keysOf = (alias: string) => columns.map((column) => `${alias}.${column}`).join(", ");
  const sameKeys = (a: string, b: string) =>
    columns.map((column) => `${a}.${column} = ${b}.${column}`).join(" AND ");
  const keyed = (way: number) => {
    const segment = segmentColumn("now", way);
    const inside =
      groups.kind === "orders" || groups.within !== undefined ? `${segment} <> ${code(OUTSIDE.id)}` : "TRUE";
    const select = (span: Span, group: string, condition: string) =>
      `SELECT ${way} AS way, ${SPANS.indexOf(span)} AS span, ${group} AS segment_now,${bucket === undefined ? "" : " bucket,"} cluster, v FROM observed WHERE ${condition}`;
    return [
      select("group", segment, inside),
      select("all", code(OUTSIDE.id), inside),
      ...(groups.kind === "sets"
        ? [select("rest", code(OUTSIDE.id), `${inside} AND ${segment} <> ${code(IN_SET.id)}`)]
        : []),
    ];
  };
  /** Standard error of the part of the values that `below` counts, with customers as clusters. */
  const error = (below: string) =>
    `SQRT(GREATEST(0e0, SUM(${below} * ${below}) - 2e0 * SUM(${below}) / SUM(x) * SUM(${below} * x)
      + SUM(${below}) / SUM(x) * SUM(${below}) / SUM(x) * SUM(x * x)) * COUNT(*) / GREATEST(1, COUNT(*) - 1)) / SUM(x)`;
  const half = `${params.number(Z)} * error`;
  const sql = `WITH ${[
    ...ctes,
    `keyed AS (${Array.from({ length: ways }, (_, way) => keyed(way))
      .flat()
      .join("\n  UNION ALL ")})`,
    `ranked AS (SELECT ${keys}, cluster, v, ROW_NUMBER() OVER (PARTITION BY ${keys} ORDER BY v) AS place, COUNT(*) OVER (PARTITION BY ${keys}) AS n FROM keyed)`,
    `middles AS (SELECT ${keys}, MAX(n) AS n, AVG(v) AS middle FROM ranked WHERE place >= n * ${at}e0 AND place <= n * ${at}e0 + 1 GROUP BY ${keys})`,
    `owners AS (SELECT ${keys}, MAX(middle) AS middle, MAX(n) AS n, CAST(COUNT(*) AS DOUBLE PRECISION) AS x,
    CAST(COUNT(CASE WHEN v < middle THEN 1 END) AS DOUBLE PRECISION) AS under, CAST(COUNT(CASE WHEN v <= middle THEN 1 END) AS DOUBLE PRECISION) AS upto
  FROM (SELECT r.*, m.middle FROM ranked AS r JOIN middles AS m ON ${sameKeys("m", "r")}) AS placed GROUP BY ${keys}, cluster)`,
    `errors AS (SELECT ${keys}, COUNT(*) AS owners, MAX(n) AS n, MAX(middle) AS middle,
    GREATEST(${error("under")}, ${error("upto")}, SQRT(${at}e0 * (1 - ${at}e0) / MAX(n))) AS error FROM owners GROUP BY ${keys})`,
    `places AS (SELECT ${keys}, owners, n, middle, FLOOR(n * (${at}e0 - ${half})) AS first, CEIL(n * (${at}e0 + ${half})) + 1 AS last FROM errors)`,
  ].join(",\n")}
SELECT ${keysOf("p")}, p.owners, p.n, p.middle,
  MAX(CASE WHEN p.last <= p.n AND r.place = p.first THEN r.v END) AS low, MAX(CASE WHEN p.first >= 1 AND r.place = p.last THEN r.v END) AS high
FROM places AS p JOIN ranked AS r ON ${sameKeys("r", "p")} GROUP BY ${keysOf("p")}, p.owners, p.n, p.middle`;
  return { sql, params: params.values, idOf };
}
