// How far a shop's copy is, in the shop's row: the first sync from its plan to its end, the reasons for which everything is
// read again, the copy made anew beside the one in use, sweeps, and what retention left out.
import type { Shop } from "../../../prisma/generated/client.ts";
import { type Failure } from "../../failure.ts";
import { kept } from "../../kept-failure.ts";
import type { ShopSettings } from "../../shopify/shop-settings.ts";
import { type Rows, settingsOf } from "./shop-row.ts";

/** A first sync is open, and how much there is to read is to be counted. */
const UNFINISHED = { firstSyncFinishedAt: null, ordersExpected: null } as const;
/** Besides, nothing was read yet. */
const NOT_BEGUN = { ...UNFINISHED, firstSyncStartedAt: null } as const;

interface Plan {
  historyLimited: boolean;
  historyTrimmed: boolean;
  ordersExpected: number;
}

/** The windows of a first sync are planned. */
export function firstSyncPlanned(db: Rows, row: Shop, settings: ShopSettings, plan: Plan, begun: Date) {
  return db.shop.update({
    where: { domain: row.domain },
    data: {
      ...settingsOf(row, settings, begun),
      currency: settings.currency,
      ...plan,
      keptMonths: row.keepMonths,
      firstSyncStartedAt: row.firstSyncStartedAt ?? begun,
      firstSyncError: null,
    },
  });
}

/** A turn of the first sync failed, for the merchant to see. */
export function firstSyncFailed(db: Rows, shop: string, reason: Failure) {
  return db.shop.updateMany({ where: { domain: shop }, data: { firstSyncError: kept(reason) } });
}

/** A turn of the first sync went well. */
export function firstSyncGoesOn(db: Rows, shop: string) {
  return db.shop.update({ where: { domain: shop }, data: { firstSyncError: null } });
}

export function firstSyncFinished(db: Rows, shop: string, now: Date) {
  return db.shop.update({
    where: { domain: shop },
    data: { firstSyncFinishedAt: now, firstSyncError: null },
  });
}

/** Read again: a scope opened older orders. What was read stays. */
export function olderOrdersOpened(db: Rows, shop: string) {
  return db.shop.update({ where: { domain: shop }, data: UNFINISHED });
}

/** Read again: the warehouse no longer has the shop. */
export function copyLost(db: Rows, shop: string, now: Date) {
  return db.shop.update({
    where: { domain: shop },
    data: { ...NOT_BEGUN, sweptUntil: null, copyLostAt: now },
  });
}

/** Read again: the shop has another currency than its copy. */
export function currencyChanged(db: Rows, row: Shop, settings: ShopSettings, now: Date) {
  const known = row.currency !== null && row.currency !== settings.currency;
  return db.shop.update({
    where: { domain: row.domain },
    data: {
      ...settingsOf(row, settings, now),
      currency: settings.currency,
      ...(known ? { currencyBefore: row.currency, currencyChangedAt: now } : {}),
      ...NOT_BEGUN,
      firstSyncError: null,
      historyTrimmed: false,
      sweptUntil: null,
    },
  });
}

/** Read again, beside the copy in use. */
export function rebuildBegun(db: Rows, shop: string, now: Date) {
  return db.shop.update({
    where: { domain: shop },
    data: { ...NOT_BEGUN, rebuildStartedAt: now, firstSyncError: null },
  });
}

/** Read again, beside the copy in use where there is a whole one: the merchant chose to keep what was left out. */
export function leftOutIsWanted(db: Rows, row: Shop, now: Date) {
  const beside = { ...NOT_BEGUN, rebuildStartedAt: now, firstSyncError: null };
  return db.shop.update({
    where: { domain: row.domain },
    data: {
      keptMonths: row.keepMonths,
      historyTrimmed: false,
      ...(row.firstSyncFinishedAt === null ? UNFINISHED : beside),
    },
  });
}

/** The copy made anew is in use. */
export function rebuildDone(db: Rows, shop: string) {
  return db.shop.update({ where: { domain: shop }, data: { rebuildStartedAt: null } });
}

/** Every order changed before `begun` is in the warehouse. */
export function sweepFinished(db: Rows, shop: string, begun: Date, found: number) {
  return db.shop.update({
    where: { domain: shop },
    data: { sweptUntil: begun, lastSweepAt: begun, lastSweepFound: found, refillFrom: null },
  });
}

/** There are orders in Shopify that the merchant's choice leaves out; counts whether that is news. */
export function trimmed(db: Rows, shop: string) {
  return db.shop.updateMany({
    where: { domain: shop, historyTrimmed: false },
    data: { historyTrimmed: true },
  });
}

/** The copy is in line with the merchant's choice of so many months. */
export function retentionFollowed(db: Rows, { domain, keepMonths }: Shop) {
  return db.shop.update({ where: { domain }, data: { keptMonths: keepMonths } });
}

/** An erased customer's id is in no error. */
export function errorScrubbed(db: Rows, shop: string, customerId: bigint) {
  return db.shop.updateMany({
    where: { domain: shop, firstSyncError: { contains: String(customerId) } },
    data: { firstSyncError: null },
  });
}
