// What goes into a warehouse and comes out of it: plain rows and values only, so that it could live in another process.
import type {
  Differences,
  KeyedListing,
  KeyedLoad,
  KeyedResult,
  Listing,
  Load,
  MergeResult,
} from "./load.ts";
import type { Exclusion } from "./exclusion.ts";
import type { Observation, Observed } from "./observe/observation.ts";
import type { Migration } from "./schema/migrations.ts";
import type { Schema, SourceId } from "./schema/schema.ts";
import type { Source } from "./schema/source.ts";

export type Param = string | number | bigint | boolean | null;
/** Whole numbers are exact; DATE and TIMESTAMP are text ('YYYY-MM-DD', 'YYYY-MM-DD HH:MM:SS[.ffffff]'). */
export type Row = Record<string, string | number | boolean | null>;

/** What of a source is loaded, as the sync that reads it says. */
export interface Coverage {
  /**
   * How far back it reaches. "sixty_days": no further than Shopify shows; "retention": than the merchant keeps;
   * "customers_hidden": new rows do not name their customers.
   */
  state: "empty" | "loading" | "sixty_days" | "retention" | "customers_hidden" | "complete";
  /** First local day that is wholly loaded, where not all days are. */
  from_day: string | null;
  /** UTC instant up to which it is known to agree: 'YYYY-MM-DD HH:MM:SS[.ffffff]'. */
  fresh_at: string | null;
}

export interface ShopMeta {
  data_version: number;
  currency: string;
  decimals: number;
  time_zone: string;
  /** While customers are hidden: UTC instant up to which every order names its customer; null: no order can be relied on to. */
  customers_known_to: string | null;
  /** Sources that must be read from Shopify once more, with spaces between; a copy that was read whole has none. */
  read_anew: string | null;
  /** UTC instant before which no orders are kept but sums per customer; null: none are. */
  opening_at: string | null;
  /** The first local day from it on, from which all figures can be told; null as `opening_at`. */
  opening_day: string | null;
  /** By which choice orders are kept out of what is derived, see exclusionIn; null: none is. */
  excluding: string | null;
  /** By mirrored source; see `sourceCoverage`. */
  coverage: Readonly<Record<string, Coverage>>;
  /** `data_version` at the last change of each source. */
  versions: Readonly<Record<string, number>>;
}

/** What is said of a shop from outside; the rest follows from what is done to its tables. */
export interface SetMeta extends Omit<
  ShopMeta,
  "data_version" | "opening_at" | "opening_day" | "excluding" | "coverage" | "versions"
> {
  /** Of each source what changes; null: nothing of it is known any more. */
  coverage: Readonly<Record<string, Partial<Coverage> | null>>;
}

/** The beginning of a shop's day, from which on orders are kept. */
export interface KeptFrom {
  /** YYYY-MM-DD. */
  day: string;
  /** UTC ISO instant. */
  from: string;
}

/**
 * One copy of a shop's tables. Every method that enters it brings its tables to this version first, or throws
 * ShopBeingUpdated when that takes longer than a reader waits, or ShopIsNewer when they are of a later one.
 */
export interface ShopCopy {
  readonly shop: string;
  /** What its tables are. */
  readonly schema: Schema;
  /** Answers of it are remembered by the warehouse that gave them. */
  readonly warehouse: Warehouse;
  /** Reads several things of one state; null when there is no copy yet. */
  view(): Promise<ShopView | null>;
  /**
   * One read-only query in the copy's own namespace, parameters $1, $2 …; the same text on both engines. At most two
   * run at once in a process. Errors: ShopNotReady, QueryTimedOut, CopyBroken.
   */
  query<R extends Row>(
    sql: string,
    params?: readonly Param[],
    options?: { timeoutMs?: number },
  ): Promise<R[]>;
  /** The same in batches, for long lists; a slow reader holds nobody up. */
  stream<R extends Row>(sql: string, params?: readonly Param[]): AsyncIterable<R[]>;
  /** Whether there is one, without entering it. */
  has(): Promise<boolean>;
  /** Cheap, past the gate. Null when there is no copy yet. */
  meta(): Promise<ShopMeta | null>;
  /** Creates namespace and tables when absent (currency, decimals and time_zone are then required); raises data_version. */
  setMeta(change: Partial<SetMeta>): Promise<void>;
  /** All of the load or nothing of it. Errors: BrokenFile, LedgerBroken, ShopNotReady, ClockIsOlder. */
  merge(load: Load): Promise<MergeResult>;
  /** Writes what a reading of the present changes of what was known; errors as merge(). */
  observe(observation: Observation): Promise<Observed>;
  /** What the tables have otherwise than the list; writes only customers' groups and tiers. Errors: as merge(). */
  compare(listing: Listing): Promise<Differences>;
  /** The same for records with a key, and what the list of them shows; nothing of it runs in merge(). Errors: as merge(). */
  mergeKeyed(load: KeyedLoad): Promise<KeyedResult>;
  compareKeyed(listing: KeyedListing): Promise<Differences>;
  /**
   * Takes the customers out of every table; their orders, and those of `orderIds` whoever has them, stay without a
   * customer. The files still hold what was deleted until `rewrite`. Answers how many orders lost their customer.
   */
  eraseCustomers(customerIds: readonly number[], orderIds?: readonly number[]): Promise<{ orders: number }>;
  /**
   * Takes out orders placed before a day. With "sums" each customer's stay, so that every figure from there on is what it was;
   * with "nothing" so do customers of whose orders none is left, and sums that were kept before. Records with a key go by
   * the instant that they declare.
   */
  forgetBefore(
    kept: KeptFrom,
    keeping: "sums" | "nothing",
  ): Promise<{ orders: number; customers: number; records: number }>;
  /**
   * Two customers have become one: what is and what comes to be the sums of the one that is gone is added to the other's, and
   * records with a key that name him name the other.
   */
  joinOpenings(joined: readonly { gone: number; kept: number }[]): Promise<void>;
  /** Writes the tables anew, so that no file of them holds what was deleted. False while somebody reads: ask again. */
  rewrite(): Promise<boolean>;
  /**
   * Derives by this choice of what is left out; nothing is done where it does already, or where there is no copy yet. Answers
   * whether anything was.
   */
  exclude(exclusion: Exclusion): Promise<boolean>;
  /** Books everything anew by another time zone. ClockIsOlder, as merge(). */
  relocalise(timeZone: string): Promise<void>;
  /** Gives back the room of replaced rows when it exceeds half of what lives, or always with `force`. */
  compact(options?: { force?: boolean }): Promise<boolean>;
  /** Rows by table. */
  counts(): Promise<Record<string, number>>;
  /** Every table of one instant as a file in the directory, in the form that copies.ts knows; rows by table. ShopNotReady. */
  copyOut(directory: string): Promise<Record<string, number>>;
  /** Puts such a copy, of either engine, in the place of what is there, whole or not at all; the copy's rows by table. CopyNotUsable. */
  copyIn(directory: string): Promise<Record<string, number>>;
  /** Deletes namespace and files; of the copy in use, those of the next one too. */
  drop(): Promise<void>;
}

