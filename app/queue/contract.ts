// What is known of a job without the code that does it: its name, what it is given, and how often it is tried. Whoever
// enqueues needs no more; handlers stand in app/jobs/jobs.ts. All of a shop's jobs stand in that shop's queue, one at a time.
import path from "node:path";
import { z } from "zod";

export const ofShop = z.object({ shop: z.string().regex(/^[a-z0-9][a-z0-9-]*\.myshopify\.com$/) });
const ofNoShop = z.looseObject({});

export const copyRequest = z.object({
  /** Absolute, on the machine that runs the app. */
  directory: z.string().refine((text) => path.isAbsolute(text), "expected an absolute path"),
  /** Tells this request's answer from an earlier one's. */
  id: z.uuid(),
  shops: z.array(z.string()),
});
export type CopyRequest = z.infer<typeof copyRequest>;

export const payloads = {
  first_sync: ofShop,
  sweep: ofShop,
  sweep_all: ofNoShop,
  check: ofShop,
  check_due: ofNoShop,
  record: ofShop,
  follow_webhooks: ofShop,
  follow_place: ofShop,
  find: ofShop,
  subscribe: ofShop,
  retention: ofShop,
  exclude: ofShop,
  annotate: ofShop,
  privacy: ofShop,
  privacy_nightly: ofNoShop,
  compact: ofShop.extend({ force: z.boolean().default(false) }),
  compact_at_night: ofNoShop,
  copy_warehouse: copyRequest,
};

export type JobName = keyof typeof payloads;
export type Payload<N extends JobName> = z.infer<(typeof payloads)[N]>;

export const jobNames = Object.keys(payloads) as JobName[];

/** Names under which earlier versions of the app put jobs into the queue, where some may still wait after an upgrade. */
export const formerNames: Readonly<Record<string, JobName>> = { refetch_orders: "follow_webhooks" };

/** With graphile's back-off (e^attempt seconds, e^10 at most) the last attempt comes after about ten hours. */
export const ATTEMPTS = 11;

/** A job for which the merchant waits goes before the others; by this it is known. */
export const ASKED_PRIORITY = -1;

/** What the queue keeps of a job that the process's own stop broke off: it waits as one that was never begun. */
export const GIVEN_BACK = "Given back as the process stopped.";

export interface EnqueueOptions {
  runAt?: Date;
  /** Leaves the time of a waiting job as it is, so that a stream of calls cannot put it off for ever. */
  keepRunAt?: boolean;
  /** By the merchant, who is shown that it runs. */
  asked?: boolean;
}

export type Enqueue = <N extends JobName>(
  name: N,
  payload: Payload<N>,
  options?: EnqueueOptions,
) => Promise<void>;

export interface JobTools {
  enqueue: Enqueue;
  /** Aborted when the process stops. */
  signal: AbortSignal;
}

/** What a worker works with: the way to run a job of any name, and what is enqueued by the clock (cron, UTC). */
export interface Work {
  run: (name: JobName, payload: unknown, tools: JobTools) => Promise<void>;
  schedule: readonly { task: JobName; match: string }[];
}
