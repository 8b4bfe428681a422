// How a change of an order becomes rows of its agreements: what a row is worth, and what is left of a line to reverse.
import type { LineItem, Order, Sale, SaleAction, SaleLine } from "../model.ts";
import type { LineQuantity } from "./input.ts";
import { NOTHING, partOf, taxOf, totalOf, worthOf } from "./money.ts";
import type { TaxRule, Worth } from "./money.ts";

export type Row = Omit<Sale, "id">;

export const lineTypeOf = (line: LineItem): SaleLine =>
  line.isGiftCard ? "GIFT_CARD" : line.isTip ? "TIP" : "PRODUCT";

export const chargeRow = (line: SaleLine, lineItemId: number | null, quantity: number, worth: Worth): Row =>
  row("ORDER", line, lineItemId, quantity, worth);

/** Money and quantity are negative, as Shopify signs a return. */
export const returnRow = (line: SaleLine, lineItemId: number | null, quantity: number, worth: Worth): Row =>
  row("RETURN", line, lineItemId, 0 - quantity, {
    gross: -worth.gross,
    discount: -worth.discount,
    discountAfterTax: -worth.discountAfterTax,
    tax: -worth.tax,
  });

/** A later discount: the price stays, the discount grows, and the tax on it goes. No units move. */
export const discountRow = (line: LineItem, change: Worth): Row =>
  row("UPDATE", lineTypeOf(line), line.id, 0, change);

/**
 * "The difference between the original total value of all line items that were refunded, and the actual amount
 * refunded" (the schema on SaleLineType): positive when the merchant keeps a part, negative for goodwill.
 */
export const adjustmentRow = (total: number, tax = 0): Row =>
  row("RETURN", "ADJUSTMENT", null, null, { ...NOTHING, gross: total - tax, tax });

function row(
  action: SaleAction,
  line: SaleLine,
  lineItemId: number | null,
  quantity: number | null,
  worth: Worth,
): Row {
  return {
    action,
    line,
    lineItemId,
    quantity,
    total: plain(totalOf(worth)),
    tax: plain(worth.tax),
    discountBeforeTax: plain(worth.discount),
    discountAfterTax: plain(worth.discountAfterTax),
  };
}

// −0 and 0 differ in deep comparisons and print alike.
const plain = (amount: number): number => (amount === 0 ? 0 : amount);

/** A row with its id. Spelled out, because a spread object takes twice the memory. */
export const booked = (id: number, row: Row): Sale => ({
  id,
  action: row.action,
  line: row.line,
  lineItemId: row.lineItemId,
  quantity: row.quantity,
  total: row.total,
  tax: row.tax,
  discountBeforeTax: row.discountBeforeTax,
  discountAfterTax: row.discountAfterTax,
});

/** What the rows of one line, or of one line type without lines, still add up to. */
export function remaining(order: Order, line: SaleLine, lineItemId: number | null): Worth {
  const left = { ...NOTHING };
  for (const agreement of order.agreements) {
    for (const sale of agreement.sales) {
      if (sale.line !== line || sale.lineItemId !== lineItemId) continue;
      left.gross += sale.total - sale.tax + sale.discountBeforeTax;
      left.discount += sale.discountBeforeTax;
      left.discountAfterTax += sale.discountAfterTax;
      left.tax += sale.tax;
    }
  }
  return left;
}

export const isNothing = (worth: Worth): boolean =>
  worth.gross === 0 && worth.discount === 0 && worth.tax === 0 && worth.discountAfterTax === 0;

export const sumOf = (rows: readonly { total: number }[]): number =>
  rows.reduce((sum, r) => sum + r.total, 0);

/** Received minus refunded. */
export const netPayment = (order: Order): number =>
  order.transactions.reduce((sum, t) => sum + (t.kind === "SALE" ? t.amount : -t.amount), 0);

export const received = (order: Order): number =>
  order.transactions.reduce((sum, t) => sum + (t.kind === "SALE" ? t.amount : 0), 0);

/** OrderDisplayFinancialStatus; an order that costs nothing is paid. */
export function financialStatus(order: Order): string {
  const paid = received(order);
  const refunded = paid - netPayment(order);
  if (paid === 0) return order.originalTotal === 0 ? "PAID" : order.cancelledAt ? "VOIDED" : "PENDING";
  if (refunded === 0) return paid >= order.currentTotal ? "PAID" : "PARTIALLY_PAID";
  return refunded >= paid ? "REFUNDED" : "PARTIALLY_REFUNDED";
}

/** OrderDisplayFulfillmentStatus. */
export const fulfillmentStatus = (order: Order): string =>
  order.lines.every((line) => line.isGiftCard || line.isTip)
    ? "FULFILLMENT_NOT_REQUIRED"
    : order.fulfilledAt
      ? "FULFILLED"
      : "UNFULFILLED";

