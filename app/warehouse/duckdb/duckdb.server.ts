// DuckDB inside this process: one in-memory instance with one attached file per shop. Knows how rows are read and written
// in it, and when a file is worth copying anew.
import { mkdir, readdir, rm } from "node:fs/promises";
import path from "node:path";
import type { DuckDBConnection } from "@duckdb/node-api";
import type { Copy, Driver, Session, Staging, Tables, Until } from "../driver.ts";
import { bytesIn } from "./attach.ts";
import { exportTables, importTables, sortOf } from "./copies.ts";
import { ShopFiles } from "./files.ts";
import { openInstance, stageFiles, takeDirectory } from "./instance.ts";
import { LivingInstance } from "./living.ts";
import { DuckDbSession, plainRows, types } from "./session.ts";
import { QueryTimedOut } from "../errors.ts";
import { namespaceOf } from "../namespace.ts";
import { columnList, createTable } from "../schema/columns.ts";
import { createStagingTable } from "../schema/staging.ts";
import type { Schema } from "../schema/schema.ts";
import type { Param, Row, WarehouseOptions } from "../contract.ts";

/** A file is copied anew when it is this much larger than its living rows; below the floor it is not worth it. */
const WORTH_COMPACTING = { ratio: 1.5, bytes: 16_000_000 };

export async function openDuckDb(
  options: WarehouseOptions,
  { version, schema }: Tables,
  open = openInstance,
): Promise<Driver> {
  const { directory, waitForLockMs = 0, lost = () => {} } = options;
  const { broken = async () => {}, left = async () => {} } = options;
  const begin = async () => {
    const instance = await open(directory);
    await takeDirectory(instance, directory, waitForLockMs);
    return instance;
  };
  const instance = await LivingInstance.open(begin, lost);
  await mkdir(path.join(directory, "spill"), { recursive: true });
  for (const name of await readdir(directory))
    if (/^(in|out)-|\.new$|\.new\.wal$/.test(name)) await rm(path.join(directory, name), { force: true });
  return new DuckDb(
    instance,
    directory,
    new ShopFiles(instance, directory, version, { broken, left }),
    schema,
  );
}

class DuckDb implements Driver {
  readonly engine = "duckdb";
  private readonly instance: LivingInstance;
  private readonly directory: string;
  private readonly files: ShopFiles;
  private readonly schema: Schema;
  /** Of the shops' files when last looked at, in bytes; a merge that stays in the log leaves them as they were. */
  private readonly sizes = new Map<string, number>();

  constructor(instance: LivingInstance, directory: string, files: ShopFiles, schema: Schema) {
    this.schema = schema;
    this.instance = instance;
    this.directory = directory;
    this.files = files;
  }

  async exists(shop: string): Promise<boolean> {
    return await this.files.exists(shop);
  }

  async create(shop: string, first: (session: Session) => Promise<unknown>): Promise<void> {
    await this.files.build(shop, async (connection) => {
      for (const [name, { columns }] of this.schema.tables) await connection.run(createTable(name, columns));
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

  async read(
    shop: string,
    sql: string,
    params: readonly Param[],
    { timeoutMs, signal }: Until,
  ): Promise<Row[]> {
    return await this.files.reading(shop, async (connection) => {
      let late = false;
      const timer = setTimeout(() => {
        late = true;
        connection.interrupt();
      }, timeoutMs);
      const giveUp = () => connection.interrupt();
      signal?.addEventListener("abort", giveUp);
      try {
        signal?.throwIfAborted();
        const result = await connection.stream(sql, [...params], types(params));
        const rows: Row[] = [];
        for await (const batch of plainRows(result)) rows.push(...batch);
        return rows;
      } catch (error) {
        signal?.throwIfAborted();
        throw late ? new QueryTimedOut(timeoutMs) : error;
      } finally {
        signal?.removeEventListener("abort", giveUp);
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
    } catch (error) {
      throw await this.files.failed(shop, connection, error);
    } finally {
      await this.files.leave(connection);
    }
  }

  async write<T>(shop: string, staging: Staging | null, work: (session: Session) => Promise<T>): Promise<T> {
    return await this.files.inside(shop, async (connection) => {
      if (staging !== null) {
        for (const [name, columns] of staging.tables) await connection.run(createStagingTable(name, columns));
        await stageFiles(connection, this.directory, staging, async (table, columns, rows) => {
          await connection.run(`INSERT INTO ${table} (file, ${columnList(columns)}) ${rows}`);
        });
      }
      const result = await inTransaction(connection, () => work(new DuckDbSession(connection)));
      await this.files.writeOut(shop, connection);
      return result;
    });
  }

  /** Copy and swap: DuckDB neither shrinks a file nor overwrites what was deleted in it. */
  async tidy(shop: string, force: boolean): Promise<boolean> {
    // Also when asked to: only a file that is attached can be swapped.
    const loose = await this.files.inside(shop, (connection) => this.isLoose(shop, connection));
    if (!force && !loose) return false;
    const done = await this.files.copyAnew(shop, async (connection, old) => {
      for (const [name, table] of this.schema.tables) {
        const columns = columnList(table.columns);
        await connection.run(createTable(name, table.columns));
        await connection.run(
          `INSERT INTO ${name} (${columns}) SELECT ${columns} FROM ${old}.${name}${sortOf(table)}`,
        );
      }
    });
    // Readers stayed: the file is as it was, and must be looked at again.
    if (!done) this.sizes.delete(shop);
    return done;
  }

  async check(): Promise<void> {
    await this.instance.check();
  }

  async bytes(): Promise<number> {
    return await bytesIn(this.directory);
  }

  async copyOut(shop: string, directory: string): Promise<Record<string, number>> {
    return await this.files.reading(shop, (connection) =>
      exportTables(connection, this.directory, directory, this.schema),
    );
  }

  async copyIn(
    shop: string,
    copy: Copy,
    finish: (session: Session) => Promise<void>,
  ): Promise<Record<string, number>> {
    let rows: Record<string, number> = {};
    await this.files.remake(shop, async (connection) => {
      rows = await importTables(connection, this.directory, copy, this.schema);
      await inTransaction(connection, () => finish(new DuckDbSession(connection)));
    });
    return rows;
  }

  async replace(shop: string, by: string, kept: readonly string[]): Promise<void> {
    await this.files.replace(
      shop,
      by,
      kept.length === 0
        ? null
        : (connection, from, to) =>
            inTransaction(connection, async () => {
              for (const name of kept) {
                const table = this.schema.tables.get(name);
                const columns = columnList(table?.columns ?? {});
                await connection.run(`DELETE FROM ${to}.${name}`);
                await connection.run(
                  `INSERT INTO ${to}.${name} (${columns}) SELECT ${columns} FROM ${from}.${name}${sortOf(table)}`,
                );
              }
            }),
    );
  }

  async rewrite(shop: string): Promise<boolean> {
    await this.files.forgetBroken(shop);
    return await this.tidy(shop, true);
  }

  async drop(shop: string): Promise<void> {
    await this.files.drop(shop);
  }

  async close(): Promise<void> {
    await this.files.close();
    await this.instance.close();
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
