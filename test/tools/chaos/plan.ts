// What a chaos run is asked to do and what it tells afterwards, and the merchant's part in it.
import type { Counts } from "../../shopify/server.ts";
import type { Comparison } from "./compare.ts";

export interface ChaosOptions {
  engine: "duckdb" | "postgres";
  seed: number;
  /** Orders of the shop at the start. */
  orders: number;
  changes: number;
  kills: number;
  /** Of the app's state; with its tables. */
  databaseUrl: string;
  /** An empty database for the warehouse, and one more for the fresh copy; both unused by DuckDB. */
  warehouseUrls: readonly [string, string];
  /** Emptied by whoever made it. */
  directory: string;
  /** So many orders of one instant come after the changes, told by no webhook; the sweep over them is killed, too. */
  flood?: number;
  /** Loses also what only the night's check finds, and has that check made at the end: takes some minutes longer. */
  wholeCheck?: boolean;
  /** Between a restart and the next kill, in milliseconds of real time. */
  betweenKills: readonly [number, number];
  /** Takes the database down together with the app, and brings it back; at every so manieth kill. */
  database?: { every: number; kill: () => Promise<void>; restart: () => Promise<void> };
  /** Milliseconds within which each thing that must come by itself comes; five minutes when left out. */
  patience?: number;
  say?: (line: string) => void;
}

export interface ChaosReport {
  changes: Record<string, number>;
  /** By what the app was doing. */
  killed: Record<string, number>;
  databaseKilled: number;
  injected: Counts;
  /** Webhooks that were sent, and those that never arrived. */
  deliveries: { sent: number; attempts: number; lost: number; failed: number };
  acts: string[];
  /** Records that the one sweep at the end mended, and what the full check found by kind; null without one. */
  found: { swept: number; checked: Record<string, number> | null };
  /** The largest resident memory of the app's last process, in MB; null where the system does not tell. */
  peakMb: number | null;
  comparison: Comparison;
}

export type Act = "install" | "begin anew" | "uninstall" | "reinstall";

/** What the merchant does beside the changes, by the share of them that is made: he has it all read anew several times. */
export const ACTS: readonly (readonly [share: number, act: Act])[] = [
  [0.02, "install"],
  [0.2, "begin anew"],
  [0.35, "begin anew"],
  [0.5, "uninstall"],
  [0.54, "reinstall"],
  [0.65, "begin anew"],
  [0.75, "begin anew"],
];
