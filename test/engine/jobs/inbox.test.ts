// What the inbox keeps of webhooks: each event once, its day's counts, and the one job that follows them.
import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { closeDb, db } from "../../../app/db.server.ts";
import type { Arrival } from "../../../app/webhooks/inbox.server.ts";
import { startJobs, stopJobs } from "../../../app/process/jobs.server.ts";
import { enqueue, failedJobs } from "../../../app/queue/queue.server.ts";
import { inbox } from "../../../app/webhooks/inbox.server.ts";
import { closeWarehouse } from "../../../app/process/runtime.server.ts";
import { countRepaired, webhookUpkeep } from "../../../app/sync/shop/webhook-days.ts";
import { freshDatabase } from "../../tools/setup/database.ts";
import { eventually } from "../../tools/setup/eventually.ts";

let shop: string;
let number = 0;

beforeAll(async () => {
  process.env.DATABASE_URL = await freshDatabase();
});
beforeEach(async () => {
  shop = `inbox-${++number}.myshopify.com`;
  await db.shop.create({ data: { domain: shop, timeZone: "Pacific/Kiritimati", uninstalledAt: null } });
});
afterAll(async () => {
  await stopJobs();
  await closeWarehouse();
  await closeDb();
});

const event = (change: Partial<Arrival> = {}): Arrival => ({
  shop,
  topic: "orders/updated",
  eventId: randomUUID(),
  webhookId: randomUUID(),
  resourceIds: [1n],
  triggeredAt: new Date().toISOString(),
  settled: false,
  ...change,
});
const note = async (...arrivals: Arrival[]) => {
  const notes = await inbox();
  await Promise.all(arrivals.map((arrival) => notes.note(arrival)));
};
const counts = async () => (await webhookUpkeep(db, shop, new Date())).counts;
const jobs = (queue: string) =>
  db.$queryRaw<{ task: string; attempts: number }[]>`
    SELECT task_identifier AS task, attempts FROM graphile_worker.jobs WHERE queue_name = ${queue}`;

