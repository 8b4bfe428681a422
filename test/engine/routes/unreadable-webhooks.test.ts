// Data and trust shows the unreadable webhooks, and runs them again for their own shop only.
import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, expect, it } from "vitest";
import { db } from "../../../app/db.server.ts";
import { stopJobs } from "../../../app/process/jobs.server.ts";
import { KINDS } from "../../../app/reports/notifications.server.ts";
import { READ_ATTEMPTS } from "../../../app/sync/shop/webhook-days.ts";
import { topics } from "../../../app/webhooks/topics.ts";
import { openSite, type Site } from "./site.ts";

const SHOP = "mine.myshopify.com";
const OTHER = "other.myshopify.com";
let site: Site;

beforeAll(async () => {
  site = await openSite();
  for (const shop of [SHOP, OTHER]) await site.install(shop);
});
afterAll(async () => {
  await stopJobs();
  await site.close();
});

const unreadable = (shop: string, topic: string, resourceIds: bigint[]) =>
  db.webhookEvent.create({
    data: {
      shop,
      topic,
      eventId: randomUUID(),
      webhookId: randomUUID(),
      resourceIds,
      attempts: READ_ATTEMPTS,
      error: `${topic} has a price of 10.5`,
    },
  });
const post = (shop: string, event: string) =>
  site.call(shop, "/app/data.data", {
    method: "POST",
    body: new URLSearchParams({ intent: "run_again", event }),
  });
const left = (shop: string) => db.webhookEvent.count({ where: { shop, attempts: READ_ATTEMPTS } });
const page = async () =>
  (await (await site.page(SHOP, "/app/data")).text())
    .replaceAll("<!-- -->", "")
    .replace(/<script[\s\S]*?<\/script>/g, "");

it("has words for every topic that can wait", () => {
  const read = topics.filter(({ lane }) => lane !== "duties");
  expect([...KINDS.keys()].sort()).toEqual(read.map(({ topic }) => topic).sort());
});

it("lists what happened, when, why it failed and where it is in the admin; then one or all run again", async () => {
  expect(await page()).not.toContain("Changes not followed");
  const order = await unreadable(SHOP, "orders/updated", [820_982_911n]);
  await unreadable(SHOP, "customers/merge", [11n, 12n]);
  await unreadable(SHOP, "orders/delete", [13n]);
  const foreign = await unreadable(OTHER, "orders/updated", [99n]);
  const html = await page();
  for (const words of [
    "Changes not followed",
    "Order changed",
    "Customers merged",
    "orders/updated has a price of 10.5",
    'href="shopify:admin/orders/820982911"',
    'href="shopify:admin/customers/12"',
    "Run all again",
  ])
    expect(html).toContain(words);
  expect(html).not.toContain("shopify:admin/orders/13");
  expect(html).not.toContain("shopify:admin/orders/99");

  expect((await post(SHOP, foreign.id)).status).toBe(404);
  expect((await post(SHOP, randomUUID())).status).toBe(404);
  expect((await post(SHOP, "1 OR 1=1")).status).toBe(400);
  expect(await left(OTHER)).toBe(1);

  expect((await post(SHOP, order.id)).status).toBe(200);
  expect(await left(SHOP)).toBe(2);
  expect((await post(SHOP, "all")).status).toBe(200);
  expect(await left(SHOP)).toBe(0);
  expect(await left(OTHER)).toBe(1);
  const jobs = await db.$queryRaw<{ task: string }[]>`
    SELECT task_identifier AS task FROM graphile_worker.jobs WHERE queue_name = ${SHOP}`;
  expect(jobs).toEqual([{ task: "follow_webhooks" }]);
});
