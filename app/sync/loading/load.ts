// How rows on disk get into the warehouse, and that no download outlives its use.
import { mkdir, rm } from "node:fs/promises";
import { BrokenFile } from "../../errors.ts";
import { filesOf } from "../../warehouse/merge/staging.ts";
import type { MergeResult, Rows } from "../../warehouse/warehouse.server.ts";
import type { SyncContext } from "../context.ts";
import { readByIds } from "../../shopify/paged.ts";
import { redactedIn } from "./redactions.ts";
import { numericId } from "../../shopify/resource.ts";
import type { Resource } from "../resources/resource.ts";
import { followSettings } from "../shop/settings.ts";
import { leftOutBefore, noteTrimmed } from "./retention.ts";

/** Empties the shop's downloads, whatever a killed process left there, around `work`. One worker a shop at a time. */
export async function withDownloads<T>(
  { directory }: Pick<SyncContext, "directory">,
  work: () => Promise<T>,
): Promise<T> {
  await rm(directory, { recursive: true, force: true });
  await mkdir(directory, { recursive: true });
  try {
    return await work();
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

/**
 * Merges rows of the resource, or only removals, and deletes the rows' files. `scopes`: those it was read with.
 * @throws StartsAnew when orders turn out to be in another currency because the shop is
 */
export async function loadIntoWarehouse(
  context: SyncContext,
  resource: Resource,
  scopes: ReadonlySet<string>,
  rows: Rows | null,
  readAt: string,
  removed: readonly number[] = [],
): Promise<MergeResult | null> {
  if (rows === null && removed.length === 0) return null;
  const { copy, shop } = context;
  const removals = resource.name === "orders" ? { removedOrders: removed } : { removedCustomers: removed };
  const load = {
    files: rows === null ? [] : [rows],
    readAt,
    stages: resource.stages,
    ...removals,
    customersHidden: !scopes.has("read_customers"),
    keepFrom: (await leftOutBefore(context))?.toISOString(),
    withheld: () => redactedIn(context.db, shop),
  };
  const result = await copy.merge(load).catch(async (error: unknown) => {
    // Amounts of a currency with more decimals cannot be read as the old one's.
    if (error instanceof BrokenFile) await followSettings(context);
    throw error;
  });
  if (result.tooOld > 0) await noteTrimmed(context);
  for (const file of rows === null ? [] : filesOf(rows)) await rm(file, { force: true });
  if (result.otherCurrency > 0) await followSettings(context);
  return result;
}

/** So many nodes with their children are one file and one transaction. */
export const NODES_A_FILE = 2500;

/**
 * Reads nodes by id and merges them, a file at a time; what Shopify answers with null is removed, except orders of an
 * app without read_all_orders: they go out of sight by ageing, too, and must stay.
 * @param deleted ids that Shopify has called deleted: of these a null is proof in any case
 * @returns how many nodes were found, and how many of them were new or not as the warehouse had them
 */
export async function loadByIds(
  context: SyncContext,
  resource: Resource,
  scopes: ReadonlySet<string>,
  ids: readonly string[],
  deleted: ReadonlySet<string> = new Set(),
): Promise<{ found: number; changed: number }> {
  const missingIsGone = resource.name !== "orders" || scopes.has("read_all_orders");
  let found = 0;
  let changed = 0;
  for (let at = 0; at < ids.length; at += NODES_A_FILE) {
    const read = await readByIds(context, resource, scopes, ids.slice(at, at + NODES_A_FILE));
    const gone = read.missing.filter((id) => missingIsGone || deleted.has(id)).map(numericId);
    const merged = await loadIntoWarehouse(context, resource, scopes, read.file, read.readAt, gone);
    found += read.found;
    changed += changesOf(resource, merged);
  }
  return { found, changed };
}

/** How many of the merged nodes were new or not as the warehouse had them. */
export const changesOf = (resource: Resource, merged: MergeResult | null): number =>
  (resource.name === "orders" ? merged?.changedOrders : merged?.changedCustomers) ?? 0;
