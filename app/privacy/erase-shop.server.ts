// Erases a shop that has left, with all the app ever kept of it, unless it has come back.
import { rm } from "node:fs/promises";
import { forgetJobs } from "../jobs/queue-traces.server.ts";
import { log } from "../log.server.ts";
import type { Places } from "./erase-customer.server.ts";

/**
 * @param isIn whether Shopify still lets the app into the shop; asked when no removal has been heard of. Throws when Shopify
 * cannot be asked.
 * @returns "kept" when the shop uses the app (again)
 */
export async function eraseShop(
  { db, warehouse, downloads }: Places,
  shop: string,
  isIn: () => Promise<boolean>,
): Promise<"erased" | "kept"> {
  const before = await db.shop.findUnique({ where: { domain: shop } });
  if (before && before.uninstalledAt === null && (await isIn())) return "kept";
  // Should the shop come back in the middle of this, its first sync finds no warehouse and begins anew.
  await warehouse.drop(shop);
  await rm(downloads, { recursive: true, force: true });
  const erased = await db.$transaction(async (transaction) => {
    await transaction.$queryRaw`SELECT "domain" FROM "Shop" WHERE "domain" = ${shop} FOR UPDATE`;
    const now = await transaction.shop.findUnique({ where: { domain: shop } });
    const cameBack =
      now !== null &&
      (now.installedAt.getTime() !== before?.installedAt.getTime() ||
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
    await transaction.userChoices.deleteMany({ where });
    await transaction.shop.deleteMany({ where: { domain: shop } });
    await forgetJobs(transaction, shop);
    return true;
  });
  log.info({ shop, erased }, "a shop that left was erased");
  return erased ? "erased" : "kept";
}
