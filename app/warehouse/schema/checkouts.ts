// Checkouts that were left, and those among them that were completed later. Shopify removes old ones by itself; these stay.
import { type Source, table } from "./source.ts";

const tables = {
  checkouts: table(
    {
      checkout_id: "BIGINT NOT NULL",
      customer_id: "BIGINT",
      created_at: "TIMESTAMP NOT NULL",
      updated_at: "TIMESTAMP NOT NULL",
      read_at: "TIMESTAMP NOT NULL",
      completed_at: "TIMESTAMP",
      local_day: "DATE NOT NULL",
      total: "BIGINT NOT NULL",
      items: "BIGINT NOT NULL",
      country: "VARCHAR",
    },
    {
      names: { customer_id: { trace: "link" } },
      money: ["total"],
      indexes: {
        checkouts_by_id: { on: "checkout_id", unique: true },
        checkouts_by_customer: { on: "customer_id" },
        checkouts_by_day: { on: "local_day" },
      },
      sortedBy: "local_day",
      listedBy: ["created_at", "checkout_id"],
    },
  ),
  checkout_lines: table(
    {
      checkout_id: "BIGINT NOT NULL",
      /** As Shopify writes it: no number for some. */
      line_id: "VARCHAR NOT NULL",
      product_id: "BIGINT",
      variant_id: "BIGINT",
      units: "BIGINT NOT NULL",
      amount: "BIGINT NOT NULL",
    },
    {
      names: "nobody",
      money: ["amount"],
      indexes: { checkout_lines_by_checkout: { on: "checkout_id" } },
      listedBy: ["checkout_id", "line_id"],
    },
  ),
};

export const checkouts = {
  kind: "mirrored",
  tables,
  keyed: {
    kind: "checkout",
    table: "checkouts",
    key: "checkout_id",
    parts: { checkout_lines: "line_id" },
    days: { local_day: "created_at" },
    keptBy: "created_at",
    deletes: false,
  },
} as const satisfies Source;
