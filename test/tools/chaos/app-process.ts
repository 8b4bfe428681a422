// The app as an operator runs it, a process that may be killed at any moment and started again; and what it was doing.
import { readFileSync } from "node:fs";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import type pg from "pg";
import { env } from "../../../app/env.server.ts";
import { startChild, type Child } from "../demo/child.ts";
import { freePort } from "../demo/stack.ts";

const root = fileURLToPath(new URL("../../..", import.meta.url));
const READY_WITHIN_MS = 120_000;
/** Of the longest answer; who waits longer has given up. */
const ANSWER_WITHIN_MS = 30_000;
const BROWSER =
  "Mozilla/5.0 (X11; Linux x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/150.0.0.0 Safari/537.36";

export interface AppSettings {
  /** Of the state. */
  databaseUrl: string;
  /** Of the warehouse; DuckDB in the data directory without one. */
  warehouseUrl: string | undefined;
  dataDir: string;
  /** Of the simulated Shopify. */
  shopifyUrl: string;
}

export class AppProcess {
  readonly url: string;
  readonly #settings: AppSettings;
  readonly #port: number;
  #child: Child | null = null;

  private constructor(settings: AppSettings, port: number) {
    this.#settings = settings;
    this.#port = port;
    this.url = `http://127.0.0.1:${port}`;
  }

  /** Not yet started; its address is settled, so that webhooks find it after every restart. */
  static async of(settings: AppSettings): Promise<AppProcess> {
    return new AppProcess(settings, await freePort());
  }

  /** Starts it and waits until it is ready. Fails with the end of its log when it ends instead. */
  async start(): Promise<void> {
    const child = this.launch();
    for (const deadline = Date.now() + READY_WITHIN_MS; Date.now() < deadline; await sleep(25)) {
      if (child.end() !== null)
        throw new Error(`The app ended while it started: ${child.end()}\n${child.tail()}`);
      const answer = await fetch(`${this.url}/readyz`, {
        signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
      }).catch(() => null);
      await answer?.body?.cancel();
      if (answer?.ok) return;
    }
    throw new Error(`The app was not ready within ${READY_WITHIN_MS / 1000} s.\n${child.tail()}`);
  }

  /** Starts it and waits for nothing. */
  launch(): Child {
    const { databaseUrl, warehouseUrl, dataDir, shopifyUrl } = this.#settings;
    const { SHOPIFY_API_KEY, SHOPIFY_API_SECRET, TOKEN_KEYS } = env();
    const child = startChild({
      args: [
        "--import",
        new URL("../../shopify/preload.mjs", import.meta.url).href,
        path.join(root, "app/server.ts"),
      ],
      cwd: root,
      logFile: path.join(dataDir, "app.log"),
      env: {
        PATH: process.env.PATH,
        HOME: process.env.HOME,
        TMPDIR: process.env.TMPDIR,
        NODE_ENV: "production",
        SHOPIFY_API_KEY,
        SHOPIFY_API_SECRET,
        TOKEN_KEYS: TOKEN_KEYS.join(","),
        SHOPIFY_APP_URL: this.url,
        SIM_SHOPIFY_URL: shopifyUrl,
        BULK_FILE_ORIGINS: new URL(shopifyUrl).origin,
        DATABASE_URL: databaseUrl,
        ...(warehouseUrl === undefined ? {} : { WAREHOUSE_URL: warehouseUrl }),
        DATA_DIR: dataDir,
        HOST: "127.0.0.1",
        PORT: String(this.#port),
        UV_THREADPOOL_SIZE: "16",
        LOG_LEVEL: "info",
      },
    });
    this.#child = child;
    return child;
  }

  /** SIGKILL, whatever it does; resolves when it is gone. Fails when it had ended by itself. */
  async kill(): Promise<void> {
    const child = this.#child;
    if (child === null) return;
    if (child.end() !== null) throw new Error(`The app ended by itself: ${child.end()}\n${child.tail()}`);
    child.kill();
    await child.ended;
    this.#child = null;
  }

  /** The end of its log. */
  tail(): string {
    return this.#child?.tail() ?? "not running";
  }

  /** The most resident memory it has had, in MB; null where the system does not tell. */
  peakMb(): number | null {
    try {
      const status = readFileSync(`/proc/${this.#child?.pid}/status`, "utf8");
      return Math.round(Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1]) / 1024);
    } catch {
      return null;
    }
  }

  /** Asks it to leave; how it ended. */
  async stop(): Promise<string> {
    const child = this.#child;
    this.#child = null;
    await child?.stop();
    return child?.end() ?? "not running";
  }

  /** The merchant opens the app in the admin, which installs it when it is not. False when it does not answer well. */
  async visit(shop: string, idToken: string): Promise<boolean> {
    const address = new URL("/app", this.url);
    const host = Buffer.from(`admin.shopify.com/store/${shop.split(".")[0]}`).toString("base64url");
    for (const [name, value] of Object.entries({ embedded: "1", shop, host, id_token: idToken }))
      address.searchParams.set(name, value);
    const answer = await fetch(address, {
      headers: { "user-agent": BROWSER },
      signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
    }).catch(() => null);
    await answer?.arrayBuffer().catch(() => null);
    return answer?.ok ?? false;
  }
}

export const PHASES = [
  "counting",
  "running",
  "downloading",
  "merging",
  "closing sweep",
  "sweep",
  "webhooks",
  "idle",
] as const;
export type Phase = (typeof PHASES)[number];

/** What the app is doing in a shop since `since`, seen from outside; null when the database does not answer. */
export async function phaseOf(state: pg.Pool, shop: string, since: Date): Promise<Phase | null> {
  try {
    const { rows } = await state.query<{
      job: string | null;
      planned: boolean | null;
      states: string[] | null;
    }>(
      `SELECT (SELECT task_identifier FROM graphile_worker.jobs
               WHERE queue_name = $1 AND locked_at >= $2 LIMIT 1) AS job,
         (SELECT "ordersExpected" IS NOT NULL FROM "Shop" WHERE domain = $1) AS planned,
         (SELECT array_agg(state::text) FROM "SyncWindow" WHERE shop = $1) AS states`,
      [shop, since],
    );
    const { job = null, planned = false, states = null } = rows[0] ?? {};
    if (job === "sweep") return "sweep";
    if (job === "follow_webhooks") return "webhooks";
    if (job !== "first_sync") return "idle";
    if (!planned || states === null) return "counting";
    if (states.every((state) => state === "done")) return "closing sweep";
    if (states.includes("merging")) return "merging";
    return states.includes("downloading") ? "downloading" : "running";
  } catch {
    return null;
  }
}
