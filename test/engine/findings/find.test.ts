// What is found in a shop's last whole week, on both engines: what was planted and nothing else, the same for the same orders.
import { expect, it } from "vitest";
import { find, lastWeek } from "../../../app/findings/find.server.ts";
import type { Found } from "../../../app/findings/finding.ts";
import { addDays } from "../../../app/kpis/period.ts";
import { viewOf } from "../../tools/setup/view.ts";
import { describeWarehouses } from "../../tools/setup/warehouses.ts";
import { reaching } from "../warehouse/reaching.ts";
import { openFindingShop, TODAY, WEEK } from "./shops.ts";

const SIZE = { seed: 20_261_130, customers: 2_500, orders: 9_000 };
const SHOPS = 8;
/** Back to the shop's second week. */
const DAYS_BEFORE_TWO_WEEKS = 140;
/** What one engine has found of the same orders: the other must, too. */
const byEngine = new Map<string, Found>();

function expectSame(name: string, found: Found): void {
  const other = byEngine.get(name);
  byEngine.set(name, found);
  if (other === undefined) return;
  const near = (value: unknown): unknown =>
    typeof value === "number" ? Number(value.toPrecision(8)) : value;
  const plain = (of: Found): unknown => JSON.parse(JSON.stringify(of, (_, value: unknown) => near(value)));
  expect(plain(found), name).toEqual(plain(other));
}

describeWarehouses("findings of a week", (open) => {
  it("are what changed, first of all, with its days, range, cause and price", async () => {
    const warehouse = await open();
    const shop = "planted.myshopify.com";
    await openFindingShop(warehouse, shop, SIZE, { country: "DE", lost: 0.5 });
    const found = await find(await viewOf(warehouse, shop), TODAY);
    expect(found).toMatchObject({ week: WEEK, days: 7, silence: null });
    expect(found.looked).toBeGreaterThan(200);
    const [first] = found.findings;
    expect(first).toMatchObject({ by: "country", segment: "DE", from: WEEK, to: TODAY, withTo: WEEK });
    expect(first?.high).toBeLessThan(0);
    expect(first?.money).toBeLessThan(0);
    expect(first?.cause?.amount).toBeLessThan(0);
    expectSame(shop, found);
  });

  it("are none in nearly all shops in which nothing changed", async () => {
    const warehouse = await open();
    let silent = 0;
    for (let seed = 1; seed <= SHOPS; seed++) {
      const shop = `quiet-${seed}.myshopify.com`;
      await openFindingShop(warehouse, shop, { seed, customers: 1_500, orders: 4_500 });
      const found = await find(await viewOf(warehouse, shop), TODAY);
      expect(found.silence, shop).toBe(null);
      expect(found.looked, shop).toBeGreaterThan(30);
      if (found.findings.length === 0) silent += 1;
      expectSame(shop, found);
    }
    expect(silent).toBeGreaterThanOrEqual(0.9 * SHOPS);
  });

  it("are of days that are over and known, never of others", async () => {
    const warehouse = await open();
    const shop = "clock.myshopify.com";
    await openFindingShop(warehouse, shop, { seed: 3, customers: 50, orders: 100 });
    const view = await viewOf(warehouse, shop);
    for (const ahead of [0, 1, 6]) expect(lastWeek(view, addDays(TODAY, ahead))).toBe(WEEK);
    expect(lastWeek(view, addDays(TODAY, -1))).toBe(addDays(WEEK, -7));
    const { coverage } = reaching("complete");
    await warehouse.of(shop).setMeta({
      coverage: {
        ...coverage,
        orders: { ...coverage["orders"], fresh_at: `${addDays(TODAY, -1)} 09:00:00` },
      },
    });
    expect(lastWeek(await viewOf(warehouse, shop), TODAY)).toBe(addDays(WEEK, -7));
  });

  it("are not looked for in a shop that is too small, too young or not all here, and it is said why", async () => {
    const warehouse = await open();
    const small = "small.myshopify.com";
    await openFindingShop(warehouse, small, { seed: 4, customers: 60, orders: 300 });
    expect(await find(await viewOf(warehouse, small), TODAY)).toMatchObject({
      ...{ silence: "too_few", looked: null, days: 28, findings: [] },
    });
    expect(await find(await viewOf(warehouse, small), addDays(TODAY, -DAYS_BEFORE_TWO_WEEKS))).toMatchObject({
      silence: "no_previous",
    });
    await warehouse.of(small).setMeta(reaching("loading"));
    expect(await find(await viewOf(warehouse, small), TODAY)).toMatchObject({ silence: "not_whole" });
  });

  it("are of four weeks where few buy in one", async () => {
    const warehouse = await open();
    const shop = "slow.myshopify.com";
    await openFindingShop(warehouse, shop, { seed: 5, customers: 900, orders: 1_500 });
    const found = await find(await viewOf(warehouse, shop), TODAY);
    expect(found).toMatchObject({ week: WEEK, days: 28, silence: null });
    expect(found.looked).toBeGreaterThan(0);
  });
});
