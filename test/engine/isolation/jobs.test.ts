// For every job: run for shop A with whatever names shop B, it leaves B as it was. A new job without a case fails here.
import { mkdtemp, readdir, readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { gunzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type JobName, jobNames } from "../../../app/queue/contract.ts";
import { answerFile, copyAnswer } from "../../../app/jobs/copy-warehouse.server.ts";
import { namespaceOf } from "../../../app/warehouse/namespace.ts";
import { ago, type App } from "../changes/app.ts";
import { changeBehind } from "../sync/behind.ts";
import { openTwoShops, type TwoShops } from "./two-shops.ts";

let two: TwoShops;
let before: string;
const load = () => import("../../../app/jobs/jobs.ts");
let all: Awaited<ReturnType<typeof load>>;
beforeAll(async () => {
  two = await openTwoShops();
  all = await load();
  before = await two.held();
});
afterAll(() => two.app.close());

type Asked = [job: string, payload: unknown];

const hourIn = (timeZone: string): number =>
  Number(new Intl.DateTimeFormat("en-GB", { timeZone, hour: "2-digit", hourCycle: "h23" }).format());

interface Case {
  /** What A's own records may be made to say of B before the job runs. */
  prepare?: () => Promise<unknown>;
  /** What it is given beside A's domain and what names B. */
  payload?: () => object;
  /** Of a job that has no shop: what it asks for. It may only put each shop's own jobs into that shop's queue. */
  asks?: () => Asked[];
  /** What it did to A, to show that it was at work. */
  did?: () => Promise<void>;
}

const eachShop = (job: string): Asked[] => [two.a, two.b].map(({ domain: shop }) => [job, { shop }]);
const setA = (data: Parameters<App["db"]["shop"]["update"]>[0]["data"]) =>
  two.app.db.shop.update({ where: { domain: two.a.domain }, data });
const ordersOfA = async () => {
  const sql = "SELECT order_id AS id FROM orders";
  const rows = await (await two.app.runtime.warehouse()).of(two.a.domain).query<{ id: number }>(sql);
  return rows.length;
};
let copies: string;

const cases: Record<string, Case> = {
  first_sync: {
    async prepare() {
      await setA({ firstSyncFinishedAt: null });
      await two.app.db.syncWindow.updateMany({
        where: { shop: two.a.domain },
        data: { state: "running", bulkOperationId: two.of.operation },
      });
    },
  },
  sweep: { prepare: () => setA({ sweptUntil: new Date(0) }) },
  follow_webhooks: {
    prepare() {
      const { of } = two;
      const event = (topic: string, ids: number[]) => ({
        shop: two.a.domain,
        topic,
        // The one that B has, unreadable there.
        eventId: "bravo-secret-event",
        webhookId: crypto.randomUUID(),
        resourceIds: ids.map(BigInt),
      });
      return two.app.db.webhookEvent.createMany({
        data: [
          event("orders/updated", [of.order]),
          event("orders/delete", [of.order]),
          event("customers/merge", [of.customer, [...two.a.customers.keys()][0] ?? 0]),
          event("customers/delete", [of.customer]),
          event("shop/update", []),
        ],
      });
    },
    async did() {
      const waiting = { shop: two.a.domain, processedAt: null };
      expect(await two.app.db.webhookEvent.count({ where: waiting })).toBe(0);
    },
  },
  sweep_all: { asks: () => eachShop("sweep") },
  check: {
    prepare() {
      const { a, of, app } = two;
      const askedAt = new Date().toISOString();
      const operation = { askedAt, id: of.operation, failures: 1 };
      return app.db.check.create({
        data: {
          shop: a.domain,
          kind: "night",
          startedAt: new Date(),
          stage: "repair",
          work: {
            operations: { orders: operation, customers: operation, repair: operation },
            orders: [of.order],
            customers: [of.customer],
            gone: [of.order],
            // Worth a bulk operation, which is to be B's.
            unnamed: 1_000_000,
            span: { from: "2000-01-01T00:00:00Z", to: askedAt },
          },
        },
      });
    },
    async did() {
      const check = await two.app.db.check.findFirstOrThrow({ where: { shop: two.a.domain } });
      expect(check).toMatchObject({ stage: "done", error: null });
      expect(await two.app.db.monthFigures.count({ where: { shop: two.a.domain } })).toBeGreaterThan(0);
    },
  },
  record: {
    async prepare() {
      const warehouse = await two.app.runtime.warehouse();
      await changeBehind(warehouse, two.a.domain, ["DELETE FROM recorded_days", "DELETE FROM consents"]);
    },
    async did() {
      const { consents } = await (await two.app.runtime.warehouse()).of(two.a.domain).counts();
      expect(consents).toBe(two.a.customers.size);
    },
  },
  check_due: {
    async prepare() {
      await two.app.db.check.deleteMany({ where: { shop: two.a.domain } });
      await setA({ firstSyncFinishedAt: ago(2) });
    },
    // B's is under way and goes on.
    asks: () => [...eachShop("check"), ...eachShop("record")],
    async did() {
      const opened = await two.app.db.check.findMany({ where: { finishedAt: null } });
      expect(opened.map(({ shop }) => shop).sort()).toEqual([two.a.domain, two.b.domain]);
    },
  },
  privacy: {
    prepare() {
      const { a, b, of, app } = two;
      const request = {
        shop: a.domain,
        customerId: BigInt(of.customer),
        orderIds: [...b.orders.keys()].map(BigInt),
      };
      const eventId = "bravo-secret-request";
      return app.db.privacyRequest.createMany({
        data: [
          { ...request, topic: "customers_data_request", eventId },
          { ...request, topic: "customers_redact", eventId },
          // A is still in: it stays.
          { shop: a.domain, topic: "shop_redact", eventId },
        ],
      });
    },
    async did() {
      const { a, of, app } = two;
      const requests = await app.db.privacyRequest.findMany({ where: { shop: a.domain } });
      // Its own, and the two that are worked off: the customer's request for data went with him.
      expect(requests.filter(({ doneAt }) => doneAt === null)).toEqual([]);
      expect(requests.map(({ topic }) => topic).sort()).toEqual([
        "customers_data_request",
        "customers_redact",
        "shop_redact",
      ]);
      const { redactedIn } = await import("../../../app/sync/loading/redactions.ts");
      expect((await redactedIn(app.db, a.domain))?.(of.customer)).toBe(true);
    },
  },
  privacy_nightly: {
    // A has B's customer on its list now: B's notes go on naming him.
    prepare: () => setA({ keepMonths: 120 }),
    asks: () => [...eachShop("privacy"), ...eachShop("retention")],
  },
  follow_place: {
    prepare() {
      const { a, app } = two;
      const news = { shop: a.domain, eventId: "bravo-secret-event", webhookId: crypto.randomUUID() };
      return app.db.webhookEvent.createMany({
        data: ["app/uninstalled", "app/scopes_update"].map((topic) => ({ ...news, topic, resourceIds: [] })),
      });
    },
    // Shopify lets it in: what was ignored is made up for.
    async did() {
      const { a, app } = two;
      expect((await app.row(a)).uninstalledAt).toBeNull();
      expect(await app.db.webhookEvent.count({ where: { shop: a.domain, processedAt: null } })).toBe(0);
    },
  },
  find: {
    async did() {
      expect(await two.app.db.findingWeek.count({ where: { shop: two.a.domain } })).toBe(1);
      expect(await two.app.db.findingDays.count({ where: { shop: two.a.domain } })).toBe(1);
    },
  },
  subscribe: {},
  annotate: {},
  exclude: {
    prepare: () =>
      two.app.db.orderExclusion.create({
        data: { shop: two.a.domain, tags: ["nobody's"], channels: [], chosenAt: new Date() },
      }),
    async did() {
      const warehouse = await two.app.runtime.warehouse();
      expect((await warehouse.of(two.a.domain).meta())?.excluding).toContain("nobody's");
      expect((await warehouse.of(two.b.domain).meta())?.excluding).toBeNull();
    },
  },
  retention: {
    // A keeps what is younger than B's oldest orders.
    prepare: () => setA({ keepMonths: 6 }),
    async did() {
      expect(await ordersOfA()).toBe(6);
      await setA({ keepMonths: null });
      await expect(work("retention", {})).resolves.toContainEqual(["first_sync", { shop: two.a.domain }]);
    },
  },
  compact: { payload: () => ({ force: true }) },
  compact_at_night: {
    prepare() {
      const east = ((3 - new Date().getUTCHours() + 36) % 24) - 12;
      return setA({ timeZone: `Etc/GMT${east > 0 ? "-" : "+"}${Math.abs(east)}` });
    },
    asks: () => [
      ["compact", { shop: two.a.domain, force: false }],
      // One job asks for all shops: B's night may be now, too.
      ...(hourIn(two.b.timeZone) === 3
        ? [["compact", { shop: two.b.domain, force: false }] satisfies Asked]
        : []),
    ],
  },
  copy_warehouse: {
    async prepare() {
      copies = path.join(await mkdtemp(path.join(tmpdir(), "segment-kpis-copies-")), "warehouse");
    },
    // An operator's, without a shop of its own: it copies whom its list names, whatever else does.
    payload: () => ({
      shop: two.b.domain,
      directory: copies,
      id: crypto.randomUUID(),
      shops: [two.a.domain, `../${namespaceOf(two.b.domain)}`, `${namespaceOf(two.b.domain)}`],
    }),
    asks: () => [],
    async did() {
      const answer = copyAnswer.parse(JSON.parse(await readFile(answerFile(copies), "utf8")));
      expect(Object.keys("shops" in answer ? answer.shops : answer)).toEqual([two.a.domain]);
      const files = await readdir(copies, { recursive: true });
      expect(files.filter((file) => file.includes(namespaceOf(two.a.domain))).length).toBeGreaterThan(1);
      for (const file of files.filter((each) => each.endsWith(".csv.gz"))) {
        const text = gunzipSync(await readFile(path.join(copies, file))).toString();
        // What A itself was told of B's by its own webhooks, it remembers as gone.
        if (path.basename(file) === "removed.csv.gz") continue;
        for (const mark of two.marks) expect(text, file).not.toContain(mark);
      }
    },
  },
};

it("has a case for every job", () => {
  expect(Object.keys(cases).sort()).toEqual([...jobNames].sort());
});

/** Runs a job of A that names B, and whatever of A's it asks for in turn; all that was asked for. */
async function work(name: string, given: object): Promise<Asked[]> {
  const ofNoShop = cases[name]?.asks !== undefined;
  const asked: Asked[] = [];
  const smuggled = { other: two.b.domain, shops: [two.b.domain], job: two.of.job, check: two.of.check };
  const due: Asked[] = [[name, { shop: two.a.domain, ...smuggled, ...given }]];
  const tools = {
    enqueue: async (...[job, payload]: Asked) => {
      asked.push([job, payload]);
      if (!ofNoShop) due.push([job, payload]);
      return Promise.resolve();
    },
    signal: new AbortController().signal,
  };
  let turns = 0;
  for (let next = due.shift(); next !== undefined; next = due.shift()) {
    if ((turns += 1) > 40) throw new Error(`${name} does not end`);
    await all.runJob(next[0] as JobName, next[1], tools as Parameters<typeof all.runJob>[2]);
  }
  return asked;
}

const sorted = (asked: readonly Asked[]) => asked.map((each) => JSON.stringify(each)).sort();

describe.each(Object.keys(cases))("%s", (name) => {
  it("of shop A leaves shop B as it was", async () => {
    const { prepare, payload, asks, did } = cases[name] ?? {};
    await prepare?.();
    const asked = await work(name, payload?.() ?? {});
    if (asks) expect(sorted(asked)).toEqual(sorted(asks()));
    else for (const [, given] of asked) expect(given).toEqual({ shop: two.a.domain });
    await did?.();
    expect(await two.held()).toBe(before);
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
    if (cases[name]?.asks) return;
    const job = name as JobName;
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
  // Nor one that is nobody's.
  await queue.enqueue("privacy_nightly", {}, { runAt: ago(-1) });
  const [nobodys] = await two.app.db.$queryRaw<{ id: string }[]>`
    SELECT id::text FROM graphile_worker.jobs WHERE queue_name IS NULL`;
  expect(await queue.retryJob(two.a.domain, nobodys?.id ?? "")).toBeNull();
  expect(await queue.failedJobs(two.a.domain)).toEqual([]);
  expect(await two.held()).toBe(before);
});
