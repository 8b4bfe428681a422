// Who may work in a namespace, and when: places at the gate for analytic work, one writer at a time, and tables brought up to
// this version before anybody is let in.
import PQueue from "p-queue";
import { asker } from "../asking.ts";
import { CopyBroken, ShopNotReady } from "../errors.ts";
import { meters, since, timed } from "../metrics/meters.server.ts";
import { ZONE_DATA } from "./clock.ts";
import type { Param, Row, ShopMeta, WarehouseOptions } from "./contract.ts";
import type { Driver, Session } from "./driver.ts";
import { QueryTimedOut } from "./errors.ts";
import { Gate } from "./gate.ts";
import type { Migration } from "./schema/migrations.ts";
import type { Schema } from "./schema/schema.ts";
import { newest, upgrade } from "./schema/upgrade.ts";
import { Upgrades } from "./schema/upgrades.ts";
import { metaFrom, raiseVersion, READ_META } from "./shop-meta.ts";

export const QUERY_TIMEOUT_MS = 30_000;
const ANALYTIC_QUERIES_AT_ONCE = 2;
const SMALL_MERGES_AT_ONCE = 2;

export class Access {
  readonly driver: Driver;
  readonly migrations: readonly Migration[];
  readonly schema: Schema;
  readonly ordersAtOnce: number | undefined;
  readonly zoneData: string;
  readonly gate = new Gate(ANALYTIC_QUERIES_AT_ONCE);
  readonly smallMerges = new PQueue({ concurrency: SMALL_MERGES_AT_ONCE });
  private readonly writers = new Map<string, PQueue>();
  private readonly upgrades: Upgrades;

  constructor(
    driver: Driver,
    known: readonly Migration[],
    schema: Schema,
    { ordersAtOnce, zoneData = ZONE_DATA }: Pick<WarehouseOptions, "ordersAtOnce" | "zoneData">,
  ) {
    this.driver = driver;
    this.migrations = known;
    this.schema = schema;
    this.ordersAtOnce = ordersAtOnce;
    this.zoneData = zoneData;
    this.upgrades = new Upgrades(newest(known), (name) => {
      const change = () =>
        this.driver.upgrade(name, (session, from) => upgrade(session, from, known, schema));
      return this.inTurn(name, () => this.gate.add(name, change));
    });
  }

  /** As ShopCopy's query. */
  async query<R extends Row>(
    name: string,
    sql: string,
    params: readonly Param[] = [],
    { timeoutMs = QUERY_TIMEOUT_MS }: { timeoutMs?: number } = {},
  ): Promise<R[]> {
    const waited = since(meters.gateSeconds);
    const signal = asker();
    const read = () => {
      waited();
      const answer = () =>
        this.whileThere(name, () => this.driver.read(name, sql, params, { timeoutMs, signal }));
      return timed(meters.querySeconds, {}, answer, outcomeOf);
    };
    return (await this.inItsTables(name, () => this.gate.add(name, read, { asked: true }))) as R[];
  }

  /** As ShopCopy's stream, in tables that are brought up: a list that is half read cannot begin again. */
  stream<R extends Row>(name: string, sql: string, params: readonly Param[] = []): AsyncIterable<R[]> {
    // Before those who have not begun: a list half read holds its transaction open.
    const turn = <T>(step: () => Promise<T>) => this.gate.add(name, step, { first: true, asked: true });
    return this.driver.stream(name, sql, params, turn) as AsyncIterable<R[]>;
  }

  async meta(name: string): Promise<ShopMeta | null> {
    return await this.inItsTables(name, () => this.readMeta(name));
  }

  async readMeta(name: string): Promise<ShopMeta | null> {
    if (!(await this.driver.exists(name))) return null;
    meters.metaReads.inc();
    try {
      const read = () => this.driver.read(name, READ_META, [], { timeoutMs: QUERY_TIMEOUT_MS });
      return metaFrom(await this.whileThere(name, read));
    } catch (error) {
      if (error instanceof ShopNotReady) return null;
      throw error;
    }
  }

  /** A heavy change of what is stored of the sources, which leads to another version. */
  async change<T>(
    name: string,
    sources: readonly string[],
    work: (session: Session, meta: ShopMeta) => Promise<T>,
  ): Promise<T> {
    const write = async () => {
      const meta = await this.readMeta(name);
      if (meta === null) throw new ShopNotReady(name);
      return await this.driver.write(name, null, async (session) => {
        const result = await work(session, meta);
        await raiseVersion(session, sources);
        return result;
      });
    };
    return await this.writing(name, () => this.gate.add(name, write));
  }

  /** Work of the namespace's one writer; outside of its turn the upgrade that it may need, which takes a turn too. */
  async writing<T>(name: string, work: () => Promise<T>): Promise<T> {
    return await this.inItsTables(name, () => this.inTurn(name, work));
  }

  /** Work in tables of this version; see Upgrades. */
  async inItsTables<T>(name: string, work: () => Promise<T>, options?: { patient?: boolean }): Promise<T> {
    return await this.upgrades.inItsTables(name, work, options);
  }

  async inTurn<T>(name: string, work: () => Promise<T>): Promise<T> {
    const queue = this.writers.get(name) ?? new PQueue({ concurrency: 1 });
    this.writers.set(name, queue);
    return await queue.add(work);
  }

  async close(): Promise<void> {
    await Promise.all([...this.writers.values()].map((queue) => queue.onIdle()));
    await this.gate.onIdle();
    await this.driver.close();
  }

  /** Reading that fails because the namespace was dropped meanwhile ends as ShopNotReady on either engine. */
  private async whileThere<T>(name: string, read: () => Promise<T>): Promise<T> {
    try {
      return await read();
    } catch (error) {
      const told = error instanceof ShopNotReady || error instanceof CopyBroken;
      if (told || (await this.driver.exists(name))) throw error;
      throw new ShopNotReady(name);
    }
  }
}

const outcomeOf = (error: unknown): string =>
  error instanceof QueryTimedOut ? "timed_out" : error instanceof ShopNotReady ? "not_ready" : "failed";
