// From webhooks to numbers: an event only says that something changed; its resource is read again and merged. So neither
// the order of events nor their number matters.
import type { PrismaClient } from "../../prisma/generated/client.ts";
import { log } from "../log.server.ts";
import { grantedScopes, type SyncContext } from "./context.ts";
import { landByIds, withDownloads } from "./land.ts";
import { resources } from "./resources.ts";

/** Events taken at a time; many of them name the same order. */
const EVENTS = 1000;

/** Works off the shop's unprocessed events; the number of nodes read. Before the shop's settings are known: none. */
export function refetch(context: SyncContext): Promise<{ found: number }> {
  return withDownloads(context, async () => {
    const { db, shop } = context;
    const row = await db.shop.findUniqueOrThrow({ where: { domain: shop } });
    if (row.uninstalledAt || (await context.warehouse.meta(shop)) === null) return { found: 0 };
    let found = 0;
    for (const resource of resources) {
      const topics = [...(resource.webhooks?.topics ?? [])];
      for (;;) {
        const events = await db.webhookEvent.findMany({
          where: { shop, topic: { in: topics }, processedAt: null },
          orderBy: { receivedAt: "asc" },
          take: EVENTS,
        });
        if (events.length === 0) break;
        const these = { where: { id: { in: events.map((event) => event.id) } } };
        const ids = new Set(events.flatMap(({ resourceId }) => (resourceId === null ? [] : [resourceId])));
        const gids = [...ids].map((id) => `gid://shopify/${resource.type}/${id}`);
        try {
          found += (await landByIds(context, resource, grantedScopes(row.scopes), gids)).found;
        } catch (error) {
          const reason = error instanceof Error ? error.message : String(error);
          await db.webhookEvent.updateMany({
            ...these,
            data: { attempts: { increment: 1 }, error: reason },
          });
          throw error;
        }
        await db.webhookEvent.updateMany({ ...these, data: { processedAt: context.now(), error: null } });
      }
    }
    log.debug({ shop, found }, "webhooks worked off");
    return { found };
  });
}

/** Shopify sends an event again for hours, and may bring it a day late. */
const REMEMBERED_MS = 30 * 86_400_000;

/** Forgets events that nobody will deliver again. */
export async function forgetOldEvents(db: PrismaClient, now: Date): Promise<number> {
  const before = new Date(now.getTime() - REMEMBERED_MS);
  const { count } = await db.webhookEvent.deleteMany({ where: { receivedAt: { lt: before } } });
  return count;
}
