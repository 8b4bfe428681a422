// All tables of a shop's namespace, source by source. They are those of a new shop; migrations.ts leads an older shop's to
// them, so that neither is changed without the other.
import { checkouts } from "./checkouts.ts";
import { customers } from "./customers.ts";
import { observedSources } from "./observed.ts";
import { orders } from "./orders.ts";
import { products } from "./products.ts";
import { recorded } from "./recorded.ts";
import { shop } from "./shop.ts";
import type { Keyed, Source, Table } from "./source.ts";
import { spend } from "./spend.ts";

const sources = { shop, orders, customers, products, checkouts, recorded, spend, ...observedSources };

export type SourceId = keyof typeof sources;
type Declared = typeof shop.tables &
  typeof orders.tables &
  typeof customers.tables &
  typeof products.tables &
  typeof checkouts.tables &
  typeof recorded.tables &
  typeof spend.tables &
  (typeof observedSources)["consents"]["tables"] &
  (typeof observedSources)["stock_levels"]["tables"] &
  (typeof observedSources)["unit_costs"]["tables"] &
  (typeof observedSources)["shopify_segments"]["tables"] &
  (typeof observedSources)["segment_members"]["tables"];
export type TableName = keyof Declared;
type ColumnsOf<T extends TableName> = Declared[T]["columns"];

/** What a warehouse's tables are; the app's own unless it is tried with others. */
export interface Schema {
  readonly sources: Readonly<Record<string, Source>>;
  readonly tables: ReadonlyMap<string, Table>;
}

export const schemaOf = (of: Readonly<Record<string, Source>>): Schema => ({
  sources: of,
  tables: new Map(Object.values(of).flatMap((source) => Object.entries(source.tables))),
});

export const schema = schemaOf(sources);

/** The columns of the app's own tables. */
export const tables = Object.fromEntries(
  [...schema.tables].map(([name, { columns }]) => [name, columns]),
) as { readonly [T in TableName]: ColumnsOf<T> };

/** Sources that a copy made anew from Shopify holds as they are there. */
export const mirroredIn = ({ sources: of }: Schema): string[] =>
  Object.entries(of).flatMap(([id, { kind }]) => (kind === "mirrored" ? [id] : []));

/** Those whose rows are records with a key. */
export const keyedIn = ({ sources: of }: Schema): readonly Keyed[] =>
  Object.values(of).flatMap(({ keyed }) => keyed ?? []);

/** A record's own table first. */
export const tablesOf = ({ table: own, parts }: Keyed): string[] => [own, ...Object.keys(parts)];

/** Tables that no reading of Shopify brings back: they pass from the copy in use to the next one. */
export const keptTables = ({ sources: of }: Schema): string[] =>
  Object.values(of).flatMap(({ kind, tables: each }) => (kind === "mirrored" ? [] : Object.keys(each)));

/** What is worked out stands behind what it is worked out from. */
export const namesInOrder = ({ tables: all }: Schema): string[] =>
  [false, true].flatMap((derived) =>
    [...all].flatMap(([name, { derived: isDerived = false }]) => (isDerived === derived ? [name] : [])),
  );

/** @param written the table in which rows of a declared one are written */
export const indexesOf = ({ tables: all }: Schema, written = (table: string) => table): string[] =>
  [...all].flatMap(([name, { indexes = {} }]) =>
    Object.entries(indexes).map(
      ([index, { on, unique }]) =>
        `CREATE ${unique ? "UNIQUE " : ""}INDEX IF NOT EXISTS ${index} ON ${written(name)} (${on})`,
    ),
  );

/**
 * Rows into a table, every column by its name: a shop that was upgraded has its columns in another order than a new one.
 * @param values an expression for each of its columns, over what `from` selects
 */
export const insertInto = <T extends TableName>(
  table: T,
  values: Readonly<Record<keyof ColumnsOf<T> & string, string>>,
  from: string,
) =>
  `INSERT INTO ${table} (${Object.keys(values).join(", ")}) SELECT ${Object.values(values).join(", ")} ${from}`;
