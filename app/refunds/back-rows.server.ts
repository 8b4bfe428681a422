// The orders behind what came back of what was sold in a month, each with its amount: all of them are the month's.
import { cached } from "../kpis/cache.server.ts";
import { Params } from "../kpis/compile/params.ts";
import { factsOfKpis } from "../kpis/loaded.server.ts";
import type { Period } from "../kpis/period.ts";
import type { ShopView } from "../warehouse/warehouse.server.ts";
import { datedIn } from "./movements.server.ts";

export interface BackRow {
  order: number;
  /** As the shop calls it. */
  name: string | null;
  /** Null: a guest. */
  customer: number | null;
  /** The first and the last day on which some of it came back. */
  first: string;
  last: string;
  amount: number;
}

export interface BackRows {
  /** How many there are, and what they add up to. */
  rows: number;
  amount: number;
  page: readonly BackRow[];
}

/** @param month its days */
export function backRows(
  view: ShopView,
  { month: { from, to }, today }: { month: Period; today: string },
  { by, descending }: { by: "amount" | "day"; descending: boolean },
  { limit, offset }: { limit: number; offset: number },
): Promise<BackRows> {
  const facts = factsOfKpis(view, ["gross_sales", "sales_reversals"]);
  return cached(facts, ["back_rows", from, to, today, by, descending, limit, offset], async () => {
    const params = new Params();
    const order = (of: string) =>
      `${of}${by === "day" ? "first_day" : "amount"} ${descending ? "DESC" : "ASC"} NULLS LAST, ${of}order_id`;
    const found = await facts.query<{
      rows: number | string;
      all_back: number | null;
      order_id: number | null;
      name: string | null;
      customer_id: number | null;
      first_day: string;
      last_day: string;
      amount: number;
    }>(
      `WITH ${datedIn(today, params)},
     found AS (
       SELECT order_id, MIN(local_day) AS first_day, MAX(local_day) AS last_day, SUM(amount) AS amount
       FROM dated WHERE sold_day >= ${params.day(from)} AND sold_day < ${params.day(to)} GROUP BY order_id),
     totals AS (SELECT COUNT(*) AS rows, SUM(amount) AS all_back FROM found),
     page AS (SELECT * FROM found ORDER BY ${order("")} LIMIT ${params.number(limit)} OFFSET ${params.number(offset)})
     SELECT totals.rows, CAST(totals.all_back AS DOUBLE PRECISION) AS all_back, page.order_id, named.name, named.customer_id,
       page.first_day, page.last_day, CAST(page.amount AS DOUBLE PRECISION) AS amount
     FROM totals LEFT JOIN page ON TRUE LEFT JOIN orders AS named ON named.order_id = page.order_id
     ORDER BY ${order("page.")}`,
      params.values,
    );
    const [first] = found;
    return {
      rows: Number(first?.rows ?? 0),
      amount: Number(first?.all_back ?? 0),
      page: found.flatMap(({ order_id: id, name, customer_id: customer, first_day, last_day, amount }) =>
        id === null
          ? []
          : {
              ...{ order: Number(id), name, customer: customer === null ? null : Number(customer) },
              ...{ first: first_day, last: last_day, amount: Number(amount) },
            },
      ),
    };
  });
}
