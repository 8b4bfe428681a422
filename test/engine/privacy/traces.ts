// Looks for a text or a number in the raw bytes of files, as somebody would who has the disk and no database.
import { readdir, readFile } from "node:fs/promises";
import path from "node:path";

/** An id as it is stored: text, eight bytes little-endian, the 7-bit groups that DuckDB's metadata use. */
export function formsOf(id: number): Buffer[] {
  const binary = Buffer.alloc(8);
  binary.writeBigInt64LE(BigInt(id));
  const groups: number[] = [];
  for (let rest = BigInt(id); rest > 0n; rest >>= 7n)
    groups.push(Number(rest & 0x7fn) | (rest > 0x7fn ? 0x80 : 0));
  return [Buffer.from(String(id)), binary, Buffer.from(groups)];
}

/** Files below a directory, by their path in it, that hold any of the needles. */
export async function filesWith(
  directory: string,
  needles: readonly (string | Buffer)[],
  skip: (file: string) => boolean = () => false,
): Promise<string[]> {
  const found: string[] = [];
  for (const entry of await readdir(directory, { recursive: true, withFileTypes: true })) {
    const file = path.join(entry.parentPath, entry.name);
    if (!entry.isFile() || skip(file)) continue;
    // A running server makes and removes files all the time.
    const bytes = await readFile(file).catch(() => Buffer.alloc(0));
    if (needles.some((needle) => bytes.includes(needle))) found.push(path.relative(directory, file));
  }
  return found.sort();
}
