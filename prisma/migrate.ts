// Prisma's own schema engine in WASM, so that migrations need no downloaded binary. The history table and its checksums
// are the engine's: `prisma migrate` of the same version reads them too.
import fs from "node:fs/promises";
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { bindMigrationAwareSqlAdapterFactory } from "@prisma/driver-adapter-utils";
import pg from "pg";
import type {
  MigrationList,
  SchemaEngine,
  SchemasContainer,
} from "@prisma/schema-engine-wasm/schema_engine_bg";
import { startPostgres } from "./embedded.ts";
import { MigrationPg } from "./migration-adapter.ts";

export interface Migrations {
  url: string;
  /** The folder that holds schema.prisma and migrations/. */
  directory?: string;
}

/** Beside this file; when this file is bundled into the build, where the app is started. */
const HOME = [import.meta.dirname, path.resolve("prisma")].find((place) =>
  existsSync(path.join(place, "schema.prisma")),
);
const filters = { externalTables: [], externalEnums: [] };

/** Applies what has not been applied. Safe to call from several processes at once: the engine takes a lock. */
export async function deploy(url: string, directory?: string): Promise<string[]> {
  return withEngine({ url, directory }, async (engine, at) => {
    const { appliedMigrationNames } = await engine.applyMigrations({
      migrationsList: await listed(at),
      filters,
    });
    return appliedMigrationNames;
  });
}

/**
 * Writes the migration that the schema needs and applies it; returns its name, or null when nothing changed.
 * Needs the right to create a database (the shadow). A migration that would lose data says so in `warn`.
 */
export async function develop(
  { url, directory }: Migrations,
  name: string,
  warn: (message: string) => void,
): Promise<string | null> {
  // By an engine of its own: on an empty database the diagnosis asks for a shadow in a way no adapter can serve.
  await deploy(url, directory);
  return withEngine({ url, directory }, async (engine, at) => {
    const { action } = await engine.devDiagnostic({ migrationsList: await listed(at), filters });
    if (action.tag === "reset")
      throw new Error(`The database does not follow from the migrations, make a new one: ${action.reason}`);
    await engine.applyMigrations({ migrationsList: await listed(at), filters });
    const schema = await schemaOf(at);
    const loss = await engine.evaluateDataLoss({ migrationsList: await listed(at), schema, filters });
    for (const { message } of [...loss.warnings, ...loss.unexecutableSteps]) warn(message);
    const made = await engine.createMigration({
      migrationsList: await listed(at),
      schema,
      migrationName: name,
      draft: false,
      filters,
    });
    if (!made.migrationScript) return null;
    const folder = path.join(at, "migrations", made.generatedMigrationName);
    await fs.mkdir(folder, { recursive: true });
    await fs.writeFile(path.join(folder, `migration.${made.extension}`), made.migrationScript);
    const lock = path.join(at, "migrations", "migration_lock.toml");
    if (!existsSync(lock)) await fs.writeFile(lock, `provider = "${made.connectorType}"\n`);
    await engine.applyMigrations({ migrationsList: await listed(at), filters });
    return made.generatedMigrationName;
  });
}

/** What the database still lacks, in words; empty when it is up to date. */
export async function status({ url, directory }: Migrations): Promise<string[]> {
  return withEngine({ url, directory }, async (engine, at) => {
    const found = await engine.diagnoseMigrationHistory({
      migrationsList: await listed(at),
      optInToShadowDatabase: false,
      filters,
    });
    const history = found.history;
    return [
      ...found.failedMigrationNames.map((name) => `failed: ${name}`),
      ...found.editedMigrationNames.map((name) => `edited after it was applied: ${name}`),
      ...(history && "unappliedMigrationNames" in history ? history.unappliedMigrationNames : []).map(
        (name) => `not applied: ${name}`,
      ),
      ...(history && "unpersistedMigrationNames" in history ? history.unpersistedMigrationNames : []).map(
        (name) => `applied, but not in the folder: ${name}`,
      ),
    ];
  });
}

