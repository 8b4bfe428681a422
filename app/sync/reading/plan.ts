// What the first sync will do: reads a shop's settings and cuts what is not yet covered into SyncWindow rows.
import type { Shop } from "../../../prisma/generated/client.ts";
import { AccessRevoked, ScopeMissing } from "../../errors.ts";
import { failure } from "../../failure.ts";
import { log } from "../../log.server.ts";
import { grantedScopes, type SyncContext } from "../context.ts";
import { decimalsOf } from "../../shopify/currency.ts";
import { customers } from "../resources/customers.ts";
import { orders } from "../resources/orders.ts";
import { isReadable, type Resource } from "../resources/resource.ts";
import { missingScopes, resources } from "../resources/resources.ts";
import { firstSyncPlanned } from "../shop/copy-row.ts";
import { exclusionOf } from "../shop/exclusion.ts";
import { beginAnew, moveClock } from "../shop/settings.ts";
import { countAll, countOrders, readCounts, readSettings } from "../../shopify/shop-settings.ts";
import { keptDay } from "../loading/left-out.ts";
import { createdBefore, createdIn, createdSince, firstVisibleDay, planWindows } from "./windows.ts";

/**
 * Plans everything for a new shop, and for a known one what a new scope has opened (`ordersExpected` is null then).
 * A shop whose warehouse is gone begins again.
 * @returns the shop's row with its settings
 */
export async function planIfNeeded(context: SyncContext, shop: Shop): Promise<Shop> {
  const { db, admin, copy } = context;
  let known = await db.syncWindow.findMany({ where: { shop: context.shop } });
  const meta = await copy.meta();
  if (known.length > 0 && meta === null) {
    await db.syncWindow.deleteMany({ where: { shop: context.shop } });
    known = [];
  }
  if (known.length > 0 && shop.ordersExpected !== null) {
    assertGranted(context.shop, grantedScopes(shop.scopes));
    return shop;
  }

  const begun = context.now();
  const settings = await readSettings(admin);
  const scopes = grantedScopes(settings.scopes);
  assertGranted(context.shop, scopes);
  if (meta !== null && meta.currency !== settings.currency) {
    shop = await beginAnew(context, shop, settings);
    known = [];
    await copy.drop();
  } else if (meta !== null && meta.time_zone !== settings.timeZone)
    await moveClock(context, settings.timeZone);
  // A shop younger than the limit shows all it has.
  const visible = firstVisibleDay(begun, settings.timeZone);
  const historyLimited = !scopes.has("read_all_orders") && new Date(settings.createdAt) < visible;
  // For sums all is read, unless they are there already; what is older goes as soon as they are made.
  const kept = shop.keepSums
    ? (context.opening ?? null)
    : (keptDay({ ...shop, timeZone: settings.timeZone }, begun)?.from ?? null);
  const from = kept && !(historyLimited && kept < visible) ? kept : historyLimited ? visible : null;
  const counts = await readCounts(admin, from ? createdSince(from) : "");
  const left = kept ? await countOrders(admin, createdBefore(kept)) : 0;

  const isToRead = (resource: Resource): boolean =>
    isReadable(resource, scopes) && !known.some((window) => window.resource === resource.name);
  await copy.setMeta({
    currency: settings.currency,
    decimals: decimalsOf(settings.currency),
    time_zone: settings.timeZone,
    coverage: Object.fromEntries(
      resources
        .filter((resource) => resource.past === "windows" || isToRead(resource))
        .map(({ name }) => [name, { state: "loading" }]),
    ),
  });
  await copy.exclude(await exclusionOf(db, context.shop));

  const covered = known.filter((window) => window.resource === orders.name);
  const to = new Date(Math.min(begun.getTime(), ...covered.map((window) => window.fromAt.getTime())));
  const oldest = historyLimited
    ? (from ?? visible)
    : counts.firstOrderAt === null
      ? to
      : new Date(counts.firstOrderAt);
  const windows = [];
  for (const [index, { from, to: end }] of planWindows(oldest, to, settings.timeZone).entries())
    windows.push({
      shop: context.shop,
      resource: orders.name,
      // Odd numbers are left for the older half of a window that has to be cut.
      ordinal: 2 * (covered.length + index),
      fromAt: from,
      toAt: end,
      expected: await countOrders(admin, createdIn({ from, to: end })),
    });
  if (isToRead(customers))
    windows.push({
      shop: context.shop,
      resource: customers.name,
      ordinal: 0,
      fromAt: new Date(settings.createdAt),
      toAt: begun,
      expected: counts.customers,
    });

  // Whole, each in one window; a shop that does not show one is without it.
  for (const resource of resources) {
    if (resource.merge === "ledger" || !isToRead(resource)) continue;
    windows.push({
      shop: context.shop,
      resource: resource.name,
      ordinal: 0,
      fromAt: new Date(settings.createdAt),
      toAt: begun,
      expected: await countAll(admin, resource).catch(unlessRefused),
    });
  }

  const [, planned] = await db.$transaction([
    db.syncWindow.createMany({ data: windows }),
    firstSyncPlanned(
      db,
      shop,
      settings,
      {
        historyLimited,
        // Sums are made of the whole history, of which a copy that begins leaves nothing out.
        historyTrimmed:
          shop.keepSums && context.opening === undefined && known.length === 0
            ? false
            : shop.historyTrimmed || left > 0,
        ordersExpected: counts.orders,
      },
      begun,
    ),
  ]);
  log.info({ shop: context.shop, windows: windows.length, orders: counts.orders }, "first sync planned");
  return planned;
}

/** What may not be counted, though its scope is granted, is not known to be few. */
function unlessRefused(error: unknown): null {
  if (error instanceof ScopeMissing) return null;
  throw error;
}

function assertGranted(shop: string, scopes: ReadonlySet<string>): void {
  for (const resource of resources) {
    const missing = missingScopes(resource, scopes);
    if (missing.length > 0) {
      const scopes = missing.join(", ");
      throw new AccessRevoked(
        shop,
        `it did not grant ${scopes}`,
        failure("revoked_not_granted", { shop, scopes }),
      );
    }
  }
}
