import { randomUUID } from "node:crypto";
import os from "node:os";
import path from "node:path";
import pg from "pg";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { closeDb, db } from "../../../app/db.server.ts";
import { startJobs, stopJobs } from "../../../app/process/jobs.server.ts";
import { dropJobs, enqueue, failedJobs, retryJob } from "../../../app/queue/queue.server.ts";
import { schedule } from "../../../app/jobs/jobs.ts";
import { meters } from "../../../app/metrics/meters.server.ts";
import { LOST_AFTER_MS, LostJobs } from "../../../app/queue/lost-jobs.server.ts";
import { freeJobsOfTheDead, LOOK_EVERY_MS, YOUNG_MS } from "../../../app/queue/worker-locks.server.ts";
import { closeWarehouse } from "../../../app/process/runtime.server.ts";
import { freshDatabase } from "../../tools/setup/database.ts";
import { eventually } from "../../tools/setup/eventually.ts";

/** Of how long a job may take to have run; nothing waits that long. */
const shop = "queue.myshopify.com";
let admin: pg.Pool;

beforeAll(async () => {
  process.env.DATABASE_URL = await freshDatabase();
  process.env.DATA_DIR = path.join(os.tmpdir(), `segment-kpis-${randomUUID()}`);
  admin = new pg.Pool({ connectionString: process.env.DATABASE_URL });
  admin.on("error", () => undefined);
});
afterEach(async () => {
  await dropJobs(shop);
  await stopJobs();
});
afterAll(async () => {
  await admin.end();
  await closeWarehouse();
  await closeDb();
});

interface JobRow {
  task_identifier: string;
  run_at: Date;
  attempts: number;
  max_attempts: number;
  locked_by: string | null;
}
const waiting = async () =>
  (await admin.query<JobRow>("SELECT * FROM graphile_worker.jobs WHERE queue_name = $1 ORDER BY id", [shop]))
    .rows;

describe("the queue", () => {
  it("keeps one waiting job of a kind for each shop, due when the first of a burst was", async () => {
    const soon = new Date(Date.now() + 60_000);
    await enqueue("follow_webhooks", { shop }, { runAt: soon, keepRunAt: true });
    await enqueue("follow_webhooks", { shop }, { runAt: new Date(Date.now() + 90_000), keepRunAt: true });
    const jobs = await waiting();
    expect(jobs).toHaveLength(1);
    expect(jobs[0]?.run_at).toEqual(soon);
  });

  it("refuses a payload that is not what the job takes", async () => {
    await expect(enqueue("sweep", { shop: "not a shop" })).rejects.toThrow();
  });

  it("gives back what its stop broke off, as if it had never been tried", async () => {
    const holder = await admin.connect();
    await holder.query('BEGIN; LOCK TABLE "Shop"');
    await startJobs();
    await enqueue("follow_webhooks", { shop });
    await eventually(async () => expect((await waiting())[0]?.locked_by).toBeTruthy());
    const stopped = stopJobs();
    await holder.query("ROLLBACK");
    holder.release();
    await stopped;
    expect(await failedJobs(shop)).toEqual([]);
    expect(await waiting()).toMatchObject([{ attempts: 0, locked_by: null }]);
  });

  it("keeps a failed job with its reason, tries it again when asked, and forgets it once it succeeds", async () => {
    await startJobs();
    // Nothing is known of the shop yet: the job cannot begin.
    await enqueue("follow_webhooks", { shop });
    const [failed] = await eventually(async () => {
      const jobs = await failedJobs(shop);
      expect(jobs).toHaveLength(1);
      return jobs;
    });
    expect(failed).toMatchObject({ job: "follow_webhooks", gaveUp: false });
    // Prisma's words are for the log, beside the number.
    expect(failed?.error).toMatchObject({
      code: "unforeseen",
      params: { number: expect.stringMatching(/^[A-Z2-9]{8}$/) as unknown },
    });

    await admin.query("SELECT graphile_worker.permanently_fail_jobs(ARRAY[$1::bigint], $2)", [
      failed?.id,
      "for the test",
    ]);
    expect(await failedJobs(shop)).toMatchObject([{ gaveUp: true }]);

    await db.shop.create({ data: { domain: shop, uninstalledAt: new Date() } });
    expect(await retryJob("another.myshopify.com", failed?.id ?? "")).toBeNull();
    expect(await retryJob(shop, failed?.id ?? "")).toEqual({ id: failed?.id });
    expect(await retryJob(shop, "999999999")).toBeNull();
    await eventually(async () => expect(await failedJobs(shop)).toEqual([]));
  });

  it("drops a shop's jobs when the app leaves it", async () => {
    await enqueue("sweep", { shop }, { runAt: new Date(Date.now() + 60_000) });
    await enqueue("first_sync", { shop }, { runAt: new Date(Date.now() + 60_000) });
    await dropJobs(shop);
    expect(await waiting()).toEqual([]);
  });

  it("schedules what recurs, as it is declared", async () => {
    await startJobs();
    await eventually(async () => {
      const { rows } = await admin.query<{ identifier: string }>(
        "SELECT identifier FROM graphile_worker._private_known_crontabs ORDER BY identifier",
      );
      expect(rows.map(({ identifier }) => identifier)).toEqual(schedule.map(({ task }) => task).sort());
    });
  });
});

