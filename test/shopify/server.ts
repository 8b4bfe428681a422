// The simulated Shopify: one HTTP server that plays the Admin API, the token endpoint and the store of bulk files for
// any number of shops, sends their webhooks, and misbehaves on request.
import { randomUUID } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:http";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { z } from "zod";
import type { BulkPace } from "./admin-api/bulk.ts";
import { BulkFiles } from "./admin-api/bulk-files.ts";
import { Chaos } from "./admin-api/chaos.ts";
import type { ChaosRates, ChaosSettings } from "./admin-api/chaos.ts";
import { control } from "./admin-api/control.ts";
import type { Reports } from "./admin-api/context.ts";
import type { DeliveryRates } from "./admin-api/delivery-faults.ts";
import { accessDenied, UNAUTHORIZED } from "./admin-api/errors.ts";
import { answer, throttledAnswer } from "./admin-api/execute.ts";
import { faultsOf } from "./admin-api/faults.ts";
import type { Faults, HttpFault } from "./admin-api/faults.ts";
import { Injected } from "./admin-api/injected.ts";
import type { Counts } from "./admin-api/injected.ts";
import { Install } from "./admin-api/install.ts";
import { API_VERSION } from "./admin-api/schema.ts";
import type { Subscription } from "./admin-api/subscriptions.ts";
import { Webhooks } from "./admin-api/webhooks.ts";
import type { Delivery } from "./admin-api/webhooks.ts";
import type { Shop } from "./shop.ts";

export type {
  BulkPace,
  ChaosRates,
  ChaosSettings,
  Counts,
  Delivery,
  DeliveryRates,
  Faults,
  SimulatedWebhooks,
  Subscription,
};

export interface ShopifyOptions {
  /** Of the API; 0 (the default): any free port. */
  port?: number;
  apiKey: string;
  apiSecret: string;
  /** Where webhooks go. */
  appUrl?: string;
  /** What a merchant grants on install. */
  scopes: readonly string[];
  /** "believable" (default) takes the time in which progress can be watched; "instant" none. */
  bulkPace?: BulkPace;
  /** The clock of timestamps and expiries. Waiting is always in real time. */
  now?: () => Date;
  /** Path of shopify.app.toml, whose webhook subscriptions are served; without it nothing is delivered. */
  appToml?: string;
}

export interface SimulatedShopify {
  /** http://127.0.0.1:port. Requests name their shop in the header x-sim-shop, or by Host. */
  readonly url: string;
  /** By domain. */
  readonly shops: Map<string, Shop>;
  addShop(shop: Shop): void;
  /** As the admin gives it to the embedded app; 60 seconds by default. `shop`: domain or handle. */
  sessionToken(shop: string, options?: { ttlSeconds?: number }): string;
  setAppUrl(url: string): void;
  /** Whether the app has exchanged a token in the shop since it was last uninstalled: only then it is sent webhooks. */
  installed(shop: string): boolean;
  /** Voids all tokens of the app in the shop and sends app/uninstalled. */
  uninstall(shop: string): void;
  /** Sends shop/redact, as Shopify does 48 hours after an uninstall, whether the app has come back or not. */
  redactShop(shop: string): void;
  /** What the merchant has granted. */
  scopes(shop: string): readonly string[];
  /** Sends app/scopes_update. */
  setScopes(shop: string, scopes: readonly string[]): void;
  /** What sales reports (ShopifyQL) show and to whom; approved and without test orders at first. */
  setReports(shop: string, change: Partial<Reports>): void;
  readonly webhooks: SimulatedWebhooks;
  readonly faults: Faults;
  stop(): Promise<void>;
}

interface SimulatedWebhooks {
  readonly deliveries: readonly Delivery[];
  /** Simulated milliseconds of `advance` and `deliverLate` so far. */
  readonly clock: number;
  /** Of a shop: those of shopify.app.toml, and those that were added. */
  subscriptions(shop: string, topic: string): readonly Subscription[];
  /** As by the Admin API: given up when a webhook fails to the end and none has worked meanwhile. */
  subscribe(shop: string, topic: string, uri: string, given?: Partial<Subscription>): void;
  /** Resolves when nothing is under way; what waits for the clock is not. */
  idle(): Promise<void>;
  /** Webhooks and retries wait for the clock, and go out one at a time in order. */
  hold(): void;
  /** Ends `hold` and sends what waits. */
  resume(): void;
  /** Moves the clock on; resolves when what falls due has been tried. */
  advance(milliseconds: number): Promise<void>;
  /** Moves the clock on until nothing waits. */
  deliverLate(): Promise<void>;
}

const MAX_BODY_BYTES = 10 * 1024 * 1024;

