// A shop's copy read from Shopify once more, beside the one in use, which serves until the new one is whole: a first sync
// whose rows go into a namespace of its own, and at its end the exchange.
import type { PrismaClient, Shop } from "../../../prisma/generated/client.ts";
import { BadInput, CopyBroken } from "../../errors.ts";
import { log } from "../../log.server.ts";
import { instantOf, timestampOf } from "../../warehouse/values.ts";
import type { CopyInUse, ShopMeta } from "../../warehouse/warehouse.server.ts";
import type { ShopContext } from "../context.ts";
import { advanceFirstSync, type Turn } from "./first-sync.ts";
import { resources } from "../resources/resources.ts";
import { settledCoverage } from "../loading/coverage.ts";
import { rebuildBegun, rebuildDone } from "../shop/copy-row.ts";

/**
 * Notes that the shop's copy is to be made anew; its next first-sync job begins. One that is under way goes on.
 * @throws BadInput for a shop that is unknown, not installed, or still in its first sync
 */
export async function beginRebuild(db: PrismaClient, shop: string, now: Date): Promise<void> {
  const row = await db.shop.findUnique({ where: { domain: shop } });
  if (!row) throw new BadInput(`${shop} is not known here.`);
  if (row.uninstalledAt) throw new BadInput(`${shop} has uninstalled the app: it can no longer be read.`);
  if (row.rebuildStartedAt) return;
  if (!row.firstSyncFinishedAt) throw new BadInput(`${shop} is still in its first sync, which goes on.`);
  await db.$transaction([db.syncWindow.deleteMany({ where: { shop } }), rebuildBegun(db, shop, now)]);
}

/** The tables of a new release hold more of what this app reads than a copy was told; a copy that is read whole is not marked. */
export const mustBeReadAnew = (meta: ShopMeta | null): boolean => {
  const due = meta?.read_anew?.split(" ") ?? [];
  return resources.some(({ name }) => due.includes(name));
};

/** One turn of whichever the shop is in. Safe to call again at any time and after any crash. */
export async function advanceFirstSyncOrRebuild(context: ShopContext): Promise<Turn> {
  const row = await context.db.shop.findUniqueOrThrow({ where: { domain: context.shop } });
  const { copy, shop, db } = context;
  // What is in the making begins again: part of it was read for the tables of before.
  const made = row.rebuildStartedAt === null ? copy : copy.next;
  if (row.firstSyncFinishedAt === null && mustBeReadAnew(await made.meta())) await made.drop();
  if (row.rebuildStartedAt === null) return advanceFirstSync(context);
  // What an earlier attempt left.
  if (row.firstSyncStartedAt === null && row.firstSyncFinishedAt === null) await copy.next.drop();
  const opening = await carriedFrom(context, row);
  const turn = await advanceFirstSync({
    ...context,
    copy: copy.next,
    since: row.rebuildStartedAt,
    opening,
  });
  if (!turn.done) return turn;
  const after = await db.shop.findUniqueOrThrow({ where: { domain: shop } });
  // Done is also said of a shop that has left.
  if (after.firstSyncFinishedAt !== null && after.uninstalledAt === null) await exchange(context, after);
  return turn;
}

/** Where sums stand for older orders, which are not read: the instant. Not where all orders are read for a longer choice. */
async function carriedFrom({ copy, shop }: ShopContext, row: Shop): Promise<Date | undefined> {
  if (!row.historyTrimmed || !row.keepSums) return undefined;
  const meta = await copy.meta().catch((error: unknown) => {
    log.warn({ shop, err: error }, "the sums of the old copy cannot be read: they are worked out anew");
    return null;
  });
  return meta?.opening_at ? instantOf(meta.opening_at) : undefined;
}

async function exchange(context: ShopContext, row: Shop): Promise<void> {
  const { db, copy, shop } = context;
  // Without the new one it took place already, before a crash.
  if ((await copy.next.meta()) !== null) {
    await bringRemovals(copy, row.rebuildStartedAt ?? new Date(0));
    await bringForgotten(copy);
    if ((await carriedFrom(context, row)) !== undefined) {
      await copy.carryOpening();
      await copy.next.setMeta(await settledCoverage({ ...context, copy: copy.next }));
    }
    await copy.replace("mirrored");
    log.info({ shop }, "the copy made anew is in use");
  }
  await rebuildDone(db, shop);
}

/** What was found gone while the new copy was being read may have been read before it went. */
async function bringRemovals(copy: CopyInUse, since: Date): Promise<void> {
  const rows = await copy
    .query<{ kind: string; id: number; read_at: string }>(
      "SELECT kind, id, read_at FROM removed WHERE read_at >= CAST($1 AS TIMESTAMP)",
      [timestampOf(since)],
    )
    .catch((error: unknown) => {
      // The copy in use may be the very thing that is broken.
      log.warn({ shop: copy.shop, err: error }, "removals of the old copy cannot be read");
      return [];
    });
  const idsAt = (kind: string, at: string) =>
    rows.filter((row) => row.kind === kind && row.read_at === at).map((row) => row.id);
  for (const at of new Set(rows.map((row) => row.read_at))) {
    for (const { merge } of resources) {
      const removed = merge === "ledger" ? [] : idsAt(merge.kind, at);
      if (merge !== "ledger" && removed.length > 0)
        await copy.next.mergeKeyed({
          of: merge,
          files: [],
          stages: [],
          readAt: instantOf(at).toISOString(),
          removed,
        });
    }
    await copy.next.merge({
      files: [],
      stages: [],
      readAt: instantOf(at).toISOString(),
      removedOrders: idsAt("order", at),
      removedCustomers: idsAt("customer", at),
    });
  }
}

/** What only the copy in use still knows of. */
async function bringForgotten(copy: CopyInUse): Promise<void> {
  await copy.carryForgotten().catch((error: unknown) => {
    if (!(error instanceof CopyBroken)) throw error;
    log.warn({ shop: copy.shop, err: error }, "what Shopify has forgotten cannot be read in the old copy");
  });
}
