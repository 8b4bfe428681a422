// `npm run demo`: the app as a merchant would run it, on a simulated Shopify, on this machine alone.
import { run } from "./run.ts";

process.exit(
  await run({ command: "demo", mode: "production", size: 20_000, showLog: false }, process.argv.slice(2)),
);
