// Orders and customers whose data cannot be used: they keep nothing else out, and are listed with their reason beside the
// webhooks that were given up, from where they can be run again.
import { randomUUID } from "node:crypto";
import { z } from "zod";
import { log } from "../log.server.ts";
import type { SyncContext } from "./context.ts";
import { landByIds, NODES_A_FILE } from "./land.ts";
import { heldAmong, lastRead } from "./readings.ts";
import { orders } from "./orders.ts";
import { gidOf, numericId, type Resource } from "./resource.ts";
import { reasonOf, withoutUnusable } from "./unusable.ts";
import { givenUpIn, READINGS, settleEvents } from "./webhook-days.ts";

class TooManyUnusable extends Error {}

/** Beyond this it is not some records that are amiss, and reading them one by one would only take long to find that out. */
const ASIDE_AT_MOST = 100;

/**
 * As landByIds, but for those that cannot be used: they are set aside with their reason, and are in no number. Throws that
 * reason when they are very many.
 */
export async function landUsable(
  context: SyncContext,
  resource: Resource,
  scopes: ReadonlySet<string>,
  ids: readonly string[],
  deleted?: ReadonlySet<string>,
): Promise<{ found: number; changed: number }> {
  const sum = { found: 0, changed: 0 };
  let aside = 0;
  for (let at = 0; at < ids.length; at += NODES_A_FILE) {
    const some = ids.slice(at, at + NODES_A_FILE);
    const landed = await withoutUnusable(
      some,
      (usable) => landByIds(context, resource, scopes, usable, deleted),
      async (id, error) => {
        if (aside === ASIDE_AT_MOST) throw new TooManyUnusable(reasonOf(error), { cause: error });
        aside += 1;
        await setAside(context, resource, id, error);
      },
    );
    await context.meanwhile?.();
    for (const { found, changed } of landed) {
      sum.found += found;
      sum.changed += changed;
    }
  }
  return sum;
}

const setAsideAnswer = z.object({
  nodes: z.array(
    z.object({ id: z.string(), name: z.string(), createdAt: z.iso.datetime(), test: z.boolean() }).nullable(),
  ),
});
export const setAsideDocument = `query SetAside($ids: [ID!]!) {
  nodes(ids: $ids) { ... on Order { id name createdAt test } }
}`;

export interface SetAsideOrder {
  id: number;
  name: string;
  createdAt: Date;
  test: boolean;
}

/** The orders of Shopify's that are not here because they cannot be used, 250 at most. */
export async function setAsideOrders(context: SyncContext): Promise<SetAsideOrder[]> {
  const { admin, db, shop } = context;
  const events = await db.webhookEvent.findMany({
    where: { ...givenUpIn(shop), topic: { in: Object.keys(orders.webhooks.topics) } },
    select: { resourceIds: true },
  });
  const ids = [...new Set(events.flatMap(({ resourceIds }) => resourceIds.map(Number)))];
  const here = await heldAmong(context, orders, ids);
  const away = ids.filter((id) => !here.has(id)).slice(0, 250);
  if (away.length === 0) return [];
  const { nodes } = await admin.request(
    setAsideDocument,
    { ids: away.map((id) => gidOf(orders, id)) },
    setAsideAnswer,
  );
  return nodes.flatMap((node) =>
    node === null ? [] : [{ ...node, id: numericId(node.id), createdAt: new Date(node.createdAt) }],
  );
}

/** Settles whatever was given up and has been read since, by whom ever. */
export async function settleRead(context: SyncContext, resource: Resource): Promise<void> {
  const { db, shop, now } = context;
  const events = await db.webhookEvent.findMany({
    where: { ...givenUpIn(shop), topic: { in: Object.keys(resource.webhooks.topics) } },
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
 * Kept as an event that nobody sent and no day counts, with all its readings behind it; with the events that tell of the
 * same record, where some were given up.
 */
async function setAside(
  { db, shop, now }: SyncContext,
  { name, webhooks }: Resource,
  id: string,
  error: Error,
): Promise<void> {
  const reason = reasonOf(error);
  log.error({ shop, resource: name, reason }, "set aside what cannot be used");
  const resourceId = BigInt(numericId(id));
  const { count } = await db.webhookEvent.updateMany({
    where: {
      ...givenUpIn(shop),
      topic: { in: Object.keys(webhooks.topics) },
      resourceIds: { has: resourceId },
    },
    data: { error: reason },
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
      attempts: READINGS,
      error: reason,
    },
  });
}
