// A shop as a report sees it: a view of its data, its day, and the language, currency and clock of its figures.
import { hasOrders } from "../kpis/loaded.server.ts";
import { sourceCoverage } from "../warehouse/coverage.ts";
import type { ShopMeta, ShopView } from "../warehouse/warehouse.server.ts";
import { civilDay, type Place } from "./wording.server.ts";

export interface ReportedShop {
  view: ShopView;
  shop: string;
  meta: ShopMeta;
  place: Place;
  now: Date;
  /** The shop's civil day. */
  today: string;
}

/** Null while nothing of the shop has arrived. */
export function reportedShop(
  view: ShopView | null,
  { locale, now }: { locale: string; now: Date },
): ReportedShop | null {
  if (view === null || sourceCoverage(view.meta, "orders").state === "empty") return null;
  const { meta, copy } = view;
  return {
    view,
    shop: copy.shop,
    meta,
    now,
    place: { locale, currency: meta.currency, decimals: meta.decimals, timeZone: meta.time_zone },
    today: civilDay(now, meta.time_zone),
  };
}

/** Whether there is anything to report. */
export const hasFigures = ({ view }: ReportedShop): Promise<boolean> => hasOrders(view);
