// DuckDB inside this process: one in-memory instance with one attached file per shop. Knows the order in which an
// instance is locked down, when a file may be attached, detached and swapped.
import { availableParallelism } from "node:os";
import { randomUUID } from "node:crypto";
import { access, copyFile, link as hardLink, mkdir, readdir, rename, rm, stat } from "node:fs/promises";
import path from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { DuckDBInstance, type DuckDBConnection } from "@duckdb/node-api";
import { ShopNotReady } from "../errors.ts";
import type { Driver, Session, Staging } from "./driver.ts";
import { DuckDbSession, plainRows, types } from "./duckdb-session.ts";
import { QueryTimedOut, WarehouseLocked } from "./errors.ts";
import { namespaceOf } from "./namespace.ts";
import { createStagingTable, createTable, stagingNames, tableNames } from "./schema.ts";
import { brokenFile, literal, macros, scan } from "./staging.ts";
import type { Param, Row, WarehouseOptions } from "./warehouse.server.ts";

const DEFAULT_MEMORY_MB = 288;
const DEFAULT_THREADS = 2;
/** An attached file costs half a megabyte and a descriptor. */
const ATTACHED_AT_MOST = 100;
/** A file is copied anew when it is this much larger than its living rows; below the floor it is not worth it. */
const WORTH_COMPACTING = { ratio: 1.5, bytes: 16_000_000 };
const READERS_LEAVE_WITHIN_MS = 2_000;

/** An in-memory instance that may touch nothing but `directory`. */
export async function openInstance(
  directory: string,
  {
    memoryLimitMb = DEFAULT_MEMORY_MB,
    threads = DEFAULT_THREADS,
  }: { memoryLimitMb?: number; threads?: number },
): Promise<DuckDBInstance> {
  const instance = await DuckDBInstance.create(":memory:", {
    threads: String(Math.max(1, Math.min(threads, availableParallelism()))),
    memory_limit: `${memoryLimitMb}MB`,
    autoinstall_known_extensions: "false",
    autoload_known_extensions: "false",
  });
  const connection = await instance.connect();
  // This order is forced: directories can only be named while access is still on, and the lock refuses every SET.
  for (const statement of [
    "SET GLOBAL TimeZone = 'UTC'",
    `SET allowed_directories = [${literal(`${directory}/`)}]`,
    `SET temp_directory = ${literal(path.join(directory, "spill"))}`,
    "SET preserve_insertion_order = false",
    "SET enable_external_access = false",
    "SET lock_configuration = true",
  ])
    await connection.run(statement);
  connection.closeSync();
  return instance;
}

/** Fills the connection's staging tables from the files; a row that cannot be read is BrokenFile. */
export async function stageFiles(
  connection: DuckDBConnection,
  directory: string,
  staging: Staging,
  store: (stage: Staging["stages"][number], rows: string, ordinal: number) => Promise<void>,
): Promise<void> {
  for (const macro of macros(staging.decimals, staging.timeZone)) await connection.run(macro);
  const links: string[] = [];
  try {
    for (const [ordinal, file] of staging.files.entries()) {
      // The instance may read nothing outside its directory, and follows symbolic links before it decides.
      const link = path.join(directory, `in-${randomUUID()}.jsonl`);
      links.push(link);
      await hardLink(file, link).catch(() => copyFile(file, link));
      for (const stage of staging.stages) {
        try {
          await store(stage, scan(stage, link, ordinal), ordinal);
        } catch (error) {
          throw await brokenFile(error, file);
        }
      }
    }
  } finally {
    await Promise.all(links.map((link) => rm(link, { force: true })));
  }
}

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
  const instance = await openInstance(options.directory, options);
  await takeDirectory(instance, options.directory, options.waitForLockMs ?? 0);
  await mkdir(path.join(options.directory, "spill"), { recursive: true });
  for (const name of await readdir(options.directory))
    if (/^in-.*\.jsonl$|\.new$|\.new\.wal$/.test(name))
      await rm(path.join(options.directory, name), { force: true });
  return new DuckDb(instance, options.directory);
}

