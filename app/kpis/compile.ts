// KPIs and a segmentation to one SQL statement whose text is the same on DuckDB and PostgreSQL. It answers one row per
// pair (segment in the period, segment in the compared period) with the sums from which every value, interval and change follows.
import { activityOf, isOverActivity, signedSum } from "./activity-sums.ts";
import { declarations } from "./catalogue.ts";
import { declarationOf, isIndicator as isIndicatorOf, uncertaintyOf } from "./kpi.ts";
import { CUSTOMERS, type Code, literal, membersAt, namedValues } from "./members.ts";
import { Params } from "./params.ts";
import type { Period } from "./period.ts";
import { FIRST_TIME, GUEST, NO_ORDER, type Segmentation, UNGROUPED } from "./segmentations.ts";

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

const isIndicator = (name: string) => isIndicatorOf(declarations, name);

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

type SliceName = "now" | "then";

/** The sums of one cell; `now` and `then` are the period and the compared one. */
export const term = {
  customers: "customers",
  sum: (name: string, slice: SliceName) => `s_${name}_${slice}`,
  /** Customers who contributed something. */
  movers: (name: string, slice: SliceName) => `n_${name}_${slice}`,
  largest: (name: string, slice: SliceName) => `m_${name}_${slice}`,
  /** Σ of the product of two or three contributions within one period; an indicator's powers are itself. */
  moment: (names: readonly string[], slice: SliceName) => {
    const factors = factorsOf(names);
    return factors.length === 1 && isIndicator(factors[0] ?? "")
      ? term.sum(factors[0] ?? "", slice)
      : `p_${factors.join("_")}_${slice}`;
  },
  /** Σ a·b, a of the period and b of the compared one. */
  cross: (a: string, b: string) => `x_${a}_${b}`,
};

function factorsOf(names: readonly string[]): string[] {
  const sorted = [...names].sort();
  return sorted.filter((name, index) => !isIndicator(name) || name !== sorted[index - 1]);
}

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

/** The threes whose products tell how uneven customers are; Wilson's ranges need none. */
function threesOf(ids: readonly string[]): string[][] {
  return ids.flatMap((id) => {
    const { computation } = declarationOf(declarations, id);
    if (computation.kind !== "ratio") return [[id, id, id]];
    const { numerator: y, denominator: x } = computation;
    if (computation.over === "shop") return [[y, y, y]];
    if (uncertaintyOf(declarations, id) === "wilson") return [];
    return [
      [y, y, y],
      [y, y, x],
      [y, x, x],
      [x, x, x],
    ];
  });
}

/** Aggregates of nothing are NULL; the reader takes them for 0, which spares the planner a function per column. */
export function termColumns(ids: readonly string[], slices: readonly SliceName[]): string[] {
  const columns = new Map<string, string>([[term.customers, "COUNT(*)"]]);
  for (const slice of slices) {
    for (const name of new Set([...sumsOf(ids), "members"])) {
      const column = `${name}_${slice}`;
      columns.set(term.sum(name, slice), `SUM(${column})`);
      if (isIndicator(name)) continue;
      columns.set(term.movers(name, slice), `COUNT(NULLIF(${column}, 0))`);
      columns.set(term.largest(name, slice), `MAX(${column})`);
    }
    for (const names of [...pairsOf(ids), ...threesOf(ids)]) {
      const factors = factorsOf(names).map((name) => `${name}_${slice}`);
      const column = term.moment(names, slice);
      if (!columns.has(column)) columns.set(column, `SUM(${factors.join(" * ")})`);
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
  const ids = [
    ...segmentation.segments.map(({ id }) => id),
    ...[UNGROUPED, FIRST_TIME, NO_ORDER, GUEST].map(({ id }) => id),
  ];
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
    columns.customers.push(
      `COALESCE(m_${suffix}.segment, CASE WHEN a_${suffix}.orders >= 1 THEN ${code(FIRST_TIME.id)} ELSE ${code(NO_ORDER.id)} END) AS segment_${suffix}`,
    );
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
  FROM ${CUSTOMERS} AS c
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
