// The night's recording: all of each observed source that the merchant's grant opens, read once and held against what was
// known. One that cannot be read keeps no other from being recorded; its day stays out of the days that are known.
import { appendFile, rm } from "node:fs/promises";
import path from "node:path";
import { z } from "zod";
import { log } from "../../log.server.ts";
import { runBulk } from "../../shopify/bulk.ts";
import { bulkDocument, everyDocument, nodeSchema, pageInfo, type Readable } from "../../shopify/resource.ts";
import type { ObservedSource } from "../../warehouse/schema/observed.ts";
import { filesOf } from "../../warehouse/merge/staging.ts";
import { instantOf } from "../../warehouse/values.ts";
import type { Extent, Observed, Rows, ShopCopy } from "../../warehouse/warehouse.server.ts";
import { latestCheck } from "../check/night.ts";
import { grantedScopes, type SyncContext } from "../context.ts";
import { withDownloads } from "../loading/load.ts";
import { redactedIn } from "../loading/redactions.ts";
import { reasonOf, unlessUnreadable } from "../loading/unreadable.ts";
import { downloadBulk } from "../reading/bulk-rows.ts";
import { isReadable, observed } from "../resources/observed.ts";
import type { ObservedResource } from "../resources/observed-resource.ts";
import { followSettings } from "../shop/settings.ts";
import { readMembers } from "./members.ts";

/** A source of which no list came. */
class NotListed extends Error {}

/**
 * Records what has not been read since the shop's night began. Safe to call again at any time.
 * @throws what failed of a source, after all others were recorded
 */
export async function record(context: SyncContext): Promise<void> {
  const { db, shop, now, copy } = context;
  const known = await db.shop.findUniqueOrThrow({ where: { domain: shop } });
  if (known.uninstalledAt !== null || known.firstSyncFinishedAt === null || (await copy.meta()) === null)
    return;
  // Which scopes there are: the merchant may have granted one a moment ago.
  const row = await followSettings(context);
  const scopes = grantedScopes(row.scopes);
  const { at: night } = latestCheck(shop, now(), row.timeZone ?? "UTC");
  let refusal: Error | null = null;
  for (const resource of observed) {
    if (!isReadable(resource, scopes)) continue;
    const last = await lastWholeReading(copy, resource.source);
    if (last !== null && last >= night) continue;
    try {
      await withDownloads(context, () => recordWhole(context, resource, scopes));
    } catch (error) {
      context.signal?.throwIfAborted();
      refusal ??= unlessUnreadable(error);
      log.error({ shop, source: resource.source, reason: reasonOf(error) }, "a source was not recorded");
    }
  }
  if (refusal !== null) throw refusal;
}

/** When all of the source was last read; null: never. */
export async function lastWholeReading(copy: ShopCopy, source: ObservedSource): Promise<Date | null> {
  const [row] = await copy.query<{ at: string | null }>(
    "SELECT max(read_at) AS at FROM recorded_days WHERE source = $1 AND import_id IS NULL",
    [source],
  );
  return row?.at == null ? null : instantOf(row.at);
}

async function recordWhole(
  context: SyncContext,
  resource: ObservedResource,
  scopes: ReadonlySet<string>,
): Promise<void> {
  const read = await readWhole(context, resource, scopes);
  const { begun, ended, unreadable } = await observe(context, resource, read);
  log.info({ shop: context.shop, source: resource.source, begun, ended, unreadable }, "recorded");
}

export interface Reading {
  rows: Rows | null;
  readAt: string;
  extent: Extent;
}

/** Brings what was read into the copy, and removes its files. */
export async function observe(
  { copy, db, shop }: SyncContext,
  { source, stages }: ObservedResource,
  { rows, readAt, extent }: Reading,
): Promise<Observed> {
  const files = rows === null ? [] : [rows];
  const withheld = () => redactedIn(db, shop);
  const observation = await copy.observe({ source, files, stages, readAt, extent, withheld });
  for (const file of files.flatMap(filesOf)) await rm(file, { force: true });
  return observation;
}

async function readWhole(
  context: SyncContext,
  { reads, stages }: ObservedResource,
  scopes: ReadonlySet<string>,
): Promise<Reading> {
  if (reads === "members") return await readAllMembers(context);
  const all = { all: true, but: [] } as const;
  if (reads.whole === "pages") {
    const readAt = context.now().toISOString();
    return { rows: await readPages(context, reads.nodes, scopes), readAt, extent: all };
  }
  const operation = await runBulk(context, bulkDocument(reads.nodes, scopes, ""));
  if (operation === null) throw new NotListed(`Shopify gave no list of ${reads.nodes.name}`);
  const rows = await downloadBulk(context, operation, { stages });
  return { rows, readAt: operation.createdAt, extent: all };
}

async function readPages(
  { admin, directory }: SyncContext,
  nodes: Readable,
  scopes: ReadonlySet<string>,
): Promise<string | null> {
  const file = path.join(directory, `${crypto.randomUUID()}.jsonl`);
  const page = z.object({ nodes: z.array(nodeSchema(nodes)), pageInfo });
  let any = false;
  for (let after: string | null = null; ;) {
    const answer: Record<string, z.infer<typeof page>> = await admin.request(
      everyDocument(nodes, scopes),
      { after },
      z.record(z.string(), page),
    );
    const { nodes: found = [], pageInfo: info } = answer[nodes.name] ?? {};
    if (found.length > 0) await appendFile(file, found.map((node) => `${JSON.stringify(node)}\n`).join(""));
    any ||= found.length > 0;
    if (!info?.hasNextPage) return any ? file : null;
    after = info.endCursor;
  }
}

/** Of the segments that are known: theirs is the source before. */
async function readAllMembers(context: SyncContext): Promise<Reading> {
  const { copy, now } = context;
  const readAt = now().toISOString();
  const segments = await copy.query<{ segment_id: number }>(
    "SELECT segment_id FROM shopify_segments WHERE to_day = DATE '9999-12-31' ORDER BY segment_id",
  );
  const timeZone = (await copy.meta())?.time_zone ?? "UTC";
  const ids = segments.map((row) => row.segment_id);
  const { file, failed } = await readMembers(context, ids, timeZone);
  return { rows: file, readAt, extent: { all: true, but: failed } };
}
