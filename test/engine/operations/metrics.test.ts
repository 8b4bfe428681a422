// What a monitor sees: the figures behind their token, counted where the work is done.
import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import os from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { unusable } from "../../../app/process/boot.server.ts";
import { closeDb, db } from "../../../app/db.server.ts";
import { stopJobs } from "../../../app/process/jobs.server.ts";
import { enqueue } from "../../../app/queue/queue.server.ts";
import { kpiIds } from "../../../app/kpis/catalogue.ts";
import { queryKpis } from "../../../app/kpis/query.server.ts";
import { meters } from "../../../app/metrics/meters.server.ts";
import { countRequests } from "../../../app/metrics/requests.server.ts";
import { webhookGroups } from "../../../app/webhooks/topics.ts";
import { metricsRoute } from "../../../app/metrics/scrape.server.ts";
import { closeWarehouse, warehouse, openedWarehouse } from "../../../app/process/runtime.server.ts";
import { READ_ATTEMPTS } from "../../../app/sync/shop/webhook-days.ts";
import { openShop, SHOP } from "../kpis/shop.ts";
import { freshDatabase } from "../../tools/setup/database.ts";
import { viewOf } from "../../tools/setup/view.ts";

const TOKEN = "a token that only the monitor has";
let directory: string;
const servers: Server[] = [];

beforeAll(async () => {
  directory = await mkdtemp(path.join(os.tmpdir(), "segment-kpis-metrics-"));
  await closeDb();
  process.env.DATABASE_URL = await freshDatabase();
  process.env.DATA_DIR = directory;
});
afterAll(async () => {
  for (const server of servers) server.close();
  await stopJobs();
  await closeWarehouse();
  await closeDb();
  await rm(directory, { recursive: true, force: true });
});

