// Everything a merchant and his customers may do to a shop, by chance: one change at a time, each allowed by the shop as it is.
import { randomFrom, runningSums, type Random } from "../../shopify/generate/random.ts";
import type { LineInput } from "../../shopify/shop/input.ts";
import type { LineItem, Order } from "../../shopify/model.ts";
import type { Shop } from "../../shopify/shop.ts";

type Make = (shop: Shop, random: Random) => void;

const DAY = 86_400_000;
const COUNTRIES = ["DE", "FR", "AT", "US", "JP", null];
const TAGS = ["vip", "wholesale", "press", "b2b"];
const CONSENTS = ["SUBSCRIBED", "NOT_SUBSCRIBED", "UNSUBSCRIBED", "PENDING"] as const;
const SOURCES = ["web", "web", "web", "pos", "shopify_draft_order", "580111"];
const ZONES = ["Europe/Berlin", "America/New_York", "Pacific/Auckland", "Asia/Kathmandu"];

/** The kinds with their weights. */
const KINDS: Readonly<Record<string, { weight: number; make: Make }>> = {
  place: { weight: 26, make: place },
  "place as guest": { weight: 6, make: (shop, random) => place(shop, random, { customerId: null }) },
  "place a test order": { weight: 2, make: (shop, random) => place(shop, random, { test: true }) },
  "import an old order": { weight: 3, make: imported },
  "edit: add a line": {
    weight: 4,
    make: (shop, random) => shop.editOrder(open(shop, random).id, { add: basket(shop, random, 2) }),
  },
  "edit: another quantity": { weight: 3, make: otherQuantity },
  "edit: a discount": { weight: 3, make: discounted },
  "refund lines": {
    weight: 5,
    make: (shop, random) => {
      const order = open(shop, random);
      shop.refund(order.id, {
        lines: [some(order, random)],
        shipping: order.shippingCharge > 0 && random.chance(0.2),
      });
    },
  },
  "refund an amount": {
    weight: 4,
    make: (shop, random) => {
      const order = open(shop, random);
      shop.refund(order.id, { amount: random.whole(1, Math.max(1, Math.floor(order.currentTotal / 3))) });
    },
  },
  "refund less a restocking fee": {
    weight: 3,
    make: (shop, random) => {
      const order = open(shop, random);
      shop.refund(order.id, { lines: [some(order, random)], restockingFee: random.whole(1, 100) });
    },
  },
  return: {
    weight: 4,
    make: (shop, random) => {
      const order = open(shop, random);
      const fee = random.chance(0.3) ? { restockingFee: random.whole(1, 100) } : {};
      shop.returnItems(order.id, { lines: [some(order, random)], ...fee });
    },
  },
  exchange: {
    weight: 3,
    make: (shop, random) => {
      const order = open(shop, random);
      shop.exchange(order.id, { lines: [some(order, random)], add: basket(shop, random, 1) });
    },
  },
  cancel: { weight: 4, make: (shop, random) => shop.cancelOrder(open(shop, random).id) },
  fulfil: { weight: 6, make: (shop, random) => shop.fulfillOrder(open(shop, random).id) },
  "delete an order": { weight: 2, make: (shop, random) => shop.deleteOrder(anOrder(shop, random).id) },
  "create a customer": {
    weight: 4,
    make: (shop, random) =>
      shop.createCustomer({ country: random.pick(COUNTRIES), tags: [random.pick(TAGS)] }),
  },
  "move a customer": {
    weight: 3,
    make: (shop, random) => shop.updateCustomer(aCustomer(shop, random), { country: random.pick(COUNTRIES) }),
  },
  "tag a customer": {
    weight: 4,
    make: (shop, random) =>
      shop.updateCustomer(aCustomer(shop, random), { tags: TAGS.filter(() => random.chance(0.4)) }),
  },
  consent: {
    weight: 3,
    make: (shop, random) =>
      shop.updateCustomer(aCustomer(shop, random), { emailMarketing: random.pick(CONSENTS) }),
  },
  "merge customers": {
    weight: 2,
    make: (shop, random) => shop.mergeCustomers(aCustomer(shop, random), aCustomer(shop, random)),
  },
  "delete a customer": { weight: 2, make: removeCustomer },
  "redact a customer": { weight: 1, make: (shop, random) => shop.redactCustomer(aCustomer(shop, random)) },
  "move the shop to another time zone": {
    weight: 0.1,
    make: (shop, random) => shop.updateSettings({ timeZone: random.pick(ZONES) }),
  },
};

export const KIND_NAMES = Object.keys(KINDS);

/** Kinds that leave no trace in any updated_at of a record that still exists: a sweep cannot see them. */
export const UNSEEN_BY_SWEEP: readonly string[] = ["delete an order", "merge customers", "delete a customer"];

