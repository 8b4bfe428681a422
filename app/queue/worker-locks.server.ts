// Which workers live. graphile-worker frees the jobs of a killed worker after four hours only; here every worker holds a
// PostgreSQL advisory lock for as long as its process is connected, so that anyone can see at once who is gone.
import type { EventEmitter } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import type pg from "pg";
import { failure } from "../failure.ts";
import { log } from "../log.server.ts";
import { lastErrorOf } from "./job-failed.ts";
import { LostJobs } from "./lost-jobs.server.ts";

export interface WorkerLocks {
  release(): Promise<void>;
  isReleased(): boolean;
  /**
   * Of workers that begin nothing more: gives the queue back what they hold without running it, and lets go once they run nothing.
   * Throws while the database is away.
   */
  retire(): Promise<void>;
}

/** Together they bound for how long the work of a killed process waits while another one lives. */
export const LOOK_EVERY_MS = 30_000;
/** A worker locks its first job a moment before its own lock is there. */
export const YOUNG_MS = 5000;

const KEY = "hashtextextended('worker ' || $1, 0)";

/**
 * Locks every worker that `events` announces, and frees, now and from time to time, the jobs of those whose lock is gone and
 * what ours hold without running it.
 * @param running the ids of the jobs that run in this process
 */
export async function lockWorkers(
  pool: pg.Pool,
  events: EventEmitter,
  running: ReadonlySet<string>,
): Promise<WorkerLocks> {
  const workers = new Set<string>();
  const lost = new LostJobs(running);
  let client = await pool.connect();
  let connected = true;
  let released = false;

  // One statement after the other: a connection carries one at a time.
  let locking: Promise<unknown> = Promise.resolve();
  const lock = (id: string) =>
    (locking = locking
      .then(() => client.query(`SELECT pg_advisory_lock(${KEY})`, [id]))
      .catch((error: Error) => {
        log.warn({ reason: error.message }, "a worker's lock was not taken");
      }));

  /** Locks live and die with their connection. */
  async function reconnect(error: Error): Promise<void> {
    connected = false;
    client.release(error);
    while (!released) {
      try {
        const next = await pool.connect();
        // A lock that is taken after these were let go would keep the jobs of a worker that has ended.
        if (released) return next.release();
        client = next;
        connected = true;
        client.once("error", (again: Error) => void reconnect(again));
        for (const id of workers) await lock(id);
        return;
      } catch {
        await sleep(1000);
      }
    }
  }
  client.once("error", (error: Error) => void reconnect(error));
  // Jobs are locked in the name of the pool of workers, not of the worker that runs them.
  events.on("pool:create", ({ workerPool }: { workerPool: { id: string } }) => {
    workers.add(workerPool.id);
    void lock(workerPool.id);
  });

  let retired = false;
  const look = () =>
    freeJobsOfTheDead(pool)
      .then(() => lost.freeQueues(pool, [...workers]))
      .then(() => lost.free(pool, [...workers]))
      .then(() => (retired && running.size === 0 ? release() : undefined))
      .catch((error: Error) => {
        log.warn({ reason: error.message }, "jobs that nobody runs were not looked for");
      });
  await look();
  const timer = setInterval(() => void look(), LOOK_EVERY_MS);
  timer.unref();
  // What was too young at the start.
  const soon = setTimeout(() => void look(), YOUNG_MS + 1000);
  soon.unref();

  async function release(): Promise<void> {
    if (released) return;
    released = true;
    clearInterval(timer);
    clearTimeout(soon);
    await locking;
    if (!connected) return;
    await client.query("SELECT pg_advisory_unlock_all()").catch(() => undefined);
    // It may have broken over that.
    if (connected) client.release();
  }

  return {
    release,
    isReleased: () => released,
    async retire() {
      await lost.freeAtOnce(pool, [...workers]);
      retired = true;
      if (running.size === 0) await release();
    },
  };
}

/**
 * Jobs without an attempt left would lie there unseen for ever. graphile-worker takes key and attempts from a running job
 * whose successor is enqueued: the successor does its work. One with its key was killed at its last attempt, and says so.
 */
async function settleUsedUp(client: pg.PoolClient, jobs: { id: string; outdone: boolean }[]): Promise<void> {
  const ids = (outdone: boolean) => jobs.filter((job) => job.outdone === outdone).map(({ id }) => id);
  await client.query("SELECT graphile_worker.complete_jobs($1::bigint[])", [ids(true)]);
  await client.query("SELECT graphile_worker.permanently_fail_jobs($1::bigint[], $2)", [
    ids(false),
    lastErrorOf("killed at its last attempt", failure("killed")),
  ]);
}

/** Unlocks the jobs and queues of workers that hold no lock any more; their ids. */
export async function freeJobsOfTheDead(pool: pg.Pool): Promise<string[]> {
  const client = await pool.connect();
  try {
    const { rows } = await client.query<{ id: string }>(
      `SELECT DISTINCT locked_by AS id FROM (
         SELECT locked_by, locked_at FROM graphile_worker.jobs
         UNION ALL SELECT locked_by, locked_at FROM graphile_worker._private_job_queues) held
       WHERE locked_by IS NOT NULL AND locked_at < now() - interval '${YOUNG_MS} milliseconds'`,
    );
    const dead: string[] = [];
    for (const { id } of rows) {
      const { rows: got } = await client.query<{ free: boolean }>(
        `SELECT pg_try_advisory_lock(${KEY}) AS free`,
        [id],
      );
      if (!got[0]?.free) continue;
      await client.query(`SELECT pg_advisory_unlock(${KEY})`, [id]);
      dead.push(id);
    }
    if (dead.length > 0) {
      const { rows: used } = await client.query<{ id: string; outdone: boolean }>(
        `SELECT id::text, key IS NULL AS outdone FROM graphile_worker.jobs
         WHERE locked_by = ANY($1) AND attempts >= max_attempts`,
        [dead],
      );
      await client.query("SELECT graphile_worker.force_unlock_workers($1::text[])", [dead]);
      await settleUsedUp(client, used);
      log.warn({ workers: dead }, "jobs of workers that are gone run again");
    }
    return dead;
  } finally {
    client.release();
  }
}
