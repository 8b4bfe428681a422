// What a copy says of itself: the shop's currency and clock, what is loaded of each source, and how often each changed.
import { type Source, table } from "./source.ts";

const tables = {
  shop_meta: table(
    {
      id: "INTEGER NOT NULL",
      data_version: "BIGINT NOT NULL",
      currency: "VARCHAR NOT NULL",
      decimals: "INTEGER NOT NULL",
      time_zone: "VARCHAR NOT NULL",
      /** Of migrations.ts; the first tables had no such column. */
      schema_version: "INTEGER",
      /** Sources that must be read from Shopify once more, because the tables have come to hold more of them. */
      read_anew: "VARCHAR",
      /** Orders placed before this instant are not kept, but sums of them are; NULL: there are none. */
      opening_at: "TIMESTAMP",
      /** The first local day that begins no earlier. */
      opening_day: "DATE",
      /** By which choice of the merchant orders are kept out of what is derived; see excluded.ts. NULL: none is. */
      excluding: "VARCHAR",
      /** While customers may not be read: up to when every order names its customer. */
      customers_known_to: "TIMESTAMP",
      /** The zone data by which its days are booked; see clock.ts. */
      zone_data: "VARCHAR",
    },
    { names: "nobody", indexes: { shop_meta_one: { on: "id", unique: true } } },
  ),
  /** What is loaded of each mirrored source; one without a row was never read, or is not shown to the app any more. */
  coverage: table(
    {
      source: "VARCHAR NOT NULL",
      state: "VARCHAR NOT NULL",
      from_day: "DATE",
      fresh_at: "TIMESTAMP",
    },
    { names: "nobody" },
  ),
  /** The shop's version at the last change of each source. */
  source_versions: table(
    { source: "VARCHAR NOT NULL", data_version: "BIGINT NOT NULL" },
    { names: "nobody" },
  ),
};

export const shop = { kind: "mirrored", tables } as const satisfies Source;
