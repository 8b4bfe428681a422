// Webhooks: signed, delivered and retried, on a clock of their own that can be held and moved on.
import { createHmac, randomUUID } from "node:crypto";
import { setTimeout as wait } from "node:timers/promises";
import type { ShopEvent } from "../model.ts";
import type { Tampering } from "./delivery-faults.ts";
import { DeliveryFaults } from "./delivery-faults.ts";
import type { Injected } from "./injected.ts";
import { HOUR } from "./instants.ts";
import type { Subscription } from "./subscriptions.ts";
import { Subscriptions, pick } from "./subscriptions.ts";

export interface Attempt {
  at: Date;
  /** Simulated milliseconds since the webhook was first due. */
  sinceMs: number;
  /** Null: no answer. */
  status: number | null;
  error: string | null;
  /** What was changed on the way; a 2xx to this is a mistake of the app. */
  tampered: Tampering | null;
}

export interface Delivery {
  shop: string;
  topic: string;
  url: string;
  webhookId: string;
  eventId: string;
  /** The second sending of one that is delivered twice. */
  copy: boolean;
  /** Simulated milliseconds between the event and the first attempt. */
  lateMs: number;
  headers: Readonly<Record<string, string>>;
  body: string;
  attempts: Attempt[];
  state: "pending" | "delivered" | "failed" | "lost";
}

export interface WebhookSettings {
  appToml: string | null;
  appUrl: string | null;
  secret: string;
  now: () => Date;
  injected: Injected;
}

interface Job {
  delivery: Delivery;
  subscription: Subscription;
  tampered: Tampering | null;
  /** Of the first attempt and of the next one, on the webhooks' clock. */
  firstDue: number;
  due: number;
}

/** Shopify tries eight times more over four hours, at growing distances: each twice the one before. */
const RETRIES = 8;
export const RETRY_PAUSES = Array.from(
  { length: RETRIES },
  (_, retry) => (4 * HOUR * 2 ** retry) / (2 ** RETRIES - 1),
);
/** Simulated per real time between the retries of webhooks that are not held: four hours in six seconds. */
const COMPRESSION = 2400;
const TIMEOUT_MS = 5000;
const AT_ONCE = 8;

export class Webhooks {
  readonly deliveries: Delivery[] = [];
  readonly subscriptions: Subscriptions;
  readonly faults = new DeliveryFaults();
  readonly #settings: WebhookSettings;
  readonly #open = new Set<Promise<void>>();
  readonly #stop = new AbortController();
  readonly #slots = new Slots(AT_ONCE);
  /** Simulated milliseconds; moves only by `advance` and `deliverLate`. */
  #clock = 0;
  #held = false;
  /** For a later time of the clock, the next one first. */
  readonly #waiting: Job[] = [];
  /** By shop, until the window is full. */
  readonly #shuffling = new Map<string, Job[]>();
  /** When a subscription last worked. */
  readonly #worked = new WeakMap<Subscription, number>();

  constructor(settings: WebhookSettings) {
    this.#settings = { ...settings };
    this.subscriptions = new Subscriptions(settings.appToml);
  }

  get clock(): number {
    return this.#clock;
  }

  setAppUrl(url: string): void {
    this.#settings.appUrl = url;
  }

