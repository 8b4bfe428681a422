// Orders and customers whose data cannot be used: found one by one among those read with them, so that they keep nothing
// else out, and listed with their reason beside the webhooks that were given up, from where they can be run again.
import { z } from "zod";
import { BrokenFile } from "../errors.ts";
import { log } from "../log.server.ts";
import { LedgerBroken } from "../warehouse/errors.ts";
import type { SyncContext } from "./context.ts";
import { landByIds, NODES_A_FILE } from "./land.ts";
import { lastRead } from "./readings.ts";
import { numericId, type Resource } from "./resource.ts";
import { givenUpIn, READINGS, settleEvents } from "./webhook-days.ts";

type Unusable = BrokenFile | LedgerBroken | z.ZodError;

const isUnusable = (error: unknown): error is Unusable =>
  error instanceof BrokenFile || error instanceof LedgerBroken || error instanceof z.ZodError;

/** In words that may be shown. */
export const reasonOf = (error: unknown): string =>
  error instanceof z.ZodError
    ? `What Shopify sent can't be used: ${z.prettifyError(error).replaceAll("\n", " ")}`
    : error instanceof Error
      ? error.message
      : String(error);

class TooManyUnusable extends Error {}

/** For a reader that has another way: an error of the data instead of a throw. */
export function unlessUnusable(error: unknown): Unusable {
  if (isUnusable(error)) return error;
  throw error;
}

/**
 * Does `work` on all of the items, and where the data of some cannot be used, on all the others: halves show which.
 * @returns what the readings came to
 */
export async function withoutUnusable<T, R>(
  items: readonly T[],
  work: (items: readonly T[]) => Promise<R>,
  aside: (item: T, error: Unusable) => Promise<unknown>,
): Promise<R[]> {
  if (items.length === 0) return [];
  try {
    return [await work(items)];
  } catch (error) {
    const unusable = unlessUnusable(error);
    const [only] = items;
    if (only !== undefined && items.length === 1) {
      await aside(only, unusable);
      return [];
    }
    const middle = Math.ceil(items.length / 2);
    const halves = [items.slice(0, middle), items.slice(middle)];
    const done: R[] = [];
    for (const half of halves) done.push(...(await withoutUnusable(half, work, aside)));
    return done;
  }
}

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
    for (const { found, changed } of landed) {
      sum.found += found;
      sum.changed += changed;
    }
  }
  return sum;
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
  error: Unusable,
): Promise<void> {
  log.error({ shop, resource: name, id, reason: reasonOf(error) }, "set aside what cannot be used");
  const resourceId = BigInt(numericId(id));
  const { count } = await db.webhookEvent.updateMany({
    where: {
      ...givenUpIn(shop),
      topic: { in: Object.keys(webhooks.topics) },
      resourceIds: { has: resourceId },
    },
    data: { error: reasonOf(error) },
  });
  if (count > 0) return;
  const topic = webhooks.changed;
  const eventId = `read ${id}`;
  const state = { attempts: READINGS, error: reasonOf(error), processedAt: null };
  await db.webhookEvent.upsert({
    where: { shop_topic_eventId: { shop, topic, eventId } },
    create: {
      ...state,
      shop,
      topic,
      eventId,
      webhookId: eventId,
      resourceIds: [resourceId],
      receivedAt: now(),
    },
    update: state,
  });
}
