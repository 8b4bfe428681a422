// What changed since the last look, whoever missed it: every node of a resource whose updated_at is newer, through the
// same merge as everything else. Run every 15 minutes, by "Sync now", and at the end of a first sync.
import type { Shop as ShopRow } from "../../../prisma/generated/client.ts";
import { ScopeMissing } from "../../errors.ts";
import { log } from "../../log.server.ts";
import type { Param } from "../../warehouse/warehouse.server.ts";
import { runBulk, unlessLost } from "../../shopify/bulk.ts";
import { downloadBulk } from "./bulk-rows.ts";
import { type Findings, missedIn, noteSweep } from "../check/checks.ts";
import { grantedScopes, type SyncContext } from "../context.ts";
import { loadIntoWarehouse, withDownloads } from "../loading/load.ts";
import { list, listAll, type Listed } from "../../shopify/paged.ts";
import { epochOf, storedOf } from "../loading/last-read.ts";
import { bulkDocument, numericId } from "../../shopify/resource.ts";
import { isReadable, type Resource } from "../resources/resource.ts";
import { resources } from "../resources/resources.ts";
import { refill } from "./refill.ts";
import { sweptCoverage } from "../loading/coverage.ts";
import { leftOutOf } from "../loading/left-out.ts";
import { loadReadable, settleRead } from "../loading/unreadable-records.ts";
import { unlessUnreadable } from "../loading/unreadable.ts";
import { sweepFinished } from "../shop/copy-row.ts";
import { followSettings } from "../shop/settings.ts";
import { createdSince, updatedSince, updatedSinceDay } from "./windows.ts";

/** Shopify's index follows an order's change with a delay, and clocks differ. */
export const OVERLAP_MS = 5 * 60_000;

/** Where no instant before now is known at all: longer than a clock is wrong unseen, and night checks find the rest. */
const UNKNOWN_MS = 7 * 86_400_000;

/** Nodes that were not as Shopify has them, and of these, those that no waiting webhook had announced of. */
export interface Mended {
  found: number;
  missed: number;
}

/** Sweeps one shop that has been synced. */
export function sweep(context: SyncContext): Promise<Mended> {
  return withDownloads(context, () => sweepAndNote(context));
}

/** As `sweep`, for a caller that holds the shop's downloads. */
export async function sweepAndNote(context: SyncContext): Promise<Mended> {
  const startedAt = context.now();
  const { found, findings } = await sweepAll(context);
  await noteSweep(context.db, context.shop, { startedAt, finishedAt: context.now() }, findings);
  return { found, missed: missedIn(findings) };
}

/** Without a note: at the end of a first sync there was nothing that a webhook could have announced. */
export async function sweepAll(context: SyncContext): Promise<{ found: number; findings: Findings }> {
  const { db, shop, now } = context;
  const begun = now();
  const row = await followSettings(context);
  const swept = context.since ?? (await sweptUntil(context, row, begun));
  const from = row.refillFrom && row.refillFrom < swept ? row.refillFrom : swept;
  const since = new Date(from.getTime() - OVERLAP_MS);
  const scopes = grantedScopes(row.scopes);
  let found = await refill(context, row, scopes);
  const findings: Findings = {};
  const whole = await readWhole(context);
  const read = new Set<string>();
  for (const resource of resources) {
    if (!isReadable(resource, scopes)) {
      // What may not be read is read once it may: orders by a refill, records with a key whole.
      if (resource.merge !== "ledger") await forgetWhole(context, resource);
      continue;
    }
    const isKept = resource.merge === "ledger" || (whole.has(resource.name) && row.refillFrom === null);
    const changes = isKept
      ? await sweepChanged(context, resource, scopes, since).catch(unlessRefused(resource))
      : await sweepWhole(context, resource, scopes, begun).catch(unlessRefused(resource));
    if (changes === null) {
      await forgetWhole(context, resource);
      continue;
    }
    await settleRead(context, resource);
    read.add(resource.name);
    found += changes.found;
    // Of what comes without its id, or was never read, no webhook was missed.
    if (!isKept || !namesNodes(resource)) continue;
    const announced = Math.min(changes.found, changes.announced);
    if (announced > 0) findings[`${resource.name}_told`] = announced;
    if (changes.found > announced) findings[`${resource.name}_untold`] = changes.found - announced;
  }
  await sweepFinished(db, shop, begun, found);
  await context.copy.setMeta(await sweptCoverage(context, row, read, begun));
  log.info({ shop, found, since }, "swept");
  return { found, findings };
}

