// What the queue holds for a shop, read from graphile-worker's own view of it.
import type { Prisma } from "../../prisma/generated/client.ts";
import { type Failure } from "../failure.ts";
import { readFailure } from "../kept-failure.ts";
import { ASKED_PRIORITY, formerNames, GIVEN_BACK } from "./contract.ts";

export interface FailedJob {
  id: string;
  job: string;
  error: Failure;
  /** UTC instant of the last attempt. */
  at: string;
  /** Every attempt is used up; otherwise the next one comes by itself. */
  gaveUp: boolean;
}

interface JobRow {
  id: string;
  job: string;
  asked: boolean;
  running: boolean;
  due: boolean;
  gaveUp: boolean;
  error: string | null;
  at: Date;
}

export interface PendingJobs {
  /** Failed, and wait for another attempt or gave up. */
  failed: FailedJob[];
  /** Why those failed before that run again now. */
  retried: Failure[];
  /** Run or are about to. */
  active: string[];
  /** Of these, those for which the merchant asked and which have not failed. */
  asked: string[];
}

export async function pendingJobs(db: Prisma.TransactionClient, shop: string): Promise<PendingJobs> {
  const [queue] = await db.$queryRaw<{ there: boolean }[]>`
    SELECT to_regclass('graphile_worker.jobs') IS NOT NULL AS there`;
  if (!queue?.there) return { failed: [], retried: [], active: [], asked: [] };
  const found = await db.$queryRaw<JobRow[]>`
    SELECT id::text, task_identifier AS job, priority = ${ASKED_PRIORITY}::int AS asked, locked_at IS NOT NULL AS running,
      attempts < max_attempts AND run_at <= now() + interval '5 seconds' AS due,
      attempts >= max_attempts AS "gaveUp", NULLIF(last_error, ${GIVEN_BACK}) AS error, updated_at AS at
    FROM graphile_worker.jobs WHERE queue_name = ${shop} ORDER BY id`;
  const rows = found.map((row) => ({ ...row, job: formerNames[row.job] ?? row.job }));
  const active = rows.filter((row) => row.running || row.due);
  return {
    failed: rows.flatMap(({ id, job, running, error, at, gaveUp }) =>
      error === null || running ? [] : [{ id, job, error: failureIn(error), at: at.toISOString(), gaveUp }],
    ),
    retried: rows.flatMap(({ error, running }) => (error !== null && running ? [failureIn(error)] : [])),
    active: active.map(({ job }) => job),
    asked: active.filter(({ asked, error }) => asked && error === null).map(({ job }) => job),
  };
}

/** Operators read the lines before it. Messages of Prisma, kept by an earlier version, begin with an excerpt of our source. */
export const failureIn = (text: string): Failure => readFailure(text.trim().split("\n").at(-1) ?? text);
