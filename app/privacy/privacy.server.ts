// The front door of privacy for jobs: works off what Shopify asked for, and the upkeep of a night.
import { db } from "../db.server.ts";
import { env } from "../env.server.ts";
import { forgetQueues } from "../jobs/queue-traces.server.ts";
import { log } from "../log.server.ts";
import { warehouse } from "../runtime.server.ts";
import { downloadsOf } from "../sync/context.ts";
import { redactedIn, sealKeysAnew } from "../sync/redactions.ts";
import { isInstalled } from "../sync/sync.server.ts";
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
 * the app forget are still out.
 */
export async function workOffRequests(shop: string): Promise<void> {
  const open = await db.privacyRequest.findMany({
    where: { shop, doneAt: null },
    orderBy: { receivedAt: "asc" },
  });
  for (const request of open) {
    const done = { where: { id: request.id }, data: { doneAt: new Date() } };
    switch (request.topic) {
      case "customers_data_request":
        await db.privacyRequest.updateMany(done);
        break;
      case "customers_redact":
        await eraseCustomer(await placesOf(shop), request);
        log.info({ shop }, "a customer was erased");
        break;
      case "shop_redact":
        if ((await eraseShop(await placesOf(shop), shop, () => isInstalled(shop))) === "erased") return;
        await db.privacyRequest.updateMany(done);
    }
  }
  const returned = await eraseReturned(await placesOf(shop), shop);
  if (returned > 0) log.warn({ shop, returned }, "redacted customers had come back and were erased again");
}

/** @returns shops with requests to work off or redacted customers, and shops whose merchants limit how long orders are kept */
export async function nightly(now: Date): Promise<{ requests: string[]; retention: string[] }> {
  await expireRequests(db, now);
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
  const open = await db.privacyRequest.findMany({
    where: { doneAt: null },
    distinct: ["shop"],
    select: { shop: true },
  });
  const limited = await db.shop.findMany({ where: { uninstalledAt: null, keepMonths: { not: null } } });
  const requests = new Set([...open.map(({ shop }) => shop), ...listed.map(({ domain }) => domain)]);
  return { requests: [...requests], retention: limited.map(({ domain }) => domain) };
}
