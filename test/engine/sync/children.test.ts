// Orders with 0, 1, 99, 100, 101, 250, 251 and 1,001 children: around every size of page, read in each of the three ways.
import { afterAll, beforeAll, expect, it } from "vitest";
import type { Warehouse } from "../../../app/warehouse/warehouse.server.ts";
import { db } from "../../../app/db.server.ts";
import { sweep } from "../../../app/sync/reading/sweep.ts";
import { describeWarehouses } from "../../tools/setup/warehouses.ts";
import { Shop } from "../../shopify/shop.ts";
import { dump } from "../warehouse/dump.ts";
import { booksIn, booksOf, gapsIn, openWorld, syncWhole, type World } from "./world.ts";

const SIZES = [0, 1, 99, 100, 101, 250, 251, 1001];

let world: World;
let shop: Shop;
/** Ids of the order whose lines, or agreements, or sales of one agreement, or refunds with returns are so many. */
const byKind: Record<string, number[]> = { lines: [], agreements: [], sales: [], returns: [] };

beforeAll(async () => {
  world = await openWorld();
  const ago = (days: number) => new Date(Date.now() - days * 86_400_000);
  shop = new Shop({ handle: "children", currency: "EUR", plan: "Plus", createdAt: ago(400) });
  const cup = { title: "Cup", price: 100_000, quantity: 2000 };
  const at = ago(100);
  const many = (count: number) =>
    Array.from({ length: count }, (_, index) => ({
      title: `Bead ${index}`,
      price: 100 + index,
      quantity: 2,
    }));
  const order = (lines: (typeof cup)[]) => shop.placeOrder({ at, customerId: null, lines });
  for (const size of SIZES) {
    // A checkout has a line at the least, and what has no other child is that.
    byKind.lines?.push(order(size === 0 ? [cup] : many(size)).id);

    const refunded = order([cup]);
    for (let count = 0; count < size; count += 1) shop.refund(refunded.id, { at, amount: 1 + (count % 3) });
    byKind.agreements?.push(refunded.id);

    const taken = order(size === 0 ? [cup] : many(size));
    if (size > 0)
      shop.refund(taken.id, { at, lines: taken.lines.map(({ id }) => ({ lineItemId: id, quantity: 1 })) });
    byKind.sales?.push(taken.id);

    const returned = order([cup]);
    const [line] = returned.lines;
    for (let count = 0; count < Math.min(size, 101); count += 1)
      shop.returnItems(returned.id, { at, lines: [{ lineItemId: line?.id ?? 0, quantity: 1 }] });
    byKind.returns?.push(returned.id);
  }
});
afterAll(() => world.close());

/** Every table, but when a row was read. */
async function tablesOf(warehouse: Warehouse): Promise<Record<string, string[]>> {
  const all = await dump(warehouse, shop.domain);
  return Object.fromEntries(
    Object.entries(all).map(([table, rows]) => [
      table,
      rows
        .map((row) => JSON.stringify(Object.entries(row).filter(([column]) => column !== "read_at")))
        .sort(),
    ]),
  );
}

async function beginAnew(): Promise<void> {
  await db.syncWindow.deleteMany({ where: { shop: shop.domain } });
  await db.session.deleteMany({ where: { shop: shop.domain } });
  await db.shop.deleteMany({ where: { domain: shop.domain } });
  await world.install(shop);
}

describeWarehouses("orders with many children", (open) => {
  it(`are the same by bulk operation, page by page and by their ids: ${SIZES.join(", ")}`, async () => {
    const [byBulk, paged, byIds] = [await open(), await open(), await open()];

    await beginAnew();
    await syncWhole(world.context(shop, byBulk));

    // All of a window's operations fail: it is read page by page.
    await beginAnew();
    for (let time = 0; time < 60; time += 1) world.shopify.faults.failBulk(shop.domain, { evenAtEnd: true });
    await syncWhole(world.context(shop, paged));
    world.shopify.faults.clear(shop.domain);

    // A shop that is known and whose orders are all new to its warehouse: the sweep reads what it finds by id.
    await beginAnew();
    await byIds.of(shop.domain).setMeta({ currency: "EUR", decimals: 2, time_zone: shop.timeZone });
    await db.shop.update({ where: { domain: shop.domain }, data: { sweptUntil: new Date(shop.createdAt) } });
    await sweep(world.context(shop, byIds, { pagedUpTo: 500 }));

    const books = booksOf(shop);
    for (const warehouse of [byBulk, paged, byIds]) {
      expect(await booksIn(warehouse, shop)).toEqual(books);
      expect(await gapsIn(warehouse, shop)).toEqual([]);
    }
    const bulk = await tablesOf(byBulk);
    expect(await tablesOf(paged)).toEqual(bulk);
    expect(await tablesOf(byIds)).toEqual(bulk);

    // And the sizes are what the title says.
    const counts = async (sql: string, ids: number[] | undefined) => {
      const rows = await byBulk.of(shop.domain).query<{ order_id: number; n: number }>(sql);
      return (ids ?? []).map((id) => rows.find((row) => row.order_id === id)?.n ?? 0);
    };
    const lines = "SELECT order_id, count(*) AS n FROM order_lines GROUP BY order_id";
    const agreements = "SELECT order_id, count(DISTINCT agreement_id) - 1 AS n FROM sales GROUP BY order_id";
    const refundRows = `SELECT order_id, count(*) AS n FROM sales WHERE reason <> 'ORDER' GROUP BY order_id`;
    expect(await counts(lines, byKind.lines)).toEqual(SIZES.map((size) => Math.max(1, size)));
    expect(await counts(agreements, byKind.agreements)).toEqual(SIZES);
    expect(await counts(refundRows, byKind.sales)).toEqual(SIZES);
    expect(await counts(agreements, byKind.returns)).toEqual(SIZES.map((size) => Math.min(size, 101)));
  });
});

it("is refused by the simulator as by Shopify: a checkout without a line", () => {
  expect(() => shop.placeOrder({ lines: [] })).toThrow(RangeError);
});
