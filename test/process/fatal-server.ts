// The program over a DuckDB that dies, or finds no memory, when SIGUSR2 comes, as the file "duckdb-does" in its directory says.
// From outside DuckDB 1.5.5 could not be killed: a log that cannot be opened, written or synced, a checkpoint that breaks off and
// pages with a forged checksum are faults of their file alone. So its dead instance is played here, in its own words, at every
// statement and every new connection until it is closed; the memory that it does not find is its own limit and its own error.
import { readFileSync } from "node:fs";
import path from "node:path";
import { DuckDBConnection, DuckDBInstance } from "@duckdb/node-api";

const DEAD =
  "FATAL Error: Failed: database has been invalidated because of a previous fatal error. The database must be restarted prior to being used again.";
const LIMIT = "224MB";
const dead = new WeakSet<DuckDBInstance>();
const homes = new WeakMap<DuckDBConnection, DuckDBInstance>();
let newest: DuckDBInstance | undefined;
let mortal = false;
let short = false;

type Connect = (this: DuckDBInstance) => Promise<DuckDBConnection>;
const connect: Connect = Reflect.get<DuckDBInstance, "connect">(DuckDBInstance.prototype, "connect");
function belongs(connection: DuckDBConnection, home: DuckDBInstance): void {
  homes.set(connection, home);
  newest = home;
}
DuckDBInstance.prototype.connect = async function (this: DuckDBInstance) {
  if (mortal || dead.has(this)) throw new Error(DEAD);
  const connection = await connect.call(this);
  belongs(connection, this);
  return connection;
};

type Statement = (this: DuckDBConnection, sql: string, ...more: unknown[]) => Promise<unknown>;
const run = Reflect.get(DuckDBConnection.prototype, "run") as Statement;
const stream = Reflect.get(DuckDBConnection.prototype, "stream") as Statement;
function lives(connection: DuckDBConnection): void {
  const home = homes.get(connection);
  if (home !== undefined && dead.has(home)) throw new Error(DEAD);
}
const replaced: Record<"run" | "stream", Statement> = {
  async run(sql, ...more) {
    lives(this);
    // The app gives DuckDB more when more is to be done.
    return run.call(this, short && sql.startsWith("SET GLOBAL memory_limit") ? "SELECT 1" : sql, ...more);
  },
  async stream(sql, ...more) {
    lives(this);
    return stream.call(this, sql, ...more);
  },
};
Object.assign(DuckDBConnection.prototype, replaced);

async function setLimit(limits: readonly string[]): Promise<void> {
  if (newest === undefined) return;
  const connection = await connect.call(newest);
  for (const limit of limits)
    await run.call(connection, `SET GLOBAL memory_limit = '${limit}'`).catch(() => undefined);
  connection.closeSync();
}

const deeds: Record<string, () => Promise<void> | void> = {
  die: () => void (newest && dead.add(newest)),
  "die always": () => {
    mortal = true;
    if (newest) dead.add(newest);
  },
  /** As little as it lets itself be given. */
  "find no memory": async () => {
    short = true;
    await setLimit(Array.from({ length: 40 }, (_, n) => `${40 - n}MB`));
  },
  "find memory": async () => {
    short = false;
    await setLimit([LIMIT]);
  },
};
process.on("SIGUSR2", () => {
  const deed = readFileSync(path.join(process.env.DATA_DIR ?? "", "duckdb-does"), "utf8");
  void deeds[deed]?.();
});
await import("../../app/server.ts");
