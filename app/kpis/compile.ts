// KPIs and a segmentation to one SQL statement whose text is the same on DuckDB and PostgreSQL. It answers one row per
// pair (segment in the period, segment in the compared period) with the sums from which every value, interval and change follows.
import { activityOf, isOverActivity, signedSum } from "./activity-sums.ts";
import { declarations } from "./catalogue.ts";
import { declarationOf } from "./kpi.ts";
import { Params } from "./params.ts";
import type { Period } from "./period.ts";
import { GUEST, NO_ORDER, OTHER, TOTAL, UNKNOWN, type Segmentation } from "./segmentations.ts";

/** A period and the day at whose start its members are taken. */
export interface Slice {
  period: Period;
  membersOn: string;
}

export interface Statement {
  sql: string;
  params: (string | number)[];
}

/** The sums over customers that the KPIs show or divide: themselves, or a ratio's two sides. */
export function sumsOf(ids: readonly string[]): string[] {
  const sums = ids.flatMap((id) => {
    const { computation } = declarationOf(declarations, id);
    return computation.kind === "ratio" ? [computation.numerator, computation.denominator] : [id];
  });
  return [...new Set(sums)];
}

/** True where a customer's contribution is 0 or 1, so that its square is itself. */
export function isIndicator(name: string): boolean {
  const { computation } = declarationOf(declarations, name);
  if (computation.kind !== "simple") return false;
  return (
    computation.filter !== undefined ||
    (computation.grain === "customer" && computation.aggregate === "count")
  );
}

/** Ids of ours stand in the SQL as text; this keeps it so. */
export function literal(id: string): string {
  if (!/^[a-z0-9_-]+$/.test(id)) throw new Error(`"${id}" cannot stand in SQL`);
  return `'${id}'`;
}

const RESERVED = [NO_ORDER.id, GUEST.id, TOTAL.id, OTHER, UNKNOWN].map(literal).join(", ");

/** CTEs that do not depend on the instant: which values get a segment of their own, by today's members. */
export function namedValues(segmentation: Segmentation): string[] {
  if (segmentation.kind !== "valued") return [];
  // The tie-break is a number: engines sort text differently.
  const order = segmentation.order === "members" ? "COUNT(*) DESC, MIN(customer_id)" : "1 DESC";
  return [
    `named AS (
  SELECT value FROM (SELECT NULLIF(${segmentation.value}, '') AS value, customer_id FROM customer_history WHERE to_day = DATE '9999-12-31') AS present
  WHERE value IS NOT NULL AND value NOT IN (${RESERVED})
  GROUP BY value ORDER BY ${order} LIMIT ${segmentation.limit})`,
  ];
}

/** How a segment's id stands in a statement. */
type Code = (id: string) => string;

function segmentCase(segmentation: Segmentation, code: Code): string {
  if (segmentation.kind === "valued") {
    const value = `NULLIF(${segmentation.value}, '')`;
    return `CASE WHEN ${value} IS NULL THEN ${literal(UNKNOWN)} WHEN ${value} IN (SELECT value FROM named) THEN ${value} ELSE ${literal(OTHER)} END`;
  }
  const whens = segmentation.segments.map((segment) => `WHEN ${segment.when} THEN ${code(segment.id)}`);
  return `CASE ${whens.join(" ")} END`;
}

/**
 * CTEs ending in `members_<suffix>`: one row per customer with an order before the start of the day, with the segment
 * and what was known of the customer by then.
 */
export function membersAt(
  segmentation: Segmentation | null,
  day: string,
  suffix: string,
  params: Params,
  code: Code = literal,
): string[] {
  const state = `state_${suffix}`;
  const facts = "customer_id, orders, net, first_day, last_day, first_channel, first_country";
  const at = params.day(day);
  const ctes = [
    `${state} AS (SELECT ${facts} FROM customer_history WHERE from_day < ${at} AND to_day >= ${at} AND orders > 0)`,
  ];
  const columns = "customer_id, orders, net, first_day, last_day";
  if (segmentation === null)
    return [...ctes, `members_${suffix} AS (SELECT ${columns}, '' AS segment FROM ${state})`];

  const scores = segmentation.kind === "ruled" ? Object.entries(segmentation.scores) : [];
  if (scores.length === 0) {
    return [
      ...ctes,
      `members_${suffix} AS (SELECT ${columns}, ${segmentCase(segmentation, code)} AS segment FROM ${state})`,
    ];
  }
  // A score is 1 + the number of quintile cut points strictly below the value, so that equal values share a score.
  const quintiles = scores.map(
    ([score, fact]) =>
      `PERCENTILE_DISC(ARRAY[0.2, 0.4, 0.6, 0.8]) WITHIN GROUP (ORDER BY ${fact}) AS ${score}_cuts`,
  );
  // Taken out of the array here, once: per customer it costs DuckDB as much as all the rest of the membership.
  const cuts = scores.flatMap(([score]) =>
    [1, 2, 3, 4].map((cut) => `(${score}_cuts)[${cut}] AS ${score}_${cut}`),
  );
  const scored = scores.map(
    ([score, fact]) =>
      `1 + ${[1, 2, 3, 4].map((cut) => `CASE WHEN ${fact} > ${score}_${cut} THEN 1 ELSE 0 END`).join(" + ")} AS ${score}`,
  );
  return [
    ...ctes,
    `cuts_${suffix} AS (SELECT ${cuts.join(", ")} FROM (SELECT ${quintiles.join(", ")} FROM ${state}) AS quintiles)`,
    `scored_${suffix} AS (SELECT ${columns}, ${scored.join(", ")} FROM ${state} CROSS JOIN cuts_${suffix})`,
    `members_${suffix} AS (SELECT ${columns}, ${segmentCase(segmentation, code)} AS segment FROM scored_${suffix})`,
  ];
}

