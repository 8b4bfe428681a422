// The worker of this process: takes jobs from the queue until it is stopped, and begins again when the database comes back.
import { parseCronItems, run, type Runner, type TaskList } from "graphile-worker";
import { EventEmitter } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { log } from "../log.server.ts";
import { meters, timed } from "../metrics/meters.server.ts";
import { formerNames, jobNames, type Work } from "./contract.ts";
import { BrokenOff } from "./job-failed.ts";
import { CONCURRENCY, enqueue, forgetFailures, openQueue } from "./queue.server.ts";
import { queueLogger } from "./queue-log.ts";
import { type WorkerLocks, lockWorkers } from "./worker-locks.server.ts";

const LOOK_EVERY_MS = 200;

interface Working {
  runner: Runner;
  locks: WorkerLocks;
}
interface Worker {
  work: Work;
  stopping: AbortController;
  /** Jobs that the stop broke off, and how often each had been tried before. */
  givenBack: Map<string, number>;
  /** Locks of those that ended by themselves, whose last jobs may still run. */
  former: WorkerLocks[];
  /** Null when it was stopped while it waited for the database. */
  working: Promise<Working | null>;
}
/** The route bundle and a hot reload load this module again. */
const pinned = globalThis as typeof globalThis & { __worker?: Worker | undefined };

// A job that our own stop broke off goes on with the next process.
const brokenOff = (message: string) => pinned.__worker === undefined && message.startsWith("Failed task");
const logger = queueLogger(brokenOff);

/** Runs jobs in this process until stopWorker(). Safe to call again. */
export async function startWorker(work: Work): Promise<void> {
  if (pinned.__worker === undefined) {
    const begun = {
      ...{ work, stopping: new AbortController() },
      ...{ givenBack: new Map<string, number>(), former: [] },
    };
    pinned.__worker = { ...begun, working: begin(begun) };
  }
  const worker = pinned.__worker;
  await worker.working.catch((error: unknown) => {
    if (pinned.__worker === worker) pinned.__worker = undefined;
    throw error;
  });
}

/** Lets running jobs end; their waits end at once. */
export async function stopWorker(): Promise<void> {
  const worker = pinned.__worker;
  pinned.__worker = undefined;
  if (!worker) return;
  worker.stopping.abort();
  const working = await worker.working;
  // One that ended by itself refuses to be stopped.
  await working?.runner.stop().catch(() => undefined);
  for (const locks of [...worker.former, ...(working === null ? [] : [working.locks])]) await locks.release();
  await giveBack(worker).catch((error: unknown) => log.warn({ err: error }, "jobs were not given back"));
}

/** Where this does not come about, they are tried again as if they had failed once. */
async function giveBack({ givenBack }: Worker): Promise<void> {
  if (givenBack.size === 0) return;
  const { pool } = await openQueue();
  for (const [id, attempts] of givenBack)
    await pool.query(
      "SELECT graphile_worker.reschedule_jobs(ARRAY[$1::bigint], run_at := now(), attempts := $2::integer)",
      [id, attempts],
    );
}

type Begun = Pick<Worker, "work" | "stopping" | "givenBack">;

async function begin({ work, stopping, givenBack }: Begun): Promise<Working> {
  const { pool: pgPool } = await openQueue();
  const events = new EventEmitter();
  let hasEnded = false;
  events.once("pool:gracefulShutdown", () => (hasEnded = true));
  const running = new Set<string>();
  const locks = await lockWorkers(pgPool, events, running);
  const runner = await run({
    pgPool,
    taskList: tasksOf({ work, stopping, givenBack }, running),
    events,
    logger,
    concurrency: CONCURRENCY,
    noHandleSignals: true,
    // Without these, what goes wrong at a job's end is a rejection that nobody handles, and would end the process.
    // With them a worker looks for its next job before the end of its last is noted: what follows in the same shop's queue
    // is not seen before the next look, for which nobody should wait two seconds.
    preset: { worker: { completeJobBatchDelay: 0, failJobBatchDelay: 0, pollInterval: LOOK_EVERY_MS } },
    parsedCronItems: parseCronItems(work.schedule.map((item) => ({ ...item, identifier: item.task }))),
  }).catch(async (error: unknown) => {
    await locks.release();
    throw error;
  });
  const working = { runner, locks };
  let isOver = false;
  const begunAgain = () => {
    const worker = pinned.__worker;
    if (isOver || worker?.stopping !== stopping || stopping.signal.aborted) return;
    isOver = true;
    log.error("the worker ended by itself");
    // Its clock would go on.
    void runner.stop().catch(() => undefined);
    worker.working = beginAgain(worker, working);
  };
  // It tells of its end when it begins nothing more. Its promise waits for its last jobs, and for ever where the ends of two of
  // them could not be told.
  if (hasEnded) begunAgain();
  events.once("pool:gracefulShutdown", begunAgain);
  // It resolves, whatever the reason.
  void runner.promise.catch(() => undefined).then(begunAgain);
  return working;
}

/** graphile-worker ends when it cannot tell the database of a job's end; once that is back, another takes its place. */
async function beginAgain(worker: Worker, { locks }: Working): Promise<Working | null> {
  const { signal } = worker.stopping;
  worker.former = [...worker.former.filter((each) => !each.isReleased()), locks];
  for (let pause = 500; ; pause = Math.min(30_000, 2 * pause)) {
    await sleep(pause, undefined, { signal }).catch(() => undefined);
    if (signal.aborted) return null;
    try {
      await locks.retire();
      return await begin(worker);
    } catch (error) {
      log.warn({ reason: error instanceof Error ? error.message : "" }, "the worker could not begin again");
    }
  }
}

function tasksOf({ work, stopping, givenBack }: Begun, running: Set<string>): TaskList {
  const tools = { enqueue, signal: stopping.signal };
  const tasks: TaskList = {};
  for (const name of jobNames)
    tasks[name] = async (payload: unknown, { job }) => {
      running.add(job.id);
      try {
        await timed(meters.jobSeconds, { job: name }, () => work.run(name, payload, tools), outcomeOf);
        await forgetFailures(name, payload, job.id);
      } catch (error) {
        if (error instanceof BrokenOff) givenBack.set(job.id, job.attempts - 1);
        throw error;
      } finally {
        running.delete(job.id);
      }
    };
  for (const [former, name] of Object.entries(formerNames)) tasks[former] = tasks[name];
  return tasks;
}

const outcomeOf = (error: unknown): string => (error instanceof BrokenOff ? "given_back" : "failed");
