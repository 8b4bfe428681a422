// The files of the shops in a DuckDB instance, one each: attached when first entered, detached when too many are or when the
// file is to be swapped. Knows who is inside a file, and lets nobody in while it is dealt with as a whole.
import { readdir, rename, rm, stat } from "node:fs/promises";
import path from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import type { DuckDBConnection, DuckDBInstance } from "@duckdb/node-api";
import { ShopNotReady } from "../errors.ts";
import type { MemoryLimit } from "./duckdb-memory.ts";
import { OtherSchema } from "./errors.ts";
import { namespaceOf } from "./namespace.ts";
import { literal } from "./staging.ts";
import { FIRST_VERSION } from "./upgrade.ts";

/** An attached file costs half a megabyte and a descriptor. */
const ATTACHED_AT_MOST = 100;
const READERS_LEAVE_WITHIN_MS = 2_000;

interface Attached {
  users: number;
  usedAt: number;
  /** Set while the file may not be entered: it is being attached, detached or swapped. */
  busy: Promise<unknown> | null;
  /** A write failed half way, as on a full disk: DuckDB refuses the file until it is attached anew. */
  invalid?: boolean;
  /** Of its tables, as they were when it was attached. */
  version: number;
}

const INVALIDATED = /has been invalidated/;

type Fill = (connection: DuckDBConnection) => Promise<void>;

export class ShopFiles {
  private readonly instance: DuckDBInstance;
  private readonly memory: MemoryLimit;
  private readonly directory: string;
  private readonly version: number;
  private readonly attached = new Map<string, Attached>();

  /** @param version that of the tables for which others may come in */
  constructor(instance: DuckDBInstance, memory: MemoryLimit, directory: string, version: number) {
    this.instance = instance;
    this.memory = memory;
    this.directory = directory;
    this.version = version;
  }

  async exists(shop: string): Promise<boolean> {
    return this.attached.has(namespaceOf(shop)) || (await isFile(this.file(namespaceOf(shop))));
  }

  /** In bytes, without the log of what is not written into the file yet. */
  async size(shop: string): Promise<number> {
    return (await stat(this.file(namespaceOf(shop)))).size;
  }

  /** Of all shops together, logs included. */
  async bytes(): Promise<number> {
    const names = (await readdir(this.directory)).filter((name) => name.startsWith("shop_"));
    const sizes = await Promise.all(names.map((name) => bytesOf(path.join(this.directory, name))));
    return sizes.reduce((sum, bytes) => sum + bytes, 0);
  }

  /** Fills a new file and puts it in the shop's place in one step, so that a file is never there half made. */
  async build(shop: string, fill: Fill): Promise<void> {
    const file = this.file(namespaceOf(shop));
    const fresh = `${file}.new`;
    const name = `${namespaceOf(shop)}_new`;
    await rm(fresh, { force: true });
    await rm(`${fresh}.wal`, { force: true });
    const connection = await this.instance.connect();
    try {
      await attachFile(connection, fresh, name);
      try {
        await connection.run(`USE ${name}`);
        await fill(connection);
        await connection.run("FORCE CHECKPOINT");
      } finally {
        await connection.run("USE memory");
        await connection.run(`DETACH ${name}`);
      }
      await rename(fresh, file);
    } finally {
      connection.closeSync();
    }
  }

  /** Builds the file of an attached shop from what is in it, by the name it is attached under. False when readers stay. */
  async copyAnew(
    shop: string,
    copy: (connection: DuckDBConnection, old: string) => Promise<void>,
  ): Promise<boolean> {
    const namespace = namespaceOf(shop);
    const entry = this.attached.get(namespace);
    if (entry === undefined || entry.busy !== null) return false;
    return await this.alone(namespace, entry, async () => {
      await this.build(shop, async (connection) => {
        await attachFile(connection, this.file(namespace), namespace);
        await copy(connection, namespace);
        await connection.run(`DETACH ${namespace}`);
        await rm(`${this.file(namespace)}.wal`, { force: true });
      });
    });
  }

  /** Builds the shop's file without regard to what is in it. Throws, as `replace` and `drop` do, when readers stay. */
  async remake(shop: string, fill: Fill): Promise<void> {
    const namespace = namespaceOf(shop);
    await this.exclusively(shop, async () => {
      // Detached, a file holds everything: its log has been written into it, and must not meet the new one.
      await this.detach(namespace);
      await rm(`${this.file(namespace)}.wal`, { force: true });
      await this.build(shop, fill);
    });
  }

  /** Puts one shop's file in the place of another's. */
  async replace(shop: string, by: string): Promise<void> {
    await this.exclusively(by, () =>
      this.exclusively(shop, async () => {
        const [old, fresh] = [namespaceOf(shop), namespaceOf(by)];
        for (const each of [fresh, old]) await this.detach(each);
        if ((await bytesOf(`${this.file(fresh)}.wal`)) > 0)
          throw new Error(`${by} could not be written out; ${shop} was left as it was.`);
        await rm(`${this.file(old)}.wal`, { force: true });
        await rename(this.file(fresh), this.file(old));
      }),
    );
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
  }

  /** `inside` without the right to write, in one view of the data. */
  async reading<T>(shop: string, work: (connection: DuckDBConnection) => Promise<T>): Promise<T> {
    return await this.inside(shop, async (connection) => {
      await connection.run("BEGIN TRANSACTION READ ONLY");
      return await work(connection);
    });
  }

  /** Changes the tables of a file of whichever version; those that wait to come in then find this one's. */
  async upgrade(
    shop: string,
    work: (connection: DuckDBConnection, from: number) => Promise<void>,
  ): Promise<void> {
    await this.inside(
      shop,
      async (connection) => {
        const entry = this.attached.get(namespaceOf(shop));
        if (entry === undefined || entry.version >= this.version) return;
        await work(connection, entry.version);
        entry.version = this.version;
      },
      { ofAnyVersion: true },
    );
  }

