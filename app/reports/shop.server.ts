// A shop as a report sees it: its copy of the data, its day, and the language, currency and clock of its figures.
import { StartsAnew } from "../errors.ts";
import type { ShopMeta, Warehouse } from "../warehouse/warehouse.server.ts";
import { civilDay, type Place } from "./wording.server.ts";

export interface ReportedShop {
  warehouse: Warehouse;
  shop: string;
  meta: ShopMeta;
  place: Place;
  now: Date;
  /** The shop's civil day. */
  today: string;
}

/** Null while nothing of the shop has arrived. */
export async function reportedShop(
  warehouse: Warehouse,
  shop: string,
  { locale, now }: { locale: string; now: Date },
): Promise<ReportedShop | null> {
  const meta = await warehouse.meta(shop);
  if (meta === null || meta.history === "empty") return null;
  return {
    warehouse,
    shop,
    meta,
    now,
    place: { locale, currency: meta.currency, decimals: meta.decimals, timeZone: meta.time_zone },
    today: civilDay(now, meta.time_zone),
  };
}

/**
 * A view of the shop, unless its copy was replaced by one in another currency while it was made: then its figures could
 * be of one currency and its signs of the other.
 * @throws StartsAnew
 */
export async function inItsCurrency<T>(
  { warehouse, shop, meta }: ReportedShop,
  view: T | Promise<T>,
): Promise<T> {
  const made = await view;
  if ((await warehouse.meta(shop))?.currency !== meta.currency) throw new StartsAnew(shop);
  return made;
}
