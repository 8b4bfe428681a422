// What is brought to a shop's tables: rows in files as Shopify gave them, how they are read, and what came of it.
import type { Keyed } from "./schema/source.ts";

export interface Stage {
  /** Of schema/staging.ts. */
  table: string;
  /** JSON key → DuckDB type, for read_json. */
  columns: Readonly<Record<string, string>>;
  /** Whose rows: "Order", or all whose name ends so: "%Sale". */
  typename: string;
  /** Staging column → DuckDB expression over the JSON columns, with minor(), gid() and utc(). */
  select: Readonly<Record<string, string>>;
}

/**
 * Rows as JSONL, one object per line: the absolute path of a file with all kinds, or what RowSorter made of one. An order
 * and its children stand in one of these.
 */
export type Rows = string | SortedRows;

export interface SortedRows {
  /** A file with the rows of that stage alone. */
  byTable: Readonly<Partial<Record<string, string>>>;
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

/** Records with a key, and those that are gone. */
export interface KeyedLoad extends Pick<
  Load,
  "files" | "readAt" | "stages" | "customersHidden" | "keepFrom" | "withheld"
> {
  of: Keyed;
  /** Ids of records that no longer exist in Shopify at `readAt`; of those that stay when they are gone, none. */
  removed?: readonly number[];
}

export interface KeyedResult {
  /** Records replaced or added. */
  records: number;
  /** Those that are new or differ from what was stored. */
  changed: number;
  /** Records refused because what is stored is newer. */
  skippedOlder: number;
  /** Records left out because they are older than `keepFrom`. */
  tooOld: number;
  dataVersion: number;
}

/** A list of all records with a key, to hold against the tables. */
export interface KeyedListing extends Pick<
  Listing,
  "files" | "listedAt" | "settledBefore" | "keepFrom" | "withheld" | "customersHidden" | "named"
> {
  of: Keyed;
  /** One stage: the key, when the record was created and changed, and what else shall be compared. */
  stage: Stage;
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
  /** Orders created before were never read on purpose, although the list may name them: that one is not here is no difference. */
  readFrom?: string | null;
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