/** Marks a failed migration as rolled back (PostgreSQL undid it whole), so that the next deploy runs it again. */
export async function resolve({ url, directory }: Migrations, migrationName: string): Promise<void> {
  return withEngine({ url, directory }, async (engine) => {
    await engine.markMigrationRolledBack({ migrationName });
  });
}

/** How the schema differs from the migrations replayed on an empty database; null when they agree. */
export async function check({ url, directory }: Migrations): Promise<string | null> {
  return withEngine({ url, directory }, async (engine, at) => {
    const { stdout, exitCode } = await engine.diff({
      from: { tag: "migrations", ...(await listed(at)) },
      to: { tag: "schemaDatamodel", ...(await schemaOf(at)) },
      script: false,
      exitCode: true,
      filters,
    });
    return exitCode === 0 ? null : (stdout ?? "").trim();
  });
}

/** How the schema differs from the database as it is; null when they agree. */
export async function drift({ url, directory }: Migrations): Promise<string | null> {
  return withEngine({ url, directory }, async (engine, at) => {
    const schema = await schemaOf(at);
    const { stdout, exitCode } = await engine.diff({
      from: { tag: "schemaDatasource", ...schema, configDir: at },
      to: { tag: "schemaDatamodel", ...schema },
      script: false,
      exitCode: true,
      filters,
    });
    return exitCode === 0 ? null : (stdout ?? "").trim();
  });
}

async function schemaOf(at: string): Promise<SchemasContainer> {
  const file = path.join(at, "schema.prisma");
  return { files: [{ path: file, content: await fs.readFile(file, "utf8") }] };
}

async function listed(at: string): Promise<MigrationList> {
  const baseDir = path.join(at, "migrations");
  const read = (file: string) => fs.readFile(path.join(baseDir, file), "utf8").catch(() => null);
  const entries = existsSync(baseDir) ? await fs.readdir(baseDir, { withFileTypes: true }) : [];
  const names = entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
  return {
    baseDir,
    shadowDbInitScript: "",
    lockfile: { path: "migration_lock.toml", content: await read("migration_lock.toml") },
    migrationDirectories: await Promise.all(
      names.sort().map(async (name) => {
        const sql = await read(path.join(name, "migration.sql"));
        const content =
          sql === null
            ? ({ tag: "error", value: "it has no migration.sql" } as const)
            : ({ tag: "ok", value: sql } as const);
        return { path: name, migrationFile: { path: "migration.sql", content } };
      }),
    ),
  };
}

type EngineClass = typeof SchemaEngine;
let loaded: Promise<EngineClass> | undefined;

/** Loaded on first use, and once: the module keeps its WASM instance in a variable of its own. */
function engineClass(): Promise<EngineClass> {
  return (loaded ??= (async () => {
    const name = "@prisma/schema-engine-wasm/schema_engine_bg";
    const glue = await import("@prisma/schema-engine-wasm/schema_engine_bg");
    const binary = createRequire(import.meta.url)
      .resolve(name)
      .replace(/\.js$/, ".wasm");
    const { instance } = await WebAssembly.instantiate(await fs.readFile(binary), {
      "./schema_engine_bg.js": glue as unknown as WebAssembly.ModuleImports,
    });
    glue.__wbg_set_wasm(instance.exports);
    (instance.exports.__wbindgen_start as () => void)();
    return glue.SchemaEngine;
  })());
}

async function withEngine<T>(
  { url, directory = HOME }: Migrations,
  work: (engine: SchemaEngine, directory: string) => Promise<T>,
): Promise<T> {
  if (!directory) throw new Error("prisma/schema.prisma was not found: start the app from its own folder");
  const at = path.resolve(directory);
  const connections = new MigrationPg(url);
  const adapter = bindMigrationAwareSqlAdapterFactory(connections);
  try {
    const Engine = await engineClass();
    const datamodels = (await schemaOf(at)).files.map(({ path, content }): [string, string] => [
      path,
      content,
    ]);
    const engine = await Engine.new({ datamodels }, () => undefined, adapter);
    return await work(engine, at);
  } catch (error) {
    throw await readable(error, url);
  } finally {
    await connections.close();
  }
}

