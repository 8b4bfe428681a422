import { defineConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";

const WITH_DATABASE = ["./test/tools/setup/global.ts"];
const files = (...folders: string[]) => folders.map((folder) => `test/${folder}/**/*.test.{ts,tsx}`);

/** Files that run for long begin first, so that none is waited for alone at the end; small ones stand here by name. */
const LONG = /test\/(process|engine\/changes)\//;

class LongestFirst extends BaseSequencer {
  override async sort(specifications: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(specifications);
    const place = ({ moduleId, project }: TestSpecification) =>
      LONG.test(moduleId) ? 0 : project.name === "fast" ? 2 : 1;
    return [0, 1, 2].flatMap((at) => sorted.filter((specification) => place(specification) === at));
  }
}

// No Remix plugin here: tests import routes as plain modules. Much of their time is waiting for processes and polls, so
// that more files at once than cores keep the cores busy.
export default defineConfig({
  test: {
    setupFiles: ["./test/tools/setup/env.ts"],
    environment: "node",
    pool: "forks",
    sequence: { sequencer: LongestFirst },
    maxWorkers: 3,
    testTimeout: 240_000,
    hookTimeout: 240_000,
    expect: { poll: { timeout: 60_000, interval: 100 } },
    projects: [
      // Neither a database nor a process: half a minute for all of them.
      {
        extends: true,
        test: { name: "fast", include: files("app", "simulator/api", "simulator/shop"), isolate: false },
      },
      // On real databases, in this process.
      { extends: true, test: { name: "engine", include: files("engine"), globalSetup: WITH_DATABASE } },
      // The app as its own program, killed, deployed, attacked, and in a browser.
      {
        extends: true,
        test: { name: "process", include: files("process", "simulator/shell"), globalSetup: WITH_DATABASE },
      },
    ],
  },
});
