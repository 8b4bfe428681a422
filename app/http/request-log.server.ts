// What every request leaves in the log and every answer carries, wherever in the process it is answered.
import type { IncomingMessage, ServerResponse } from "node:http";
import { pinoHttp } from "pino-http";
import { env } from "../env.server.ts";
import { log, loggedError } from "../log.server.ts";
import { NO_PAGE } from "./page-policy.server.ts";

/** One line a request: method, path, status, time. Never the query, which carries id tokens. */
export const requestLog = pinoHttp({
  logger: log,
  serializers: {
    req: (request: { method: string; url: string }) => ({
      method: request.method,
      path: request.url.split("?")[0],
    }),
    res: (response: { statusCode: number }) => ({ status: response.statusCode }),
    err: loggedError,
  },
  customLogLevel: (_request, response, error) =>
    error || response.statusCode >= 500 ? "error" : response.statusCode >= 400 ? "warn" : "debug",
});

const A_YEAR_SECONDS = 31_536_000;

/** What an answer carries that says nothing else of it: nobody keeps it, and it is no page. */
const UNLESS_SAID = { "Cache-Control": "no-store", "Content-Security-Policy": NO_PAGE } as const;

export function secureHeaders(_request: IncomingMessage, response: ServerResponse, next: () => void): void {
  response.setHeader("X-Content-Type-Options", "nosniff");
  response.setHeader("Referrer-Policy", "strict-origin-when-cross-origin");
  if (env().SHOPIFY_APP_URL.startsWith("https:"))
    response.setHeader("Strict-Transport-Security", `max-age=${A_YEAR_SECONDS}`);
  const writeHead = response.writeHead.bind(response) as (...given: unknown[]) => ServerResponse;
  response.writeHead = (...given: unknown[]) => {
    for (const [name, value] of Object.entries(UNLESS_SAID))
      if (!response.hasHeader(name)) response.setHeader(name, value);
    return writeHead(...given);
  };
  next();
}
