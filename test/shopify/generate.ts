// A believable shop from a seed: years of growth and seasons, buyers who come back and buyers who are lost, and every
// kind of order that a real shop's books hold. The same seed and `now` give the same shop.
import { Calendar } from "./generate/calendar.ts";
import { listsWithoutTax, marketOf, stock } from "./generate/catalogue.ts";
import { habits, timeline, traits } from "./generate/customers.ts";
import type { Habits, Traits } from "./generate/customers.ts";
import { afterlife, basket } from "./generate/orders.ts";
import type { Store } from "./generate/orders.ts";
import { randomFrom, runningSums } from "./generate/random.ts";
import type { Random } from "./generate/random.ts";
import type { Order } from "./model.ts";
import { Shop } from "./shop.ts";

export interface GenerateOptions {
  seed: number;
  /** How many orders, 50 to 200,000 (more only as a stream). */
  orders: number;
  /** The shop's last instant. */
  now: Date | string;
  handle?: string;
  name?: string;
  currency?: string;
  timeZone?: string;
  years?: number;
  /** Time of later changes, as in Shop. */
  clock?: () => Date;
}

const MINUTE = 60_000;
const DAY = 86_400_000;

export function generateShop(options: GenerateOptions): Shop {
  const { shop, orders, random } = open(options);
  while (!orders.next().done);
  mergeSome(shop, new Date(options.now), random);
  return shop;
}

/** The same orders one by one, none of them kept; customers stay in the shop, complete when the orders have ended. */
export function streamShop(options: GenerateOptions): { shop: Shop; orders: Iterable<Order> } {
  const { shop, orders } = open(options);
  return {
    shop,
    orders: (function* () {
      for (const order of orders) {
        yield order;
        shop.forget(order);
      }
    })(),
  };
}

function open(options: GenerateOptions): { shop: Shop; orders: Generator<Order>; random: Random } {
  const random = randomFrom(options.seed);
  const now = new Date(options.now).getTime();
  const currency = options.currency ?? "EUR";
  const timeZone = options.timeZone ?? "Europe/Berlin";
  const calendar = new Calendar(now, options.years ?? 4, timeZone);
  const shop = new Shop({
    handle: options.handle ?? "demo",
    name: options.name ?? "Atelier Nord",
    currency,
    timeZone,
    // What is older was sold on another platform and imported when the shop moved.
    createdAt: new Date(Math.min(calendar.start + 45 * DAY, now)),
    taxesIncluded: !listsWithoutTax(currency),
    ...(options.clock ? { clock: options.clock } : {}),
  });
  const variants = stock(shop, random);
  const popularity = runningSums(variants.map((_, rank) => 1 / Math.pow(rank + 3, 0.9)));
  return {
    shop,
    random,
    orders: live(
      { shop, variants, popularity, now },
      calendar,
      options.orders,
      random,
      randomFrom(~options.seed),
    ),
  };
}

/** @param apart draws what does not change the rest of a seed's shop */
function* live(
  store: Store,
  calendar: Calendar,
  count: number,
  random: Random,
  apart: Random,
): Generator<Order> {
  const { shop, now } = store;
  const opened = Date.parse(shop.createdAt);
  const events = timeline(count, calendar, random);
  const buyers: ({ id: number; traits: Traits; habits: Habits; bought: boolean } | undefined)[] = [];
  let imported = 0;
  for (let i = 0; i < events.length; i++) {
    const processedAt = events.at[i] ?? now;
    // An import takes a second an order.
    const at = processedAt < opened ? Math.min(opened + ++imported * 1000, now) : processedAt;
    const who = events.buyer[i] ?? -1;
    let buyer = who < 0 ? undefined : buyers[who];
    if (who >= 0 && !buyer) {
      const born = traits(shop.currency, random);
      const early = processedAt < opened ? 0 : random.whole(0, 20) * MINUTE;
      const customer = shop.createCustomer({
        at: new Date(Math.max(at - early, opened)),
        country: born.country,
        locale: marketOf(shop.currency).locale,
        emailMarketing: events.signUp[i] ? "SUBSCRIBED" : born.emailMarketing,
        tags: born.tags,
      });
      buyer = { id: customer.id, traits: born, habits: habits(born.country, apart), bought: false };
      buyers[who] = buyer;
    }
    if (events.signUp[i]) continue;
    const input = basket(
      store,
      buyer?.traits ?? traits(shop.currency, random),
      buyer ? !buyer.bought : true,
      calendar.isSale(processedAt),
      random,
    );
    const own = buyer?.habits ?? habits(input.shippingCountry ?? "", apart);
    if (input.sourceName === "web" && apart.chance(own.subscribes))
      input.lines = input.lines.map((line) => (line.giftCard ? line : { ...line, sellingPlan: "Monthly" }));
    const order = shop.placeOrder({
      ...input,
      locale: input.sourceName === "pos" ? null : own.locale,
      tags: own.orderTags(apart),
      ...(buyer === undefined || own.companyId === null ? {} : { companyId: own.companyId }),
      at: new Date(at),
      processedAt: new Date(processedAt),
      customerId: buyer?.id ?? null,
    });
    if (buyer) buyer.bought = true;
    // What happened to imported orders happened elsewhere.
    if (processedAt >= opened) afterlife(store, order, random);
    yield order;
  }
}

/** People who ordered under two addresses. */
function mergeSome(shop: Shop, now: Date, random: Random): void {
  const ids = [...shop.customers.keys()];
  if (ids.length < 20) return;
  const merged = new Set<number>();
  for (let n = Math.ceil(ids.length * 0.002); n > 0; n--) {
    const [kept, other] = [random.pick(ids), random.pick(ids)];
    if (kept === other || merged.has(kept) || merged.has(other)) continue;
    merged.add(other);
    shop.mergeCustomers(Math.min(kept, other), Math.max(kept, other), now);
    merged.add(Math.max(kept, other));
  }
}
