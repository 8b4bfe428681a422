// What the process runs beside answering requests, in the order in which it starts and, reversed, stops.
import { closeDb } from "./db.server.ts";
import { startWorker, stopWorker } from "./jobs/queue.server.ts";
import { log } from "./log.server.ts";
import { closeWarehouse, warehouse } from "./runtime.server.ts";

const pinned = globalThis as typeof globalThis & { __started?: Promise<void> | undefined };

/** Opens the warehouse (waiting for a process that is leaving it) and then lets jobs run. Safe to call again. */
export function start(): Promise<void> {
  pinned.__started ??= (async () => {
    await warehouse();
    await startWorker();
    log.info("ready");
  })();
  return pinned.__started;
}

export async function stop(): Promise<void> {
  pinned.__started = undefined;
  await stopWorker();
  await closeWarehouse();
  await closeDb();
}