/** Where a customer's columns come from in one slice: aliases of activity (a), members (m) and the state at the period's end (e). */
export interface Sources {
  activity: string;
  /** Null for guest orders, which have no customer. */
  members: string | null;
  membersOn: string;
  netToDate: string;
}

/** A customer's contribution to a sum, NULL where it is none. */
export function contribution(name: string, from: Sources): string {
  const { computation } = declarationOf(declarations, name);
  if (computation.kind === "ratio") throw new Error(`${name} is not a sum`);
  if (isOverActivity(name)) return `${from.activity}.${name}`;
  if (computation.kind === "derived") {
    const of = (input: string) => contribution(input, from);
    return signedSum(computation.plus.map(of), (computation.minus ?? []).map(of));
  }
  if (from.members === null) return "0e0";
  const conditions: string[] = [];
  if (computation.among === "members") {
    conditions.push(`(${from.members}.customer_id IS NOT NULL OR c.created_day < ${from.membersOn})`);
  } else if (computation.among === "members_with_order") {
    conditions.push(`${from.members}.customer_id IS NOT NULL`);
  }
  if (computation.filter !== undefined && "minimumOrders" in computation.filter) {
    conditions.push(`${from.activity}.orders >= ${computation.filter.minimumOrders}`);
  }
  const value = computation.aggregate === "sum" ? `CAST(${from.netToDate} AS DOUBLE PRECISION)` : "1e0";
  return `CASE WHEN ${conditions.join(" AND ")} THEN ${value} END`;
}

/** The sums of one cell; `now` and `then` are the period and the compared one. */
export const term = {
  customers: "customers",
  sum: (name: string, slice: "now" | "then") => `s_${name}_${slice}`,
  /** Customers who contributed something. */
  movers: (name: string, slice: "now" | "then") => `n_${name}_${slice}`,
  largest: (name: string, slice: "now" | "then") => `m_${name}_${slice}`,
  /** Σ a·b within one period. */
  product: (a: string, b: string, slice: "now" | "then") =>
    a < b ? `p_${a}_${b}_${slice}` : `p_${b}_${a}_${slice}`,
  /** Σ a·b, a of the period and b of the compared one. */
  cross: (a: string, b: string) => `x_${a}_${b}`,
};

type Pair = readonly [string, string];

/** The pairs of sums whose products the intervals of these KPIs need. */
function pairsOf(ids: readonly string[]): Pair[] {
  const pairs: Pair[] = [];
  for (const id of ids) {
    const { computation } = declarationOf(declarations, id);
    if (computation.kind !== "ratio") pairs.push([id, id]);
    else if (computation.over === "shop") pairs.push([computation.numerator, computation.numerator]);
    else {
      const { numerator, denominator } = computation;
      pairs.push([numerator, numerator], [numerator, denominator], [denominator, denominator]);
    }
  }
  return pairs;
}

/** Aggregates of nothing are NULL; the reader takes them for 0, which spares the planner a function per column. */
export function termColumns(ids: readonly string[], slices: readonly ("now" | "then")[]): string[] {
  const columns = new Map<string, string>([[term.customers, "COUNT(*)"]]);
  for (const slice of slices) {
    for (const name of new Set([...sumsOf(ids), "members"])) {
      const column = `${name}_${slice}`;
      columns.set(term.sum(name, slice), `SUM(${column})`);
      if (isIndicator(name)) continue;
      columns.set(term.movers(name, slice), `COUNT(NULLIF(${column}, 0))`);
      columns.set(term.largest(name, slice), `MAX(ABS(${column}))`);
    }
    for (const [a, b] of pairsOf(ids)) {
      if (a === b && isIndicator(a)) continue;
      columns.set(term.product(a, b, slice), `SUM(${a}_${slice} * ${b}_${slice})`);
    }
  }
  if (slices.length === 2) {
    for (const [a, b] of pairsOf(ids)) {
      columns.set(term.cross(a, b), `SUM(${a}_now * ${b}_then)`);
      columns.set(term.cross(b, a), `SUM(${b}_now * ${a}_then)`);
    }
  }
  return [...columns].map(([name, sql]) => `${sql} AS ${name}`);
}

