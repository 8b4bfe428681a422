// What is told of an error: an AppError's failure. Anything else may quote paths, statements and addresses of libraries: of
// that a number is told, and the log has the error beside the number.
import { randomInt } from "node:crypto";
import { AppError } from "./errors.ts";
import { type Failure, failure } from "./failure.ts";
import { log } from "./log.server.ts";
import { outageOf } from "./outage.ts";

/** Without those that are taken for one another when read aloud. */
const LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789";
const numbers = new WeakMap<object, string>();

/** The number by which the log knows this error; one that is told twice keeps it. */
export function numberOf(error: unknown, context: Readonly<Record<string, unknown>> = {}): string {
  const known = error instanceof Error ? numbers.get(error) : undefined;
  if (known !== undefined) return known;
  const number = Array.from({ length: 8 }, () => LETTERS[randomInt(LETTERS.length)]).join("");
  if (error instanceof Error) numbers.set(error, number);
  log.error({ ...context, err: error, number }, "an error that nobody foresaw");
  return number;
}

/** @param context goes into the log with an error that nobody foresaw */
export function told(error: unknown, context?: Readonly<Record<string, unknown>>): Failure {
  const known = outageOf(error) ?? error;
  return known instanceof AppError
    ? known.failure
    : failure("unforeseen", { number: numberOf(error, context) });
}
