// A shop that was upgraded has its columns in another order than a new one: nothing that is written or copied may go by it.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, it } from "vitest";
import { layoutOf, storedOf, writtenTo } from "../../../app/warehouse/postgres/packed.ts";
import { schema, tables } from "../../../app/warehouse/schema/schema.ts";
import type { Columns } from "../../../app/warehouse/schema/source.ts";
import { openWarehouse, type Warehouse } from "../../../app/warehouse/warehouse.server.ts";
import { shopRows } from "../kpis/shop.ts";
import { dump } from "./dump.ts";
import { customerRow, load, orderRows, simpleOrder } from "./files.ts";
import { byHand, emptyPlace, type Engine, ENGINES, type Place } from "./kept.ts";
import { nightOf, readingsOf } from "./kept-shop.ts";

const SHOP = "turned.myshopify.com";
const euros = { currency: "EUR", decimals: 2, time_zone: "Europe/Berlin" };

/** An empty shop whose tables have their columns the other way round. */
async function turnedRound(place: Place): Promise<void> {
  const warehouse = await openWarehouse(place);
  await warehouse.of(SHOP).setMeta(euros);
  await warehouse.close();
  const statements = Object.entries<Columns>(tables).flatMap(([table, columns]) => {
    const turned = Object.entries(columns).reverse();
    const names = turned.map(([name]) => name).join(", ");
    const isPlain = place.url === undefined || writtenTo(schema, table) === table;
    return [
      `CREATE TABLE turned (${turned.map(([name, type]) => `${name} ${type}`).join(", ")})`,
      `INSERT INTO turned (${names}) SELECT ${names} FROM ${table}`,
      ...(isPlain
        ? [`DROP TABLE ${table}`]
        : storedOf(schema, table).map((each) => `DROP TABLE ${each} CASCADE`)),
      `ALTER TABLE turned RENAME TO ${isPlain ? table : writtenTo(schema, table)}`,
      ...(isPlain ? [] : layoutOf(table, Object.fromEntries(turned))),
    ];
  });
  await byHand(place, SHOP, statements);
}

/** Every way in which rows are written. */
async function live(warehouse: Warehouse, copy: string): Promise<unknown[]> {
  const states: unknown[] = [];
  const note = async () => states.push(await dump(warehouse, SHOP));
  await warehouse
    .of(SHOP)
    .merge(load("2026-06-01T00:00:00Z", shopRows({ seed: 3, customers: 12, orders: 50 })));
  await note();
  const foreign = {
    ...(orderRows(simpleOrder(902, "2026-05-01T10:00:00Z", "3.00"))[0] ?? {}),
    currency: "USD",
  };
  await warehouse.of(SHOP).merge(
    load(
      "2026-06-02T00:00:00Z",
      [
        ...orderRows(
          simpleOrder(7, "2026-05-01T10:00:00Z", "9.00", { customer: 3, updatedAt: "2026-06-01T10:00:00Z" }),
        ),
        ...orderRows({
          id: 901,
          placedAt: "2026-05-02T10:00:00Z",
          original: "9.00",
          current: "4.00",
          customer: 2,
        }),
        foreign,
        customerRow({ id: 3, updatedAt: "2026-06-01T11:00:00Z", orders: 4, tags: ["vip"], group: "LOYAL" }),
      ],
      { removedOrders: [1, 2], removedCustomers: [5] },
    ),
  );
  await note();
  for (const reading of [4, 5, 6].map(nightOf).flatMap(readingsOf)) await warehouse.of(SHOP).observe(reading);
  await note();
  await warehouse.of(SHOP).eraseCustomers([4, 901]);
  await warehouse.of(SHOP).relocalise("Pacific/Apia");
  await note();
  await warehouse.of(SHOP).compact({ force: true });
  await warehouse.of(SHOP).copyOut(copy);
  await warehouse.of(SHOP).copyIn(copy);
  await note();
  await warehouse.of(SHOP).forgetBefore({ day: "2026-01-10", from: "2026-01-10T00:00:00Z" }, "nothing");
  await note();
  return states;
}

it.each<Engine>([...ENGINES])("tables in any order of columns hold the same (%s)", async (engine) => {
  const places = [await emptyPlace(engine), await emptyPlace(engine)] as const;
  await turnedRound(places[1]);
  const states: unknown[][] = [];
  for (const place of places) {
    const copy = await mkdtemp(path.join(tmpdir(), "segment-kpis-turned-"));
    const warehouse = await openWarehouse({ ...place, intervalsInRow: 3 });
    await warehouse.of(SHOP).setMeta(euros);
    states.push(await live(warehouse, copy));
    await warehouse.close();
    for (const directory of [copy, place.directory]) await rm(directory, { recursive: true, force: true });
  }
  expect(states[1]).toEqual(states[0]);
});
