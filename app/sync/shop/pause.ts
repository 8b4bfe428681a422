// A shop that Shopify has closed: since when, why, and when to knock again. Its jobs wait for that time together; the
// first answer that is served ends the pause.
import type { PrismaClient, Shop } from "../../../prisma/generated/client.ts";
import { type Pause, PAUSES } from "../../errors.ts";
import { log } from "../../log.server.ts";
import type { Admin } from "../../shopify/admin-api.ts";
import { closed, opened } from "./shop-row.ts";

const FIRST_MS = 5 * 60_000;
/** A shop may be closed for weeks; a merchant who has paid should not wait for more than a morning. */
const LONGEST_MS = 6 * 3_600_000;

/** 5, 10, 20 … minutes, at most six hours. `tries` have been in vain, one at least. */
export const nextTryAfter = (tries: number): number =>
  Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.min(tries - 1, 20));

/**
 * Notes that the shop is closed, with Shopify's newest reason; when to try again. Jobs that find it so while a later time is
 * set keep to that time.
 */
export async function pauseShop(db: PrismaClient, shop: string, pause: Pause, now: Date): Promise<Date> {
  const row = await db.shop.findUniqueOrThrow({ where: { domain: shop } });
  if (row.pausedUntil && row.pausedUntil > now) {
    if (row.pausedFor !== pause) await closed(db, row, pause, now);
    return row.pausedUntil;
  }
  const tries = row.pausedTries + 1;
  const until = new Date(now.getTime() + nextTryAfter(tries));
  await closed(db, row, pause, now, { tries, until });
  log.warn({ shop, pause, until }, "Shopify has closed the shop");
  return until;
}

/** The same way to the API; its first answer ends a pause of the shop. */
export function endingPause(db: PrismaClient, admin: Admin): Admin {
  let told = false;
  return {
    shop: admin.shop,
    async request(document, variables, answer, options) {
      const answered = await admin.request(document, variables, answer, options);
      if (!told) {
        told = true;
        const { count } = await opened(db, admin.shop);
        if (count > 0) log.info({ shop: admin.shop }, "the shop is open again");
      }
      return answered;
    },
  };
}

/** As the shop's row has it; null when it is open. */
export function pausedOf(row: Shop): { pause: Pause; since: string; until: string | null } | null {
  const pause = PAUSES.find((each) => each === row.pausedFor);
  if (pause === undefined || row.pausedSince === null) return null;
  return { pause, since: row.pausedSince.toISOString(), until: row.pausedUntil?.toISOString() ?? null };
}
