// Webhooks at the ingress: only what Shopify has signed gets further. Those of records and of duties are kept here, each in a lane
// of its own, with nothing but the state database; the others are the app's to answer.
import type { IncomingMessage, ServerResponse } from "node:http";
import { openInbox } from "../inbox.server.ts";
import { takeInto } from "../intake.server.ts";
import { log } from "../../log.server.ts";
import { requestLog, secureHeaders } from "../../http/request-log.server.ts";
import { checkWebhook, Disbelieved, type Doubt, type Webhook } from "../verify.server.ts";
import type { Limits } from "./limits.ts";
import { Refused } from "./refusals.ts";

/** Without which nothing that follows is worth reading. */
const SAID_FIRST = ["x-shopify-hmac-sha256", "x-shopify-topic", "x-shopify-shop-domain"];

/** @param count of what Shopify has signed and is not believed */
export function openWebhooks({ webhooksAtOnce, dutiesAtOnce }: Limits, count: (doubt: Doubt) => void) {
  const inbox = openInbox();
  // The end of a bulk operation wakes jobs: that is for the app, and comes a few times in a sync.
  const intake = { inbox: () => Promise.resolve(inbox), bulkEnded: () => Promise.resolve() };
  const places = { records: webhooksAtOnce, duties: dutiesAtOnce };
  const inside = { records: 0, duties: 0 };

  /** Throws a Response: see checkWebhook. */
  async function check(request: IncomingMessage, response: ServerResponse, body: Buffer, path: string) {
    const { method = "GET", headers } = request;
    const header = (name: string) => [headers[name] ?? []].flat().join(", ") || null;
    try {
      return await checkWebhook({ method, header, body: [body], path });
    } catch (thrown) {
      if (thrown instanceof Disbelieved) count(thrown.doubt);
      answeredHere(request, response);
      throw thrown;
    }
  }

  /** Throws Refused, and Responses: see takeInto. */
  async function keep(
    request: IncomingMessage,
    response: ServerResponse,
    webhook: Webhook,
    lane: keyof typeof places,
  ) {
    if (inside[lane] >= places[lane]) throw new Refused("webhooks");
    inside[lane] += 1;
    response.once("close", () => (inside[lane] -= 1));
    answeredHere(request, response);
    await answer(response, await takeInto(intake, webhook));
  }

  return { check, keep, close: () => inbox.close() };
}

export function refuseUnsigned({ method, headers }: IncomingMessage): void {
  if (method === "POST" && SAID_FIRST.some((name) => headers[name] === undefined))
    throw new Refused("unsigned");
}

/** What every answer carries and leaves in the log. */
function answeredHere(request: IncomingMessage, response: ServerResponse): void {
  requestLog(request, response);
  secureHeaders(request, response, () => undefined);
}

async function answer(response: ServerResponse, given: Response): Promise<void> {
  response.writeHead(given.status, Object.fromEntries(given.headers));
  response.end(given.body === null ? "" : await given.text());
}

/** A Response as it is, whatever else went wrong as a failure of ours. */
export async function answerThrown(response: ServerResponse, thrown: unknown): Promise<void> {
  if (thrown instanceof Response) return answer(response, thrown);
  log.error({ err: thrown }, "the ingress failed");
  if (response.headersSent) response.destroy();
  else await answer(response, new Response("Something went wrong on our side.", { status: 500 }));
}
