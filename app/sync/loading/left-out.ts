// Which day the merchant's choice of how long orders are kept is now, and what of a resource is not taken in therefore. Orders
// count by the day they were placed; Shopify itself keeps them all. Where sums are kept, all orders are read first: only from
// them can the sums be worked out.
import type { Shop } from "../../../prisma/generated/client.ts";
import type { SyncContext } from "../context.ts";
import { localDay } from "../reading/windows.ts";
import type { Resource } from "../resources/resource.ts";

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

/**
 * Orders placed before are not to be taken in. Null also where sums stand for them: the tables tell these by themselves, and
 * take what is booked of them later.
 */
export async function leftOutBefore(
  context: Known & Pick<SyncContext, "copy" | "opening">,
): Promise<Date | null> {
  const { db, shop, now } = context;
  const row = await db.shop.findUnique({ where: { domain: shop } });
  const kept = row && keptDay(row, now());
  if (kept === null) return null;
  if (!row?.keepSums) return kept.from;
  // Sums could not be made of what had been read; older orders had to go without.
  const without = row.historyTrimmed && !context.opening && (await openingOf(context)) === null;
  return without ? kept.from : null;
}

/** Nodes of the resource that were created before, and orders that were placed before, are not to be taken in. */
export async function leftOutOf(
  context: Known & Pick<SyncContext, "copy" | "opening">,
  { merge }: Resource,
): Promise<Date | null> {
  if (merge === "ledger") return leftOutBefore(context);
  if (merge.keptBy === null) return null;
  const row = await context.db.shop.findUnique({ where: { domain: context.shop } });
  return (row && keptDay(row, context.now())?.from) ?? null;
}

const openingOf = async ({ copy }: Pick<SyncContext, "copy">) => (await copy.meta())?.opening_day ?? null;
