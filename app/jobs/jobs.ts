// What every job does, by name, and when the clock asks for one. Imported only where the process is put together.
import { db } from "../db.server.ts";
import { AppError, BrokenFile } from "../errors.ts";
import type { Failure } from "../failure.ts";
import { daysDue, findAndKeep, findDaysAndKeep, findingsDue } from "../findings/findings.server.ts";
import { log } from "../log.server.ts";
import { outageOf } from "../outage.ts";
import { warehouse } from "../process/runtime.server.ts";
import { nightly, workOffRequests } from "../privacy/privacy.server.ts";
import { type JobName, type JobTools, ofShop, type Payload, payloads, type Work } from "../queue/contract.ts";
import { BrokenOff, JobFailed } from "../queue/job-failed.ts";
import { compareMonths, monthsCut } from "../reconcile/reconcile.server.ts";
import { reasonOf } from "../sync/loading/unreadable.ts";
import { annotated } from "../sync/shop/annotations.ts";
import { applyExclusion, isExclusionDue } from "../sync/shop/exclusion.ts";
import {
  beginCheck,
  beginFirstSync,
  checksDue,
  followAnnotations,
  record,
  refetch,
  retain,
  stepCheck,
  stepFirstSync,
  sweep,
  sweepable,
  tidy,
} from "../sync/sync.server.ts";
import { compact, shopsAtNight } from "./compaction.server.ts";
import { copyWarehouse } from "./copy-warehouse.server.ts";
import { followPlace, placesToFollow } from "./place.server.ts";
import { settle } from "./refusals.server.ts";
import { subscribe } from "./subscriptions.server.ts";

type Handler<N extends JobName> = (payload: Payload<N>, tools: JobTools) => Promise<void>;

const handlers = {
  /** One turn, then itself again: between turns the shop's other jobs run, webhooks among them. Ends in a check, so that the
   * merchant need not wait a night for the proof. */
  first_sync: async ({ shop }, { enqueue, signal }) => {
    const turn = await stepFirstSync(shop, signal);
    if (turn.done) {
      await enqueue("follow_webhooks", { shop });
      await enqueue("retention", { shop });
      await beginCheck(shop);
      await enqueue("check", { shop });
      await enqueue("record", { shop });
      await enqueue("find", { shop });
    }
    // A turn that was asked for during this one, as an operation ended, keeps its earlier time.
    else
      await enqueue("first_sync", { shop }, { runAt: new Date(Date.now() + turn.waitMs), keepRunAt: true });
  },
  sweep: async ({ shop }, { enqueue, signal }) => {
    // There is nothing to sweep before a first sync has ended; and a sweep may find that older orders may now be read.
    if (!(await beginFirstSync(shop))) await sweep(shop, signal);
    if (await beginFirstSync(shop)) await enqueue("first_sync", { shop });
    else if (await isFindDue(shop)) await enqueue("find", { shop });
  },
  sweep_all: async (_, { enqueue }) => {
    for (const shop of await sweepable()) await enqueue("sweep", { shop });
    for (const shop of await annotated(db)) await enqueue("annotate", { shop }, { keepRunAt: true });
    await tidy();
  },
  /** In turns, as the first sync. */
  check: async ({ shop }, { enqueue, signal }) => {
    const turn = await stepCheck(shop, compareMonths, signal);
    if (turn.done) {
      await enqueue("subscribe", { shop });
      if (await isFindDue(shop, true)) await enqueue("find", { shop });
      // A copy that was put back from a backup is derived by the choice of then.
      if (await isExclusionDue(await copyOf(shop))) await enqueue("exclude", { shop });
    } else await enqueue("check", { shop }, { runAt: new Date(Date.now() + turn.waitMs), keepRunAt: true });
  },
  /** Every shop in its own night; what was missed, as soon as this runs again. */
  check_due: async (_, { enqueue }) => {
    for (const shop of await checksDue()) {
      await beginCheck(shop);
      await enqueue("check", { shop }, { keepRunAt: true });
      await enqueue("record", { shop }, { keepRunAt: true });
    }
  },
  /** What Shopify keeps no past of: once a night, and as soon as it may be read. */
  record: async ({ shop }, { signal }) => {
    await record(shop, signal);
  },
  /** Reads again whatever webhooks named: orders, customers, the shop's settings. */
  follow_webhooks: async ({ shop }, { signal }) => {
    await refetch(shop, signal);
  },
  /** Asks Shopify whether the app is in the shop, and what it may. */
  follow_place: ({ shop }, tools) => followPlace(shop, tools),
  /** What changed in the last whole week, and which of the last days stand out: as soon as it is whole, or a day more is, and anew
   * after a night in which orders have changed. */
  find: async ({ shop }) => {
    const now = new Date();
    if (await findingsDue(shop, now, true)) await findAndKeep(shop, now);
    if (await daysDue(shop, now, true)) await findDaysAndKeep(shop, now);
  },
  /** After every change of the grant, and every night: Shopify gives up subscriptions that it could not deliver to. */
  subscribe: ({ shop }, { signal }) => subscribe(shop, signal),
  retention: async ({ shop }, { enqueue, signal }) => {
    const { reread, from } = await retain(shop, signal);
    if (reread) await enqueue("first_sync", { shop });
    else if (from !== null) await monthsCut(shop, from);
  },
  /** What is left out by the merchant's choice; what changed is looked for anew. */
  exclude: async ({ shop }, { enqueue }) => {
    await applyExclusion(await copyOf(shop));
    if (await isFindDue(shop, true)) await enqueue("find", { shop });
  },
  /** Shopify's notes and the shop's own, both ways: no webhook tells of them. */
  annotate: ({ shop }, { signal }) => followAnnotations(shop, signal),
  privacy: ({ shop }) => workOffRequests(shop),
  privacy_nightly: async (_, { enqueue }) => {
    const shops = await nightly(new Date());
    for (const shop of shops.requests) await enqueue("privacy", { shop });
    for (const shop of shops.retention) await enqueue("retention", { shop });
    for (const shop of await placesToFollow()) await enqueue("follow_place", { shop }, { keepRunAt: true });
  },
  /** Of one shop, when it is worth it; see compaction.server.ts. */
  compact: async ({ shop, force }) => {
    await compact(shop, force);
  },
  compact_at_night: async (_, { enqueue }) => {
    for (const shop of await shopsAtNight(new Date())) await enqueue("compact", { shop, force: false });
  },
  /** For a backup, by the process that holds the warehouse. */
  copy_warehouse: copyWarehouse,
} satisfies { [N in JobName]: Handler<N> };

