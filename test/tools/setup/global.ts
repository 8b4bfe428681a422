// One PostgreSQL server per test run, in a directory that goes with it, and a migrated database to copy from.
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { Logger, runMigrations } from "graphile-worker";
import type { TestProject } from "vitest/node";
import { startPostgres } from "../../../prisma/embedded.ts";
import { deploy } from "../../../prisma/migrate.ts";
import "./env.ts";

declare module "vitest" {
  export interface ProvidedContext {
    /** The migrated template database; never connect to it, PostgreSQL copies only what nobody uses. */
    postgresUrl: string;
  }
}

/** What a run keeps beside its databases, many times over. */
const ROOM = 4 * 2 ** 30;

interface Run {
  url: string;
  end(): Promise<void>;
}

/** Each project that needs the run's server loads this file apart from the others. */
const pinned = globalThis as typeof globalThis & { __run?: Promise<Run> | undefined; __users?: number };

export default async function setup(project: TestProject) {
  pinned.__users = (pinned.__users ?? 0) + 1;
  const run = await (pinned.__run ??= begin());
  project.provide("postgresUrl", run.url);
  return async () => {
    pinned.__users = (pinned.__users ?? 1) - 1;
    if (pinned.__users > 0) return;
    pinned.__run = undefined;
    await run.end();
  };
}

async function begin(): Promise<Run> {
  const directory = newDirectory(os.tmpdir());
  // Whatever a test leaves in the temporary directory, even one that was killed, goes with this one.
  const temporary = inMemory() ?? directory;
  process.env.TMPDIR = temporary;
  // Half of what a program of ours takes to start is reading its sources.
  process.env.NODE_COMPILE_CACHE = path.join(temporary, "compiled");
  const server = await startPostgres(path.join(directory, "postgres"), {
    database: "template_state",
    settings: { fsync: "off", full_page_writes: "off", max_connections: "300" },
  });
  await deploy(server.url);
  // What every opened queue would do first, so that it finds it done.
  await runMigrations({ connectionString: server.url, logger: new Logger(() => () => undefined) });
  return {
    url: server.url,
    async end() {
      await server.stop();
      for (const each of [temporary, directory]) fs.rmSync(each, { recursive: true, force: true });
    },
  };
}

function newDirectory(parent: string): string {
  const directory = fs.mkdtempSync(path.join(parent, "segment-kpis-test-"));
  // As root the server runs under another account, which must be able to enter.
  fs.chmodSync(directory, 0o755);
  return directory;
}

/** DuckDB waits for the disk at every commit: a fifth of the tests' time, where memory can be had in the disk's place. */
function inMemory(): string | null {
  try {
    const { bavail, bsize } = fs.statfsSync("/dev/shm");
    return bavail * bsize > ROOM && os.freemem() > ROOM ? newDirectory("/dev/shm") : null;
  } catch {
    return null;
  }
}
