// What is in stock and what it cost to buy, as the tables hold it: item by item at the end of a period's last day.
import { addDays, type Period } from "../../../app/kpis/period.ts";
import type { Row, Warehouse } from "../../../app/warehouse/warehouse.server.ts";
import { changeBehind } from "../sync/behind.ts";
import { randomFrom } from "./shop.ts";

interface Held {
  item: number;
  from: string;
  to: string;
  value: number | null;
}

export interface Stock {
  levels: readonly Held[];
  costs: readonly Held[];
  /** Of which days both are known. */
  days: Period;
}

const READ_AT = "TIMESTAMP '2026-06-01 00:00:00'";

/** Records a dozen items, some at two places, that change every few weeks; of some no cost is known. */
export async function recordStock(
  warehouse: Warehouse,
  shop: string,
  { seed, days }: { seed: number; days: Period },
): Promise<void> {
  const random = randomFrom(seed ^ 0x570c);
  const history = (write: (from: string, to: string) => string) => {
    const rows: string[] = [];
    for (let from = days.from; from < days.to;) {
      const to = random() < 0.3 ? "9999-12-31" : addDays(from, 1 + Math.floor(random() * 40));
      rows.push(write(from, to));
      from = to;
    }
    return rows;
  };
  const dated = (from: string, to: string) => `DATE '${from}', DATE '${to}'`;
  const levels: string[] = [];
  const costs: string[] = [];
  for (let item = 1; item <= 12; item++) {
    for (let place = 1; place <= 1 + (item % 2); place++)
      levels.push(
        ...history(
          (from, to) =>
            `(${item}, ${place}, ${dated(from, to)}, ${Math.floor(random() * 60) - 10}, ${READ_AT})`,
        ),
      );
    if (item % 5 > 0)
      costs.push(
        ...history(
          (from, to) =>
            `(${item}, ${dated(from, to)}, ${random() < 0.2 ? "NULL" : Math.floor(random() * 9_000)}, 'EUR', ${READ_AT})`,
        ),
      );
  }
  await changeBehind(warehouse, shop, [
    `INSERT INTO stock_levels (inventory_item_id, location_id, from_day, to_day, on_hand, read_at) VALUES ${levels.join(", ")}`,
    `INSERT INTO unit_costs (inventory_item_id, from_day, to_day, cost, currency, read_at) VALUES ${costs.join(", ")}`,
    `INSERT INTO recorded_days (source, from_day, to_day) VALUES ('stock_levels', ${dated(days.from, days.to)}), ('unit_costs', ${dated(days.from, days.to)})`,
    "UPDATE shop_meta SET data_version = data_version + 1",
    "UPDATE source_versions SET data_version = (SELECT data_version FROM shop_meta) WHERE source IN ('stock_levels', 'unit_costs', 'recorded')",
  ]);
}

export async function stockOf(warehouse: Warehouse, shop: string): Promise<Stock | null> {
  const read = <T>(sql: string) => warehouse.of(shop).query<Row & T>(sql);
  const held = (table: string, value: string) =>
    read<Held>(
      `SELECT inventory_item_id AS item, from_day AS "from", to_day AS "to", ${value} AS value FROM ${table}`,
    );
  const [days] = await read<Period>(
    `SELECT from_day AS "from", to_day AS "to" FROM recorded_days WHERE source = 'stock_levels'`,
  );
  if (days === undefined) return null;
  return { levels: await held("stock_levels", "on_hand"), costs: await held("unit_costs", "cost"), days };
}

/** Null where it is not known: of a day that was not recorded, of a row, and where nothing in stock has a cost. */
export function worthOf(stock: Stock | null, row: string, { to }: Period): number | null {
  const day = addDays(to, -1);
  if (stock === null || row !== "total" || day < stock.days.from || day >= stock.days.to) return null;
  const isOf = ({ from, to: until }: Held) => from <= day && day < until;
  let worth: number | null = null;
  let units = 0;
  for (const { item, value: onHand } of stock.levels.filter(isOf)) {
    if (onHand === null || onHand <= 0) continue;
    units += onHand;
    const cost = stock.costs.find((each) => each.item === item && isOf(each))?.value ?? null;
    if (cost !== null) worth = (worth ?? 0) + onHand * cost;
  }
  return units === 0 ? 0 : worth;
}
