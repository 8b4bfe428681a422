// Who waits for what is being worked out: the request whose page or answer it is for, or those of all who asked the same.
// Nobody waits any more when its signal is aborted. Jobs ask for nobody: what they begin is brought to its end.
import { AsyncLocalStorage } from "node:async_hooks";

/** The server and the route bundle load this file apart. */
const pinned = globalThis as typeof globalThis & { __asking?: AsyncLocalStorage<AbortSignal> };
const asking = (pinned.__asking ??= new AsyncLocalStorage<AbortSignal>());

/** The signal of whoever waits for the work under way; undefined in a job. */
export const asker = (): AbortSignal | undefined => asking.getStore();

export const askedBy = <T>(signal: AbortSignal, work: () => T): T => asking.run(signal, work);

/** Work that several may wait for at once. */
export class Shared<T> {
  readonly answer: Promise<T>;
  private readonly abandoned = new AbortController();
  private waiting = 0;
  /** Somebody who waits for ever asked, or it has ended: nothing is left to give up. */
  private kept = false;

  constructor(work: () => Promise<T>) {
    this.answer = askedBy(this.abandoned.signal, work);
    const ended = () => {
      this.kept = true;
    };
    this.answer.then(ended, ended);
  }

  /** The answer, unless the caller's own signal is aborted before; with the last who waits, the work is given up. */
  async waitFor(): Promise<T> {
    const signal = asker();
    // A job's question is never given up, nor is one that it shares.
    if (signal === undefined) {
      this.kept = true;
      return this.answer;
    }
    this.waiting += 1;
    let leave = () => {};
    const left = new Promise<never>((_, reject) => {
      leave = () =>
        reject(signal.reason instanceof Error ? signal.reason : new Error("Nobody waits for it."));
      if (signal.aborted) leave();
      else signal.addEventListener("abort", leave, { once: true });
    });
    try {
      return await Promise.race([this.answer, left]);
    } finally {
      signal.removeEventListener("abort", leave);
      this.waiting -= 1;
      if (this.waiting === 0 && !this.kept) this.abandoned.abort();
    }
  }

  /** Whether it has ended without an answer; false while it goes on. */
  async failed(): Promise<boolean> {
    const going = Symbol();
    const state = await Promise.race([
      this.answer.then(
        () => false,
        () => true,
      ),
      Promise.resolve(going),
    ]);
    return state === true;
  }

  get isAbandoned(): boolean {
    return this.abandoned.signal.aborted;
  }
}
