// What was spent on advertising, as the table holds it, counted entry by entry: for the shop, and for a channel's segment.
import type { SegmentationId } from "../../../app/kpis/catalogue.ts";
import type { Period } from "../../../app/kpis/period.ts";
import type { Row, Warehouse } from "../../../app/warehouse/warehouse.server.ts";
import { changeBehind } from "../sync/behind.ts";
import { add, inside } from "./recount-buyers.ts";

interface Entry {
  day: string;
  channel: string | null;
  amount: number;
}

export interface Spending {
  entries: readonly Entry[];
  /** Of which days it is known. */
  days: Period;
}

/** Enters spend as an import does: its rows, and the days of which they tell. */
export async function enterSpend(
  warehouse: Warehouse,
  shop: string,
  { entries, days }: Spending,
): Promise<void> {
  const text = (value: string | null) => (value === null ? "NULL" : `'${value}'`);
  await changeBehind(warehouse, shop, [
    ...entries.map(
      ({ day, channel, amount }) =>
        `INSERT INTO spend (import_id, day, channel, campaign, amount) VALUES (1, DATE '${day}', ${text(channel)}, NULL, ${amount})`,
    ),
    `INSERT INTO recorded_days (source, import_id, from_day, to_day) VALUES ('spend', 1, DATE '${days.from}', DATE '${days.to}')`,
    "UPDATE shop_meta SET data_version = data_version + 1",
    "UPDATE source_versions SET data_version = (SELECT data_version FROM shop_meta) WHERE source IN ('spend', 'recorded')",
  ]);
}

export async function spendingOf(warehouse: Warehouse, shop: string): Promise<Spending | null> {
  const read = <T>(sql: string) => warehouse.of(shop).query<Row & T>(sql);
  const entries = await read<Entry>("SELECT day, channel, amount FROM spend");
  const [days] = await read<Period>(
    `SELECT from_day AS "from", to_day AS "to" FROM recorded_days WHERE source = 'spend'`,
  );
  return days === undefined ? null : { entries, days };
}

/** Null where it is not known: outside the days that were entered, and in rows that spend does not tell apart. */
export function spentIn(
  spending: Spending | null,
  row: string,
  segmentation: SegmentationId,
  period: Period,
): number | null {
  if (spending === null || period.from < spending.days.from || period.to > spending.days.to) return null;
  const isRest = ["none", "first_time", "guest", "ungrouped"].includes(row);
  if (row !== "total" && (isRest || segmentation !== "channel")) return null;
  const theirs = spending.entries.filter(
    ({ day, channel }) => inside(day, period) && (row === "total" || (channel ?? "unknown") === row),
  );
  return add(theirs.map(({ amount }) => amount));
}
