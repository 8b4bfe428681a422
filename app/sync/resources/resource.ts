// What a synced resource is: what is read of it, how its rows get into the warehouse, and how Shopify can be asked for it.
// All that sync does with one follows from this.
import type { ReadResource } from "../../shopify/resource.ts";
import type { Keyed } from "../../warehouse/schema/source.ts";
import type { Stage } from "../../warehouse/warehouse.server.ts";

export interface Resource extends ReadResource {
  /** By which the warehouse loads its rows, however they were read. */
  stages: readonly Stage[];
  /** The ledger's merge knows orders and customers by name; records with a key are merged by what they declare. */
  merge: "ledger" | Keyed;
  /** Without it there is no copy at all: it is read even where the scope is known to be missing, so that this is told. */
  vital?: true;
  /** How a first sync reads its past: in windows by creation, newest first, or whole. */
  past: "windows" | "whole";
  /** How finely a search knows when a node changed. */
  changedBy: "instant" | "day";
  /** A node may come into Shopify's lists so much later than it says it changed, and no webhook tells. */
  lateMs?: number;
  /** Without this scope old nodes are out of sight: a null by id says nothing of them. */
  inSightWith?: string;
  /** What a night lists of each node to hold against the copy: fewer fields, and one stage for them. */
  listing: Pick<ReadResource, "fields" | "schema"> & { stage: Stage };
}

/** The resource with what a list of everything reads of it. */
export const listingOf = (resource: Resource): Resource => ({
  ...resource,
  ...resource.listing,
  connections: [],
  stages: [resource.listing.stage],
});

/** Whether a shop that grants these lets the app read it. */
export const isReadable = ({ vital, readableWith }: Resource, scopes: ReadonlySet<string>): boolean =>
  vital === true || scopes.has(readableWith);

/** What the copy does with what Shopify no longer has. */
export const isGoneWhenMissing = ({ merge, inSightWith }: Resource, scopes: ReadonlySet<string>): boolean =>
  merge === "ledger" ? inSightWith === undefined || scopes.has(inSightWith) : merge.deletes;
