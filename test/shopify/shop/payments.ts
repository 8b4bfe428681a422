// What an order's total and its customer's lifetime figures come to, and the money that moves for each change of them: sales by
// one gateway or a gift card, and what is paid back.
import type { Order, Refund, Transaction } from "../model.ts";
import * as payloads from "../payloads.ts";
import { LeftCheckouts } from "./left-checkouts.ts";
import { netPayment } from "./ledger.ts";
import { later } from "./records.ts";

export abstract class Payments extends LeftCheckouts {
  /** Books a change of the order's total and moves the money for it; returns the refund that was made for it. */
  protected settle(
    order: Order,
    change: number,
    at: string,
    refund: Refund | null,
    lines: Refund["lines"],
  ): Refund | null {
    const net = netPayment(order);
    const settled = net === order.currentTotal;
    order.currentTotal += change;
    this.spent(order, 0, change, at);
    if (change > 0 && settled) this.charge(order, change, at, 0);
    // An unpaid order loses what is owed before any money goes back.
    const back = Math.max(0, net - Math.max(0, order.currentTotal));
    if (change >= 0 || back === 0) return refund;
    const made = refund ?? this.addRefund(order, at, null, lines);
    made.total += back;
    this.#payBack(order, back, at);
    return made;
  }

  protected addRefund(
    order: Order,
    createdAt: string,
    returnId: number | null,
    lines: Refund["lines"],
  ): Refund {
    const refund: Refund = { id: this.newId("refund"), createdAt, total: 0, returnId, lines };
    order.refunds = [...order.refunds, refund];
    return refund;
  }

  protected charge(order: Order, amount: number, at: string, byGiftCard: number): void {
    const card = Math.min(byGiftCard, amount);
    const gateway = order.sourceName === "shopify_draft_order" ? "manual" : "shopify_payments";
    if (card > 0) this.#transact(order, "SALE", "gift_card", card, at);
    if (amount > card) this.#transact(order, "SALE", gateway, amount - card, at);
  }

  /** Other gateways first, the gift card last. */
  #payBack(order: Order, amount: number, at: string): void {
    const paid = new Map<Transaction["gateway"], number>();
    for (const t of order.transactions)
      paid.set(t.gateway, (paid.get(t.gateway) ?? 0) + (t.kind === "SALE" ? t.amount : -t.amount));
    let left = amount;
    for (const [gateway, net] of [...paid].sort(
      ([a], [b]) => Number(a === "gift_card") - Number(b === "gift_card"),
    )) {
      const part = Math.min(left, net);
      if (part > 0) this.#transact(order, "REFUND", gateway, part, at);
      left -= part;
    }
  }

  #transact(
    order: Order,
    kind: Transaction["kind"],
    gateway: Transaction["gateway"],
    amount: number,
    createdAt: string,
  ): void {
    const transaction: Transaction = { id: this.newId("transaction"), kind, gateway, amount, createdAt };
    order.transactions = [...order.transactions, transaction];
    this.emit("order_transactions/create", createdAt, () => payloads.transaction(this, order, transaction));
  }

  /** Shopify counts no test orders in a customer's lifetime figures. */
  protected spent(order: Order, orders: number, money: number, at: string): void {
    const customer =
      order.customerId === null || order.test ? undefined : this.customers.get(order.customerId);
    if (!customer) return;
    customer.numberOfOrders += orders;
    customer.amountSpent += money;
    customer.updatedAt = later(customer.updatedAt, at);
    this.emit("customers/purchasing_summary", at, () =>
      payloads.purchasingSummary(this, customer, this.ordersOf.get(customer.id)?.at(-1) ?? null, at),
    );
    this.customerMoved(customer.id, at);
  }
}
