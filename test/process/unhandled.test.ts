// A promise that fails while nobody waits for it: logged, and no end of the process that is not said.
import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";

const script = fileURLToPath(new URL("unhandled-process.ts", import.meta.url));
const run = (message: string) =>
  new Promise<{ code: number; said: string }>((resolve) => {
    const child = execFile(
      process.execPath,
      [script, message],
      { env: { ...process.env, LOG_LEVEL: "error" } },
      (_, stdout) => resolve({ code: child.exitCode ?? -1, said: stdout }),
    );
  });

it("is left to pass when it is an outage", async () => {
  const { code, said } = await run("Out of Memory Error: could not allocate block of size 256.0 KiB");
  expect(code).toBe(0);
  expect(said).toContain("went on");
  expect(said).toContain("MemoryShort");
});

it("is left to pass when whoever it was for has left", async () => {
  expect(await run("left")).toEqual({ code: 0, said: "went on" });
});

it("ends the process in order when it is anything else", async () => {
  const { code, said } = await run("nobody knows what");
  expect(code).toBe(1);
  expect(said).toContain("a promise failed and nobody was waiting for it");
  expect(said).not.toContain("went on");
});
