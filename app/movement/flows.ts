// Where each customer was at the start of one day and is at the start of a later one, as statements whose text is the same on
// DuckDB and PostgreSQL.
import { literal, membersAt, membersByCutsOf, namedValues } from "../kpis/compile/members.ts";
import { Params } from "../kpis/compile/params.ts";
import { memberState } from "../kpis/facts/facts.ts";
import { NO_ORDER, type Segmentation } from "../kpis/segmentations.ts";

/** "first": cut points of the first day hold on both; "each": each day has its own. */
export const THRESHOLDS = ["first", "each"] as const;
export type Thresholds = (typeof THRESHOLDS)[number];

/** Two days, at whose starts customers are looked at. */
export interface Between {
  from: string;
  to: string;
  thresholds: Thresholds;
}

/** Who has an order by the second day; `was` of whoever had none by the first is that he had not bought. */
export interface FlowOf {
  was: string | null;
  becomes: string | null;
}

/** What a list of a flow's customers can be sorted by. */
export const FLOW_SORTS = ["net_between", "net", "orders", "last_day"] as const;
export type FlowSort = (typeof FLOW_SORTS)[number];

export interface FlowsStatement {
  sql: string;
  params: Params["values"];
}

/** CTEs ending in `flows`. Nobody leaves: whoever has ordered once has. */
function flows(segmentation: Segmentation, { from, to, thresholds }: Between, params: Params): string[] {
  const { table, customer, from: since, to: until } = memberState;
  const then = { day: from, suffix: "then" };
  const now = { day: to, suffix: "now" };
  const at = params.day(from);
  return [
    ...namedValues(segmentation),
    ...membersAt(segmentation, from, then.suffix, params),
    ...(thresholds === "first"
      ? membersByCutsOf(then, segmentation, now, params)
      : membersAt(segmentation, to, now.suffix, params)),
    // Something may be booked for a customer before the first order.
    `booked AS (SELECT ${customer}, net FROM ${table} WHERE ${since} < ${at} AND ${until} >= ${at})`,
    `flows AS (SELECT n.${customer}, COALESCE(t.segment, ${literal(NO_ORDER.id)}) AS was, n.segment AS becomes,
    COALESCE(b.net, 0) AS net_then, n.net - COALESCE(b.net, 0) AS net_between, n.net, n.orders, n.last_day
  FROM members_now AS n LEFT JOIN members_then AS t ON t.${customer} = n.${customer} LEFT JOIN booked AS b ON b.${customer} = n.${customer})`,
  ];
}

/** (was, becomes, customers, net_then, net_between) */
export function matrixStatement(segmentation: Segmentation, between: Between): FlowsStatement {
  const params = new Params();
  const sql = `WITH ${flows(segmentation, between, params).join(",\n")}
SELECT was, becomes, COUNT(*) AS customers, SUM(net_then) AS net_then, SUM(net_between) AS net_between FROM flows GROUP BY was, becomes`;
  return { sql, params: params.values };
}

/** The customers of a flow, one by one. `page` null: all of them. */
export function flowStatement(
  segmentation: Segmentation,
  between: Between,
  { was, becomes }: FlowOf,
  { sort, descending }: { sort: FlowSort; descending: boolean },
  page: { offset: number; limit: number } | null,
): FlowsStatement {
  const params = new Params();
  const ctes = flows(segmentation, between, params);
  const conditions = [
    ...(was === null ? [] : [`was = ${params.text(was)}`]),
    ...(becomes === null ? [] : [`becomes = ${params.text(becomes)}`]),
  ];
  const where = conditions.length === 0 ? "TRUE" : conditions.join(" AND ");
  const paging =
    page === null ? "" : ` LIMIT ${params.number(page.limit)} OFFSET ${params.number(page.offset)}`;
  const sql = `WITH ${ctes.join(",\n")}
SELECT customer_id, was, becomes, net_then, net_between, net, orders, last_day FROM flows WHERE ${where}
ORDER BY ${sort} ${descending ? "DESC" : "ASC"} NULLS LAST, customer_id${paging}`;
  return { sql, params: params.values };
}

/**
 * (nth, segment, members): how many are in each segment at the start of each day, counted one day after the other.
 * @param frozen the day whose cut points hold on all of them
 */
export function sizesStatement(
  segmentation: Segmentation,
  days: readonly string[],
  frozen: string | null,
): FlowsStatement {
  const params = new Params();
  const by = frozen === null ? null : { day: frozen, suffix: "by" };
  const members = days.map((day, nth) => ({ day, suffix: `d${nth}` }));
  const ctes = [
    ...namedValues(segmentation),
    ...(by === null ? [] : membersAt(segmentation, by.day, by.suffix, params)),
    ...members.flatMap((on) =>
      by === null
        ? membersAt(segmentation, on.day, on.suffix, params)
        : membersByCutsOf(by, segmentation, on, params),
    ),
  ];
  const counted = members.map(
    ({ suffix }, nth) =>
      `SELECT ${nth} AS nth, segment, COUNT(*) AS members FROM members_${suffix} GROUP BY segment`,
  );
  return { sql: `WITH ${ctes.join(",\n")}\n${counted.join("\nUNION ALL\n")}`, params: params.values };
}
