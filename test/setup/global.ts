// One PostgreSQL server per test run, in a directory that goes with it, and a migrated database to copy from.
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import type { TestProject } from "vitest/node";
import { startPostgres } from "../../prisma/embedded.ts";
import { deploy } from "../../prisma/migrate.ts";
import "./env.ts";

declare module "vitest" {
  export interface ProvidedContext {
    /** The migrated template database; never connect to it, PostgreSQL copies only what nobody uses. */
    postgresUrl: string;
  }
}

export default async function setup(project: TestProject) {
  const directory = fs.mkdtempSync(path.join(os.tmpdir(), "segment-kpis-test-"));
  // As root the server runs under another account, which must be able to enter.
  fs.chmodSync(directory, 0o755);
  // Whatever a test leaves in the temporary directory, even one that was killed, goes with this one.
  process.env.TMPDIR = directory;
  const server = await startPostgres(path.join(directory, "postgres"), {
    database: "template_state",
    settings: { fsync: "off", full_page_writes: "off", max_connections: "300" },
  });
  await deploy(server.url);
  project.provide("postgresUrl", server.url);
  return async () => {
    await server.stop();
    fs.rmSync(directory, { recursive: true, force: true });
  };
}
