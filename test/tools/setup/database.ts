// Databases of a test's own, on the run's PostgreSQL server. They go with the server when the run ends.
import pg from "pg";
import { inject } from "vitest";

/** The URL of a new database with the app's tables, empty. */
export async function freshDatabase(): Promise<string> {
  return create("template_state");
}

/** The URL of a new database without tables. */
export async function emptyDatabase(): Promise<string> {
  return create("template0");
}

async function create(template: string): Promise<string> {
  const name = `test_${crypto.randomUUID().replaceAll("-", "")}`;
  const admin = new pg.Client({ connectionString: on("postgres") });
  await admin.connect();
  try {
    await admin.query(`CREATE DATABASE ${name} TEMPLATE ${template}`);
  } finally {
    await admin.end();
  }
  return on(name);
}

function on(database: string): string {
  return inject("postgresUrl").replace("/template_state?", `/${database}?`);
}
