// An order that cannot be used: the job that follows its webhook fails and says why, and no other job does.
import { afterAll, beforeAll, expect, it } from "vitest";
import { readFailure } from "../../../app/kept-failure.ts";
import { type App, cup, openApp, shopWithOrders } from "./app.ts";
import { eventually } from "../../tools/setup/eventually.ts";

let app: App;
beforeAll(async () => {
  app = await openApp("duckdb");
});
afterAll(() => app.close());

it("fails no sweep and no check, and is shown with its reason", async () => {
  const shop = shopWithOrders("unusable", [40, 20, 3]);
  await app.opens(shop);
  await app.complete(shop);
  await app.checked(shop);
  const bad = shop.placeOrder({ lines: cup });
  const [line] = bad.lines;
  if (line) line.unitPrice = 10.5;
  await app.shopify.webhooks.idle();
  shop.placeOrder({ lines: cup });
  const before = new Date();
  const { beginCheck } = await import("../../../app/sync/sync.server.ts");
  await beginCheck(shop.domain);
  await app.queue.enqueue("sweep", { shop: shop.domain });
  await app.queue.enqueue("check", { shop: shop.domain });
  await eventually(async () => {
    expect((await app.row(shop)).lastSweepAt?.getTime()).toBeGreaterThanOrEqual(before.getTime());
    expect(
      await app.db.check.count({ where: { shop: shop.domain, kind: "night", finishedAt: { gte: before } } }),
    ).toBe(1);
  });
  await eventually(async () => {
    const waiting = await app.waiting(shop);
    expect(waiting.map(({ job }) => job)).toEqual(["follow_webhooks"]);
    const { code } = readFailure(waiting[0]?.error?.split("\n").at(-1) ?? "");
    expect(code).toBe("file_value_in_line");
  });
  const page = await app.text(shop, "/app/data");
  expect(page).toContain("Changes not followed");
  expect(page).toContain(`${bad.id}`);
});
