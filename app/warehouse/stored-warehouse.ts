// What a warehouse does behind its front door, over either engine: the gate for analytic work, one writer per shop, and every
// change of a shop's tables as one transaction that raises its version.
import { stat } from "node:fs/promises";
import PQueue from "p-queue";
import { ShopNotReady } from "../errors.ts";
import { compareListed, renewStatistics } from "./compare.ts";
import { relocalise } from "./derive.ts";
import { eraseCustomers, forgetBefore } from "./erase.ts";
import { meters, since, timed } from "../metrics/meters.server.ts";
import type {
  Differences,
  KeptFrom,
  Listing,
  Load,
  MergeResult,
  Param,
  Row,
  SetMeta,
  ShopMeta,
  Vitals,
  Warehouse,
} from "./contract.ts";
import { lookAtCopy } from "./copies.ts";
import type { Driver, Session } from "./driver.ts";
import { QueryTimedOut } from "./errors.ts";
import { mergeStaged } from "./merge.ts";
import { leaveOutListed } from "./merge-withheld.ts";
import type { Migration } from "./migrations.ts";
import { joinOpenings, readOpening, writeOpening } from "./opening-moves.ts";
import { listingNames, stagingNames, tableNames } from "./schema.ts";
import { apart } from "./namespace.ts";
import { filesOf } from "./staging.ts";
import { newest, upgrade } from "./upgrade.ts";
import { Upgrades } from "./upgrades.ts";

const QUERY_TIMEOUT_MS = 30_000;
const ANALYTIC_QUERIES_AT_ONCE = 2;
const SMALL_MERGES_AT_ONCE = 2;
/** Merges of files beyond this size take a place at the queries' gate; smaller ones are done before a query would notice. */
const HEAVY_BYTES = 8_000_000;

export class StoredWarehouse implements Warehouse {
  readonly engine: "duckdb" | "postgres";
  private readonly driver: Driver;
  private readonly migrations: readonly Migration[];
  private readonly ordersAtOnce: number | undefined;
  private readonly gate = new PQueue({ concurrency: ANALYTIC_QUERIES_AT_ONCE });
  private readonly smallMerges = new PQueue({ concurrency: SMALL_MERGES_AT_ONCE });
  private readonly writers = new Map<string, PQueue>();
  private readonly upgrades: Upgrades;

  constructor(driver: Driver, known: readonly Migration[], ordersAtOnce?: number) {
    this.driver = driver;
    this.migrations = known;
    this.upgrades = new Upgrades(newest(known), (shop) => {
      const change = () => this.driver.upgrade(shop, (session, from) => upgrade(session, from, known));
      return this.writer(shop).add(() => this.gate.add(change));
    });
    this.engine = driver.engine;
    this.ordersAtOnce = ordersAtOnce;
  }

  async query<R extends Row>(
    shop: string,
    sql: string,
    params: readonly Param[] = [],
    { timeoutMs = QUERY_TIMEOUT_MS }: { timeoutMs?: number } = {},
  ): Promise<R[]> {
    const waited = since(meters.gateSeconds);
    const read = () => {
      waited();
      const answer = () => this.whileThere(shop, () => this.driver.read(shop, sql, params, timeoutMs));
      return timed(meters.querySeconds, {}, answer, outcomeOf);
    };
    return (await this.upgrades.inItsTables(shop, () => this.gate.add(read))) as R[];
  }

  async *stream<R extends Row>(
    shop: string,
    sql: string,
    params: readonly Param[] = [],
  ): AsyncGenerator<R[], void> {
    // Which also brings the tables up: a list that is half read cannot begin again.
    await this.meta(shop);
    // Before those who have not begun: a list half read holds its transaction open.
    const turn = <T>(step: () => Promise<T>) => this.gate.add(step, { priority: 1 });
    yield* this.driver.stream(shop, sql, params, turn) as AsyncIterable<R[]>;
  }

  async meta(shop: string): Promise<ShopMeta | null> {
    return await this.upgrades.inItsTables(shop, () => this.readMeta(shop));
  }

  private async readMeta(shop: string): Promise<ShopMeta | null> {
    if (!(await this.driver.exists(shop))) return null;
    try {
      const read = () => this.driver.read(shop, READ_META, [], QUERY_TIMEOUT_MS);
      return ((await this.whileThere(shop, read))[0] as unknown as ShopMeta | undefined) ?? null;
    } catch (error) {
      if (error instanceof ShopNotReady) return null;
      throw error;
    }
  }

  /** Reading that fails because the namespace was dropped meanwhile ends as ShopNotReady on either engine. */
  private async whileThere<T>(shop: string, read: () => Promise<T>): Promise<T> {
    try {
      return await read();
    } catch (error) {
      if (error instanceof ShopNotReady || (await this.driver.exists(shop))) throw error;
      throw new ShopNotReady(shop);
    }
  }

