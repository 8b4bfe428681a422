// Who is inside a shop's file in a DuckDB instance: it is attached when first entered, detached when files keep too much memory,
// and nobody is let in while it is dealt with as a whole. A file that cannot be read is put aside.
import path from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import type { DuckDBConnection } from "@duckdb/node-api";
import { CopyBroken, ShopNotReady } from "../../errors.ts";
import { log } from "../../log.server.ts";
import { meters } from "../../metrics/meters.server.ts";
import { attachFile, bytesOf, isFile, settled, versionOf } from "./attach.ts";
import { putAside, saysBroken } from "./broken.ts";
import type { LivingInstance } from "./living.ts";
import { KEPT_AT_MOST, type MemoryLimit } from "./memory.ts";
import { OtherSchema } from "../errors.ts";
import { namespaceOf } from "../namespace.ts";
import type { WarehouseOptions } from "../contract.ts";

const READERS_LEAVE_WITHIN_MS = 2_000;
/** Of an instance that died; whoever is inside fails at his next step. */
const DEAD_LEFT_WITHIN_MS = 10_000;

interface Attached {
  users: number;
  usedAt: number;
  /** Set while the file may not be entered: it is being attached, detached or swapped. */
  busy: Promise<unknown> | null;
  /** A write failed half way, as on a full disk: DuckDB refuses the file until it is attached anew. */
  invalid?: boolean;
  /** What is in the file cannot be read. */
  broken?: boolean;
  /** Of its tables, as they were when it was attached. */
  version: number;
}

/** Another of the shop's is being written at the moment, who will write the log out with his own. */
const BUSY = /Cannot CHECKPOINT: there are other/;
const INVALIDATED = /has been invalidated/;

/** What a connection that is inside belongs to: both may be another's by the time it leaves. */
interface Inside {
  entry: Attached;
  memory: MemoryLimit;
}

/** Who is told of each shop whose file was put aside, and of each whose file was left with a log beside it. */
type Told = Required<Pick<WarehouseOptions, "broken" | "left">>;

export class Doors {
  protected readonly instance: LivingInstance;
  private readonly directory: string;
  private readonly version: number;
  private readonly tell: Told;
  /** Files that were attached before: a log beside one of these was written by this process. */
  private readonly known = new Set<string>();
  protected readonly attached = new Map<string, Attached>();
  private readonly visits = new WeakMap<DuckDBConnection, Inside>();
  private tidying: Promise<void> | null = null;

  /** @param version that of the tables for which others may come in */
  constructor(instance: LivingInstance, directory: string, version: number, tell: Told) {
    this.instance = instance;
    this.directory = directory;
    this.version = version;
    this.tell = tell;
    instance.beforeNext(() => this.letGo());
  }

