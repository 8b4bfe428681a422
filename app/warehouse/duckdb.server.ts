// DuckDB inside this process: one in-memory instance with one attached file per shop. Knows when a file may be attached,
// detached and swapped.
import { mkdir, readdir, rename, rm, stat } from "node:fs/promises";
import path from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import type { DuckDBConnection, DuckDBInstance } from "@duckdb/node-api";
import { ShopNotReady } from "../errors.ts";
import type { Driver, Session, Staging } from "./driver.ts";
import { exportTables, importTables } from "./duckdb-copies.ts";
import { openInstance, stageFiles, takeDirectory } from "./duckdb-instance.ts";
import { MemoryLimit } from "./duckdb-memory.ts";
import { DuckDbSession, plainRows, types } from "./duckdb-session.ts";
import { QueryTimedOut } from "./errors.ts";
import { namespaceOf } from "./namespace.ts";
import { createStagingTable, createTable, tableNames } from "./schema.ts";
import { literal } from "./staging.ts";
import type { Param, Row, WarehouseOptions } from "./contract.ts";

/** An attached file costs half a megabyte and a descriptor. */
const ATTACHED_AT_MOST = 100;
/** A file is copied anew when it is this much larger than its living rows; below the floor it is not worth it. */
const WORTH_COMPACTING = { ratio: 1.5, bytes: 16_000_000 };
const READERS_LEAVE_WITHIN_MS = 2_000;

interface Attached {
  users: number;
  usedAt: number;
  /** Set while the file may not be entered: it is being attached, detached or swapped. */
  busy: Promise<unknown> | null;
  /** A write failed half way, as on a full disk: DuckDB refuses the file until it is attached anew. */
  invalid?: boolean;
}

const INVALIDATED = /has been invalidated/;

export async function openDuckDb(options: WarehouseOptions): Promise<Driver> {
  const instance = await openInstance(options.directory);
  await takeDirectory(instance, options.directory, options.waitForLockMs ?? 0);
  await mkdir(path.join(options.directory, "spill"), { recursive: true });
  for (const name of await readdir(options.directory))
    if (/^(in|out)-|\.new$|\.new\.wal$/.test(name))
      await rm(path.join(options.directory, name), { force: true });
  return new DuckDb(instance, await MemoryLimit.of(instance), options.directory);
}

class DuckDb implements Driver {
  readonly engine = "duckdb";
  private readonly instance: DuckDBInstance;
  private readonly memory: MemoryLimit;
  private readonly directory: string;
  private readonly attached = new Map<string, Attached>();
  /** Of the shops' files when last looked at, in bytes; a merge that stays in the log leaves them as they were. */
  private readonly sizes = new Map<string, number>();

  constructor(instance: DuckDBInstance, memory: MemoryLimit, directory: string) {
    this.instance = instance;
    this.memory = memory;
    this.directory = directory;
  }

  async exists(shop: string): Promise<boolean> {
    return this.attached.has(namespaceOf(shop)) || (await isFile(this.file(namespaceOf(shop))));
  }

  async create(shop: string, first: (session: Session) => Promise<unknown>): Promise<void> {
    await this.build(namespaceOf(shop), async (connection) => {
      for (const name of tableNames) await connection.run(createTable(name));
      await first(new DuckDbSession(connection));
    });
  }