const namesNodes = ({ webhooks: { topics } }: Resource): boolean =>
  Object.values(topics).some(({ ids }) => ids.length > 0);

/** A shop that refuses the app what is not the ledger's is without it. */
const unlessRefused = (resource: Resource) => (error: unknown) => {
  if (!(error instanceof ScopeMissing) || resource.merge === "ledger") throw error;
  log.warn({ resource: resource.name, err: error }, "a resource is refused to the app");
  return null;
};

/** The resources that were read whole once, as windows of a first sync or by a sweep. */
async function readWhole({ db, shop }: SyncContext): Promise<ReadonlySet<string>> {
  const windows = await db.syncWindow.findMany({ where: { shop, state: "done" } });
  return new Set(windows.map(({ resource }) => resource));
}

const forgetWhole = ({ db, shop }: SyncContext, { name }: Resource) =>
  db.syncWindow.deleteMany({ where: { shop, resource: name } });

/**
 * Records that this copy was never told of: the app has come to read them, or the merchant has come to show them. Noted like
 * the window of a first sync.
 */
async function sweepWhole(
  context: SyncContext,
  resource: Resource,
  scopes: ReadonlySet<string>,
  begun: Date,
): Promise<Swept> {
  const swept = await sweepResource(context, resource, scopes, "", new Date(0), "again");
  const { db, shop, now } = context;
  const noted = {
    state: "done",
    rows: swept.found,
    startedAt: begun,
    finishedAt: now(),
    error: null,
  } as const;
  const window = { shop, resource: resource.name, ordinal: 0 };
  await db.syncWindow.upsert({
    where: { shop_resource_ordinal: window },
    create: { ...window, ...noted, fromAt: new Date(0), toAt: begun },
    update: noted,
  });
  return swept;
}

/** What of the resource has changed since an instant, as far as its search can tell. */
export async function sweepChanged(
  context: SyncContext,
  resource: Resource,
  scopes: ReadonlySet<string>,
  from: Date,
): Promise<Swept> {
  const since = new Date(from.getTime() - (resource.lateMs ?? 0));
  if (resource.changedBy === "day")
    return sweepResource(context, resource, scopes, updatedSinceDay(since), since);
  const keptFrom = await leftOutOf(context, resource);
  const filter = [updatedSince(since), ...(keptFrom ? [createdSince(keptFrom)] : [])].join(" ");
  return sweepResource(context, resource, scopes, filter, since);
}

/**
 * The instant up to which all is here. One that is still to come was written by a clock that was wrong, and what that clock's
 * sweeps found to be nothing may have been much: the last check of the whole copy is believed, or the first sync.
 */
async function sweptUntil(
  { db, shop }: SyncContext,
  { sweptUntil: noted, firstSyncStartedAt: first }: ShopRow,
  now: Date,
): Promise<Date> {
  const known = noted ?? first ?? now;
  if (known.getTime() <= now.getTime() + OVERLAP_MS) return known;
  log.error({ shop, sweptUntil: known }, "swept in the future: the clock was wrong");
  const night = await db.check.findFirst({
    where: { shop, kind: "night", error: null, finishedAt: { lte: now } },
    orderBy: { startedAt: "desc" },
  });
  const sane = [night?.startedAt, first].find((instant) => instant != null && instant <= now);
  return sane ?? new Date(now.getTime() - UNKNOWN_MS);
}

/** `announced`: how many of the resource's nodes a webhook had named that was still waiting. */
export interface Swept {
  found: number;
  announced: number;
}

/** What the copy has of the same version is right as it is, or lacks what the app could not read then. */
type Known = "as it is" | "again";

