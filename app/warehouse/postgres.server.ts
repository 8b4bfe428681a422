// PostgreSQL, or Citus, with one schema per shop. Knows how a session finds its shop, how staged files travel (DuckDB
// parses them to CSV, COPY takes them in) and how PostgreSQL's text becomes plain values. Any number of processes.
import { randomUUID } from "node:crypto";
import { createReadStream } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import path from "node:path";
import { pipeline } from "node:stream/promises";
import type { DuckDBInstance } from "@duckdb/node-api";
import pg from "pg";
import { from as copyFrom } from "pg-copy-streams";
import { ShopBeingUpdated, ShopNotReady } from "../errors.ts";
import type { Copy, Driver, Session, Staging } from "./driver.ts";
import { openInstance, stageFiles } from "./duckdb-instance.ts";
import { OtherSchema, QueryTimedOut } from "./errors.ts";
import { namespaceOf } from "./namespace.ts";
import { exportTables, importTables } from "./postgres-copies.ts";
import {
  type Columns,
  type TempTable,
  columnList,
  columnsOf,
  createStagingTable,
  createTable,
  indexes,
  tableNames,
  tables,
} from "./schema.ts";
import { literal } from "./staging.ts";
import { FIRST_VERSION } from "./upgrade.ts";
import { plainNumber, type Kind } from "./values.ts";
import type { Param, Row, WarehouseOptions } from "./contract.ts";

const CONNECTIONS = 8;
const BATCH_ROWS = 2_000;
/** From this many written rows on, statistics are too old for the planner to wait for autovacuum. */
const WORTH_ANALYSING = 20_000;

type Access = "READ ONLY" | "READ WRITE" | "ISOLATION LEVEL REPEATABLE READ READ ONLY";

/** @param version that of the tables in which this process works */
export async function openPostgres(options: WarehouseOptions, url: string, version: number): Promise<Driver> {
  const scratch = await mkdtemp(path.join(options.directory, "scratch-"));
  const reader = await openInstance(scratch);
  const pool = new pg.Pool({ connectionString: url, max: CONNECTIONS, application_name: "segment-kpis" });
  // An idle connection that breaks is replaced by the pool; without a listener it would end the process.
  pool.on("error", () => {});
  return new Postgres(pool, reader, scratch, version);
}

class Postgres implements Driver {
  readonly engine = "postgres";
  private readonly pool: pg.Pool;
  private readonly reader: DuckDBInstance;
  private readonly scratch: string;
  private readonly version: number;

  constructor(pool: pg.Pool, reader: DuckDBInstance, scratch: string, version: number) {
    this.version = version;
    this.pool = pool;
    this.reader = reader;
    this.scratch = scratch;
  }

  async exists(shop: string): Promise<boolean> {
    const found = await this.pool.query<{ found: boolean }>("SELECT to_regclass($1) IS NOT NULL AS found", [
      `${namespaceOf(shop)}.shop_meta`,
    ]);
    return found.rows[0]?.found === true;
  }

  async create(shop: string, first: (session: Session) => Promise<unknown>): Promise<void> {
    const namespace = namespaceOf(shop);
    await this.transaction("READ WRITE", namespace, async (client) => {
      await makeTables(client, namespace, new Map(Object.entries(tables)));
      await makeIndexes(client);
      await first(new PostgresSession(client));
    });
  }

  async upgrade(shop: string, work: (session: Session, from: number) => Promise<void>): Promise<void> {
    await this.transaction("READ WRITE", namespaceOf(shop), async (client) => {
      // Those who are inside have a share of this lock, in whichever process; who comes is told to wait.
      await client.query("SELECT pg_advisory_xact_lock(hashtextextended($1, 0))", [namespaceOf(shop)]);
      const from = await versionOf(client, { alone: true });
      // Another process was faster.
      if (from >= this.version) return;
      await work(new PostgresSession(client), from);
      await makeIndexes(client);
    });
  }

