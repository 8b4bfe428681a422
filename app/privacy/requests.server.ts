// What Shopify asks for by its compliance webhooks, kept by the inbox as a note of ids. Of a data request only the note lies
// around: its file is made when downloaded.
import { z } from "zod";
import type { PrivacyRequest } from "../../prisma/generated/client.ts";
import { db } from "../db.server.ts";
import { customers } from "../sync/resources/customers.ts";
import { topicsOfCustomers } from "../sync/resources/observed.ts";

/** Topics whose events name customers; those of orders name orders, which outlive a customer's erasure. */
export const CUSTOMER_TOPICS = [...Object.keys(customers.webhooks.topics), ...topicsOfCustomers];

/** Shopify gives the merchant 30 days to answer a customer; after that a request is of no use. */
export const REQUEST_DAYS = 30;

const DAY_MS = 86_400_000;

export const expiryOf = ({ receivedAt }: Pick<PrivacyRequest, "receivedAt">): Date =>
  new Date(receivedAt.getTime() + REQUEST_DAYS * DAY_MS);

const receivedAfter = (now: Date): Date => new Date(now.getTime() - REQUEST_DAYS * DAY_MS);

/** The shop's requests of the last 30 days, the newest first. */
export function requestsOf(shop: string, now: Date): Promise<PrivacyRequest[]> {
  return db.privacyRequest.findMany({
    where: { shop, receivedAt: { gt: receivedAfter(now) } },
    orderBy: { receivedAt: "desc" },
    take: 100,
  });
}

/** A data request of this shop that can still be answered, or null. */
export function openDataRequest(shop: string, requestId: string, now: Date): Promise<PrivacyRequest | null> {
  if (!z.uuid().safeParse(requestId).success) return Promise.resolve(null);
  return db.privacyRequest.findFirst({
    where: {
      id: requestId,
      shop,
      topic: "customers_data_request",
      receivedAt: { gt: receivedAfter(now) },
    },
  });
}

/** Deletes requests whose time is over; erasures that are still to be done stay until they are. */
export async function expireRequests(now: Date): Promise<number> {
  const { count } = await db.privacyRequest.deleteMany({
    where: {
      receivedAt: { lte: receivedAfter(now) },
      OR: [{ topic: "customers_data_request" }, { doneAt: { not: null } }],
    },
  });
  return count;
}

/** What the state database holds on a customer. */
export async function heldOn(shop: string, customerId: bigint) {
  const [notifications, requests] = await Promise.all([
    db.webhookEvent.findMany({
      where: { shop, topic: { in: CUSTOMER_TOPICS }, resourceIds: { has: customerId } },
      orderBy: { receivedAt: "asc" },
      select: { topic: true, receivedAt: true, processedAt: true },
    }),
    db.privacyRequest.findMany({
      where: { shop, customerId },
      orderBy: { receivedAt: "asc" },
      select: { topic: true, receivedAt: true },
    }),
  ]);
  return { notifications, requests };
}

export async function markDownloaded({ id, shop }: PrivacyRequest, at: Date): Promise<void> {
  await db.privacyRequest.updateMany({ where: { id, shop }, data: { downloadedAt: at } });
}
