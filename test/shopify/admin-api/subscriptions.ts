// Who is told of what: the webhook subscriptions of shopify.app.toml, those made by API, and which fields they ask for.
import { readFileSync } from "node:fs";
import { parse } from "smol-toml";
import { z } from "zod";

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

/** One that the app made by the Admin API. */
export interface Made extends Subscription {
  id: number;
  createdAt: string;
}

/** The app's in one shop, but for those of shopify.app.toml, which the API does not list. */
export interface ShopSubscriptions {
  list: () => readonly Made[];
  make: (subscription: Subscription, now: Date) => Made;
  drop: (id: number) => boolean;
}

/** In one shop, or, from shopify.app.toml, in every shop (null). */
interface Held extends Subscription {
  shop: string | null;
}

export class Subscriptions {
  readonly apiVersion: string;
  /** Those of shopify.app.toml. */
  readonly declared: readonly Subscription[];
  #held: Held[];
  #made = 0;
  /** Declared ones that a shop has lost, as `shop|topic|uri`. */
  readonly #lost = new Set<string>();

  constructor(appToml: string | null) {
    const { apiVersion, declared } = appToml === null ? NONE : read(appToml);
    this.apiVersion = apiVersion;
    this.declared = declared;
    this.#held = declared.map((each) => ({ ...each, shop: null }));
  }

  of(shop: string, topic: string): Subscription[] {
    return this.#held.filter((each) => each.topic === topic && this.#isIn(each, shop));
  }

  /** As an app makes it with the Admin API, in one shop. */
  add(shop: string, subscription: Subscription, now = new Date()): Made {
    this.#made += 1;
    const made = { ...subscription, shop, id: this.#made, createdAt: now.toISOString() };
    this.#held.push(made);
    return made;
  }

  /** What the Admin API does with them. */
  inShop(shop: string): ShopSubscriptions {
    const list = () => this.#held.filter((each): each is Held & Made => each.shop === shop && "id" in each);
    return {
      list,
      make: (subscription, now) => this.add(shop, subscription, now),
      drop: (id) => {
        const found = list().find((each) => each.id === id);
        return found !== undefined && this.#removeAdded(found);
      },
    };
  }

  /** Those whose topics need a scope that the shop no longer grants. */
  withdraw(shop: string, isAllowed: (topic: string) => boolean): void {
    this.#held = this.#held.filter((each) => each.shop !== shop || isAllowed(each.topic));
  }

  /** Whatever its origin; how many there were. */
  remove(shop: string, topic: string, uri: string | null): number {
    const gone = this.of(shop, topic).filter((each) => uri === null || each.uri === uri);
    for (const each of gone)
      if (!this.#removeAdded(each)) this.#lost.add(`${shop}|${each.topic}|${each.uri}`);
    return gone.length;
  }

  /** Shopify gives up a subscription made by API, never one of shopify.app.toml; whether this was one to give up. */
  giveUp(subscription: Subscription): boolean {
    return this.#removeAdded(subscription);
  }

  /** Declared subscriptions that were removed are there again. */
  restore(shop: string): void {
    for (const each of this.declared) this.#lost.delete(`${shop}|${each.topic}|${each.uri}`);
  }

  #isIn(held: Held, shop: string): boolean {
    return held.shop === null ? !this.#lost.has(`${shop}|${held.topic}|${held.uri}`) : held.shop === shop;
  }

  #removeAdded(subscription: Subscription): boolean {
    const before = this.#held.length;
    this.#held = this.#held.filter((each) => each !== subscription || each.shop === null);
    return this.#held.length < before;
  }
}

const NONE = { declared: [], apiVersion: "" };

function read(path: string): { declared: Subscription[]; apiVersion: string } {
  const { webhooks } = tomlSchema.parse(parse(readFileSync(path, "utf8")));
  const declared = webhooks.subscriptions.flatMap((each) => {
    if (each.filter !== undefined) throw new Error(`not simulated: webhook filter "${each.filter}"`);
    if (!each.uri.startsWith("/")) throw new Error(`not simulated: webhook delivery to ${each.uri}`);
    return [...each.topics, ...each.compliance_topics].map((topic) => ({
      topic,
      uri: each.uri,
      includeFields: each.include_fields ?? null,
      name: each.name ?? null,
    }));
  });
  return { declared, apiVersion: webhooks.api_version };
}

/** The named fields of a payload: "customer.id" reaches into objects, and into each element of lists. */
export function pick(payload: Record<string, unknown>, fields: readonly string[]): Record<string, unknown> {
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
