// The alarms that tell of pages without figures: each series that a rule looks at moves when what it is for is provoked.
import { once } from "node:events";
import { mkdtemp, readdir, readFile, rm, truncate } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import os from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { unusable } from "../../../app/process/boot.server.ts";
import { closeDb } from "../../../app/db.server.ts";
import { CopyBroken } from "../../../app/errors.ts";
import { declareGauges } from "../../../app/metrics/gauges.server.ts";
import { meters } from "../../../app/metrics/meters.server.ts";
import { countRequests } from "../../../app/metrics/requests.server.ts";
import { webhookGroups } from "../../../app/webhooks/topics.ts";
import { closeWarehouse, warehouse, openedWarehouse } from "../../../app/process/runtime.server.ts";
import { freshDatabase } from "../../tools/setup/database.ts";

const SHOP = "alarms.myshopify.com";
let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(path.join(os.tmpdir(), "segment-kpis-alarms-"));
  await closeDb();
  process.env.DATABASE_URL = await freshDatabase();
  process.env.DATA_DIR = directory;
});
afterAll(async () => {
  await closeWarehouse();
  await closeDb();
  await rm(directory, { recursive: true, force: true });
});

const rules = async () => readFile(new URL("../../../docs/alerts.yml", import.meta.url), "utf8");

/** What the rule of that name looks at. */
async function ruleOf(alert: string): Promise<string> {
  const [, expr = ""] = new RegExp(`alert: ${alert}\\n\\s+expr: (.+)`).exec(await rules()) ?? [];
  return expr;
}

/** The value of a series, its labels in the order in which they are shown; 0 when it is not there. */
const shown = (text: string, series: string): number =>
  Number(
    text
      .split("\n")
      .find((line) => line.startsWith(`segment_kpis_${series} `))
      ?.split(" ")
      .at(-1) ?? 0,
  );
const counted = async (series: string) => shown(await meters.registry.metrics(), series);

it("PagesFail looks at pages and API answers of the kind 5xx, and at nothing that was asked wrongly", async () => {
  expect(await ruleOf("PagesFail")).toContain('request_seconds_count{kind=~"page|api",class="5xx"}');
  const server = createServer((request, response) => {
    countRequests(webhookGroups)(request, response, () =>
      response.writeHead(Number(request.url?.split("=")[1])).end(),
    );
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const site = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  for (const address of ["/app?=500", "/app/data?=503", "/app?=200", "/app?=404", "/api/kpis?=503"])
    await (await fetch(site + address)).text();
  server.close();
  expect(await counted('request_seconds_count{kind="page",class="5xx"}')).toBe(2);
  expect(await counted('request_seconds_count{kind="api",class="5xx"}')).toBe(1);
  expect(await counted('request_seconds_count{kind="page",class="2xx"}')).toBe(1);
});

it("QueriesFail looks at queries that fail, CopiesBroken at copies that cannot be read", async () => {
  expect(await ruleOf("QueriesFail")).toContain('warehouse_query_seconds_count{outcome="failed"}');
  expect(await ruleOf("CopiesBroken")).toContain("warehouse_copies_broken_total");
  const stored = await warehouse();
  await stored.of(SHOP).setMeta({ currency: "EUR", decimals: 2, time_zone: "UTC" });
  await expect(stored.of(SHOP).query("SELECT nothing FROM nowhere")).rejects.toThrow();
  expect(await counted('warehouse_query_seconds_count{outcome="failed"}')).toBe(1);
  await closeWarehouse();
  const files = path.join(directory, "warehouse");
  const [name = ""] = (await readdir(files)).filter((each) => each.startsWith("shop_"));
  await truncate(path.join(files, name), 100);
  await expect((await warehouse()).of(SHOP).query("SELECT 1 AS one")).rejects.toThrow(CopyBroken);
  expect(await counted("warehouse_copies_broken_total")).toBe(1);
});

it("NotReady and WarehouseDown ask what /readyz asks", async () => {
  expect(await ruleOf("NotReady")).toBe("segment_kpis_ready == 0");
  await warehouse();
  const figures = await declareGauges(unusable, openedWarehouse).text();
  expect([shown(figures, "ready"), shown(figures, 'up{part="warehouse"}')]).toEqual([1, 1]);
  await closeWarehouse();
  expect(await unusable()).toEqual(["the warehouse cannot be used"]);
  const without = await declareGauges(unusable, openedWarehouse).text();
  expect(without).toContain("segment_kpis_ready 0");
  expect(without).toContain('segment_kpis_up{part="warehouse"} 0');
});