const graphqlBody = z.object({
  query: z.string(),
  variables: z.record(z.string(), z.unknown()).nullish(),
  operationName: z.string().nullish(),
});

export async function startShopify(options: ShopifyOptions): Promise<SimulatedShopify> {
  const directory = await mkdtemp(join(tmpdir(), "simulated-shopify-"));
  const now = options.now ?? (() => new Date());
  const installs = new Map<string, Install>();
  const shops = new Map<string, Shop>();
  const injected = new Injected();
  const chaos = new Chaos();
  const webhooks = new Webhooks({
    injected,
    appToml: options.appToml ?? null,
    appUrl: options.appUrl ?? null,
    secret: options.apiSecret,
    now,
  });
  let url = "";

  const installOf = (shop: string): Install => {
    const install = find(shop);
    if (install === undefined) throw new RangeError(`No simulated shop ${shop}.`);
    return install;
  };
  const find = (shop: string): Install | undefined =>
    installs.get(shop) ?? installs.get(`${shop}.myshopify.com`);

  const files = new BulkFiles({
    directory,
    now,
    url: () => url,
    shopOf: find,
    chance: (shop) => chaos.download(shop),
    injected,
  });

  const server = createServer((request, response) => {
    serve(request, response).catch((error: unknown) => {
      if (response.headersSent) response.destroy();
      else send(response, 500, { errors: `The simulator failed: ${String(error)}` });
    });
  });

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const address = new URL(request.url ?? "/", url);
    response.setHeader("x-request-id", randomUUID());
    const file = /^\/bulk\/([\w.-]+)$/.exec(address.pathname)?.[1];
    if (file !== undefined) return files.serve(file, address, request, response);
    const minted = /^\/store\/([\w-]+)\/id_token$/.exec(address.pathname)?.[1];
    if (minted !== undefined) {
      const install = find(minted);
      if (install === undefined) return send(response, 404, { errors: "Not Found" });
      return send(response, 200, { token: install.tokens.sessionToken(60) });
    }
    if (address.pathname === "/sim" || address.pathname.startsWith("/sim/")) {
      const body = request.method === "POST" ? await read(request) : "";
      const { status, body: said } = await control(
        simulator,
        request.method ?? "GET",
        address.pathname,
        body,
      );
      return send(response, status, said);
    }
    const install = find(shopNamed(request));
    if (install === undefined) return send(response, 404, { errors: "Not Found" });
    if (request.method === "POST" && address.pathname === "/admin/oauth/access_token") {
      if (install.trouble.closed) return closed(install, install.trouble.closed, response);
      const { status, body } = install.exchange(form(await read(request), request.headers["content-type"]));
      return send(response, status, body);
    }
    const version = /^\/admin\/api\/([\w-]+)\/graphql\.json$/.exec(address.pathname)?.[1];
    if (request.method !== "POST" || version !== API_VERSION)
      return send(response, 404, { errors: "Not Found" });
    response.setHeader("x-shopify-api-version", API_VERSION);
    return graphql(install, request, response);
  }

  async function graphql(
    install: Install,
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<void> {
    const body = graphqlBody.safeParse(json(await read(request)));
    const { trouble, domain } = install;
    if (trouble.delayMs > 0) {
      injected.count(domain, "slow");
      await wait(trouble.delayMs);
    }
    if (trouble.closed) return closed(install, trouble.closed, response);
    const fault = trouble.requests.shift() ?? chaos.request(domain, body.data?.query ?? "");
    if (fault?.kind === "http") {
      injected.count(domain, `http_${fault.status}`);
      return sendFault(response, fault);
    }
    if (fault?.kind === "drop") injected.count(domain, fault.carriedOut ? "dropped_answer" : "dropped");
    if (fault?.kind === "drop" && !fault.carriedOut) return drop(response, fault.holdMs);
    if (fault?.kind === "expire") {
      injected.count(domain, "tokens_expired");
      install.tokens.expireAll();
    }
    if (!install.tokens.accepts(String(request.headers["x-shopify-access-token"] ?? "")))
      return send(response, 401, UNAUTHORIZED);
    if (!body.success)
      return send(response, 400, { errors: { query: "Required parameter missing or invalid" } });
    if (trouble.throttled > 0 || fault?.kind === "throttle") {
      trouble.throttled = Math.max(0, trouble.throttled - 1);
      injected.count(domain, "throttled");
      return send(response, 200, throttledAnswer(body.data, install.bucket));
    }
    if (asksFor(trouble.failing, body.data.variables ?? {})) {
      injected.count(domain, "record_failed");
      return send(response, 200, { errors: [{ message: "Something went wrong" }] });
    }
    const denied = [...trouble.refused].find((field) => mentions(body.data, field));
    if (denied !== undefined) {
      injected.count(domain, "refused");
      const error = accessDenied(denied, "A staff permission is missing.");
      return send(response, 200, { data: null, errors: [error] });
    }
    const linkTo = (file: string, until: Date): string => files.linkTo(file, until);
    const answered = await answer(body.data, install.context(linkTo), install.bucket);
    return fault?.kind === "drop" ? drop(response, fault.holdMs) : send(response, 200, answered);
  }

  function closed({ domain }: Install, fault: HttpFault, response: ServerResponse): void {
    injected.count(domain, `http_${fault.status}`);
    sendFault(response, fault);
  }

  const simulator: SimulatedShopify = {
    get url() {
      return url;
    },
    shops,
    addShop(shop) {
      if (shops.has(shop.domain)) throw new RangeError(`There is a simulated shop ${shop.domain} already.`);
      shops.set(shop.domain, shop);
      const install = new Install({
        shop,
        app: { clientId: options.apiKey, secret: options.apiSecret },
        scopes: options.scopes,
        directory,
        pace: options.bulkPace ?? "believable",
        now,
        send: (event) => webhooks.send(shop.domain, event),
        bulkFailure: () => chaos.bulk(shop.domain),
        injected,
        subscriptions: webhooks.subscriptions,
      });
      installs.set(shop.domain, install);
      shop.onEvent = (event) => install.announce(event);
    },
    sessionToken: (shop, { ttlSeconds = 60 } = {}) => installOf(shop).tokens.sessionToken(ttlSeconds),
    setAppUrl: (appUrl) => webhooks.setAppUrl(appUrl),
    installed: (shop) => installOf(shop).installed,
    uninstall: (shop) => installOf(shop).uninstall(),
    redactShop: (shop) => installOf(shop).redact(),
    scopes: (shop) => installOf(shop).scopes,
    setScopes: (shop, scopes) => installOf(shop).setScopes(scopes),
    setReports: (shop, change) => void Object.assign(installOf(shop).reports, change),
    webhooks: {
      deliveries: webhooks.deliveries,
      get clock() {
        return webhooks.clock;
      },
      subscriptions: (shop, topic) => webhooks.subscriptions.of(installOf(shop).domain, topic),
      subscribe: (shop, topic, uri, { includeFields = null, name = null } = {}) =>
        void webhooks.subscriptions.add(installOf(shop).domain, { topic, uri, includeFields, name }),
      idle: () => webhooks.idle(),
      hold: () => webhooks.hold(),
      resume: () => webhooks.resume(),
      advance: (milliseconds) => webhooks.advance(milliseconds),
      deliverLate: () => webhooks.deliverLate(),
    },
    faults: faultsOf({ installOf, webhooks, chaos, injected }),
    async stop() {
      server.close();
      server.closeAllConnections();
      await webhooks.stop();
      await Promise.all([...installs.values()].map((install) => install.bulk.stop()));
      for (const shop of shops.values()) shop.onEvent = null;
      await rm(directory, { recursive: true, force: true });
    },
  };

  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(options.port ?? 0, "127.0.0.1", resolve);
  });
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return simulator;
}

