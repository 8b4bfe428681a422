// Every pool of connections to PostgreSQL is made here: none waits without end for a connection or for a server that is
// there and says nothing, and a connection that breaks is the pool's to replace.
import pg from "pg";
import { log } from "./log.server.ts";

/** How long a caller waits for a connection. */
const CONNECT_MS = 5_000;

export interface PoolOptions {
  connectionString: string | undefined;
  max: number;
  /** So long one statement's answer is waited for; left out where work may take minutes and is bounded itself. */
  answerMs?: number;
  connectMs?: number;
}

/** What a pool is made of, also one that a library makes. */
export const poolConfig = ({ connectionString, max, answerMs, connectMs = CONNECT_MS }: PoolOptions) =>
  ({
    connectionString,
    max,
    application_name: "segment-kpis",
    connectionTimeoutMillis: connectMs,
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
    ...(answerMs === undefined ? {} : { query_timeout: answerMs }),
  }) satisfies pg.PoolConfig;

/** @param name of the pool, for the log */
export function openPool(name: string, options: PoolOptions & { statementMs?: number }): pg.Pool {
  const { statementMs } = options;
  const pool = new pg.Pool({
    ...poolConfig(options),
    ...(statementMs === undefined ? {} : { statement_timeout: statementMs }),
  });
  // Without listeners a broken connection would end the process, idle or not.
  const lost = (error: Error) => log.warn({ pool: name, reason: error.message }, "a connection was lost");
  pool.on("error", lost);
  pool.on("connect", (client) => client.on("error", lost));
  return pool;
}

/** One connection for a command that ends with it. It is the caller's to end. */
export async function openConnection(connectionString: string): Promise<pg.Client> {
  const client = new pg.Client(poolConfig({ connectionString, max: 1 }));
  await client.connect();
  return client;
}
