// DuckDB's files that are not what DuckDB wrote: which of its errors say so, and where such a file goes, so that whoever wants to
// know what happened to it still can.
import { readdir, rename, rm } from "node:fs/promises";
import path from "node:path";
import { outageOf } from "../../outage.ts";

/** Of one file; an older one tells no more. */
const KEPT = 2;

/**
 * As DuckDB 1.5 says it of a file with a garbled header, one that is cut short, a page that is zeroed or garbled, and a log that
 * cannot be replayed. A file of a newer DuckDB, or one that may not be opened, is whole.
 */
const BROKEN =
  /is not a valid DuckDB database file|Corrupt (?:Encrypted )?(?:database|WAL)|Could not read enough bytes from file ".*\.(?:duckdb|lock)(?:\.wal)?"|Failure while replaying (?:checkpoint )?WAL|WAL does not match database file|the WAL checkpoint iteration does not match|Failed to deserialize|^Serialization Error/;

/** Replaying a log may fail for want of memory or room, too. */
export const saysBroken = (error: unknown): boolean =>
  error instanceof Error && BROKEN.test(error.message) && outageOf(error) === null;

/** Puts a file, and the log beside it, out of the way. */
export async function putAside(file: string): Promise<void> {
  const at = new Date().toISOString().replaceAll(":", "-");
  for (const suffix of ["", ".wal"])
    await rename(`${file}${suffix}`, `${file}.broken-${at}${suffix}`).catch(
      (error: NodeJS.ErrnoException) => {
        if (error.code !== "ENOENT") throw error;
      },
    );
  await forgetBroken(file, KEPT);
}

/** Deletes what was put aside of a file but the newest so many. */
export async function forgetBroken(file: string, kept = 0): Promise<void> {
  const begins = `${path.basename(file)}.broken-`;
  const names = (await readdir(path.dirname(file))).filter((name) => name.startsWith(begins));
  const times = [...new Set(names.map((name) => name.replace(/\.wal$/, "")))].sort().reverse();
  for (const gone of times.slice(kept))
    for (const suffix of ["", ".wal"])
      await rm(path.join(path.dirname(file), `${gone}${suffix}`), { force: true });
}
