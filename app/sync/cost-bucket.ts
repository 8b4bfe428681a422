// A shop's budget of query cost, as Shopify keeps it: a bucket that refills by `restoreRate` points a second. Calls are
// held back here, so that they are not refused there.
import { z } from "zod";

export const throttleStatus = z.object({
  maximumAvailable: z.number(),
  currentlyAvailable: z.number(),
  restoreRate: z.number().positive(),
});
export type ThrottleStatus = z.infer<typeof throttleStatus>;

/** What an unknown document is taken to cost until its first answer says. */
const UNKNOWN_COST = 100;

export class CostBucket {
  /** The smallest plan's, until the first answer tells the shop's own. */
  #status: ThrottleStatus = { maximumAvailable: 2000, currentlyAvailable: 2000, restoreRate: 100 };
  #at = 0;
  readonly #costs = new Map<string, number>();

  #availableAt(now: number): number {
    const { currentlyAvailable, maximumAvailable, restoreRate } = this.#status;
    return Math.min(
      maximumAvailable,
      currentlyAvailable + (Math.max(0, now - this.#at) / 1000) * restoreRate,
    );
  }

  /** Books the document's cost at `now` (ms) and says how long to wait (ms) before it is sent. */
  reserve(document: string, now: number): number {
    const cost = Math.min(this.#costs.get(document) ?? UNKNOWN_COST, this.#status.maximumAvailable);
    const left = this.#availableAt(now) - cost;
    this.#status = { ...this.#status, currentlyAvailable: left };
    this.#at = now;
    return left >= 0 ? 0 : Math.ceil((-left / this.#status.restoreRate) * 1000);
  }

  learn(document: string, requested: number, status: ThrottleStatus, now: number): void {
    this.#costs.set(document, requested);
    this.#status = status;
    this.#at = now;
  }

  /** How long (ms) until a refused call of this cost fits: (requested − available) ÷ restore rate. */
  waitFor(requested: number, now: number): number {
    const short = Math.min(requested, this.#status.maximumAvailable) - this.#availableAt(now);
    return Math.max(0, Math.ceil((short / this.#status.restoreRate) * 1000));
  }
}
