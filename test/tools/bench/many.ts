// Many shops in one process: 300 of 50 orders and 50 of 1,500 loaded through the warehouse's merge as the sync loads them, then
// all of them swept, 100 changed at once as by webhooks, and a restart. `node test/tools/bench/many.ts` prints three rows of a table.
import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs, promisify } from "node:util";
import PQueue from "p-queue";
import { orders as ordersResource } from "../../../app/sync/resources/orders.ts";
import { openWarehouse, type Warehouse } from "../../../app/warehouse/warehouse.server.ts";
import { writeBulkOrders } from "./files.ts";
import { secondsToReady } from "./restart.ts";

const SIZES = [
  { shops: 300, orders: 50 },
  { shops: 50, orders: 1_500 },
];
/** As many as the worker runs jobs. */
const SHOPS_AT_ONCE = 4;
const TOLD_AT_ONCE = 100;
const MEMORY_LIMIT_MB = 1_000;
const READY_LIMIT_SECONDS = 5;

interface Run {
  peakMb: number;
  failures: string[];
  seconds: Record<string, number>;
}

export interface ManyMeasured {
  worked: Run;
  restarted: Run;
  /** From the app's start until it is ready. */
  readySeconds: number;
}

/** Each part in a process of its own, so that its memory is its own. */
export async function measureMany(): Promise<ManyMeasured> {
  const directory = await mkdtemp(path.join(tmpdir(), "segment-kpis-bench-"));
  try {
    return {
      worked: await inProcess("work", directory),
      restarted: await inProcess("restart", directory),
      readySeconds: await secondsToReady(
        directory,
        shops.map(({ domain }) => domain),
      ),
    };
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

async function inProcess(part: keyof typeof parts, directory: string): Promise<Run> {
  const args = [fileURLToPath(import.meta.url), "--part", part, "--directory", directory];
  const { stdout } = await promisify(execFile)(process.execPath, args, {
    env: { ...process.env, LOG_LEVEL: "silent" },
  });
  return JSON.parse(stdout) as Run;
}

/** Rows of: what, size, the app, the limit, ratio, note. */
export function manyRows({ worked, restarted, readySeconds }: ManyMeasured): string[] {
  const size = SIZES.map(
    ({ shops, orders }) => `${shops} shops × ${orders.toLocaleString("en")} orders`,
  ).join(", ");
  const took = Object.entries(worked.seconds).map(([what, seconds]) => `${what} ${seconds.toFixed(1)} s`);
  const peak = Math.max(worked.peakMb, restarted.peakMb);
  const failures = [...worked.failures, ...restarted.failures];
  return [
    `| Many shops in a process, peak memory | ${size} | ${peak} MB | ${MEMORY_LIMIT_MB} MB (limit) | ${(peak / MEMORY_LIMIT_MB).toFixed(2)} | ${took.join(", ")} |`,
    `| Many shops in a process, failures | ${size} | ${failures.length} | 0 (limit) | – | ${failures[0] ?? "none"} |`,
    `| Many shops, the app started until it is ready | ${size} | ${readySeconds.toFixed(2)} s | ${READY_LIMIT_SECONDS} s (limit) | ${(readySeconds / READY_LIMIT_SECONDS).toFixed(2)} | its warehouse ${(restarted.seconds.ready ?? NaN).toFixed(2)} s, ${restarted.peakMb} MB when every shop was asked once, in ${(restarted.seconds.asked ?? NaN).toFixed(1)} s |`,
  ];
}

const shops = SIZES.flatMap(({ shops: count, orders }) =>
  Array.from({ length: count }, (_, n) => ({ domain: `bench-${orders}-${n}.myshopify.com`, orders })),
);

const everyShop =
  "SELECT count(*) AS orders, (SELECT count(*) FROM activity) AS activity, (SELECT count(*) FROM customers) AS customers FROM orders";

const parts = {
  async work(directory: string, run: Run, time: Timer): Promise<void> {
    const file = (orders: number) => path.join(directory, `${orders}.jsonl`);
    for (const orders of [1, ...SIZES.map((each) => each.orders)])
      await writeBulkOrders(file(orders), orders);
    const warehouse = await openWarehouse({ directory: path.join(directory, "warehouse") });
    const merge = (shop: string, orders: number, readAt: string) =>
      warehouse.of(shop).merge({ files: [file(orders)], readAt, stages: ordersResource.stages });
    const all = (
      atOnce: number,
      of: typeof shops,
      work: (shop: (typeof shops)[number]) => Promise<unknown>,
    ) => {
      const queue = new PQueue({ concurrency: atOnce });
      return Promise.all(of.map((shop) => queue.add(() => noted(run, () => work(shop)))));
    };
    await time("loaded", () =>
      all(SHOPS_AT_ONCE, shops, async ({ domain, orders }) => {
        await warehouse.of(domain).setMeta({ currency: "EUR", decimals: 2, time_zone: "Europe/Berlin" });
        await merge(domain, orders, "2026-01-05T00:00:00Z");
        await warehouse.of(domain).setMeta({ history: "complete", fresh_at: "2026-01-05T00:00:00Z" });
      }),
    );
    await time("swept", () =>
      all(SHOPS_AT_ONCE, shops, async ({ domain }) => {
        await merge(domain, 1, "2026-01-06T00:00:00Z");
        await warehouse.of(domain).setMeta({ fresh_at: "2026-01-06T00:00:00Z" });
      }),
    );
    await time("100 at once", () =>
      all(TOLD_AT_ONCE, shops.slice(-TOLD_AT_ONCE), async ({ domain }) => {
        await merge(domain, 1, "2026-01-07T00:00:00Z");
        await warehouse.of(domain).query(everyShop);
      }),
    );
    await warehouse.close();
  },

  async restart(directory: string, run: Run, time: Timer): Promise<void> {
    let warehouse: Warehouse | undefined;
    const opened = async () => {
      warehouse = await openWarehouse({ directory: path.join(directory, "warehouse") });
      await warehouse.check();
      return warehouse;
    };
    await time("ready", opened);
    await time("asked", async () => {
      for (const { domain, orders } of shops)
        await noted(run, async () => {
          const [row] = (await warehouse?.of(domain).query<{ orders: number }>(everyShop)) ?? [];
          if (row?.orders !== orders) throw new Error(`${domain} has ${row?.orders ?? "no"} orders`);
        });
    });
    await warehouse?.close();
  },
} satisfies Record<string, (directory: string, run: Run, time: Timer) => Promise<void>>;

type Timer = (what: string, work: () => Promise<unknown>) => Promise<void>;

const noted = (run: Run, work: () => Promise<unknown>) =>
  work().catch(
    (error: unknown) => void run.failures.push(error instanceof Error ? error.message : String(error)),
  );

if (import.meta.main) {
  const { values } = parseArgs({
    options: { part: { type: "string" }, directory: { type: "string", default: "" } },
  });
  if (values.part === undefined) console.log(manyRows(await measureMany()).join("\n"));
  else {
    const run: Run = { peakMb: 0, failures: [], seconds: {} };
    await parts[values.part as keyof typeof parts](values.directory, run, async (what, work) => {
      const start = performance.now();
      await work();
      run.seconds[what] = (performance.now() - start) / 1000;
    });
    run.peakMb = Math.round(process.resourceUsage().maxRSS / 1024);
    console.log(JSON.stringify(run));
  }
}
