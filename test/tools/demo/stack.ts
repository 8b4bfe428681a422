// Everything that a shop's owner would have, on this machine: a simulated Shopify, the admin, and the app itself as a
// program of its own, which knows nothing of the simulation. Used by the demo, by `npm run dev` and by browser tests.
import { randomBytes } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { chmod, mkdir, readFile, writeFile } from "node:fs/promises";
import { createServer, type AddressInfo } from "node:net";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { parse } from "smol-toml";
import { z } from "zod";
import { startPostgres } from "../../../prisma/embedded.ts";
import { startAdmin, type RunningAdmin } from "../../shopify/shell.ts";
import { startShopify, type SimulatedShopify } from "../../shopify/server.ts";
import type { Shop } from "../../shopify/shop.ts";
import { startChild, type Child } from "./child.ts";

export const root = fileURLToPath(new URL("../../..", import.meta.url));
const APP_TOML = path.join(root, "shopify.app.toml");
const READY_WITHIN_MS = 120_000;
/** The simulated app's identity, as the Dev Dashboard would give it. */
const API_KEY = "5e6d656e746b706973696d756c617465";
export const API_SECRET = "simulated-client-secret";

/** The app ended although nobody asked it to; the message ends with the tail of its log. */
export class AppDied extends Error {}

export interface StackOptions {
  shops: readonly Shop[];
  /** Port of the admin; the app's origin takes the next one. 0: free ones. */
  port: number;
  /** The query with which the admin opens the app's first page. */
  homeQuery?: string;
  /** Of the app; created when absent. */
  dataDir: string;
  mode: "production" | "development";
  /** How fast bulk operations run; "believable" by default. */
  bulkPace?: "instant" | "believable";
  logLevel?: string;
  /** Shows the app's log here as well. */
  echo?: NodeJS.WritableStream;
  /** The app's program; app/server.ts by default. */
  server?: string;
  /** Further environment of the app. */
  env?: Readonly<Record<string, string>>;
  signal?: AbortSignal;
}

export interface Stack {
  shopify: SimulatedShopify;
  admin: RunningAdmin;
  app: Child;
  /** The app's server, past the proxy. */
  appServer: string;
  /** Rejects with AppDied when the app ends by itself. */
  died: Promise<never>;
  stop(): Promise<void>;
}

