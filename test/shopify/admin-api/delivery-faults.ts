// What becomes of a webhook on its way: lost, doubled, late, out of order, tampered with; and how long nothing gets through.
import { DAY } from "./instants.ts";
import { Streams } from "./injected.ts";

/** Shares between 0 and 1; what is left out does not happen. */
export interface DeliveryRates {
  seed?: number;
  /** Never sent at all. */
  lost?: number;
  /** Topics of which nothing is lost. */
  spared?: readonly string[];
  /** Sent once more, with the same ids and body. */
  twice?: number;
  /** Due up to `lateByMs` of simulated time (a day) after the event. */
  late?: number;
  lateByMs?: number;
  /** The first attempt arrives with another body or signature. */
  tampered?: number;
  /** Every so many deliveries are put in any order; 1 keeps it. */
  shuffled?: number;
}

export type Tampering = "body" | "signature";

/** Of one webhook: each copy's lateness in simulated milliseconds; none when it is lost. */
export interface Fate {
  copies: readonly number[];
  tampered: Tampering | null;
}

interface Mood {
  rates: DeliveryRates;
  streams: Streams;
}

const moodOf = (rates: DeliveryRates): Mood => ({ rates, streams: new Streams(rates.seed ?? 0) });

export class DeliveryFaults {
  #everywhere = moodOf({});
  readonly #byShop = new Map<string, Mood>();
  readonly #outages = new Map<string, number>();

  /** Of one shop, or (null) of all that have none of their own. */
  set(shop: string | null, rates: DeliveryRates): void {
    if (shop === null) this.#everywhere = moodOf(rates);
    else this.#byShop.set(shop, moodOf(rates));
  }

  clear(shop: string): void {
    this.#byShop.delete(shop);
    this.#outages.delete(shop);
  }

  /** Until that time of the webhooks' clock nothing reaches the app. */
  breakUntil(shop: string, time: number): void {
    this.#outages.set(shop, time);
  }

  isOut(shop: string, time: number): boolean {
    return time < (this.#outages.get(shop) ?? -Infinity);
  }

  window(shop: string): number {
    return this.#mood(shop).rates.shuffled ?? 1;
  }

  /** In any order, the same each time for the same seed. */
  shuffle<T>(shop: string, items: readonly T[]): T[] {
    const random = this.#mood(shop).streams.of(shop, "shuffle");
    return items
      .map((item) => ({ item, rank: random.unit() }))
      .sort((a, b) => a.rank - b.rank)
      .map(({ item }) => item);
  }

  /** The nth webhook of a subscription meets the nth fate. */
  fate(shop: string, topic: string, uri: string): Fate {
    const { rates, streams } = this.#mood(shop);
    const random = streams.of(shop, topic, uri);
    // All drawn every time, so that one rate does not change what another one hits.
    const [lost, twice, late, delay, lateCopy, delayCopy, tampered, how] = Array.from({ length: 8 }, () =>
      random.unit(),
    ) as [number, number, number, number, number, number, number, number];
    if (lost < (rates.lost ?? 0) && !rates.spared?.includes(topic)) return { copies: [], tampered: null };
    const lateness = (chance: number, share: number): number =>
      chance < (rates.late ?? 0) ? 1 + Math.floor(share * (rates.lateByMs ?? DAY)) : 0;
    const first = lateness(late, delay);
    return {
      copies: twice < (rates.twice ?? 0) ? [first, lateness(lateCopy, delayCopy)] : [first],
      tampered: tampered < (rates.tampered ?? 0) ? (how < 0.5 ? "body" : "signature") : null,
    };
  }

  #mood(shop: string): Mood {
    return this.#byShop.get(shop) ?? this.#everywhere;
  }
}
