// The front door of sync: the shop's parts are put together here from the process's database, warehouse and token.
import { rm } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import type { Shop } from "../../prisma/generated/client.ts";
import { db } from "../db.server.ts";
import { env } from "../env.server.ts";
import {
  AccessRevoked,
  ClockIsOlder,
  CopyBroken,
  type Pause,
  ScopeMissing,
  ShopBeingUpdated,
  ShopIsNewer,
  ShopPaused,
  StartsAnew,
} from "../errors.ts";
import { failure } from "../failure.ts";
import { kept } from "../kept-failure.ts";
import { log } from "../log.server.ts";
import { meters } from "../metrics/meters.server.ts";
import { outageOf } from "../outage.ts";
import { warehouse } from "../process/runtime.server.ts";
import { dropJobs } from "../queue/queue.server.ts";
import { accessToken, API_VERSION } from "../shopify/access-token.server.ts";
import type { Exclusion } from "../warehouse/exclusion.ts";
import type { ShopMeta } from "../warehouse/warehouse.server.ts";
import { adminApi } from "../shopify/admin-api.ts";
import { cancelBulk } from "../shopify/bulk.ts";
import { keepSubscriptions, type Subscription } from "../shopify/subscriptions.ts";
import { advanceCheck, type CompareMonths } from "./check/check.ts";
import { abandonChecks, forgetOldChecks, openCheck, unfinished } from "./check/checks.ts";
import { downloadsOf, grantedScopes, PAGED_UP_TO, type ShopContext, waiting } from "./context.ts";
import { copyLost, firstSyncFailed, firstSyncGoesOn, olderOrdersOpened } from "./shop/copy-row.ts";
import { endingPause, pauseShop } from "./shop/pause.ts";
import { hearingFor } from "./shop/silence.ts";
import { left, retentionChosen } from "./shop/shop-row.ts";
import { latestCheck } from "./check/night.ts";
import { running } from "./check/operations.ts";
import type { Turn } from "./reading/first-sync.ts";
import * as rebuilding from "./reading/rebuild.ts";
import * as recording from "./recording/record.ts";
import { isReadable, observed } from "./resources/observed.ts";
import type { ObservedSource } from "../warehouse/schema/observed.ts";
import * as refetching from "./reading/refetch.ts";
import * as annotations from "./shop/annotations.ts";
import * as excluding from "./shop/exclusion.ts";
import { followSettings } from "./shop/settings.ts";
import { readSettings } from "../shopify/shop-settings.ts";
import { applyRetention, type Retained } from "./loading/retention.ts";
import { type SyncState, syncStateOf } from "./shop/state.ts";
import * as sweeping from "./reading/sweep.ts";
import { reasonOf, unlessUnreadable } from "./loading/unreadable.ts";
import * as webhooks from "./shop/webhook-days.ts";

export type { SyncState, Unread } from "./shop/state.ts";
export { keptDay } from "./loading/left-out.ts";
export { readExclusion } from "./shop/exclusion.ts";
export type { WebhookUpkeep } from "./shop/webhook-days.ts";

/** A reading that takes longer than this looks what webhooks have announced meanwhile. */
const MEANWHILE_MS = 5000;

