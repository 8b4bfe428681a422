// What can be made to go wrong, by shop: requests, bulk operations, their files, webhooks; or all of them by chance.
import type { BulkFailure } from "./bulk.ts";
import type { Chaos, ChaosSettings } from "./chaos.ts";
import type { DeliveryRates } from "./delivery-faults.ts";
import type { Counts, Injected } from "./injected.ts";
import type { Webhooks } from "./webhooks.ts";

export interface HttpFault {
  status: number;
  body?: string;
  headers?: Readonly<Record<string, string>>;
}

/** The connection is held and then closed without an answer. */
export interface Drop {
  holdMs: number;
  /** Whether the request was carried out all the same: only its answer is lost. */
  carriedOut: boolean;
}

export type RequestFault =
  { kind: "throttle" } | { kind: "expire" } | ({ kind: "http" } & HttpFault) | ({ kind: "drop" } & Drop);

export type DownloadFault =
  /** The link is dead from now on. */
  | { kind: "dead"; status: 403 | 404 }
  /** This download breaks off after that share of the bytes. */
  | { kind: "broken"; after: number };

export interface Trouble {
  throttled: number;
  delayMs: number;
  requests: RequestFault[];
  downloads: DownloadFault[];
  deadFiles: Map<string, 403 | 404>;
  bulk: BulkFailure[];
  historyLimited: boolean;
  /** Numeric ids of records on which every query fails that asks for them by id. */
  failing: Set<number>;
  /** Root fields that are denied in spite of their scope. */
  refused: Set<string>;
  /** Every request to the API and for tokens gets this answer. */
  closed: HttpFault | null;
}

export const noTrouble = (): Trouble => ({
  throttled: 0,
  delayMs: 0,
  requests: [],
  downloads: [],
  deadFiles: new Map(),
  bulk: [],
  historyLimited: false,
  failing: new Set(),
  refused: new Set(),
  closed: null,
});

/** The answers of Shopify's edge when it is not well. */
const BODIES: Readonly<Record<number, HttpFault>> = {
  429: {
    status: 429,
    body: '{"errors":"Exceeded 2 calls per second for api client. Reduce request rates to resume uninterrupted service."}',
    headers: { "content-type": "application/json", "retry-after": "2.0" },
  },
  402: {
    status: 402,
    body: '{"errors":"Unavailable Shop"}',
    headers: { "content-type": "application/json" },
  },
  403: {
    status: 403,
    body: '{"errors":"Unavailable Shop"}',
    headers: { "content-type": "application/json" },
  },
  423: { status: 423, body: '{"errors":"Locked"}', headers: { "content-type": "application/json" } },
  502: {
    status: 502,
    body: "<!DOCTYPE html><html><head><title>502 Bad Gateway</title></head><body><h1>502 Bad Gateway</h1></body></html>",
    headers: { "content-type": "text/html" },
  },
  503: {
    status: 503,
    body: "<!DOCTYPE html><html><head><title>Service Unavailable</title></head><body></body></html>",
    headers: { "content-type": "text/html" },
  },
};

/** A status as Shopify answers it, or with what the test gives. */
export const httpFault = (status: number, given: Partial<HttpFault>): HttpFault => ({
  ...(BODIES[status] ?? { status, body: '{"errors":"Internal Server Error"}', headers: {} }),
  ...given,
});

/** Faults of a shop, named by domain or handle. */
export interface Faults {
  /** The next so many GraphQL requests are THROTTLED. */
  throttle(shop: string, requests: number): void;
  /**
   * The shop is frozen for want of payment (402), locked (423) or unavailable (403): every GraphQL request and every
   * request for a token is answered so until `clear` or null.
   */
  close(shop: string, status: 402 | 403 | 423 | null): void;
  /** Every GraphQL request waits; 0 ends it. */
  slow(shop: string, milliseconds: number): void;
  /** The next so many GraphQL requests (1) get this status, with Shopify's body for it unless one is given. */
  respond(shop: string, status: number, given?: Partial<HttpFault> & { times?: number }): void;
  /** The next so many GraphQL requests (1) get no answer: held (0 ms), then closed; carried out or not (not). */
  drop(shop: string, given?: Partial<Drop> & { times?: number }): void;
  /** All access tokens end now; refresh tokens live. */
  expireTokens(shop: string): void;
  revokeScope(shop: string, scope: string): void;
  /** Only the last 60 days of orders are visible, whatever was granted. */
  limitHistory(shop: string, limited?: boolean): void;
  /**
   * From now on (or no longer) every query that asks for this record by its id is answered with an error that names no place
   * in it, the other records with it.
   */
  failOn(shop: string, id: number, fails?: boolean): void;
  /**
   * From now on (or no longer) the root field is denied to the app although its scope is granted, as for want of a staff
   * permission: in queries and in those of bulk operations.
   */
  refuse(shop: string, field: string, refused?: boolean): void;
  /** The next bulk operation fails after so many rows (0), with a link to those. */
  failBulk(shop: string, failure?: Partial<BulkFailure>): void;
  /** The next so many (1) files that are asked for answer 403 (or 404) from then on. */
  killLink(shop: string, given?: { status?: 403 | 404; times?: number }): void;
  /** The next so many downloads (1) break off after this share (half) of their bytes. */
  breakDownload(shop: string, given?: { after?: number; times?: number }): void;
  /** What becomes of the shop's webhooks from now on; replaces what was asked before. */
  deliveries(shop: string, rates: DeliveryRates): void;
  /** For so long on the clock of the webhooks none of the shop's reaches the app. */
  outage(shop: string, milliseconds: number): void;
  /** The shop loses its subscriptions of the topic (with this uri). */
  removeSubscription(shop: string, topic: string, uri?: string): void;
  /** Ends everything above but revoked scopes, and restores the subscriptions of shopify.app.toml. */
  clear(shop: string): void;
  /** In all shops everything goes wrong by chance, beside the faults above; null ends it. */
  chaos(settings: ChaosSettings | null): void;
  /** How often each fault has taken effect so far: in this shop, or in all. */
  injected(shop?: string): Counts;
}