/** The system drops the lock when the process ends, however it ends: nothing stale can be left behind. */
async function takeDirectory(instance: DuckDBInstance, directory: string, waitMs: number): Promise<void> {
  const connection = await instance.connect();
  const deadline = Date.now() + waitMs;
  for (;;) {
    try {
      await connection.run(`ATTACH ${literal(path.join(directory, "owner.lock"))} AS owner`);
      connection.closeSync();
      return;
    } catch (error) {
      const held = error instanceof Error && error.message.includes("Could not set lock");
      if (!held || Date.now() >= deadline) {
        connection.closeSync();
        instance.closeSync();
        throw held ? new WarehouseLocked(directory, error) : error;
      }
      await pause(200);
    }
  }
}

class DuckDb implements Driver {
  readonly engine = "duckdb";
  private readonly instance: DuckDBInstance;
  private readonly directory: string;
  private readonly attached = new Map<string, Attached>();
  /** Of the shops' files when last looked at, in bytes; a merge that stays in the log leaves them as they were. */
  private readonly sizes = new Map<string, number>();

  constructor(instance: DuckDBInstance, directory: string) {
    this.instance = instance;
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
    const connection = await this.enter(namespace);
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
    return await this.inside(namespaceOf(shop), async (connection) => {
      if (staging !== null) {
        for (const name of stagingNames) await connection.run(createStagingTable(name));
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
    if (!force && !(await this.inside(namespace, (connection) => this.isLoose(connection, namespace))))
      return false;
    const entry = this.attached.get(namespace);
    if (entry === undefined || entry.busy !== null) return false;
    return await this.alone(namespace, entry, async () => {
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
  }

  async drop(shop: string): Promise<void> {
    const namespace = namespaceOf(shop);
    const entry = this.attached.get(namespace);
    const erase = async () => {
      for (const suffix of ["", ".wal", ".new", ".new.wal"])
        await rm(`${this.file(namespace)}${suffix}`, { force: true });
    };
    if (entry === undefined) return await erase();
    const done = await this.alone(namespace, entry, async () => {
      await this.detach(namespace);
      await erase();
    });
    if (!done) throw new Error(`${shop} is still being read; its data were not deleted.`);
  }

  async close(): Promise<void> {
    const connection = await this.instance.connect();
    for (const namespace of this.attached.keys())
      await connection.run(`DETACH DATABASE IF EXISTS ${namespace}`);
    connection.closeSync();
    this.attached.clear();
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
    return await this.inside(namespaceOf(shop), async (connection) => {
      await connection.run("BEGIN TRANSACTION READ ONLY");
      return await work(connection);
    });
  }

  private async inside<T>(namespace: string, work: (connection: DuckDBConnection) => Promise<T>): Promise<T> {
    const connection = await this.enter(namespace);
    try {
      return await work(connection);
    } catch (error) {
      const entry = this.attached.get(namespace);
      if (entry && error instanceof Error && INVALIDATED.test(error.message)) entry.invalid = true;
      throw error;
    } finally {
      this.leave(namespace, connection);
    }
  }

  /** A connection of its own in the shop's file, attached when it is not; `leave` ends it and what it had open. */
  private async enter(namespace: string): Promise<DuckDBConnection> {
    let entry = this.attached.get(namespace);
    if (entry?.invalid === true && entry.busy === null)
      await this.alone(namespace, entry, () => this.detach(namespace));
    entry = this.attached.get(namespace);
    while (entry !== undefined && entry.busy !== null) {
      await entry.busy.catch(() => undefined);
      entry = this.attached.get(namespace);
    }
    if (entry === undefined) {
      const attaching = this.attach(namespace);
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
    const connection = await this.instance.connect();
    await connection.run(`USE ${namespace}`);
    void this.detachIdle();
    return connection;
  }

  private leave(namespace: string, connection: DuckDBConnection): void {
    connection.closeSync();
    const entry = this.attached.get(namespace);
    if (entry !== undefined) entry.users -= 1;
  }

  private async attach(namespace: string): Promise<void> {
    const connection = await this.instance.connect();
    try {
      await connection.run(`ATTACH IF NOT EXISTS ${literal(this.file(namespace))} AS ${namespace}`);
    } finally {
      connection.closeSync();
    }
  }

  private async detach(namespace: string): Promise<void> {
    const connection = await this.instance.connect();
    try {
      await connection.run(`DETACH DATABASE IF EXISTS ${namespace}`);
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

async function isFile(file: string): Promise<boolean> {
  return await access(file).then(
    () => true,
    () => false,
  );
}
