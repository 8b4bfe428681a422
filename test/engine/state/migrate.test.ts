import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import pg from "pg";
import { afterEach, expect, test } from "vitest";
import { check, deploy, develop, drift, resolve, status } from "../../../prisma/migrate.ts";
import { emptyDatabase, freshDatabase } from "../../tools/setup/database.ts";

const names = fs
  .readdirSync("prisma/migrations", { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name)
  .sort();
const made: string[] = [];
afterEach(() => {
  for (const directory of made.splice(0)) fs.rmSync(directory, { recursive: true, force: true });
});

/** The project's schema and migrations, to change at will. */
function copy(): string {
  const directory = fs.mkdtempSync(path.join(os.tmpdir(), "segment-kpis-migrate-"));
  made.push(directory);
  fs.cpSync("prisma/schema.prisma", path.join(directory, "schema.prisma"));
  fs.cpSync("prisma/migrations", path.join(directory, "migrations"), { recursive: true });
  return directory;
}

function addMigration(directory: string, name: string, sql: string): void {
  const folder = path.join(directory, "migrations", name);
  fs.mkdirSync(folder, { recursive: true });
  fs.writeFileSync(path.join(folder, "migration.sql"), sql);
}

async function ask(url: string, sql: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows;
  } finally {
    await client.end();
  }
}

const version = (name: string): string => {
  const file = path.join("node_modules", name, "package.json");
  const { version, prisma } = JSON.parse(fs.readFileSync(file, "utf8")) as {
    version: string;
    prisma?: { enginesVersion?: string };
  };
  return prisma?.enginesVersion ?? version;
};

test("the schema engine in WASM is of the same commit as the installed Prisma", () => {
  const commit = version("@prisma/engines-version");
  expect(commit).toMatch(/^[0-9a-f]{40}$/);
  expect(version("@prisma/schema-engine-wasm").split(".").at(-1)).toBe(commit);
});

test("the migrations give the schema", async () => {
  expect(await check({ url: await emptyDatabase() })).toBeNull();
});

test("a second deploy applies nothing, and the database has the schema", async () => {
  const url = await emptyDatabase();
  expect(await status({ url })).toEqual(names.map((name) => `not applied: ${name}`));
  expect(await deploy(url)).toEqual(names);
  expect(await deploy(url)).toEqual([]);
  expect(await status({ url })).toEqual([]);
  expect(await drift({ url })).toBeNull();
});

test("three deploys at once apply each migration once", async () => {
  const url = await emptyDatabase();
  const applied = await Promise.all([deploy(url), deploy(url), deploy(url)]);
  expect(applied.flat().sort()).toEqual(names);
});

test("a column that nobody declared is reported as drift", async () => {
  const url = await freshDatabase();
  await ask(url, `ALTER TABLE "Shop" ADD COLUMN smuggled TEXT`);
  expect(await drift({ url })).toMatch(/Shop[^]*smuggled/);
});

test("a new field becomes a migration, once", async () => {
  const directory = copy();
  const url = await freshDatabase();
  const file = path.join(directory, "schema.prisma");
  fs.writeFileSync(file, fs.readFileSync(file, "utf8").replace("plan  ", "colour String?\n  plan  "));
  const warnings: string[] = [];
  const name = await develop({ url, directory }, "colour", (warning) => warnings.push(warning));
  expect(name).toMatch(/^\d{14}_colour$/);
  expect(fs.readFileSync(path.join(directory, "migrations", name ?? "", "migration.sql"), "utf8")).toContain(
    `ADD COLUMN     "colour" TEXT`,
  );
  expect(await develop({ url, directory }, "again", (warning) => warnings.push(warning))).toBeNull();
  expect(await drift({ url, directory })).toBeNull();
  expect(warnings).toEqual([]);
});

test("an empty database is brought up to date before it is asked what it lacks", async () => {
  const url = await emptyDatabase();
  expect(await develop({ url, directory: copy() }, "nothing", () => undefined)).toBeNull();
  expect(await status({ url })).toEqual([]);
});

test("functions and strings with semicolons survive", async () => {
  const directory = copy();
  const url = await freshDatabase();
  addMigration(
    directory,
    "20990101000000_function",
    `CREATE FUNCTION doubled(n INTEGER) RETURNS INTEGER AS $$ BEGIN RETURN n * 2; END; $$ LANGUAGE plpgsql;
     CREATE TABLE note AS SELECT 'a; b' AS text;`,
  );
  expect(await deploy(url, directory)).toEqual(["20990101000000_function"]);
  expect(await ask(url, "SELECT doubled(21) AS n, text FROM note")).toEqual([{ n: 42, text: "a; b" }]);
});

test("a failing migration is undone whole, says why each time, and runs once it is mended", async () => {
  const directory = copy();
  const url = await freshDatabase();
  const name = "20990101000000_broken";
  addMigration(directory, name, `CREATE TABLE half (n INTEGER); SELECT nothing_like_it();`);

  const failure = `Migration ${name} failed and was rolled back: ERROR: function nothing_like_it() does not exist`;
  await expect(deploy(url, directory)).rejects.toThrow(failure);
  expect(await ask(url, "SELECT to_regclass('half') AS half")).toEqual([{ half: null }]);
  expect(await status({ url, directory })).toContain(`failed: ${name}`);
  const refusal = await deploy(url, directory).catch((error: unknown) => (error as Error).message);
  expect(refusal).toContain(
    `${name} failed before, so nothing was applied: ERROR: function nothing_like_it() does not`,
  );
  expect(refusal).toContain(`node prisma/migrate.ts resolve ${name}`);

  addMigration(directory, name, `CREATE TABLE half (n INTEGER);`);
  await resolve({ url, directory }, name);
  expect(await deploy(url, directory)).toEqual([name]);
});

test("a server that is not there is named", async () => {
  await expect(deploy("postgresql://app@127.0.0.1:1/app")).rejects.toThrow(
    "Can't reach database server at `127.0.0.1:1`",
  );
});
