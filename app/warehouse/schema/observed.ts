// The sources of which Shopify knows only the present. Each has one table, of its own name, and one of what a reading has seen.
import { body } from "./columns.ts";
import { consents } from "./consents.ts";
import { segmentMembers, shopifySegments } from "./shopify-segments.ts";
import type { Columns, Observed, Table } from "./source.ts";
import { stockLevels, unitCosts } from "./stock.ts";

export const observedSources = {
  consents,
  stock_levels: stockLevels,
  unit_costs: unitCosts,
  shopify_segments: shopifySegments,
  segment_members: segmentMembers,
} as const;

export type ObservedSource = keyof typeof observedSources;

const tables = {
  ...consents.tables,
  ...stockLevels.tables,
  ...unitCosts.tables,
  ...shopifySegments.tables,
  ...segmentMembers.tables,
} satisfies Record<ObservedSource, Omit<Table, "columns"> & { observed?: unknown }>;

/** How the source's table is declared. */
export function observedTable(source: ObservedSource): Table & { observed: Observed } {
  const declared: Table = tables[source];
  const { observed } = declared;
  if (observed === undefined) throw new Error(`${source} does not say what its rows are of.`);
  return { ...declared, observed };
}

export type SeenTable = `seen_${ObservedSource}`;
export const seenIn = (source: ObservedSource): SeenTable => `seen_${source}`;

/** What a reading tells of each key: its state, when Shopify says that it changed last, and whether there is such a one. */
function seenColumns(source: ObservedSource): Columns {
  const { columns, observed } = observedTable(source);
  const of = (names: readonly string[]) =>
    names.map((name) => [name, (columns[name] ?? "").replace(" NOT NULL", "")] as const);
  return {
    ...Object.fromEntries([...of(observed.key), ...of(observed.state)]),
    told_at: "TIMESTAMP",
    present: "BOOLEAN",
  };
}

export const seenTables = Object.fromEntries(
  (Object.keys(tables) as ObservedSource[]).map((source) => [seenIn(source), seenColumns(source)]),
) as Readonly<Record<SeenTable, Columns>>;

/** The columns of a key or a state, as a table's body. */
export const bodyOf = (source: ObservedSource, names: readonly string[]): string =>
  body(Object.fromEntries(Object.entries(seenColumns(source)).filter(([name]) => names.includes(name))));
