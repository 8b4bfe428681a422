// What is in an order and what happens to it afterwards, as shares that a real shop would recognise.
import { marketOf, priceOf, taxRateOf } from "./catalogue.ts";
import { runningSums } from "./random.ts";
import type { Random } from "./random.ts";
import type { Traits } from "./customers.ts";
import type { Order, Variant } from "../model.ts";
import { remaining } from "../shop/ledger.ts";
import { totalOf } from "../shop/money.ts";
import type { LineInput, OrderInput, Shop } from "../shop.ts";

const HOUR = 3_600_000;
const BASKETS = [1, 2, 3, 4, 6];
const BASKET_SUMS = runningSums([54, 27, 12, 5, 2]);
const SHIPPING_EUROS = 4.9;
const FREE_FROM_EUROS = 60;

export interface Store {
  shop: Shop;
  variants: readonly Variant[];
  /** Running sums of the variants' popularity. */
  popularity: Float64Array;
  /** Nothing happens after this instant, UTC milliseconds. */
  now: number;
}

/** What an order of this buyer holds; `sale`: a weekend on which most use a code. */
export function basket(
  store: Store,
  buyer: Traits,
  first: boolean,
  sale: boolean,
  random: Random,
): OrderInput {
  const { shop } = store;
  const price = (euros: number): number => priceOf(euros, shop.currency, shop.decimals);
  const lines = goods(store, buyer.purse, random);
  const value = lines.reduce(
    (sum, line) => sum + (line.price ?? 0) * line.quantity - (line.discount ?? 0),
    0,
  );
  const isPos = buyer.sourceName === "pos";
  const input: OrderInput = {
    lines,
    sourceName: random.chance(0.94) ? buyer.sourceName : "web",
    shippingCountry: buyer.country,
    taxRate: taxRateOf(buyer.country),
    shipping: isPos || value >= price(FREE_FROM_EUROS) ? 0 : price(SHIPPING_EUROS),
    test: random.chance(0.003),
  };
  const percent =
    sale && random.chance(0.6) ? 20 : random.chance((first ? 0.14 : 0.05) + buyer.bargain) ? 10 : 0;
  if (percent > 0) {
    input.discount = Math.round((value * percent) / 100);
    input.discountCodes = [percent === 20 ? "BLACKFRIDAY" : first ? "WELCOME10" : "FRIENDS10"];
  }
  if (random.chance(0.004)) {
    input.discount = value;
    input.discountCodes = ["GOODWILL100"];
    input.shipping = 0;
  }
  if (random.chance(0.008))
    input.lines = [
      ...lines,
      { title: "Gift card", price: price(random.pick([25, 50, 100])), quantity: 1, giftCard: true },
    ];
  // A gift card alone: an order without any sale.
  if (random.chance(0.003)) {
    input.lines = [{ title: "Gift card", price: price(random.pick([25, 50])), quantity: 1, giftCard: true }];
    input.discount = 0;
    input.discountCodes = [];
    input.shipping = 0;
  }
  if (random.chance(0.012)) input.giftCardPayment = price(random.pick([10, 25, 50]));
  if (random.chance(isPos ? 0.08 : 0.006)) input.tip = price(random.pick([1, 2, 5]));
  const abroad = buyer.country !== marketOf(shop.currency).countries[0]?.[0];
  if (abroad && input.taxRate === 0 && random.chance(0.2)) input.duties = Math.round(value * 0.06);
  if (random.chance(0.002)) input.additionalFee = price(2.5);
  if (input.sourceName === "shopify_draft_order" && random.chance(0.05)) input.paid = false;
  return input;
}

function goods(store: Store, purse: number, random: Random): LineInput[] {
  const count = BASKETS[random.byWeight(BASKET_SUMS)] ?? 1;
  const chosen = new Set<Variant>();
  for (let i = 0; i < count; i++) chosen.add(variant(store, purse, random));
  return [...chosen].map((one) => {
    const quantity = random.chance(0.88) ? 1 : random.whole(2, 4);
    const line: LineInput = { variantId: one.id, price: one.price, quantity };
    // Marked down goods.
    if (random.chance(0.07)) line.discount = Math.round(one.price * quantity * random.pick([0.1, 0.2, 0.3]));
    return line;
  });
}

/** Of two popular things the full purse takes the dearer. */
function variant(store: Store, purse: number, random: Random): Variant {
  const draw = (): Variant =>
    store.variants[random.byWeight(store.popularity)] ?? random.pick(store.variants);
  const [a, b] = [draw(), draw()];
  const dearer = a.price > b.price ? a : b;
  return random.chance(Math.min(0.9, purse / 2)) ? dearer : dearer === a ? b : a;
}