  async setMeta(shop: string, change: Partial<SetMeta>): Promise<void> {
    if (change.time_zone !== undefined) assertTimeZone(change.time_zone);
    await this.writing(shop, async () => {
      if ((await this.readMeta(shop)) === null) {
        const { currency, decimals, time_zone } = change;
        if (currency === undefined || decimals === undefined || time_zone === undefined)
          throw new Error(
            `${shop} is new to the warehouse: its currency, decimals and time zone come first.`,
          );
        await this.driver.create(shop, (session) =>
          session.run(
            `INSERT INTO shop_meta (id, data_version, currency, decimals, time_zone, history, schema_version)
             VALUES (1, CAST($4 AS BIGINT), $1, CAST($2 AS INTEGER), $3, 'empty', CAST($5 AS INTEGER))`,
            // Answers are kept by shop and version: a namespace that was dropped and made again must not meet its old ones.
            [currency, decimals, time_zone, Date.now(), newest(this.migrations)],
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
    const merged = await this.writing(shop, () =>
      timed(meters.mergeSeconds, {}, () => this.mergeNow(shop, load)),
    );
    meters.mergedRows.inc({ table: "orders" }, merged.orders);
    meters.mergedRows.inc({ table: "order_lines" }, merged.lines);
    meters.mergedRows.inc({ table: "sales" }, merged.sales);
    meters.mergedRows.inc({ table: "customers" }, merged.customers);
    meters.gaps.inc(merged.gaps);
    return merged;
  }

  private async mergeNow(shop: string, load: Load): Promise<MergeResult> {
    const meta = await this.readMeta(shop);
    if (meta === null) throw new ShopNotReady(shop);
    const readAt = sqlText(load.readAt);
    const staging = {
      files: load.files,
      stages: load.stages,
      tables: stagingNames,
      decimals: meta.decimals,
      timeZone: meta.time_zone,
    };
    const sizes = await Promise.all(load.files.flatMap(filesOf).map(async (file) => (await stat(file)).size));
    const heavy = sizes.reduce((sum, size) => sum + size, 0) > HEAVY_BYTES;
    const work = () =>
      this.driver.write(shop, staging, async (session) => {
        const merged = await mergeStaged(session, load, readAt, meta, this.ordersAtOnce);
        return { ...merged, dataVersion: await raiseVersion(session) };
      });
    const result = await (heavy ? this.gate : this.smallMerges).add(work);
    await this.tidy(shop, false);
    return result;
  }

  async compare(shop: string, listing: Listing): Promise<Differences> {
    return await this.writing(shop, async () => {
      const meta = await this.readMeta(shop);
      if (meta === null) throw new ShopNotReady(shop);
      const { files, stages } = listing;
      const staging = {
        files,
        stages,
        tables: listingNames,
        decimals: meta.decimals,
        timeZone: meta.time_zone,
      };
      const at = {
        listed: sqlText(listing.listedAt),
        settled: sqlText(listing.settledBefore),
        visible: listing.visibleFrom && sqlText(listing.visibleFrom),
      };
      return await this.gate.add(() =>
        this.driver.write(shop, staging, async (session) => {
          await leaveOutListed(session, listing, meta.opening_at);
          const renewed = listing.of === "customers" ? await renewStatistics(session, at.listed) : 0;
          if (renewed > 0) await raiseVersion(session);
          return { ...(await compareListed(session, listing.of, at, listing.named)), renewed };
        }),
      );
    });
  }

  async eraseCustomers(
    shop: string,
    customerIds: readonly number[],
    orderIds: readonly number[] = [],
  ): Promise<{ orders: number }> {
    return await this.change(shop, (session) => eraseCustomers(session, customerIds, orderIds));
  }

  async forgetBefore(
    shop: string,
    kept: KeptFrom,
    keeping: "sums" | "nothing",
  ): Promise<{ orders: number; customers: number }> {
    const cut = { day: kept.day, at: sqlText(kept.from) };
    return await this.change(shop, (session, { time_zone }) =>
      forgetBefore(session, cut, keeping === "sums", time_zone),
    );
  }

  async carryOpening(shop: string): Promise<void> {
    const by = apart(shop);
    const [from, to] = [await this.meta(shop), await this.meta(by)];
    if (from === null || to === null) throw new ShopNotReady(from === null ? shop : by);
    if (from.opening_at === null || to.opening_at !== null) return;
    const rows = await readOpening((sql) => this.stream(shop, sql));
    await this.change(by, (session, { time_zone }) =>
      writeOpening(session, rows, from.opening_at ?? "", time_zone),
    );
  }

  async joinOpenings(shop: string, joined: readonly { gone: number; kept: number }[]): Promise<void> {
    if ((await this.meta(shop))?.opening_at == null) return;
    await this.change(shop, (session) => joinOpenings(session, joined));
  }

  async rewrite(shop: string): Promise<boolean> {
    return await this.writing(shop, async () => {
      if ((await this.readMeta(shop)) === null) return true;
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
    await this.writing(shop, () => this.gate.add(work));
    await this.compact(shop);
  }

  async compact(shop: string, { force = false }: { force?: boolean } = {}): Promise<boolean> {
    return await this.writing(shop, async () => {
      if ((await this.readMeta(shop)) === null) return false;
      return await this.tidy(shop, force);
    });
  }

  private async tidy(shop: string, force: boolean): Promise<boolean> {
    const done = await this.driver.tidy(shop, force);
    if (done) meters.compactions.inc();
    return done;
  }

  async counts(shop: string): Promise<Record<string, number>> {
    const sql = tableNames
      .map((name) => `SELECT '${name}' AS name, count(*) AS n FROM ${name}`)
      .join(" UNION ALL ");
    const rows = await this.query<{ name: string; n: number }>(shop, sql);
    return Object.fromEntries(rows.map((row) => [row.name, row.n]));
  }

  async copyOut(shop: string, directory: string): Promise<Record<string, number>> {
    const copy = () => this.gate.add(() => this.driver.copyOut(shop, directory));
    return await this.upgrades.inItsTables(shop, copy, { patient: true });
  }

  async copyIn(shop: string, directory: string): Promise<Record<string, number>> {
    const copy = await lookAtCopy(directory, this.migrations);
    const finish = async (session: Session) => {
      if (copy.version < newest(this.migrations)) await upgrade(session, copy.version, this.migrations);
    };
    return await this.writer(shop).add(() => this.driver.copyIn(shop, copy, finish));
  }

  async replace(shop: string): Promise<void> {
    const by = apart(shop);
    if ((await this.meta(by)) === null) throw new ShopNotReady(by);
    await this.writer(shop).add(async () => {
      // One that cannot be read began before now, and counts more slowly than the clock.
      const version =
        (await this.readMeta(shop).catch(() => ({ data_version: Date.now() })))?.data_version ?? 0;
      // What is kept under an earlier version must not be taken for the new data's.
      await this.driver.write(by, null, async (session) => {
        await session.run(
          "UPDATE shop_meta SET data_version = greatest(data_version, CAST($1 AS BIGINT)) + 1",
          [version],
        );
      });
      await this.driver.replace(shop, by);
    });
  }

  async check(): Promise<void> {
    await this.driver.check();
  }

  async vitals(): Promise<Vitals> {
    return { bytes: await this.driver.bytes(), waiting: this.gate.size, running: this.gate.pending };
  }

  async drop(shop: string): Promise<void> {
    for (const name of [shop, apart(shop)]) await this.writer(name).add(() => this.driver.drop(name));
  }

  async close(): Promise<void> {
    await Promise.all([...this.writers.values()].map((queue) => queue.onIdle()));
    await this.gate.onIdle();
    await this.driver.close();
  }

  /** A heavy change of what is stored, and the version it leads to. */
  private async change<T>(shop: string, work: (session: Session, meta: ShopMeta) => Promise<T>): Promise<T> {
    const write = async () => {
      const meta = await this.readMeta(shop);
      if (meta === null) throw new ShopNotReady(shop);
      return await this.driver.write(shop, null, async (session) => {
        const result = await work(session, meta);
        await raiseVersion(session);
        return result;
      });
    };
    return await this.writing(shop, () => this.gate.add(write));
  }

  /** Work in the queue of the shop's one writer; outside of it the upgrade that it may need, which stands in it too. */
  private async writing<T>(shop: string, work: () => Promise<T>): Promise<T> {
    return await this.upgrades.inItsTables(shop, () => this.writer(shop).add(work));
  }

  private writer(shop: string): PQueue {
    const queue = this.writers.get(shop) ?? new PQueue({ concurrency: 1 });
    this.writers.set(shop, queue);
    return queue;
  }
}

const outcomeOf = (error: unknown): string =>
  error instanceof QueryTimedOut ? "timed_out" : error instanceof ShopNotReady ? "not_ready" : "failed";

const META_COLUMNS = {
  currency: "VARCHAR",
  decimals: "INTEGER",
  time_zone: "VARCHAR",
  history: "VARCHAR",
  loaded_from: "DATE",
  fresh_at: "TIMESTAMP",
  read_anew: "VARCHAR",
} as const satisfies Record<keyof SetMeta, string>;

const READ_META = `SELECT data_version, ${Object.keys(META_COLUMNS).join(", ")}, opening_at, opening_day FROM shop_meta`;

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
