// What is nobody's, such as what was spent on advertising, or what is in stock when a period ends: summed for the shop, and by
// the segments of a segmentation whose values its rows carry. No customer is behind it, so nothing of it varies.
import { declarations } from "../catalogue.ts";
import { type Fact, rowsAs } from "../facts/fact.ts";
import { factOf, isNobodysState, nobodysStateOf, type OutsideId } from "../facts/facts.ts";
import { declarationOf } from "../declared.ts";
import type { Grain, Period } from "../period.ts";
import type { Segmentation } from "../segmentations.ts";
import type { Statement } from "./cells.ts";
import { perRow, within } from "./clusters.ts";
import { holdsOn } from "./contributions.ts";
import { namedValues, valueCase } from "./members.ts";
import { Params } from "./params.ts";
import { factBehind, partsOf, signedSum, sumsOf } from "./parts.ts";
import { type SliceName, term } from "./terms.ts";
import { bucketOf, endsOf } from "./buckets.ts";

/** The segment of what belongs to no segment. */
export const NOBODY = "";

/** The column by which a segmentation cuts what is nobody's; null where it does not. */
export function sharedBy(id: OutsideId, segmentation: Segmentation | null): string | null {
  const { dimensions }: Pick<Fact, "dimensions"> = isNobodysState(id) ? nobodysStateOf(id) : factOf(id);
  return segmentation?.kind === "valued" && segmentation.dimension !== undefined
    ? (dimensions[segmentation.dimension] ?? null)
    : null;
}

/** What a sum of its own is of. */
function behind(part: string): OutsideId | null {
  const { computation } = declarationOf(declarations, part);
  return computation.kind === "holding" ? computation.state : factBehind(part);
}

/** What one row adds. */
function rowOf(part: string): string {
  const { computation } = declarationOf(declarations, part);
  if (computation.kind !== "holding") return perRow(part).sql;
  const level = nobodysStateOf(computation.state).levels[computation.level];
  if (level === undefined) throw new Error(`${computation.state} has no level "${computation.level}"`);
  return level.sql;
}

const ROWS = "n";

/** Rows of a fact by the days of the periods, or of a state by their ends; by bucket where a grain is asked for. */
function rowsOf(
  id: OutsideId,
  periods: readonly Period[],
  grain: Grain | undefined,
  params: Params,
): { ctes: string[]; from: string; inside: readonly string[]; bucket: string | null } {
  if (!isNobodysState(id)) {
    const fact = factOf(id);
    const inside = periods.map((period) => `(${within(fact.day, period, params)})`);
    const [first] = periods;
    const isByBucket = grain !== undefined && first !== undefined;
    const bucket = isByBucket ? bucketOf(first, grain, fact.day, params) : null;
    return { ctes: [], from: rowsAs(fact, ROWS), inside, bucket };
  }
  const state = nobodysStateOf(id);
  const at = (day: string) => `(${holdsOn(state, ROWS, day)} AND ${state.holds})`;
  const [period] = periods;
  if (grain === undefined || period === undefined) {
    const inside = periods.map(({ to }) => at(params.day(to)));
    return { ctes: [], from: rowsAs(state, ROWS), inside, bucket: null };
  }
  return {
    ctes: [endsOf(period, grain, params)],
    from: `ends AS e JOIN ${rowsAs(state, ROWS)} ON ${at("e.over_on")}`,
    ...{ inside: ["TRUE"], bucket: "e.bucket" },
  };
}

/** The segment of a row of nobody's, and what that needs; null where the segmentation does not cut it. */
function cutBy(id: OutsideId, segmentation: Segmentation | null) {
  const column = sharedBy(id, segmentation);
  if (column === null || segmentation?.kind !== "valued") return null;
  return { ctes: namedValues(segmentation), segment: valueCase(segmentation.valueIn(column)) };
}

/** SQL of what the rows of one fact or state add to a sum: null where nothing of it is in it. */
function sumIn(id: OutsideId, name: string, sum: (part: string) => string): string | null {
  const own = (parts: readonly string[]) => parts.filter((part) => behind(part) === id);
  const [plus, minus] = [own(partsOf(name).plus), own(partsOf(name).minus)];
  return plus.length + minus.length === 0 ? null : signedSum(plus.map(sum), minus.map(sum));
}

const summed = (part: string, when: string) =>
  `COALESCE(SUM(CASE WHEN ${when} THEN CAST(${rowOf(part)} AS DOUBLE PRECISION) END), 0)`;

/**
 * The rows themselves by what they are told apart by, as text (k0, k1 …), with what they add to the names (v0, v1 …): those of a
 * period, or of its end, in one segment where the segmentation cuts them.
 * @param segment SQL of the segment; null: all of them
 */
export function outsideRows(
  id: OutsideId,
  names: readonly string[],
  {
    period,
    segmentation,
    segment,
  }: { period: Period; segmentation: Segmentation | null; segment: string | null },
  params: Params,
): { ctes: string[]; keys: readonly string[]; sql: string } {
  const { from, inside, ctes } = rowsOf(id, [period], undefined, params);
  const cut = segment === null ? null : cutBy(id, segmentation);
  const keys = (isNobodysState(id) ? nobodysStateOf(id) : factOf(id)).key ?? [];
  const where = [
    ...inside,
    ...(segment === null ? [] : [cut === null ? "FALSE" : `${cut.segment} = ${segment}`]),
  ];
  const columns = [
    ...keys.map((key, index) => `CAST(${ROWS}.${key} AS VARCHAR) AS k${index}`),
    ...names.map((name, index) => `${sumIn(id, name, (part) => summed(part, "TRUE")) ?? "0e0"} AS v${index}`),
  ];
  return {
    ctes: [...ctes, ...(cut?.ctes ?? [])],
    keys,
    sql: `SELECT ${columns.join(", ")} FROM ${from} WHERE ${where.join(" AND ")} GROUP BY ${keys.map((_, index) => index + 1).join(", ")}`,
  };
}

/** Rows (segment_now, and bucket where a grain is asked for, sums) of one fact or state of nobody. */
export function compileOutside(
  id: OutsideId,
  ids: readonly string[],
  segmentation: Segmentation | null,
  slices: readonly (readonly [SliceName, Period])[],
  grain?: Grain,
): Statement {
  const params = new Params();
  const cut = cutBy(id, segmentation);
  const periods = slices.map(([, period]) => period);
  const { from, inside, bucket, ctes } = rowsOf(id, periods, grain, params);
  const sums = sumsOf(ids).flatMap((name) =>
    slices.flatMap(([slice], index) => {
      const sql = sumIn(id, name, (part) => summed(part, inside[index] ?? "FALSE"));
      return sql === null ? [] : [`${sql} AS ${term.sum(name, slice)}`];
    }),
  );
  if (cut !== null) ctes.push(...cut.ctes);
  const keys = ["segment_now", ...(bucket === null ? [] : ["bucket"])];
  const columns = [
    `${cut === null ? `'${NOBODY}'` : cut.segment} AS segment_now`,
    ...(bucket === null ? [] : [`${bucket} AS bucket`]),
  ];
  return {
    sql: `${ctes.length === 0 ? "" : `WITH ${ctes.join(",\n")}\n`}SELECT ${columns.join(", ")},
  ${sums.join(",\n  ")}
FROM ${from} WHERE ${inside.join(" OR ")} GROUP BY ${keys.map((_, index) => index + 1).join(", ")}`,
    params: params.values,
  };
}
