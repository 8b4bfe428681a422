// A shop in euros whose copy is empty at the beginning of every test.
import { beforeEach } from "vitest";
import type { MergeResult, Row, Warehouse } from "../../../app/warehouse/warehouse.server.ts";
import { load } from "./files.ts";

export const SHOP = "golden.myshopify.com";
export const READ_AT = "2026-03-31T12:00:00Z";

const euros = { currency: "EUR", decimals: 2, time_zone: "Europe/Berlin" };

export interface EuroShop {
  /** Of the test that runs. */
  readonly warehouse: Warehouse;
  merge: (rows: object[], readAt?: string) => Promise<MergeResult>;
  rows: (sql: string) => Promise<Row[]>;
}

export function euroShop(open: () => Promise<Warehouse>): EuroShop {
  let warehouse: Warehouse;
  beforeEach(async () => {
    warehouse = await open();
    await warehouse.of(SHOP).setMeta(euros);
  });
  return {
    get warehouse() {
      return warehouse;
    },
    merge: (rows, readAt = READ_AT) => warehouse.of(SHOP).merge(load(readAt, rows)),
    rows: (sql) => warehouse.of(SHOP).query(sql),
  };
}