const mentions = (
  { query, variables }: { query: string; variables?: Record<string, unknown> | null | undefined },
  field: string,
): boolean => [query, variables?.["query"]].some((text) => typeof text === "string" && text.includes(field));

const asksFor = (failing: ReadonlySet<number>, { id, ids }: Record<string, unknown>): boolean =>
  [id, ids].flat().some((gid) => typeof gid === "string" && failing.has(Number(gid.split("/").at(-1))));

function shopNamed(request: IncomingMessage): string {
  const named = request.headers["x-sim-shop"] ?? request.headers.host ?? "";
  return (Array.isArray(named) ? (named[0] ?? "") : named).toLowerCase();
}

async function read(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > MAX_BODY_BYTES) throw new RangeError("The request is too large.");
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

const form = (text: string, contentType = ""): unknown =>
  contentType.includes("x-www-form-urlencoded") ? Object.fromEntries(new URLSearchParams(text)) : json(text);

function send(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { "content-type": "application/json; charset=utf-8" });
  response.end(JSON.stringify(body));
}

function sendFault(response: ServerResponse, fault: HttpFault): void {
  response.writeHead(fault.status, { ...fault.headers });
  response.end(fault.body ?? "");
}

/** The client gives up first, or the connection closes. */
async function drop(response: ServerResponse, holdMs: number): Promise<void> {
  const gone = new AbortController();
  response.once("close", () => gone.abort());
  if (holdMs > 0) await wait(holdMs, undefined, { signal: gone.signal }).catch(() => undefined);
  response.destroy();
}
