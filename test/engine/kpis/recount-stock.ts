// What is in stock and what it cost to buy, as the tables hold it: item by item at the end of a period's last day.
import { addDays, type Period } from "../../../app/kpis/period.ts";
import type { Row, Warehouse } from "../../../app/warehouse/warehouse.server.ts";
import { changeBehind, recordBehind } from "../sync/behind.ts";
import { add, type Buyer, type Cut, inside, movement } from "./recount-buyers.ts";
import { randomFrom } from "./shop.ts";

interface Held {
  item: number;
  from: string;
  to: string;
  value: number | null;
}

/** Of which nothing is known when it was otherwise: as it is today. */
interface Variant {
  variant: number;
  item: number | null;
  tracked: boolean;
}

export interface Stock {
  levels: readonly Held[];
  available: readonly Held[];
  variants: readonly Variant[];
  costs: readonly Held[];
  /** Of which days both are known. */
  days: Period;
}

const READ_AT = "TIMESTAMP '2026-06-01 00:00:00'";

/**
 * Records a dozen items, some at two places, that change every few weeks; of some no cost is known. Of as many variants each has
 * an item, two share one, and some are not counted.
 */
export async function recordStock(
  warehouse: Warehouse,
  shop: string,
  { seed, days }: { seed: number; days: Period },
): Promise<void> {
  const random = randomFrom(seed ^ 0x570c);
  // Of their own, so that what is available changes nothing else.
  const left = randomFrom(seed ^ 0xa7a1);
  const available = () => (left() < 0.1 ? "NULL" : Math.floor(left() * 9) - 4);
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
            `(${item}, ${place}, ${dated(from, to)}, ${available()}, ${Math.floor(random() * 60) - 10}, ${READ_AT})`,
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
  const variants = Array.from({ length: 13 }, (_, index) => {
    const item = index === 11 ? "NULL" : index === 12 ? 1 : index + 1;
    return `(${index + 1}, 1, ${item}, 100, ${index % 6 !== 5})`;
  });
  const record = (table: string, columns: string, rows: readonly string[]) =>
    recordBehind(warehouse, shop, table, columns, rows);
  await record(
    "stock_levels",
    "inventory_item_id, location_id, from_day, to_day, available, on_hand, read_at",
    levels,
  );
  await record("unit_costs", "inventory_item_id, from_day, to_day, cost, currency, read_at", costs);
  await changeBehind(warehouse, shop, [
    `INSERT INTO variants (variant_id, product_id, inventory_item_id, price, tracked) VALUES ${variants.join(", ")}`,
    `INSERT INTO recorded_days (source, from_day, to_day) VALUES ('stock_levels', ${dated(days.from, days.to)}), ('unit_costs', ${dated(days.from, days.to)})`,
    "UPDATE shop_meta SET data_version = data_version + 1",
    "UPDATE source_versions SET data_version = (SELECT data_version FROM shop_meta) WHERE source IN ('stock_levels', 'unit_costs', 'products', 'recorded')",
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
  return {
    levels: await held("stock_levels", "on_hand"),
    available: await held("stock_levels", "available"),
    costs: await held("unit_costs", "cost"),
    variants: await read<Variant>(
      "SELECT variant_id AS variant, inventory_item_id AS item, tracked FROM variants",
    ),
    days,
  };
}

const isOf =
  (day: string) =>
  ({ from, to }: Held): boolean =>
    from <= day && day < to;

/** Whether what is known of stock is known of the period's end. */
export const isStockKnown = (stock: Stock | null, { to }: Period): boolean =>
  stock !== null && stock.days.from <= addDays(to, -1) && addDays(to, -1) < stock.days.to;

/** Whether nothing is left of a variant when the period is over; null: not known. */
function isOut({ available, variants }: Stock, variant: number, day: string): boolean | null {
  const found = variants.find((each) => each.variant === variant);
  if (found === undefined) return null;
  if (!found.tracked) return false;
  const places = available.filter((level) => level.item === found.item && isOf(day)(level));
  if (places.length === 0 || places.some(({ value }) => value === null)) return null;
  return places.reduce((sum, { value }) => sum + (value ?? 0), 0) <= 0;
}

/** Units that a buyer bought in the period, of which something is known, and of which nothing is left. */
export function exposureOf(stock: Stock | null, buyer: Buyer, period: Cut) {
  const bought = buyer.orders.flatMap(({ sales }) => {
    const own = sales.filter((sale) => inside(sale.local_day, period));
    const byDay = Map.groupBy(own, (sale) => `${sale.local_day} ${sale.variant_id}`);
    return [...byDay.values()].map((moves) => ({
      variant: moves[0]?.variant_id ?? null,
      units: Math.max(0, add(moves.map((sale) => movement(sale).units))),
    }));
  });
  const found = { units_known: 0, units_out: 0 };
  for (const { variant, units } of bought) {
    const out = stock === null || variant === null ? null : isOut(stock, variant, addDays(period.to, -1));
    if (out !== null) found.units_known += units;
    if (out === true) found.units_out += units;
  }
  return found;
}

/** Null where it is not known: of a day that was not recorded, of a row, and where nothing in stock has a cost. */
export function worthOf(stock: Stock | null, row: string, period: Period): number | null {
  const day = addDays(period.to, -1);
  if (stock === null || row !== "total" || !isStockKnown(stock, period)) return null;
  const isThen = isOf(day);
  let worth: number | null = null;
  let units = 0;
  for (const { item, value: onHand } of stock.levels.filter(isThen)) {
    if (onHand === null || onHand <= 0) continue;
    units += onHand;
    const cost = stock.costs.find((each) => each.item === item && isThen(each))?.value ?? null;
    if (cost !== null) worth = (worth ?? 0) + onHand * cost;
  }
  return units === 0 ? 0 : worth;
}
