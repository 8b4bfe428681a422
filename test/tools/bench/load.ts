// How long a load takes against the least anyone could do: read the same files and JSON.parse each line, in the same
// run, each in a process of its own; and what laying the rows apart adds to the download that brings those files.
// `node test/tools/bench/load.ts [--orders N]` prints two rows of a table.
import { execFile } from "node:child_process";
import { once } from "node:events";
import { createReadStream } from "node:fs";
import { mkdtemp, open, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs, promisify } from "node:util";
import { orders as ordersResource } from "../../../app/sync/resources/orders.ts";
import { RowSorter } from "../../../app/warehouse/row-sorter.ts";
import { filesOf } from "../../../app/warehouse/merge/staging.ts";
import { openWarehouse, type SortedRows } from "../../../app/warehouse/warehouse.server.ts";
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
  sorted: Measured;
  copied: Measured;
}

const SHOP = "bench.myshopify.com";
/** A piece of an answer, as fetch gives them. */
const PIECE_BYTES = 64 * 1024;

type Way = "copied" | "sorted" | "bare" | "loaded";

/** Writes a file of `orders` orders in a temporary directory, and measures both ways to keep it and both to read it. */
export async function measureLoad(orders: number): Promise<LoadMeasured> {
  const directory = await mkdtemp(path.join(tmpdir(), "segment-kpis-bench-"));
  const file = path.join(directory, "orders.jsonl");
  try {
    const rows = await writeBulkOrders(file, orders);
    const fileMb = Math.round((await stat(file)).size / 1e6);
    const copied = await inProcess("copied", directory);
    const sorted = await inProcess("sorted", directory);
    await rm(file);
    const bare = await inProcess("bare", directory);
    const load = await inProcess("loaded", directory);
    return { orders, rows, fileMb, load, bare, sorted, copied };
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

/** Rows of: what, size, the app, the least possible, ratio, peak memory. */
export function loadRows({ orders, rows, fileMb, load, bare, sorted, copied }: LoadMeasured): string[] {
  const size = `${orders.toLocaleString("en")} orders, ${rows.toLocaleString("en")} rows, ${fileMb.toLocaleString("en")} MB`;
  const cells = (what: string, ours: Measured, theirs: Measured, how: string) =>
    `| ${what} | ${size} | ${ours.seconds.toFixed(1)} s | ${theirs.seconds.toFixed(1)} s (${how}) | ${(ours.seconds / theirs.seconds).toFixed(2)} | ${ours.peakMb} MB |`;
  return [
    cells("Load of a bulk file, derived tables included", load, bare, "read and JSON.parse"),
    cells("Bulk file kept while it arrives, rows by kind", sorted, copied, "as it comes"),
  ];
}

async function inProcess(way: Way, directory: string): Promise<Measured> {
  const program = fileURLToPath(import.meta.url);
  const args = [program, "--way", way, "--directory", directory];
  const { stdout } = await promisify(execFile)(process.execPath, args);
  return JSON.parse(stdout) as Measured;
}

const sortedIn = (directory: string) => path.join(directory, "sorted.json");

const ways: Record<Way, (directory: string) => Promise<void>> = {
  async copied(directory) {
    const copy = await open(path.join(directory, "copy.jsonl"), "w");
    for await (const piece of pieces(directory)) await copy.writeFile(piece);
    await copy.close();
    await rm(path.join(directory, "copy.jsonl"));
  },

  async sorted(directory) {
    const sorter = new RowSorter(path.join(directory, "orders"), ordersResource.stages);
    for await (const piece of pieces(directory)) await sorter.write(piece);
    await writeFile(sortedIn(directory), JSON.stringify(await sorter.end()));
  },

  async bare(directory) {
    for (const file of filesOf(await rowsIn(directory))) {
      const input = createReadStream(file, { highWaterMark: 1 << 20, encoding: "utf8" });
      let rest = "";
      input.on("data", (chunk) => {
        const lines = (rest + String(chunk)).split("\n");
        rest = lines.pop() ?? "";
        for (const line of lines) JSON.parse(line);
      });
      await once(input, "end");
    }
  },

  async loaded(directory) {
    const warehouse = await openWarehouse({ directory: path.join(directory, "warehouse") });
    await warehouse.of(SHOP).setMeta({ currency: "EUR", decimals: 2, time_zone: "Europe/Berlin" });
    const result = await warehouse.of(SHOP).merge({
      files: [await rowsIn(directory)],
      readAt: "2026-01-05T00:00:00Z",
      stages: ordersResource.stages,
    });
    if (result.gaps > 0) throw new Error(`${result.gaps} orders do not add up.`);
    await warehouse.close();
  },
};

const pieces = (directory: string) =>
  createReadStream(path.join(directory, "orders.jsonl"), {
    highWaterMark: PIECE_BYTES,
  }) as AsyncIterable<Buffer>;

const rowsIn = async (directory: string) =>
  JSON.parse(await readFile(sortedIn(directory), "utf8")) as SortedRows;

if (import.meta.main) {
  const { values } = parseArgs({
    options: {
      orders: { type: "string", default: "1000000" },
      way: { type: "string" },
      directory: { type: "string", default: "" },
    },
  });
  const work = ways[values.way as Way] as ((directory: string) => Promise<void>) | undefined;
  if (work === undefined) console.log(loadRows(await measureLoad(Number(values.orders))).join("\n"));
  else {
    const start = performance.now();
    await work(values.directory);
    const seconds = (performance.now() - start) / 1000;
    console.log(JSON.stringify({ seconds, peakMb: Math.round(process.resourceUsage().maxRSS / 1024) }));
  }
}
