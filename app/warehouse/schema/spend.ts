// What was paid for advertising, as a merchant brought it: it is nobody's, and Shopify does not know it.
import { type Source, table } from "./source.ts";

const tables = {
  /** In the shop's currency. */
  spend: table(
    {
      /** The import that it came with: undoing that takes exactly its rows. */
      import_id: "BIGINT NOT NULL",
      day: "DATE NOT NULL",
      channel: "VARCHAR",
      campaign: "VARCHAR",
      amount: "BIGINT NOT NULL",
    },
    {
      names: "nobody",
      money: ["amount"],
      indexes: { spend_by_day: { on: "day" } },
      sortedBy: "day",
      listedBy: ["day"],
    },
  ),
};

export const spend = { kind: "imported", tables } as const satisfies Source;
