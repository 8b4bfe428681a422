// Orders and customers whose data cannot be used: they keep nothing else out, and are listed with their reason beside the
// unreadable webhooks, from where they can be run again.
import { randomUUID } from "node:crypto";
import { z } from "zod";
import { kept } from "../../kept-failure.ts";
import { log } from "../../log.server.ts";
import type { SyncContext } from "../context.ts";
import { loadByIds, NODES_A_FILE } from "./load.ts";
import { heldAmong, lastRead } from "./last-read.ts";
import { orders } from "../resources/orders.ts";
import { gidOf, numericId } from "../../shopify/resource.ts";
import type { Resource } from "../resources/resource.ts";
import { patience, reasonOf, withoutUnreadable } from "./unreadable.ts";
import { unreadableIn, READ_ATTEMPTS, settleEvents } from "../shop/webhook-days.ts";

/**
 * As loadByIds, but for unreadable records: they are kept with their reason, and are in no number.
 * @throws TooManyUnreadable
 */
export async function loadReadable(
  context: SyncContext,
  resource: Resource,
  scopes: ReadonlySet<string>,
  ids: readonly string[],
  deleted?: ReadonlySet<string>,
): Promise<{ found: number; changed: number }> {
  const sum = { found: 0, changed: 0 };
  const left = patience(context);
  for (let at = 0; at < ids.length; at += NODES_A_FILE) {
    const some = ids.slice(at, at + NODES_A_FILE);
    const loaded = await withoutUnreadable(
      some,
      (usable) => loadByIds(context, resource, scopes, usable, deleted),
      (id, error) => keepUnreadable(context, resource, id, error),
      { left, signal: context.signal },
    );
    await context.meanwhile?.();
    for (const { found, changed } of loaded) {
      sum.found += found;
      sum.changed += changed;
    }
  }
  return sum;
}

const unreadableAnswer = z.object({
  nodes: z.array(
    z.object({ id: z.string(), name: z.string(), createdAt: z.iso.datetime(), test: z.boolean() }).nullable(),
  ),
});
export const unreadableDocument = `query Unreadable($ids: [ID!]!) {
  nodes(ids: $ids) { ... on Order { id name createdAt test } }
}`;

export interface UnreadableOrder {
  id: number;
  name: string;
  createdAt: Date;
  test: boolean;
}

/** The orders of Shopify's that are not here because they cannot be used, 250 at most. */
export async function unreadableOrders(context: SyncContext): Promise<UnreadableOrder[]> {
  const { admin, db, shop } = context;
  const events = await db.webhookEvent.findMany({
    where: { ...unreadableIn(shop), topic: { in: Object.keys(orders.webhooks.topics) } },
    select: { resourceIds: true },
  });
  const ids = [...new Set(events.flatMap(({ resourceIds }) => resourceIds.map(Number)))];
  const here = await heldAmong(context, orders, ids);
  const away = ids.filter((id) => !here.has(id)).slice(0, 250);
  if (away.length === 0) return [];
  const { nodes } = await admin.request(
    unreadableDocument,
    { ids: away.map((id) => gidOf(orders, id)) },
    unreadableAnswer,
  );
  return nodes.flatMap((node) =>
    node === null ? [] : [{ ...node, id: numericId(node.id), createdAt: new Date(node.createdAt) }],
  );
}

/** Settles what was unreadable and has been read since, by whichever job. */
export async function settleRead(context: SyncContext, resource: Resource): Promise<void> {
  const { db, shop, now } = context;
  const events = await db.webhookEvent.findMany({
    where: { ...unreadableIn(shop), topic: { in: Object.keys(resource.webhooks.topics) } },
    select: { id: true, resourceIds: true, receivedAt: true },
  });
  if (events.length === 0) return;
  const read = await lastRead(context, resource, [
    ...new Set(events.flatMap(({ resourceIds }) => resourceIds.map(Number))),
  ]);
  const settled = events.filter(({ resourceIds, receivedAt }) =>
    resourceIds.every((id) => (read.get(Number(id)) ?? NaN) > receivedAt.getTime()),
  );
  await settleEvents(db, shop, { id: { in: settled.map(({ id }) => id) } }, now());
}

/**
 * Kept as an event that nobody sent and no day counts, with all its attempts behind it; with the events that tell of the
 * same record, where some are unreadable.
 */
async function keepUnreadable(
  { db, shop, now }: SyncContext,
  { name, webhooks }: Resource,
  id: string,
  error: Error,
): Promise<void> {
  const reason = reasonOf(error, { shop, resource: name });
  log.error({ shop, resource: name, reason }, "a record is unreadable");
  const resourceId = BigInt(numericId(id));
  const { count } = await db.webhookEvent.updateMany({
    where: {
      ...unreadableIn(shop),
      topic: { in: Object.keys(webhooks.topics) },
      resourceIds: { has: resourceId },
    },
    data: { error: kept(reason) },
  });
  if (count > 0) return;
  await db.webhookEvent.create({
    data: {
      shop,
      topic: webhooks.changed,
      // No other column may name the record: a customer's id goes when he is erased.
      eventId: randomUUID(),
      webhookId: randomUUID(),
      resourceIds: [resourceId],
      receivedAt: now(),
      attempts: READ_ATTEMPTS,
      error: kept(reason),
    },
  });
}
