// What goes into a warehouse and comes out of it: plain rows and values only, so that it could live in another process.
import type { Migration } from "./migrations.ts";
import type { TempTable } from "./schema.ts";

export type Param = string | number | bigint | boolean | null;
/** Whole numbers are exact; DATE and TIMESTAMP are text ('YYYY-MM-DD', 'YYYY-MM-DD HH:MM:SS[.ffffff]'). */
export type Row = Record<string, string | number | boolean | null>;

export interface ShopMeta {
  data_version: number;
  currency: string;
  decimals: number;
  time_zone: string;
  /** How far back the orders reach. */
  history: "empty" | "loading" | "sixty_days" | "retention" | "customers_hidden" | "complete";
  /** First local day that is wholly loaded, while loading or limited to sixty days or by the merchant's retention. */
  loaded_from: string | null;
  /** UTC instant up to which the copy is known to agree: 'YYYY-MM-DD HH:MM:SS[.ffffff]'. */
  fresh_at: string | null;
  /** Sources that must be read from Shopify once more, with spaces between; a copy that was read whole has none. */
  read_anew: string | null;
  /** UTC instant before which no orders are kept but sums per customer; null: none are. */
  opening_at: string | null;
  /** The first local day from it on, from which all figures can be told; null as `opening_at`. */
  opening_day: string | null;
}

/** What is said of a shop from outside; the rest follows from what is done to its tables. */
export type SetMeta = Omit<ShopMeta, "data_version" | "opening_at" | "opening_day">;

/** The beginning of a shop's day, from which on orders are kept. */
export interface KeptFrom {
  /** YYYY-MM-DD. */
  day: string;
  /** UTC ISO instant. */
  from: string;
}

export interface Stage {
  table: TempTable;
  /** JSON key → DuckDB type, for read_json. */
  columns: Readonly<Record<string, string>>;
  /** Whose rows: "Order", or all whose name ends so: "%Sale". */
  typename: string;
  /** Staging column → DuckDB expression over the JSON columns, with minor(), gid(), utc() and local_at(). */
  select: Readonly<Record<string, string>>;
}

/**
 * Rows as JSONL, one object per line: the absolute path of a file with all kinds, or what RowSorter made of one. An order
 * and its children stand in one of these.
 */
export type Rows = string | SortedRows;

export interface SortedRows {
  /** A file with the rows of that stage alone. */
  byTable: Readonly<Partial<Record<TempTable, string>>>;
  /** Those of no stage, or whose kind does not show at their beginning. Null: none. */
  rest: string | null;
}

export interface Load {
  files: readonly Rows[];
  /** UTC ISO instant at which the rows were read: the bulk operation's creation or the refetch's request. */
  readAt: string;
  stages: readonly Stage[];
  /** Orders that no longer exist in Shopify at `readAt`. */
  removedOrders?: readonly number[];
  /** Customer records that no longer exist at `readAt`, merged into another or redacted. */
  removedCustomers?: readonly number[];
  /** The orders were read without the right to see whose they are: stored ones keep their customers. */
  customersHidden?: boolean;
  /** UTC ISO instant: orders placed before it are left out, with their children. */
  keepFrom?: string | undefined;
  /**
   * Asked inside the merge's transaction: who must leave no trace, or null for nobody. Their orders come in without a
   * customer, their records not at all.
   */
  withheld?: (() => Promise<((customerId: number) => boolean) | null>) | undefined;
}

export interface MergeResult {
  /** Orders replaced or added, and what came with them. */
  orders: number;
  lines: number;
  sales: number;
  customers: number;
  /** Orders refused because what is stored is newer. */
  skippedOlder: number;
  /** Merged orders whose ledger does not add up to Shopify's totals. */
  gaps: number;
  dataVersion: number;
  /** Orders that are new or differ from what was stored. */
  changedOrders: number;
  /** Customers that are new or differ from what was stored. */
  changedCustomers: number;
  /** Orders left out because their amounts are in another currency than the copy's. */
  otherCurrency: number;
  /** Orders left out because they were placed before `keepFrom`. */
  tooOld: number;
}

/** A list of all orders or of all customers as Shopify has them, to hold against the tables. */
export interface Listing {
  of: "orders" | "customers";
  files: readonly Rows[];
  stages: readonly Stage[];
  /** UTC ISO instant at which the list was begun: what was read here later is newer than it. */
  listedAt: string;
  /** What was created or changed from this UTC ISO instant on may still be under way, and is no difference. */
  settledBefore: string;
  /** Orders created before are out of sight: their absence says nothing. Null: the list holds all there are. */
  visibleFrom: string | null;
  /** As a load's: what the tables do not have on purpose is no difference. */
  keepFrom?: string | undefined;
  withheld?: Load["withheld"];
  customersHidden?: boolean;
  /** So many differing ids are named, at most. */
  named: number;
}

export type DifferenceKind = "missing" | "gone" | "changed" | "moved" | "total";

