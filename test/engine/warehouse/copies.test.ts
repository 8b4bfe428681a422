// A shop's tables taken out as files and put back, on the same engine and on the other.
import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { ShopNotReady } from "../../../app/errors.ts";
import { CopyNotUsable } from "../../../app/warehouse/errors.ts";
import { openWarehouse } from "../../../app/warehouse/warehouse.server.ts";
import { openShop, SHOP } from "../kpis/shop.ts";
import { emptyDatabase } from "../../tools/setup/database.ts";
import { describeWarehouses } from "../../tools/setup/warehouses.ts";
import { dump, dumpOf } from "./dump.ts";

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(path.join(os.tmpdir(), "segment-kpis-copies-"));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

describeWarehouses("a copy of a shop", (open) => {
  it.each(["duckdb", "postgres"] as const)("is the shop again in %s, row for row", async (engine) => {
    const original = await open();
    await openShop(original, { seed: 5, customers: 80, orders: 240 });
    const rows = await original.of(SHOP).copyOut(directory);
    expect(rows).toEqual(await original.of(SHOP).counts());
    const scratch = path.join(directory, "other");
    const other = await openWarehouse({
      directory: scratch,
      url: engine === "postgres" ? await emptyDatabase() : undefined,
    });
    expect(await other.of(SHOP).copyIn(directory)).toEqual(rows);
    expect(await dump(other, SHOP)).toEqual(await dump(original, SHOP));
    expect(await other.of(SHOP).meta()).toEqual(await original.of(SHOP).meta());
    if (engine === "duckdb")
      expect((await readdir(scratch)).filter((name) => /^(in|out)-/.test(name))).toEqual([]);
    await other.close();
  });

  it("takes the place of what is there, and of nothing when it is damaged", async () => {
    const warehouse = await open();
    await openShop(warehouse, { seed: 5, customers: 20, orders: 60 });
    const before = await dump(warehouse, SHOP);
    await warehouse.of(SHOP).copyOut(directory);
    await warehouse.of(SHOP).merge({
      files: [],
      readAt: "2027-01-01T00:00:00Z",
      stages: [],
      removedOrders: [1, 2],
    });
    const changed = await dump(warehouse, SHOP);
    expect(changed).not.toEqual(before);

    const sales = path.join(directory, "sales.csv.gz");
    await writeFile(sales, "not a compressed file");
    await expect(warehouse.of(SHOP).copyIn(directory)).rejects.toThrow(CopyNotUsable);
    expect(await dump(warehouse, SHOP)).toEqual(changed);

    await rm(directory, { recursive: true });
    await expect(warehouse.of(SHOP).copyIn(directory)).rejects.toThrow(CopyNotUsable);
    await expect(warehouse.of("nobody.myshopify.com").copyOut(directory)).rejects.toThrow(ShopNotReady);
  });

  it("made apart takes the shop's place in one step, under a version of its own", async () => {
    const warehouse = await open();
    await openShop(warehouse, { seed: 5, customers: 20, orders: 60 });
    const version = (await warehouse.of(SHOP).meta())?.data_version ?? 0;
    await warehouse.of(SHOP).copyOut(directory);
    const fresh = warehouse.of(SHOP).next;
    await fresh.copyIn(directory);
    await fresh.merge({
      files: [],
      readAt: "2027-01-01T00:00:00Z",
      stages: [],
      removedOrders: [1],
    });
    const expected = await dumpOf(fresh);

    await warehouse.of(SHOP).replace("mirrored");
    expect(await dump(warehouse, SHOP)).toEqual(expected);
    expect((await warehouse.of(SHOP).meta())?.data_version).toBeGreaterThan(version + 1);
    expect(await fresh.meta()).toBeNull();
    // And can be changed and compacted as any other.
    await warehouse.of(SHOP).merge({
      files: [],
      readAt: "2027-01-02T00:00:00Z",
      stages: [],
      removedOrders: [2],
    });
    await warehouse.of(SHOP).compact({ force: true });
    await warehouse.of(SHOP).drop();
    expect(await warehouse.of(SHOP).meta()).toBeNull();
  });
});
