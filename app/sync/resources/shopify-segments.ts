// Observed: the merchant's segments in Shopify, and who is in them.
import { z } from "zod";
import type { ObservedResource } from "./observed-resource.ts";

const route = "/webhooks/segments";

export const shopifySegments: ObservedResource = {
  source: "shopify_segments",
  scopes: ["read_customers"],
  reads: {
    nodes: {
      name: "segments",
      type: "Segment",
      fields: ["name query lastEditDate"],
      schema: z.object({ name: z.string(), query: z.string(), lastEditDate: z.string() }),
      connections: [],
    },
    whole: "pages",
  },
  stages: [
    {
      table: "seen_shopify_segments",
      columns: {
        __typename: "VARCHAR",
        id: "VARCHAR",
        name: "VARCHAR",
        query: "VARCHAR",
        lastEditDate: "VARCHAR",
      },
      typename: "Segment",
      select: {
        segment_id: "gid_if_any(id)",
        name: "name",
        query: "query",
        told_at: "utc_if_any(lastEditDate)",
        present: "TRUE",
      },
    },
  ],
  webhooks: {
    route,
    topics: {
      "segments/create": { ids: ["id"] },
      "segments/update": { ids: ["id"] },
      "segments/delete": { ids: ["id"] },
    },
    heeds: [],
  },
};

/** A row of ours, as recording/members.ts writes it. */
export const MEMBER = "SegmentMember";

export const segmentMembers: ObservedResource = {
  source: "segment_members",
  scopes: ["read_customers"],
  reads: "members",
  stages: [
    {
      table: "seen_segment_members",
      columns: {
        __typename: "VARCHAR",
        segment: "VARCHAR",
        customer: "VARCHAR",
        toldAt: "VARCHAR",
        isMember: "BOOLEAN",
      },
      typename: MEMBER,
      select: {
        segment_id: "gid_if_any(segment)",
        customer_id: "gid_if_any(customer)",
        told_at: "utc_if_any(toldAt)",
        present: "isMember",
      },
    },
  ],
  webhooks: {
    route,
    // Their customer and their segment.
    topics: {
      "customer.joined_segment": { ids: ["customer_id", "segment_id"] },
      "customer.left_segment": { ids: ["customer_id", "segment_id"] },
    },
    heeds: ["segments/create", "segments/update", "segments/delete"],
  },
};