async function serve(token: string | undefined): Promise<string> {
  const metrics = metricsRoute(token, unusable, openedWarehouse);
  const server = createServer((request, response) => {
    if (request.url === "/metrics") void metrics(request, response);
    else
      countRequests(webhookGroups)(request, response, () => {
        response.writeHead(request.url?.includes("refused") ? 401 : 200).end();
      });
  }).listen(0, "127.0.0.1");
  servers.push(server);
  await once(server, "listening");
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const bearer = (token: string) => ({ headers: { authorization: `Bearer ${token}` } });

/** The value of a series such as `jobs{job="sweep",state="waiting"}`; undefined when it is not there. */
function read(text: string, series: string): number | undefined {
  const line = text.split("\n").find((each) => each.startsWith(`segment_kpis_${series} `));
  return line === undefined ? undefined : Number(line.split(" ").at(-1));
}

it("are not there without a token to ask for, and refused to who does not bring it", async () => {
  expect((await fetch(`${await serve(undefined)}/metrics`)).status).toBe(404);
  const site = await serve(TOKEN);
  expect((await fetch(`${site}/metrics`)).status).toBe(401);
  expect((await fetch(`${site}/metrics`, bearer("a token that only the monitor haz"))).status).toBe(401);
  expect((await fetch(`${site}/metrics`, bearer(TOKEN.slice(1)))).status).toBe(401);
  expect((await fetch(`${site}/metrics`, bearer(TOKEN))).status).toBe(200);
});

it("tell what waits, what has failed and what was done, without a series for every shop", async () => {
  const site = await serve(TOKEN);
  const at = new Date(Date.now() - 3_600_000);
  const done = { firstSyncStartedAt: at, firstSyncFinishedAt: at, sweptUntil: at, lastSweepAt: at };
  await db.shop.createMany({
    data: [
      { domain: SHOP, ...done },
      { domain: "loading.myshopify.com", firstSyncStartedAt: at },
      { domain: "gone.myshopify.com", uninstalledAt: at },
    ],
  });
  const event = { shop: SHOP, topic: "orders/updated", resourceIds: [1n], webhookId: "w", receivedAt: at };
  await db.webhookEvent.createMany({
    data: [
      { ...event, eventId: "waits" },
      { ...event, eventId: "gave up", attempts: READ_ATTEMPTS },
      { ...event, eventId: "followed", processedAt: new Date() },
    ],
  });
  await enqueue("sweep", { shop: SHOP }, { runAt: at });
  const stored = await warehouse();
  await openShop(stored, { seed: 7, customers: 60, orders: 120 });
  const question = {
    kpis: kpiIds,
    segmentation: "rfm",
    period: { from: "2026-02-01", to: "2026-04-01" },
    comparison: "none",
    membersAt: "start",
    today: "2026-04-10",
  } as const;
  await queryKpis(await viewOf(stored, SHOP), question);
  await queryKpis(await viewOf(stored, SHOP), question);
  await fetch(`${site}/webhooks/orders`, { method: "POST" });
  await fetch(`${site}/webhooks/orders?refused`, { method: "POST" });
  await fetch(`${site}/webhooks/${"x".repeat(40)}`, { method: "POST" });

  const figures = await (await fetch(`${site}/metrics`, bearer(TOKEN))).text();
  expect(read(figures, "webhooks_waiting")).toBe(1);
  expect(read(figures, "webhooks_waiting_oldest_seconds")).toBeGreaterThan(3_500);
  expect(read(figures, "webhooks_given_up")).toBe(1);
  expect(read(figures, 'jobs{job="sweep",state="waiting"}')).toBe(1);
  expect(read(figures, 'jobs_oldest_seconds{job="sweep"}')).toBeGreaterThan(3_500);
  for (const phase of ["complete", "loading", "uninstalled"])
    expect(read(figures, `shops{phase="${phase}"}`)).toBe(1);
  expect(read(figures, "sweep_age_seconds")).toBeGreaterThan(3_500);
  expect(read(figures, "state_bytes")).toBeGreaterThan(1_000_000);
  expect(read(figures, "warehouse_bytes")).toBeGreaterThan(100_000);
  expect(read(figures, "data_disk_free_bytes")).toBeGreaterThan(0);
  for (const part of ["database", "warehouse", "disk"]) expect(read(figures, `up{part="${part}"}`)).toBe(1);

  expect(read(figures, 'webhooks_total{group="orders",status="200"}')).toBe(1);
  expect(read(figures, 'webhooks_total{group="orders",status="401"}')).toBe(1);
  expect(read(figures, 'webhooks_total{group="other",status="200"}')).toBe(1);
  expect(read(figures, "webhook_seconds_count")).toBe(3);
  expect(read(figures, 'kept_answers_total{result="hit"}')).toBeGreaterThan(0);
  expect(read(figures, 'warehouse_query_seconds_count{outcome="ok"}')).toBeGreaterThan(0);
  expect(read(figures, 'warehouse_merge_seconds_count{outcome="ok"}')).toBeGreaterThan(0);
  expect(read(figures, 'warehouse_merged_rows_total{table="orders"}')).toBeGreaterThan(100);
  expect(figures).toMatch(/^nodejs_eventloop_lag_seconds /m);
  expect(figures).not.toContain("myshopify.com");
});

it("say what could not be read, and leave its figures out", async () => {
  const site = await serve(TOKEN);
  await closeWarehouse();
  const figures = await (await fetch(`${site}/metrics`, bearer(TOKEN))).text();
  expect(read(figures, 'up{part="warehouse"}')).toBe(0);
  expect(read(figures, "warehouse_bytes")).toBeUndefined();
  expect(read(figures, 'up{part="database"}')).toBe(1);
});

it("have the names by which the alerting rules know them", async () => {
  const shown = await (await fetch(`${await serve(TOKEN)}/metrics`, bearer(TOKEN))).text();
  const declared = new Set([...shown.matchAll(/^# TYPE (\S+)/gm)].map(([, name]) => name));
  const rules = await readFile(new URL("../../../docs/alerts.yml", import.meta.url), "utf8");
  const named = [...rules.matchAll(/\b(?:segment_kpis|nodejs)_\w+/g)].map(([name]) => name);
  expect(named.length).toBeGreaterThan(20);
  for (const name of named) expect(declared).toContain(name.replace(/_(bucket|count|sum)$/, ""));
});

it("are each declared once, with a help text", async () => {
  const declared = await meters.registry.getMetricsAsJSON();
  expect(new Set(declared.map((each) => each.name)).size).toBe(declared.length);
  for (const each of declared) expect(each.help.length).toBeGreaterThan(5);
});
