// How an error leaves the app: as the status and sentence of a page, or as JSON. Routes know no other way.
import { AppError } from "../errors.ts";
import { log } from "../log.server.ts";
import { outageOf } from "../outage.ts";
import { told } from "../told.server.ts";
import { failureText } from "../words/failure.server.ts";
import type { Reader } from "../words/words.server.ts";

/**
 * Runs a loader's or action's body; an error of ours becomes a Response with its status, which the page's boundary shows.
 * @param place of the reader; without one, English
 */
export async function orRefuse<T>(answer: () => Promise<T>, place: Reader = IN_ENGLISH): Promise<T> {
  try {
    return await answer();
  } catch (thrown) {
    const error = known(thrown);
    if (error instanceof Response || isAbort(error)) throw error;
    const status = error instanceof AppError ? error.status : 500;
    const statusText = error instanceof AppError ? error.name : "Unforeseen";
    // As JSON: the boundary writes what Shopify's library throws as HTML, and this sentence may quote an address.
    throw Response.json(
      { message: sentenceOf(error, place) },
      { status, statusText, headers: retryAfter(status) },
    );
  }
}

/** What a program reads, or who comes by no page. */
const IN_ENGLISH: Reader = { locale: "en" };

const sentenceOf = (error: unknown, place: Reader): string => failureText(place, told(error));

const RETRY_SECONDS = 30;
/** For what was asked for too often. */
const CALM_SECONDS = 5;

/** Whoever asked has left. */
const isAbort = (error: unknown): boolean => error instanceof Error && error.name === "AbortError";

/** For whoever comes again by itself. */
function retryAfter(status: number): Record<string, string> {
  if (status !== 503 && status !== 429) return {};
  return { "Retry-After": String(status === 429 ? CALM_SECONDS : RETRY_SECONDS) };
}

/** An outage of what the app stands on, by its name; any other error as it is. */
function known(error: unknown): unknown {
  const outage = outageOf(error);
  if (outage === null) return error;
  log.error({ reason: error instanceof Error ? error.message : String(error) }, outage.name);
  return outage;
}

/**
 * Runs the body of a webhook's route. What cannot be kept now is refused with 503, whatever the reason, so that Shopify
 * brings it again.
 */
export async function orTryAgain(answer: () => Promise<Response>): Promise<Response> {
  try {
    return await answer();
  } catch (error) {
    if (error instanceof Response) throw error;
    log.error({ reason: error instanceof Error ? error.message : String(error) }, "a webhook was not kept");
    return new Response("The webhook cannot be kept now. Send it again.", {
      status: 503,
      statusText: "Service Unavailable",
      headers: { "Retry-After": String(RETRY_SECONDS) },
    });
  }
}

/**
 * Runs the body of a JSON route. Whatever goes wrong is answered as `{ error }`; headers of a refusal by the session
 * check are kept, because App Bridge reads from them that it must send a fresh token.
 */
export async function asJson(answer: () => Promise<unknown>): Promise<Response> {
  const headers = { "Cache-Control": "no-store" };
  try {
    return Response.json(await answer(), { headers });
  } catch (thrown) {
    const error = known(thrown);
    if (error instanceof Response) {
      const refused = new Headers(error.headers);
      refused.set("Cache-Control", "no-store");
      refused.set("Content-Type", "application/json");
      const text = (await error.text()) || error.statusText || "The session token was refused.";
      return new Response(JSON.stringify({ error: text }), { status: error.status, headers: refused });
    }
    // Nobody reads it.
    if (isAbort(error)) return new Response(null, { status: 499 });
    const status = error instanceof AppError ? error.status : 500;
    return Response.json(
      { error: sentenceOf(error, IN_ENGLISH) },
      { status, headers: { ...headers, ...retryAfter(status) } },
    );
  }
}

/**
 * A request that carries a session token, as a script or App Bridge sends it. Shopify's library turns away user agents
 * it takes for crawlers with 410, also those of curl and Node; a program that holds a token is no crawler.
 */
export function tokenRequest(request: Request): Request {
  if (!/^Bearer \S/.test(request.headers.get("Authorization") ?? ""))
    throw new Response("Send a session token: Authorization: Bearer <token>.", { status: 401 });
  const headers = new Headers(request.headers);
  headers.delete("User-Agent");
  return new Request(request.url, { method: request.method, headers, signal: request.signal });
}
