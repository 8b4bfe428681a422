// A shop that one can change. Each change leaves the order, its agreements, its payments and its customer as Shopify
// would, and says so by the webhooks that Shopify would send. At any time the rows of the ORDER agreement add up to
// originalTotal and all rows to currentTotal: tips and sold gift cards are in both, a redeemed gift card is a payment.
import { channelOf } from "./shop/channels.ts";
import { checkout } from "./shop/checkout.ts";
import {
  adjustmentRow,
  allReturned,
  apply,
  balanced,
  booked,
  chargeRow,
  charged,
  chargesReturned,
  discountRow,
  everyLine,
  financialStatus,
  lessFor,
  lineOf,
  lineTypeOf,
  remaining,
  returned,
  ruleFor,
  sumOf,
} from "./shop/ledger.ts";
import type { Row } from "./shop/ledger.ts";
import type {
  CustomerInput,
  EditInput,
  ExchangeInput,
  Instant,
  LineInput,
  OrderInput,
  RefundInput,
  ReturnInput,
  ShopInput,
} from "./shop/input.ts";
import { NOTHING } from "./shop/money.ts";
import { inProportion } from "./shop/proportion.ts";
import { Payments } from "./shop/payments.ts";
import { NONE, later } from "./shop/records.ts";
import type { Agreement, LineItem, Order, Refund, Return, ShopData } from "./model.ts";
import * as payloads from "./payloads.ts";

export type {
  CustomerInput,
  EditInput,
  ExchangeInput,
  LineInput,
  OrderInput,
  RefundInput,
  ReturnInput,
  ShopInput,
};

const REASONS: Record<Agreement["type"], Agreement["reason"]> = {
  OrderAgreement: "ORDER",
  OrderEditAgreement: "ORDER_EDIT",
  RefundAgreement: "REFUND",
  ReturnAgreement: "RETURN",
};

export class Shop extends Payments implements ShopData {
  #number = 1000;

  placeOrder(input: OrderInput): Order {
    const at = this.instantOf(input.at);
    const processedAt = this.instantOf(input.processedAt ?? at);
    if (input.lines.length === 0 && !input.tip && !input.linesRemoved)
      throw new RangeError("An order has at least one line.");
    const customer = input.customerId == null ? null : this.customerById(input.customerId);
    // Orders made later go on from the highest number.
    if (input.name) this.#number = Math.max(this.#number, Number(/^#(\d{1,15})$/.exec(input.name)?.[1] ?? 0));
    const order: Order = {
      id: input.id ?? this.#freeId(),
      name: input.name ?? `#${++this.#number}`,
      customerId: customer?.id ?? null,
      createdAt: at,
      processedAt: processedAt === at ? at : processedAt,
      updatedAt: at,
      cancelledAt: null,
      fulfilledAt: null,
      test: input.test ?? false,
      taxesIncluded: input.taxesIncluded ?? this.taxesIncluded,
      taxRate: input.taxRate ?? 0,
      originalTotal: 0,
      currentTotal: 0,
      sourceName: input.sourceName ?? "web",
      channel: channelOf(input.sourceName ?? "web"),
      presentmentCurrency: this.currency,
      shippingCountry: input.shippingCountry ?? null,
      billingCountry: input.billingCountry ?? input.shippingCountry ?? null,
      locale: input.locale === undefined ? (customer?.locale ?? null) : input.locale,
      companyId: input.companyId ?? null,
      tags: input.tags?.length ? [...input.tags] : NONE,
      discountCodes: input.discountCodes?.length ? [...input.discountCodes] : NONE,
      shippingCharge: input.shipping ?? 0,
      lines: [],
      agreements: [],
      refunds: NONE,
      returns: NONE,
      transactions: NONE,
    };
    this.#agree(
      order,
      "OrderAgreement",
      at,
      checkout(order, input, (line) => this.#newLine(line)),
    );
    order.currentTotal = order.originalTotal;
    this.orders.set(order.id, order);
    if (customer) {
      const known = this.ordersOf.get(customer.id);
      if (known) known.push(order.id);
      else this.ordersOf.set(customer.id, [order.id]);
    }
    if (input.paid !== false) this.charge(order, order.originalTotal, at, input.giftCardPayment ?? 0);
    this.spent(order, 1, order.originalTotal, at);
    this.emit("orders/create", at, () => payloads.order(this, order));
    if (financialStatus(order) === "PAID") this.emit("orders/paid", at, () => payloads.order(this, order));
    this.#announceUpdate(order);
    return order;
  }

