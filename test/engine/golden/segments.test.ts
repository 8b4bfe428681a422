// The golden shop's customers in their segments, against hand counting, through everything from the simulated Shopify to the
// compiled membership.
import { afterAll, beforeAll, expect, it } from "vitest";
import type { SegmentationId } from "../../../app/kpis/catalogue.ts";
import { rowLabel } from "../../../app/kpis/row-words.server.ts";
import { listSegments } from "../../../app/kpis/member-lists.server.ts";
import type { Warehouse } from "../../../app/warehouse/warehouse.server.ts";
import { goldenFirstProducts, goldenMarch, goldenMay } from "../../tools/golden/segments.ts";
import { goldenShop } from "../../tools/golden/shop.ts";
import { viewOf } from "../../tools/setup/view.ts";
import { describeWarehouses } from "../../tools/setup/warehouses.ts";
import { openBuyers, type Purchase } from "../kpis/buyers.ts";
import { openWorld, syncWhole, type World } from "../sync/world.ts";

let world: World;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world.close());

async function membersBy(
  key: "id" | "label",
  [warehouse, shop]: [Warehouse, string],
  segmentation: SegmentationId,
  on: string,
): Promise<Record<string, number>> {
  const listed = await listSegments(await viewOf(warehouse, shop), segmentation, { on, until: on });
  const judged = listed.filter(({ id, members }) => id !== "none" && id !== "first_time" && members !== 0);
  return Object.fromEntries(
    judged.map(({ id, name, members }) => [
      key === "id" ? id : rowLabel({ locale: "en" }, name),
      members ?? 0,
    ]),
  );
}

describeWarehouses("segments of the golden shop, against hand counting", (open) => {
  it("hold whom they should at two instants", async () => {
    const warehouse = await open();
    const shop = goldenShop({ currency: "EUR", handle: `golden-segments-${warehouse.engine}` });
    await world.install(shop);
    await syncWhole(world.context(shop, warehouse));
    const at: [Warehouse, string] = [warehouse, shop.domain];
    for (const [day, expected] of [
      ["2026-05-01", goldenMay],
      ["2026-03-01", goldenMarch],
    ] as const)
      for (const [id, sizes] of Object.entries(expected) as [SegmentationId, object][])
        expect([day, id, await membersBy("id", at, id, day)]).toEqual([day, id, sizes]);
    expect(await membersBy("label", at, "first_product", "2026-05-01")).toEqual(goldenFirstProducts);
    expect(await membersBy("label", at, "first_type", "2026-05-01")).toEqual({ Things: 14, Unknown: 1 });
    const months = ["June 2024", "February 2026", "March 2026"];
    expect(Object.keys(await membersBy("label", at, "first_order_month", "2026-05-01")).sort()).toEqual(
      months.toSorted(),
    );
  });

  it("call serial who gave back half of the units of three orders, and no one before the third came back", async () => {
    const warehouse = await open();
    const at: [Warehouse, string] = [warehouse, "serial.myshopify.com"];
    const back = (day: string, returned: string): Purchase => ({
      day: `2026-${day}`,
      returned: { day: `2026-${returned}`, amount: 1000 },
    });
    const kept: Purchase = { day: "2026-01-05" };
    await openBuyers(warehouse, at[1], [
      [back("01-01", "02-01"), back("01-02", "02-02"), back("01-03", "02-03")],
      [back("01-01", "02-01"), back("01-02", "02-02"), back("01-03", "02-03"), kept, kept, kept],
      [back("01-01", "02-01"), back("01-02", "02-02"), back("01-03", "02-03"), kept, kept, kept, kept],
      [back("01-01", "02-01"), back("01-02", "02-02")],
      [kept],
    ]);
    expect(await membersBy("id", at, "returns", "2026-02-04")).toEqual({ serial: 2, some: 2, never: 1 });
    expect(await membersBy("id", at, "returns", "2026-02-03")).toEqual({ some: 4, never: 1 });
    expect(await membersBy("id", at, "returns", "2026-02-01")).toEqual({ never: 5 });
  });
});
