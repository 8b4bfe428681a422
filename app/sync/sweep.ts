// What changed since the last look, whoever missed it: every order and customer whose updated_at is newer, through the
// same merge as everything else. Run every 15 minutes, by "Sync now", and at the end of a first sync.
import type { Shop } from "../../prisma/generated/client.ts";
import { log } from "../log.server.ts";
import type { Param } from "../warehouse/warehouse.server.ts";
import { downloadBulk, runBulk } from "./bulk.ts";
import { grantedScopes, type SyncContext } from "./context.ts";
import { LinkDead } from "./download.ts";
import { orders } from "./orders.ts";
import { changesOf, land, landByIds, withDownloads } from "./land.ts";
import { list, listAll, type Listed } from "./paged.ts";
import { bulkDocument, numericId, type Resource } from "./resource.ts";
import { resources } from "./resources.ts";
import { readSettings } from "./shop-settings.ts";
import { updatedSince, updatedSinceDay } from "./windows.ts";

/** Shopify's index follows an order's change with a delay, and clocks differ. */
const OVERLAP_MS = 5 * 60_000;

/** Sweeps one shop that has been synced; the number of orders and customers that were not as Shopify has them. */
export function sweep(context: SyncContext): Promise<{ found: number }> {
  return withDownloads(context, () => sweepAll(context));
}

/** As `sweep`, for a caller that holds the shop's downloads. */
export async function sweepAll(context: SyncContext): Promise<{ found: number }> {
  const { db, shop, now } = context;
  const begun = now();
  const row = await followSettings(context);
  const from = row.sweptUntil ?? row.firstSyncStartedAt ?? begun;
  const since = new Date(from.getTime() - OVERLAP_MS);
  const scopes = grantedScopes(row.scopes);
  let found = 0;
  for (const resource of resources) found += await sweepResource(context, resource, scopes, since);
  await db.shop.update({
    where: { domain: shop },
    data: { sweptUntil: begun, lastSweepAt: begun, lastSweepFound: found },
  });
  await context.warehouse.setMeta(shop, { fresh_at: begun.toISOString() });
  log.info({ shop, found, since }, "swept");
  return { found };
}

/** What the merchant may have changed in the shop: its name, plan and clock, and the app's scopes. */
export async function followSettings({ db, admin, warehouse, shop }: SyncContext): Promise<Shop> {
  const { name, plan, timeZone, scopes } = await readSettings(admin);
  if ((await warehouse.meta(shop))?.time_zone !== timeZone) await warehouse.relocalise(shop, timeZone);
  return db.shop.update({ where: { domain: shop }, data: { name, plan, timeZone, scopes } });
}

async function sweepResource(
  context: SyncContext,
  resource: Resource,
  scopes: ReadonlySet<string>,
  since: Date,
): Promise<number> {
  const filter = resource === orders ? updatedSince(since) : updatedSinceDay(since);
  const suspects = await suspectIds(context, resource, filter, since);
  if (suspects !== null) return (await landByIds(context, resource, scopes, suspects)).changed;
  const operation = await runBulk(context, bulkDocument(resource, scopes, filter));
  const file = operation && (await downloadBulk(context, operation).catch(unlessDead));
  if (operation !== null && !(file instanceof LinkDead)) {
    const merged = await land(context, resource, file, operation.createdAt);
    return changesOf(resource, merged);
  }
  let found = 0;
  for await (const page of listAll(context.admin, resource, "updated_at", filter)) {
    const ids = await unsettled(context, resource, page);
    found += (await landByIds(context, resource, scopes, ids)).changed;
  }
  return found;
}

/** A file that Shopify gives no more is as good as an operation that failed. */
function unlessDead(error: unknown): LinkDead {
  if (error instanceof LinkDead) return error;
  throw error;
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

const stored = {
  orders: { table: "orders", key: "order_id" },
  customers: { table: "customers", key: "customer_id" },
} as const;

/**
 * updated_at has whole seconds: an order read in the very second of its change may have changed once more in it. Only a
 * reading this much later settles it; the two instants are of different clocks.
 */
const SETTLED_AFTER_MS = 60_000;

/** Those of the listed nodes that the warehouse does not have as of the same updated_at, or read too soon after it. */
async function unsettled(context: SyncContext, resource: Resource, nodes: Listed[]): Promise<string[]> {
  if (nodes.length === 0) return [];
  const { table, key } = stored[resource.name];
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
    rows.map((row) => [row.id, { updatedAt: instant(row.updated_at), readAt: instant(row.read_at) }]),
  );
  const settledAfter = resource === orders ? SETTLED_AFTER_MS : 0;
  return nodes
    .filter((node) => {
      const row = known.get(numericId(node.id));
      if (!row || row.updatedAt !== Date.parse(node.updatedAt)) return true;
      return row.readAt - row.updatedAt < settledAfter;
    })
    .map((node) => node.id);
}

/** The warehouse's timestamps are UTC; NaN, which equals nothing, where there is none. */
const instant = (timestamp: string | null): number =>
  timestamp === null ? NaN : Date.parse(`${timestamp.replace(" ", "T")}Z`);
