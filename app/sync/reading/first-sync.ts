// A shop's whole past, once: windows fetched by bulk operations of which several run at a time, newest first, and a sweep
// over what changed meanwhile. All progress is in SyncWindow rows, so that any process can go on where another ended.
import type { Shop, SyncWindow } from "../../../prisma/generated/client.ts";
import { ScopeMissing } from "../../errors.ts";
import { type Failure, failure } from "../../failure.ts";
import { kept } from "../../kept-failure.ts";
import { log } from "../../log.server.ts";
import {
  type BulkOperation,
  denied,
  findBulk,
  hasFailed,
  pollAfter,
  readBulk,
  startBulk,
} from "../../shopify/bulk.ts";
import { downloadBulk } from "./bulk-rows.ts";
import { firstSyncFinished } from "../shop/copy-row.ts";
import { grantedScopes, type SyncContext } from "../context.ts";
import { LinkDead } from "../../shopify/download.ts";
import { loadIntoWarehouse, withDownloads } from "../loading/load.ts";
import { orders } from "../resources/orders.ts";
import { listAll } from "../../shopify/paged.ts";
import { planIfNeeded } from "./plan.ts";
import { bulkDocument } from "../../shopify/resource.ts";
import type { Resource } from "../resources/resource.ts";
import { resources } from "../resources/resources.ts";
import { loadReadable } from "../loading/unreadable-records.ts";
import { reasonOf, unlessUnreadable } from "../loading/unreadable.ts";
import { settledCoverage } from "../loading/coverage.ts";
import { countOrders } from "../../shopify/shop-settings.ts";
import { sourceCoverage } from "../../warehouse/coverage.ts";
import { sweepAll } from "./sweep.ts";
import { createdIn, firstWholeDay, loadedBackTo, middle } from "./windows.ts";

/** Of Shopify's five at once; one stays free for a sweep. */
const BULKS_AT_ONCE = 4;

/** What one turn came to: all done, or when to look again. */
export type Turn = { done: true } | { done: false; waitMs: number };

interface Run extends SyncContext {
  row: Shop;
  scopes: ReadonlySet<string>;
}

/**
 * Does whatever can be done without waiting for Shopify: plans, starts operations, loads those that are ready, closes.
 * Safe to call again at any time and after any crash; never by two workers at once for one shop.
 */
export async function advanceFirstSync(context: SyncContext): Promise<Turn> {
  const shop = await context.db.shop.findUniqueOrThrow({ where: { domain: context.shop } });
  if (shop.uninstalledAt || shop.firstSyncFinishedAt) return { done: true };
  return withDownloads(context, async () => {
    const row = await planIfNeeded(context, shop);
    const run: Run = { ...context, row, scopes: grantedScopes(row.scopes) };
    const ready = await follow(run);
    // Shopify works on the next windows while the ready ones are loaded.
    await startNext(run);
    for (const each of ready) await orWithoutIt(run, each.window, () => loadWindow(run, each));
    const open = (await windowsOf(run)).filter((window) => window.state !== "done");
    if (open.length > 0) {
      const now = run.now().getTime();
      return {
        done: false,
        waitMs: pollAfter(Math.min(...open.map((w) => now - (w.startedAt?.getTime() ?? now)))),
      };
    }
    await close(run);
    return { done: true };
  });
}

const windowsOf = ({ db, shop }: SyncContext): Promise<SyncWindow[]> =>
  db.syncWindow.findMany({ where: { shop }, orderBy: { ordinal: "asc" } });

const resourceOf = (window: SyncWindow): Resource =>
  resources.find((resource) => resource.name === window.resource) ?? orders;

const span = (window: SyncWindow) => ({ from: window.fromAt, to: window.toAt });

const isInWindows = (window: SyncWindow): boolean => resourceOf(window).past === "windows";

const filterOf = (window: SyncWindow): string => (isInWindows(window) ? createdIn(span(window)) : "");

