// What a synced resource is: what is read of it, and the stages by which the warehouse loads its rows, however they were read.
import type { ReadResource } from "../../shopify/resource.ts";
import type { Stage } from "../../warehouse/warehouse.server.ts";

export interface Resource extends ReadResource {
  stages: readonly Stage[];
}
