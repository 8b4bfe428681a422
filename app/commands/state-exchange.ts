// A restored state beside the one that is there: that moves aside, and goes only when the new one is whole, so that a
// restore which fails leaves everything as it was.
import { cp, mkdir, mkdtemp, readdir, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { deploy } from "../../prisma/migrate.ts";
import type { Manifest } from "./backup-files.ts";
import { copyStateIn, withClient } from "./state-copy.ts";

const ASIDE = { public: "before_restore", graphile_worker: "before_restore_queue" } as const;

export interface Found {
  /** Shops in the state that is there now. */
  shops: string[];
  /** Any row in any table. */
  empty: boolean;
}

/** What a restore would overwrite; throws while another program is connected, as a running app is. */
export async function whatIsThere(url: string): Promise<Found> {
  return withClient(url, async (client) => {
    const { rows: others } = await client.query<{ n: number }>(
      `SELECT count(*)::int AS n FROM pg_stat_activity
       WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'
         AND usename = current_user`,
    );
    if ((others[0]?.n ?? 0) > 0)
      throw new Error("The database is in use. Stop the app, all its processes, before a restore.");
    const { rows: known } = await client.query<{ there: boolean }>(
      `SELECT to_regclass('public."Shop"') IS NOT NULL AS there`,
    );
    const { rows: tables } = await client.query<{ n: number }>(
      `SELECT count(*)::int AS n FROM pg_tables WHERE schemaname = 'public' AND tablename <> '_prisma_migrations'`,
    );
    if (!known[0]?.there) return { shops: [], empty: (tables[0]?.n ?? 0) === 0 };
    const { rows: shops } = await client.query<{ domain: string }>(
      `SELECT domain FROM "Shop" ORDER BY domain`,
    );
    const { rows: sessions } = await client.query(`SELECT 1 FROM "Session" LIMIT 1`);
    return { shops: shops.map((row) => row.domain), empty: shops.length === 0 && sessions.length === 0 };
  });
}

/**
 * Puts the backup's state in the place of what is there, migrated to this version; `settle` does what must succeed before
 * the old state is given up.
 */
export async function exchangeState(
  url: string,
  directory: string,
  manifest: Manifest,
  settle: () => Promise<void>,
): Promise<void> {
  await moveAside(url);
  try {
    // A migration may also move data: the old tables first, then their rows, then what came after them.
    await asOf(manifest.migrations, (home) => deploy(url, home));
    await copyStateIn(url, directory, manifest.state);
    await deploy(url);
    await keepErased(url);
    await settle();
  } catch (error) {
    await moveBack(url);
    throw error;
  }
  await withClient(url, async (client) => {
    for (const aside of Object.values(ASIDE)) await client.query(`DROP SCHEMA IF EXISTS ${aside} CASCADE`);
  });
}

/**
 * Customers whom Shopify had the app erase since the backup stay on their shops' lists, requests stay to be done: the list that is there is the newer
 * one, and goes with the key by which it was made. Their facts come back with the backup and are erased again by a job.
 */
async function keepErased(url: string): Promise<void> {
  const old = ASIDE.public;
  await withClient(url, async (client) => {
    const { rows } = await client.query<{ there: boolean }>(
      `SELECT to_regclass('${old}."RedactedCustomer"') IS NOT NULL AS there`,
    );
    if (!rows[0]?.there) return;
    // What Shopify asked for since is still to be done; the kind's type has moved aside with the old tables.
    await client.query(
      `INSERT INTO public."PrivacyRequest"
         (id, shop, topic, "eventId", "customerId", "orderIds", "number", "receivedAt", "doneAt", "downloadedAt")
       SELECT id, shop, topic::text::public."PrivacyTopic", "eventId", "customerId", "orderIds", "number", "receivedAt",
         "doneAt", "downloadedAt"
       FROM ${old}."PrivacyRequest" WHERE shop IN (SELECT domain FROM public."Shop")
       ON CONFLICT DO NOTHING`,
    );
    const keyed = `SELECT domain, "redactionKey" AS key FROM ${old}."Shop" WHERE "redactionKey" IS NOT NULL`;
    await client.query(`DELETE FROM public."RedactedCustomer" r USING (${keyed}) o WHERE r.shop = o.domain`);
    await client.query(
      `INSERT INTO public."RedactedCustomer" (shop, hash)
       SELECT r.shop, r.hash FROM ${old}."RedactedCustomer" r
       WHERE r.shop IN (SELECT domain FROM public."Shop") AND r.shop IN (SELECT domain FROM (${keyed}) o)`,
    );
    await client.query(
      `UPDATE public."Shop" s SET "redactionKey" = o.key FROM (${keyed}) o WHERE s.domain = o.domain`,
    );
  });
}

/** Names of the backup's migrations that this version does not have: it was made by a newer one. */
export async function unknownMigrations(migrations: readonly string[]): Promise<string[]> {
  const known = await readdir(path.join(HOME, "migrations"));
  return migrations.filter((name) => !known.includes(name));
}

const HOME = path.resolve(import.meta.dirname, "../../prisma");

/** A folder with only those migrations. */
async function asOf(migrations: readonly string[], work: (home: string) => Promise<unknown>): Promise<void> {
  const home = await mkdtemp(path.join(os.tmpdir(), "segment-kpis-migrations-"));
  try {
    await mkdir(path.join(home, "migrations"));
    await cp(path.join(HOME, "schema.prisma"), path.join(home, "schema.prisma"));
    for (const name of ["migration_lock.toml", ...migrations])
      await cp(path.join(HOME, "migrations", name), path.join(home, "migrations", name), { recursive: true });
    await work(home);
  } finally {
    await rm(home, { recursive: true, force: true });
  }
}

async function moveAside(url: string): Promise<void> {
  await withClient(url, async (client) => {
    await client.query("BEGIN");
    for (const [schema, aside] of Object.entries(ASIDE)) {
      const there = async (name: string) =>
        (await client.query("SELECT 1 FROM pg_namespace WHERE nspname = $1", [name])).rowCount !== 0;
      // Left by a restore that was killed: the state from before it is the one aside.
      if (await there(aside)) await client.query(`DROP SCHEMA IF EXISTS ${schema} CASCADE`);
      else if (await there(schema)) await client.query(`ALTER SCHEMA ${schema} RENAME TO ${aside}`);
    }
    await client.query("CREATE SCHEMA public");
    await client.query("COMMIT");
  });
}

async function moveBack(url: string): Promise<void> {
  await withClient(url, async (client) => {
    await client.query("BEGIN");
    for (const [schema, aside] of Object.entries(ASIDE)) {
      await client.query(`DROP SCHEMA IF EXISTS ${schema} CASCADE`);
      const { rowCount } = await client.query("SELECT 1 FROM pg_namespace WHERE nspname = $1", [aside]);
      if (rowCount !== 0) await client.query(`ALTER SCHEMA ${aside} RENAME TO ${schema}`);
    }
    await client.query("COMMIT");
  });
}
