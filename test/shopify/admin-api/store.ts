// One shop as the API sees it: its data, and what Shopify's nightly job has worked out about its customers.
import type { Customer, Order } from "../model.ts";
import type { Shop } from "../shop.ts";
import { DAY } from "./instants.ts";
import { rfmGroups } from "./rfm.ts";
import type { RfmGroup } from "./rfm.ts";

/** An app without read_all_orders sees the orders created in the last 60 days, and is not told. */
export const HISTORY_LIMIT = 60 * DAY;

export class Store {
  readonly shop: Shop;
  #groups: ReadonlyMap<number, RfmGroup> = new Map();
  #groupedOn = "";

  constructor(shop: Shop) {
    this.shop = shop;
  }

  ordersOf(customerId: number): readonly Order[] {
    return this.shop.customerOrders(customerId);
  }

  /** Recomputed once a day, as Shopify does without telling anyone by webhook. */
  rfmGroup(customer: Customer, now: Date): RfmGroup {
    const day = now.toISOString().slice(0, 10);
    if (this.#groupedOn !== day) {
      this.#groups = rfmGroups(this.shop.customers.values(), (id) => this.ordersOf(id), Date.parse(day));
      this.#groupedOn = day;
    }
    return this.#groups.get(customer.id) ?? (customer.numberOfOrders > 0 ? "NEW" : "PROSPECTS");
  }
}