  async read(shop: string, sql: string, params: readonly Param[], timeoutMs: number): Promise<Row[]> {
    return await this.reading(shop, async (client) => {
      await client.query(`SET LOCAL statement_timeout = ${Math.max(1, Math.round(timeoutMs))}`);
      try {
        return plainRows(await client.query(rawText(sql, params)));
      } catch (error) {
        const cancelled = error instanceof pg.DatabaseError && error.code === "57014";
        throw cancelled ? new QueryTimedOut(timeoutMs) : error;
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
    const client = await this.begin("READ ONLY", namespaceOf(shop));
    try {
      await this.assertVersion(client, namespaceOf(shop));
      await turn(() => client.query(rawText(`DECLARE batches NO SCROLL CURSOR FOR ${sql}`, params)));
      for (;;) {
        const rows = plainRows(
          await turn(() => client.query(rawText(`FETCH ${BATCH_ROWS} FROM batches`, []))),
        );
        if (rows.length === 0) return;
        yield rows;
      }
    } finally {
      await client.query("ROLLBACK");
      client.release();
    }
  }

  async write<T>(shop: string, staging: Staging | null, work: (session: Session) => Promise<T>): Promise<T> {
    const files = staging === null ? [] : await this.toCsv(staging);
    try {
      return await this.transaction("READ WRITE", namespaceOf(shop), async (client) => {
        // One writer per shop, among all processes.
        await this.assertVersion(client, namespaceOf(shop), { alone: true });
        const session = new PostgresSession(client);
        if (staging !== null) {
          for (const name of staging.tables) await client.query(createStagingTable(name));
          for (const { table, file } of files)
            await pipeline(
              createReadStream(file),
              client.query(
                copyFrom(`COPY ${table} (file, ${columnList(columnsOf(table))}) FROM STDIN (FORMAT csv)`),
              ),
            );
          for (const name of staging.tables) await session.filled(name);
        }
        return await work(session);
      });
    } finally {
      await Promise.all(files.map(({ file }) => rm(file, { force: true })));
    }
  }

  async tidy(shop: string, force: boolean): Promise<boolean> {
    const namespace = namespaceOf(shop);
    const changed = await this.pool.query<{ rows: number }>(
      "SELECT coalesce(sum(n_mod_since_analyze), 0)::float8 AS rows FROM pg_stat_user_tables WHERE schemaname = $1",
      [namespace],
    );
    if (!force && (changed.rows[0]?.rows ?? 0) < WORTH_ANALYSING) return false;
    for (const name of tableNames) await this.pool.query(`VACUUM (ANALYZE) ${namespace}.${name}`);
    return true;
  }

  /** VACUUM leaves deleted rows' bytes in their pages; FULL writes new files. Readers wait for one table at a time. */
  async rewrite(shop: string): Promise<boolean> {
    const namespace = namespaceOf(shop);
    for (const name of tableNames) await this.pool.query(`VACUUM (FULL, ANALYZE) ${namespace}.${name}`);
    // The planner's samples hold values of rows. Skipped with a warning where we do not own the database.
    await this.pool.query("VACUUM (FULL) pg_catalog.pg_statistic");
    return true;
  }

  async check(): Promise<void> {
    await this.pool.query("SELECT 1");
  }

  async bytes(): Promise<number> {
    const { rows } = await this.pool.query<{ bytes: number }>(
      `SELECT coalesce(sum(pg_total_relation_size(c.oid)), 0)::float8 AS bytes
       FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
       WHERE c.relkind = 'r' AND n.nspname LIKE 'shop\\_%'`,
    );
    return rows[0]?.bytes ?? 0;
  }

  async copyOut(shop: string, directory: string): Promise<Record<string, number>> {
    if (!(await this.exists(shop))) throw new ShopNotReady(shop);
    const namespace = namespaceOf(shop);
    return await this.transaction("ISOLATION LEVEL REPEATABLE READ READ ONLY", namespace, async (client) => {
      await this.assertVersion(client, namespace);
      return await exportTables(client, directory);
    });
  }

  async copyIn(
    shop: string,
    copy: Copy,
    finish: (session: Session) => Promise<void>,
  ): Promise<Record<string, number>> {
    const namespace = namespaceOf(shop);
    return await this.transaction("READ WRITE", namespace, async (client) => {
      await client.query(`DROP SCHEMA IF EXISTS ${namespace} CASCADE`);
      await makeTables(client, namespace, copy.tables);
      const rows = await importTables(client, copy);
      await finish(new PostgresSession(client));
      await makeIndexes(client);
      return rows;
    });
  }

  async replace(shop: string, by: string): Promise<void> {
    const [old, fresh] = [namespaceOf(shop), namespaceOf(by)];
    await this.transaction("READ WRITE", fresh, async (client) => {
      await client.query(`DROP SCHEMA IF EXISTS ${old} CASCADE`);
      await client.query(`ALTER SCHEMA ${fresh} RENAME TO ${old}`);
    });
  }

  async drop(shop: string): Promise<void> {
    await this.pool.query(`DROP SCHEMA IF EXISTS ${namespaceOf(shop)} CASCADE`);
  }

  async close(): Promise<void> {
    await this.pool.end();
    this.reader.closeSync();
    await rm(this.scratch, { recursive: true, force: true });
  }

  /** DuckDB writes NULL as nothing and empty text as "", which is how COPY reads them. */
  private async toCsv(staging: Staging): Promise<{ table: TempTable; file: string }[]> {
    const files: { table: TempTable; file: string }[] = [];
    const connection = await this.reader.connect();
    try {
      await stageFiles(connection, this.scratch, staging, async (stage, rows) => {
        const file = path.join(this.scratch, `${randomUUID()}.csv`);
        files.push({ table: stage.table, file });
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

  private async reading<T>(shop: string, work: (client: pg.PoolClient) => Promise<T>): Promise<T> {
    try {
      return await this.transaction("READ ONLY", namespaceOf(shop), async (client) => {
        await this.assertVersion(client, namespaceOf(shop));
        return await work(client);
      });
    } catch (error) {
      const noTable = error instanceof pg.DatabaseError && error.code === "42P01";
      throw noTable && !(await this.exists(shop)) ? new ShopNotReady(shop) : error;
    }
  }

  private async begin(access: Access, namespace: string): Promise<pg.PoolClient> {
    const client = await this.pool.connect();
    try {
      // One message. Local to the transaction, so that a pooler between us and the server cannot mix up shops.
      // Whole-shop aggregates: compiling them costs more than it saves, and they should not spill.
      await client.query(
        `BEGIN ${access}; SET LOCAL search_path = ${namespace}; SET LOCAL TimeZone = 'UTC'; SET LOCAL jit = off;
         SET LOCAL work_mem = '128MB'`,
      );
      return client;
    } catch (error) {
      client.release(true);
      throw error;
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

  private async transaction<T>(
    access: Access,
    namespace: string,
    work: (client: pg.PoolClient) => Promise<T>,
  ): Promise<T> {
    const client = await this.begin(access, namespace);
    try {
      const result = await work(client);
      await client.query("COMMIT");
      if (access === "READ WRITE") await client.query("DISCARD TEMP");
      client.release();
      return result;
    } catch (error) {
      // A connection that cannot even roll back is not given back to the pool.
      const rolledBack = await client.query("ROLLBACK").then(
        () => true,
        () => false,
      );
      client.release(!rolledBack);
      throw error;
    }
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

async function makeIndexes(client: pg.PoolClient): Promise<void> {
  for (const index of indexes) await client.query(index);
}

/** Of the tables in the client's namespace. `alone`: no other writer is in them until the transaction ends. */
async function versionOf(client: pg.PoolClient, { alone }: { alone: boolean }): Promise<number> {
  // By way of JSON, in which a column that is not there yet is no error.
  const { rows } = await client.query<{ version: number | null }>(
    `SELECT CAST(to_jsonb(m) ->> 'schema_version' AS INTEGER) AS version FROM shop_meta m ${alone ? "FOR UPDATE" : ""}`,
  );
  return rows[0]?.version ?? FIRST_VERSION;
}

class PostgresSession implements Session {
  private readonly client: pg.PoolClient;

  constructor(client: pg.PoolClient) {
    this.client = client;
  }

  async run(sql: string, params: readonly Param[] = []): Promise<number> {
    return (await this.client.query(sql, [...params])).rowCount ?? 0;
  }

  async rows<R extends Row>(sql: string, params: readonly Param[] = []): Promise<R[]> {
    return plainRows(await this.client.query(rawText(sql, params))) as R[];
  }

  async filled(table: string): Promise<void> {
    await this.client.query(`ANALYZE ${table}`);
  }
}

/** Values as PostgreSQL writes them: the driver's own parsers would put timestamps into the host's time zone. */
const rawText = (sql: string, params: readonly Param[]) => ({
  text: sql,
  values: [...params],
  types: { getTypeParser: () => (value: string) => value },
});

const KINDS: Record<number, Kind> = {
  [pg.types.builtins.INT2]: "integer",
  [pg.types.builtins.INT4]: "integer",
  [pg.types.builtins.INT8]: "integer",
  [pg.types.builtins.NUMERIC]: "decimal",
  [pg.types.builtins.FLOAT4]: "real",
  [pg.types.builtins.FLOAT8]: "real",
  [pg.types.builtins.BOOL]: "boolean",
  [pg.types.builtins.VARCHAR]: "text",
  [pg.types.builtins.TEXT]: "text",
  [pg.types.builtins.DATE]: "text",
  [pg.types.builtins.TIMESTAMP]: "text",
};

function plainRows(result: pg.QueryResult): Row[] {
  const columns = result.fields.map(({ name, dataTypeID }) => {
    const kind = KINDS[dataTypeID];
    if (kind === undefined)
      throw new TypeError(`Column ${name} is of a type that does not leave the warehouse.`);
    return { name, kind };
  });
  return (result.rows as Record<string, string | null>[]).map((values) => {
    const row: Row = {};
    for (const { name, kind } of columns) {
      const value = values[name] ?? null;
      if (value === null) row[name] = null;
      else if (kind === "boolean") row[name] = value === "t";
      else row[name] = kind === "text" ? value : plainNumber(value, kind, name);
    }
    return row;
  });
}
