// A shop small enough to check by hand: every kind of order once, with its arithmetic. All amounts are minor
// units, so the same numbers hold in a currency of 0, 2 or 3 decimals (2000 is ¥2,000, €20.00 or KWD 2.000).
import { Shop } from "../../shopify/shop.ts";
import type { OrderInput } from "../../shopify/shop.ts";
import type { Order } from "../../shopify/model.ts";

export type GoldenCurrency = "EUR" | "JPY" | "KWD";

/** The golden shop's present: April is over. */
export const GOLDEN_NOW = "2026-05-02T08:00:00Z";
export const GOLDEN_TIME_ZONE = "Europe/Berlin";

/**
 * Berlin is at UTC+1 until Sunday 2026-03-29 02:00, which becomes 03:00; then at UTC+2. So local March is
 * [2026-02-28T23:00Z, 2026-03-31T22:00Z), April is [2026-03-31T22:00Z, 2026-04-30T22:00Z), and the 29th of March has 23
 * hours: [2026-03-28T23:00Z, 2026-03-29T22:00Z).
 *
 * Prices are without tax, the tax is 10 % on top, unless a line says otherwise. Gross, discount and reversal are before
 * tax. "M" and "A" give the local month in which a movement is booked.
 *
 * | order | customer | what                                               | gross         | disc.  | reversal | product tax      | else
 * |-------|----------|----------------------------------------------------|---------------|--------|----------|------------------|-----
 * | #1001 | Ann      | imported: placed 2024-06-15, known 2026-01-10      | 2024: 5000    |        |          | 500              |
 * | #1002 | Ben      | 28 Feb 23:59:59 local                              | Feb: 1000     |        |          | 100              |
 * | #1003 | Ben      | 1 Mar 00:00:00 local                               | M 1100        |        |          | M 110            |
 * | #1004 | Cem      | 3 lines × 1000, 100 off the order: 34 + 33 + 33    | M 3000        | M 100  |          | M 97+97+97 = 291 | M shipping 500 + 50 tax
 * | #1005 | Dia      | 2 × 800, 100 % off                                 | M 1600        | M 1600 |          | 0                |
 * | #1006 | Eva      | 3 × 1000, 300 off; 1 of 3 refunded in April        | M 3000        | M 300  | A 900    | M 270, A −90     |
 * | #1007 | Fay      | 1 × 2000; all refunded in April with shipping      | M 2000        |        | A 2000   | M 200, A −200    | M shipping 500 + 50, A −500 − 50
 * | #1008 | Gus      | 1 × 4000; 750 given back, no line                  | M 4000        |        | M 750    | M 400            | an adjustment bears no tax
 * | #1009 | Hal      | 2 × 1500; 1 returned, restocking fee 200 charged   | M 3000        |        | M 1500   | M 300 − 150      | M fee 200
 * | #1010 | Ida      | 2 × 2500; 1 refunded less 250 held back            | M 5000        |        | A 2500 − 250 = 2250 | M 500, A −250 |
 * | #1011 | Jon      | 1 × 3000; exchanged in April for 1 × 3500          | M 3000, A 3500 |       | A 3000   | M 300, A −300 + 350 |
 * | #1012 | Cem      | 1 × 6000, cancelled the next day                   | M 6000        |        | M 6000   | M 600 − 600      | M shipping 500 + 50 − 550
 * | #1013 | Lea      | 1 × 1200; edited in April to 3                     | M 1200, A 2400 |       |          | M 120, A 240     |
 * | #1014 | Max      | 3 × 700; edited the next day to 2                  | M 2100        |        | M 700    | M 210 − 70       |
 * | #1015 | Ann      | 1 × 2200; edited the next day: 220 off             | M 2200        | M 220 (not as placed) | | M 220 − 22   |
 * | #1016 | Eva      | 1 × 900; 60 s later an upsell of 400, 50 off       | M 900 + 400   | M 50 (as placed) | | M 90 + 35         |
 * | #1017 | Nia      | gift card of 5000 sold, and 1 × 600                | M 600         |        |          | M 60             | M gift card 5000, no sale
 * | #1018 | Nia      | 1 × 3000, 2000 of it paid by gift card             | A 3000        |        |          | A 300            |
 * | #1019 | Oli      | 1 × 1800 with a tip of 300                         | M 1800        |        |          | M 180            | M tip 300
 * | #1020 | guest    | 1 × 1000                                           | M 1000        |        |          | M 100            |
 * | #1021 | Pam      | test order of 9999                                 | –             |        |          |                  |
 * | #1022 | Kim      | 29 Mar 01:59:59 local, a second before the jump    | M 1000        |        |          | M 100            |
 * | #1023 | Kim's other record | 29 Mar 03:00:00 local; merged into Kim    | M 1100        |        |          | M 110            |
 * | #1024 | Ben      | 31 Mar 23:59:59 local (21:59:59 UTC)               | M 1300        |        |          | M 130            |
 * | #1025 | Ben      | 1 Apr 00:00:00 local (31 Mar 22:00 UTC)            | A 1400        |        |          | A 140            |
 * | #1026 | guest    | 29 Mar 23:59:59 local                              | M 500         |        |          | M 50             |
 * | #1027 | guest    | 30 Mar 00:00:00 local (29 Mar 22:00 UTC)           | M 600         |        |          | M 60             |
 * | #1028 | Oli      | 1 × 2000 abroad                                    | A 2000        |        |          | A 200            | A shipping 500 + 50, duties 150, additional fee 70
 * | #1029 | Max      | 7777, deleted                                      | –             |        |          |                  |
 * | #1030 | Ida      | tax in prices: 2 × 1100, 220 off. 1980 hold 180 tax (2200 hold 200): gross 2200 − 200, discount 220 − 20 | A 2000 | A 200 | | A 180 | A shipping 550 holds 50: 500 + 50
 * | #1031 | Ida      | 19 % in the price: 1999 holds 319.17 → 319         | A 1680        |        |          | A 319            |
 *
 * Things are of type "Things" by Acme, Cem's three products of types "THINGS", "Toys" and none by Golden; Eva's has no product.
 * Gus buys for a company. Orders are in English but Ann's last, in Canadian French, and Lea's, which says nothing. Ben's first
 * and Kim's second are by a selling plan. Dia takes e-mails.
 * #1001 and #1008 are tagged as the staff's.
 */
