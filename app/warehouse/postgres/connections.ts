// The connections to PostgreSQL that a process has: a few for short work, a few for lists that are read to their end.
// Knows how a connection finds its shop, and that what holds one asks for no other.
import { AsyncLocalStorage } from "node:async_hooks";
import type pg from "pg";
import { asker } from "../../asking.ts";
import { openPool } from "../../pool.server.ts";
import { TooManyLists } from "../errors.ts";

const CONNECTIONS = 8;
/**
 * Lists that are read to their end, at once: as long as their readers like. Connections of their own, because a reader may
 * ask for something else between two batches.
 */
const LISTS = 4;
/** Two that each hold a connection and ask for another would wait for each other without end. */
const holding = new AsyncLocalStorage<true>();
/** A reader who has stopped reading, or work that has been forgotten, loses its transaction. */
const IDLE_MS = 60_000;

export type Access = "READ ONLY" | "READ WRITE" | "ISOLATION LEVEL REPEATABLE READ READ ONLY";

export class Connections {
  private readonly pool: pg.Pool;
  private readonly lists: pg.Pool;

  constructor(url: string, waitForListMs: number | undefined) {
    this.pool = openPool("warehouse", { connectionString: url, max: CONNECTIONS });
    this.lists = openPool("lists", { connectionString: url, max: LISTS, connectMs: waitForListMs });
  }

  /** One statement in no shop. */
  async query<R extends pg.QueryResultRow>(sql: string, params: readonly unknown[] = []) {
    assertFree();
    return await this.pool.query<R>(sql, [...params]);
  }

  /** Statements that may stand in no transaction, on one connection. What is set on it, the work sets back. */
  async outside<T>(work: (client: pg.PoolClient) => Promise<T>): Promise<T> {
    assertFree();
    const client = await this.pool.connect();
    let whole = false;
    try {
      const result = await holding.run(true, () => work(client));
      whole = true;
      return result;
    } finally {
      client.release(!whole);
    }
  }

  /** A transaction in a shop's namespace, ended by the work's end. */
  async transaction<T>(
    access: Access,
    namespace: string,
    work: (client: pg.PoolClient) => Promise<T>,
  ): Promise<T> {
    assertFree();
    const client = await begin(await this.pool.connect(), access, namespace);
    try {
      const result = await holding.run(true, () => work(client));
      await client.query("COMMIT");
      if (access === "READ WRITE") await client.query("DISCARD TEMP");
      client.release();
      return result;
    } catch (error) {
      // A connection that cannot even roll back is not given back to the pool.
      const rolledBack = await client.query("ROLLBACK").then(
        () => true,
        () => false,
      );
      client.release(!rolledBack);
      throw error;
    }
  }

  /**
   * A transaction that the caller ends and gives back, for a list that somebody reads to its end; a job's counts among the
   * short work. TooManyLists.
   */
  async beginList(namespace: string): Promise<pg.PoolClient> {
    assertFree();
    const pool = asker() === undefined ? this.pool : this.lists;
    const client = await pool.connect().catch((error: unknown) => {
      const isFull = pool === this.lists && pool.totalCount >= LISTS;
      throw isFull ? new TooManyLists() : error;
    });
    return await begin(client, "READ ONLY", namespace);
  }

  /** What ends the client's statement, by another connection. */
  async canceller(client: pg.PoolClient): Promise<() => void> {
    const { rows } = await client.query<{ pid: number }>("SELECT pg_backend_pid() AS pid");
    return () => {
      const cancel = () => this.query("SELECT pg_cancel_backend($1)", [rows[0]?.pid]);
      // One that cannot be cancelled ends by its time.
      holding.exit(cancel).catch(() => undefined);
    };
  }

  async close(): Promise<void> {
    await Promise.all([this.pool.end(), this.lists.end()]);
  }
}

async function begin(client: pg.PoolClient, access: Access, namespace: string): Promise<pg.PoolClient> {
  try {
    // One message. Local to the transaction, so that a pooler between us and the server cannot mix up shops.
    // Whole-shop aggregates: compiling them costs more than it saves, and they should not spill.
    await client.query(
      `BEGIN ${access}; SET LOCAL search_path = ${namespace}; SET LOCAL TimeZone = 'UTC'; SET LOCAL jit = off;
       SET LOCAL work_mem = '128MB'; SET LOCAL idle_in_transaction_session_timeout = ${IDLE_MS}`,
    );
    return client;
  } catch (error) {
    client.release(true);
    throw error;
  }
}

function assertFree(): void {
  if (holding.getStore()) throw new Error("A connection was asked for by what holds one already.");
}
