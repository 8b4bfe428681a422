// PostgreSQL, or Citus, with one schema per shop. Knows how staged files travel: DuckDB parses them to CSV, COPY takes
// them in. Any number of processes.
import { randomUUID } from "node:crypto";
import { createReadStream } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import path from "node:path";
import { pipeline } from "node:stream/promises";
import type { DuckDBInstance } from "@duckdb/node-api";
import pg from "pg";
import { from as copyFrom } from "pg-copy-streams";
import { ShopBeingUpdated, ShopNotReady } from "../../errors.ts";
import type { Copy, Driver, Session, Staging, Tables, Until } from "../driver.ts";
import { openInstance, stageFiles } from "../duckdb/instance.ts";
import { OtherSchema, QueryTimedOut } from "../errors.ts";
import { namespaceOf } from "../namespace.ts";
import { Connections } from "./connections.ts";
import { exportTables, importTables } from "./copies.ts";
import { INTERVALS_IN_ROW, layOut, pass, storedOf, takeApart, writtenTo } from "./packed.ts";
import { rewriteTables } from "./rewrite.ts";
import { plainRows, PostgresSession, rawText } from "./session.ts";
import type { Columns } from "../schema/source.ts";
import { createStagingTable } from "../schema/staging.ts";
import { columnList, createTable } from "../schema/columns.ts";
import { indexesOf, type Schema } from "../schema/schema.ts";
import { literal } from "../merge/staging.ts";
import { FIRST_VERSION } from "../schema/upgrade.ts";
import type { Param, Row, WarehouseOptions } from "../contract.ts";

const BATCH_ROWS = 2_000;

/** Rows of a stage on their way from DuckDB, and what of its table they fill. */
interface Csv {
  table: string;
  columns: Columns;
  file: string;
}

/** From this many written rows on, statistics are too old for the planner to wait for autovacuum. */
const WORTH_ANALYSING = 20_000;

export async function openPostgres(options: WarehouseOptions, url: string, tables: Tables): Promise<Driver> {
  const scratch = await mkdtemp(path.join(options.directory, "scratch-"));
  const reader = await openInstance(scratch);
  const { waitForListMs, intervalsInRow = INTERVALS_IN_ROW } = options;
  return new Postgres(new Connections(url, waitForListMs), reader, scratch, tables, intervalsInRow);
}

class Postgres implements Driver {
  readonly engine = "postgres";
  private readonly connections: Connections;
  private readonly reader: DuckDBInstance;
  private readonly scratch: string;
  private readonly version: number;
  private readonly schema: Schema;
  private readonly intervalsInRow: number;

  constructor(
    connections: Connections,
    reader: DuckDBInstance,
    scratch: string,
    tables: Tables,
    intervalsInRow: number,
  ) {
    this.intervalsInRow = intervalsInRow;
    this.version = tables.version;
    this.schema = tables.schema;
    this.connections = connections;
    this.reader = reader;
    this.scratch = scratch;
  }

  async exists(shop: string): Promise<boolean> {
    const found = await this.connections.query<{ found: boolean }>(
      "SELECT to_regclass($1) IS NOT NULL AS found",
      [`${namespaceOf(shop)}.shop_meta`],
    );
    return found.rows[0]?.found === true;
  }

  async create(shop: string, first: (session: Session) => Promise<unknown>): Promise<void> {
    const namespace = namespaceOf(shop);
    await this.connections.transaction("READ WRITE", namespace, async (client) => {
      const wanted = [...this.schema.tables].map(
        ([name, { columns }]) => [writtenTo(this.schema, name), columns] as const,
      );
      await makeTables(client, namespace, new Map(wanted));
      await layOut(client, this.schema);
      await this.makeIndexes(client);
      await first(this.session(client));
    });
  }

  async upgrade(shop: string, work: (session: Session, from: number) => Promise<void>): Promise<void> {
    await this.connections.transaction("READ WRITE", namespaceOf(shop), async (client) => {
      // Those who are inside have a share of this lock, in whichever process; who comes is told to wait.
      await client.query("SELECT pg_advisory_xact_lock(hashtextextended($1, 0))", [namespaceOf(shop)]);
      const from = await versionOf(client, { alone: true });
      // Another process was faster.
      if (from >= this.version) return;
      // What changes them knows their declarations alone.
      await takeApart(client, this.schema);
      await work(this.session(client), from);
      await layOut(client, this.schema);
      await this.makeIndexes(client);
    });
  }

