// statistics.rfmGroup and predictedSpendTier of the simulated shops. Shopify publishes the groups' names, not the
// method; this one is simple on purpose: ranks in fifths by recency, number of orders and amount spent.
import type { Customer, Order } from "../model.ts";
import { DAY } from "./instants.ts";

export type RfmGroup =
  | "ACTIVE"
  | "ALMOST_LOST"
  | "AT_RISK"
  | "CHAMPIONS"
  | "DORMANT"
  | "LOYAL"
  | "NEEDS_ATTENTION"
  | "NEW"
  | "PREVIOUSLY_LOYAL"
  | "PROMISING"
  | "PROSPECTS";

interface Buyer {
  id: number;
  recency: number;
  orders: number;
  spent: number;
}

/** `now`: the day's start in milliseconds. Customers without an order are PROSPECTS. */
export function rfmGroups(
  customers: Iterable<Customer>,
  ordersOf: (customerId: number) => readonly Order[],
  now: number,
): Map<number, RfmGroup> {
  const groups = new Map<number, RfmGroup>();
  const buyers: Buyer[] = [];
  for (const customer of customers) {
    const placed = ordersOf(customer.id).filter((order) => !order.test);
    const last = placed.reduce((latest, order) => Math.max(latest, Date.parse(order.processedAt)), 0);
    if (last === 0) groups.set(customer.id, "PROSPECTS");
    else
      buyers.push({
        id: customer.id,
        recency: -Math.floor((now - last) / DAY),
        orders: placed.length,
        spent: customer.amountSpent,
      });
  }
  const recency = fifths(buyers, (buyer) => buyer.recency);
  const orders = fifths(buyers, (buyer) => buyer.orders);
  const spent = fifths(buyers, (buyer) => buyer.spent);
  for (const buyer of buyers) groups.set(buyer.id, group(recency(buyer), (orders(buyer) + spent(buyer)) / 2));
  return groups;
}

/** 1 (lowest) to 5: the fifth in which the share of strictly smaller values falls, so that equal values agree. */
function fifths(buyers: readonly Buyer[], value: (buyer: Buyer) => number): (buyer: Buyer) => number {
  const sorted = buyers.map(value).sort((a, b) => a - b);
  const smaller = new Map<number, number>();
  sorted.forEach((each, index) => {
    if (!smaller.has(each)) smaller.set(each, index);
  });
  return (buyer) => 1 + Math.min(4, Math.floor((5 * (smaller.get(value(buyer)) ?? 0)) / sorted.length));
}

function group(recency: number, frequencyAndMoney: number): RfmGroup {
  if (recency === 5) return frequencyAndMoney > 3 ? "CHAMPIONS" : frequencyAndMoney > 2 ? "ACTIVE" : "NEW";
  if (recency === 4) return frequencyAndMoney > 3 ? "LOYAL" : frequencyAndMoney > 2 ? "ACTIVE" : "PROMISING";
  if (recency === 3) return frequencyAndMoney > 3 ? "LOYAL" : "NEEDS_ATTENTION";
  if (frequencyAndMoney > 4) return "PREVIOUSLY_LOYAL";
  if (frequencyAndMoney > 3) return "AT_RISK";
  return recency === 2 ? "ALMOST_LOST" : "DORMANT";
}

/** By lifetime spend per order of the shop's own currency unit: the thresholds are made up. */
export function spendTier(customer: Customer, decimals: number): "HIGH" | "MEDIUM" | "LOW" | null {
  if (customer.numberOfOrders === 0) return null;
  const spent = customer.amountSpent / 10 ** decimals;
  return spent >= 500 ? "HIGH" : spent >= 100 ? "MEDIUM" : "LOW";
}
