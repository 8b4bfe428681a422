// How far a shop's sync is, from a handful of small rows: cheap enough to ask every second.
import type { PrismaClient, Shop } from "../../../prisma/generated/client.ts";
import { type FailedJob, pendingJobs } from "../../queue/pending.server.ts";
import { sourceCoverage } from "../../warehouse/coverage.ts";
import type { ShopMeta } from "../../warehouse/warehouse.server.ts";
import type { Pause } from "../../errors.ts";
import { type Failure } from "../../failure.ts";
import { readFailure } from "../../kept-failure.ts";
import { orders } from "../resources/orders.ts";
import { isReadable } from "../resources/resource.ts";
import { resources } from "../resources/resources.ts";
import { grantedScopes } from "../context.ts";
import { tablesOf } from "../../warehouse/schema/schema.ts";
import { READ_ATTEMPTS } from "./webhook-days.ts";
import { pausedOf } from "./pause.ts";
import { lostOf } from "./scopes.ts";
import { silentSince } from "./silence.ts";

export interface SyncState {
  phase: "not_started" | "counting" | "orders" | "customers" | "closing_sweep" | "complete" | "failed";
  /** Shopify shows the app only the last 60 days of orders. */
  historyLimited: boolean;
  /** Orders and customers loaded by the first sync. */
  rows: number;
  expectedRows: number | null;
  ratePerSecond: number | null;
  secondsLeft: number | null;
  startedAt: string | null;
  finishedAt: string | null;
  error: Failure | null;
  /** First local day that is wholly loaded, while older ones are not. */
  loadedFrom: string | null;
  lastSweepAt: string | null;
  lastSweepFound: number | null;
  lastWebhookAt: string | null;
  webhooksWaiting: number;
  /** When the oldest of them came. */
  webhooksWaitingSince: string | null;
  /** Given up, because what Shopify shows of them cannot be used. */
  webhooksFailed: number;
  failedJobs: FailedJob[];
  /** Shopify has closed the shop: why, since when, and when the app tries again. */
  paused: { pause: Pause; since: string; until: string | null } | null;
  /** Scopes the merchant took back, since the first of them. */
  lostScopes: { scopes: readonly string[]; since: string } | null;
  /** The last change of the shop's currency. */
  currencyChange: { from: string; to: string; at: string } | null;
  timeZoneChange: { from: string; at: string } | null;
  /** The copy, once whole, was found damaged or gone, and is read again. */
  copyLostAt: string | null;
  name: string | null;
  primaryDomain: string | null;
  /** Changes with every step of a check of the whole copy. */
  check: string;
  /** The merchant asked for a sweep, and it is running or about to. */
  syncing: boolean;
  /** Shopify leaves what it is asked without an answer since then, and is asked again. */
  unansweredSince: string | null;
  /** Why the last attempt failed of jobs that run again now. */
  retried: readonly Failure[];
  /** The app has no token any more: Shopify refused to renew it. */
  accessLost: boolean;
  /** Tables that a copy which is complete goes without. */
  unread: readonly Unread[];
}

export interface Unread {
  tables: readonly string[];
  /** The scope that the merchant has not granted; null: it is granted, and they have not been read yet, or may not be. */
  scope: string | null;
}

/** Records with a key that the shop does not let the app read, or that no sweep has read whole so far. */
function unreadIn({ scopes }: Shop, read: ReadonlySet<string>): Unread[] {
  const granted = grantedScopes(scopes);
  return resources.flatMap((resource) => {
    if (resource.merge === "ledger" || (isReadable(resource, granted) && read.has(resource.name))) return [];
    const scope = isReadable(resource, granted) ? null : resource.readableWith;
    return [{ tables: tablesOf(resource.merge), scope }];
  });
}

/** What the merchant waits for; the rest follows by itself. */
const LEDGER: ReadonlySet<string> = new Set(
  resources.filter(({ merge }) => merge === "ledger").map(({ name }) => name),
);

