// For which shop a request asks, by its session token, checked here as the app will check it: places are given by shop, so
// that none can take them all, from however many addresses it asks.
import type { IncomingMessage } from "node:http";
import { shopOfToken } from "../../shopify/session-token.server.ts";

/** Null: for none, as the way in or a script, or by a token that Shopify did not make. */
export function shopOf({ headers, url }: IncomingMessage): string | null {
  const token =
    /^Bearer (.*)$/.exec(headers.authorization ?? "")?.[1] ??
    new URLSearchParams(url?.split("?")[1] ?? "").get("id_token");
  return token === null ? null : shopOfToken(token, new Date());
}