const note = ({ db }: SyncContext, { id }: SyncWindow, data: Partial<SyncWindow>) =>
  db.syncWindow.update({ where: { id }, data });

/**
 * A shop whose owner may not see abandoned checkouts, say, is without them: what Shopify refuses of a resource that is not
 * the ledger's keeps nothing else waiting. Its window goes, and sweeps ask again; see sweep.ts.
 */
async function orWithoutIt<T>(run: Run, window: SyncWindow, work: () => Promise<T>): Promise<T | null> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof ScopeMissing) || resourceOf(window).merge === "ledger") throw error;
    log.warn({ shop: run.shop, resource: window.resource, err: error }, "a resource is refused to the app");
    await run.db.syncWindow.deleteMany({ where: { id: window.id } });
    return null;
  }
}

interface Ready {
  window: SyncWindow;
  operation: BulkOperation;
}

/** Looks after the operations that were started; those that have ended well. */
async function follow(run: Run): Promise<Ready[]> {
  const ready: Ready[] = [];
  for (const window of await windowsOf(run)) {
    if (window.state === "done" || window.bulkOperationId === null) continue;
    const operation = await readBulk(run.admin, window.bulkOperationId);
    if (operation === null || hasFailed(operation))
      await orWithoutIt(run, window, () => secondChance(run, window, operation));
    else {
      const completed = operation.status === "COMPLETED";
      await note(run, window, {
        state: completed ? "downloading" : "running",
        rows: operation.rootObjectCount,
      });
      if (completed) ready.push({ window, operation });
    }
  }
  return ready;
}

async function loadWindow(run: Run, { window, operation }: Ready): Promise<void> {
  try {
    const rows = await downloadBulk(run, operation, resourceOf(window));
    await note(run, window, { state: "merging" });
    await loadIntoWarehouse(run, resourceOf(window), run.scopes, rows, operation.createdAt);
  } catch (error) {
    const reason = error instanceof LinkDead ? error : unlessUnreadable(error);
    return secondChance(run, window, operation, reasonOf(reason));
  }
  await finished(run, window, operation.rootObjectCount, operation.createdAt);
}

/**
 * A first failure: an operation that failed by itself is cut in two, as long ones time out; one that somebody ended, that
 * Shopify forgot or whose file cannot be had is asked for again. A window that fails once more ("failed") is read page by page.
 */
async function secondChance(
  run: Run,
  window: SyncWindow,
  operation: BulkOperation | null,
  reason?: Failure,
): Promise<void> {
  const revoked = operation && denied(run.shop, operation);
  if (revoked) {
    // Asked for again, with what is granted then.
    await note(run, window, { bulkOperationId: null, startedAt: null, state: "planned", rows: 0 });
    throw revoked;
  }
  const error = kept(reason ?? endOf(operation));
  log.warn({ shop: run.shop, window: window.ordinal, error }, "a window's bulk operation failed");
  const again = { bulkOperationId: null, startedAt: null, rows: 0, error };
  const cut = middle(span(window));
  if (window.error !== null) await note(run, window, { ...again, state: "failed" });
  else if (operation?.status !== "FAILED" || !isInWindows(window) || cut <= window.fromAt)
    await note(run, window, { ...again, state: "planned" });
  else {
    const newer = await countOrders(run.admin, createdIn({ from: cut, to: window.toAt }));
    const older = await countOrders(run.admin, createdIn({ from: window.fromAt, to: cut }));
    const { shop, resource, fromAt } = window;
    await run.db.$transaction([
      note(run, window, { ...again, state: "planned", fromAt: cut, expected: newer }),
      run.db.syncWindow.create({
        data: { ...again, shop, resource, fromAt, toAt: cut, ordinal: window.ordinal + 1, expected: older },
      }),
    ]);
  }
}

function endOf(operation: BulkOperation | null): Failure {
  const status = operation?.status.toLowerCase() ?? "unknown";
  return operation?.errorCode
    ? failure("bulk_ended_by", { status, reason: operation.errorCode })
    : failure("bulk_ended", { status });
}

