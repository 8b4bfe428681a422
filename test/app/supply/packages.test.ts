// What comes from others: its licences are all known, and what it runs while it is installed is named by version, in the one
// form in which npm can hold a package to it.
import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { z } from "zod";
import { notices, unlicensed } from "../../../app/commands/notices.ts";

const read = (file: string): unknown => JSON.parse(readFileSync(file, "utf8"));

it("names a licence for every package that production needs", () => {
  const all = notices();
  expect(all.map(({ name }) => name.replace(/@[^@]+$/, ""))).toEqual(
    expect.arrayContaining(["@duckdb/node-api", "@shopify/polaris", "react"]),
  );
  expect(unlicensed(all)).toEqual([]);
});

it("holds every install script to a version, of a package whose place the lock file names", () => {
  const { packages } = z
    .object({
      packages: z.record(
        z.string(),
        z.object({
          version: z.string().optional(),
          resolved: z.string().optional(),
          hasInstallScript: z.boolean().default(false),
        }),
      ),
    })
    .parse(read("package-lock.json"));
  const { allowScripts } = z
    .object({ allowScripts: z.record(z.string(), z.literal(true)) })
    .parse(read("package.json"));
  const scripted = Object.entries(packages).filter(([, { hasInstallScript }]) => hasInstallScript);
  const needed = scripted.map(([place, { version }]) => `${place.split("node_modules/").at(-1)} ${version}`);
  const allowed = Object.keys(allowScripts).flatMap((entry) => {
    const at = entry.lastIndexOf("@");
    return entry
      .slice(at + 1)
      .split(" || ")
      .map((version) => `${entry.slice(0, at)} ${version}`);
  });
  expect(allowed.sort()).toEqual(needed.sort());
  // Without it npm does not believe the name, and `npm ci` fails.
  for (const [place, { resolved }] of scripted)
    expect(resolved, place).toMatch(/^https:\/\/registry\.npmjs\.org\//);
  expect(readFileSync(".npmrc", "utf8")).toMatch(/^strict-allow-scripts=true$/m);
});
