// The ways from the ingress to the app. Each has connections of its own, so that a lane that is full leaves the others free, and
// none has a queue: what would have to wait is sent away and comes again.
import { Agent, type IncomingMessage, type ServerResponse } from "node:http";
import { Readable } from "node:stream";
import { createProxyServer } from "httpxy";
import { env } from "../../env.server.ts";
import { log } from "../../log.server.ts";
import { Refused } from "./refusals.ts";

export type Lane = (request: IncomingMessage, response: ServerResponse, body: Buffer) => void;

interface LanesOptions {
  appPort: number;
  givesWayAfterMs: number;
  count: (reason: "stalled") => void;
}

export function openLanes({ appPort, givesWayAfterMs, count }: LanesOptions): (places: number) => Lane {
  // The app's side never closes an idle connection, so none is closed under a request.
  const app = createProxyServer({ target: { host: "127.0.0.1", port: appPort }, proxyTimeout: 0 });
  app.on("error", (error, _request, response) => {
    log.warn({ reason: error.message }, "the app did not answer");
    if (response === undefined || !("writeHead" in response) || response.headersSent)
      return void response?.destroy();
    response.writeHead(502, { "content-type": "text/plain", "retry-after": "5" });
    response.end("The app does not answer. Try again in a few seconds.");
  });

  return (places) => {
    const agent = new Agent({ keepAlive: true, maxSockets: places });
    /** When each was last seen to take what it is owed. */
    const inside = new Map<ServerResponse, number>();

    /** Who has not taken its answer for a while gives way to those who come for one. */
    function makeRoom(): void {
      for (const [response, moved] of inside)
        if (response.writableNeedDrain && performance.now() - moved > givesWayAfterMs) {
          inside.delete(response);
          response.destroy();
          return count("stalled");
        }
      throw new Refused("busy");
    }

    return (request, response, body) => {
      if (inside.size >= places) makeRoom();
      inside.set(response, performance.now());
      response.on("drain", () => inside.has(response) && inside.set(response, performance.now()));
      response.once("close", () => inside.delete(response));
      tellTheApp(request, body);
      const buffer = Readable.from(body.length === 0 ? [] : [body]);
      // An answer that breaks off half way is the caller's to see, and no reason for the ingress to fall.
      app.web(request, response, { agent, buffer }).catch((error: unknown) => {
        log.warn({ reason: error instanceof Error ? error.message : "" }, "an answer broke off");
        response.destroy();
      });
    };
  };
}

/** Headers as the app shall believe them: what its own address is does not depend on who asks. */
function tellTheApp({ headers }: IncomingMessage, body: Buffer): void {
  for (const name of Object.keys(headers))
    if (name === "forwarded" || name.startsWith("x-forwarded-")) Reflect.deleteProperty(headers, name);
  const { host, protocol } = new URL(env().SHOPIFY_APP_URL);
  headers.host = host;
  headers["x-forwarded-proto"] = protocol.slice(0, -1);
  // It has come already.
  delete headers.expect;
  if (headers["transfer-encoding"] !== undefined) {
    delete headers["transfer-encoding"];
    headers["content-length"] = String(body.length);
  }
}
