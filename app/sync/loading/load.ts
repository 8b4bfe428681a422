// How rows on disk get into the warehouse, and that no download outlives its use.
import { mkdir, rm } from "node:fs/promises";
import { BrokenFile } from "../../errors.ts";
import { filesOf } from "../../warehouse/merge/staging.ts";
import type { Load, Rows } from "../../warehouse/warehouse.server.ts";
import type { SyncContext } from "../context.ts";
import { readByIds } from "../../shopify/paged.ts";
import { redactedIn } from "./redactions.ts";
import { numericId } from "../../shopify/resource.ts";
import { isGoneWhenMissing, type Resource } from "../resources/resource.ts";
import { followSettings } from "../shop/settings.ts";
import { noteTrimmed } from "./coverage.ts";
import { leftOutOf } from "./left-out.ts";

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
 * Merges rows of the resource, or only removals, and deletes the rows' files; how many of the nodes were new or not as the
 * warehouse had them. `scopes`: those it was read with.
 * @throws StartsAnew when orders turn out to be in another currency because the shop is
 */
export async function loadIntoWarehouse(
  context: SyncContext,
  resource: Resource,
  scopes: ReadonlySet<string>,
  rows: Rows | null,
  readAt: string,
  removed: readonly number[] = [],
): Promise<number> {
  if (rows === null && removed.length === 0) return 0;
  const { copy, shop } = context;
  const { merge, stages } = resource;
  const load = {
    files: rows === null ? [] : [rows],
    readAt,
    stages,
    customersHidden: !scopes.has("read_customers"),
    keepFrom: (await leftOutOf(context, resource))?.toISOString(),
    withheld: () => redactedIn(context.db, shop),
  };
  const merged =
    merge === "ledger"
      ? mergeLedger(context, resource, { ...load, ...removalsOf(resource, removed) })
      : copy.mergeKeyed({ ...load, of: merge, removed });
  const { changed } = await merged.catch(async (error: unknown) => {
    // Amounts of a currency with more decimals cannot be read as the old one's.
    if (error instanceof BrokenFile) await followSettings(context);
    throw error;
  });
  for (const file of rows === null ? [] : filesOf(rows)) await rm(file, { force: true });
  return changed;
}

const removalsOf = ({ name }: Resource, removed: readonly number[]) =>
  name === "orders" ? { removedOrders: removed } : { removedCustomers: removed };

async function mergeLedger(
  context: SyncContext,
  { name }: Resource,
  load: Load,
): Promise<{ changed: number }> {
  const { tooOld, otherCurrency, changedOrders, changedCustomers } = await context.copy.merge(load);
  if (tooOld > 0) await noteTrimmed(context);
  if (otherCurrency > 0) await followSettings(context);
  return { changed: name === "orders" ? changedOrders : changedCustomers };
}

/** So many nodes with their children are one file and one transaction. */
export const NODES_A_FILE = 2500;

/**
 * Reads nodes by id and merges them, a file at a time; what Shopify answers with null is removed, except where that says
 * nothing: orders go out of the sight of an app without read_all_orders by ageing, too, and must stay.
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
  const missingIsGone = isGoneWhenMissing(resource, scopes);
  const mayGo = resource.merge === "ledger" || resource.merge.deletes;
  let found = 0;
  let changed = 0;
  for (let at = 0; at < ids.length; at += NODES_A_FILE) {
    const read = await readByIds(context, resource, scopes, ids.slice(at, at + NODES_A_FILE));
    const gone = read.missing.filter((id) => missingIsGone || (mayGo && deleted.has(id))).map(numericId);
    changed += await loadIntoWarehouse(context, resource, scopes, read.file, read.readAt, gone);
    found += read.found;
  }
  return { found, changed };
}