async function contextOf(shop: string, signal?: AbortSignal): Promise<ShopContext> {
  const wait = waiting(signal);
  const token = (options: { refused?: string }) => accessToken(shop, options);
  const hearing = hearingFor(db, shop);
  let looked = Date.now();
  const context: ShopContext = {
    async meanwhile() {
      if (Date.now() - looked < MEANWHILE_MS) return;
      // They have a job of their own for what fails here; this reading goes on, be it the cure of a broken copy.
      await refetching.followAnnounced(context).catch((error: unknown) => {
        log.info({ shop, reason: reasonOf(error) }, "webhooks wait for the end of a long reading");
      });
      looked = Date.now();
    },
    shop,
    db,
    copy: (await warehouse()).of(shop),
    admin: endingPause(db, adminApi({ shop, apiVersion: API_VERSION, token, wait, signal, hearing })),
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
  error instanceof ClockIsOlder ||
  error instanceof CopyBroken ||
  outageOf(error) !== null;

/**
 * Opens the first sync of a new shop, and again that of a known one when a scope opened older orders, the warehouse no
 * longer has the shop, or its tables have come to hold more than was read. One that runs goes on.
 * @returns whether there is a first sync to run
 */
export async function beginFirstSync(shop: string): Promise<boolean> {
  const row = await db.shop.findUniqueOrThrow({ where: { domain: shop } });
  if (!row.firstSyncFinishedAt || row.rebuildStartedAt) return true;
  const meta = await (await warehouse()).of(shop).meta();
  if (rebuilding.mustBeReadAnew(meta)) {
    await beginRebuild(shop);
    return true;
  }
  const lost = meta === null;
  const opened = row.historyLimited && grantedScopes(row.scopes).has("read_all_orders");
  if (!lost && !opened) return false;
  await (lost ? copyLost(db, shop, new Date()) : olderOrdersOpened(db, shop));
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
    await firstSyncGoesOn(db, shop);
    return turn;
  } catch (error) {
    // What our own stop breaks off goes on with the next process.
    if (!signal?.aborted && !passes(error)) await firstSyncFailed(db, shop, reasonOf(error));
    throw error;
  }
}

/** Brings the shop's copy up to now; also what webhooks still wait for. */
export async function sweep(shop: string, signal?: AbortSignal): Promise<{ found: number }> {
  const context = await contextOf(shop, signal);
  // First what was announced: of the rest that the sweep finds, the webhook was missed.
  const refusal = await refetching.refetch(context).then(
    () => null,
    (error: unknown) => error,
  );
  const swept = await sweeping.sweep(context);
  meters.differences.inc(swept.missed);
  await webhooks.countRepaired(db, shop, swept.missed);
  // What cannot be used is kept with its reason, and tried again by the job of its own.
  if (refusal !== null) unlessUnreadable(refusal);
  return { found: swept.found };
}

/** Records what Shopify keeps no past of, where it was not yet read since the shop's night began. */
export async function record(shop: string, signal?: AbortSignal): Promise<void> {
  await recording.record(await contextOf(shop, signal));
}

/** What is recorded of a shop's sources, and the scope that is missing for one; null: none is. */
export async function recordedSources(
  shop: string,
): Promise<{ source: ObservedSource; missing: string | null }[]> {
  const row = await db.shop.findUnique({ where: { domain: shop } });
  const scopes = grantedScopes(row?.scopes ?? "");
  return observed.map((resource) => ({
    source: resource.source,
    missing: isReadable(resource, scopes) ? null : resource.scopes[0],
  }));
}

/** Brings the copy in line with how long the merchant keeps orders; whether a first sync must read older ones again. */
export async function retain(shop: string, signal?: AbortSignal): Promise<Retained> {
  return applyRetention(await contextOf(shop, signal));
}

/** Brings the shop's notes and Shopify's annotations in line. */
export async function followAnnotations(shop: string, signal?: AbortSignal): Promise<void> {
  await annotations.followAnnotations(await contextOf(shop, signal));
}

/** Which orders the shop's figures are to leave out, and since when. */
export function chosenExclusion(shop: string): Promise<Exclusion> {
  return excluding.exclusionOf(db, shop);
}

/** Keeps the choice; whether it is another than before. */
export function chooseExclusion(shop: string, choice: excluding.ExclusionChoice): Promise<boolean> {
  return excluding.chooseExclusion(db, shop, choice, new Date());
}

/** Shops that were read and have no copy: its file is lost, or was put aside. */
export async function withoutCopy(): Promise<string[]> {
  const stored = await warehouse();
  const shops = await db.shop.findMany({
    where: { uninstalledAt: null, firstSyncFinishedAt: { not: null } },
    select: { domain: true },
  });
  const there = await Promise.all(shops.map(({ domain }) => stored.of(domain).has()));
  return shops.filter((_, index) => there[index] === false).map(({ domain }) => domain);
}

/** The scopes, with commas between, that the app has in the shop now; null when Shopify does not let it in. Throws ApiUnavailable, ShopPaused. */
export async function grantNow(shop: string, signal?: AbortSignal): Promise<string | null> {
  try {
    return (await readSettings((await contextOf(shop, signal)).admin)).scopes;
  } catch (error) {
    // Who is refused a field is let in.
    if (error instanceof AccessRevoked && !(error instanceof ScopeMissing)) return null;
    throw error;
  }
}

/** Has the app's own webhook subscriptions in the shop be these; the topics that were added and those that were ended. */
export async function subscribeTo(
  shop: string,
  wanted: readonly Subscription[],
  signal?: AbortSignal,
): Promise<{ made: string[]; ended: string[] }> {
  return keepSubscriptions((await contextOf(shop, signal)).admin, wanted);
}

/** What is known of the shop itself; null where the app was never installed. */
export function shopRow(shop: string): Promise<Shop | null> {
  return db.shop.findUnique({ where: { domain: shop } });
}

/** The merchant chooses how long orders are kept; the copy follows with the job that the caller asks for. */
export async function chooseRetention(
  shop: string,
  choice: Pick<Shop, "keepMonths" | "keepSums">,
): Promise<void> {
  await retentionChosen(db, shop, choice);
}

export async function refetch(shop: string, signal?: AbortSignal): Promise<{ found: number }> {
  return refetching.refetch(await contextOf(shop, signal));
}

/** @param meta what the copy in use says of itself, for whoever has read it already */
export async function syncState(shop: string, meta?: ShopMeta | null): Promise<SyncState> {
  const known = meta === undefined ? await (await warehouse()).of(shop).meta() : meta;
  return syncStateOf({ db, meta: known, now: new Date() }, shop);
}

/** How the shop's webhooks fare. */
export function webhookUpkeep(shop: string): Promise<webhooks.WebhookUpkeep> {
  return webhooks.webhookUpkeep(db, shop, new Date());
}

/** Readies an unreadable webhook of the shop, or "all", for further attempts; how many there were. */
export function readyAgain(shop: string, event: string): Promise<number> {
  return webhooks.runAgain(db, shop, event);
}

/** Opens a check of the whole copy, unless one is under way. */
export async function beginCheck(shop: string): Promise<void> {
  const row = await db.shop.findUniqueOrThrow({ where: { domain: shop } });
  await openCheck(db, row, new Date());
}

/** The same of a copy that may lack what it had; false where there is none yet, whose first sync ends in a check. */
export async function beginCheckOfDoubted(shop: string): Promise<boolean> {
  const row = await db.shop.findUnique({ where: { domain: shop } });
  if (row === null || row.firstSyncFinishedAt === null) return false;
  await openCheck(db, row, new Date());
  return true;
}

/** One turn of the shop's check; the caller comes back after `waitMs`. Errors: as stepFirstSync. */
export async function stepCheck(
  shop: string,
  compareMonths: CompareMonths,
  signal?: AbortSignal,
): Promise<Turn> {
  try {
    return await advanceCheck(await contextOf(shop, signal), compareMonths);
  } catch (error) {
    const reason = reasonOf(error);
    if (!signal?.aborted && !passes(error))
      await db.check.updateMany({ where: { shop, finishedAt: null }, data: { error: kept(reason) } });
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

/** Shopify refuses the token as a rule; the shop's other jobs wait. */
const CANCEL_WITHIN_MS = 2000;
const LEAVE_WITHIN_MS = 30_000;

/**
 * The app was removed from the shop at `at`: its sessions, jobs and downloads go at once. Its running operations are ended if
 * Shopify still lets us; as a rule it has withdrawn the token by now, and they end unread, their files after seven days.
 * News of a removal before the present install is old and changes nothing; nor does one that Shopify confirmed before it
 * let the app in again.
 * @param confirmed when Shopify was asked, and did not let the app in
 * @returns whether the shop left
 */
export async function leave(shop: string, at: Date, confirmed: Date): Promise<boolean> {
  const row = await db.shop.findUnique({ where: { domain: shop } });
  if (row === null || row.installedAt > at || row.admittedAt > confirmed) return false;
  const windows = await db.syncWindow.findMany({
    where: { shop, state: { not: "done" }, bulkOperationId: { not: null } },
  });
  const check = await unfinished(db, shop);
  const operations = [
    ...windows.flatMap(({ bulkOperationId: id }) => (id === null ? [] : [id])),
    ...(check ? running(check) : []),
  ];
  if (operations.length > 0) await Promise.race([cancel(shop, operations), sleep(CANCEL_WITHIN_MS)]);
  const isOut = await db.$transaction(
    async (transaction) => {
      // Should the merchant come back in the middle of this, the row is locked before or after, and so what is put into the
      // queue then is not taken out with the rest.
      if ((await left(transaction, shop, at, confirmed)).count === 0) return false;
      await dropJobs(shop, transaction);
      await transaction.session.deleteMany({ where: { shop } });
      await transaction.syncWindow.updateMany({
        where: { shop, state: { not: "done" } },
        data: { state: "planned", bulkOperationId: null, startedAt: null, rows: 0 },
      });
      return true;
    },
    { timeout: LEAVE_WITHIN_MS },
  );
  if (!isOut) return false;
  await abandonChecks(db, shop, at, failure("check_removed"));
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