  /** An order of another system, made known today. Its agreement is dated today as well: only processedAt is past. */
  importOrder(input: OrderInput & { processedAt: Instant }): Order {
    return this.placeOrder(input);
  }

  /** The customer came back: the checkout is completed by an order. */
  recoverCheckout(checkoutId: number, at?: Instant): Order {
    const { customerId, lines, shippingCountry, shipping, completedAt } = this.completed(checkoutId, at);
    return this.placeOrder({
      ...(completedAt === null ? {} : { at: completedAt }),
      customerId,
      shippingCountry,
      shipping,
      lines: lines.map(({ variantId, quantity, amount }) => ({
        ...(variantId === null ? {} : { variantId }),
        quantity,
        price: amount / quantity,
      })),
    });
  }

  /** Also a post-purchase upsell, which is an edit within seconds of the checkout. The difference is settled at once. */
  editOrder(orderId: number, input: EditInput): Order {
    const { order, at } = this.#change(orderId, input.at);
    const touched = [...(input.set ?? []), ...(input.discounts ?? [])].map(({ lineItemId }) => lineItemId);
    if (new Set(touched).size < touched.length) throw new RangeError("An edit changes a line once.");
    const sold = this.#sold(order, input.add ?? []);
    const changed = (input.set ?? []).flatMap(({ lineItemId, quantity }) => {
      const line = lineOf(order, lineItemId);
      const more = quantity - line.currentQuantity;
      if (more === 0) return [];
      return more > 0 ? charged(order, line, more, 0) : returned(order, { lineItemId, quantity: -more });
    });
    const discounted = (input.discounts ?? []).map(({ lineItemId, amount }) => {
      const line = lineOf(order, lineItemId);
      return discountRow(
        line,
        lessFor(remaining(order, lineTypeOf(line), line.id), amount, ruleFor(order, line)),
      );
    });
    const rows = balanced(order, [...sold.rows, ...changed, ...discounted]);
    if (rows.length === 0) throw new RangeError("The edit changes nothing.");
    this.#agree(order, "OrderEditAgreement", at, { rows, added: sold.added });
    const refund = this.settle(order, sumOf(rows), at, null, NONE);
    this.emit("orders/edited", at, () => payloads.edit(this, order, at, rows));
    if (refund) this.emit("refunds/create", at, () => payloads.refund(this, order, refund));
    this.#announceUpdate(order);
    return order;
  }

  /**
   * Lines, shipping, or only an amount. Rows reverse the value of what comes back; an adjustment carries the rest, such
   * as a restocking fee held back or an amount given without any line.
   */
  refund(orderId: number, input: RefundInput): Refund {
    const { order, at } = this.#change(orderId, input.at);
    const rows = allReturned(order, input.everything ? everyLine(order) : (input.lines ?? []));
    const lines = this.#refundLines(order, rows);
    if (input.everything) rows.push(...chargesReturned(order));
    else if (input.shipping) {
      const charge = chargesReturned(order, ["SHIPPING"]);
      if (charge.length === 0) throw new RangeError("No shipping charge is left to refund.");
      rows.push(...charge);
    }
    const value = -sumOf(rows);
    const amount = input.amount ?? Math.min(value - (input.restockingFee ?? 0), order.currentTotal);
    if (amount < 0 || amount > order.currentTotal)
      throw new RangeError(`Cannot refund ${amount} of ${order.currentTotal}.`);
    if (input.inProportion && amount > value) rows.push(...inProportion(order, amount - value));
    else if (amount !== value) rows.push(adjustmentRow(value - amount));
    if (rows.length === 0) throw new RangeError("The refund refunds nothing.");
    return this.#refunded(order, at, rows, lines, amount);
  }

