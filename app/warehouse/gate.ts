// The places for heavy work, shared by all shops: a queue for each, served in turn, so that a shop that asks a thousand
// questions makes another wait for one of them at most. Whoever has left is not worked for.
import { asker } from "../asking.ts";
import { TooManyQuestions } from "./errors.ts";

/** What requests of one shop may have waiting; jobs wait as long as it takes. */
const WAITING_AT_MOST = 60;

interface Turn {
  begin: () => void;
  first: boolean;
}

export class Gate {
  private readonly places: number;
  private readonly running = new Map<string, number>();
  private taken = 0;
  private readonly idle: (() => void)[] = [];
  /** In the order in which their next turns come. */
  private readonly queues = new Map<string, Turn[]>();

  constructor(places: number) {
    this.places = places;
  }

  /**
   * The work of a shop, once it has a place.
   * @param options.first before what else waits of the shop: others wait for it to end
   * @param options.asked for whoever asks (see asking.ts): given up when nobody waits for it any more
   * @throws TooManyQuestions, or the asker's reason for leaving, where it is asked for
   */
  async add<T>(
    shop: string,
    work: () => Promise<T>,
    { first = false, asked = false }: { first?: boolean; asked?: boolean } = {},
  ): Promise<T> {
    await this.turn(shop, first, asked ? asker() : undefined);
    try {
      return await work();
    } finally {
      this.taken -= 1;
      const left = (this.running.get(shop) ?? 1) - 1;
      if (left === 0) this.running.delete(shop);
      else this.running.set(shop, left);
      this.next();
      if (this.taken === 0) this.idle.splice(0).forEach((resolve) => resolve());
    }
  }

  /** When nothing runs and nothing waits. */
  async onIdle(): Promise<void> {
    if (this.taken > 0) await new Promise<void>((resolve) => this.idle.push(resolve));
  }

  get size(): number {
    return [...this.queues.values()].reduce((sum, turns) => sum + turns.length, 0);
  }

  get pending(): number {
    return this.taken;
  }

  private async turn(shop: string, first: boolean, signal: AbortSignal | undefined): Promise<void> {
    signal?.throwIfAborted();
    await new Promise<void>((resolve, reject) => {
      const turns = this.queues.get(shop) ?? [];
      if (signal !== undefined && turns.length >= WAITING_AT_MOST) return void reject(new TooManyQuestions());
      const leave = () => {
        const waiting = this.queues.get(shop);
        waiting?.splice(waiting.indexOf(turn), 1);
        if (waiting?.length === 0) this.queues.delete(shop);
        reject(signal?.reason instanceof Error ? signal.reason : new Error("The asker has left."));
      };
      const turn: Turn = {
        first,
        begin: () => {
          signal?.removeEventListener("abort", leave);
          resolve();
        },
      };
      const place = first ? turns.filter((each) => each.first).length : turns.length;
      turns.splice(place, 0, turn);
      this.queues.set(shop, turns);
      signal?.addEventListener("abort", leave, { once: true });
      this.next();
    });
  }

  private next(): void {
    while (this.taken < this.places) {
      const found = this.nextShop();
      if (found === null) return;
      const [shop, turns] = found;
      const turn = turns.shift();
      // Behind all others, whose turns come before its next.
      this.queues.delete(shop);
      if (turns.length > 0) this.queues.set(shop, turns);
      this.taken += 1;
      this.running.set(shop, (this.running.get(shop) ?? 0) + 1);
      turn?.begin();
    }
  }

  /** One that has no place yet before one that has: the last place is not for him who holds all others. */
  private nextShop(): [string, Turn[]] | null {
    const waiting = [...this.queues];
    return waiting.find(([shop]) => !this.running.has(shop)) ?? waiting[0] ?? null;
  }
}
