// How long it takes from one thing that happened to a customer in the period to another: by segment and day, how many it happened
// to and how many were followed up to then. The estimates follow from the counts, which add up over segments.
import { declarations } from "../catalogue.ts";
import { type Duration } from "../kpi.ts";
import { declarationOf } from "../declared.ts";
import { FIRST_TIME } from "../segmentations.ts";
import type { Statement } from "./cells.ts";
import { countedRows, within } from "./clusters.ts";
import type { Slice } from "./contributions.ts";
import { codesOf, type Grouping, groupsAt, isWholeShop, perWay, segmentColumn, waysOf } from "./groups.ts";
import type { Code } from "./members.ts";
import { Params } from "./params.ts";

/** One beginning and one end, followed for as long as any KPI asks. */
export type Course = Pick<Duration, "from" | "to"> & { days: number };

/** The courses behind KPIs, each once. */
export function coursesOf(ids: readonly string[]): Course[] {
  const courses = new Map<string, Course>();
  for (const id of ids) {
    const { computation } = declarationOf(declarations, id);
    if (computation.kind !== "duration") continue;
    const { from, to, within: days } = computation;
    const known = courses.get(`${from} ${to}`);
    courses.set(`${from} ${to}`, { from, to, days: Math.max(days, known?.days ?? 0) });
  }
  return [...courses.values()];
}

/** For how many days a course is followed at most, whichever KPI asks. */
export const longestOf = (from: string, to: string): number =>
  Math.max(
    ...coursesOf(Object.keys(declarations))
      .filter((each) => each.from === from && each.to === to)
      .map(({ days }) => days),
  );

/**
 * CTEs ending in `followed`: whoever began (owner), since which day, in which segments, after how many days it happened (took), and
 * for how many he has been followed (seen). Beyond the course's days all are one.
 * @param last the last day that is wholly known: who has not been seen since is followed up to it
 */
export function courseIn(
  { from, to, days }: Course,
  grouping: Grouping,
  { period, membersOn }: Slice,
  last: string,
  { params, code }: { params: Params; code: Code },
): string[] {
  const end = params.day(last);
  const begun = countedRows(from);
  const ended = countedRows(to);
  // Whoever begins in the period is in no segment that was made before it.
  const isNew =
    isWholeShop(grouping) ||
    (grouping.kind === "segments" &&
      grouping.within === undefined &&
      begun.begins &&
      membersOn <= period.from);
  const groups = isNew
    ? null
    : groupsAt(grouping, membersOn, { suffix: "now", key: "b.owner" }, params, code);
  // Somebody to whom it happened is no stranger, and has ordered.
  const segments = groups?.segments("TRUE") ?? [code(FIRST_TIME.id)];
  const named = segments.map((segment, way) => `${segment} AS ${segmentColumn("now", way)}`).join(", ");
  return [
    ...new Set(groups?.ctes ?? []),
    `begun AS (SELECT ${begun.owner} AS owner, MIN(${begun.day}) AS since FROM ${begun.rowsAs("began")}
  WHERE ${begun.where} AND ${begun.owner} IS NOT NULL AND ${within(begun.day, period, params)} AND ${begun.day} <= ${end} GROUP BY 1)`,
    `ended AS (SELECT ${ended.owner} AS owner, MIN(${ended.day}) AS at FROM ${ended.rowsAs("finished")}
  WHERE ${ended.where} AND ${ended.owner} IS NOT NULL AND ${ended.day} >= ${params.day(period.from)} AND ${ended.day} <= ${end} GROUP BY 1)`,
    `followed AS (SELECT b.owner, b.since, ${named}, CASE WHEN e.at - b.since <= ${days} THEN e.at - b.since END AS took,
    LEAST(${end} - b.since, ${days + 1}) AS seen FROM begun AS b LEFT JOIN ended AS e ON e.owner = b.owner AND e.at >= b.since
  ${groups?.joins.join("\n  ") ?? ""})`,
  ];
}

/** Rows (way, segment_now, bucket where one is asked for, days, happened 1 or 0, n). @param last as in courseIn */
export function compileDurations(
  course: Course,
  grouping: Grouping,
  slice: Slice,
  last: string,
  bucket?: (day: string, params: Params) => string,
): Statement & { idOf: (value: unknown) => string } {
  const { code, idOf } = codesOf(grouping);
  const params = new Params();
  const ctes = courseIn(course, grouping, slice, last, { params, code });
  const select = (
    way: number,
  ) => `SELECT ${way} AS way, ${segmentColumn("now", way)} AS segment_now,${bucket === undefined ? "" : ` ${bucket("f.since", params)} AS bucket,`} COALESCE(f.took, f.seen) AS days,
  CASE WHEN f.took IS NULL THEN 0 ELSE 1 END AS happened, COUNT(*) AS n
FROM followed AS f GROUP BY ${bucket === undefined ? "2, 3, 4" : "2, 3, 4, 5"}`;
  return {
    sql: `WITH ${ctes.join(",\n")}\n${perWay(waysOf(grouping), select)}`,
    params: params.values,
    idOf,
  };
}
