// What changed since the last look, whoever missed it: every order and customer whose updated_at is newer, through the
// same merge as everything else. Run every 15 minutes, by "Sync now", and at the end of a first sync.
import { log } from "../log.server.ts";
import type { Param } from "../warehouse/warehouse.server.ts";
import { downloadBulk, runBulk, unlessLost } from "./bulk.ts";
import { type Findings, noteSweep } from "./checks.ts";
import { grantedScopes, type SyncContext } from "./context.ts";
import { orders } from "./orders.ts";
import { changesOf, land, withDownloads } from "./land.ts";
import { list, listAll, type Listed } from "./paged.ts";
import { instantOf, STORED } from "./readings.ts";
import { bulkDocument, numericId, type Resource } from "./resource.ts";
import { resources } from "./resources.ts";
import { refill } from "./refill.ts";
import { leftOutBefore, settledHistory } from "./retention.ts";
import { landUsable, settleRead } from "./set-aside.ts";
import { unlessUnusable } from "./unusable.ts";
import { followSettings } from "./settings.ts";
import { createdSince, updatedSince, updatedSinceDay } from "./windows.ts";

/** Shopify's index follows an order's change with a delay, and clocks differ. */
const OVERLAP_MS = 5 * 60_000;

/** Orders and customers that were not as Shopify has them, and of these, those that no waiting webhook had told of. */
export interface Mended {
  found: number;
  untold: number;
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
  return { found, untold: (findings.orders_untold ?? 0) + (findings.customers_untold ?? 0) };
}

/** Without a note: at the end of a first sync there was nothing that a webhook could have told. */
export async function sweepAll(context: SyncContext): Promise<{ found: number; findings: Findings }> {
  const { db, shop, now } = context;
  const begun = now();
  const row = await followSettings(context);
  const swept = context.since ?? row.sweptUntil ?? row.firstSyncStartedAt ?? begun;
  const from = row.refillFrom && row.refillFrom < swept ? row.refillFrom : swept;
  const since = new Date(from.getTime() - OVERLAP_MS);
  const scopes = grantedScopes(row.scopes);
  let found = await refill(context, row, scopes);
  const keptFrom = await leftOutBefore(context);
  const ordersFilter = [updatedSince(since), ...(keptFrom ? [createdSince(keptFrom)] : [])].join(" ");
  const findings: Findings = {};
  for (const resource of resources) {
    // What may not be read is read once it may: a scope that comes back is a refill.
    if (!scopes.has(resource.readableWith) && resource !== orders) continue;
    const filter = resource === orders ? ordersFilter : updatedSinceDay(since);
    const changes = await sweepResource(context, resource, scopes, filter, since);
    await settleRead(context, resource);
    const told = Math.min(changes.found, changes.told);
    found += changes.found;
    if (told > 0) findings[`${resource.name}_told`] = told;
    if (changes.found > told) findings[`${resource.name}_untold`] = changes.found - told;
  }
  await db.shop.update({
    where: { domain: shop },
    data: { sweptUntil: begun, lastSweepAt: begun, lastSweepFound: found, refillFrom: null },
  });
  await context.warehouse.setMeta(shop, {
    fresh_at: begun.toISOString(),
    ...(row.firstSyncFinishedAt ? await settledHistory(context) : {}),
  });
  log.info({ shop, found, since }, "swept");
  return { found, findings };
}

/** `told`: how many of the resource's nodes a webhook had named that was still waiting. */
interface Swept {
  found: number;
  told: number;
}

async function sweepResource(
  context: SyncContext,
  resource: Resource,
  scopes: ReadonlySet<string>,
  filter: string,
  since: Date,
): Promise<Swept> {
  const suspects = await suspectIds(context, resource, filter, since);
  const waiting = await waitingIds(context, resource);
  if (suspects !== null) {
    const told = suspects.filter((id) => waiting.has(numericId(id))).length;
    return { found: (await landUsable(context, resource, scopes, suspects)).changed, told };
  }
  const operation = await runBulk(context, bulkDocument(resource, scopes, filter));
  const rows = operation && (await downloadBulk(context, operation, resource).catch(unlessLost));
  // A file that Shopify gives no more, or one with something in it that cannot be used, is as good as an operation that failed.
  if (operation !== null && !(rows instanceof Error)) {
    const merged = await land(context, resource, scopes, rows, operation.createdAt).catch(unlessUnusable);
    if (!(merged instanceof Error)) return { found: changesOf(resource, merged), told: waiting.size };
  }
  let found = 0;
  for await (const page of listAll(context.admin, resource, filter)) {
    const ids = await unsettled(context, resource, page);
    found += (await landUsable(context, resource, scopes, ids)).changed;
    await context.meanwhile?.();
  }
  return { found, told: waiting.size };
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
): Promise<string[] | null> {
  const suspects = new Set<string>();
  let listed = 0;
  // Newest first, so that a search by whole days can stop where the wanted instant is reached.
  for await (const page of list(context.admin, resource, filter, "UPDATED_AT", true)) {
    const recent = page.filter((node) => new Date(node.updatedAt) >= since);
    for (const id of await unsettled(context, resource, recent)) suspects.add(id);
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
  const { table, key } = STORED[resource.name];
  const ids: Param[] = nodes.map((node) => numericId(node.id));
  const rows = await context.warehouse.query<{
    id: number;
    updated_at: string | null;
    read_at: string | null;
  }>(
    context.shop,
    `SELECT ${key} AS id, updated_at, read_at FROM ${table}
     WHERE ${key} IN (${ids.map((_, index) => `$${index + 1}`).join(", ")})`,
    ids,
  );
  const known = new Map(
    rows.map((row) => [row.id, { updatedAt: instantOf(row.updated_at), readAt: instantOf(row.read_at) }]),
  );
  return nodes
    .filter((node) => {
      const row = known.get(numericId(node.id));
      if (!row || row.updatedAt !== Date.parse(node.updatedAt)) return true;
      return row.readAt - row.updatedAt < SETTLED_AFTER_MS;
    })
    .map((node) => node.id);
}
