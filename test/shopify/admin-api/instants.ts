// Instants as text: how Shopify prints them, how two of them compare, and how far a bare date reaches.

/** Shopify's DateTime has whole seconds. */
export const dateTime = (instant: string): string => `${instant.slice(0, 19)}Z`;

/** Order of two UTC instants whose fractions of a second may be written differently. */
export function compareInstants(a: string, b: string): number {
  if (a.length !== b.length) return compareInstants(padded(a), padded(b));
  return a < b ? -1 : a > b ? 1 : 0;
}

const padded = (instant: string): string =>
  `${instant.slice(0, 19)}.${(/\.(\d+)/.exec(instant)?.[1] ?? "").padEnd(9, "0")}Z`;

export const HOUR = 3_600_000;
export const DAY = 24 * HOUR;

export const after = (instant: Date, milliseconds: number): Date =>
  new Date(instant.getTime() + milliseconds);
