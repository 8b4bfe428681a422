// DuckDB inside this process: one in-memory instance with one attached file per shop. Knows how rows are read and written
// in it, and when a file is worth copying anew.
import { mkdir, readdir, rm } from "node:fs/promises";
import path from "node:path";
import type { DuckDBConnection, DuckDBInstance } from "@duckdb/node-api";
import type { Copy, Driver, Session, Staging } from "./driver.ts";
import { exportTables, importTables, ORDERED_BY } from "./duckdb-copies.ts";
import { ShopFiles } from "./duckdb-files.ts";
import { openInstance, stageFiles, takeDirectory } from "./duckdb-instance.ts";
import { MemoryLimit } from "./duckdb-memory.ts";
import { DuckDbSession, plainRows, types } from "./duckdb-session.ts";
import { QueryTimedOut } from "./errors.ts";
import { namespaceOf } from "./namespace.ts";
import { columnList, columnsOf, createStagingTable, createTable, tableNames, tables } from "./schema.ts";
import type { Param, Row, WarehouseOptions } from "./contract.ts";

/** A file is copied anew when it is this much larger than its living rows; below the floor it is not worth it. */
const WORTH_COMPACTING = { ratio: 1.5, bytes: 16_000_000 };

/** @param version that of the tables in which this process works */
export async function openDuckDb(options: WarehouseOptions, version: number): Promise<Driver> {
  const instance = await openInstance(options.directory);
  await takeDirectory(instance, options.directory, options.waitForLockMs ?? 0);
  await mkdir(path.join(options.directory, "spill"), { recursive: true });
  for (const name of await readdir(options.directory))
    if (/^(in|out)-|\.new$|\.new\.wal$/.test(name))
      await rm(path.join(options.directory, name), { force: true });
  return new DuckDb(instance, await MemoryLimit.of(instance), options.directory, version);
}

class DuckDb implements Driver {
  readonly engine = "duckdb";
  private readonly instance: DuckDBInstance;
  private readonly memory: MemoryLimit;
  private readonly directory: string;
  private readonly files: ShopFiles;
  /** Of the shops' files when last looked at, in bytes; a merge that stays in the log leaves them as they were. */
  private readonly sizes = new Map<string, number>();

  constructor(instance: DuckDBInstance, memory: MemoryLimit, directory: string, version: number) {
    this.instance = instance;
    this.memory = memory;
    this.directory = directory;
    this.files = new ShopFiles(instance, memory, directory, version);
  }

  async exists(shop: string): Promise<boolean> {
    return await this.files.exists(shop);
  }

  async create(shop: string, first: (session: Session) => Promise<unknown>): Promise<void> {
    await this.files.build(shop, async (connection) => {
      for (const name of tableNames) await connection.run(createTable(name, tables[name]));
      await first(new DuckDbSession(connection));
    });
  }

  async upgrade(shop: string, work: (session: Session, from: number) => Promise<void>): Promise<void> {
    await this.files.upgrade(shop, async (connection, from) => {
      await inTransaction(connection, () => work(new DuckDbSession(connection), from));
      // Into the file itself: what changes tables is not left for a log to say again.
      await connection.run("FORCE CHECKPOINT");
    });
  }

  async read(shop: string, sql: string, params: readonly Param[], timeoutMs: number): Promise<Row[]> {
    return await this.files.reading(shop, async (connection) => {
      let late = false;
      const timer = setTimeout(() => {
        late = true;
        connection.interrupt();
      }, timeoutMs);
      try {
        const result = await connection.stream(sql, [...params], types(params));
        const rows: Row[] = [];
        for await (const batch of plainRows(result)) rows.push(...batch);
        return rows;
      } catch (error) {
        throw late ? new QueryTimedOut(timeoutMs) : error;
      } finally {
        clearTimeout(timer);
      }
    });
  }

  async *stream(
    shop: string,
    sql: string,
    params: readonly Param[],
    turn: <T>(step: () => Promise<T>) => Promise<T>,
  ): AsyncIterable<Row[]> {
    const connection = await this.files.enter(shop);
    try {
      await connection.run("BEGIN TRANSACTION READ ONLY");
      const batches = plainRows(await turn(() => connection.stream(sql, [...params], types(params))));
      for (;;) {
        const { done, value } = await turn(() => batches.next());
        if (done) return;
        yield value;
      }
    } finally {
      this.files.leave(shop, connection);
    }
  }

