// What the app must not miss, at the ingress: kept while the app is away and while a storm of records stands before the inbox,
// once by its event, with the job that works it off; and believed only where the body says so itself.
import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { closeDb, db } from "../../../app/db.server.ts";
import { type Ingress, openIngress } from "../../../app/webhooks/ingress/ingress.server.ts";
import { stopJobs } from "../../../app/process/jobs.server.ts";
import { openQueue } from "../../../app/queue/queue.server.ts";
import { meters } from "../../../app/metrics/meters.server.ts";
import { signed } from "../routes/intake.ts";
import { freshDatabase } from "../../tools/setup/database.ts";
import { holdInbox, waitsForTheInbox } from "./inbox.ts";
import { eventually } from "../../tools/setup/eventually.ts";

const SHOP = "duties.myshopify.com";
let door: Ingress;

beforeAll(async () => {
  process.env.DATABASE_URL = await freshDatabase();
  await openQueue();
  await db.shop.create({ data: { domain: SHOP } });
  // Nobody listens there: the app is away.
  door = await openIngress({ host: "127.0.0.1", port: 0, appPort: 1, limits: { webhooksAtOnce: 1 } });
});
beforeEach(async () => {
  await db.webhookEvent.deleteMany();
  await db.privacyRequest.deleteMany();
  await db.$executeRaw`DELETE FROM graphile_worker._private_jobs`;
});
afterAll(async () => {
  await door.close();
  await stopJobs();
  await closeDb();
});

const send = (to: string, topic: string, payload: object, change: Record<string, string> = {}, shop = SHOP) =>
  fetch(`http://127.0.0.1:${door.port}/webhooks/${to}`, signed(topic, shop, payload, change));
const redact = (id: unknown, change: Record<string, string> = {}, more: object = {}) =>
  send(
    "compliance",
    "customers/redact",
    { shop_domain: SHOP, customer: { id, email: "x@example.com" }, orders_to_redact: [5, 6], ...more },
    change,
  );
const uninstalled = (change: Record<string, string> = {}) =>
  send("app/uninstalled", "app/uninstalled", { id: 1, myshopify_domain: SHOP }, change);
const jobs = () =>
  db.$queryRaw<object[]>`
    SELECT task_identifier AS job, queue_name AS queue, max_attempts AS attempts
    FROM graphile_worker.jobs ORDER BY task_identifier`;
const requests = () => db.privacyRequest.findMany({ orderBy: { receivedAt: "asc" } });

it("are kept with their jobs while the app is away, where what only the app can answer is sent away", async () => {
  expect((await redact(7)).status).toBe(200);
  const asked = { shop_domain: SHOP, customer: { id: "8" }, data_request: { id: 9 } };
  expect((await send("compliance", "customers/data_request", asked)).status).toBe(200);
  expect((await send("compliance", "shop/redact", { shop_domain: SHOP })).status).toBe(200);
  expect((await uninstalled()).status).toBe(200);
  expect((await send("app/scopes_update", "app/scopes_update", { current: [] })).status).toBe(200);
  const ended = { admin_graphql_api_id: "gid://shopify/BulkOperation/1" };
  expect((await send("bulk", "bulk_operations/finish", ended)).status).toBe(502);

  const nobody = { customerId: null, orderIds: [], number: null, doneAt: null };
  expect(await requests()).toMatchObject([
    { ...nobody, topic: "customers_redact", customerId: 7n, orderIds: [5n, 6n] },
    { ...nobody, topic: "customers_data_request", customerId: 8n, number: 9n },
    { ...nobody, topic: "shop_redact" },
  ]);
  expect(await db.webhookEvent.findMany({ orderBy: { receivedAt: "asc" } })).toMatchObject([
    { topic: "app/uninstalled", processedAt: null, triggeredAt: expect.any(Date) as Date },
    { topic: "app/scopes_update", processedAt: null },
  ]);
  expect(await jobs()).toEqual([
    { job: "follow_place", queue: SHOP, attempts: 11 },
    { job: "privacy", queue: SHOP, attempts: 11 },
  ]);
});

