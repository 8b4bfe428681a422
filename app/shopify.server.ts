// The one owner of shopifyApp(…): sign-in, and the headers of the page that is shown in the admin.
//
// Of the library only authenticate.admin and login are offered here: what authenticate.webhook and unauthenticated.admin do
// with an access token, a refresh without a lock, answers 500 when it fails and lets several calls spend one refresh token
// (shopify/access-token.server.ts).
import "@shopify/shopify-app-remix/adapters/node";
import { AppDistribution, LogSeverity, type Session, shopifyApp } from "@shopify/shopify-app-remix/server";
import { env } from "./env.server.ts";
import { BadInput, NotLetIn } from "./errors.ts";
import { log } from "./log.server.ts";
import { hashesOf, pagePolicy } from "./http/page-policy.server.ts";
import { orRefuse } from "./http/respond.server.ts";
import { installed } from "./sync/shop/install.server.ts";
import { API_VERSION, sessions } from "./shopify/access-token.server.ts";
import { seenByLibrary, sessionTokenOf, SHOP, shopOfToken } from "./shopify/session-token.server.ts";

type Storage = Pick<
  typeof sessions,
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
    // As an answer: of an error the library would make one that says nothing.
    await orRefuse(() => installed(session));
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
    // So the library answers an address to leave for that is neither the admin's nor ours.
    if (!(error instanceof Response) && new URL(request.url).pathname.endsWith("/auth/exit-iframe"))
      throw new BadInput("The app doesn't lead to that address.");
    if (error instanceof Response) await protect(error, shop ?? shopInAddress(request));
    // So the library answers when Shopify gives no new access token: for a shop that is closed, when it is down, or when
    // something on the way to it is in the way.
    if (shop === null || !(error instanceof Response) || error.status !== 500 || error.body !== null)
      throw error;
    // Pages show what is here and need none.
    const stored = await sessions.loadSession(`offline_${shop}`);
    if (!stored?.accessToken) throw new NotLetIn(shop);
    log.warn({ shop }, "no new access token: showing what is here");
    return { session: stored };
  }
}

/** A page of the library's own: it names its scripts nowhere, and hosts of Shopify's developers among those who may frame it. */
async function protect(answer: Response, shop: string | null): Promise<void> {
  const scripts = hashesOf(await answer.clone().text());
  answer.headers.set("Content-Security-Policy", pagePolicy({ shop, scripts }));
}

function shopInAddress({ url }: Request): string | null {
  const said = new URL(url).searchParams.get("shop") ?? "";
  return SHOP.test(said) ? said.toLowerCase() : null;
}

export const login: App["login"] = (request) => shopify().login(request);

/**
 * Lets the admin of the visiting shop, and nobody else, show the page in a frame, and no script run but the app's and App
 * Bridge.
 */
export function addDocumentResponseHeaders(request: Request, headers: Headers, nonce: string): void {
  const token = sessionTokenOf(request);
  // The token knows better than the address.
  const shop = (token === null ? null : shopOfToken(token, new Date())) ?? shopInAddress(request);
  if (shop !== null)
    headers.set("Link", '<https://cdn.shopify.com/shopifycloud/app-bridge.js>; rel="preload"; as="script"');
  headers.set("Content-Security-Policy", pagePolicy({ shop, scripts: [`'nonce-${nonce}'`] }));
}
