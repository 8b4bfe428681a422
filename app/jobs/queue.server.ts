// The queue: graphile-worker on the state database. Jobs survive the process; a shop's jobs run one after the other.
import {
  Logger,
  makeWorkerUtils,
  parseCronItems,
  run,
  type Runner,
  type TaskList,
  type WorkerUtils,
} from "graphile-worker";
import { EventEmitter } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import { db } from "../db.server.ts";
import { env } from "../env.server.ts";
import { log } from "../log.server.ts";
import { ATTEMPTS } from "./attempts.ts";
import { formerNames } from "./former-names.ts";
import { type Inbox, openInbox } from "./inbox.server.ts";
import { type Enqueue, type JobName, jobs, ofShop, runJob, schedule } from "./jobs.ts";
import { meters, timed } from "../metrics/meters.server.ts";
import { ASKED_PRIORITY, type FailedJob, pendingJobs } from "./pending.server.ts";
import { type WorkerLocks, lockWorkers } from "./worker-locks.server.ts";

/** Shops worked on at once in a process. */
const CONCURRENCY = 4;
const LOOK_EVERY_MS = 200;
interface Open {
  pool: pg.Pool;
  utils: WorkerUtils;
  inbox: Inbox;
}

interface Working {
  runner: Runner;
  locks: WorkerLocks;
}
interface Worker {
  stopping: AbortController;
  /** Null when it was stopped while it waited for the database. */
  working: Promise<Working | null>;
}
/** The route bundle and a hot reload load this module again. */
const pinned = globalThis as typeof globalThis & {
  __queue?: Promise<Open> | undefined;
  __worker?: Worker | undefined;
};

const LEVELS = { error: "error", warning: "warn", info: "debug", debug: "trace" } as const;
const logger = new Logger(({ label, taskIdentifier }) => (level, message) => {
  // A job that our own stop broke off goes on with the next process.
  const brokenOff = pinned.__worker === undefined && message.startsWith("Failed task");
  const at = brokenOff ? "info" : LEVELS[level];
  log[at]({ queue: label, job: taskIdentifier }, message);
});

/** A failing connection is the pool's to replace; without listeners it would end the process. */
function pool(): pg.Pool {
  const made = new pg.Pool({
    connectionString: process.env.DATABASE_URL ?? env().DATABASE_URL,
    max: CONCURRENCY + 4,
  });
  const lost = (error: Error) => log.warn({ reason: error.message }, "the queue lost a connection");
  made.on("error", lost);
  made.on("connect", (client) => client.on("error", lost));
  return made;
}

/** The queue with its tables, made when first used: webhooks arrive before the worker runs. */
function open(): Promise<Open> {
  pinned.__queue ??= (async () => {
    const pgPool = pool();
    const utils = await makeWorkerUtils({ pgPool, logger });
    await utils.migrate();
    return { pool: pgPool, utils, inbox: openInbox() };
  })().catch((error: unknown) => {
    pinned.__queue = undefined;
    throw error;
  });
  return pinned.__queue;
}

/** Opens the queue before it is needed, so that no webhook waits for that. */
export async function openQueue(): Promise<void> {
  await open();
}

/** Where webhooks are noted. */
export async function inbox(): Promise<Inbox> {
  return (await open()).inbox;
}

/**
 * Puts a job into its shop's queue. A job of the same name that waits there is replaced by it; one that runs is followed
 * by it.
 * @param options.asked by the merchant, who is shown that it runs
 * @param options.keepRunAt leaves the time of a waiting job as it is, so that a stream of calls cannot put it off for ever
 */