/** @param meta what the copy in use says of itself */
export async function syncStateOf(
  { db, meta, now }: { db: PrismaClient; meta: ShopMeta | null; now: Date },
  shop: string,
): Promise<SyncState> {
  const unprocessed = { shop, processedAt: null };
  const [row, windows, waiting, webhooksFailed, check, jobs, session] = await Promise.all([
    db.shop.findUnique({ where: { domain: shop } }),
    db.syncWindow.findMany({ where: { shop } }),
    db.webhookEvent.aggregate({
      where: { ...unprocessed, attempts: { lt: READ_ATTEMPTS } },
      _count: true,
      _min: { receivedAt: true },
    }),
    db.webhookEvent.count({ where: { ...unprocessed, attempts: { gte: READ_ATTEMPTS } } }),
    db.check.findFirst({
      where: { shop, kind: "night" },
      orderBy: { startedAt: "desc" },
      select: { id: true, stage: true },
    }),
    pendingJobs(db, shop),
    db.session.findUnique({ where: { id: `offline_${shop}` }, select: { accessToken: true } }),
  ]);
  const open = windows.filter((window) => window.state !== "done");
  // A copy that is lost is read anew: nothing is complete beside nothing.
  const gone = row?.firstSyncFinishedAt != null && row.rebuildStartedAt === null && meta === null;
  const finished = gone ? null : (row?.firstSyncFinishedAt ?? null);
  const counted = windows.filter(({ resource }) => LEDGER.has(resource));
  const rows = counted.reduce((sum, window) => sum + window.rows, 0);
  const expected = counted.reduce((sum, window) => sum + Math.max(window.expected ?? 0, window.rows), 0);
  const started = row?.firstSyncStartedAt ?? null;
  const seconds = started && !finished ? (now.getTime() - started.getTime()) / 1000 : 0;
  const silent = row && silentSince(row, now);
  const rate = seconds > 0 && rows > 0 ? rows / seconds : null;

  const phase = (): SyncState["phase"] => {
    if (gone) return "counting";
    if (finished) return "complete";
    if (row?.firstSyncError) return "failed";
    if (!started && windows.length === 0 && !jobs.active.includes("first_sync")) return "not_started";
    if (windows.length === 0 || row?.ordersExpected === null) return "counting";
    if (open.some((window) => window.resource === orders.name)) return "orders";
    return open.some(({ resource }) => LEDGER.has(resource)) ? "customers" : "closing_sweep";
  };
  const lost = row && lostOf(row);
  const iso = (at: Date | null | undefined) => at?.toISOString() ?? null;
  return {
    phase: phase(),
    historyLimited: row?.historyLimited ?? false,
    rows,
    expectedRows: windows.length > 0 ? expected : null,
    ratePerSecond: rate,
    secondsLeft: rate === null || silent !== null ? null : Math.ceil((expected - rows) / rate),
    startedAt: iso(started),
    finishedAt: iso(finished),
    error: row?.firstSyncError == null ? null : readFailure(row.firstSyncError),
    loadedFrom: meta && sourceCoverage(meta, orders.name).from_day,
    lastSweepAt: iso(row?.lastSweepAt),
    lastSweepFound: row?.lastSweepFound ?? null,
    lastWebhookAt: iso(row?.lastWebhookAt),
    webhooksWaiting: waiting._count,
    webhooksWaitingSince: iso(waiting._min.receivedAt),
    webhooksFailed,
    failedJobs: jobs.failed,
    paused: row && pausedOf(row),
    lostScopes: lost && { scopes: lost.scopes, since: lost.since.toISOString() },
    currencyChange:
      row?.currencyBefore && row.currency && row.currencyChangedAt
        ? { from: row.currencyBefore, to: row.currency, at: row.currencyChangedAt.toISOString() }
        : null,
    timeZoneChange:
      row?.timeZoneBefore && row.timeZoneChangedAt
        ? { from: row.timeZoneBefore, at: row.timeZoneChangedAt.toISOString() }
        : null,
    copyLostAt: iso(row?.copyLostAt),
    name: row?.name ?? null,
    primaryDomain: row?.primaryDomain ?? null,
    unansweredSince: iso(silent),
    syncing: jobs.asked.includes("sweep"),
    retried: jobs.retried,
    accessLost:
      row !== null && row.uninstalledAt === null && session !== null && session.accessToken === null,
    unread:
      row === null || finished === null
        ? []
        : unreadIn(
            row,
            new Set(windows.filter(({ state }) => state === "done").map((each) => each.resource)),
          ),
    check: check ? `${check.id} ${check.stage}` : "",
  };
}
