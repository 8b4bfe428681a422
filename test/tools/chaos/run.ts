// One chaos run on one engine: a shop that never stops changing, webhooks and an API that misbehave, an app that is killed
// again and again; then calm, one sweep, and the proof.
import { mkdir } from "node:fs/promises";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import pg from "pg";
import { closeDb, db } from "../../../app/db.server.ts";
import { env } from "../../../app/env.server.ts";
import { stopJobs } from "../../../app/process/jobs.server.ts";
import { enqueue } from "../../../app/queue/queue.server.ts";
import { askedScopes } from "../../../app/sync/resources/resources.ts";
import { generateShop } from "../../shopify/generate.ts";
import { SETTLED_AFTER_MS } from "../../../app/sync/check/check.ts";
import { randomFrom, type Random } from "../../shopify/generate/random.ts";
import { startShopify, type SimulatedShopify } from "../../shopify/server.ts";
import type { Shop } from "../../shopify/shop.ts";
import { AppProcess, type Phase, phaseOf, PHASES } from "./app-process.ts";
import { type Act, ACTS, type ChaosOptions, type ChaosReport } from "./plan.ts";
import { Changes, UNSEEN_BY_SWEEP } from "./changes.ts";
import { Patience } from "./patience.ts";
import { proofOf } from "./proof.ts";
import { askFullCheck, SEEN_BY_FULL_CHECK, TOLD_ONCE } from "./full-check.ts";

const MINUTE = 60_000;
/** Of the shop as it is found. Not the present, so that a seed gives the same shop whenever it is tried again. */
const HISTORY_ENDS = "2026-01-31T12:00:00Z";
/** Share of the restarts that are cut short. */
const STARTING_CHANCE = 0.1;

/** From this share of the changes on nothing reads more than webhooks tell, so that the sweep at the end has work. */
const LAST_SWEEP = 0.8;
/** Share of the changes after which a sweep is asked for, as the clock does every 15 minutes. */
const SWEEP_CHANCE = 0.01;
const VISIT_CHANCE = 0.01;
/** From this share on nothing is lost that only the full check finds: that leaves alone what is very young. */
const LAST_UNSEEN = 0.8;
/** Simulated time from one change to the next: a run of some hundred changes outlives the longest lateness. */
const BETWEEN_CHANGES_MS = 3 * MINUTE;
/** Shopify tries for four hours; no restart takes so long, and the clock is not to outrun one. */
const DOWN_AT_MOST_MS = 60 * MINUTE;

export async function chaosRun(options: ChaosOptions): Promise<ChaosReport> {
  const run = await Run.open(options);
  try {
    return await run.whole();
  } finally {
    await run.close();
  }
}

class Run {
  readonly #options: ChaosOptions;
  readonly #shop: Shop;
  readonly #shopify: SimulatedShopify;
  readonly #app: AppProcess;
  readonly #state: pg.Pool;
  readonly #patience: Patience;
  readonly #changes: Changes;
  readonly #killed: Record<string, number> = {};
  readonly #acts: string[] = [];
  #databaseKilled = 0;
  #started = new Date();
  #installed = false;
  #made = 0;
  /** Since then, nothing is lost that only the full check finds. */
  #sparedSince: Date | null = null;
  #down = false;
  /** Simulated time since the app went down. */
  #downMs = 0;

  private constructor(options: ChaosOptions, shop: Shop, shopify: SimulatedShopify, app: AppProcess) {
    this.#options = options;
    this.#shop = shop;
    this.#shopify = shopify;
    this.#app = app;
    this.#changes = new Changes(shop, options.seed);
    this.#state = new pg.Pool({ connectionString: options.databaseUrl, max: 2 });
    this.#state.on("error", () => undefined);
    this.#patience = new Patience(this.#state, shop.domain, () => app.tail(), options.patience);
  }

