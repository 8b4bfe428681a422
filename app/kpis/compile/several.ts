// The cells of several segmentations side by side: every customer once for each of them, so that an engine plans and keeps one set
// of sums. Most customers did nothing in either period; their sums, which are nearly all 0, are not worked out.
import { declarations } from "../catalogue.ts";
import { isOfPresence } from "../declared.ts";
import { type Several, segmentColumn } from "./groups.ts";
import type { Params } from "./params.ts";
import { ownTerms, type SliceName, termColumns } from "./terms.ts";

interface Summed {
  ids: readonly string[];
  /** The contributions that people have. */
  names: readonly string[];
  suffixes: readonly SliceName[];
}

const isQuiet = (name: string) => isOfPresence(declarations, name);
const nameOf = (column: string) => column.slice(column.lastIndexOf(" AS ") + 4);

/** Of those who did nothing, the aggregates that need them. */
function quietTerms({ ids, names, suffixes }: Summed): string[] {
  const own = ownTerms(ids, names.filter(isQuiet), suffixes);
  const known = new Map(own.map((sql) => [nameOf(sql), sql]));
  return termColumns(ids, suffixes).map((column, index) =>
    index === 0 ? column : (known.get(nameOf(column)) ?? `NULL AS ${nameOf(column)}`),
  );
}

/** What follows the CTE of people. */
export function severalWays(
  { segmentations, without }: Several,
  summed: Summed,
  params: Params,
): { ctes: string[]; select: string } {
  const { ids, names, suffixes } = summed;
  const columns = (of: readonly string[]) =>
    of.flatMap((name) => suffixes.map((suffix) => `${name}_${suffix}`));
  const did = columns(names.filter((name) => !isQuiet(name))).map((column) => `${column} <> 0`);
  const left = without.flatMap(({ way, segment }) =>
    suffixes.map((suffix) => `${segmentColumn(suffix, way)} <> ${params.text(segment)}`),
  );
  const inWay = (suffix: SliceName) =>
    `CASE way ${segmentations.map((_, way) => `WHEN ${way} THEN ${segmentColumn(suffix, way)}`).join(" ")} END AS segment_${suffix}`;
  const keys = ["way", ...suffixes.map((suffix) => `segment_${suffix}`)].join(", ");
  const cells = (terms: readonly string[], of: readonly string[], isActive: string) => {
    const where = [isActive, ...left].join(" AND ");
    return `SELECT ${keys},\n  ${terms.join(",\n  ")}
FROM (SELECT way, ${[...suffixes.map(inWay), ...columns(of)].join(", ")} FROM (SELECT * FROM people WHERE ${where}) AS own CROSS JOIN ways) AS people_by_way
GROUP BY ${keys}`;
  };
  const active = `COALESCE(${did.join(" OR ")}, FALSE)`;
  return {
    ctes: [`ways AS (${segmentations.map((_, way) => `SELECT ${way} AS way`).join(" UNION ALL ")})`],
    select: `${cells(termColumns(ids, suffixes), names, active)}\nUNION ALL\n${cells(quietTerms(summed), names.filter(isQuiet), `NOT ${active}`)}`,
  };
}
