// Jobs that are locked for this process's worker while it runs none of them: the answer that gave it the job was lost on the
// way, or the word of the job's end. graphile-worker frees them after four hours, and the shop's other jobs wait behind them.
import type pg from "pg";
import { log } from "../log.server.ts";

/** Longer than an answer of the queue's database is waited for: until then the job may still begin, or its end be told. */
export const LOST_AFTER_MS = 45_000;

export class LostJobs {
  readonly #running: ReadonlySet<string>;
  /** When each was locked that nobody ran at the last look. */
  #idle = new Map<string, string>();

  /** @param running the ids of the jobs that run in this process */
  constructor(running: ReadonlySet<string>) {
    this.#running = running;
  }

  /** Gives the queue back what these workers held at the last look, too, without running it; its ids. */
  async free(pool: Pick<pg.Pool, "query">, workers: readonly string[]): Promise<string[]> {
    const { rows } = await pool.query<{ id: string; since: string }>(
      `SELECT id::text, locked_at::text AS since FROM graphile_worker.jobs
       WHERE locked_by = ANY($1) AND locked_at < now() - interval '${LOST_AFTER_MS} milliseconds'`,
      [workers],
    );
    const idle = rows.filter(({ id }) => !this.#running.has(id));
    const lost = idle.filter(({ id, since }) => this.#idle.get(id) === since).map(({ id }) => id);
    this.#idle = new Map(idle.map(({ id, since }) => [id, since]));
    if (lost.length === 0) return [];
    // It was never begun, so that no attempt is used up; one without its key has a successor, which does its work.
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
    return lost;
  }
}
