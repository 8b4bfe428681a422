// The process that owns the app's address: lets in what has come whole and in measure, keeps webhooks by itself, and passes
// everything else on to the app.
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { BODY_BYTES } from "../../http/body.server.ts";
import { type Answered, whenAnswered } from "../../metrics/answered.ts";
import { secureHeaders } from "../../http/request-log.server.ts";
import { bytesAt, type Lane, laneOf } from "../topics.ts";
import { kindOf, pathOf } from "./addresses.ts";
import { callerOf, placesEach, tellOfProxy } from "./callers.ts";
import { limitConnections } from "./connections.ts";
import { openLanes } from "./lanes.ts";
import { type FromIngress, ingressOptions, type ToIngress } from "./messages.ts";
import { rateEach } from "./rates.ts";
import { Gone, openReading } from "./reading.ts";
import { openRefusals, Refused } from "./refusals.ts";
import { shopOf } from "./shops.ts";
import { answerThrown, openWebhooks, refuseUnsigned } from "./webhooks.ts";

const { host, port, appPort, proxies, limits } = ingressOptions.parse(JSON.parse(process.argv[2] ?? ""));
const tell = (message: FromIngress) => process.connected && process.send?.(message);

/** A message wakes the app, which costs more than all else about a count. */
const TELL_EVERY_MS = 250;
let answered: Answered[] = [];
const refusals = openRefusals((reasons) => tell({ kind: "refused", reasons }));
function tellCounts(): void {
  if (answered.length > 0) tell({ kind: "answered", requests: answered });
  answered = [];
  refusals.tellAll();
}
setInterval(tellCounts, TELL_EVERY_MS).unref();

const placeOf = placesEach(limits.requestsEach);
const placeOfShop = placesEach(limits.pagesOfShop);
const mayAsk = rateEach({ perSecond: limits.shopPerSecond, burst: limits.shopBurst });
const reading = (places: number) => openReading({ places, withinMs: limits.bodyWithinMs });
const read = {
  page: reading(limits.bodiesAtOnce),
  records: reading(limits.bodiesAtOnce),
  duties: reading(limits.dutyBodiesAtOnce),
  app: reading(limits.signedAtOnce),
};
const lane = openLanes({ appPort, givesWayAfterMs: limits.givesWayAfterMs, count: refusals.count });
const lanes = {
  page: lane(limits.pagesAtOnce),
  shop: lane(limits.pagesAtOnce),
  webhook: lane(limits.signedAtOnce),
  health: lane(limits.healthAtOnce),
};
const webhooks = openWebhooks(limits, refusals.count);

const server = createServer(
  { connectionsCheckingInterval: limits.lookEveryMs },
  (request, response) => void enter(request, response),
);
limitConnections(server, { limits, proxies, refusals });

async function enter(request: IncomingMessage, response: ServerResponse): Promise<void> {
  // The app counts what it answers.
  let passedOn = false;
  whenAnswered(request, response, (it) => passedOn || answered.push(it));
  secureHeaders(request, response, () => undefined);
  const caller = callerOf(request, proxies);
  tellOfProxy(request, caller, proxies);
  const leave = placeOf(caller);
  response.once("close", () => leave?.());
  try {
    if (!leave) throw new Refused("caller");
    // A proxy and the app might each believe another one.
    if (request.rawHeaders.filter((each, at) => at % 2 === 0 && each.toLowerCase() === "host").length > 1)
      throw new Refused("malformed");
    const path = pathOf(request.url);
    if (path === null) throw new Refused("address");
    const kind = kindOf(path);
    if (kind === "webhook") {
      const way = laneOf(path);
      if (way === null) throw new Refused("address");
      const { signed, body } = await checked(request, response, path, way);
      // Shopify sends from few addresses.
      leave();
      if (way !== "app") return await webhooks.keep(request, response, signed, way);
      lanes.webhook(request, response, body);
    } else {
      const body = await read.page(request, BODY_BYTES);
      const shop = kind === "page" ? shopOf(request) : null;
      const leaveShop = mayAsk(shop) ? placeOfShop(shop) : null;
      if (!leaveShop) throw new Refused("shop");
      response.once("close", leaveShop);
      lanes[shop === null ? kind : "shop"](request, response, body);
    }
    passedOn = true;
  } catch (thrown) {
    if (thrown instanceof Gone) return;
    if (thrown instanceof Refused) return refusals.refuse(thrown, request, response);
    await answerThrown(response, thrown);
  }
}

async function checked(request: IncomingMessage, response: ServerResponse, path: string, way: Lane) {
  refuseUnsigned(request);
  const body = await read[way](request, bytesAt(path));
  const signed = await webhooks.check(request, response, body, path);
  return { signed, body };
}

function leave(): void {
  server.close();
  server.closeIdleConnections();
}

async function end(): Promise<void> {
  leave();
  await webhooks.close();
  server.closeAllConnections();
  tellCounts();
  refusals.logAll();
  process.disconnect();
}

process.on("message", (message: ToIngress) => (message === "leave" ? leave() : void end()));
// Killed, the app tells nothing; its address must be free for the next one.
process.on("disconnect", () => process.exit());

server.once("error", (error: NodeJS.ErrnoException) =>
  tell({ kind: "failed", code: error.code, message: error.message }),
);
server.listen(port, host, () => tell({ kind: "listening", port: (server.address() as AddressInfo).port }));
