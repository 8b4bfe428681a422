// What the demo does in the merchant's place: opens the app in the admin, which installs it, and asks its API.
import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import type { RunningAdmin } from "../../shopify/shell.ts";
import type { Shop } from "../../shopify/shop.ts";

const BROWSER =
  "Mozilla/5.0 (X11; Linux x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/150.0.0.0 Safari/537.36";
const POLL_MS = 400;
const PATIENCE_MS = 30_000;

const syncSchema = z.object({
  phase: z.enum(["not_started", "counting", "orders", "customers", "closing_sweep", "complete", "failed"]),
  historyLimited: z.boolean(),
  rows: z.number(),
  expectedRows: z.number().nullable(),
  ratePerSecond: z.number().nullable(),
  secondsLeft: z.number().nullable(),
  error: z.string().nullable(),
});
export type SyncProgress = z.infer<typeof syncSchema>;

const cellSchema = z.object({
  value: z.number().nullable(),
  reason: z.object({ text: z.string() }).nullable(),
});
const rowSchema = z.object({
  label: z.string(),
  members: z.number().nullable(),
  kpis: z.record(z.string(), cellSchema),
});
const kpisSchema = z.object({
  currency: z.string(),
  decimals: z.number(),
  period: z.object({ from: z.string(), to: z.string() }),
  total: rowSchema,
  segments: z.array(rowSchema),
});
export type KpiAnswer = z.infer<typeof kpisSchema>;

export class Merchant {
  readonly #admin: RunningAdmin;
  readonly #shop: Shop;
  readonly #signal: AbortSignal | undefined;

  constructor(admin: RunningAdmin, shop: Shop, signal?: AbortSignal) {
    this.#admin = admin;
    this.#shop = shop;
    this.#signal = signal;
  }

  /** Loads the app's first page as the admin's frame would; the first time, that installs the app. */
  async open(): Promise<string> {
    const shell = await this.#get(this.#admin.appPage(this.#shop));
    const src = /<iframe[^>]*\sdata-src="([^"]+)"/.exec(await shell.text())?.[1]?.replaceAll("&amp;", "&");
    if (!src) throw new Error("The admin's page has no frame for the app.");
    const page = await this.#get(src);
    if (!page.ok)
      throw new Error(`The app answered ${page.status} to its first visit: ${await excerpt(page)}`);
    return page.text();
  }

  /** The state of the first sync, again and again, until it is complete. Throws when it failed. */
  async *sync(): AsyncGenerator<SyncProgress> {
    for (;;) {
      const state = await this.#api("/api/sync", syncSchema);
      yield state;
      if (state.phase === "complete") return;
      if (state.phase === "failed")
        throw new Error(`The first sync failed: ${state.error ?? "no reason given"}`);
      await sleep(POLL_MS, undefined, { signal: this.#signal });
    }
  }

  async kpis(query: Record<string, string>): Promise<KpiAnswer> {
    return this.#api(`/api/kpis?${new URLSearchParams(query)}`, kpisSchema);
  }

  /** With a session token, which lives a minute, made for each request. An app that is busy starting is asked again. */
  async #api<T>(path: string, schema: z.ZodType<T>): Promise<T> {
    for (
      const deadline = Date.now() + PATIENCE_MS;
      ;
      await sleep(POLL_MS, undefined, { signal: this.#signal })
    ) {
      const minted = await this.#get(`${this.#admin.url}/store/${this.#shop.handle}/id_token`);
      const { token } = z.object({ token: z.string() }).parse(await minted.json());
      const answer = await this.#get(this.#admin.appUrl + path, { authorization: `Bearer ${token}` });
      const name = path.split("?")[0];
      if (answer.ok) {
        const parsed = schema.safeParse(await answer.json());
        if (parsed.success) return parsed.data;
        throw new Error(
          `The app's answer to ${name} has another form than expected:\n${z.prettifyError(parsed.error)}`,
        );
      }
      const reason = `The app answered ${answer.status} to ${name}: ${await excerpt(answer)}`;
      if (![409, 502, 503].includes(answer.status) || Date.now() > deadline) throw new Error(reason);
    }
  }

  #get(url: string, headers: Record<string, string> = {}): Promise<Response> {
    return fetch(url, { headers: { "user-agent": BROWSER, ...headers }, signal: this.#signal ?? null });
  }
}

const excerpt = async (answer: Response) =>
  (await answer.text())
    .replace(/<[^>]*>|\s+/g, " ")
    .trim()
    .slice(0, 300);
