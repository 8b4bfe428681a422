// Month by month: Shopify's own figures, ours of the same instant, and what they differ by; kept until the next asking.
import { Temporal } from "temporal-polyfill";
import { z } from "zod";
import type { PrismaClient } from "../../prisma/generated/client.ts";
import { clockOver } from "../warehouse/clock.ts";
import { sourceCoverage } from "../warehouse/coverage.ts";
import type { SyncContext } from "../sync/context.ts";
import { causesByMonth, createdByMonth, lateOrders, ORDERS_NAMED, oursByMonth } from "./causes.ts";
import { type Cause, explain, nothing } from "./explain.ts";
import { askFigures, type Figures, type Month } from "./figures.ts";
import { epochOf } from "../sync/loading/last-read.ts";
import { type UnreadableOrder, unreadableOrders } from "../sync/loading/unreadable-records.ts";
import { readFirstOrderAt } from "../shopify/shop-settings.ts";
import { sweepAndNote } from "../sync/reading/sweep.ts";
import { localDay } from "../sync/reading/windows.ts";
import { orders } from "../sync/resources/orders.ts";

/** Asks Shopify, brings the copy up to that instant, and holds one against the other. */
export async function compareMonths(context: SyncContext, scopes: ReadonlySet<string>): Promise<void> {
  const { admin, db, shop, copy } = context;
  const meta = await copy.meta();
  if (meta === null) return;
  const askedAt = context.now();
  const { state, from_day: from } = sourceCoverage(meta, orders.name);
  const months = await monthsOf(context, meta.time_zone, askedAt);
  const shopify = await askFigures(admin, months, { scopes, decimals: meta.decimals });
  await sweepAndNote(context);

  const clock = await clockOver((sql) => copy.query(sql), meta.time_zone, {
    orders: ["created_at"],
  });
  const asking = { copy, shop, askedAt: askedAt.toISOString(), clock };
  const report = shopify.source === "sales_report";
  const ours = report ? await oursByMonth(asking) : await createdByMonth(asking);
  const causes = report ? await causesByMonth(asking) : await lateOrders(asking);
  for (const order of await unreadableOrders(context))
    addUnreadable(causes, order, { report, timeZone: meta.time_zone });
  const none: Figures = report ? nothing() : { orders: 0 };
  const rows = months.map(({ month }) => {
    const theirs = shopify.months.get(month) ?? none;
    const mine = report ? (ours.get(month) ?? none) : { orders: ours.get(month)?.orders ?? 0 };
    const whole = state === "complete" || (from !== null && `${month}-01` >= from);
    const { verdict, parts } = explain(theirs, mine, causes.get(month) ?? []);
    return {
      shop,
      month,
      askedAt,
      source: shopify.source,
      reason: shopify.reason,
      verdict: whole ? verdict : "not_comparable",
      shopify: { ...theirs },
      ours: { ...mine },
      parts: (whole ? parts : []).map((part) => ({
        ...part,
        amounts: { ...part.amounts },
        orders: part.orders.map((order) => ({ ...order })),
      })),
    };
  });
  await db.$transaction([
    db.monthFigures.deleteMany({ where: { shop } }),
    db.monthFigures.createMany({ data: rows }),
  ]);
}

/** Orders before the day have left the copy: months that are not wholly here can't be compared any more. */
export async function monthsCutAt(
  db: Pick<PrismaClient, "monthFigures">,
  shop: string,
  day: string,
): Promise<void> {
  const rows = await db.monthFigures.findMany({ where: { shop, month: { lte: day.slice(0, 7) } } });
  for (const { month, ours } of rows) {
    if (`${month}-01` >= day) continue;
    const isGone = month < day.slice(0, 7);
    const none = Object.fromEntries(Object.keys(figures.parse(ours)).map((name) => [name, 0]));
    await db.monthFigures.update({
      where: { shop_month: { shop, month } },
      data: { verdict: "not_comparable", parts: [], ...(isGone ? { ours: none } : {}) },
    });
  }
}

const figures = z.record(z.string(), z.unknown());

/** Of an order that is not here nothing is known but when it was made, and that the report would count it. */
function addUnreadable(
  causes: Map<string, Cause[]>,
  { id, name, createdAt, test }: UnreadableOrder,
  { report, timeZone }: { report: boolean; timeZone: string },
): void {
  if (report && test) return;
  const month = localDay(createdAt, timeZone).toPlainYearMonth().toString();
  const others = causes.get(month) ?? [];
  const known = others.find((cause) => cause.id === "set_aside");
  causes.set(month, [
    ...others.filter((cause) => cause !== known),
    {
      id: "set_aside",
      amounts: { ...nothing(), orders: (known?.amounts.orders ?? 0) + 1 },
      orders: [...(known?.orders ?? []), { id, name }].slice(0, ORDERS_NAMED),
    },
  ]);
}

/** Nobody made an order in Shopify before. */
const SHOPIFY_SINCE = new Date("2006-01-01T00:00:00Z");

/**
 * Every month of the shop's clock from the creation of the first order, as Shopify or the copy knows it, to the present
 * one. When it was placed anybody may say who imports it, be it in the year 1.
 */
async function monthsOf({ admin, copy }: SyncContext, timeZone: string, now: Date): Promise<Month[]> {
  const firstOrderAt = await readFirstOrderAt(admin);
  const [held] = await copy.query<{ created_at: string | null }>(
    "SELECT min(created_at) AS created_at FROM orders",
  );
  const instants = [epochOf(held?.created_at ?? null), Date.parse(firstOrderAt ?? "")].filter(
    (instant) => !Number.isNaN(instant),
  );
  const first =
    instants.length === 0
      ? null
      : localDay(new Date(Math.max(SHOPIFY_SINCE.getTime(), Math.min(...instants))), timeZone);
  const last = localDay(now, timeZone).toPlainYearMonth();
  const months: Month[] = [];
  if (!first) return months;
  const start = (month: Temporal.PlainYearMonth) =>
    new Date(month.toPlainDate({ day: 1 }).toZonedDateTime(timeZone).epochMilliseconds);
  for (
    let month = first.toPlainYearMonth();
    Temporal.PlainYearMonth.compare(month, last) <= 0;
    month = month.add({ months: 1 })
  )
    months.push({ month: month.toString(), from: start(month), to: start(month.add({ months: 1 })) });
  return months;
}
