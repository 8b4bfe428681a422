// The shop's row, as the merchant and Shopify change it: each change by its name. Nobody else writes the row but
// copy-row.ts, which knows how far the shop's copy is, and the inbox, which notes the last webhook in its own statement.
import type { PrismaClient, Shop } from "../../../prisma/generated/client.ts";
import type { Pause } from "../../errors.ts";
import type { ShopSettings } from "../../shopify/shop-settings.ts";
import { type Grant, regrant } from "./scopes.ts";

/** A client or a transaction of one. */
export type Rows = Pick<PrismaClient, "shop">;

const OPEN = { pausedFor: null, pausedSince: null, pausedUntil: null, pausedTries: 0 } as const;
const ANSWERED = { unansweredSince: null } as const;

/** A token was exchanged: the app is in the shop, for the first time, or again, or as before. */
export function installed(db: Rows, shop: string, scopes: string, known: Shop | null) {
  const admittedAt = new Date();
  const again = known?.uninstalledAt ? { installedAt: admittedAt } : {};
  return db.shop.upsert({
    where: { domain: shop },
    create: { domain: shop, scopes, admittedAt },
    update: { uninstalledAt: null, admittedAt, ...again },
  });
}

/** The app was removed at `at`, as was confirmed later, unless it was let in again since. */
export function left(db: Rows, shop: string, at: Date, confirmed: Date) {
  return db.shop.updateMany({
    where: { domain: shop, admittedAt: { lte: confirmed } },
    data: { uninstalledAt: at, ...OPEN, ...ANSWERED },
  });
}

/** Nothing of the shop is kept any more. */
export function forgotten(db: Rows, shop: string) {
  return db.shop.deleteMany({ where: { domain: shop } });
}

/** The merchant grants other scopes, or the same. */
export function granted(db: Rows, shop: string, grant: Grant) {
  return db.shop.update({ where: { domain: shop }, data: grant });
}

/** Shopify told the shop's settings. */
export function settingsRead(db: Rows, row: Shop, settings: ShopSettings, now: Date) {
  return db.shop.update({ where: { domain: row.domain }, data: settingsOf(row, settings, now) });
}

/** The columns that hold settings; the currency is not among them, for with another one the copy begins anew. */
export function settingsOf(row: Shop, settings: ShopSettings, now: Date) {
  const { name, primaryDomain, plan, timeZone, scopes } = settings;
  const moved = row.timeZone !== null && row.timeZone !== timeZone;
  return {
    name,
    primaryDomain,
    plan,
    timeZone,
    ...(moved ? { timeZoneBefore: row.timeZone, timeZoneChangedAt: now } : {}),
    ...regrant(row, scopes, now),
  };
}

/** Shopify has closed the shop, if for another reason then since now; `next` is when its jobs try again. */
export function closed(
  db: Rows,
  { domain, pausedFor }: Shop,
  pause: Pause,
  now: Date,
  next?: { tries: number; until: Date },
) {
  return db.shop.update({
    where: { domain },
    data: {
      ...(pausedFor === pause ? {} : { pausedFor: pause, pausedSince: now }),
      ...(next === undefined ? {} : { pausedUntil: next.until, pausedTries: next.tries }),
    },
  });
}

/** Shopify serves the shop; counts it where it was closed. */
export function opened(db: Rows, shop: string) {
  return db.shop.updateMany({ where: { domain: shop, pausedSince: { not: null } }, data: OPEN });
}

/** Shopify gives no answer, if not for longer already then since that instant. */
export function unanswered(db: Rows, shop: string, since: Date) {
  return db.shop.updateMany({
    where: { domain: shop, uninstalledAt: null, unansweredSince: null },
    data: { unansweredSince: since },
  });
}

export function answered(db: Rows, shop: string) {
  return db.shop.updateMany({ where: { domain: shop, unansweredSince: { not: null } }, data: ANSWERED });
}

/** The merchant chose how long orders are kept. */
export function retentionChosen(db: Rows, shop: string, choice: Pick<Shop, "keepMonths" | "keepSums">) {
  return db.shop.update({ where: { domain: shop }, data: choice });
}

/** The key of the shop's list of redacted customers; the first one stays. */
export function redactionKeyMade(db: Rows, shop: string, sealed: string) {
  return db.shop.updateMany({ where: { domain: shop, redactionKey: null }, data: { redactionKey: sealed } });
}

/** The same key, sealed by another of TOKEN_KEYS. */
export function redactionKeySealed(db: Rows, shop: string, before: string, sealed: string) {
  return db.shop.updateMany({
    where: { domain: shop, redactionKey: before },
    data: { redactionKey: sealed },
  });
}
