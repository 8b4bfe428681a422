// The cells of several segmentations side by side: every customer once for each of them, so that an engine plans and keeps one set
// of sums. Most customers did nothing in either period: their sums, which are nearly all 0, are not worked out, and are kept nowhere.
import { declarations } from "../catalogue.ts";
import { isOfMovers } from "../declared.ts";
import { type Several, segmentColumn } from "./groups.ts";
import type { Params } from "./params.ts";
import { ownTerms, type SliceName, termColumns } from "./terms.ts";

interface Summed {
  ids: readonly string[];
  /** The contributions that people have. */
  names: readonly string[];
  suffixes: readonly SliceName[];
}

/** What whoever did nothing may add to all the same. */
export const ofTheStill = (names: readonly string[]): string[] =>
  names.filter((name) => !isOfMovers(declarations, name));

const nameOf = (column: string) => column.slice(column.lastIndexOf(" AS ") + 4);

/** Of those who did nothing, the aggregates that need them. */
function termsOfTheStill({ ids, names, suffixes }: Summed): string[] {
  const own = ownTerms(ids, ofTheStill(names), suffixes);
  const known = new Map(own.map((sql) => [nameOf(sql), sql]));
  return termColumns(ids, suffixes).map((column, index) =>
    index === 0 ? column : (known.get(nameOf(column)) ?? `NULL AS ${nameOf(column)}`),
  );
}

/** What follows the CTEs of those who moved something, and of the rest. */
export function severalWays(
  { segmentations, without }: Several,
  summed: Summed,
  params: Params,
): { ctes: string[]; select: string } {
  const { ids, names, suffixes } = summed;
  const left = without.flatMap(({ way, segment }) =>
    suffixes.map((suffix) => `${segmentColumn(suffix, way)} <> ${params.text(segment)}`),
  );
  const inWay = (suffix: SliceName) =>
    `CASE way ${segmentations.map((_, way) => `WHEN ${way} THEN ${segmentColumn(suffix, way)}`).join(" ")} END AS segment_${suffix}`;
  const keys = ["way", ...suffixes.map((suffix) => `segment_${suffix}`)].join(", ");
  const cells = (who: "movers" | "still", terms: readonly string[], of: readonly string[]) => {
    const columns = of.flatMap((name) => suffixes.map((suffix) => `${name}_${suffix}`));
    const where = left.length === 0 ? "" : ` WHERE ${left.join(" AND ")}`;
    return `SELECT ${keys},\n  ${terms.join(",\n  ")}
FROM (SELECT way, ${[...suffixes.map(inWay), ...columns].join(", ")} FROM (SELECT * FROM ${who}${where}) AS own CROSS JOIN ways) AS people_by_way
GROUP BY ${keys}`;
  };
  return {
    ctes: [`ways AS (${segmentations.map((_, way) => `SELECT ${way} AS way`).join(" UNION ALL ")})`],
    select: `${cells("movers", termColumns(ids, suffixes), names)}\nUNION ALL\n${cells("still", termsOfTheStill(summed), ofTheStill(names))}`,
  };
}
