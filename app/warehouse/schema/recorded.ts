// Of which days what Shopify does not keep is known: a day without a row of its own is a day of nothing only if it is known.
// Of what is observed those are the days on which all of it was read, and again on the next.
import { type Source, table } from "./source.ts";

const tables = {
  /** Whole days [from_day, to_day) of which a source is known. */
  recorded_days: table(
    {
      source: "VARCHAR NOT NULL",
      /** NULL: observed, or received. */
      import_id: "BIGINT",
      from_day: "DATE NOT NULL",
      to_day: "DATE NOT NULL",
      /** The last reading of all that is observed, and how much of it could not be read; NULL: not observed. */
      read_at: "TIMESTAMP",
      left_out: "BIGINT",
    },
    { names: "nobody", listedBy: ["source", "from_day"] },
  ),
};

export const recorded = { kind: "observed", tables } as const satisfies Source;
