// Requests counted where they enter, so that no route has to know of it: webhooks by group of topics, the rest by kind.
import type { IncomingMessage, ServerResponse } from "node:http";
import { whenAnswered, type Answered } from "./answered.ts";
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
export function countRequests(request: IncomingMessage, response: ServerResponse, next: () => void): void {
  whenAnswered(request, response, countRequest);
  next();
}

export function countRequest({ first, second, status, seconds }: Answered): void {
  if (first !== "webhooks")
    return meters.requestSeconds.observe({ kind: kindOf(first), class: classOf(status) }, seconds);
  meters.webhooks.inc({ group: GROUPS.has(second) ? second : "other", status });
  meters.webhookSeconds.observe(seconds);
}

const kindOf = (first: string): string =>
  first === "app" ? "page" : ["api", "assets", "auth"].includes(first) ? first : "other";

const classOf = (status: string): string => (status === "aborted" ? status : `${status[0] ?? "?"}xx`);
