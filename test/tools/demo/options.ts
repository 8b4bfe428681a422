// The options of `npm run demo` and `npm run dev`.
import { existsSync, statSync } from "node:fs";
import path from "node:path";
import { parseArgs } from "node:util";

export interface DemoOptions {
  seed: number;
  /** Orders of the generated shop. */
  size: number;
  /** Shopify's order-export CSV in place of a generated shop; absolute. */
  orders: string | null;
  /** Of the shop of an order export; null: the file's offsets tell it. */
  timeZone: string | null;
  port: number;
  /** Where the app keeps its data; absolute. Null: a temporary directory, removed at the end. */
  data: string | null;
  exitAfterSync: boolean;
}

/** An option that cannot be used; the message names it. */
export class BadOption extends Error {}

export const usage = (command: string, size: number) => `Usage: npm run ${command} -- [options]

Starts a simulated Shopify with a believable shop, the app, and the admin around it, on this machine alone.

  --seed N            which shop is generated (default 1)
  --size N            how many orders it has (default ${size.toLocaleString("en")})
  --orders FILE.csv   Shopify's order export becomes the shop's orders and customers instead
  --time-zone ZONE    the time zone of that shop, such as America/Toronto (default: the file's offsets tell it)
  --port N            port of the admin; the app takes the next one (default 4000)
  --data DIR          keep the app's data in DIR (default: a temporary directory, removed at the end)
  --exit-after-sync   print the table of KPIs and stop
  --help              this text

Ctrl-C stops everything.`;

function wholeNumber(name: string, text: string, least: number, most: number): number {
  const value = /^\d{1,15}$/.test(text) ? Number(text) : NaN;
  if (value >= least && value <= most) return value;
  const [from, to] = [least, most].map((limit) => limit.toLocaleString("en"));
  throw new BadOption(`--${name} expects a whole number from ${from} to ${to}, not "${text}".`);
}

/** A zone's name in its usual capitals. Shopify knows no zones that are only an offset. */
function timeZone(text: string): string {
  try {
    if (/^[a-z]/i.test(text))
      return new Intl.DateTimeFormat("en", { timeZone: text }).resolvedOptions().timeZone;
  } catch {
    // Not a zone.
  }
  throw new BadOption(`--time-zone expects a name such as Europe/Berlin or America/New_York, not "${text}".`);
}

/** Browsers and fetch refuse these: https://fetch.spec.whatwg.org/#port-blocking, those that a user may open. */
const BLOCKED_PORTS = [
  1719, 1720, 1723, 2049, 3659, 4045, 4190, 5060, 5061, 6000, 6566, 6665, 6666, 6667, 6668, 6669, 6679, 6697,
  10080,
];

/** The admin's port; the app takes the next one. */
function adminPort(text: string): number {
  const port = wholeNumber("port", text, 1, 65_534);
  const blocked = BLOCKED_PORTS.find((each) => each === port || each === port + 1);
  if (blocked === undefined) return port;
  throw new BadOption(`--port: browsers refuse port ${blocked}; choose another than ${port}.`);
}

/** Null: help is asked for. Throws BadOption. */
export function readOptions(args: readonly string[], defaultSize: number): DemoOptions | null {
  const options = {
    seed: { type: "string" },
    size: { type: "string" },
    orders: { type: "string" },
    "time-zone": { type: "string" },
    port: { type: "string" },
    data: { type: "string" },
    "exit-after-sync": { type: "boolean" },
    help: { type: "boolean", short: "h" },
  } as const;
  const parse = () => {
    try {
      return parseArgs({ args: [...args], options }).values;
    } catch (error) {
      // Node's first sentence names the option; the rest explains positional arguments, of which there are none.
      const sentence = (error as Error).message.split(/\.\s/)[0] ?? "";
      throw new BadOption(`${sentence}. See --help.`);
    }
  };
  const given = parse();
  if (given.help) return null;
  if (given.orders !== undefined && (given.size !== undefined || given.seed !== undefined))
    throw new BadOption("--orders brings its own shop; it cannot be combined with --seed or --size.");
  const orders = given.orders === undefined ? null : path.resolve(given.orders);
  if (orders !== null && !existsSync(orders)) throw new BadOption(`--orders: there is no file ${orders}.`);
  if (orders !== null && statSync(orders).isDirectory())
    throw new BadOption(`--orders: ${orders} is a directory; name the CSV file in it.`);
  if (orders === null && given["time-zone"] !== undefined)
    throw new BadOption("--time-zone is that of an order export; it goes with --orders.");
  if (given.data === "") throw new BadOption("--data expects a directory.");
  return {
    seed: wholeNumber("seed", given.seed ?? "1", 0, 4_294_967_295),
    size: wholeNumber("size", given.size ?? String(defaultSize), 1, 500_000),
    orders,
    timeZone: given["time-zone"] === undefined ? null : timeZone(given["time-zone"]),
    port: adminPort(given.port ?? "4000"),
    data: given.data === undefined ? null : path.resolve(given.data),
    exitAfterSync: given["exit-after-sync"] ?? false,
  };
}