export function goldenShop(options: { currency: GoldenCurrency; handle?: string; clock?: () => Date }): Shop {
  const shop = new Shop({
    handle: options.handle ?? `golden-${options.currency.toLowerCase()}`,
    name: "Golden",
    currency: options.currency,
    timeZone: GOLDEN_TIME_ZONE,
    createdAt: "2026-01-05T09:00:00Z",
    clock: options.clock ?? (() => new Date(GOLDEN_NOW)),
  });
  const customer = (at: string, country = "DE"): number => shop.createCustomer({ at, country }).id;
  const product = (title: string, type: string, vendor?: string): number =>
    shop.addVariant({ title, price: 1000, product: { type, ...(vendor === undefined ? {} : { vendor }) } })
      .id;
  const thing = product("Thing", "Things", "Acme");
  const better = product("Better thing", "Things", "Acme");
  const place = (
    name: string,
    customerId: number | null,
    at: string,
    input: Omit<OrderInput, "at" | "name">,
  ): Order => shop.placeOrder({ name, customerId, at, taxRate: 0.1, shippingCountry: "DE", ...input });
  const one = (
    price: number,
    quantity = 1,
    more: Partial<OrderInput["lines"][number]> = {},
  ): OrderInput["lines"] => [{ variantId: thing, price, quantity, ...more }];
  const first = (order: Order): number => order.lines[0]?.id ?? 0;

  const ann = customer("2026-01-10T09:00:00Z", "AT");
  shop.importOrder({
    name: "#1001",
    customerId: ann,
    at: "2026-01-10T09:00:00Z",
    processedAt: "2024-06-15T10:00:00Z",
    taxRate: 0.1,
    shippingCountry: "AT",
    lines: one(5000),
    tags: ["staff"],
  });

  const ben = customer("2026-02-28T22:59:00Z");
  place("#1002", ben, "2026-02-28T22:59:59Z", { lines: one(1000, 1, { sellingPlan: "Monthly" }) });
  place("#1003", ben, "2026-02-28T23:00:00Z", { lines: one(1100) });

  const cem = customer("2026-03-02T10:00:00Z");
  const three = ["THINGS", "Toys", ""].map((type, n) => ({
    variantId: product(`Thing ${n + 1}`, type),
    price: 1000,
    quantity: 1,
  }));
  place("#1004", cem, "2026-03-02T10:00:00Z", {
    lines: three,
    discount: 100,
    discountCodes: ["HUNDRED"],
    shipping: 500,
  });

  const dia = shop.createCustomer({
    at: "2026-03-03T10:00:00Z",
    country: "DE",
    emailMarketing: "SUBSCRIBED",
  }).id;
  place("#1005", dia, "2026-03-03T10:00:00Z", {
    lines: one(800, 2),
    discount: 1600,
    discountCodes: ["FREE"],
  });

  const eva = customer("2026-03-04T10:00:00Z");
  const partly = place("#1006", eva, "2026-03-04T10:00:00Z", {
    lines: [{ title: "Thing", price: 1000, quantity: 3, discount: 300 }],
  });
  shop.refund(partly.id, { at: "2026-04-10T10:00:00Z", lines: [{ lineItemId: first(partly), quantity: 1 }] });

  const fay = customer("2026-03-05T10:00:00Z");
  const wholly = place("#1007", fay, "2026-03-05T10:00:00Z", { lines: one(2000), shipping: 500 });
  shop.refund(wholly.id, {
    at: "2026-04-11T10:00:00Z",
    lines: [{ lineItemId: first(wholly), quantity: 1 }],
    shipping: true,
  });

  const gus = customer("2026-03-06T10:00:00Z");
  const consoled = place("#1008", gus, "2026-03-06T10:00:00Z", {
    ...{ lines: one(4000), companyId: 7, tags: ["press", "Staff"] },
  });
  shop.refund(consoled.id, { at: "2026-03-20T10:00:00Z", amount: 750 });

  const hal = customer("2026-03-07T10:00:00Z");
  const returned = place("#1009", hal, "2026-03-07T10:00:00Z", { lines: one(1500, 2) });
  shop.returnItems(returned.id, {
    at: "2026-03-25T10:00:00Z",
    lines: [{ lineItemId: first(returned), quantity: 1 }],
    restockingFee: 200,
  });

  const ida = customer("2026-03-08T10:00:00Z");
  const heldBack = place("#1010", ida, "2026-03-08T10:00:00Z", { lines: one(2500, 2) });
  shop.refund(heldBack.id, {
    at: "2026-04-12T10:00:00Z",
    lines: [{ lineItemId: first(heldBack), quantity: 1 }],
    restockingFee: 250,
  });

  const jon = customer("2026-03-09T10:00:00Z");
  const swapped = place("#1011", jon, "2026-03-09T10:00:00Z", { lines: one(3000) });
  shop.exchange(swapped.id, {
    at: "2026-04-13T10:00:00Z",
    lines: [{ lineItemId: first(swapped), quantity: 1 }],
    add: [{ variantId: better, price: 3500, quantity: 1 }],
  });

  const cancelled = place("#1012", cem, "2026-03-10T10:00:00Z", { lines: one(6000), shipping: 500 });
  shop.cancelOrder(cancelled.id, { at: "2026-03-11T10:00:00Z" });

  const lea = customer("2026-03-12T10:00:00Z");
  const more = place("#1013", lea, "2026-03-12T10:00:00Z", { lines: one(1200), locale: null });
  shop.editOrder(more.id, { at: "2026-04-02T10:00:00Z", set: [{ lineItemId: first(more), quantity: 3 }] });

  const max = customer("2026-03-13T10:00:00Z");
  const less = place("#1014", max, "2026-03-13T10:00:00Z", { lines: one(700, 3) });
  shop.editOrder(less.id, { at: "2026-03-14T10:00:00Z", set: [{ lineItemId: first(less), quantity: 2 }] });

  const cheaper = place("#1015", ann, "2026-03-16T10:00:00Z", {
    lines: one(2200),
    shippingCountry: "AT",
    locale: "fr-CA",
  });
  shop.editOrder(cheaper.id, {
    at: "2026-03-17T10:00:00Z",
    discounts: [{ lineItemId: first(cheaper), amount: 220 }],
  });

  const upsold = place("#1016", eva, "2026-03-18T10:00:00Z", { lines: one(900) });
  shop.editOrder(upsold.id, {
    at: "2026-03-18T10:01:00Z",
    add: [{ title: "One more thing", price: 400, quantity: 1, discount: 50 }],
  });

  const nia = customer("2026-03-19T10:00:00Z");
  place("#1017", nia, "2026-03-19T10:00:00Z", {
    lines: [{ title: "Gift card", price: 5000, quantity: 1, giftCard: true }, ...one(600)],
  });
  place("#1018", nia, "2026-04-05T10:00:00Z", { lines: one(3000), giftCardPayment: 2000 });

  const oli = customer("2026-03-21T10:00:00Z");
  place("#1019", oli, "2026-03-21T10:00:00Z", { lines: one(1800), tip: 300, sourceName: "pos" });

  place("#1020", null, "2026-03-22T10:00:00Z", { lines: one(1000) });

  const pam = customer("2026-03-23T10:00:00Z");
  place("#1021", pam, "2026-03-23T10:00:00Z", { lines: one(9999), test: true });

  const kim = customer("2026-03-29T00:59:00Z");
  place("#1022", kim, "2026-03-29T00:59:59Z", { lines: one(1000) });
  const alsoKim = customer("2026-03-29T01:00:00Z");
  place("#1023", alsoKim, "2026-03-29T01:00:00Z", { lines: one(1100, 1, { sellingPlan: "Monthly" }) });
  shop.mergeCustomers(kim, alsoKim, "2026-04-20T10:00:00Z");

  place("#1024", ben, "2026-03-31T21:59:59Z", { lines: one(1300) });
  place("#1025", ben, "2026-03-31T22:00:00Z", { lines: one(1400) });
  place("#1026", null, "2026-03-29T21:59:59Z", { lines: one(500) });
  place("#1027", null, "2026-03-29T22:00:00Z", { lines: one(600) });

  place("#1028", oli, "2026-04-15T10:00:00Z", {
    lines: one(2000),
    shipping: 500,
    duties: 150,
    additionalFee: 70,
    shippingCountry: "CH",
  });

  const gone = place("#1029", max, "2026-04-16T10:00:00Z", { lines: one(7777) });
  shop.deleteOrder(gone.id, "2026-04-17T10:00:00Z");

  place("#1030", ida, "2026-04-20T10:00:00Z", {
    lines: one(1100, 2),
    discount: 220,
    discountCodes: ["TENTH"],
    shipping: 550,
    taxesIncluded: true,
  });
  place("#1031", ida, "2026-04-21T10:00:00Z", { lines: one(1999), taxRate: 0.19, taxesIncluded: true });
  return shop;
}
