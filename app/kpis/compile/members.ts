// Who is in which segment at the start of a day, as CTEs whose text is the same on DuckDB and PostgreSQL: states of that
// day, the values that get a segment of their own, scores by mid-rank, and the shop's rhythm.
import { stateOf } from "../facts/facts.ts";
import { gapsBefore } from "../facts/orders.ts";
import type { Params } from "./params.ts";
import {
  FIRST_TIME,
  GUEST,
  NO_ORDER,
  OTHER,
  OUTSIDE,
  type RuledSegmentation,
  type Score,
  type Segmentation,
  TOTAL,
  UNGROUPED,
  UNKNOWN,
} from "../segmentations.ts";

const NAMED = "named";

/** Ids of ours stand in the SQL as text; this keeps it so. */
export function literal(id: string): string {
  if (!/^[a-z0-9_-]+$/.test(id)) throw new Error(`"${id}" cannot stand in SQL`);
  return `'${id}'`;
}

/** By what customers are put into segments. */
const STATE = stateOf("history");

/** How a segment's id stands in a statement. */
export type Code = (id: string) => string;

export const RESERVED = [
  ...[FIRST_TIME, NO_ORDER, UNGROUPED, GUEST, TOTAL, OUTSIDE].map(({ id }) => literal(id)),
  literal(OTHER),
  literal(UNKNOWN),
].join(", ");

/** CTEs that do not depend on the instant: which values get a segment of their own, by today's members. */
export function namedValues(segmentation: Segmentation, name = NAMED): string[] {
  if (segmentation.kind !== "valued") return [];
  // The tie-break is a number: engines sort text differently.
  const order = segmentation.order === "members" ? "COUNT(*) DESC, MIN(customer_id)" : "1 DESC";
  return [
    `${name} AS (
  SELECT value FROM (SELECT NULLIF(${segmentation.valueIn(segmentation.fact)}, '') AS value, ${STATE.customer} AS customer_id FROM ${STATE.table} WHERE ${STATE.to} = DATE '9999-12-31') AS present
  WHERE value IS NOT NULL AND value NOT IN (${RESERVED})
  GROUP BY value ORDER BY ${order} LIMIT ${segmentation.limit})`,
  ];
}

/** The segment of a row by a value of its own; needs a CTE of the values that get one. */
export function valueCase(valueInRow: string, named = NAMED): string {
  const value = `NULLIF(${valueInRow}, '')`;
  return `CASE WHEN ${value} IS NULL THEN ${literal(UNKNOWN)} WHEN ${value} IN (SELECT value FROM ${named}) THEN ${value} ELSE ${literal(OTHER)} END`;
}

function segmentCase(segmentation: Segmentation, code: Code, named: string): string {
  if (segmentation.kind === "valued") return valueCase(segmentation.valueIn(segmentation.fact), named);
  const ungrouped = segmentation.minimum === undefined ? [] : [`WHEN NOT grouped THEN ${code(UNGROUPED.id)}`];
  const whens = segmentation.segments.map((segment) => `WHEN ${segment.when} THEN ${code(segment.id)}`);
  return `CASE ${[...ungrouped, ...whens].join(" ")} END`;
}

/** With fewer gaps between purchases than these, the shop has no rhythm of its own yet. */
const RHYTHM = { gaps: 30, usual: { g50: 30, g90: 180 } } as const;

/**
 * CTEs ending in `rhythm_<suffix>` (g50, g90): the median and the 90 % quantile of the days between consecutive purchase
 * days known at the start of the day. Gaps are few different numbers, which are cheaper to add up than to sort.
 */
export function rhythmAt(at: string, suffix: string): string[] {
  const quantile = (share: string, name: keyof typeof RHYTHM.usual) =>
    `CAST(CASE WHEN MAX(gaps) >= ${RHYTHM.gaps} THEN MIN(CASE WHEN upto >= ${share} * gaps THEN gap END) ELSE ${RHYTHM.usual[name]} END AS INTEGER) AS ${name}`;
  return [
    `gaps_${suffix} AS (${gapsBefore(at)})`,
    `rhythm_${suffix} AS (SELECT ${quantile("0.5", "g50")}, ${quantile("0.9", "g90")} FROM (SELECT gap, SUM(n) OVER (ORDER BY gap) AS upto, SUM(n) OVER () AS gaps FROM gaps_${suffix}) AS running)`,
  ];
}

const FIFTHS = [1, 2, 3, 4] as const;

/**
 * CTEs ending in `scored_<suffix>`: the states with their scores, `days` since the last order, the rhythm and `grouped`.
 * Of each fifth, the value at which it is passed is found by its rank; whether that value's own mid-rank passes it, by
 * counting what is below and equal. No customer is sorted twice.
 */
