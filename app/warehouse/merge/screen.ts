// What of a load may not be taken as it came: orders in another currency than the copy's, and the customers of orders
// that were read without the right to see them.
import type { Session } from "../driver.ts";
import { insertInto } from "../schema/schema.ts";
import type { Load } from "../load.ts";

/** Kind of the rows in `removed` that name orders left out for their currency. */
export const OTHER_CURRENCY = "other_currency";

/**
 * Works on the staging tables, before anything is chosen from them.
 * @param readAt as SQL's UTC timestamp
 * @returns how many orders are in another currency and were left out, noted in `removed`
 */
export async function screen(
  session: Session,
  load: Load,
  currency: string,
  readAt: string,
): Promise<{ otherCurrency: number }> {
  if (load.customersHidden)
    await session.run(
      `UPDATE stage_orders SET customer_id = o.customer_id FROM (
         SELECT order_id, customer_id FROM orders UNION ALL SELECT order_id, customer_id FROM earlier_orders) o
       WHERE o.order_id = stage_orders.order_id`,
    );
  const [noted] = await session.rows<{ n: number }>(
    `SELECT count(*) AS n FROM removed WHERE kind = '${OTHER_CURRENCY}'`,
  );
  if ((noted?.n ?? 0) > 0)
    await session.run(
      `DELETE FROM removed WHERE kind = '${OTHER_CURRENCY}' AND id IN (SELECT order_id FROM stage_orders)`,
    );
  const otherCurrency = await session.run(
    insertInto(
      "removed",
      { kind: `'${OTHER_CURRENCY}'`, id: "order_id", read_at: "CAST($2 AS TIMESTAMP)" },
      "FROM (SELECT DISTINCT order_id FROM stage_orders WHERE currency <> $1) s",
    ),
    [currency, readAt],
  );
  if (otherCurrency === 0) return { otherCurrency };
  const theirs = "SELECT order_id FROM stage_orders WHERE currency <> $1";
  await session.run(
    `DELETE FROM stage_sales WHERE agreement_id IN (
       SELECT agreement_id FROM stage_agreements WHERE order_id IN (${theirs}))`,
    [currency],
  );
  for (const table of ["stage_agreements", "stage_lines"])
    await session.run(`DELETE FROM ${table} WHERE order_id IN (${theirs})`, [currency]);
  await session.run("DELETE FROM stage_orders WHERE currency <> $1", [currency]);
  return { otherCurrency };
}