  /** Works on a connection of its own in the shop's file. Throws ShopNotReady when it has none, and OtherSchema. */
  async inside<T>(
    shop: string,
    work: (connection: DuckDBConnection) => Promise<T>,
    { ofAnyVersion = false }: { ofAnyVersion?: boolean } = {},
  ): Promise<T> {
    const connection = await this.enter(shop, { ofAnyVersion });
    try {
      return await work(connection);
    } catch (error) {
      const entry = this.attached.get(namespaceOf(shop));
      if (entry && error instanceof Error && INVALIDATED.test(error.message)) entry.invalid = true;
      throw error;
    } finally {
      this.leave(shop, connection);
    }
  }

  /** A connection of its own in the shop's file, attached when it is not; `leave` ends it and what it had open. */
  async enter(
    shop: string,
    { ofAnyVersion = false }: { ofAnyVersion?: boolean } = {},
  ): Promise<DuckDBConnection> {
    const namespace = namespaceOf(shop);
    for (;;) {
      const entry = this.attached.get(namespace);
      if (entry === undefined) await this.attach(shop);
      else if (entry.busy !== null) await settled(entry.busy);
      else if (entry.invalid === true) await this.alone(namespace, entry, () => this.detach(namespace));
      else if (!ofAnyVersion && entry.version !== this.version) throw new OtherSchema(entry.version);
      else {
        // In the same turn as the look at `busy`, or somebody could take the file between the two.
        entry.users += 1;
        entry.usedAt = Date.now();
        break;
      }
    }
    await this.memory.enter();
    const connection = await this.instance.connect();
    try {
      await connection.run(`USE ${namespace}`);
    } catch (error) {
      this.leave(shop, connection);
      throw error;
    }
    void this.detachIdle();
    return connection;
  }

  leave(shop: string, connection: DuckDBConnection): void {
    connection.closeSync();
    this.memory.leave();
    const entry = this.attached.get(namespaceOf(shop));
    if (entry !== undefined) entry.users -= 1;
  }

  private file(namespace: string): string {
    return path.join(this.directory, `${namespace}.duckdb`);
  }

  private async attach(shop: string): Promise<void> {
    const namespace = namespaceOf(shop);
    const entry: Attached = { users: 0, usedAt: Date.now(), busy: null, version: this.version };
    const attaching = (async () => {
      // ATTACH would make a file where there is none: dropped while somebody waited to read it, for instance.
      if (!(await isFile(this.file(namespace)))) throw new ShopNotReady(shop);
      const connection = await this.instance.connect();
      await attachFile(connection, this.file(namespace), namespace).finally(() => connection.closeSync());
      entry.version = await this.versionOf(namespace);
    })();
    entry.busy = attaching;
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

  private async versionOf(namespace: string): Promise<number> {
    const connection = await this.instance.connect();
    try {
      const [meta = {}] = await (
        await connection.run(`SELECT * FROM ${namespace}.shop_meta`)
      ).getRowObjectsJson();
      return meta.schema_version === undefined ? FIRST_VERSION : Number(meta.schema_version);
    } finally {
      connection.closeSync();
    }
  }

  /**
   * DETACH writes the log into the file only when nobody has a hold of it, and who looks at all catalogs of the instance
   * has one for a moment: the file would be swapped without what is in its log. So it is written before.
   */
  private async detach(namespace: string): Promise<void> {
    // Where it cannot be, as on a full disk, or is not attached, the log stays beside the file for the next to attach it.
    await this.run(`FORCE CHECKPOINT ${namespace}`).catch(() => undefined);
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
      // Each takes a while: the next may have been entered or taken meanwhile.
      if (entry.users === 0 && entry.busy === null && this.attached.get(namespace) === entry)
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
      // Attached or not after it, also when it failed: the next one in attaches it.
      await work().finally(() => this.attached.delete(namespace));
      return true;
    } finally {
      entry.busy = null;
      open();
    }
  }

  /** As `alone`, also for a file that is not attached; an error when its readers stay. */
  private async exclusively(shop: string, work: () => Promise<void>): Promise<void> {
    const namespace = namespaceOf(shop);
    for (let busy; (busy = this.attached.get(namespace)?.busy ?? null) !== null;) await settled(busy);
    const entry = this.attached.get(namespace) ?? {
      users: 0,
      usedAt: Date.now(),
      busy: null,
      version: this.version,
    };
    this.attached.set(namespace, entry);
    if (!(await this.alone(namespace, entry, work)))
      throw new Error(`${shop} is still being read; its data were left as they are.`);
  }
}

const LEAVING = /in the process of being detached/;
const LEFT_WITHIN_MS = 30_000;

/** A file that was just detached is held for as long as somebody looks at all catalogs of the instance. */
async function attachFile(connection: DuckDBConnection, file: string, name: string): Promise<void> {
  for (const deadline = Date.now() + LEFT_WITHIN_MS; ; await pause(5)) {
    try {
      await connection.run(`ATTACH IF NOT EXISTS ${literal(file)} AS ${name}`);
      return;
    } catch (error) {
      if (Date.now() >= deadline || !(error instanceof Error && LEAVING.test(error.message))) throw error;
    }
  }
}

const bytesOf = (file: string) =>
  stat(file).then(
    ({ size }) => size,
    () => 0,
  );

const isFile = async (file: string) => (await stat(file).catch(() => null)) !== null;

/** For those who wait: how it ended is for those who did it. */
const settled = (busy: Promise<unknown>) => busy.catch(() => undefined);
