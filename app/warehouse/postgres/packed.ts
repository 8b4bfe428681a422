// Where PostgreSQL keeps the intervals of observed tables. A row costs it 28 bytes before its first column and 20 in an index:
// those that no reading changes any more stand a thousand in one row, a list for each column, which it compresses.
import type pg from "pg";
import type { Intervals } from "../intervals.ts";
import { body } from "../schema/columns.ts";
import { namingsOf } from "../schema/personal.ts";
import type { Schema } from "../schema/schema.ts";
import type { Columns, Observed, Table } from "../schema/source.ts";

export const INTERVALS_IN_ROW = 1_000;

type Packable = Table & { observed: Observed };

/** Where erasing a customer empties columns, rows stay as they are. */
const packable = (table: Table): table is Packable =>
  table.observed !== undefined && namingsOf(table).every(([, { trace }]) => trace === "row");

export const packedTables = ({ tables }: Schema): ReadonlyMap<string, Packable> =>
  new Map([...tables].flatMap(([name, table]) => (packable(table) ? [[name, table] as const] : [])));

const unpackedOf = (table: string) => `unpacked_${table}`;
const packedOf = (table: string) => `packed_${table}`;

/** The table in which rows of the declared one are written. */
export const writtenTo = (schema: Schema, table: string): string =>
  packedTables(schema).has(table) ? unpackedOf(table) : table;

/** All that is stored of the declared table. */
export const storedOf = (schema: Schema, table: string): readonly string[] =>
  packedTables(schema).has(table) ? [unpackedOf(table), packedOf(table)] : [table];

/** The columns of a table as they are there, in one order for all that is done with them. */
class Packed {
  readonly unpacked: string;
  readonly packed: string;
  readonly columns: readonly string[];

  constructor(table: string, columns: readonly string[]) {
    this.unpacked = unpackedOf(table);
    this.packed = packedOf(table);
    this.columns = columns;
  }

  list(of = ""): string {
    return this.columns.map((column) => of + column).join(", ");
  }

  /** A packed row, named `from`, as the rows that it stands for, named u. */
  opened(from: string, { numbered = false } = {}): string {
    const names = numbered ? `${this.list()}, place` : this.list();
    return `unnest(${this.list(`${from}.`)}) ${numbered ? "WITH ORDINALITY " : ""}AS u (${names})`;
  }
}

/**
 * Statements that lay the table out, of which the part to write to is there. Lists that are opened among what is selected take
 * a third of the time that they take as a function to select from.
 */
export function layoutOf(table: string, columns: Columns): string[] {
  const sql = new Packed(table, Object.keys(columns));
  const lists = Object.entries(columns).map(([name, type]) => [name, `${type.replace(" NOT NULL", "")}[]`]);
  return [
    `CREATE TABLE IF NOT EXISTS ${sql.packed} (${body(Object.fromEntries(lists) as Columns)}, last_day DATE NOT NULL)`,
    `CREATE VIEW ${table} AS SELECT ${sql.list()} FROM ${sql.unpacked}
     UNION ALL SELECT ${sql.columns.map((column) => `unnest(p.${column}) AS ${column}`).join(", ")} FROM ${sql.packed} p`,
  ];
}

/** Observed tables as they are declared become what is stored of them; those that are so already stay. */
export async function layOut(client: pg.PoolClient, schema: Schema): Promise<void> {
  for (const [table, { columns }] of packedTables(schema)) {
    const kind = await kindOf(client, table);
    if (kind === "v") continue;
    if (kind !== null) await client.query(`ALTER TABLE ${table} RENAME TO ${unpackedOf(table)}`);
    for (const statement of layoutOf(table, columns)) await client.query(statement);
  }
}

