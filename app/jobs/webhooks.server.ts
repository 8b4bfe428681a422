// How a webhook is taken in: noted by its event, answered at once, worked off by a job that many of them share.
import { db } from "../db.server.ts";
import { log } from "../log.server.ts";
import { verifyWebhook, type Webhook } from "../shopify.server.ts";
import { bulkEnded, subscriptions } from "../sync/resources.ts";
import { enqueue } from "./queue.server.ts";

/** Events of this long share one reading. */
const COALESCE_MS = 1000;

/**
 * Takes in a webhook of one of the topics that resources declare for `route`.
 * Throws a Response: those of verifyWebhook, 404 for another topic, 400 for a payload without the ids it should have.
 */
export async function takeIn(request: Request, route: string): Promise<Response> {
  const webhook = await verifyWebhook(request);
  const { shop, topic, webhookId } = webhook;
  const declared = subscriptions.find((each) => each.topic === topic && each.route === route);
  if (!declared) throw new Response("not a topic of this address", { status: 404, statusText: "Not Found" });
  const ids = declared.ids.map((path) => idAt(webhook.payload, path));
  if (!ids.every((id) => id !== null)) {
    log.warn({ shop, topic, webhookId, expected: declared.ids }, "a webhook without the expected id");
    throw new Response("the expected id is missing", { status: 400, statusText: "Bad Request" });
  }
  if (topic === bulkEnded.topic) await wakeFirstSync(shop, ids);
  else await note(webhook, ids);
  return new Response();
}

/** A REST number or a gid; BIGINT holds every number of 18 digits. */
const ID = /^(?:gid:\/\/shopify\/\w+\/)?(\d{1,18})$/;

function idAt(payload: Webhook["payload"], path: string): bigint | null {
  let value: unknown = payload;
  for (const field of path.split("."))
    value =
      typeof value === "object" && value !== null && Object.hasOwn(value, field)
        ? (value as Record<string, unknown>)[field]
        : undefined;
  const digits =
    typeof value === "string" || Number.isSafeInteger(value) ? ID.exec(String(value))?.[1] : null;
  return digits ? BigInt(digits) : null;
}

/** Notes an event, once however often it is delivered, and sees to it that what it names is read again. */
async function note(webhook: Webhook, resourceIds: bigint[]): Promise<void> {
  const { shop, topic, eventId, webhookId, triggeredAt } = webhook;
  const now = new Date();
  const { count } = await db.webhookEvent.createMany({
    data: {
      shop,
      topic,
      eventId,
      webhookId,
      resourceIds,
      triggeredAt: triggeredAt === null ? null : new Date(triggeredAt),
    },
    skipDuplicates: true,
  });
  if (count === 0 && (await wasProcessed(webhook))) return;
  const { count: installed } = await db.shop.updateMany({
    where: { domain: shop, uninstalledAt: null },
    data: { lastWebhookAt: now },
  });
  // A delivery that broke off between note and queue comes again: then the note is there and the job is not.
  if (installed > 0)
    await enqueue(
      "refetch_orders",
      { shop },
      { runAt: new Date(now.getTime() + COALESCE_MS), keepRunAt: true },
    );
}

async function wasProcessed({ shop, topic, eventId }: Webhook): Promise<boolean> {
  const known = await db.webhookEvent.findUnique({ where: { shop_topic_eventId: { shop, topic, eventId } } });
  return known?.processedAt != null;
}

/** Brings the next look of the first sync, or of a night's check, forward when an operation it waits for has ended; without this news it looks anyway. */
async function wakeFirstSync(shop: string, operations: readonly bigint[]): Promise<void> {
  const waited = await db.syncWindow.findFirst({
    where: {
      shop,
      state: { not: "done" },
      bulkOperationId: { in: operations.map((id) => `gid://shopify/BulkOperation/${id}`) },
    },
  });
  if (waited) await enqueue("first_sync", { shop });
  else if (await db.check.findFirst({ where: { shop, kind: "night", finishedAt: null } }))
    await enqueue("check", { shop });
}
