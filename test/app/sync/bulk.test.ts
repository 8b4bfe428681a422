import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import os from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ApiUnavailable, BrokenFile } from "../../../app/errors.ts";
import { type BulkOperation, pollAfter } from "../../../app/shopify/bulk.ts";
import { downloadBulk } from "../../../app/sync/reading/bulk-rows.ts";
import { grantedScopes } from "../../../app/sync/context.ts";
import { customers } from "../../../app/sync/resources/customers.ts";

const lines = (count: number) =>
  Array.from({ length: count }, (_, id) => `{"__typename":"Customer","id":"${id} ü"}\n`).join("");
const bodies: Record<string, string> = {
  "/whole": lines(3),
  "/no-newline": lines(3).trimEnd(),
  "/short": lines(2),
  "/long": lines(90_000),
};
/** Breaks off after so many bytes of each answer; `parts`: whether the store gives the rest. */
const breaking: Record<string, { after: number; parts: boolean; times: number }> = {};
const asked: (string | undefined)[] = [];
let server: Server;
let directory: string;
let url: string;

beforeAll(async () => {
  directory = await mkdtemp(path.join(os.tmpdir(), "segment-kpis-bulk-"));
  server = createServer((request, response) => {
    const { url: at = "", headers } = request;
    asked.push(headers.range);
    const whole = Buffer.from(bodies[at] ?? "");
    const fault = breaking[at];
    const from = fault?.parts === true ? Number(/^bytes=(\d+)-$/.exec(headers.range ?? "")?.[1] ?? 0) : 0;
    const body = whole.subarray(from);
    const status = bodies[at] === undefined ? 403 : from > 0 ? 206 : 200;
    response.writeHead(status, {
      "content-length": body.length,
      ...(from > 0 ? { "content-range": `bytes ${from}-${whole.length - 1}/${whole.length}` } : {}),
    });
    if (fault === undefined || fault.times === 0) return void response.end(body);
    fault.times -= 1;
    response.write(body.subarray(0, fault.after), () => response.socket?.end(() => response.destroy()));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(async () => {
  server.close();
  await rm(directory, { recursive: true, force: true });
});

const download = (at: string | null, objectCount = 3) => {
  const operation: BulkOperation = {
    id: "gid://shopify/BulkOperation/1",
    status: "COMPLETED",
    errorCode: null,
    createdAt: "2026-11-21T00:00:00Z",
    objectCount,
    rootObjectCount: objectCount,
    fileSize: at === null ? null : (bodies[at] ?? "").length,
    url: at === null ? null : url + at,
    query: "",
  };
  const wait = () => Promise.resolve();
  return downloadBulk({ shop: "bulk.myshopify.com", directory, wait }, operation, customers);
};
const kept = async (at: string, objectCount?: number) => {
  const rows = await download(at, objectCount);
  expect(rows?.rest).toBeNull();
  return readFile(rows?.byTable.stage_customers ?? "", "utf8");
};

describe("a bulk operation's file", () => {
  it.each(["/whole", "/no-newline"])("is brought to disk whole (%s)", async (at) => {
    expect(await kept(at)).toBe(lines(3));
  });

  it("is refused when it holds fewer rows than Shopify counted", async () => {
    await expect(download("/short")).rejects.toThrow(BrokenFile);
  });

  it.each([true, false])(
    "is whole though its download breaks off (the store gives parts: %s)",
    async (parts) => {
      breaking["/long"] = { after: 500_000, parts, times: 2 };
      asked.length = 0;
      expect(await kept("/long", 90_000)).toBe(bodies["/long"]);
      expect(asked).toHaveLength(3);
      expect(asked[2]).toMatch(/^bytes=\d{3,}-$/);
    },
  );

  it("is given up when not a byte comes any more", async () => {
    breaking["/short"] = { after: 0, parts: true, times: 99 };
    await expect(download("/short", 2)).rejects.toThrow(ApiUnavailable);
    delete breaking["/short"];
  });

  it("leaves nothing behind when it is given up", async () => {
    breaking["/long"] = { after: 500_000, parts: false, times: 99 };
    const before = await readdir(directory);
    await expect(download("/long", 90_000)).rejects.toThrow(ApiUnavailable);
    delete breaking["/long"];
    expect(await readdir(directory)).toEqual(before);
  });

  it("is missing when there is nothing to tell, and only then", async () => {
    expect(await download(null, 0)).toBeNull();
    await expect(download(null, 3)).rejects.toThrow(ApiUnavailable);
  });

  it("can be asked for again when its link has expired", async () => {
    await expect(download("/expired")).rejects.toThrow(/status 403/);
  });
});

it("an operation is looked at every second at first, every minute at last", () => {
  expect([0, 1000, 4000, 30_000, 600_000].map(pollAfter)).toEqual([1000, 1000, 2000, 15_000, 60_000]);
});

it("a right to write is a right to read", () => {
  expect(grantedScopes("write_customers, read_orders,")).toEqual(
    new Set(["write_customers", "read_customers", "read_orders"]),
  );
});