function scoredAt(segmentation: RuledSegmentation, at: string, suffix: string, columns: string): string[] {
  const state = `state_${suffix}`;
  const scores = Object.entries(segmentation.scores);
  const withRhythm = scores.some(([, { rhythm }]) => rhythm);
  const each = (text: (score: string, fact: string, fifth: number) => string) =>
    scores.flatMap(([score, { fact }]) => FIFTHS.map((fifth) => text(score, fact, fifth))).join(", ");
  const quintiles = scores.map(
    ([score, { fact }]) =>
      `PERCENTILE_DISC(ARRAY[0.2, 0.4, 0.6, 0.8]) WITHIN GROUP (ORDER BY ${fact}) AS ${score}_cuts`,
  );
  const minimum = segmentation.minimum ?? { customers: 0, days: 0 };
  const base = ([score, { fact }]: [string, Score]) =>
    `1 + ${FIFTHS.map((fifth) => `CASE WHEN ${fact} > ${score}_${fifth} OR (${fact} = ${score}_${fifth} AND ${score}_${fifth}_in) THEN 1 ELSE 0 END`).join(" + ")} AS ${score}`;
  const held = ([score, { fact, rhythm, lowest }]: [string, Score]) => {
    if (rhythm)
      return `CASE WHEN days <= g50 THEN GREATEST(${score}, 4) WHEN days > g90 THEN LEAST(${score}, 3) ELSE ${score} END AS ${score}`;
    return lowest === undefined
      ? score
      : `CASE WHEN ${fact} = ${lowest} THEN 1 ELSE ${score} END AS ${score}`;
  };
  return [
    ...(withRhythm ? rhythmAt(at, suffix) : []),
    // Taken out of the arrays here, once: per customer it costs DuckDB as much as all the rest of the membership.
    `fifths_${suffix} AS (SELECT n, oldest, ${each((score, _, fifth) => `(${score}_cuts)[${fifth}] AS ${score}_${fifth}`)}
  FROM (SELECT COUNT(*) AS n, MIN(first_day) AS oldest, ${quintiles.join(", ")} FROM ${state}) AS quintiles)`,
    `ranks_${suffix} AS (SELECT ${each((score, fact, fifth) => `SUM(CASE WHEN ${fact} < ${score}_${fifth} THEN 2 WHEN ${fact} = ${score}_${fifth} THEN 1 ELSE 0 END) AS ${score}_${fifth}_mid`)}
  FROM ${state} CROSS JOIN fifths_${suffix})`,
    `cuts_${suffix} AS (SELECT n >= ${minimum.customers} AND ${at} - oldest >= ${minimum.days} AS grouped, ${each((score, _, fifth) => `${score}_${fifth}, 5 * ${score}_${fifth}_mid >= ${2 * fifth} * n AS ${score}_${fifth}_in`)}${withRhythm ? ", g50, g90" : ""}
  FROM fifths_${suffix} CROSS JOIN ranks_${suffix}${withRhythm ? ` CROSS JOIN rhythm_${suffix}` : ""})`,
    `scored_${suffix} AS (SELECT ${columns}, days, grouped${withRhythm ? ", g50, g90" : ""}, ${scores.map(held).join(", ")}
  FROM (SELECT ${columns}, ${at} - last_day AS days, grouped${withRhythm ? ", g50, g90" : ""}, ${scores.map(base).join(", ")} FROM ${state} CROSS JOIN cuts_${suffix}) AS ranked)`,
  ];
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
  named = NAMED,
): string[] {
  const state = `state_${suffix}`;
  const facts = "customer_id, orders, net, first_day, last_day, first_channel, first_country";
  const at = params.day(day);
  const states = `${state} AS (SELECT ${facts} FROM ${STATE.table} WHERE ${STATE.from} < ${at} AND ${STATE.to} >= ${at} AND ${STATE.holds})`;
  const columns = "customer_id, orders, net, first_day, last_day";
  const members = (segment: string, from: string) =>
    `members_${suffix} AS (SELECT ${columns}, ${segment} AS segment FROM ${from})`;
  if (segmentation === null) return [states, members("''", state)];
  if (segmentation.kind === "valued" || Object.keys(segmentation.scores).length === 0)
    return [states, members(segmentCase(segmentation, code, named), state)];
  return [
    states,
    ...scoredAt(segmentation, at, suffix, columns),
    members(segmentCase(segmentation, code, named), `scored_${suffix}`),
  ];
}

/** What a score means at an instant: the longest silence, or the smallest number or amount, that still reaches it. */
export interface Thresholds {
  customers: number;
  grouped: boolean;
  g50: number;
  g90: number;
  /** Index 0 is a score of 2, index 3 a 5; null where nobody reaches it. */
  days: readonly (number | null)[];
  orders: readonly (number | null)[];
  net: readonly (number | null)[];
}

/** The thresholds of scores r, f and m at the start of the day, in one row. */
export function compileThresholds(segmentation: RuledSegmentation, day: string, params: Params): string {
  const columns = [2, 3, 4, 5].flatMap((score) => [
    `MAX(CASE WHEN r >= ${score} THEN days END) AS days_${score}`,
    `MIN(CASE WHEN f >= ${score} THEN orders END) AS orders_${score}`,
    `MIN(CASE WHEN m >= ${score} THEN net END) AS net_${score}`,
  ]);
  return `WITH ${membersAt(segmentation, day, "on", params).join(",\n")}
SELECT COUNT(*) AS customers, COUNT(CASE WHEN grouped THEN 1 END) AS grouped, MAX(g50) AS g50, MAX(g90) AS g90, ${columns.join(", ")} FROM scored_on`;
}
