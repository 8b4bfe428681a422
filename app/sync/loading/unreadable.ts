// Which errors are a record's own, and how to do without the records that cause them. Any record may be bad in any way, so
// that an error is a record's unless it says that nothing can be read or kept now.
import { z } from "zod";
import { AppError, BrokenFile } from "../../errors.ts";
import { type Failure, failure } from "../../failure.ts";
import { outageOf } from "../../outage.ts";
import { told } from "../../told.server.ts";
import { LedgerBroken } from "../../warehouse/errors.ts";
import { RefusedRecord } from "../../shopify/admin-api.ts";
import { UnreadableId } from "../../shopify/resource.ts";

/** More is unreadable than can be some records' fault: the reading ends, with the reason of the last one. */
export class TooManyUnreadable extends AppError {
  constructor(cause: Error) {
    super(`too many records are unreadable, the last one as ${cause.message}`, {
      status: 502,
      failure: reasonOf(cause),
      cause,
    });
  }
}

/** Beyond this it is not some records that are amiss, and reading them one by one would only take long to find that out. */
const ASIDE_AT_MOST = 100;

/** How many more unreadable records a reading bears. */
export interface Patience {
  left: number;
}
export const patience = ({ unreadableAtMost = ASIDE_AT_MOST }: { unreadableAtMost?: number }): Patience => ({
  left: unreadableAtMost,
});

/** The app's own words for what a record may be. */
const OF_RECORDS = [BrokenFile, LedgerBroken, RefusedRecord, UnreadableId] as const;

/** Of Shopify (access, pauses, silence), of the app's own state (another version, a broken copy), of what it stands on. */
function failsTheTurn(error: unknown): boolean {
  if (outageOf(error) !== null || !(error instanceof Error)) return true;
  if (error instanceof AppError) return !OF_RECORDS.some((kind) => error instanceof kind);
  return isStop(error) || isOfMachine(error);
}

/** Whoever waits or asks is told so when the process ends. */
const isStop = ({ name }: Error): boolean => name === "AbortError";

/** PostgreSQL's classes of transactions, locks, operators and itself; the system's own calls; what DuckDB says of these. */
function isOfMachine(error: Error): boolean {
  const state = "code" in error && typeof error.code === "string" ? error.code : "";
  return (
    /^(08|25|40|53|55|57|58)[\dA-Z]{3}$/.test(state) ||
    "syscall" in error ||
    /^(IO|TransactionContext|Connection|INTERRUPT|FATAL) Error: /i.test(error.message)
  );
}

/** PostgreSQL's classes for a value, a constraint, a limit of its own; DuckDB says the same in the first words. */
function isRefusedValue(error: unknown): error is Error {
  if (!(error instanceof Error) || outageOf(error) !== null) return false;
  const state = "code" in error && typeof error.code === "string" ? error.code : "";
  return (
    /^(22|23|54)[\dA-Z]{3}$/.test(state) ||
    /^(Invalid Input|Conversion|Out of Range|Constraint) Error: /.test(error.message)
  );
}

/** What may be shown; of an error that nobody foresaw a number, by which the log knows it. */
export function reasonOf(error: unknown, context?: Readonly<Record<string, unknown>>): Failure {
  if (error instanceof z.ZodError)
    return failure("unusable_form", { issues: z.prettifyError(error).replaceAll("\n", " ") });
  if (isRefusedValue(error)) return failure("unusable_value");
  return told(error, context);
}

/** For a reader that has another way: an error of the data instead of a throw. */
export function unlessUnreadable(error: unknown): Error {
  if (failsTheTurn(error)) throw error;
  return error as Error;
}

/**
 * Does `work` on all of the items, and where the data of some cannot be used, on all the others: halves show which.
 * @returns what the readings came to
 * @throws TooManyUnreadable; whatever fails the turn
 */
export async function withoutUnreadable<T, R>(
  items: readonly T[],
  work: (items: readonly T[]) => Promise<R>,
  aside: (item: T, error: Error) => Promise<unknown>,
  { left, signal }: { left: Patience; signal?: AbortSignal | undefined },
): Promise<R[]> {
  if (items.length === 0) return [];
  try {
    return [await work(items)];
  } catch (error) {
    signal?.throwIfAborted();
    const unreadable = unlessUnreadable(error);
    const [only] = items;
    if (only !== undefined && items.length === 1) {
      if (left.left === 0) throw new TooManyUnreadable(unreadable);
      left.left -= 1;
      await aside(only, unreadable);
      return [];
    }
    const middle = Math.ceil(items.length / 2);
    const halves = [items.slice(0, middle), items.slice(middle)];
    const done: R[] = [];
    for (const half of halves) done.push(...(await withoutUnreadable(half, work, aside, { left, signal })));
    return done;
  }
}
