// A shop that was read and whose copy is gone: no state calls it complete, whatever its row says.
import { afterAll, beforeAll, expect, it } from "vitest";
import { db } from "../../../app/db.server.ts";
import { syncStateOf } from "../../../app/sync/shop/state.ts";
import { generateShop } from "../../shopify/generate.ts";
import { openWorld, syncWhole, type World } from "./world.ts";

let world: World;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world.close());

it("is being counted anew, not complete beside nothing", async () => {
  const shop = generateShop({ seed: 47, orders: 60, now: new Date(), handle: "lost-copy" });
  await world.install(shop);
  const context = world.context(shop, await world.warehouse());
  await syncWhole(context);
  const state = async () =>
    syncStateOf({ db, meta: await context.copy.meta(), now: new Date() }, shop.domain);
  expect(await state()).toMatchObject({ phase: "complete", finishedAt: expect.any(String) as string });
  await context.copy.drop();
  expect(await state()).toMatchObject({ phase: "counting", finishedAt: null });
});
