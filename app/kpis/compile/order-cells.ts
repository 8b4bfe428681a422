// KPIs by groups of orders in one statement: a customer's orders may be in several groups, so that whoever ordered is counted in
// each of them, and only sums, counts and ratios over orders can be told.
import type { OrderCut } from "../cuts/orders.ts";
import { factOf, type FactId } from "../facts/facts.ts";
import { OTHER, OUTSIDE, UNKNOWN } from "../segmentations/segmentation.ts";
import type { Aggregates, Statement } from "./cells.ts";
import { movedOf } from "./clusters.ts";
import { contribution, type Slice, type Sources } from "./contributions.ts";
import type { Within } from "./groups.ts";
import { literal, membersAt, namedValues, RESERVED } from "./members.ts";
import { Params } from "./params.ts";
import { movedFor } from "./parts.ts";
import { RANDOM_GROUP, randomGroup } from "./random-groups.ts";
import { contributionsFor, type SliceName, sumColumns, termColumns } from "./terms.ts";

export const ORDERS = "order_groups";

/** CTEs ending in one of each order's group. */
export function groupsOfOrders(cut: OrderCut): string[] {
  if (cut.kind === "ruled") {
    const whens = cut.groups.map(({ id, when }) => `WHEN ${when} THEN ${literal(id)}`).join(" ");
    return [`${ORDERS} AS (SELECT order_id AS of_order, CASE ${whens} END AS own_group FROM orders)`];
  }
  return [
    `valued AS (SELECT order_id, NULLIF(${cut.value}, '') AS value FROM orders)`,
    // The tie-break is a number: engines sort text differently.
    `named AS (SELECT value FROM valued WHERE value IS NOT NULL AND value NOT IN (${RESERVED}) GROUP BY value ORDER BY COUNT(*) DESC, MIN(order_id) LIMIT ${cut.limit})`,
    `${ORDERS} AS (SELECT v.order_id AS of_order, CASE WHEN n.value IS NOT NULL THEN n.value WHEN v.value IS NULL THEN ${literal(UNKNOWN)} ELSE ${literal(OTHER)} END AS own_group
  FROM valued AS v LEFT JOIN named AS n ON n.value = v.value)`,
  ];
}

const moved = (fact: FactId, slice: SliceName) => `moved_${fact}_${slice}`;
const alias = (fact: FactId, slice: SliceName) => `f_${fact}_${slice}`;

/**
 * Rows (segment_now, segment_then, terms): a row of people is a customer, or a stranger, in a group.
 * @param ids KPIs over orders alone, see isOfOrders
 */
export function compileOrderCells(
  ids: readonly string[],
  { cut, within }: { cut: OrderCut; within: Within | undefined },
  now: Slice,
  then: Slice | null,
  aggregates: Aggregates = "moments",
): Statement {
  const params = new Params();
  const slices: [SliceName, Slice][] = [
    ["now", now],
    ...(then === null ? [] : [["then", then] as [SliceName, Slice]]),
  ];
  const names = contributionsFor(ids);
  const { moved: facts } = movedFor(names);
  const ctes = groupsOfOrders(cut);
  const sql = `COALESCE(o.own_group, ${literal(UNKNOWN)})`;
  const [first, ...others] = [...facts].flatMap(([fact, sums]) => {
    const { order } = factOf(fact);
    if (order === null) throw new Error(`${fact} is about no order`);
    const join = `LEFT JOIN ${ORDERS} AS o ON o.of_order = moves.${order}`;
    return slices.map(([suffix, slice]) => {
      ctes.push(`${moved(fact, suffix)} AS (${movedOf(fact, sums, slice, params, { sql, join })})`);
      return `${moved(fact, suffix)} AS ${alias(fact, suffix)}`;
    });
  });

  if (first === undefined) throw new Error("groups of orders are of something that orders moved");

  const joins: string[] = [];
  const isInGroups = aggregates === "random_groups";
  const columns: string[] = isInGroups ? [`${randomGroup("cluster")} AS ${RANDOM_GROUP}`] : [];
  for (const [suffix, { membersOn }] of slices) {
    const outer = `w_${suffix}`;
    if (within !== undefined) {
      ctes.push(
        ...namedValues(within.segmentation, "named_w"),
        ...membersAt(within.segmentation, membersOn, outer, params, literal, "named_w"),
      );
      joins.push(`LEFT JOIN members_${outer} AS ${outer} ON ${outer}.customer_id = cluster`);
    }
    const unknown = () => {
      throw new Error("groups of orders know no members");
    };
    const sources: Sources = {
      ...{ moved: (fact) => alias(fact, suffix), before: () => null, g90: "NULL" },
      members: null,
      membersOn: "",
      reached: unknown,
      held: unknown,
    };
    columns.push(
      `${within === undefined ? "bucket" : `CASE WHEN ${outer}.segment = ${params.text(within.segment)} THEN bucket ELSE ${literal(OUTSIDE.id)} END`} AS segment_${suffix}`,
      ...names.map((name) => `${contribution(name, sources)} AS ${name}_${suffix}`),
    );
  }
  ctes.push(`people AS (SELECT ${columns.join(",\n    ")}
  FROM ${[first, ...others.map((other) => `FULL JOIN ${other} USING (cluster, bucket)`)].join("\n  ")}
  ${joins.join("\n  ")})`);
  const suffixes = slices.map(([suffix]) => suffix);
  const keys = [...suffixes.map((suffix) => `segment_${suffix}`), ...(isInGroups ? [RANDOM_GROUP] : [])].join(
    ", ",
  );
  const terms = isInGroups ? sumColumns(ids, suffixes) : termColumns(ids, suffixes);
  return {
    sql: `WITH ${[...new Set(ctes)].join(",\n")}\nSELECT ${keys},\n  ${terms.join(",\n  ")}\nFROM people GROUP BY ${keys}`,
    params: params.values,
  };
}
