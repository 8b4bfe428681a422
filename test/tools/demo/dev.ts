// `npm run dev`: the same with the app in development mode, hot reload, its log shown, and a small shop.
import { run } from "./run.ts";

process.exit(
  await run({ command: "dev", mode: "development", size: 2_000, showLog: true }, process.argv.slice(2)),
);