/** The copy that pages read. */
export interface CopyInUse extends ShopCopy {
  /** The copy that is made beside it, to take its place. */
  readonly next: ShopCopy;
  /**
   * The sums of the copy in use become those of the next one, with movements since of orders that are not kept; what the
   * next one holds of such orders goes. Once. ShopNotReady.
   */
  carryOpening(): Promise<void>;
  /**
   * Records that Shopify forgets by itself pass to the next copy as far as it lacks them. Nothing where it is in another
   * currency. ShopNotReady.
   */
  carryForgotten(): Promise<void>;
  /**
   * The next copy takes the place of the one in use: its mirrored tables, what Shopify cannot give back staying as it is
   * in use, or all of its tables. Readers see the one or the other. ShopNotReady.
   */
  replace(tables: "mirrored" | "all"): Promise<void>;
}

/** A copy as it was when the view was opened. It holds nobody up: `settle` tells whether somebody wrote meanwhile. */
export interface ShopView {
  readonly copy: ShopCopy;
  readonly meta: ShopMeta;
  /** For questions to these sources, and what the shop says of itself. */
  of(sources: readonly SourceId[] | "all"): Reading;
  /** Looks once more: whether a source that was read has been written since, and in which currency the copy is now. */
  settle(): Promise<{ overtaken: boolean; currency: string | null }>;
}

/** Some sources of a view. */
export interface Reading {
  readonly view: ShopView;
  /** Another after every change of the sources: what is worked out from them may be kept by it. */
  readonly version: number;
  query: ShopCopy["query"];
  stream: ShopCopy["stream"];
}

export interface Warehouse {
  readonly engine: "duckdb" | "postgres";
  of(shop: string): CopyInUse;
  /** Throws when the engine does not answer. */
  check(): Promise<void>;
  vitals(): Promise<Vitals>;
  close(): Promise<void>;
}

export interface Vitals {
  /** Everything that is stored, of all shops. */
  bytes: number;
  /** Analytic work waiting for a place at the gate, and at work. */
  waiting: number;
  running: number;
}

export interface WarehouseOptions {
  /** postgres://…: the facts live there, one schema per shop. Otherwise in one DuckDB file per shop. */
  url?: string | undefined;
  /** How long whoever asks for a list waits for a place; 5 s. PostgreSQL only. */
  waitForListMs?: number;
  /** Absolute; created when absent. Holds the files, or only scratch space with a `url`. */
  directory: string;
  /** A merge replaces so many orders at a time: joins and sorts of more spill at the memory limit. */
  ordersAtOnce?: number;
  /** So many intervals that change no more stand in one row; 1,000. PostgreSQL only. */
  intervalsInRow?: number;
  /** How the tables came to be as they are; the app's own list unless it is tried with another. */
  migrations?: readonly Migration[];
  /** What is kept of a shop; the app's own sources unless it is tried with others. */
  sources?: Readonly<Record<string, Source>>;
  /** Which zone data this process books days by; Node's own unless it is tried with another name. */
  zoneData?: string;
  /** How long to wait for another process that still holds the directory. */
  waitForLockMs?: number;
  /** Told of a shop whose copy could not be read and was put aside: it has to be read anew. */
  broken?: (shop: string) => Promise<void>;
  /** Told of a shop whose file a process left with a log beside it, as one that was killed: what is lost of a log is not missed. */
  left?: (shop: string) => Promise<void>;
  /** Called when the engine in this process is gone for good: only another process will do. */
  lost?: (error: unknown) => void;
}
