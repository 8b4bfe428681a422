// What the kept copies of earlier releases hold: a random shop, and by hand what a release may come to see otherwise: orders
// of gift cards, orders without agreements or lines, edits, a winter in which engines' clocks disagree, sums in the place of
// older orders, and from version 14 on what nights have recorded.
import type { KeptFrom, Observation, Warehouse } from "../../../app/warehouse/warehouse.server.ts";
import { load, orderRows, simpleOrder, type TestOrder, type TestSale } from "./files.ts";
import { shopRows } from "../kpis/shop.ts";
import { reaching } from "./reaching.ts";
import { type Consent, consentReading, type Level, memberReading, stockReading } from "./readings.ts";

export const KEPT_SHOP = "kept.myshopify.com";
export const KEPT_META = {
  currency: "CAD",
  decimals: 2,
  time_zone: "America/Vancouver",
  ...reaching("complete"),
} as const;

export interface KeptLoad {
  readAt: string;
  rows: object[];
  removedOrders: number[];
  /** After it, older orders go, and sums of them stay; copies of before that have none. */
  forgotten?: KeptFrom;
  /** Then nights come. */
  nights?: Night[];
}

/** All that is read in it of what Shopify keeps no past of. */
export interface Night {
  readAt: string;
  levels: Level[];
  consents: Consent[];
  members: { segment: number; customer: number }[];
}

export const readingsOf = ({ readAt, levels, consents, members }: Night): Observation[] => [
  stockReading(readAt, levels),
  consentReading(readAt, consents),
  memberReading(readAt, members),
];

/** Into an empty warehouse, as they came. */
export async function loadKept(warehouse: Warehouse, loads: readonly KeptLoad[]): Promise<void> {
  const copy = warehouse.of(KEPT_SHOP);
  await copy.setMeta(KEPT_META);
  for (const { readAt, rows, removedOrders, forgotten, nights = [] } of loads) {
    await copy.merge(load(readAt, rows, { removedOrders }));
    if (forgotten !== undefined) await copy.forgetBefore(forgotten, "sums");
    for (const reading of nights.flatMap(readingsOf)) await copy.observe(reading);
  }
}

const sale = (id: number, line: string, total: string, more: Partial<TestSale> = {}): TestSale => ({
  id,
  action: "ORDER",
  line,
  total,
  ...(line === "PRODUCT" || line === "GIFT_CARD" ? { item: id, quantity: 1 } : {}),
  ...more,
});

const giftCard = { price: "50.00", giftCard: true, quantity: 1 };

/** Sold with the order, then whatever follows it. */
function order(
  id: number,
  placedAt: string,
  customer: number | undefined,
  sold: TestSale[],
  later: NonNullable<TestOrder["agreements"]> = [],
): TestOrder {
  const total = sold.reduce((sum, { total: each }) => sum + Number(each), 0).toFixed(2);
  const current = later
    .flatMap(({ sales }) => sales)
    .reduce((sum, each) => sum + Number(each.total), Number(total));
  const lines = [sold, ...later.map(({ sales }) => sales)]
    .flat()
    .filter(({ item, action }) => item !== undefined && action !== "RETURN")
    .map(({ item, line, total: price }) => ({
      id: item ?? 0,
      product: 7,
      ...giftCard,
      price,
      giftCard: line === "GIFT_CARD",
    }));
  return {
    id,
    placedAt,
    customer,
    original: total,
    current: current.toFixed(2),
    lines,
    agreements: [{ id: id * 10, reason: "ORDER", at: placedAt, sales: sold }, ...later],
  };
}

