import { defineConfig } from "vitest/config";

// No Remix plugin here: tests import routes as plain modules. Much of their time is waiting for processes and polls, so
// that three files at once keep two cores busy.
export default defineConfig({
  test: {
    globalSetup: ["./test/setup/global.ts"],
    setupFiles: ["./test/setup/env.ts"],
    include: ["test/**/*.test.{ts,tsx}"],
    environment: "node",
    pool: "forks",
    maxWorkers: 3,
    testTimeout: 120_000,
    hookTimeout: 120_000,
    expect: { poll: { timeout: 30_000, interval: 100 } },
  },
});
