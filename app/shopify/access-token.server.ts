// Each shop's access token: the stored sessions, and the renewal of a token by whoever works without a merchant at hand.
//
// Tokens change hands in two ways only. A page load exchanges its session token when the stored access token has less than
// five minutes left (authenticate.admin in app/shopify.server.ts); jobs refresh through accessToken() below. An exchange and
// a refresh may cross: storage keeps the token that expires last, and a refresh is stored only in the place of the session
// it started from.
import { ApiVersion, Session } from "@shopify/shopify-app-remix/server";
import { z } from "zod";
import { Bounded } from "../bounded.ts";
import { db } from "../db.server.ts";
import { env } from "../env.server.ts";
import { AccessRevoked, ApiUnavailable, ShopPaused } from "../errors.ts";
import { failure } from "../failure.ts";
import { PrismaSessions, UNTOLD_LIFE_MS } from "./sessions.server.ts";
import { pauseOf } from "./shop-pause.ts";

export const API_VERSION = ApiVersion.October26;
export const sessions = new PrismaSessions(db);

const RENEW_BEFORE_MS = 5 * 60_000;
const REFRESH_TIMEOUT_MS = 15_000;
/** Waiting for another process's refresh, then one of our own. */
const LOCK_TIMEOUT_MS = 3 * REFRESH_TIMEOUT_MS;

const refreshing = new Bounded<string, Promise<string>>(1_000);

/**
 * The shop's offline access token, good for five minutes at least whenever Shopify can be reached.
 * `refused` is a token that Shopify answered with 401 although it has not expired: a new one is fetched then.
 * @throws AccessRevoked when the app is not installed or Shopify refuses the refresh; ApiUnavailable when it cannot be
 * asked, ShopPaused when the shop is closed, and the token at hand has expired.
 */
export async function accessToken(shop: string, { refused }: { refused?: string } = {}): Promise<string> {
  const token = usable(await loadOffline(shop), refused, RENEW_BEFORE_MS);
  if (token) return token;
  const running = refreshing.get(shop);
  if (running) return running;
  const refresh = renew(shop, refused).finally(() => refreshing.delete(shop));
  return refreshing.set(shop, refresh);
}

/** One process at a time: who waited for the lock finds the new token in the row. */
async function renew(shop: string, refused: string | undefined): Promise<string> {
  const outcome = await db.$transaction(
    async (transaction) => {
      await transaction.$executeRaw`SELECT pg_advisory_xact_lock(hashtextextended(${`access token of ${shop}`}, 0))`;
      const stored = new PrismaSessions(transaction);
      const session = await loadOffline(shop, stored);
      const token = usable(session, refused, RENEW_BEFORE_MS);
      if (token) return token;
      // Nothing to renew it with: it may be one that does not expire, and Shopify says so if not.
      if (!session.refreshToken && session.accessToken && session.accessToken !== refused)
        return session.accessToken;
      const next = await refresh(session).catch((error: unknown) => {
        if (error instanceof AccessRevoked) return error;
        const passes = error instanceof ApiUnavailable || error instanceof ShopPaused;
        if (passes && usable(session, refused, 0)) return null;
        throw error;
      });
      if (next instanceof AccessRevoked) {
        // Without an access token the merchant's next visit exchanges a new one, as after an install.
        await stored.replaceSession(session, new Session({ ...session.toObject(), accessToken: undefined }));
        return next;
      }
      if (next && (await stored.replaceSession(session, next))) return next.accessToken ?? "";
      // Kept the old one, or a page load stored another meanwhile, or the app was uninstalled.
      const current = usable(await loadOffline(shop, stored), refused, 0);
      return current ?? withdrawn(shop);
    },
    { maxWait: LOCK_TIMEOUT_MS, timeout: LOCK_TIMEOUT_MS },
  );
  if (outcome instanceof AccessRevoked) throw outcome;
  return outcome;
}

async function loadOffline(shop: string, storage: PrismaSessions = sessions): Promise<Session> {
  const session = await storage.loadSession(`offline_${shop}`);
  if (!session)
    throw new AccessRevoked(shop, "the app is not installed", failure("revoked_not_installed", { shop }));
  return session;
}

function usable(session: Session, refused: string | undefined, forMs: number): string | undefined {
  const { accessToken: token } = session;
  return token && token !== refused && !session.isExpired(forMs) ? token : undefined;
}

const seconds = z.coerce.number().positive();
const tokenAnswer = z.object({
  access_token: z.string().min(1),
  scope: z.string().optional(),
  expires_in: seconds.catch(UNTOLD_LIFE_MS / 1000),
  // An earlier one stays good until the one that follows it has been used.
  refresh_token: z.string().min(1).optional(),
  refresh_token_expires_in: seconds.optional().catch(undefined),
});
/** OAuth's codes, such as invalid_grant (RFC 6749, 5.2); "Forbidden" is what a server on the way says. */
const tokenRefusal = z.object({ error: z.string().regex(/^[a-z]+(_[a-z]+)+$/) });

function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return null;
  }
}

/** https://shopify.dev/docs/apps/build/authentication-authorization/access-tokens/offline-access-tokens */
async function refresh(session: Session): Promise<Session> {
  const { shop, refreshToken } = session;
  if (!refreshToken)
    throw new AccessRevoked(
      shop,
      "its access token has ended and cannot be renewed",
      failure("revoked_ended", { shop }),
    );
  const asked = new Date();
  const unavailable = (cause: unknown) => {
    throw new ApiUnavailable(
      shop,
      "its access token could not be renewed",
      failure("unanswered_token", { shop }),
      cause,
    );
  };
  const response = await fetch(`https://${shop}/admin/oauth/access_token`, {
    method: "POST",
    headers: { "content-type": "application/json", accept: "application/json" },
    body: JSON.stringify({
      client_id: env().SHOPIFY_API_KEY,
      client_secret: env().SHOPIFY_API_SECRET,
      grant_type: "refresh_token",
      refresh_token: refreshToken,
    }),
    signal: AbortSignal.timeout(REFRESH_TIMEOUT_MS),
  }).catch(unavailable);
  const text = await response.text().catch(unavailable);
  const body = parsed(text);
  if (!response.ok) {
    const { status } = response;
    const pause = pauseOf(status, text);
    if (pause) throw new ShopPaused(shop, pause);
    const reason = tokenRefusal.safeParse(body).data?.error;
    // Shopify refuses with a reason; a status alone is of something on the way to it.
    if (reason === undefined || status >= 500 || status === 429 || status === 408)
      return unavailable(new Error(reason ?? `status ${status}`));
    throw new AccessRevoked(
      shop,
      `the token's renewal was refused (${reason})`,
      failure("revoked_renewal", { shop, reason }),
    );
  }
  const answer = tokenAnswer.safeParse(body);
  if (!answer.success) return unavailable(answer.error);
  const { access_token, scope, expires_in, refresh_token, refresh_token_expires_in } = answer.data;
  const after = (seconds: number) => new Date(asked.getTime() + seconds * 1000);
  return new Session({
    ...session.toObject(),
    accessToken: access_token,
    expires: after(expires_in),
    ...(scope === undefined ? {} : { scope }),
    ...(refresh_token === undefined ? {} : { refreshToken: refresh_token }),
    ...(refresh_token_expires_in === undefined
      ? {}
      : { refreshTokenExpires: after(refresh_token_expires_in) }),
  });
}

const withdrawn = (shop: string): AccessRevoked =>
  new AccessRevoked(
    shop,
    "its access token was withdrawn while it was renewed",
    failure("revoked_withdrawn", { shop }),
  );
