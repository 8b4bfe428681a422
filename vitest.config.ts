import { defineConfig } from "vitest/config";

// No Remix plugin here: tests import routes as plain modules. Browser journeys run last and one at a time.
export default defineConfig({
  test: {
    globalSetup: ["./test/setup/global.ts"],
    setupFiles: ["./test/setup/env.ts"],
    include: ["test/**/*.test.{ts,tsx}"],
    environment: "node",
    pool: "forks",
    testTimeout: 60_000,
    hookTimeout: 120_000,
    expect: { poll: { timeout: 30_000, interval: 100 } },
  },
});
