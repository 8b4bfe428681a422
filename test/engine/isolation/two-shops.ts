// Two shops in one app, A who asks and B who must not be touched; and all that is held of B, to compare.
import { Logger, runOnce, type TaskList } from "graphile-worker";
import { expect } from "vitest";
import { type App, ago, openApp } from "../changes/app.ts";
import { jobNames } from "../../../app/queue/contract.ts";
import { Shop } from "../../shopify/shop.ts";
import { dump } from "../warehouse/dump.ts";
import { eventually } from "../../tools/setup/eventually.ts";

export interface TwoShops {
  app: App;
  a: Shop;
  b: Shop;
  /** Ids by which B's things could be named. */
  of: {
    job: string;
    window: string;
    /** An unreadable webhook. */
    event: string;
    /** A customer's request for his data; and one of another, to be erased, that is still to be done. */
    request: string;
    erasure: string;
    /** A night's check under way. */
    check: string;
    view: string;
    /** A bulk operation at Shopify. */
    operation: string;
    order: number;
    customer: number;
    country: string;
  };
  /** A's own request for a customer's data. */
  request: string;
  /** What only B's data hold; no answer to A may contain any of it. */
  marks: readonly string[];
  /** All rows of state, queue and warehouse that are B's. */
  held: () => Promise<string>;
  /** Runs all that waits in A's queue, whenever it is due, and fails when any of it does. */
  work: () => Promise<void>;
}

/** An id that no customer of the simulated shops has: B had him forgotten. */
const FORGOTTEN = 7_700_000_000_001;

