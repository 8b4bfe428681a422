// Answers kept by the shop's data version, so that an unchanged page costs one read of shop_meta.
import { meters } from "../metrics/meters.server.ts";
import type { Warehouse } from "../warehouse/warehouse.server.ts";

/** Answers kept per warehouse; one is some 50 kB, so this bounds a process to about 10 MB. */
const KEPT_ANSWERS = 200;
const kept = new WeakMap<Warehouse, Map<string, Promise<unknown>>>();

/**
 * The answer to the same question about the same data, computed once even when asked for at the same time. The key begins
 * with the question's kind and holds the data version.
 */
export async function keep<T>(warehouse: Warehouse, key: string, compute: () => Promise<T>): Promise<T> {
  let answers = kept.get(warehouse);
  if (answers === undefined) kept.set(warehouse, (answers = new Map<string, Promise<unknown>>()));
  const known = answers.get(key) as Promise<T> | undefined; // one key, one type: the key begins with the question's kind
  meters.keptAnswers.inc({ result: known === undefined ? "miss" : "hit" });
  const answer = known ?? compute();
  answers.delete(key);
  answers.set(key, answer);
  for (const oldest of answers.keys()) {
    if (answers.size <= KEPT_ANSWERS) break;
    answers.delete(oldest);
  }
  try {
    return await answer;
  } catch (error) {
    if (answers.get(key) === answer) answers.delete(key);
    throw error;
  }
}