async function sweepResource(
  context: SyncContext,
  resource: Resource,
  scopes: ReadonlySet<string>,
  filter: string,
  since: Date,
  known: Known = "as it is",
): Promise<Swept> {
  const suspects = await suspectIds(context, resource, filter, since, known);
  const waiting = await waitingIds(context, resource);
  if (suspects !== null) {
    const announced = suspects.filter((id) => waiting.has(numericId(id))).length;
    return { found: (await loadReadable(context, resource, scopes, suspects)).changed, announced };
  }
  const operation = await runBulk(context, bulkDocument(resource, scopes, filter));
  const rows = operation && (await downloadBulk(context, operation, resource).catch(unlessLost));
  // A file that Shopify gives no more, or one with something in it that cannot be used, is as good as an operation that failed.
  if (operation !== null && !(rows instanceof Error)) {
    const changed = await loadIntoWarehouse(context, resource, scopes, rows, operation.createdAt).catch(
      unlessUnreadable,
    );
    if (!(changed instanceof Error)) return { found: changed, announced: waiting.size };
  }
  let found = 0;
  for await (const page of listAll(context.admin, resource, filter)) {
    const ids = known === "again" ? page.map(({ id }) => id) : await unsettled(context, resource, page);
    found += (await loadReadable(context, resource, scopes, ids)).changed;
    await context.meanwhile?.();
  }
  return { found, announced: waiting.size };
}

/** What webhooks have named and nobody has read since. */
async function waitingIds({ db, shop }: SyncContext, resource: Resource): Promise<ReadonlySet<number>> {
  const topic = { in: Object.keys(resource.webhooks.topics) };
  const events = await db.webhookEvent.findMany({
    where: { shop, topic, processedAt: null },
    select: { resourceIds: true },
  });
  return new Set(events.flatMap(({ resourceIds }) => resourceIds.map(Number)));
}

/** Ids whose nodes may not be as they are stored; null when there are more than are worth reading one by one. */
async function suspectIds(
  context: SyncContext,
  resource: Resource,
  filter: string,
  since: Date,
  known: Known,
): Promise<string[] | null> {
  const suspects = new Set<string>();
  let listed = 0;
  // Newest first, so that a search by whole days can stop where the wanted instant is reached.
  const { lastChanged } = resource;
  for await (const page of list(context.admin, resource, filter, lastChanged ?? "ID", lastChanged !== null)) {
    const recent = page.filter((node) => new Date(node.updatedAt) >= since);
    const ids = known === "again" ? recent.map(({ id }) => id) : await unsettled(context, resource, recent);
    for (const id of ids) suspects.add(id);
    listed += recent.length;
    if (suspects.size > context.pagedUpTo || listed > 20 * context.pagedUpTo) return null;
    if (recent.length < page.length) break;
  }
  return [...suspects];
}

/**
 * updated_at has whole seconds: a record read in the very second of its change may have changed once more in it. Only a
 * reading this much later settles it; the two instants are of different clocks.
 */
const SETTLED_AFTER_MS = 60_000;

/** Those of the listed nodes that the warehouse does not have as of the same updated_at, or read too soon after it. */
async function unsettled(context: SyncContext, resource: Resource, nodes: Listed[]): Promise<string[]> {
  if (nodes.length === 0) return [];
  const { table, key } = storedOf(resource);
  const ids: Param[] = nodes.map((node) => numericId(node.id));
  const rows = await context.copy.query<{
    id: number;
    updated_at: string | null;
    read_at: string | null;
  }>(
    `SELECT ${key} AS id, updated_at, read_at FROM ${table}
     WHERE ${key} IN (${ids.map((_, index) => `$${index + 1}`).join(", ")})`,
    ids,
  );
  const known = new Map(
    rows.map((row) => [row.id, { updatedAt: epochOf(row.updated_at), readAt: epochOf(row.read_at) }]),
  );
  return nodes
    .filter((node) => {
      const row = known.get(numericId(node.id));
      if (!row || row.updatedAt !== Date.parse(node.updatedAt)) return true;
      return row.readAt - row.updatedAt < SETTLED_AFTER_MS;
    })
    .map((node) => node.id);
}
