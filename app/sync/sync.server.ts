// The front door of sync: the shop's parts are put together here from the process's database, warehouse and token.
import { rm } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { db } from "../db.server.ts";
import { env } from "../env.server.ts";
import { AccessRevoked, type Pause, ShopPaused, StartsAnew } from "../errors.ts";
import { log } from "../log.server.ts";
import { warehouse } from "../runtime.server.ts";
import { accessToken, API_VERSION } from "../shopify.server.ts";
import { adminApi } from "./admin-api.ts";
import { cancelBulk } from "./bulk.ts";
import { downloadsOf, grantedScopes, PAGED_UP_TO, type SyncContext, waiting } from "./context.ts";
import { advanceFirstSync, type Turn } from "./first-sync.ts";
import { endingPause, OPEN, pauseShop } from "./pause.ts";
import * as refetching from "./refetch.ts";
import { followSettings } from "./settings.ts";
import { type SyncState, syncStateOf } from "./state.ts";
import * as sweeping from "./sweep.ts";

export type { SyncState } from "./state.ts";

async function contextOf(shop: string, signal?: AbortSignal): Promise<SyncContext> {
  const wait = waiting(signal);
  const token = (options: { refused?: string }) => accessToken(shop, options);
  return {
    shop,
    db,
    warehouse: await warehouse(),
    admin: endingPause(db, adminApi({ shop, apiVersion: API_VERSION, token, wait, signal })),
    directory: downloadsOf(env().DATA_DIR, shop),
    now: () => new Date(),
    wait,
    signal,
    pagedUpTo: PAGED_UP_TO,
  };
}

/**
 * Opens the first sync of a new shop, and again that of a known one when a scope opened older orders or the warehouse no
 * longer has the shop. One that runs goes on.
 * @returns whether there is a first sync to run
 */
export async function beginFirstSync(shop: string): Promise<boolean> {
  const row = await db.shop.findUniqueOrThrow({ where: { domain: shop } });
  if (!row.firstSyncFinishedAt) return true;
  const lost = (await (await warehouse()).meta(shop)) === null;
  const opened = row.historyLimited && grantedScopes(row.scopes).has("read_all_orders");
  if (!lost && !opened) return false;
  await db.shop.update({
    where: { domain: shop },
    data: {
      firstSyncFinishedAt: null,
      ordersExpected: null,
      ...(lost ? { firstSyncStartedAt: null, sweptUntil: null } : {}),
    },
  });
  return true;
}

/**
 * One turn of the first sync; the caller comes back after `waitMs`. A failure is noted for the merchant to see.
 * @throws AccessRevoked, ApiUnavailable, BrokenFile
 */
export async function stepFirstSync(shop: string, signal?: AbortSignal): Promise<Turn> {
  try {
    if (!(await beginFirstSync(shop))) return { done: true };
    const turn = await advanceFirstSync(await contextOf(shop, signal));
    await db.shop.update({ where: { domain: shop }, data: { firstSyncError: null } });
    return turn;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    // These pass by themselves, and the page has words of its own for them.
    const passing = error instanceof ShopPaused || error instanceof StartsAnew;
    if (!signal?.aborted && !passing)
      await db.shop.updateMany({ where: { domain: shop }, data: { firstSyncError: reason } });
    throw error;
  }
}

/** The first sync from where it stands to its end. */
export async function runFirstSync(shop: string, signal?: AbortSignal): Promise<void> {
  for (;;) {
    const turn = await stepFirstSync(shop, signal);
    if (turn.done) return;
    await waiting(signal)(turn.waitMs);
  }
}

/** Brings the shop's copy up to now; also what webhooks still wait for. */
export async function sweep(shop: string, signal?: AbortSignal): Promise<{ found: number }> {
  const context = await contextOf(shop, signal);
  const swept = await sweeping.sweep(context);
  await refetching.refetch(context);
  return swept;
}

export async function refetch(shop: string, signal?: AbortSignal): Promise<{ found: number }> {
  return refetching.refetch(await contextOf(shop, signal));
}

export async function syncState(shop: string): Promise<SyncState> {
  return syncStateOf({ db, warehouse: await warehouse(), now: new Date() }, shop);
}

/** Forgets webhooks that are long past. */
export async function tidy(): Promise<void> {
  await refetching.forgetOldEvents(db, new Date());
}

/** Notes that Shopify has closed the shop; when its jobs try again. */
export function pause(shop: string, why: Pause): Promise<Date> {
  return pauseShop(db, shop, why, new Date());
}

/** Asks what the merchant grants now; whether that differs from what was known. */
export async function followScopes(shop: string): Promise<boolean> {
  const before = await db.shop.findUniqueOrThrow({ where: { domain: shop } });
  return (await followSettings(await contextOf(shop))).scopes !== before.scopes;
}

/** Shops whose copy a sweep keeps up to date; one that Shopify has closed waits for the time that was set. */
export async function sweepable(): Promise<string[]> {
  const shops = await db.shop.findMany({
    where: {
      uninstalledAt: null,
      sweptUntil: { not: null },
      OR: [{ pausedUntil: null }, { pausedUntil: { lt: new Date() } }],
    },
    select: { domain: true },
  });
  return shops.map((shop) => shop.domain);
}

/** Shopify may already refuse the token; a webhook's answer cannot wait longer for a courtesy. */
const CANCEL_WITHIN_MS = 2000;

/**
 * The app was removed from the shop at `at`: its sessions and downloads go at once. Its running operations are ended if
 * Shopify still lets us; as a rule it has withdrawn the token by now, and they end unread, their files after seven days. News of a removal before the present install is old and changes nothing.
 * @returns whether the shop left
 */
export async function leave(shop: string, at: Date): Promise<boolean> {
  const row = await db.shop.findUnique({ where: { domain: shop } });
  if (row && row.installedAt > at) return false;
  const running = await db.syncWindow.findMany({
    where: { shop, state: { not: "done" }, bulkOperationId: { not: null } },
  });
  if (running.length > 0) await Promise.race([cancel(shop, running), sleep(CANCEL_WITHIN_MS)]);
  await db.$transaction([
    db.session.deleteMany({ where: { shop } }),
    db.shop.updateMany({ where: { domain: shop }, data: { uninstalledAt: at, ...OPEN } }),
    db.syncWindow.updateMany({
      where: { shop, state: { not: "done" } },
      data: { state: "planned", bulkOperationId: null, startedAt: null, rows: 0 },
    }),
  ]);
  await rm(downloadsOf(env().DATA_DIR, shop), { recursive: true, force: true });
  return true;
}

async function cancel(shop: string, windows: { bulkOperationId: string | null }[]): Promise<void> {
  const signal = AbortSignal.timeout(CANCEL_WITHIN_MS);
  try {
    const { admin } = await contextOf(shop, signal);
    for (const { bulkOperationId: id } of windows) if (id !== null) await cancelBulk(admin, id);
  } catch (error) {
    if (!(error instanceof AccessRevoked))
      log.info({ shop, reason: error instanceof Error ? error.message : "" }, "operations not cancelled");
  }
}
