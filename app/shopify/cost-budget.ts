// A shop's budget of query cost, as Shopify keeps it: a bucket that refills by `restoreRate` points a second. Its state is
// a row that all processes share, so that together they never ask for more than is there.
import { z } from "zod";
import { Bounded } from "../bounded.ts";
import { db } from "../db.server.ts";

export const throttleStatus = z.object({
  maximumAvailable: z.number(),
  currentlyAvailable: z.number(),
  restoreRate: z.number().positive(),
});
export type ThrottleStatus = z.infer<typeof throttleStatus>;

/** The smallest plan's, until the first answer tells the shop's own. */
const FIRST = { maximum: 2000, restoreRate: 100 };
/** What a document may cost at most, and is taken to cost until its first answer says. */
const DEAREST = 1000;
/** By document; the dearest that was seen, because the cost also depends on variables. */
const costs = new Bounded<string, number>(200);

/** What the row is worth now. Shopify books a call when it arrives, so up to a second's refill is not counted on. */
const NOW = `least(b.maximum, b.available + b."restoreRate" * greatest(0, extract(epoch FROM clock_timestamp() - b.at)))`;
const WANTED = `least($2, b.maximum - b."restoreRate") + b."restoreRate"`;

/** Books a document's cost. Zero when it may be sent now; otherwise nothing is booked, and it is worth asking again then. */
export async function reserve(shop: string, document: string): Promise<{ cost: number; waitMs: number }> {
  const cost = costs.get(document) ?? DEAREST;
  const booked = await db.$queryRawUnsafe<unknown[]>(
    `INSERT INTO "CostBudget" AS b (shop, available, maximum, "restoreRate", at)
     VALUES ($1, $3::float8 - $2::float8, $3::float8, $4::float8, clock_timestamp())
     ON CONFLICT (shop) DO UPDATE SET available = ${NOW} - $2, at = clock_timestamp() WHERE ${NOW} >= ${WANTED}
     RETURNING b.shop`,
    shop,
    cost,
    FIRST.maximum,
    FIRST.restoreRate,
  );
  if (booked.length > 0) return { cost, waitMs: 0 };
  const [short] = await db.$queryRawUnsafe<{ seconds: number }[]>(
    `SELECT (${WANTED} - ${NOW}) / b."restoreRate" AS seconds FROM "CostBudget" b WHERE shop = $1 AND $2::float8 >= 0`,
    shop,
    cost,
  );
  return { cost, waitMs: Math.max(1, Math.ceil((short?.seconds ?? 0) * 1000)) };
}

/** Frees what was booked for a call that Shopify did not carry out. */
export async function release(shop: string, booked: number): Promise<void> {
  await db.$executeRawUnsafe(
    `UPDATE "CostBudget" AS b SET available = least(b.maximum, ${NOW} + $2::float8), at = clock_timestamp() WHERE shop = $1`,
    shop,
    booked,
  );
}

/**
 * Takes over what an answer tells: what was booked too much is free again, and where Shopify has less than was thought, it
 * is right.
 * @param charged null when Shopify refused the call and charged nothing
 */
export async function settle(
  shop: string,
  document: string,
  { booked, requested, charged }: { booked: number; requested: number; charged: number | null },
  { maximumAvailable, currentlyAvailable, restoreRate }: ThrottleStatus,
): Promise<void> {
  costs.set(document, Math.max(requested, costs.get(document) ?? 0));
  await db.$executeRawUnsafe(
    `UPDATE "CostBudget" AS b SET maximum = $3, "restoreRate" = $5, at = clock_timestamp(),
       available = least($3, $4, ${NOW} + $2::float8 + greatest(0, $3 - b.maximum))
     WHERE shop = $1`,
    shop,
    booked - (charged ?? 0),
    maximumAvailable,
    currentlyAvailable,
    restoreRate,
  );
}
