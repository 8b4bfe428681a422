// Giving back the room of replaced rows, shop by shop, in the shop's own night. Merges do it too, as soon as it is worth
// it; what they put off because somebody was reading is made up for here.
import { db } from "../db.server.ts";
import { log } from "../log.server.ts";
import { warehouse } from "../process/runtime.server.ts";

/** The hour in the shop's time zone. */
const NIGHT = 3;

/** Returns whether there was anything to do. */
export async function compact(shop: string, force: boolean): Promise<boolean> {
  const done = await (await warehouse()).of(shop).compact({ force });
  if (done) log.info({ shop }, "the warehouse was compacted");
  return done;
}

/** Shops that have a copy and in whose time zone it is the hour of compaction. */
export async function shopsAtNight(now: Date): Promise<string[]> {
  const shops = await db.shop.findMany({
    where: { uninstalledAt: null, timeZone: { not: null } },
    select: { domain: true, timeZone: true },
  });
  return shops.filter(({ timeZone }) => hourIn(timeZone ?? "UTC", now) === NIGHT).map(({ domain }) => domain);
}

const hourIn = (timeZone: string, now: Date): number =>
  Number(new Intl.DateTimeFormat("en-GB", { timeZone, hour: "2-digit", hourCycle: "h23" }).format(now));
