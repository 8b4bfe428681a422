// What a copy says of itself: the shop's currency and clock, how far its history reaches, and how often each source changed.
import { type Source, table } from "./source.ts";

const tables = {
  shop_meta: table(
    {
      id: "INTEGER NOT NULL",
      data_version: "BIGINT NOT NULL",
      currency: "VARCHAR NOT NULL",
      decimals: "INTEGER NOT NULL",
      time_zone: "VARCHAR NOT NULL",
      history: "VARCHAR NOT NULL",
      loaded_from: "DATE",
      fresh_at: "TIMESTAMP",
      /** Of migrations.ts; the first tables had no such column. */
      schema_version: "INTEGER",
      /** Sources that must be read from Shopify once more, because the tables have come to hold more of them. */
      read_anew: "VARCHAR",
      /** Orders placed before this instant are not kept, but sums of them are; NULL: there are none. */
      opening_at: "TIMESTAMP",
      /** The first local day that begins no earlier. */
      opening_day: "DATE",
      /** While customers may not be read: up to when every order names its customer. */
      customers_known_to: "TIMESTAMP",
      /** The zone data by which its days are booked; see clock.ts. */
      zone_data: "VARCHAR",
    },
    { names: "nobody", indexes: { shop_meta_one: { on: "id", unique: true } } },
  ),
  /** The shop's version at the last change of each source. */
  source_versions: table(
    { source: "VARCHAR NOT NULL", data_version: "BIGINT NOT NULL" },
    { names: "nobody" },
  ),
};

export const shop = { kind: "mirrored", tables } as const satisfies Source;