const TRIES = 50;

/** The seed's sequence of changes of one shop; the same shop and seed give the same sequence. */
export class Changes {
  readonly #shop: Shop;
  readonly #random: Random;
  readonly counts: Record<string, number> = {};

  constructor(shop: Shop, seed: number) {
    this.#shop = shop;
    this.#random = randomFrom(seed);
  }

  /** Makes one change; its kind. */
  next(without: readonly string[] = []): string {
    const kinds = KIND_NAMES.filter((name) => !without.includes(name));
    const weights = runningSums(kinds.map((name) => KINDS[name]?.weight ?? 0));
    for (let tries = 0; tries < TRIES; tries += 1) {
      const kind = kinds[this.#random.byWeight(weights)] ?? "";
      try {
        KINDS[kind]?.make(this.#shop, this.#random);
      } catch (error) {
        // The shop does not allow it now, as an order may have nothing left to refund.
        if (error instanceof RangeError) continue;
        throw error;
      }
      this.counts[kind] = (this.counts[kind] ?? 0) + 1;
      return kind;
    }
    throw new Error("The shop allows no change.");
  }
}

function nth<T>(map: ReadonlyMap<number, T>, random: Random, what: string): T {
  // Half of what happens, happens to what is new.
  const from = random.chance(0.5) ? Math.max(0, map.size - 50) : 0;
  let left = random.whole(from, Math.max(from, map.size - 1));
  for (const value of map.values()) if (left-- === 0) return value;
  throw new RangeError(`No ${what}.`);
}

const anOrder = (shop: Shop, random: Random): Order => nth(shop.orders, random, "order");
const aCustomer = (shop: Shop, random: Random): number => nth(shop.customers, random, "customer").id;

function open(shop: Shop, random: Random): Order {
  const order = anOrder(shop, random);
  if (order.cancelledAt || order.currentTotal <= 0) throw new RangeError("Not open.");
  return order;
}

const held = (order: Order): LineItem[] =>
  order.lines.filter((line) => !line.isTip && !line.isGiftCard && line.currentQuantity > 0);

/** Some units of one of the order's lines. */
function some(order: Order, random: Random): { lineItemId: number; quantity: number } {
  const lines = held(order);
  if (lines.length === 0) throw new RangeError("Nothing to take back.");
  const line = random.pick(lines);
  return { lineItemId: line.id, quantity: random.whole(1, line.currentQuantity) };
}

function basket(shop: Shop, random: Random, lines: number): LineInput[] {
  const variants = [...shop.variants.keys()];
  return Array.from({ length: random.whole(1, lines) }, () => ({
    variantId: random.pick(variants),
    quantity: random.whole(1, 3),
  }));
}

function place(
  shop: Shop,
  random: Random,
  given: { customerId?: null; test?: true; processedAt?: Date } = {},
): void {
  const lines: LineInput[] = basket(shop, random, random.chance(0.02) ? 60 : 4);
  if (random.chance(0.05)) lines.push({ title: "Gift card", price: 2500, quantity: 1, giftCard: true });
  const customerId = random.chance(0.3)
    ? shop.createCustomer({ country: random.pick(COUNTRIES) }).id
    : aCustomer(shop, random);
  shop.placeOrder({
    lines,
    customerId,
    taxRate: random.pick([0, 0.07, 0.19]),
    sourceName: random.pick(SOURCES),
    shippingCountry: random.pick(COUNTRIES),
    ...(random.chance(0.3) ? { discount: random.whole(1, 200), discountCodes: ["HELLO"] } : {}),
    ...(random.chance(0.5) ? { shipping: 490 } : {}),
    ...(random.chance(0.1) ? { tip: 200 } : {}),
    ...(random.chance(0.05) ? { duties: 150 } : {}),
    ...(random.chance(0.1) ? { paid: false } : {}),
    ...given,
  });
}

function imported(shop: Shop, random: Random): void {
  place(shop, random, { processedAt: new Date(Date.now() - random.whole(30, 1500) * DAY) });
}

function otherQuantity(shop: Shop, random: Random): void {
  const order = open(shop, random);
  const { lineItemId } = some(order, random);
  shop.editOrder(order.id, { set: [{ lineItemId, quantity: random.whole(0, 5) }] });
}

function discounted(shop: Shop, random: Random): void {
  const order = open(shop, random);
  const { lineItemId } = some(order, random);
  shop.editOrder(order.id, { discounts: [{ lineItemId, amount: random.whole(1, 100) }] });
}

function removeCustomer(shop: Shop, random: Random): void {
  const idle = [...shop.customers.keys()].filter((id) => shop.customerOrders(id).length === 0);
  if (idle.length === 0) throw new RangeError("No customer without orders.");
  shop.deleteCustomer(random.pick(idle));
}