  static async open(options: ChaosOptions): Promise<Run> {
    const { seed, orders, directory, engine, databaseUrl, warehouseUrls } = options;
    await closeDb();
    process.env.DATABASE_URL = databaseUrl;
    const { SHOPIFY_API_KEY: apiKey, SHOPIFY_API_SECRET: apiSecret } = env();
    const shopify = await startShopify({
      apiKey,
      apiSecret,
      scopes: askedScopes,
      appToml: fileURLToPath(new URL("../../../shopify.app.toml", import.meta.url)),
    });
    const shop = generateShop({ seed, orders, now: HISTORY_ENDS, handle: "chaos" });
    // The largest plan's budget: the run is about faults, not about waiting.
    shop.updateSettings({ plan: "Plus" });
    shopify.addShop(shop);
    const dataDir = path.join(directory, "data");
    await mkdir(dataDir, { recursive: true });
    const app = await AppProcess.of({
      databaseUrl,
      warehouseUrl: engine === "postgres" ? warehouseUrls[0] : undefined,
      dataDir,
      shopifyUrl: shopify.url,
    });
    shopify.setAppUrl(app.url);
    shopify.webhooks.hold();
    return new Run(options, shop, shopify, app);
  }

  async close(): Promise<void> {
    await this.#app.stop();
    await stopJobs();
    await this.#state.end();
    await this.#shopify.stop();
    await closeDb();
  }