describe("the inbox", () => {
  it("keeps an event once, counts every time it came again, and follows it by one job", async () => {
    const first = event({ resourceIds: [5n, 7n] });
    await note(first);
    await note(first, { ...first, webhookId: randomUUID() }, event());
    expect(await counts()).toMatchObject({ received: 2, repeated: 2, late: 0, used: 0, unusable: 0 });
    const [kept] = await db.webhookEvent.findMany({ where: { shop, eventId: first.eventId } });
    expect(kept).toMatchObject({ webhookId: first.webhookId, resourceIds: [5n, 7n], processedAt: null });
    expect(await jobs(shop)).toEqual([{ task: "follow_webhooks", attempts: 0 }]);
  });

  it("keeps every one of a storm from several shops", async () => {
    const other = `other-${number}.myshopify.com`;
    await db.shop.create({ data: { domain: other } });
    await note(...Array.from({ length: 600 }, (_, index) => event({ shop: index % 3 === 0 ? other : shop })));
    expect(await db.webhookEvent.count({ where: { shop } })).toBe(400);
    expect(await db.webhookEvent.count({ where: { shop: other } })).toBe(200);
    expect(await counts()).toMatchObject({ received: 400, repeated: 0 });
    expect(await jobs(other)).toHaveLength(1);
  });

  it("refuses one that the database refuses, and keeps all that came with it", async () => {
    const notes = await inbox();
    const arrivals = Array.from({ length: 9 }, (_, index) =>
      event(index % 4 === 2 ? { triggeredAt: "0000-01-01T00:00:00Z" } : {}),
    );
    const outcomes = await Promise.allSettled(arrivals.map((arrival) => notes.note(arrival)));
    expect(outcomes.map(({ status }) => status)).toEqual(
      arrivals.map(({ triggeredAt }) => (triggeredAt?.startsWith("0000") ? "rejected" : "fulfilled")),
    );
    expect(await counts()).toMatchObject({ received: 7, repeated: 0 });
  });

  const job = () =>
    db.$queryRaw<{ id: string; run_at: Date; running: boolean; attempts: number }[]>`
      SELECT id::text, run_at, locked_at IS NOT NULL AS running, attempts FROM graphile_worker.jobs
      WHERE queue_name = ${shop} ORDER BY jobs.id`;

  it("leaves a job that waits as it is, whatever else comes for it", async () => {
    await note(event());
    const waiting = await job();
    await note(event());
    await note(event(), event());
    expect(await job()).toEqual(waiting);
  });

  it("has a job that runs already followed by another", async () => {
    await note(event());
    await db.$executeRaw`UPDATE graphile_worker._private_jobs SET locked_at = now(), locked_by = 'somebody', attempts = 1
      WHERE key = ${`follow_webhooks ${shop}`}`;
    await note(event());
    expect((await job()).map(({ running }) => running)).toEqual([true, false]);
  });

  it("has a job that failed tried again soon, and not when its back-off is over", async () => {
    await note(event());
    await db.$executeRaw`UPDATE graphile_worker._private_jobs SET attempts = 3, run_at = now() + interval '1 hour'
      WHERE key = ${`follow_webhooks ${shop}`}`;
    await note(event());
    const [again, ...others] = await job();
    expect(others).toEqual([]);
    expect(again?.attempts).toBe(0);
    expect(again?.run_at.getTime()).toBeLessThan(Date.now() + 60_000);
  });

  /** Runs `meanwhile` while a worker takes the job in a transaction that has not ended: nobody can see yet that it runs. */
  async function aboutToBegin(name: string, meanwhile: () => Promise<unknown>): Promise<void> {
    const begun = Promise.withResolvers<void>();
    const end = Promise.withResolvers<void>();
    const worker = db.$transaction(
      async (transaction) => {
        await transaction.$executeRaw`UPDATE graphile_worker._private_jobs SET locked_at = now(), locked_by = 'somebody', attempts = 1
          WHERE key = ${`${name} ${shop}`}`;
        begun.resolve();
        await end.promise;
      },
      { timeout: 60_000 },
    );
    await begun.promise;
    const done = meanwhile();
    await eventually(async () => {
      const waiting = await db.$queryRaw<unknown[]>`
        SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()`;
      expect(waiting).toHaveLength(1);
    });
    end.resolve();
    await Promise.all([worker, done]);
  }

  it("has a job that a worker is about to begin followed by another, too", async () => {
    await note(event());
    await aboutToBegin("follow_webhooks", () => note(event()));
    expect((await job()).map(({ running }) => running)).toEqual([true, false]);
  });

  it("so has whoever asks for a job by name", async () => {
    await enqueue("sweep", { shop });
    await aboutToBegin("sweep", () => enqueue("sweep", { shop }));
    expect((await job()).map(({ running }) => running)).toEqual([true, false]);
  });

  it("calls late what tells of something more than five minutes ago", async () => {
    const ago = (seconds: number) => new Date(Date.now() - seconds * 1000).toISOString();
    await note(
      event({ triggeredAt: ago(310) }),
      event({ triggeredAt: ago(280) }),
      event({ triggeredAt: null }),
    );
    expect(await counts()).toMatchObject({ received: 3, late: 1 });
  });

  it("counts by UTC's day, also for a shop whose zone is newer than the database's zone data", async () => {
    await db.shop.update({ where: { domain: shop }, data: { timeZone: "Antarctica/Newest" } });
    const before = new Date().toISOString().slice(0, 10);
    await note(event());
    const [day] = await db.webhookDay.findMany({ where: { shop } });
    expect([before, new Date().toISOString().slice(0, 10)]).toContain(day?.day.toISOString().slice(0, 10));
  });

  it("asks for no reading of what is settled, and keeps nothing of a shop it does not know", async () => {
    await note(event({ settled: true }), event({ shop: "stranger.myshopify.com" }));
    expect(await counts()).toMatchObject({ received: 1, used: 1 });
    expect(await jobs(shop)).toEqual([]);
    expect(await db.webhookEvent.count({ where: { shop: "stranger.myshopify.com" } })).toBe(0);
  });

  it("keeps what comes while the app is not installed, and reads it only after the next install", async () => {
    await db.shop.update({ where: { domain: shop }, data: { uninstalledAt: new Date() } });
    await note(event());
    expect(await counts()).toMatchObject({ received: 1 });
    expect(await jobs(shop)).toEqual([]);
  });

  it("counts what no webhook told of, and what cannot be used, on the day it shows", async () => {
    await countRepaired(db, shop, 3);
    await countRepaired(db, shop, 0);
    await (await inbox()).countUnreadable(shop);
    expect(await counts()).toMatchObject({ received: 0, repaired: 3, unusable: 1 });
  });
});

describe("a job from before its name changed", () => {
  it("is understood by the next version", async () => {
    await db.shop.update({ where: { domain: shop }, data: { uninstalledAt: new Date() } });
    await enqueue("follow_webhooks", { shop: `unknown-${number}.myshopify.com` });
    await db.$executeRaw`SELECT graphile_worker.add_job('refetch_orders', json_build_object('shop', ${shop}::text), ${shop})`;
    await startJobs();
    await eventually(async () => expect(await jobs(shop)).toEqual([]));
    // One that fails is shown under the present name.
    const stranger = `stranger-${number}.myshopify.com`;
    await db.$executeRaw`SELECT graphile_worker.add_job('refetch_orders', json_build_object('shop', ${stranger}::text), ${stranger})`;
    await eventually(async () =>
      expect(await failedJobs(stranger)).toMatchObject([{ job: "follow_webhooks" }]),
    );
  });
});
