// This machine's clock against Shopify's, as every answer of the Admin API tells it: by a wrong one sessions are refused, and
// a sweep looks for what has not happened yet.
import { log } from "../log.server.ts";
import { meters } from "../metrics/meters.server.ts";

/** Beyond this it is no delay of a proxy's. Sessions are refused from ten seconds on. */
const TELL_FROM_SECONDS = 60;

let told = false;

/**
 * How many seconds ahead of Shopify's (below zero: behind) the clock was for certain, when a request went out at `asked`
 * and its answer, dated `date`, was there at `answered`; null where the answer has no date.
 */
export function clockAhead(date: string | null, asked: number, answered: number): number | null {
  const theirs = Date.parse(date ?? "");
  if (Number.isNaN(theirs)) return null;
  // The date is a whole second, which may be nearly over.
  if (asked > theirs + 1000) return (asked - theirs - 1000) / 1000;
  return Math.min(0, answered - theirs) / 1000;
}

/** Notes what an answer says of the clock; the log hears of it once, until it is right again. */
export function noteClock(date: string | null, asked: number, answered: number): void {
  const ahead = clockAhead(date, asked, answered);
  if (ahead === null) return;
  meters.clockAhead.set(ahead);
  const wrong = Math.abs(ahead) > TELL_FROM_SECONDS;
  if (wrong && !told)
    log.error({ seconds: Math.round(ahead) }, "this machine's clock is not Shopify's: set it right");
  told = wrong;
}
