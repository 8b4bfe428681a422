// A process in which no instance of DuckDB lives any more ends with 1, so that its keeper starts it anew.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmod, mkdtemp, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { freePort } from "../tools/demo/stack.ts";

it("ends the process with 1 once the warehouse is gone for good, and says why", async () => {
  const directory = await mkdtemp(path.join(os.tmpdir(), "segment-kpis-lost-"));
  // Run by root, PostgreSQL gets another account, which must be able to pass through.
  await chmod(directory, 0o711);
  const port = await freePort();
  const child = spawn(process.execPath, [fileURLToPath(new URL("lost-server.ts", import.meta.url))], {
    cwd: fileURLToPath(new URL("../..", import.meta.url)),
    env: {
      PATH: process.env.PATH,
      TMPDIR: process.env.TMPDIR,
      NODE_ENV: "production",
      SHOPIFY_API_KEY: "id",
      SHOPIFY_API_SECRET: "secret",
      SHOPIFY_APP_URL: "https://app.example.com",
      TOKEN_KEYS: Buffer.alloc(32, 7).toString("base64"),
      DATA_DIR: directory,
      HOST: "127.0.0.1",
      PORT: String(port),
    },
    stdio: ["ignore", "pipe", "inherit"],
  });
  try {
    let said = "";
    child.stdout.on("data", (chunk) => (said += String(chunk)));
    const ended = once(child, "exit");
    const status = (address: string) =>
      fetch(`http://127.0.0.1:${port}${address}`).then(
        (answer) => answer.status,
        () => 0,
      );
    await expect.poll(() => status("/readyz"), { timeout: 60_000, interval: 100 }).toBe(200);
    expect(await status("/healthz")).toBe(200);
    child.kill("SIGUSR2");
    const [code] = (await ended) as [number | null];
    expect(code).toBe(1);
    expect(said).toContain("no instance of DuckDB lives in this process any more");
    expect(said).toContain("no instance could be opened");
  } finally {
    child.kill("SIGKILL");
    await rm(directory, { recursive: true, force: true });
  }
});
