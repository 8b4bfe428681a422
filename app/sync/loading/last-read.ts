// When the copy's orders and customers were last read from Shopify.
import { instantOf } from "../../warehouse/values.ts";
import type { Row } from "../../warehouse/warehouse.server.ts";
import type { SyncContext } from "../context.ts";
import type { Resource } from "../resources/resource.ts";

interface Stored {
  table: string;
  key: string;
  /** What the copy calls one that is gone. */
  kind: string;
}

const LEDGER: ReadonlyMap<string, Stored> = new Map([
  ["orders", { table: "orders", key: "order_id", kind: "order" }],
  ["customers", { table: "customers", key: "customer_id", kind: "customer" }],
]);

/** Where the copy keeps the resource. */
export function storedOf({ name, merge }: Pick<Resource, "name" | "merge">): Stored {
  if (merge !== "ledger") return merge;
  const stored = LEDGER.get(name);
  if (stored === undefined) throw new Error(`The ledger has no ${name}.`);
  return stored;
}

type Copy = Pick<SyncContext, "copy">;

const IDS_A_QUERY = 1000;

/** The warehouse's timestamps are UTC; NaN, which equals nothing, where there is none. */
export const epochOf = (timestamp: string | null): number =>
  timestamp === null ? NaN : instantOf(timestamp).getTime();

/** Those of the ids that are in the copy. */
export async function heldAmong(
  context: Copy,
  resource: Resource,
  ids: readonly number[],
): Promise<ReadonlySet<number>> {
  const { table, key } = storedOf(resource);
  const rows = await rowsOf<{ id: number }>(
    context,
    ids,
    (listed) => `SELECT ${key} AS id FROM ${table} WHERE ${key} IN (${listed})`,
  );
  return new Set(rows.map(({ id }) => id));
}

/** Of those of the ids that were ever read, or found gone: when they last were, in milliseconds since 1970. */
export async function lastRead(
  context: Copy,
  resource: Resource,
  ids: readonly number[],
): Promise<ReadonlyMap<number, number>> {
  const { table, key, kind } = storedOf(resource);
  const rows = await rowsOf<{ id: number; read_at: string | null }>(
    context,
    ids,
    (listed) =>
      `SELECT id, max(read_at) AS read_at FROM (
         SELECT ${key} AS id, read_at FROM ${table} WHERE ${key} IN (${listed})
         UNION ALL SELECT id, read_at FROM removed WHERE kind = '${kind}' AND id IN (${listed})) known GROUP BY id`,
  );
  return new Map(rows.map((row) => [row.id, epochOf(row.read_at)]));
}

/** Older orders of these customers of which only later movements are kept. */
export async function earlierOrdersOf(context: Copy, customerIds: readonly number[]): Promise<number[]> {
  const rows = await rowsOf<{ id: number }>(
    context,
    customerIds,
    (listed) => `SELECT order_id AS id FROM earlier_orders WHERE customer_id IN (${listed})`,
  );
  return rows.map(({ id }) => id);
}

/** `sql` is given the list of parameters that are ids; so many of them at a time as a query takes. */
async function rowsOf<R extends Row>(
  { copy }: Copy,
  ids: readonly number[],
  sql: (listed: string) => string,
): Promise<R[]> {
  const rows: R[] = [];
  for (let at = 0; at < ids.length; at += IDS_A_QUERY) {
    const some = ids.slice(at, at + IDS_A_QUERY);
    rows.push(...(await copy.query<R>(sql(some.map((_, index) => `$${index + 1}`).join(", ")), some)));
  }
  return rows;
}
