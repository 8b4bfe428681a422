// Real PostgreSQL from npm: one data directory, one private unix socket, no TCP port, no password. The server outlives a
// process that is killed and is taken over by the next one; the last user to leave stops it.
import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import crypto from "node:crypto";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import {
  appear,
  findBinaries,
  reachable,
  serverAccount,
  SHARED_HOME,
  shortHash,
  sweepUnfinished,
  type Account,
  type Binaries,
} from "./binaries.ts";

export interface EmbeddedPostgres {
  /** A connection string for any client; it names the socket's directory. */
  url: string;
  /** Whether this call started the server; false when it was running already. */
  owner: boolean;
  /** Where the cluster lies; another place than asked for when the server's account cannot enter that. */
  dataDirectory: string;
  /** Leaves; the server stops when nobody else in any process uses it. */
  stop(): Promise<void>;
}

export interface EmbeddedOptions {
  /** Created when absent. */
  database?: string;
  /** Server settings beside ours, such as { fsync: "off" } for a throw-away server. */
  settings?: Readonly<Record<string, string>>;
}

/** sockaddr_un holds 104 bytes on macOS and 108 on Linux, less "/.s.PGSQL.5432.lock". */
const MAX_SOCKET_DIRECTORY = 84;
const START_ATTEMPTS = 3;
const START_DEADLINE_MS = 60_000;
const STOP_DEADLINE_MS = 30_000;
const REVIVE_EVERY_MS = 1000;
/** PostgreSQL's "fast" shutdown: open transactions roll back, data is flushed. */
const FAST_SHUTDOWN = "SIGINT";
/** Every user of the server holds this advisory lock shared; who gets it alone is the last. "segmkpis" in ASCII. */
const USERS_LOCK = "8315166890803390835";

/** Nothing of ours is for the server: neither our secrets nor a PGPORT or PGOPTIONS that is meant for another one. */
const SERVER_ENV = { LC_ALL: "C", NODE_ENV: process.env.NODE_ENV };
const PORT = 5432;

const SETTINGS: Readonly<Record<string, string>> = {
  listen_addresses: "",
  port: String(PORT),
  shared_buffers: "64MB",
  max_connections: "100",
  jit: "off",
  io_method: "sync",
  max_logical_replication_workers: "0",
  wal_level: "minimal",
  max_wal_senders: "0",
  log_checkpoints: "off",
};

/**
 * Starts, joins or takes over the PostgreSQL server of a data directory.
 * Fails with the tail of the server's log when it does not start, and says what to do when the directory was made by
 * another major version.
 */
export async function startPostgres(
  directory: string,
  { database = "app", settings = {} }: EmbeddedOptions = {},
): Promise<EmbeddedPostgres> {
  const account = serverAccount();
  const binaries = await findBinaries(account);
  const data = placeData(path.resolve(directory), account);
  const socket = placeSocket(data, account);
  sweepUnfinished(data, "init");
  if (!fs.existsSync(data)) createCluster(binaries, data, account, settings.fsync === "off");
  checkMajor(data, binaries);

  const held = await joinOrLaunch(binaries, data, socket, { ...SETTINGS, ...settings }, account);
  const owner = running(held.child);
  await ensureDatabase(socket, database);

  let leaving: Promise<void> | null = null;
  let reviving = Promise.resolve();
  /** A server that ends while it is used is started again, by whichever of its users is first. */
  const keepAlive = (lease: pg.Client) =>
    void lease.once("end", () => {
      reviving = revive();
    });
  async function revive(): Promise<void> {
    for (; leaving === null; await sleep(REVIVE_EVERY_MS, undefined, { ref: false })) {
      const next = await joinOrLaunch(binaries, data, socket, { ...SETTINGS, ...settings }, account).catch(
        () => null,
      );
      if (next === null) continue;
      held.lease = next.lease;
      held.child = next.child ?? held.child;
      return keepAlive(next.lease);
    }
  }
  keepAlive(held.lease);
  const stop = async () => {
    await reviving;
    await leave(held.lease, data, socket, running(held.child) ? held.child : null);
  };
  return {
    url: `postgresql://app@/${encodeURIComponent(database)}?host=${encodeURIComponent(socket)}`,
    owner,
    dataDirectory: data,
    stop: () => (leaving ??= stop()),
  };
}

/**
 * Under a directory that the server's account cannot enter, such as /root, the cluster lies in a shared place and a link
 * stands for it: who removes the link begins anew, and the old cluster stays where it is until somebody removes it.
 */
