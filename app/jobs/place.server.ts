// News of the app's own place in a shop, that it was removed or has other scopes: asked of Shopify before it is believed. A
// genuine body may be sent again by anybody, and a token is thrown away only once.
import { db } from "../db.server.ts";
import { log } from "../log.server.ts";
import { meters } from "../metrics/meters.server.ts";
import type { JobTools } from "../queue/contract.ts";
import { grantNow, leave } from "../sync/sync.server.ts";
import { PLACE_TOPICS } from "../webhooks/topics.ts";
import { scopesChanged } from "../sync/shop/install.server.ts";

const REMOVED = "app/uninstalled";
const waiting = { topic: { in: [...PLACE_TOPICS] }, processedAt: null };

/** One question to Shopify answers all that waits. */
export async function followPlace(shop: string, { enqueue, signal }: JobTools): Promise<void> {
  const events = await db.webhookEvent.findMany({
    where: { ...waiting, shop },
    orderBy: { receivedAt: "asc" },
  });
  if (events.length === 0) return;
  const settle = () =>
    db.webhookEvent.updateMany({
      where: { id: { in: events.map(({ id }) => id) } },
      data: { processedAt: new Date(), attempts: { increment: 1 } },
    });
  const removals = events.filter(({ topic }) => topic === REMOVED);
  const asked = new Date();
  const scopes = await grantNow(shop, signal);
  if (scopes === null) {
    const removal = removals.at(-1);
    if (removal !== undefined) await leave(shop, removal.triggeredAt ?? removal.receivedAt, asked);
    await settle();
    return;
  }
  if (removals.length < events.length) {
    await scopesChanged(shop, scopes.split(","));
    await enqueue("subscribe", { shop });
  }
  const denied = removals.filter(({ attempts }) => attempts === 0).length;
  if (denied > 0) {
    log.warn({ shop, denied }, "a removal of the app is ignored: Shopify still lets it into the shop");
    meters.removalsDenied.inc(denied);
    // The merchant may have come back before this: nothing was heard of the shop in between.
    await enqueue("sweep", { shop });
  }
  await settle();
}

/**
 * Shops whose news wait although their job has given up, and those whose removal was ignored today: a token may have outlived
 * a true one by moments.
 */
export async function placesToFollow(): Promise<string[]> {
  await db.$executeRaw`
    UPDATE "WebhookEvent" SET "processedAt" = NULL
    WHERE topic = ${REMOVED} AND "processedAt" IS NOT NULL AND attempts = 1
      AND shop IN (SELECT domain FROM "Shop" WHERE "uninstalledAt" IS NULL)`;
  const shops = await db.webhookEvent.findMany({
    where: waiting,
    distinct: ["shop"],
    select: { shop: true },
  });
  return shops.map(({ shop }) => shop);
}
