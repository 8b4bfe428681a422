// How many webhooks may be inside at once. Whoever comes when it is full is sent away unread, and Shopify brings it again:
// memory stays bounded whatever arrives, and what is inside is answered in time.
import type { IncomingMessage, ServerResponse } from "node:http";

const REQUESTS = 1000;
/** Of bodies that are being read, as they say, or as much as one may have. */
const BYTES = 64_000_000;
const BODY_BYTES = 1_000_000;
/** Shopify hangs up after five seconds; who takes longer to send a body is not Shopify. */
const BODY_WITHIN_MS = 10_000;

export function admitWebhooks({ requests = REQUESTS, bytes = BYTES } = {}) {
  let inside = 0;
  let held = 0;
  return (request: IncomingMessage, response: ServerResponse, next: () => void): void => {
    const length = Number(request.headers["content-length"] ?? BODY_BYTES);
    const size = Math.min(Number.isFinite(length) ? length : BODY_BYTES, BODY_BYTES);
    if (inside >= requests || held + size > bytes) {
      response.writeHead(503, { "Retry-After": "10", "Content-Type": "text/plain; charset=utf-8" });
      response.end("Too many webhooks at once. Send it again.");
      return;
    }
    inside += 1;
    held += size;
    const late = setTimeout(() => {
      if (!request.complete) request.destroy();
    }, BODY_WITHIN_MS);
    response.once("close", () => {
      clearTimeout(late);
      inside -= 1;
      held -= size;
    });
    next();
  };
}
