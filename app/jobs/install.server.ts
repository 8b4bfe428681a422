// What happens when a merchant opens the app's door: the shop's row, and its first sync begun or resumed.
import { db } from "../db.server.ts";
import { enqueue } from "./queue.server.ts";

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
  await db.shop.upsert({
    where: { domain: shop },
    create: { domain: shop, scopes },
    update: { uninstalledAt: null, ...(known?.uninstalledAt ? { installedAt: new Date() } : {}) },
  });
  const opened = await setScopes(shop, scopes);
  if (!known?.firstSyncFinishedAt || known.uninstalledAt || opened) await enqueue("first_sync", { shop });
  // Nothing was heard of the shop while the app was not installed.
  if (known?.uninstalledAt && known.firstSyncFinishedAt) await enqueue("sweep", { shop });
}

/** Stores what the merchant grants; says whether that opens older orders to a shop that showed 60 days. */
async function setScopes(shop: string, scopes: string): Promise<boolean> {
  const { historyLimited } = await db.shop.update({ where: { domain: shop }, data: { scopes } });
  return historyLimited && scopes.split(",").includes("read_all_orders");
}

/** The merchant granted or withdrew scopes. */
export async function scopesChanged(shop: string, current: readonly string[]): Promise<void> {
  const known = await db.shop.findUnique({ where: { domain: shop } });
  if (!known) return;
  const scope = current.join(",");
  await db.session.updateMany({ where: { shop, isOnline: false }, data: { scope } });
  if (await setScopes(shop, scope)) await enqueue("first_sync", { shop });
}
