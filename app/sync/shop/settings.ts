// What the merchant changed of the shop itself: followed at every sweep and on shop/update. Name, domain and plan are
// noted; another clock books every day anew; another currency makes the whole copy begin anew.
import type { Shop } from "../../../prisma/generated/client.ts";
import { StartsAnew } from "../../errors.ts";
import { log } from "../../log.server.ts";
import { sourceCoverage } from "../../warehouse/coverage.ts";
import { cancelBulk } from "../../shopify/bulk.ts";
import { openCheck } from "../check/checks.ts";
import type { SyncContext } from "../context.ts";
import { orders } from "../resources/orders.ts";
import { currencyChanged } from "./copy-row.ts";
import { settingsRead } from "./shop-row.ts";
import { readSettings, type ShopSettings } from "../../shopify/shop-settings.ts";
import { firstWholeDay, loadedBackTo } from "../reading/windows.ts";

/**
 * The shop's row, in step with Shopify.
 * @throws StartsAnew when the copy is in another currency; what must happen then has been noted
 */
export async function followSettings(context: SyncContext): Promise<Shop> {
  const { db, admin, copy, shop, now } = context;
  const settings = await readSettings(admin);
  const row = await db.shop.findUniqueOrThrow({ where: { domain: shop } });
  const meta = await copy.meta();
  if (meta !== null && meta.currency !== settings.currency) {
    await beginAnew(context, row, settings);
    throw new StartsAnew(shop);
  }
  if (meta !== null && meta.time_zone !== settings.timeZone) {
    await moveClock(context, settings.timeZone);
    // Months were held against Shopify's by the old clock.
    if (row.firstSyncFinishedAt) await openCheck(db, { domain: shop, timeZone: settings.timeZone }, now());
  }
  return settingsRead(db, row, settings, now());
}

/** Books all days anew; the first of them that is wholly here may be another. */
export async function moveClock({ db, copy, shop }: SyncContext, timeZone: string): Promise<void> {
  await copy.relocalise(timeZone);
  const meta = await copy.meta();
  if (meta === null || sourceCoverage(meta, orders.name).from_day === null) return;
  const windows = await db.syncWindow.findMany({ where: { shop, resource: orders.name } });
  const back = loadedBackTo(
    windows.map(({ fromAt, toAt, state }) => ({ from: fromAt, to: toAt, loaded: state === "done" })),
  );
  if (back !== null)
    await copy.setMeta({ coverage: { [orders.name]: { from_day: firstWholeDay(back, timeZone) } } });
}

/**
 * Forgets, in one step, how far the first sync was. The copy in the old currency stays as it is, and can be shown with
 * its own sign, until the plan of the new first sync drops it: so a process may end at any point in between.
 */
export async function beginAnew(context: SyncContext, row: Shop, settings: ShopSettings): Promise<Shop> {
  const { db, admin, shop, now } = context;
  const running = await db.syncWindow.findMany({
    where: { shop, state: "running", bulkOperationId: { not: null } },
  });
  // Shopify runs five at once, and nobody will ask for these any more.
  for (const { bulkOperationId: id } of running) if (id !== null) await cancelBulk(admin, id);
  const changed = row.currency !== null && row.currency !== settings.currency;
  const [, , begun] = await db.$transaction([
    db.syncWindow.deleteMany({ where: { shop } }),
    // Their amounts are in the old currency.
    db.monthFigures.deleteMany({ where: { shop } }),
    currencyChanged(db, row, settings, now()),
  ]);
  log.warn(
    { shop, from: changed ? row.currency : row.currencyBefore, to: settings.currency },
    "the currency changed: reading everything anew",
  );
  return begun;
}
