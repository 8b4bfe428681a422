// The warehouse's front door: rows in by merge(), SQL out by query(). Knows neither Shopify nor KPIs. Holds the gate
// for analytic work and the queue of one writer per shop; the engines behind it only carry sessions and bulk data.
import { mkdir, realpath, stat } from "node:fs/promises";
import PQueue from "p-queue";
import { ShopNotReady } from "../errors.ts";
import { relocalise } from "./derive.ts";
import { eraseCustomers, forgetBefore } from "./erase.ts";
import type { Driver, Session } from "./driver.ts";
import { openDuckDb } from "./duckdb.server.ts";
import { mergeStaged } from "./merge.ts";
import { openPostgres } from "./postgres.server.ts";
import { tableNames, type StagingTable } from "./schema.ts";

export type Param = string | number | bigint | boolean | null;
/** Whole numbers are exact; DATE and TIMESTAMP are text ('YYYY-MM-DD', 'YYYY-MM-DD HH:MM:SS[.ffffff]'). */
export type Row = Record<string, string | number | boolean | null>;

export interface ShopMeta {
  data_version: number;
  currency: string;
  decimals: number;
  time_zone: string;
  /** How far back the orders reach. */
  history: "empty" | "loading" | "sixty_days" | "retention" | "complete";
  /** First local day that is wholly loaded, while loading or limited to sixty days or by the merchant's retention. */
  loaded_from: string | null;
  /** UTC instant up to which the copy is known to agree: 'YYYY-MM-DD HH:MM:SS[.ffffff]'. */
  fresh_at: string | null;
}

export interface Stage {
  table: StagingTable;
  /** JSON key → DuckDB type, for read_json. */
  columns: Readonly<Record<string, string>>;
  /** DuckDB predicate that picks this kind of row, such as "__typename = 'Order'". */
  where: string;
  /** Staging column → DuckDB expression over the JSON columns, with minor(), gid(), utc() and local_at(). */
  select: Readonly<Record<string, string>>;
}

export interface Load {
  /** Absolute paths of JSONL, one object per line. An order and its children stand in one file. */
  files: readonly string[];
  /** UTC ISO instant at which the rows were read: the bulk operation's creation or the refetch's request. */
  readAt: string;
  stages: readonly Stage[];
  /** Orders that no longer exist in Shopify at `readAt`. */
  removedOrders?: readonly number[];
  /** Customer records that no longer exist at `readAt`, merged into another or redacted. */
  removedCustomers?: readonly number[];
  /** UTC ISO instant: orders placed before it are left out, with their children. */
  keepFrom?: string | undefined;
  /**
   * Asked inside the merge's transaction: who must leave no trace, or null for nobody. Their orders come in without a
   * customer, their records not at all.
   */
  withheld?: (() => Promise<((customerId: number) => boolean) | null>) | undefined;
}

export interface MergeResult {
  /** Orders replaced or added, and what came with them. */
  orders: number;
  lines: number;
  sales: number;
  customers: number;
  /** Orders refused because what is stored is newer. */
  skippedOlder: number;
  /** Merged orders whose ledger does not add up to Shopify's totals. */
  gaps: number;
  dataVersion: number;
  /** Orders that are new or differ from what was stored. */
  changedOrders: number;
  /** Orders left out because they were placed before `keepFrom`. */
  tooOld: number;
}

