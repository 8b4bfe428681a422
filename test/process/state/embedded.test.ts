import { spawnSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import pg from "pg";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { z } from "zod";
import { hydrate } from "../../../prisma/binaries.ts";
import { startPostgres, type EmbeddedPostgres } from "../../../prisma/embedded.ts";
import { run } from "./processes.ts";

const made: string[] = [];
const started: EmbeddedPostgres[] = [];
const user = z.object({ owner: z.boolean(), url: z.string() });
const hold = (directory: string) => run("hold-server.ts", [directory], user);

/** A directory that the server's account may enter, gone after the test. */
function place(mode = 0o755): string {
  const directory = fs.mkdtempSync(path.join(os.tmpdir(), "segment-kpis-embedded-"));
  fs.chmodSync(directory, mode);
  made.push(directory);
  return directory;
}

let template = "";

/** The data directory of a cluster that has run before, in a place of its own. */
function cluster(home = place()): string {
  const data = path.join(home, "postgres");
  fs.mkdirSync(home, { recursive: true });
  // With its owner, who is not root.
  spawnSync("cp", ["-a", template, data]);
  return data;
}

beforeAll(async () => {
  template = path.join(fs.mkdtempSync(path.join(os.tmpdir(), "segment-kpis-cluster-")), "postgres");
  fs.chmodSync(path.dirname(template), 0o755);
  await (await startPostgres(template, { settings: { fsync: "off" } })).stop();
});
afterAll(() => fs.rmSync(path.dirname(template), { recursive: true, force: true }));

async function start(directory: string): Promise<EmbeddedPostgres> {
  const server = await startPostgres(directory, { settings: { fsync: "off" } });
  started.push(server);
  return server;
}

afterEach(async () => {
  await Promise.all(started.splice(0).map((server) => server.stop()));
  for (const directory of made.splice(0)) fs.rmSync(directory, { recursive: true, force: true });
});

async function ask(url: string, sql: string): Promise<unknown> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const { rows } = await client.query<Record<string, unknown>>(sql);
    return rows[0] && Object.values(rows[0])[0];
  } finally {
    await client.end();
  }
}

/** The server's process; null when none runs there: removing this file is the last thing it does. */
function serverIn(data: string): number | null {
  const file = path.join(data, "postmaster.pid");
  return fs.existsSync(file) ? Number(fs.readFileSync(file, "utf8").split("\n", 1)[0]) : null;
}

test("what was written is there after a stop and a start, and a stop leaves no server, socket or half-made cluster", async () => {
  const home = place();
  const data = path.join(home, "my data", "postgres");
  const first = await start(data);
  expect(first.owner).toBe(true);
  await ask(first.url, "CREATE TABLE kept AS SELECT 42 AS answer");
  await first.stop();
  expect(serverIn(data)).toBeNull();

  const second = await startPostgres(data);
  started.push(second);
  expect(await ask(second.url, "SELECT answer FROM kept")).toBe(42);
  expect(await ask(second.url, "SHOW fsync")).toBe("on");
  await second.stop();
  await second.stop();
  expect(fs.readdirSync(path.dirname(data)).sort()).toEqual(["postgres", "postgres.log"]);
  expect(fs.readdirSync(data)).not.toContain(".s.PGSQL.5432");
});

test("under a directory that only its owner may enter, and away from it once it is removed", async () => {
  const data = path.join(place(0o700), "postgres");
  const first = await start(data);
  made.push(first.dataDirectory, `${first.dataDirectory}.log`);
  await ask(first.url, "CREATE TABLE kept AS SELECT 1 AS answer");
  await first.stop();
  const second = await start(data);
  expect(await ask(second.url, "SELECT answer FROM kept")).toBe(1);
  await second.stop();
  fs.rmSync(data, { recursive: true });
  const anew = await start(data);
  made.push(anew.dataDirectory, `${anew.dataDirectory}.log`);
  expect(await ask(anew.url, "SELECT count(*)::int FROM pg_tables WHERE tablename = 'kept'")).toBe(0);
});

test("a path too long for a socket", async () => {
  const data = cluster(path.join(place(), "long".repeat(25)));
  const server = await start(data);
  const socket = decodeURIComponent(server.url.split("host=")[1] ?? "");
  expect(path.dirname(socket)).toBe(os.tmpdir());
  expect(await ask(server.url, "SELECT 1")).toBe(1);
  await server.stop();
  expect(fs.existsSync(socket)).toBe(false);
});

test("a lock file that names a process of something else does not stop the start", async () => {
  const data = cluster();
  fs.writeFileSync(path.join(data, "postmaster.pid"), `${process.pid}\n${data}\n`);
  const server = await start(data);
  expect(await ask(server.url, "SELECT 1")).toBe(1);
});

