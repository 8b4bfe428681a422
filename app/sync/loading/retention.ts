// How long a shop's orders are kept, by the merchant's choice: which day that is now, taking out what is older, and reading
// it again after a choice that needs it. Orders count by the day they were placed; Shopify itself keeps them all. Where
// sums are kept, all orders are read first: only from them can the sums be worked out.
import type { Shop } from "../../../prisma/generated/client.ts";
import { instantOf, timestampOf } from "../../warehouse/values.ts";
import type { ShopCopy, ShopMeta } from "../../warehouse/warehouse.server.ts";
import { log } from "../../log.server.ts";
import { grantedScopes, type SyncContext } from "../context.ts";
import { orders } from "../resources/orders.ts";
import type { Resource } from "../resources/resource.ts";
import { localDay } from "../reading/windows.ts";
import { leftOutIsWanted, retentionFollowed, trimmed } from "../shop/copy-row.ts";

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

/** There are orders in Shopify that the choice leaves out: the copy is no longer all there is. */
export async function noteTrimmed(context: Known & Pick<SyncContext, "copy">): Promise<void> {
  const { db, shop, copy } = context;
  const { count } = await trimmed(db, shop);
  if (count > 0 && (await copy.meta())?.history === "complete")
    await copy.setMeta(await settledHistory(context));
}

/** What is left out of a first sync that has ended, and how its history is to be called; hidden customers leave out most. */
export async function settledHistory(
  context: Known & Pick<SyncContext, "copy">,
): Promise<Partial<Pick<ShopMeta, "history" | "loaded_from" | "customers_known_to">>> {
  const { db, shop, copy } = context;
  const row = await db.shop.findUniqueOrThrow({ where: { domain: shop } });
  const meta = await copy.meta();
  if (!grantedScopes(row.scopes).has("read_customers"))
    return {
      history: "customers_hidden",
      ...(meta?.history === "customers_hidden" ? {} : { customers_known_to: customersKnownTo(row, meta) }),
    };
  return { ...shownHistory(row, meta, keptDay(row, context.now())), customers_known_to: null };
}

/** An order placed before customers were hidden may have been read after; what the last sweep found had been read before. */
function customersKnownTo({ lostScopesAt }: Shop, meta: ShopMeta | null): string | null {
  const isWhole = meta?.history === "complete" || meta?.opening_day != null;
  if (!isWhole || !meta?.fresh_at || lostScopesAt === null) return null;
  const fresh = instantOf(meta.fresh_at);
  return (fresh < lostScopesAt ? fresh : lostScopesAt).toISOString();
}

function shownHistory(
  row: Shop,
  meta: ShopMeta | null,
  kept: Kept | null,
): Pick<ShopMeta, "history"> & Partial<Pick<ShopMeta, "loaded_from">> {
  if (row.historyLimited) {
    const before = meta?.loaded_from ?? null;
    const cut = kept !== null && row.historyTrimmed && (before === null || before < kept.day);
    return { history: "sixty_days", ...(cut ? { loaded_from: kept.day } : {}) };
  }
  // By what the tables hold, not by a choice that they have not been brought in line with.
  if (meta?.opening_day) return { history: "retention", loaded_from: meta.opening_day };
  if (!row.historyTrimmed) return { history: "complete", loaded_from: null };
  return { history: "retention", loaded_from: kept?.day ?? meta?.loaded_from ?? null };
}

const isLonger = (months: number | null, than: number | null): boolean =>
  than !== null && (months === null || months > than);

/** What came of it: everything is read again; or from which day on orders are here, where older ones are not kept. */
export interface Retained {
  reread: boolean;
  from: string | null;
}

/**
 * Brings the copy in line with the merchant's choice. Nothing of what is taken out stays in the warehouse's files.
 * @returns whether older orders are to be read again by a first sync
 */
export async function applyRetention(context: SyncContext): Promise<Retained> {
  const { db, shop, copy } = context;
  const row = await db.shop.findUniqueOrThrow({ where: { domain: shop } });
  const meta = await copy.meta();
  if (meta === null) return { reread: false, from: null };
  if (row.historyTrimmed && needsOlder(row, meta)) {
    await readAllAnew(context, row);
    return { reread: true, from: null };
  }
  const kept = keptDay(row, context.now());
  if (kept !== null) await forget(context, row, kept);
  await retentionFollowed(db, row);
  const after = await copy.meta();
  return { reread: false, from: after?.history === "retention" ? after.loaded_from : null };
}

/** What was left out is wanted: the orders themselves, or their sums, which are worked out from them. */
const needsOlder = (row: Shop, meta: ShopMeta): boolean =>
  isLonger(row.keepMonths, row.keptMonths) ||
  (row.keepMonths !== null && row.keepSums && meta.opening_day === null && meta.history === "retention");

/**
 * The whole history is read beside the copy in use, as in a rebuild: what can be told stays told, and the sums it is told
 * from go with that copy at the moment the new one is whole. All windows anew, not only older ones: an order that was
 * imported late is old in a new window.
 */
async function readAllAnew({ db, shop, now }: SyncContext, row: Shop): Promise<void> {
  await db.$transaction([db.syncWindow.deleteMany({ where: { shop } }), leftOutIsWanted(db, row, now())]);
}

async function forget(context: SyncContext, row: Shop, kept: Kept): Promise<void> {
  const { db, shop, copy } = context;
  if (!row.keepSums)
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
  const before = await copy.meta();
  // Sums of a part of a customer's orders would be wrong for ever.
  const sums = row.keepSums && (before?.history === "complete" || before?.opening_day != null);
  const from = kept.from.toISOString();
  // Noted first: a process that ends in between must not leave a copy that looks whole.
  if (!row.historyTrimmed && (await countBefore(copy, from)) > 0) await trimmed(db, shop);
  const gone = await copy.forgetBefore({ day: kept.day, from }, sums ? "sums" : "nothing");
  const history = await settledHistory(context);
  const meta = await copy.meta();
  const differs = Object.entries(history).some(([name, value]) => meta?.[name as keyof ShopMeta] !== value);
  if (differs) await copy.setMeta(history);
  if (gone.orders + gone.customers + gone.records > 0 || before?.opening_day !== meta?.opening_day) {
    log.info({ shop, ...gone }, "what is older than is kept was removed");
    if (!(await copy.rewrite())) throw new StillRead(shop);
  }
}

/** Orders that are here and were placed before the UTC ISO instant. */
export async function countBefore(copy: ShopCopy, from: string): Promise<number> {
  const [row] = await copy.query<{ n: number }>(
    "SELECT count(*) AS n FROM orders WHERE placed_at < CAST($1 AS TIMESTAMP)",
    [timestampOf(from)],
  );
  return row?.n ?? 0;
}

/** A file that is being read cannot be swapped. The job that wanted to comes again. */
export class StillRead extends Error {
  constructor(shop: string) {
    super(`${shop}'s data were still being read; the removal is tried again.`);
  }
}