export interface Warehouse {
  readonly engine: "duckdb" | "postgres";
  /**
   * One read-only query in the shop's own namespace, parameters $1, $2 …; the same text on both engines. At most two
   * run at once in a process. Errors: ShopNotReady, QueryTimedOut.
   */
  query<R extends Row>(
    shop: string,
    sql: string,
    params?: readonly Param[],
    options?: { timeoutMs?: number },
  ): Promise<R[]>;
  /** The same in batches, for long lists; a slow reader holds nobody up. */
  stream<R extends Row>(shop: string, sql: string, params?: readonly Param[]): AsyncIterable<R[]>;
  /** Cheap, past the gate. Null when the shop has no namespace yet. */
  meta(shop: string): Promise<ShopMeta | null>;
  /** Creates namespace and tables when absent (currency, decimals and time_zone are then required); raises data_version. */
  setMeta(shop: string, change: Partial<Omit<ShopMeta, "data_version">>): Promise<void>;
  /** All of the load or nothing of it. Errors: BrokenFile, LedgerBroken, ShopNotReady. */
  merge(shop: string, load: Load): Promise<MergeResult>;
  /**
   * Takes the customers out of every table; their orders, and those of `orderIds` whoever has them, stay without a
   * customer. The files still hold what was deleted until `rewrite`. Answers how many orders lost their customer.
   */
  eraseCustomers(
    shop: string,
    customerIds: readonly number[],
    orderIds?: readonly number[],
  ): Promise<{ orders: number }>;
  /** Takes out orders placed before a local day (YYYY-MM-DD), and customers of whose orders none is left. */
  forgetBefore(shop: string, day: string): Promise<{ orders: number; customers: number }>;
  /** Writes the tables anew, so that no file of them holds what was deleted. False while somebody reads: ask again. */
  rewrite(shop: string): Promise<boolean>;
  /** Books everything anew by another time zone. */
  relocalise(shop: string, timeZone: string): Promise<void>;
  /** Gives back the room of replaced rows when it exceeds half of what lives, or always with `force`. */
  compact(shop: string, options?: { force?: boolean }): Promise<boolean>;
  /** Rows by table. */
  counts(shop: string): Promise<Record<string, number>>;
  /** Deletes the shop's namespace and files. */
  drop(shop: string): Promise<void>;
  close(): Promise<void>;
}

export interface WarehouseOptions {
  /** postgres://…: the facts live there, one schema per shop. Otherwise in one DuckDB file per shop. */
  url?: string | undefined;
  /** Absolute; created when absent. Holds the files, or only scratch space with a `url`. */
  directory: string;
  memoryLimitMb?: number;
  threads?: number;
  /** How long to wait for another process that still holds the directory. */
  waitForLockMs?: number;
}

const QUERY_TIMEOUT_MS = 30_000;
const ANALYTIC_QUERIES_AT_ONCE = 2;
/** Merges of files beyond this size take a place at the gate; smaller ones are done before a query would notice. */
const HEAVY_BYTES = 8_000_000;

interface Opened {
  warehouse: Promise<StoredWarehouse>;
  users: number;
  closing: Promise<void> | null;
}

/** A second copy of this module (hot reload, the bundled build) must meet the same DuckDB instance. */
const pinned = globalThis as typeof globalThis & { __warehouses?: Map<string, Opened> };

/** Opening a directory again in the same process answers the same warehouse; it closes with its last user. */
export async function openWarehouse(options: WarehouseOptions): Promise<Warehouse> {
  await mkdir(options.directory, { recursive: true });
  const directory = await realpath(options.directory);
  const key = `${options.url ?? "duckdb"} ${directory}`;
  const opened = (pinned.__warehouses ??= new Map<string, Opened>());
  // Two instances on one file lose data without a word: the old one is gone before the new one comes.
  for (let old = opened.get(key); old?.closing; old = opened.get(key)) await old.closing;
  const entry = opened.get(key) ?? {
    warehouse: openDriver({ ...options, directory }),
    users: 0,
    closing: null,
  };
  opened.set(key, entry);
  entry.users += 1;
  const warehouse = await entry.warehouse.catch((error: unknown) => {
    if (opened.get(key) === entry) opened.delete(key);
    throw error;
  });
  let open = true;
  const close = async () => {
    if (open) entry.users -= 1;
    open = false;
    if (entry.users > 0) return;
    entry.closing ??= warehouse.close().finally(() => opened.delete(key));
    await entry.closing;
  };
  return Object.create(warehouse, { close: { value: close } }) as Warehouse;
}

