// The rows behind a figure in one statement whose text is the same on DuckDB and PostgreSQL: each with what it adds, a page of
// them in an order of its own, and how many there are and what they add up to.
import { factOf } from "../facts/facts.ts";
import type { Statement } from "./cells.ts";
import { foundIn, type RowsAsked } from "./found-rows.ts";
import { Params } from "./params.ts";
import type { RowList, RowsOf } from "./row-lists.ts";

export interface RowsFilter {
  /** Rows alone that add to the sum, or take from it. */
  sign: "positive" | "negative" | null;
  /** An order's number or id, a customer's id, or a part of what a row of nobody's is told apart by. */
  find: string | null;
}

/** By the place of a column, or by the day. */
export interface RowsOrder {
  by: number | "day";
  descending: boolean;
}

/** Ids of 18 digits and fewer fit into a BIGINT, and stand in a statement as they are. */
const ID = /^\d{1,18}$/;

/** SQL of the order that a row is, or is of; NULL where it is none. */
function orderOf({ of, ...rest }: RowsOf): string {
  if (of === "orders") return "id";
  if (of === "values" && "quantile" in rest && factOf(rest.quantile.fact).order !== null) return "id";
  return of === "nobodys" ? "CAST(NULL AS BIGINT)" : "CASE WHEN id < 0 THEN -id END";
}

function filterSql(
  list: RowList,
  { sign, find }: RowsFilter,
  keys: readonly string[],
  params: Params,
): string {
  const conditions = sign === null ? [] : [sign === "positive" ? "v0 > 0" : "v0 < 0"];
  const text = find === null ? "" : find.trim();
  if (text !== "" && list.rows.of === "nobodys")
    conditions.push(
      `(${keys.map((_, index) => `strpos(lower(COALESCE(k${index}, '')), lower(${params.text(text)})) > 0`).join(" OR ")})`,
    );
  else if (text !== "") {
    const order = orderOf(list.rows);
    const name = params.text(text);
    const ways = [
      `${order} IN (SELECT order_id FROM orders WHERE lower(name) IN (lower(${name}), lower('#' || ${name})))`,
      ...(ID.test(text) ? [`${order} = ${text}`, `owner = ${text}`] : []),
    ];
    conditions.push(`(${ways.join(" OR ")})`);
  }
  return conditions.length === 0 ? "TRUE" : conditions.join(" AND ");
}

const orderBy = ({ by, descending }: RowsOrder, of: string): string =>
  `${of}${by === "day" ? "first_day" : `v${by}`} ${descending ? "DESC" : "ASC"} NULLS LAST, ${of}id`;

const WITH_ORDER = (list: RowList, of: string) =>
  `LEFT JOIN orders AS named ON named.order_id = ${orderOf(list.rows).replaceAll(/\bid\b/g, `${of}id`)}`;

/** What a sum, or a count, of all rows is called, and of those that the filter lets through. */
export const totalColumn = (place: number | "rows", of: "all" | "found") => `${of}_${place}`;

/**
 * Rows (totals, and of each row of the page: id, owner, first_day, last_day, v0 …, k0 …, place, order_name); one row without an id
 * where the page is empty.
 */
export function compileRows(
  asked: RowsAsked,
  filter: RowsFilter,
  order: RowsOrder,
  { limit, offset }: { limit: number; offset: number },
): Statement & { keys: readonly string[] } {
  const params = new Params();
  const { list } = asked;
  const { ctes, sql, keys } = foundIn(asked, params);
  const passes = filterSql(list, filter, keys, params);
  const totals = [
    `COUNT(*) AS ${totalColumn("rows", "all")}`,
    `COUNT(CASE WHEN ${passes} THEN 1 END) AS ${totalColumn("rows", "found")}`,
    ...list.columns.flatMap((_, index) => [
      `SUM(v${index}) AS ${totalColumn(index, "all")}`,
      `SUM(CASE WHEN ${passes} THEN v${index} END) AS ${totalColumn(index, "found")}`,
    ]),
  ];
  return {
    sql: `WITH ${[
      ...new Set(ctes),
      `found AS MATERIALIZED (${sql})`,
      `totals AS (SELECT ${totals.join(", ")} FROM found)`,
      `page AS (SELECT * FROM found WHERE ${passes} ORDER BY ${orderBy(order, "")} LIMIT ${params.number(limit)} OFFSET ${params.number(offset)})`,
    ].join(",\n")}
SELECT totals.*, page.*, named.name AS order_name FROM totals LEFT JOIN page ON TRUE
${WITH_ORDER(list, "page.")} ORDER BY ${orderBy(order, "page.")}`,
    params: params.values,
    keys,
  };
}

/** All rows, as compileRows has them, without totals. */
export function compileAllRows(
  asked: RowsAsked,
  filter: RowsFilter,
  order: RowsOrder,
): Statement & { keys: readonly string[] } {
  const params = new Params();
  const { list } = asked;
  const { ctes, sql, keys } = foundIn(asked, params);
  const passes = filterSql(list, filter, keys, params);
  return {
    sql: `WITH ${[...new Set(ctes), `found AS (${sql})`, `page AS (SELECT * FROM found WHERE ${passes})`].join(",\n")}
SELECT page.*, named.name AS order_name FROM page ${WITH_ORDER(list, "page.")} ORDER BY ${orderBy(order, "page.")}`,
    params: params.values,
    keys,
  };
}
