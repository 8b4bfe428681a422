// The state database as files and back, by COPY alone: npm brings the server's programs but no pg_dump. Tables are found in
// the catalog, so that a new one needs nothing here. The queue's tables are left out: a restore enqueues what is due.
import { createReadStream, createWriteStream } from "node:fs";
import { mkdir } from "node:fs/promises";
import path from "node:path";
import { pipeline } from "node:stream/promises";
import { createGunzip, createGzip } from "node:zlib";
import pg from "pg";
import { from as copyFrom, to as copyTo } from "pg-copy-streams";
import { openConnection } from "../pool.server.ts";
import type { Manifest } from "./backup-files.ts";

export interface StateCopy {
  takenAt: string;
  migrations: string[];
  tables: Manifest["state"];
  shops: string[];
}

const name = (text: string): string => pg.escapeIdentifier(text);

export async function withClient<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = await openConnection(url);
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

/** Every table of one instant, as state/<table>.csv.gz in the directory. */
export async function copyStateOut(url: string, directory: string): Promise<StateCopy> {
  await mkdir(path.join(directory, "state"), { recursive: true });
  return withClient(url, async (client) => {
    await client.query("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
    const takenAt = (await client.query<{ at: Date }>("SELECT now() AS at")).rows[0]?.at ?? new Date();
    const tables: StateCopy["tables"] = {};
    for (const { table, columns } of await tablesOf(client)) {
      const file = path.posix.join("state", `${table}.csv.gz`);
      const out = client.query(
        copyTo(`COPY (SELECT ${columns.map(name).join(", ")} FROM ${name(table)}) TO STDOUT (FORMAT csv)`),
      );
      await pipeline(out, createGzip(), createWriteStream(path.join(directory, file), { mode: 0o600 }));
      tables[table] = { file, columns, rows: out.rowCount };
    }
    const shops = await client.query<{ domain: string }>(`SELECT domain FROM "Shop" ORDER BY domain`);
    const applied = await client.query<{ name: string }>(
      `SELECT migration_name AS name FROM _prisma_migrations
       WHERE finished_at IS NOT NULL AND rolled_back_at IS NULL ORDER BY migration_name`,
    );
    await client.query("COMMIT");
    return {
      takenAt: takenAt.toISOString(),
      migrations: applied.rows.map((row) => row.name),
      tables,
      shops: shops.rows.map((row) => row.domain),
    };
  });
}

/** Fills empty tables that have the copy's columns, all or nothing. */
export async function copyStateIn(url: string, directory: string, tables: Manifest["state"]): Promise<void> {
  await withClient(url, async (client) => {
    await client.query("BEGIN");
    const there = (await tablesOf(client)).map(({ table }) => table);
    const unknown = Object.keys(tables).filter((table) => !there.includes(table));
    if (unknown.length > 0) throw new Error(`The backup has tables unknown here: ${unknown.join(", ")}.`);
    for (const table of await referredFirst(client, there)) {
      const copy = tables[table];
      if (!copy) continue;
      await pipeline(
        createReadStream(path.join(directory, copy.file)),
        createGunzip(),
        client.query(
          copyFrom(`COPY ${name(table)} (${copy.columns.map(name).join(", ")}) FROM STDIN (FORMAT csv)`),
        ),
      );
      const { rows } = await client.query<{ n: number }>(`SELECT count(*)::float8 AS n FROM ${name(table)}`);
      if (rows[0]?.n !== copy.rows)
        throw new Error(`${table} has ${rows[0]?.n ?? 0} rows instead of ${copy.rows}.`);
      await advanceSequences(client, table, copy.columns);
    }
    await client.query("COMMIT");
  });
}

async function tablesOf(client: pg.Client): Promise<{ table: string; columns: string[] }[]> {
  const { rows } = await client.query<{ table: string; columns: string[] }>(
    `SELECT c.table_name AS table, array_agg(c.column_name::text ORDER BY c.ordinal_position) AS columns
     FROM information_schema.columns c JOIN information_schema.tables t USING (table_schema, table_name)
     WHERE c.table_schema = 'public' AND t.table_type = 'BASE TABLE' AND c.is_generated = 'NEVER'
       AND c.table_name <> '_prisma_migrations'
     GROUP BY c.table_name ORDER BY c.table_name`,
  );
  return rows;
}

/** Tables in an order in which no row names one that is not there yet. */
async function referredFirst(client: pg.Client, tables: readonly string[]): Promise<string[]> {
  const { rows } = await client.query<{ from: string; to: string }>(
    `SELECT a.relname AS from, b.relname AS to FROM pg_constraint k
     JOIN pg_class a ON a.oid = k.conrelid JOIN pg_class b ON b.oid = k.confrelid
     WHERE k.contype = 'f' AND k.connamespace = 'public'::regnamespace AND a.oid <> b.oid`,
  );
  const ordered: string[] = [];
  const visit = (table: string, path: readonly string[]): void => {
    if (ordered.includes(table) || path.includes(table)) return;
    for (const { to } of rows.filter((row) => row.from === table)) visit(to, [...path, table]);
    ordered.push(table);
  };
  for (const table of tables) visit(table, []);
  return ordered;
}

async function advanceSequences(client: pg.Client, table: string, columns: readonly string[]): Promise<void> {
  for (const column of columns)
    await client.query(
      `SELECT setval(sequence, greatest((SELECT coalesce(max(${name(column)}::text::numeric), 0) FROM ${name(table)}), 1)::bigint)
       FROM (SELECT pg_get_serial_sequence($1, $2) AS sequence) s WHERE sequence IS NOT NULL`,
      [name(table), column],
    );
}