async function openDriver(options: WarehouseOptions): Promise<StoredWarehouse> {
  const driver =
    options.url === undefined ? await openDuckDb(options) : await openPostgres(options, options.url);
  return new StoredWarehouse(driver);
}

class StoredWarehouse implements Warehouse {
  readonly engine: "duckdb" | "postgres";
  private readonly driver: Driver;
  private readonly gate = new PQueue({ concurrency: ANALYTIC_QUERIES_AT_ONCE });
  private readonly writers = new Map<string, PQueue>();

  constructor(driver: Driver) {
    this.driver = driver;
    this.engine = driver.engine;
  }

  async query<R extends Row>(
    shop: string,
    sql: string,
    params: readonly Param[] = [],
    { timeoutMs = QUERY_TIMEOUT_MS }: { timeoutMs?: number } = {},
  ): Promise<R[]> {
    return (await this.gate.add(() => this.driver.read(shop, sql, params, timeoutMs))) as R[];
  }

  stream<R extends Row>(shop: string, sql: string, params: readonly Param[] = []): AsyncIterable<R[]> {
    return this.driver.stream(shop, sql, params, (step) => this.gate.add(step)) as AsyncIterable<R[]>;
  }

  async meta(shop: string): Promise<ShopMeta | null> {
    if (!(await this.driver.exists(shop))) return null;
    const rows = await this.driver.read(shop, READ_META, [], QUERY_TIMEOUT_MS);
    return (rows[0] as unknown as ShopMeta | undefined) ?? null;
  }

  async setMeta(shop: string, change: Partial<Omit<ShopMeta, "data_version">>): Promise<void> {
    await this.writer(shop).add(async () => {
      if (change.time_zone !== undefined) assertTimeZone(change.time_zone);
      if ((await this.meta(shop)) === null) {
        const { currency, decimals, time_zone } = change;
        if (currency === undefined || decimals === undefined || time_zone === undefined)
          throw new Error(
            `${shop} is new to the warehouse: its currency, decimals and time zone come first.`,
          );
        await this.driver.create(shop, (session) =>
          session.run(
            `INSERT INTO shop_meta (id, data_version, currency, decimals, time_zone, history)
             VALUES (1, $4, $1, CAST($2 AS INTEGER), $3, 'empty')`,
            // Above any version of a namespace that was dropped: answers are kept by version, also of a former install.
            [currency, decimals, time_zone, Date.now()],
          ),
        );
      }
      await this.driver.write(shop, null, async (session) => {
        for (const [column, type] of Object.entries(META_COLUMNS)) {
          const value = change[column as keyof typeof META_COLUMNS];
          if (value !== undefined)
            await session.run(`UPDATE shop_meta SET ${column} = CAST($1 AS ${type})`, [
              value === null ? null : sqlText(value),
            ]);
        }
        await raiseVersion(session);
      });
    });
  }

  async merge(shop: string, load: Load): Promise<MergeResult> {
    return await this.writer(shop).add(async () => {
      const meta = await this.meta(shop);
      if (meta === null) throw new ShopNotReady(shop);
      const readAt = sqlText(load.readAt);
      const staging = {
        files: load.files,
        stages: load.stages,
        decimals: meta.decimals,
        timeZone: meta.time_zone,
      };
      const sizes = await Promise.all(load.files.map(async (file) => (await stat(file)).size));
      const heavy = sizes.reduce((sum, size) => sum + size, 0) > HEAVY_BYTES;
      const work = () =>
        this.driver.write(shop, staging, async (session) => {
          const merged = await mergeStaged(session, load, readAt, meta.time_zone);
          return { ...merged, dataVersion: await raiseVersion(session) };
        });
      const result = heavy ? await this.gate.add(work) : await work();
      await this.driver.tidy(shop, false);
      return result;
    });
  }

