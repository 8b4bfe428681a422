// How long the app itself, its database and its front door take from start to ready where many shops are installed.
import { chmod } from "node:fs/promises";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import { startPostgres } from "../../../prisma/embedded.ts";
import { deploy } from "../../../prisma/migrate.ts";
import { startChild } from "../demo/child.ts";
import { freePort, root } from "../demo/stack.ts";
import "../setup/env.ts";

const GIVEN_UP_MS = 60_000;

/**
 * Seconds until /readyz says yes, for the app started on `directory`, whose warehouse holds the shops' tables.
 * @throws when it does not become ready within a minute
 */
export async function secondsToReady(directory: string, shops: readonly string[]): Promise<number> {
  // Run by root, PostgreSQL gets another account, which must be able to pass through.
  await chmod(directory, 0o711);
  const postgres = await startPostgres(path.join(directory, "postgres"));
  await deploy(postgres.url);
  const client = new pg.Client({ connectionString: postgres.url });
  await client.connect();
  await client.query(
    `INSERT INTO "Shop" ("domain", "scopes", "currency", "timeZone", "firstSyncStartedAt", "firstSyncFinishedAt", "lastSweepAt", "sweptUntil")
     SELECT domain, 'read_orders,read_customers', 'EUR', 'Europe/Berlin', now(), now(), now(), now() FROM unnest($1::text[]) AS domain`,
    [shops],
  );
  await client.end();
  await postgres.stop();

  const port = await freePort();
  const start = performance.now();
  const app = startChild({
    args: [path.join(root, "app/server.ts")],
    cwd: root,
    logFile: path.join(directory, "app.log"),
    env: {
      ...process.env,
      NODE_ENV: "production",
      DATA_DIR: directory,
      HOST: "127.0.0.1",
      PORT: String(port),
      UV_THREADPOOL_SIZE: "16",
      LOG_LEVEL: "warn",
    },
  });
  try {
    for (;;) {
      const answer = await fetch(`http://127.0.0.1:${port}/readyz`).catch(() => null);
      if (answer?.status === 200) return (performance.now() - start) / 1000;
      if (app.end() !== null || performance.now() - start > GIVEN_UP_MS)
        throw new Error(`The app did not become ready: ${app.end() ?? "still starting"}. ${app.tail()}`);
      await sleep(20);
    }
  } finally {
    await app.stop();
  }
}