export const ruleOf = (order: Order): TaxRule => ({ rate: order.taxRate, included: order.taxesIncluded });

/** Neither gift cards nor tips are taxed. */
export const ruleFor = (order: Order, line: LineItem): TaxRule =>
  lineTypeOf(line) === "PRODUCT" ? ruleOf(order) : { rate: 0, included: false };

/** The row that sells units of a line with `off` as listed. */
export function charged(
  order: Order,
  line: LineItem,
  quantity: number,
  off: number,
  { tax, rest = 0 }: { tax?: number | undefined; rest?: number } = {},
): Row {
  // Money without units is charged only where nothing says what was sold.
  if (!Number.isInteger(quantity) || quantity < 0 || (quantity === 0 && rest === 0))
    throw new RangeError("A line sells at least one unit.");
  const listed = line.unitPrice * quantity + rest;
  if (off < 0 || off > listed) throw new RangeError(`A discount of ${off} on ${listed}.`);
  const taxed = lineTypeOf(line) === "PRODUCT";
  return chargeRow(
    lineTypeOf(line),
    line.id,
    quantity,
    worthOf(listed, off, ruleFor(order, line), taxed ? tax : 0),
  );
}

/** The row that takes units of a line back, at what is left of it. */
export function returned(order: Order, { lineItemId, quantity }: LineQuantity): Row {
  const line = lineOf(order, lineItemId);
  const type = lineTypeOf(line);
  const left = remaining(order, type, line.id);
  const moneyOnly = quantity === 0 && line.currentQuantity === 0 && !isNothing(left);
  if (!Number.isInteger(quantity) || (quantity < 1 && !moneyOnly) || quantity > line.currentQuantity)
    throw new RangeError(`Cannot take ${quantity} of ${line.currentQuantity} units back.`);
  return returnRow(type, line.id, quantity, partOf(left, quantity, line.currentQuantity));
}

/** All that is left of the lines, with units or without. */
export const everyLine = (order: Order): LineQuantity[] =>
  order.lines
    .filter((line) => line.currentQuantity > 0 || !isNothing(remaining(order, lineTypeOf(line), line.id)))
    .map((line) => ({ lineItemId: line.id, quantity: line.currentQuantity }));

/** Charges of an order that belong to no line item. */
export const APART: readonly SaleLine[] = ["SHIPPING", "DUTY", "ADDITIONAL_FEE", "FEE"];

/** All that is left of what belongs to no line, each as what it is. */
export const chargesReturned = (order: Order, types: readonly SaleLine[] = APART): Row[] =>
  types.flatMap((type) => {
    const charge = remaining(order, type, null);
    return isNothing(charge) ? [] : returnRow(type, null, 1, charge);
  });

export function allReturned(order: Order, quantities: readonly LineQuantity[]): Row[] {
  if (new Set(quantities.map(({ lineItemId }) => lineItemId)).size < quantities.length)
    throw new RangeError("A line is taken back once at a time.");
  return quantities.map((quantity) => returned(order, quantity));
}

/** A further discount of `amount` as listed on what is left of a line. */
export function lessFor(left: Worth, amount: number, rule: TaxRule): Worth {
  const listed = rule.included ? totalOf(left) : left.gross - left.discount;
  if (amount <= 0 || amount > listed) throw new RangeError(`A discount of ${amount} on ${listed}.`);
  const tax = taxOf(listed - amount, rule) - left.tax;
  return rule.included
    ? { gross: 0, discount: amount + tax, discountAfterTax: amount, tax }
    : { gross: 0, discount: amount, discountAfterTax: amount - tax, tax };
}

export function lineOf(order: Order, id: number): LineItem {
  const line = order.lines.find((candidate) => candidate.id === id);
  if (!line) throw new RangeError(`Order ${order.name} has no line ${id}.`);
  return line;
}

/** Makes rows true: brings new lines in and gives the lines their units, discounts and taxes. */
export function apply(order: Order, rows: readonly Row[], added: readonly LineItem[]): void {
  if (added.length) order.lines = [...order.lines, ...added];
  for (const row of rows) {
    if (row.lineItemId === null) continue;
    const line = lineOf(order, row.lineItemId);
    line.currentQuantity += row.quantity ?? 0;
    if (row.action === "RETURN") continue;
    line.quantity += row.quantity ?? 0;
    line.discount += row.discountBeforeTax;
    line.tax += row.tax;
  }
}

/**
 * Rows that take back more than the order still costs, because an amount was given back before, end with the adjustment
 * that evens it out (schema: FULL_RETURN_BALANCING_ADJUSTMENT). An order never costs less than nothing.
 */
export function balanced(order: Order, rows: readonly Row[]): Row[] {
  const below = order.currentTotal + sumOf(rows);
  return below < 0 ? [...rows, adjustmentRow(-below)] : [...rows];
}
