// How a shop's webhooks fare: counted by days of UTC, and those that are unreadable, with what can be done.
import type { Prisma, PrismaClient, WebhookEvent } from "../../../prisma/generated/client.ts";
import { type Failure } from "../../failure.ts";
import { readFailure } from "../../kept-failure.ts";

/** Reads that end with an error of the data (not for want of Shopify) before an event is left alone, with its reason. */
export const READ_ATTEMPTS = 11;

/**
 * A webhook is late when it comes longer than this after what it tells of: the overlap of two sweeps, so that a sweep may
 * have found the change before it.
 */
export const LATE_MINUTES = 5;

/** Adds to the days on which the events came; events of before there were days are in none. */
export async function count(
  db: PrismaClient,
  shop: string,
  what: "used" | "unusable",
  events: readonly Pick<WebhookEvent, "day">[],
): Promise<void> {
  const days = Map.groupBy(
    events.flatMap(({ day }) => (day === null ? [] : [day])),
    (day) => day.getTime(),
  );
  for (const [day, among] of days)
    await db.webhookDay.updateMany({
      where: { shop, day: new Date(day) },
      data: { [what]: { increment: among.length } },
    });
}

/** Notes of unprocessed events of the shop that what they name has been read. */
export async function settleEvents(
  db: PrismaClient,
  shop: string,
  which: Prisma.WebhookEventWhereInput,
  now: Date,
): Promise<void> {
  const settled = await db.webhookEvent.updateManyAndReturn({
    where: { ...which, shop, processedAt: null },
    data: { processedAt: now, error: null },
    select: { day: true },
  });
  await count(db, shop, "used", settled);
}

/** Adds changes that a sweep found and no webhook had announced to the present day. */
export async function countRepaired(db: PrismaClient, shop: string, changes: number): Promise<void> {
  if (changes === 0) return;
  await db.$executeRaw`
    INSERT INTO "WebhookDay" AS kept (shop, day, repaired)
    SELECT domain, (now() AT TIME ZONE 'UTC')::date, ${changes} FROM "Shop" WHERE domain = ${shop}
    ON CONFLICT (shop, day) DO UPDATE SET repaired = kept.repaired + excluded.repaired`;
}

export interface UnreadableWebhook {
  id: string;
  topic: string;
  resourceIds: readonly bigint[];
  receivedAt: Date;
  reason: Failure | null;
}

export interface WebhookUpkeep {
  /** Of the last DAYS days, today's among them. */
  counts: Record<"received" | "late" | "repeated" | "used" | "unusable" | "repaired", number>;
  /** The latest unreadable ones, LISTED at most. */
  unreadable: readonly UnreadableWebhook[];
  unreadableInAll: number;
  /** The days counted, and from when on a webhook is late. */
  days: number;
  lateMinutes: number;
}

const DAYS = 30;
const LISTED = 50;

/** Which of a shop's events are unreadable: every attempt to read what they announce failed for the data's own sake. */
export const unreadableIn = (shop: string) => ({ shop, processedAt: null, attempts: { gte: READ_ATTEMPTS } });

export async function webhookUpkeep(db: PrismaClient, shop: string, now: Date): Promise<WebhookUpkeep> {
  const since = new Date(now.getTime() - DAYS * 86_400_000);
  const [{ _sum: sums }, rows, unreadableInAll] = await Promise.all([
    db.webhookDay.aggregate({
      where: { shop, day: { gte: since } },
      _sum: { received: true, late: true, repeated: true, used: true, unusable: true, repaired: true },
    }),
    db.webhookEvent.findMany({ where: unreadableIn(shop), orderBy: { receivedAt: "desc" }, take: LISTED }),
    db.webhookEvent.count({ where: unreadableIn(shop) }),
  ]);
  return {
    counts: {
      received: sums.received ?? 0,
      late: sums.late ?? 0,
      repeated: sums.repeated ?? 0,
      used: sums.used ?? 0,
      unusable: sums.unusable ?? 0,
      repaired: sums.repaired ?? 0,
    },
    unreadable: rows.map(({ id, topic, resourceIds, receivedAt, error }) => ({
      id,
      topic,
      resourceIds,
      receivedAt,
      reason: error === null ? null : readFailure(error),
    })),
    unreadableInAll,
    days: DAYS,
    lateMinutes: LATE_MINUTES,
  };
}

/**
 * Gives an unreadable event of the shop, or "all" of them, the attempts of a new one; the caller sees to it that they are
 * read.
 * @returns how many there were
 */
export async function runAgain(db: PrismaClient, shop: string, id: string): Promise<number> {
  const { count: again } = await db.webhookEvent.updateMany({
    where: { ...unreadableIn(shop), ...(id === "all" ? {} : { id }) },
    data: { attempts: 0 },
  });
  return again;
}
