// Every job by name: what it is given and what it does. All of a shop's jobs stand in that shop's queue, one at a time.
import { z } from "zod";
import { AccessRevoked } from "../errors.ts";
import { log } from "../log.server.ts";
import { compact, shopsAtNight } from "./compaction.server.ts";
import { copyRequest, copyWarehouse } from "./copy-warehouse.server.ts";
import { beginFirstSync, refetch, stepFirstSync, sweep, sweepable, tidy } from "../sync/sync.server.ts";

export interface JobTools {
  enqueue: Enqueue;
  /** Aborted when the process stops. */
  signal: AbortSignal;
}

export type Enqueue = <N extends JobName>(
  name: N,
  payload: Payload<N>,
  options?: { runAt?: Date; keepRunAt?: boolean },
) => Promise<void>;

interface JobDeclaration<P> {
  payload: z.ZodType<P>;
  run: (payload: P, tools: JobTools) => Promise<void>;
}

const job = <P>(payload: z.ZodType<P>, run: JobDeclaration<P>["run"]): JobDeclaration<P> => ({
  payload,
  run,
});

export const ofShop = z.object({ shop: z.string().regex(/^[a-z0-9][a-z0-9-]*\.myshopify\.com$/) });

export const jobs = {
  /** One turn, then itself again: between turns the shop's other jobs run, webhooks among them. */
  first_sync: job(ofShop, async ({ shop }, { enqueue, signal }) => {
    const turn = await stepFirstSync(shop, signal);
    if (turn.done) await enqueue("refetch_orders", { shop });
    // A turn that was asked for during this one, as an operation ended, keeps its earlier time.
    else
      await enqueue("first_sync", { shop }, { runAt: new Date(Date.now() + turn.waitMs), keepRunAt: true });
  }),
  sweep: job(ofShop, async ({ shop }, { enqueue, signal }) => {
    await sweep(shop, signal);
    // The sweep may have found that older orders may now be read.
    if (await beginFirstSync(shop)) await enqueue("first_sync", { shop });
  }),
  sweep_all: job(z.looseObject({}), async (_, { enqueue }) => {
    for (const shop of await sweepable()) await enqueue("sweep", { shop });
    await tidy();
  }),
  refetch_orders: job(ofShop, async ({ shop }, { signal }) => {
    await refetch(shop, signal);
  }),
  /** Of one shop, when it is worth it; see compaction.server.ts. */
  compact: job(ofShop.extend({ force: z.boolean().default(false) }), async ({ shop, force }) => {
    await compact(shop, force);
  }),
  compact_at_night: job(z.looseObject({}), async (_, { enqueue }) => {
    for (const shop of await shopsAtNight(new Date())) await enqueue("compact", { shop, force: false });
  }),
  /** For a backup, by the process that holds the warehouse. */
  copy_warehouse: job(copyRequest, copyWarehouse),
};

export type JobName = keyof typeof jobs;
export type Payload<N extends JobName> = z.infer<(typeof jobs)[N]["payload"]>;

/** Cron in UTC. */
export const schedule: { task: JobName; match: string }[] = [
  { task: "sweep_all", match: "*/15 * * * *" },
  // Each hour somewhere is night.
  { task: "compact_at_night", match: "25 * * * *" },
];

/**
 * Runs a job. A shop that no longer lets the app in is no failure to try again: its next install or grant enqueues anew.
 */
export async function runJob(name: JobName, payload: unknown, tools: JobTools): Promise<void> {
  const declaration = jobs[name] as JobDeclaration<unknown>;
  try {
    await declaration.run(declaration.payload.parse(payload), tools);
  } catch (error) {
    if (!(error instanceof AccessRevoked)) throw error;
    log.warn({ job: name, reason: error.message }, "a job ended: access revoked");
  }
}
