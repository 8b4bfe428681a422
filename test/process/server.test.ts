// The program as an operator runs it: what it says when it cannot start, when it is ready, how it leaves, what it logs.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { chmod, lstat, mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { type IncomingHttpHeaders, request } from "node:http";
import { createServer, type AddressInfo } from "node:net";
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import { freePort } from "../tools/demo/stack.ts";
import { addresses } from "../tools/setup/addresses.ts";
import { eventually } from "../tools/setup/eventually.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
let directory: string;
const METRICS_TOKEN = "a token that only the monitor has";

beforeAll(async () => {
  directory = await mkdtemp(path.join(os.tmpdir(), "segment-kpis-server-"));
  // Run by root, PostgreSQL gets another account, which must be able to pass through.
  await chmod(directory, 0o711);
});
afterAll(() => rm(directory, { recursive: true, force: true }));

/** A test that fails must not leave a process that holds the next one's directory. */
const running = new Set<ChildProcess>();
afterEach(async () => {
  for (const child of running) {
    child.kill("SIGKILL");
    if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
  }
  running.clear();
});

function start(env: Record<string, string>) {
  const child = spawn(process.execPath, ["app/server.ts"], {
    cwd: root,
    env: { PATH: process.env.PATH, TMPDIR: process.env.TMPDIR, NODE_ENV: "production", ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const said: string[] = [];
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => said.push(String(chunk)));
  running.add(child);
  const ended = once(child, "exit").then(([code]) => code as number | null);
  return { child, ended, said: () => said.join("") };
}

const complete = () => ({
  SHOPIFY_API_KEY: "id",
  SHOPIFY_API_SECRET: "secret",
  SHOPIFY_APP_URL: "https://app.example.com",
  TOKEN_KEYS: Buffer.alloc(32, 7).toString("base64"),
  DATA_DIR: directory,
  HOST: "127.0.0.1",
  LOG_LEVEL: "debug",
});

it("does not start without its environment, and says what is missing", async () => {
  const { ended, said } = start({});
  expect(await ended).toBe(1);
  expect(said()).toMatch(/SHOPIFY_API_KEY.*TOKEN_KEYS/s);
});

it("says plainly that its port is in use", async () => {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const { ended, said } = start({ ...complete(), PORT: String(port) });
  expect(await ended).toBe(1);
  expect(said()).toContain(`Port ${port} is in use`);
  server.close();
});

it("is healthy, then ready, logs no token, and leaves in order when asked", async () => {
  const port = await freePort();
  const { child, ended, said } = start({ ...complete(), PORT: String(port), METRICS_TOKEN });
  const ask = (address: string, headers: Record<string, string> = {}) =>
    fetch(`http://127.0.0.1:${port}${address}`, { redirect: "manual", headers });
  await eventually(async () => expect((await ask("/readyz")).status).toBe(200));
  expect((await ask("/healthz")).status).toBe(200);
  expect((await ask("/app?shop=a.myshopify.com&id_token=eyJsecret.token.here")).status).toBeGreaterThan(299);
  expect((await ask("/webhooks/orders")).status).toBeGreaterThan(399);
  await eventually(() => expect(said()).toContain('"path":"/app"'));
  expect((await ask("/metrics")).status).toBe(401);
  // Counted at the ingress and by the app alike.
  await eventually(async () => {
    const metrics = await (await ask("/metrics", { authorization: `Bearer ${METRICS_TOKEN}` })).text();
    expect(metrics).toContain('segment_kpis_webhooks_total{group="orders",status="405"} 1');
    expect(metrics).toContain('segment_kpis_up{part="warehouse"} 1');
  });

  child.kill("SIGTERM");
  expect(await ended).toBe(0);
  expect(said()).not.toMatch(/eyJsecret|id_token|secret"/);
  expect(await openToOthers(directory)).toEqual([]);
});

/** What another account of the machine could look at; PostgreSQL keeps its own closed. */
async function openToOthers(place: string): Promise<string[]> {
  const files = await readdir(place, { withFileTypes: true, recursive: true });
  expect(files.map(({ name }) => name)).toContain("warehouse");
  const found = await Promise.all(
    files.map(async ({ parentPath, name }) => {
      const file = path.join(parentPath, name);
      return ((await lstat(file)).mode & 0o077) === 0 || file.includes("/postgres") ? [] : [file];
    }),
  );
  return found.flat();
}

const PAGE =
  /^frame-ancestors https:\/\/admin\.shopify\.com; default-src 'self'; script-src 'self' https:\/\/cdn\.shopify\.com( '(nonce|sha256)-[^' ]+')*; .*object-src 'none'; base-uri 'self'$/;
const NO_PAGE = /frame-ancestors/;

/** What a browser may say that it takes, and what an old one does not. */
async function encodings(ask: (address: string, headers?: Record<string, string>) => Promise<Response>) {
  const files = (await readdir(path.join(root, "build/client/assets"))).map((name) => `/assets/${name}`);
  const named = (ending: string) => files.find((file) => file.endsWith(ending)) ?? "";
  const told: Record<string, (string | null)[]> = {};
  for (const address of [named(".js"), named(".css"), "/auth/login"]) {
    const type = address.startsWith("/assets/") ? path.extname(address) : "html";
    for (const accept of ["br", "gzip", "identity"]) {
      const response = await ask(address, { "accept-encoding": accept });
      expect(response.status, address).toBe(200);
      expect(response.headers.get("vary") ?? "", address).toMatch(/accept-encoding/i);
      (told[type] ??= []).push(response.headers.get("content-encoding"));
      expect((await response.text()).length).toBeGreaterThan(1000);
    }
  }
  return told;
}

it("sends scripts, styles and pages in few bytes, and answers every method and address in words", async () => {
  const port = await freePort();
  const { child, ended, said } = start({ ...complete(), PORT: String(port) });
  const ask = (address: string, headers: Record<string, string> = {}) =>
    fetch(`http://127.0.0.1:${port}${address}`, { redirect: "manual", headers });
  await eventually(async () => expect((await ask("/readyz")).status).toBe(200));
  expect(await encodings(ask)).toEqual({
    ".js": ["br", "gzip", null],
    ".css": ["br", "gzip", null],
    html: ["br", "gzip", null],
  });

  for (const address of [...addresses, "/healthz", "/metrics", "/nothing/here", "/%zz", "/assets"])
    for (const method of ["GET", "POST"]) {
      const { headers } = await asWritten(port, method, address);
      const page = headers["content-type"]?.startsWith("text/html");
      expect(headers, `${method} ${address}`).toMatchObject({
        "x-content-type-options": "nosniff",
        "referrer-policy": "strict-origin-when-cross-origin",
        "strict-transport-security": "max-age=31536000",
        "cache-control": "no-store",
        "content-security-policy": expect.stringMatching(page ? PAGE : NO_PAGE) as unknown,
      });
    }
  // A folder's name leads nowhere, wherever it was read.
  expect((await asWritten(port, "GET", "/assets/%5cevil.example/..%2f")).headers.location).toBeUndefined();

  for (const method of ["TRACE", "PROPFIND", "PUT", "DELETE"]) {
    const { status, headers, body } = await asWritten(port, method, "/api/kpis");
    expect([method, status]).toEqual([method, 405]);
    expect(headers["access-control-allow-origin"]).toBe("*");
    expect(JSON.parse(body)).toHaveProperty("error");
  }
  for (const address of ["/api/%zz", "/api/%ff", "/api/%00", "/api/%ed%a0%bd", "/api/"]) {
    const { status, body } = await asWritten(port, "GET", address);
    expect(status, address).toBe(404);
    expect(JSON.parse(body)).toHaveProperty("error");
  }
  for (const address of ["/%zz", "/app/%ff", "/assets/%zz", "/app/segments/channel/%c3%28"]) {
    const { status } = await asWritten(port, "GET", address);
    expect(status, address).toBeGreaterThanOrEqual(300);
    expect(status, address).toBeLessThan(500);
  }
  child.kill("SIGTERM");
  expect(await ended).toBe(0);
  expect(said()).not.toMatch(/"level":50/);
});

/** As no client that knows the standard would write it. */
function asWritten(port: number, method: string, address: string) {
  return new Promise<{ status: number; headers: IncomingHttpHeaders; body: string }>((resolve, reject) => {
    const asked = request({ port, host: "127.0.0.1", method, path: address }, (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("end", () =>
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          body: Buffer.concat(chunks).toString(),
        }),
      );
    });
    asked.on("error", reject);
    asked.end();
  });
}

it("leaves its address free when it is killed, the ingress too", async () => {
  const port = await freePort();
  const first = start({ ...complete(), PORT: String(port) });
  const healthy = async () => expect((await fetch(`http://127.0.0.1:${port}/healthz`)).status).toBe(200);
  await eventually(healthy);
  first.child.kill("SIGKILL");
  await first.ended;
  await eventually(async () => {
    const server = createServer().listen(port, "127.0.0.1");
    await once(server, "listening");
    server.close();
    await once(server, "close");
  });
  const second = start({ ...complete(), PORT: String(port) });
  await eventually(healthy);
  second.child.kill("SIGTERM");
  expect(await second.ended).toBe(0);
});

it("ends, to be started again, when the ingress is lost", async () => {
  const port = await freePort();
  const { child, ended, said } = start({ ...complete(), PORT: String(port) });
  await eventually(async () => expect((await fetch(`http://127.0.0.1:${port}/readyz`)).status).toBe(200));
  const children = await readFile(`/proc/${child.pid}/task/${child.pid}/children`, "utf8").catch(() => null);
  const named = await Promise.all(
    (children ?? "")
      .trim()
      .split(" ")
      .filter(Boolean)
      .map(async (pid) => ({
        pid: Number(pid),
        command: await readFile(`/proc/${pid}/cmdline`, "utf8"),
      })),
  );
  const ingress = named.find(({ command }) => command.includes("ingress-process"));
  if (ingress === undefined) {
    // Only Linux lists a process's children as files.
    expect(children).toBeNull();
    child.kill("SIGTERM");
    return;
  }
  process.kill(ingress.pid, "SIGKILL");
  expect(await ended).toBe(1);
  expect(said()).toContain("ingress process ended by itself");
});
