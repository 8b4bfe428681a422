// What is locked for this process's worker while it runs nothing of it: a job whose answer was lost on the way, or the word of
// whose end; and a shop's queue without a job. graphile-worker frees them after four hours, and the shop's jobs wait behind them.
import type pg from "pg";
import { log } from "../log.server.ts";

/** Longer than an answer of the queue's database is waited for: until then the job may still begin, or its end be told. */
export const LOST_AFTER_MS = 45_000;

/** A queue is locked, and let go, in one statement with its job: one without is nobody's. */
const LONELY_AFTER_MS = 5_000;

export class LostJobs {
  readonly #running: ReadonlySet<string>;
  /** When each was locked that nobody ran at the last look. */
  #idle = new Map<string, string>();

  /** @param running the ids of the jobs that run in this process */
  constructor(running: ReadonlySet<string>) {
    this.#running = running;
  }

  /**
   * Lets go the queues that these workers hold without a job; their names. A job that is given out again while its first run
   * goes on, as after an outage, is gone with that run's end: graphile-worker then finds no queue to let go at the second's.
   */
  async freeQueues(pool: Pick<pg.Pool, "query">, workers: readonly string[]): Promise<string[]> {
    const { rows } = await pool.query<{ queue: string }>(
      `UPDATE graphile_worker._private_job_queues AS queues SET locked_at = NULL, locked_by = NULL
       WHERE locked_by = ANY($1) AND locked_at < now() - interval '${LONELY_AFTER_MS} milliseconds'
         AND NOT EXISTS (SELECT 1 FROM graphile_worker._private_jobs AS jobs
           WHERE jobs.job_queue_id = queues.id AND jobs.locked_by = queues.locked_by)
       RETURNING queue_name AS queue`,
      [workers],
    );
    const freed = rows.map(({ queue }) => queue);
    if (freed.length > 0) log.warn({ queues: freed }, "queues that were held for no job go on");
    return freed;
  }

  /** Gives the queue back what these workers held at the last look, too, without running it; its ids. */
  async free(pool: Pick<pg.Pool, "query">, workers: readonly string[]): Promise<string[]> {
    const idle = await this.#heldIdly(pool, workers, LOST_AFTER_MS);
    const lost = idle.filter(({ id, since }) => this.#idle.get(id) === since).map(({ id }) => id);
    this.#idle = new Map(idle.map(({ id, since }) => [id, since]));
    return this.#giveBack(pool, workers, lost);
  }

  /** The same at once, of workers that begin nothing more: whose end could not be told. */
  async freeAtOnce(pool: Pick<pg.Pool, "query">, workers: readonly string[]): Promise<string[]> {
    const idle = await this.#heldIdly(pool, workers, 0);
    return this.#giveBack(
      pool,
      workers,
      idle.map(({ id }) => id),
    );
  }

  async #heldIdly(
    pool: Pick<pg.Pool, "query">,
    workers: readonly string[],
    afterMs: number,
  ): Promise<{ id: string; since: string }[]> {
    const { rows } = await pool.query<{ id: string; since: string }>(
      `SELECT id::text, locked_at::text AS since FROM graphile_worker.jobs
       WHERE locked_by = ANY($1) AND locked_at <= now() - interval '${afterMs} milliseconds'`,
      [workers],
    );
    return rows.filter(({ id }) => !this.#running.has(id));
  }

  async #giveBack(
    pool: Pick<pg.Pool, "query">,
    workers: readonly string[],
    lost: readonly string[],
  ): Promise<string[]> {
    if (lost.length === 0) return [];
    // It was never begun, or nobody heard of its end: no attempt is used up. One without its key has a successor, which does its
    // work.
    const { rows: outdone } = await pool.query<{ id: string }>(
      `WITH freed AS (
         UPDATE graphile_worker._private_jobs SET locked_at = NULL, locked_by = NULL, run_at = greatest(run_at, now()),
           attempts = CASE WHEN key IS NULL THEN attempts ELSE greatest(attempts - 1, 0) END
         WHERE id = ANY($1::bigint[]) AND locked_by = ANY($2)
         RETURNING id, job_queue_id, key IS NULL AND attempts >= max_attempts AS outdone),
       queues AS (
         UPDATE graphile_worker._private_job_queues SET locked_at = NULL, locked_by = NULL
         WHERE id IN (SELECT job_queue_id FROM freed) AND locked_by = ANY($2))
       SELECT id::text FROM freed WHERE outdone`,
      [lost, workers],
    );
    if (outdone.length > 0)
      await pool.query("SELECT graphile_worker.complete_jobs($1::bigint[])", [outdone.map(({ id }) => id)]);
    log.warn({ jobs: lost }, "jobs that nobody ran run again");
    return [...lost];
  }
}
