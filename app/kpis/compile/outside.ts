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
import { bucketOf, endsOf } from "./trend.ts";

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
    const bucket = grain === undefined ? null : bucketOf(grain, fact.day);
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

/** Rows (segment_now, and bucket where a grain is asked for, sums) of one fact or state of nobody. */
export function compileOutside(
  id: OutsideId,
  ids: readonly string[],
  segmentation: Segmentation | null,
  slices: readonly (readonly [SliceName, Period])[],
  grain?: Grain,
): Statement {
  const params = new Params();
  const column = sharedBy(id, segmentation);
  const cut = column === null || segmentation?.kind !== "valued" ? null : { segmentation, column };
  const periods = slices.map(([, period]) => period);
  const { from, inside, bucket, ctes } = rowsOf(id, periods, grain, params);
  const sums = sumsOf(ids).flatMap((name) => {
    const own = (parts: readonly string[]) => parts.filter((part) => behind(part) === id);
    const [plus, minus] = [own(partsOf(name).plus), own(partsOf(name).minus)];
    if (plus.length + minus.length === 0) return [];
    return slices.map(([slice], index) => {
      const of = (part: string) =>
        `COALESCE(SUM(CASE WHEN ${inside[index]} THEN CAST(${rowOf(part)} AS DOUBLE PRECISION) END), 0)`;
      return `${signedSum(plus.map(of), minus.map(of))} AS ${term.sum(name, slice)}`;
    });
  });
  if (cut !== null) ctes.push(...namedValues(cut.segmentation));
  const keys = ["segment_now", ...(bucket === null ? [] : ["bucket"])];
  const columns = [
    `${cut === null ? `'${NOBODY}'` : valueCase(cut.segmentation.valueIn(cut.column))} AS segment_now`,
    ...(bucket === null ? [] : [`${bucket} AS bucket`]),
  ];
  return {
    sql: `${ctes.length === 0 ? "" : `WITH ${ctes.join(",\n")}\n`}SELECT ${columns.join(", ")},
  ${sums.join(",\n  ")}
FROM ${from} WHERE ${inside.join(" OR ")} GROUP BY ${keys.map((_, index) => index + 1).join(", ")}`,
    params: params.values,
  };
}
