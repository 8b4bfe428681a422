// When the copy's orders and customers were last read from Shopify.
import type { Param } from "../warehouse/warehouse.server.ts";
import type { SyncContext } from "./context.ts";
import type { Resource } from "./resource.ts";

/** Where the copy keeps each resource. */
export const STORED = {
  orders: { table: "orders", key: "order_id", kind: "order" },
  customers: { table: "customers", key: "customer_id", kind: "customer" },
} as const;

const IDS_A_QUERY = 1000;

/** The warehouse's timestamps are UTC; NaN, which equals nothing, where there is none. */
export const instantOf = (timestamp: string | null): number =>
  timestamp === null ? NaN : Date.parse(`${timestamp.replace(" ", "T")}Z`);

/** Those of the ids that are in the copy. */
export async function heldAmong(
  { warehouse, shop }: Pick<SyncContext, "warehouse" | "shop">,
  { name }: Pick<Resource, "name">,
  ids: readonly number[],
): Promise<ReadonlySet<number>> {
  const { table, key } = STORED[name];
  const held = new Set<number>();
  for (let at = 0; at < ids.length; at += IDS_A_QUERY) {
    const some = ids.slice(at, at + IDS_A_QUERY);
    const rows = await warehouse.query<{ id: number }>(
      shop,
      `SELECT ${key} AS id FROM ${table} WHERE ${key} IN (${some.map((_, index) => `$${index + 1}`).join(", ")})`,
      some satisfies Param[],
    );
    for (const { id } of rows) held.add(id);
  }
  return held;
}

/** Of those of the ids that were ever read, or found gone: when they last were, in milliseconds since 1970. */
export async function lastRead(
  { warehouse, shop }: Pick<SyncContext, "warehouse" | "shop">,
  { name }: Pick<Resource, "name">,
  ids: readonly number[],
): Promise<ReadonlyMap<number, number>> {
  const { table, key, kind } = STORED[name];
  const read = new Map<number, number>();
  for (let at = 0; at < ids.length; at += IDS_A_QUERY) {
    const some = ids.slice(at, at + IDS_A_QUERY);
    const listed = some.map((_, index) => `$${index + 1}`).join(", ");
    const rows = await warehouse.query<{ id: number; read_at: string | null }>(
      shop,
      `SELECT id, max(read_at) AS read_at FROM (
         SELECT ${key} AS id, read_at FROM ${table} WHERE ${key} IN (${listed})
         UNION ALL SELECT id, read_at FROM removed WHERE kind = '${kind}' AND id IN (${listed})) known GROUP BY id`,
      some satisfies Param[],
    );
    for (const row of rows) read.set(row.id, instantOf(row.read_at));
  }
  return read;
}
