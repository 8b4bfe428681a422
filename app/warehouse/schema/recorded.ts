// Of which days what Shopify does not keep is known: a day without a row of its own is a day of nothing only if it is known.
import { type Source, table } from "./source.ts";

const tables = {
  /** Whole days [from_day, to_day) of which a source is known; 9999-12-31 while it goes on. */
  recorded_days: table(
    {
      source: "VARCHAR NOT NULL",
      /** NULL: observed, or received. */
      import_id: "BIGINT",
      from_day: "DATE NOT NULL",
      to_day: "DATE NOT NULL",
    },
    { names: "nobody", listedBy: ["source", "from_day"], shown: null },
  ),
};

export const recorded = { kind: "observed", tables } as const satisfies Source;