export interface Differences {
  /** Rows of the list. */
  listed: number;
  counts: Partial<Record<DifferenceKind, number>>;
  /** `created_at`: when Shopify says it was created, 'YYYY-MM-DD HH:MM:SS'. */
  named: { kind: DifferenceKind; id: number; created_at: string | null }[];
  /** UTC ISO instants of creation of the oldest and newest that Shopify has and the tables lack or have otherwise. */
  span: { from: string; to: string } | null;
  /** Customers whose group or tier Shopify had worked out anew; written. */
  renewed: number;
}

/**
 * Every method that enters a shop brings its tables to this version first, or throws ShopBeingUpdated when that takes
 * longer than a reader waits, or ShopIsNewer when they are of a later one.
 */
export interface Warehouse {
  readonly engine: "duckdb" | "postgres";
  /**
   * One read-only query in the shop's own namespace, parameters $1, $2 …; the same text on both engines. At most two
   * run at once in a process. Errors: ShopNotReady, QueryTimedOut.
   */
  query<R extends Row>(
    shop: string,
    sql: string,
    params?: readonly Param[],
    options?: { timeoutMs?: number },
  ): Promise<R[]>;
  /** The same in batches, for long lists; a slow reader holds nobody up. */
  stream<R extends Row>(shop: string, sql: string, params?: readonly Param[]): AsyncIterable<R[]>;
  /** Cheap, past the gate. Null when the shop has no namespace yet. */
  meta(shop: string): Promise<ShopMeta | null>;
  /** Creates namespace and tables when absent (currency, decimals and time_zone are then required); raises data_version. */
  setMeta(shop: string, change: Partial<SetMeta>): Promise<void>;
  /** All of the load or nothing of it. Errors: BrokenFile, LedgerBroken, ShopNotReady. */
  merge(shop: string, load: Load): Promise<MergeResult>;
  /** What the tables have otherwise than the list; writes only customers' groups and tiers. Errors: as merge(). */
  compare(shop: string, listing: Listing): Promise<Differences>;
  /**
   * Takes the customers out of every table; their orders, and those of `orderIds` whoever has them, stay without a
   * customer. The files still hold what was deleted until `rewrite`. Answers how many orders lost their customer.
   */
  eraseCustomers(
    shop: string,
    customerIds: readonly number[],
    orderIds?: readonly number[],
  ): Promise<{ orders: number }>;
  /**
   * Takes out orders placed before a day. With "sums" each customer's stay, so that every figure from there on is what it was;
   * with "nothing" so do customers of whose orders none is left, and sums that were kept before.
   */
  forgetBefore(
    shop: string,
    kept: KeptFrom,
    keeping: "sums" | "nothing",
  ): Promise<{ orders: number; customers: number }>;
  /**
   * The sums of a shop become those of the copy that is being made, with movements since of orders that are not kept;
   * what that copy holds of such orders goes. Once. ShopNotReady.
   */
  carryOpening(shop: string): Promise<void>;
  /** Two customers have become one: the sums of the one that is gone are added to the other's. */
  joinOpenings(shop: string, joined: readonly { gone: number; kept: number }[]): Promise<void>;
  /** Writes the tables anew, so that no file of them holds what was deleted. False while somebody reads: ask again. */
  rewrite(shop: string): Promise<boolean>;
  /** Books everything anew by another time zone. */
  relocalise(shop: string, timeZone: string): Promise<void>;
  /** Gives back the room of replaced rows when it exceeds half of what lives, or always with `force`. */
  compact(shop: string, options?: { force?: boolean }): Promise<boolean>;
  /** Rows by table. */
  counts(shop: string): Promise<Record<string, number>>;
  /** Every table of one instant as a file in the directory, in the form that copies.ts knows; rows by table. ShopNotReady. */
  copyOut(shop: string, directory: string): Promise<Record<string, number>>;
  /** Puts such a copy, of either engine, in the place of what is there, whole or not at all; the copy's rows by table. CopyNotUsable. */
  copyIn(shop: string, directory: string): Promise<Record<string, number>>;
  /** What was made under the name apart(shop) becomes the shop's. Readers see the one or the other. ShopNotReady. */
  replace(shop: string): Promise<void>;
  /** Throws when the engine does not answer. */
  check(): Promise<void>;
  vitals(): Promise<Vitals>;
  /** Deletes the shop's namespace and files, those of a copy in the making too. */
  drop(shop: string): Promise<void>;
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
  /** Absolute; created when absent. Holds the files, or only scratch space with a `url`. */
  directory: string;
  /** A merge replaces so many orders at a time: joins and sorts of more spill at the memory limit. */
  ordersAtOnce?: number;
  /** How the tables came to be as they are; the app's own list unless it is tried with another. */
  migrations?: readonly Migration[];
  /** How long to wait for another process that still holds the directory. */
  waitForLockMs?: number;
}
