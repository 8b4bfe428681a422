// All that a shop's namespace holds, comparable: rows by table, in an order of their own.
import { tables, type TableName } from "../../app/warehouse/schema.ts";
import type { Row, Warehouse } from "../../app/warehouse/warehouse.server.ts";

export type Dump = Record<Exclude<TableName, "shop_meta">, Row[]>;

export async function dump(warehouse: Warehouse, shop: string): Promise<Dump> {
  const entries: [string, Row[]][] = [];
  for (const table of Object.keys(tables)) {
    if (table === "shop_meta") continue;
    const rows = await warehouse.query(shop, `SELECT * FROM ${table}`);
    entries.push([table, rows.sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1))]);
  }
  return Object.fromEntries(entries) as Dump;
}