it("are kept once by their event, and bring their job again as long as they are not done", async () => {
  const event = { "x-shopify-event-id": randomUUID() };
  for (let time = 0; time < 3; time += 1) {
    expect((await redact(7, event)).status).toBe(200);
    expect((await uninstalled(event)).status).toBe(200);
  }
  expect([(await requests()).length, await db.webhookEvent.count()]).toEqual([1, 1]);
  await db.$executeRaw`DELETE FROM graphile_worker._private_jobs`;
  await redact(7, event);
  expect(await jobs()).toHaveLength(1);
  await db.$executeRaw`DELETE FROM graphile_worker._private_jobs`;
  await db.privacyRequest.updateMany({ data: { doneAt: new Date() } });
  await db.webhookEvent.updateMany({ data: { processedAt: new Date() } });
  for (const again of [() => redact(7, event), () => uninstalled(event)])
    expect((await again()).status).toBe(200);
  expect(await jobs()).toEqual([]);
});

it("have a lane of their own, and more room than a record's webhook", async () => {
  const release = await holdInbox();
  const order = send("orders", "orders/updated", { id: 7 });
  await waitsForTheInbox();
  expect((await send("orders", "orders/updated", { id: 8 })).status).toBe(503);
  const many = Array.from({ length: 40_000 }, (_, each) => each + 1_000_000_000_000);
  expect((await redact(7, {}, { orders_to_redact: many })).status).toBe(200);
  expect((await uninstalled()).status).toBe(200);
  await release();
  expect((await order).status).toBe(200);
  expect((await requests())[0]?.orderIds).toHaveLength(many.length);
  expect((await redact(8, {}, { more: "x".repeat(1_000_000) })).status).toBe(413);
});

it("fail alone: one that cannot be used is refused, and the next is kept", async () => {
  for (const id of [undefined, -1, 0, 1.5, 2 ** 53, "999999999999999999", "1; DROP"])
    expect((await redact(id)).status, String(id)).toBe(400);
  expect((await redact(2 ** 53 - 1)).status).toBe(200);
  expect((await requests()).map(({ customerId }) => customerId)).toEqual([BigInt(2 ** 53 - 1)]);
});

it("of a shop that nobody knows leave nothing but the shop's own erasure", async () => {
  const stranger = "stranger.myshopify.com";
  const named = { shop_domain: stranger, myshopify_domain: stranger, customer: { id: 7 } };
  for (const [to, topic] of [
    ["compliance", "customers/redact"],
    ["compliance", "shop/redact"],
    ["app/uninstalled", "app/uninstalled"],
    ["app/scopes_update", "app/scopes_update"],
  ] as const)
    expect((await send(to, topic, named, {}, stranger)).status, topic).toBe(200);
  expect(await requests()).toMatchObject([{ shop: stranger, topic: "shop_redact" }]);
  expect(await db.webhookEvent.count()).toBe(0);
});

it("are answered 503 while the database cannot keep them", async () => {
  await db.$executeRaw`ALTER TABLE "PrivacyRequest" RENAME TO gone`;
  try {
    expect((await redact(7)).status).toBe(503);
  } finally {
    await db.$executeRaw`ALTER TABLE gone RENAME TO "PrivacyRequest"`;
  }
  expect((await redact(7)).status).toBe(200);
});

it("that are not believed are refused, counted by why, and leave nothing", async () => {
  const refused = async () =>
    Object.fromEntries(
      (await meters.refused.get()).values.map(({ labels, value }) => [String(labels.reason), value]),
    );
  const at = (ms: number) => ({ "x-shopify-triggered-at": new Date(Date.now() + ms).toISOString() });
  const HOUR = 3_600_000;
  for (const answer of [
    await send("app/uninstalled", "app/uninstalled", { id: 1 }),
    await send("compliance", "shop/redact", { shop_domain: "else.myshopify.com" }),
    await redact(7, at(-49 * HOUR)),
    await redact(7, at(HOUR)),
  ])
    expect(answer.status).toBe(400);
  expect([await requests(), await db.webhookEvent.count()]).toEqual([[], 0]);
  await eventually(async () =>
    expect(await refused()).toMatchObject({ unnamed: 1, misnamed: 1, old: 1, ahead: 1 }),
  );
});
