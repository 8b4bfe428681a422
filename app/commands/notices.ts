// The licences of everything that runs in production, as their packages give them: `npm run notices` prints them for the
// image. Fails when a package names no licence at all, so that none can be shipped without one.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { z } from "zod";

const root = fileURLToPath(new URL("../..", import.meta.url));

const lockfile = z.object({
  packages: z.record(z.string(), z.object({ dev: z.boolean().default(false) })),
});
const manifest = z.object({
  name: z.string(),
  version: z.string(),
  license: z.union([z.string(), z.object({ type: z.string() }).transform(({ type }) => type)]).optional(),
});
const TEXTS = /^(licen[cs]e|copying|notice)([.-].*)?$/i;

export interface Notice {
  name: string;
  /** An SPDX expression, as the package says it; null where it says none. */
  licence: string | null;
  texts: readonly string[];
}

/** Of every package that production needs and that is installed here; those of other platforms are not. */
export function notices(): Notice[] {
  const { packages } = lockfile.parse(JSON.parse(readFileSync(path.join(root, "package-lock.json"), "utf8")));
  const found = new Map<string, Notice>();
  for (const [place, { dev }] of Object.entries(packages)) {
    const directory = path.join(root, place);
    if (place === "" || dev || !existsSync(path.join(directory, "package.json"))) continue;
    const { name, version, license } = manifest.parse(
      JSON.parse(readFileSync(path.join(directory, "package.json"), "utf8")),
    );
    const texts = readdirSync(directory, { withFileTypes: true })
      .filter((entry) => entry.isFile() && TEXTS.test(entry.name))
      .map((entry) => readFileSync(path.join(directory, entry.name), "utf8").trim());
    found.set(`${name}@${version}`, { name: `${name}@${version}`, licence: license ?? null, texts });
  }
  return [...found.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** Packages of which nobody could say under what they may be given on. */
export const unlicensed = (all: readonly Notice[]): string[] =>
  all.filter(({ licence, texts }) => licence === null && texts.length === 0).map(({ name }) => name);

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const all = notices();
  const faults = unlicensed(all);
  if (faults.length > 0) {
    process.stderr.write(`These packages name no licence:\n${faults.join("\n")}\n`);
    process.exitCode = 1;
  }
  const parts = all.map(({ name, licence, texts }) =>
    [name, `Licence: ${licence ?? "see below"}`, ...texts].join("\n\n"),
  );
  process.stdout.write(
    `Segment KPIs contains these packages.\n\n${parts.join(`\n\n${"-".repeat(80)}\n\n`)}\n`,
  );
}
