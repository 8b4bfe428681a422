// The process that owns the app's address: keeps webhooks of synced resources by itself, with nothing but the state
// database, and passes everything else on to the app as it came.
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { createProxyServer } from "httpxy";
import { admitWebhooks } from "../admission.server.ts";
import { openInbox } from "../jobs/inbox.server.ts";
import { takeInto } from "../jobs/intake.server.ts";
import { log } from "../log.server.ts";
import { type Answered, whenAnswered } from "../metrics/answered.ts";
import { requestLog, secureHeaders } from "../request-log.server.ts";
import { bulkEnded, subscriptions } from "../sync/resources.ts";
import { checkWebhook } from "../webhook.server.ts";
import { type FromIngress, ingressOptions, type ToIngress } from "./messages.ts";

const { host, port, appPort, atOnce } = ingressOptions.parse(JSON.parse(process.argv[2] ?? ""));
const tell = (message: FromIngress) => process.connected && process.send?.(message);

/** A message wakes the app, which costs more than all else about a count. */
const TELL_EVERY_MS = 250;
let answered: Answered[] = [];
function tellAnswered(): void {
  if (answered.length > 0) tell({ kind: "answered", webhooks: answered });
  answered = [];
}
setInterval(tellAnswered, TELL_EVERY_MS).unref();

/** The end of a bulk operation wakes jobs: that is for the app, and comes a few times in a sync. */
const routes = new Set(subscriptions.map(({ route }) => route).filter((route) => route !== bulkEnded.route));
const inbox = openInbox();
const intake = { inbox: () => Promise.resolve(inbox), bulkEnded: () => Promise.resolve() };

// Connections to the app stay open between requests: its side never closes an idle one, so none is closed under a request.
const app = createProxyServer({ target: { host: "127.0.0.1", port: appPort }, proxyTimeout: 0 });
app.on("error", (error, _request, response) => {
  log.warn({ reason: error.message }, "the app did not answer");
  if (response === undefined || !("writeHead" in response) || response.headersSent)
    return void response?.destroy();
  response.writeHead(502, { "content-type": "text/plain", "retry-after": "5" });
  response.end("The app does not answer. Try again in a few seconds.");
});

const admit = admitWebhooks(atOnce);

const server = createServer((request, response) => {
  const path = request.url?.split("?")[0] ?? "/";
  if (!path.startsWith("/webhooks/")) return pass(request, response);
  admit(request, response, () => {
    if (!routes.has(path)) return pass(request, response);
    whenAnswered(request, response, (webhook) => answered.push(webhook));
    requestLog(request, response);
    secureHeaders(request, response, () => void answer(request, response, path));
  });
});

function pass(request: IncomingMessage, response: ServerResponse): void {
  // An answer that breaks off half way is the caller's to see, and no reason for the door to fall.
  app.web(request, response).catch((error: unknown) => {
    log.warn({ reason: error instanceof Error ? error.message : "" }, "an answer broke off");
    response.destroy();
  });
}

async function answer(request: IncomingMessage, response: ServerResponse, route: string): Promise<void> {
  const given = await taken(request, route).catch((thrown: unknown) => {
    if (thrown instanceof Response) return thrown;
    log.error({ err: thrown, path: route }, "a webhook failed");
    return new Response("Something went wrong on our side.", { status: 500 });
  });
  // Node would keep the connection for the rest of a body that nobody reads.
  if (!request.complete) response.shouldKeepAlive = false;
  response.writeHead(given.status, Object.fromEntries(given.headers));
  response.end(given.body === null ? "" : await given.text());
}

async function taken(request: IncomingMessage, route: string): Promise<Response> {
  const { method = "GET", headers } = request;
  const header = (name: string) => {
    const value = headers[name];
    return Array.isArray(value) ? value.join(", ") : value;
  };
  return takeInto(
    intake,
    await checkWebhook({ method, header, body: request.iterator({ destroyOnReturn: false }) }),
    route,
  );
}

function leave(): void {
  server.close();
  server.closeIdleConnections();
}

async function end(): Promise<void> {
  leave();
  await inbox.close();
  server.closeAllConnections();
  tellAnswered();
  process.disconnect();
}

process.on("message", (message: ToIngress) => (message === "leave" ? leave() : void end()));
// Killed, the app tells nothing; its address must be free for the next one.
process.on("disconnect", () => process.exit());

// Longer than load balancers keep an idle connection: else one could be closed under a webhook on its way.
server.keepAliveTimeout = 65_000;

server.once("error", (error: NodeJS.ErrnoException) =>
  tell({ kind: "failed", code: error.code, message: error.message }),
);
server.listen(port, host, () => tell({ kind: "listening", port: (server.address() as AddressInfo).port }));
