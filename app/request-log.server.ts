// What every request leaves in the log and every answer carries, wherever in the process it is answered.
import type { IncomingMessage, ServerResponse } from "node:http";
import { pinoHttp } from "pino-http";
import { log } from "./log.server.ts";

/** One line a request: method, path, status, time. Never the query, which carries id tokens. */
export const requestLog = pinoHttp({
  logger: log,
  serializers: {
    req: (request: { method: string; url: string }) => ({
      method: request.method,
      path: request.url.split("?")[0],
    }),
    res: (response: { statusCode: number }) => ({ status: response.statusCode }),
  },
  customLogLevel: (_request, response, error) =>
    error || response.statusCode >= 500 ? "error" : response.statusCode >= 400 ? "warn" : "debug",
});

export function secureHeaders(_request: IncomingMessage, response: ServerResponse, next: () => void): void {
  response.setHeader("X-Content-Type-Options", "nosniff");
  response.setHeader("Referrer-Policy", "strict-origin-when-cross-origin");
  next();
}
