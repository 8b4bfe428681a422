// Whatever the app writes is for its own account alone: facts, downloads, logs, backups. PostgreSQL's own files are made
// before, by an account that must be able to pass through the directory of the data.
import { chmod } from "node:fs/promises";
import path from "node:path";

const OURS_ALONE = 0o077;

/** From here on in this process and in those it starts; what an earlier release left open is closed. */
export async function keepFilesPrivate(dataDir: string): Promise<void> {
  process.umask(OURS_ALONE);
  for (const name of ["warehouse", "downloads"])
    await chmod(path.join(dataDir, name), 0o700).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== "ENOENT") throw error;
    });
}
