// Which of a shop's last days stand out, on both engines: the one that was planted, the same for the same orders, and why none can be.
import { expect, it } from "vitest";
import type { FoundDays } from "../../../app/findings/day.ts";
import { endOfDays, findDays } from "../../../app/findings/find-days.server.ts";
import { addDays } from "../../../app/kpis/period.ts";
import { queryKpis } from "../../../app/kpis/query.server.ts";
import { DAYS } from "../kpis/shop.ts";
import { viewOf } from "../../tools/setup/view.ts";
import { describeWarehouses } from "../../tools/setup/warehouses.ts";
import { reaching } from "../warehouse/reaching.ts";
import { openFindingShop, TODAY } from "./shops.ts";

const SIZE = { seed: 59, customers: 1_500, orders: 9_000 };
const ODD = addDays(TODAY, -9);
/** What one engine has found of the same orders: the other must, too. */
const byEngine = new Map<string, FoundDays>();

function expectSame(name: string, found: FoundDays): void {
  const other = byEngine.get(name);
  byEngine.set(name, found);
  if (other !== undefined) expect(found, name).toEqual(other);
}

describeWarehouses("days that stand out", (open) => {
  it("are the one on which less was ordered, with what is usual of it and its price", async () => {
    const warehouse = await open();
    const shop = "planted.myshopify.com";
    await openFindingShop(warehouse, shop, SIZE, { day: ODD, lost: 0.8 });
    const view = await viewOf(warehouse, shop);
    const found = await findDays(view, TODAY);
    expect(found).toMatchObject({ from: addDays(TODAY, -28), to: TODAY, weeks: 8, silence: null });
    expect(found.series).toBeGreaterThan(8);
    expect(found.looked).toBeGreaterThan(200);
    expect(found.days.map(({ day }) => day)).toEqual([ODD]);
    const [odd] = found.days;
    expect(odd).toMatchObject({ kpi: "net_sales", by: null, segment: "total" });
    expect(odd?.value).toBeLessThan(odd?.low ?? 0);
    expect(odd?.usual).toBeGreaterThan(odd?.low ?? 0);
    expect(odd?.money).toBe((odd?.value ?? 0) - (odd?.usual ?? 0));
    expect(odd?.certainty).toBeGreaterThan(0.95);
    expect(odd?.others).toBeGreaterThan(0);
    // The figure is that of the page of the day.
    const { total } = await queryKpis(view, {
      ...{ kpis: ["net_sales"], segmentation: "country", period: { from: ODD, to: addDays(ODD, 1) } },
      ...{ comparison: "none", membersAt: "end", today: TODAY },
    });
    expect(total.cells["net_sales"]?.value).toBe(odd?.value);
    expectSame(shop, found);
  });

  it("are none where nothing happened", async () => {
    const warehouse = await open();
    const shop = "quiet.myshopify.com";
    await openFindingShop(warehouse, shop, { ...SIZE, seed: 60 });
    const found = await findDays(await viewOf(warehouse, shop), TODAY);
    expect(found).toMatchObject({ silence: null, days: [] });
    expectSame(shop, found);
  });

  it("are days that are over and known, never others", async () => {
    const warehouse = await open();
    const shop = "clock.myshopify.com";
    await openFindingShop(warehouse, shop, { seed: 3, customers: 50, orders: 100 });
    expect(endOfDays(await viewOf(warehouse, shop), TODAY)).toBe(TODAY);
    const { coverage } = reaching("complete");
    await warehouse.of(shop).setMeta({
      coverage: {
        ...coverage,
        orders: { ...coverage["orders"], fresh_at: `${addDays(TODAY, -1)} 09:00:00` },
      },
    });
    expect(endOfDays(await viewOf(warehouse, shop), TODAY)).toBe(addDays(TODAY, -1));
    expect((await findDays(await viewOf(warehouse, shop), TODAY)).to).toBe(addDays(TODAY, -1));
  });

  it("are not looked for in a shop that is too young, too quiet or not all here, and it is said why", async () => {
    const warehouse = await open();
    const shop = "young.myshopify.com";
    await openFindingShop(warehouse, shop, { seed: 4, customers: 300, orders: 2_000 });
    const view = await viewOf(warehouse, shop);
    const firstDay = addDays(TODAY, 1 - DAYS);
    const at = (days: number) => findDays(view, addDays(firstDay, days));
    const none = { looked: null, series: null, days: [] };
    expect(await at(40)).toMatchObject({ ...none, silence: "too_short", weeks: 5 });
    expect(await at(55)).toMatchObject({ ...none, silence: "too_short", weeks: 7 });
    // The 56th day alone has eight weeks.
    expect(await at(56)).toMatchObject({ silence: null, from: addDays(firstDay, 55), weeks: 8 });
    const rare = "rare.myshopify.com";
    await openFindingShop(warehouse, rare, { seed: 5, customers: 9, orders: 14 });
    expect(await findDays(await viewOf(warehouse, rare), TODAY)).toMatchObject({
      ...none,
      silence: "too_little",
    });
    await warehouse.of(shop).setMeta(reaching("loading"));
    expect(await findDays(await viewOf(warehouse, shop), TODAY)).toMatchObject({
      ...none,
      silence: "not_whole",
    });
  });

  it("count one by one what rarely happens", async () => {
    const warehouse = await open();
    const shop = "few.myshopify.com";
    await openFindingShop(warehouse, shop, { seed: 6, customers: 300, orders: 600 });
    const found = await findDays(await viewOf(warehouse, shop), TODAY);
    expect(found.silence).toBeNull();
    expect(found.looked).toBeGreaterThan(28);
    expectSame(shop, found);
  });
});
