// Which errors say that the data cannot be used, not that they could not be had, and how to do without those that cannot.
import { z } from "zod";
import { BrokenFile } from "../errors.ts";
import { outageOf } from "../outage.ts";
import { LedgerBroken } from "../warehouse/errors.ts";
import { RefusedRecord } from "./admin-api.ts";
import { UnreadableId } from "./resource.ts";

const isUnusable = (error: unknown): error is Error =>
  error instanceof BrokenFile ||
  error instanceof LedgerBroken ||
  error instanceof RefusedRecord ||
  error instanceof UnreadableId ||
  error instanceof z.ZodError ||
  isRefusedValue(error);

/** PostgreSQL's classes for a value, a constraint, a limit of its own; DuckDB says the same in the first words. */
function isRefusedValue(error: unknown): error is Error {
  if (!(error instanceof Error) || outageOf(error) !== null) return false;
  const state = "code" in error && typeof error.code === "string" ? error.code : "";
  return (
    /^(22|23|54)[\dA-Z]{3}$/.test(state) ||
    /^(Invalid Input|Conversion|Out of Range|Constraint) Error: /.test(error.message)
  );
}

/** In words that may be shown. */
export function reasonOf(error: unknown): string {
  const outage = outageOf(error);
  if (outage !== null) return outage.message;
  if (error instanceof z.ZodError)
    return `What Shopify sent can't be used: ${z.prettifyError(error).replaceAll("\n", " ")}`;
  if (isRefusedValue(error))
    return "What Shopify sent can't be used: the app's database refuses a value of it.";
  return error instanceof Error ? error.message : String(error);
}

/** For a reader that has another way: an error of the data instead of a throw. */
export function unlessUnusable(error: unknown): Error {
  if (isUnusable(error)) return error;
  throw error;
}

/**
 * Does `work` on all of the items, and where the data of some cannot be used, on all the others: halves show which.
 * @returns what the readings came to
 */
export async function withoutUnusable<T, R>(
  items: readonly T[],
  work: (items: readonly T[]) => Promise<R>,
  aside: (item: T, error: Error) => Promise<unknown>,
): Promise<R[]> {
  if (items.length === 0) return [];
  try {
    return [await work(items)];
  } catch (error) {
    const unusable = unlessUnusable(error);
    const [only] = items;
    if (only !== undefined && items.length === 1) {
      await aside(only, unusable);
      return [];
    }
    const middle = Math.ceil(items.length / 2);
    const halves = [items.slice(0, middle), items.slice(middle)];
    const done: R[] = [];
    for (const half of halves) done.push(...(await withoutUnusable(half, work, aside)));
    return done;
  }
}
