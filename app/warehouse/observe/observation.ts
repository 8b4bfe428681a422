// What is brought of a source that Shopify knows only the present of: rows in files, how they are read, and all of what they are.
import type { Load, Rows, Stage } from "../load.ts";
import type { ObservedSource } from "../schema/observed.ts";

/**
 * Of what a reading is the whole: of all there is, but for subjects whose part could not be read; of all there is of these
 * subjects; of no more than each row says. What is missing of the whole is gone.
 */
export type Extent = { all: true; but: readonly number[] } | { subjects: readonly number[] } | "rows";

export interface Observation {
  source: ObservedSource;
  files: readonly Rows[];
  stages: readonly Stage[];
  extent: Extent;
  /** UTC ISO instant before which nothing of it was read: the bulk operation's creation or the first request. */
  readAt: string;
  /** As a load's. */
  withheld?: Load["withheld"];
}

export interface Observed {
  /** Intervals that begin with this reading, and that end with it. */
  begun: number;
  ended: number;
  /** Rows without an id that can be used. */
  unreadable: number;
}
