// The operator's commands as processes, and the app's jobs beside them.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

const file = (name: string) => fileURLToPath(new URL(name, import.meta.url));

export interface Ended {
  code: number | null;
  said: string;
}

/** Runs app/commands/<name>.ts to its end. */
export async function run(
  name: string,
  args: readonly string[],
  env: Record<string, string>,
): Promise<Ended> {
  const preload = env.SIM_SHOPIFY_URL ? ["--import", file("../../shopify/preload.mjs")] : [];
  const child = spawn(process.execPath, [...preload, file(`../../../app/commands/${name}.ts`), ...args], {
    env: { ...process.env, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const said: string[] = [];
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => said.push(String(chunk)));
  const [code] = (await once(child, "exit")) as [number | null];
  return { code, said: said.join("") };
}

/** A process that works off jobs and holds the warehouse, as the app does. */
export function startJobs(env: Record<string, string>): ChildProcess {
  return spawn(
    process.execPath,
    ["--import", file("../../shopify/preload.mjs"), file("../jobs/worker-process.ts")],
    { env: { ...process.env, ...env }, stdio: ["ignore", "inherit", "inherit"] },
  );
}
