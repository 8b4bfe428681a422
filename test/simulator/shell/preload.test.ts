// What the app's process asks of Shopify's hosts arrives at the simulated Shopify, whoever sets globalThis.fetch.
import { execFile } from "node:child_process";
import { copyFile, mkdir, mkdtemp, rm } from "node:fs/promises";
import http from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";

const preload = new URL("../../shopify/preload.mjs", import.meta.url);
const root = fileURLToPath(new URL("../../..", import.meta.url));

interface Asked {
  method: string;
  url: string;
  shop: string | undefined;
  token: string | undefined;
  body: string;
}
let asked: Asked[] = [];
const server = http.createServer((request, response) => {
  let body = "";
  request.setEncoding("utf8").on("data", (chunk: string) => (body += chunk));
  request.on("end", () => {
    const { "x-sim-shop": shop, "x-shopify-access-token": token } = request.headers;
    asked.push({
      method: request.method ?? "",
      url: request.url ?? "",
      shop: shop?.toString(),
      token: token?.toString(),
      body,
    });
    response.end("simulated");
  });
});
let url = "";

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => new Promise((resolve) => server.close(resolve)));

/** Runs a module's text in a process with the preload; gives what it prints and what the simulated Shopify was asked. */
async function run(program: string, from: URL = preload): Promise<{ printed: string; asked: Asked[] }> {
  asked = [];
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ["--import", from.href, "--input-type=module", "-e", program],
    { cwd: root, env: { ...process.env, SIM_SHOPIFY_URL: url } },
  );
  return { printed: stdout.trim(), asked };
}

test("a shop's own address leads to the simulated Shopify, which learns whose it was", async () => {
  const { printed, asked } = await run(`
    const answer = await fetch("https://demo.myshopify.com/admin/api/2026-10/graphql.json?x=1", {
      method: "POST", headers: { "X-Shopify-Access-Token": "t1" }, body: "{shop{name}}" });
    console.log(await answer.text());
    await fetch(new URL("https://admin.shopify.com/store/demo"));`);
  expect(printed).toBe("simulated");
  expect(asked).toEqual([
    {
      method: "POST",
      url: "/admin/api/2026-10/graphql.json?x=1",
      shop: "demo.myshopify.com",
      token: "t1",
      body: "{shop{name}}",
    },
    { method: "GET", url: "/store/demo", shop: "admin.shopify.com", token: undefined, body: "" },
  ]);
});

test("a Request object keeps its method, headers and streamed body", async () => {
  const { asked } = await run(`
    const parts = new ReadableStream({ start(c) { for (const p of ["one ", "two"]) c.enqueue(new TextEncoder().encode(p)); c.close(); } });
    await fetch(new Request("https://demo.myshopify.com/a", { method: "PUT", headers: { "X-Shopify-Access-Token": "t2" }, body: parts, duplex: "half" }));
    await fetch(new Request("https://demo.myshopify.com/b"), { headers: { "X-Shopify-Access-Token": "t3" } });`);
  expect(asked).toEqual([
    { method: "PUT", url: "/a", shop: "demo.myshopify.com", token: "t2", body: "one two" },
    { method: "GET", url: "/b", shop: "demo.myshopify.com", token: "t3", body: "" },
  ]);
});

test("Remix's own fetch, which replaces the global one, is led there too", async () => {
  const { printed, asked } = await run(`
    import { installGlobals } from "@remix-run/node";
    const before = globalThis.Request;
    installGlobals({ nativeFetch: true });
    console.log(before !== globalThis.Request);
    await fetch("https://demo.myshopify.com/c", { method: "POST", body: "x" });
    await fetch(new Request("https://demo.myshopify.com/d", { method: "POST", body: "y" }));`);
  expect(printed).toBe("true");
  expect(asked.map(({ url, body }) => [url, body])).toEqual([
    ["/c", "x"],
    ["/d", "y"],
  ]);
});

test("other addresses go where they went before", async () => {
  const { printed, asked } = await run(`
    const plain = await fetch(process.env.SIM_SHOPIFY_URL + "/bulk/1.jsonl");
    console.log(await plain.text());`);
  expect(printed).toBe("simulated");
  expect(asked.map(({ url, shop }) => [url, shop])).toEqual([["/bulk/1.jsonl", undefined]]);
});

test("it also works from a folder with a space in its name", async () => {
  const folder = await mkdtemp(path.join(tmpdir(), "preload-"));
  try {
    await mkdir(path.join(folder, "my shop"));
    const copy = path.join(folder, "my shop", "preload.mjs");
    await copyFile(preload, copy);
    const { asked } = await run(`await fetch("https://demo.myshopify.com/e");`, pathToFileURL(copy));
    expect(asked.map(({ url }) => url)).toEqual(["/e"]);
  } finally {
    await rm(folder, { recursive: true });
  }
});
