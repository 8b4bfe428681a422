// npm run chaos -- --seed N [--changes N] [--kills N] [--orders N] [--flood N] [--engine duckdb|postgres|both]
// A run of its own PostgreSQL server, killed with the app now and then; prints what was done to the app and what came of
// it. Exit code 1 when a copy differs from a fresh one.
import "../setup/env.ts";
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { deploy } from "../../../prisma/migrate.ts";
import { startPostgres } from "../../../prisma/embedded.ts";
import { APART_COLUMNS } from "./compare.ts";
import { SEEN_BY_FULL_CHECK, TOLD_ONCE } from "./full-check.ts";
import type { ChaosReport } from "./plan.ts";
import { chaosRun } from "./run.ts";

const { values } = parseArgs({
  options: {
    seed: { type: "string", default: "1" },
    changes: { type: "string", default: "3000" },
    kills: { type: "string", default: "50" },
    orders: { type: "string", default: "4000" },
    flood: { type: "string", default: "100000" },
    engine: { type: "string", default: "both" },
  },
});
const number = (name: "seed" | "changes" | "kills" | "orders" | "flood"): number => {
  const value = Number(values[name]);
  if (!Number.isSafeInteger(value) || value < 0) throw new Error(`--${name} takes a whole number.`);
  return value;
};
const seed = number("seed");
const engines = (["duckdb", "postgres"] as const).filter(
  (engine) => values.engine === "both" || values.engine === engine,
);
if (engines.length === 0) throw new Error("--engine is duckdb, postgres or both.");

const directory = mkdtempSync(path.join(tmpdir(), "segment-kpis-chaos-"));
// As root the server runs under another account, which must be able to enter.
chmodSync(directory, 0o755);
const data = path.join(directory, "postgres");
const settings = { max_connections: "200" };
let server = await startPostgres(data, { settings });
let failed = false;
try {
  for (const engine of engines) {
    console.log(`\n${engine}, seed ${seed}`);
    const database = async (name: string) => {
      const made = await startPostgres(data, { database: `${engine}_${name}`, settings });
      await made.stop();
      return made.url;
    };
    const own = path.join(directory, `${engine}-run`);
    mkdirSync(own);
    const databaseUrl = await database("state");
    await deploy(databaseUrl);
    const begun = Date.now();
    const report = await chaosRun({
      engine,
      seed,
      orders: number("orders"),
      changes: number("changes"),
      kills: number("kills"),
      flood: number("flood"),
      wholeCheck: true,
      betweenKills: [1000, 8000],
      databaseUrl,
      warehouseUrls: [await database("copy"), await database("fresh")],
      directory: own,
      database: { every: 7, kill: killServer, restart: restartServer },
      say: (line) => console.log(`  ${((Date.now() - begun) / 1000).toFixed(0).padStart(4)} s  ${line}`),
    });
    print(report);
    failed ||= report.comparison.differences.length > 0;
  }
} catch (error) {
  failed = true;
  console.error(error);
} finally {
  await server.stop();
  if (!failed) rmSync(directory, { recursive: true, force: true });
  else console.log(`The app's logs and data are in ${directory}.`);
}
process.exit(failed ? 1 : 0);

/** As a power cut: the server and all its processes are gone, what it had promised is on disk. */
async function killServer(): Promise<void> {
  const pid = Number.parseInt(readFileSync(path.join(server.dataDirectory, "postmaster.pid"), "utf8"), 10);
  process.kill(pid, "SIGKILL");
  for (const deadline = Date.now() + 10_000; alive(pid) && Date.now() < deadline;) await sleep(10);
}

async function restartServer(): Promise<void> {
  server = await startPostgres(data, { settings });
}

function alive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

function print(report: ChaosReport): void {
  const { changes, killed, databaseKilled, injected, deliveries, found, peakMb, comparison } = report;
  const list = (counts: Readonly<Record<string, number | undefined>>) =>
    Object.entries(counts)
      .filter(([, count]) => count)
      .map(([name, count]) => `${name.replaceAll("_", " ")} ${count}`)
      .join(", ");
  const sum = (counts: Record<string, number>) =>
    Object.values(counts).reduce((all, count) => all + count, 0);
  console.log(`Changes   ${sum(changes)}: ${list(changes)}`);
  console.log(`Webhooks  ${list(deliveries)}`);
  console.log(`Injected  ${list(injected)}`);
  console.log(
    `Killed    ${sum(killed)} times: ${list(killed)}; the database with it ${databaseKilled} times`,
  );
  console.log(
    `Repaired  ${found.swept} records by the one sweep at the end; then the full check found ` +
      `${list(found.checked ?? {}) || "nothing"}`,
  );
  console.log(
    `Spared    of ${TOLD_ONCE.join(", ")} no webhook was lost, and in the last part of the run none of ${SEEN_BY_FULL_CHECK.join(", ")}`,
  );
  if (peakMb !== null) console.log(`Memory    ${peakMb} MB at most in the app's last process`);
  console.log(`Compared  ${list(comparison.rows)} rows, but for`);
  for (const [table, columns] of Object.entries(APART_COLUMNS))
    for (const [column, reason] of Object.entries(columns))
      console.log(`          ${table}.${column}: ${reason}`);
  const { differences } = comparison;
  if (differences.length === 0) return console.log("Equal     row for row.");
  console.log(`DIFFERENT ${differences.length} rows, among them:`);
  for (const each of [...differences]
    .sort((a, b) => (a.table + a.row < b.table + b.row ? -1 : 1))
    .slice(0, 60))
    console.log(
      `  ${each.in === "copy" ? "only in the app's copy" : "only in a fresh copy "} ${each.table} ${each.row}`,
    );
}
