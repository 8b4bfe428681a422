// What was sold and what came back, by month: each thing that came back by its own day, and by the day on which its line was
// sold. What is of no line was sold with its order.
import { Params } from "../kpis/compile/params.ts";
import { row, sum } from "../warehouse/merge/ledger.ts";
import type { Reading } from "../warehouse/warehouse.server.ts";

/** What was booked in a month; `early`: on its first days. */
export interface Booked {
  month: string;
  sold: number;
  soldEarly: number;
  back: number;
}

/** What came back on a day of what was sold in a month; null: before the first order that is kept. */
export interface Back {
  month: string | null;
  /** Of what was sold on the month's first days. */
  early: boolean;
  day: string;
  amount: number;
}

export interface Movements {
  booked: readonly Booked[];
  back: readonly Back[];
  /** The most days between a sale and what came back of it; null where nothing did. */
  longest: number | null;
}

/** "2026-03-01" of a day in March. */
const monthOf = (day: string) => `CAST(date_trunc('month', CAST(${day} AS TIMESTAMP)) AS DATE)`;

/** `dated`: what came back, by its order, its day and the day on which it was sold. */
export function datedIn(today: string, params: Params): string {
  // activity has the orders that count, each with the days on which it moved.
  return `back AS (
       SELECT s.order_id, s.line_item_id, s.local_day, ${sum("s.amount")} AS amount
       FROM (SELECT order_id, line_item_id, local_day, ${row.reversals} AS amount FROM sales) AS s
       JOIN activity AS a ON a.order_id = s.order_id AND a.local_day = s.local_day
       WHERE s.amount <> 0 AND s.local_day <= ${params.day(today)}
       GROUP BY s.order_id, s.line_item_id, s.local_day),
     sold AS (
       SELECT b.order_id, b.line_item_id, b.local_day, MIN(k.local_day) AS sold_day
       FROM back AS b JOIN (SELECT order_id, line_item_id, local_day, ${row.gross} AS gross FROM sales) AS k
         ON k.order_id = b.order_id AND k.line_item_id = b.line_item_id AND k.local_day <= b.local_day
       WHERE k.gross > 0 GROUP BY b.order_id, b.line_item_id, b.local_day),
     dated AS (
       SELECT b.order_id, b.local_day, b.amount, COALESCE(s.sold_day, o.local_day) AS sold_day
       FROM back AS b
       LEFT JOIN sold AS s ON s.order_id = b.order_id AND s.line_item_id = b.line_item_id AND s.local_day = b.local_day
       LEFT JOIN orders AS o ON o.order_id = b.order_id)`;
}

/** @param firstDays so many days of a month are its first ones */
export async function movementsUpTo(facts: Reading, today: string, firstDays: number): Promise<Movements> {
  const own = new Params();
  const isEarly = (day: string, params: Params) => `EXTRACT(DAY FROM ${day}) <= ${params.number(firstDays)}`;
  const booked = await facts.query<{ month: string; sold: number; sold_early: number; back: number }>(
    `SELECT ${monthOf("local_day")} AS month, ${sum("gross")} AS sold,
       ${sum(`CASE WHEN ${isEarly("local_day", own)} THEN gross ELSE 0 END`)} AS sold_early, ${sum("reversals")} AS back
     FROM activity WHERE local_day <= ${own.day(today)} GROUP BY 1 ORDER BY 1`,
    own.values,
  );
  const params = new Params();
  const back = await facts.query<{
    month: string | null;
    early: boolean | null;
    day: string;
    amount: number;
    longest: number | null;
  }>(
    `WITH ${datedIn(today, params)}
     SELECT ${monthOf("sold_day")} AS month, ${isEarly("sold_day", params)} AS early, local_day AS day,
       ${sum("amount")} AS amount, MAX(CASE WHEN amount > 0 THEN local_day - sold_day END) AS longest
     FROM dated GROUP BY 1, 2, 3 ORDER BY 3, 1, 2`,
    params.values,
  );
  return {
    booked: booked.map(({ sold_early: soldEarly, ...month }) => ({ ...month, soldEarly })),
    back: back.map(({ month, early, day, amount }) => ({ month, early: early === true, day, amount })),
    longest: back.reduce<number | null>(
      (most, { longest }) => (longest !== null && longest > (most ?? -1) ? longest : most),
      null,
    ),
  };
}