  /** Everything that is left goes back; the order stays, cancelled. */
  cancelOrder(orderId: number, input: { at?: Instant } = {}): Order {
    const { order, at } = this.#change(orderId, input.at);
    const rows = allReturned(order, everyLine(order));
    const lines = this.#refundLines(order, rows);
    rows.push(...chargesReturned(order));
    // Earlier adjustments are evened out, so that nothing stays.
    const value = -sumOf(rows);
    if (value !== order.currentTotal) rows.push(adjustmentRow(value - order.currentTotal));
    order.cancelledAt = at;
    order.updatedAt = at;
    if (rows.length) this.#refunded(order, at, rows, lines, order.currentTotal);
    this.emit("orders/cancelled", at, () => payloads.order(this, order));
    if (!rows.length) this.#announceUpdate(order);
    return order;
  }

  /**
   * The schema knows two restocking fees. One taken with a return is a fee of its own (type RestockingFee, a FEE row
   * that charges); one held back from a refund is the difference of that refund (an ADJUSTMENT row). This is the first;
   * `refund` makes the second.
   */
  returnItems(orderId: number, input: ReturnInput): Return {
    return this.#takeBack(orderId, input, []);
  }

  /** A return whose agreement also sells the new lines; the difference is paid or refunded. */
  exchange(orderId: number, input: ExchangeInput): Return {
    return this.#takeBack(orderId, input, input.add);
  }

  fulfillOrder(orderId: number, at?: Instant): Order {
    const { order, at: happened } = this.#change(orderId, at);
    order.fulfilledAt = happened;
    order.updatedAt = happened;
    this.emit("orders/fulfilled", happened, () => payloads.order(this, order));
    this.#announceUpdate(order);
    return order;
  }

  deleteOrder(orderId: number, at?: Instant): void {
    const order = this.#order(orderId);
    const happened = later(order.updatedAt, this.instantOf(at));
    this.orders.delete(orderId);
    if (order.customerId !== null) {
      const known = this.ordersOf.get(order.customerId) ?? [];
      this.ordersOf.set(
        order.customerId,
        known.filter((id) => id !== orderId),
      );
    }
    this.spent(order, -1, -order.currentTotal, happened);
    this.emit("orders/delete", happened, () => ({ id: orderId }));
  }

  /** Takes an order out of memory without any other effect, for shops too large to be held. */
  forget(order: Order): void {
    this.orders.delete(order.id);
    if (order.customerId !== null) this.ordersOf.delete(order.customerId);
  }