/** Starts all of it and waits until the app is ready. Whatever goes wrong, nothing stays behind. */
export async function startStack(options: StackOptions): Promise<Stack> {
  const { dataDir, signal } = options;
  const opened: (() => Promise<void>)[] = [];
  const stop = async () => {
    for (let close = opened.pop(); close; close = opened.pop()) await close();
  };
  try {
    await mkdir(dataDir, { recursive: true });
    // Run by root, PostgreSQL gets another account, which must be able to pass through.
    await chmod(dataDir, 0o711);
    const shopify = await startShopify({
      apiKey: API_KEY,
      apiSecret: API_SECRET,
      scopes: declaredScopes(),
      appToml: APP_TOML,
      bulkPace: options.bulkPace ?? "believable",
    });
    opened.push(() => shopify.stop());
    for (const shop of options.shops) shopify.addShop(shop);
    const appPort = await freePort();
    const appServer = `http://127.0.0.1:${appPort}`;
    const admin = await startAdmin({
      port: options.port,
      appTarget: appServer,
      shopify,
      apiKey: API_KEY,
      apiSecret: API_SECRET,
      homeQuery: options.homeQuery ?? "",
    });
    opened.push(() => admin.stop());
    shopify.setAppUrl(admin.appUrl);
    signal?.throwIfAborted();

    const app = await startApp(options, { shopify, admin, port: appPort });
    let stopping = false;
    opened.push(async () => {
      stopping = true;
      await app.stop();
      await leavePostgres(app, dataDir);
    });
    const died = app.ended.then((how): never => {
      const tail = app.tail();
      throw new AppDied(
        stopping
          ? "The app was stopped."
          : `The app ended by itself: ${how}.${tail && ` The end of its log:\n${tail}`}`,
      );
    });
    // Whoever waits for it hears of it; nobody has to.
    died.catch(() => undefined);
    await Promise.race([ready(appServer, signal), died]);
    return { shopify, admin, app, appServer, died, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

type AppOptions = Pick<StackOptions, "dataDir" | "mode" | "server" | "logLevel" | "echo" | "env">;

async function startApp(
  options: AppOptions,
  { shopify, admin, port }: { shopify: SimulatedShopify; admin: RunningAdmin; port: number },
): Promise<Child> {
  const preload = new URL("../../shopify/preload.mjs", import.meta.url).href;
  return startChild({
    args: ["--import", preload, options.server ?? path.join(root, "app/server.ts")],
    cwd: root,
    logFile: path.join(options.dataDir, "app.log"),
    ...(options.echo ? { echo: options.echo } : {}),
    env: {
      ...inherited(),
      NODE_ENV: options.mode,
      SHOPIFY_API_KEY: API_KEY,
      SHOPIFY_API_SECRET: API_SECRET,
      SHOPIFY_APP_URL: admin.appUrl,
      SIM_SHOPIFY_URL: shopify.url,
      BULK_FILE_ORIGINS: new URL(shopify.url).origin,
      TOKEN_KEYS: await tokenKey(options.dataDir),
      DATA_DIR: options.dataDir,
      HOST: "127.0.0.1",
      PORT: String(port),
      UV_THREADPOOL_SIZE: "16",
      MALLOC_ARENA_MAX: "2",
      LOG_LEVEL: options.logLevel ?? "warn",
      ...options.env,
    },
  });
}

/** Another process of the same app on the same data, as a deploy starts it beside the first; not waited for. */
export function nextProcess(
  { shopify, admin }: Stack,
  options: Omit<AppOptions, "mode"> & { port: number },
): Promise<Child> {
  return startApp({ mode: "production", ...options }, { shopify, admin, port: options.port });
}

/** The app's database server outlives an app that was killed; take it over to stop it. */
async function leavePostgres(app: Child, dataDir: string): Promise<void> {
  const data = path.join(dataDir, "postgres");
  if (app.end() === "exit code 0" || !existsSync(data)) return;
  await (await startPostgres(data)).stop();
}

/** Of this process's environment, what a program needs; nothing that could lead it to a real database or a real shop. */
function inherited(): Record<string, string> {
  const names = [
    "PATH",
    "HOME",
    "USER",
    "TMPDIR",
    "LANG",
    "LC_ALL",
    "TZ",
    "WAREHOUSE_THREADS",
    "NODE_COMPILE_CACHE",
  ];
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = process.env[name];
      return value === undefined ? [] : [[name, value]];
    }),
  );
}

const appConfig = z.object({ access_scopes: z.object({ scopes: z.string() }) });

/** The scopes that the merchant grants at install: those in the app's own configuration. */
function declaredScopes(): string[] {
  const config = appConfig.parse(parse(readFileSync(APP_TOML, "utf8")));
  return config.access_scopes.scopes.split(",").map((scope) => scope.trim());
}

/** Tokens that a kept data directory holds can be read only with the key that encrypted them. */
async function tokenKey(dataDir: string): Promise<string> {
  const file = path.join(dataDir, "token-key");
  if (!existsSync(file)) await writeFile(file, randomBytes(32).toString("base64"), { mode: 0o600 });
  return readFile(file, "utf8");
}

/** A port of the loopback interface that was free a moment ago. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => server.once("error", reject).listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

async function ready(appServer: string, signal: AbortSignal | undefined): Promise<void> {
  for (const deadline = Date.now() + READY_WITHIN_MS; Date.now() < deadline;) {
    signal?.throwIfAborted();
    const answer = await fetch(`${appServer}/readyz`).catch(() => null);
    await answer?.body?.cancel();
    if (answer?.ok) return;
    await sleep(100);
  }
  throw new Error(`The app was not ready within ${READY_WITHIN_MS / 1000} seconds.`);
}
