// How long a load takes against the least anyone could do: read the same file and JSON.parse each line, in the same
// run, each in a process of its own. `node test/bench/load.ts [--orders N]` prints one row of a table.
import { execFile } from "node:child_process";
import { once } from "node:events";
import { createReadStream } from "node:fs";
import { mkdtemp, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs, promisify } from "node:util";
import { orders as ordersResource } from "../../app/sync/orders.ts";
import { openWarehouse } from "../../app/warehouse/warehouse.server.ts";
import { writeBulkOrders } from "./files.ts";

interface Measured {
  seconds: number;
  peakMb: number;
}

export interface LoadMeasured {
  orders: number;
  rows: number;
  fileMb: number;
  load: Measured;
  bare: Measured;
  ratio: number;
}

const SHOP = "bench.myshopify.com";

/** Writes a file of `orders` orders in `directory` (a temporary one by default), and measures both ways of reading it. */
export async function measureLoad(orders: number, { keep }: { keep?: string } = {}): Promise<LoadMeasured> {
  const directory = keep ?? (await mkdtemp(path.join(tmpdir(), "segment-kpis-bench-")));
  const file = path.join(directory, "orders.jsonl");
  try {
    const rows = await writeBulkOrders(file, orders);
    const bare = await inProcess("bare", file, directory);
    const load = await inProcess("load", file, directory);
    const fileMb = Math.round((await stat(file)).size / 1e6);
    return { orders, rows, fileMb, load, bare, ratio: load.seconds / bare.seconds };
  } finally {
    if (keep === undefined) await rm(directory, { recursive: true, force: true });
  }
}

/** A row of: what, size, the app, the least possible, ratio, peak memory. */
export function loadRow({ orders, rows, fileMb, load, bare, ratio }: LoadMeasured): string {
  const size = `${orders.toLocaleString("en")} orders, ${rows.toLocaleString("en")} rows, ${fileMb.toLocaleString("en")} MB`;
  return `| Load of a bulk file, derived tables included | ${size} | ${load.seconds.toFixed(1)} s | ${bare.seconds.toFixed(1)} s (read and JSON.parse) | ${ratio.toFixed(2)} | ${load.peakMb} MB |`;
}

async function inProcess(way: "load" | "bare", file: string, directory: string): Promise<Measured> {
  const program = fileURLToPath(import.meta.url);
  const { stdout } = await promisify(execFile)(process.execPath, [
    program,
    "--way",
    way,
    "--file",
    file,
    "--directory",
    directory,
  ]);
  return JSON.parse(stdout) as Measured;
}

async function bare(file: string): Promise<void> {
  const input = createReadStream(file, { highWaterMark: 1 << 20, encoding: "utf8" });
  let rest = "";
  input.on("data", (chunk) => {
    const lines = (rest + String(chunk)).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) JSON.parse(line);
  });
  await once(input, "end");
}

async function loaded(file: string, directory: string): Promise<void> {
  const warehouse = await openWarehouse({ directory: path.join(directory, "warehouse") });
  await warehouse.setMeta(SHOP, { currency: "EUR", decimals: 2, time_zone: "Europe/Berlin" });
  const result = await warehouse.merge(SHOP, {
    files: [file],
    readAt: "2026-01-05T00:00:00Z",
    stages: ordersResource.stages,
  });
  if (result.gaps > 0) throw new Error(`${result.gaps} orders do not add up.`);
  await warehouse.close();
}

if (import.meta.main) {
  const { values } = parseArgs({
    options: {
      orders: { type: "string", default: "1000000" },
      way: { type: "string" },
      file: { type: "string", default: "" },
      directory: { type: "string", default: "" },
    },
  });
  if (values.way === undefined) console.log(loadRow(await measureLoad(Number(values.orders))));
  else {
    const start = performance.now();
    await (values.way === "bare" ? bare(values.file) : loaded(values.file, values.directory));
    const seconds = (performance.now() - start) / 1000;
    console.log(JSON.stringify({ seconds, peakMb: Math.round(process.resourceUsage().maxRSS / 1024) }));
  }
}
