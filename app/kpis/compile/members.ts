// Who is in which segment at the start of a day, as CTEs whose text is the same on DuckDB and PostgreSQL: states of that
// day, the values that get a segment of their own, scores by mid-rank, and the shop's rhythm.
import { memberState } from "../facts/facts.ts";
import { gapsBefore } from "../facts/orders.ts";
import { daysBetween } from "../period.ts";
import type { Params } from "./params.ts";
import {
  type Fact,
  FIRST_TIME,
  GUEST,
  isPresent,
  NO_ORDER,
  OTHER,
  OUTSIDE,
  type RuledSegmentation,
  type Score,
  type Segmentation,
  TOTAL,
  UNGROUPED,
  UNKNOWN,
} from "../segmentations/segmentation.ts";

const NAMED = "named";

/** Ids of ours stand in the SQL as text; this keeps it so. */
export function literal(id: string): string {
  if (!/^[a-z0-9_-]+$/.test(id)) throw new Error(`"${id}" cannot stand in SQL`);
  return `'${id}'`;
}

/** By what customers are put into segments. */
const STATE = memberState;

/** How a segment's id stands in a statement. */
export type Code = (id: string) => string;

export const RESERVED = [
  ...[FIRST_TIME, NO_ORDER, UNGROUPED, GUEST, TOTAL, OUTSIDE].map(({ id }) => literal(id)),
  literal(OTHER),
  literal(UNKNOWN),
].join(", ");

/** CTEs of the values that were ever held, each spelling once: making a value of a spelling costs far more than a join. */
const spelt = (name: string) => `${name}_spelt`;
const segmentBySpelling = (name: string) => `${name}_of`;

/**
 * CTEs that do not depend on the instant: which values get a segment of their own, by today's members, and the segment of each
 * spelling of them.
 */
export function namedValues(segmentation: Segmentation, name = NAMED): string[] {
  if (segmentation.kind !== "valued") return [];
  const { fact, valueIn, limit } = segmentation;
  // The tie-break is a number: engines sort text differently.
  const order = segmentation.order === "members" ? "COUNT(*) DESC, MIN(customer_id)" : "1 DESC";
  return [
    `${spelt(name)} AS (
  SELECT raw, NULLIF(${valueIn("raw")}, '') AS value FROM (SELECT DISTINCT ${fact} AS raw FROM ${STATE.table} WHERE ${fact} IS NOT NULL) AS raws)`,
    `${name} AS (
  SELECT value FROM (SELECT s.value, k.${STATE.customer} AS customer_id FROM ${STATE.table} AS k JOIN ${spelt(name)} AS s ON s.raw = k.${fact} WHERE k.${STATE.to} = DATE '9999-12-31') AS present
  WHERE value IS NOT NULL AND value NOT IN (${RESERVED})
  GROUP BY value ORDER BY ${order} LIMIT ${limit})`,
    `${segmentBySpelling(name)} AS (SELECT raw, ${segmentOfValue("value", name)} AS segment FROM ${spelt(name)})`,
  ];
}

const segmentOfValue = (value: string, named: string) =>
  `CASE WHEN ${value} IS NULL THEN ${literal(UNKNOWN)} WHEN ${value} IN (SELECT value FROM ${named}) THEN ${value} ELSE ${literal(OTHER)} END`;

/** The segment of a row by a value of its own; needs a CTE of the values that get one. */
export const valueCase = (valueInRow: string, named = NAMED): string =>
  segmentOfValue(`NULLIF(${valueInRow}, '')`, named);

