// Who took a shop's data away as a file: one line in the log and a row for a year. Of the member of staff Shopify's id is
// kept, of a customer nothing, so that an erasure has nothing to look for here.
import type { AccessKind, DataAccess } from "../../prisma/generated/client.ts";
import { db } from "../db.server.ts";
import { log } from "../log.server.ts";
import { sessionTokenOf, userOfToken } from "../shopify/session-token.server.ts";

const KEPT_MS = 365 * 86_400_000;
/** Of a shop, the newest: a script that exports all day fills no disk. */
const KEPT_ROWS = 10_000;
const SHOWN = 20;

/** Before the file leaves: what cannot be noted is not given. */
export async function noteAccess(
  request: Request,
  { shop, kind, what = "" }: { shop: string; kind: AccessKind; what?: string },
): Promise<void> {
  const token = sessionTokenOf(request);
  const userId = token === null ? null : userOfToken(token, new Date());
  // Parts of an address: a segment may be of any length.
  const named = what.slice(0, 300).toWellFormed().replaceAll("\0", "");
  await db.dataAccess.create({ data: { shop, userId, kind, what: named } });
  log.info(
    { shop, user: userId === null ? null : String(userId), kind, what: named },
    "data were taken away",
  );
}

/** The newest first. */
export function accessOf(shop: string): Promise<DataAccess[]> {
  return db.dataAccess.findMany({ where: { shop }, orderBy: { at: "desc" }, take: SHOWN });
}

export async function forgetOldAccess(now: Date): Promise<void> {
  await db.dataAccess.deleteMany({ where: { at: { lt: new Date(now.getTime() - KEPT_MS) } } });
  await db.$executeRaw`DELETE FROM "DataAccess" WHERE "id" IN (
    SELECT "id" FROM (SELECT "id", row_number() OVER (PARTITION BY "shop" ORDER BY "at" DESC) AS nth
      FROM "DataAccess") ranked WHERE nth > ${KEPT_ROWS})`;
}
