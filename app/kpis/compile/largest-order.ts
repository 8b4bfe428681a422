// The order that weighs most in a figure of one period: the largest of a sum, or the one that pulls a ratio furthest.
import { factOf } from "../facts/facts.ts";
import type { Statement } from "./cells.ts";
import { movedOf } from "./clusters.ts";
import type { Slice } from "./contributions.ts";
import { Params } from "./params.ts";
import { movedFor } from "./parts.ts";

/**
 * One row (order_id, and the sums by their names), or none.
 * @param names sums over orders of one fact: of a ratio what is divided, and by what
 * @param ratio the ratio's value; null of a sum
 */
export function compileLargestOrder(names: readonly string[], slice: Slice, ratio: number | null): Statement {
  const params = new Params();
  const [moved, ...others] = [...movedFor(names).moved];
  const order = moved === undefined ? null : factOf(moved[0]).order;
  if (moved === undefined || others.length > 0 || order === null)
    throw new Error(`${names.join(" and ")} are no sums over orders`);
  const [fact, sums] = moved;
  const [y = "", x] = names;
  const pull =
    ratio === null || x === undefined
      ? y
      : `(${y} - CAST(${params.number(ratio)} AS DOUBLE PRECISION) * ${x})`;
  return {
    sql: `SELECT bucket AS order_id, ${names.join(", ")} FROM (${movedOf(fact, sums, slice, params, { sql: order })}) AS moved
WHERE ${pull} <> 0 ORDER BY ABS(${pull}) DESC, bucket LIMIT 1`,
    params: params.values,
  };
}
