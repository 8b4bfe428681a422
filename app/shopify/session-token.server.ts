// The session token of a request, checked by ourselves before Shopify's library sees it: the library looks at signature,
// audience and times, takes the shop from `dest`, and fails with a 500 where `dest` is none.
import { createHmac, timingSafeEqual } from "node:crypto";
import { z } from "zod";
import { env } from "../env.server.ts";

export const SHOP = /^[a-z0-9][a-z0-9-]*\.myshopify\.com$/i;
const header = z.object({ alg: z.literal("HS256") });
const shopUrl = (path: string) => new RegExp(`^https://([a-z0-9][a-z0-9-]*\\.myshopify\\.com)${path}$`);
const claims = z.object({
  iss: z.string().regex(shopUrl("/admin")),
  dest: z.string().regex(shopUrl("")),
  aud: z.string(),
  exp: z.number(),
  nbf: z.number(),
  sub: z.string().optional(),
});

/** Of clocks, as Shopify's library allows. */
const TOLERANCE_SECONDS = 10;

/** In the Authorization header, or in the address of a page; null when there is none. */
export function sessionTokenOf(request: Request): string | null {
  const bearer = /^Bearer (.*)$/.exec(request.headers.get("Authorization") ?? "")?.[1];
  return bearer ?? new URL(request.url).searchParams.get("id_token");
}

/** The domain of the shop that the token speaks for; null for a token that Shopify did not make for this app and now. */
export function shopOfToken(token: string, now: Date): string | null {
  const said = claimsOf(token, now);
  return said === null ? null : new URL(said.dest).hostname;
}

/** Shopify's id of the member of staff who is visiting; null where the token is not good or names nobody. */
export function userOfToken(token: string, now: Date): bigint | null {
  const sub = claimsOf(token, now)?.sub ?? "";
  return /^\d{1,18}$/.test(sub) ? BigInt(sub) : null;
}

function claimsOf(token: string, now: Date): z.infer<typeof claims> | null {
  const [head = "", body = "", signature = "", ...more] = token.split(".");
  const expected = createHmac("sha256", env().SHOPIFY_API_SECRET).update(`${head}.${body}`).digest();
  const given = Buffer.from(signature, "base64url");
  if (more.length > 0 || given.length !== expected.length || !timingSafeEqual(given, expected)) return null;
  const said = claims.safeParse(decoded(body));
  if (!header.safeParse(decoded(head)).success || !said.success) return null;
  const { iss, dest, aud, exp, nbf } = said.data;
  const seconds = now.getTime() / 1000;
  const current = exp > seconds - TOLERANCE_SECONDS && nbf < seconds + TOLERANCE_SECONDS;
  return current && aud === env().SHOPIFY_API_KEY && iss === `${dest}/admin` ? said.data : null;
}

function decoded(part: string): unknown {
  try {
    return JSON.parse(Buffer.from(part, "base64url").toString());
  } catch {
    return null;
  }
}

/**
 * What the library may see of a request: no body, no token but a good one, and no `shop` in the address that is none,
 * which it would write into a header as it is, and no `host` that it would choke on.
 */
export function seenByLibrary(request: Request, tokenIsGood: boolean): Request {
  const url = new URL(request.url);
  const headers = new Headers(request.headers);
  if (!tokenIsGood) {
    if (url.searchParams.has("id_token")) url.searchParams.set("id_token", "refused");
    if (headers.has("Authorization")) headers.set("Authorization", "Bearer refused");
  }
  if (!SHOP.test(url.searchParams.get("shop") ?? "")) url.searchParams.delete("shop");
  if (!isAddress(url.searchParams.get("host") ?? "")) url.searchParams.delete("host");
  return new Request(url, { method: request.method, headers, signal: request.signal });
}

/** `host` is the base64 of an address without its scheme. */
function isAddress(host: string): boolean {
  try {
    return URL.canParse(`https://${atob(host)}`);
  } catch {
    return false;
  }
}
