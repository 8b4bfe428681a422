// KPIs and a segmentation to one SQL statement whose text is the same on DuckDB and PostgreSQL. It answers one row per
// pair (segment in the period, segment in the compared period) with the sums from which every value, interval and change follows.
import type { Slice } from "./contributions.ts";
import { codesOf, type Grouping, perWay, segmentColumn, waysOf } from "./groups.ts";
import { GUEST } from "../segmentations/segmentation.ts";
import { Params } from "./params.ts";
import { KEY, peopleIn } from "./people.ts";
import { PRESENCE, presence } from "./presence.ts";
import { ofTheStill, severalWays } from "./several.ts";
import { RANDOM_GROUP, randomGroup } from "./random-groups.ts";
import { contributionsFor, type SliceName, sumColumns, term, termColumns } from "./terms.ts";

export interface Statement {
  sql: string;
  params: (string | number)[];
}

/**
 * The aggregates of a row: all that ranges need; sums alone, of one random group of customers after the other, or of those by
 * who bought in which period besides; or how many customers are alike in all that they contributed.
 */
export type Aggregates = "moments" | "random_groups" | "presence" | "alike";

/**
 * KPIs in one statement; `then` is the compared period. `idOf` reads the segments of its rows; `way` says of which grouping a
 * row is.
 */
export function compileCells(
  ids: readonly string[],
  grouping: Grouping,
  now: Slice,
  then: Slice | null,
  aggregates: Aggregates = "moments",
): Statement & { idOf: (value: unknown) => string } {
  const { code, idOf } = codesOf(grouping);
  const ways = waysOf(grouping);
  const params = new Params();
  const slices: [SliceName, Slice][] = [
    ["now", now],
    ...(then === null ? [] : [["then", then] as [SliceName, Slice]]),
  ];
  const names = contributionsFor(ids);
  const isInGroups = aggregates === "random_groups" || aggregates === "presence";
  // A stranger's `cluster` is of all facts in which he moved.
  const group = (of: string) => (isInGroups ? [`${randomGroup(of)} AS ${RANDOM_GROUP}`] : []);
  if (grouping.kind === "several" && aggregates === "moments") {
    const suffixes = slices.map(([suffix]) => suffix);
    const people = (["movers", "still"] as const).flatMap((who) =>
      peopleIn(names, grouping, slices, {
        ...{ params, code, who, told: who === "movers" ? names : ofTheStill(names) },
      }),
    );
    const { ctes, select } = severalWays(grouping, { ids, names, suffixes }, params);
    return {
      sql: `WITH ${[...new Set([...people, ...ctes])].join(",\n")}\n${select}`,
      ...{ params: params.values, idOf },
    };
  }
  const ctes = peopleIn(names, grouping, slices, {
    ...{ params, code },
    own: { customers: group(KEY), strangers: group("cluster") },
  });

  const suffixes = slices.map(([suffix]) => suffix);
  if (aggregates === "alike") {
    const columns = names.flatMap((name) => suffixes.map((suffix) => `${name}_${suffix}`));
    const alike = (way: number) => {
      const segments = suffixes.map((suffix) => segmentColumn(suffix, way));
      const named = suffixes.map((suffix, index) => `${segments[index]} AS segment_${suffix}`);
      return `SELECT ${way} AS way, ${[...named, ...columns].join(", ")}, COUNT(*) AS ${term.customers}\nFROM people GROUP BY ${[...segments, ...columns].join(", ")}`;
    };
    return {
      sql: `WITH ${[...new Set(ctes)].join(",\n")}\n${perWay(ways, alike)}`,
      params: params.values,
      idOf,
    };
  }
  const terms = isInGroups ? sumColumns(ids, suffixes) : termColumns(ids, suffixes);
  const select = (way: number) => {
    const segments = slices.map(([suffix]) => segmentColumn(suffix, way));
    const who = aggregates === "presence" ? [presence(segments[0] ?? "", code(GUEST.id))] : [];
    const keys = [...segments, ...(isInGroups ? [RANDOM_GROUP] : []), ...who];
    const named = [
      ...slices.map(([suffix], index) => `${segments[index]} AS segment_${suffix}`),
      ...(isInGroups ? [RANDOM_GROUP] : []),
      ...who.map((sql) => `${sql} AS ${PRESENCE}`),
    ];
    return `SELECT ${way} AS way, ${named.join(", ")},\n  ${terms.join(",\n  ")}\nFROM people GROUP BY ${keys.join(", ")}`;
  };
  return {
    sql: `WITH ${[...new Set(ctes)].join(",\n")}\n${perWay(ways, select)}`,
    params: params.values,
    idOf,
  };
}