  /** Resolves once every delivery under way has arrived or has been given up; not what waits for the clock. */
  async idle(): Promise<void> {
    while (this.#open.size > 0) await Promise.all(this.#open);
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    await this.idle();
  }

  /** From now on webhooks and retries go out one at a time, in order, as the clock is moved on. */
  hold(): void {
    this.#held = true;
  }

  /** Ends `hold`: what waits goes out now, in compressed time as at first. */
  resume(): void {
    this.#held = false;
    this.#endWindows();
    for (const job of this.#waiting.splice(0)) this.#run(job);
  }

  /** Moves the clock on; resolves when all that falls due, retries included, has been tried. */
  async advance(milliseconds: number): Promise<void> {
    const until = this.#clock + milliseconds;
    this.#endWindows();
    await this.idle();
    while (!this.#stop.signal.aborted) {
      const job = this.#waiting[0];
      if (job === undefined || job.due > until) break;
      this.#waiting.shift();
      this.#clock = Math.max(this.#clock, job.due);
      if (this.#held) await this.#deliver(job);
      else this.#run(job);
    }
    await this.idle();
    this.#clock = Math.max(this.#clock, until);
  }

  /** Moves the clock on until nothing waits: everything late or to be retried has arrived or has been given up. */
  async deliverLate(): Promise<void> {
    do {
      await this.advance(Math.max(0, (this.#waiting.at(-1)?.due ?? 0) - this.#clock));
    } while (this.#waiting.length + this.#shuffling.size > 0 && !this.#stop.signal.aborted);
  }

  /** To every subscription of the event's topic; nothing without an app address. */
  send(shop: string, event: ShopEvent): void {
    if (this.#settings.appUrl === null || this.#stop.signal.aborted) return;
    const { injected } = this.#settings;
    const eventId = randomUUID();
    for (const subscription of this.subscriptions.of(shop, event.topic)) {
      const delivery = this.#delivery(shop, event, eventId, subscription, this.#settings.appUrl);
      const { copies, tampered } = this.faults.fate(shop, event.topic, subscription.uri);
      if (copies.length === 0) {
        injected.count(shop, "webhook_lost");
        this.deliveries.push({ ...delivery, state: "lost" });
      }
      for (const [index, lateMs] of copies.entries()) {
        const copy = index > 0;
        if (copy) injected.count(shop, "webhook_twice");
        if (lateMs > 0) injected.count(shop, "webhook_late");
        const due = this.#clock + lateMs;
        const sent = { ...delivery, attempts: [], copy, lateMs };
        this.deliveries.push(sent);
        this.#dispatch({
          delivery: sent,
          subscription,
          tampered: copy ? null : tampered,
          firstDue: due,
          due,
        });
      }
    }
  }

  #delivery(shop: string, event: ShopEvent, eventId: string, to: Subscription, appUrl: string): Delivery {
    const body = JSON.stringify(
      to.includeFields === null ? event.payload : pick(event.payload, to.includeFields),
    );
    const webhookId = randomUUID();
    return {
      shop,
      topic: event.topic,
      url: new URL(to.uri, appUrl).href,
      webhookId,
      eventId,
      copy: false,
      lateMs: 0,
      body,
      headers: {
        "Content-Type": "application/json",
        "User-Agent": "Shopify-Captain-Hook",
        "X-Shopify-Topic": event.topic,
        "X-Shopify-Shop-Domain": shop,
        "X-Shopify-API-Version": this.subscriptions.apiVersion,
        "X-Shopify-Hmac-Sha256": this.#signature(body),
        "X-Shopify-Webhook-Id": webhookId,
        "X-Shopify-Event-Id": eventId,
        "X-Shopify-Triggered-At": event.happenedAt,
        ...(to.name === null ? {} : { "X-Shopify-Name": to.name }),
      },
      attempts: [],
      state: "pending",
    };
  }

  #signature(body: string): string {
    return createHmac("sha256", this.#settings.secret).update(body).digest("base64");
  }

  /** A late one waits for its time; the others go through the shuffling window, if there is one. */
  #dispatch(job: Job): void {
    const { shop } = job.delivery;
    const window = this.faults.window(shop);
    if (job.due > this.#clock) return this.#schedule(job);
    if (window <= 1) return this.#go(job);
    const shuffling = this.#shuffling.get(shop) ?? [];
    shuffling.push(job);
    this.#shuffling.set(shop, shuffling);
    if (shuffling.length >= window) this.#endWindow(shop, shuffling);
  }

  #endWindows(): void {
    for (const [shop, jobs] of this.#shuffling) this.#endWindow(shop, jobs);
  }

  #endWindow(shop: string, jobs: readonly Job[]): void {
    this.#shuffling.delete(shop);
    for (const [index, job] of this.faults.shuffle(shop, jobs).entries()) {
      if (job !== jobs[index]) this.#settings.injected.count(shop, "webhook_shuffled");
      this.#go(job);
    }
  }

  #go(job: Job): void {
    if (this.#held) this.#schedule(job);
    else this.#run(job);
  }

  /** After those that are due at the same time. */
  #schedule(job: Job): void {
    let low = 0;
    let high = this.#waiting.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#waiting[middle]?.due ?? Infinity) > job.due) high = middle;
      else low = middle + 1;
    }
    this.#waiting.splice(low, 0, job);
  }

  #run(job: Job): void {
    const done = this.#deliver(job).finally(() => this.#open.delete(done));
    this.#open.add(done);
  }

  /** To its end; while webhooks are held, one attempt, and the next one is put on the clock. */
  async #deliver(job: Job): Promise<void> {
    const { delivery } = job;
    for (;;) {
      await this.#slots.use(() => this.#attempt(job));
      if (delivery.state !== "pending") return;
      if (this.#held) return this.#schedule(job);
      const pause = RETRY_PAUSES[delivery.attempts.length - 1] ?? 0;
      await wait(pause / COMPRESSION, undefined, { signal: this.#stop.signal }).catch(() => undefined);
      if (this.#stop.signal.aborted) {
        delivery.state = "failed";
        return;
      }
      if (this.#held) return this.#schedule(job);
    }
  }

  async #attempt(job: Job): Promise<void> {
    const { delivery, subscription } = job;
    const { shop, attempts } = delivery;
    const first = attempts.length === 0;
    const tampered = first ? job.tampered : null;
    const begun = { at: this.#settings.now(), sinceMs: job.due - job.firstDue };
    if (this.faults.isOut(shop, job.due)) {
      this.#settings.injected.count(shop, "webhook_outage");
      attempts.push({ ...begun, status: null, error: "outage", tampered: null });
    } else {
      if (tampered !== null) this.#settings.injected.count(shop, "webhook_tampered");
      attempts.push({ ...begun, ...(await this.#post(delivery, tampered)), tampered });
    }
    const status = attempts.at(-1)?.status ?? null;
    if (status !== null && status >= 200 && status < 300) {
      delivery.state = "delivered";
      this.#worked.set(subscription, job.due);
      return;
    }
    const pause = RETRY_PAUSES[attempts.length - 1];
    if (pause !== undefined) job.due += pause;
    else {
      delivery.state = "failed";
      const worked = this.#worked.get(subscription) ?? -Infinity;
      if (worked < job.firstDue && this.subscriptions.giveUp(subscription))
        this.#settings.injected.count(shop, "subscription_removed");
    }
  }

  async #post(
    { url, headers, body }: Delivery,
    tampered: Tampering | null,
  ): Promise<{ status: number | null; error: string | null }> {
    try {
      const response = await fetch(url, {
        method: "POST",
        headers:
          tampered === "signature"
            ? { ...headers, "X-Shopify-Hmac-Sha256": this.#signature(`${body} `) }
            : headers,
        body: tampered === "body" ? forged(body) : body,
        redirect: "manual",
        signal: AbortSignal.any([this.#stop.signal, AbortSignal.timeout(TIMEOUT_MS)]),
      });
      await response.arrayBuffer();
      return { status: response.status, error: null };
    } catch (error) {
      return { status: null, error: error instanceof Error ? error.message : String(error) };
    }
  }
}

/** Another record's id, say: still JSON, and never the same. */
const forged = (body: string): string =>
  /\d/.test(body) ? body.replace(/\d/, (digit) => String((Number(digit) % 9) + 1)) : `${body} `;

/** So many at once, the others in turn. */
class Slots {
  #free: number;
  readonly #waiting: (() => void)[] = [];

  constructor(count: number) {
    this.#free = count;
  }

  async use<T>(work: () => Promise<T>): Promise<T> {
    if (this.#free > 0) this.#free -= 1;
    else await new Promise<void>((resolve) => this.#waiting.push(resolve));
    try {
      return await work();
    } finally {
      const next = this.#waiting.shift();
      if (next === undefined) this.#free += 1;
      else next();
    }
  }
}
