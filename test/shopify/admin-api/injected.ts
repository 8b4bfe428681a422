// What went wrong on purpose, counted when it takes effect; and chance from a seed for it.
import { createHash } from "node:crypto";
import type { Random } from "../generate/random.ts";
import { randomFrom } from "../generate/random.ts";

export type FaultKind =
  | "throttled"
  | "slow"
  | `http_${number}`
  | "dropped"
  | "dropped_answer"
  | "tokens_expired"
  | "record_failed"
  | "refused"
  | "bulk_failed"
  | "link_dead"
  | "download_broken"
  | "webhook_twice"
  | "webhook_late"
  | "webhook_lost"
  | "webhook_shuffled"
  | "webhook_tampered"
  | "webhook_outage"
  | "subscription_removed";

export type Counts = Partial<Record<FaultKind, number>>;

export class Injected {
  readonly #byShop = new Map<string, Counts>();

  count(shop: string, kind: FaultKind): void {
    const counts = this.#byShop.get(shop) ?? {};
    counts[kind] = (counts[kind] ?? 0) + 1;
    this.#byShop.set(shop, counts);
  }

  of(shop: string): Counts {
    return { ...this.#byShop.get(shop) };
  }

  total(): Counts {
    const total: Counts = {};
    for (const counts of this.#byShop.values())
      for (const [kind, count] of Object.entries(counts) as [FaultKind, number][])
        total[kind] = (total[kind] ?? 0) + count;
    return total;
  }
}

/**
 * One stream of chance for each name, so that what happens to one kind of request does not depend on how often others
 * come in between.
 */
export class Streams {
  readonly #seed: number;
  readonly #byName = new Map<string, Random>();

  constructor(seed: number) {
    this.#seed = seed;
  }

  of(...names: readonly string[]): Random {
    const digest = createHash("sha256")
      .update(JSON.stringify([this.#seed, ...names]))
      .digest();
    const key = digest.toString("base64");
    const found = this.#byName.get(key) ?? randomFrom(digest.readInt32LE());
    this.#byName.set(key, found);
    return found;
  }
}
