// The course of `npm run demo` and `npm run dev`: shop, stack, install, sync, table, ready; and on Ctrl-C, on a
// failure or at the end everything is stopped, last started first.
import { chmod, mkdtemp, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { z } from "zod";
import { generateShop } from "../../shopify/generate.ts";
import { shopFromOrdersCsv, type CsvShop } from "../../shopify/orders-csv.ts";
import { PortInUse } from "../../shopify/shell.ts";
import { Merchant } from "./merchant.ts";
import { BadOption, readOptions, usage, type DemoOptions } from "./options.ts";
import { described, shownPeriod } from "./period.ts";
import { openProgress } from "./progress.ts";
import { AppDied, startStack, type Stack } from "./stack.ts";
import { kpiTable, KPI_IDS } from "./table.ts";

export interface Course {
  command: "demo" | "dev";
  mode: "production" | "development";
  /** Orders of the generated shop unless --size says otherwise. */
  size: number;
  /** Shows the app's log in the terminal. */
  showLog: boolean;
}

const HANDLE = "demo";
const say = (text: string) => void process.stdout.write(`${text}\n`);

/** Runs to the end; gives the exit code. */
export async function run(course: Course, args: readonly string[]): Promise<number> {
  let options: DemoOptions | null;
  try {
    options = readOptions(args, course.size);
  } catch (error) {
    if (!(error instanceof BadOption)) throw error;
    process.stderr.write(`${error.message}\n`);
    return 2;
  }
  if (!options) {
    say(usage(course.command, course.size));
    return 0;
  }

  const interruption = interruptible();
  const cleanUp: (() => Promise<void>)[] = [];
  let code: number;
  try {
    code = await demonstrate(course, options, interruption, cleanUp);
  } catch (error) {
    code = interruption.signal.aborted ? interruption.code() : 1;
    if (code === 1) process.stderr.write(`\n${explain(error)}\n`);
  }
  for (const undo of cleanUp.reverse())
    await undo().catch((error: unknown) => {
      process.stderr.write(`${explain(error)}\n`);
      code ||= 1;
    });
  return code;
}

async function demonstrate(
  course: Course,
  options: DemoOptions,
  { signal, began }: Interruption,
  cleanUp: (() => Promise<void>)[],
): Promise<number> {
  const dataDir = await dataDirectory(options, cleanUp);
  say(
    options.orders
      ? `Reading ${options.orders} …`
      : `Making a shop of ${options.size.toLocaleString("en")} orders …`,
  );
  const { shop, notes, limits, kept } = await makeShop(options);
  signal.throwIfAborted();
  const period = shownPeriod(shop);
  if (options.orders) say([described(shop, period), ...notes].map((note) => `  ${note}`).join("\n"));
  say(`Starting the simulated Shopify and the app …`);
  const stack = await startStack({
    shops: [shop],
    port: options.port,
    homeQuery: period.ended ? `from=${period.from}&to=${period.to}` : "",
    dataDir: path.join(dataDir, "app"),
    mode: course.mode,
    signal,
    ...(course.showLog ? { echo: process.stdout, logLevel: "info" } : {}),
  });
  began(stack);
  cleanUp.push(() => stack.stop());
  if (kept) {
    // Tokens of the last run died with its Shopify. To the app, the merchant left and now comes back.
    stack.shopify.uninstall(shop.domain);
    await stack.shopify.webhooks.idle();
  }

  const merchant = new Merchant(stack.admin, shop, signal);
  await Promise.race([syncWith(merchant), stack.died]).catch((error: unknown) => {
    const tail = stack.app.tail();
    if (tail && !course.showLog && !(error instanceof AppDied) && !signal.aborted)
      process.stderr.write(`The end of the app's log:\n${tail}\n`);
    throw error;
  });
  const answer = await merchant.kpis({
    segmentation: "rfm",
    kpis: KPI_IDS,
    from: period.from,
    to: period.to,
    as_of: "start",
  });
  const months = period.ended ? `the 12 months up to ${period.to}` : "the last 12 months";
  say(`\n${shop.name}, ${months}, by RFM segment at their start:\n\n${kpiTable(answer)}\n`);
  if (limits.length > 0)
    say(`What the file cannot tell:\n${limits.map((limit) => `  - ${limit}`).join("\n")}\n`);
  if (options.exitAfterSync) return 0;
  say(`Ready. Admin: ${stack.admin.appPage(shop)}  App: ${stack.admin.appUrl}  Ctrl-C stops.`);
  say(
    `To change the shop or disturb the app from scripts: ${stack.shopify.url}/sim (test/shopify/README.md)`,
  );
  await Promise.race([stopAsked(signal), stack.died]);
  say("\nStopping …");
  return 0;
}

async function syncWith(merchant: Merchant): Promise<void> {
  await merchant.open();
  const progress = openProgress(process.stdout);
  try {
    for await (const state of merchant.sync()) progress.show(state);
  } finally {
    progress.end();
  }
}

async function dataDirectory(options: DemoOptions, cleanUp: (() => Promise<void>)[]): Promise<string> {
  if (options.data !== null) {
    await mkdir(options.data, { recursive: true });
    return options.data;
  }
  const made = await mkdtemp(path.join(tmpdir(), "segment-kpis-demo-"));
  cleanUp.push(() => rm(made, { recursive: true, force: true }));
  // Run by root, PostgreSQL gets another account, which must be able to pass through.
  await chmod(made, 0o711);
  return made;
}

const keptSchema = z.object({ shop: z.string(), now: z.iso.datetime() });

/**
 * The shop that the options ask for. A kept data directory remembers which one it was made for and when, so that the
 * same shop comes back; another one is refused, since the app's data would not belong to it.
 */
async function makeShop(options: DemoOptions): Promise<CsvShop & { kept: boolean }> {
  const zone = options.timeZone === null ? "" : ` in ${options.timeZone}`;
  const asked = options.orders ? `${options.orders}${zone}` : `seed ${options.seed}, ${options.size} orders`;
  let now = new Date();
  let kept = false;
  if (options.data !== null) {
    const file = path.join(options.data, "shop.json");
    const text = await readFile(file, "utf8").catch(() => null);
    if (text === null) await writeFile(file, JSON.stringify({ shop: asked, now }));
    else {
      const last = keptSchema.parse(JSON.parse(text));
      if (last.shop !== asked)
        throw new Error(
          `${options.data} holds the data of another shop (${last.shop}); choose another --data.`,
        );
      now = new Date(last.now);
      kept = true;
    }
  }
  if (options.orders !== null)
    return {
      ...(await shopFromOrdersCsv(options.orders, {
        handle: HANDLE,
        now: new Date(),
        ...(options.timeZone === null ? {} : { timeZone: options.timeZone }),
      })),
      kept,
    };
  const shop = generateShop({ seed: options.seed, orders: options.size, handle: HANDLE, now });
  return { shop, notes: [], limits: [], kept };
}

interface Interruption {
  signal: AbortSignal;
  /** The conventional exit code of the signal that came. */
  code: () => number;
  /** From now on there is an app that an impatient second signal kills. */
  began: (stack: Stack) => void;
}

/** Within this time a second signal is the first one again: of a Ctrl-C, npm passes on what the terminal sent us already. */
const ECHO_MS = 2_000;

/** The first Ctrl-C, SIGTERM or SIGHUP stops everything in order; a later one does not wait for the app's own stop. */
function interruptible(): Interruption {
  const controller = new AbortController();
  const numbers = { SIGHUP: 1, SIGINT: 2, SIGTERM: 15 } as const;
  let code = 130;
  let at = 0;
  let stack: Stack | null = null;
  const interrupt = (name: keyof typeof numbers) => {
    if (controller.signal.aborted) {
      if (Date.now() - at > ECHO_MS) stack?.app.kill();
      return;
    }
    code = 128 + numbers[name];
    at = Date.now();
    controller.abort();
  };
  for (const name of ["SIGHUP", "SIGINT", "SIGTERM"] as const) process.on(name, () => interrupt(name));
  // npm may be killed without passing it on; then nobody is left to press Ctrl-C.
  const parent = process.ppid;
  if (process.env.npm_lifecycle_event)
    setInterval(() => process.ppid !== parent && interrupt("SIGHUP"), 500).unref();
  return { signal: controller.signal, code: () => code, began: (started) => void (stack = started) };
}

const stopAsked = (signal: AbortSignal) =>
  new Promise<void>((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener("abort", () => resolve(), { once: true });
  });

function explain(error: unknown): string {
  if (error instanceof PortInUse || error instanceof AppDied) return error.message;
  if (!(error instanceof Error)) return String(error);
  // fetch says only "fetch failed"; what failed is its cause.
  return error.cause instanceof Error ? `${error.message}: ${error.cause.message}` : error.message;
}