  /** An order that brings its id, as one of an export does, may have taken the next of ours. */
  #freeId(): number {
    let id = this.newId("order");
    while (this.orders.has(id)) id = this.newId("order");
    return id;
  }

  // Making of rows.

  /** A line without units: the rows of its agreement bring them. */
  #newLine(input: LineInput): LineItem {
    const variant = input.variantId === undefined ? undefined : this.variants.get(input.variantId);
    if (input.variantId !== undefined && !variant) throw new RangeError(`No variant ${input.variantId}.`);
    return {
      id: this.newId("line"),
      title: input.title ?? variant?.title ?? "Item",
      sku: variant?.sku ?? null,
      vendor: variant === undefined ? null : (this.products.get(variant.productId)?.vendor ?? null),
      sellingPlan: input.sellingPlan ?? null,
      productId: variant?.productId ?? null,
      variantId: variant?.id ?? null,
      isGiftCard: input.giftCard ?? false,
      isTip: false,
      quantity: 0,
      currentQuantity: 0,
      unitPrice: input.price ?? variant?.price ?? 0,
      priceRest: input.rest ?? 0,
      discount: 0,
      tax: 0,
    };
  }

  #sold(order: Order, inputs: readonly LineInput[]): { rows: Row[]; added: LineItem[] } {
    const added: LineItem[] = [];
    const rows = inputs.map((input) => {
      const line = this.#newLine(input);
      added.push(line);
      return charged(order, line, input.quantity, input.discount ?? 0);
    });
    return { rows, added };
  }

  #refundLines(order: Order, rows: readonly Row[]): Refund["lines"] {
    return rows.flatMap((row) =>
      row.lineItemId === null || row.action !== "RETURN"
        ? []
        : {
            id: this.newId("refundLine"),
            lineItemId: row.lineItemId,
            quantity: -(row.quantity ?? 0),
            subtotal: -(order.taxesIncluded ? row.total : row.total - row.tax),
            tax: -row.tax,
          },
    );
  }

  #refunded(order: Order, at: string, rows: Row[], lines: Refund["lines"], amount: number): Refund {
    const refund = this.addRefund(order, at, null, lines);
    this.#agree(order, "RefundAgreement", at, { rows }, { refundId: refund.id });
    this.settle(order, -amount, at, refund, lines);
    this.emit("refunds/create", at, () => payloads.refund(this, order, refund));
    this.#announceUpdate(order);
    return refund;
  }

  #takeBack(orderId: number, input: ReturnInput, add: readonly LineInput[]): Return {
    const { order, at } = this.#change(orderId, input.at);
    const back = allReturned(order, input.lines);
    const sold = this.#sold(order, add);
    const lines = this.#refundLines(order, back);
    const fee = input.restockingFee ?? 0;
    const charges = fee > 0 ? [chargeRow("FEE", null, 1, { ...NOTHING, gross: fee })] : [];
    const rows = balanced(order, [...back, ...sold.rows, ...charges]);
    const returnedGoods: Return = { id: this.newId("return"), createdAt: at, status: "CLOSED" };
    order.returns = [...order.returns, returnedGoods];
    this.#agree(order, "ReturnAgreement", at, { rows, added: sold.added }, { returnId: returnedGoods.id });
    const change = sumOf(rows);
    const before = order.refunds.length;
    this.settle(
      order,
      change,
      at,
      change < 0 ? this.addRefund(order, at, returnedGoods.id, lines) : null,
      lines,
    );
    this.emit("returns/approve", at, () => payloads.returned(order, returnedGoods, lines));
    this.emit("returns/close", at, () => payloads.returned(order, returnedGoods, lines));
    for (const refund of order.refunds.slice(before))
      this.emit("refunds/create", at, () => payloads.refund(this, order, refund));
    this.#announceUpdate(order);
    return returnedGoods;
  }

  /** Makes the rows true: books them under an agreement and gives the lines their units, discounts and taxes. */
  #agree(
    order: Order,
    type: Agreement["type"],
    at: string,
    { rows, added = NONE }: { rows: readonly Row[]; added?: readonly LineItem[] },
    of: { refundId?: number; returnId?: number } = {},
  ): void {
    apply(order, rows, added);
    const agreement: Agreement = {
      id: this.newId("agreement"),
      type,
      reason: REASONS[type],
      happenedAt: at,
      refundId: of.refundId ?? null,
      returnId: of.returnId ?? null,
      sales: rows.map((row) => booked(this.newId("sale"), row)),
    };
    // Lists are replaced, not pushed to: a list that grows keeps room for more, and most orders have one agreement.
    order.agreements = [...order.agreements, agreement];
    order.updatedAt = at;
  }

  // Access and events.

  #change(orderId: number, given: Instant | undefined): { order: Order; at: string } {
    const order = this.#order(orderId);
    if (order.cancelledAt) throw new RangeError(`Order ${order.name} is cancelled.`);
    return { order, at: later(order.updatedAt, this.instantOf(given)) };
  }

  #announceUpdate(order: Order): void {
    this.emit("orders/updated", order.updatedAt, () => payloads.order(this, order));
  }

  #order(id: number): Order {
    const order = this.orders.get(id);
    if (!order) throw new RangeError(`No order ${id}.`);
    return order;
  }
}
