// Other processes for tests of what happens between processes.
import { spawn } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import { createInterface } from "node:readline";
import type { z } from "zod";

export interface Process<T> {
  pid: number;
  /** The first line it printed. */
  said: T;
  /** Ends its input and waits until it has gone; the exit code. */
  leave(): Promise<number | null>;
  kill(): Promise<void>;
}

/** Starts a script with the project's own Node and waits for its first line, which is JSON. */
export async function run<T>(
  script: string,
  args: readonly string[],
  said: z.ZodType<T>,
): Promise<Process<T>> {
  const node = path.resolve("node_modules/.bin/node");
  const child = spawn(node, [path.resolve("test/engine/state", script), ...args], {
    stdio: ["pipe", "pipe", "pipe"],
  });
  const gone = once(child, "exit");
  let complaint = "";
  child.stderr.on("data", (text: Buffer) => (complaint += text.toString()));
  const line = await Promise.race([
    once(createInterface(child.stdout), "line").then(([text]) => String(text)),
    gone.then(() => {
      throw new Error(`${script} ended before it said anything: ${complaint}`);
    }),
  ]);
  return {
    pid: child.pid ?? 0,
    said: said.parse(JSON.parse(line)),
    leave: async () => {
      child.stdin.end();
      await gone;
      return child.exitCode;
    },
    kill: async () => {
      child.kill("SIGKILL");
      await gone;
    },
  };
}