const copyOf = async (shop: string) => ({ db, shop, copy: (await warehouse()).of(shop) });

async function isFindDue(shop: string, changed = false): Promise<boolean> {
  const now = new Date();
  return (await findingsDue(shop, now, changed)) || (await daysDue(shop, now, changed));
}

/** Cron in UTC. */
export const schedule: Work["schedule"] = [
  { task: "sweep_all", match: "*/15 * * * *" },
  { task: "check_due", match: "*/5 * * * *" },
  { task: "privacy_nightly", match: "40 1 * * *" },
  // Each hour somewhere is night.
  { task: "compact_at_night", match: "25 * * * *" },
];

/** Runs a job. That a shop is closed, or no longer lets the app in, is no failure: see settle. */
export async function runJob(name: JobName, payload: unknown, tools: JobTools): Promise<void> {
  const shop = ofShop.safeParse(payload).data?.shop;
  try {
    await handle(name, payload, tools);
  } catch (error) {
    const settled =
      shop !== undefined &&
      (await settle(error, { shop, name, payload: payload as Payload<JobName> }, tools));
    if (settled) return;
    if (tools.signal.aborted) throw new BrokenOff(error);
    const outage = outageOf(error);
    if (outage !== null) log.error({ shop, job: name, err: error }, outage.name);
    else if (error instanceof AppError) log.warn({ shop, job: name, err: error }, "a job failed");
    const reason = reasonOf(error, { shop, job: name });
    throw new JobFailed(operatorsLine(outage ?? error, reason), reason, error);
  }
}

/** Of an error that nobody foresaw, or that quotes an engine, the log has the words. */
const operatorsLine = (error: unknown, { code, params }: Failure): string =>
  error instanceof AppError && !(error instanceof BrokenFile)
    ? error.message
    : [code, ...Object.values(params).filter((value) => typeof value === "string")].join(" ");

async function handle<N extends JobName>(name: N, payload: unknown, tools: JobTools): Promise<void> {
  const handler = handlers[name] as Handler<N>;
  await handler(payloads[name].parse(payload) as Payload<N>, tools);
}
