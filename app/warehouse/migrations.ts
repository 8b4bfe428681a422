// Every change of a shop's tables since their first version, oldest first: the one place to add the next. A shop that is
// installed goes through what it lacks when it is next entered, a backup of it when it is put back.
//
// To change the tables: keep a copy of what they are (`node test/warehouse/keep.ts VERSION`), change schema.ts, and add an
// entry below that leads there. test/warehouse/upgrade.test.ts then proves, on both engines, that a kept copy of every
// earlier version becomes what a shop is that is loaded anew.
import type { Columns, TableName } from "./schema.ts";

/** What is read from Shopify by itself. */
export type Source = "orders" | "customers";

export interface Migration {
  /** The version that it leads to: one more than the entry before. */
  to: number;
  /** New tables and new columns of old ones, with their types. A column that comes later has no NOT NULL: it is there before it is filled. */
  adds?: Partial<Record<TableName | (string & {}), Columns>>;
  /** What fills them from what is stored, in SQL of both engines. */
  statements?: readonly string[];
  /** Orders' places, activity, histories and what is known of customers are worked out again from the ledger. */
  derive?: true;
  /** What is stored does not tell: the shop's copy is read again from Shopify, beside the one in use. */
  readAnew?: readonly Source[];
}

export const migrations: readonly Migration[] = [
  { to: 2, adds: { shop_meta: { schema_version: "INTEGER", read_anew: "VARCHAR" } } },
  {
    // Sums of orders that are not kept. Who had older orders removed before has none: they are read again for it.
    to: 3,
    adds: {
      shop_meta: { opening_at: "TIMESTAMP", opening_day: "DATE" },
      opening_balance: {
        customer_id: "BIGINT NOT NULL",
        orders: "BIGINT NOT NULL",
        records: "BIGINT NOT NULL",
        net: "BIGINT NOT NULL",
        first_day: "DATE",
        last_day: "DATE",
        first_channel: "VARCHAR",
        first_country: "VARCHAR",
      },
      opening_gaps: { gap: "INTEGER NOT NULL", n: "BIGINT NOT NULL" },
      earlier_orders: {
        order_id: "BIGINT NOT NULL",
        customer_id: "BIGINT",
        updated_at: "TIMESTAMP NOT NULL",
        read_at: "TIMESTAMP NOT NULL",
      },
    },
  },
];
