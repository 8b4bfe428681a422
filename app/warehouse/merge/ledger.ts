// What a row of the ledger is, in SQL over the columns of `sales`. By action, never by sign: a 100 % discount has total
// 0 and is still gross and discount; an edit that adds a discount is gross 0, discount +10.

/** Changes this soon after checkout, such as post-purchase upsells, belong to the order as it was placed. */
const CHECKOUT_SECONDS = 90;

const sold = "line_type = 'PRODUCT' AND action IN ('ORDER', 'UPDATE')";
const returned = "line_type = 'PRODUCT' AND action = 'RETURN'";
/** Goodwill, restocking fee, amount-only refund: no line item, no quantity. */
const adjusted = "line_type = 'ADJUSTMENT'";
const named = "'PRODUCT', 'ADJUSTMENT', 'SHIPPING', 'TIP', 'GIFT_CARD', 'DUTY'";

/** In minor units; beyond this nobody's goods cost anything, and such a cost is not believed. */
const MOST_COST = 9e15;
const outlay = `CAST(CASE WHEN ${returned} THEN -abs(coalesce(quantity, 0)) ELSE coalesce(quantity, 0) END AS DOUBLE PRECISION) * unit_cost`;
const goods = `((${sold}) OR (${returned}) OR ${adjusted}) AND unit_cost IS NOT NULL AND abs(${outlay}) < ${MOST_COST}`;

const when = (condition: string, value: string) => `CASE WHEN ${condition} THEN ${value} ELSE 0 END`;

export const row = {
  gross: when(sold, "total - tax + discount"),
  discounts: when(sold, "discount"),
  reversals: when(`(${returned}) OR ${adjusted}`, "-(total - tax)"),
  /** What gross − discounts − reversals must give, row by row. */
  net: when(`(${sold}) OR (${returned}) OR ${adjusted}`, "total - tax"),
  units: when(sold, "coalesce(quantity, 0)"),
  units_reversed: when(returned, "abs(coalesce(quantity, 0))"),
  shipping: when("line_type = 'SHIPPING'", "total - tax"),
  tax: "tax",
  duties: when("line_type = 'DUTY'", "total - tax"),
  /** Fees, and whatever has a name we do not know: it belongs to total sales and to nothing else. */
  fees: when(
    `line_type NOT IN (${named}) OR (line_type = 'PRODUCT' AND action NOT IN ('ORDER', 'UPDATE', 'RETURN'))`,
    "total - tax",
  ),
  tips: when("line_type = 'TIP'", "total - tax"),
  /** The part of net of which the cost is known, and that cost. */
  costed: when(goods, "total - tax"),
  cost: when(goods, outlay),
} as const;

/**
 * What the goods of the orders in `of` (order_id) cost apiece, by line (k), and whether it is known of all of an order's (g):
 * joins to rows s of the ledger of the order `order`, whose lines are written. `unitCost` reads them.
 */
export const costsOf = (of: string, order: string) => `
     LEFT JOIN (SELECT l.order_id, l.line_item_id, max(l.unit_cost) AS unit_cost FROM order_lines l
       JOIN (SELECT order_id FROM ${of}) o ON o.order_id = l.order_id GROUP BY l.order_id, l.line_item_id) k
       ON k.order_id = ${order} AND k.line_item_id = s.line_item_id
     LEFT JOIN (SELECT l.order_id, bool_and(l.unit_cost IS NOT NULL) AS all_goods FROM order_lines l
       JOIN (SELECT order_id FROM ${of}) o ON o.order_id = l.order_id WHERE NOT l.gift_card GROUP BY l.order_id) g
       ON g.order_id = ${order}`;

/** What is of no line is of the whole order, and costs nothing. */
export const unitCost = "CASE WHEN s.line_item_id IS NOT NULL THEN k.unit_cost WHEN g.all_goods THEN 0 END";

/** Needs `checkout_at`, the instant of the order's own agreement. */
export const asPlaced = `(reason = 'ORDER' OR happened_at <= checkout_at + INTERVAL '${CHECKOUT_SECONDS} seconds')`;

/**
 * Over the `line_type`s of an order as it was placed: gift cards were sold and no product, whatever tips, shipping and fees
 * stood beside them. Shopify's reports leave such an order out of orders, of their average value and of customers.
 */
export const giftCardsOnly =
  "count(CASE WHEN line_type = 'GIFT_CARD' THEN 1 END) > 0 AND count(CASE WHEN line_type = 'PRODUCT' THEN 1 END) = 0";

/**
 * The sum of whole numbers, 0 of none. Added up as DOUBLE, which is exact below 2^53 and which both engines do in half the
 * time they need for BIGINT.
 */
export const sum = (expression: string) =>
  `CAST(coalesce(sum(CAST(${expression} AS DOUBLE PRECISION)), 0) AS BIGINT)`;
