// The ledger of an order that came without agreements, built from its lines and totals.
import type { Session } from "../driver.ts";
import { costsOf, unitCost } from "./ledger.ts";
import { insertInto } from "../schema/schema.ts";
import type { Staged } from "../schema/staging.ts";

/**
 * Orders without agreements: what was ordered from the lines; what was taken back by their current quantity, on the
 * order's own day for want of another. The total then tells the rest: less than the lines is discount (of gift cards where
 * there is nothing else), more is tax and
 * shipping that cannot be told apart and counts in total sales only, as does what else changed since. `part`: the
 * accepted orders to look at.
 */
export async function deriveLedger(session: Session, staged: Staged, part: string): Promise<number> {
  const lines = `SELECT o.order_id, o.placed_at, o.local_at, l.* FROM ${part} o
     JOIN (SELECT file, order_id AS of_order, line_item_id, product_id, variant_id, quantity, current_quantity, unit_price,
             CASE WHEN gift_card THEN 'GIFT_CARD' ELSE 'PRODUCT' END AS line_type FROM ${staged.stage_lines}) l
       ON l.of_order = o.order_id AND l.file = o.file WHERE o.derived`;
  const none = "CAST(NULL AS BIGINT)";
  const rest = `SELECT o.order_id, o.placed_at, o.local_at,
       s.original_total - coalesce(l.ordered, 0) AS ordered, s.current_total - s.original_total - coalesce(l.changed, 0) AS changed,
       coalesce(l.less_of, 'PRODUCT') AS less_of
     FROM ${part} o JOIN ${staged.stage_orders} s ON s.order_id = o.order_id AND s.file = o.file
     LEFT JOIN (SELECT order_id, file, sum(quantity * unit_price) AS ordered,
         CASE WHEN count(CASE WHEN NOT gift_card THEN 1 END) = 0 THEN 'GIFT_CARD' ELSE 'PRODUCT' END AS less_of,
         sum((current_quantity - quantity) * unit_price) AS changed
       FROM ${staged.stage_lines} GROUP BY order_id, file) l ON l.order_id = o.order_id AND l.file = o.file
     WHERE o.derived`;
  const insert = (
    from: string,
    where: string,
    {
      id,
      reason,
      action,
      line = "line_type",
      ofLine = true,
      quantity,
      total,
      discount = "0",
    }: {
      id: string;
      reason: string;
      action: string;
      line?: string;
      ofLine?: boolean;
      quantity: string;
      total: string;
      discount?: string;
    },
  ) =>
    session.run(
      insertInto(
        "sales",
        {
          sale_id: id,
          order_id: "s.order_id",
          agreement_id: none,
          reason: `'${reason}'`,
          action: `'${action}'`,
          line_type: line,
          happened_at: "placed_at",
          booked_at: "placed_at",
          local_day: "CAST(local_at AS DATE)",
          line_item_id: "s.line_item_id",
          product_id: ofLine ? "product_id" : none,
          variant_id: ofLine ? "variant_id" : none,
          quantity,
          total,
          tax: "0",
          discount,
          unit_cost: unitCost,
        },
        `FROM (SELECT d.*${ofLine ? "" : `, ${none} AS line_item_id`} FROM (${from}) d) s ${costsOf(part, "s.order_id")} WHERE ${where}`,
      ),
    );
  // Negative ids: Shopify has none for these rows, and they must not meet one of its own.
  const written = [
    await insert(lines, "TRUE", {
      id: "-s.line_item_id",
      reason: "ORDER",
      action: "ORDER",
      quantity: "quantity",
      total: "quantity * unit_price",
    }),
    await insert(lines, "current_quantity <> quantity", {
      id: "-s.line_item_id",
      reason: "REFUND",
      action: "RETURN",
      quantity: "current_quantity - quantity",
      total: "(current_quantity - quantity) * unit_price",
    }),
    await insert(rest, "ordered < 0", {
      id: "-s.order_id",
      reason: "ORDER",
      action: "ORDER",
      line: "less_of",
      ofLine: false,
      quantity: none,
      total: "ordered",
      discount: "-ordered",
    }),
    await insert(rest, "ordered > 0", {
      id: "-s.order_id",
      reason: "ORDER",
      action: "ORDER",
      line: "'UNKNOWN'",
      ofLine: false,
      quantity: none,
      total: "ordered",
    }),
    await insert(rest, "changed <> 0", {
      id: "-s.order_id",
      reason: "REFUND",
      action: "RETURN",
      line: "'UNKNOWN'",
      ofLine: false,
      quantity: none,
      total: "changed",
    }),
  ];
  return written.reduce((all, count) => all + count, 0);
}
