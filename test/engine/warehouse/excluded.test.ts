// Orders that the merchant leaves out of figures: what is derived is what it would be in a shop that never had them, whenever
// the choice was made and whatever came since, and everything else is as if nobody had chosen.
import fc from "fast-check";
import { expect, it } from "vitest";
import { exclusionIn, type Exclusion } from "../../../app/warehouse/exclusion.ts";
import type { Row, ShopCopy, Warehouse } from "../../../app/warehouse/warehouse.server.ts";
import { describeWarehouses } from "../../tools/setup/warehouses.ts";
import { dumpOf, type Dump } from "./dump.ts";
import { load, orderRows, simpleOrder, type TestOrder } from "./files.ts";
import { reaching } from "./reaching.ts";
import { at, inFiles, order, READ_AT, versions } from "./stories.ts";

const CHOSEN = "2026-06-01T00:00:00.000Z";
const NOTHING: Exclusion = { chosenAt: "2026-06-02T00:00:00.000Z", tags: [], channels: [] };
const META = { currency: "EUR", decimals: 2, time_zone: "Europe/Berlin", ...reaching("complete") } as const;

let shops = 0;
async function newCopy(warehouse: Warehouse): Promise<ShopCopy> {
  shops += 1;
  const copy = warehouse.of(`shop-${shops}.myshopify.com`);
  await copy.setMeta(META);
  return copy;
}

/** Tags as merchants write them, some of which hold a chosen one without being it. */
const TAGS = ["Staff", "STAFF", "staff", "staffing", 'a "staff"', "Équipe", "équipe", "web"];
const tags = fc.array(fc.constantFrom(...TAGS), { maxLength: 2 });

const scenario = fc
  .record({
    stories: fc.array(order, { minLength: 1, maxLength: 6 }),
    testOrder: fc.integer({ min: 0, max: 9 }),
    cards: fc.integer({ min: 0, max: 9 }),
    tags: fc.array(tags, { minLength: 24, maxLength: 24 }),
    chosen: fc.record({
      tags: fc.uniqueArray(fc.constantFrom("staff", "ÉQUIPE", "nobody's", 'a "staff"'), { maxLength: 3 }),
      channels: fc.uniqueArray(fc.constantFrom("pos", "elsewhere"), { maxLength: 2 }),
    }),
    shuffle: fc.array(fc.nat(), { minLength: 40, maxLength: 40 }),
  })
  .map(({ stories, testOrder, cards, tags: written, ...rest }) => ({
    ...rest,
    // Each version of an order may have other tags.
    orders: stories.map((story, index) =>
      versions({ ...story, test: index === testOrder, cards: index === cards }, index + 1).map(
        (read, version): TestOrder => ({ ...read, tags: written[index * 4 + version] ?? [] }),
      ),
    ),
  }));

/** Worked out apart from the app: by the newest version's tags and channel. */
function isLeftOut(
  read: TestOrder | undefined,
  { tags: chosen, channels }: Pick<Exclusion, "tags" | "channels">,
) {
  const lower = (text: string) => text.toLowerCase();
  const own = (read?.tags ?? []).map(lower);
  return chosen.some((tag) => own.includes(lower(tag))) || channels.includes(read?.channel ?? "");
}

const derived = ({ activity, customer_history }: Dump) => ({ activity, customer_history });
/** What is not derived, and the orders without what is. */
const kept = ({ orders, sales, order_lines, customers, removed, earlier_orders }: Dump) => ({
  ...{ sales, order_lines, customers, removed, earlier_orders },
  orders: orders
    .map((row): Row => ({ ...row, seq: null, prev_day: null, excluded: null }))
    .sort((one, other) => Number(one.order_id) - Number(other.order_id)),
});

