// Waits for what the app must come to by itself, with a deadline and a message that says how things stood.
import { setTimeout as sleep } from "node:timers/promises";
import type pg from "pg";
import { db } from "../../../app/db.server.ts";
import { READ_ATTEMPTS } from "../../../app/sync/shop/webhook-days.ts";

const MINUTE = 60_000;

export class Patience {
  readonly #state: pg.Pool;
  readonly #shop: string;
  readonly #log: () => string;
  readonly #milliseconds: number;

  /** @param log the end of the app's log */
  constructor(state: pg.Pool, shop: string, log: () => string, milliseconds = 5 * MINUTE) {
    this.#state = state;
    this.#shop = shop;
    this.#log = log;
    this.#milliseconds = milliseconds;
  }

  async until(what: string, holds: () => Promise<boolean>): Promise<void> {
    for (const deadline = Date.now() + this.#milliseconds; Date.now() < deadline; await sleep(100))
      if (await holds()) return;
    throw new Error(`Not within ${this.#milliseconds / MINUTE} minutes: ${what}. ${await this.#standing()}`);
  }

  /**
   * No job of the shop waits or runs, and every webhook is worked off.
   * @param meanwhile what somebody does who sees that it does not go on by itself
   */
  async quiet(meanwhile: () => Promise<unknown>): Promise<void> {
    await this.until("nothing is left to do", async () => {
      await meanwhile();
      const { rows } = await this.#state.query<{ jobs: number }>(
        "SELECT count(*)::int AS jobs FROM graphile_worker.jobs WHERE queue_name = $1",
        [this.#shop],
      );
      const waiting = await db.webhookEvent.count({ where: { shop: this.#shop, processedAt: null } });
      return rows[0]?.jobs === 0 && waiting === 0;
    });
  }

  async #standing(): Promise<string> {
    const shop = this.#shop;
    const jobs = await this.#state.query(
      "SELECT task_identifier, attempts, run_at, locked_at, last_error FROM graphile_worker.jobs WHERE queue_name = $1",
      [shop],
    );
    const row = await db.shop.findUnique({ where: { domain: shop } });
    const events = await db.webhookEvent.findMany({ where: { shop, processedAt: null }, take: 5 });
    const given = events.filter(({ attempts }) => attempts >= READ_ATTEMPTS).length;
    const parts = { jobs: jobs.rows, row, events, given };
    const standing = JSON.stringify(
      parts,
      (_, value: unknown) => (typeof value === "bigint" ? String(value) : value),
      1,
    );
    return `${standing}\n${this.#log()}`;
  }
}
