// How Shopify says, by whichever API, that a shop is closed for now: a status, and for 403 the words beside it.
import type { Pause } from "../errors.ts";

/**
 * Whether a refusal is in Shopify's own words, { "errors": "[API] …" }: anything on the way to it may forbid something, too,
 * in others, be it by a list of errors with numbers of its own.
 */
export function isShopifys(body: string): boolean {
  try {
    const said: unknown = JSON.parse(body);
    return typeof said === "object" && said !== null && "errors" in said && typeof said.errors === "string";
  } catch {
    return false;
  }
}

/**
 * 402: the plan is unpaid; 423: locked, for fraud or too many requests; 403: closed only with these words, else it is the
 * app that may not. Null when the shop is open.
 */
export function pauseOf(status: number, body: string): Pause | null {
  if (status === 402) return "frozen";
  if (status === 423) return "locked";
  return status === 403 && /unavailable shop|shop is (currently )?unavailable/i.test(body)
    ? "unavailable"
    : null;
}
