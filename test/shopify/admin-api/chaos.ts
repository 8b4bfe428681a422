// Everything goes wrong by chance, from a seed: which request, bulk operation, download and webhook meets which fault.
import type { BulkFailure } from "./bulk.ts";
import type { DeliveryRates } from "./delivery-faults.ts";
import type { DownloadFault, RequestFault } from "./faults.ts";
import { httpFault } from "./faults.ts";
import { Streams } from "./injected.ts";

/** Shares between 0 and 1, of the webhooks as in DeliveryRates. */
export interface ChaosRates extends Required<Omit<DeliveryRates, "seed">> {
  /** Of GraphQL requests; one meets at most one of these. */
  throttled: number;
  tooManyRequests: number;
  badGateway: number;
  dropped: number;
  tokensExpired: number;
  /** Of bulk operations, some time on their way. */
  bulkFailed: number;
  /** Of downloads. */
  linkDead: number;
  downloadBroken: number;
  /** The longest time in milliseconds for which a connection is held before it is dropped. */
  holdMs: number;
}

export interface ChaosSettings {
  seed: number;
  /** What is left out keeps its rate in CHAOS. */
  rates?: Partial<ChaosRates>;
}

export const CHAOS: ChaosRates = {
  throttled: 0.03,
  tooManyRequests: 0.02,
  badGateway: 0.02,
  dropped: 0.02,
  tokensExpired: 0.01,
  bulkFailed: 0.1,
  linkDead: 0.05,
  downloadBroken: 0.1,
  holdMs: 50,
  twice: 0.3,
  late: 0.2,
  lateByMs: 86_400_000,
  lost: 0.1,
  spared: [],
  tampered: 0.02,
  shuffled: 10,
};

/** Rows after which an operation fails lie between 1 and some 20,000, as often in the ones as in the thousands. */
const FAILURE_MAGNITUDES = 10;

export class Chaos {
  #rates: ChaosRates | null = null;
  #seed = 0;
  #streams = new Streams(0);

  set(settings: ChaosSettings | null): void {
    this.#rates = settings && { ...CHAOS, ...settings.rates };
    this.#seed = settings?.seed ?? 0;
    this.#streams = new Streams(this.#seed);
  }

  /** Of the webhooks of every shop that has no rates of its own. */
  deliveries(): DeliveryRates {
    if (this.#rates === null) return {};
    const { twice, late, lateByMs, lost, spared, tampered, shuffled } = this.#rates;
    return { seed: this.#seed, twice, late, lateByMs, lost, spared, tampered, shuffled };
  }

  /** The nth request with a document meets the nth fault, however many others come in between. */
  request(shop: string, document: string): RequestFault | null {
    if (this.#rates === null) return null;
    const { throttled, tooManyRequests, badGateway, dropped, tokensExpired, holdMs } = this.#rates;
    const random = this.#streams.of("request", shop, document);
    const [held, other] = [random.unit(), random.unit()];
    return chosen<RequestFault>(random.unit(), [
      [throttled, () => ({ kind: "throttle" })],
      [tooManyRequests, () => ({ kind: "http", ...httpFault(429, {}) })],
      [badGateway, () => ({ kind: "http", ...httpFault(502, {}) })],
      [dropped, () => ({ kind: "drop", holdMs: held * holdMs, carriedOut: other < 0.5 })],
      [tokensExpired, () => ({ kind: "expire" })],
    ]);
  }

  bulk(shop: string): BulkFailure | null {
    if (this.#rates === null) return null;
    const random = this.#streams.of("bulk", shop);
    const [size, code] = [random.unit(), random.unit()];
    return chosen<BulkFailure>(random.unit(), [
      [
        this.#rates.bulkFailed,
        () => ({
          afterRows: Math.floor(Math.exp(size * FAILURE_MAGNITUDES)),
          errorCode: code < 0.5 ? "TIMEOUT" : "INTERNAL_SERVER_ERROR",
          evenAtEnd: true,
        }),
      ],
    ]);
  }

  download(shop: string): DownloadFault | null {
    if (this.#rates === null) return null;
    const random = this.#streams.of("download", shop);
    const detail = random.unit();
    return chosen<DownloadFault>(random.unit(), [
      [this.#rates.linkDead, () => ({ kind: "dead", status: detail < 0.5 ? 403 : 404 })],
      [this.#rates.downloadBroken, () => ({ kind: "broken", after: detail })],
    ]);
  }
}

/** At most one, each with its share of [0, 1). */
function chosen<T>(drawn: number, choices: readonly [share: number, make: () => T][]): T | null {
  let from = 0;
  for (const [share, make] of choices) {
    from += share;
    if (drawn < from) return make();
  }
  return null;
}
