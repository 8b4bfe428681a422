// All that a shop's namespace holds, comparable: rows by table, in an order of their own.
import { tables, type TableName } from "../../../app/warehouse/schema/schema.ts";
import type { Row, ShopCopy, Warehouse } from "../../../app/warehouse/warehouse.server.ts";

/** Not whose orders passed to whom: that is what was seen, and depends on when something was read. */
const LEFT_OUT = ["shop_meta", "coverage", "source_versions", "heirs"] as const satisfies TableName[];
export type Dump = Record<Exclude<TableName, (typeof LEFT_OUT)[number]>, Row[]>;

export const dump = (warehouse: Warehouse, shop: string): Promise<Dump> => dumpOf(warehouse.of(shop));

export async function dumpOf(copy: ShopCopy): Promise<Dump> {
  const entries: [string, Row[]][] = [];
  for (const table of Object.keys(tables)) {
    if ((LEFT_OUT as readonly string[]).includes(table)) continue;
    const rows = await copy.query(`SELECT * FROM ${table}`);
    const text = new Map(rows.map((row) => [row, JSON.stringify(Object.entries(row).sort())]));
    entries.push([table, rows.sort((a, b) => ((text.get(a) ?? "") < (text.get(b) ?? "") ? -1 : 1))]);
  }
  return Object.fromEntries(entries) as Dump;
}