describe("a worker that was killed", () => {
  it("loses its jobs to the next worker at once; a live one keeps them", async () => {
    const dead = "worker-dead";
    const live = "worker-live";
    const other = "live.myshopify.com";
    await enqueue("follow_webhooks", { shop });
    await enqueue("follow_webhooks", { shop: other });
    const hold = (id: string, queue: string) =>
      admin.query(
        `WITH held AS (UPDATE graphile_worker._private_job_queues SET locked_by = $1, locked_at = now() - interval '1 minute'
           WHERE queue_name = $2 RETURNING id)
         UPDATE graphile_worker._private_jobs SET locked_by = $1, locked_at = now() - interval '1 minute'
         WHERE job_queue_id IN (SELECT id FROM held)`,
        [id, queue],
      );
    await hold(dead, shop);
    await hold(live, other);
    await db.shop.upsert({ where: { domain: shop }, create: { domain: shop }, update: { plan: "Basic" } });
    const connected = await admin.connect();
    try {
      await connected.query("SELECT pg_advisory_lock(hashtextextended('worker ' || $1, 0))", [live]);

      await startJobs();
      await eventually(async () => expect(await waiting()).toEqual([]));
      const { rows } = await admin.query<JobRow>(
        "SELECT locked_by FROM graphile_worker.jobs WHERE queue_name = $1",
        [other],
      );
      expect(rows).toEqual([{ locked_by: live }]);
    } finally {
      connected.release(true);
    }
  });

  it("leaves no job behind that has a successor, and says of one at its last attempt that it was killed", async () => {
    const [outdone, last] = ["outdone.myshopify.com", "last.myshopify.com"];
    const hold = (id: string, queue: string, attempts: number) =>
      admin.query(
        `UPDATE graphile_worker._private_jobs SET locked_by = $1, locked_at = now() - interval '1 minute', attempts = $3
         WHERE job_queue_id = (SELECT id FROM graphile_worker._private_job_queues WHERE queue_name = $2)`,
        [id, queue, attempts],
      );
    const later = { runAt: new Date(Date.now() + 3_600_000) };
    await enqueue("follow_webhooks", { shop: outdone }, later);
    await enqueue("follow_webhooks", { shop: last }, later);
    await hold("worker-gone", outdone, 1);
    await hold("worker-gone", last, 11);
    // Asked for once more while it runs: graphile-worker makes a second job.
    await enqueue("follow_webhooks", { shop: outdone }, later);
    const jobs = async (queue: string) =>
      (
        await admin.query<JobRow & { last_error: string | null }>(
          "SELECT * FROM graphile_worker.jobs WHERE queue_name = $1",
          [queue],
        )
      ).rows;
    expect(await jobs(outdone)).toHaveLength(2);

    expect(await freeJobsOfTheDead(admin)).toContain("worker-gone");
    expect(await jobs(outdone)).toMatchObject([{ attempts: 0, locked_by: null }]);
    expect(await failedJobs(outdone)).toEqual([]);
    expect(await failedJobs(last)).toMatchObject([{ gaveUp: true, error: { code: "killed" } }]);
    for (const each of [outdone, last]) await dropJobs(each);
  });

  it("is noticed by a process that lives, at its next look: half a minute apart, and no later than five seconds on", async () => {
    expect(LOOK_EVERY_MS + YOUNG_MS).toBeLessThanOrEqual(90_000 / 2);
    await enqueue("follow_webhooks", { shop }, { runAt: new Date(Date.now() + 3_600_000) });
    const held = (seconds: number) =>
      admin.query(
        `UPDATE graphile_worker._private_jobs SET locked_by = 'worker-young', locked_at = now() - make_interval(secs => $1)`,
        [seconds],
      );
    await held(YOUNG_MS / 1000 - 4);
    expect(await freeJobsOfTheDead(admin)).not.toContain("worker-young");
    await held(YOUNG_MS / 1000 + 1);
    expect(await freeJobsOfTheDead(admin)).toContain("worker-young");
    expect(await waiting()).toMatchObject([{ locked_by: null }]);
  });

  it("is not mistaken for one that works on a long job", async () => {
    await db.shop.upsert({ where: { domain: shop }, create: { domain: shop }, update: {} });
    const blocker = await admin.connect();
    try {
      await blocker.query('BEGIN; LOCK TABLE "Shop" IN ACCESS EXCLUSIVE MODE');
      await startJobs();
      await enqueue("follow_webhooks", { shop });
      const held = async () => (await waiting()).flatMap(({ locked_by }) => locked_by ?? []);
      await eventually(async () => expect(await held()).toHaveLength(1));
      await admin.query(
        `WITH long AS (UPDATE graphile_worker._private_job_queues SET locked_at = now() - interval '1 hour' WHERE locked_by IS NOT NULL)
         UPDATE graphile_worker._private_jobs SET locked_at = now() - interval '1 hour' WHERE locked_by IS NOT NULL`,
      );

      expect(await freeJobsOfTheDead(admin)).toEqual([]);
      expect(await held()).toHaveLength(1);
    } finally {
      blocker.release(true);
    }
    await eventually(async () => expect(await waiting()).toEqual([]));
  });
});

