// Webhooks: which subscriptions of shopify.app.toml an event concerns, and its signed delivery with retries.
import { createHmac, randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { setTimeout as wait } from "node:timers/promises";
import { parse } from "smol-toml";
import { z } from "zod";
import type { ShopEvent } from "../model.ts";

const tomlSchema = z.object({
  webhooks: z.object({
    api_version: z.string(),
    subscriptions: z
      .array(
        z.object({
          topics: z.array(z.string()).default([]),
          compliance_topics: z.array(z.string()).default([]),
          uri: z.string(),
          include_fields: z.array(z.string()).optional(),
          filter: z.string().optional(),
          name: z.string().optional(),
        }),
      )
      .default([]),
  }),
});

export interface Subscription {
  topic: string;
  uri: string;
  includeFields: readonly string[] | null;
  name: string | null;
}

export interface Attempt {
  at: Date;
  /** Null: no answer. */
  status: number | null;
  error: string | null;
}

export interface Delivery {
  shop: string;
  topic: string;
  url: string;
  webhookId: string;
  eventId: string;
  headers: Readonly<Record<string, string>>;
  body: string;
  attempts: Attempt[];
  state: "pending" | "delivered" | "failed";
}

export interface WebhookSettings {
  appToml: string | null;
  appUrl: string | null;
  secret: string;
  now: () => Date;
}

/** Shopify retries eight times over four hours; here the pauses are a hundred-thousandth of that, in milliseconds. */
const RETRY_PAUSES = [20, 50, 100, 200, 400, 800, 1600, 3200];
const TIMEOUT_MS = 5000;
const AT_ONCE = 8;

export class Webhooks {
  readonly deliveries: Delivery[] = [];
  readonly subscriptions: readonly Subscription[];
  readonly #apiVersion: string;
  readonly #settings: WebhookSettings;
  readonly #open = new Set<Promise<void>>();
  readonly #stop = new AbortController();
  readonly #slots = new Slots(AT_ONCE);

  constructor(settings: WebhookSettings) {
    this.#settings = { ...settings };
    const { subscriptions, apiVersion } =
      settings.appToml === null ? NONE : readSubscriptions(settings.appToml);
    this.subscriptions = subscriptions;
    this.#apiVersion = apiVersion;
  }

  setAppUrl(url: string): void {
    this.#settings.appUrl = url;
  }

  /** Resolves once every delivery, those begun meanwhile included, has arrived or has been given up. */
  async idle(): Promise<void> {
    while (this.#open.size > 0) await Promise.all(this.#open);
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    await this.idle();
  }

  /** To every subscription of the event's topic; nothing without an app address. */
  send(shop: string, event: ShopEvent): void {
    if (this.#settings.appUrl === null || this.#stop.signal.aborted) return;
    const eventId = randomUUID();
    for (const subscription of this.subscriptions) {
      if (subscription.topic !== event.topic) continue;
      const delivery = this.#delivery(shop, event, eventId, subscription, this.#settings.appUrl);
      this.deliveries.push(delivery);
      const done = this.#deliver(delivery).finally(() => this.#open.delete(done));
      this.#open.add(done);
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
      body,
      headers: {
        "Content-Type": "application/json",
        "User-Agent": "Shopify-Captain-Hook",
        "X-Shopify-Topic": event.topic,
        "X-Shopify-Shop-Domain": shop,
        "X-Shopify-API-Version": this.#apiVersion,
        "X-Shopify-Hmac-Sha256": createHmac("sha256", this.#settings.secret).update(body).digest("base64"),
        "X-Shopify-Webhook-Id": webhookId,
        "X-Shopify-Event-Id": eventId,
        "X-Shopify-Triggered-At": event.happenedAt,
        ...(to.name === null ? {} : { "X-Shopify-Name": to.name }),
      },
      attempts: [],
      state: "pending",
    };
  }

  async #deliver(delivery: Delivery): Promise<void> {
    for (const pause of [0, ...RETRY_PAUSES]) {
      if (pause > 0) await wait(pause, undefined, { signal: this.#stop.signal }).catch(() => undefined);
      if (this.#stop.signal.aborted) break;
      const attempt = await this.#slots.use(() => this.#attempt(delivery));
      delivery.attempts.push(attempt);
      if (attempt.status !== null && attempt.status >= 200 && attempt.status < 300) {
        delivery.state = "delivered";
        return;
      }
    }
    delivery.state = "failed";
  }

  async #attempt({ url, headers, body }: Delivery): Promise<Attempt> {
    const at = this.#settings.now();
    try {
      const signal = AbortSignal.any([this.#stop.signal, AbortSignal.timeout(TIMEOUT_MS)]);
      const response = await fetch(url, { method: "POST", headers, body, redirect: "manual", signal });
      await response.arrayBuffer();
      return { at, status: response.status, error: null };
    } catch (error) {
      return { at, status: null, error: error instanceof Error ? error.message : String(error) };
    }
  }
}

const NONE = { subscriptions: [], apiVersion: "" };

function readSubscriptions(path: string): { subscriptions: Subscription[]; apiVersion: string } {
  const { webhooks } = tomlSchema.parse(parse(readFileSync(path, "utf8")));
  const subscriptions = webhooks.subscriptions.flatMap((each) => {
    if (each.filter !== undefined) throw new Error(`not simulated: webhook filter "${each.filter}"`);
    if (!each.uri.startsWith("/")) throw new Error(`not simulated: webhook delivery to ${each.uri}`);
    return [...each.topics, ...each.compliance_topics].map((topic) => ({
      topic,
      uri: each.uri,
      includeFields: each.include_fields ?? null,
      name: each.name ?? null,
    }));
  });
  return { subscriptions, apiVersion: webhooks.api_version };
}

/** The named fields of a payload: "customer.id" reaches into objects, and into each element of lists. */
function pick(payload: Record<string, unknown>, fields: readonly string[]): Record<string, unknown> {
  const byHead = new Map<string, string[]>();
  for (const field of fields) {
    const [head = "", ...rest] = field.split(".");
    byHead.set(head, [...(byHead.get(head) ?? []), rest.join(".")]);
  }
  const picked: Record<string, unknown> = {};
  for (const [head, rests] of byHead) {
    if (!(head in payload)) continue;
    const value = payload[head];
    const inside = rests.filter((rest) => rest !== "");
    picked[head] = inside.length === 0 ? value : pickInside(value, inside);
  }
  return picked;
}

function pickInside(value: unknown, fields: readonly string[]): unknown {
  if (Array.isArray(value)) return value.map((each) => pickInside(each, fields));
  return typeof value === "object" && value !== null ? pick(value as Record<string, unknown>, fields) : value;
}

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
