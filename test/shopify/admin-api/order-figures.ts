// What the Admin API derives from an order's agreements, payments, refunds and returns.
import type { Agreement, Order, Sale } from "../model.ts";

export function sumOfSales(
  order: Order,
  of: (agreement: Agreement) => boolean,
  worth: (sale: Sale) => number,
): number {
  let sum = 0;
  for (const agreement of order.agreements) {
    if (!of(agreement)) continue;
    for (const sale of agreement.sales) sum += worth(sale);
  }
  return sum;
}

export function received(order: Order): number {
  let sum = 0;
  for (const each of order.transactions) if (each.kind === "SALE") sum += each.amount;
  return sum;
}

export function refunded(order: Order): number {
  let sum = 0;
  for (const each of order.refunds) sum += each.total;
  return sum;
}

export function returnStatus(order: Order): "NO_RETURN" | "IN_PROGRESS" | "RETURN_REQUESTED" | "RETURNED" {
  const has = (status: string): boolean => order.returns.some((each) => each.status === status);
  if (has("OPEN")) return "IN_PROGRESS";
  if (has("REQUESTED")) return "RETURN_REQUESTED";
  return has("CLOSED") ? "RETURNED" : "NO_RETURN";
}
