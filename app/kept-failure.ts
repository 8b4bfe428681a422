// What went wrong, as a column keeps it: JSON that any column takes, whatever a failure's parameters hold.
import { z } from "zod";
import { type Failure, failure, type FailureCode } from "./failure.ts";
import { failures } from "./failure-codes.ts";
import { wellFormedText } from "./well-formed.ts";

/** What Shopify or a library says of itself can be of any length, and of anything. */
const LONGEST = 1000;
const bounded = (text: string): string => wellFormedText(text.slice(0, LONGEST));

const boundedIn = ({ code: of, params }: Failure): Failure => ({
  code: of,
  params: Object.fromEntries(
    Object.entries(params).map(([name, value]) => [
      name,
      typeof value === "string" ? bounded(value) : boundedIn(value),
    ]),
  ),
});

export const kept = (failed: Failure): string => JSON.stringify(boundedIn(failed));

const code = z.string().max(100);
const ofColumn = z.object({
  code,
  params: z.record(
    z.string(),
    z.union([z.string(), z.object({ code, params: z.record(z.string(), z.string()) })]),
  ),
});

/** What a column holds; a sentence that an earlier version has kept is shown as it is. */
export function readFailure(text: string): Failure {
  const read = ofColumn.safeParse(parsed(text));
  return read.success ? known(read.data) : failure("earlier", { text });
}

function known(read: z.infer<typeof ofColumn>): Failure {
  const needs = Object.hasOwn(failures, read.code) ? failures[read.code as FailureCode] : null;
  if (needs === null || !needs.every((name) => Object.hasOwn(read.params, name)))
    return failure("foreign", { code: read.code });
  return {
    code: read.code as FailureCode,
    params: Object.fromEntries(
      Object.entries(read.params).map(([name, value]) => [
        name,
        typeof value === "string" ? value : known(value),
      ]),
    ),
  };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
