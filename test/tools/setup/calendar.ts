// The calendar of a shop whose staff has chosen nothing.
import type { ShopCalendar } from "../../../app/calendar/calendar.server.ts";
import { USUAL_EVENTS } from "../../../app/kpis/events.ts";

export const USUAL_CALENDAR: ShopCalendar = {
  events: USUAL_EVENTS,
  business: null,
  annotations: [],
  others: [],
  shopify: { readAt: null, writes: false, problem: null },
};
