// How long a shop's orders are kept, by the merchant's choice: which day that is now, taking out what is older, and reading
// it again after a longer choice. Orders count by the day they were placed; Shopify itself keeps them all.
import type { Shop } from "../../prisma/generated/client.ts";
import type { ShopMeta } from "../warehouse/warehouse.server.ts";
import { log } from "../log.server.ts";
import { grantedScopes, type SyncContext } from "./context.ts";
import { orders } from "./orders.ts";
import { localDay } from "./windows.ts";

export interface Kept {
  /** First local day of which orders are kept, YYYY-MM-DD. */
  day: string;
  /** Its beginning. */
  from: Date;
}

type Choice = Pick<Shop, "keepMonths" | "timeZone">;
type Known = Pick<SyncContext, "db" | "shop" | "now">;

/** Null while everything is kept, or before the shop's clock is known. */
export function keptDay({ keepMonths, timeZone }: Choice, now: Date): Kept | null {
  if (keepMonths === null || timeZone === null) return null;
  const day = localDay(now, timeZone).subtract({ months: keepMonths });
  return { day: day.toString(), from: new Date(day.toZonedDateTime(timeZone).epochMilliseconds) };
}

export async function keptFrom({ db, shop, now }: Known): Promise<Kept | null> {
  const row = await db.shop.findUnique({ where: { domain: shop } });
  return row && keptDay(row, now());
}

/** There are orders in Shopify that the choice leaves out: the copy is no longer all there is. */
export async function noteTrimmed(context: Known & Pick<SyncContext, "warehouse">): Promise<void> {
  const { db, shop, warehouse } = context;
  const { count } = await db.shop.updateMany({
    where: { domain: shop, historyTrimmed: false },
    data: { historyTrimmed: true },
  });
  if (count > 0 && (await warehouse.meta(shop))?.history === "complete")
    await warehouse.setMeta(shop, await settledHistory(context));
}

/** What is left out of a first sync that has ended, and how its history is to be called; hidden customers leave out most. */
export async function settledHistory(
  context: Known & Pick<SyncContext, "warehouse">,
): Promise<Partial<Pick<ShopMeta, "history" | "loaded_from">>> {
  const { db, shop, warehouse } = context;
  const row = await db.shop.findUniqueOrThrow({ where: { domain: shop } });
  if (!grantedScopes(row.scopes).has("read_customers")) return { history: "customers_hidden" };
  const kept = keptDay(row, context.now());
  if (row.historyLimited) {
    const before = (await warehouse.meta(shop))?.loaded_from ?? null;
    const cut = kept !== null && row.historyTrimmed && (before === null || before < kept.day);
    return { history: "sixty_days", ...(cut ? { loaded_from: kept.day } : {}) };
  }
  return kept !== null && row.historyTrimmed
    ? { history: "retention", loaded_from: kept.day }
    : { history: "complete", loaded_from: null };
}

const isLonger = (months: number | null, than: number | null): boolean =>
  than !== null && (months === null || months > than);

/**
 * Brings the copy in line with the merchant's choice. Nothing of what is taken out stays in the warehouse's files.
 * @returns whether older orders are to be read again by a first sync
 */
export async function applyRetention(context: SyncContext): Promise<{ reread: boolean }> {
  const { db, shop, warehouse } = context;
  const row = await db.shop.findUniqueOrThrow({ where: { domain: shop } });
  if ((await warehouse.meta(shop)) === null) return { reread: false };
  if (isLonger(row.keepMonths, row.keptMonths) && row.historyTrimmed) {
    // All windows anew, not only older ones: an order that was imported late is old in a new window.
    await db.$transaction([
      db.syncWindow.deleteMany({ where: { shop } }),
      db.shop.update({
        where: { domain: shop },
        data: {
          keptMonths: row.keepMonths,
          historyTrimmed: false,
          firstSyncFinishedAt: null,
          ordersExpected: null,
        },
      }),
    ]);
    return { reread: true };
  }
  const kept = keptDay(row, context.now());
  if (kept !== null) await forget(context, row, kept);
  await db.shop.update({ where: { domain: shop }, data: { keptMonths: row.keepMonths } });
  return { reread: false };
}

async function forget(context: SyncContext, row: Shop, kept: Kept): Promise<void> {
  const { db, shop, warehouse } = context;
  await db.syncWindow.deleteMany({
    where: {
      shop,
      resource: orders.name,
      state: "planned",
      bulkOperationId: null,
      toAt: { lte: kept.from },
    },
  });
  // While orders still arrive, a customer without one may only be early.
  if (row.firstSyncFinishedAt === null) return;
  const gone = await warehouse.forgetBefore(shop, kept.day);
  if (gone.orders > 0) await db.shop.update({ where: { domain: shop }, data: { historyTrimmed: true } });
  const history = await settledHistory(context);
  const meta = await warehouse.meta(shop);
  const differs = Object.entries(history).some(([name, value]) => meta?.[name as keyof ShopMeta] !== value);
  if (differs) await warehouse.setMeta(shop, history);
  if (gone.orders + gone.customers > 0) {
    log.info({ shop, ...gone }, "orders older than are kept were removed");
    if (!(await warehouse.rewrite(shop))) throw new StillRead(shop);
  }
}

/** A file that is being read cannot be swapped. The job that wanted to comes again. */
export class StillRead extends Error {
  constructor(shop: string) {
    super(`${shop}'s data were still being read; the removal is tried again.`);
  }
}
