// What the process runs beside answering requests, in the order in which it starts and, reversed, stops.
import { setTimeout as sleep } from "node:timers/promises";
import { closeDb, db } from "../db.server.ts";
import { enqueue, openQueue } from "../queue/queue.server.ts";
import { log } from "../log.server.ts";
import { startJobs, stopJobs } from "./jobs.server.ts";
import { closeWarehouse, listen, openedWarehouse, warehouse } from "./runtime.server.ts";
import { beginCheckOfDoubted, withoutCopy } from "../sync/sync.server.ts";

const pinned = globalThis as typeof globalThis & {
  __started?: Promise<void> | undefined;
  __lost?: PromiseWithResolvers<unknown>;
};

const gone = (pinned.__lost ??= Promise.withResolvers<unknown>());

/** Resolves with the reason once only another process can open the warehouse. */
export const lost: Promise<unknown> = gone.promise;

/** Makes ready for webhooks: the queue's tables are there. */
export async function prepare(): Promise<void> {
  await openQueue();
}

/** Opens the queue, the warehouse (waiting for a process that is leaving it) and then lets jobs run. Safe to call again. */
export function start(): Promise<void> {
  pinned.__started ??= (async () => {
    await prepare();
    listen({
      broken: (shop) => enqueue("first_sync", { shop }),
      left: async (shop) => {
        if (await beginCheckOfDoubted(shop)) await enqueue("check", { shop });
      },
      lost: gone.resolve,
    });
    await warehouse();
    // Lost while nobody looked: none is said to be complete beside nothing.
    for (const shop of await withoutCopy()) await enqueue("first_sync", { shop });
    await startJobs();
    log.info("ready");
  })();
  return pinned.__started;
}

export async function stop(): Promise<void> {
  pinned.__started = undefined;
  await stopJobs();
  await closeWarehouse();
  await closeDb();
}

const ANSWER_WITHIN_MS = 2_000;

/** What the process needs and cannot use right now, in words; empty when it can do its work. */
export async function unusable(): Promise<string[]> {
  const parts: Record<string, () => Promise<unknown>> = {
    "the state database": () => db.$queryRaw`SELECT 1`,
    "the warehouse": async () => (await openedWarehouse()).check(),
  };
  const faults = await Promise.all(
    Object.entries(parts).map(async ([part, ask]) => {
      const timer = new AbortController();
      const late = sleep(ANSWER_WITHIN_MS, `${part} does not answer`, { signal: timer.signal });
      const fault = await Promise.race([
        ask().then(
          () => null,
          () => `${part} cannot be used`,
        ),
        late,
      ]);
      timer.abort();
      await late.catch(() => undefined);
      return fault;
    }),
  );
  return faults.filter((fault) => fault !== null);
}
