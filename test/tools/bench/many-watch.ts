// What the bench of many shops reads of the app while it works, past its own answers: its jobs and webhooks in the state database,
// the most memory its processes have had, and what its log calls an error.
import { readFile } from "node:fs/promises";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import { startPostgres } from "../../../prisma/embedded.ts";

const GIVEN_UP_MS = 60 * 60_000;
const LOOK_EVERY_MS = 200;

export interface Watch {
  /** Shops for which `where` holds, a condition on the rows of "Shop". */
  shops(where: string): Promise<number>;
  /** Until no job runs or is due, and no webhook waits. */
  worked(): Promise<void>;
  /** Has the app's clock ask for `task` now. */
  ask(task: "sweep_all"): Promise<void>;
  /** Jobs that have failed or given up and stand in the queue, first syncs that say why they stand still, in words. */
  failures(): Promise<string[]>;
  close(): Promise<void>;
}

/** Joins the app's own database server, and leaves it running. */
export async function watch(directory: string): Promise<Watch> {
  const server = await startPostgres(path.join(directory, "postgres"));
  const state = new pg.Client({ connectionString: server.url });
  await state.connect();
  const count = async (sql: string) => Number((await state.query<{ n: string }>(sql)).rows[0]?.n);
  const texts = async (sql: string) =>
    (await state.query<{ text: string }>(sql)).rows.map(({ text }) => text);
  return {
    shops: (where) => count(`SELECT count(*) AS n FROM "Shop" WHERE ${where}`),
    worked: () =>
      until(async () => {
        const jobs = await count(
          `SELECT count(*) AS n FROM graphile_worker.jobs WHERE queue_name IS NOT NULL AND attempts < max_attempts
             AND (locked_at IS NOT NULL OR run_at <= now() + interval '1 minute')`,
        );
        return (
          jobs === 0 &&
          (await count(`SELECT count(*) AS n FROM "WebhookEvent" WHERE "processedAt" IS NULL`)) === 0
        );
      }),
    async ask(task) {
      await state.query("SELECT graphile_worker.add_job($1::text, '{}'::json)", [task]);
    },
    failures: async () => [
      ...(await texts(
        "SELECT task_identifier || ': ' || last_error AS text FROM graphile_worker.jobs WHERE last_error IS NOT NULL",
      )),
      ...(await texts(
        `SELECT domain || ': ' || "firstSyncError" AS text FROM "Shop" WHERE "firstSyncError" IS NOT NULL`,
      )),
    ],
    async close() {
      await state.end();
      await server.stop();
    },
  };
}

export async function until(done: () => Promise<boolean>): Promise<void> {
  for (const deadline = Date.now() + GIVEN_UP_MS; !(await done()); await sleep(LOOK_EVERY_MS))
    if (Date.now() > deadline) throw new Error("It took longer than an hour.");
}

/** The most that the process itself has had, and its ingress, in MB; 0 where the system does not tell. */
export async function peakMb(pid: number): Promise<{ app: number; ingress: number }> {
  const of = (file: string) => readFile(`/proc/${file}`, "utf8").catch(() => "");
  const most = async (each: string | number) =>
    Math.round(Number(/^VmHWM:\s+(\d+) kB/m.exec(await of(`${each}/status`))?.[1] ?? 0) / 1024);
  let ingress = 0;
  for (const child of (await of(`${pid}/task/${pid}/children`)).trim().split(" ").filter(Boolean))
    if ((await of(`${child}/cmdline`)).includes("ingress-process")) ingress = await most(child);
  return { app: await most(pid), ingress };
}

/** Lines of the log that tell of errors, by what they say. */
export async function errorsIn(logFile: string): Promise<string[]> {
  // Nothing that was worth a line leaves no file.
  const lines = (await readFile(logFile, "utf8").catch(() => "")).split("\n");
  return lines
    .filter((line) => /"level":[56]0/.test(line))
    .map((line) => /"msg":"([^"]*)/.exec(line)?.[1] ?? line);
}