describe("a worker whose database went away", () => {
  it("is followed by another, although two of its jobs ended of which it could tell nobody", async () => {
    const other = "away.myshopify.com";
    const url = process.env.DATABASE_URL ?? "";
    const name = /\/(test_[0-9a-f]+)\?/.exec(url)?.[1] ?? "";
    const elsewhere = new pg.Client({ connectionString: url.replace(name, "postgres") });
    await elsewhere.connect();
    const allow = (connections: boolean) =>
      elsewhere.query(`ALTER DATABASE ${name} ALLOW_CONNECTIONS ${connections}`);
    const connected = async (where: string) =>
      (
        await elsewhere.query<{ pid: number }>(
          `SELECT pid FROM pg_stat_activity WHERE datname = $1 AND ${where}`,
          [name],
        )
      ).rows.map(({ pid }) => pid);
    const end = async (pids: readonly number[]) => {
      await elsewhere.query("SELECT pg_terminate_backend(pid) FROM unnest($1::integer[]) AS pid", [pids]);
      await eventually(async () => {
        const left = await connected("TRUE");
        expect(left.filter((pid) => pids.includes(pid))).toEqual([]);
      });
    };
    const failures = async () =>
      (await meters.jobSeconds.get()).values
        .filter(
          ({ metricName, labels }) => metricName?.endsWith("_count") === true && labels.outcome === "failed",
        )
        .reduce((sum, { value }) => sum + value, 0);
    const before = await failures();
    for (const domain of [shop, other])
      await db.shop.upsert({ where: { domain }, create: { domain }, update: { uninstalledAt: null } });
    const holder = new pg.Client({ connectionString: url });
    holder.on("error", () => undefined);
    await holder.connect();
    await holder.query('BEGIN; LOCK TABLE "Shop"');
    await startJobs();
    await enqueue("follow_webhooks", { shop });
    await enqueue("follow_webhooks", { shop: other });
    const held = async () =>
      (await admin.query<JobRow>("SELECT * FROM graphile_worker.jobs WHERE locked_at IS NOT NULL")).rows;
    await eventually(async () => expect(await held()).toHaveLength(2));
    try {
      // The two wait for the table. They end one after the other, before anyone can be told of either.
      const jobs = await eventually(async () => {
        const pids = await connected("wait_event_type = 'Lock'");
        expect(pids).toHaveLength(2);
        return pids;
      });
      const others = await connected(
        "state IS DISTINCT FROM 'idle in transaction' AND wait_event_type IS DISTINCT FROM 'Lock'",
      );
      await allow(false);
      await end(others);
      for (const [nth, job] of jobs.entries()) {
        await end([job]);
        await eventually(async () => expect(await failures()).toBe(before + nth + 1));
      }
      await end(await connected("TRUE"));
    } finally {
      await allow(true);
      await elsewhere.end();
    }
    await eventually(async () =>
      expect(
        (await admin.query("SELECT id FROM graphile_worker.jobs WHERE queue_name IN ($1, $2)", [shop, other]))
          .rows,
      ).toEqual([]),
    );
    await db.shop.delete({ where: { domain: other } });
  });
});