/** The reverse, for what changes tables by their declarations. */
export async function takeApart(client: pg.PoolClient, schema: Schema): Promise<void> {
  for (const table of packedTables(schema).keys()) {
    if ((await kindOf(client, table)) !== "v") continue;
    const { rows } = await client.query<{ name: string }>(
      "SELECT attname AS name FROM pg_attribute WHERE attrelid = to_regclass($1) AND attnum > 0 AND NOT attisdropped",
      [unpackedOf(table)],
    );
    const sql = new Packed(
      table,
      rows.map(({ name }) => name),
    );
    await unpack(client, sql, null);
    await client.query(`DROP VIEW ${table}`);
    await client.query(`DROP TABLE ${sql.packed}`);
    await client.query(`ALTER TABLE ${sql.unpacked} RENAME TO ${table}`);
  }
}

/** All that is stored of the table passes from one namespace to the other, in the place of what is there. */
export async function pass(
  client: pg.PoolClient,
  schema: Schema,
  table: string,
  { from, to }: { from: string; to: string },
): Promise<void> {
  const stored = storedOf(schema, table);
  const isPacked = packedTables(schema).has(table);
  if (isPacked) await client.query(`DROP VIEW ${to}.${table}`);
  for (const each of stored) {
    await client.query(`DROP TABLE ${to}.${each}`);
    await client.query(`ALTER TABLE ${from}.${each} SET SCHEMA ${to}`);
  }
  if (isPacked) await client.query(`ALTER VIEW ${from}.${table} SET SCHEMA ${to}`);
}

/** What the name stands for in the client's namespace; null: nothing. */
async function kindOf(client: pg.PoolClient, name: string): Promise<string | null> {
  const { rows } = await client.query<{ kind: string }>(
    "SELECT relkind AS kind FROM pg_class WHERE oid = to_regclass($1)",
    [name],
  );
  return rows[0]?.kind ?? null;
}

async function unpack(client: pg.PoolClient, sql: Packed, from: string | null): Promise<void> {
  await client.query(
    `WITH back AS (DELETE FROM ${sql.packed} WHERE $1::date IS NULL OR last_day >= $1::date RETURNING *)
     INSERT INTO ${sql.unpacked} (${sql.list()})
     SELECT ${sql.list("u.")} FROM back b CROSS JOIN LATERAL ${sql.opened("b")}`,
    [from],
  );
}

/** Of one of `packedTables`, in a transaction of the namespace's one writer. */
export function packedIntervals(
  client: pg.PoolClient,
  table: string,
  { columns, observed: { key } }: Packable,
  inRow: number,
): Intervals {
  const sql = new Packed(table, Object.keys(columns));
  const order = [...key, "from_day"].join(", ");
  const lists = (of: string, by: string) =>
    sql.columns.map((column) => `array_agg(${of}${column} ORDER BY ${by})`).join(", ");
  return {
    unpacked: sql.unpacked,
    unpack: (from) => unpack(client, sql, from),
    // Whole rows of them only: what is left over waits for more.
    pack: async (before, readAt) => {
      await client.query(
        `WITH due AS (
           SELECT ctid AS place, ${sql.list()}, (row_number() OVER (ORDER BY ${order}) - 1) / ${inRow} AS nth,
             count(*) OVER () / ${inRow} AS made
           FROM ${sql.unpacked} WHERE from_day < to_day AND to_day < $1::date AND read_at <= $2::timestamp
         ), taken AS (
           DELETE FROM ${sql.unpacked} t USING due d WHERE t.ctid = d.place AND d.nth < d.made
           RETURNING d.nth, ${sql.list("d.")}
         )
         INSERT INTO ${sql.packed} (${sql.list()}, last_day)
         SELECT ${lists("", order)}, max(to_day) FROM taken GROUP BY nth`,
        [before, readAt],
      );
    },
    erasePacked: async (column) => {
      const isErased = (id: string) => `${id} IN (SELECT id FROM erased)`;
      await client.query(
        `UPDATE ${sql.packed} p SET (${sql.list()}) = (
           SELECT ${lists("u.", "u.place")} FROM ${sql.opened("p", { numbered: true })} WHERE NOT ${isErased(`u.${column}`)})
         WHERE EXISTS (SELECT FROM unnest(p.${column}) AS named (id) WHERE ${isErased("named.id")})`,
      );
      await client.query(`DELETE FROM ${sql.packed} WHERE ${column} IS NULL`);
    },
  };
}