  async read(
    shop: string,
    sql: string,
    params: readonly Param[],
    { timeoutMs, signal }: Until,
  ): Promise<Row[]> {
    return await this.reading(shop, async (client) => {
      await client.query(`SET LOCAL statement_timeout = ${Math.max(1, Math.round(timeoutMs))}`);
      const stop = signal && (await this.connections.canceller(client));
      if (stop) signal.addEventListener("abort", stop);
      try {
        signal?.throwIfAborted();
        return plainRows(await client.query(rawText(sql, params)));
      } catch (error) {
        signal?.throwIfAborted();
        const cancelled = error instanceof pg.DatabaseError && error.code === "57014";
        throw cancelled ? new QueryTimedOut(timeoutMs) : error;
      } finally {
        if (stop) signal.removeEventListener("abort", stop);
      }
    });
  }

  async *stream(
    shop: string,
    sql: string,
    params: readonly Param[],
    turn: <T>(step: () => Promise<T>) => Promise<T>,
  ): AsyncIterable<Row[]> {
    if (!(await this.exists(shop))) throw new ShopNotReady(shop);
    const client = await this.connections.beginList(namespaceOf(shop));
    let whole = false;
    try {
      await this.assertVersion(client, namespaceOf(shop));
      await turn(() => client.query(rawText(`DECLARE batches NO SCROLL CURSOR FOR ${sql}`, params)));
      for (;;) {
        const rows = plainRows(
          await turn(() => client.query(rawText(`FETCH ${BATCH_ROWS} FROM batches`, []))),
        );
        if (rows.length === 0) break;
        yield rows;
      }
      await client.query("COMMIT");
      whole = true;
    } finally {
      // Left half read, its server's work is ended with its connection.
      client.release(!whole);
    }
  }

  async write<T>(shop: string, staging: Staging | null, work: (session: Session) => Promise<T>): Promise<T> {
    const files = staging === null ? [] : await this.toCsv(staging);
    try {
      return await this.connections.transaction("READ WRITE", namespaceOf(shop), async (client) => {
        // One writer per shop, among all processes.
        await this.assertVersion(client, namespaceOf(shop), { alone: true });
        const session = this.session(client);
        if (staging !== null) {
          for (const [name, columns] of staging.tables) await client.query(createStagingTable(name, columns));
          for (const { table, columns, file } of files)
            await pipeline(
              createReadStream(file),
              client.query(copyFrom(`COPY ${table} (file, ${columnList(columns)}) FROM STDIN (FORMAT csv)`)),
            );
          for (const name of staging.tables.keys()) await session.filled(name);
        }
        return await work(session);
      });
    } finally {
      await Promise.all(files.map(({ file }) => rm(file, { force: true })));
    }
  }

  async tidy(shop: string, force: boolean): Promise<boolean> {
    const namespace = namespaceOf(shop);
    const changed = await this.connections.query<{ rows: number }>(
      "SELECT coalesce(sum(n_mod_since_analyze), 0)::float8 AS rows FROM pg_stat_user_tables WHERE schemaname = $1",
      [namespace],
    );
    if (!force && (changed.rows[0]?.rows ?? 0) < WORTH_ANALYSING) return false;
    for (const name of this.stored()) await this.connections.query(`VACUUM (ANALYZE) ${namespace}.${name}`);
    return true;
  }

  async rewrite(shop: string): Promise<boolean> {
    return await this.connections.outside((client) =>
      rewriteTables(client, namespaceOf(shop), this.stored()),
    );
  }

  async check(): Promise<void> {
    await this.connections.query("SELECT 1");
  }

  async bytes(): Promise<number> {
    const { rows } = await this.connections.query<{ bytes: number }>(
      `SELECT coalesce(sum(pg_total_relation_size(c.oid)), 0)::float8 AS bytes
       FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
       WHERE c.relkind = 'r' AND n.nspname LIKE 'shop\\_%'`,
    );
    return rows[0]?.bytes ?? 0;
  }

  async copyOut(shop: string, directory: string): Promise<Record<string, number>> {
    if (!(await this.exists(shop))) throw new ShopNotReady(shop);
    const namespace = namespaceOf(shop);
    return await this.connections.transaction(
      "ISOLATION LEVEL REPEATABLE READ READ ONLY",
      namespace,
      async (client) => {
        await this.assertVersion(client, namespace);
        return await exportTables(client, directory, this.schema);
      },
    );
  }