  async close(): Promise<void> {
    await this.tidying;
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
      const result = await work(connection);
      this.instance.worked();
      await this.leave(connection);
      return result;
    } catch (error) {
      throw await this.failed(shop, connection, error);
    }
  }

  /** Leaves the file after an error of whoever was inside, and does what has to be done about it. What to throw for it. */
  async failed(shop: string, connection: DuckDBConnection, error: unknown): Promise<unknown> {
    const entry = this.judge(connection, error);
    await this.leave(connection);
    return entry?.broken === true ? await this.setAside(shop, error) : await this.instance.judged(error);
  }

  /** Writes the log into the file: until that is done DuckDB keeps in memory what the log says. */
  async writeOut(shop: string, connection: DuckDBConnection): Promise<void> {
    try {
      await connection.run(`CHECKPOINT ${namespaceOf(shop)}`);
    } catch (error) {
      // What was written stays in the log, for the next to write it out; a file that is refused now is attached anew.
      const isBusy = error instanceof Error && BUSY.test(error.message);
      log[isBusy ? "debug" : "warn"]({ shop, err: error }, "a log was not written into its file");
      this.judge(connection, error);
    }
  }

  /** What the error of somebody inside says of the file he is in. */
  private judge(connection: DuckDBConnection, error: unknown): Attached | undefined {
    const entry = this.visits.get(connection)?.entry;
    if (entry && error instanceof Error && INVALIDATED.test(error.message)) entry.invalid = true;
    if (entry && saysBroken(error)) entry.broken = true;
    return entry;
  }

  /** A connection of its own in the shop's file, attached when it is not; `leave` ends it and what it had open. */
  async enter(
    shop: string,
    { ofAnyVersion = false }: { ofAnyVersion?: boolean } = {},
  ): Promise<DuckDBConnection> {
    const namespace = namespaceOf(shop);
    let entry: Attached | undefined;
    for (;;) {
      entry = this.attached.get(namespace);
      if (entry === undefined) await this.attach(shop);
      else if (entry.busy !== null) await settled(entry.busy);
      else if (entry.broken === true) throw await this.setAside(shop, null);
      else if (entry.invalid === true) await this.alone(namespace, entry, () => this.detach(namespace));
      else if (!ofAnyVersion && entry.version !== this.version) throw new OtherSchema(entry.version);
      else {
        // In the same turn as the look at `busy`, or somebody could take the file between the two.
        entry.users += 1;
        entry.usedAt = Date.now();
        break;
      }
    }
    const { memory } = this.instance;
    try {
      await memory.enter();
      const connection = await this.instance.connect();
      this.visits.set(connection, { entry, memory });
      try {
        await connection.run(`USE ${namespace}`);
      } catch (error) {
        connection.closeSync();
        throw await this.instance.judged(error);
      }
      return connection;
    } catch (error) {
      memory.leave();
      entry.users -= 1;
      throw error;
    }
  }

  async leave(connection: DuckDBConnection): Promise<void> {
    const visit = this.visits.get(connection);
    if (visit === undefined) return;
    this.visits.delete(connection);
    // A result that was not read to its end would hold the file until the collector finds it, and take the process with it when
    // the instance is closed by then. The next statement of its connection ends it.
    await connection.run("ROLLBACK").catch(() => undefined);
    connection.closeSync();
    visit.memory.leave();
    visit.entry.users -= 1;
    this.tidying ??= this.detachIdle(visit.memory)
      .catch((error: unknown) => log.warn({ err: error }, "a file could not be detached"))
      .finally(() => (this.tidying = null));
  }

  private unused(): Attached {
    return { users: 0, usedAt: Date.now(), busy: null, version: this.version };
  }

  protected file(namespace: string): string {
    return path.join(this.directory, `${namespace}.duckdb`);
  }

  private async attach(shop: string): Promise<void> {
    const namespace = namespaceOf(shop);
    const entry = this.unused();
    const attaching = (async () => {
      // ATTACH would make a file where there is none: dropped while somebody waited to read it, for instance.
      if (!(await isFile(this.file(namespace)))) throw new ShopNotReady(shop);
      const wasLeft = !this.known.has(namespace) && (await bytesOf(`${this.file(namespace)}.wal`)) > 0;
      const connection = await this.instance.connect();
      try {
        await attachFile(connection, this.file(namespace), namespace);
        entry.version = await versionOf(connection, namespace);
        this.known.add(namespace);
        if (wasLeft) this.wasLeft(shop);
      } catch (error) {
        if (!saysBroken(error)) throw await this.instance.judged(error);
        await connection.run(`DETACH DATABASE IF EXISTS ${namespace}`);
        await putAside(this.file(namespace));
        throw await this.toBeMended(shop, error);
      } finally {
        connection.closeSync();
      }
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

  /** Puts the file out of the way of everybody, once those who are inside have left. What to throw. */
  private async setAside(shop: string, error: unknown): Promise<unknown> {
    const namespace = namespaceOf(shop);
    const entry = this.attached.get(namespace);
    // Somebody else is at it, or has done it.
    if (entry?.broken !== true || entry.busy !== null) return new CopyBroken(error);
    const done = await this.alone(namespace, entry, async () => {
      // What it says may be half of what was written: it is not written out.
      await this.run(`DETACH DATABASE IF EXISTS ${namespace}`).catch(() => undefined);
      await putAside(this.file(namespace));
    });
    return done ? await this.toBeMended(shop, error) : new CopyBroken(error);
  }

  private async toBeMended(shop: string, error: unknown): Promise<CopyBroken> {
    log.error({ shop, err: error }, "a shop's file cannot be read: it was put aside");
    meters.copiesBroken.inc();
    // Where nobody can be told, the next sweep finds the shop without a copy.
    await this.tell
      .broken(shop)
      .catch((failure: unknown) => log.error({ shop, err: failure }, "not told of a copy"));
    return new CopyBroken(error);
  }

  /** DuckDB takes a log that ends too soon for one that was never written further, as a disk that lost its end leaves it. */
  private wasLeft(shop: string): void {
    log.warn({ shop }, "a shop's file was left with a log beside it: what it has is held against Shopify");
    this.tell.left(shop).catch((failure: unknown) => log.error({ shop, err: failure }, "not told of a log"));
  }

  /** Of an instance that died: forgets what was attached to it, once nobody is inside any more. */
  private async letGo(): Promise<void> {
    const deadline = Date.now() + DEAD_LEFT_WITHIN_MS;
    const held = () => [...this.attached.values()].some(({ users, busy }) => users > 0 || busy !== null);
    while (held()) {
      if (Date.now() >= deadline) throw new Error("Somebody still holds a file of the dead instance.");
      await pause(5);
    }
    this.attached.clear();
  }

  /**
   * DETACH writes the log into the file only when nobody has a hold of it, and who looks at all catalogs of the instance
   * has one for a moment: the file would be swapped without what is in its log. So it is written before.
   */
  protected async detach(namespace: string): Promise<void> {
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

  /** Those used longest ago, until what is attached keeps little enough. */
  private async detachIdle(memory: MemoryLimit): Promise<void> {
    const isIdle = ([namespace, entry]: [string, Attached]) =>
      entry.users === 0 && entry.busy === null && this.attached.get(namespace) === entry;
    const idle = [...this.attached].filter(isIdle).sort(([, a], [, b]) => a.usedAt - b.usedAt);
    for (const each of idle) {
      if ((await memory.weigh(this.attached.size)) <= KEPT_AT_MOST) return;
      const [namespace, entry] = each;
      // Each takes a while: the next may have been entered or taken meanwhile.
      if (isIdle(each)) await this.alone(namespace, entry, () => this.detach(namespace));
    }
  }

  /** Runs `work` while nobody is inside the file, which is attached anew afterwards. False when readers stay. */
  protected async alone(namespace: string, entry: Attached, work: () => Promise<void>): Promise<boolean> {
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
  protected async exclusively(shop: string, work: () => Promise<void>): Promise<void> {
    const namespace = namespaceOf(shop);
    for (let busy; (busy = this.attached.get(namespace)?.busy ?? null) !== null;) await settled(busy);
    const entry = this.attached.get(namespace) ?? this.unused();
    this.attached.set(namespace, entry);
    if (!(await this.alone(namespace, entry, work)))
      throw new Error(`${shop} is still being read; its data were left as they are.`);
  }
}
