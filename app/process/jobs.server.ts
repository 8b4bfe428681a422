// Where the queue's worker meets the handlers: the one place that knows both.
import { runJob, schedule } from "../jobs/jobs.ts";
import { closeQueue } from "../queue/queue.server.ts";
import { startWorker, stopWorker } from "../queue/worker.server.ts";
import { closeInbox } from "../webhooks/inbox.server.ts";

/** Works off jobs in this process until stopJobs(). Safe to call again. */
export const startJobs = (): Promise<void> => startWorker({ run: runJob, schedule });

/** Lets running jobs end, and closes the connections of the queue and of the inbox. */
export async function stopJobs(): Promise<void> {
  await stopWorker();
  await closeInbox();
  await closeQueue();
}
