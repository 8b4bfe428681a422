// Webhooks as their routes take them in: noted in the queue's inbox, worked off by jobs.
import { db } from "../db.server.ts";
import { verifyWebhook } from "./verify.server.ts";
import { takeInto } from "./intake.server.ts";
import { enqueue } from "../queue/queue.server.ts";
import { inbox } from "./inbox.server.ts";

/** Throws Responses: see verifyWebhook and takeInto. */
export async function takeIn(request: Request): Promise<Response> {
  return takeInto({ inbox, bulkEnded: wakeFirstSync }, await verifyWebhook(request));
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
