// Everything that is not let in, by its reason: what the caller is told, and how often it happened. Under attack a line for
// each would fill the disk, so the log has their numbers; an address, a name or a token is never among them.
import type { IncomingMessage, ServerResponse } from "node:http";
import { CORS } from "../../http/api.server.ts";
import { log } from "../../log.server.ts";
import type { Doubt } from "../verify.server.ts";

const SECONDS = "10";
const answers = {
  address: { status: 404, text: "There is nothing at this address.", again: false },
  malformed: { status: 400, text: "This is not a request.", again: false },
  headers: { status: 431, text: "The headers are too large.", again: false },
  large: { status: 413, text: "More was sent than anything here takes.", again: false },
  slow: { status: 408, text: "The request did not come to its end in time.", again: false },
  crowded: { status: 408, text: "The request took longest to come while many others came.", again: true },
  unsigned: { status: 400, text: "x-shopify-hmac-sha256, -topic or -shop-domain is missing", again: false },
  caller: { status: 429, text: "Too many requests of one address at once.", again: true },
  shop: { status: 429, text: "Too many requests of one shop at once.", again: true },
  webhooks: { status: 503, text: "Too many webhooks at once. Send it again.", again: true },
  busy: { status: 503, text: "Too many requests at once. Try again in a few seconds.", again: true },
} as const;

export type Reason = keyof typeof answers | "connections" | "stalled" | Doubt;

/** Why a request is not let in. */
export class Refused extends Error {
  readonly reason: keyof typeof answers;
  constructor(reason: keyof typeof answers) {
    super(answers[reason].text);
    this.reason = reason;
  }
}

const LOG_EVERY_MS = 10_000;

export function openRefusals(tell: (refused: Record<string, number>) => void) {
  let unsaid: Record<string, number> = {};
  let unlogged: Record<string, number> = {};

  function count(reason: Reason): void {
    unsaid[reason] = (unsaid[reason] ?? 0) + 1;
    unlogged[reason] = (unlogged[reason] ?? 0) + 1;
  }
  function tellAll(): void {
    if (Object.keys(unsaid).length > 0) tell(unsaid);
    unsaid = {};
  }
  function logAll(): void {
    if (Object.keys(unlogged).length > 0) log.warn({ refused: unlogged }, "the ingress refused requests");
    unlogged = {};
  }
  setInterval(logAll, LOG_EVERY_MS).unref();

  /** Answers, unless the answer has begun, and lets go of a connection on which the rest of a body may come. */
  function refuse({ reason }: Refused, request: IncomingMessage, response: ServerResponse): void {
    count(reason);
    if (response.headersSent) return void response.destroy();
    const { status, text, again } = answers[reason];
    const json = request.url?.startsWith("/api/") === true;
    if (!request.complete) response.shouldKeepAlive = false;
    response.writeHead(status, {
      "Content-Type": json ? "application/json" : "text/plain; charset=utf-8",
      ...(json ? CORS : {}),
      ...(again ? { "Retry-After": SECONDS } : {}),
    });
    response.end(json ? JSON.stringify({ error: text }) : text);
  }

  /** What is answered where nothing came that Node could make a request of. */
  const bare = (reason: keyof typeof answers): string => {
    count(reason);
    const { status, text } = answers[reason];
    return `HTTP/1.1 ${status} Refused\r\nConnection: close\r\nContent-Type: text/plain\r\nContent-Length: ${text.length}\r\n\r\n${text}`;
  };

  return { count, refuse, bare, tellAll, logAll };
}
