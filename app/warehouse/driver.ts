// What the front door asks of an engine: session set-up, bulk staging and value conversion. Nothing else may differ.
import type { Intervals } from "./intervals.ts";
import type { Schema } from "./schema/schema.ts";
import type { Columns } from "./schema/source.ts";
import type { TempTables } from "./schema/staging.ts";
import type { Param, Row } from "./contract.ts";
import type { Rows, Stage } from "./load.ts";

/** The tables in which a process works. */
export interface Tables {
  version: number;
  schema: Schema;
}

/** One connection inside one transaction, in the shop's namespace. */
export interface Session {
  /** Answers the number of rows changed. */
  run(sql: string, params?: readonly Param[]): Promise<number>;
  rows<R extends Row>(sql: string, params?: readonly Param[]): Promise<R[]>;
  /** Tells the planner about a temporary table that was just filled. */
  filled(table: string): Promise<void>;
  /** Of an observed table; of any other, all of whose rows may change. */
  intervals(table: string): Intervals;
}

/** How long a question is worth an answer. */
export interface Until {
  timeoutMs: number;
  signal?: AbortSignal | undefined;
}

/** A copy to be put back, with the tables that its version had. */
export interface Copy {
  directory: string;
  tables: ReadonlyMap<string, Columns>;
}

export interface Staging {
  files: readonly Rows[];
  stages: readonly Stage[];
  /** All that `work` will look for, filled or not. */
  tables: TempTables;
  decimals: number;
}

/** Work in a namespace whose tables are of another version ends as OtherSchema before it begins, unless it is `upgrade`. */
export interface Driver {
  readonly engine: "duckdb" | "postgres";
  exists(shop: string): Promise<boolean>;
  /** Changes tables of whichever version, alone in the namespace; all of it or nothing. */
  upgrade(shop: string, work: (session: Session, from: number) => Promise<void>): Promise<void>;
  /** The namespace with all its tables and whatever `first` writes, or nothing. */
  create(shop: string, first: (session: Session) => Promise<unknown>): Promise<void>;
  /** Read-only; given up after `timeoutMs` with QueryTimedOut, and when the signal is aborted with its reason. */
  read(shop: string, sql: string, params: readonly Param[], until: Until): Promise<Row[]>;
  /** Each step of the stream runs inside `turn`, so that a slow reader holds no place at the gate between steps. */
  stream(
    shop: string,
    sql: string,
    params: readonly Param[],
    turn: <T>(step: () => Promise<T>) => Promise<T>,
  ): AsyncIterable<Row[]>;
  /** One writing transaction; staging tables are there when `staging` is given. Rolled back when `work` throws. */
  write<T>(shop: string, staging: Staging | null, work: (session: Session) => Promise<T>): Promise<T>;
  /** Called after `rows` rows were written: keeps files small and statistics true. Answers whether it did anything. */
  tidy(shop: string, force: boolean): Promise<boolean>;
  /** Every table written anew into fresh files, the old ones deleted. False when readers do not leave. */
  rewrite(shop: string): Promise<boolean>;
  /** Throws when the engine does not answer. */
  check(): Promise<void>;
  /** What all shops take on disk. */
  bytes(): Promise<number>;
  /** Every table of one instant as a file in `directory`, in the form of copies.ts; rows by table. */
  copyOut(shop: string, directory: string): Promise<Record<string, number>>;
  /** The namespace made of files of these tables, and of what `finish` does with them, in the place of what is there. */
  copyIn(
    shop: string,
    copy: Copy,
    finish: (session: Session) => Promise<void>,
  ): Promise<Record<string, number>>;
  /** The namespace `by` takes the place of the shop's, whose `kept` tables pass to it in the same step. */
  replace(shop: string, by: string, kept: readonly string[]): Promise<void>;
  drop(shop: string): Promise<void>;
  close(): Promise<void>;
}
