// All that a shop's namespace holds, comparable: rows by table, in an order of their own.
import { tables, type TableName } from "../../app/warehouse/schema.ts";
import type { Row, Warehouse } from "../../app/warehouse/warehouse.server.ts";

export type Dump = Record<Exclude<TableName, "shop_meta">, Row[]>;

export async function dump(warehouse: Warehouse, shop: string): Promise<Dump> {
  const entries: [string, Row[]][] = [];
  for (const table of Object.keys(tables)) {
    if (table === "shop_meta") continue;
    const rows = await warehouse.query(shop, `SELECT * FROM ${table}`);
    const text = new Map(rows.map((row) => [row, JSON.stringify(Object.entries(row).sort())]));
    entries.push([table, rows.sort((a, b) => ((text.get(a) ?? "") < (text.get(b) ?? "") ? -1 : 1))]);
  }
  return Object.fromEntries(entries) as Dump;
}