/** After everything that figures are made of. */
const LAST = Number.MAX_SAFE_INTEGER;

/** Starts windows in the order in which the merchant gets most from them: newest orders, customers, older orders, the rest. */
async function startNext(run: Run): Promise<void> {
  const windows = await windowsOf(run);
  const newest = windows.find(isInWindows);
  const rank = (window: SyncWindow) =>
    window === newest
      ? 0
      : isInWindows(window)
        ? 2 + window.ordinal
        : resourceOf(window).merge === "ledger"
          ? 1
          : LAST;
  const open = windows.filter((window) => window.state !== "done").sort((a, b) => rank(a) - rank(b));
  let running = open.filter((window) => window.bulkOperationId !== null && window.state === "running").length;
  for (const window of open.filter((window) => window.bulkOperationId === null)) {
    const small = window.expected !== null && window.expected <= run.pagedUpTo;
    if (small || window.state === "failed") await orWithoutIt(run, window, () => readWindow(run, window));
    else if (running < BULKS_AT_ONCE) {
      const started = await orWithoutIt(run, window, () => startWindow(run, window));
      if (started === false) return;
      if (started) running += 1;
    }
  }
}

/** False when Shopify already runs as many operations as it allows. */
async function startWindow(run: Run, window: SyncWindow): Promise<boolean> {
  const query = bulkDocument(resourceOf(window), run.scopes, filterOf(window));
  // Noted before and after: a process that ends in between leaves an operation to be found again.
  const lost = window.startedAt && (await findBulk(run.admin, query, window.startedAt));
  const startedAt = window.startedAt ?? run.now();
  if (!window.startedAt) await note(run, window, { startedAt });
  const operation = lost ?? (await startBulk(run.admin, query, startedAt));
  await note(
    run,
    window,
    operation ? { state: "running", bulkOperationId: operation.id } : { startedAt: null },
  );
  return operation !== null;
}

/** Reads a window without a bulk operation. */
async function readWindow(run: Run, window: SyncWindow): Promise<void> {
  const resource = resourceOf(window);
  const begun = run.now();
  await note(run, window, { state: window.state === "failed" ? "failed" : "running", startedAt: begun });
  let rows = 0;
  for await (const page of listAll(run.admin, resource, filterOf(window))) {
    await loadReadable(
      run,
      resource,
      run.scopes,
      page.map((node) => node.id),
    );
    rows += page.length;
    await note(run, window, { rows });
    await run.meanwhile?.();
  }
  await finished(run, window, rows, begun.toISOString());
}

async function finished(run: Run, window: SyncWindow, rows: number, readAt: string): Promise<void> {
  await note(run, window, { state: "done", rows, finishedAt: run.now(), error: null });
  log.info({ shop: run.shop, resource: window.resource, window: window.ordinal, rows }, "window loaded");
  const windows = (await windowsOf(run)).filter(isInWindows);
  const back = loadedBackTo(windows.map((w) => ({ ...span(w), loaded: w.state === "done" })));
  if (!isInWindows(window) || back === null || run.row.timeZone === null) return;
  const reached = firstWholeDay(back, run.row.timeZone);
  // Read once more for a longer retention: what was whole before still is.
  const meta = await run.copy.meta();
  const before = (meta && sourceCoverage(meta, window.resource).from_day) ?? reached;
  const coverage = {
    from_day: before < reached ? before : reached,
    ...(window.id === windows[0]?.id ? { fresh_at: readAt } : {}),
  };
  await run.copy.setMeta({ coverage: { [window.resource]: coverage } });
}

/** What changed while the windows ran, and only then the word "complete". */
async function close(run: Run): Promise<void> {
  await sweepAll(run);
  await run.copy.setMeta(await settledCoverage(run));
  await firstSyncFinished(run.db, run.shop, run.now());
  log.info({ shop: run.shop }, "first sync finished");
}
