// A shop as a report sees it: a view of its data, its day, and the language, currency and clock of its figures.
import type { ShownNote } from "../calendar/annotation.ts";
import type { ShopCalendar } from "../calendar/calendar.server.ts";
import type { BusinessCalendar } from "../kpis/business-calendar.ts";
import type { EventCalendar } from "../kpis/events.ts";
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
  events: EventCalendar;
  /** By which its periods are told; null: the usual one. */
  business: BusinessCalendar | null;
  /** What was written down of its days, by whomever, the earliest first. */
  annotations: readonly ShownNote[];
}

/** Null while nothing of the shop has arrived. */
export function reportedShop(
  view: ShopView | null,
  { locale, now, calendar }: { locale: string; now: Date; calendar: ShopCalendar },
): ReportedShop | null {
  if (view === null || sourceCoverage(view.meta, "orders").state === "empty") return null;
  const { meta, copy } = view;
  return {
    view,
    shop: copy.shop,
    meta,
    now,
    ...{ events: calendar.events, business: calendar.business, annotations: notesOf(calendar) },
    place: { locale, currency: meta.currency, decimals: meta.decimals, timeZone: meta.time_zone },
    today: civilDay(now, meta.time_zone),
  };
}

const notesOf = ({ annotations, others }: ShopCalendar): ShownNote[] =>
  [...annotations.map((note) => ({ ...note, origin: "own" as const })), ...others].sort((one, other) =>
    one.from < other.from ? -1 : one.from > other.from ? 1 : 0,
  );

/** Whether there is anything to report. */
export const hasFigures = ({ view }: ReportedShop): Promise<boolean> => hasOrders(view);
