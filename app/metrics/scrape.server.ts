// GET /metrics for Prometheus: behind a token of its own, and not there at all when none is set.
import { createHash, timingSafeEqual } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { declareGauges, type Measured } from "./gauges.server.ts";
import { meters } from "./meters.server.ts";

/**
 * Answers 404 without a token to ask for, 401 to who does not bring it, else the figures.
 * @param faults what keeps the process from being ready; none is there when it is
 * @param warehouse the open one; fails while none is
 */
export function metricsRoute(
  token: string | undefined,
  faults: () => Promise<readonly string[]>,
  warehouse: () => Promise<Measured>,
): (request: IncomingMessage, response: ServerResponse) => Promise<void> {
  const gauges = declareGauges(faults, warehouse);
  return async (request, response) => {
    const answer = (status: number, body: string, headers: Record<string, string> = {}) =>
      void response
        .writeHead(status, {
          "Content-Type": "text/plain; charset=utf-8",
          "Cache-Control": "no-store",
          ...headers,
        })
        .end(body);
    if (token === undefined) return answer(404, "Not found");
    if (!same(/^Bearer (.+)$/.exec(request.headers.authorization ?? "")?.[1] ?? "", token))
      return answer(401, "A bearer token is needed", { "WWW-Authenticate": "Bearer" });
    try {
      answer(200, `${await meters.registry.metrics()}\n${await gauges.text()}`, {
        "Content-Type": meters.registry.contentType,
      });
    } catch {
      answer(500, "The figures could not be read");
    }
  };
}

/** Takes as long for any wrong token, whatever its length and however much of it is right. */
function same(given: string, expected: string): boolean {
  const digest = (text: string) => createHash("sha256").update(text).digest();
  return timingSafeEqual(digest(given), digest(expected));
}
