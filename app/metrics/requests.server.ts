// Requests counted where they enter, so that no route has to know of it: webhooks by group of topics, the rest by kind.
import type { IncomingMessage, ServerResponse } from "node:http";
import { meters } from "./meters.server.ts";

const GROUPS = new Set([
  "orders",
  "customers",
  "shop",
  "bulk",
  "app",
  "compliance",
  "fulfillments",
  "returns",
  "segments",
]);

/** Middleware; the answer counts once it is sent or its caller has gone. */
export function countRequests(
  request: IncomingMessage & { originalUrl?: string },
  response: ServerResponse,
  next: () => void,
): void {
  const begun = performance.now();
  const [, first = "", second = ""] = (request.originalUrl ?? request.url ?? "").split(/[/?]/);
  response.once("close", () => {
    const seconds = (performance.now() - begun) / 1000;
    const status = response.writableFinished ? String(response.statusCode) : "aborted";
    if (first === "webhooks") {
      meters.webhooks.inc({ group: GROUPS.has(second) ? second : "other", status });
      meters.webhookSeconds.observe(seconds);
    } else meters.requestSeconds.observe({ kind: kindOf(first), class: classOf(status) }, seconds);
  });
  next();
}

const kindOf = (first: string): string =>
  first === "app" ? "page" : ["api", "assets", "auth"].includes(first) ? first : "other";

const classOf = (status: string): string => (status === "aborted" ? status : `${status[0] ?? "?"}xx`);
