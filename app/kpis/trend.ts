// A trend in one statement: the same sums as a period's, by day, week or month and segment, of members taken once.
import { activityOf } from "./activity-sums.ts";
import { contribution, sumsOf, term, termColumns, type Slice, type Statement } from "./compile.ts";
import { CUSTOMERS, literal, membersAt, namedValues } from "./members.ts";
import { Params } from "./params.ts";
import { bucketsOf, startOf, type Grain, type Period } from "./period.ts";
import { FIRST_TIME, GUEST, NO_ORDER, type Segmentation } from "./segmentations.ts";
import type { Cell } from "./sums.ts";

const STANDING = ["members", "members_with_order", "value_to_date"] as const;

const bucketColumn = (grain: Grain) =>
  grain === "day" ? "local_day" : `CAST(date_trunc('${grain}', CAST(local_day AS TIMESTAMP)) AS DATE)`;

/**
 * Rows (bucket, segment_now, terms). The row whose bucket is null holds what does not move with the bucket: members, and
 * what they had brought in before the period.
 */
export function compileTrend(
  ids: readonly string[],
  segmentation: Segmentation | null,
  slice: Slice,
  grain: Grain,
): Statement {
  const params = new Params();
  const names = [...new Set([...sumsOf(ids), "members"])];
  const on = params.day(slice.membersOn);
  const before = params.day(slice.period.from);
  const moving = (members: string | null) =>
    names
      .map((name) => {
        const sources = { activity: "a", members, membersOn: on, netToDate: "a.net_sales" };
        return `${contribution(name, sources)} AS ${name}_now`;
      })
      .join(",\n    ");
  const standing = names.map((name) => {
    if (name === "members")
      return `CASE WHEN m.customer_id IS NOT NULL OR c.created_day < ${on} THEN 1e0 END AS members_now`;
    if (name === "members_with_order")
      return `CASE WHEN m.customer_id IS NOT NULL THEN 1e0 END AS members_with_order_now`;
    if (name === "value_to_date")
      return `CASE WHEN m.customer_id IS NOT NULL THEN CAST(e.net AS DOUBLE PRECISION) END AS value_to_date_now`;
    return `CAST(NULL AS DOUBLE PRECISION) AS ${name}_now`;
  });
  const ctes = [
    ...(segmentation === null ? [] : namedValues(segmentation)),
    ...membersAt(segmentation, slice.membersOn, "now", params),
    `activity_now AS (${activityOf(names, slice.period, params, bucketColumn(grain))})`,
  ];
  // Who had no order by the instant has bought for the first time when the state at the period's end has one.
  const end = params.day(slice.period.to);
  const ordered =
    segmentation === null
      ? ""
      : `LEFT JOIN (SELECT customer_id FROM customer_history WHERE from_day < ${end} AND to_day >= ${end} AND orders > 0) AS o ON o.customer_id = c.customer_id`;
  const segment =
    segmentation === null
      ? literal(NO_ORDER.id)
      : `COALESCE(m.segment, CASE WHEN o.customer_id IS NOT NULL THEN ${literal(FIRST_TIME.id)} ELSE ${literal(NO_ORDER.id)} END)`;
  const branches = [
    `SELECT a.bucket, ${segment} AS segment_now,
    ${moving("m")}
  FROM activity_now AS a
  JOIN ${CUSTOMERS} AS c ON c.customer_id = a.cluster
  LEFT JOIN members_now AS m ON m.customer_id = a.cluster
  ${ordered}`,
    `SELECT a.bucket, ${literal(GUEST.id)} AS segment_now,
    ${moving(null)}
  FROM activity_now AS a WHERE a.cluster < 0`,
  ];
  if (STANDING.some((name) => sumsOf(ids).includes(name))) {
    branches.push(`SELECT NULL AS bucket, ${segment} AS segment_now,
    ${standing.join(",\n    ")}
  FROM ${CUSTOMERS} AS c
  LEFT JOIN members_now AS m ON m.customer_id = c.customer_id
  ${ordered}
  LEFT JOIN customer_history AS e ON e.customer_id = c.customer_id AND e.from_day < ${before} AND e.to_day >= ${before}`);
  }
  ctes.push(`people AS (\n  ${branches.join("\n  UNION ALL\n  ")})`);
  return {
    sql: `WITH ${ctes.join(",\n")}\nSELECT bucket, segment_now,\n  ${termColumns(ids, ["now"]).join(",\n  ")}\nFROM people GROUP BY bucket, segment_now`,
    params: params.values,
  };
}

/** The statement's rows as cells by bucket, standing sums added to each and net sales to date run up. */
export function cellsByBucket(
  rows: readonly { bucket: string | null; cell: Cell }[],
  period: Period,
  grain: Grain,
): { bucket: Period; cells: Cell[] }[] {
  const standing = new Map(rows.filter((row) => row.bucket === null).map((row) => [row.cell.now, row.cell]));
  const toDate = term.sum("value_to_date", "now");
  const running = new Map([...standing].map(([segment, cell]) => [segment, cell.terms[toDate] ?? 0]));
  return bucketsOf(period, grain).map((bucket) => {
    const key = grain === "day" ? bucket.from : startOf(grain, bucket.from);
    const moved = new Map(rows.filter((row) => row.bucket === key).map((row) => [row.cell.now, row.cell]));
    const cells = [...new Set([...standing.keys(), ...moved.keys()])].map((segment): Cell => {
      const own = moved.get(segment)?.terms ?? {};
      const whole = standing.get(segment)?.terms ?? {};
      running.set(segment, (running.get(segment) ?? 0) + (own[toDate] ?? 0));
      const terms: Record<string, number> = { ...own, [term.customers]: whole[term.customers] ?? 0 };
      for (const name of STANDING) {
        for (const key of [term.sum, term.movers, term.largest])
          terms[key(name, "now")] = whole[key(name, "now")] ?? 0;
      }
      terms[toDate] = running.get(segment) ?? 0;
      return { now: segment, then: "", terms };
    });
    return { bucket, cells };
  });
}
