// What of a shop is loaded, and which figures can be told from it: the reason where one cannot.
import { ShopNotReady } from "../errors.ts";
import type { ShopMeta, Warehouse } from "../warehouse/warehouse.server.ts";
import type { Reason, RowKind } from "./answer.ts";
import { kpis, type KpiId } from "./catalogue.ts";
import { keep } from "./kept.server.ts";
import { Params } from "./params.ts";
import type { Period } from "./period.ts";

export async function metaOf(warehouse: Warehouse, shop: string): Promise<ShopMeta> {
  const meta = await warehouse.meta(shop);
  if (meta === null) throw new ShopNotReady(shop);
  return meta;
}

/** All orders of every customer are known, be it by what stands for older ones. */
export const isWhole = ({ history, opening_day: opening }: ShopMeta): boolean =>
  history === "complete" || (history === "retention" && opening !== null);

/** True for an instant or a first day of which only sums are kept. */
export const isBeforeOpening = ({ history, opening_day: opening }: ShopMeta, day: string): boolean =>
  history === "retention" && opening !== null && day < opening;

/** Why a figure of a period cannot be told from what is loaded. Segments are judged by orders ever, so they need all of them. */
export function blockedBy(meta: ShopMeta, id: KpiId, period: Period, row: RowKind): Reason | null {
  if (isWhole(meta)) return isBeforeOpening(meta, period.from) ? "history_not_kept" : null;
  if (meta.history === "customers_hidden") {
    // New orders do not name their customers, so that only sums over all orders are whole.
    const scopes: readonly string[] = kpis[id].needs.scopes;
    if (row !== "total" || scopes.includes("read_customers")) return "customers_hidden";
    if (meta.loaded_from === null) return null;
  }
  if (meta.history === "empty" || kpis[id].needs.history === "complete") return missingHistory(meta);
  if (row !== "total" && row !== "guest") return missingHistory(meta);
  return meta.loaded_from === null || period.from < meta.loaded_from ? missingHistory(meta) : null;
}

/** Why what needs all orders and their customers is not there. */
export const missingHistory = ({ history }: ShopMeta): Reason =>
  history === "retention"
    ? "history_not_kept"
    : history === "customers_hidden"
      ? "customers_hidden"
      : "history_incomplete";

/** The day of the first order; null while there is none. */
export async function firstOrderDay(
  warehouse: Warehouse,
  shop: string,
  dataVersion: number,
): Promise<string | null> {
  const key = JSON.stringify(["first_day", shop, dataVersion]);
  return keep(warehouse, key, async () => {
    const sql = "SELECT MIN(local_day) AS first_day FROM activity WHERE placed";
    return (await warehouse.query<{ first_day: string | null }>(shop, sql))[0]?.first_day ?? null;
  });
}

/** Different customers with an order in the days, as far as they are loaded. */
export async function buyersIn(
  warehouse: Warehouse,
  shop: string,
  dataVersion: number,
  { from, to }: Period,
): Promise<number> {
  const key = JSON.stringify(["buyers", shop, dataVersion, from, to]);
  return keep(warehouse, key, async () => {
    const params = new Params();
    const sql = `SELECT COUNT(DISTINCT customer_id) AS buyers FROM activity
WHERE placed AND local_day >= ${params.day(from)} AND local_day < ${params.day(to)}`;
    return (await warehouse.query<{ buyers: number }>(shop, sql, params.values))[0]?.buyers ?? 0;
  });
}