  async copyIn(
    shop: string,
    copy: Copy,
    finish: (session: Session) => Promise<void>,
  ): Promise<Record<string, number>> {
    const namespace = namespaceOf(shop);
    return await this.connections.transaction("READ WRITE", namespace, async (client) => {
      await client.query(`DROP SCHEMA IF EXISTS ${namespace} CASCADE`);
      await makeTables(client, namespace, copy.tables);
      const rows = await importTables(client, copy);
      await finish(this.session(client));
      await layOut(client, this.schema);
      await this.makeIndexes(client);
      return rows;
    });
  }

  async replace(shop: string, by: string, kept: readonly string[]): Promise<void> {
    const [old, fresh] = [namespaceOf(shop), namespaceOf(by)];
    const passing = (await this.exists(shop)) ? kept : [];
    await this.connections.transaction("READ WRITE", fresh, async (client) => {
      for (const table of passing) await pass(client, this.schema, table, { from: old, to: fresh });
      await client.query(`DROP SCHEMA IF EXISTS ${old} CASCADE`);
      await client.query(`ALTER SCHEMA ${fresh} RENAME TO ${old}`);
    });
  }

  async drop(shop: string): Promise<void> {
    await this.connections.query(`DROP SCHEMA IF EXISTS ${namespaceOf(shop)} CASCADE`);
  }

  async close(): Promise<void> {
    await this.connections.close();
    this.reader.closeSync();
    await rm(this.scratch, { recursive: true, force: true });
  }

  /** DuckDB writes NULL as nothing and empty text as "", which is how COPY reads them. */
  private async toCsv(staging: Staging): Promise<Csv[]> {
    const files: Csv[] = [];
    const connection = await this.reader.connect();
    try {
      await stageFiles(connection, this.scratch, staging, async (table, columns, rows) => {
        const file = path.join(this.scratch, `${randomUUID()}.csv`);
        files.push({ table, columns, file });
        await connection.run(`COPY (${rows}) TO ${literal(file)} (FORMAT csv, HEADER false)`);
      });
      return files;
    } catch (error) {
      await Promise.all(files.map(({ file }) => rm(file, { force: true })));
      throw error;
    } finally {
      connection.closeSync();
    }
  }

  private async makeIndexes(client: pg.PoolClient): Promise<void> {
    for (const index of indexesOf(this.schema, (table) => writtenTo(this.schema, table)))
      await client.query(index);
  }

  private stored(): string[] {
    return [...this.schema.tables.keys()].flatMap((table) => storedOf(this.schema, table));
  }

  private session(client: pg.PoolClient): Session {
    return new PostgresSession(client, this.schema, this.intervalsInRow);
  }

  private async reading<T>(shop: string, work: (client: pg.PoolClient) => Promise<T>): Promise<T> {
    try {
      return await this.connections.transaction("READ ONLY", namespaceOf(shop), async (client) => {
        await this.assertVersion(client, namespaceOf(shop));
        return await work(client);
      });
    } catch (error) {
      const noTable = error instanceof pg.DatabaseError && error.code === "42P01";
      throw noTable && !(await this.exists(shop)) ? new ShopNotReady(shop) : error;
    }
  }

  /** At a transaction's beginning in a shop: nobody changes its tables until it ends, and they are this process's. */
  private async assertVersion(
    client: pg.PoolClient,
    namespace: string,
    { alone = false }: { alone?: boolean } = {},
  ): Promise<void> {
    // Without waiting: who changes the tables takes its time, and keeps out everybody who would look at them.
    const { rows } = await client.query<{ free: boolean }>(
      "SELECT pg_try_advisory_xact_lock_shared(hashtextextended($1, 0)) AS free",
      [namespace],
    );
    if (rows[0]?.free !== true) throw new ShopBeingUpdated();
    const found = await versionOf(client, { alone });
    if (found !== this.version) throw new OtherSchema(found);
  }
}

async function makeTables(
  client: pg.PoolClient,
  namespace: string,
  wanted: ReadonlyMap<string, Columns>,
): Promise<void> {
  await client.query(`CREATE SCHEMA IF NOT EXISTS ${namespace}`);
  // One statement each: inside a block, Citus would leave the tables on the coordinator.
  for (const [name, columns] of wanted) await client.query(createTable(name, columns));
}

/** Of the tables in the client's namespace. `alone`: no other writer is in them until the transaction ends. */
async function versionOf(client: pg.PoolClient, { alone }: { alone: boolean }): Promise<number> {
  // By way of JSON, in which a column that is not there yet is no error.
  const { rows } = await client.query<{ version: number | null }>(
    `SELECT CAST(to_jsonb(m) ->> 'schema_version' AS INTEGER) AS version FROM shop_meta m ${alone ? "FOR UPDATE" : ""}`,
  );
  return rows[0]?.version ?? FIRST_VERSION;
}