/** Ids far above those of the random shop; customers 901 and up are known by these orders alone. */
function byHand(): TestOrder[] {
  const edit = (id: number, at: string, sales: TestSale[]) => [{ id, reason: "ORDER_EDIT", at, sales }];
  return [
    // A first purchase of a gift card, then of a product; and the other way round.
    order(10_001, "2026-02-01T18:00:00Z", 901, [sale(100_011, "GIFT_CARD", "50.00")]),
    order(10_002, "2026-02-10T18:00:00Z", 901, [sale(100_021, "PRODUCT", "100.00")]),
    order(10_003, "2026-02-03T18:00:00Z", 902, [sale(100_031, "PRODUCT", "80.00")]),
    order(10_004, "2026-03-03T18:00:00Z", 902, [
      sale(100_041, "GIFT_CARD", "50.00"),
      sale(100_042, "SHIPPING", "5.00"),
      sale(100_043, "TIP", "2.00"),
    ]),
    order(10_005, "2026-03-05T18:00:00Z", undefined, [sale(100_051, "GIFT_CARD", "25.00")]),
    order(10_006, "2026-03-06T18:00:00Z", 903, [
      sale(100_061, "GIFT_CARD", "25.00"),
      sale(100_062, "PRODUCT", "30.00"),
    ]),
    // A product joins within the checkout, and another a day later.
    order(
      10_007,
      "2026-03-07T18:00:00Z",
      904,
      [sale(100_071, "GIFT_CARD", "25.00")],
      edit(100_072, "2026-03-07T18:01:00Z", [sale(100_073, "PRODUCT", "10.00", { action: "UPDATE" })]),
    ),
    order(
      10_008,
      "2026-03-08T18:00:00Z",
      905,
      [sale(100_081, "GIFT_CARD", "25.00")],
      edit(100_082, "2026-03-09T18:00:00Z", [sale(100_083, "PRODUCT", "10.00", { action: "UPDATE" })]),
    ),
    order(10_009, "2026-03-10T18:00:00Z", 906, [sale(100_091, "TIP", "3.00")]),
    order(10_010, "2026-03-11T18:00:00Z", 906, []),
    order(10_011, "2026-03-12T18:00:00Z", 907, [sale(100_111, "GIFT_CARD", "0.00", { discount: "50.00" })]),
    // Without agreements: lines and totals are all there is.
    {
      id: 10_012,
      placedAt: "2026-03-13T18:00:00Z",
      customer: 907,
      original: "50.00",
      lines: [{ id: 100_121, ...giftCard }],
    },
    {
      id: 10_013,
      placedAt: "2026-03-14T18:00:00Z",
      customer: 908,
      original: "9.00",
      lines: [{ id: 100_131, quantity: 1, price: "9.00" }],
    },
    { id: 10_014, placedAt: "2026-03-15T18:00:00Z", customer: 908, original: "4.00" },
    { ...order(10_015, "2026-03-16T18:00:00Z", 908, [sale(100_151, "GIFT_CARD", "25.00")]), test: true },
    // The same for less than the card's price, and beside a product.
    {
      id: 10_019,
      placedAt: "2026-03-17T18:00:00Z",
      customer: 910,
      original: "40.00",
      current: "40.00",
      lines: [{ id: 100_191, ...giftCard }],
    },
    {
      id: 10_020,
      placedAt: "2026-03-18T18:00:00Z",
      customer: 910,
      original: "52.00",
      lines: [
        { id: 100_201, ...giftCard },
        { id: 100_202, quantity: 1, price: "9.00" },
      ],
    },
    // Imports of long ago and of a date that somebody mistyped.
    simpleOrder(10_021, "1850-06-01T08:05:00Z", "1.00", { customer: 911 }),
    simpleOrder(10_022, "0001-01-02T03:00:00Z", "2.00", { customer: 911 }),
    simpleOrder(10_023, "2150-07-01T07:10:00Z", "3.00", { customer: 911 }),
    // On either side of midnight, in the winter in which Vancouver keeps its summer time.
    simpleOrder(10_016, "2026-11-15T07:30:00Z", "11.00", { customer: 909 }),
    simpleOrder(10_017, "2027-01-01T07:10:00Z", "12.00", { customer: 909 }),
    simpleOrder(10_018, "2026-11-15T06:30:00Z", "13.00", { customer: 909 }),
  ];
}

/** Of the january of 2027, each at ten in the morning in Vancouver: one item changes in all of them, another comes and goes. */
export const nightOf = (day: number): Night => ({
  readAt: `2027-01-${String(day).padStart(2, "0")}T18:00:00Z`,
  levels: [
    { item: 1, location: 9, available: day, onHand: day + 2 },
    { item: 1, location: 10, available: 4 },
    { item: 2, location: 9, available: day % 3 === 0 ? null : -1 },
    ...(day % 2 === 0 ? [{ item: 3, location: 9, available: 7 }] : []),
  ],
  consents: [
    { customer: 901, email: day % 2 === 0 ? "SUBSCRIBED" : "UNSUBSCRIBED", sms: "PENDING" },
    { customer: 902, email: "SUBSCRIBED" },
  ],
  members: [901, 902, 903].filter((id) => (id + day) % 3 > 0).map((customer) => ({ segment: 1, customer })),
});

/** For a copy that is kept from now on. In the order in which they came: a first load, then edits of some orders and what was found gone. */
export function keptLoads(): KeptLoad[] {
  const orders = byHand();
  const edited = orders
    .filter(({ id }) => id === 10_002 || id === 10_004)
    .map((each) => ({ ...each, updatedAt: "2026-04-01T00:00:00Z", country: "CA" }));
  return [
    {
      readAt: "2027-01-02T00:00:00Z",
      rows: [...shopRows({ seed: 26, customers: 25, orders: 90 }), ...orders.flatMap(orderRows)],
      removedOrders: [],
      forgotten: { day: "2026-02-06", from: "2026-02-06T08:00:00Z" },
    },
    {
      readAt: "2027-01-03T00:00:00Z",
      rows: edited.flatMap(orderRows),
      removedOrders: [3, 7],
      nights: [4, 5, 6, 8, 9, 10, 11].map(nightOf),
    },
  ];
}
