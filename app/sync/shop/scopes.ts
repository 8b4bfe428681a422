// What becomes of a shop's grant: which scopes were lost since when, and that what was read without one is read again
// once it is back.
import type { Shop } from "../../../prisma/generated/client.ts";
import { grantedScopes } from "../context.ts";
import { askedScopes } from "../resources/resources.ts";

export type Grant = Pick<Shop, "scopes" | "lostScopes" | "lostScopesAt" | "refillFrom">;

const listed = (scopes: string): string[] => scopes.split(",").filter((scope) => scope !== "");

/** The shop's columns after a change of its grant to `scopes` (with commas between). */
export function regrant(known: Grant, scopes: string, now: Date): Grant {
  const had = grantedScopes(known.scopes);
  const has = grantedScopes(scopes);
  const before = listed(known.lostScopes);
  const lost = askedScopes.filter((scope) => (had.has(scope) || before.includes(scope)) && !has.has(scope));
  const back = before.some((scope) => has.has(scope));
  const lostScopesAt = lost.length === 0 ? null : (known.lostScopesAt ?? now);
  return {
    scopes,
    lostScopes: lost.join(","),
    lostScopesAt,
    refillFrom: back ? (known.refillFrom ?? known.lostScopesAt) : known.refillFrom,
  };
}

/** Scopes the merchant has taken away, and the instant of the first. */
export function lostOf(row: Grant): { scopes: string[]; since: Date } | null {
  return row.lostScopesAt === null ? null : { scopes: listed(row.lostScopes), since: row.lostScopesAt };
}