  async whole(): Promise<ChaosReport> {
    await this.#start();
    this.#shopify.faults.chaos({
      seed: this.#options.seed,
      rates: { spared: this.#spared() },
    });
    await Promise.all([this.#change(), this.#kill()]);
    if (this.#options.flood) await this.#flood(this.#options.flood);
    const found = await this.#calmDown();
    return this.#prove(found);
  }

  // What happens to the shop.

  async #change(): Promise<void> {
    const { seed, changes } = this.#options;
    const random = randomFrom(seed + 1);
    for (this.#made = 0; this.#made < changes; this.#made += 1) {
      if (this.#options.wholeCheck && this.#made === Math.floor(LAST_UNSEEN * changes)) {
        this.#sparedSince = new Date();
        this.#shopify.faults.chaos({ seed: seed + 2, rates: { spared: this.#spared() } });
      }
      for (const [share, act] of ACTS) if (this.#made === Math.floor(share * changes)) await this.#act(act);
      // Of what happens while the app is not installed nothing is told: only the full check finds what leaves no trace.
      const told = this.#shopify.installed(this.#shop.domain);
      this.#changes.next(told || this.#losesAll() ? [] : UNSEEN_BY_SWEEP);
      if (random.chance(SWEEP_CHANCE) && this.#made < LAST_SWEEP * changes) await this.#ask("sweep");
      if (random.chance(VISIT_CHANCE) && this.#installed) await this.#visit();
      const pause = random.unit() * 2 * this.#pace();
      if (random.chance(0.3)) await this.#passTime(random.whole(0, 6) * BETWEEN_CHANGES_MS);
      await sleep(pause);
    }
  }

  #losesAll(): boolean {
    return this.#options.wholeCheck === true && this.#sparedSince === null;
  }

  /** Topics of which no webhook is lost, because nothing that is run afterwards could make good for it. */
  #spared(): readonly string[] {
    return this.#losesAll() ? TOLD_ONCE : [...TOLD_ONCE, ...SEEN_BY_FULL_CHECK];
  }

  /** Moves the clock of the webhooks on. */
  async #passTime(milliseconds: number): Promise<void> {
    if (this.#down) this.#downMs += milliseconds;
    if (this.#downMs < DOWN_AT_MOST_MS) await this.#shopify.webhooks.advance(milliseconds);
  }

  /** So that the app has time between two kills to be at work again. */
  #pace(): number {
    const { kills, changes, betweenKills } = this.#options;
    return (kills * (betweenKills[0] + betweenKills[1])) / changes;
  }

  async #act(act: Act): Promise<void> {
    this.#acts.push(act);
    this.#options.say?.(act);
    if (act === "install" || act === "reinstall") {
      this.#installed = true;
      await this.#visit();
    } else if (act === "uninstall") {
      this.#shopify.uninstall(this.#shop.domain);
      this.#installed = false;
    } else await this.#beginAnew();
  }

  /** As somebody does who trusts no copy. */
  async #beginAnew(): Promise<void> {
    const { domain } = this.#shop;
    await this.#patiently(async () => {
      await db.syncWindow.deleteMany({ where: { shop: domain } });
      await db.shop.updateMany({
        where: { domain },
        data: { firstSyncStartedAt: null, firstSyncFinishedAt: null, ordersExpected: null, sweptUntil: null },
      });
      await enqueue("first_sync", { shop: domain });
    });
  }

  /** Somebody asks for a sweep, if the shop has been synced and the database is there. */
  async #ask(job: "sweep"): Promise<void> {
    const row = await db.shop.findUnique({ where: { domain: this.#shop.domain } }).catch(() => null);
    if (row?.sweptUntil) await enqueue(job, { shop: this.#shop.domain }).catch(() => undefined);
  }

  async #visit(): Promise<boolean> {
    return this.#app.visit(this.#shop.domain, this.#shopify.sessionToken(this.#shop.domain));
  }

  /** The database may be down for a moment. */
  async #patiently<T>(work: () => Promise<T>): Promise<T> {
    for (let tries = 1; ; tries += 1) {
      try {
        return await work();
      } catch (error) {
        if (tries > 100) throw error;
        await sleep(100);
      }
    }
  }

  // What happens to the app.

  async #start(): Promise<void> {
    this.#started = new Date();
    await this.#app.start();
    this.#down = false;
    this.#downMs = 0;
  }

  async #kill(): Promise<void> {
    const { seed, kills, changes, betweenKills, database } = this.#options;
    const random = randomFrom(seed + 2);
    for (let kill = 1; kill <= kills; kill += 1) {
      await sleep(random.whole(...betweenKills));
      while (this.#made < (changes * (kill - 0.5)) / kills) await sleep(20);
      const phase = await this.#reach(random);
      const withDatabase = database !== undefined && kill % database.every === 0;
      this.#down = true;
      await this.#app.kill();
      if (withDatabase) {
        await database.kill();
        this.#databaseKilled += 1;
      }
      this.#count(phase ?? "unknown", withDatabase);
      await sleep(random.unit() * 500);
      if (withDatabase) await database.restart();
      if (kill < kills && random.chance(STARTING_CHANCE)) {
        kill += 1;
        this.#app.launch();
        await sleep(random.unit() * 800);
        await this.#app.kill();
        this.#count("starting");
      }
      await this.#start();
    }
  }

  /** As an app does that tags every order, or an import. */
  async #flood(orders: number): Promise<void> {
    const at = new Date(Math.floor(Date.now() / 1000) * 1000);
    const told = this.#shop.onEvent;
    this.#shop.onEvent = null;
    const [variantId = 0] = this.#shop.variants.keys();
    for (let order = 0; order < orders; order += 1)
      this.#shop.placeOrder({ at, customerId: null, lines: [{ variantId, quantity: 1 + (order % 3) }] });
    this.#shop.onEvent = told;
    this.#options.say?.(`${orders} orders of one instant`);
    await this.#patience.until("the sweep over them can begin", async () => {
      if (this.#shopify.installed(this.#shop.domain)) await this.#ask("sweep");
      else await this.#visit();
      const row = await db.shop.findUnique({ where: { domain: this.#shop.domain } });
      return row?.firstSyncFinishedAt != null;
    });
    await this.#ask("sweep");
    const look = () => phaseOf(this.#state, this.#shop.domain, this.#started);
    for (const deadline = Date.now() + 60_000; (await look()) !== "sweep" && Date.now() < deadline;)
      await sleep(20);
    await sleep(3000);
    const phase = await look();
    await this.#app.kill();
    this.#count(phase ?? "unknown");
    await this.#start();
  }

  #count(phase: string, withDatabase = false): void {
    this.#killed[phase] = (this.#killed[phase] ?? 0) + 1;
    this.#options.say?.(`killed while ${phase}${withDatabase ? ", and the database with it" : ""}`);
  }

  /** Waits a little for the app to do what it shall be killed at; half of the time it is killed at whatever it does. */
  async #reach(random: Random): Promise<Phase | null> {
    const wanted = random.chance(0.5) ? null : random.pick(PHASES);
    const delay = random.whole(0, 40);
    const look = () => phaseOf(this.#state, this.#shop.domain, this.#started);
    for (const deadline = Date.now() + 1500; wanted !== null && Date.now() < deadline; await sleep(3))
      if ((await look()) === wanted) break;
    await sleep(delay);
    return look();
  }

  /**
   * A page that is open asks for a token, and the app is in again: a removal of before may be told late, and who was killed
   * between the renewal of a token and its keeping has none any more.
   */
  async #letIn(): Promise<void> {
    const { domain } = this.#shop;
    const row = await db.shop.findUniqueOrThrow({ where: { domain } });
    const token = await db.session.findUnique({ where: { id: `offline_${domain}` } });
    if (row.uninstalledAt !== null || token?.accessToken == null) await this.#visit();
  }

  // What must be true in the end.

  /** Faults end, what is late arrives, all work is done; then one sweep. How many records that sweep mended. */
  async #calmDown(): Promise<ChaosReport["found"]> {
    const { domain } = this.#shop;
    const { faults, webhooks } = this.#shopify;
    const { say } = this.#options;
    say?.("faults end");
    faults.chaos(null);
    await webhooks.deliverLate();
    say?.("everything late has arrived");
    await this.#patience.until("the app is installed", async () => {
      await this.#visit();
      const row = await db.shop.findUnique({ where: { domain } });
      return row !== null && row.uninstalledAt === null;
    });
    await this.#patience.until("the first sync is complete", async () => {
      await this.#letIn();
      const row = await db.shop.findUniqueOrThrow({ where: { domain } });
      return row.firstSyncFinishedAt !== null;
    });
    await this.#patience.quiet(() => this.#letIn());
    say?.("all work is done");
    const asked = new Date();
    await enqueue("sweep", { shop: domain });
    await this.#patience.until("the sweep has run", async () => {
      const row = await db.shop.findUniqueOrThrow({ where: { domain } });
      return row.lastSweepAt !== null && row.lastSweepAt >= asked;
    });
    await this.#patience.quiet(() => this.#letIn());
    const { lastSweepFound } = await db.shop.findUniqueOrThrow({ where: { domain } });
    const swept = lastSweepFound ?? 0;
    if (!this.#options.wholeCheck) return { swept, checked: null };
    const settled = (this.#sparedSince ?? new Date()).getTime() + SETTLED_AFTER_MS;
    say?.("swept; the full check waits until what was lost is old enough");
    await sleep(Math.max(0, settled + MINUTE - Date.now()));
    await askFullCheck(domain);
    await this.#patience.until("the check has been made", async () => {
      const check = await db.check.findFirst({
        where: { shop: domain, kind: "night" },
        orderBy: { startedAt: "desc" },
      });
      return check?.finishedAt != null;
    });
    await this.#patience.quiet(() => this.#letIn());
    const check = await db.check.findFirstOrThrow({
      where: { shop: domain, kind: "night" },
      orderBy: { startedAt: "desc" },
    });
    return { swept, checked: check.found as Record<string, number> };
  }

  async #prove(found: ChaosReport["found"]): Promise<ChaosReport> {
    const proof = await proofOf(this.#options, this.#shop.domain, this.#shopify, this.#app);
    return {
      changes: this.#changes.counts,
      killed: this.#killed,
      databaseKilled: this.#databaseKilled,
      acts: this.#acts,
      found,
      ...proof,
    };
  }
}
