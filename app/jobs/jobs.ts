// Every job by name: what it is given and what it does. All of a shop's jobs stand in that shop's queue, one at a time.
import { z } from "zod";
import { nightly, workOffRequests } from "../privacy/privacy.server.ts";
import {
  beginCheck,
  beginFirstSync,
  checksDue,
  refetch,
  retain,
  stepCheck,
  stepFirstSync,
  sweep,
  sweepable,
  tidy,
} from "../sync/sync.server.ts";
import { log } from "../log.server.ts";
import { outageOf } from "../outage.ts";
import { wellFormedText } from "../well-formed.ts";
import { compact, shopsAtNight } from "./compaction.server.ts";
import { copyRequest, copyWarehouse } from "./copy-warehouse.server.ts";
import { settle } from "./refusals.server.ts";

export interface JobTools {
  enqueue: Enqueue;
  /** Aborted when the process stops. */
  signal: AbortSignal;
}

export type Enqueue = <N extends JobName>(
  name: N,
  payload: Payload<N>,
  options?: { runAt?: Date; keepRunAt?: boolean; asked?: boolean },
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
  /** One turn, then itself again: between turns the shop's other jobs run, webhooks among them. Ends in a check, so that the
   * merchant need not wait a night for the proof. */
  first_sync: job(ofShop, async ({ shop }, { enqueue, signal }) => {
    const turn = await stepFirstSync(shop, signal);
    if (turn.done) {
      await enqueue("follow_webhooks", { shop });
      await enqueue("retention", { shop });
      await beginCheck(shop);
      await enqueue("check", { shop });
    }
    // A turn that was asked for during this one, as an operation ended, keeps its earlier time.
    else
      await enqueue("first_sync", { shop }, { runAt: new Date(Date.now() + turn.waitMs), keepRunAt: true });
  }),
  sweep: job(ofShop, async ({ shop }, { enqueue, signal }) => {
    // There is nothing to sweep before a first sync has ended; and a sweep may find that older orders may now be read.
    if (!(await beginFirstSync(shop))) await sweep(shop, signal);
    if (await beginFirstSync(shop)) await enqueue("first_sync", { shop });
  }),
  sweep_all: job(z.looseObject({}), async (_, { enqueue }) => {
    for (const shop of await sweepable()) await enqueue("sweep", { shop });
    await tidy();
  }),
  /** In turns, as the first sync. */
  check: job(ofShop, async ({ shop }, { enqueue, signal }) => {
    const turn = await stepCheck(shop, signal);
    if (!turn.done)
      await enqueue("check", { shop }, { runAt: new Date(Date.now() + turn.waitMs), keepRunAt: true });
  }),
  /** Every shop in its own night; what was missed, as soon as this runs again. */
  check_due: job(z.looseObject({}), async (_, { enqueue }) => {
    for (const shop of await checksDue()) {
      await beginCheck(shop);
      await enqueue("check", { shop }, { keepRunAt: true });
    }
  }),
  /** Reads again whatever webhooks named: orders, customers, the shop's settings. */
  follow_webhooks: job(ofShop, async ({ shop }, { signal }) => {
    await refetch(shop, signal);
  }),
  retention: job(ofShop, async ({ shop }, { enqueue, signal }) => {
    if ((await retain(shop, signal)).reread) await enqueue("first_sync", { shop });
  }),
  privacy: job(ofShop, ({ shop }) => workOffRequests(shop)),
  privacy_nightly: job(z.looseObject({}), async (_, { enqueue }) => {
    const shops = await nightly(new Date());
    for (const shop of shops.requests) await enqueue("privacy", { shop });
    for (const shop of shops.retention) await enqueue("retention", { shop });
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
  { task: "check_due", match: "*/5 * * * *" },
  { task: "privacy_nightly", match: "40 1 * * *" },
  // Each hour somewhere is night.
  { task: "compact_at_night", match: "25 * * * *" },
];

/** Runs a job. That a shop is closed, or no longer lets the app in, is no failure: see settle. */
export async function runJob(name: JobName, payload: unknown, tools: JobTools): Promise<void> {
  const declaration = jobs[name] as JobDeclaration<unknown>;
  const parsed = declaration.payload.parse(payload);
  try {
    await declaration.run(parsed, tools);
  } catch (error) {
    const shop = ofShop.safeParse(parsed).data?.shop;
    const settled =
      shop !== undefined && (await settle(error, { shop, name, payload: parsed as Payload<JobName> }, tools));
    if (settled) return;
    const outage = outageOf(error);
    if (outage !== null) log.error({ shop, job: name, err: error }, outage.name);
    const thrown = outage ?? error;
    // The queue keeps the message, and pages show it; one that it could not keep would end the worker.
    if (thrown instanceof Error) thrown.message = wellFormedText(thrown.message);
    throw thrown;
  }
}
