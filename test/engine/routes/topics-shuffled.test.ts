// All webhook topics together, twice and in any order, give the tables that reading the whole shop anew gives.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { db } from "../../../app/db.server.ts";
import { PAGED_UP_TO } from "../../../app/sync/context.ts";
import type { Row, Warehouse } from "../../../app/warehouse/warehouse.server.ts";
import type { Shop } from "../../shopify/shop.ts";
import { syncWhole } from "../sync/world.ts";
import { type Arrived } from "./intake.ts";
import { lines, minutesAgo, toldApp } from "./told-app.ts";

const app = toldApp();
const { synced, deliver, taken } = app;

type Change = { kind: string; pick: number; deliver: number };
const kinds = [
  ...["place", "guest", "refund", "cancel", "edit", "delete", "tag", "customer", "remove", "merge"],
  ...["product", "price", "less", "discontinue", "leave", "come back", "think again"],
];
const change: fc.Arbitrary<Change> = fc.record({
  kind: fc.constantFrom(...kinds),
  pick: fc.nat(),
  /** So many of the deliveries that wait come after this change. */
  deliver: fc.nat(4),
});

/** Makes a change, if the shop allows it now. */
function make(shop: Shop, { kind, pick }: Change): void {
  const one = <T>(all: T[]): T | undefined => all[pick % Math.max(1, all.length)];
  const open = one(
    [...shop.orders.values()].filter((order) => !order.cancelledAt && order.currentTotal > 10),
  );
  const customer = one([...shop.customers.values()]);
  const goods = one([...shop.products.values()]);
  const variant = one([...shop.variants.values()]);
  const left = one([...shop.checkouts.values()].filter(({ completedAt }) => completedAt === null));
  const other = one([...shop.customers.values()].filter((each) => each !== customer));
  // No webhook tells that a checkout has lost its customer: see ADR 45.
  const leavers = new Set([...shop.checkouts.values()].map(({ customerId }) => customerId));
  const idle = one(
    [...shop.customers.values()].filter(({ id }) => shop.customerOrders(id).length === 0 && !leavers.has(id)),
  );
  if (kind === "place") shop.placeOrder({ customerId: customer?.id ?? null, lines, test: pick % 5 === 0 });
  else if (kind === "guest") shop.placeOrder({ customerId: null, lines });
  else if (kind === "customer") shop.createCustomer({ country: pick % 2 ? "DE" : "FR" });
  else if (kind === "tag" && customer) shop.updateCustomer(customer.id, { tags: [`tag ${pick % 3}`] });
  else if (kind === "product")
    shop.addVariant({
      title: "Cup",
      price: pick % 1000,
      ...(goods && pick % 2 ? { productId: goods.id } : {}),
    });
  else if (kind === "price" && variant) shop.changeVariant(variant.id, { price: pick % 1000 });
  else if (kind === "less" && variant) shop.deleteVariant(variant.id);
  else if (kind === "discontinue" && goods) shop.deleteProduct(goods.id);
  else if (kind === "leave")
    shop.leaveCheckout({ at: minutesAgo(20 + (pick % 9)), customerId: customer?.id ?? null, lines });
  else if (kind === "think again" && left) shop.changeCheckout(left.id, { lines: [...lines, ...lines] });
  else if (kind === "come back" && left) shop.recoverCheckout(left.id);
  else if (kind === "remove" && idle) shop.deleteCustomer(idle.id);
  else if (kind === "merge" && customer && other) shop.mergeCustomers(customer.id, other.id);
  else if (kind === "refund" && open) shop.refund(open.id, { amount: 10 });
  else if (kind === "cancel" && open) shop.cancelOrder(open.id);
  else if (kind === "edit" && open) shop.editOrder(open.id, { add: lines });
  else if (kind === "delete" && open) shop.deleteOrder(open.id);
}

/** Every table but what says when something was read, and Shopify's own scores, which move without a webhook. */
async function tablesOf(warehouse: Warehouse, shop: Shop): Promise<Record<string, string[]>> {
  const apart = new Set(["read_at", "orders_read_at", "rfm_group", "spend_tier"]);
  const tables: Record<string, string[]> = {};
  for (const table of [
    ...["orders", "order_lines", "sales", "customers", "activity", "customer_history"],
    ...["products", "variants", "checkouts", "checkout_lines"],
  ]) {
    const rows = await warehouse.of(shop.domain).query<Row>(`SELECT * FROM ${table}`);
    tables[table] = rows
      .map((row) => JSON.stringify(Object.entries(row).filter(([column]) => !apart.has(column))))
      .sort();
  }
  return tables;
}

/** The tables as a first sync of the shop as it is now gives them. */
async function afresh(shop: Shop): Promise<Record<string, string[]>> {
  await db.shop.update({
    where: { domain: shop.domain },
    data: { firstSyncFinishedAt: null, firstSyncStartedAt: null, ordersExpected: null, sweptUntil: null },
  });
  const warehouse = await app.world.warehouse();
  await syncWhole(app.world.context(shop, warehouse, { pagedUpTo: PAGED_UP_TO }));
  return tablesOf(warehouse, shop);
}

describe("all topics together", () => {
  it("give the tables of a fresh sync, in whatever order, however late and often they come", async () => {
    const { shop, warehouse, context } = await synced("disorder", 2);
    await taken();
    await fc.assert(
      fc.asyncProperty(
        fc.array(change, { minLength: 4, maxLength: 10 }),
        fc.noShrink(fc.infiniteStream(fc.nat())),
        async (changes, random) => {
          const next = () => Number(random.next().value);
          const waiting: Arrived[] = [];
          const draw = () => waiting.splice(next() % waiting.length, 1);
          for (const each of changes) {
            make(shop, each);
            // A third of them come twice.
            for (const delivery of await taken())
              waiting.push(delivery, ...(next() % 3 === 0 ? [delivery] : []));
            const now: Arrived[] = [];
            while (now.length < each.deliver && waiting.length > 0) now.push(...draw());
            await deliver(context, now);
          }
          const rest: Arrived[] = [];
          while (waiting.length > 0) rest.push(...draw());
          await deliver(context, rest);
          expect(await tablesOf(warehouse, shop)).toEqual(await afresh(shop));
        },
      ),
      { numRuns: 4, endOnFailure: true },
    );
  });
});
