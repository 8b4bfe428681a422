// The merchant's segments in Shopify and who was in them, by day: Shopify tells the present alone.
import { type Source, table } from "./source.ts";

const segments = {
  shopify_segments: table(
    {
      segment_id: "BIGINT NOT NULL",
      from_day: "DATE NOT NULL",
      to_day: "DATE NOT NULL",
      name: "VARCHAR",
      /** In Shopify's segment language. */
      query: "VARCHAR",
      read_at: "TIMESTAMP NOT NULL",
    },
    {
      observed: { key: ["segment_id"], state: ["name", "query"] },
      names: "nobody",
      indexes: { shopify_segments_by_id: { on: "segment_id" } },
    },
  ),
};

const members = {
  segment_members: table(
    {
      segment_id: "BIGINT NOT NULL",
      customer_id: "BIGINT NOT NULL",
      from_day: "DATE NOT NULL",
      to_day: "DATE NOT NULL",
      read_at: "TIMESTAMP NOT NULL",
    },
    {
      observed: { key: ["segment_id", "customer_id"], state: [] },
      names: { customer_id: { trace: "row" } },
      // Of a segment there are too many rows for an index to help.
      indexes: { segment_members_by_customer: { on: "customer_id" } },
      listedBy: ["from_day"],
    },
  ),
};

export const shopifySegments = { kind: "observed", tables: segments } as const satisfies Source;
export const segmentMembers = { kind: "observed", tables: members } as const satisfies Source;
