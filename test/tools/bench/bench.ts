// `npm run bench`: every measurement in one table with the machine it ran on, for docs/performance.md.
// The many shops alone take minutes. Sizes: --orders N (load and home query, 1,000,000 by default), --app-orders N (the running
// app, 20,000) and --storm-orders N (the shop that is loaded while webhooks storm, 20,000).
import { execFileSync } from "node:child_process";
import os from "node:os";
import { parseArgs } from "node:util";
import { appRows, measureApp } from "./app.ts";
import { exactnessRows, measureExactness } from "./exactness.ts";
import { homeRows, measureHome } from "./home.ts";
import { loadRows, measureLoad } from "./load.ts";
import { manyRows, measureMany } from "./many.ts";
import { measureNeighbours, neighboursRow } from "./neighbours.ts";
import { measurePages, pagesRows } from "./pages.ts";
import { measureRecording, recordingRows } from "./recording.ts";
import { measureStorm, stormRow } from "./storm.ts";

const { values } = parseArgs({
  options: {
    orders: { type: "string", default: "1000000" },
    "app-orders": { type: "string", default: "20000" },
    "storm-orders": { type: "string", default: "20000" },
  },
});
const orders = Number(values.orders);
const show = (line: string) => void process.stdout.write(`${line}\n`);

execFileSync("npm", ["run", "--silent", "build"], { stdio: ["ignore", "ignore", "inherit"] });
const [cpu] = os.cpus();
show(
  `Machine: ${os.cpus().length} × ${cpu?.model.trim() ?? "unknown"}, ${Math.round(os.totalmem() / 2 ** 30)} GiB, ${os.type()} ${os.release()}, Node ${process.versions.node}, load average ${os.loadavg()[0]?.toFixed(1)} at the start, ${new Date().toISOString().slice(0, 10)}\n`,
);
show("| What | Size | The app | Against | Ratio | Note |");
show("| --- | --- | --- | --- | --- | --- |");
for (const row of loadRows(await measureLoad(orders))) show(row);
for (const row of homeRows(await measureHome(orders))) show(row);
for (const row of pagesRows(await measurePages(orders))) show(row);
for (const row of exactnessRows(await measureExactness(500, 100))) show(row);
for (const row of recordingRows(await measureRecording({ customers: 250_000, items: 20_000 }, 10))) show(row);
const [, itemsAlone = ""] = recordingRows(await measureRecording({ customers: 0, items: 20_000 }, 20));
show(itemsAlone);
for (const row of appRows(await measureApp(Number(values["app-orders"])))) show(row);
show(neighboursRow(await measureNeighbours()));
for (const row of manyRows(await measureMany())) show(row);
show(stormRow(await measureStorm({ orders: Number(values["storm-orders"]) })));
process.exit();