  async write<T>(shop: string, staging: Staging | null, work: (session: Session) => Promise<T>): Promise<T> {
    return await this.files.inside(shop, async (connection) => {
      if (staging !== null) {
        for (const name of staging.tables) await connection.run(createStagingTable(name));
        await stageFiles(connection, this.directory, staging, async (stage, rows) => {
          const columns = columnList(columnsOf(stage.table));
          await connection.run(`INSERT INTO ${stage.table} (file, ${columns}) ${rows}`);
        });
      }
      return await inTransaction(connection, () => work(new DuckDbSession(connection)));
    });
  }

  /** Copy and swap: DuckDB neither shrinks a file nor overwrites what was deleted in it. */
  async tidy(shop: string, force: boolean): Promise<boolean> {
    // Also when asked to: only a file that is attached can be swapped.
    const loose = await this.files.inside(shop, (connection) => this.isLoose(shop, connection));
    if (!force && !loose) return false;
    const done = await this.files.copyAnew(shop, async (connection, old) => {
      for (const name of tableNames) {
        const columns = columnList(tables[name]);
        await connection.run(createTable(name, tables[name]));
        await connection.run(
          `INSERT INTO ${name} (${columns}) SELECT ${columns} FROM ${old}.${name}${ORDERED_BY.get(name) ?? ""}`,
        );
      }
    });
    // Readers stayed: the file is as it was, and must be looked at again.
    if (!done) this.sizes.delete(shop);
    return done;
  }

  async check(): Promise<void> {
    const connection = await this.instance.connect();
    await connection.run("SELECT 1").finally(() => connection.closeSync());
  }

  async bytes(): Promise<number> {
    return await this.files.bytes();
  }

  async copyOut(shop: string, directory: string): Promise<Record<string, number>> {
    return await this.files.reading(shop, (connection) =>
      exportTables(connection, this.directory, directory),
    );
  }

  async copyIn(
    shop: string,
    copy: Copy,
    finish: (session: Session) => Promise<void>,
  ): Promise<Record<string, number>> {
    let rows: Record<string, number> = {};
    await this.files.remake(shop, async (connection) => {
      rows = await importTables(connection, this.directory, copy);
      await inTransaction(connection, () => finish(new DuckDbSession(connection)));
    });
    return rows;
  }

  async replace(shop: string, by: string): Promise<void> {
    await this.files.replace(shop, by);
  }

  async rewrite(shop: string): Promise<boolean> {
    return await this.tidy(shop, true);
  }

  async drop(shop: string): Promise<void> {
    await this.files.drop(shop);
  }

  async close(): Promise<void> {
    await this.files.close();
    await this.memory.close();
    this.instance.closeSync();
  }

  private async isLoose(shop: string, connection: DuckDBConnection): Promise<boolean> {
    const size = await this.files.size(shop);
    if (size < WORTH_COMPACTING.bytes || size === this.sizes.get(shop)) return false;
    this.sizes.set(shop, size);
    // Rows deleted but still stored count as much as blocks that are free: both are room the living do not need.
    const read = async (sql: string) =>
      Number((await (await connection.run(sql)).getRowsJson())[0]?.[0] ?? 0);
    const living = await read("SELECT count(*) FROM sales");
    const stored = await read(
      "SELECT sum(count) FROM pragma_storage_info('sales') WHERE column_id = 0 AND segment_type <> 'VALIDITY'",
    );
    const used = await read(
      `SELECT used_blocks * block_size FROM pragma_database_size() WHERE database_name = '${namespaceOf(shop)}'`,
    );
    return size > WORTH_COMPACTING.ratio * used * (stored === 0 ? 1 : living / stored);
  }
}

async function inTransaction<T>(connection: DuckDBConnection, work: () => Promise<T>): Promise<T> {
  await connection.run("BEGIN TRANSACTION");
  try {
    const result = await work();
    await connection.run("COMMIT");
    return result;
  } catch (error) {
    // A failed COMMIT has ended the transaction already; what matters is why.
    await connection.run("ROLLBACK").catch(() => undefined);
    throw error;
  }
}
