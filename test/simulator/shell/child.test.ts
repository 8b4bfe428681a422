// Programs that the demo starts end with it, and say how they ended.
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { startChild } from "../../tools/demo/child.ts";

let folder = "";
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "a child "));
});
afterEach(() => rm(folder, { recursive: true }));

async function start(program: string, name = "program.mjs") {
  const file = path.join(folder, name);
  await writeFile(file, program);
  return startChild({ args: [file], cwd: folder, env: process.env, logFile: path.join(folder, "app.log") });
}

/** Waits until `condition` holds. */
async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  for (const deadline = Date.now() + 20_000; Date.now() < deadline; await new Promise(setImmediate))
    if (await condition()) return;
  throw new Error("It did not come to that.");
}
const alive = (pid: number) => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

test("one that dies says how, and keeps the end of its log", async () => {
  const child = await start(
    `for (let i = 1; i <= 100; i++) console.log("line " + i); console.error("out of luck"); process.exitCode = 3;`,
  );
  expect(await child.ended).toBe("exit code 3");
  expect(child.tail()).toMatch(/^line 62\n[^]*out of luck$/);
  expect(await readFile(path.join(folder, "app.log"), "utf8")).toContain("line 1\n");
});

test("one that is stopped may finish its work", async () => {
  const child = await start(
    `process.on("SIGTERM", () => { console.log("finished"); process.exit(0); }); setInterval(() => {}, 1e6); console.log("up");`,
  );
  await until(() => child.tail().includes("up"));
  await child.stop();
  expect(child.end()).toBe("exit code 0");
  expect(child.tail()).toContain("finished");
  await child.stop();
});

test("what it started is killed with it", async () => {
  const child = await start(`import { spawn } from "node:child_process";
    const other = spawn(process.execPath, ["-e", "setInterval(() => {}, 1e6)"], { stdio: "ignore" }); console.log("other", other.pid); setInterval(() => {}, 1e6);`);
  await until(() => /other \d+/.test(child.tail()));
  const other = Number(/other (\d+)/.exec(child.tail())?.[1]);
  child.kill();
  expect(await child.ended).toBe("signal SIGKILL");
  await until(() => !alive(other));
});

test("one whose starter was killed stops by itself", async () => {
  const program = path.join(folder, "program.mjs");
  await writeFile(program, `console.log("program", process.pid); setInterval(() => {}, 1e6);`);
  const place = (name: string) => JSON.stringify(new URL(name, import.meta.url).href);
  const starter = await start(
    `import { startChild } from ${place("../../tools/demo/child.ts")};
    startChild({ args: ["--import", ${place("../../shopify/preload.mjs")}, ${JSON.stringify(program)}], cwd: ${JSON.stringify(folder)},
      env: process.env, logFile: ${JSON.stringify(path.join(folder, "program.log"))}, echo: process.stdout });`,
    "starter.mjs",
  );
  await until(() => /program \d+/.test(starter.tail()));
  const pid = Number(/program (\d+)/.exec(starter.tail())?.[1]);
  expect(alive(pid)).toBe(true);
  process.kill(starter.pid, "SIGKILL");
  await until(() => !alive(pid));
});
