// The proof: a fresh bulk sync of the shop into an empty warehouse, and every table of both, row for row.
import { db } from "../../../app/db.server.ts";
import { accessToken, API_VERSION } from "../../../app/shopify/access-token.server.ts";
import { adminApi } from "../../../app/shopify/admin-api.ts";
import { waiting } from "../../../app/sync/context.ts";
import { advanceFirstSync } from "../../../app/sync/reading/first-sync.ts";
import { sweep } from "../../../app/sync/reading/sweep.ts";
import { keptTables, schema, tables, type TableName } from "../../../app/warehouse/schema/schema.ts";
import type { Warehouse } from "../../../app/warehouse/warehouse.server.ts";
import { routeToSimulator } from "../../shopify/route.ts";

/** Tables in which two true copies differ. */
const APART: Partial<Record<TableName, string>> = {
  removed: "remembers what a copy has seen going; a fresh one has seen nothing go",
  heirs: "remembers whose orders a copy has seen become another's; a fresh one has seen none of them before",
};

/** Columns in which two true copies differ. */
export const APART_COLUMNS: Partial<Record<TableName, Readonly<Record<string, string>>>> = {
  shop_meta: { data_version: "counts the merges" },
  coverage: { fresh_at: "says when Shopify was last asked" },
  source_versions: { data_version: "counts the merges" },
  orders: { read_at: "says when the row was read" },
  products: { read_at: "says when the row was read" },
  checkouts: { read_at: "says when the row was read" },
  customers: {
    read_at: "says when the row was read",
    orders_read_at: "says when the number of orders was read",
    rfm_group: "Shopify's own score, which moves without any change of the customer",
    spend_tier: "Shopify's own score, which moves without any change of the customer",
  },
};

export interface Difference {
  table: string;
  /** The row as JSON by column. */
  row: string;
  /** Where it stands, more often than in the other. */
  in: "copy" | "fresh";
}

export interface Comparison {
  /** Rows of the fresh copy by table. */
  rows: Record<string, number>;
  differences: Difference[];
}

/** Both shops' tables, read in full. */
export async function compare(copy: Warehouse, fresh: Warehouse, shop: string): Promise<Comparison> {
  const comparison: Comparison = { rows: {}, differences: [] };
  for (const table of Object.keys(tables) as TableName[]) {
    // What Shopify does not keep is of the copy that saw it.
    if (APART[table] !== undefined || keptTables(schema).includes(table)) continue;
    const columns = Object.keys(tables[table]).filter((column) => !APART_COLUMNS[table]?.[column]);
    const sql = `SELECT ${columns.join(", ")} FROM ${table}`;
    const left = new Map<string, number>();
    let count = 0;
    for await (const rows of fresh.of(shop).stream(sql))
      for (const row of rows) {
        const text = JSON.stringify(row);
        left.set(text, (left.get(text) ?? 0) + 1);
        count += 1;
      }
    for await (const rows of copy.of(shop).stream(sql))
      for (const row of rows) {
        const text = JSON.stringify(row);
        const open = left.get(text) ?? 0;
        if (open === 0) comparison.differences.push({ table, row: text, in: "copy" });
        else if (open === 1) left.delete(text);
        else left.set(text, open - 1);
      }
    for (const [row, times] of left)
      for (let time = 0; time < times; time += 1) comparison.differences.push({ table, row, in: "fresh" });
    comparison.rows[table] = count;
  }
  return comparison;
}

/** Waits of production, cut to what a simulated Shopify needs. */
const LONGEST_WAIT_MS = 100;

/**
 * Reads the whole shop by bulk operations into a warehouse that does not know it, with the app's own state and token. The
 * state's account of the first sync begins anew: the app must not run.
 */
export async function syncAfresh(
  shop: string,
  warehouse: Warehouse,
  directory: string,
  shopifyUrl: string,
): Promise<void> {
  const restore = routeToSimulator(shopifyUrl);
  try {
    await db.syncWindow.deleteMany({ where: { shop } });
    const anew = {
      firstSyncStartedAt: null,
      firstSyncFinishedAt: null,
      firstSyncError: null,
      ordersExpected: null,
      sweptUntil: null,
    };
    await db.shop.update({ where: { domain: shop }, data: anew });
    const wait = (milliseconds: number) => waiting()(Math.min(milliseconds, LONGEST_WAIT_MS));
    const token = (options: { refused?: string }) => accessToken(shop, options);
    const context = {
      shop,
      db,
      copy: warehouse.of(shop),
      admin: adminApi({ shop, apiVersion: API_VERSION, token, wait: waiting() }),
      directory,
      now: () => new Date(),
      wait,
      pagedUpTo: 0,
    };
    for (;;) {
      const turn = await advanceFirstSync(context);
      if (turn.done) break;
      await wait(turn.waitMs);
    }
    // Reads whole what the first sync does not read.
    await sweep(context);
  } finally {
    restore();
  }
}