export interface Troubled {
  domain: string;
  trouble: Trouble;
  scopes: readonly string[];
  setScopes(scopes: readonly string[]): void;
  tokens: { expireAll(): void };
}

export interface Troublesome {
  installOf: (shop: string) => Troubled;
  webhooks: Webhooks;
  chaos: Chaos;
  injected: Injected;
}

export const faultsOf = ({ installOf, webhooks, chaos, injected }: Troublesome): Faults => ({
  throttle: (shop, requests) => void (installOf(shop).trouble.throttled = requests),
  close: (shop, status) => void (installOf(shop).trouble.closed = status && httpFault(status, {})),
  slow: (shop, milliseconds) => void (installOf(shop).trouble.delayMs = milliseconds),
  respond: (shop, status, { times = 1, ...given } = {}) =>
    repeat(installOf(shop).trouble.requests, times, { kind: "http", ...httpFault(status, given) }),
  drop: (shop, { times = 1, holdMs = 0, carriedOut = false } = {}) =>
    repeat(installOf(shop).trouble.requests, times, { kind: "drop", holdMs, carriedOut }),
  expireTokens: (shop) => {
    const install = installOf(shop);
    install.tokens.expireAll();
    injected.count(install.domain, "tokens_expired");
  },
  revokeScope: (shop, scope) => {
    const install = installOf(shop);
    install.setScopes(install.scopes.filter((each) => each !== scope));
  },
  limitHistory: (shop, limited = true) => void (installOf(shop).trouble.historyLimited = limited),
  failOn: (shop, id, fails = true) => {
    const { failing } = installOf(shop).trouble;
    if (fails) failing.add(id);
    else failing.delete(id);
  },
  refuse: (shop, field, refused = true) => {
    const { trouble } = installOf(shop);
    if (refused) trouble.refused.add(field);
    else trouble.refused.delete(field);
  },
  failBulk: (shop, { afterRows = 0, errorCode = "INTERNAL_SERVER_ERROR", evenAtEnd = false } = {}) =>
    void installOf(shop).trouble.bulk.push({ afterRows, errorCode, evenAtEnd }),
  killLink: (shop, { status = 403, times = 1 } = {}) =>
    repeat(installOf(shop).trouble.downloads, times, { kind: "dead", status }),
  breakDownload: (shop, { after = 0.5, times = 1 } = {}) =>
    repeat(installOf(shop).trouble.downloads, times, { kind: "broken", after }),
  deliveries: (shop, rates) => webhooks.faults.set(installOf(shop).domain, rates),
  outage: (shop, milliseconds) =>
    webhooks.faults.breakUntil(installOf(shop).domain, webhooks.clock + milliseconds),
  removeSubscription: (shop, topic, uri) => {
    const { domain } = installOf(shop);
    const gone = webhooks.subscriptions.remove(domain, topic, uri ?? null);
    for (let i = 0; i < gone; i += 1) injected.count(domain, "subscription_removed");
  },
  clear: (shop) => {
    const install = installOf(shop);
    install.trouble = noTrouble();
    webhooks.faults.clear(install.domain);
    webhooks.subscriptions.restore(install.domain);
  },
  chaos: (settings) => {
    chaos.set(settings);
    webhooks.faults.set(null, chaos.deliveries());
  },
  injected: (shop) => (shop === undefined ? injected.total() : injected.of(installOf(shop).domain)),
});

function repeat<T>(queue: T[], times: number, fault: T): void {
  for (let i = 0; i < times; i += 1) queue.push(fault);
}
