// What an observed source is to Shopify's API: how its present is read, with which scopes, and which webhooks say that it is
// another. Its table, and what held there when, is the warehouse's (app/warehouse/schema/observed.ts).
import type { Readable } from "../../shopify/resource.ts";
import type { Stage } from "../../warehouse/warehouse.server.ts";
import type { ObservedSource } from "../../warehouse/schema/observed.ts";

export interface ObservedTopic {
  /** As of a resource's topics. The first is the subject's, unless the source says otherwise. */
  ids: readonly string[];
  /** As of a resource's topics. */
  perShop?: string;
}

export interface ObservedResource {
  source: ObservedSource;
  /** With any of these it can be read. */
  scopes: readonly [string, ...string[]];
  /**
   * The nodes of which it is read, whole by a bulk operation or page by page, and by their ids. Members: of each segment the
   * list that Shopify works out.
   */
  reads: { nodes: Readable; whole: "bulk" | "pages" } | "members";
  stages: readonly Stage[];
  webhooks: {
    route: string;
    topics: Readonly<Record<string, ObservedTopic>>;
    /** Topics of others after which it is read again too, their first id being its subject's. */
    heeds: readonly string[];
  };
}