export async function openTwoShops(): Promise<TwoShops> {
  const app = await openApp("duckdb");
  const shopOf = (handle: string, country: string) => {
    const shop = new Shop({ handle, createdAt: ago(900) });
    for (let count = 0; count < 3; count += 1) {
      const customer = shop.createCustomer({ at: ago(800), country });
      for (const days of [300, 40, 3])
        shop.placeOrder({
          at: ago(days + count),
          customerId: customer.id,
          shippingCountry: country,
          lines: [{ title: "Cup", price: 1000, quantity: 1 }],
        });
    }
    return shop;
  };
  const [a, b] = [shopOf("alpha", "DE"), shopOf("bravo", "JP")];
  b.updateSettings({ name: "Bravo secret shop", primaryDomain: "bravo-secret.example" });
  for (const shop of [a, b]) {
    await app.opens(shop);
    await app.complete(shop);
    await app.agrees(shop);
    await app.checked(shop);
    await eventually(async () => expect(await app.waiting(shop)).toEqual([]));
  }
  const { db } = app;
  const operation = await operationOf(app, b);
  // From here on only what a test runs: cron would put jobs of B into the queue.
  await app.work.stopJobs();
  // Modules that read the environment, which openApp has set.
  const { runJob } = await import("../../../app/jobs/jobs.ts");
  const { redact, redactedIn } = await import("../../../app/sync/loading/redactions.ts");
  const { READ_ATTEMPTS } = await import("../../../app/sync/shop/webhook-days.ts");
  const [customers, orders] = [[...b.customers.keys()], [...b.orders.keys()]];
  const [customer, order] = [customers[0] ?? 0, orders[0] ?? 0];
  const runAt = new Date(Date.now() + 86_400_000);
  await app.queue.enqueue("sweep", { shop: b.domain }, { runAt });
  await db.$executeRaw`UPDATE graphile_worker._private_jobs SET last_error = 'bravo secret failure', attempts = 11
    WHERE key = ${`sweep ${b.domain}`}`;
  const [job] = await app.queue.failedJobs(b.domain);
  const note = { shop: b.domain, webhookId: "bravo-secret-webhook" };
  const view = await db.savedView.create({
    data: { shop: b.domain, name: "bravo-secret-view", address: "/app?kpis=bravo" },
  });
  const event = await db.webhookEvent.create({
    data: {
      ...note,
      topic: "orders/updated",
      eventId: "bravo-secret-event",
      resourceIds: [BigInt(order)],
      attempts: READ_ATTEMPTS,
      error: "bravo secret failure of a webhook",
    },
  });
  await db.webhookEvent.create({
    data: {
      ...note,
      topic: "customers/update",
      eventId: "bravo-secret-change",
      resourceIds: [BigInt(customer)],
      processedAt: new Date(),
    },
  });
  const asks = (shop: Shop, topic: "customers_data_request" | "customers_redact", who: number) =>
    db.privacyRequest.create({
      data: {
        shop: shop.domain,
        topic,
        eventId: shop === b ? "bravo-secret-request" : "alpha-request",
        customerId: BigInt(who),
        doneAt: topic === "customers_redact" ? null : new Date(),
      },
    });
  const request = await asks(b, "customers_data_request", customer);
  const erasure = await asks(b, "customers_redact", customers[1] ?? 0);
  const own = await asks(a, "customers_data_request", [...a.customers.keys()][0] ?? 0);
  await redact(db, b.domain, BigInt(FORGOTTEN));
  const window = await db.syncWindow.findFirstOrThrow({ where: { shop: b.domain } });
  await db.check.deleteMany({ where: { shop: b.domain } });
  const check = await db.check.create({
    data: {
      shop: b.domain,
      kind: "night",
      day: ago(0).toISOString().slice(0, 10),
      startedAt: new Date(),
      stage: "repair",
      work: { orders, customers, operations: { orders: { askedAt: "", id: operation, failures: 0 } } },
      error: "bravo secret failure of a check",
    },
  });
  const month = ago(40).toISOString().slice(0, 7);
  await db.monthFigures.deleteMany({ where: { shop: b.domain } });
  await db.monthFigures.create({
    data: {
      ...{ shop: b.domain, month, askedAt: new Date(), source: "order_counts", verdict: "differs" },
      ...{ shopify: { orders: 4 }, ours: { orders: 3 } },
      parts: [
        {
          id: "late",
          counted: false,
          amounts: { orders: 1 },
          orders: [{ id: order, name: "#bravo-secret-order" }],
        },
      ],
    },
  });
  const day = new Date(ago(0).toISOString().slice(0, 10));
  await db.webhookDay.deleteMany({ where: { shop: b.domain } });
  await db.webhookDay.create({ data: { shop: b.domain, day, received: 7, late: 3 } });
  // Its last night's check is owed, and it keeps orders for ten years.
  await db.shop.update({
    where: { domain: b.domain },
    data: { firstSyncFinishedAt: ago(2), keepMonths: 120 },
  });
  return {
    app,
    a,
    b,
    of: {
      job: job?.id ?? "",
      window: window.id,
      event: event.id,
      request: request.id,
      erasure: erasure.id,
      check: check.id,
      view: view.id,
      operation,
      order,
      customer,
      country: "JP",
    },
    request: own.id,
    marks: [
      "Bravo secret shop",
      "bravo-secret",
      "bravo secret failure",
      String(FORGOTTEN),
      ...customers.map(String),
      ...orders.map(String),
    ],
    async held() {
      const where = { shop: b.domain };
      const byId = { where, orderBy: { id: "asc" } } as const;
      const queue = await db.$queryRaw`SELECT * FROM graphile_worker.jobs WHERE queue_name = ${b.domain}`;
      const isWithheld = await redactedIn(db, b.domain);
      const state = [
        // Its key is encrypted anew every night, and stays the same: it tells the forgotten from the others.
        await db.shop.findMany({ where: { domain: b.domain }, omit: { redactionKey: true } }),
        [FORGOTTEN, ...customers].map((id) => isWithheld?.(id)),
        await db.redactedCustomer.findMany({ where, orderBy: { hash: "asc" } }),
        await db.session.findMany(byId),
        await db.syncWindow.findMany(byId),
        await db.webhookEvent.findMany(byId),
        await db.webhookDay.findMany({ where, orderBy: { day: "asc" } }),
        await db.privacyRequest.findMany(byId),
        await db.check.findMany(byId),
        await db.savedView.findMany(byId),
        await db.userChoices.findMany({ where, orderBy: { userId: "asc" } }),
        await db.monthFigures.findMany({ where, orderBy: { month: "asc" } }),
        await db.costBudget.findMany({ where }),
        await db.findingWeek.findMany({ where, orderBy: { week: "asc" } }),
        await db.finding.findMany({ where, orderBy: [{ week: "asc" }, { place: "asc" }] }),
        await db.findingDays.findMany({ where }),
        await db.findingDay.findMany({ where, orderBy: { day: "asc" } }),
        await db.orderExclusion.findMany({ where }),
        await db.shopifyAnnotation.findMany({ where, orderBy: { shopifyId: "asc" } }),
        await db.annotationGone.findMany({ where, orderBy: { shopifyId: "asc" } }),
        queue,
        await dump(await app.runtime.warehouse(), b.domain),
      ];
      return JSON.stringify(state, (_, value: unknown) =>
        typeof value === "bigint" ? String(value) : value,
      );
    },
    async work() {
      const tools = { enqueue: app.queue.enqueue, signal: new AbortController().signal };
      const taskList: TaskList = Object.fromEntries(
        jobNames.map((name) => [name, (payload: unknown) => runJob(name, payload, tools)]),
      );
      const connectionString = process.env.DATABASE_URL ?? "";
      for (let round = 0; round < 20 && (await app.waiting(a)).length > 0; round += 1) {
        await db.$executeRaw`
          UPDATE graphile_worker._private_jobs SET run_at = now() WHERE job_queue_id =
            (SELECT id FROM graphile_worker._private_job_queues WHERE queue_name = ${a.domain})`;
        await runOnce({ connectionString, taskList, noHandleSignals: true, logger: silent });
      }
      expect(await app.waiting(a)).toEqual([]);
    },
  };
}

const silent = new Logger(() => () => undefined);

/** The id of a bulk operation that has listed the shop's orders, once its webhook has come. */
async function operationOf({ db }: App, { domain: shop }: Shop): Promise<string> {
  const { adminApi } = await import("../../../app/shopify/admin-api.ts");
  const { startBulk } = await import("../../../app/shopify/bulk.ts");
  const { waiting } = await import("../../../app/sync/context.ts");
  const { accessToken, API_VERSION } = await import("../../../app/shopify/access-token.server.ts");
  const token = (options: { refused?: string }) => accessToken(shop, options);
  const admin = adminApi({ shop, apiVersion: API_VERSION, token, wait: waiting(), signal: undefined });
  const operation = await startBulk(admin, "{ orders { edges { node { id } } } }", new Date());
  const resourceIds = { has: BigInt(operation?.id.split("/").at(-1) ?? 0) };
  const ended = { shop, topic: "bulk_operations/finish", resourceIds };
  await eventually(async () => expect(await db.webhookEvent.count({ where: ended })).toBe(1));
  return operation?.id ?? "";
}
