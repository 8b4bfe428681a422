// What Shopify asks for by its compliance webhooks, kept as a note of ids. The payload's e-mail address and phone number
// are never read into a variable of ours. Of a data request only the note lies around: its file is made when downloaded.
import { z } from "zod";
import type { PrivacyRequest, PrivacyTopic, PrismaClient } from "../../prisma/generated/client.ts";
import { customers } from "../sync/customers.ts";

/** Topics whose events name customers; those of orders name orders, which outlive a customer's erasure. */
export const CUSTOMER_TOPICS = Object.keys(customers.webhooks.topics);

/** Shopify gives the merchant 30 days to answer a customer; after that a request is of no use. */
export const REQUEST_DAYS = 30;

const DAY_MS = 86_400_000;

/** Numbers in JSON, or text; BIGINT holds every number of 18 digits. */
const id = z.union([z.int(), z.string().regex(/^\d{1,18}$/)]).transform((number) => BigInt(number));

const customer = z.object({ id });

interface Noted {
  customerId: bigint | null;
  orderIds: bigint[];
  number: bigint | null;
}

/** By topic as shopify.app.toml writes it: its name here, and all that is taken of its payload. */
export const complianceTopics: Readonly<
  Record<string, { name: PrivacyTopic; payload: z.ZodType<Noted, unknown> }>
> = {
  "customers/data_request": {
    name: "customers_data_request",
    payload: z
      .object({ customer, orders_requested: z.array(id).nullish(), data_request: z.object({ id }).nullish() })
      .transform((it) => ({
        customerId: it.customer.id,
        orderIds: it.orders_requested ?? [],
        number: it.data_request?.id ?? null,
      })),
  },
  "customers/redact": {
    name: "customers_redact",
    payload: z
      .object({ customer, orders_to_redact: z.array(id).nullish() })
      .transform((it) => ({ customerId: it.customer.id, orderIds: it.orders_to_redact ?? [], number: null })),
  },
  "shop/redact": {
    name: "shop_redact",
    payload: z.object({}).transform(() => ({ customerId: null, orderIds: [], number: null })),
  },
};

/**
 * Notes a request once however often it is delivered. Of a shop that is not known nothing is held, so there is nothing to
 * tell or erase; only the erasure of a shop is noted in any case.
 * @returns whether there is work to do
 */
export async function noteRequest(
  db: PrismaClient,
  request: { shop: string; topic: PrivacyTopic; eventId: string } & Noted,
): Promise<boolean> {
  const { shop, topic, eventId } = request;
  const known = await db.shop.findUnique({ where: { domain: shop }, select: { domain: true } });
  if (known === null && topic !== "shop_redact") return false;
  await db.privacyRequest.createMany({ data: request, skipDuplicates: true });
  const noted = await db.privacyRequest.findUnique({
    where: { shop_topic_eventId: { shop, topic, eventId } },
  });
  return noted !== null && noted.doneAt === null;
}

export const expiryOf = ({ receivedAt }: Pick<PrivacyRequest, "receivedAt">): Date =>
  new Date(receivedAt.getTime() + REQUEST_DAYS * DAY_MS);

const receivedAfter = (now: Date): Date => new Date(now.getTime() - REQUEST_DAYS * DAY_MS);

/** The shop's requests of the last 30 days, the newest first. */
export function requestsOf(db: PrismaClient, shop: string, now: Date): Promise<PrivacyRequest[]> {
  return db.privacyRequest.findMany({
    where: { shop, receivedAt: { gt: receivedAfter(now) } },
    orderBy: { receivedAt: "desc" },
    take: 100,
  });
}

/** A data request of this shop that can still be answered, or null. */
export function openDataRequest(
  db: PrismaClient,
  shop: string,
  requestId: string,
  now: Date,
): Promise<PrivacyRequest | null> {
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
export async function expireRequests(db: PrismaClient, now: Date): Promise<number> {
  const { count } = await db.privacyRequest.deleteMany({
    where: {
      receivedAt: { lte: receivedAfter(now) },
      OR: [{ topic: "customers_data_request" }, { doneAt: { not: null } }],
    },
  });
  return count;
}

/** What the state database holds on a customer. */
export async function heldOn(db: PrismaClient, shop: string, customerId: bigint) {
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

export async function markDownloaded(
  db: PrismaClient,
  { id, shop }: PrivacyRequest,
  at: Date,
): Promise<void> {
  await db.privacyRequest.updateMany({ where: { id, shop }, data: { downloadedAt: at } });
}
