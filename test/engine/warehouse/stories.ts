// What can happen to a shop's orders, at random: each with the versions of it that a reading may have seen, for properties of
// whatever comes, however often and late.
import fc from "fast-check";
import type { Load } from "../../../app/warehouse/warehouse.server.ts";
import { load, type TestOrder, type TestSale } from "./files.ts";

export const READ_AT = "2026-07-01T00:00:00Z";
const START = Date.UTC(2026, 2, 27);
export const at = (hours: number) => new Date(START + hours * 3_600_000).toISOString();
const cents = (amount: number) => (amount / 100).toFixed(2);

/** What happens to an order after it is placed. Each step is a version of the order that a read may have seen. */
const step = fc.record({
  hours: fc.integer({ min: 1, max: 60 }),
  kind: fc.constantFrom("refund", "goodwill", "edit", "upsell", "shipping", "gift", "mystery", "nothing"),
  amount: fc.integer({ min: 0, max: 5000 }),
  customer: fc.option(fc.integer({ min: 1, max: 4 }), { nil: undefined }),
});

export const order = fc.record({
  hours: fc.integer({ min: 0, max: 120 }),
  customer: fc.option(fc.integer({ min: 1, max: 4 }), { nil: undefined }),
  amount: fc.integer({ min: 0, max: 9000 }),
  discount: fc.integer({ min: 0, max: 500 }),
  test: fc.constant<boolean>(false),
  /** Placed for gift cards alone. */
  cards: fc.constant<boolean>(false),
  agreements: fc.integer({ min: 0, max: 5 }).map((n) => n > 0),
  customerOrders: fc.integer({ min: 0, max: 3 }),
  steps: fc.array(step, { maxLength: 3 }),
});

export type Story = typeof order extends fc.Arbitrary<infer T> ? T : never;

const MOVES: Record<string, (amount: number, item: number) => Omit<TestSale, "id">> = {
  refund: (amount, item) => ({
    action: "RETURN",
    line: "PRODUCT",
    item,
    quantity: -1,
    total: cents(-amount),
  }),
  goodwill: (amount) => ({ action: "RETURN", line: "ADJUSTMENT", total: cents(-amount) }),
  edit: (amount, item) => ({
    action: "UPDATE",
    line: "PRODUCT",
    item,
    quantity: 0,
    total: cents(-amount),
    discount: cents(amount),
  }),
  upsell: (amount, item) => ({
    action: "ORDER",
    line: "PRODUCT",
    item,
    quantity: 2,
    total: cents(amount),
    tax: cents(amount >> 3),
  }),
  shipping: (amount) => ({
    action: "RETURN",
    line: "SHIPPING",
    total: cents(-amount),
    tax: cents(-(amount >> 3)),
  }),
  gift: (amount, item) => ({ action: "ORDER", line: "GIFT_CARD", item, quantity: 1, total: cents(amount) }),
  mystery: (amount) => ({ action: "SWAPPED", line: "MOON_DUST", total: cents(amount) }),
};

/** The order as it was read after each step. */
export function versions(story: Story, id: number): TestOrder[] {
  const placedAt = at(story.hours);
  const item = id * 10;
  const agreements: NonNullable<TestOrder["agreements"]> = [
    {
      id: id * 100,
      reason: "ORDER",
      at: placedAt,
      sales: [
        {
          id: id * 1000,
          action: "ORDER",
          line: story.cards ? "GIFT_CARD" : "PRODUCT",
          item,
          quantity: 1,
          total: cents(story.amount),
          discount: cents(story.discount),
        },
      ],
    },
  ];
  const read: TestOrder[] = [];
  let { customer, hours } = story;
  let current = story.amount;
  for (const [index, { kind, amount, ...change }] of [
    { hours: 0, kind: "nothing", amount: 0, customer },
    ...story.steps,
  ].entries()) {
    hours += change.hours;
    customer = change.customer ?? customer;
    const move = MOVES[kind]?.(amount, item);
    if (move !== undefined) {
      current += Math.round(Number(move.total) * 100);
      const soon = kind === "upsell" && index === 1;
      agreements.push({
        id: id * 100 + index,
        reason: move.action === "RETURN" ? "REFUND" : "ORDER_EDIT",
        at: soon ? new Date(Date.parse(placedAt) + 60_000).toISOString() : at(hours),
        sales: [{ id: id * 1000 + index, ...move }],
      });
    }
    read.push({
      id,
      customer,
      customerOrders: story.customerOrders,
      placedAt,
      updatedAt: at(hours + index),
      original: cents(story.amount),
      current: cents(current),
      test: story.test,
      channel: id % 2 === 0 ? "web" : "pos",
      tags: [`t${id}`],
      locale: id % 3 === 0 ? "de-AT" : "fr",
      ...(id % 4 === 0 ? {} : { company: id % 4 === 1 }),
      lines: [
        {
          id: item,
          product: id,
          type: `Type ${id % 2}`,
          vendor: `Vendor ${id % 3}`,
          ...(id % 3 === 1 ? { plan: "Monthly" } : {}),
          quantity: 2,
          current: index === 0 ? 2 : 1,
          price: cents(story.amount),
          giftCard: story.cards,
        },
      ],
      agreements: story.agreements ? structuredClone(agreements) : [],
    });
  }
  return read;
}

/** One load of these readings, a file each. */
export function inFiles(reads: readonly object[][]): Load {
  const loads = reads.map((rows) => load(READ_AT, rows));
  return { ...load(READ_AT, []), files: loads.flatMap(({ files }) => files) };
}
