// Brings the copy in line with the merchant's choice of how long orders are kept: takes out what is older, or has it read again
// where the choice needs it.
import type { Shop } from "../../../prisma/generated/client.ts";
import { timestampOf } from "../../warehouse/values.ts";
import type { ShopCopy, ShopMeta } from "../../warehouse/warehouse.server.ts";
import { log } from "../../log.server.ts";
import type { SyncContext } from "../context.ts";
import { orders } from "../resources/orders.ts";
import { leftOutIsWanted, retentionFollowed, trimmed } from "../shop/copy-row.ts";
import { isNews, isSummable, ofOrders, settledCoverage } from "./coverage.ts";
import { type Kept, keptDay } from "./left-out.ts";

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
  const reached = after && ofOrders(after);
  return { reread: false, from: reached?.state === "retention" ? reached.from_day : null };
}

/** What was left out is wanted: the orders themselves, or their sums, which are worked out from them. */
const needsOlder = (row: Shop, meta: ShopMeta): boolean =>
  isLonger(row.keepMonths, row.keptMonths) ||
  (row.keepMonths !== null &&
    row.keepSums &&
    meta.opening_day === null &&
    ofOrders(meta).state === "retention");

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
  const sums = row.keepSums && isSummable(before);
  const from = kept.from.toISOString();
  // Noted first: a process that ends in between must not leave a copy that looks whole.
  if (!row.historyTrimmed && (await countBefore(copy, from)) > 0) await trimmed(db, shop);
  const gone = await copy.forgetBefore({ day: kept.day, from }, sums ? "sums" : "nothing");
  const settled = await settledCoverage(context);
  const meta = await copy.meta();
  if (meta !== null && isNews(settled, meta)) await copy.setMeta(settled);
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
