// A shop's copy read from Shopify once more, beside the one in use, which serves until the new one is whole: a first sync
// whose rows go into a namespace of its own, and at its end the exchange.
import type { PrismaClient, Shop } from "../../prisma/generated/client.ts";
import { BadInput } from "../errors.ts";
import { log } from "../log.server.ts";
import { apart } from "../warehouse/namespace.ts";
import type { ShopMeta, Warehouse } from "../warehouse/warehouse.server.ts";
import type { SyncContext } from "./context.ts";
import { advanceFirstSync, type Turn } from "./first-sync.ts";
import { resources } from "./resources.ts";
import { settledHistory } from "./retention.ts";

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
  await db.$transaction([
    db.syncWindow.deleteMany({ where: { shop } }),
    db.shop.update({
      where: { domain: shop },
      data: {
        rebuildStartedAt: now,
        firstSyncStartedAt: null,
        firstSyncFinishedAt: null,
        firstSyncError: null,
        ordersExpected: null,
      },
    }),
  ]);
}

/** The tables of a new release hold more of what this app reads than a copy was told; a copy that is read whole is not marked. */
export const mustBeReadAnew = (meta: ShopMeta | null): boolean => {
  const due = meta?.read_anew?.split(" ") ?? [];
  return resources.some(({ name }) => due.includes(name));
};

/** One turn of whichever the shop is in. Safe to call again at any time and after any crash. */
export async function advanceFirstSyncOrRebuild(context: SyncContext): Promise<Turn> {
  const row = await context.db.shop.findUniqueOrThrow({ where: { domain: context.shop } });
  const { warehouse, shop, db } = context;
  // What is in the making begins again: part of it was read for the tables of before.
  const made = row.rebuildStartedAt === null ? shop : apart(shop);
  if (row.firstSyncFinishedAt === null && mustBeReadAnew(await warehouse.meta(made)))
    await warehouse.drop(made);
  if (row.rebuildStartedAt === null) return advanceFirstSync(context);
  // What an earlier attempt left.
  if (row.firstSyncStartedAt === null && row.firstSyncFinishedAt === null) await warehouse.drop(apart(shop));
  const opening = await carriedFrom(context, row);
  const turn = await advanceFirstSync({
    ...context,
    warehouse: seenApart(warehouse, shop),
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
async function carriedFrom({ warehouse, shop }: SyncContext, row: Shop): Promise<Date | undefined> {
  if (!row.historyTrimmed || !row.keepSums) return undefined;
  const meta = await warehouse.meta(shop).catch((error: unknown) => {
    log.warn({ shop, err: error }, "the sums of the old copy cannot be read: they are worked out anew");
    return null;
  });
  return meta?.opening_at ? new Date(`${meta.opening_at.replace(" ", "T")}Z`) : undefined;
}

async function exchange(context: SyncContext, row: Shop): Promise<void> {
  const { db, warehouse, shop } = context;
  // Without the new one it took place already, before a crash.
  if ((await warehouse.meta(apart(shop))) !== null) {
    await bringRemovals(warehouse, shop, row.rebuildStartedAt ?? new Date(0));
    if ((await carriedFrom(context, row)) !== undefined) {
      await warehouse.carryOpening(shop);
      const settled = await settledHistory({ ...context, warehouse: seenApart(warehouse, shop) });
      await warehouse.setMeta(apart(shop), settled);
    }
    await warehouse.replace(shop);
    log.info({ shop }, "the copy made anew is in use");
  }
  await db.shop.update({ where: { domain: shop }, data: { rebuildStartedAt: null } });
}

/** What was found gone while the new copy was being read may have been read before it went. */
async function bringRemovals(warehouse: Warehouse, shop: string, since: Date): Promise<void> {
  const text = since.toISOString().replace("T", " ").replace("Z", "");
  const rows = await warehouse
    .query<{ kind: string; id: number; read_at: string }>(
      shop,
      "SELECT kind, id, read_at FROM removed WHERE read_at >= CAST($1 AS TIMESTAMP)",
      [text],
    )
    .catch((error: unknown) => {
      // The copy in use may be the very thing that is broken.
      log.warn({ shop, err: error }, "removals of the old copy cannot be read");
      return [];
    });
  const idsAt = (kind: string, at: string) =>
    rows.filter((row) => row.kind === kind && row.read_at === at).map((row) => row.id);
  for (const at of new Set(rows.map((row) => row.read_at)))
    await warehouse.merge(apart(shop), {
      files: [],
      stages: [],
      readAt: `${at.replace(" ", "T")}Z`,
      removedOrders: idsAt("order", at),
      removedCustomers: idsAt("customer", at),
    });
}

/** The warehouse in which the shop's namespace is the one being made. */
function seenApart(warehouse: Warehouse, shop: string): Warehouse {
  const name = (asked: string) => (asked === shop ? apart(shop) : asked);
  const redirected: Partial<Warehouse> = {
    query: (asked, ...rest) => warehouse.query(name(asked), ...rest),
    stream: (asked, ...rest) => warehouse.stream(name(asked), ...rest),
    meta: (asked) => warehouse.meta(name(asked)),
    setMeta: (asked, change) => warehouse.setMeta(name(asked), change),
    merge: (asked, load) => warehouse.merge(name(asked), load),
    compare: (asked, listing) => warehouse.compare(name(asked), listing),
    eraseCustomers: (asked, ...rest) => warehouse.eraseCustomers(name(asked), ...rest),
    forgetBefore: (asked, ...rest) => warehouse.forgetBefore(name(asked), ...rest),
    joinOpenings: (asked, joined) => warehouse.joinOpenings(name(asked), joined),
    rewrite: (asked) => warehouse.rewrite(name(asked)),
    relocalise: (asked, timeZone) => warehouse.relocalise(name(asked), timeZone),
    compact: (asked, options) => warehouse.compact(name(asked), options),
    counts: (asked) => warehouse.counts(name(asked)),
    drop: (asked) => warehouse.drop(name(asked)),
  };
  return Object.assign(Object.create(warehouse) as Warehouse, redirected);
}