export const enqueue: Enqueue = async (name, payload, { runAt, keepRunAt = false, asked = false } = {}) => {
  const { utils } = await open();
  const shop = ofShop.safeParse(payload).data?.shop;
  const ask = () =>
    utils.addJob<string>(name, jobs[name].payload.parse(payload), {
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

/** Runs jobs in this process until stopWorker(). Safe to call again. */
export async function startWorker(): Promise<void> {
  if (pinned.__worker === undefined) {
    const stopping = new AbortController();
    pinned.__worker = { stopping, working: work(stopping) };
  }
  const worker = pinned.__worker;
  await worker.working.catch((error: unknown) => {
    if (pinned.__worker === worker) pinned.__worker = undefined;
    throw error;
  });
}

/**
 * graphile-worker ends when it cannot tell the database of a job's end; once that is back, another takes its place. The
 * locks of the first go before, so that what it held is taken from it.
 */
async function workAgain({ stopping }: Worker, { locks }: Working): Promise<Working | null> {
  await locks.release().catch(() => undefined);
  for (let pause = 500; ; pause = Math.min(30_000, 2 * pause)) {
    await sleep(pause, undefined, { signal: stopping.signal }).catch(() => undefined);
    if (stopping.signal.aborted) return null;
    try {
      return await work(stopping);
    } catch (error) {
      log.warn({ reason: error instanceof Error ? error.message : "" }, "the worker could not begin again");
    }
  }
}

async function work(stopping: AbortController): Promise<Working> {
  const { pool: pgPool } = await open();
  const tools = { enqueue, signal: stopping.signal };
  const taskList: TaskList = {};
  for (const name of Object.keys(jobs) as JobName[])
    taskList[name] = async (payload: unknown, { job }) => {
      await timed(meters.jobSeconds, { job: name }, () => runJob(name, payload, tools));
      await forgetFailures(name, payload, job.id);
    };
  for (const [former, name] of Object.entries(formerNames)) taskList[former] = taskList[name];
  const events = new EventEmitter();
  const locks = await lockWorkers(pgPool, events);
  const runner = await run({
    pgPool,
    taskList,
    events,
    logger,
    concurrency: CONCURRENCY,
    noHandleSignals: true,
    // Without these, what goes wrong at a job's end is a rejection that nobody handles, and would end the process.
    // With them a worker looks for its next job before the end of its last is noted: what follows in the same shop's queue
    // is not seen before the next look, for which nobody should wait two seconds.
    preset: { worker: { completeJobBatchDelay: 0, failJobBatchDelay: 0, pollInterval: LOOK_EVERY_MS } },
    parsedCronItems: parseCronItems(schedule.map((item) => ({ ...item, identifier: item.task }))),
  });
  const working = { runner, locks };
  // It resolves, whatever the reason.
  void runner.promise
    .catch(() => undefined)
    .then(() => {
      const worker = pinned.__worker;
      if (worker?.stopping !== stopping || stopping.signal.aborted) return;
      log.error("the worker ended by itself");
      worker.working = workAgain(worker, working);
    });
  return working;
}

/** What failed earlier and gave up is outdone by a later job of the same kind that succeeded. */
async function forgetFailures(name: JobName, payload: unknown, id: string): Promise<void> {
  const shop = ofShop.safeParse(payload).data?.shop;
  if (!shop) return;
  const { failed } = await pendingJobs(db, shop);
  const outdone = failed
    .filter((job) => job.job === name && job.gaveUp && job.id !== id)
    .map((job) => job.id);
  if (outdone.length > 0) await (await open()).utils.completeJobs(outdone);
}

/** Lets running jobs end (their waits end at once) and closes the queue's connections. */
export async function stopWorker(): Promise<void> {
  const worker = pinned.__worker;
  const queue = pinned.__queue;
  pinned.__worker = undefined;
  pinned.__queue = undefined;
  if (worker) {
    worker.stopping.abort();
    const working = await worker.working;
    // One that ended by itself refuses to be stopped.
    await working?.runner.stop().catch(() => undefined);
    await working?.locks.release();
  }
  if (queue) {
    const { pool: pgPool, utils, inbox: notes } = await queue;
    await notes.close();
    await utils.release();
    await pgPool.end();
  }
}

/** Jobs of the shop that failed, with the reason; those that have not given up are tried again by themselves. */
export async function failedJobs(shop: string): Promise<FailedJob[]> {
  return (await pendingJobs(db, shop)).failed;
}

/** Runs a failed job of the shop again now, with all its attempts; null when it has no such job, or one that runs. */
export async function retryJob(shop: string, id: string): Promise<{ id: string } | null> {
  const { pool: pgPool } = await open();
  const { rows } = await pgPool.query<{ id: string }>(
    `SELECT id::text FROM graphile_worker.reschedule_jobs(
       ARRAY(SELECT id FROM graphile_worker.jobs WHERE id = $1::bigint AND queue_name = $2), run_at := now(), attempts := 0)`,
    [id, shop],
  );
  return rows[0] ?? null;
}

/** Takes every waiting job of a shop out of the queue; one that runs is not tried again. */
export async function dropJobs(shop: string): Promise<void> {
  const { pool: pgPool } = await open();
  for (const name of [...Object.keys(jobs), ...Object.keys(formerNames)])
    await pgPool.query("SELECT graphile_worker.remove_job($1)", [`${name} ${shop}`]);
  const { failed } = await pendingJobs(db, shop);
  await (await open()).utils.completeJobs(failed.map((job) => job.id));
}
