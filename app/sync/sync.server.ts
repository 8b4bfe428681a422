// The front door of sync: the shop's parts are put together here from the process's database, warehouse and token.
import { rm } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { db } from "../db.server.ts";
import { env } from "../env.server.ts";
import {
  AccessRevoked,
  type Pause,
  ShopBeingUpdated,
  ShopIsNewer,
  ShopPaused,
  StartsAnew,
} from "../errors.ts";
import { log } from "../log.server.ts";
import { meters } from "../metrics/meters.server.ts";
import { outageOf } from "../outage.ts";
import { warehouse } from "../runtime.server.ts";
import { accessToken, API_VERSION } from "../shopify.server.ts";
import { adminApi } from "./admin-api.ts";
import { cancelBulk } from "./bulk.ts";
import { advanceCheck } from "./check.ts";
import { abandonChecks, forgetOldChecks, openCheck, unfinished } from "./checks.ts";
import { type ChecksState, checksStateOf } from "./checks-state.ts";
import { downloadsOf, grantedScopes, PAGED_UP_TO, type SyncContext, waiting } from "./context.ts";
import { endingPause, OPEN, pauseShop } from "./pause.ts";
import { latestCheck } from "./night.ts";
import { running } from "./operations.ts";
import type { Turn } from "./first-sync.ts";
import * as rebuilding from "./rebuild.ts";
import * as refetching from "./refetch.ts";
import { followSettings } from "./settings.ts";
import { readSettings } from "./shop-settings.ts";
import { applyRetention } from "./retention.ts";
import { type SyncState, syncStateOf } from "./state.ts";
import * as sweeping from "./sweep.ts";
import { reasonOf, unlessUnusable } from "./unusable.ts";
import * as webhooks from "./webhook-days.ts";

export type { SyncState } from "./state.ts";
export type { WebhookUpkeep } from "./webhook-days.ts";
export type { ChecksState } from "./checks-state.ts";

/** A reading that takes longer than this looks what webhooks have told meanwhile. */
const MEANWHILE_MS = 5000;

async function contextOf(shop: string, signal?: AbortSignal): Promise<SyncContext> {
  const wait = waiting(signal);
  const token = (options: { refused?: string }) => accessToken(shop, options);
  let looked = Date.now();
  const context: SyncContext = {
    async meanwhile() {
      if (Date.now() - looked < MEANWHILE_MS) return;
      // They have a job of their own for what fails here; this reading goes on, be it the cure of a broken copy.
      await refetching.followTold(context).catch((error: unknown) => {
        log.info({ shop, reason: reasonOf(error) }, "webhooks wait for the end of a long reading");
      });
      looked = Date.now();
    },
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
  return context;
}

/** These pass by themselves, and the page has words of its own for them. */
const passes = (error: unknown): boolean =>
  error instanceof ShopPaused ||
  error instanceof StartsAnew ||
  error instanceof ShopBeingUpdated ||
  error instanceof ShopIsNewer ||
  outageOf(error) !== null;

/**
 * Opens the first sync of a new shop, and again that of a known one when a scope opened older orders, the warehouse no
 * longer has the shop, or its tables have come to hold more than was read. One that runs goes on.
 * @returns whether there is a first sync to run
 */
export async function beginFirstSync(shop: string): Promise<boolean> {
  const row = await db.shop.findUniqueOrThrow({ where: { domain: shop } });
  if (!row.firstSyncFinishedAt || row.rebuildStartedAt) return true;
  const meta = await (await warehouse()).meta(shop);
  if (rebuilding.mustBeReadAnew(meta)) {
    await beginRebuild(shop);
    return true;
  }
  const lost = meta === null;
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
    const turn = await rebuilding.advanceFirstSyncOrRebuild(await contextOf(shop, signal));
    await db.shop.update({ where: { domain: shop }, data: { firstSyncError: null } });
    return turn;
  } catch (error) {
    const reason = reasonOf(error);
    if (!signal?.aborted && !passes(error))
      await db.shop.updateMany({ where: { domain: shop }, data: { firstSyncError: reason } });
    throw error;
  }
}

/** Brings the shop's copy up to now; also what webhooks still wait for. */
export async function sweep(shop: string, signal?: AbortSignal): Promise<{ found: number }> {
  const context = await contextOf(shop, signal);
  // First what was told of: the rest of what the sweep finds, no webhook had told.
  const refusal = await refetching.refetch(context).then(
    () => null,
    (error: unknown) => error,
  );
  const swept = await sweeping.sweep(context);
  meters.differences.inc(swept.untold);
  await webhooks.countRepaired(db, shop, swept.untold);
  // What cannot be used is kept with its reason, and tried again by the job of its own.
  if (refusal !== null) unlessUnusable(refusal);
  return { found: swept.found };
}

/** Brings the copy in line with how long the merchant keeps orders; whether a first sync must read older ones again. */
export async function retain(shop: string, signal?: AbortSignal): Promise<{ reread: boolean }> {
  return applyRetention(await contextOf(shop, signal));
}

