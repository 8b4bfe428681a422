// The rules on who may import whom bite: an app made up of forbidden imports is refused for each of them, and for its circle.
import { execFile } from "node:child_process";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { expect, it } from "vitest";
import { z } from "zod";

const run = promisify(execFile);
const root = path.resolve(import.meta.dirname, "../../..");

const empty = "export const nothing = null;\n";
const value = (from: string) => `import { nothing } from "${from}";\nexport const again = nothing;\n`;
const type = (from: string) => `import type { Row } from "${from}";\nexport type Again = Row;\n`;

const files: Readonly<Record<string, string>> = {
  "tsconfig.json": `{ "compilerOptions": { "module": "ESNext", "moduleResolution": "Bundler" } }`,
  "node_modules/@remix-run/node/package.json": `{ "name": "@remix-run/node", "main": "index.js" }`,
  "node_modules/@remix-run/node/index.js": empty,
  "prisma/generated/client.ts": "export type Row = null;\n",
  "test/world.ts": empty,
  "app/errors.ts": empty,
  "app/kpis/format.ts": value("../errors.ts"),
  "app/kpis/sums.ts": value("../sync/sync.server.ts"),
  "app/sync/sync.server.ts": `${empty}export type Row = null;\n`,
  "app/sync/one.ts": value("./two.ts"),
  "app/sync/two.ts": `import type { again } from "./one.ts";\n${empty}export type One = typeof again;\n`,
  "app/reports/typed.server.ts": type("../sync/sync.server.ts"),
  "app/reports/asking.server.ts": value("../sync/sync.server.ts"),
  "app/reports/choices.server.ts": type("../../prisma/generated/client.ts"),
  "app/warehouse/rows.ts": type("../../prisma/generated/client.ts"),
  "app/jobs/jobs.ts": value("@remix-run/node"),
  "app/queue/queue.server.ts": value("../jobs/jobs.ts"),
  "app/routes/app.tsx": value("@remix-run/node"),
  "app/routes/deep.tsx": value("../sync/one.ts"),
  "app/http/simulated.ts": value("../../test/world.ts"),
  "app/drawer/helpers.ts": value("../errors.ts"),
};

const report = z.object({
  summary: z.object({
    violations: z.array(z.object({ from: z.string(), rule: z.object({ name: z.string() }) })),
  }),
});

it("refuses every import of a made-up app that goes the wrong way, and no other", async () => {
  const directory = await mkdtemp(path.join(os.tmpdir(), "segment-kpis-imports-"));
  try {
    for (const [file, text] of Object.entries(files)) {
      await mkdir(path.join(directory, path.dirname(file)), { recursive: true });
      await writeFile(path.join(directory, file), text);
    }
    const tool = path.join(root, "node_modules/dependency-cruiser/bin/dependency-cruise.mjs");
    const config = path.join(root, ".dependency-cruiser.mjs");
    const { stdout } = await run(process.execPath, [tool, "app", "--config", config, "-T", "json"], {
      cwd: directory,
    }).catch((error: unknown) => z.object({ stdout: z.string() }).parse(error));
    const { violations } = report.parse(JSON.parse(stdout)).summary;
    expect(violations.map(({ from, rule }) => `${from}: ${rule.name}`).sort()).toEqual([
      "app/drawer/helpers.ts: a file in no part",
      "app/http/simulated.ts: the app: not its tests",
      "app/jobs/jobs.ts: the app: not its framework",
      "app/kpis/sums.ts: kpis: not from here",
      "app/queue/queue.server.ts: queue: not from here",
      "app/reports/asking.server.ts: reports: types only",
      "app/routes/deep.tsx: routes: not from here",
      "app/sync/one.ts: a circle",
      "app/warehouse/rows.ts: warehouse: not from here",
    ]);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
});