type Kind =
  "cancel" | "lines" | "everything" | "amount" | "refundFee" | "return" | "returnFee" | "exchange" | "none";
const KINDS: Kind[] = [
  "cancel",
  "lines",
  "everything",
  "amount",
  "refundFee",
  "return",
  "returnFee",
  "exchange",
  "none",
];
const KIND_SUMS = runningSums([1.8, 2.6, 1.4, 1.2, 0.6, 1.6, 0.9, 1.0, 88.9]);

/** Everything that happens to an order later on and before now. */
export function afterlife(store: Store, order: Order, random: Random): void {
  const { shop, now } = store;
  let last = Date.parse(order.createdAt);
  // Most returns come within weeks, some in the next month or the one after.
  const step = (hours: number): Date | null => {
    last += Math.ceil(hours * 3600) * 1000;
    return last < now ? new Date(last) : null;
  };
  const isWeb = order.sourceName === "web";
  if (isWeb && random.chance(0.012)) {
    const at = step((20 + 60 * random.unit()) / 3600);
    const extra = variant(store, 0, random);
    if (at)
      shop.editOrder(order.id, {
        at,
        add: [{ variantId: extra.id, quantity: 1, discount: Math.round(extra.price * 0.15) }],
      });
  }
  if (random.chance(0.012)) {
    const at = step(1 + 30 * random.unit());
    if (at) edit(store, order, at, random);
  }
  const kind = KINDS[random.byWeight(KIND_SUMS)] ?? "none";
  if (kind === "cancel") {
    const at = step(0.2 + random.exponential(16));
    if (at) shop.cancelOrder(order.id, { at });
    return;
  }
  const shipped = step(order.sourceName === "pos" ? 0 : 6 + 60 * random.unit());
  if (shipped) shop.fulfillOrder(order.id, shipped);
  if (kind === "none") return;
  const at = step((4 * 24 * HOUR + random.exponential(16 * 24 * HOUR)) / HOUR);
  if (at && order.currentTotal > 0) takeBack(store, order, kind, at, random);
}

function edit({ shop, ...store }: Store, order: Order, at: Date, random: Random): void {
  const line = random.pick(order.lines);
  if (line.isGiftCard || line.isTip || line.currentQuantity === 0) return;
  const lineItemId = line.id;
  const kind = random.pick(["more", "new", "less", "discount"]);
  const off = Math.round(line.unitPrice * 0.1);
  if (kind === "more")
    shop.editOrder(order.id, { at, set: [{ lineItemId, quantity: line.currentQuantity + 1 }] });
  else if (kind === "less")
    shop.editOrder(order.id, { at, set: [{ lineItemId, quantity: line.currentQuantity - 1 }] });
  else if (
    kind === "discount" &&
    off > 0 &&
    off < (line.unitPrice * line.quantity) / 2 &&
    line.discount < line.unitPrice / 2
  )
    shop.editOrder(order.id, { at, discounts: [{ lineItemId, amount: off }] });
  else shop.editOrder(order.id, { at, add: [{ variantId: random.pick(store.variants).id, quantity: 1 }] });
}

function takeBack(store: Store, order: Order, kind: Kind, at: Date, random: Random): void {
  const { shop } = store;
  const held = order.lines.filter((line) => !line.isTip && !line.isGiftCard && line.currentQuantity > 0);
  const line = held.length ? random.pick(held) : null;
  if (!line) return;
  const some = [{ lineItemId: line.id, quantity: random.whole(1, line.currentQuantity) }];
  const unitValue = totalOf(remaining(order, "PRODUCT", line.id)) / line.currentQuantity;
  const fee = Math.min(priceOf(3, shop.currency, shop.decimals), Math.floor(unitValue / 2));
  if (kind === "lines") shop.refund(order.id, { at, lines: some });
  else if (kind === "everything")
    shop.refund(order.id, {
      at,
      lines: held.map((one) => ({ lineItemId: one.id, quantity: one.currentQuantity })),
      shipping: order.shippingCharge > 0,
    });
  else if (kind === "amount") {
    const goodwill = Math.min(
      priceOf(random.pick([2, 5, 8]), shop.currency, shop.decimals),
      order.currentTotal,
    );
    shop.refund(order.id, { at, amount: goodwill });
  } else if (kind === "refundFee") shop.refund(order.id, { at, lines: some, restockingFee: fee });
  else if (kind === "return") shop.returnItems(order.id, { at, lines: some });
  else if (kind === "returnFee") shop.returnItems(order.id, { at, lines: some, restockingFee: fee });
  else {
    const instead = random.pick(store.variants);
    shop.exchange(order.id, { at, lines: some, add: [{ variantId: instead.id, quantity: 1 }] });
  }
}