  async read(shop: string, sql: string, params: readonly Param[], timeoutMs: number): Promise<Row[]> {
    return await this.reading(shop, async (connection) => {
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
    const namespace = namespaceOf(shop);
    if (!(await this.exists(shop))) throw new ShopNotReady(shop);
    const connection = await this.enter(shop);
    try {
      await connection.run("BEGIN TRANSACTION READ ONLY");
      const batches = plainRows(await turn(() => connection.stream(sql, [...params], types(params))));
      for (;;) {
        const { done, value } = await turn(() => batches.next());
        if (done) return;
        yield value;
      }
    } finally {
      this.leave(namespace, connection);
    }
  }

  async write<T>(shop: string, staging: Staging | null, work: (session: Session) => Promise<T>): Promise<T> {
    return await this.inside(shop, async (connection) => {
      if (staging !== null) {
        for (const name of staging.tables) await connection.run(createStagingTable(name));
        await stageFiles(connection, this.directory, staging, async (stage, rows) => {
          await connection.run(`INSERT INTO ${stage.table} ${rows}`);
        });
      }
      await connection.run("BEGIN TRANSACTION");
      try {
        const result = await work(new DuckDbSession(connection));
        await connection.run("COMMIT");
        return result;
      } catch (error) {
        // A failed COMMIT has ended the transaction already; what matters is why.
        await connection.run("ROLLBACK").catch(() => undefined);
        throw error;
      }
    });
  }

  /** Copy and swap: DuckDB neither shrinks a file nor overwrites what was deleted in it. */
  async tidy(shop: string, force: boolean): Promise<boolean> {
    const namespace = namespaceOf(shop);
    // Also when asked to: only a file that is attached can be swapped.
    const loose = await this.inside(shop, (connection) => this.isLoose(connection, namespace));
    if (!force && !loose) return false;
    const entry = this.attached.get(namespace);
    if (entry === undefined || entry.busy !== null) return false;
    const done = await this.alone(namespace, entry, async () => {
      await this.build(namespace, async (connection) => {
        await connection.run(`ATTACH IF NOT EXISTS ${literal(this.file(namespace))} AS ${namespace}`);
        for (const name of tableNames) {
          await connection.run(createTable(name));
          const order = name === "activity" ? " ORDER BY local_day" : "";
          await connection.run(`INSERT INTO ${name} SELECT * FROM ${namespace}.${name}${order}`);
        }
        await connection.run(`DETACH ${namespace}`);
        await rm(`${this.file(namespace)}.wal`, { force: true });
      });
    });
    // Readers stayed: the file is as it was, and must be looked at again.
    if (!done) this.sizes.delete(namespace);
    return done;
  }

  async check(): Promise<void> {
    const connection = await this.instance.connect();
    await connection.run("SELECT 1").finally(() => connection.closeSync());
  }

  async bytes(): Promise<number> {
    const names = (await readdir(this.directory)).filter((name) => name.startsWith("shop_"));
    const size = (name: string) =>
      stat(path.join(this.directory, name)).then(
        (file) => file.size,
        () => 0,
      );
    return (await Promise.all(names.map(size))).reduce((sum, bytes) => sum + bytes, 0);
  }

  async copyOut(shop: string, directory: string): Promise<Record<string, number>> {
    return await this.reading(shop, (connection) => exportTables(connection, this.directory, directory));
  }

  async copyIn(shop: string, directory: string): Promise<void> {
    const namespace = namespaceOf(shop);
    await this.exclusively(shop, async () => {
      // Detached, a file holds everything: its log has been written into it, and must not meet the new one.
      await this.detach(namespace);
      await rm(`${this.file(namespace)}.wal`, { force: true });
      await this.build(namespace, (connection) => importTables(connection, this.directory, directory));
    });
  }

  async replace(shop: string, by: string): Promise<void> {
    await this.exclusively(by, () =>
      this.exclusively(shop, async () => {
        const [old, fresh] = [namespaceOf(shop), namespaceOf(by)];
        for (const each of [fresh, old]) await this.detach(each);
        await rm(`${this.file(old)}.wal`, { force: true });
        await rename(this.file(fresh), this.file(old));
      }),
    );
  }

  async rewrite(shop: string): Promise<boolean> {
    return await this.tidy(shop, true);
  }

  async drop(shop: string): Promise<void> {
    const namespace = namespaceOf(shop);
    await this.exclusively(shop, async () => {
      await this.detach(namespace);
      for (const suffix of ["", ".wal", ".new", ".new.wal"])
        await rm(`${this.file(namespace)}${suffix}`, { force: true });
    });
  }

  async close(): Promise<void> {
    for (const namespace of this.attached.keys()) await this.detach(namespace);
    this.attached.clear();
    await this.memory.close();
    this.instance.closeSync();
  }

  private file(namespace: string): string {
    return path.join(this.directory, `${namespace}.duckdb`);
  }

  /** Fills a new file and puts it in the shop's place in one step, so that a file is never there half made. */
  private async build(
    namespace: string,
    fill: (connection: DuckDBConnection) => Promise<void>,
  ): Promise<void> {
    const fresh = `${this.file(namespace)}.new`;
    const name = `${namespace}_new`;
    await rm(fresh, { force: true });
    await rm(`${fresh}.wal`, { force: true });
    const connection = await this.instance.connect();
    try {
      await connection.run(`ATTACH ${literal(fresh)} AS ${name}`);
      try {
        await connection.run(`USE ${name}`);
        await fill(connection);
      } finally {
        await connection.run("USE memory");
        await connection.run(`DETACH ${name}`);
      }
      await rename(fresh, this.file(namespace));
    } finally {
      connection.closeSync();
    }
  }

  private async reading<T>(shop: string, work: (connection: DuckDBConnection) => Promise<T>): Promise<T> {
    if (!(await this.exists(shop))) throw new ShopNotReady(shop);
    return await this.inside(shop, async (connection) => {
      await connection.run("BEGIN TRANSACTION READ ONLY");
      return await work(connection);
    });
  }

  private async inside<T>(shop: string, work: (connection: DuckDBConnection) => Promise<T>): Promise<T> {
    const connection = await this.enter(shop);
    try {
      return await work(connection);
    } catch (error) {
      const entry = this.attached.get(namespaceOf(shop));
      if (entry && error instanceof Error && INVALIDATED.test(error.message)) entry.invalid = true;
      throw error;
    } finally {
      this.leave(namespaceOf(shop), connection);
    }
  }

  /** A connection of its own in the shop's file, attached when it is not; `leave` ends it and what it had open. */
  private async enter(shop: string): Promise<DuckDBConnection> {
    const namespace = namespaceOf(shop);
    let entry = await this.settled(namespace);
    if (entry?.invalid === true) {
      await this.alone(namespace, entry, () => this.detach(namespace));
      entry = await this.settled(namespace);
    }
    if (entry === undefined) {
      const attaching = this.attach(shop);
      entry = { users: 0, usedAt: Date.now(), busy: attaching };
      this.attached.set(namespace, entry);
      try {
        await attaching;
      } catch (error) {
        this.attached.delete(namespace);
        throw error;
      } finally {
        entry.busy = null;
      }
    }
    entry.users += 1;
    entry.usedAt = Date.now();
    await this.memory.enter();
    const connection = await this.instance.connect();
    try {
      await connection.run(`USE ${namespace}`);
    } catch (error) {
      this.leave(namespace, connection);
      throw error;
    }
    void this.detachIdle();
    return connection;
  }

  /** The attached file's entry once nothing is done to it as a whole. */
  private async settled(namespace: string): Promise<Attached | undefined> {
    for (;;) {
      const entry = this.attached.get(namespace);
      if (entry === undefined || entry.busy === null) return entry;
      await entry.busy.catch(() => undefined);
    }
  }

  private leave(namespace: string, connection: DuckDBConnection): void {
    connection.closeSync();
    this.memory.leave();
    const entry = this.attached.get(namespace);
    if (entry !== undefined) entry.users -= 1;
  }

  /** ATTACH would make a file where there is none: dropped while somebody waited to read it, for instance. */
  private async attach(shop: string): Promise<void> {
    const namespace = namespaceOf(shop);
    if (!(await isFile(this.file(namespace)))) throw new ShopNotReady(shop);
    await this.run(`ATTACH IF NOT EXISTS ${literal(this.file(namespace))} AS ${namespace}`);
  }

  private async detach(namespace: string): Promise<void> {
    await this.run(`DETACH DATABASE IF EXISTS ${namespace}`);
  }

  /** One statement on a connection of its own. */
  private async run(statement: string): Promise<void> {
    const connection = await this.instance.connect();
    try {
      await connection.run(statement);
    } finally {
      connection.closeSync();
    }
  }

  private async detachIdle(): Promise<void> {
    const idle = [...this.attached].filter(([, entry]) => entry.users === 0 && entry.busy === null);
    const excess = this.attached.size - ATTACHED_AT_MOST;
    idle.sort(([, a], [, b]) => a.usedAt - b.usedAt);
    for (const [namespace, entry] of idle.slice(0, Math.max(0, excess)))
      await this.alone(namespace, entry, () => this.detach(namespace));
  }

  /** Runs `work` while nobody is inside the file, which is attached anew afterwards. False when readers stay. */
  private async alone(namespace: string, entry: Attached, work: () => Promise<void>): Promise<boolean> {
    let open = () => {};
    entry.busy = new Promise<void>((resolve) => (open = resolve));
    try {
      const deadline = Date.now() + READERS_LEAVE_WITHIN_MS;
      while (entry.users > 0) {
        if (Date.now() >= deadline) return false;
        await pause(5);
      }
      await work();
      this.attached.delete(namespace);
      return true;
    } finally {
      entry.busy = null;
      open();
    }
  }

  /** As `alone`, also for a file that is not attached; an error when its readers stay. */
  private async exclusively(shop: string, work: () => Promise<void>): Promise<void> {
    const namespace = namespaceOf(shop);
    const entry = (await this.settled(namespace)) ?? { users: 0, usedAt: Date.now(), busy: null };
    this.attached.set(namespace, entry);
    try {
      if (!(await this.alone(namespace, entry, work)))
        throw new Error(`${shop} is still being read; its data were left as they are.`);
    } catch (error) {
      // Attached or not, the next one attaches it.
      if (entry.users === 0) this.attached.delete(namespace);
      throw error;
    }
  }

  private async isLoose(connection: DuckDBConnection, namespace: string): Promise<boolean> {
    const { size } = await stat(this.file(namespace));
    if (size < WORTH_COMPACTING.bytes || size === this.sizes.get(namespace)) return false;
    this.sizes.set(namespace, size);
    // Rows deleted but still stored count as much as blocks that are free: both are room the living do not need.
    const read = async (sql: string) =>
      Number((await (await connection.run(sql)).getRowsJson())[0]?.[0] ?? 0);
    const living = await read("SELECT count(*) FROM sales");
    const stored = await read(
      "SELECT sum(count) FROM pragma_storage_info('sales') WHERE column_id = 0 AND segment_type <> 'VALIDITY'",
    );
    const used = await read(
      `SELECT used_blocks * block_size FROM pragma_database_size() WHERE database_name = '${namespace}'`,
    );
    return size > WORTH_COMPACTING.ratio * used * (stored === 0 ? 1 : living / stored);
  }
}

const isFile = async (file: string) => (await stat(file).catch(() => null)) !== null;
