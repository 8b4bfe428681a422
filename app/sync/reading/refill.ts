// What was read while a scope was missing lacks something: once the scope is back, it is read again.
import type { Shop } from "../../../prisma/generated/client.ts";
import { runBulk, unlessLost } from "../../shopify/bulk.ts";
import { downloadBulk } from "./bulk-rows.ts";
import type { SyncContext } from "../context.ts";
import { loadIntoWarehouse } from "../loading/load.ts";
import { orders } from "../resources/orders.ts";
import { bulkDocument, gidOf } from "../../shopify/resource.ts";
import { loadReadable } from "../loading/unreadable-records.ts";
import { unlessUnreadable } from "../loading/unreadable.ts";
import { timestampOf } from "../../warehouse/values.ts";
import { updatedSince } from "./windows.ts";

/** Readings are dated by Shopify's clock or by ours. */
const CLOCKS_DIFFER_MS = 5 * 60_000;
/** Times what is read by id: beyond that a bulk operation is sooner done. */
const TIMES_PAGED = 20;

/** Reads orders again that were read since `row.refillFrom`; how many were not as they are. The caller clears the mark. */
export async function refill(context: SyncContext, row: Shop, scopes: ReadonlySet<string>): Promise<number> {
  if (row.refillFrom === null) return 0;
  const since = new Date(row.refillFrom.getTime() - CLOCKS_DIFFER_MS);
  const rows = await context.copy.query<{ order_id: number }>(
    "SELECT order_id FROM orders WHERE read_at >= CAST($1 AS TIMESTAMP)",
    [timestampOf(since)],
  );
  if (rows.length > TIMES_PAGED * context.pagedUpTo) {
    const operation = await runBulk(context, bulkDocument(orders, scopes, updatedSince(since)));
    const rows = operation && (await downloadBulk(context, operation, orders).catch(unlessLost));
    if (operation && !(rows instanceof Error)) {
      const changed = await loadIntoWarehouse(context, orders, scopes, rows, operation.createdAt).catch(
        unlessUnreadable,
      );
      if (!(changed instanceof Error)) return changed;
    }
  }
  const ids = rows.map((order) => gidOf(orders, order.order_id));
  return (await loadReadable(context, orders, scopes, ids)).changed;
}
