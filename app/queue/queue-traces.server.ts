// What the queue's own tables hold about a shop or a customer beyond the jobs that will run: graphile-worker keeps errors as
// text and never forgets a queue's name.
import type { PrismaClient } from "../../prisma/generated/client.ts";
import { failure } from "../failure.ts";
import { kept } from "../kept-failure.ts";

type Database = Pick<PrismaClient, "$executeRaw" | "$queryRaw">;

const NAMED = kept(failure("error_forgotten"));

async function isThere(db: Database): Promise<boolean> {
  const [queue] = await db.$queryRaw<{ there: boolean }[]>`
    SELECT to_regclass('graphile_worker._private_jobs') IS NOT NULL AS there`;
  return queue?.there === true;
}

/** Takes an id out of the errors of the shop's jobs. */
export async function scrubErrors(db: Database, shop: string, id: bigint): Promise<void> {
  if (!(await isThere(db))) return;
  await db.$executeRaw`
    UPDATE graphile_worker._private_jobs SET last_error = ${NAMED}
    WHERE job_queue_id = (SELECT id FROM graphile_worker._private_job_queues WHERE queue_name = ${shop})
      AND last_error LIKE ${`%${id}%`}`;
}

/** Every job of the shop that does not run at the moment; one that does deletes itself when it has ended well. */
export async function forgetJobs(db: Database, shop: string): Promise<void> {
  if (!(await isThere(db))) return;
  await db.$executeRaw`
    DELETE FROM graphile_worker._private_jobs
    WHERE job_queue_id = (SELECT id FROM graphile_worker._private_job_queues WHERE queue_name = ${shop})
      AND locked_at IS NULL`;
}

/** Queues of shops that are no longer known. */
export async function forgetQueues(db: Database): Promise<void> {
  if (!(await isThere(db))) return;
  await db.$executeRaw`
    DELETE FROM graphile_worker._private_job_queues
    WHERE locked_at IS NULL AND queue_name NOT IN (SELECT "domain" FROM "Shop")
      AND id NOT IN (SELECT job_queue_id FROM graphile_worker._private_jobs WHERE job_queue_id IS NOT NULL)`;
}
