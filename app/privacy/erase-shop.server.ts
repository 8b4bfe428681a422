// Erases a shop that has left, with all the app ever kept of it, unless it has come back.
import { rm } from "node:fs/promises";
import { forgetJobs } from "../queue/queue-traces.server.ts";
import { log } from "../log.server.ts";
import { meters } from "../metrics/meters.server.ts";
import { forgotten } from "../sync/shop/shop-row.ts";
import type { Places } from "./erase-customer.server.ts";

/**
 * @param isIn whether Shopify still lets the app into the shop: asked whatever has been heard of a removal, which may be
 * untrue. Throws when Shopify cannot be asked.
 * @returns "kept" when the shop uses the app (again)
 */
export async function eraseShop(
  { db, warehouse, downloads }: Places,
  shop: string,
  isIn: () => Promise<boolean>,
): Promise<"erased" | "kept"> {
  const before = await db.shop.findUnique({ where: { domain: shop } });
  if (before && (await isIn())) {
    log.warn({ shop }, "a shop's erasure was ignored: Shopify still lets the app into it");
    meters.erasuresDenied.inc();
    return "kept";
  }
  // Should the shop come back in the middle of this, its first sync finds no warehouse and begins anew.
  await warehouse.of(shop).drop();
  await rm(downloads, { recursive: true, force: true });
  const erased = await db.$transaction(async (transaction) => {
    await transaction.$queryRaw`SELECT "domain" FROM "Shop" WHERE "domain" = ${shop} FOR UPDATE`;
    const now = await transaction.shop.findUnique({ where: { domain: shop } });
    const cameBack =
      now !== null &&
      (now.installedAt.getTime() !== before?.installedAt.getTime() ||
        now.admittedAt.getTime() !== before?.admittedAt.getTime() ||
        now.uninstalledAt?.getTime() !== before.uninstalledAt?.getTime());
    if (cameBack) return false;
    const where = { shop };
    await transaction.session.deleteMany({ where });
    await transaction.syncWindow.deleteMany({ where });
    await transaction.webhookEvent.deleteMany({ where });
    await transaction.redactedCustomer.deleteMany({ where });
    await transaction.privacyRequest.deleteMany({ where });
    await transaction.webhookDay.deleteMany({ where });
    await transaction.costBudget.deleteMany({ where });
    await transaction.check.deleteMany({ where });
    await transaction.monthFigures.deleteMany({ where });
    await transaction.finding.deleteMany({ where });
    await transaction.findingWeek.deleteMany({ where });
    await transaction.findingDay.deleteMany({ where });
    await transaction.findingDays.deleteMany({ where });
    await transaction.userChoices.deleteMany({ where });
    await transaction.savedView.deleteMany({ where });
    await transaction.dataAccess.deleteMany({ where });
    await transaction.shopCalendar.deleteMany({ where });
    await transaction.ownEvent.deleteMany({ where });
    await transaction.annotation.deleteMany({ where });
    await transaction.shopifyAnnotation.deleteMany({ where });
    await transaction.annotationGone.deleteMany({ where });
    await transaction.orderExclusion.deleteMany({ where });
    await forgotten(transaction, shop);
    await forgetJobs(transaction, shop);
    return true;
  });
  log.info({ shop, erased }, "a shop that left was erased");
  return erased ? "erased" : "kept";
}
