// The queue: graphile-worker's tables in the state database. Jobs survive the process; a shop's jobs run one after the other.
import { makeWorkerUtils, type WorkerUtils } from "graphile-worker";
import type pg from "pg";
import type { Prisma } from "../../prisma/generated/client.ts";
import { db } from "../db.server.ts";
import { env } from "../env.server.ts";
import { openPool } from "../pool.server.ts";
import {
  ASKED_PRIORITY,
  ATTEMPTS,
  type Enqueue,
  formerNames,
  type JobName,
  jobNames,
  ofShop,
  payloads,
} from "./contract.ts";
import { type FailedJob, pendingJobs } from "./pending.server.ts";
import { queueLogger } from "./queue-log.ts";

/** Jobs that one worker runs at once, each of another shop. */
export const CONCURRENCY = 4;

export interface Queue {
  pool: pg.Pool;
  utils: WorkerUtils;
}

/** The route bundle and a hot reload load this module again. */
const pinned = globalThis as typeof globalThis & { __queue?: Promise<Queue> | undefined };

const pool = (): pg.Pool =>
  openPool("queue", {
    connectionString: process.env.DATABASE_URL ?? env().DATABASE_URL,
    max: CONCURRENCY + 4,
    answerMs: 30_000,
  });

/** The queue with its tables, made when first used: webhooks arrive before the worker runs. */
export function openQueue(): Promise<Queue> {
  pinned.__queue ??= (async () => {
    const pgPool = pool();
    const utils = await makeWorkerUtils({ pgPool, logger: queueLogger() });
    await utils.migrate();
    return { pool: pgPool, utils };
  })().catch((error: unknown) => {
    pinned.__queue = undefined;
    throw error;
  });
  return pinned.__queue;
}

/** Closes the queue's connections; whoever needs it later opens it again. */
export async function closeQueue(): Promise<void> {
  const queue = pinned.__queue;
  pinned.__queue = undefined;
  if (!queue) return;
  const { pool: pgPool, utils } = await queue;
  await utils.release();
  await pgPool.end();
}

/**
 * Puts a job into its shop's queue. A job of the same name that waits there is replaced by it; one that runs is followed
 * by it.
 */
export const enqueue: Enqueue = async (name, payload, { runAt, keepRunAt = false, asked = false } = {}) => {
  const { utils } = await openQueue();
  const shop = ofShop.safeParse(payload).data?.shop;
  const ask = () =>
    utils.addJob<string>(name, payloads[name].parse(payload), {
      jobKey: shop ? `${name} ${shop}` : name,
      jobKeyMode: keepRunAt ? "preserve_run_at" : "replace",
      maxAttempts: ATTEMPTS,
      priority: asked ? ASKED_PRIORITY : 0,
      ...(shop ? { queueName: shop } : {}),
      ...(runAt ? { runAt } : {}),
    });
  // Nothing is added, and a row of nulls answered, where a worker was about to begin such a job; now it has.
  if (((await ask()).id as string | null) === null) await ask();
};

/** Jobs of the shop that failed, with the reason; those that have not given up are tried again by themselves. */
export async function failedJobs(shop: string): Promise<FailedJob[]> {
  return (await pendingJobs(db, shop)).failed;
}

/** Runs a failed job of the shop again now, with all its attempts; null when it has no such job, or one that runs. */
export async function retryJob(shop: string, id: string): Promise<{ id: string } | null> {
  const { pool: pgPool } = await openQueue();
  const { rows } = await pgPool.query<{ id: string }>(
    `SELECT id::text FROM graphile_worker.reschedule_jobs(
       ARRAY(SELECT id FROM graphile_worker.jobs WHERE id = $1::bigint AND queue_name = $2), run_at := now(), attempts := 0)`,
    [id, shop],
  );
  return rows[0] ?? null;
}

/** What Shopify asks for, and its news of the app's place, are owed to a shop that has left, too. */
const OWED: readonly string[] = ["privacy", "follow_place"] satisfies JobName[];

/**
 * Takes every waiting job of a shop that has left out of the queue; one that runs is not tried again.
 * @param within the transaction in which the shop leaves: what is put into the queue after it, as the shop comes back, stays
 */
export async function dropJobs(shop: string, within: Prisma.TransactionClient = db): Promise<void> {
  await openQueue();
  for (const name of [...jobNames, ...Object.keys(formerNames)])
    if (!OWED.includes(name))
      await within.$executeRaw`SELECT 1 FROM graphile_worker.remove_job(${`${name} ${shop}`})`;
  const failed = (await pendingJobs(within, shop)).failed.filter(({ job }) => !OWED.includes(job));
  const ids = failed.map(({ id }) => BigInt(id));
  await within.$executeRaw`SELECT 1 FROM graphile_worker.complete_jobs(${ids}::bigint[])`;
}

/** A later job of the same kind that succeeded takes those that gave up earlier out of the queue. */
export async function forgetFailures(name: JobName, payload: unknown, id: string): Promise<void> {
  const shop = ofShop.safeParse(payload).data?.shop;
  if (!shop) return;
  const { failed } = await pendingJobs(db, shop);
  const outdone = failed
    .filter((job) => job.job === name && job.gaveUp && job.id !== id)
    .map((job) => job.id);
  if (outdone.length > 0) await (await openQueue()).utils.completeJobs(outdone);
}