/** The segment of a state of the day, and what the states are joined to for it. */
function segmentOf(segmentation: Segmentation, code: Code, named: string): { segment: string; join: string } {
  if (segmentation.kind === "valued") {
    const own = segmentBySpelling(named);
    return {
      segment: `COALESCE(${own}.segment, ${literal(UNKNOWN)})`,
      join: ` LEFT JOIN ${own} ON ${own}.raw = ${segmentation.fact}`,
    };
  }
  const ungrouped = segmentation.minimum === undefined ? [] : [`WHEN NOT grouped THEN ${code(UNGROUPED.id)}`];
  const whens = segmentation.segments.map((segment) => `WHEN ${segment.when} THEN ${code(segment.id)}`);
  return { segment: `CASE ${[...ungrouped, ...whens].join(" ")} END`, join: "" };
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

const isByDay = ({ scores }: RuledSegmentation): boolean =>
  Object.values(scores).some(({ fact }) => fact === "last_day");

/** The states that get scores: whose rhythm has their suffix, and from where their columns are read. */
interface ScoredStates {
  states: string;
  from: string;
  columns: string;
}

/**
 * CTEs ending in `scored_<suffix>`: the states with their scores, `days` since the last order, the rhythm and `grouped`.
 * Of each cut, the value at which it is passed is found by its rank; whether that value's own mid-rank passes it, by
 * counting what is below and equal. No customer is sorted twice.
 */
function scoredAt(segmentation: RuledSegmentation, at: string, suffix: string, of: ScoredStates): string[] {
  const state = `state_${of.states}`;
  const scores = Object.entries(segmentation.scores);
  const isRhythmic = segmentation.rhythm === true;
  const rhythm = isRhythmic ? rhythmAt(at, of.states) : [];
  const scored = scoredBy(segmentation, at, suffix, of, { cuts: suffix, rhythm: of.states, longAgo: null });
  if (scores.length === 0) return [...rhythm, scored];
  const each = (text: (score: string, nth: number, of: Score) => string) =>
    scores.flatMap(([score, of]) => of.cuts.map((_, index) => text(score, index + 1, of))).join(", ");
  const quantiles = scores.map(
    ([score, { fact, cuts }]) =>
      `PERCENTILE_DISC(ARRAY[${cuts.map((cut) => cut / 100).join(", ")}]) WITHIN GROUP (ORDER BY ${fact}) AS ${score}_cuts`,
  );
  const minimum = segmentation.minimum ?? { customers: 0, days: 0 };
  return [
    ...rhythm,
    // Taken out of the arrays here, once: per customer it costs DuckDB as much as all the rest of the membership.
    `passed_${suffix} AS (SELECT n, oldest, ${each((score, nth) => `(${score}_cuts)[${nth}] AS ${score}_${nth}`)}
  FROM (SELECT COUNT(*) AS n, MIN(first_day) AS oldest, ${quantiles.join(", ")} FROM ${state}) AS quantiles)`,
    `ranks_${suffix} AS (SELECT ${each((score, nth, { fact }) => `SUM(CASE WHEN ${fact} < ${score}_${nth} THEN 2 WHEN ${fact} = ${score}_${nth} THEN 1 ELSE 0 END) AS ${score}_${nth}_mid`)}
  FROM ${state} CROSS JOIN passed_${suffix})`,
    `cuts_${suffix} AS (SELECT n >= ${minimum.customers} AND ${at} - oldest >= ${minimum.days} AS grouped, ${each((score, nth, { cuts }) => `${score}_${nth}, 100 * ${score}_${nth}_mid >= ${2 * (cuts[nth - 1] ?? 0)} * n AS ${score}_${nth}_in`)}${isRhythmic ? ", g50, g90" : ""}
  FROM passed_${suffix} CROSS JOIN ranks_${suffix}${isRhythmic ? ` CROSS JOIN rhythm_${of.states}` : ""})`,
    scored,
  ];
}

/** Which cuts and which rhythm states are scored by. `longAgo`: SQL of how many days before theirs; null where none. */
interface ScoredBy {
  cuts: string;
  rhythm: string;
  longAgo: string | null;
}

/** The CTE `scored_<suffix>`. */
function scoredBy(
  { scores: declared, rhythm }: RuledSegmentation,
  at: string,
  suffix: string,
  { from, columns }: ScoredStates,
  by: ScoredBy,
): string {
  const scores = Object.entries(declared);
  if (scores.length === 0)
    return `scored_${suffix} AS (SELECT ${columns}, ${at} - last_day AS days, TRUE AS grouped, g50, g90 FROM ${from} CROSS JOIN rhythm_${by.rhythm})`;
  // A day is as long ago as it is: of another day's cuts, by its distance from that day.
  const ranked = (fact: Score["fact"]) =>
    by.longAgo === null || fact !== "last_day" ? fact : `(${fact} - ${by.longAgo})`;
  const base = ([score, { fact, cuts }]: [string, Score]) =>
    `1 + ${cuts
      .map((_, index) => `${score}_${index + 1}`)
      .map(
        (cut) =>
          `CASE WHEN ${ranked(fact)} > ${cut} OR (${ranked(fact)} = ${cut} AND ${cut}_in) THEN 1 ELSE 0 END`,
      )
      .join(" + ")} AS ${score}`;
  const held = ([score, { fact, rhythm: isHeld, lowest }]: [string, Score]) => {
    if (isHeld)
      return `CASE WHEN days <= g50 THEN GREATEST(${score}, 4) WHEN days > g90 THEN LEAST(${score}, 3) ELSE ${score} END AS ${score}`;
    return lowest === undefined
      ? score
      : `CASE WHEN ${fact} = ${lowest} THEN 1 ELSE ${score} END AS ${score}`;
  };
  const withRhythm = rhythm === true ? ", g50, g90" : "";
  return `scored_${suffix} AS (SELECT ${columns}, days, grouped${withRhythm}, ${scores.map(held).join(", ")}
  FROM (SELECT ${columns}, ${at} - last_day AS days, grouped${withRhythm}, ${scores.map(base).join(", ")} FROM ${from} CROSS JOIN cuts_${by.cuts}) AS ranked)`;
}

const OF_EVERYONE: readonly Fact[] = ["orders", "net", "first_day", "last_day"];

function readBy(segmentation: Segmentation | null): readonly Fact[] {
  if (segmentation === null) return [];
  return segmentation.kind === "valued" ? [segmentation.fact] : (segmentation.reads ?? []);
}

/** The states of the day, with what segmentations read of them; what has only a present, as it is today. */
function statesAt(read: readonly Fact[], at: string): { select: string; columns: string } {
  const more = [...new Set(read)].filter((fact) => !OF_EVERYONE.includes(fact));
  const columns = [STATE.customer, ...OF_EVERYONE, ...more.filter((fact) => !isPresent(fact))];
  const present = more.filter(isPresent);
  const held = `SELECT ${columns.join(", ")} FROM ${STATE.table} WHERE ${STATE.from} < ${at} AND ${STATE.to} >= ${at} AND ${STATE.holds}`;
  return {
    columns: [...columns, ...present].join(", "),
    select:
      present.length === 0
        ? held
        : `SELECT h.*, ${present.map((fact) => `k.${fact}`).join(", ")} FROM (${held}) AS h LEFT JOIN customers AS k ON k.customer_id = h.${STATE.customer}`,
  };
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
  return membersScored(segmentation, day, suffix, params, { code, named, by: null });
}

/** A day whose members stand in the same statement. */
export interface MembersOn {
  day: string;
  suffix: string;
}

/**
 * The same by the cuts and the rhythm of another day, where there are any: whoever was in another segment that day has changed
 * himself, and is not there because others did.
 */
export const membersByCutsOf = (
  other: MembersOn,
  segmentation: Segmentation,
  { day, suffix }: MembersOn,
  params: Params,
): string[] => membersScored(segmentation, day, suffix, params, { code: literal, named: NAMED, by: other });

function membersScored(
  segmentation: Segmentation | null,
  day: string,
  suffix: string,
  params: Params,
  { code, named, by }: { code: Code; named: string; by: MembersOn | null },
): string[] {
  const state = `state_${suffix}`;
  const at = params.day(day);
  const { select, columns } = statesAt(readBy(segmentation), at);
  const states = `${state} AS (${select})`;
  const members = (segment: string, from: string) =>
    `members_${suffix} AS (SELECT ${[STATE.customer, ...OF_EVERYONE].join(", ")}, ${segment} AS segment FROM ${from})`;
  if (segmentation === null) return [states, members("''", state)];
  const { segment, join } = segmentOf(segmentation, code, named);
  if (segmentation.kind === "valued" || !isScored(segmentation))
    return [states, members(segment, `${state}${join}`)];
  const of = { states: suffix, from: state, columns };
  const scored =
    by === null
      ? scoredAt(segmentation, at, suffix, of)
      : [
          scoredBy(segmentation, at, suffix, of, {
            ...{ cuts: by.suffix, rhythm: by.suffix },
            longAgo: isByDay(segmentation)
              ? `CAST(${params.number(daysBetween(by.day, day))} AS INTEGER)`
              : null,
          }),
        ];
  return [states, ...scored, members(segment, `scored_${suffix}`)];
}

/** The same of several segmentations in one pass: each way's segment is `segment_<way>`. */
export function membersBySeveral(
  segmentations: readonly Segmentation[],
  day: string,
  suffix: string,
  params: Params,
  code: Code,
): string[] {
  const state = `state_${suffix}`;
  const at = params.day(day);
  const { select, columns } = statesAt(segmentations.flatMap(readBy), at);
  const named = (way: number) => `${NAMED}_${way}`;
  const ctes = [
    ...segmentations.flatMap((each, way) => namedValues(each, named(way))),
    `${state} AS (${select})`,
  ];
  const segments: string[] = [];
  let from = state;
  for (const [way, each] of segmentations.entries()) {
    const own = `${suffix}_${way}`;
    const sofar = [columns, ...segments].join(", ");
    if (each.kind !== "valued" && isScored(each)) {
      ctes.push(...scoredAt(each, at, own, { states: suffix, from, columns: sofar }));
      from = `scored_${own}`;
    }
    const { segment, join } = segmentOf(each, code, named(way));
    ctes.push(`placed_${own} AS (SELECT ${sofar}, ${segment} AS segment_${way} FROM ${from}${join})`);
    from = `placed_${own}`;
    segments.push(`segment_${way}`);
  }
  const own = [STATE.customer, ...OF_EVERYONE, ...segments].join(", ");
  return [...ctes, `members_${suffix} AS (SELECT ${own} FROM ${from})`];
}

/** Whether its rules speak of scores or of silence. */
export const isScored = ({ scores, rhythm }: RuledSegmentation): boolean =>
  rhythm === true || Object.keys(scores).length > 0;

/** What a score means at an instant: the longest silence, or the smallest number or amount, that still reaches it. */
export interface Thresholds {
  customers: number;
  grouped: boolean;
  /** 0 where rules do not speak of it. */
  g50: number;
  g90: number;
  /** Index 0 is a score of 2; null where nobody reaches it. Empty where nothing of that is scored. */
  days: readonly (number | null)[];
  orders: readonly (number | null)[];
  net: readonly (number | null)[];
}

/** What is ranked, and in which column of thresholds and by which value of `scored` it is told. */
const TOLD = {
  last_day: { name: "days", reached: "MAX" },
  orders: { name: "orders", reached: "MIN" },
  net: { name: "net", reached: "MIN" },
} as const;

/** The thresholds at the start of the day, in one row; `read` makes them of it. */
export function compileThresholds(
  segmentation: RuledSegmentation,
  day: string,
  params: Params,
): { sql: string; read: (row: Readonly<Record<string, unknown>>) => Thresholds } {
  const scores = Object.entries(segmentation.scores);
  const columns = scores.flatMap(([score, { fact, cuts }]) =>
    cuts.map((_, index) => {
      const { name, reached } = TOLD[fact];
      return `${reached}(CASE WHEN ${score} >= ${index + 2} THEN ${name} END) AS ${name}_${index + 2}`;
    }),
  );
  const rhythm = segmentation.rhythm ? ["MAX(g50) AS g50", "MAX(g90) AS g90"] : [];
  const sql = `WITH ${membersAt(segmentation, day, "on", params).join(",\n")}
SELECT ${["COUNT(*) AS customers", "COUNT(CASE WHEN grouped THEN 1 END) AS grouped", ...rhythm, ...columns].join(", ")} FROM scored_on`;
  return {
    sql,
    read: (row) => {
      const number = (name: string) =>
        row[name] === null || row[name] === undefined ? null : Number(row[name]);
      const each = (of: Score["fact"]) =>
        (scores.find(([, { fact }]) => fact === of)?.[1].cuts ?? []).map((_, index) =>
          number(`${TOLD[of].name}_${index + 2}`),
        );
      return {
        customers: number("customers") ?? 0,
        grouped: (number("grouped") ?? 0) > 0,
        g50: number("g50") ?? 0,
        g90: number("g90") ?? 0,
        days: each("last_day"),
        orders: each("orders"),
        net: each("net"),
      };
    },
  };
}
