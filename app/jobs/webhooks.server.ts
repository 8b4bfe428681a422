// How a webhook is taken in: noted by its event, answered at once, worked off by a job that many of them share.
import { db } from "../db.server.ts";
import { log } from "../log.server.ts";
import { orTryAgain } from "../respond.server.ts";
import { verifyWebhook, type Webhook } from "../shopify.server.ts";
import { bulkEnded, subscriptions } from "../sync/resources.ts";
import { enqueue, inbox } from "./queue.server.ts";

/**
 * Takes in a webhook of one of the topics that resources declare for `route`.
 * Throws a Response: those of verifyWebhook, 404 for another topic, 400 for a payload without the ids it should have,
 * 503 when it cannot be kept, so that Shopify sends it again.
 */
export async function takeIn(request: Request, route: string): Promise<Response> {
  const webhook = await verifyWebhook(request);
  const { shop, topic, webhookId } = webhook;
  const declared = subscriptions.find((each) => each.topic === topic && each.route === route);
  if (!declared) throw new Response("not a topic of this address", { status: 404, statusText: "Not Found" });
  const ids = declared.ids.map((path) => idAt(webhook.payload, path));
  return orTryAgain(async () => {
    if (!ids.every((id) => id !== null)) {
      log.warn({ shop, topic, webhookId, expected: declared.ids }, "a webhook without the expected id");
      await (await inbox()).countUnusable(shop);
      return new Response("the expected id is missing", { status: 400, statusText: "Bad Request" });
    }
    const settled = topic === bulkEnded.topic;
    if (settled) await wakeFirstSync(shop, ids);
    const { eventId, triggeredAt } = webhook;
    await (await inbox()).note({ shop, topic, eventId, webhookId, triggeredAt, resourceIds: ids, settled });
    return new Response();
  });
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

/**
 * Brings the next look of the first sync, or of a night's check, forward when an operation it waits for has ended;
 * without this news it looks anyway.
 */
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
