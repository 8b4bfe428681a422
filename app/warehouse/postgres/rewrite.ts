// When deleted rows leave PostgreSQL's files. VACUUM FULL writes a table anew, but takes along what any transaction of the
// database may still see, whichever table that one reads; and whoever comes while it waits for a table waits behind it.
import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";

/** So long older transactions are waited for, and so long a table: who comes meanwhile waits as well. */
const PATIENCE_MS = 5_000;
const LOCK_MS = 2_000;
const POLL_MS = 50;
const LOCK_NOT_AVAILABLE = "55P03";

/**
 * Rewrites a shop's tables on a connection outside of any transaction. False while somebody may still see what was
 * deleted: the files may then hold it.
 */
export async function rewriteTables(
  client: pg.PoolClient,
  namespace: string,
  tables: readonly string[],
): Promise<boolean> {
  await client.query(`SET lock_timeout = ${LOCK_MS}`);
  try {
    if (!(await nobodySeesOlder(client))) return false;
    for (const name of tables) await client.query(`VACUUM (FULL, ANALYZE) ${namespace}.${name}`);
    // The planner's samples hold values of rows; ANALYZE has just replaced them.
    if (!(await nobodySeesOlder(client))) return false;
    // Skipped with a warning where we do not own the database.
    await client.query("VACUUM (FULL) pg_catalog.pg_statistic");
    return true;
  } catch (error) {
    if (error instanceof pg.DatabaseError && error.code === LOCK_NOT_AVAILABLE) return false;
    throw error;
  } finally {
    await client.query("RESET lock_timeout");
  }
}

/**
 * Waits until every transaction has ended that began before now: of this database, on standbys that report to this
 * server, and those that write in another database.
 */
async function nobodySeesOlder(client: pg.PoolClient): Promise<boolean> {
  const { rows } = await client.query<{ now: string }>(
    "SELECT pg_snapshot_xmax(pg_current_snapshot())::text AS now",
  );
  const until = performance.now() + PATIENCE_MS;
  for (;;) {
    // VACUUM itself disregards the horizon of others that vacuum. Its own snapshot is as old as the oldest transaction
    // that writes in any database of the server, and VACUUM FULL keeps what that may see.
    const { rows: older } = await client.query(
      `SELECT FROM (
         SELECT backend_xmin AS horizon FROM pg_stat_activity
         WHERE (datname = current_database() OR datname IS NULL) AND pid <> pg_backend_pid()
           AND pid NOT IN (SELECT pid FROM pg_stat_progress_vacuum)
         UNION ALL SELECT xmin FROM pg_replication_slots
         UNION ALL SELECT catalog_xmin FROM pg_replication_slots
         UNION ALL SELECT pg_snapshot_xmin(pg_current_snapshot())::xid
       ) seen
       WHERE age(horizon) > age($1::xid8::xid)
       LIMIT 1`,
      [rows[0]?.now],
    );
    if (older.length === 0) return true;
    if (performance.now() > until) return false;
    await sleep(POLL_MS);
  }
}