test("a server whose processes were killed recovers, and is stopped by who joined it then", async () => {
  const data = cluster();
  const first = await start(data);
  const second = await start(data);
  await ask(first.url, "CREATE TABLE kept AS SELECT 1 AS answer");
  await ask(
    first.url,
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()",
  );
  await first.stop();
  await second.stop();
  expect(serverIn(data)).toBeNull();
  const third = await start(data);
  process.kill(serverIn(data) ?? 0, "SIGKILL");
  const fourth = await start(data);
  expect(await ask(fourth.url, "SELECT answer FROM kept")).toBe(1);
  await third.stop();
  await fourth.stop();
  expect(serverIn(data)).toBeNull();
});

test("a server whose process was killed is taken over, and the last to leave stops it", async () => {
  const data = cluster();
  const killed = await hold(data);
  expect(killed.said.owner).toBe(true);
  const pid = serverIn(data);
  await killed.kill();
  expect(await ask(killed.said.url, "SELECT 1")).toBe(1);

  const next = await hold(data);
  expect(next.said).toEqual({ owner: false, url: killed.said.url });
  expect(serverIn(data)).toBe(pid);
  const beside = await start(data);
  expect(await next.leave()).toBe(0);
  expect(await ask(beside.url, "SELECT 1")).toBe(1);
  await beside.stop();
  expect(serverIn(data)).toBeNull();
});

test("the process that started the server may leave while others use it", async () => {
  const data = cluster();
  const first = await hold(data);
  const second = await start(data);
  expect([first.said.owner, second.owner]).toEqual([true, false]);
  expect(await first.leave()).toBe(0);
  expect(await ask(second.url, "SELECT 1")).toBe(1);
  await second.stop();
  expect(serverIn(data)).toBeNull();
});

test("four processes that start at once on an empty place share one server", async () => {
  const data = path.join(place(), "postgres");
  const four = await Promise.all([hold(data), hold(data), hold(data), hold(data)]);
  expect(four.filter(({ said }) => said.owner)).toHaveLength(1);
  expect(new Set(four.map(({ said }) => said.url)).size).toBe(1);
  expect(await Promise.all(four.map((one) => one.leave()))).toEqual([0, 0, 0, 0]);
  expect(serverIn(data)).toBeNull();
  expect(fs.readdirSync(path.dirname(data)).sort()).toEqual(["postgres", "postgres.log"]);
});

test("a server that cannot start says why", async () => {
  const data = cluster();
  await expect(startPostgres(data, { settings: { shared_buffers: "plenty" } })).rejects.toThrow(
    /did not start after 3 attempts\. The end of .*postgres\.log:\n[^]*invalid value for parameter "shared_buffers": "plenty"/,
  );
});

test("a cluster of another major version is named, with what to do", async () => {
  const data = path.join(place(), "postgres");
  fs.mkdirSync(data);
  fs.writeFileSync(path.join(data, "PG_VERSION"), "15\n");
  await expect(startPostgres(data)).rejects.toThrow(
    /made by PostgreSQL 15, and the installed one is 18.*pg_dumpall/,
  );
});

test("what an interrupted process left of a new cluster is swept, what a living one makes is not", async () => {
  const data = path.join(place(), "postgres");
  const dead = spawnSync(process.execPath, ["--version"]).pid;
  fs.mkdirSync(`${data}.init-${dead}/base`, { recursive: true });
  fs.mkdirSync(`${data}.init-${process.ppid}`);
  await (await start(data)).stop();
  expect(fs.readdirSync(path.dirname(data)).sort()).toEqual([
    "postgres",
    `postgres.init-${process.ppid}`,
    "postgres.log",
  ]);
});

test("the programs' symlinks are made when the package's install script did not run", () => {
  const native = path.join(place(), "native");
  fs.mkdirSync(path.join(native, "lib"), { recursive: true });
  fs.writeFileSync(path.join(native, "lib/libicuuc.so.60.2"), "icu");
  const links = [{ source: "native/lib/libicuuc.so.60.2", target: "native/lib/libicuuc.so.60" }];
  fs.writeFileSync(path.join(native, "pg-symlinks.json"), JSON.stringify(links));
  hydrate(path.dirname(native));
  hydrate(path.dirname(native));
  expect(fs.readlinkSync(path.join(native, "lib/libicuuc.so.60"))).toBe("libicuuc.so.60.2");
  expect(fs.readFileSync(path.join(native, "lib/libicuuc.so.60"), "utf8")).toBe("icu");
});