  async eraseCustomers(
    shop: string,
    customerIds: readonly number[],
    orderIds: readonly number[] = [],
  ): Promise<{ orders: number }> {
    return await this.change(shop, (session) => eraseCustomers(session, customerIds, orderIds));
  }

  async forgetBefore(shop: string, day: string): Promise<{ orders: number; customers: number }> {
    return await this.change(shop, (session) => forgetBefore(session, day));
  }

  async rewrite(shop: string): Promise<boolean> {
    return await this.writer(shop).add(async () => {
      if (!(await this.driver.exists(shop))) return true;
      return await this.gate.add(() => this.driver.rewrite(shop));
    });
  }

  async relocalise(shop: string, timeZone: string): Promise<void> {
    assertTimeZone(timeZone);
    if ((await this.meta(shop)) === null) throw new ShopNotReady(shop);
    const work = () =>
      this.driver.write(shop, null, async (session) => {
        await session.run("UPDATE shop_meta SET time_zone = $1", [timeZone]);
        await relocalise(session, timeZone);
        await raiseVersion(session);
      });
    await this.writer(shop).add(() => this.gate.add(work));
    await this.compact(shop);
  }

  async compact(shop: string, { force = false }: { force?: boolean } = {}): Promise<boolean> {
    return await this.writer(shop).add(async () => {
      if (!(await this.driver.exists(shop))) return false;
      return await this.driver.tidy(shop, force);
    });
  }

  async counts(shop: string): Promise<Record<string, number>> {
    const sql = tableNames
      .map((name) => `SELECT '${name}' AS name, count(*) AS n FROM ${name}`)
      .join(" UNION ALL ");
    const rows = await this.query<{ name: string; n: number }>(shop, sql);
    return Object.fromEntries(rows.map((row) => [row.name, row.n]));
  }

  async drop(shop: string): Promise<void> {
    await this.writer(shop).add(() => this.driver.drop(shop));
  }

  async close(): Promise<void> {
    await Promise.all([...this.writers.values()].map((queue) => queue.onIdle()));
    await this.gate.onIdle();
    await this.driver.close();
  }

  /** A heavy change of what is stored, and the version it leads to. */
  private async change<T>(shop: string, work: (session: Session) => Promise<T>): Promise<T> {
    if ((await this.meta(shop)) === null) throw new ShopNotReady(shop);
    const write = () =>
      this.driver.write(shop, null, async (session) => {
        const result = await work(session);
        await raiseVersion(session);
        return result;
      });
    return await this.writer(shop).add(() => this.gate.add(write));
  }

  private writer(shop: string): PQueue {
    const queue = this.writers.get(shop) ?? new PQueue({ concurrency: 1 });
    this.writers.set(shop, queue);
    return queue;
  }
}

const META_COLUMNS = {
  currency: "VARCHAR",
  decimals: "INTEGER",
  time_zone: "VARCHAR",
  history: "VARCHAR",
  loaded_from: "DATE",
  fresh_at: "TIMESTAMP",
} as const satisfies Record<keyof Omit<ShopMeta, "data_version">, string>;

const READ_META = `SELECT data_version, ${Object.keys(META_COLUMNS).join(", ")} FROM shop_meta`;

async function raiseVersion(session: Session): Promise<number> {
  await session.run("UPDATE shop_meta SET data_version = data_version + 1");
  const [row] = await session.rows<{ data_version: number }>("SELECT data_version FROM shop_meta");
  return row?.data_version ?? 0;
}

/** An ISO instant as SQL's UTC timestamp; other text as it is. */
function sqlText(value: string | number): string {
  const text = String(value);
  return /^\d{4}-\d{2}-\d{2}T/.test(text)
    ? new Date(text).toISOString().replace("T", " ").replace("Z", "")
    : text;
}

function assertTimeZone(timeZone: string): void {
  new Intl.DateTimeFormat("en", { timeZone });
}
