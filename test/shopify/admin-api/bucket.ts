// The bucket of query points that one app has in one shop.
export interface ThrottleStatus {
  maximumAvailable: number;
  currentlyAvailable: number;
  restoreRate: number;
}

/** Points per second by plan; a bucket holds twenty seconds' worth. */
export function restoreRate(plan: string): number {
  if (/enterprise/i.test(plan)) return 2000;
  if (/plus/i.test(plan)) return 1000;
  return /advanced/i.test(plan) ? 200 : 100;
}

/** The leaky bucket of one app in one shop, in real time whatever the simulated clock says. */
export class Bucket {
  readonly #rate: number;
  readonly #maximum: number;
  #available: number;
  #at = performance.now();

  constructor(rate: number) {
    this.#rate = rate;
    this.#maximum = 20 * rate;
    this.#available = this.#maximum;
  }

  /** False, and nothing taken, when it holds less than the cost. */
  take(cost: number): boolean {
    this.#restore();
    if (cost > this.#available) return false;
    this.#available -= cost;
    return true;
  }

  giveBack(cost: number): void {
    this.#available = Math.min(this.#maximum, this.#available + cost);
  }

  status(): ThrottleStatus {
    this.#restore();
    return {
      maximumAvailable: this.#maximum,
      currentlyAvailable: Math.floor(this.#available),
      restoreRate: this.#rate,
    };
  }

  #restore(): void {
    const now = performance.now();
    this.#available = Math.min(this.#maximum, this.#available + ((now - this.#at) / 1000) * this.#rate);
    this.#at = now;
  }
}
