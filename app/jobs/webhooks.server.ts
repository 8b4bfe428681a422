// How a webhook is taken in: noted by its event, answered at once, worked off by a job that many of them share.
import { z } from "zod";
import { db } from "../db.server.ts";
import type { Webhook } from "../shopify.server.ts";
import { enqueue } from "./queue.server.ts";

/** Events of this long share one reading. */
const COALESCE_MS = 1000;

const numbered = z.object({ id: z.union([z.int(), z.string().regex(/^\d+$/)]).transform(BigInt) });

/** Notes an order's event, once however often it is delivered, and sees to it that the order is read again. */
export async function orderChanged(webhook: Webhook): Promise<void> {
  const { shop, topic, eventId, webhookId, triggeredAt } = webhook;
  const now = new Date();
  const { count } = await db.webhookEvent.createMany({
    data: {
      shop,
      topic,
      eventId,
      webhookId,
      resourceId: numbered.parse(webhook.payload).id,
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
