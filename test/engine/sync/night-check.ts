// A shop's night's check as a test runs it: of a copy that was read a day ago, from its beginning to its end.
import { db } from "../../../app/db.server.ts";
import { compareMonths } from "../../../app/reconcile/months.ts";
import { advanceCheck } from "../../../app/sync/check/check.ts";
import { openCheck } from "../../../app/sync/check/checks.ts";
import type { SyncContext } from "../../../app/sync/context.ts";
import { changeBehind } from "./behind.ts";

/** What was read after the lists were begun is never a difference. */
export async function readYesterday({ shop, copy }: SyncContext): Promise<void> {
  await changeBehind(copy.warehouse, shop, [
    "UPDATE orders SET read_at = read_at - INTERVAL '1 day'",
    ...["products", "checkouts"].map((table) => `UPDATE ${table} SET read_at = read_at - INTERVAL '1 day'`),
    "UPDATE customers SET read_at = read_at - INTERVAL '1 day', orders_read_at = orders_read_at - INTERVAL '1 day'",
  ]);
  await db.shop.update({ where: { domain: shop }, data: { sweptUntil: new Date() } });
}

export const lastCheck = (shop: string) =>
  db.check.findFirstOrThrow({ where: { shop, kind: "night" }, orderBy: { startedAt: "desc" } });

export async function checkNow(
  context: SyncContext,
  between: (stage: string) => Promise<void> = async () => {},
) {
  await openCheck(db, { domain: context.shop, timeZone: "Europe/Berlin" }, new Date());
  for (let turns = 0; turns < 500; turns += 1) {
    const turn = await advanceCheck(context, compareMonths);
    if (turn.done) return lastCheck(context.shop);
    await between((await lastCheck(context.shop)).stage);
    await context.wait(turn.waitMs);
  }
  throw new Error("The check does not end");
}
