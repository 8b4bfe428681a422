// How a source's tables are declared: what of them is personal, money or an instant, and where else than in queries they are
// used, so that erasure, a customer's file, backups and counts follow from it.

/** SQL types by column, in the subset that DuckDB and PostgreSQL share. */
export type Columns = Readonly<Record<string, string>>;

/**
 * Where a source's rows come from. Mirrored: Shopify keeps them, and can be read again. Observed: only a present exists
 * there, and a change is a row here. Received: they were sent to the app. Imported: a merchant brought them. Asked:
 * Shopify's own answers of an instant.
 */
export type SourceKind = "mirrored" | "observed" | "received" | "imported" | "asked";

/** A column that holds a customer's id. */
export interface Naming<C extends string = string> {
  /** A row about the customer goes when he is erased; a row about something else stays, without the link to him. */
  trace: "row" | "link";
  /** Columns that say nothing without the link, and are emptied with it. */
  with?: readonly C[];
  /** SQL: the rows in which it is a customer's; all of them unless said. */
  where?: string;
}

/**
 * Rows of what held from one local day to another: beside these columns stand from_day, to_day (exclusive; 9999-12-31 while it
 * holds) and read_at, the instant of the reading that last spoke of the row.
 */
export interface Observed<C extends string = string> {
  /** What a row is of. The first of them is its subject: what there is of one subject is read at once. */
  key: readonly [C, ...C[]];
  /** What held; none: that there was such a one. */
  state: readonly C[];
  /** Names the currency of the table's money: an amount in another than the shop's is not taken. */
  currency?: C;
}

interface Told<C extends string> {
  /** How the table tells what Shopify keeps no past of. */
  observed?: Observed<C>;
  /** The table's rows are of an order, its column order_id: an owner says whose the order is, a part does not. */
  order?: "owner" | "part";
  /** Worked out from other tables, which name everybody whom it names. */
  derived?: true;
  /** In the minor unit of the shop's currency. */
  money?: readonly C[];
  /** Timestamps that are readings of the shop's clock, and no instants. */
  clock?: readonly C[];
  /** For PostgreSQL: DuckDB's row groups carry minima and maxima, and keys would cost half the file again. */
  indexes?: Readonly<Record<string, { on: C; unique?: true }>>;
  /** Rows written in this order let DuckDB skip those of other values. */
  sortedBy?: C;
  /** In which order a reader wants the rows. */
  listedBy?: readonly C[];
}

type CustomerColumn<C extends Columns> = Extract<keyof C & string, "heir_id" | `${string}customer_id`>;

type Names<C extends Columns> = [CustomerColumn<C>] extends [never]
  ? "nobody" | Readonly<Partial<Record<keyof C & string, Naming<keyof C & string>>>>
  : Readonly<Record<CustomerColumn<C>, Naming<keyof C & string>>> &
      Readonly<Partial<Record<keyof C & string, Naming<keyof C & string>>>>;

export interface Table extends Told<string> {
  columns: Columns;
  names: "nobody" | Readonly<Record<string, Naming>>;
}

/**
 * Records that have an id of Shopify's and say when they changed: each is replaced whole, with its parts, by a newer reading;
 * see merge/keyed.ts. Its tables need no other code.
 */
export interface Keyed {
  /** What `removed` calls one. */
  kind: string;
  /** A row for each record, with `created_at`, `updated_at` and `read_at`. */
  table: string;
  key: string;
  /** Tables of what records consist of: each has their key, and a column that tells its rows apart. */
  parts: Readonly<Record<string, string>>;
  /** Columns of the shop's local days, by the instant that each is the day of. */
  days: Readonly<Record<string, string>>;
  /** The instant by which a record is older than the merchant keeps; null: all are kept. */
  keptBy: "created_at" | null;
  /**
   * What Shopify no longer has goes here, too. False: Shopify forgets them by itself, and what happened stays: no absence is
   * proof, and a copy that is made anew is given what Shopify has forgotten since.
   */
  deletes: boolean;
}

export interface Source {
  kind: SourceKind;
  tables: Readonly<Record<string, Table>>;
  /** Its rows are records with a key; otherwise what merges them knows them by name. */
  keyed?: Keyed;
}

/** A table whose columns can name a customer says of each what erasing him does to it, or does not compile. */
export const table = <const C extends Columns>(
  columns: C,
  told: Told<keyof C & string> & { names: Names<C> & Table["names"] },
): Omit<Table, "columns"> & { columns: C } => ({ ...told, columns });
