// What an order is known by besides its money, from what is stored of it: where it was placed, and the goods that led it.
import { asPlaced, row, sum } from "./ledger.ts";

/** SQL over what Shopify calls a channel; its handles have hyphens where its sources have underscores. */
const named = (channel: string) => `replace(lower(coalesce(${channel}, '')), '_', '-')`;

/** Shopify names the apps of its point of sale for phones by the phone. */
export const atPointOfSale = (channel: string) =>
  `${named(channel)} IN ('pos', 'point-of-sale', 'iphone', 'android')`;

/** An order that a subscription has made by itself, whichever app keeps the subscription. */
export const byContract = (channel: string) => `${named(channel)} LIKE 'subscription-contract%'`;

/**
 * Query (order_id, product_id, product_type, vendor): of each order in `of` (order_id, checkout_at), the goods that made most
 * of its gross sales as it was placed, of equals the first line's. `within`: in SQL over order_id, where they are found.
 */
export const leadingGoods = (of: string, within: string) =>
  `SELECT order_id, product_id, product_type, vendor FROM (
     SELECT g.order_id, l.product_id, l.product_type, l.vendor,
       row_number() OVER (PARTITION BY g.order_id ORDER BY g.gross DESC, g.line_item_id) AS nth
     FROM (
       SELECT s.order_id, s.line_item_id, ${sum(row.gross)} AS gross
       FROM (SELECT * FROM sales WHERE ${within}) s
       JOIN (SELECT order_id, checkout_at FROM ${of}) o ON o.order_id = s.order_id
       WHERE line_type = 'PRODUCT' AND line_item_id IS NOT NULL AND ${asPlaced}
       GROUP BY s.order_id, s.line_item_id) g
     JOIN (SELECT * FROM order_lines WHERE ${within}) l
       ON l.order_id = g.order_id AND l.line_item_id = g.line_item_id) t
   WHERE nth = 1`;