/** Prisma's code for "an earlier migration failed, so none is applied". */
const FAILED_BEFORE = "P3009";

/** The engine's errors carry its own stack in their message, and a refusal does not repeat what went wrong before. */
async function readable(error: unknown, url: string): Promise<Error> {
  if (!(error instanceof Error)) return new Error(String(error));
  if ((error as { code?: string }).code === FAILED_BEFORE) {
    const lines = (await failures(url)).flatMap(({ name, logs }) => [
      `Migration ${name} failed before, so nothing was applied: ${said(logs)}`,
      `Once it is mended: node prisma/migrate.ts resolve ${name}, then deploy again.`,
    ]);
    return new Error(lines.join("\n"), { cause: error });
  }
  const failed = /migration_name="([^"]+)"/.exec(error.message)?.[1];
  const words = said(error.message);
  return new Error(failed ? `Migration ${failed} failed and was rolled back: ${words}` : words, {
    cause: error,
  });
}

function said(text: string): string {
  const [words = ""] = text.split(/\n(?=\s+\d+: )/);
  return words
    .replace(/external connector error\n/, "")
    .replace(/Error querying the database: /, "")
    .trim();
}

async function failures(url: string): Promise<{ name: string; logs: string }[]> {
  const client = new pg.Client({ connectionString: url });
  try {
    await client.connect();
    const { rows } = await client.query<{ name: string; logs: string }>(
      `SELECT migration_name AS name, coalesce(logs, '') AS logs FROM _prisma_migrations
       WHERE finished_at IS NULL AND rolled_back_at IS NULL ORDER BY started_at`,
    );
    return rows;
  } finally {
    await client.end();
  }
}

const USAGE = `node prisma/migrate.ts COMMAND
  deploy        apply what is not applied
  dev NAME      write the migration that schema.prisma needs, and apply it
  status        what the database lacks; exit code 1 if anything
  check         do the migrations give schema.prisma? exit code 1 if not
  drift         does the database have schema.prisma? exit code 1 if not
  resolve NAME  let a failed migration run again
The database is DATABASE_URL, or the embedded one in DATA_DIR (.data).`;

/** Runs one command and returns the exit code. */
async function command([name = "", argument]: string[]): Promise<number> {
  const { DATABASE_URL, DATA_DIR = ".data" } = process.env;
  const say = (text: string) => void process.stdout.write(`${text}\n`);
  const verdict = (difference: string | null) => {
    say(difference ?? "no difference");
    return difference === null ? 0 : 1;
  };
  const commands: Record<string, (url: string) => Promise<number>> = {
    deploy: async (url) => {
      const applied = await deploy(url);
      say(applied.length > 0 ? `applied ${applied.join(", ")}` : "up to date");
      return 0;
    },
    dev: async (url) => {
      const made = await develop({ url }, argument ?? "change", (warning) => say(`! ${warning}`));
      say(made ? `created and applied ${made}` : "schema.prisma asks for no change");
      return 0;
    },
    status: async (url) => {
      const lacks = await status({ url });
      say(lacks.length > 0 ? lacks.join("\n") : "up to date");
      return lacks.length > 0 ? 1 : 0;
    },
    check: async (url) => verdict(await check({ url })),
    drift: async (url) => verdict(await drift({ url })),
    resolve: async (url) => {
      if (!argument) throw new Error("Which migration? node prisma/migrate.ts resolve NAME");
      await resolve({ url }, argument);
      return 0;
    },
  };
  const run = commands[name];
  if (!run) {
    say(USAGE);
    return 2;
  }
  const server = DATABASE_URL ? null : await startPostgres(path.join(DATA_DIR, "postgres"));
  try {
    return await run(DATABASE_URL || server?.url || "");
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    return 1;
  } finally {
    await server?.stop();
  }
}

if (import.meta.main) process.exitCode = await command(process.argv.slice(2));
