// The year that the demo shows. A shop whose orders have ended long ago, as in an old export, is shown in its own last year:
// of the last 30 days, with which the app opens, it has nothing.
import { Temporal } from "temporal-polyfill";
import type { Shop } from "../../shopify/shop.ts";

export interface ShownPeriod {
  /** Days of the shop, both included. */
  from: string;
  to: string;
  /** The orders end before the last 30 days. */
  ended: boolean;
}

const RECENT_DAYS = 30;

export function shownPeriod(shop: Shop, now = Temporal.Now.instant()): ShownPeriod {
  const today = now.toZonedDateTimeISO(shop.timeZone).toPlainDate();
  const { last } = span(shop);
  const ended = last !== null && Temporal.PlainDate.compare(last, today.subtract({ days: RECENT_DAYS })) < 0;
  return ended
    ? { from: last.subtract({ years: 1 }).add({ days: 1 }).toString(), to: last.toString(), ended }
    : { from: today.subtract({ years: 1 }).toString(), to: today.toString(), ended: false };
}

/** What a file has brought, in one sentence. */
export function described(shop: Shop, { to, ended }: ShownPeriod): string {
  const { first, last } = span(shop);
  const many = (count: number, one: string) =>
    `${count.toLocaleString("en")} ${one}${count === 1 ? "" : "s"}`;
  const found = `${many(shop.orders.size, "order")} of ${many(shop.customers.size, "customer")} in ${shop.currency}, from ${String(first)} to ${String(last)}.`;
  return ended
    ? `${found} The file ends before the last 30 days: what is shown are the 12 months up to ${to}.`
    : found;
}

function span(shop: Shop): { first: Temporal.PlainDate | null; last: Temporal.PlainDate | null } {
  let [first, last] = ["9", ""];
  for (const { processedAt, agreements } of shop.orders.values()) {
    if (processedAt < first) first = processedAt;
    for (const { happenedAt } of agreements) if (happenedAt > last) last = happenedAt;
  }
  const day = (instant: string) =>
    Temporal.Instant.from(instant).toZonedDateTimeISO(shop.timeZone).toPlainDate();
  return last === "" ? { first: null, last: null } : { first: day(first), last: day(last) };
}
