// Requests counted where they enter, so that no route has to know of it: webhooks by group of topics, the rest by kind.
import type { IncomingMessage, ServerResponse } from "node:http";
import { whenAnswered, type Answered } from "./answered.ts";
import { meters } from "./meters.server.ts";

/**
 * Middleware; an answer counts once it is sent or its caller has gone.
 * @param groups of webhooks: what follows /webhooks in an address
 */
export const countRequests =
  (groups: ReadonlySet<string>) =>
  (request: IncomingMessage, response: ServerResponse, next: () => void): void => {
    whenAnswered(request, response, (answered) => countRequest(answered, groups));
    next();
  };

export function countRequest(
  { first, second, status, seconds }: Answered,
  groups: ReadonlySet<string>,
): void {
  if (first !== "webhooks")
    return meters.requestSeconds.observe({ kind: kindOf(first), class: classOf(status) }, seconds);
  meters.webhooks.inc({ group: groups.has(second) ? second : "other", status });
  meters.webhookSeconds.observe(seconds);
}

/** By the ingress, which answers for itself. */
export function countRefused(reasons: Readonly<Record<string, number>>): void {
  for (const [reason, times] of Object.entries(reasons)) meters.refused.inc({ reason }, times);
}

const kindOf = (first: string): string =>
  first === "app" ? "page" : ["api", "assets", "auth"].includes(first) ? first : "other";

const classOf = (status: string): string => (status === "aborted" ? status : `${status[0] ?? "?"}xx`);
