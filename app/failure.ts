// What went wrong, as it is handed up: a code with what its sentence needs. The sentence is made where it is shown
// (words/failure.server.ts), in the reader's language. Errors travel to the browser, and take nothing with them from here.
import type { failures } from "./failure-codes.ts";

export type FailureCode = keyof typeof failures;

export interface Failure {
  code: FailureCode;
  /** Texts and numbers as they are to be read, or a failure that came before. */
  params: Readonly<Record<string, string | Failure>>;
}

type Given<C extends FailureCode> = Readonly<
  Record<Exclude<(typeof failures)[C][number], "last">, string> &
    ("last" extends (typeof failures)[C][number] ? { last: Failure } : unknown)
>;

export function failure<C extends FailureCode>(
  code: C,
  ...[params]: (typeof failures)[C] extends readonly [] ? [] : [params: Given<C>]
): Failure {
  return { code, params: { ...(params as Failure["params"] | undefined) } };
}

/** Shopify gave no useful answer, which passes by itself. */
export const isUnanswered = ({ code: of }: Failure): boolean => of.startsWith("unanswered_");