function placeData(wanted: string, account: Account): string {
  fs.mkdirSync(path.dirname(wanted), { recursive: true });
  if (reachable(path.dirname(wanted), account)) return wanted;
  fs.mkdirSync(SHARED_HOME, { recursive: true, mode: 0o755 });
  try {
    fs.symlinkSync(path.join(SHARED_HOME, `data-${crypto.randomUUID()}`), wanted);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    if (!fs.lstatSync(wanted).isSymbolicLink())
      throw new Error(
        `The account that runs PostgreSQL cannot enter ${wanted}: start as the owner of that directory`,
        {
          cause: error,
        },
      );
  }
  return fs.readlinkSync(wanted);
}

function placeSocket(data: string, account: Account): string {
  if (Buffer.byteLength(data) <= MAX_SOCKET_DIRECTORY) return data;
  const directory = path.join(os.tmpdir(), `pg-${shortHash(data)}`);
  ownDirectory(directory, account);
  // The name can be guessed, and a temporary directory is open to all: whoever owns the socket could pose as our server.
  const made = fs.lstatSync(directory);
  if (!made.isDirectory() || made.uid !== (account?.uid ?? process.getuid?.()))
    throw new Error(`${directory} belongs to somebody else: remove it, or use a shorter DATA_DIR`);
  return directory;
}

function ownDirectory(directory: string, account: Account): void {
  if (fs.mkdirSync(directory, { recursive: true, mode: 0o700 }) !== undefined && account)
    fs.chownSync(directory, account.uid, account.gid);
}

/** A new cluster appears in one rename, so that an interrupted initdb leaves nothing half-made behind. */
function createCluster(binaries: Binaries, data: string, account: Account, throwAway: boolean): void {
  const fresh = `${data}.init-${process.pid}`;
  fs.rmSync(fresh, { recursive: true, force: true });
  ownDirectory(fresh, account);
  const locale = ["--encoding=UTF8", "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"];
  const made = spawnSync(
    binaries.initdb,
    [
      "-D",
      fresh,
      "-U",
      "app",
      "--auth=trust",
      ...locale,
      "-c",
      "timezone=UTC",
      ...(throwAway ? ["--no-sync"] : []),
    ],
    { ...account, encoding: "utf8", cwd: "/", env: SERVER_ENV },
  );
  if (made.status !== 0) {
    fs.rmSync(fresh, { recursive: true, force: true });
    throw new Error(`PostgreSQL could not create ${data}: ${made.stderr || made.error?.message || ""}`);
  }
  appear(fresh, data);
}

function checkMajor(data: string, binaries: Binaries): void {
  const file = path.join(data, "PG_VERSION");
  const major = fs.existsSync(file) ? fs.readFileSync(file, "utf8").trim() : "nothing that is PostgreSQL's";
  if (major === binaries.major) return;
  throw new Error(
    `${data} was made by PostgreSQL ${major}, and the installed one is ${binaries.major}. Its files cannot be read: ` +
      `dump the data with the old version (pg_dumpall), move the directory away, start again and restore; or move it away to begin anew.`,
  );
}

async function joinOrLaunch(
  binaries: Binaries,
  data: string,
  socket: string,
  settings: Readonly<Record<string, string>>,
  account: Account,
): Promise<{ lease: pg.Client; child: ChildProcess | null }> {
  const flags = Object.entries(settings).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
  const log = `${data}.log`;
  let child: ChildProcess | null = null;
  let logged = 0;
  let failures = 0;
  for (const deadline = Date.now() + START_DEADLINE_MS; Date.now() < deadline; await sleep(50)) {
    const state = await join(socket);
    if (state instanceof pg.Client) return { lease: state, child };
    if (state === "starting" || running(child)) continue;
    // Another process may have been quicker: its server holds the lock file and will answer soon.
    if (child && !/lock file "postmaster\.pid" already exists/.test(tail(log, logged))) failures += 1;
    if (failures >= START_ATTEMPTS) throw startFailure(data, log, `after ${START_ATTEMPTS} attempts`);
    dropStaleLock(data);
    logged = tail(log).length;
    child = launch(binaries.postgres, ["-D", data, "-k", socket, ...flags], log, account);
  }
  throw startFailure(data, log, "in a minute");
}

function launch(postgres: string, args: string[], log: string, account: Account): ChildProcess {
  // A file, not a pipe, and a session of its own: the server may outlive us, and Ctrl-C in the terminal is not for it.
  const journal = fs.openSync(log, "a", 0o600);
  const child = spawn(postgres, args, {
    ...account,
    cwd: "/",
    env: SERVER_ENV,
    stdio: ["ignore", journal, journal],
    detached: true,
  });
  fs.closeSync(journal);
  child.on("error", (error) => fs.appendFileSync(log, `${error.message}\n`));
  child.unref();
  return child;
}

