// What the operator's commands share: options and help, the app's environment and databases, plain messages, exit codes
// (0 done, 1 not done, 2 wrong call).
import { existsSync } from "node:fs";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs, type ParseArgsConfig } from "node:util";
import { startPostgres } from "../../prisma/embedded.ts";
import { status } from "../../prisma/migrate.ts";
import { closeDb, db } from "../db.server.ts";
import { env } from "../env.server.ts";
import { failureIn } from "../queue/pending.server.ts";
import { closeQueue } from "../queue/queue.server.ts";
import { stopWorker } from "../queue/worker.server.ts";
import { keepFilesPrivate } from "../process/private-files.server.ts";
import { closeWarehouse, warehouse } from "../process/runtime.server.ts";
import { WarehouseLocked } from "../warehouse/errors.ts";
import { failureText } from "../words/failure.server.ts";
import { openWarehouse, type Warehouse } from "../warehouse/warehouse.server.ts";

export type Options = NonNullable<ParseArgsConfig["options"]>;
export type Values = Readonly<Record<string, string | boolean | (string | boolean)[] | undefined>>;

/** A call that cannot be right: the message, and how to ask for help. */
export class WrongCall extends Error {}

export const say = (text: string): void => void process.stdout.write(`${text}\n`);

/** Runs the command with the arguments of this process, and sets its exit code. */
export async function command(
  help: string,
  options: Options,
  run: (values: Values) => Promise<void>,
): Promise<void> {
  // What was begun in jobs goes on with the app.
  for (const signal of ["SIGINT", "SIGTERM"] as const)
    process.once(signal, () => void close().finally(() => process.exit(130)));
  try {
    const { values } = parse(options);
    if (values.help) return say(help);
    await run(values);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    const wrong = error instanceof WrongCall;
    process.stderr.write(`${message}\n${wrong ? "--help says how to call it.\n" : ""}`);
    process.exitCode = wrong ? 2 : 1;
  } finally {
    await close();
  }
}

function parse(options: Options): { values: Values } {
  try {
    return parseArgs({ options: { ...options, help: { type: "boolean", short: "h" } } });
  } catch (error) {
    throw new WrongCall(error instanceof Error ? error.message : String(error));
  }
}

export function text(values: Values, name: string): string | undefined {
  const value = values[name];
  return typeof value === "string" && value !== "" ? value : undefined;
}

export function needed(values: Values, name: string): string {
  const value = text(values, name);
  if (value === undefined) throw new WrongCall(`--${name} is needed.`);
  return value;
}

let postgres: Awaited<ReturnType<typeof startPostgres>> | null = null;
const opened: Warehouse[] = [];

/**
 * The state database's URL: DATABASE_URL, or the embedded server of DATA_DIR, started or joined.
 * @param options.create makes a new one where there is none; otherwise that is an error
 */
export async function stateUrl({ create = false } = {}): Promise<string> {
  const { DATABASE_URL, DATA_DIR } = env();
  if (DATABASE_URL) {
    await keepFilesPrivate(DATA_DIR);
    return (process.env.DATABASE_URL = DATABASE_URL);
  }
  const cluster = path.join(DATA_DIR, "postgres");
  if (!create && !existsSync(cluster))
    throw new Error(`There is no database in ${DATA_DIR}: set DATA_DIR or DATABASE_URL as the app has it.`);
  postgres = await startPostgres(cluster);
  await keepFilesPrivate(DATA_DIR);
  return (process.env.DATABASE_URL = postgres.url);
}

/** As stateUrl, for commands that work through the app's own code: its tables must be those of this version. */
export async function currentState(): Promise<void> {
  const lacks = await status({ url: await stateUrl() });
  if (lacks.length > 0)
    throw new Error(
      `The database is not that of this version (${lacks.join("; ")}): start the app, or npm run migrate deploy.`,
    );
}

/** The warehouse, or null while another process, the running app, holds its directory. */
export async function freeWarehouse(): Promise<Warehouse | null> {
  const { WAREHOUSE_URL: url, DATA_DIR } = env();
  try {
    opened.push(await openWarehouse({ url, directory: path.join(DATA_DIR, "warehouse") }));
  } catch (error) {
    if (error instanceof WarehouseLocked) return null;
    throw error;
  }
  // The code that jobs share takes the process's own handle: the same warehouse, open already.
  return await warehouse();
}

export interface Waiting {
  key: string;
  /** True once there is nothing more to wait for. */
  done: () => Promise<boolean>;
}

const PICKED_UP_WITHIN_MS = 60_000;

/** Waits for a job that the running app works off; fails when none takes it, or when it has used up its attempts. */
export async function followJob({ key, done }: Waiting): Promise<void> {
  const begun = Date.now();
  while (!(await done())) {
    const [job] = await db.$queryRaw<
      { running: boolean; attempts: number; gaveUp: boolean; error: string | null }[]
    >`
      SELECT locked_at IS NOT NULL AS running, attempts, attempts >= max_attempts AS "gaveUp", last_error AS error
      FROM graphile_worker.jobs WHERE key = ${key}`;
    if (!job && !(await done())) throw new Error("The app ended the job without an answer.");
    if (job?.gaveUp && !job.running) throw new Error(`The app gave it up: ${reasonOf(job.error)}`);
    if (job && !job.running && job.attempts === 0 && Date.now() - begun > PICKED_UP_WITHIN_MS)
      throw new Error(
        "A process holds the warehouse but works off no jobs. Is it the app, with this DATABASE_URL?",
      );
    await sleep(250);
  }
}

const reasonOf = (error: string | null): string =>
  error === null ? "no reason known" : failureText({ locale: "en" }, failureIn(error));

async function close(): Promise<void> {
  await stopWorker();
  await closeQueue();
  await closeWarehouse();
  for (const each of opened) await each.close();
  await closeDb();
  await postgres?.stop();
}
