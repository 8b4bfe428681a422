// Customers as Shopify keeps them, without anything that names a person.
import { type Source, table } from "./source.ts";

const tables = {
  customers: table(
    {
      customer_id: "BIGINT NOT NULL",
      created_at: "TIMESTAMP",
      created_day: "DATE",
      updated_at: "TIMESTAMP",
      read_at: "TIMESTAMP",
      email_consent: "VARCHAR",
      tags: "VARCHAR",
      country: "VARCHAR",
      shopify_orders: "BIGINT",
      history_complete: "BOOLEAN NOT NULL",
      rfm_group: "VARCHAR",
      spend_tier: "VARCHAR",
      /** The instant at which `shopify_orders` was read: orders tell it too, and the newest reading wins. */
      orders_read_at: "TIMESTAMP",
    },
    {
      names: { customer_id: { trace: "row" } },
      indexes: { customers_by_id: { on: "customer_id", unique: true } },
    },
  ),
  /** To whom a customer's orders passed in Shopify, last; NULL: to nobody. What was seen of it, so a rebuilt copy knows less. */
  heirs: table(
    { customer_id: "BIGINT NOT NULL", heir_id: "BIGINT" },
    {
      names: { customer_id: { trace: "row" }, heir_id: { trace: "link" } },
      indexes: { heirs_by_customer: { on: "customer_id", unique: true } },
    },
  ),
};

export const customers = { kind: "mirrored", tables } as const satisfies Source;