describeWarehouses("orders that are left out", (open) => {
  it("derive as in a shop that never had them, however and whenever they came", async () => {
    const warehouse = await open();
    await fc.assert(
      fc.asyncProperty(scenario, async ({ orders, chosen, shuffle }) => {
        const exclusion: Exclusion = { chosenAt: CHOSEN, ...chosen };
        const reads = orders.flatMap((all) => all.map(orderRows));
        const whole = await newCopy(warehouse);
        await whole.merge(inFiles(reads));
        const all = await dumpOf(whole);
        const without = await newCopy(warehouse);
        await without.merge(
          inFiles(
            orders.filter((each) => !isLeftOut(each.at(-1), chosen)).flatMap((each) => each.map(orderRows)),
          ),
        );
        const expected = derived(await dumpOf(without));

        // Chosen before anything came; it comes late, twice and in any grouping.
        const early = await newCopy(warehouse);
        await early.exclude(exclusion);
        const order = reads
          .map((rows, index) => ({ rows, key: shuffle[index] ?? 0 }))
          .sort((one, other) => one.key - other.key);
        for (let from = 0; from < order.length;) {
          const size = 1 + ((shuffle[from] ?? 0) % 3);
          await early.merge(inFiles(order.slice(from, from + size).map(({ rows }) => rows)));
          from += size;
        }
        const before = await dumpOf(early);
        expect(derived(before), "chosen before").toEqual(expected);
        expect(kept(before), "what is not derived").toEqual(kept(all));
        for (const zone of ["Asia/Tokyo", "Europe/Berlin"]) await early.relocalise(zone);
        expect(derived(await dumpOf(early)), "derived anew from all rows").toEqual(expected);

        // Chosen when everything is here, and taken back.
        const version = (await whole.meta())?.versions["orders"] ?? 0;
        await whole.exclude(exclusion);
        const after = await dumpOf(whole);
        expect(derived(after), "chosen after").toEqual(expected);
        expect(kept(after), "what is not derived").toEqual(kept(all));
        const meta = await whole.meta();
        if (chosen.tags.length + chosen.channels.length > 0) {
          expect(meta?.versions["orders"]).toBeGreaterThan(version);
          expect(exclusionIn(meta?.excluding ?? null)).toEqual(exclusion);
          expect(await whole.exclude(exclusion), "the same once more").toBe(false);
        }
        await whole.exclude(NOTHING);
        expect(await dumpOf(whole), "taken back").toEqual(all);
        for (const copy of [whole, without, early]) await copy.drop();
      }),
      { numRuns: 2 },
    );
  }, 120_000);

  it("are nobody's first order, and a tag that comes or goes later is followed", async () => {
    const copy = await newCopy(await open());
    await copy.exclude({ chosenAt: CHOSEN, tags: ["Staff"], channels: [] });
    const read = (id: number, hours: number, changes: Partial<TestOrder>) =>
      orderRows({ ...simpleOrder(id, at(hours), "10.00", { customer: 7, customerOrders: 2 }), ...changes });
    const places = () => copy.query("SELECT order_id, seq, prev_day, excluded FROM orders ORDER BY order_id");
    await copy.merge(load(READ_AT, [...read(1, 1, { tags: ["staff"] }), ...read(2, 30, {})]));
    expect(await places()).toMatchObject([
      { order_id: 1, seq: null, excluded: true },
      { order_id: 2, seq: 1, prev_day: null, excluded: false },
    ]);
    expect(await copy.query("SELECT customer_id, orders, net FROM customer_history")).toEqual([
      { customer_id: 7, orders: 1, net: 1000 },
    ]);
    // Nothing of his is missing.
    expect(await copy.query("SELECT history_complete FROM customers")).toEqual([{ history_complete: true }]);
    await copy.merge(load(READ_AT, read(1, 1, { tags: [], updatedAt: at(40) })));
    expect(await places()).toMatchObject([{ seq: 1 }, { seq: 2, prev_day: "2026-03-27" }]);
    await copy.merge(load(READ_AT, read(2, 30, { tags: ["gift", "STAFF"], updatedAt: at(50) })));
    expect(await places()).toMatchObject([{ seq: 1 }, { seq: null, prev_day: null }]);
    expect(await copy.query("SELECT order_id FROM activity")).toEqual([{ order_id: 1 }]);
  });

  it("stay left out when whoever placed them is erased, whose tags go with him", async () => {
    const copy = await newCopy(await open());
    await copy.exclude({ chosenAt: CHOSEN, tags: ["staff"], channels: [] });
    await copy.merge(
      load(READ_AT, orderRows({ ...simpleOrder(1, at(1), "10.00", { customer: 7 }), tags: ["staff"] })),
    );
    await copy.eraseCustomers([7]);
    await copy.exclude({ chosenAt: at(1), tags: ["staff", "press"], channels: [] });
    expect(await copy.query("SELECT tags, excluded FROM orders")).toEqual([{ tags: null, excluded: true }]);
    expect(await copy.query("SELECT * FROM activity")).toEqual([]);
    // Read again, as a rebuild reads it.
    const anew = await newCopy(await open());
    await anew.exclude({ chosenAt: CHOSEN, tags: ["staff"], channels: [] });
    await anew.merge({
      ...load(READ_AT, orderRows({ ...simpleOrder(1, at(1), "10.00", { customer: 7 }), tags: ["staff"] })),
      withheld: async () => (id) => id === 7,
    });
    expect(await anew.query("SELECT customer_id, tags, excluded FROM orders")).toEqual([
      { customer_id: null, tags: null, excluded: true },
    ]);
  });

  it("leave the sums that stand for older orders as these were made, and what comes of them later", async () => {
    const copy = await newCopy(await open());
    await copy.exclude({ chosenAt: CHOSEN, tags: ["staff"], channels: [] });
    const goodwill = (id: number, hours: number) => ({
      ...{ id: id * 10 + 1, reason: "REFUND", at: at(hours) },
      sales: [{ id: id * 100 + 1, action: "RETURN", line: "ADJUSTMENT", total: "-4.00" }],
    });
    const read = (id: number, refunded?: number) => {
      const placed = simpleOrder(id, at(1), "10.00", { customer: 7, customerOrders: 2 });
      return orderRows({
        ...placed,
        tags: id === 1 ? ["staff"] : [],
        ...(refunded === undefined
          ? {}
          : {
              updatedAt: at(refunded),
              current: "6.00",
              agreements: [...(placed.agreements ?? []), goodwill(id, refunded)],
            }),
      });
    };
    await copy.merge(load(READ_AT, [...read(1), ...read(2)]));
    await copy.forgetBefore({ day: "2026-03-30", from: "2026-03-29T22:00:00.000Z" }, "sums");
    expect(await copy.query("SELECT orders, records, net FROM opening_balance")).toEqual([
      { orders: 1, records: 2, net: 1000 },
    ]);
    await copy.merge(load(READ_AT, [...read(1, 90), ...read(2, 90)]));
    expect(await copy.query("SELECT order_id, excluded FROM earlier_orders ORDER BY 1")).toEqual([
      { order_id: 1, excluded: true },
      { order_id: 2, excluded: false },
    ]);
    const moved = () => copy.query("SELECT order_id, reversals FROM activity");
    expect(await moved()).toEqual([{ order_id: 2, reversals: 400 }]);
    // The ledger has both.
    expect(await copy.query("SELECT count(*) AS n FROM sales")).toEqual([{ n: 2 }]);
    await copy.exclude(NOTHING);
    expect(await moved()).toEqual([{ order_id: 2, reversals: 400 }]);
  });

  it("are told by channels under one name, and by whole tags", async () => {
    const copy = await newCopy(await open());
    const rows = (id: number, changes: Partial<TestOrder>) =>
      orderRows({ ...simpleOrder(id, at(id), "1.00"), ...changes });
    await copy.merge(
      load(READ_AT, [
        ...rows(1, { channel: "Online_Store" }),
        ...rows(2, { channel: "web" }),
        ...rows(3, { channel: "pos", tags: ["it's; DROP TABLE orders", "x"] }),
        ...rows(4, { channel: "pos", tags: null }),
        ...rows(5, { channel: "pos", tags: ["drop", "x it's"] }),
      ]),
    );
    const left = async (chosen: Pick<Exclusion, "tags" | "channels">) => {
      await copy.exclude({ chosenAt: `${shops++}`, ...chosen });
      return (await copy.query("SELECT order_id FROM orders WHERE excluded ORDER BY 1")).map(
        ({ order_id }) => order_id,
      );
    };
    expect(await left({ tags: [], channels: ["web"] })).toEqual([1, 2]);
    expect(await left({ tags: ["it's; drop table ORDERS"], channels: [] })).toEqual([3]);
    expect(await left({ tags: ["it's", "x it"], channels: [] })).toEqual([]);
    expect(await left({ tags: ["X"], channels: ["web"] })).toEqual([1, 2, 3]);
  });
});
