// What happens when a merchant opens the app: the shop's row, and its first sync begun or resumed.
import { db } from "../../db.server.ts";
import { enqueue } from "../../queue/queue.server.ts";
import { grantedScopes } from "../context.ts";
import { isReadable } from "../resources/resource.ts";
import { resources } from "../resources/resources.ts";
import { regrant } from "./scopes.ts";
import * as row from "./shop-row.ts";

/** After every token exchange; most of them are no install, and then there is nothing to do. */
export async function installed({
  shop,
  scope,
}: {
  shop: string;
  scope?: string | undefined;
}): Promise<void> {
  const scopes = scope ?? "";
  const known = await db.shop.findUnique({ where: { domain: shop } });
  await row.installed(db, shop, scopes, known);
  const { opened, moved } = await setScopes(shop, scopes);
  if (!known?.firstSyncFinishedAt || known.uninstalledAt || opened) await enqueue("first_sync", { shop });
  // Nothing was heard of the shop while the app was not installed.
  if (known?.firstSyncFinishedAt && (known.uninstalledAt || moved)) await enqueue("sweep", { shop });
}

/** Which resources the shop lets the app read. */
const readable = (scopes: string): string => {
  const granted = grantedScopes(scopes);
  return resources
    .filter((resource) => isReadable(resource, granted))
    .map(({ name }) => name)
    .join();
};

/**
 * Stores what the merchant grants.
 * @returns `opened`: older orders of a shop that showed 60 days; `moved`: a scope was lost or came back, or something else
 * may be read now
 */
async function setScopes(shop: string, scopes: string): Promise<{ opened: boolean; moved: boolean }> {
  const known = await db.shop.findUniqueOrThrow({ where: { domain: shop } });
  const next = regrant(known, scopes, new Date());
  await row.granted(db, shop, next);
  return {
    opened: known.historyLimited && grantedScopes(scopes).has("read_all_orders"),
    moved: next.lostScopes !== known.lostScopes || readable(next.scopes) !== readable(known.scopes),
  };
}

/** Shopify says what the merchant grants now. */
export async function scopesChanged(shop: string, current: readonly string[]): Promise<void> {
  const known = await db.shop.findUnique({ where: { domain: shop } });
  if (!known) return;
  const scope = current.join(",");
  await db.session.updateMany({ where: { shop, isOnline: false }, data: { scope } });
  const { opened, moved } = await setScopes(shop, scope);
  if (opened || !known.firstSyncFinishedAt) await enqueue("first_sync", { shop });
  if (moved && known.firstSyncFinishedAt) await enqueue("sweep", { shop });
  // A scope may have come that opens another source.
  if (known.firstSyncFinishedAt && scope !== known.scopes) await enqueue("record", { shop });
}
