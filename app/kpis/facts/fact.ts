// What a fact is: a table of things that happened, each on a day and, most of them, to a customer; and what a state is: a table
// of what held from one day to another, most of it for a customer. The compiler knows of tables only what is declared so.
// Measures, conditions, levels and standings have their words in app/words/server/facts.ts, without which they do not compile.
import type { SourceId, tables } from "../../warehouse/schema/schema.ts";

type Tables = typeof tables;
export type FactTable = keyof Tables;
export type Column<T extends FactTable> = T extends FactTable ? keyof Tables[T] & string : never;

/** "period": right as soon as the period's own days are wholly loaded; "complete": needs all that ever happened. */
export type History = "period" | "complete";

/** What may be summed. */
export interface Measure<C extends string = string> {
  column: C;
  /** A day: what is measured are the days from it to `column`, for a quantile of them. */
  since?: C;
  history: History;
  /** No row has less. */
  least?: 0;
  /** NULL on rows that have nothing to add. */
  sparse?: true;
  /** As of now: days that are over may still get another. */
  soFar?: true;
  /** What it takes back, on the day of the taking back: the column that held it on the day it was sold. */
  reverses?: C;
}

/** Which rows are counted or summed: a condition as data, so that SQL follows from it. */
export interface Condition<C extends string = string> {
  column: C;
  is: "true" | "positive" | { equals: number } | { after: C };
  /** Of all that ever happened to a customer one row at most fulfils it: counting is counting customers. */
  once?: true;
  /** What fulfils it is the first of all that happened to a customer: before it there was nobody to put into a segment. */
  begins?: true;
  /** What else must be loaded for it to be right. */
  needs?: { history?: History; sources?: readonly SourceId[] };
}

/** What a row's column shares with a segmentation whose segments are its values. */
export type DimensionId = "channel" | "country";

export interface Owner<C extends string = string> {
  /** Whose row it is; NULL: a stranger's. */
  customer: C;
  /** Strangers' rows of whatever fact with the same one, a positive number, are one stranger's; null: there are none. */
  unit: C | null;
}

export interface Fact<C extends string = string> {
  table: string;
  /** Query of its rows, where they are not the table's own. */
  rows?: string;
  source: SourceId;
  /** What one row is. */
  grain: string;
  /** The local day on which it happened. */
  day: C;
  /** Query of its rows of one day that happened before an instant; null where a row names no instant. */
  upTo: ((day: string, at: string) => string) | null;
  /** A row is a change from what was recorded of the day before: of days that follow upon none there are no rows to tell. */
  change?: true;
  /** Null: nobody's. It is known for the shop, and for segmentations that share a dimension with it. */
  owner: Owner<C> | null;
  /** By what rows of nobody's are told apart where they are listed. */
  key?: readonly C[];
  /** The order that a row is about, by which orders' own groups cut it; null where it is about none. */
  order: C | null;
  /** The variant that a row is about, by which a state of variants is joined; null where it is about none. */
  variant: C | null;
  /** What counting means: which rows. */
  counted: {
    where: readonly Condition<C>[];
    history: History;
    /** It happens to a customer once at most. */
    once?: true;
  };
  conditions: Readonly<Record<string, Condition<C>>>;
  dimensions: Readonly<Partial<Record<DimensionId, C>>>;
  measures: Readonly<Record<string, Measure<C>>>;
}

/** Declares a fact of a table of the warehouse, or of several by their names: only their columns can be named. */
export const fact =
  <T extends FactTable>(table: T) =>
  <const D extends Omit<Fact<Column<T>>, "table">>(declared: D): D & { table: T } => ({ ...declared, table });

/** What a query reads of a fact or a state, under a name of its own. */
export const rowsAs = ({ table, rows }: { table: string; rows?: string }, alias: string): string =>
  `${rows === undefined ? table : `(${rows})`} AS ${alias}`;

/** Days in the shop's rhythm: SQL over its median gap and its 90 % quantile. */
export type Rhythm = "g50" | "g90" | "2 * g90";

/** How long there was no order: more than `beyond` days, and no more than `upTo`. */
export interface Span {
  beyond: Rhythm | null;
  upTo: Rhythm | null;
}

/** What held, day by day: rows [from, to) of days at whose end it held. */
export interface State<C extends string = string> {
  table: string;
  /** Query of its rows, where they are not the table's own. */
  rows?: string;
  sources: readonly SourceId[];
  /** Whose it is; null: nobody's. */
  customer: C | null;
  from: C;
  /** 9999-12-31 where it holds still. */
  to: C;
  /** SQL over a row: whether anything holds. */
  holds: string;
}

/** The state that makes members: it holds where the customer has ordered. */
export interface Membership<C extends string = string> extends State<C> {
  customer: C;
  /** The day of the first order. */
  since: C;
  levels: Readonly<Record<string, { column: C }>>;
  /** What may hold of a member. */
  standings: Readonly<
    Record<string, { span: Span; ordered?: "on_several_days"; sql: (at: Standing<C>) => string }>
  >;
}

/** What is nobody's is known for the shop, and for segmentations that share a dimension with it. */
export interface NobodysState<C extends string = string> extends State<C> {
  customer: null;
  dimensions: Readonly<Partial<Record<DimensionId, C>>>;
  /** By what its rows are told apart where they are listed. */
  key: readonly C[];
  /** Over a row that holds. */
  levels: Readonly<Record<string, { sql: string }>>;
}

/** What variants are when a period ends: known of whatever of them is bought, and so of whoever buys it. */
export interface VariantsState<C extends string = string> extends State<C> {
  customer: null;
  variant: C;
  /** Over all rows that hold of one variant; NULL where it is not known. */
  levels: Readonly<Record<string, { sql: string; least?: 0 }>>;
}

/** Where a standing reads from, at the start of the day `day`. */
export interface Standing<C extends string = string> {
  column: (name: C) => string;
  day: string;
  /** The shop's own days between two orders: so many are not passed by 90 % of them. */
  g90: string;
}

export const state =
  <T extends FactTable>(table: T) =>
  <const D extends Omit<State<Column<T>>, "table">>(declared: D): D & { table: T } => ({
    ...declared,
    table,
  });

export const membership =
  <T extends FactTable>(table: T) =>
  <const D extends Omit<Membership<Column<T>>, "table">>(declared: D): D & { table: T } => ({
    ...declared,
    table,
  });

export const nobodysState =
  <T extends FactTable>(table: T) =>
  <const D extends Omit<NobodysState<Column<T>>, "table">>(declared: D): D & { table: T } => ({
    ...declared,
    table,
  });

export const variantsState =
  <T extends FactTable>(table: T) =>
  <const D extends Omit<VariantsState<Column<T>>, "table">>(declared: D): D & { table: T } => ({
    ...declared,
    table,
  });
