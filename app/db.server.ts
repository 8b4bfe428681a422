// The one Prisma client of this process. It is kept on globalThis: the server and the route bundle load this file apart,
// and a hot reload loads it again.
import { PrismaPg } from "@prisma/adapter-pg";
import { Prisma, PrismaClient } from "../prisma/generated/client.ts";
import { env } from "./env.server.ts";
import { log } from "./log.server.ts";
import { poolConfig } from "./pool.server.ts";
import { wellFormed } from "./well-formed.ts";

/** A server that hangs is an outage: nothing that is asked of the state takes so long. */
const ANSWER_MS = 10_000;

const kept = globalThis as typeof globalThis & { segmentKpisDb?: PrismaClient };

function connected(): PrismaClient {
  return (kept.segmentKpisDb ??= connect());
}

function connect(): PrismaClient {
  const client = new PrismaClient({
    adapter: new PrismaPg(poolConfig({ connectionString: databaseUrl(), max: 10, answerMs: ANSWER_MS }), {
      // Without a listener a dropped idle connection would end the process; the pool replaces it by itself.
      onPoolError: (error) => log.warn({ err: error.message }, "an idle database connection was lost"),
    }),
  });
  // Names of orders, reasons of failures, what an address asks for: PostgreSQL refuses a statement with a text that is not
  // well formed, and with it everything else that is written at the same time.
  const $allOperations = ({ args, query }: { args: unknown; query: (args: unknown) => Promise<unknown> }) =>
    query(
      args instanceof Prisma.Sql
        ? new Prisma.Sql(args.strings, args.values.map(wellFormed))
        : wellFormed(args),
    );
  // The same client but for what events it could tell of, to which nobody listens.
  return client.$extends({ query: { $allOperations } }) as unknown as PrismaClient;
}

/** Whoever starts an embedded server names it in DATABASE_URL before the first query. */
function databaseUrl(): string {
  const url = process.env.DATABASE_URL ?? env().DATABASE_URL;
  if (!url) throw new Error("No database: set DATABASE_URL, or start the embedded server first");
  return url;
}

/** Connects on first use. */
export const db: PrismaClient = new Proxy({} as PrismaClient, {
  get: (_, property) => {
    const client = connected();
    const value: unknown = Reflect.get(client, property, client);
    return typeof value === "function" ? (value as (...args: unknown[]) => unknown).bind(client) : value;
  },
});

/** Ends every connection; a later query connects anew. */
export async function closeDb(): Promise<void> {
  const client = kept.segmentKpisDb;
  delete kept.segmentKpisDb;
  await client?.$disconnect();
}
