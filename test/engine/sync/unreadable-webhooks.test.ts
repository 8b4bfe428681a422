// A webhook whose data cannot be used: unreadable after so many attempts, kept with its reason, and run again when asked.
import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, expect, it } from "vitest";
import { db } from "../../../app/db.server.ts";
import { stopJobs } from "../../../app/process/jobs.server.ts";
import { inbox } from "../../../app/webhooks/inbox.server.ts";
import { PAGED_UP_TO } from "../../../app/sync/context.ts";
import { forgetOldEvents, refetch } from "../../../app/sync/reading/refetch.ts";
import { READ_ATTEMPTS, runAgain, webhookUpkeep } from "../../../app/sync/shop/webhook-days.ts";
import { Shop } from "../../shopify/shop.ts";
import { openWorld, syncWhole, type World } from "./world.ts";

let world: World;

beforeAll(async () => {
  world = await openWorld();
});
afterAll(async () => {
  await stopJobs();
  await world.close();
});

it("stays until it is followed, is counted, and is read anew when it is run again", async () => {
  const shop = new Shop({ handle: "given-up", currency: "EUR", timeZone: "UTC" });
  for (let count = 0; count < 2; count += 1)
    shop.placeOrder({ lines: [{ title: "Cup", price: 1000, quantity: 1 }] });
  await world.install(shop);
  const warehouse = await world.warehouse();
  const context = world.context(shop, warehouse, { pagedUpTo: PAGED_UP_TO });
  await syncWhole(context);
  const [broken, good] = [...shop.orders.values()];
  const [line] = broken?.lines ?? [];
  if (!broken || !good || !line) return expect.fail("too few orders");
  line.unitPrice = 10.5;
  for (const { id } of [broken, good])
    await (
      await inbox()
    ).note({
      shop: shop.domain,
      topic: "orders/updated",
      eventId: randomUUID(),
      webhookId: randomUUID(),
      resourceIds: [BigInt(id)],
      triggeredAt: null,
      settled: false,
    });
  for (let reading = 1; reading <= READ_ATTEMPTS; reading += 1)
    await expect(refetch(context)).rejects.toThrow();
  await refetch(context);

  const upkeep = () => webhookUpkeep(db, shop.domain, new Date());
  const { counts, unreadable, unreadableInAll } = await upkeep();
  expect(counts).toMatchObject({ received: 2, used: 1, unusable: 1 });
  expect(unreadableInAll).toBe(1);
  expect(unreadable).toMatchObject([{ topic: "orders/updated", resourceIds: [BigInt(broken.id)] }]);
  expect(unreadable[0]?.reason).toBeTruthy();

  // The followed one is forgotten in time, this one is not.
  expect(await forgetOldEvents(db, new Date(Date.now() + 40 * 86_400_000))).toBe(1);
  expect((await upkeep()).unreadableInAll).toBe(1);

  const id = unreadable[0]?.id ?? "";
  expect(await runAgain(db, "other.myshopify.com", id)).toBe(0);
  expect(await runAgain(db, shop.domain, id)).toBe(1);
  line.unitPrice = 1000;
  expect(await refetch(context)).toEqual({ found: 1 });
  expect(await upkeep()).toMatchObject({ unreadable: [], counts: { received: 2, used: 2, unusable: 1 } });
});
