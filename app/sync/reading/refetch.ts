// From webhooks to numbers: an event only says that something changed; its resource is read again and merged. So neither
// the order of events nor their number matters.
import type { PrismaClient, WebhookEvent } from "../../../prisma/generated/client.ts";
import { kept } from "../../kept-failure.ts";
import { log } from "../../log.server.ts";
import { grantedScopes, type SyncContext } from "../context.ts";
import { loadByIds, withDownloads } from "../loading/load.ts";
import { orders } from "../resources/orders.ts";
import { listAll } from "../../shopify/paged.ts";
import { redactedIn } from "../loading/redactions.ts";
import { gidOf } from "../../shopify/resource.ts";
import { isReadable, type Resource } from "../resources/resource.ts";
import { observed } from "../resources/observed.ts";
import { resources, shopChanged } from "../resources/resources.ts";
import { observeAnnounced } from "../recording/announced.ts";
import { patience, reasonOf, TooManyUnreadable, withoutUnreadable } from "../loading/unreadable.ts";
import { followSettings } from "../shop/settings.ts";
import { count, READ_ATTEMPTS, settleEvents } from "../shop/webhook-days.ts";
import { OVERLAP_MS, sweepChanged } from "./sweep.ts";
import { ordersOf } from "./windows.ts";

/** Events taken at a time; many of them name the same order. */
const EVENTS = 1000;

/** Works off the shop's unprocessed events; the number of nodes read. Before the shop's settings are known: none. */
export function refetch(context: SyncContext): Promise<{ found: number }> {
  return withDownloads(context, () => followAnnounced(context));
}

/** As `refetch`, for a caller that holds the shop's downloads. */
export async function followAnnounced(context: SyncContext): Promise<{ found: number }> {
  const { db, shop } = context;
  const row = await db.shop.findUniqueOrThrow({ where: { domain: shop } });
  if (row.uninstalledAt || (await context.copy.meta()) === null) return { found: 0 };
  const scopes = grantedScopes(row.scopes);
  const settings = await workOff(context, [shopChanged.topic], async () => {
    await followSettings(context);
    return 0;
  });
  let { found, refusal } = settings;
  for (const resource of resources) {
    // Without the scope there is nothing to read; all that changed meanwhile is read when it comes back.
    const readable = isReadable(resource, scopes);
    const worked = await workOff(context, Object.keys(resource.webhooks.topics), async (events) => {
      const read = readable ? await readAgain(context, resource, scopes, events) : 0;
      await observeAnnounced(context, scopes, events);
      return read;
    });
    found += worked.found;
    refusal ??= worked.refusal;
  }
  for (const { webhooks } of observed) {
    const worked = await workOff(context, Object.keys(webhooks.topics), (events) =>
      observeAnnounced(context, scopes, events),
    );
    found += worked.found;
    refusal ??= worked.refusal;
  }
  log.debug({ shop, found }, "webhooks worked off");
  if (refusal !== null) throw refusal;
  return { found };
}

/**
 * Hands the unprocessed events of some topics to `work`, which answers with the number of nodes it read; their sum.
 * Events whose data cannot be used do not keep the others waiting: the first error of theirs is `refusal`. Very many of
 * them end the turn; the next one begins with those that were not tried.
 */
async function workOff(
  context: SyncContext,
  topics: readonly string[],
  work: (events: readonly WebhookEvent[]) => Promise<number>,
): Promise<{ found: number; refusal: Error | null }> {
  const { db, shop, now, signal } = context;
  const refused = new Map<string, Error>();
  const unprocessed = { topic: { in: [...topics] }, processedAt: null };
  const idsOf = (events: readonly WebhookEvent[]) => ({ in: events.map(({ id }) => id) });

  async function follow(events: readonly WebhookEvent[]): Promise<number> {
    const found = await work(events);
    await settleEvents(db, shop, { id: idsOf(events) }, now());
    // Unreadable events of the same nodes are settled by this reading, too.
    const resourceIds = { hasSome: events.flatMap(({ resourceIds: ids }) => ids) };
    await settleEvents(db, shop, { ...unprocessed, attempts: { gte: READ_ATTEMPTS }, resourceIds }, now());
    return found;
  }

  async function refuse({ id, topic, attempts, day }: WebhookEvent, error: Error): Promise<void> {
    // It may be gone: erased with its customer or shop.
    await db.webhookEvent.updateMany({
      where: { id },
      data: { attempts: { increment: 1 }, error: kept(reasonOf(error, { shop, topic })) },
    });
    refused.set(id, error);
    if (attempts + 1 === READ_ATTEMPTS) await count(db, shop, "unusable", [{ day }]);
  }

  const left = patience(context);
  let found = 0;
  for (;;) {
    const events = await db.webhookEvent.findMany({
      where: { ...unprocessed, shop, attempts: { lt: READ_ATTEMPTS }, id: { notIn: [...refused.keys()] } },
      orderBy: [{ attempts: "asc" }, { receivedAt: "asc" }],
      take: EVENTS,
    });
    if (events.length === 0) break;
    const followed = await withoutUnreadable(events, follow, refuse, { left, signal }).catch(
      async (error: unknown) => {
        if (error instanceof TooManyUnreadable) return null;
        const where = { id: { ...idsOf(events), notIn: [...refused.keys()] }, processedAt: null };
        if (!signal?.aborted)
          await db.webhookEvent.updateMany({ where, data: { error: kept(reasonOf(error)) } });
        throw error;
      },
    );
    if (followed === null) break;
    found += followed.reduce((sum, each) => sum + each, 0);
  }
  return { found, refusal: [...refused.values()][0] ?? null };
}

