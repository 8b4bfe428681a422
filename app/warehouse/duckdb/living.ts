// The instance of DuckDB in use, and the next one when it dies of what DuckDB calls fatal: tells that from the fault of one file,
// lets nobody in meanwhile, and says so when no instance lives any more.
import type { DuckDBConnection, DuckDBInstance } from "@duckdb/node-api";
import { log } from "../../log.server.ts";
import { meters } from "../../metrics/meters.server.ts";
import { WarehouseAway } from "../../outage.ts";
import { MemoryLimit } from "./memory.ts";

/** In a row: what kills a third instance before it has done anything is not cured by a fourth. */
const TRIES = 2;

/** A file's own invalidation says to detach it; after these words only the instance itself can be meant. */
const OF_THE_INSTANCE =
  /^FATAL Error|must be restarted prior to being used|Failed to connect: instance closed/;

interface Life {
  instance: DuckDBInstance;
  memory: MemoryLimit;
  over: boolean;
}

export class LivingInstance {
  private readonly begin: () => Promise<DuckDBInstance>;
  private readonly end: (error: unknown) => void;
  private life: Life;
  private letGo: () => Promise<void> = async () => {};
  private tries = 0;
  /** Set from a death on until the next instance is there; for ever, once none came. */
  private away: Promise<void> | null = null;

  private constructor(begin: () => Promise<DuckDBInstance>, end: (error: unknown) => void, life: Life) {
    this.begin = begin;
    this.end = end;
    this.life = life;
  }

  /** @param end called once, when one instance after the other could not be opened or died at once */
  static async open(
    begin: () => Promise<DuckDBInstance>,
    end: (error: unknown) => void,
  ): Promise<LivingInstance> {
    return new LivingInstance(begin, end, await live(begin));
  }

  /** @param letGo of the dead instance's files and connections, before the next one takes its place */
  beforeNext(letGo: () => Promise<void>): void {
    this.letGo = letGo;
  }

  get memory(): MemoryLimit {
    return this.life.memory;
  }

  /** Throws WarehouseAway while there is no instance. */
  async connect(): Promise<DuckDBConnection> {
    if (this.away !== null) throw new WarehouseAway(null);
    try {
      return await this.life.instance.connect();
    } catch (error) {
      throw await this.judged(error);
    }
  }

  /** Something was done in it: its troubles, if it had any, are over. */
  worked(): void {
    this.tries = 0;
  }

  /** What to throw for an error of DuckDB: as it is, or WarehouseAway when the instance itself gave it. */
  async judged(error: unknown): Promise<unknown> {
    if (!(error instanceof Error) || !OF_THE_INSTANCE.test(error.message)) return error;
    if (this.away === null && !(await answers(this.life.instance))) this.revive(error);
    return new WarehouseAway(error);
  }

  /** Throws when it does not answer. */
  async check(): Promise<void> {
    const connection = await this.connect();
    try {
      await connection.run("SELECT 1");
    } catch (error) {
      throw await this.judged(error);
    } finally {
      connection.closeSync();
    }
  }

  async close(): Promise<void> {
    await this.away;
    await end(this.life);
  }

  private revive(reason: Error): void {
    if (this.away !== null) return;
    log.error({ err: reason }, "DuckDB's instance died");
    this.away = this.next(reason);
  }

  private async next(reason: unknown): Promise<void> {
    while (this.tries < TRIES) {
      this.tries += 1;
      meters.revivals.inc();
      try {
        await this.letGo();
        await end(this.life);
        this.life = await live(this.begin);
        this.away = null;
        return;
      } catch (error) {
        reason = error;
        log.error({ err: error }, "no other instance of DuckDB could be opened");
      }
    }
    this.end(reason);
  }
}

async function live(begin: () => Promise<DuckDBInstance>): Promise<Life> {
  const instance = await begin();
  return { instance, memory: await MemoryLimit.of(instance), over: false };
}

async function end(life: Life): Promise<void> {
  if (life.over) return;
  life.over = true;
  await life.memory.close();
  life.instance.closeSync();
}

async function answers(instance: DuckDBInstance): Promise<boolean> {
  try {
    const connection = await instance.connect();
    await connection.run("SELECT 1").finally(() => connection.closeSync());
    return true;
  } catch {
    return false;
  }
}
