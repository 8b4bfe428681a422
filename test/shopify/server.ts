// The simulated Shopify: one HTTP server that plays the Admin API, the token endpoint and the store of bulk files for
// any number of shops, sends their webhooks, and misbehaves on request.
import { createHmac, randomBytes, randomUUID, timingSafeEqual } from "node:crypto";
import { createReadStream } from "node:fs";
import { mkdtemp, rm, stat } from "node:fs/promises";
import { createServer } from "node:http";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { setTimeout as wait } from "node:timers/promises";
import { z } from "zod";
import type { BulkPace } from "./admin-api/bulk.ts";
import { control } from "./admin-api/control.ts";
import { UNAUTHORIZED } from "./admin-api/errors.ts";
import { answer, throttledAnswer } from "./admin-api/execute.ts";
import type { HttpFault } from "./admin-api/faults.ts";
import { faultsOf } from "./admin-api/faults.ts";
import type { Faults } from "./admin-api/faults.ts";
import { Install } from "./admin-api/install.ts";
import { API_VERSION } from "./admin-api/schema.ts";
import { Webhooks } from "./admin-api/webhooks.ts";
import type { Delivery, Subscription } from "./admin-api/webhooks.ts";
import type { Shop } from "./shop.ts";

export type { BulkPace, Delivery, Faults, Subscription };

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
  /** Voids all tokens of the app in the shop and sends app/uninstalled. */
  uninstall(shop: string): void;
  /** Sends app/scopes_update. */
  setScopes(shop: string, scopes: readonly string[]): void;
  readonly webhooks: {
    readonly deliveries: readonly Delivery[];
    readonly subscriptions: readonly Subscription[];
    idle(): Promise<void>;
  };
  readonly faults: Faults;
  stop(): Promise<void>;
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
  const linkSecret = randomBytes(32);
  const installs = new Map<string, Install>();
  const shops = new Map<string, Shop>();
  const webhooks = new Webhooks({
    appToml: options.appToml ?? null,
    appUrl: options.appUrl ?? null,
    secret: options.apiSecret,
    now,
  });
  let url = "";

  const signature = (file: string, expires: string): string =>
    createHmac("sha256", linkSecret).update(`${file}|${expires}`).digest("base64url");
  const linkTo = (file: string, until: Date): string => {
    const expires = String(Math.floor(until.getTime() / 1000));
    return `${url}/bulk/${file}?Expires=${expires}&Signature=${signature(file, expires)}`;
  };

  const installOf = (shop: string): Install => {
    const install = find(shop);
    if (install === undefined) throw new RangeError(`No simulated shop ${shop}.`);
    return install;
  };
  const find = (shop: string): Install | undefined =>
    installs.get(shop) ?? installs.get(`${shop}.myshopify.com`);

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
    if (file !== undefined) return download(file, address, response);
    const minted = /^\/store\/([\w-]+)\/id_token$/.exec(address.pathname)?.[1];
    if (minted !== undefined) {
      const install = find(minted);
      if (install === undefined) return send(response, 404, { errors: "Not Found" });
      return send(response, 200, { token: install.tokens.sessionToken(60) });
    }
    if (address.pathname === "/sim" || address.pathname.startsWith("/sim/")) {
      const body = request.method === "POST" ? await read(request) : "";
      const { status, body: said } = control(simulator, request.method ?? "GET", address.pathname, body);
      return send(response, status, said);
    }
    const install = find(shopNamed(request));
    if (install === undefined) return send(response, 404, { errors: "Not Found" });
    if (request.method === "POST" && address.pathname === "/admin/oauth/access_token") {
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
    const raw = await read(request);
    const { trouble } = install;
    if (trouble.delayMs > 0) await wait(trouble.delayMs);
    const fault = trouble.http.shift();
    if (fault !== undefined) return sendFault(response, fault);
    if (!install.tokens.accepts(String(request.headers["x-shopify-access-token"] ?? "")))
      return send(response, 401, UNAUTHORIZED);
    const body = graphqlBody.safeParse(json(raw));
    if (!body.success)
      return send(response, 400, { errors: { query: "Required parameter missing or invalid" } });
    if (trouble.throttled > 0) {
      trouble.throttled -= 1;
      return send(response, 200, throttledAnswer(body.data, install.bucket));
    }
    return send(response, 200, await answer(body.data, install.context(linkTo), install.bucket));
  }

  // Google Cloud Storage answers for these files in XML.
  async function download(file: string, address: URL, response: ServerResponse): Promise<void> {
    const expires = address.searchParams.get("Expires") ?? "";
    const given = Buffer.from(address.searchParams.get("Signature") ?? "");
    const expected = Buffer.from(signature(file, expires));
    if (given.length !== expected.length || !timingSafeEqual(given, expected))
      return sendXml(response, 403, "SignatureDoesNotMatch", "Access denied.");
    if (Number(expires) * 1000 <= now().getTime())
      return sendXml(response, 403, "ExpiredToken", "The provided token has expired.");
    const path = join(directory, file);
    const size = await stat(path).then(
      (found) => found.size,
      () => null,
    );
    if (size === null) return sendXml(response, 404, "NoSuchKey", "The specified key does not exist.");
    response.writeHead(200, { "content-type": "application/jsonl", "content-length": size });
    await pipeline(createReadStream(path), response).catch(() => response.destroy());
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
      });
      installs.set(shop.domain, install);
      shop.onEvent = (event) => install.announce(event);
    },
    sessionToken: (shop, { ttlSeconds = 60 } = {}) => installOf(shop).tokens.sessionToken(ttlSeconds),
    setAppUrl: (appUrl) => webhooks.setAppUrl(appUrl),
    uninstall: (shop) => installOf(shop).uninstall(),
    setScopes: (shop, scopes) => installOf(shop).setScopes(scopes),
    webhooks,
    faults: faultsOf(installOf),
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

function sendXml(response: ServerResponse, status: number, code: string, message: string): void {
  response.writeHead(status, { "content-type": "application/xml; charset=UTF-8" });
  response.end(
    `<?xml version='1.0' encoding='UTF-8'?><Error><Code>${code}</Code><Message>${message}</Message></Error>`,
  );
}
