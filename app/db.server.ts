// The one Prisma client of this process. It is kept on globalThis: the server and the route bundle load this file apart,
// and a hot reload loads it again.
import { PrismaPg } from "@prisma/adapter-pg";
import { PrismaClient } from "../prisma/generated/client.ts";
import { env } from "./env.server.ts";
import { log } from "./log.server.ts";

const kept = globalThis as typeof globalThis & { segmentKpisDb?: PrismaClient };

function connected(): PrismaClient {
  return (kept.segmentKpisDb ??= new PrismaClient({
    adapter: new PrismaPg(databaseUrl(), {
      // Without a listener a dropped idle connection would end the process; the pool replaces it by itself.
      onPoolError: (error) => log.warn({ err: error.message }, "an idle database connection was lost"),
    }),
  }));
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
