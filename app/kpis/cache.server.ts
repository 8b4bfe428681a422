// A cache of answers by the version of the sources they were worked out from, so that an unchanged page costs no query.
import { Shared } from "../asking.ts";
import { Bounded } from "../bounded.ts";
import { meters } from "../metrics/meters.server.ts";
import type { Reading, Warehouse } from "../warehouse/warehouse.server.ts";

/** Answers in the cache of a warehouse; one is some 50 kB, so this bounds a process to about 10 MB. */
const CACHED_ANSWERS = 200;
const caches = new WeakMap<Warehouse, Bounded<string, Shared<unknown>>>();

/**
 * The answer to the same question about the same data, computed once even when asked for at the same time.
 * @param question its kind first, then all that the answer depends on beside the data
 */
export async function cached<T>(
  { view: { copy }, version }: Reading,
  question: readonly unknown[],
  compute: () => Promise<T>,
): Promise<T> {
  const { shop, warehouse } = copy;
  const key = JSON.stringify([shop, version, ...question]);
  let answers = caches.get(warehouse);
  if (answers === undefined)
    caches.set(warehouse, (answers = new Bounded<string, Shared<unknown>>(CACHED_ANSWERS)));
  const found = answers.get(key) as Shared<T> | undefined; // one kind of question, one type
  const known = found?.isAbandoned === true ? undefined : found;
  meters.keptAnswers.inc({ result: known === undefined ? "miss" : "hit" });
  const answer = known ?? new Shared(compute);
  if (known === undefined) answers.set(key, answer);
  try {
    return await answer.waitFor();
  } catch (error) {
    // What one gave up waiting for may still be worked out for another.
    if (answers.get(key) === answer && (answer.isAbandoned || (await answer.failed()))) answers.delete(key);
    throw error;
  }
}
