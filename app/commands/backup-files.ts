// What a backup is on disk: a directory whose manifest.json, written last, names every file with its SHA-256. Without a
// manifest it is none.
import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { readFile, rename, writeFile } from "node:fs/promises";
import path from "node:path";
import { pipeline } from "node:stream/promises";
import { z } from "zod";

const rows = z.record(z.string(), z.number());

const manifestSchema = z.object({
  format: z.literal(1),
  /** UTC instant of which the state is; a shop's facts are of a later one. */
  takenAt: z.iso.datetime(),
  /** Applied to the state database, in order. */
  migrations: z.array(z.string()),
  /** State tables by name. */
  state: z.record(z.string(), z.object({ file: z.string(), columns: z.array(z.string()), rows: z.number() })),
  /** Shops by domain, with the directory of their tables. */
  warehouse: z.record(z.string(), z.object({ directory: z.string(), rows })),
  /** SHA-256 by path inside the backup. */
  files: z.record(z.string(), z.string()),
});
export type Manifest = z.infer<typeof manifestSchema>;

const MANIFEST = "manifest.json";

export async function writeManifest(directory: string, manifest: Manifest): Promise<void> {
  const file = path.join(directory, MANIFEST);
  await writeFile(`${file}.part`, `${JSON.stringify(manifest, null, 2)}\n`);
  await rename(`${file}.part`, file);
}

/** The manifest of a backup whose every file is there and as it was written; throws naming what is not. */
export async function readBackup(directory: string): Promise<Manifest> {
  const file = path.join(directory, MANIFEST);
  const text = await readFile(file, "utf8").catch(() => {
    throw new Error(`${directory} is no complete backup: it has no ${MANIFEST}.`);
  });
  const parsed = manifestSchema.safeParse(JSON.parse(text));
  if (!parsed.success) throw new Error(`${file} is not of a form that this version knows.`);
  const damaged: string[] = [];
  for (const [name, hash] of Object.entries(parsed.data.files))
    if ((await hashOf(path.join(directory, name)).catch(() => "missing")) !== hash) damaged.push(name);
  if (damaged.length > 0) throw new Error(`The backup is damaged: ${damaged.join(", ")}.`);
  return parsed.data;
}

export async function hashOf(file: string): Promise<string> {
  const hash = createHash("sha256");
  await pipeline(createReadStream(file), hash);
  return hash.digest("hex");
}