function running(child: ChildProcess | null): boolean {
  return child?.pid !== undefined && child.exitCode === null && child.signalCode === null;
}

function exited(child: ChildProcess): Promise<void> {
  return new Promise((done) => {
    if (!running(child)) return done();
    child.once("exit", () => done());
  });
}

function clientOf(socket: string): pg.Client {
  const client = new pg.Client({ host: socket, port: PORT, user: "app", database: "postgres" });
  // A server that goes away while nobody asks it anything is noticed by the next question.
  client.on("error", () => undefined);
  return client;
}

/** A connection that counts us among the server's users; it ends with our process, however that ends. */
async function join(socket: string): Promise<pg.Client | "starting" | "down"> {
  const client = clientOf(socket);
  try {
    await client.connect();
    await client.query("SELECT pg_advisory_lock_shared($1)", [USERS_LOCK]);
    holdsProcess(client, false);
    return client;
  } catch (error) {
    await client.end().catch(() => undefined);
    // 57P01 and 57P03: the server is stopping or starting.
    return (error as { code?: string }).code?.startsWith("57P") ? "starting" : "down";
  }
}

/** Whether the connection keeps the process alive (pg's own ref and unref, which its types leave out). */
function holdsProcess(client: pg.Client, holds: boolean): void {
  const handle = client as pg.Client & { ref(): void; unref(): void };
  if (holds) handle.ref();
  else handle.unref();
}

async function leave(
  lease: pg.Client,
  data: string,
  socket: string,
  child: ChildProcess | null,
): Promise<void> {
  holdsProcess(lease, true);
  const alone = (client: pg.Client) =>
    client
      .query<{ last: boolean }>("SELECT pg_advisory_unlock_shared($1), pg_try_advisory_lock($1) AS last", [
        USERS_LOCK,
      ])
      .then(({ rows }) => rows[0]?.last === true);
  // The server ends every connection when one of its processes crashes: count again on a new one.
  const last = await alone(lease).catch(async () => {
    const again = await join(socket);
    if (!(again instanceof pg.Client)) return child !== null;
    return alone(again).finally(() => again.end());
  });
  if (last) await shutDown(data, child);
  await lease.end().catch(() => undefined);
  if (last && socket !== data) fs.rmSync(socket, { recursive: true, force: true });
}

function lockFile(data: string): string {
  return path.join(data, "postmaster.pid");
}

/** The server's process by its lock file, 0 when there is none. */
function lockedBy(data: string): number {
  const text = fs.existsSync(lockFile(data)) ? fs.readFileSync(lockFile(data), "utf8") : "";
  return Number.parseInt(text, 10) || 0;
}

/** After a crash the number in the lock file may be another process's by now, for which PostgreSQL would wait in vain. */
function dropStaleLock(data: string): void {
  const pid = lockedBy(data);
  const command = `/proc/${pid}/cmdline`;
  if (pid > 0 && fs.existsSync(command) && !fs.readFileSync(command, "utf8").includes("postgres"))
    fs.rmSync(lockFile(data), { force: true });
}

async function shutDown(data: string, child: ChildProcess | null): Promise<void> {
  const pid = lockedBy(data);
  if (pid === 0) return;
  child?.ref();
  try {
    process.kill(pid, FAST_SHUTDOWN);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
    return;
  }
  if (child) return exited(child);
  // Not our child: the server takes its lock file away as the last thing it does.
  for (const deadline = Date.now() + STOP_DEADLINE_MS; fs.existsSync(lockFile(data)); await sleep(10))
    if (Date.now() > deadline) throw new Error(`PostgreSQL in ${data} (process ${pid}) does not stop`);
}

async function ensureDatabase(socket: string, name: string): Promise<void> {
  const client = clientOf(socket);
  await client.connect();
  try {
    const there = await client.query("SELECT FROM pg_database WHERE datname = $1", [name]);
    if (there.rowCount === 0) await client.query(`CREATE DATABASE ${pg.escapeIdentifier(name)}`);
  } catch (error) {
    // Another process was quicker (42P04, or 23505 when both were at it at once).
    if (!["42P04", "23505"].includes((error as { code?: string }).code ?? "")) throw error;
  } finally {
    await client.end();
  }
}

/** The log from a position on, in characters. */
function tail(log: string, from = 0): string {
  return fs.existsSync(log) ? fs.readFileSync(log, "utf8").slice(from) : "";
}

function startFailure(data: string, log: string, when: string): Error {
  const lines = tail(log).trimEnd().split("\n").slice(-15);
  return new Error(
    `PostgreSQL in ${data} did not start ${when}. The end of ${log}:\n  ${lines.join("\n  ")}`,
  );
}