describe("a job that a living worker was given and never heard of", () => {
  const given = "worker-given";
  const lock = (queue: string, seconds: number) =>
    admin.query(
      `WITH held AS (UPDATE graphile_worker._private_job_queues SET locked_by = $1, locked_at = now() - make_interval(secs => $3)
         WHERE queue_name = $2 RETURNING id)
       UPDATE graphile_worker._private_jobs SET locked_by = $1, attempts = 1, locked_at = now() - make_interval(secs => $3)
       WHERE job_queue_id IN (SELECT id FROM held)`,
      [given, queue, seconds],
    );
  const later = { runAt: new Date(Date.now() + 3_600_000) };
  const idOf = async () => {
    const { rows } = await admin.query<{ id: string }>(
      "SELECT id::text FROM graphile_worker.jobs WHERE queue_name = $1",
      [shop],
    );
    return rows[0]?.id ?? "";
  };
  const old = LOST_AFTER_MS / 1000 + 5;
  afterEach(async () => {
    await admin.query("DELETE FROM graphile_worker._private_jobs WHERE locked_by = $1", [given]);
  });

  it("goes back to the queue with the shop's others at the second look, with all its attempts", async () => {
    await enqueue("sweep", { shop }, later);
    await lock(shop, old);
    const id = await idOf();
    const lost = new LostJobs(new Set());
    expect(await lost.free(admin, [given])).toEqual([]);
    expect(await lost.free(admin, ["worker-another"])).toEqual([]);
    expect(await lost.free(admin, [given])).toEqual([]);
    expect(await lost.free(admin, [given])).toEqual([id]);
    expect(await waiting()).toMatchObject([{ attempts: 0, locked_by: null }]);
    const { rows } = await admin.query(
      "SELECT locked_by FROM graphile_worker._private_job_queues WHERE queue_name = $1",
      [shop],
    );
    expect(rows).toEqual([{ locked_by: null }]);
  });

  it("is neither one that runs, nor one that was given a moment ago, nor one that was given again", async () => {
    await enqueue("sweep", { shop }, later);
    await lock(shop, old);
    const running = new LostJobs(new Set([await idOf()]));
    for (let looks = 0; looks < 3; looks += 1) expect(await running.free(admin, [given])).toEqual([]);
    const lost = new LostJobs(new Set());
    expect(await lost.free(admin, [given])).toEqual([]);
    await lock(shop, old + 1);
    expect(await lost.free(admin, [given])).toEqual([]);
    await lock(shop, 1);
    for (let looks = 0; looks < 3; looks += 1) expect(await lost.free(admin, [given])).toEqual([]);
  });

  it("keeps no other waiting once it is gone, as when its first run ends after it was given out again", async () => {
    const held = async () =>
      (
        await admin.query<{ locked_by: string | null }>(
          "SELECT locked_by FROM graphile_worker._private_job_queues WHERE queue_name = $1",
          [shop],
        )
      ).rows;
    const lost = new LostJobs(new Set());
    await enqueue("sweep", { shop }, later);
    await lock(shop, 10);
    // As long as its job is there, the queue is.
    expect(await lost.freeQueues(admin, [given])).toEqual([]);
    // What graphile-worker says of the end of a run in another worker's name.
    await admin.query("DELETE FROM graphile_worker._private_jobs WHERE id = $1", [await idOf()]);
    expect(await held()).toEqual([{ locked_by: given }]);
    expect(await lost.freeQueues(admin, ["worker-another"])).toEqual([]);
    expect(await lost.freeQueues(admin, [given])).toEqual([shop]);
    expect(await held()).toEqual([{ locked_by: null }]);
  });

  it("is gone when its successor waits", async () => {
    await enqueue("sweep", { shop }, later);
    await lock(shop, old);
    const outdone = await idOf();
    await enqueue("sweep", { shop }, later);
    const lost = new LostJobs(new Set());
    await lost.free(admin, [given]);
    expect(await lost.free(admin, [given])).toEqual([outdone]);
    expect(await waiting()).toMatchObject([{ attempts: 0, locked_by: null }]);
  });
});
