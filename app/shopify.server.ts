// The one owner of shopifyApp(…): sign-in, the API's version, session storage, and each shop's access token.
//
// Tokens change hands in two ways only. A page load exchanges its session token when the stored access token has less than
// five minutes left (authenticate.admin); jobs refresh through accessToken() below. The library's third way, a refresh
// without a lock inside authenticate.webhook and unauthenticated.admin, answers 500 when it fails and lets several calls
// spend one refresh token: so neither is offered here. An exchange and a refresh may still cross: storage keeps the token
// that expires last, and a refresh is stored only in the place of the session it started from.
import "@shopify/shopify-app-remix/adapters/node";
import {
  ApiVersion,
  AppDistribution,
  LogSeverity,
  Session,
  shopifyApp,
} from "@shopify/shopify-app-remix/server";
import { z } from "zod";
import { db } from "./db.server.ts";
import { env } from "./env.server.ts";
import { AccessRevoked, ApiUnavailable, ShopPaused } from "./errors.ts";
import { log } from "./log.server.ts";
import { orRefuse } from "./respond.server.ts";
import { seenByLibrary, sessionTokenOf, shopOfToken } from "./session-token.server.ts";
import { PrismaSessions, UNTOLD_LIFE_MS } from "./sessions.server.ts";
import { pauseOf } from "./shop-pause.ts";

export const API_VERSION = ApiVersion.October26;
export const sessions = new PrismaSessions(db);

const RENEW_BEFORE_MS = 5 * 60_000;
const REFRESH_TIMEOUT_MS = 15_000;
/** Waiting for another process's refresh, then one of our own. */
const LOCK_TIMEOUT_MS = 3 * REFRESH_TIMEOUT_MS;

type Storage = Pick<
  PrismaSessions,
  "storeSession" | "loadSession" | "deleteSession" | "deleteSessions" | "findSessionsByShop"
>;

/** Scopes are not named: with managed installation shopify.app.toml says them, and a token exchange asks for none. */
function configure(sessionStorage: Storage) {
  return shopifyApp({
    apiKey: env().SHOPIFY_API_KEY,
    apiSecretKey: env().SHOPIFY_API_SECRET,
    appUrl: env().SHOPIFY_APP_URL,
    apiVersion: API_VERSION,
    distribution: AppDistribution.AppStore,
    sessionStorage,
    future: { unstable_newEmbeddedAuthStrategy: true, expiringOfflineAccessTokens: true },
    hooks: { afterAuth: ({ session }) => afterAuth(session) },
    // Below "warning" the library logs session tokens.
    logger: { level: LogSeverity.Warning, log: logged },
  });
}

function logged(severity: LogSeverity, message: string): void {
  if (severity === LogSeverity.Error) log.error(message);
  else log.warn(message);
}

/**
 * Runs after every token exchange, an install among them. When it fails the session goes too: else the library would
 * take the shop for signed in, and the work would wait for the next exchange.
 */
async function afterAuth(session: Session): Promise<void> {
  try {
    // Jobs ask this module for tokens: loaded when needed, so that the two do not need each other to load.
    const { installed } = await import("./jobs/install.server.ts");
    await installed(session);
  } catch (error) {
    log.error({ shop: session.shop, err: error }, "the install could not be completed");
    await sessions.deleteSession(session.id);
    throw error;
  }
}

let app: ReturnType<typeof configure> | undefined;

/** Made on first use, so that loading this module needs no environment. */
function shopify(): ReturnType<typeof configure> {
  return (app ??= configure(sessions));
}

type App = ReturnType<typeof configure>;

/** `authenticate.admin(request)` for every page and every call from the admin; see the file's head for the rest. */
export const authenticate = {
  /**
   * The session of the shop that the request's session token speaks for. Throws a Response: 401 or a page that fetches
   * another token when it is not valid, 410 for crawlers, a redirect into the admin when the address is opened outside,
   * 503 when the sessions cannot be read.
   */
  admin: (request: Request): Promise<{ session: Session }> => orRefuse(() => visitor(request)),
};

async function visitor(request: Request): Promise<{ session: Session }> {
  const token = sessionTokenOf(request);
  const shop = token === null ? null : shopOfToken(token, new Date());
  try {
    return await shopify().authenticate.admin(seenByLibrary(request, shop !== null));
  } catch (error) {
    if (error instanceof Response && !error.headers.has("Content-Security-Policy"))
      error.headers.set("Content-Security-Policy", SHOPIFY_ONLY);
    // So the library answers when Shopify gives no new access token: for a shop that is closed, or when it is down.
    // Pages show what is here and need none.
    const stored =
      shop !== null && error instanceof Response && error.status === 500
        ? await sessions.loadSession(`offline_${shop}`)
        : undefined;
    if (!stored?.accessToken) throw error;
    log.warn({ shop }, "no new access token: showing what is here");
    return { session: stored };
  }
}

/** For pages that no shop has asked for, such as the way in. */
const SHOPIFY_ONLY = "frame-ancestors https://admin.shopify.com https://*.myshopify.com;";

export const login: App["login"] = (request) => shopify().login(request);

/** Lets the admin of the visiting shop, and nobody else, show the page in a frame. */
export const addDocumentResponseHeaders: App["addDocumentResponseHeaders"] = (request, headers) => {
  const token = sessionTokenOf(request);
  const shop = token === null ? null : shopOfToken(token, new Date());
  const url = new URL(request.url);
  // The library believes the address; the token knows better.
  if (shop !== null) url.searchParams.set("shop", shop);
  shopify().addDocumentResponseHeaders(new Request(url), headers);
  if (!headers.has("Content-Security-Policy")) headers.set("Content-Security-Policy", SHOPIFY_ONLY);
};

const refreshing = new Map<string, Promise<string>>();

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
  refreshing.set(shop, refresh);
  return refresh;
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
      return current ?? new AccessRevoked(shop, "its access token was withdrawn while it was renewed");
    },
    { maxWait: LOCK_TIMEOUT_MS, timeout: LOCK_TIMEOUT_MS },
  );
  if (outcome instanceof AccessRevoked) throw outcome;
  return outcome;
}

async function loadOffline(shop: string, storage: PrismaSessions = sessions): Promise<Session> {
  const session = await storage.loadSession(`offline_${shop}`);
  if (!session) throw new AccessRevoked(shop, "the app is not installed");
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
  refresh_token_expires_in: seconds.optional(),
});
const tokenRefusal = z.object({ error: z.string() });

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
  if (!refreshToken) throw new AccessRevoked(shop, "its access token has ended and cannot be renewed");
  const asked = new Date();
  const unavailable = (cause: unknown) => {
    throw new ApiUnavailable(shop, "its access token could not be renewed", cause);
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
    throw new AccessRevoked(shop, `the token's renewal was refused (${reason})`);
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
