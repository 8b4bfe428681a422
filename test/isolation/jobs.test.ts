// For every job: run for shop A with whatever names shop B, it leaves B as it was. A new job without a case fails here.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openTwoShops, type TwoShops } from "./two-shops.ts";

let two: TwoShops;
let before: string;
const load = () => import("../../app/jobs/jobs.ts");
let all: Awaited<ReturnType<typeof load>>;
beforeAll(async () => {
  two = await openTwoShops();
  await two.app.queue.stopWorker();
  all = await load();
  before = await two.held();
});
afterAll(() => two.app.close());

/** What A's own records may be made to say of B before the job runs. */
const cases: Record<string, () => Promise<void>> = {
  async first_sync() {
    const { db } = two.app;
    await db.shop.update({ where: { domain: two.a.domain }, data: { firstSyncFinishedAt: null } });
    await db.syncWindow.updateMany({
      where: { shop: two.a.domain },
      data: { state: "running", bulkOperationId: "gid://shopify/BulkOperation/1" },
    });
  },
  async sweep() {
    await two.app.db.shop.update({ where: { domain: two.a.domain }, data: { sweptUntil: new Date(0) } });
  },
  async refetch_orders() {
    const { of } = two;
    const event = (topic: string, ids: number[]) => ({
      shop: two.a.domain,
      topic,
      eventId: crypto.randomUUID(),
      webhookId: crypto.randomUUID(),
      resourceIds: ids.map(BigInt),
    });
    await two.app.db.webhookEvent.createMany({
      data: [
        event("orders/updated", [of.order]),
        event("orders/delete", [of.order]),
        event("customers/merge", [of.customer, [...two.a.customers.keys()][0] ?? 0]),
        event("customers/delete", [of.customer]),
      ],
    });
  },
  async sweep_all() {
    // It has no shop: it may only put each shop's own job into that shop's queue.
  },
};

it("has a case for every job", () => {
  expect(Object.keys(cases).sort()).toEqual(Object.keys(all.jobs).sort());
});

describe.each(Object.keys(cases))("%s", (name) => {
  it("of shop A leaves shop B as it was", async () => {
    await cases[name]?.();
    const asked: [string, unknown][] = [];
    const tools = {
      enqueue: async (job: string, payload: unknown) => Promise.resolve(void asked.push([job, payload])),
      signal: new AbortController().signal,
    };
    const job = Object.keys(all.jobs).find((each) => each === name) as keyof typeof all.jobs;
    const smuggled = { other: two.b.domain, shops: [two.b.domain], job: two.of.job };
    const run = () =>
      all.runJob(job, { shop: two.a.domain, ...smuggled }, tools as Parameters<typeof all.runJob>[2]);
    for (let turn = 0; turn < 20; turn += 1) {
      asked.length = 0;
      await run();
      if (!asked.some(([next]) => next === "first_sync")) break;
    }
    expect(await two.held()).toBe(before);
    if (name !== "sweep_all")
      for (const [, payload] of asked) expect(payload).toEqual({ shop: two.a.domain });
    else
      expect(asked.map(([, payload]) => JSON.stringify(payload)).sort()).toEqual(
        [two.a, two.b].map(({ domain: shop }) => JSON.stringify({ shop })),
      );
    await two.app.agrees(two.a);
  });

  it.each([
    "../bravo.myshopify.com",
    "bravo.myshopify.com/../alpha",
    "BRAVO.myshopify.com",
    "bravo.myshopify.com'; DROP SCHEMA public; --",
    "bravo.evil.example",
    "",
    null,
    ["bravo.myshopify.com"],
  ])("takes no shop that is none: %j", async (shop) => {
    if (name === "sweep_all") return;
    const job = Object.keys(all.jobs).find((each) => each === name) as keyof typeof all.jobs;
    const tools = { enqueue: () => expect.fail("asked for a job"), signal: new AbortController().signal };
    await expect(
      all.runJob(job, { shop }, tools as unknown as Parameters<typeof all.runJob>[2]),
    ).rejects.toThrow();
  });
});

it("retries no job of another shop, by whatever number", async () => {
  const { queue } = two.app;
  expect(await queue.retryJob(two.a.domain, two.of.job)).toBeNull();
  await expect(queue.retryJob(two.a.domain, `${two.of.job}) OR true --`)).rejects.toThrow();
  expect(await queue.failedJobs(two.a.domain)).toEqual([]);
  expect(await two.held()).toBe(before);
});