/** Net sales from the first order to the period's end: known from the members' state and the period when they adjoin. */
function netToDate(slice: Slice, suffix: string): string {
  if (slice.membersOn === slice.period.to) return `m_${suffix}.net`;
  if (slice.membersOn === slice.period.from) return `m_${suffix}.net + COALESCE(a_${suffix}.net_sales, 0)`;
  return `COALESCE(e_${suffix}.net, 0)`;
}

/** Segments we name ourselves stand in the statement as small numbers: engines group by them several times faster. */
function codesOf(segmentation: Segmentation): { code: Code; idOf: (value: unknown) => string } {
  if (segmentation.kind === "valued") return { code: literal, idOf: String };
  const ids = [...segmentation.segments.map(({ id }) => id), NO_ORDER.id, GUEST.id];
  return { code: (id) => String(ids.indexOf(id)), idOf: (value) => ids[Number(value)] ?? String(value) };
}

/** The whole question in one statement; `then` is the compared period. `idOf` reads the segments of its rows. */
export function compileCells(
  ids: readonly string[],
  segmentation: Segmentation,
  now: Slice,
  then: Slice | null,
): Statement & { idOf: (value: unknown) => string } {
  const { code, idOf } = codesOf(segmentation);
  const params = new Params();
  const slices: ["now" | "then", Slice][] =
    then === null
      ? [["now", now]]
      : [
          ["now", now],
          ["then", then],
        ];
  const names = [...new Set([...sumsOf(ids), "members"])];
  const ctes = namedValues(segmentation);
  const joins: string[] = [];
  const columns = { customers: [] as string[], guests: [] as string[] };

  for (const [suffix, slice] of slices) {
    ctes.push(...membersAt(segmentation, slice.membersOn, suffix, params, code));
    ctes.push(`activity_${suffix} AS (${activityOf(names, slice.period, params)})`);
    joins.push(
      `LEFT JOIN members_${suffix} AS m_${suffix} ON m_${suffix}.customer_id = c.customer_id`,
      `LEFT JOIN activity_${suffix} AS a_${suffix} ON a_${suffix}.cluster = c.customer_id`,
    );
    const net = netToDate(slice, suffix);
    if (names.includes("value_to_date") && net.includes(`e_${suffix}.`)) {
      const end = params.day(slice.period.to);
      joins.push(
        `LEFT JOIN customer_history AS e_${suffix} ON e_${suffix}.customer_id = c.customer_id AND e_${suffix}.from_day < ${end} AND e_${suffix}.to_day >= ${end}`,
      );
    }
    const sources = { activity: `a_${suffix}`, membersOn: params.day(slice.membersOn), netToDate: net };
    columns.customers.push(`COALESCE(m_${suffix}.segment, ${code(NO_ORDER.id)}) AS segment_${suffix}`);
    columns.guests.push(`${code(GUEST.id)} AS segment_${suffix}`);
    for (const name of names) {
      columns.customers.push(
        `${contribution(name, { ...sources, members: `m_${suffix}` })} AS ${name}_${suffix}`,
      );
      columns.guests.push(`${contribution(name, { ...sources, members: null })} AS ${name}_${suffix}`);
    }
  }

  const guests = (suffix: string) => `(SELECT * FROM activity_${suffix} WHERE cluster < 0) AS a_${suffix}`;
  const keys = slices.map(([suffix]) => `segment_${suffix}`).join(", ");
  ctes.push(`people AS (
  SELECT ${columns.customers.join(",\n    ")}
  FROM customers AS c
  ${joins.join("\n  ")}
  UNION ALL
  SELECT ${columns.guests.join(",\n    ")}
  FROM ${guests("now")}${then === null ? "" : ` FULL JOIN ${guests("then")} ON a_then.cluster = a_now.cluster`})`);

  const terms = termColumns(
    ids,
    slices.map(([suffix]) => suffix),
  );
  return {
    sql: `WITH ${ctes.join(",\n")}\nSELECT ${keys},\n  ${terms.join(",\n  ")}\nFROM people GROUP BY ${keys}`,
    params: params.values,
    idOf,
  };
}
