// What the queue holds for a shop, read from graphile-worker's own view of it.
import type { PrismaClient } from "../../prisma/generated/client.ts";
import { formerNames } from "./former-names.ts";

export interface FailedJob {
  id: string;
  job: string;
  error: string;
  /** UTC instant of the last attempt. */
  at: string;
  /** Every attempt is used up; otherwise the next one comes by itself. */
  gaveUp: boolean;
}

interface JobRow {
  id: string;
  job: string;
  running: boolean;
  due: boolean;
  gaveUp: boolean;
  error: string | null;
  at: Date;
}

/** Jobs of the shop that failed and wait for another attempt or gave up; and which jobs run or are about to. */
export async function pendingJobs(
  db: PrismaClient,
  shop: string,
): Promise<{ failed: FailedJob[]; active: string[] }> {
  const [queue] = await db.$queryRaw<{ there: boolean }[]>`
    SELECT to_regclass('graphile_worker.jobs') IS NOT NULL AS there`;
  if (!queue?.there) return { failed: [], active: [] };
  const found = await db.$queryRaw<JobRow[]>`
    SELECT id::text, task_identifier AS job, locked_at IS NOT NULL AS running,
      attempts < max_attempts AND run_at <= now() + interval '5 seconds' AS due,
      attempts >= max_attempts AS "gaveUp", last_error AS error, updated_at AS at
    FROM graphile_worker.jobs WHERE queue_name = ${shop} ORDER BY id`;
  const rows = found.map((row) => ({ ...row, job: formerNames[row.job] ?? row.job }));
  return {
    failed: rows.flatMap(({ id, job, running, error, at, gaveUp }) =>
      error === null || running ? [] : [{ id, job, error: lastLine(error), at: at.toISOString(), gaveUp }],
    ),
    active: rows.filter((row) => row.running || row.due).map((row) => row.job),
  };
}

/** Prisma's messages begin with an excerpt of our source. */
const lastLine = (text: string): string => text.trim().split("\n").at(-1) ?? text;