/** Whether Shopify lets the app into the shop now. Throws ApiUnavailable when it cannot be asked. */
export async function isInstalled(shop: string): Promise<boolean> {
  try {
    await readSettings((await contextOf(shop)).admin);
    return true;
  } catch (error) {
    if (error instanceof AccessRevoked) return false;
    throw error;
  }
}

export async function refetch(shop: string, signal?: AbortSignal): Promise<{ found: number }> {
  return refetching.refetch(await contextOf(shop, signal));
}

export async function syncState(shop: string): Promise<SyncState> {
  return syncStateOf({ db, warehouse: await warehouse(), now: new Date() }, shop);
}

/** How the shop's webhooks fare. */
export function webhookUpkeep(shop: string): Promise<webhooks.WebhookUpkeep> {
  return webhooks.webhookUpkeep(db, shop, new Date());
}

/** Readies a webhook of the shop that was given up, or "all", for further readings; how many there were. */
export function readyAgain(shop: string, event: string): Promise<number> {
  return webhooks.runAgain(db, shop, event);
}

/** Opens a check of the whole copy, unless one is under way. */
export async function beginCheck(shop: string): Promise<void> {
  const row = await db.shop.findUniqueOrThrow({ where: { domain: shop } });
  await openCheck(db, row, new Date());
}

/** One turn of the shop's check; the caller comes back after `waitMs`. Errors: as stepFirstSync. */
export async function stepCheck(shop: string, signal?: AbortSignal): Promise<Turn> {
  try {
    return await advanceCheck(await contextOf(shop, signal));
  } catch (error) {
    const reason = reasonOf(error);
    if (!signal?.aborted && !passes(error))
      await db.check.updateMany({ where: { shop, finishedAt: null }, data: { error: reason } });
    throw error;
  }
}

/** Shops whose night's check is owed and has not been made, and those with one under way, whatever became of its job. */
export async function checksDue(now = new Date()): Promise<string[]> {
  const shops = await db.shop.findMany({
    where: { uninstalledAt: null, firstSyncFinishedAt: { not: null } },
  });
  const due: string[] = [];
  for (const { domain, timeZone, firstSyncFinishedAt } of shops) {
    if (await unfinished(db, domain)) {
      due.push(domain);
      continue;
    }
    const owed = latestCheck(domain, now, timeZone ?? "UTC");
    // What was read whole after that instant needs no check before the next night.
    if (firstSyncFinishedAt === null || firstSyncFinishedAt >= owed.at) continue;
    const made = await db.check.findFirst({
      where: { shop: domain, kind: "night", day: { gte: owed.day }, finishedAt: { not: null } },
    });
    if (!made) due.push(domain);
  }
  return due;
}

export async function checksState(shop: string): Promise<ChecksState> {
  return checksStateOf(db, shop);
}

/** Forgets webhooks and checks that are long past. */
export async function tidy(): Promise<void> {
  await refetching.forgetOldEvents(db, new Date());
  await forgetOldChecks(db, new Date());
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
  const windows = await db.syncWindow.findMany({
    where: { shop, state: { not: "done" }, bulkOperationId: { not: null } },
  });
  const check = await unfinished(db, shop);
  const operations = [
    ...windows.flatMap(({ bulkOperationId: id }) => (id === null ? [] : [id])),
    ...(check ? running(check) : []),
  ];
  if (operations.length > 0) await Promise.race([cancel(shop, operations), sleep(CANCEL_WITHIN_MS)]);
  await abandonChecks(db, shop, at, "The app was removed from the shop.");
  await db.$transaction([
    db.session.deleteMany({ where: { shop } }),
    db.shop.updateMany({ where: { domain: shop }, data: { uninstalledAt: at, ...OPEN } }),
    db.syncWindow.updateMany({
      where: { shop, state: { not: "done" } },
      data: { state: "planned", bulkOperationId: null, startedAt: null, rows: 0 },
    }),
  ]);
  // No job of the shop will come and tidy up what it, or a killed process, was bringing in.
  await rm(downloadsOf(env().DATA_DIR, shop), { recursive: true, force: true });
  return true;
}

async function cancel(shop: string, operations: readonly string[]): Promise<void> {
  const signal = AbortSignal.timeout(CANCEL_WITHIN_MS);
  try {
    const { admin } = await contextOf(shop, signal);
    for (const id of operations) await cancelBulk(admin, id);
  } catch (error) {
    if (!(error instanceof AccessRevoked))
      log.info({ shop, reason: error instanceof Error ? error.message : "" }, "operations not cancelled");
  }
}

/** Has the shop's copy read anew by its next first-sync job, see rebuild.ts. BadInput when it cannot be. */
export async function beginRebuild(shop: string): Promise<void> {
  await rebuilding.beginRebuild(db, shop, new Date());
}