async function readAgain(
  context: SyncContext,
  resource: Resource,
  scopes: ReadonlySet<string>,
  events: readonly WebhookEvent[],
): Promise<number> {
  const { topics } = resource.webhooks;
  const searched = await searchChanged(context, resource, scopes, events);
  const idsOf = (among: readonly WebhookEvent[]) => new Set(among.flatMap((event) => event.resourceIds));
  const gids = (ids: Iterable<bigint>) => [...ids].map((id) => gidOf(resource, id));
  const deleted = idsOf(events.filter(({ topic }) => topics[topic]?.gone));
  const movers = idsOf(events.filter(({ topic }) => topics[topic]?.movesOrders));
  // Before the customers, so that none goes whose orders still name it.
  const moved = await readOrdersOf(context, scopes, [...movers]);
  const { found } = await loadByIds(context, resource, scopes, gids(idsOf(events)), new Set(gids(deleted)));
  await joinSums(
    context,
    events.filter(({ topic }) => topics[topic]?.joins),
  );
  return searched + moved + found;
}

/** Behind events that name nothing: what has changed since the first of them was sent. */
async function searchChanged(
  context: SyncContext,
  resource: Resource,
  scopes: ReadonlySet<string>,
  events: readonly WebhookEvent[],
): Promise<number> {
  const sent = events
    .filter(({ resourceIds }) => resourceIds.length === 0)
    .map(({ triggeredAt, receivedAt }) => (triggeredAt ?? receivedAt).getTime());
  if (sent.length === 0) return 0;
  const since = new Date(Math.min(...sent) - OVERLAP_MS);
  return (await sweepChanged(context, { ...resource, lateMs: 0 }, scopes, since)).found;
}

/** What stands for orders that are not kept cannot be read again: it goes the way of its customer, also out of the app. */
async function joinSums(context: SyncContext, events: readonly WebhookEvent[]): Promise<void> {
  const { db, copy, shop } = context;
  const isRedacted = events.length === 0 ? null : await redactedIn(db, shop);
  for (const { resourceIds } of events) {
    const [kept, gone] = resourceIds.map(Number);
    if (kept === undefined || gone === undefined) continue;
    if (isRedacted?.(kept)) await copy.eraseCustomers([gone]);
    else await copy.joinOpenings([{ gone, kept }]);
  }
}

/** The orders of customers who lost or got some: those that the warehouse holds and those that Shopify finds. */
async function readOrdersOf(
  context: SyncContext,
  scopes: ReadonlySet<string>,
  customerIds: readonly bigint[],
): Promise<number> {
  const ids = new Set<string>();
  for (const customerId of customerIds) {
    const held = await context.copy.query<{ order_id: number }>(
      "SELECT order_id FROM orders WHERE customer_id = $1 UNION ALL SELECT order_id FROM earlier_orders WHERE customer_id = $1",
      [customerId],
    );
    for (const order of held) ids.add(gidOf(orders, order.order_id));
    for await (const page of listAll(context.admin, orders, ordersOf(customerId)))
      for (const order of page) ids.add(order.id);
  }
  return (await loadByIds(context, orders, scopes, [...ids])).found;
}

/** Shopify sends an event again for hours, and may bring it a day late. */
const REMEMBERED_MS = 30 * 86_400_000;

/** Forgets events that nobody will deliver again; unreadable ones stay until they are followed. */
export async function forgetOldEvents(db: PrismaClient, now: Date): Promise<number> {
  const before = new Date(now.getTime() - REMEMBERED_MS);
  const { count: forgotten } = await db.webhookEvent.deleteMany({
    where: { receivedAt: { lt: before }, NOT: { processedAt: null, attempts: { gte: READ_ATTEMPTS } } },
  });
  return forgotten;
}
