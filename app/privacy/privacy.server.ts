// The front door of privacy for jobs: works off what Shopify asked for, and the upkeep of a night.
import type { PrivacyRequest } from "../../prisma/generated/client.ts";
import { db } from "../db.server.ts";
import { env } from "../env.server.ts";
import { forgetQueues } from "../queue/queue-traces.server.ts";
import { log } from "../log.server.ts";
import { outageOf } from "../outage.ts";
import { warehouse } from "../process/runtime.server.ts";
import { downloadsOf } from "../sync/context.ts";
import { redactedIn, sealKeysAnew } from "../sync/loading/redactions.ts";
import { grantNow } from "../sync/sync.server.ts";
import { forgetOldAccess } from "./access.server.ts";
import { eraseCustomer, eraseReturned, forgetInNotes, type Places } from "./erase-customer.server.ts";
import { eraseShop } from "./erase-shop.server.ts";
import { expireRequests } from "./requests.server.ts";

const placesOf = async (shop: string): Promise<Places> => ({
  db,
  warehouse: await warehouse(),
  downloads: downloadsOf(env().DATA_DIR, shop),
});

/**
 * Everything Shopify asked for about the shop that is not done, in the order in which it came; then whether those it had
 * the app forget are still out. One that fails keeps no other waiting; its error is thrown at the end.
 */
export async function workOffRequests(shop: string): Promise<void> {
  const open = await db.privacyRequest.findMany({
    where: { shop, doneAt: null },
    orderBy: { receivedAt: "asc" },
  });
  const failures: unknown[] = [];
  for (const request of open) {
    const outcome = await workOff(shop, request).catch((error: unknown) => {
      if (outageOf(error) !== null) throw error;
      failures.push(error);
      return null;
    });
    if (outcome === "erased") return;
  }
  const returned = await eraseReturned(await placesOf(shop), shop);
  if (returned > 0) log.warn({ shop, returned }, "redacted customers had come back and were erased again");
  if (failures.length > 0) throw failures[0];
}

/** @returns "erased": nothing of the shop is left */
async function workOff(shop: string, request: PrivacyRequest): Promise<"done" | "erased"> {
  const done = { where: { id: request.id }, data: { doneAt: new Date() } };
  switch (request.topic) {
    case "customers_data_request":
      await db.privacyRequest.updateMany(done);
      break;
    case "customers_redact":
      await eraseCustomer(await placesOf(shop), request);
      log.info({ shop }, "a customer was erased");
      break;
    case "shop_redact": {
      const isIn = async () => (await grantNow(shop)) !== null;
      if ((await eraseShop(await placesOf(shop), shop, isIn)) === "erased") return "erased";
      await db.privacyRequest.updateMany(done);
    }
  }
  return "done";
}

/** Shopify asks once, 48 hours after a shop has left. Whoever has been away for so long is erased though nobody asked. */
const AWAY_DAYS = 30;

async function noteLeft(now: Date): Promise<void> {
  const since = new Date(now.getTime() - AWAY_DAYS * 86_400_000);
  const left = await db.shop.findMany({ where: { uninstalledAt: { lt: since } }, select: { domain: true } });
  for (const { domain: shop } of left) {
    log.info({ shop }, "a shop that left was never asked to be erased");
    await db.privacyRequest.createMany({
      data: { shop, topic: "shop_redact", eventId: "left", orderIds: [] },
      skipDuplicates: true,
    });
  }
}

/** @returns shops with requests to work off or redacted customers, and shops whose merchants limit how long orders are kept */
export async function nightly(now: Date): Promise<{ requests: string[]; retention: string[] }> {
  await expireRequests(now);
  await forgetOldAccess(now);
  const unreadable = await sealKeysAnew(db);
  if (unreadable.length > 0) log.error({ shops: unreadable }, "lists of erased customers cannot be read");
  const listed = await db.shop.findMany({
    where: { redactionKey: { not: null }, domain: { notIn: unreadable } },
  });
  for (const { domain } of listed) {
    const isRedacted = await redactedIn(db, domain);
    if (isRedacted !== null) await forgetInNotes(db, domain, isRedacted);
  }
  await forgetQueues(db);
  await noteLeft(now);
  const open = await db.privacyRequest.findMany({
    where: { doneAt: null },
    distinct: ["shop"],
    select: { shop: true },
  });
  const limited = await db.shop.findMany({ where: { uninstalledAt: null, keepMonths: { not: null } } });
  const requests = new Set([...open.map(({ shop }) => shop), ...listed.map(({ domain }) => domain)]);
  return { requests: [...requests], retention: limited.map(({ domain }) => domain) };
}
